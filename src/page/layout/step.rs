//! The row of a step or item: number, mark, action, expected value, boxes, and the lines below the action.

mod details;

use std::sync::Arc;

use super::columns::{self, Columns, ValueWidths, row_setting};
use super::divided::WHOLE;
use super::pasted::{self, INSIDE, PastedKind, PastedPlace};
use super::pen::{FieldInput, Pen, Writing, told};
use super::signs::{self, Mark};
use super::strip::{BottomRule, Keep, Strip};
use super::theme::RowDensity;
use crate::geometry::Pt;
use crate::page::{FieldKind, TagId, TagRole};
use crate::text::typeset::{Align, Paragraph, Setting, ascent};
use crate::text::{Content, Text};
use crate::view::checklist::{Detail, DetailLead, PastedCommand, PrintedMessage, Row, RowBox};

/// The row of a step or item: one strip, or several where its commands or its message are long. `words` are the heads of the
/// columns.
pub(super) fn row(
    pen: &mut Pen,
    row: &Row,
    value: Option<&ValueWidths>,
    (columns, words): (&Columns, &[String; 6]),
    table: TagId,
) -> Vec<Strip> {
    let steps = &pen.theme.steps;
    let RowDensity { height, .. } = pen.rows;
    let main = row_setting(pen.rows.main, row);
    let pad = (height.least - main.leading) / 2;
    let base = pad + (main.leading - main.size) / 2 + ascent(main.size);
    let tag = pen.tag(table, TagRole::TableRow);
    let mut builder = RowBuilder {
        pen,
        above: Vec::new(),
        strip: Strip::new(Pt::ZERO),
        row,
        value,
        columns,
        main,
        tag,
        cell: tag,
        left: columns.action + if row.item { columns::ITEM } else { Pt::ZERO },
        right: columns.again - columns::APART,
        base,
        bottom: pad,
    };
    if let Some(anchor) = &row.anchor {
        builder.strip.anchors.push((anchor.clone(), Pt::ZERO));
    }
    builder.number();
    builder.mark();
    builder.only_from();
    builder.cell = builder.pen.tag(tag, TagRole::TableCell);
    let beside = builder.beside();
    builder.boxes(words, beside.actual);
    builder.bottom = builder.bottom.max(base - main.middle() + steps.item_box / 2);
    builder.below(beside.way_out);
    builder.message();

    let RowBuilder { above: mut strips, mut strip, bottom, .. } = builder;
    let below = pad.min(Pt(5_000));
    if strips.is_empty() {
        strip.height = height.least.max(bottom + below);
        // A row is never tightened below the height of its words or its tightened least height.
        let words = bottom - pad + steps.tight * 2;
        strip.slack = (strip.height - words.max(height.least - height.give)).max(Pt::ZERO);
    } else {
        strip.height = bottom + below;
    }
    strips.push(strip);
    for (index, strip) in strips.iter_mut().enumerate() {
        strip.within = index > 0;
        strip.step = Some(row.number.to_plain());
        strip.span = row.span;
    }
    if let Some(last) = strips.last_mut() {
        let left = if row.item { columns.action } else { steps.indent };
        last.rule_below = Some(BottomRule { left, right: columns.right, stroke: pen.theme.line.row });
    }
    strips
}

/// Height of the room above a line to write on.
const ROOM: Pt = Pt(16_000);

/// Between an expected value and what stands behind it.
const BEHIND: Pt = Pt(10_000);

/// Space above a message.
const ABOVE: Pt = Pt(2_000);

/// Number of lines of its author's.
fn lines(text: &Text) -> usize {
    1 + text.runs.iter().filter(|run| run.content == Content::Break).count()
}

/// The left edge of an expected value, the action and the value.
type SideBySide = (Pt, Arc<Paragraph>, Arc<Paragraph>);

/// What an action's first line has beside it.
#[derive(Default)]
struct ActionSide {
    /// The line for the actual value.
    actual: Option<Writing>,
    /// Whether the way out stands there.
    way_out: bool,
}

