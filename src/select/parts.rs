//! Every part of a flow that may have a condition.

use crate::source::flow::{BlockDecl, Conditional, Flow, ItemDecl, StepDecl, TaskList};

/// Shows every part of a flow that may have a condition to `see`.
pub fn each_part<'f>(flow: &'f Flow, see: &mut dyn FnMut(&'f dyn Conditional)) {
    let prepare = [&flow.operator, &flow.checker].into_iter().flat_map(|role| role.prepare.iter());
    items(prepare.chain(flow.checks.iter().flat_map(|check| check.items.iter())), see);
    tasks(&flow.cold, see);
    flow.hot.iter().chain(&flow.rollback).for_each(|of| block(of, see));
    tasks(&flow.after, see);
    flow.appendix.iter().for_each(|of| see(of));
}

fn tasks<'f>(tasks: &'f TaskList, see: &mut dyn FnMut(&'f dyn Conditional)) {
    tasks.groups().for_each(|(group, _)| see(group));
    tasks.iter().for_each(|task| step(&task.step, see));
}

fn block<'f>(block: &'f BlockDecl, see: &mut dyn FnMut(&'f dyn Conditional)) {
    see(block);
    items(block.gate.iter(), see);
    block.steps.iter().for_each(|of| step(of, see));
}

fn step<'f>(step: &'f StepDecl, see: &mut dyn FnMut(&'f dyn Conditional)) {
    see(step);
    items(step.items.iter(), see);
    step.choose.iter().flat_map(|choose| choose.options.iter()).for_each(|option| see(option));
}

fn items<'f>(items: impl Iterator<Item = &'f ItemDecl>, see: &mut dyn FnMut(&'f dyn Conditional)) {
    items.for_each(|item| see(item));
}
