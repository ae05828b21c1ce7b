//! Readings: tables to write down what is measured before, and what a later step compares with it.

use super::context::ListContext;
use super::gaps::Gaps;
use super::{Heading, LabelledLine, SheetPart, Table, TableCell, TickBox};
use crate::field::{Column, Field, Measured, ReadingRowId, Where};
use crate::plan::{Reading, ReadingIx, ReadingRow, RecordKind, StepIx};
use crate::text::{Content, Text};
use crate::view::labels::word;
use crate::view::words;

/// The most comparisons that stand side by side; the rest go into a further table.
const COMPARISONS: usize = 3;

/// Name of the destination of a reading's table.
pub(super) fn anchor(context: &ListContext, index: usize) -> String {
    format!("reading-{}-{}", index + 1, context.plan.readings[index].id)
}

/// A table of more rows doesn't stand at the step that fills it in, because it would separate the steps of its block by a page
/// or more. It stands on the start sheet (rule 27).
const ROWS: usize = 12;

/// Whether a reading's table stands at the step that takes it.
pub(super) fn at_step(reading: &Reading) -> bool {
    reading.take.is_some() && reading.rows.len() <= ROWS
}

/// The tables on the start sheet: those that no step takes, and those that are too long to stand at a step.
pub(super) fn at_start(context: &ListContext) -> Vec<SheetPart> {
    let mut parts = Vec::new();
    for (index, reading) in context.plan.readings.iter().enumerate().filter(|(_, reading)| !at_step(reading)) {
        let changed = context.options.since.as_ref().and_then(|changes| changes.reading(reading));
        parts.push(SheetPart::Heading(Heading {
            text: reading.title.clone(),
            aside: None,
            anchor: Some(anchor(context, index)),
            changed: changed.is_some_and(|marks| marks.title),
        }));
        parts.extend(tables(context, reading, &context.say(word!("item"))).into_iter().map(SheetPart::Table));
    }
    parts
}

/// The tables that stand at the step that takes a reading, headed by its title.
pub(super) fn beside(context: &ListContext, reading: ReadingIx) -> Vec<Table> {
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

/// The tables of a reading: one for every few comparisons.
fn tables(context: &ListContext, reading: &Reading, head: &Text) -> Vec<Table> {
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

fn table(context: &ListContext, reading: &Reading, compare: &[StepIx], head: &Text, first: bool) -> Table {
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
    let number = |step: StepIx| context.plan.step(step).number.clone();
    let rows = reading.rows.iter().enumerate().map(|(index, row)| {
        let at = ReadingRowId { reading: reading.id.clone(), take: reading.take.map(number), row: index as u32 + 1 };
        // What is expected stands under the item: a column of its own would leave none of the others room to write.
        let mut item = row.item.clone();
        item.push(Content::Break);
        let relation = words::relation(context.labels, &row.relation);
        item.append(&context.say_with(word!("sheet.reading-relation"), &[("relation", &relation)]));
        let mut cells = vec![TableCell::Words(item)];
        if first {
            let field = |what| Field::Reading(at.clone(), Column::Before, what);
            cells.push(before(context, row, &field));
        }
        for step in compare {
            let field = |what| Field::Reading(at.clone(), Column::Step(number(*step)), what);
            cells.push(after(context, row, &field));
        }
        name_gaps(at, &mut cells);
        cells
    });
    Table { rows: rows.collect(), ..Table::new(columns, 90) }
}

/// Names the gaps in a row's texts.
fn name_gaps(at: ReadingRowId, cells: &mut [TableCell]) {
    let mut gaps = Gaps::at(Where::Reading(at));
    for cell in cells {
        gaps.table_cell(cell);
    }
}

/// What a row records first.
fn before(context: &ListContext, row: &ReadingRow, field: &dyn Fn(Measured) -> Field) -> TableCell {
    let lines = match row.record {
        RecordKind::List => vec![
            LabelledLine::beside(context.say(word!("sheet.reading-count")), field(Measured::Count)),
            LabelledLine::below(context.say(word!("sheet.reading-evidence")), field(Measured::Evidence)),
        ],
        RecordKind::Number | RecordKind::Text => match &row.unit {
            Some(unit) => vec![LabelledLine::beside(unit.clone(), field(Measured::Value))],
            None => return TableCell::Room(field(Measured::Value)),
        },
    };
    TableCell::Form { lines, boxes: Vec::new(), initials: None }
}

/// What a step compares with it.
fn after(context: &ListContext, row: &ReadingRow, field: &dyn Fn(Measured) -> Field) -> TableCell {
    let lines = match row.record {
        RecordKind::List => [
            (word!("sheet.reading-count"), Measured::Count),
            (word!("sheet.reading-missing"), Measured::Missing),
            (word!("sheet.reading-accepted"), Measured::Accepted),
        ]
        .map(|(label, what)| LabelledLine::beside(context.say(label), field(what)))
        .into(),
        RecordKind::Number | RecordKind::Text => {
            let unit = row.unit.clone().unwrap_or_else(|| context.text(""));
            vec![LabelledLine::beside(unit, field(Measured::Value))]
        }
    };
    let boxes = [(word!("sheet.reading-match"), Measured::Match), (word!("sheet.reading-no-match"), Measured::NoMatch)];
    let boxes = boxes.map(|(label, what)| TickBox { words: context.say(label), field: field(what) }).into();
    let initials = Some(LabelledLine::beside(context.say(word!("sheet.reading-initials")), field(Measured::Initials)));
    TableCell::Form { lines, boxes, initials }
}
