//! Steps: number │ read or write │ action … expected │ actual │ two boxes │ time.

use super::parts;
use super::pen::{Input, Pen, Writing, aligned, bold, label, setting, size, told};
use super::strip::{Keep, Strip, line, rectangle};
use super::{List, Width, forms, marks};
use crate::geometry::{Pt, Rect};
use crate::page::{FieldKind, Kind, Path, Role, Segment, Stroke, TagId};
use crate::text::Text;
use crate::text::typeset::Align;
use crate::view::checklist::{Detail, Lead, Row, Rows, Table};

/// Room at the left of every row, where the bar of an atomic block stands.
pub(super) const INDENT: Pt = Pt(13_000);
/// Width of the bar.
pub(super) const BAR: Pt = Pt(7_000);

const ACTUAL: Pt = Pt(48_000);
/// Least width of a box's column: 12 mm.
const BOX: Pt = Pt(34_000);
const TIME: Pt = Pt(62_000);
/// Least height of a step's row, and by how much it may be tightened: 10 mm to 9 mm.
const STEP_ROW: (Pt, Pt) = (Pt(28_350), Pt(2_840));
/// Least height of an item's row: 8 mm to 7 mm.
const ITEM_ROW: (Pt, Pt) = (Pt(22_700), Pt(2_840));
/// What is left above and below a row's words when it is tightened.
const TIGHT: Pt = Pt(2_200);
/// Side of a box: 4.9 mm for a step, 4.6 mm for an item; at least 4.5 mm (place-keeping, DOE; sizes ours).
pub(super) const STEP_BOX: Pt = Pt(14_000);
const ITEM_BOX: Pt = Pt(13_000);

/// Left edges of the columns.
struct Columns {
    number: Pt,
    mark: Pt,
    action: Pt,
    actual: Pt,
    operator: Pt,
    checker: Pt,
    time: Pt,
    right: Pt,
}

impl Columns {
    fn new(pen: &mut Pen, view: &Rows, width: Pt) -> Self {
        let number = INDENT;
        let widest = view.rows.iter().map(|row| pen.width(&row.number, number_setting(row))).max().unwrap_or_default();
        let marks = view.rows.iter().filter_map(|row| row.mark.as_ref());
        let marks = marks.map(|(_, word)| pen.width(word, bold(size::SMALL))).max().unwrap_or_default();
        // A repeated block's `12/host-name` may be long: it wraps past a quarter of the sheet.
        let mark = number + (widest + Pt(8_000)).clamp(Pt(30_000), width / 4);
        let action = mark + marks + Pt(14_000);
        let [operator, checker, time] = box_columns(pen, [&view.columns[2], &view.columns[3]], width);
        Self { number, mark, action, actual: operator - ACTUAL, operator, checker, time, right: width }
    }
}

/// Where the columns of the operator's and the checker's box begin, and where they end; every list and every caution on
/// a sheet has them in the same place.
pub(super) fn box_columns(pen: &mut Pen, [operator, checker]: [&Text; 2], width: Pt) -> [Pt; 3] {
    let mut wide = |head: &Text| (pen.width(head, label()) + Pt(3_500)).max(BOX);
    let (right, last) = (width - TIME, wide(checker));
    [right - last - wide(operator), right - last, right]
}

fn number_setting(row: &Row) -> crate::text::typeset::Setting {
    if row.item { setting(size::SMALL) } else { bold(size::STEP) }
}

