//! Forms and tables, whose cells say what is known or are to be filled in.

use super::pen::{FieldInput, Pen, Writing, told};
use super::strip::{BottomRule, Keep, Strip};
use super::{RunningList, Width};
use crate::field::Field;
use crate::geometry::{Pt, Rect};
use crate::page::{FieldKind, Stroke, TagId, TagRole};
use crate::text::Text;
use crate::view::checklist::{Cell, Grid, Holds, LabelledLine, Table, TableCell, TickBox};

/// A form: labelled cells in rows, boxed.
pub(super) fn grid(pen: &mut Pen, view: &Grid, parent: TagId, width: Width) -> Vec<Strip> {
    let mut strips = Vec::new();
    let rows: Vec<Vec<(u32, &Cell)>> = match &view.rows[..] {
        [cells] if view.packed => packed(pen, cells, width),
        rows => rows.iter().map(|row| row.iter().map(|cell| (cell.weight, cell)).collect()).collect(),
    };
    let count = rows.len();
    let gap = pen.theme.forms.gap;
    let stroke = if view.heavy { pen.theme.line.heavy_cell } else { pen.theme.line.cell };
    for (index, row) in rows.iter().enumerate() {
        let mut strip = Strip::new(Pt::ZERO);
        let total: u32 = row.iter().map(|(weight, _)| weight).sum();
        let mut left = Pt::ZERO;
        let mut edges = vec![Pt::ZERO];
        for (n, (weight, cell)) in row.iter().enumerate() {
            let share = (i64::from(width.content.0) * i64::from(*weight) / i64::from(total.max(1))) as i32;
            let right = if n + 1 == row.len() { width.content } else { left + Pt(share) };
            grid_cell(pen, &mut strip, cell, (left + gap, right - gap), parent, row.len() == 1);
            edges.push(right);
            left = right;
        }
        boxed(&mut strip, &edges, stroke, index == 0);
        strip.keep = if index + 1 < count { Keep::Must } else { Keep::Free };
        if index == 0 {
            strip.before = Pt(4_000);
        }
        strips.push(strip);
    }
    strips
}

/// How many parts the width is divided into for cells that are packed.
const PARTS: u32 = 12;

/// Cells in rows, each with as many parts of the width as its content needs on one line; the last cell of a row takes what is
/// left.
fn packed<'a>(pen: &mut Pen, cells: &'a [Cell], width: Width) -> Vec<Vec<(u32, &'a Cell)>> {
    let theme = pen.theme;
    let part = width.content.0 / PARTS as i32;
    let mut rows: Vec<Vec<(u32, &Cell)>> = Vec::new();
    let mut left = 0;
    for cell in cells {
        let label = cell.label.as_ref().map_or(Pt::ZERO, |label| pen.width(label, theme.text.label));
        let content = match &cell.holds {
            Holds::Known(value) => pen.lay(value, theme.text.step, width.content).width,
            Holds::Room(_) => theme.forms.room,
            Holds::Boxes(..) => width.content,
        };
        let needed = label.max(content) + theme.forms.gap * 2 + Pt(10);
        let weight = ((needed.0 + part - 1) / part).clamp(2, PARTS as i32) as u32;
        match rows.last_mut() {
            Some(row) if weight <= left => row.push((weight, cell)),
            _ => {
                rows.push(vec![(weight, cell)]);
                left = PARTS;
            }
        }
        left -= weight;
    }
    for row in &mut rows {
        let taken: u32 = row.iter().map(|(weight, _)| weight).sum();
        if let Some((last, _)) = row.last_mut() {
            *last += PARTS - taken;
        }
    }
    rows
}

