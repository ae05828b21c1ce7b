//! Shortens words to fit a number of lines.

use std::sync::Arc;

use super::super::pen::Pen;
use crate::geometry::Pt;
use crate::text::typeset::{LinePiece, Paragraph, Setting};
use crate::text::{Content, Text};

/// Lays out a text in at most so many lines. Where words are left out, it ends with `…`.
pub(super) fn shorten(pen: &mut Pen, text: &Text, setting: Setting, width: Pt, lines: usize) -> Arc<Paragraph> {
    let whole = pen.lay(text, setting, width);
    if whole.lines.len() <= lines {
        return whole;
    }
    let mut kept = characters(text, &whole, lines);
    loop {
        let (mut short, _) = split(text, kept);
        while let Some(run) = short.runs.last_mut() {
            let Content::Chars(chars) = &mut run.content else { break };
            let end = chars.trim_end_matches([' ', '，', '、', '：', '；', ',', ';', ':']).len();
            chars.truncate(end);
            if end > 0 {
                break;
            }
            short.runs.pop();
        }
        match short.runs.last_mut().map(|run| &mut run.content) {
            Some(Content::Chars(chars)) => chars.push('…'),
            _ => short.push_str("…"),
        }
        let paragraph = pen.lay(&short, setting, width);
        if paragraph.lines.len() <= lines || kept == 0 {
            return paragraph;
        }
        // Go back to the end of the word before, or, where there is none, of the character.
        let word = split(text, kept).0.to_plain().trim_end().chars().rev().position(char::is_whitespace);
        kept -= word.filter(|back| *back < 24).map_or(1, |back| back + 1).min(kept);
    }
}

/// A text's first lines as they were laid out, and the rest without the space between.
pub(super) fn cut(text: &Text, laid: &Paragraph, lines: usize) -> (Text, Text) {
    split(text, characters(text, laid, lines))
}

/// How many characters the first lines show, spaces at their ends included.
fn characters(text: &Text, laid: &Paragraph, lines: usize) -> usize {
    let last = laid.lines.get(lines.saturating_sub(1)).map_or(Pt::ZERO, |line| line.baseline);
    let shown = |piece: &LinePiece| match piece {
        LinePiece::Glyphs(glyphs) if glyphs.y <= last => glyphs.text.chars().filter(|c| !c.is_whitespace()).count(),
        _ => 0,
    };
    let mut left: usize = laid.pieces.iter().map(shown).sum();
    let mut count = 0;
    for c in text.runs.iter().flat_map(|run| match &run.content {
        Content::Chars(chars) => chars.chars(),
        _ => "".chars(),
    }) {
        if !c.is_whitespace() {
            if left == 0 {
                break;
            }
            left -= 1;
        }
        count += 1;
    }
    count
}

/// Divides a text after so many characters.
fn split(text: &Text, at: usize) -> (Text, Text) {
    let (mut before, mut after) = (Text::empty(text.lang.clone()), Text::empty(text.lang.clone()));
    let mut left = at;
    for run in &text.runs {
        let Content::Chars(chars) = &run.content else { continue };
        let end = chars.char_indices().nth(left).map_or(chars.len(), |(end, _)| end);
        left -= chars[..end].chars().count();
        for (part, chars) in [(&mut before, &chars[..end]), (&mut after, &chars[end..])] {
            if !chars.is_empty() {
                let mut run = run.clone();
                run.content = Content::Chars(chars.to_owned());
                part.runs.push(run);
            }
        }
    }
    (before, after)
}
