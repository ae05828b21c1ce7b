//! What is pasted from the list, line by line: commands, what comes out of them, and messages.

use super::divided::{divided, parts, said};
use super::pen::Pen;
use super::signs;
use super::strip::Strip;
use crate::geometry::{Pt, Rect};
use crate::page::{TagId, TagRole};
use crate::text::typeset::{Paragraph, Setting};
use crate::text::{Content, Text};
use crate::view::checklist::PrintedOutput;

/// Where something is drawn: its left and right edges and its top.
#[derive(Clone, Copy)]
pub(super) struct PastedPlace {
    /// Left edge.
    pub left: Pt,
    /// Right edge.
    pub right: Pt,
    /// Top.
    pub top: Pt,
}

/// Distance from the edge of the words above to the words that are pasted.
pub(super) const INSIDE: Pt = Pt(8_000);
/// Distance from the rule beside the words to them.
const RULE: Pt = Pt(6_000);
/// How far a line that only the paper begins is set in.
const SET_IN: Pt = Pt(12_000);

/// What is pasted, by how its lines are set.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum PastedKind {
    /// A command: monospaced, with a sign before each line that only the paper begins.
    Command,
    /// What comes out of a command: the same, and smaller.
    Output,
    /// A message.
    Message,
}

impl PastedKind {
    const fn setting(self, pen: &Pen) -> Setting {
        match self {
            Self::Command => pen.rows.code,
            Self::Output => pen.theme.steps.output,
            Self::Message => pen.rows.below,
        }
    }

    /// A line of the author's that takes more lines than this on paper is divided. A command is only where no page would hold it:
    /// what is divided is pasted as several lines.
    const fn undivided(self) -> usize {
        if matches!(self, Self::Message) { 12 } else { 36 }
    }
}

/// A part of what is pasted that no page divides: a line of its author's, a part of a very long one, or an empty line.
pub(super) struct PastedPiece {
    height: Pt,
    lines: Vec<PastedLine>,
}

/// A line on paper.
struct PastedLine {
    words: Paragraph,
    /// Tag of what is read and copied.
    tag: TagId,
    /// For a line that only the paper begins, whether a space stands before it.
    goes_on: Option<bool>,
}

/// The pieces of a text in a width. Each line of the author's is copied and read by itself, without the line breaks that only the paper makes: of
/// a reading for all of them Chrome's viewer makes a single line, which would be another command. Empty lines are read with the one
/// before them. In a message only the first of them takes room, since programs take more room for the end of a text.
pub(super) fn pieces(pen: &mut Pen, kind: PastedKind, text: &Text, width: Pt, parent: TagId) -> Vec<PastedPiece> {
    let setting = kind.setting(pen);
    let mut pieces: Vec<PastedPiece> = Vec::new();
    let mut last: Option<TagId> = None;
    for runs in text.runs.split(|run| run.content == Content::Break) {
        let line = Text { lang: text.lang.clone(), runs: runs.to_vec() };
        let plain = line.to_plain();
        if plain.trim().is_empty() {
            if let Some(reading) = last.and_then(|tag| pen.tags[tag.0 as usize].alt.as_mut()) {
                reading.push('\n');
                reading.push_str(&plain);
            }
            if kind != PastedKind::Message || pieces.last().is_some_and(|piece| !piece.lines.is_empty()) {
                pieces.push(PastedPiece { height: setting.leading, lines: Vec::new() });
            }
            continue;
        }
        let lines = on_paper(pen, kind, &line, width);
        let is_divided = lines.len() > kind.undivided();
        let mut lines = lines.into_iter().peekable();
        while lines.peek().is_some() {
            let part: Vec<_> = lines.by_ref().take(kind.undivided()).collect();
            let characters =
                if is_divided { part.iter().map(|(words, _)| said(words)).collect() } else { plain.clone() };
            let tag = pen.copied(parent, characters);
            last = Some(tag);
            let height = setting.leading * part.len() as i32;
            let line = |(words, goes_on)| PastedLine { words, tag, goes_on };
            pieces.push(PastedPiece { height, lines: part.into_iter().map(line).collect() });
        }
    }
    pieces
}

