//! The printed check list, looked at with another library's eyes.

mod support;

use support::{EXAMPLES, findings};

#[test]
fn every_example_is_printed_as_it_must_be() {
    let mut found = Vec::new();
    for case in EXAMPLES.iter() {
        found.extend(findings(&case.view, &case.bytes).into_iter().map(|finding| format!("{}: {finding}", case.name)));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
