//! The files that are there: the one list of cases, and which service runs which.

pub(crate) mod acting;
pub(crate) mod baasix;
pub(crate) mod facilioo;
pub(crate) mod fileflare;
pub(crate) mod looking;

/// One test per case.
macro_rules! cases {
    ($stage:ty: $($file:ident::$case:ident),+ $(,)?) => {$(
        #[tokio::test]
        async fn $case() {
            $crate::library::$file::$case::<$stage>().await;
        }
    )+};
}

/// What holds for every service that shows its files; what one does not offer is passed over.
macro_rules! every_library {
    ($name:ident: $stage:ty) => {
        mod $name {
            cases! { $stage:
                looking::what_was_sent_is_listed_and_described_by_its_id,
                looking::pages_follow_one_another_until_all_files_were_shown_once,
                looking::a_search_finds_what_it_says,
                looking::a_sort_holds_over_all_pages,
                looking::a_cursor_that_nobody_gave_is_refused,
                looking::an_id_that_leads_elsewhere_is_not_found,
                looking::a_file_that_is_not_there_is_not_found,
                looking::every_question_takes_from_the_budget,
                acting::a_file_is_deleted_alone_and_deleting_it_again_is_no_fault,
                acting::a_lost_answer_to_deleting_is_healed_by_deleting_again,
                acting::a_lost_answer_to_importing_is_unclear,
                acting::what_is_imported_is_listed,
                acting::an_edit_changes_what_it_names_and_nothing_else,
                acting::a_host_that_refuses_connections_has_certainly_done_nothing,
            }
        }
    };
}

every_library!(fileflare_files: crate::fileflare::Fileflare);
every_library!(facilioo_files: crate::facilioo::Facilioo);
every_library!(baasix_files: crate::baasix::Baasix);
every_library!(memory_files: crate::memory::Memory);
