//! Takes out of a flow what is left out.

use std::collections::BTreeSet;

use super::marks::Marks;
use crate::source::flow::{BlockDecl, Conditional, Flow, OptionDecl, StepDecl, TaskDecl};

/// The flow without the parts that are marked as left out. A reading that only such steps record or compare goes with them.
pub(super) fn reduce(flow: &Flow, marks: &Marks<'_>) -> Flow {
    let kept = Kept::new(flow, marks);
    let mut reduced = flow.clone();
    for role in [&mut reduced.operator, &mut reduced.checker] {
        role.prepare = kept.of(&role.prepare);
    }
    for check in &mut *reduced.checks {
        check.items = kept.of(&check.items).into();
    }
    let task = |task: &TaskDecl| kept.has(&task.step).then(|| TaskDecl { step: kept.step(&task.step), ..task.clone() });
    reduced.cold = flow.cold.keep(task);
    reduced.after = flow.after.keep(task);
    let blocks = |blocks: &[BlockDecl]| -> Vec<BlockDecl> {
        let blocks = blocks.iter().filter(|block| kept.has(*block));
        let block = |block: &BlockDecl| {
            let steps = block.steps.iter().filter(|step| kept.has(*step));
            BlockDecl {
                steps: steps.map(|step| kept.step(step)).collect::<Vec<_>>().into(),
                gate: kept.of(&block.gate),
                ..block.clone()
            }
        };
        blocks.map(block).collect()
    };
    reduced.hot = blocks(&flow.hot).into();
    reduced.rollback = blocks(&flow.rollback);
    reduced.appendix = kept.of(&flow.appendix);
    reduced.readings.retain(|reading| !kept.readings.contains(&*reading.id.value));
    reduced
}

struct Kept<'m> {
    marks: &'m Marks<'m>,
    /// The ids of the hot steps that are left out.
    gone: BTreeSet<&'m str>,
    /// The readings that go.
    readings: BTreeSet<&'m str>,
}

impl<'m> Kept<'m> {
    fn new(flow: &'m Flow, marks: &'m Marks<'m>) -> Self {
        let steps = || flow.hot.iter().chain(&flow.rollback).flat_map(|block| &block.steps);
        let is_gone = |step: &&StepDecl| marks.left_out.contains_key(&step.span);
        let named = |step: &'m StepDecl| step.take.iter().chain(&step.compare).map(|name| &*name.value);
        let mut readings: BTreeSet<&str> = steps().filter(is_gone).flat_map(named).collect();
        for name in steps().filter(|step| !is_gone(step)).flat_map(named) {
            readings.remove(name);
        }
        let gone = steps().filter(is_gone).filter_map(|step| Some(&*step.id.as_ref()?.value)).collect();
        Self { marks, gone, readings }
    }

    fn has(&self, part: &impl Conditional) -> bool {
        !self.marks.left_out.contains_key(&part.place())
    }

    fn of<T: Conditional + Clone>(&self, parts: &[T]) -> Vec<T> {
        parts.iter().filter(|part| self.has(*part)).cloned().collect()
    }

    fn step(&self, step: &StepDecl) -> StepDecl {
        let mut step = StepDecl { items: self.of(&step.items), ..step.clone() };
        if let Some(choose) = &mut step.choose {
            choose.options = self.of::<OptionDecl>(&choose.options).into();
        }
        let from = step.from.iter().filter(|name| !self.gone.contains(&*name.value)).cloned();
        *step.from = from.collect::<Vec<_>>().into();
        step
    }
}
