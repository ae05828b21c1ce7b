//! What is asked for after each outcome, and who signs for a block that repeats.

use super::{left, made};

const ENDINGS: &str = "
schema = 1
id = 'f'
title = 'F'
lang = 'en'
[values]
hosts = { label = 'Hosts', each = 'host' }
[[hot]]
title = 'Change {{ host }}'
each = 'hosts'
sign = 'once'
on-failure = 'rollback'
[[hot.step]]
op = 'write'
do = 'Change {{ host }}'
[[hot.step]]
op = 'read'
do = 'Look at {{ host }}'
[[rollback]]
title = 'Back'
[[rollback.step]]
op = 'write'
do = 'Undo'
[[after]]
lag = '1 hour'
do = 'Report'
[[after]]
lag = '0 minutes'
outcome = ['rolled-back', 'aborted']
do = 'Tell them that it was stopped'
";

/// What is done after a release depends on how it ended.
#[test]
fn what_is_done_afterwards_depends_on_the_outcome() {
    let made = made(ENDINGS, "flow = 'f'\nvalues = { hosts = ['a', 'b'] }\n", 0);
    let asked = |given: &[&str]| {
        let left = left(&made, given, &[]).into_iter().filter(|name| name.starts_with("step.A"));
        left.filter_map(|name| name.strip_suffix(".operator").map(str::to_owned)).collect::<Vec<_>>()
    };
    assert_eq!(asked(&["outcome.executed"]), ["step.A1"]);
    assert_eq!(asked(&["outcome.aborted"]), ["step.A2"]);
    assert_eq!(asked(&["outcome.rolled-back"]), ["step.A2"]);
    assert_eq!(asked(&["outcome.not-executed"]), [""; 0]);
    // Where nobody says how it ended, the rollback does.
    assert_eq!(asked(&["step.1"]), ["step.A1"]);
    assert_eq!(asked(&["step.1", "rollback.R"]), ["step.A2"]);
}

/// A block that repeats may be signed for once, and whoever took over signs in full.
#[test]
fn a_repeated_block_is_signed_for_once_and_a_successor_in_full() {
    let made = made(ENDINGS, "flow = 'f'\nvalues = { hosts = ['a', 'b'] }\n", 0);
    let asked = |given: &[&str]| {
        let left = left(&made, given, &[]).into_iter().filter(|name| name.starts_with("block."));
        left.collect::<Vec<_>>()
    };
    let of = |party: &str| ["name", "signature", "time"].map(|line| format!("block.1-a.signature.{party}.{line}"));
    let both: Vec<String> = [of("operator"), of("checker")].concat();
    let unsigned = asked(&["outcome.aborted", "step.2-b"]);
    assert!(both.iter().all(|name| unsigned.contains(name)), "{unsigned:?}");
    assert!(unsigned.iter().all(|name| name.starts_with("block.1-a.signature.")), "{unsigned:?}");
    assert_eq!(asked(&["outcome.aborted", "step.2-b", "block.1-a.signature"]), [""; 0]);
    assert_eq!(asked(&["outcome.not-executed"]), [""; 0]);
    let begun = asked(&["outcome.aborted", "step.1-a", "block.1-a.signature", "block.1-a.successor.time"]);
    let rest = ["name", "signature", "as", "from"].map(|line| format!("block.1-a.successor.{line}"));
    assert_eq!(begun, rest);
}