/// The strips of a table of steps; an atomic block's frame included.
pub(super) fn rows(pen: &mut Pen, lists: &mut Vec<List>, view: &Rows, parent: TagId, width: Width) -> Vec<Strip> {
    let columns = Columns::new(pen, view, width.content);
    let table = pen.tag(parent, Role::Table);
    let head = head(pen, view, &columns, table);
    let list = lists.len();
    let bar = view.atomic.is_some().then_some(list);
    lists.push(List { title: view.title.clone(), head: head.clone(), bar });
    let mut strips = Vec::new();
    let title = &view.title.to_plain();
    let words = view.columns.each_ref().map(Text::to_plain);
    if let Some(atomic) = &view.atomic {
        strips.extend(parts::atomic_begin(pen, atomic, title, parent, width, INDENT));
    }
    strips.push(head);
    for (index, row) in view.rows.iter().enumerate() {
        for notice in &row.notices {
            let cell = wide(pen, table);
            let mut strip = parts::notice(pen, notice, cell, width.inset(INDENT));
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
        let mut strip = step(pen, row, (&columns, &words), table);
        marks::strip(&mut strip, row.changed, pen.theme);
        if view.rows.get(index + 1).is_some_and(|next| next.item) {
            strip.keep = if row.item { Keep::Wish } else { Keep::Must };
        }
        if !row.tables.is_empty() {
            strip.keep = Keep::Must;
        }
        strips.push(strip);
        for filled in &row.tables {
            let cell = wide(pen, table);
            strips.extend(inner(pen, lists, filled, row, cell, (width.inset(INDENT), bar)));
        }
    }
    if let Some(atomic) = &view.atomic {
        if let Some(last) = strips.last_mut() {
            last.keep = Keep::Must;
        }
        strips.push(parts::atomic_end(pen, atomic, title, parent, width, INDENT));
    }
    for strip in &mut strips {
        strip.list.get_or_insert(list);
    }
    strips
}

/// A table that is filled in at a row: it hangs on to the row, and stays in one piece where a page can hold both.
fn inner(
    pen: &mut Pen,
    lists: &mut Vec<List>,
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
        strip.before = Pt::ZERO;
        strip.keep = match index {
            0 => Keep::Must,
            _ if index < last => Keep::Wish,
            _ => Keep::Free,
        };
    }
    strips
}

/// Number, mark, action, actual, operator, checker, time: as many cells has every row to who hears it.
const CELLS: u8 = 7;

/// A row of one cell, for what stands between steps and is read between them.
fn wide(pen: &mut Pen, table: TagId) -> TagId {
    let row = pen.tag(table, Role::TableRow);
    pen.tag(row, Role::WideCell(CELLS))
}

/// The heads of the columns.
fn head(pen: &mut Pen, view: &Rows, columns: &Columns, table: TagId) -> Strip {
    let row = pen.tag(table, Role::TableRow);
    // Numbers and marks explain themselves: their columns have no words over them.
    for _ in 0..2 {
        pen.tag(row, Role::TableHeader);
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
        let tag = pen.tag(row, Role::TableHeader);
        let paragraph = pen.lay(text, aligned(label(), align), right - left);
        strip.height = strip.height.max(paragraph.height + Pt(3_000));
        strip.text(Some(tag), &paragraph, left, Pt(1_000));
    }
    strip.rule_below = Some((INDENT, columns.right, Pt(800), 0));
    strip.keep = Keep::Must;
    strip
}