/// A cell of a form. Where it is alone in its row, a value of several lines stands behind its label.
fn grid_cell(pen: &mut Pen, strip: &mut Strip, cell: &Cell, (left, right): (Pt, Pt), parent: TagId, is_alone: bool) {
    let tag = pen.tag(parent, TagRole::Paragraph);
    let title = cell.label.as_ref().map(Text::to_plain).unwrap_or_default();
    let label = cell.label.as_ref().map(|words| pen.lay(words, pen.theme.text.label, right - left));
    let mut form = FormCell { pen, strip, tag, title, left, right, y: Pt(2_500) };
    if let Some(label) = &label {
        form.strip.text(Some(tag), label, left, form.y);
    }
    match &cell.holds {
        Holds::Boxes(boxes, line) => {
            let first = label.map_or(left, |label| left + label.width + Pt(8_000));
            let end = form.boxes(boxes, first);
            form.reason(line, end);
        }
        Holds::Known(value) => {
            let behind = label.as_ref().map_or(Pt::ZERO, |label| label.width) + Pt(12_000);
            let wide = form.pen.lay(value, form.pen.theme.text.step, right - left);
            let is_behind = is_alone && !value.is_one_line() && wide.width <= right - left - behind;
            let (left, paragraph) = match &label {
                Some(_) if is_behind => {
                    (left + behind, form.pen.lay(value, form.pen.theme.text.step, right - left - behind))
                }
                label => {
                    form.y += label.as_ref().map_or(Pt::ZERO, |label| label.height);
                    (left, wide)
                }
            };
            form.strip.text(Some(tag), &paragraph, left, form.y);
            form.y += paragraph.height;
        }
        Holds::Room(field) => {
            form.y += label.map_or(Pt::ZERO, |label| label.height) + Pt(20_000);
            let writing = Writing { left, right, base: form.y - Pt(3_000), height: Pt(16_000) };
            let input = FieldInput { field: field.clone(), told: told(&[&form.title]), tag };
            form.pen.write_line(form.strip, writing, FieldKind::Line, input);
        }
    }
    let bottom = form.y + Pt(3_000);
    strip.height = strip.height.max(bottom);
}

/// A cell while its contents are drawn from the top down.
struct FormCell<'a, 't, 'f> {
    pen: &'a mut Pen<'t, 'f>,
    strip: &'a mut Strip,
    /// The cell's tag.
    tag: TagId,
    /// Title of the cell, which the description of each field in it begins with.
    title: String,
    /// Left edge of the room inside.
    left: Pt,
    /// Right edge of the room inside.
    right: Pt,
    /// Bottom of what is drawn in it so far.
    y: Pt,
}

/// Where a labelled line goes.
#[derive(Debug, Clone, Copy)]
struct LineRoom {
    left: Pt,
    right: Pt,
    /// Distance from the cell's bottom to the line, for a label of one line.
    height: Pt,
}

