//! Texts in their lines, between which a page may end.

use std::ops::Range;

use crate::geometry::Pt;
use crate::text::typeset::{Line, LinePiece, Paragraph};

/// What takes so many lines on paper is never divided.
pub(super) const WHOLE: usize = 8;
/// So many lines of anything longer stand together at its beginning, and as many at its end.
const TOGETHER: usize = 3;

/// The parts of a text between which a page may end, from the number of lines that each of its pieces takes.
pub(super) fn parts(lines: &[usize]) -> Vec<Range<usize>> {
    let count = lines.len();
    if lines.iter().sum::<usize>() <= WHOLE {
        return std::iter::once(0..count).collect();
    }
    let enough = || {
        let mut sum = 0;
        move |lines: &usize| {
            sum += lines;
            sum >= TOGETHER
        }
    };
    let first = lines.iter().position(enough()).map_or(count, |at| at + 1);
    let last = lines[first..].iter().rposition(enough()).map_or(first, |at| first + at);
    let between = (first..last).map(|piece| piece..piece + 1);
    let end = (last < count).then_some(last..count);
    std::iter::once(0..first).chain(between).chain(end).collect()
}

/// A paragraph divided into its lines.
pub(super) fn divided(paragraph: &Paragraph, leading: Pt) -> Vec<Paragraph> {
    let empty = |line: &Line| Paragraph { pieces: Vec::new(), lines: vec![*line], height: leading, width: line.width };
    let mut lines: Vec<Paragraph> = paragraph.lines.iter().map(empty).collect();
    for piece in &paragraph.pieces {
        let y = match piece {
            LinePiece::Glyphs(text) => text.y,
            LinePiece::PageOf { y, .. } => *y,
            LinePiece::Gap(rect, _) => rect.y + rect.height,
            LinePiece::Link(rect, _) => rect.y + rect.height / 2,
        };
        let index = (y.0.max(0) / leading.0.max(1)) as usize;
        let Some(line) = lines.get_mut(index) else { continue };
        let up = leading * index as i32;
        let mut piece = piece.clone();
        match &mut piece {
            LinePiece::Glyphs(text) => text.y -= up,
            LinePiece::PageOf { y, .. } => *y -= up,
            LinePiece::Gap(rect, _) | LinePiece::Link(rect, _) => rect.y -= up,
        }
        line.pieces.push(piece);
    }
    for (index, line) in lines.iter_mut().enumerate() {
        line.lines[0].baseline -= leading * index as i32;
    }
    lines
}

/// The characters of a line on paper.
pub(super) fn said(line: &Paragraph) -> String {
    let glyphs =
        |piece: &LinePiece| if let LinePiece::Glyphs(text) = piece { text.text.to_string() } else { String::new() };
    line.pieces.iter().map(glyphs).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_keeps_three_lines_together_at_both_ends() {
        assert_eq!(parts(&[1; 8]), vec![0..8]);
        assert_eq!(parts(&[]), vec![0..0]);
        assert_eq!(parts(&[1; 9]), [0..3, 3..4, 4..5, 5..6, 6..9]);
        assert_eq!(parts(&[2, 2, 1, 12, 2, 1]), [0..2, 2..3, 3..4, 4..6]);
        assert_eq!(parts(&[12]), vec![0..1]);
        assert_eq!(parts(&[12, 1]), [0..1, 1..2]);
    }
}