fn step(pen: &mut Pen, row: &Row, (columns, words): (&Columns, &[String; 5]), table: TagId) -> Strip {
    let tag = pen.tag(table, Role::TableRow);
    let mut strip = Strip::new(Pt::ZERO);
    let (least, tighten) = if row.item { ITEM_ROW } else { STEP_ROW };
    let type_size = match (row.item, row.critical) {
        (true, _) => size::ITEM,
        (false, false) => size::STEP,
        (false, true) => size::CRITICAL,
    };
    let main = if row.critical { bold(type_size) } else { setting(type_size) };
    let line_height = main.leading;
    let pad = (least - line_height) / 2;
    let center = pad + line_height / 2;
    if let Some(anchor) = &row.anchor {
        strip.anchors.push((anchor.clone(), Pt::ZERO));
    }

    let number = pen.lay(&row.number, number_setting(row), columns.mark - columns.number - Pt(4_000));
    let number_tag = pen.tag(tag, Role::RowHeader);
    strip.text(Some(number_tag), &number, columns.number + Pt(2_000), center - number_setting(row).leading / 2);
    let mark_tag = pen.tag(tag, Role::TableCell);
    if let Some((write, word)) = &row.mark {
        mark(pen, &mut strip, *write, word, ((columns.mark + columns.action - Pt(6_000)) / 2, center), mark_tag);
    }

    let cell = pen.tag(tag, Role::TableCell);
    let indent = if row.item { Pt(6_000) } else { Pt::ZERO };
    let left = columns.action + indent;
    let right = if row.actual.is_some() { columns.actual } else { columns.operator } - Pt(6_000);
    let beside = row.aside.as_ref().filter(|_| aside_fits(pen, row, main, (left, right)));
    let (first, actual) = first_line(pen, &mut strip, (row, beside), main, (left, right), pad, cell);
    let mut bottom = pad + first.max(number.height - number_setting(row).leading + line_height);

    let base = center + type_size * 36 / 100;
    boxes(pen, &mut strip, row, (columns, words), (center, base, actual), tag);

    let below = (left, columns.right - Pt(4_000));
    bottom = bottom.max(center + STEP_BOX / 2);
    for detail in &row.decision {
        bottom = self::detail(pen, &mut strip, detail, below, bottom, cell);
    }
    if let Some(code) = &row.code {
        bottom = parts::code(pen, &mut strip, code, below, bottom + Pt(2_000), cell);
    }
    for detail in &row.details {
        bottom = self::detail(pen, &mut strip, detail, below, bottom, cell);
    }
    if let (Some(aside), None) = (&row.aside, beside) {
        let detail = Detail { lead: Lead::WayOut, text: aside.clone() };
        bottom = self::detail(pen, &mut strip, &detail, below, bottom, cell);
    }

    strip.height = least.max(bottom + pad.min(Pt(5_000)));
    // Below what the words of a row take and its least height, nothing is given up.
    let words = bottom - pad + TIGHT * 2;
    strip.slack = (strip.height - words.max(least - tighten)).max(Pt::ZERO);
    strip.rule_below = Some((if row.item { columns.action } else { INDENT }, columns.right, Pt(500), 110));
    strip.step = Some(row.number.to_plain());
    strip
}

/// Whether the way out stands on the action's own line.
fn aside_fits(pen: &mut Pen, row: &Row, main: crate::text::typeset::Setting, x: (Pt, Pt)) -> bool {
    let Some(aside) = row.aside.as_ref().filter(|_| row.expect.is_none()) else { return false };
    let room = x.1 - x.0;
    let action = pen.width(&row.action, main);
    row.action.is_one_line()
        && aside.is_one_line()
        && action + pen.width(aside, setting(size::SMALL)) + CROSS + Pt(14_000) <= room
}

/// The action, with what it must show or its way out beside it; gives the height used, and the base line
/// that the actual value is written on.
fn first_line(
    pen: &mut Pen,
    strip: &mut Strip,
    (row, beside): (&Row, Option<&Text>),
    main: crate::text::typeset::Setting,
    (left, right): (Pt, Pt),
    top: Pt,
    cell: TagId,
) -> (Pt, Pt) {
    let room = right - left;
    let action = pen.lay(&row.action, main, room);
    strip.text(Some(cell), &action, left, top);
    let mut height = action.height;
    let last = action.lines.last().copied();
    let end_of_action = last.map_or(left, |line| left + line.x + line.width);
    let base = last.map_or(Pt::ZERO, |line| top + line.baseline);
    let mut actual = action.lines.first().map_or(Pt::ZERO, |line| top + line.baseline);
    if let Some(expect) = &row.expect {
        let expected = setting(if row.item { size::ITEM } else { size::STEP });
        let width = pen.width(expect, expected);
        let one_line = expect.is_one_line();
        let fits = one_line && width + Pt(14_000) <= right - end_of_action && action.lines.len() <= 1;
        // A value of several lines reads from the left, like any text.
        let align = if one_line && width <= room { Align::End } else { Align::Start };
        let paragraph = pen.lay(expect, aligned(expected, align), if fits { width + Pt(10) } else { room });
        if fits {
            // Both stand on one base line, whatever their sizes.
            let own = paragraph.lines.first().map_or(Pt::ZERO, |line| line.baseline);
            strip.leader(end_of_action + Pt(4_000), right - width - Pt(4_000), base);
            strip.text(Some(cell), &paragraph, right - paragraph.width, base - own);
        } else {
            if let Some(line) = paragraph.lines.first() {
                let y = top + height + line.baseline;
                actual = y;
                strip.leader(left + Pt(6_000), left + line.x - Pt(4_000), y);
            }
            strip.text(Some(cell), &paragraph, left, top + height);
            height += paragraph.height;
        }
    } else if let Some(aside) = beside {
        let width = pen.width(aside, setting(size::SMALL));
        let paragraph = pen.lay(aside, setting(size::SMALL), width + Pt(10));
        let own = paragraph.lines.first().map_or(Pt::ZERO, |line| line.baseline);
        cross_and_arrow(strip, right - width - CROSS, base);
        strip.text(Some(cell), &paragraph, right - width, base - own);
    }
    (height, actual)
}

