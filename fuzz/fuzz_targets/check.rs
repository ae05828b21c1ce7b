//! Puts any bytes as a flow through all that `runsheet check` does: it is read, planned in each language and looked
//! at by every rule, and the findings are written in each format.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use runsheet::diagnostic::formats::{self, Found};
use runsheet::diagnostic::print;
use runsheet::run::Checker;
use runsheet::run::gather::Job;

static CHECKER: LazyLock<Checker> = LazyLock::new(Checker::builtin);

fuzz_target!(|bytes: &[u8]| {
    let job = Job::of_bytes("fuzz.toml", bytes);
    let diagnostics = CHECKER.findings(&job);
    let _ = print::human(&job.sources, &diagnostics, false);
    let found = Found { name: Some(&job.name), sources: &job.sources, diagnostics: &diagnostics };
    let _ = formats::json(&[found]);
    let _ = formats::github(&[found]);
    let _ = formats::sarif(&[found], &[]);
});
