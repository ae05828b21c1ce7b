//! Text → lines of glyphs of a given width, through parley.

use std::sync::Arc;

use crate::page::{FaceId, Pt, Rect, TextItem};

/// How a paragraph is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Setting {
    /// Type size; code is set a tenth smaller.
    pub size: Pt,
    /// From one base line to the next.
    pub leading: Pt,
    /// All of it bold.
    pub bold: bool,
    /// All of it monospaced, lines broken anywhere, every space kept.
    pub code: bool,
    /// 0 black … 255 white.
    pub gray: u8,
    /// Where a line stands in its width.
    pub align: Align,
}

/// Where a line stands in its width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Align {
    /// At the left.
    #[default]
    Start,
    /// In the middle.
    Center,
    /// At the right.
    End,
}

/// Lines of glyphs; every position is relative to the paragraph's top left corner.
#[derive(Debug, Clone, PartialEq)]
pub struct Paragraph {
    /// What is drawn, line after line.
    pub pieces: Vec<Piece>,
    /// One for each line.
    pub lines: Vec<Line>,
    /// Number of lines times the leading.
    pub height: Pt,
    /// Width of the widest line, trailing spaces left out.
    pub width: Pt,
}

/// One line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Left end, after alignment.
    pub x: Pt,
    /// Base line.
    pub baseline: Pt,
    /// Width, trailing spaces left out.
    pub width: Pt,
}

/// Something on a line.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// Glyphs.
    Glyphs(TextItem),
    /// A line to write on.
    Blank {
        /// From cap height to base line.
        rect: Rect,
        /// What belongs there.
        name: String,
    },
    /// Room for a page number, filled after pagination.
    PageOf {
        /// Name of the destination.
        destination: String,
        /// Left end.
        x: Pt,
        /// Base line.
        y: Pt,
        /// Width of the slot.
        width: Pt,
        /// Type size.
        size: Pt,
        /// Face of the digits.
        face: FaceId,
        /// 0 black … 255 white.
        gray: u8,
    },
    /// The area of a link.
    Link(Rect, Arc<str>),
}
