//! Forms and tables: cells with what is known, and room to write what isn't.

use super::pen::{Pen, label, setting, size, told};
use super::strip::{Keep, Strip, line};
use super::{List, Width};
use crate::geometry::{Pt, Rect};
use crate::page::{FieldKind, Role, Stroke, TagId};
use crate::text::Text;
use crate::view::checklist::{Entry, Grid, Line, Table};

/// Space between a cell's edge and its words.
const GAP: Pt = Pt(5_000);
/// A line to write on that would be shorter than this beside its label stands below it: 10 mm, a number of five digits.
const SHORTEST: Pt = Pt::tenth_mm(100);
/// Least room beside boxes for their labelled line: 70 mm, a sentence.
const REASON: Pt = Pt::tenth_mm(700);
/// Least room for a value that shares its line with the initials for it: 12 mm.
const VALUE: Pt = Pt::tenth_mm(120);
/// Room for initials.
const INITIALS: Pt = Pt(20_000);
/// Height of a line to write on.
const LINE: Pt = Pt::tenth_mm(90);

/// A form: labelled cells in rows, boxed.
pub(super) fn grid(pen: &mut Pen, view: &Grid, parent: TagId, name: &str, width: Width) -> Vec<Strip> {
    let mut strips = Vec::new();
    let count = view.rows.len();
    let stroke = Pt(if view.heavy { 1_800 } else { 600 });
    let gray = if view.heavy { 0 } else { 90 };
    for (index, row) in view.rows.iter().enumerate() {
        let mut strip = Strip::new(Pt::ZERO);
        let total: u32 = row.iter().map(|cell| cell.weight).sum();
        let mut left = Pt::ZERO;
        let mut edges = vec![Pt::ZERO];
        for (n, cell) in row.iter().enumerate() {
            let share = (i64::from(width.content.0) * i64::from(cell.weight) / i64::from(total.max(1))) as i32;
            let right = if n + 1 == row.len() { width.content } else { left + Pt(share) };
            let room = right - left - GAP * 2;
            let tag = pen.tag(parent, Role::Paragraph);
            let mut y = Pt(2_500);
            let mut x = left + GAP;
            if let Some(words) = &cell.label {
                let paragraph = pen.lay(words, label(), room);
                strip.text(Some(tag), &paragraph, left + GAP, y);
                if cell.choices.is_empty() {
                    y += paragraph.height;
                } else {
                    x += paragraph.width + Pt(8_000);
                }
            }
            if !cell.choices.is_empty() {
                let words = cell.label.as_ref().map(Text::to_plain).unwrap_or_default();
                y = choices(
                    pen,
                    &mut strip,
                    &cell.choices,
                    cell.value.as_ref(),
                    (x, left + GAP, right - GAP),
                    y,
                    (cell.field.as_deref().unwrap_or(name), &words, tag),
                );
            } else if let Some(value) = &cell.value {
                let paragraph = pen.lay(value, setting(size::STEP), room);
                strip.text(Some(tag), &paragraph, left + GAP, y);
                y += paragraph.height;
            } else {
                y += Pt(20_000);
                let field = cell.field.clone().unwrap_or_else(|| format!("{name}.{}-{}", index + 1, n + 1));
                let tooltip = cell.label.as_ref().map(Text::to_plain).unwrap_or_default();
                let what = (FieldKind::Line, field, told(&[&tooltip]));
                pen.write_line(&mut strip, tag, (left + GAP, right - GAP), y - Pt(3_000), Pt(16_000), what);
            }
            strip.height = strip.height.max(y + Pt(3_000));
            edges.push(right);
            left = right;
        }
        boxed(&mut strip, &edges, (stroke, gray), index == 0);
        strip.keep = if index + 1 < count { Keep::Must } else { Keep::Free };
        if index == 0 {
            strip.before = Pt(4_000);
        }
        strips.push(strip);
    }
    strips
}

