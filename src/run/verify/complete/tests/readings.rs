//! What must be filled in of readings.

use super::{FLOW, left, made};

/// Only what the checker doesn't find as expected has to be accepted by somebody.
#[test]
fn what_is_as_expected_needs_no_acceptance() {
    let list = FLOW.replace("record = 'number'", "record = 'list'");
    let made = made(&list, "flow = 'f'\nvalues = { hosts = ['a'] }\n", 0);
    let accepted = "reading.count.step-1.1.step-4.accepted".to_owned();
    let verdict = "reading.count.step-1.verdict.step-4";
    for (found, asks) in [("match", false), ("no-match", true)] {
        let left = left(&made, &["outcome.executed", "step.4.", &format!("{verdict}.{found}")], &[]);
        assert_eq!((left.contains(&accepted), left.contains(&verdict.to_owned())), (asks, false), "{found}: {left:?}");
    }
}
