//! What is recorded before and compared after, as tables to write in.

use super::build::Context;
use super::{Entry, Heading, Line, Part, Table};
use crate::plan::{Reading, ReadingIx, ReadingRow, RecordKind, StepIx};
use crate::text::{Content, Text};
use crate::view::labels::word;
use crate::view::words;

/// Comparisons that stand beside each other; more go into a further table.
const COMPARISONS: usize = 3;

/// Name of the destination of a reading's table.
pub(super) fn anchor(context: &Context, index: usize) -> String {
    format!("reading-{}-{}", index + 1, context.plan.readings[index].id)
}

/// Rows past which a table no longer stands beside the step that fills it in: it would part the steps of its block by a
/// page or more. Such a table stands on the sheet before the start (rule 27).
const ROWS: usize = 12;

/// Whether a reading's table stands at the step that takes it.
pub(super) fn at_step(reading: &Reading) -> bool {
    reading.take.is_some() && reading.rows.len() <= ROWS
}

/// The tables that the sheet before the start holds: those of no step, and those that are too long for one.
pub(super) fn at_start(context: &Context) -> Vec<Part> {
    let mut parts = Vec::new();
    for (index, reading) in context.plan.readings.iter().enumerate().filter(|(_, reading)| !at_step(reading)) {
        let changed = context.options.since.as_ref().and_then(|changes| changes.reading(reading));
        parts.push(Part::Heading(Heading {
            text: reading.title.clone(),
            aside: None,
            anchor: Some(anchor(context, index)),
            changed: changed.is_some_and(|marks| marks.title),
        }));
        parts.extend(tables(context, reading, &context.say(word!("item"))).into_iter().map(Part::Table));
    }
    parts
}

/// The tables that stand at the step that takes a reading, headed by its title.
pub(super) fn beside(context: &Context, reading: ReadingIx) -> Vec<Table> {
    let taken = &context.plan.readings[reading.0];
    if !at_step(taken) {
        return Vec::new();
    }
    let mut tables = tables(context, taken, &taken.title.clone().bold());
    if let Some(first) = tables.first_mut() {
        first.anchor = Some(anchor(context, reading.0));
        let marks = context.options.since.as_ref().and_then(|changes| changes.reading(taken));
        first.head_changed = marks.is_some_and(|marks| marks.title);
    }
    tables
}

/// A table of a reading for each few of its comparisons.
fn tables(context: &Context, reading: &Reading, head: &Text) -> Vec<Table> {
    let marks = context.options.since.as_ref().and_then(|changes| changes.reading(reading));
    let changed = marks.map(|marks| marks.rows.clone()).unwrap_or_default();
    let mut chunks: Vec<&[StepIx]> = reading.compare.chunks(COMPARISONS).collect();
    if chunks.is_empty() {
        chunks.push(&[]);
    }
    let table = |(n, compare): (usize, &[StepIx])| Table {
        changed: changed.clone(),
        ..table(context, reading, compare, head, n == 0)
    };
    chunks.into_iter().enumerate().map(table).collect()
}

fn table(context: &Context, reading: &Reading, compare: &[StepIx], head: &Text, first: bool) -> Table {
    let number = |step: StepIx| context.plan.step(step).number.to_string();
    let mut columns = vec![(28, head.clone())];
    if first {
        let before = reading.take.map_or_else(
            || context.say(word!("sheet.reading-before")),
            |step| context.say_with(word!("sheet.reading-before-step"), &[("step", &number(step))]),
        );
        columns.push((24, before));
    }
    for step in compare {
        columns.push((32, context.say_with(word!("sheet.reading-step"), &[("step", &number(*step))])));
    }
    let rows = reading.rows.iter().map(|row| {
        // What is expected stands under the item: a column of its own would leave none of the others room to write.
        let mut item = row.item.clone();
        item.push(Content::Break);
        let relation = words::relation(context.labels, &row.relation);
        item.append(&context.say_with(word!("sheet.reading-relation"), &[("relation", &relation)]));
        let mut entries = vec![Entry::Words(item)];
        if first {
            entries.push(before(context, row));
        }
        entries.extend(compare.iter().map(|_| after(context, row)));
        entries
    });
    let step = |step: StepIx| format!("step-{}", number(step).replace(['.', '/'], "-"));
    let mut fields = vec!["item".to_owned()];
    if first {
        fields.push(reading.take.map_or_else(|| "before".to_owned(), step));
    }
    fields.extend(compare.iter().copied().map(step));
    // A repeated block has a reading of the same name for each element: the step tells them apart.
    let id = reading.id.replace('.', "-");
    let field = reading.take.map_or_else(|| format!("reading.{id}"), |taken| format!("reading.{id}.{}", step(taken)));
    Table { rows: rows.collect(), field, fields, ..Table::new(columns, 90) }
}

fn before(context: &Context, row: &ReadingRow) -> Entry {
    let lines = match row.record {
        RecordKind::List => {
            vec![
                Line::beside(context.say(word!("sheet.reading-count"))),
                Line::below(context.say(word!("sheet.reading-evidence"))),
            ]
        }
        RecordKind::Number | RecordKind::Text => row.unit.iter().cloned().map(Line::beside).collect(),
    };
    Entry::Fill { lines, boxes: Vec::new(), initials: None }
}

fn after(context: &Context, row: &ReadingRow) -> Entry {
    let lines = match row.record {
        RecordKind::List => {
            let names = [word!("sheet.reading-count"), word!("sheet.reading-missing"), word!("sheet.reading-accepted")];
            names.into_iter().map(|name| Line::beside(context.say(name))).collect()
        }
        RecordKind::Number | RecordKind::Text => row.unit.iter().cloned().map(Line::beside).collect(),
    };
    let boxes = vec![context.say(word!("sheet.reading-match")), context.say(word!("sheet.reading-no-match"))];
    Entry::Fill { lines, boxes, initials: Some(context.say(word!("sheet.reading-initials"))) }
}