/// The boxes, the room for the actual value, and the time.
fn boxes(
    pen: &mut Pen,
    strip: &mut Strip,
    row: &Row,
    (columns, words): (&Columns, &[String; 5]),
    (center, base, actual): (Pt, Pt, Pt),
    tag: TagId,
) {
    let said = format!("{} {}", row.number.to_plain(), row.action.to_plain());
    let [_, found, operator, checker, time] = words;
    let line_at = base + Pt(2_000);
    let room = Pt(16_000);
    let cell = pen.tag(tag, Role::TableCell);
    if let Some(field) = &row.actual {
        let right = columns.operator - Pt(6_000);
        let writing = Writing { left: columns.actual, right, base: actual + Pt(2_000), height: room };
        let input = Input { field: field.clone(), told: told(&[&said, found]), tag: cell };
        pen.write_line(strip, writing, FieldKind::Line, input);
    }
    let side = if row.item { ITEM_BOX } else { STEP_BOX };
    let places = [
        (columns.operator, columns.checker, Some(&row.operator), operator),
        (columns.checker, columns.time, row.checker.as_ref(), checker),
    ];
    for (left, right, field, role) in places {
        let center = ((left + right) / 2, center);
        let cell = pen.tag(tag, Role::TableCell);
        match field {
            Some(field) => {
                let input = Input { field: field.clone(), told: told(&[&said, role]), tag: cell };
                pen.tick(strip, center, side, input);
            }
            None => Pen::struck(strip, center, side),
        }
    }
    let cell = pen.tag(tag, Role::TableCell);
    if let Some(clock) = &row.time {
        let mut left = columns.time + Pt(6_000);
        if !clock.planned.is_empty() {
            let paragraph = pen.lay(&clock.planned, label(), TIME);
            let own = paragraph.lines.first().map_or(Pt::ZERO, |line| line.baseline);
            strip.text(Some(cell), &paragraph, columns.time, base - own);
            left = columns.time + paragraph.width + Pt(3_000);
        }
        let writing = Writing { left, right: columns.right, base: line_at, height: room };
        let input = Input { field: clock.field.clone(), told: told(&[&said, time]), tag: cell };
        pen.write_line(strip, writing, FieldKind::Line, input);
    }
}

/// Read: an outline. Write: filled and heavy. Told apart by weight and by word, not by colour (CAP 676).
fn mark(pen: &mut Pen, strip: &mut Strip, write: bool, word: &Text, center: (Pt, Pt), tag: TagId) {
    let style = if write { bold(size::SMALL) } else { setting(size::SMALL) };
    let width = pen.width(word, style);
    let rect = Rect {
        x: center.0 - width / 2 - Pt(3_000),
        y: center.1 - Pt(7_500),
        width: width + Pt(6_000),
        height: Pt(15_000),
    };
    let stroke = Stroke { width: Pt(if write { 1_300 } else { 600 }), gray: 0, dash: None, round: false };
    let fill = write.then_some(225);
    strip.push(None, Kind::Path(Path { segments: rectangle(rect), stroke: Some(stroke), fill }));
    let paragraph = pen.lay(word, style, width + Pt(10));
    strip.text(Some(tag), &paragraph, center.0 - width / 2, center.1 - style.leading / 2);
}

