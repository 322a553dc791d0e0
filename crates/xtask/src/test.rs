//! `cargo xtask test`: everything that can fail, in the order in which a mistake shows soonest.

mod deny;
mod page;
mod rust;
mod window;

use crate::house::{House, Stop};
use crate::needs::Job;
use crate::report::Report;
use crate::{setup, windows};

/// Runs all steps (or those named), whatever fails on the way, and ends with the count.
pub(crate) fn test(house: &House, only: &[String]) -> Result<(), Stop> {
    let mut report = Report::new(house.target("xtask"), only)?;
    report.call("packages", || setup::everything(&packages(house)));
    rust::formatting(house, &mut report);
    let page_is_built = page::steps(house, &mut report);
    deny::step(house, &mut report);
    rust::lints(house, &mut report);
    rust::tests(house, &mut report);
    window::steps(house, &mut report, page_is_built);
    windows::part(house, &mut report);
    report.finish()
}

/// Only what exists has needs.
fn packages(house: &House) -> Vec<Job> {
    let mut jobs = vec![Job::Engine];
    if page::exists(house) {
        jobs.push(Job::Page);
    }
    if window::exists(house) {
        jobs.extend([Job::Window, Job::WindowTests]);
    }
    jobs
}
