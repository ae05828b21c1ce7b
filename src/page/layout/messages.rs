//! Messages to send: line by line, so that a page may end between the lines of a long one.

use super::commands::CodePlace;
use super::pen::Pen;
use super::prose::divided;
use super::strip::{Keep, Strip};
use crate::geometry::Pt;
use crate::page::{TagId, TagRole};
use crate::text::typeset::{LinePiece, Paragraph};
use crate::text::{Content, Text};

/// A message of so many lines on paper stands in one piece with its step.
const WHOLE: i32 = 8;
/// So many parts of a longer one stand with its step, and so many of its end stay together.
const TOGETHER: usize = 3;
/// A line of its author's that takes more lines than this on paper is divided.
const UNDIVIDED: usize = 12;
/// Distance from the rule beside a message to its words.
const INSIDE: Pt = Pt(8_000);

/// Draws the subject of a message behind its label, as a piece of its own to paste; returns the new bottom.
pub(super) fn subject(
    pen: &mut Pen,
    strip: &mut Strip,
    (label, subject): (&Text, &Text),
    at: CodePlace,
    parent: TagId,
) -> Pt {
    let setting = pen.theme.text.small;
    let tag = pen.tag(parent, TagRole::Paragraph);
    let words = pen.lay(label, setting, at.right - at.left);
    strip.text(Some(tag), &words, at.left, at.top);
    let left = at.left + pen.width(label, setting) + Pt(4_000);
    let tag = pen.copied(parent, subject.to_plain());
    let words = pen.lay(subject, setting, at.right - left);
    strip.text(Some(tag), &words, left, at.top);
    at.top + words.height
}

/// Draws a message beside a rule, as something to paste. Returns the new bottom, and the strips of the lines that don't stand in
/// this one.
pub(super) fn message(pen: &mut Pen, strip: &mut Strip, text: &Text, at: CodePlace, parent: TagId) -> (Pt, Vec<Strip>) {
    let at = CodePlace { left: at.left + INSIDE, top: at.top + Pt(2_000), ..at };
    let pieces = pieces(pen, text, at.right - at.left, parent);
    let mut rest = pieces.iter();
    let height: Pt = pieces.iter().map(|piece| piece.height).sum();
    let first = if height <= pen.theme.text.small.leading * WHOLE { pieces.len() } else { TOGETHER };
    let mut bottom = at.top;
    for piece in rest.by_ref().take(first) {
        piece.draw(pen, strip, CodePlace { top: bottom, ..at });
        bottom += piece.height;
    }
    // A message that takes much of a page begins where its step stands; another one goes with it to the next page.
    let keep = if height <= pen.page_height / 3 { Keep::Wish } else { Keep::Free };
    let mut strips = Vec::with_capacity(rest.len());
    while let Some(piece) = rest.next() {
        let mut strip = Strip::new(piece.height);
        piece.draw(pen, &mut strip, CodePlace { top: Pt::ZERO, ..at });
        strip.keep = match rest.len() {
            0 => Keep::Free,
            left if left < TOGETHER => Keep::Must,
            _ => keep,
        };
        strips.push(strip);
    }
    (if strips.is_empty() { bottom + Pt(2_000) } else { bottom }, strips)
}

/// A part of a message that no page divides: a line of its author's, a part of a very long one, or an empty line.
struct MessagePiece {
    height: Pt,
    /// Its lines on paper, with the tag of each.
    lines: Vec<(Paragraph, TagId)>,
}

impl MessagePiece {
    /// Draws it, then the rule beside it, which would otherwise divide what is read as one.
    fn draw(&self, pen: &Pen, strip: &mut Strip, at: CodePlace) {
        let mut top = at.top;
        for (words, tag) in &self.lines {
            strip.text(Some(*tag), words, at.left, top);
            top += words.height;
        }
        let left = at.left - Pt(6_000);
        strip.line((left, at.top), (left, at.top + self.height), pen.theme.line.code);
    }
}

/// The parts of a message. Each is copied by itself; the empty lines behind one are copied with it, and only the first of them
/// takes room, since programs take more room for the end of a text.
fn pieces(pen: &mut Pen, text: &Text, width: Pt, parent: TagId) -> Vec<MessagePiece> {
    let setting = pen.theme.text.small;
    let mut pieces: Vec<MessagePiece> = Vec::new();
    let mut last: Option<TagId> = None;
    for runs in text.runs.split(|run| run.content == Content::Break) {
        let line = Text { lang: text.lang.clone(), runs: runs.to_vec() };
        if line.is_empty() {
            if let Some(characters) = last.and_then(|tag| pen.tags[tag.0 as usize].alt.as_mut()) {
                characters.push('\n');
            }
            if pieces.last().is_some_and(|piece| !piece.lines.is_empty()) {
                pieces.push(MessagePiece { height: setting.leading, lines: Vec::new() });
            }
            continue;
        }
        let words = pen.lay(&line, setting, width.min(pen.theme.text.widest));
        let lines = divided(&words, setting.leading);
        let is_divided = lines.len() > UNDIVIDED;
        for part in lines.chunks(UNDIVIDED) {
            let characters = if is_divided { part.iter().map(said).collect() } else { line.to_plain() };
            let tag = pen.copied(parent, characters);
            last = Some(tag);
            pieces.push(MessagePiece {
                height: setting.leading * part.len() as i32,
                lines: part.iter().map(|line| (line.clone(), tag)).collect(),
            });
        }
    }
    pieces
}

/// The characters of a line on paper.
fn said(line: &Paragraph) -> String {
    let glyphs =
        |piece: &LinePiece| if let LinePiece::Glyphs(text) = piece { text.text.to_string() } else { String::new() };
    line.pieces.iter().map(glyphs).collect()
}
