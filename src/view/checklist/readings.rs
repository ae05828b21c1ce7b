//! Readings: tables to write down what is measured before, and what later steps compare with it. They stand on a sheet of their
//! own, which lies beside the steps of the release and beside those of a rollback.

use super::context::ListContext;
use super::gaps::Gaps;
use super::{Heading, LabelledLine, SheetPart, Table, TableCell, TickBox};
use crate::field::{Column, Compared, Field, Measured, Party, ReadingId, ReadingRowId, Where};
use crate::plan::{Reading, ReadingRow, RecordKind, StepIx};
use crate::text::Content;
use crate::view::labels::word;
use crate::view::words;

/// The most comparisons that stand side by side; the rest go into a further table. A list or a text needs more room than a
/// number.
const COMPARISONS: [usize; 2] = [4, 3];

/// How many rows a page holds. Where a reading has several tables, that many rows are divided among them, so that what is
/// compared stands on the page of what it is compared with.
const ROWS: usize = 12;

/// The parts of the sheet: what it is for, then a heading and tables for each reading.
pub(super) fn parts(context: &ListContext) -> Vec<SheetPart> {
    let mut parts = vec![SheetPart::Paragraph(context.say(word!("sheet.readings-beside")))];
    for (index, reading) in context.plan.readings.iter().enumerate() {
        let changed = context.options.since.as_ref().and_then(|changes| changes.reading(reading));
        let table = id(context, reading);
        let mut text = reading.title.clone();
        Gaps::at(Where::ReadingTitle(table.clone())).name(&mut text);
        parts.push(SheetPart::Heading(Heading {
            text,
            aside: None,
            anchor: Some(words::reading_anchor(index)),
            changed: changed.is_some_and(|marks| marks.title),
        }));
        let changed = changed.map_or(&[][..], |marks| &marks.rows);
        parts.extend(ReadingTables { context, reading, id: table, changed }.tables().map(SheetPart::Table));
    }
    parts
}

/// Which table a reading is, in the names of its fields.
fn id(context: &ListContext, reading: &Reading) -> ReadingId {
    let take = reading.take.map(|step| context.plan.step(step).number.clone());
    ReadingId { reading: reading.id.clone(), take }
}

/// What all tables of a reading share.
struct ReadingTables<'a> {
    context: &'a ListContext<'a>,
    reading: &'a Reading,
    id: ReadingId,
    /// Which of the rows are new or changed; those past its end aren't.
    changed: &'a [bool],
}

