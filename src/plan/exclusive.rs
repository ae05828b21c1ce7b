//! Tells of two steps whether one release can come to both: not where each stands behind another answer of a `choose`, and no
//! way leads from one to the other.

use std::collections::BTreeMap;

use super::{Plan, StepIx, WayTo};
use crate::diagnostic::Diagnostic;

/// The most steps that are told apart in one flow: as many as fit into one word.
const MOST: usize = 64;

/// Two steps of which one release must not come to both, and the fault where it can.
pub(super) struct Clash {
    /// The two steps.
    pub(super) steps: [StepIx; 2],
    /// What is wrong where one release may come to both.
    pub(super) fault: Diagnostic,
}

/// Which of some steps may have been done when another one is come to.
struct StepReach {
    /// The steps, each with its bit.
    bits: BTreeMap<StepIx, u64>,
    /// For each step of the plan the bits of those.
    before: Vec<u64>,
}

impl StepReach {
    /// Follows the ways from at most [`MOST`] steps.
    fn of(plan: &Plan, steps: impl Iterator<Item = StepIx>) -> Self {
        let mut bits = BTreeMap::new();
        for step in steps {
            let next = bits.len();
            if next < MOST {
                bits.entry(step).or_insert(1 << next);
            }
        }
        let mut before = vec![0; plan.steps.len()];
        let mut waiting: Vec<StepIx> = bits.keys().copied().collect();
        while let Some(step) = waiting.pop() {
            let passed = before[step.0] | bits.get(&step).copied().unwrap_or_default();
            for way in plan.ways(step) {
                let (WayTo::Step(to) | WayTo::Next(Some(to)) | WayTo::Rollback(_, to)) = way.to else { continue };
                if before[to.0] | passed != before[to.0] {
                    before[to.0] |= passed;
                    waiting.push(to);
                }
            }
        }
        Self { bits, before }
    }

    /// Whether a release may come to `to` after `from`; also true for a step that isn't told apart.
    fn leads(&self, from: StepIx, to: StepIx) -> bool {
        self.bits.get(&from).is_none_or(|bit| self.before[to.0] & bit != 0)
    }
}

/// The faults of steps to both of which a release may come, one for each second step. Where none does, what is compared with what
/// one of them recorded is compared only where a way leads from it.
pub(super) fn check(plan: &mut Plan, clashes: Vec<Clash>) -> Vec<Diagnostic> {
    if clashes.is_empty() {
        return Vec::new();
    }
    let reach = StepReach::of(plan, clashes.iter().flat_map(|clash| clash.steps));
    let mut faults: BTreeMap<StepIx, Diagnostic> = BTreeMap::new();
    for Clash { steps: [first, second], fault } in clashes {
        if reach.leads(first, second) || reach.leads(second, first) {
            faults.entry(second).or_insert(fault);
        }
    }
    for (index, reading) in plan.readings.iter_mut().enumerate() {
        let Some(take) = reading.take.filter(|take| reach.bits.contains_key(take)) else { continue };
        let (kept, other) = reading.compare.iter().partition(|step| reach.leads(take, **step));
        reading.compare = kept;
        for step in Vec::<StepIx>::from_iter(other) {
            plan.steps[step.0].compare.retain(|table| table.0 != index);
        }
    }
    faults.into_values().collect()
}
