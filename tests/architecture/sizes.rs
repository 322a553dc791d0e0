//! Files stay small and say first what they are for.

use crate::house::{self, Source};

const LONGEST: usize = 500;
const MEDIAN: usize = 150;

fn ours() -> Vec<Source> {
    let files = house::sources("", &["rs", "ts", "svelte", "css"]);
    assert!(files.len() > 20, "the checkout's files were not found");
    files
}

#[test]
fn no_file_is_longer_than_500_lines() {
    let long: Vec<_> = ours()
        .iter()
        .map(|file| (file.text.lines().count(), file.path.clone()))
        .filter(|(lines, _)| *lines > LONGEST)
        .collect();
    assert!(long.is_empty(), "longer than {LONGEST} lines: {long:?}");
}

#[test]
fn half_of_all_files_have_at_most_150_lines() {
    let mut lengths: Vec<_> = ours().iter().map(|file| file.text.lines().count()).collect();
    lengths.sort_unstable();
    let median = lengths[lengths.len() / 2];
    assert!(median <= MEDIAN, "the median is {median} lines");
}

#[test]
fn every_rust_file_begins_with_a_sentence_about_itself() {
    let silent: Vec<_> = house::sources("", &["rs"])
        .into_iter()
        // A file of one line has nothing to describe yet.
        .filter(|file| file.text.lines().count() > 1 && !begins_with_a_sentence(&file.text))
        .map(|file| file.path)
        .collect();
    assert!(silent.is_empty(), "no `//!` sentence on the first line: {silent:?}");
}

fn begins_with_a_sentence(text: &str) -> bool {
    let paragraph: Vec<_> = text
        .lines()
        .map_while(|line| line.strip_prefix("//! "))
        .take_while(|line| !line.trim().is_empty())
        .collect();
    let sentence = paragraph.join(" ");
    sentence.split_whitespace().count() >= 3 && sentence.trim_end().ends_with(['.', ':', '?'])
}

#[test]
fn a_file_that_says_nothing_is_noticed() {
    assert!(begins_with_a_sentence(
        "//! Bandwidth: how many bytes\n//! may leave.\nuse x;\n"
    ));
    assert!(!begins_with_a_sentence("use x;\n//! Too late for this.\n"));
    assert!(!begins_with_a_sentence("//! engine\n"));
}
