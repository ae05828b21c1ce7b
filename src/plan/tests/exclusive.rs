//! Readings that are taken behind one answer of a `choose` or another.

use super::{faults, planned};
use crate::plan::{ReadingIx, StepIx};

/// Two branches, of which each takes the reading; `between` stands at the end of the first one.
fn flow(between: &str) -> String {
    format!(
        "[readings.r]\ntitle = 'R'\nrows = ['x']\n[[hot]]\ntitle = 'H'\n\
         [[hot.step]]\ndo = 'look'\nchoose = {{ ask = 'Which?', options = [\
         {{ if = 'one', then = 'one' }}, {{ if = 'other', then = 'other' }}] }}\n\
         [[hot.step]]\nid = 'one'\ndo = 'take'\ntake = 'r'\n[[hot.step]]\ndo = 'compare'\ncompare = 'r'\n[[hot.step]]\n{between}\n\
         [[hot.step]]\nid = 'other'\ndo = 'take'\ntake = 'r'\n[[hot.step]]\nid = 'end'\ndo = 'compare'\ncompare = 'r'\n"
    )
}

#[test]
fn steps_behind_different_answers_may_take_one_reading() {
    let plan = planned(
        &flow(
            "choose = { ask = 'Go on?', options = [{ if = 'yes', then = 'end' }, { if = 'no', then = 'hold' }] }\ndo = 'ask'",
        ),
        "",
    );
    let tables: Vec<_> = plan.readings.iter().map(|table| (table.take, &*table.compare)).collect();
    let [one, other, end] = [StepIx(1), StepIx(4), StepIx(5)];
    // What is compared in the first branch is compared with what was taken there.
    assert_eq!(tables, [(Some(one), &[StepIx(2), end][..]), (Some(other), &[end])]);
    assert_eq!(plan.step(StepIx(2)).compare, [ReadingIx(0)]);
    assert_eq!(plan.step(end).compare, [ReadingIx(0), ReadingIx(1)]);
}

#[test]
fn a_way_from_one_branch_into_the_other_takes_a_reading_twice() {
    assert_eq!(faults(&flow("op = 'read'\ndo = 'look again'"), ""), ["taken-twice: 'r'"]);
    let back = "choose = { ask = 'Well?', options = [{ if = 'yes', then = 'end' }, { if = 'no', then = 'other' }] }\ndo = 'ask'";
    assert_eq!(faults(&flow(back), ""), ["taken-twice: 'r'"]);
}
