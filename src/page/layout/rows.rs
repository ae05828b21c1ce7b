//! A list of steps: its head, its rows, and what stands between them.

use super::columns::{self, Columns};
use super::pen::Pen;
use super::strip::{BottomRule, Keep, LegendPlace, Strip};
use super::{RunningList, Width, atomic, legend, marks, notices, step};
use crate::geometry::Pt;
use crate::page::{TagId, TagRole};
use crate::text::Text;
use crate::text::typeset::Align;
use crate::view::checklist::Rows;

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
    let is_atomic = view.atomic.is_some();
    lists.push(RunningList { title: view.title.clone(), again: view.again.clone(), head: head.clone(), is_atomic });
    let mut strips = Vec::new();
    let title = &view.title.to_plain();
    let words = view.columns.each_ref().map(Text::to_plain);
    let begin = atomic::begin(pen, view, parent, width);
    if begin.is_none() && !view.legend.is_empty() {
        let left = pen.theme.steps.indent + Pt(2_000);
        let mut strip = Strip { keep: Keep::Must, ..Strip::new(Pt::ZERO) };
        let place = LegendPlace { behind: None, left, right: width.content };
        legend::add(pen, &mut strip, &view.legend, parent, place);
        strips.push(strip);
    }
    strips.extend(begin);
    strips.push(head);
    let nexts = view.rows.iter().skip(1).map(Some).chain([None]);
    for ((row, next), value) in view.rows.iter().zip(nexts).zip(&columns.values) {
        for notice in &row.notices {
            let cell = wide(pen, table, view);
            let mut of_notice = notices::notice(pen, notice, cell, inset, view.dated);
            if let Some(last) = of_notice.last_mut() {
                last.keep = Keep::Must;
            }
            for strip in &mut of_notice {
                marks::strip(strip, notice.changed, pen.theme);
            }
            strips.append(&mut of_notice);
        }
        if let Some(why) = &row.no_return {
            let cell = wide(pen, table, view);
            let mut strip = no_return(pen, why, cell, width);
            strip.keep = Keep::Must;
            marks::strip(&mut strip, row.changed, pen.theme);
            strips.push(strip);
        }
        let mut of_row = step::row(pen, row, value.as_ref(), (&columns, &words), table);
        for strip in &mut of_row {
            marks::strip(strip, row.changed, pen.theme);
        }
        if let Some(last) = of_row.last_mut()
            && next.is_some_and(|next| next.item)
        {
            last.keep = if row.item { Keep::Wish } else { Keep::Must };
        }
        strips.append(&mut of_row);
    }
    if let Some(atomic) = &view.atomic {
        if let Some(last) = strips.last_mut() {
            last.keep = Keep::Must;
        }
        strips.push(atomic::end(pen, atomic, title, parent, width));
    }
    for strip in &mut strips {
        strip.list = Some(list);
    }
    strips
}

/// Number of cells in each row for somebody who hears it: number, mark, action, actual value, operator, checker,
/// time. Where rows depend on steps, there is one more.
const CELLS: u8 = 7;

/// A row of one cell, for what stands between two steps and is read there.
fn wide(pen: &mut Pen, table: TagId, view: &Rows) -> TagId {
    let row = pen.tag(table, TagRole::TableRow);
    pen.tag(row, TagRole::WideCell(CELLS + u8::from(view.only_from.is_some())))
}

/// The heads of the columns.
fn head(pen: &mut Pen, view: &Rows, columns: &Columns, table: TagId) -> Strip {
    let row = pen.tag(table, TagRole::TableRow);
    // The columns of numbers and marks need no heads.
    for _ in 0..2 {
        pen.tag(row, TagRole::TableHeader);
    }
    let only_from = view.only_from.as_ref().map(|head| (head, pen.tag(row, TagRole::TableHeader)));
    let cells: [TagId; 5] = std::array::from_fn(|_| pen.tag(row, TagRole::TableHeader));
    let [beside, actual, operator, checker, time] = cells;
    let end = columns.again - columns::APART;
    let roles = columns::are_above(pen, [&view.columns[3], &view.columns[4]]);
    let spread = if roles { pen.theme.steps.role_widest / 2 } else { Pt::ZERO };
    let over = |left: Pt, right: Pt| (left - spread, right + spread);
    let [operators, checkers] = [over(columns.operator, columns.checker), over(columns.checker, columns.time)];
    let places = [
        (beside, columns.action, columns.expected - columns::APART, Align::Start),
        (beside, columns.expected, end, Align::Start),
        (actual, columns.expected, end, Align::End),
        (operator, operators.0, operators.1, Align::Center),
        (checker, checkers.0, checkers.1, Align::Center),
        (time, columns.time, columns.right, Align::Center),
    ];
    let setting = pen.theme.text.head;
    let values = [&view.columns[1], &view.columns[2]].map(|head| pen.width(head, setting));
    let one_line = values[0] + values[1] + columns::APART <= end - columns.expected;
    let said: Vec<_> = view.columns.iter().zip(places).collect();
    let mut strip = Strip::new(Pt::ZERO);
    let drawn = said.into_iter().enumerate().map(|(n, (text, (tag, left, right, align)))| {
        (n, tag, left, pen.lay(text, setting.aligned(align), right - left))
    });
    let drawn: Vec<_> = drawn.collect();
    // The head of actual values stands behind that of expected ones, or under it.
    let below = if one_line { Pt::ZERO } else { drawn[1].3.height };
    // Of two roles that are wider than their columns, the second one stands under the first.
    let above = if roles { drawn[3].3.height } else { Pt::ZERO };
    let top = |n: usize| match n {
        2 => below,
        4 => above,
        _ => Pt::ZERO,
    };
    strip.height = drawn.iter().map(|(n, _, _, words)| top(*n) + words.height).max().unwrap_or_default() + Pt(2_500);
    if let Some((head, tag)) = only_from {
        let words = pen.lay(head, setting, columns.action - columns.only_from);
        strip.height = strip.height.max(words.height + Pt(2_500));
        strip.text(Some(tag), &words, columns.only_from, Pt(500));
    }
    for (n, tag, left, words) in drawn {
        strip.text(Some(tag), &words, left, top(n) + Pt(500));
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
