//! Tests that are not run under wine, each with its reason. Everything that is not here runs there and must pass.

/// A test, or all whose names contain this.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LeftOut {
    /// Which program of tests it stands in.
    suite: &'static str,
    /// A part of its name.
    pub(crate) name: &'static str,
    /// Why.
    pub(crate) why: &'static str,
}

const POSIX_RENAME: &str = "wine does not rename onto a file that is open";
const CONSOLE: &str = "Ctrl-C reaches another process only by a console that both share";
const LINKS: &str =
    "links and pipes are made by programs that Windows has not, and wine makes none that Windows would know";
const DISK: &str = "a small disk is mounted, which takes Linux";
const PROC: &str = "memory and time of another process are read from /proc";

#[rustfmt::skip]
const LEFT_OUT: &[LeftOut] = &[
    out("platform", "file_identity::tests::a_file_put_in_its_place_is_another_file", POSIX_RENAME),
    out("platform", "downloaded::tests::a_marked_file_keeps_its_bytes_and_the_mark_holds_no_address", "wine keeps no streams beside a file"),
    out("platform", "local_socket::tests::a_second_listener_is_refused_while_the_first_lives", "wine lets two own the first instance of a pipe"),
    out("platform", "trash::tests::a_file_that_went_to_the_recycle_bin_has_left_its_place", "wine has no recycle bin behind the call"),
    out("engine", "source::tests::a_file_that_is_no_longer_the_same_is_not_opened", POSIX_RENAME),
    out("engine", "watch::events::tests::what_happens_below_the_folder_is_heard", "wine tells nothing of folders that were there before it listened; what happens in the folder itself is heard there"),
    out("cli terminal", "uploads::an_interrupted_upload_ends_with_130_and_loses_nothing", CONSOLE),
    out("faults-tests", "power_cuts::", "calls are recorded by a preloaded library of Linux's"),
    out("faults-tests", "canaries::at_work::", "what others see of a process is read from /proc"),
    out("faults-tests", "full_disk::", DISK),
    out("faults-tests", "mounted::", DISK),
    out("faults-tests", "limiter::", "measures seconds, and wine's own work would be measured along"),
    out("faults-tests", "accounts::a_key_that_is_taken_back_in_the_middle_costs_no_part_once_there_is_a_new_one", CONSOLE),
    out("faults-tests", "accounts::without_a_network_it_waits_and_counts_no_failure", CONSOLE),
    out("faults-tests", "folder::a_cancelled_download_leaves_nothing_and_a_paused_one_goes_on_where_it_was", CONSOLE),
    out("faults-tests", "lies::a_sign_in_page_of_the_network_is_waited_out_and_never_kept_as_the_file", CONSOLE),
    out("faults-tests", "people::a_cancelled_upload_says_what_stays", CONSOLE),
    out("faults-tests", "source::a_file_that_is_replaced_by_another_of_the_same_size_and_time_arrives_as_the_new_one", POSIX_RENAME),
    out("faults-tests", "source::a_file_that_is_deleted_while_it_is_sent_fails_and_goes_on_once_it_is_back", "wine does not free the name of a deleted file that is open"),
    out("faults-tests", "received_first::a_pause_keeps_what_is_here_and_a_cancel_leaves_nothing_in_either_stage", CONSOLE),
    out("faults-tests", "received_first::each_stage_keeps_to_the_limit_of_its_own_way_and_to_no_other", CONSOLE),
    out("faults-tests", "hostile::links_pipes_and_sockets_are_told_and_never_opened", LINKS),
    out("faults-tests", "hostile::nothing_from_outside_is_sent_while_a_folder_turns_into_a_link_again_and_again", LINKS),
    out("faults-tests", "many::very_many_files_are_queued_in_little_memory_and_nothing_is_done_when_nothing_changes", PROC),
    out("faults-tests", "many::a_tree_of_empty_files_is_looked_at_in_bounded_memory", PROC),
    out("journeys-tests", "baasix::a_file_comes_back_as_it_was_sent_by_its_id", "the file that it sends has a name that Windows does not allow"),
    out("journeys-tests", "large::a_quarter_of_a_gibibyte_is_sent_in_hardly_more_memory_than_a_letter", PROC),
];

const fn out(suite: &'static str, name: &'static str, why: &'static str) -> LeftOut {
    LeftOut { suite, name, why }
}

/// Those of one program.
pub(crate) fn of(suite: &str) -> impl Iterator<Item = &'static LeftOut> {
    LEFT_OUT.iter().filter(move |test| test.suite == suite)
}

/// Whether the sources of that program hold a test, or a folder of tests, of this name.
#[cfg(test)]
pub(crate) fn exists(suite: &str, name: &str) -> bool {
    use std::fs;
    use std::path::Path;

    fn holds(folder: &Path, last: &str) -> bool {
        fs::read_dir(folder).into_iter().flatten().flatten().any(|entry| {
            let path = entry.path();
            if path.is_dir() {
                return path.ends_with(last) || holds(&path, last);
            }
            let is_rust = path.extension().is_some_and(|ending| ending == "rs");
            let text = || fs::read_to_string(&path).unwrap_or_default();
            is_rust && (path.file_stem().is_some_and(|stem| stem == last) || text().contains(&format!("fn {last}(")))
        })
    }

    let package = suite.split(' ').next().unwrap_or(suite);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = match package.strip_suffix("-tests") {
        Some(tests) => root.join("tests").join(tests),
        None => root.join("crates").join(package),
    };
    let last = name.trim_end_matches("::").rsplit("::").next().unwrap_or(name);
    holds(&folder, last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_exists() {
        for test in LEFT_OUT {
            assert!(exists(test.suite, test.name), "{}: {}", test.suite, test.name);
        }
        assert!(!exists("faults-tests", "no_such_test"));
    }
}
