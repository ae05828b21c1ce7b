//! Every part of a flow that may have a condition.

use crate::source::flow::{BlockDecl, Conditional, Flow, ItemDecl, StepDecl, TaskList};

/// Looks at a part, and at the parts around it, whose conditions are its own too.
type SeePart<'f, 's> = dyn FnMut(&'f dyn Conditional, &[&'f dyn Conditional]) + 's;

/// Shows every part of a flow that may have a condition to `see`.
pub fn each_part<'f>(flow: &'f Flow, see: &mut dyn FnMut(&'f dyn Conditional)) {
    each_part_within(flow, &mut |part, _| see(part));
}

/// The same, each with the parts around it.
pub fn each_part_within<'f>(flow: &'f Flow, see: &mut SeePart<'f, '_>) {
    let prepare = [&flow.operator, &flow.checker].into_iter().flat_map(|role| role.prepare.iter());
    items(prepare.chain(flow.checks.iter().flat_map(|check| check.items.iter())), &[], see);
    tasks(&flow.cold, see);
    flow.hot.iter().chain(&flow.rollback).for_each(|of| block(of, see));
    tasks(&flow.after, see);
    flow.appendix.iter().for_each(|of| see(of, &[]));
}

fn tasks<'f>(tasks: &'f TaskList, see: &mut SeePart<'f, '_>) {
    tasks.groups().for_each(|(group, _)| see(group, &[]));
    for (position, task) in tasks.iter().enumerate() {
        match tasks.group_of(position) {
            Some((_, group)) => step(&task.step, &[group], see),
            None => step(&task.step, &[], see),
        }
    }
}

fn block<'f>(block: &'f BlockDecl, see: &mut SeePart<'f, '_>) {
    see(block, &[]);
    items(block.gate.iter(), &[block], see);
    block.steps.iter().for_each(|of| step(of, &[block], see));
}

fn step<'f>(step: &'f StepDecl, around: &[&'f dyn Conditional], see: &mut SeePart<'f, '_>) {
    see(step, around);
    let around: Vec<&dyn Conditional> = around.iter().copied().chain([step as &dyn Conditional]).collect();
    items(step.items.iter(), &around, see);
    step.choose.iter().flat_map(|choose| choose.options.iter()).for_each(|option| see(option, &around));
}

fn items<'f>(items: impl Iterator<Item = &'f ItemDecl>, around: &[&'f dyn Conditional], see: &mut SeePart<'f, '_>) {
    items.for_each(|item| see(item, around));
}