impl ReadingTables<'_> {
    /// A table for every few comparisons, and where those are several, for every few rows.
    fn tables(&self) -> impl Iterator<Item = Table> {
        let rows = &self.reading.rows;
        let wide = rows.iter().any(|row| matches!(row.record, RecordKind::List | RecordKind::Text));
        let mut beside: Vec<&[StepIx]> = self.reading.compare.chunks(COMPARISONS[usize::from(wide)]).collect();
        if beside.is_empty() {
            beside.push(&[]);
        }
        let each = if beside.len() > 1 { (ROWS / beside.len()).max(1) } else { rows.len().max(1) };
        let parts = rows.chunks(each).enumerate();
        parts.flat_map(move |(part, rows)| {
            let (first, beside) = (part * each, beside.clone());
            beside.into_iter().enumerate().map(move |(n, compare)| self.table(first, rows, compare, n == 0))
        })
    }

    /// Some rows from the one with an index, with some comparisons; the first of the tables side by side has the values before.
    fn table(&self, first: usize, rows: &[ReadingRow], compare: &[StepIx], before: bool) -> Table {
        let context = self.context;
        let number = |step: StepIx| context.plan.step(step).number.to_string();
        let mut columns = vec![(28, context.say(word!("item")))];
        if before {
            let words = self.reading.take.map_or_else(
                || context.say(word!("sheet.reading-before")),
                |step| context.say_with(word!("sheet.reading-before-step"), &[("step", &number(step))]),
            );
            columns.push((22, words));
        }
        for step in compare {
            columns.push((22, context.say_with(word!("the-step"), &[("step", &number(*step))])));
        }
        let cells = |(index, row)| self.row(first + index, row, compare, before);
        let mut cells: Vec<Vec<TableCell>> = rows.iter().enumerate().map(cells).collect();
        if first + rows.len() == self.reading.rows.len() && !compare.is_empty() {
            cells.push(self.verdicts(compare, before));
        }
        let changed = self.changed.iter().skip(first).take(rows.len()).copied().collect();
        Table { rows: cells, changed, ..Table::new(columns, 100) }
    }

    fn row(&self, index: usize, row: &ReadingRow, compare: &[StepIx], before: bool) -> Vec<TableCell> {
        let context = self.context;
        let at = ReadingRowId { table: self.id.clone(), row: index as u32 + 1 };
        // What is expected stands under the item: a column of its own would leave none of the others room to write.
        let mut item = row.item.clone();
        if let Some(unit) = &row.unit {
            item.push_str(context.labels.say(word!("open")));
            item.append(unit);
            item.push_str(context.labels.say(word!("close")));
        }
        item.push(Content::Break);
        item.push_str(&words::relation(context.labels, &row.relation));
        let mut cells = vec![TableCell::Words(item)];
        cells.extend(before.then(|| self.room(row, &at, &Column::Before)));
        cells.extend(compare.iter().map(|step| {
            let step = context.plan.step(*step).number.clone();
            self.room(row, &at, &Column::Step(step))
        }));
        let mut gaps = Gaps::at(Where::Reading(at));
        for cell in &mut cells {
            gaps.table_cell(cell);
        }
        cells
    }

    /// Room for what is read: a number or a text, or of a list that no line can hold what tells whether it is the same.
    fn room(&self, row: &ReadingRow, at: &ReadingRowId, column: &Column) -> TableCell {
        let field = |what| Field::Reading(at.clone(), column.clone(), what);
        let line = |label, what| LabelledLine::beside(self.context.say(label), field(what));
        let lines = match (row.record, column) {
            (RecordKind::Number | RecordKind::Text, _) => return TableCell::Room(field(Measured::Value)),
            (RecordKind::List, Column::Before) => vec![
                line(word!("sheet.reading-count"), Measured::Count),
                LabelledLine::below(self.context.say(word!("sheet.reading-evidence")), field(Measured::Evidence)),
            ],
            (RecordKind::List, Column::Step(_)) => vec![
                line(word!("sheet.reading-count"), Measured::Count),
                line(word!("sheet.reading-missing"), Measured::Missing),
                line(word!("sheet.reading-accepted"), Measured::Accepted),
            ],
        };
        TableCell::Form { lines, boxes: Vec::new() }
    }

    /// The last row: for each comparison, what the checker finds of all rows together.
    fn verdicts(&self, compare: &[StepIx], before: bool) -> Vec<TableCell> {
        let context = self.context;
        let who = [("who", context.called(Party::Checker))];
        // Nothing is compared in the first column, and nothing was forgotten there.
        let empty = TableCell::Words(context.text("–"));
        let mut cells = vec![TableCell::Words(context.say_with(word!("sheet.reading-verdict"), &who).bold())];
        cells.extend(before.then_some(empty));
        cells.extend(compare.iter().map(|step| {
            let step = &context.plan.step(*step).number;
            let boxes =
                [(word!("sheet.reading-match"), Compared::Match), (word!("sheet.reading-no-match"), Compared::NoMatch)];
            let boxes = boxes.map(|(label, verdict)| TickBox {
                words: context.say(label),
                field: Field::Verdict(self.id.clone(), step.clone(), verdict),
            });
            TableCell::Form { lines: Vec::new(), boxes: boxes.into() }
        }));
        cells
    }
}
