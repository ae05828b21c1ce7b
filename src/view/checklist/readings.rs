//! What is recorded before and compared after, as tables to write in.

use std::collections::BTreeMap;

use super::build::Context;
use super::{Entry, Heading, Part, Table};
use crate::plan::{Reading, ReadingRow, RecordKind, StepIx};
use crate::view::words;

/// Comparisons that stand beside each other; more go into a further table.
const COMPARISONS: usize = 3;

/// Name of the destination of a reading's table.
pub(super) fn anchor(context: &Context, index: usize) -> String {
    format!("reading-{}-{}", index + 1, context.plan.readings[index].id)
}

/// A table, or several, for each reading.
pub(super) fn readings(context: &Context) -> Vec<Part> {
    let mut counts = BTreeMap::new();
    let mut parts = Vec::new();
    for (index, reading) in context.plan.readings.iter().enumerate() {
        let marks = context.options.since.as_ref().and_then(|changes| changes.reading(reading));
        parts.push(Part::Heading(Heading {
            text: reading.title.clone(),
            aside: None,
            anchor: Some(anchor(context, index)),
            changed: marks.is_some_and(|marks| marks.title),
        }));
        // A repeated block has a reading of the same name for each element.
        let count = counts.entry(reading.id.as_str()).or_insert(0_usize);
        *count += 1;
        let id = reading.id.replace('.', "-");
        let field = if *count == 1 { format!("reading.{id}") } else { format!("reading.{id}-{count}") };
        let mut chunks: Vec<&[StepIx]> = reading.compare.chunks(COMPARISONS).collect();
        if chunks.is_empty() {
            chunks.push(&[]);
        }
        for (n, compare) in chunks.into_iter().enumerate() {
            let changed = marks.map(|marks| marks.rows.clone()).unwrap_or_default();
            parts.push(Part::Table(Table { changed, ..table(context, reading, compare, n == 0, &field) }));
        }
    }
    parts
}

fn table(context: &Context, reading: &Reading, compare: &[StepIx], first: bool, field: &str) -> Table {
    let number = |step: StepIx| context.plan.step(step).number.to_string();
    let mut columns = vec![(22, context.say("reading-item"))];
    if first {
        columns.push((
            16,
            reading.take.map_or_else(
                || context.say("reading-before"),
                |step| context.say_with("reading-before-step", &[("step", &number(step))]),
            ),
        ));
    }
    columns.push((12, context.say("reading-relation")));
    for step in compare {
        columns.push((32, context.say_with("reading-step", &[("step", &number(*step))])));
    }
    let rows = reading.rows.iter().map(|row| {
        let mut entries = vec![Entry::Words(row.item.clone())];
        if first {
            entries.push(before(context, row));
        }
        entries.push(Entry::Words(context.text(words::relation(&context.labels.common, &row.relation))));
        entries.extend(compare.iter().map(|_| after(context, row)));
        entries
    });
    let step = |step: StepIx| format!("step-{}", number(step).replace(['.', '/'], "-"));
    let mut fields = vec!["item".to_owned()];
    if first {
        fields.push(reading.take.map_or_else(|| "before".to_owned(), step));
    }
    fields.push("relation".to_owned());
    fields.extend(compare.iter().copied().map(step));
    let field = field.to_owned();
    Table { columns, rows: rows.collect(), changed: Vec::new(), row_height: 90, anchor: None, field, fields }
}

fn before(context: &Context, row: &ReadingRow) -> Entry {
    let lines = match row.record {
        RecordKind::List => vec![context.say("reading-count"), context.say("reading-evidence")],
        RecordKind::Number | RecordKind::Text => row.unit.iter().cloned().collect(),
    };
    Entry::Fill { lines, boxes: Vec::new(), initials: None }
}

fn after(context: &Context, row: &ReadingRow) -> Entry {
    let lines = match row.record {
        RecordKind::List => {
            ["reading-count", "reading-missing", "reading-accepted"].iter().map(|name| context.say(name)).collect()
        }
        RecordKind::Number | RecordKind::Text => row.unit.iter().cloned().collect(),
    };
    let boxes = vec![context.say("reading-match"), context.say("reading-no-match")];
    Entry::Fill { lines, boxes, initials: Some(context.say("reading-initials")) }
}
