//! Counts the rows that a plan would have, before any of them is made.

use std::collections::BTreeMap;

use super::faults::Faults;
use super::lists::Lists;
use super::steps::checks;
use super::unroll::Layout;
use crate::diagnostic::{Diagnostic, Span};
use crate::limits::{ROWS, TEXT, Tally};
use crate::source::flow::{Flow, FlowText, ItemDecl, StepDecl, TaskDecl};

/// How often something that is written once stands in the plan, by its name.
type UseCounts<'a> = BTreeMap<&'a str, usize>;

/// How many items are made of those that are written: an item may repeat for a list.
type MadeItems<'m, 'a> = dyn FnMut(&'a [ItemDecl]) -> usize + 'm;

/// What the steps name, and in how many steps.
#[derive(Default)]
struct NamedUses<'a> {
    checks: UseCounts<'a>,
    readings: UseCounts<'a>,
}

/// The fault of a flow whose lists multiply to more rows than a check list may have.
pub(super) fn rows<'a>(
    flow: &'a Flow,
    layout: &Layout<'a>,
    lists: &mut Lists<'a>,
    faults: &mut Faults,
) -> Option<Diagnostic> {
    let mut tally = Tally::new(&ROWS);
    let mut named = NamedUses::default();
    let mut made = |items: &'a [ItemDecl]| {
        let of = |item: &'a ItemDecl| item.each.as_ref().map_or(1, |each| lists.elements(each, faults).len());
        items.iter().map(of).sum()
    };
    for source in &layout.sources {
        let copies = source.copies;
        let rows = source.block.steps.iter().map(|step| named.step(step, copies, &mut made)).sum();
        match &source.block.each {
            None => tally.add(&[(rows, "rows")], Some(source.block.span)),
            Some(each) => {
                let gate: usize = made(&source.block.gate);
                tally.add(&[(copies, "elements"), (rows + gate, "rows")], Some(each.span))
            }
        };
    }
    for task in flow.cold.iter().chain(&flow.after) {
        tally.add(&[(named.task(task, &mut made), "rows")], Some(task.step.span));
    }
    for role in [&flow.operator, &flow.checker] {
        tally.add(&[(made(&role.prepare), "rows")], role.prepare.first().and_then(|item| first_span(&item.action)));
    }
    tally.add(&[(flow.facts.len(), "facts")], flow.facts.first().map(|fact| fact.id.span));
    tally.add(&[(flow.approvals.len(), "approvals")], flow.approvals.first().map(|approval| approval.id.span));
    if let Some(decision) = &flow.decision {
        tally.add(
            &[(decision.when.len(), "measures")],
            decision.when.first().and_then(|when| first_span(&when.measure)),
        );
    }
    let declared = checks(flow);
    for (name, uses) in named.checks {
        if let Some(check) = declared.get(name) {
            tally.add(&[(uses, "steps"), (made(&check.items), "items")], Some(check.id.span));
        }
    }
    for reading in &flow.readings {
        let uses = named.readings.get(&*reading.id.value).copied().unwrap_or(1);
        tally.add(&[(uses, "steps"), (reading.rows.len(), "rows")], Some(reading.id.span));
    }
    tally.fault()
}

/// The fault of an older revision that would be too large to compare with: a shared check is compared in each step that names
/// it. Nothing repeats for a list there, since revisions are compared as they are written.
#[must_use]
pub fn older_is_too_large(flow: &Flow) -> Option<Diagnostic> {
    let (mut rows, mut text) = (Tally::new(&ROWS), Tally::new(&TEXT));
    let mut named = NamedUses::default();
    let mut written = |items: &[ItemDecl]| items.len();
    for block in flow.hot.iter().chain(&flow.rollback) {
        let steps: usize = block.steps.iter().map(|step| named.step(step, 1, &mut written)).sum();
        rows.add(&[(steps + block.gate.len(), "rows")], Some(block.span));
    }
    for task in flow.cold.iter().chain(&flow.after) {
        rows.add(&[(named.task(task, &mut written), "rows")], Some(task.step.span));
    }
    let declared = checks(flow);
    for (name, uses) in named.checks {
        let Some(check) = declared.get(name) else { continue };
        let texts = check.items.iter().flat_map(|item| [Some(&item.action), item.expect.as_ref()]).flatten();
        let bytes = texts.chain([&*check.title]).map(longest).sum();
        rows.add(&[(uses, "steps"), (check.items.len(), "items")], Some(check.id.span));
        text.add(&[(uses, "steps"), (bytes, "bytes")], Some(check.id.span));
    }
    rows.fault().or_else(|| text.fault())
}

/// The bytes of a text in the language that needs the most.
fn longest(text: &FlowText) -> usize {
    text.entries.iter().map(|(_, words)| words.value.len()).max().unwrap_or(0)
}

impl<'a> NamedUses<'a> {
    /// The rows that a step has of its own; notes what it names, so many times.
    fn step(&mut self, step: &'a StepDecl, copies: usize, made: &mut MadeItems<'_, 'a>) -> usize {
        let note = |uses: &mut UseCounts<'a>, name: &'a str| *uses.entry(name).or_default() += copies;
        if let Some(check) = &step.check {
            note(&mut self.checks, &check.value);
        }
        for reading in step.take.iter().chain(&step.compare) {
            note(&mut self.readings, &reading.value);
        }
        let answers = step.choose.as_ref().map_or(0, |choose| choose.options.len());
        let more_commands = step.commands.len().saturating_sub(1);
        1 + made(&step.items) + answers + more_commands + step.from.len() + step.sets.len()
    }

    fn task(&mut self, task: &'a TaskDecl, made: &mut MadeItems<'_, 'a>) -> usize {
        self.step(&task.step, 1, made) + task.notify.len()
    }
}

fn first_span(text: &FlowText) -> Option<Span> {
    text.entries.first().map(|(_, words)| words.span)
}
