//! The printed check list, looked at with another library's eyes.

mod support;

use std::time::Instant;

use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use runsheet::page::Paper;
use support::generate::{self, Written};
use support::{EXAMPLES, findings};

#[test]
fn every_example_is_printed_as_it_must_be() {
    let mut found = Vec::new();
    for case in EXAMPLES.iter() {
        found.extend(findings(&case.view, &case.bytes).into_iter().map(|finding| format!("{}: {finding}", case.name)));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Prints a generated flow; gives what is wrong.
fn printed(written: &Written, paper: Paper) -> Vec<String> {
    let plans =
        support::plans(&written.flow, &written.release).unwrap_or_else(|faults| panic!("{faults}\n{}", written.flow));
    let mut found = Vec::new();
    for plan in &plans {
        match support::print("generated".to_owned(), plan, paper) {
            Ok(case) => found.extend(findings(&case.view, &case.bytes)),
            Err(tall) => found.push(format!("{tall:?}")),
        }
    }
    found
}

#[test]
fn whatever_is_written_is_printed_as_it_must_be() {
    let config = Config { cases: 16, max_shrink_iters: 300, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let started = Instant::now();
    let result = runner.run(&generate::written(100), |written| {
        let found = printed(&written, Paper::A4);
        if found.is_empty() { Ok(()) } else { Err(TestCaseError::fail(found.join("\n"))) }
    });
    println!("{:?}", started.elapsed());
    if let Err(fault) = result {
        panic!("{fault}");
    }
}