/// Boxes with words, wrapped, and a labelled line to write on that ends at the right; gives the new bottom.
fn choices(
    pen: &mut Pen,
    strip: &mut Strip,
    words: &[Text],
    last: Option<&Text>,
    (first, left, right): (Pt, Pt, Pt),
    top: Pt,
    (name, title, tag): (&str, &str, TagId),
) -> Pt {
    let style = setting(size::SMALL);
    let side = Pt(12_800);
    let lead = side + Pt(4_000);
    let (mut x, mut y) = (first, top);
    for (n, choice) in words.iter().enumerate() {
        let width = pen.width(choice, style).min(right - left - lead);
        if x + lead + width > right && x > left {
            x = left;
            y += style.leading + Pt(3_000);
        }
        let paragraph = pen.lay(choice, style, width + Pt(10));
        let center = (x + side / 2, y + style.leading / 2);
        pen.tick(strip, tag, center, side, format!("{name}.choice-{}", n + 1), told(&[title, &choice.to_plain()]));
        strip.text(Some(tag), &paragraph, x + lead, y);
        x += lead + width + Pt(10_000);
        if paragraph.lines.len() > 1 {
            y += paragraph.height - style.leading;
        }
    }
    if let Some(label) = last {
        let line = Line::beside(label.clone());
        if right - x < REASON {
            x = left;
            y += style.leading + Pt(6_000);
        }
        let place = (y, style.leading + Pt(2_000), SHORTEST);
        return labelled_line(pen, strip, &line, (x, right), place, (tag, title, format!("{name}.reason")));
    }
    y + style.leading
}

/// Rules round and between cells.
fn boxed(strip: &mut Strip, edges: &[Pt], (width, gray): (Pt, u8), top: bool) {
    let stroke = Stroke { width, gray, dash: None, round: false };
    strip.columns = edges.to_vec();
    let (left, right) = (edges[0], edges[edges.len() - 1]);
    if top {
        strip.push(None, line(left, Pt::ZERO, right, Pt::ZERO, stroke));
    }
    strip.rule_below = Some((left, right, width, gray));
}

/// A table with a head that repeats on every page it reaches; `bar` is the atomic list whose bar it stands beside.
pub(super) fn table(
    pen: &mut Pen,
    lists: &mut Vec<List>,
    view: &Table,
    title: &Text,
    parent: TagId,
    (width, bar): (Width, Option<usize>),
) -> Vec<Strip> {
    let tag = pen.tag(parent, Role::Table);
    let total: u32 = view.columns.iter().map(|(weight, _)| weight).sum();
    let mut edges = vec![width.left];
    let (mut sum, room) = (0, width.content - width.left);
    for (weight, _) in &view.columns {
        sum += weight;
        edges.push(width.left + Pt((i64::from(room.0) * i64::from(sum) / i64::from(total.max(1))) as i32));
    }
    let mut head = Strip::new(Pt::ZERO);
    let row = pen.tag(tag, Role::TableRow);
    for ((_, words), edge) in view.columns.iter().zip(edges.windows(2)) {
        let cell = pen.tag(row, Role::TableHeader);
        let paragraph = pen.lay(words, label(), edge[1] - edge[0] - GAP * 2);
        head.text(Some(cell), &paragraph, edge[0] + GAP, Pt(2_500));
        head.height = head.height.max(paragraph.height + Pt(5_000));
    }
    boxed(&mut head, &edges, (Pt(600), 90), true);
    head.keep = Keep::Must;
    head.before = Pt(4_000);
    if let Some(anchor) = &view.anchor {
        head.anchors.push((anchor.clone(), Pt::ZERO));
    }
    let list = lists.len();
    lists.push(List { title: title.clone(), head: head.clone(), bar });
    let mut strips = vec![head];
    for (index, entries) in view.rows.iter().enumerate() {
        let least = Pt::tenth_mm(view.row_height);
        strips.push(table_row(pen, (view, entries, index + 1), title, &edges, least, tag));
    }
    for strip in &mut strips {
        strip.list = Some(list);
    }
    strips
}

