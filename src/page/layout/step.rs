//! The row of a step or item: number, mark, action, expected value, boxes, and the lines below the action.

use super::columns::{Columns, number_setting};
use super::commands::{self, CodePlace};
use super::messages;
use super::pen::{FieldInput, Pen, Writing, told};
use super::strip::{BottomRule, Keep, Strip, rectangle};
use crate::geometry::{Pt, Rect};
use crate::page::{FieldKind, ItemKind, Path, PathSegment, Stroke, TagId, TagRole};
use crate::text::Text;
use crate::text::typeset::{Align, Paragraph, Setting};
use crate::view::checklist::{Detail, DetailLead, PastedCommand, Row};

/// The row of a step or item, and the further strips of its message if that is long; `words` are the heads of the columns.
pub(super) fn row(pen: &mut Pen, row: &Row, (columns, words): (&Columns, &[String; 5]), table: TagId) -> Vec<Strip> {
    let steps = &pen.theme.steps;
    let text = &pen.theme.text;
    let height = if row.item { steps.item_row } else { steps.step_row };
    let main = match (row.item, row.critical) {
        (true, false) => text.item,
        (true, true) => text.item.bold(),
        (false, false) => text.step,
        (false, true) => text.critical.bold(),
    };
    let pad = (height.least - main.leading) / 2;
    let center = pad + main.leading / 2;
    let tag = pen.tag(table, TagRole::TableRow);
    let indent = if row.item { Pt(6_000) } else { Pt::ZERO };
    let right = if row.actual.is_some() { columns.actual } else { columns.operator } - Pt(6_000);
    let mut builder = RowBuilder {
        pen,
        strip: Strip::new(Pt::ZERO),
        row,
        columns,
        main,
        tag,
        cell: tag,
        left: columns.action + indent,
        right,
        center,
        bottom: pad,
    };
    if let Some(anchor) = &row.anchor {
        builder.strip.anchors.push((anchor.clone(), Pt::ZERO));
    }
    let number = builder.number();
    builder.mark();
    builder.cell = builder.pen.tag(tag, TagRole::TableCell);
    let beside = builder.aside_fits();
    let actual = builder.action(pad, beside);
    builder.bottom = builder.bottom.max(pad + number);
    builder.boxes(words, actual);
    builder.bottom = builder.bottom.max(center + steps.step_box / 2);
    builder.below(beside);
    let mut rest = builder.message();

    let RowBuilder { mut strip, bottom, .. } = builder;
    let below = pad.min(Pt(5_000));
    if rest.is_empty() {
        strip.height = height.least.max(bottom + below);
        // A row is never tightened below the height of its words or its tightened least height.
        let words = bottom - pad + steps.tight * 2;
        strip.slack = (strip.height - words.max(height.least - height.give)).max(Pt::ZERO);
    } else {
        strip.height = bottom;
        strip.keep = Keep::Wish;
    }
    if let Some(last) = rest.last_mut() {
        last.height += below;
    }
    let mut strips = vec![strip];
    strips.append(&mut rest);
    for strip in &mut strips {
        strip.step = Some(row.number.to_plain());
        strip.span = row.span;
    }
    if let Some(last) = strips.last_mut() {
        let left = if row.item { columns.action } else { steps.indent };
        last.rule_below = Some(BottomRule { left, right: columns.right, stroke: pen.theme.line.row });
    }
    strips
}

/// Room for the dots before an expected value of several lines.
const EXPECT_DOTS: Pt = Pt(24_000);

/// Distance from the middle of a box to the words behind it.
const BOX_BEFORE: Pt = Pt(13_000);

/// A row that is being drawn.
struct RowBuilder<'a, 't, 'f> {
    pen: &'a mut Pen<'t, 'f>,
    strip: Strip,
    row: &'a Row,
    columns: &'a Columns,
    /// Setting of the action.
    main: Setting,
    /// The row's tag.
    tag: TagId,
    /// Tag of the cell of the action.
    cell: TagId,
    /// Left edge of the action.
    left: Pt,
    /// Right edge of what stands beside the action.
    right: Pt,
    /// Height of the middle of the first line, the mark and the boxes.
    center: Pt,
    /// Bottom of what is drawn so far.
    bottom: Pt,
}

