//! Which time it is that a shared check is done: two rows that say the same must be told apart.

use std::collections::BTreeMap;

use crate::plan::{Block, Plan, StepIx};

/// For each step that bears the title of a shared check which others bear too: which time it is, and of how many.
pub(super) struct Times(BTreeMap<usize, (u32, u32)>);

impl Times {
    /// Counts the checks of the release itself, and those of each rollback. In a block that repeats, each element counts for
    /// itself, since the row says which one it is.
    pub fn of(plan: &Plan) -> Self {
        let mut times = BTreeMap::new();
        let mut letters: BTreeMap<Option<char>, Vec<&Block>> = BTreeMap::new();
        for block in plan.hot.iter().chain(&plan.rollback) {
            letters.entry(block.letter).or_default().push(block);
        }
        for blocks in letters.into_values() {
            let mut same: BTreeMap<(&str, Option<&str>), Vec<usize>> = BTreeMap::new();
            for (StepIx(index), step) in blocks.iter().flat_map(|block| plan.block_steps(block)) {
                if let Some(check) = &step.titled_by {
                    same.entry((check, step.number.instance.as_deref())).or_default().push(index);
                }
            }
            for steps in same.into_values().filter(|steps| steps.len() > 1) {
                let of = steps.len() as u32;
                times.extend((1..).zip(steps).map(|(nth, index)| (index, (nth, of))));
            }
        }
        Self(times)
    }

    /// Which time it is at a step, and of how many; `None` where it is the only one.
    pub fn at(&self, StepIx(index): StepIx) -> Option<(u32, u32)> {
        self.0.get(&index).copied()
    }
}