fn table_row(
    pen: &mut Pen,
    (view, entries, number): (&Table, &[Entry], usize),
    title: &Text,
    edges: &[Pt],
    least: Pt,
    table: TagId,
) -> Strip {
    let row = pen.tag(table, Role::TableRow);
    let title = title.to_plain();
    // Rows without a head of their own are told by their number.
    let of_row = match entries.first() {
        Some(Entry::Words(words)) => words.to_plain(),
        _ => number.to_string(),
    };
    let mut strip = Strip::new(least);
    // What is higher than a hand needs may be tightened to that.
    let give = (least - LINE).max(Pt::ZERO);
    if entries.iter().all(|entry| matches!(entry, Entry::Empty)) {
        strip.slack = give;
    }
    let style = setting(size::SMALL);
    let nothing = Line::beside(Text::empty(pen.lang.clone()));
    for (n, (entry, edge)) in entries.iter().zip(edges.windows(2)).enumerate() {
        let cell = pen.tag(row, Role::TableCell);
        let (left, right) = (edge[0] + GAP, edge[1] - GAP);
        let column = view.fields.get(n).map_or_else(|| (n + 1).to_string(), Clone::clone);
        let field = |what: &str| format!("{}.{number}.{column}{what}", view.field);
        let over = view.columns.get(n).map(|(_, words)| words.to_plain()).unwrap_or_default();
        let said = told(&[&title, &of_row, &over]);
        match entry {
            Entry::Words(text) => {
                let paragraph = pen.lay(text, setting(size::ITEM), right - left);
                strip.height = strip.height.max(paragraph.height + Pt(8_000));
                strip.text(Some(cell), &paragraph, left, ((least - paragraph.height) / 2).max(Pt(4_000)));
            }
            Entry::Empty => {
                let (y, height) = (give / 2, least - give);
                let rect = Rect { x: edge[0], y, width: edge[1] - edge[0], height };
                pen.room(&mut strip, cell, rect, field(""), said);
            }
            Entry::Fill { lines, boxes, initials } => {
                let mut y = Pt::ZERO;
                if lines.is_empty() && boxes.is_empty() {
                    let rect = Rect { x: edge[0], y, width: edge[1] - edge[0], height: least };
                    pen.room(&mut strip, cell, rect, field(".value"), said.clone());
                }
                // A single value and the initials for it share a line.
                let unit = lines.first().map_or(Pt::ZERO, |line| pen.width(&line.label, label()) + Pt(3_000));
                let signed = initials.as_ref().map(|words| pen.width(words, label()) + Pt(3_000) + INITIALS);
                let before = signed.map_or(right, |signed| right - signed - Pt(4_000));
                let shared = lines.len() <= 1 && signed.is_some() && before - left - unit >= VALUE;
                let middle = if shared { before } else { right };
                let values =
                    if lines.is_empty() && initials.is_some() { std::slice::from_ref(&nothing) } else { lines };
                for (index, line) in values.iter().enumerate() {
                    let name = field(&format!(".value-{}", index + 1));
                    let room = (y, LINE, SHORTEST);
                    y = labelled_line(pen, &mut strip, line, (left, middle), room, (cell, &said, name));
                }
                if let Some(words) = initials.as_ref().filter(|_| shared) {
                    let (x, line) = ((before + Pt(4_000), right), Line::beside(words.clone()));
                    let (room, name) = ((y - LINE, LINE, INITIALS), field(".initials"));
                    labelled_line(pen, &mut strip, &line, x, room, (cell, &said, name));
                }
                if !boxes.is_empty() {
                    y = choices(
                        pen,
                        &mut strip,
                        boxes,
                        None,
                        (left, left, right),
                        y + Pt(2_000),
                        (&field(""), &said, cell),
                    );
                }
                if let Some(words) = initials.as_ref().filter(|_| !shared) {
                    let (room, line) = ((y, style.leading + Pt(4_000), INITIALS), Line::beside(words.clone()));
                    let name = field(".initials");
                    y = labelled_line(pen, &mut strip, &line, (left, right), room, (cell, &said, name));
                }
                strip.height = strip.height.max(y + Pt(3_000));
            }
        }
    }
    boxed(&mut strip, edges, (Pt(600), 90), false);
    strip
}

/// A label and a line to write on, on one base line, under a height; where the label leaves less than `least` the line
/// stands below it. Gives the bottom, `room` below `top` for a label of one line.
fn labelled_line(
    pen: &mut Pen,
    strip: &mut Strip,
    line: &Line,
    (left, right): (Pt, Pt),
    (top, room, least): (Pt, Pt, Pt),
    (tag, said, name): (TagId, &str, String),
) -> Pt {
    let words = &line.label;
    let paragraph = pen.lay(words, label(), right - left);
    let (own, end) = paragraph.lines.last().map_or((Pt::ZERO, Pt::ZERO), |line| (line.baseline, line.width));
    let mut bottom = top + room + (paragraph.height - label().leading).max(Pt::ZERO);
    strip.text(Some(tag), &paragraph, left, bottom - Pt(5_000) - own);
    let mut from = left + end + Pt(3_000);
    if line.below || right - from < least {
        from = left;
        bottom += label().leading + Pt(4_000);
    }
    let what = (FieldKind::Line, name, told(&[said, &words.to_plain()]));
    pen.write_line(strip, tag, (from, right), bottom - Pt(3_000), Pt(14_000), what);
    bottom
}
