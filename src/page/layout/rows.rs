//! A list of steps: its head, its rows, what stands between them, and the tables that are filled in at a step.

use super::columns::Columns;
use super::pen::Pen;
use super::strip::{BottomRule, Keep, Strip};
use super::{RunningList, Width, atomic, forms, marks, notices, step};
use crate::geometry::Pt;
use crate::page::{TagId, TagRole};
use crate::text::Text;
use crate::text::typeset::Align;
use crate::view::checklist::{Row, Rows, Table};

/// The strips of a list of steps, with the first and last rows of an atomic block.
pub(super) fn rows(
    pen: &mut Pen,
    lists: &mut Vec<RunningList>,
    view: &Rows,
    parent: TagId,
    width: Width,
) -> Vec<Strip> {
    let inset = width.inset(pen.theme.steps.indent);
    let columns = Columns::new(pen, view, width.content);
    let table = pen.tag(parent, TagRole::Table);
    let head = head(pen, view, &columns, table);
    let list = lists.len();
    let bar = view.atomic.is_some().then_some(list);
    lists.push(RunningList { title: view.title.clone(), head: head.clone(), bar });
    let mut strips = Vec::new();
    let title = &view.title.to_plain();
    let words = view.columns.each_ref().map(Text::to_plain);
    if let Some(atomic) = &view.atomic {
        strips.extend(atomic::begin(pen, atomic, title, parent, width));
    }
    strips.push(head);
    for (index, row) in view.rows.iter().enumerate() {
        for notice in &row.notices {
            let cell = wide(pen, table);
            let mut strip = notices::notice(pen, notice, cell, inset);
            strip.keep = Keep::Must;
            marks::strip(&mut strip, notice.changed, pen.theme);
            strips.push(strip);
        }
        if let Some(why) = &row.no_return {
            let cell = wide(pen, table);
            let mut strip = no_return(pen, why, cell, width);
            strip.keep = Keep::Must;
            marks::strip(&mut strip, row.changed, pen.theme);
            strips.push(strip);
        }
        let mut of_row = step::row(pen, row, (&columns, &words), table);
        for strip in &mut of_row {
            marks::strip(strip, row.changed, pen.theme);
        }
        if let Some(last) = of_row.last_mut() {
            if view.rows.get(index + 1).is_some_and(|next| next.item) {
                last.keep = if row.item { Keep::Wish } else { Keep::Must };
            }
            if !row.tables.is_empty() {
                last.keep = Keep::Must;
            }
        }
        strips.append(&mut of_row);
        for filled in &row.tables {
            let cell = wide(pen, table);
            strips.extend(inner(pen, lists, filled, row, cell, (inset, bar)));
        }
    }
    if let Some(atomic) = &view.atomic {
        if let Some(last) = strips.last_mut() {
            last.keep = Keep::Must;
        }
        strips.push(atomic::end(pen, atomic, title, parent, width));
    }
    for strip in &mut strips {
        strip.list.get_or_insert(list);
    }
    strips
}

/// A table that is filled in at a row. It stays on the page of the row, in one piece, where a page can hold both.
fn inner(
    pen: &mut Pen,
    lists: &mut Vec<RunningList>,
    view: &Table,
    row: &Row,
    parent: TagId,
    place: (Width, Option<usize>),
) -> Vec<Strip> {
    let title = view.columns.first().map_or(&row.action, |(_, head)| head);
    let mut strips = forms::table(pen, lists, view, title, parent, place);
    marks::table(&mut strips, view, pen.theme);
    let last = strips.len() - 1;
    for (index, strip) in strips.iter_mut().enumerate() {
        strip.step = Some(row.number.to_plain());
        strip.span = row.span;
        strip.before = Pt::ZERO;
        strip.keep = match index {
            0 => Keep::Must,
            _ if index < last => Keep::Wish,
            _ => Keep::Free,
        };
    }
    strips
}

/// Number of cells in each row for somebody who hears it: number, mark, action, actual value, operator, checker,
/// time.
const CELLS: u8 = 7;

/// A row of one cell, for what stands between two steps and is read there.
fn wide(pen: &mut Pen, table: TagId) -> TagId {
    let row = pen.tag(table, TagRole::TableRow);
    pen.tag(row, TagRole::WideCell(CELLS))
}

/// The heads of the columns.
fn head(pen: &mut Pen, view: &Rows, columns: &Columns, table: TagId) -> Strip {
    let row = pen.tag(table, TagRole::TableRow);
    // The columns of numbers and marks need no heads.
    for _ in 0..2 {
        pen.tag(row, TagRole::TableHeader);
    }
    let places = [
        (columns.action, columns.actual, Align::Start),
        (columns.actual, columns.operator, Align::Center),
        (columns.operator, columns.checker, Align::Center),
        (columns.checker, columns.time, Align::Center),
        (columns.time, columns.right, Align::Center),
    ];
    let mut strip = Strip::new(Pt::ZERO);
    for (text, (left, right, align)) in view.columns.iter().zip(places) {
        let tag = pen.tag(row, TagRole::TableHeader);
        let paragraph = pen.lay(text, pen.theme.text.label.aligned(align), right - left);
        strip.height = strip.height.max(paragraph.height + Pt(3_000));
        strip.text(Some(tag), &paragraph, left, Pt(1_000));
    }
    let (left, right) = (pen.theme.steps.indent, columns.right);
    strip.rule_below = Some(BottomRule { left, right, stroke: pen.theme.line.columns });
    strip.keep = Keep::Must;
    strip
}

/// The point of no return, a line across the sheet (rule 16).
fn no_return(pen: &mut Pen, why: &Text, parent: TagId, width: Width) -> Strip {
    let tag = pen.tag(parent, TagRole::Note);
    let indent = pen.theme.steps.indent;
    let style = pen.theme.text.step.aligned(Align::Center);
    let paragraph = pen.lay(why, style, width.content - indent - Pt(40_000));
    let mut strip = Strip::new(paragraph.height + Pt(14_000));
    for y in [Pt(3_000), strip.height - Pt(3_000)] {
        strip.line((indent, y), (width.content, y), pen.theme.line.no_return);
    }
    strip.text(Some(tag), &paragraph, indent + Pt(20_000), Pt(7_000));
    strip
}
