//! An atomic block: its first and last rows, and the bar beside it.

use super::Width;
use super::pen::{FieldInput, Pen, Writing, told};
use super::strip::{Keep, Strip, rectangle};
use crate::geometry::{Pt, Rect};
use crate::page::{FieldKind, ItemKind, Path, PathSegment, TagId, TagRole};
use crate::view::checklist::{Atomic, LabelledLine};

/// The first rows of an atomic block: that nothing may interrupt it, how it may end early, and when it began.
pub(super) fn begin(pen: &mut Pen, view: &Atomic, block: &str, parent: TagId, width: Width) -> Vec<Strip> {
    let tag = pen.tag(parent, TagRole::Paragraph);
    let indent = pen.theme.steps.indent;
    let mut strip = Strip::new(Pt::ZERO);
    let line_room = Pt(60_000);
    let began = pen.width(&view.began.label, pen.theme.text.label);
    let title = pen.lay(&view.begin, pen.theme.text.step, width.content - indent - line_room - began - Pt(34_000));
    triangle(&mut strip, (indent + Pt(7_000), Pt(9_500)), true);
    strip.text(Some(tag), &title, indent + Pt(18_000), Pt(1_000));
    written_at(pen, &mut strip, &view.began, block, width, parent);
    let early = pen.lay(&view.early, pen.theme.text.small, width.content - indent - Pt(18_000));
    strip.text(Some(tag), &early, indent + Pt(18_000), title.height + Pt(1_500));
    strip.height = title.height + early.height + Pt(3_000);
    strip.before = Pt(5_000);
    strip.keep = Keep::Must;
    vec![strip]
}

/// The last row of an atomic block, which says that it is over.
pub(super) fn end(pen: &mut Pen, view: &Atomic, block: &str, parent: TagId, width: Width) -> Strip {
    let tag = pen.tag(parent, TagRole::Paragraph);
    let indent = pen.theme.steps.indent;
    let title = pen.lay(&view.end, pen.theme.text.step, width.content / 2);
    let mut strip = Strip::new(title.height + Pt(5_000));
    triangle(&mut strip, (indent + Pt(7_000), Pt(11_500)), false);
    strip.text(Some(tag), &title, indent + Pt(18_000), Pt(3_000));
    written_at(pen, &mut strip, &view.ended, block, width, parent);
    strip.keep = Keep::Must;
    strip
}

/// A label at the right edge with a line on which to write a time.
fn written_at(pen: &mut Pen, strip: &mut Strip, line: &LabelledLine, block: &str, width: Width, parent: TagId) {
    let words = &line.label;
    let tag = pen.tag(parent, TagRole::Paragraph);
    let room = pen.width(words, pen.theme.text.label);
    let paragraph = pen.lay(words, pen.theme.text.label, room + Pt(10));
    let left = width.content - Pt(60_000);
    strip.text(Some(tag), &paragraph, left - room - Pt(4_000), Pt(3_000));
    let base = Pt(3_000) + paragraph.lines.first().map_or(Pt::ZERO, |line| line.baseline) + Pt(2_000);
    let writing = Writing { left, right: width.content, base, height: Pt(14_000) };
    let input = FieldInput { field: line.field.clone(), told: told(&[block, &words.to_plain()]), tag };
    pen.write_line(strip, writing, FieldKind::Line, input);
}

fn triangle(strip: &mut Strip, (x, y): (Pt, Pt), down: bool) {
    let (half, rise) = (Pt(5_000), Pt(if down { 4_500 } else { -4_500 }));
    let segments = vec![
        PathSegment::Move(x - half, y - rise),
        PathSegment::Line(x + half, y - rise),
        PathSegment::Line(x, y + rise),
        PathSegment::Close,
    ];
    strip.area(segments);
}

/// The heavy bar beside an atomic block, from one height to another.
pub(super) fn bar(top: Pt, bottom: Pt, width: Pt) -> ItemKind {
    let rect = Rect { x: Pt::ZERO, y: top, width, height: bottom - top };
    ItemKind::Path(Path { segments: rectangle(rect), stroke: None, fill: Some(0) })
}
