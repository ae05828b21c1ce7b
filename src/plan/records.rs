//! Where each value that somebody records is written down, for the steps that use it later.

use std::collections::BTreeMap;

use super::{Step, StepIx, StepNumber, Task};

/// Of more steps than these only the first ones are told.
pub const MOST_TOLD: usize = 3;

/// One step that writes a value down: the value's name, the letter of the step's part, the element of its block and its
/// number there. The order is that of the parts and of the steps in each.
type Written = (String, Option<char>, Option<String>, u32);

/// The steps that write down a value.
#[derive(Debug, Clone, Default)]
pub struct Records(BTreeMap<Written, Option<StepIx>>);

impl Records {
    /// Collects them from the steps of a plan and its tasks.
    pub(super) fn of(steps: &[Step], tasks: [&[Task]; 2]) -> Self {
        let steps = steps.iter().enumerate().map(|(index, step)| (step, Some(StepIx(index))));
        let tasks = tasks.into_iter().flatten().map(|task| (&task.step, None));
        let written = |(step, index): (&Step, Option<StepIx>)| {
            let StepNumber { letter, number, instance } = step.number.clone();
            Some(((step.record.as_ref()?.name.clone(), letter, instance, number), index))
        };
        Self(steps.chain(tasks).filter_map(written).collect())
    }

    /// The steps that have written a value down where `step` uses it, each with its index unless it is a task: those for
    /// the same element of a block, else all of them; those of its own part, else hot ones, else tasks before the release.
    /// At most one more than [`MOST_TOLD`]. There is none for a value of another kind, and none in the step that writes it
    /// down itself.
    #[must_use]
    pub fn before(&self, name: &str, step: &Step) -> Vec<(StepNumber, Option<StepIx>)> {
        let of = &step.number;
        if step.record.as_ref().is_some_and(|record| record.name == name) {
            return Vec::new();
        }
        let one = |number: u32, instance: &Option<String>| (instance.clone(), number);
        for part in [of.letter, None, Some('C')] {
            let until = if part == of.letter { of.number } else { u32::MAX };
            let within = |from: (Option<String>, u32), to: (Option<String>, u32)| {
                let key = |(instance, number)| (name.to_owned(), part, instance, number);
                let range = self.0.range(key(from)..key(to));
                let number = |((_, letter, instance, number), index): (&Written, &Option<StepIx>)| {
                    (StepNumber { letter: *letter, number: *number, instance: instance.clone() }, *index)
                };
                range.map(number).filter(|(at, _)| at.number < until).take(MOST_TOLD + 1).collect::<Vec<_>>()
            };
            let same = within(one(0, &of.instance), one(until, &of.instance));
            if !same.is_empty() {
                return same;
            }
            // A character that no element begins with ends the range.
            let all = within((None, 0), (Some(char::MAX.to_string()), 0));
            if !all.is_empty() {
                return all;
            }
        }
        Vec::new()
    }
}