/// Room for the cross and the arrow before a way out.
const CROSS: Pt = Pt(22_000);

/// A cross and an arrow: "if not, then".
fn cross_and_arrow(strip: &mut Strip, x: Pt, base: Pt) {
    let stroke = Stroke { width: Pt(1_000), gray: 0, dash: None, round: true };
    let middle = base - Pt(3_800);
    let half = Pt(2_900);
    let (left, right) = (x, x + half * 2);
    strip.push(None, line(left, middle - half, right, middle + half, stroke));
    strip.push(None, line(left, middle + half, right, middle - half, stroke));
    let (tail, head) = (x + Pt(9_000), x + Pt(18_000));
    strip.push(None, line(tail, middle, head, middle, stroke));
    let tip = vec![
        Segment::Move(head - Pt(3_000), middle - Pt(2_600)),
        Segment::Line(head, middle),
        Segment::Line(head - Pt(3_000), middle + Pt(2_600)),
    ];
    strip.push(None, Kind::Path(Path { segments: tip, stroke: Some(stroke), fill: None }));
}

/// A line under an action; gives the new bottom.
fn detail(pen: &mut Pen, strip: &mut Strip, detail: &Detail, (left, right): (Pt, Pt), top: Pt, cell: TagId) -> Pt {
    let cell = pen.tag(cell, Role::Paragraph);
    let style = setting(size::SMALL);
    let choice = style.leading + Pt(4_000);
    let (indent, height) = match &detail.lead {
        Lead::Plain => (Pt::ZERO, Pt::ZERO),
        Lead::WayOut => (CROSS, Pt::ZERO),
        Lead::Choice(_) => (Pt(37_000), choice),
        Lead::Decision => (Pt(18_000), Pt::ZERO),
    };
    let paragraph = pen.lay(&detail.text, style, right - left - indent);
    let height = height.max(paragraph.height);
    let shift = if paragraph.height < height { (height - paragraph.height) / 2 } else { Pt::ZERO };
    let base = top + shift + paragraph.lines.first().map_or(Pt::ZERO, |line| line.baseline);
    match &detail.lead {
        Lead::Plain => {}
        Lead::WayOut => cross_and_arrow(strip, left, base),
        Lead::Choice(field) => {
            let center = (left + Pt(24_000), base - Pt(3_800));
            let input = Input { field: field.clone(), told: told(&[&detail.text.to_plain()]), tag: cell };
            pen.tick(strip, center, ITEM_BOX, input);
        }
        Lead::Decision => {
            let (x, y, r) = (left + Pt(7_000), base - Pt(3_800), Pt(6_000));
            let segments = vec![
                Segment::Move(x - r, y),
                Segment::Line(x, y - r),
                Segment::Line(x + r, y),
                Segment::Line(x, y + r),
                Segment::Close,
            ];
            let stroke = Stroke { width: Pt(1_000), gray: 0, dash: None, round: false };
            strip.push(None, Kind::Path(Path { segments, stroke: Some(stroke), fill: None }));
        }
    }
    strip.text(Some(cell), &paragraph, left + indent, top + shift);
    top + height
}

/// The line across the sheet past which there is no way back (rule 16).
fn no_return(pen: &mut Pen, why: &Text, parent: TagId, width: Width) -> Strip {
    let tag = pen.tag(parent, Role::Note);
    let style = aligned(setting(size::STEP), Align::Center);
    let paragraph = pen.lay(why, style, width.content - INDENT - Pt(40_000));
    let mut strip = Strip::new(paragraph.height + Pt(14_000));
    let stroke = Stroke { width: Pt(2_500), gray: 0, dash: None, round: false };
    for y in [Pt(3_000), strip.height - Pt(3_000)] {
        strip.push(None, line(INDENT, y, width.content, y, stroke));
    }
    strip.text(Some(tag), &paragraph, INDENT + Pt(20_000), Pt(7_000));
    strip
}
