//! Every text of a sheet, in the order in which it is read: for what is done to all of them.

use super::{Cell, Holds, LabelledLine, Notice, Row, SheetPart, Table, TableCell, TickBox};
use crate::text::Text;
use crate::text::prose::texts_mut;

/// What each text is shown to.
type SeeText<'s> = dyn FnMut(&mut Text) + 's;

/// Shows the texts of a part, apart from those of signatures and of the chart.
pub(super) fn of_part(part: &mut SheetPart, see: &mut SeeText<'_>) {
    match part {
        SheetPart::Heading(heading) => {
            see(&mut heading.text);
            heading.aside.iter_mut().for_each(see);
        }
        SheetPart::Paragraph(text) | SheetPart::ChangedParagraph(text) | SheetPart::End(text) => see(text),
        SheetPart::Notice(notice) => of_notice(notice, see),
        SheetPart::Grid(grid) => grid.rows.iter_mut().flatten().for_each(|cell| of_cell(cell, see)),
        SheetPart::Table(table) => of_table(table, see),
        SheetPart::Rows(rows) => rows.rows.iter_mut().for_each(|row| of_row(row, see)),
        SheetPart::Prose(prose) => texts_mut(&mut prose.blocks, see),
        SheetPart::Signatures(_) | SheetPart::Chart(_) => {}
    }
}

/// Shows the texts of a row.
pub(super) fn of_row(row: &mut Row, see: &mut SeeText<'_>) {
    row.notices.iter_mut().for_each(|notice| of_notice(notice, see));
    row.no_return.iter_mut().for_each(&mut *see);
    row.only_from.iter_mut().for_each(&mut *see);
    see(&mut row.action);
    row.expect.iter_mut().chain(&mut row.aside).for_each(&mut *see);
    row.before.iter_mut().for_each(|detail| see(&mut detail.text));
    for command in &mut row.commands {
        command.title.iter_mut().for_each(&mut *see);
        see(&mut command.code);
    }
    row.details.iter_mut().for_each(|detail| see(&mut detail.text));
    if let Some(message) = &mut row.message {
        message.to.iter_mut().for_each(|detail| see(&mut detail.text));
        message.subject.iter_mut().flatten().for_each(&mut *see);
        see(&mut message.text);
    }
}

fn of_notice(notice: &mut Notice, see: &mut SeeText<'_>) {
    see(&mut notice.label);
    see(&mut notice.text);
}

fn of_cell(cell: &mut Cell, see: &mut SeeText<'_>) {
    cell.label.iter_mut().for_each(&mut *see);
    match &mut cell.holds {
        Holds::Known(text) => see(text),
        Holds::Room(_) => {}
        Holds::Boxes(boxes, line) => of_form(boxes, [line], see),
    }
}

fn of_table(table: &mut Table, see: &mut SeeText<'_>) {
    table.columns.iter_mut().for_each(|(_, head)| see(head));
    table.rows.iter_mut().flatten().for_each(|cell| of_table_cell(cell, see));
}

/// Shows the texts of a cell.
pub(super) fn of_table_cell(cell: &mut TableCell, see: &mut SeeText<'_>) {
    match cell {
        TableCell::Words(text) => see(text),
        TableCell::Room(_) => {}
        TableCell::Form { lines, boxes } => of_form(boxes, lines, see),
    }
}

fn of_form<'l>(boxes: &mut [TickBox], lines: impl IntoIterator<Item = &'l mut LabelledLine>, see: &mut SeeText<'_>) {
    lines.into_iter().for_each(|line| see(&mut line.label));
    for tick in boxes {
        see(&mut tick.words);
    }
}