/// A row that is being drawn.
struct RowBuilder<'a, 't, 'f> {
    pen: &'a mut Pen<'t, 'f>,
    /// The strips above the one that is drawn.
    above: Vec<Strip>,
    strip: Strip,
    row: &'a Row,
    /// How wide its expected value is, if it has one.
    value: Option<&'a ValueWidths>,
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
    /// Base line of the first line of every column.
    base: Pt,
    /// Bottom of what is drawn so far.
    bottom: Pt,
}

impl RowBuilder<'_, '_, '_> {
    /// Ends the strip: a page may end here.
    fn cut(&mut self) {
        self.strip.height = self.bottom;
        self.strip.keep = Keep::Wish;
        self.above.push(std::mem::replace(&mut self.strip, Strip::new(Pt::ZERO)));
        self.bottom = Pt::ZERO;
    }

    /// Draws what is pasted, from the bottom of what is drawn so far.
    fn paste(&mut self, kind: PastedKind, text: &Text, (left, right): (Pt, Pt)) {
        let pieces = pasted::pieces(self.pen, kind, text, right - left - INSIDE, self.cell);
        for (index, part) in pasted::divisions(&pieces).into_iter().enumerate() {
            if index > 0 {
                self.cut();
            }
            let at = PastedPlace { left, right, top: self.bottom };
            self.bottom = pasted::beside_rule(self.pen, &mut self.strip, part, at);
        }
    }

    /// Sets words with their first line on the row's base line; returns their bottom.
    fn on_base(&mut self, tag: Option<TagId>, words: &Paragraph, left: Pt) -> Pt {
        let top = self.base - words.first_base();
        self.strip.text(tag, words, left, top);
        top + words.height
    }

    /// Draws the number, which stands again beside the boxes, where the hand is when the eye must find the row.
    fn number(&mut self) {
        let setting = columns::number_setting(self.pen.rows.main, self.row);
        let Columns { number: left, mark, again, operator, .. } = *self.columns;
        let number = self.pen.lay(&self.row.number, setting, mark - left - columns::APART);
        let tag = self.pen.tag(self.tag, TagRole::RowHeader);
        let bottom = self.on_base(Some(tag), &number, left + Pt(2_000));
        let setting = columns::number_setting(self.pen.theme.text.head, self.row);
        let repeated = self.pen.lay(&self.row.again, setting.aligned(Align::End), operator - again);
        let further = self.on_base(None, &repeated, again);
        self.bottom = self.bottom.max(bottom).max(further);
    }

    /// Draws the mark for read or write.
    fn mark(&mut self) {
        let tag = self.pen.tag(self.tag, TagRole::TableCell);
        let Some((write, word)) = &self.row.mark else { return };
        let mark = Mark::beside(self.pen.rows.main, *write, word);
        let left = (self.columns.mark + self.columns.only_from - columns::MARK - mark.width(self.pen)) / 2;
        signs::mark(self.pen, &mut self.strip, &mark, (left, self.base), tag);
    }

    /// Draws the steps of which one must have been begun, where the list has a column for them.
    fn only_from(&mut self) {
        let Columns { only_from, action, .. } = *self.columns;
        let tag = (only_from < action).then(|| self.pen.tag(self.tag, TagRole::TableCell));
        let Some(steps) = &self.row.only_from else { return };
        let words = self.pen.lay(steps, self.pen.rows.main, action - only_from - columns::APART);
        self.bottom = self.on_base(tag, &words, only_from).max(self.bottom);
    }

    /// Draws the action and what stands beside it: the expected value with the line for the actual one, and the way out
    /// where it has room.
    fn beside(&mut self) -> ActionSide {
        let way = self.row.aside.as_ref().filter(|way| way.is_one_line());
        let way = way.map(|way| (way, self.pen.width(way, self.pen.rows.below) + self.pen.theme.steps.cross));
        let Some((expect, widths)) = self.row.expect.as_ref().zip(self.value.copied()) else {
            let wide =
                if self.row.action.is_one_line() { self.pen.width(&self.row.action, self.main) } else { Pt::MAX };
            let way = way.filter(|(_, room)| wide <= self.right - self.left - BEHIND - *room);
            let action = self.pen.lay(&self.row.action, self.main, self.right - self.left);
            let bottom = self.on_base(Some(self.cell), &action, self.left);
            self.bottom = self.bottom.max(bottom);
            if let Some((way, room)) = way {
                // At the right, where no expected value begins.
                self.way_out(way, self.right - room, self.base);
            }
            return ActionSide { actual: None, way_out: way.is_some() };
        };
        let setting = Setting { bold: false, ..self.main };
        let way_room = way.map(|(_, room)| room);
        if let Some(left) = self.on_one_line(expect, &widths, way_room) {
            let room = self.right - self.left;
            let action = self.pen.lay(&self.row.action, self.main, room);
            self.on_base(Some(self.cell), &action, self.left);
            let value = self.pen.lay(expect, setting, room);
            return self.expected(&value, (left, self.base), &widths, way);
        }
        if let Some((left, action, value)) = self.side_by_side(expect, &widths, way_room) {
            let bottom = self.on_base(Some(self.cell), &action, self.left);
            self.bottom = self.bottom.max(bottom);
            return self.expected(&value, (left, self.base), &widths, way);
        }
        let action = self.pen.lay(&self.row.action, self.main, self.right - self.left);
        let bottom = self.on_base(Some(self.cell), &action, self.left);
        self.bottom = self.bottom.max(bottom);
        let left = self.left + columns::SIGN;
        let below = self.pen.lay(expect, setting, self.right - left);
        let base = self.bottom + below.first_base();
        self.expected(&below, (left, base), &widths, way)
    }

    /// Action and expected value beside each other, the value from a left edge: in its column, or at the right where it makes way for
    /// an action that would take more lines. A name is divided only where it is wider than the row. `None` where they have no room
    /// side by side, or take fewer lines one under the other; `way` is the room that the way out takes.
    fn side_by_side(&mut self, expect: &Text, widths: &ValueWidths, way: Option<Pt>) -> Option<SideBySide> {
        let (column, right) = (self.columns.expected, self.right);
        let (full, setting) = (right - self.left, Setting { bold: false, ..self.main });
        // Lines of a value from a left edge, with those for the actual value and for the way out where these stand below it.
        let lines = |value: &Paragraph, left: Pt| {
            let end = left + value.lines.last().map_or(Pt::ZERO, |line| line.width) + widths.actual;
            let has_way = way.is_none_or(|way| end + BEHIND + way <= right);
            value.lines.len() + usize::from(end > right) + usize::from(!has_way)
        };
        let keeps_names = |room: Pt| widths.action_word <= room || widths.action_word > full;
        let mut best = None;
        let mut fewest = {
            let (left, action) = (self.left + columns::SIGN, self.pen.lay(&self.row.action, self.main, full));
            action.lines.len() + lines(&self.pen.lay(expect, setting, right - left), left)
        };
        let value = self.pen.lay(expect, setting, right - column);
        let moved = right - value.width - widths.actual;
        let has_room = value.lines.len() == 1 || value.lines.len() <= columns::BESIDE && widths.word <= right - column;
        let places = [(moved, value.lines.len() == 1 && moved > column), (column, has_room)];
        for (left, _) in places.into_iter().filter(|(_, is_place)| *is_place) {
            let room = left - columns::SIGN - self.left;
            if keeps_names(room) {
                let action = self.pen.lay(&self.row.action, self.main, room);
                let needed = action.lines.len().max(lines(&value, left));
                // The column is the last of the places, and taken where no other one takes fewer lines.
                if needed <= fewest {
                    fewest = needed;
                    best = Some((left, action, Arc::clone(&value)));
                }
            }
        }
        best
    }

    /// Where the expected value begins if it stands on the line of the action, with the line for the actual value: in its column,
    /// or as far from there as action, value or the way out need. `None` where they have no room on one line; `way` is the room that
    /// the way out takes.
    fn on_one_line(&mut self, expect: &Text, widths: &ValueWidths, way: Option<Pt>) -> Option<Pt> {
        if !self.row.action.is_one_line() || !expect.is_one_line() {
            return None;
        }
        let action = self.left + self.pen.width(&self.row.action, self.main) + columns::SIGN;
        let last = self.right - widths.value;
        let before_way = way.map(|way| last - BEHIND - way).filter(|last| action <= *last);
        let last = before_way.unwrap_or(last);
        (action <= last).then(|| self.columns.expected.max(action).min(last))
    }

    /// Draws the expected value at a place on a base line, with the line for the actual value and the way out behind it or
    /// below.
    fn expected(
        &mut self,
        value: &Paragraph,
        (left, first): (Pt, Pt),
        widths: &ValueWidths,
        way: Option<(&Text, Pt)>,
    ) -> ActionSide {
        let setting = Setting { bold: false, ..self.main };
        let right = self.right;
        self.strip.text(Some(self.cell), value, left, first - value.first_base());
        self.bottom = self.bottom.max(first - value.first_base() + value.height);
        if value.lines.len() > 1 || first > self.base {
            // A value of several lines, or on a line of its own, has a sign before it, so that nobody takes it for something to do.
            signs::equals(&mut self.strip, (left - Pt(8_000), first - setting.middle()), self.pen.theme.line.sign);
        }
        let mut end = left + value.lines.last().map_or(Pt::ZERO, |line| line.x + line.width);
        let mut base = first + value.lines.last().map_or(Pt::ZERO, |line| line.baseline) - value.first_base();
        let mut actual = None;
        if self.row.actual.is_some() {
            let needed = (widths.actual - columns::APART).min(right - left);
            let room = way.map_or(Pt::ZERO, |(_, room)| room + BEHIND);
            if right - end - columns::APART < needed {
                base += setting.leading + Pt(3_000);
                end = left - columns::APART;
                self.bottom = self.bottom.max(base + Pt(3_500));
            }
            let start = end + columns::APART;
            // It is as long as the column where nothing else needs the room.
            let behind = right - room;
            let stop = if behind - start >= needed { behind } else { right };
            end = stop;
            actual = Some(Writing { left: start, right: stop, base: base + Pt(2_000), height: ROOM });
        }
        let way = way.filter(|(_, room)| end + BEHIND <= right - *room);
        if let Some((way, room)) = way {
            self.way_out(way, right - room, base);
        }
        ActionSide { actual, way_out: way.is_some() }
    }

    /// Draws a way out with its cross and arrow at a place.
    fn way_out(&mut self, way: &Text, left: Pt, base: Pt) {
        let setting = self.pen.rows.below;
        let width = self.pen.width(way, setting);
        let paragraph = self.pen.lay(way, setting, width + Pt(10));
        signs::cross_and_arrow(&mut self.strip, (left, base - setting.middle()), self.pen.theme.line.sign);
        self.strip.text(Some(self.cell), &paragraph, left + self.pen.theme.steps.cross, base - paragraph.first_base());
    }

    /// Draws the line for the actual value, the boxes and the room for the time.
    fn boxes(&mut self, [_, _, found, operator, checker, time]: &[String; 6], actual: Option<Writing>) {
        let (row, columns, theme) = (self.row, self.columns, self.pen.theme);
        let said = format!("{} {}", row.number.to_plain(), row.action.to_plain());
        let tag = self.pen.tag(self.tag, TagRole::TableCell);
        if let Some((field, writing)) = row.actual.as_ref().zip(actual) {
            let input = FieldInput { field: field.clone(), told: told(&[&said, found]), tag };
            self.pen.write_line(&mut self.strip, writing, FieldKind::Line, input);
        }
        let side = if row.item { theme.steps.item_box } else { theme.steps.step_box };
        let places = [(columns.operator, columns.checker, operator), (columns.checker, columns.time, checker)];
        for ((left, right, role), ticked) in places.into_iter().zip(&row.boxes) {
            let center = ((left + right) / 2, self.base - self.main.middle());
            let tag = self.pen.tag(self.tag, TagRole::TableCell);
            match ticked {
                RowBox::Tick(field) => {
                    let input = FieldInput { field: field.clone(), told: told(&[&said, role]), tag };
                    self.pen.tick(&mut self.strip, center, side, input);
                }
                RowBox::Struck => Pen::struck(&mut self.strip, center, side),
                RowBox::Absent => {}
            }
        }
        let tag = self.pen.tag(self.tag, TagRole::TableCell);
        if let Some(clock) = &row.time {
            let mut left = columns.time + Pt(6_000);
            if !clock.planned.is_empty() {
                let paragraph = self.pen.lay(&clock.planned, self.pen.rows.main, columns.right - columns.time);
                let bottom = self.on_base(Some(tag), &paragraph, columns.time + Pt(2_000));
                left = columns.time + paragraph.width + Pt(4_000);
                self.bottom = self.bottom.max(bottom);
            }
            let base = self.base + Pt(2_000);
            let writing = Writing { left, right: columns.right, base, height: ROOM };
            let input = FieldInput { field: clock.field.clone(), told: told(&[&said, time]), tag };
            self.pen.write_line(&mut self.strip, writing, FieldKind::Line, input);
        }
    }

    /// Draws what stands under the action: what must be known first, the command, other lines, and the way out if it isn't beside
    /// the action.
    fn below(&mut self, way_out_is_beside: bool) {
        let row = self.row;
        self.details(&row.before);
        if let Some(pick) = &row.pick {
            self.detail(pick, &DetailLead::Decision);
        }
        let is_long = row.commands.iter().map(|command| lines(&command.code)).sum::<usize>() > WHOLE;
        for (index, command) in row.commands.iter().enumerate() {
            if index > 0 && is_long {
                self.cut();
            }
            if index > 0 {
                self.bottom += Pt(4_000);
            }
            self.command(command);
        }
        self.details(&row.details);
        if let Some(way) = row.aside.as_ref().filter(|_| !way_out_is_beside) {
            self.detail(way, &DetailLead::WayOut);
        }
    }

    /// A command: its title, what to paste, and what comes out. Where it may be the one that is used, its title has a box
    /// and it stands in from the edge.
    fn command(&mut self, command: &PastedCommand) {
        let lead = command.tick.clone().map_or(DetailLead::Plain, DetailLead::Tick);
        if let Some(title) = &command.title {
            self.detail(title, &lead);
        }
        let left = self.left + if lead == DetailLead::Plain { Pt::ZERO } else { Pt(16_000) };
        let right = self.below_right();
        self.bottom += Pt(2_000);
        self.paste(PastedKind::Command, &command.code, (left, right));
        self.bottom += Pt(2_000);
        for output in &command.outputs {
            let at = PastedPlace { left, right, top: self.bottom };
            self.bottom = pasted::output(self.pen, &mut self.strip, output, at, self.cell);
        }
    }

    /// Draws a message with who is told and what it is about.
    fn message(&mut self) {
        let Some(message) = &self.row.message else { return };
        let mut at = PastedPlace { left: self.left, right: self.below_right(), top: self.bottom };
        if let Some(behind) = self.behind_label(message, at) {
            at.left = behind;
        } else {
            for detail in &message.to {
                self.detail(&detail.text, &detail.lead);
            }
            at.top = self.bottom;
        }
        if let Some([label, subject]) = &message.subject {
            at.top = pasted::subject(self.pen, &mut self.strip, (label, subject), at, self.cell);
        }
        self.bottom = at.top + ABOVE;
        self.paste(PastedKind::Message, &message.text, (at.left, at.right));
        self.bottom += Pt(2_000);
    }

    /// Draws the words over a message before it, on its line, where both have room; returns where the message begins.
    fn behind_label(&mut self, message: &PrintedMessage, at: PastedPlace) -> Option<Pt> {
        let [Detail { lead: DetailLead::Plain, text: label }] = &*message.to else { return None };
        let setting = self.pen.rows.below;
        if message.subject.is_some() || !label.is_one_line() || !message.text.is_one_line() {
            return None;
        }
        let behind = at.left + self.pen.width(label, setting) + Pt(2_000);
        if self.pen.width(&message.text, setting) + INSIDE > at.right - behind {
            return None;
        }
        let tag = self.pen.tag(self.cell, TagRole::Paragraph);
        let words = self.pen.lay(label, setting, at.right - at.left);
        self.strip.text(Some(tag), &words, at.left, at.top + ABOVE);
        Some(behind)
    }

    /// Right edge of what stands under the action.
    fn below_right(&self) -> Pt {
        self.columns.right - Pt(4_000)
    }
}
