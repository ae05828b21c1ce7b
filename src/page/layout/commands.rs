//! Commands, character by character.

use super::pen::Pen;
use super::strip::Strip;
use crate::geometry::Pt;
use crate::page::{ItemKind, Path, PathSegment, Stroke, TagId, TagRole};
use crate::text::{Content, Text};

/// Draws a command as it is to be pasted, monospaced beside a rule; returns the new bottom.
pub(super) fn code(
    pen: &mut Pen,
    strip: &mut Strip,
    text: &Text,
    (left, right): (Pt, Pt),
    top: Pt,
    parent: TagId,
) -> Pt {
    let tag = pen.tag(parent, TagRole::Code);
    // Whoever copies the command or hears it read gets it without the line breaks that only the paper makes.
    pen.tags[tag.0 as usize].alt = Some(text.to_plain());
    let exact = pen.theme.text.code;
    let (left, right) = (left + Pt(8_000), right - Pt(14_000));
    let mut y = top;
    for words in text.runs.split(|run| run.content == Content::Break) {
        let line = Text { lang: text.lang.clone(), runs: words.to_vec() };
        let paragraph = pen.lay(&line, exact, right - left);
        strip.text(Some(tag), &paragraph, left, y);
        // A line that goes on below ends with a hooked arrow, so that nobody types a line break there.
        for line in paragraph.lines.iter().rev().skip(1) {
            goes_on(strip, (right + Pt(5_000), y + line.baseline), pen.theme.line.hook);
        }
        y += paragraph.height.max(pen.theme.text.code.leading);
    }
    strip.line((left - Pt(6_000), top), (left - Pt(6_000), y), pen.theme.line.code);
    y + Pt(2_000)
}

/// A hooked arrow, which says that the line goes on below.
fn goes_on(strip: &mut Strip, (x, base): (Pt, Pt), stroke: Stroke) {
    let (top, low) = (base - Pt(7_000), base - Pt(2_500));
    let hook = vec![
        PathSegment::Move(x + Pt(6_000), top),
        PathSegment::Line(x + Pt(6_000), low),
        PathSegment::Line(x, low),
        PathSegment::Move(x + Pt(2_500), low - Pt(2_300)),
        PathSegment::Line(x, low),
        PathSegment::Line(x + Pt(2_500), low + Pt(2_300)),
    ];
    strip.push(None, ItemKind::Path(Path { segments: hook, stroke: Some(stroke), fill: None }));
}
