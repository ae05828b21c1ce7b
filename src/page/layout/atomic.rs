//! An atomic block: its first and last rows, and the bar beside it.

use super::pen::{FieldInput, Pen, Writing, told};
use super::strip::{Keep, LegendPlace, Strip, rectangle};
use super::{Width, legend};
use crate::geometry::{Pt, Rect};
use crate::page::{FieldKind, ItemKind, Path, PathSegment, TagId, TagRole};
use crate::view::checklist::{Atomic, LabelledLine, Rows};

/// The first rows of an atomic block: that nothing may interrupt it, how it may end early, when it began, and the legend of its sheet.
pub(super) fn begin(pen: &mut Pen, rows: &Rows, parent: TagId, width: Width) -> Option<Strip> {
    let (view, block) = (rows.atomic.as_ref()?, &rows.title.to_plain());
    let tag = pen.tag(parent, TagRole::Paragraph);
    let indent = pen.theme.steps.indent;
    let mut strip = Strip::new(Pt::ZERO);
    let line_room = Pt(60_000);
    let began = pen.width(&view.began.label, pen.rows.below);
    let (left, end) = (indent + Pt(18_000), width.content - line_room - began - Pt(16_000));
    let title = pen.lay(&view.begin, pen.rows.main, end - left);
    triangle(&mut strip, (indent + Pt(7_000), Pt(9_500)), true);
    strip.text(Some(tag), &title, left, Pt(1_000));
    written_at(pen, &mut strip, (&view.began, Pt(1_000)), block, width, parent);
    // How it may end early stands behind that where it has room, otherwise below.
    let behind = left + title.width + Pt(14_000);
    let is_beside = title.lines.len() == 1 && behind + pen.width(&view.early, pen.rows.below) <= end;
    let behind_early = if is_beside {
        let early = pen.lay(&view.early, pen.rows.below, end - behind + Pt(10));
        strip.text(Some(tag), &early, behind, Pt(1_000) + title.first_base() - early.first_base());
        strip.height = title.height + Pt(3_500);
        None
    } else {
        let early = pen.lay(&view.early, pen.rows.below, width.content - left);
        let top = title.height + Pt(2_000);
        strip.text(Some(tag), &early, left, top);
        strip.height = title.height + early.height + Pt(3_500);
        (early.lines.len() == 1).then_some((left + early.width + Pt(14_000), top))
    };
    if !rows.legend.is_empty() {
        let place = LegendPlace { behind: behind_early, left: indent + Pt(2_000), right: width.content };
        legend::add(pen, &mut strip, &rows.legend, parent, place);
    }
    strip.slack = Pt(1_500);
    strip.before = Pt(3_000);
    strip.keep = Keep::Must;
    Some(strip)
}

/// The last row of an atomic block, which says that it is over.
pub(super) fn end(pen: &mut Pen, view: &Atomic, block: &str, parent: TagId, width: Width) -> Strip {
    let tag = pen.tag(parent, TagRole::Paragraph);
    let indent = pen.theme.steps.indent;
    let title = pen.lay(&view.end, pen.rows.main, width.content / 2);
    let mut strip = Strip::new(title.height + Pt(3_500));
    triangle(&mut strip, (indent + Pt(7_000), Pt(11_500)), false);
    strip.text(Some(tag), &title, indent + Pt(18_000), Pt(3_000));
    written_at(pen, &mut strip, (&view.ended, Pt(3_000)), block, width, parent);
    strip.slack = Pt(2_000);
    strip.keep = Keep::Bond;
    strip
}

/// A label at the right edge, from a top, with a line on which to write a time.
fn written_at(
    pen: &mut Pen,
    strip: &mut Strip,
    (line, top): (&LabelledLine, Pt),
    block: &str,
    width: Width,
    parent: TagId,
) {
    let words = &line.label;
    let tag = pen.tag(parent, TagRole::Paragraph);
    let room = pen.width(words, pen.rows.below);
    let paragraph = pen.lay(words, pen.rows.below, room + Pt(10));
    let left = width.content - Pt(60_000);
    strip.text(Some(tag), &paragraph, left - room - Pt(4_000), top);
    let base = top + paragraph.first_base() + Pt(2_000);
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
    ItemKind::Path(Path { segments: rectangle(rect), stroke: None, fill: Some(0), even_odd: false })
}