impl RowBuilder<'_, '_, '_> {
    /// Draws the number; returns its height, counted from the top of the row's words.
    fn number(&mut self) -> Pt {
        let setting = number_setting(self.pen.theme, self.row);
        let columns = self.columns;
        let number = self.pen.lay(&self.row.number, setting, columns.mark - columns.number - Pt(4_000));
        let tag = self.pen.tag(self.tag, TagRole::RowHeader);
        self.strip.text(Some(tag), &number, columns.number + Pt(2_000), self.center - setting.leading / 2);
        number.height - setting.leading + self.main.leading
    }

    /// Draws the mark: a thin outline for read, a heavy and filled one for write. They differ by weight and word, not by
    /// colour (CAP 676).
    fn mark(&mut self) {
        let tag = self.pen.tag(self.tag, TagRole::TableCell);
        let Some((write, word)) = &self.row.mark else { return };
        let (text, line) = (&self.pen.theme.text, &self.pen.theme.line);
        let (setting, stroke) = if *write { (text.small.bold(), line.write_mark) } else { (text.small, line.read) };
        let width = self.pen.width(word, setting);
        let left = (self.columns.mark + self.columns.action - Pt(6_000)) / 2 - width / 2;
        let rect =
            Rect { x: left - Pt(3_000), y: self.center - Pt(7_500), width: width + Pt(6_000), height: Pt(15_000) };
        let fill = write.then_some(225);
        self.strip.push(None, ItemKind::Path(Path { segments: rectangle(rect), stroke: Some(stroke), fill }));
        let paragraph = self.pen.lay(word, setting, width + Pt(10));
        self.strip.text(Some(tag), &paragraph, left, self.center - setting.leading / 2);
    }

    /// Whether the way out stands on the line of the action.
    fn aside_fits(&mut self) -> bool {
        let Some(aside) = self.row.aside.as_ref().filter(|_| self.row.expect.is_none()) else { return false };
        let action = self.pen.width(&self.row.action, self.main);
        let aside_width = self.pen.width(aside, self.pen.theme.text.small) + self.pen.theme.steps.cross;
        let one_line = self.row.action.is_one_line() && aside.is_one_line();
        one_line && action + aside_width + Pt(14_000) <= self.right - self.left
    }

    /// Draws the action, with its expected value or its way out beside it; returns the base line on which the actual
    /// value is written.
    fn action(&mut self, top: Pt, beside: bool) -> Pt {
        let action = self.pen.lay(&self.row.action, self.main, self.right - self.left);
        self.strip.text(Some(self.cell), &action, self.left, top);
        self.bottom = top + action.height;
        let actual = action.lines.first().map_or(Pt::ZERO, |line| top + line.baseline);
        if let Some(expect) = &self.row.expect {
            return self.expected(expect, &action, top).unwrap_or(actual);
        }
        if let Some(aside) = self.row.aside.as_ref().filter(|_| beside) {
            let setting = self.pen.theme.text.small;
            let width = self.pen.width(aside, setting);
            let paragraph = self.pen.lay(aside, setting, width + Pt(10));
            let base = action.lines.last().map_or(Pt::ZERO, |line| top + line.baseline);
            self.cross_and_arrow(self.right - width - self.pen.theme.steps.cross, base);
            self.strip.text(Some(self.cell), &paragraph, self.right - width, base - first_base(&paragraph));
        }
        actual
    }

    /// Draws the expected value: behind the action where both fit on one line, otherwise below it. Returns the base
    /// line of its first line if it stands below.
    fn expected(&mut self, expect: &Text, action: &Paragraph, top: Pt) -> Option<Pt> {
        let theme = self.pen.theme;
        let setting = if self.row.item { theme.text.item } else { theme.text.step };
        let (left, right) = (self.left, self.right);
        let last = action.lines.last();
        let end_of_action = last.map_or(left, |line| left + line.x + line.width);
        let width = self.pen.width(expect, setting);
        let one_line = expect.is_one_line();
        if one_line && width + Pt(14_000) <= right - end_of_action && action.lines.len() <= 1 {
            let paragraph = self.pen.lay(expect, setting.aligned(Align::End), width + Pt(10));
            // Action and expected value stand on one base line, even in different sizes.
            let base = last.map_or(Pt::ZERO, |line| top + line.baseline);
            self.strip.leader((end_of_action + Pt(4_000), right - width - Pt(4_000)), base, theme.line.leader);
            self.strip.text(Some(self.cell), &paragraph, right - paragraph.width, base - first_base(&paragraph));
            return None;
        }
        if one_line && width <= right - left {
            let paragraph = self.pen.lay(expect, setting.aligned(Align::End), right - left);
            let base = paragraph.lines.first().map(|line| {
                let base = self.bottom + line.baseline;
                self.strip.leader((left + Pt(6_000), left + line.x - Pt(4_000)), base, theme.line.leader);
                base
            });
            self.strip.text(Some(self.cell), &paragraph, left, self.bottom);
            self.bottom += paragraph.height;
            return base;
        }
        // Several lines are set as one block at the right, whose lines begin below each other; dots lead to its first.
        let paragraph = self.pen.lay(expect, setting, (right - left - EXPECT_DOTS).min(width + Pt(10)));
        let beside = action.lines.len() <= 1 && paragraph.width + Pt(14_000) <= right - end_of_action;
        let (from, y) = match last.filter(|_| beside) {
            Some(line) => (end_of_action + Pt(4_000), top + line.baseline - first_base(&paragraph)),
            None => (left + Pt(6_000), self.bottom),
        };
        let (start, base) = (right - paragraph.width, y + first_base(&paragraph));
        self.strip.leader((from, start - Pt(4_000)), base, theme.line.leader);
        self.strip.text(Some(self.cell), &paragraph, start, y);
        self.bottom = self.bottom.max(y + paragraph.height);
        Some(base)
    }

    /// Draws the room for the actual value, the boxes and the room for the time.
    fn boxes(&mut self, [_, found, operator, checker, time]: &[String; 5], actual: Pt) {
        let (row, columns, theme) = (self.row, self.columns, self.pen.theme);
        let said = format!("{} {}", row.number.to_plain(), row.action.to_plain());
        let base = self.center + self.main.size * 36 / 100;
        let height = Pt(16_000);
        let tag = self.pen.tag(self.tag, TagRole::TableCell);
        if let Some(field) = &row.actual {
            let right = columns.operator - Pt(6_000);
            let writing = Writing { left: columns.actual, right, base: actual + Pt(2_000), height };
            let input = FieldInput { field: field.clone(), told: told(&[&said, found]), tag };
            self.pen.write_line(&mut self.strip, writing, FieldKind::Line, input);
        }
        let side = if row.item { theme.steps.item_box } else { theme.steps.step_box };
        let places = [
            (columns.operator, columns.checker, Some(&row.operator), operator),
            (columns.checker, columns.time, row.checker.as_ref(), checker),
        ];
        for (left, right, field, role) in places {
            let center = ((left + right) / 2, self.center);
            let tag = self.pen.tag(self.tag, TagRole::TableCell);
            match field {
                Some(field) => {
                    let input = FieldInput { field: field.clone(), told: told(&[&said, role]), tag };
                    self.pen.tick(&mut self.strip, center, side, input);
                }
                None => Pen::struck(&mut self.strip, center, side),
            }
        }
        let tag = self.pen.tag(self.tag, TagRole::TableCell);
        if let Some(clock) = &row.time {
            let mut left = columns.time + Pt(6_000);
            if !clock.planned.is_empty() {
                let paragraph = self.pen.lay(&clock.planned, theme.text.label, theme.steps.time);
                self.strip.text(Some(tag), &paragraph, columns.time, base - first_base(&paragraph));
                left = columns.time + paragraph.width + Pt(3_000);
            }
            let writing = Writing { left, right: columns.right, base: base + Pt(2_000), height };
            let input = FieldInput { field: clock.field.clone(), told: told(&[&said, time]), tag };
            self.pen.write_line(&mut self.strip, writing, FieldKind::Line, input);
        }
    }

    /// Draws what stands under the action: what must be known first, the command, other lines, and the way out if it isn't beside
    /// the action.
    fn below(&mut self, aside_is_beside: bool) {
        let row = self.row;
        for detail in &row.before {
            self.detail(&detail.text, &detail.lead);
        }
        if let Some(pick) = &row.pick {
            self.detail(pick, &DetailLead::Decision);
        }
        for (index, command) in row.commands.iter().enumerate() {
            self.command(command, index > 0);
        }
        for Detail { lead, text } in &row.details {
            self.detail(text, lead);
        }
        if let Some(aside) = row.aside.as_ref().filter(|_| !aside_is_beside) {
            self.detail(aside, &DetailLead::WayOut);
        }
    }

    /// A command: its title, what to paste, and what comes out. Where it may be the one that is used, its title has a box
    /// and it stands in from the edge.
    fn command(&mut self, command: &PastedCommand, is_further: bool) {
        if is_further {
            self.bottom += Pt(4_000);
        }
        let lead = command.tick.clone().map_or(DetailLead::Plain, DetailLead::Tick);
        if let Some(title) = &command.title {
            self.detail(title, &lead);
        }
        let left = self.left + if lead == DetailLead::Plain { Pt::ZERO } else { Pt(16_000) };
        let mut at = CodePlace { left, right: self.below_right(), top: self.bottom + Pt(2_000) };
        at.top = commands::code(self.pen, &mut self.strip, &command.code, at, self.cell);
        for output in &command.outputs {
            at.top = commands::output(self.pen, &mut self.strip, output, at, self.cell);
        }
        self.bottom = at.top;
    }

    /// Draws a message with who is told and what it is about. Of a long one only the beginning stands in the row; the rest is
    /// returned.
    fn message(&mut self) -> Vec<Strip> {
        let Some(message) = &self.row.message else { return Vec::new() };
        for detail in &message.to {
            self.detail(&detail.text, &detail.lead);
        }
        let mut at = CodePlace { left: self.left, right: self.below_right(), top: self.bottom };
        if let Some([label, subject]) = &message.subject {
            at.top = messages::subject(self.pen, &mut self.strip, (label, subject), at, self.cell);
        }
        let (bottom, rest) = messages::message(self.pen, &mut self.strip, &message.text, at, self.cell);
        self.bottom = bottom;
        rest
    }

    /// Right edge of what stands under the action.
    fn below_right(&self) -> Pt {
        self.columns.right - Pt(4_000)
    }

    /// A line under an action.
    fn detail(&mut self, text: &Text, lead: &DetailLead) {
        let theme = self.pen.theme;
        let cell = self.pen.tag(self.cell, TagRole::Paragraph);
        let setting = theme.text.small;
        let (indent, least) = match lead {
            DetailLead::Plain => (Pt::ZERO, Pt::ZERO),
            DetailLead::WayOut => (theme.steps.cross, Pt::ZERO),
            DetailLead::Choice(_) => (Pt(37_000), setting.leading + Pt(4_000)),
            DetailLead::Decision => (Pt(18_000), Pt::ZERO),
            DetailLead::Tick(_) => (Pt(20_000), setting.leading + Pt(4_000)),
        };
        let (left, top) = (self.left, self.bottom);
        let paragraph = self.pen.lay(text, setting, self.below_right() - left - indent);
        let height = least.max(paragraph.height);
        let shift = if paragraph.height < height { (height - paragraph.height) / 2 } else { Pt::ZERO };
        let base = top + shift + first_base(&paragraph);
        match lead {
            DetailLead::Plain => {}
            DetailLead::WayOut => self.cross_and_arrow(left, base),
            DetailLead::Choice(field) | DetailLead::Tick(field) => {
                let input = FieldInput { field: field.clone(), told: told(&[&text.to_plain()]), tag: cell };
                let center = (left + indent - BOX_BEFORE, base - Pt(3_800));
                self.pen.tick(&mut self.strip, center, theme.steps.item_box, input);
            }
            DetailLead::Decision => diamond(&mut self.strip, (left + Pt(7_000), base - Pt(3_800)), theme.line.sign),
        }
        self.strip.text(Some(cell), &paragraph, left + indent, top + shift);
        self.bottom = top + height;
    }

    /// A cross and an arrow, which stand for “if not, then”.
    fn cross_and_arrow(&mut self, x: Pt, base: Pt) {
        let stroke = Stroke { round: true, ..self.pen.theme.line.sign };
        let middle = base - Pt(3_800);
        let half = Pt(2_900);
        let (left, right) = (x, x + half * 2);
        let strip = &mut self.strip;
        strip.line((left, middle - half), (right, middle + half), stroke);
        strip.line((left, middle + half), (right, middle - half), stroke);
        let (tail, head) = (x + Pt(9_000), x + Pt(18_000));
        strip.line((tail, middle), (head, middle), stroke);
        let tip = vec![
            PathSegment::Move(head - Pt(3_000), middle - Pt(2_600)),
            PathSegment::Line(head, middle),
            PathSegment::Line(head - Pt(3_000), middle + Pt(2_600)),
        ];
        strip.push(None, ItemKind::Path(Path { segments: tip, stroke: Some(stroke), fill: None }));
    }
}

/// A diamond around a point, which says that somebody decides.
fn diamond(strip: &mut Strip, (x, y): (Pt, Pt), stroke: Stroke) {
    let reach = Pt(6_000);
    let segments = vec![
        PathSegment::Move(x - reach, y),
        PathSegment::Line(x, y - reach),
        PathSegment::Line(x + reach, y),
        PathSegment::Line(x, y + reach),
        PathSegment::Close,
    ];
    strip.push(None, ItemKind::Path(Path { segments, stroke: Some(stroke), fill: None }));
}

/// Distance from the top of a paragraph to its first base line.
fn first_base(paragraph: &Paragraph) -> Pt {
    paragraph.lines.first().map_or(Pt::ZERO, |line| line.baseline)
}
