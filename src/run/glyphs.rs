//! Characters that no font has, found before anything is laid out: a hole on the sheet would be read as a blank.

use std::collections::BTreeMap;

use crate::chars;
use crate::diagnostic::{Diagnostic, Sources};
use crate::plan::{Block, Item, Plan, Step, Task, WayOut};
use crate::source;
use crate::text::{Chooser, Content, Fonts, Text};

/// One fault for each character without a glyph, at the first place where it stands: in the plan, or in a text that is
/// printed beside it.
#[must_use]
pub fn missing<'t>(
    plan: &Plan,
    beside: impl Iterator<Item = &'t Text>,
    sources: &Sources,
    fonts: &Fonts,
) -> Vec<Diagnostic> {
    let mut found: BTreeMap<char, (Diagnostic, usize)> = BTreeMap::new();
    let mut chooser = Chooser::new(fonts);
    let mut look = |text: &Text| {
        for (run, range, character) in chooser.missing(text) {
            let name = format!("U+{:04X}", u32::from(character));
            let message = format!("no font has the character `{character}` ({name})");
            let fault = match text.runs[run].origin {
                Some(origin) => Diagnostic::error("no-glyph", source::locate(sources, origin, range), message),
                None => Diagnostic::error_nowhere("no-glyph", format!("{message} in `{}`", text.to_plain())),
            };
            let (first, count) = found.entry(character).or_insert((fault.clone(), 0));
            // One with a place says more than one without.
            if (fault.primary.is_none(), fault.order()) < (first.primary.is_none(), first.order()) {
                *first = fault;
            }
            *count += 1;
        }
    };
    beside.for_each(&mut look);
    visit(plan, &mut look);
    let faults = found.into_values().map(|(fault, count)| {
        let fault = if count > 1 { fault.help(format!("it stands in {count} places")) } else { fault };
        fault.help("write it otherwise, or give a font that has it with `--font`")
    });
    faults.collect()
}

/// Columns of a line in a narrow column of the list; a Chinese character takes two.
const COLUMNS: usize = 40;
/// Lines of one step, or of one other text, that surely fit a page with all that stands around them.
const FITS: usize = 20;

/// Whether a step, or a text beside the steps, is so long that it may not fit a page.
#[must_use]
pub fn may_fill_a_page(plan: &Plan) -> bool {
    let mut longest = 0;
    visit(plan, &mut |text| longest = longest.max(lines(text)));
    let tasks = plan.cold.iter().chain(&plan.after).map(|task| &task.step);
    longest > FITS
        || plan.steps.iter().chain(tasks).any(|step| {
            let mut all = 0;
            visit_step(step, &mut |text| all += lines(text));
            all > FITS
        })
}

/// How many lines a text takes, at most.
fn lines(text: &Text) -> usize {
    let mut lines = 1;
    let mut column = 0;
    for run in &text.runs {
        match &run.content {
            Content::Chars(chars) => column += chars.chars().map(chars::columns).sum::<usize>(),
            Content::Break => {
                lines += 1 + column / COLUMNS;
                column = 0;
            }
            Content::Blank(_) | Content::PageOf(_) => column += COLUMNS / 2,
        }
    }
    lines + column / COLUMNS
}

/// Shows every text of a plan to `see`.
pub(super) fn visit(plan: &Plan, see: &mut impl FnMut(&Text)) {
    see(&plan.title);
    plan.about.iter().chain(&plan.owner).for_each(&mut *see);
    plan.values.iter().for_each(|value| see(&value.label));
    plan.readings.iter().for_each(|reading| {
        see(&reading.title);
        reading.rows.iter().for_each(|row| std::iter::once(&row.item).chain(&row.unit).for_each(&mut *see));
    });
    plan.prepare.iter().flatten().for_each(|item| visit_item(item, see));
    plan.handover.iter().flatten().for_each(&mut *see);
    plan.decision.iter().flat_map(|decision| &decision.when).for_each(&mut *see);
    plan.contacts.iter().for_each(|contact| see(&contact.name));
    plan.cold.iter().chain(&plan.after).for_each(|task| visit_task(task, see));
    plan.steps.iter().for_each(|step| visit_step(step, see));
    plan.hot.iter().chain(&plan.rollback).for_each(|block| visit_block(block, see));
    for words in plain(plan) {
        see(&Text::plain(&plan.lang, words));
    }
}

/// What is printed without a place in a file.
fn plain(plan: &Plan) -> impl Iterator<Item = &String> {
    let release = &plan.release;
    let people = [&release.operator, &release.checker].into_iter().flat_map(|person| [&person.name, &person.phone]);
    let contacts = plan.contacts.iter().flat_map(|contact| [&contact.person, &contact.phone]);
    let values = plan.values.iter().flat_map(|value| value.given.iter().flatten().chain(&value.example));
    let instances = plan.hot.iter().chain(&plan.rollback).filter_map(|block| block.instance.as_ref());
    let names = plan.steps.iter().flat_map(|step| step.begins.iter().chain(&step.awaits));
    people
        .chain(contacts)
        .chain([&release.number, &plan.revision, &plan.runbook])
        .flatten()
        .chain(values)
        .chain(instances.map(|instance| &instance.name))
        .chain(names)
}

fn visit_item(item: &Item, see: &mut impl FnMut(&Text)) {
    std::iter::once(&item.action).chain(&item.expect).for_each(see);
}

fn visit_task(task: &Task, see: &mut impl FnMut(&Text)) {
    task.impact.iter().chain(&task.ask).for_each(&mut *see);
    visit_step(&task.step, see);
}

fn visit_block(block: &Block, see: &mut impl FnMut(&Text)) {
    see(&block.title);
    block.note.iter().chain(&block.caution).chain(&block.warning).for_each(&mut *see);
    block.gate.iter().for_each(|item| visit_item(item, see));
    block.gate_way_out.iter().for_each(|way_out| visit_way_out(way_out, see));
}

fn visit_way_out(way_out: &WayOut, see: &mut impl FnMut(&Text)) {
    way_out.action.iter().for_each(see);
}

fn visit_step(step: &Step, see: &mut impl FnMut(&Text)) {
    see(&step.action);
    let single =
        [&step.expect, &step.command, &step.note, &step.caution, &step.warning, &step.undo, &step.irreversible];
    single.into_iter().flatten().for_each(&mut *see);
    step.items.iter().for_each(|item| visit_item(item, see));
    if let Some(record) = &step.record {
        std::iter::once(&record.label).chain(&record.unit).for_each(&mut *see);
    }
    if let Some(hold) = &step.hold {
        see(&hold.ask);
        hold.no.iter().for_each(|way_out| visit_way_out(way_out, see));
    }
    if let Some(wait) = &step.wait {
        see(&wait.condition);
        wait.otherwise.iter().for_each(|way_out| visit_way_out(way_out, see));
    }
    for (condition, way_out) in step.choose.iter().flat_map(|choose| &choose.options) {
        see(condition);
        visit_way_out(way_out, see);
    }
    step.tell.iter().for_each(|tell| see(&tell.message));
    step.way_out.iter().for_each(|way_out| visit_way_out(way_out, see));
}
