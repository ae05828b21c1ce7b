//! Repairs any bytes as a flow. A repair must not make faults, and must leave nothing that it would repair the next time.
#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;
use runsheet::diagnostic::{Diagnostic, print};
use runsheet::run::gather::Job;
use runsheet::run::mend;

fuzz_target!(|bytes: &[u8]| {
    let mut job = Job::of_bytes("flow.toml", bytes);
    if job.sources.files.is_empty() {
        return;
    }
    let syntax = |found: &[Diagnostic]| found.iter().filter(|one| one.code == "syntax").count();
    let before = common::CHECKER.findings(&job);
    let (_, left) = mend(&mut job, &common::CHECKER);
    let words = print::human(&job.sources, &left, false);
    assert!(syntax(&left) <= syntax(&before), "a repair made a fault:\n{words}");
    let text = job.sources.files[0].text.clone();
    let mut again = Job::of_bytes("flow.toml", text.as_bytes());
    let (changes, _) = mend(&mut again, &common::CHECKER);
    assert_eq!((changes, &again.sources.files[0].text), (0, &text), "repaired twice:\n{words}");
});
