//! Commands and what comes out of them, character by character.

use super::pen::Pen;
use super::strip::Strip;
use crate::geometry::{Pt, Rect};
use crate::page::{ItemKind, Path, PathSegment, Stroke, TagId, TagRole};
use crate::text::typeset::Setting;
use crate::text::{Content, Text};
use crate::view::checklist::PrintedOutput;

/// Where something is drawn: its left and right edges and its top.
#[derive(Clone, Copy)]
pub(super) struct CodePlace {
    /// Left edge.
    pub left: Pt,
    /// Right edge.
    pub right: Pt,
    /// Top.
    pub top: Pt,
}

/// Draws a command as it is to be pasted, monospaced beside a rule; returns the new bottom.
pub(super) fn code(pen: &mut Pen, strip: &mut Strip, text: &Text, at: CodePlace, parent: TagId) -> Pt {
    let at = CodePlace { left: at.left + Pt(8_000), right: at.right - Pt(14_000), ..at };
    let bottom = exact(pen, strip, text, pen.theme.text.code, at, parent);
    strip.line((at.left - Pt(6_000), at.top), (at.left - Pt(6_000), bottom), pen.theme.line.code);
    bottom + Pt(2_000)
}

/// Draws what comes out of a command under its label: smaller and inside a frame, like a screen, so that nobody takes it
/// for something to paste; returns the new bottom.
pub(super) fn output(pen: &mut Pen, strip: &mut Strip, output: &PrintedOutput, at: CodePlace, parent: TagId) -> Pt {
    let left = at.left + Pt(8_000);
    let tag = pen.tag(parent, TagRole::Paragraph);
    let label = pen.lay(&output.label, pen.theme.text.label, at.right - left);
    strip.text(Some(tag), &label, left, at.top);
    let top = at.top + label.height + Pt(1_000);
    let inside = CodePlace { left: left + Pt(6_000), right: at.right - Pt(14_000), top: top + Pt(1_500) };
    let bottom = exact(pen, strip, &output.text, pen.theme.text.output, inside, parent);
    let frame = Rect { x: left, y: top, width: at.right - left, height: bottom + Pt(1_500) - top };
    strip.frame(frame, pen.theme.line.output);
    bottom + Pt(4_000)
}

/// Sets a text line by line, monospaced; returns its bottom.
///
/// Each line is copied and read by itself, without the line breaks that only the paper makes: of a reading for all of them
/// Chrome's viewer makes a single line, which would be another command. Lines without ink belong to the one before them.
fn exact(pen: &mut Pen, strip: &mut Strip, text: &Text, setting: Setting, at: CodePlace, parent: TagId) -> Pt {
    let CodePlace { left, right, top } = at;
    let mut last: Option<TagId> = None;
    let mut y = top;
    for words in text.runs.split(|run| run.content == Content::Break) {
        let line = Text { lang: text.lang.clone(), runs: words.to_vec() };
        let plain = line.to_plain();
        let tag = match last {
            Some(tag) if plain.trim().is_empty() => {
                let reading = pen.tags[tag.0 as usize].alt.get_or_insert_default();
                reading.push('\n');
                reading.push_str(&plain);
                tag
            }
            _ => *last.insert(pen.copied(parent, plain)),
        };
        y = exact_line(pen, strip, (&line, setting), CodePlace { left, right, top: y }, tag);
    }
    y
}

/// Draws one line of code of several strips, beside the same rule as a command; returns its bottom.
pub(super) fn code_line(pen: &mut Pen, strip: &mut Strip, line: &Text, at: CodePlace, tag: TagId) -> Pt {
    let at = CodePlace { left: at.left + Pt(8_000), right: at.right - Pt(14_000), ..at };
    let bottom = exact_line(pen, strip, (line, pen.theme.text.code), at, tag);
    strip.line((at.left - Pt(6_000), at.top), (at.left - Pt(6_000), bottom), pen.theme.line.code);
    bottom
}

/// Sets one line of code; returns its bottom.
fn exact_line(pen: &mut Pen, strip: &mut Strip, (line, setting): (&Text, Setting), at: CodePlace, tag: TagId) -> Pt {
    let paragraph = pen.lay(line, setting, at.right - at.left);
    strip.text(Some(tag), &paragraph, at.left, at.top);
    // A line that goes on below ends with a hooked arrow, so that nobody types a line break there.
    for line in paragraph.lines.iter().rev().skip(1) {
        goes_on(strip, (at.right + Pt(5_000), at.top + line.baseline), pen.theme.line.hook);
    }
    at.top + paragraph.height.max(setting.leading)
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