/// A line of the author's as it stands on paper. What of a command doesn't fit goes on below, set in and behind a sign, so that
/// nobody types a line break there: the lines of the command itself all begin at its left edge.
fn on_paper(pen: &mut Pen, kind: PastedKind, line: &Text, width: Pt) -> Vec<(Paragraph, Option<bool>)> {
    let setting = kind.setting(pen);
    if kind == PastedKind::Message {
        let words = pen.lay(line, setting, width.min(pen.theme.text.widest));
        return divided(&words, setting.leading).into_iter().map(|line| (line, None)).collect();
    }
    let mut words = pen.lay(line, setting, width);
    if words.lines.len() > 1 {
        words = pen.lay(line, setting, width - SET_IN);
    }
    let mut after_space = None;
    let signed = |line: Paragraph| {
        let before = after_space.replace(said(&line).ends_with([' ', '\t']));
        (line, before)
    };
    divided(&words, setting.leading).into_iter().map(signed).collect()
}

/// The parts of a long text between which a page may end.
pub(super) fn divisions(pieces: &[PastedPiece]) -> Vec<&[PastedPiece]> {
    let lines: Vec<usize> = pieces.iter().map(|piece| piece.lines.len().max(1)).collect();
    parts(&lines).into_iter().map(|part| &pieces[part]).collect()
}

/// Draws pieces one under another beside a rule; returns their bottom.
pub(super) fn beside_rule(pen: &Pen, strip: &mut Strip, pieces: &[PastedPiece], at: PastedPlace) -> Pt {
    let left = at.left + INSIDE;
    let bottom = draw(pen, strip, pieces, (left, at.top));
    // The rule would divide what is read as one, so it comes last.
    strip.line((left - RULE, at.top), (left - RULE, bottom), pen.theme.line.code);
    bottom
}

/// Draws pieces one under another from a left edge and a top; returns their bottom.
pub(super) fn draw(pen: &Pen, strip: &mut Strip, pieces: &[PastedPiece], (left, top): (Pt, Pt)) -> Pt {
    let mut bottom = top;
    for piece in pieces {
        let mut top = bottom;
        let mut signs = Vec::new();
        for PastedLine { words, tag, goes_on } in &piece.lines {
            let mut left = left;
            if let Some(after_space) = *goes_on {
                signs.push(((left, top + words.first_base()), after_space));
                left += SET_IN;
            }
            strip.text(Some(*tag), words, left, top);
            top += words.height;
        }
        // Between the lines they would divide what is read as one: Chrome's viewer would copy the rest of it twice.
        for (at, after_space) in signs {
            signs::goes_on(strip, at, after_space, pen.theme.line.hook);
        }
        bottom += piece.height;
    }
    bottom
}

/// Draws what comes out of a command under its label: smaller and inside a frame, like a screen, so that nobody takes it
/// for something to paste; returns the new bottom.
pub(super) fn output(pen: &mut Pen, strip: &mut Strip, output: &PrintedOutput, at: PastedPlace, parent: TagId) -> Pt {
    let left = at.left + INSIDE;
    let tag = pen.tag(parent, TagRole::Paragraph);
    let label = pen.lay(&output.label, pen.rows.below, at.right - left);
    strip.text(Some(tag), &label, left, at.top);
    let top = at.top + label.height + Pt(1_000);
    let inside = (left + Pt(6_000), top + Pt(1_500));
    let pieces = pieces(pen, PastedKind::Output, &output.text, at.right - Pt(4_000) - inside.0, parent);
    let bottom = draw(pen, strip, &pieces, inside);
    let frame = Rect { x: left, y: top, width: at.right - left, height: bottom + Pt(1_500) - top };
    strip.frame(frame, pen.theme.line.output);
    bottom + Pt(4_000)
}

/// Draws the subject of a message behind its label, as a piece of its own to paste; returns the new bottom.
pub(super) fn subject(
    pen: &mut Pen,
    strip: &mut Strip,
    (label, subject): (&Text, &Text),
    at: PastedPlace,
    parent: TagId,
) -> Pt {
    let setting = pen.rows.below;
    let tag = pen.tag(parent, TagRole::Paragraph);
    let words = pen.lay(label, setting, at.right - at.left);
    strip.text(Some(tag), &words, at.left, at.top);
    let left = at.left + pen.width(label, setting) + Pt(4_000);
    let tag = pen.copied(parent, subject.to_plain());
    let words = pen.lay(subject, setting, at.right - left);
    strip.text(Some(tag), &words, left, at.top);
    at.top + words.height
}
