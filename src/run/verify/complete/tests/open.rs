//! What a release leaves open, or people find on the spot: a box says that it doesn't apply.

use super::{left, made};

const OPEN: &str = "
schema = 1
id = 'f'
title = 'F'
lang = 'en'
[values]
kind = { label = 'Kind', choices = ['a', 'b'] }
[[hot]]
title = 'First'
[[hot.step]]
op = 'read'
do = 'Look'
items = ['One', { do = 'Two', only = { kind = 'a' } }]
[[hot.step]]
op = 'write'
do = 'Write'
only = { kind = 'a' }
[[hot]]
title = 'Second'
only = { kind = 'b' }
[[hot.step]]
op = 'write'
do = 'Change'
[[after]]
lag = '1 day'
do = 'Tell them'
only = { kind = 'b' }
";

/// A box \"doesn't apply\" is an answer for what stands under it.
#[test]
fn what_does_not_apply_needs_no_box() {
    let made = made(OPEN, "", 0);
    let done = ["outcome.executed", "value", "planned", "people", "start", "final", "block.1."];
    let done = [&done[..], &["step.1.time", "step.1.1.", "block.3.signature"]].concat();
    let left_with = |more: &[&str]| left(&made, &[&done[..], more].concat(), &["block.3.not"]);
    let two = ["step.1.2.operator", "step.1.2.checker"];
    let write = ["step.2.operator", "step.2.checker", "step.2.time"];
    let change = ["step.3.operator", "step.3.checker", "step.3.time"];
    let tell = ["step.A1.operator", "step.A1.checker", "step.A1.time"];
    assert_eq!(left_with(&[]), [&two[..], &write, &change, &tell].concat());
    assert_eq!(left_with(&["step.1.2.not"]), [&write[..], &change, &tell].concat());
    assert_eq!(left_with(&["step.1.2.not", "step.2.not"]), [&change[..], &tell].concat());
    assert_eq!(left_with(&["step.1.2.not", "step.2.not", "step.A1.not"]), change);
    let all = [&done[..], &["step.1.2.not", "step.2.not", "step.A1.not", "block.3.not"]].concat();
    assert_eq!(left(&made, &all, &["block.3.signature"]), [""; 0]);
}

/// So it is where people find on the spot whether something applies, also when they filled in a gap of the condition.
#[test]
fn a_condition_that_shows_on_the_spot_is_answered_by_a_box() {
    let flow = OPEN
        .replace("only = { kind = 'a' } }]", "if = 'there is one' }]\nrecord = 'name'")
        .replace("do = 'Write'\nonly = { kind = 'a' }", "do = 'Write'\nif = '{{ name }} is red'\nonly = { kind = 'a' }")
        .replace("only = { kind = 'b' }\n[[hot.step]]", "[[hot.step]]")
        .replace("do = 'Tell them'\nonly = { kind = 'b' }", "do = 'Tell them'\nif = 'they asked'");
    let made = made(&flow, "", 0);
    let done = ["outcome.executed", "value", "planned", "people", "start", "final", "block.", "step.1.op"];
    let done = [&done[..], &["step.1.ch", "step.1.time", "step.1.record", "step.1.1.", "step.3."]].concat();
    let left_with = |more: &[&str]| left(&made, &[&done[..], more].concat(), &[]);
    let two = ["step.1.2.operator", "step.1.2.checker"];
    let write = ["step.2.operator", "step.2.checker", "step.2.time"];
    let tell = ["step.A1.operator", "step.A1.checker", "step.A1.time"];
    assert_eq!(left_with(&[]), [&two[..], &write, &tell].concat());
    assert_eq!(left_with(&["step.1.2.not", "step.2.value"]), [&write[..], &tell].concat());
    assert_eq!(left_with(&["step.1.2.not", "step.2.not", "step.2.value", "step.A1.not"]), [""; 0]);
}

/// While the release leaves open which of two steps takes a reading, the values of one of them are asked for, and compared with.
#[test]
fn of_two_steps_that_take_a_reading_one_is_asked_for() {
    let flow = "
schema = 1
id = 'f'
title = 'F'
lang = 'en'
[values]
kind = { label = 'Kind', choices = ['minor', 'major'] }
[readings.count]
title = 'Count'
rows = [{ item = 'Documents', record = 'number' }]
[[hot]]
title = 'First'
[[hot.step]]
take = 'count'
do = 'Count'
only = { kind = 'minor' }
[[hot.step]]
take = 'count'
do = 'Count more'
unless = { kind = 'minor' }
[[hot.step]]
compare = 'count'
do = 'Compare'
";
    let made = made(flow, "", 0);
    // What of the table of each step is missing, when one of them was done and the other doesn't apply.
    let missing = |done: &str, other: &str, more: &[&str]| {
        let done = ["operator", "checker", "time"].map(|box_of| format!("step.{done}.{box_of}"));
        let other = format!("step.{other}.not-applicable");
        let given = ["outcome.executed", "step.3.", &done[0], &done[1], &done[2], &other];
        let left = left(&made, &[&given[..], more].concat(), &[]);
        left.into_iter().filter(|name| name.starts_with("reading.") || name.starts_with("step.")).collect::<Vec<_>>()
    };
    for (done, other) in [("1", "2"), ("2", "1")] {
        let table = format!("reading.count.step-{done}.");
        let missing_cells = missing(done, other, &[]);
        assert!(missing_cells.iter().all(|name| name.starts_with(&table)), "{missing_cells:?}");
        for cell in ["1.before.value", "1.step-3.value", "verdict.step-3"] {
            assert!(missing_cells.iter().any(|name| name[table.len()..] == *cell), "{missing_cells:?}");
        }
        assert_eq!(missing(done, other, &[&table]), [""; 0]);
    }
}
