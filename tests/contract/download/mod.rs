//! Fetching files: the one list of cases, and which service runs which.

pub(crate) mod baasix;
pub(crate) mod bytes;
pub(crate) mod direct;
pub(crate) mod facilioo;
pub(crate) mod filefactory;
pub(crate) mod redirects;

/// What holds for every service that gives files.
macro_rules! every_giver {
    ($name:ident: $giver:ty) => {
        mod $name {
            every_giver! { $giver:
                whole_files_of_every_size_come_as_they_are,
                a_range_from_the_middle_is_that_range,
                an_answer_to_a_range_that_lies_brings_no_byte,
                a_server_that_ignores_ranges_sends_the_whole_file_and_says_so,
                another_version_of_the_file_is_never_mixed_in,
                a_body_that_is_cut_is_no_end,
                names_are_passed_on_as_they_come,
                a_slow_down_says_when_to_come_back,
                no_fault_holds_an_address,
                a_web_page_is_no_file,
            }
        }
    };
    ($giver:ty: $($case:ident),+ $(,)?) => {$(
        #[tokio::test]
        async fn $case() {
            $crate::download::bytes::$case::<$giver>().await;
        }
    )+};
}

every_giver!(direct_links: crate::giver::Direct);
every_giver!(premium: crate::giver::Premium);
every_giver!(facilioo_files: crate::facilioo::Facilioo);
every_giver!(baasix_server: crate::baasix::Baasix);