impl FormCell<'_, '_, '_> {
    /// The input of a field with a label: the field itself and its description.
    fn input(&self, label: &Text, field: &Field) -> FieldInput {
        FieldInput { field: field.clone(), told: told(&[&self.title, &label.to_plain()]), tag: self.tag }
    }

    /// Draws boxes with words, which wrap to further lines; the first box stands at `first`. Returns where the last
    /// one ends, and leaves `y` at the top of the last line.
    fn boxes(&mut self, boxes: &[TickBox], first: Pt) -> Pt {
        let style = self.pen.theme.text.small;
        let side = self.pen.theme.forms.choice_box;
        let lead = side + Pt(4_000);
        let mut x = first;
        for tick in boxes {
            let width = self.pen.width(&tick.words, style).min(self.right - self.left - lead);
            if x + lead + width > self.right && x > self.left {
                x = self.left;
                self.y += style.leading + Pt(3_000);
            }
            let paragraph = self.pen.lay(&tick.words, style, width + Pt(10));
            let center = (x + side / 2, self.y + style.leading / 2);
            let input = self.input(&tick.words, &tick.field);
            self.pen.tick(self.strip, center, side, input);
            self.strip.text(Some(self.tag), &paragraph, x + lead, self.y);
            x += lead + width + Pt(10_000);
            if paragraph.lines.len() > 1 {
                self.y += paragraph.height - style.leading;
            }
        }
        x
    }

    /// A labelled line behind boxes, which ends at the right.
    fn reason(&mut self, line: &LabelledLine, mut x: Pt) {
        let leading = self.pen.theme.text.small.leading;
        if self.right - x < self.pen.theme.forms.reason {
            x = self.left;
            self.y += leading + Pt(6_000);
        }
        self.line(line, LineRoom { left: x, right: self.right, height: leading + Pt(2_000) });
    }

    /// Draws a label and a line to write on, on one base line. Where the label leaves too little room, the line
    /// stands below it.
    fn line(&mut self, line: &LabelledLine, room: LineRoom) {
        let mut words = line.label.clone();
        if let Some(before) = &line.before {
            words = before.clone();
            words.push_str(" ");
            words.append(&line.label);
        }
        let paragraph = self.pen.lay(&words, self.pen.theme.text.label, room.right - room.left);
        let (own, end) = paragraph.lines.last().map_or((Pt::ZERO, Pt::ZERO), |line| (line.baseline, line.width));
        self.y += room.height + (paragraph.height - self.pen.theme.text.label.leading).max(Pt::ZERO);
        self.strip.text(Some(self.tag), &paragraph, room.left, self.y - Pt(5_000) - own);
        let mut left = room.left + end + Pt(3_000);
        if line.below || room.right - left < self.pen.theme.forms.shortest {
            left = room.left;
            self.y += self.pen.theme.text.label.leading + Pt(4_000);
        }
        let writing = Writing { left, right: room.right, base: self.y - Pt(3_000), height: Pt(14_000) };
        let input = self.input(&line.label, &line.field);
        self.pen.write_line(self.strip, writing, FieldKind::Line, input);
    }

    /// Draws lines one under another, and boxes under them.
    fn lines(&mut self, lines: &[LabelledLine], boxes: &[TickBox]) {
        let theme = self.pen.theme;
        let (left, right) = (self.left, self.right);
        for line in lines {
            self.line(line, LineRoom { left, right, height: theme.forms.line });
        }
        if !boxes.is_empty() {
            self.y += Pt(2_000);
            self.boxes(boxes, left);
            self.y += theme.text.small.leading;
        }
    }
}

/// Rules round and between cells.
pub(super) fn boxed(strip: &mut Strip, edges: &[Pt], stroke: Stroke, top: bool) {
    strip.columns = edges.to_vec();
    let (left, right) = (edges[0], edges[edges.len() - 1]);
    if top {
        strip.line((left, Pt::ZERO), (right, Pt::ZERO), stroke);
    }
    strip.rule_below = Some(BottomRule { left, right, stroke });
}

/// The strips of a table. Its head is repeated on every page that it reaches.
pub(super) fn table(
    pen: &mut Pen,
    lists: &mut Vec<RunningList>,
    view: &Table,
    title: &Text,
    parent: TagId,
    width: Width,
) -> Vec<Strip> {
    let tag = pen.tag(parent, TagRole::Table);
    let total: u32 = view.columns.iter().map(|(weight, _)| weight).sum();
    let mut edges = vec![width.left];
    let (mut sum, room) = (0, width.content - width.left);
    for (weight, _) in &view.columns {
        sum += weight;
        edges.push(width.left + Pt((i64::from(room.0) * i64::from(sum) / i64::from(total.max(1))) as i32));
    }
    let gap = pen.theme.forms.gap;
    let mut head = Strip::new(Pt::ZERO);
    let row = pen.tag(tag, TagRole::TableRow);
    for ((_, words), edge) in view.columns.iter().zip(edges.windows(2)) {
        let cell = pen.tag(row, TagRole::TableHeader);
        let paragraph = pen.lay(words, pen.theme.text.label, edge[1] - edge[0] - gap * 2);
        head.text(Some(cell), &paragraph, edge[0] + gap, Pt(2_500));
        head.height = head.height.max(paragraph.height + Pt(5_000));
    }
    boxed(&mut head, &edges, pen.theme.line.cell, true);
    head.keep = Keep::Must;
    head.before = Pt(4_000);
    let list = lists.len();
    lists.push(RunningList { title: title.clone(), again: None, head: head.clone(), is_atomic: false });
    let rows = TableRows { view, title: title.to_plain(), edges: &edges, tag };
    let mut strips = vec![head];
    strips.extend((0..view.rows.len()).map(|index| rows.row(pen, index)));
    // Rows of which the last one says what all of them show stay together.
    let has_boxes = |cell: &TableCell| matches!(cell, TableCell::Form { boxes, .. } if !boxes.is_empty());
    if matches!(view.rows.last().map(|row| &**row), Some([TableCell::Words(_), rest @ ..]) if rest.iter().any(has_boxes))
    {
        let end = strips.len() - 1;
        strips[1..end].iter_mut().for_each(|strip| strip.keep = Keep::Wish);
    }
    for strip in &mut strips {
        strip.list = Some(list);
    }
    strips
}

