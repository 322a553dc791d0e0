//! Sending files: the one list of cases, and which service runs which.

pub(crate) mod answers;
pub(crate) mod baasix;
pub(crate) mod evidence;
pub(crate) mod facilioo;
pub(crate) mod finishing;
pub(crate) mod hostile;
pub(crate) mod lost;
mod measured;
pub(crate) mod refusals;
pub(crate) mod sizes;
pub(crate) mod whole;

/// One test per case.
macro_rules! cases {
    ($stage:ty: $($file:ident::$case:ident),+ $(,)?) => {$(
        #[tokio::test]
        async fn $case() {
            $crate::upload::$file::$case::<$stage>().await;
        }
    )+};
}

/// What holds for every service that takes files.
macro_rules! every_service {
    ($stage:ty) => {
        cases! { $stage:
            sizes::sends_one_byte,
            sizes::sends_exactly_one_part,
            sizes::sends_an_empty_file,
            sizes::keeps_hostile_names,
            lost::a_lost_answer_to_a_part_is_healed_by_sending_it_again,
            lost::a_part_that_was_cut_is_healed_by_sending_it_again,
            lost::a_lost_answer_to_finishing_is_settled_as_finished,
            finishing::finishing_twice_makes_one_file_and_is_never_a_clear_no,
            finishing::giving_up_after_finishing_deletes_nothing,
            finishing::a_part_sent_twice_counts_once,
            finishing::two_files_of_one_name_are_two_files,
            evidence::settling_acts_on_nothing,
            refusals::a_wrong_credential_is_named,
            refusals::a_source_that_ends_early_is_a_changed_source,
            refusals::an_account_can_be_checked,
        }
    };
}

/// What holds besides where a request of its own makes the file.
macro_rules! made_by_a_request {
    ($stage:ty) => {
        mod made_by_a_request {
            cases! { $stage:
                lost::a_lost_request_to_finish_is_settled_as_not_finished_and_can_be_asked_again,
                finishing::a_missing_part_makes_no_file,
                finishing::a_session_survives_a_restart,
                evidence::settles_by_an_exact_size,
                evidence::settles_by_a_rounded_size_without_claiming_to_know_it,
                evidence::cannot_settle_where_files_are_shown_from_the_start,
                refusals::a_host_that_refuses_connections_has_certainly_done_nothing,
                refusals::a_lying_tag_is_passed_on_as_it_came,
            }
        }
    };
}

/// What holds besides where a file is cut into parts, and what was begun can be given up.
macro_rules! in_parts {
    ($stage:ty) => {
        mod in_parts {
            cases! { $stage:
                sizes::sends_one_byte_less_and_one_byte_more_than_a_part,
                sizes::sends_several_parts_in_any_order,
                sizes::refuses_an_empty_file_clearly_where_the_service_takes_none,
                lost::a_lost_answer_to_opening_is_unclear_and_opening_again_leaves_nothing_visible,
                lost::a_lost_answer_to_giving_up_can_be_asked_again,
                finishing::finishing_after_giving_up_makes_nothing,
                finishing::giving_up_twice_is_fine,
                refusals::a_full_plan_is_named,
                refusals::links_that_ran_out_are_named,
            }
        }
    };
}

/// What holds besides where a file is sent whole, and is one as soon as its only part is there.
macro_rules! whole {
    ($stage:ty) => {
        mod whole {
            cases! { $stage:
                whole::a_file_of_any_size_is_one_part,
                whole::a_lost_answer_is_settled_as_finished,
                whole::a_lost_request_is_settled_as_not_finished_and_sent_again,
                whole::a_session_survives_a_restart_before_and_after_its_file,
                whole::giving_up_what_was_never_sent_is_fine_as_often_as_it_is_done,
                whole::giving_up_after_a_lost_answer_leaves_nothing,
                whole::a_lost_answer_to_giving_up_can_be_asked_again,
                whole::without_a_receipt_nothing_is_finished,
                whole::a_host_that_refuses_connections_has_certainly_done_nothing,
                finishing::finishing_after_giving_up_makes_nothing,
            }
        }
    };
}

/// What holds besides for services behind this sandbox's wire.
macro_rules! over_the_wire {
    ($stage:ty) => {
        mod over_the_wire {
            cases! { $stage:
                hostile::no_redirect_of_any_request_is_followed,
                hostile::a_part_carries_its_bytes_and_nothing_else,
                hostile::no_fault_holds_a_key_a_link_or_an_address,
                answers::a_web_page_is_no_answer,
                answers::an_error_inside_a_success_is_no_success,
                answers::too_many_requests_tell_the_budget,
                answers::every_request_takes_from_the_budget,
                answers::storages_refusals_mean_what_they_say,
                answers::services_refusals_mean_what_they_say,
                answers::a_slow_line_is_waited_for_and_a_dead_one_is_not,
            }
        }
    };
}

/// What only Fileflare's contract has: plans of parts with their links, in two published forms.
macro_rules! with_plans {
    ($stage:ty) => {
        mod with_plans {
            cases! { $stage:
                hostile::a_part_plan_that_can_not_be_is_refused_and_cancelled,
                hostile::a_plan_in_any_order_is_taken,
                answers::both_published_forms_are_spoken,
                answers::confirmation_by_put_is_tried_where_post_is_not_allowed,
                answers::links_end_by_our_clock_however_wrong_it_goes,
            }
        }
    };
}

mod fileflare {
    every_service!(crate::fileflare::Fileflare);
    made_by_a_request!(crate::fileflare::Fileflare);
    in_parts!(crate::fileflare::Fileflare);
    over_the_wire!(crate::fileflare::Fileflare);
    with_plans!(crate::fileflare::Fileflare);
}

mod facilioo_files {
    every_service!(crate::facilioo::Facilioo);
    made_by_a_request!(crate::facilioo::Facilioo);
    over_the_wire!(crate::facilioo::Facilioo);
}

mod baasix_server {
    every_service!(crate::baasix::Baasix);
    whole!(crate::baasix::Baasix);
}

mod memory {
    every_service!(crate::memory::Memory);
    made_by_a_request!(crate::memory::Memory);
    in_parts!(crate::memory::Memory);
}