/// What all rows of a table share.
struct TableRows<'a> {
    view: &'a Table,
    /// What the fields of the table are for.
    title: String,
    /// Heads of the columns.
    edges: &'a [Pt],
    /// The table's tag.
    tag: TagId,
}

impl TableRows<'_> {
    fn row(&self, pen: &mut Pen, index: usize) -> Strip {
        let row = pen.tag(self.tag, TagRole::TableRow);
        let cells = &self.view.rows[index];
        let least = Pt::tenth_mm(self.view.row_height);
        // In descriptions of fields, a row without a head of its own is named by its number.
        let of_row = match cells.first() {
            Some(TableCell::Words(words)) => words.to_plain(),
            _ => (index + 1).to_string(),
        };
        let mut strip = Strip::new(least);
        // A row may be tightened to the height that a hand needs.
        let is_room = |cell: &TableCell| matches!(cell, TableCell::Room(_));
        let floor = if cells.iter().all(is_room) { pen.theme.forms.line } else { pen.theme.forms.hand };
        let give = (least - floor).max(Pt::ZERO);
        let mut words = Pt::ZERO;
        let gap = pen.theme.forms.gap;
        for (n, (cell, edge)) in cells.iter().zip(self.edges.windows(2)).enumerate() {
            let tag = pen.tag(row, TagRole::TableCell);
            let (left, right) = (edge[0] + gap, edge[1] - gap);
            let over = self.view.columns.get(n).map(|(_, words)| words.to_plain()).unwrap_or_default();
            let title = told(&[&self.title, &of_row, &over]);
            match cell {
                TableCell::Words(text) => {
                    let paragraph = pen.lay(text, pen.theme.text.item, right - left);
                    strip.height = strip.height.max(paragraph.height + Pt(8_000));
                    words = words.max(paragraph.height + Pt(5_000));
                    strip.text(Some(tag), &paragraph, left, ((least - paragraph.height) / 2).max(Pt(4_000)));
                }
                TableCell::Room(field) => {
                    let rect = Rect { x: edge[0], y: give / 2, width: edge[1] - edge[0], height: least - give };
                    pen.room(&mut strip, rect, FieldInput { field: field.clone(), told: title, tag });
                }
                TableCell::Form { lines, boxes } => {
                    let mut form = FormCell { pen, strip: &mut strip, tag, title, left, right, y: Pt::ZERO };
                    form.lines(lines, boxes);
                    let bottom = form.y + Pt(3_000);
                    strip.height = strip.height.max(bottom);
                }
            }
        }
        let has_room = cells.iter().any(is_room);
        if !cells.iter().any(|cell| matches!(cell, TableCell::Form { .. })) {
            let most = if has_room { give } else { strip.height };
            strip.slack = (strip.height - words).clamp(Pt::ZERO, most);
        }
        boxed(&mut strip, self.edges, pen.theme.line.cell, false);
        strip
    }
}
