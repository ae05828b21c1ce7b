//! A strip: a part of a page that is placed whole. Its positions are relative to its own top and to the left margin.

use super::theme::{GAP_HEIGHT, GAP_LINE};
use crate::diagnostic::Span;
use crate::field::Field;
use crate::geometry::{Pt, Rect, TextItem};
use crate::page::{FieldId, Item, ItemKind, Path, PathSegment, Stroke, TagId};
use crate::text::GapWidth;
use crate::text::typeset::{LinePiece, Paragraph, Setting};
use crate::view::checklist::{LegendEntry, LegendSign};

/// A page number that is to be filled in.
#[derive(Debug, Clone)]
pub(super) struct PageNumberSlot {
    /// Index of the text item that holds its place.
    pub item: usize,
    /// Name of the destination whose page it is.
    pub destination: String,
    /// Width of its room.
    pub width: Pt,
}

/// Whether a page may end after a strip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum Keep {
    /// It may.
    #[default]
    Free,
    /// It may where too much of the page would stay empty otherwise, as between the items of a step.
    Wish,
    /// It may only where that keeps an atomic block in one piece, as between the block and its signatures.
    Bond,
    /// It may not.
    Must,
}

/// A gap in a text, on which somebody writes.
#[derive(Debug, Clone)]
pub(super) struct Blank {
    /// Area to write on.
    pub rect: Rect,
    /// Tag of the text.
    pub tag: Option<TagId>,
    /// What belongs there, or the words around the gap.
    pub words: String,
    /// The field of the gap, if that is known.
    pub field: Option<Field>,
}

/// A rule along the bottom of a strip.
#[derive(Debug, Clone, Copy)]
pub(super) struct BottomRule {
    /// Its left end.
    pub left: Pt,
    /// Its right end.
    pub right: Pt,
    /// How it is drawn.
    pub stroke: Stroke,
}

/// Which of the signs that only a set page shows a strip has.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Drawn {
    /// What stands before an expected value of several lines.
    pub value: bool,
    /// What stands before a line that goes on, behind a space and without one.
    pub goes_on: [bool; 2],
}

impl Drawn {
    /// All of them.
    pub const ALL: Self = Self { value: true, goes_on: [true; 2] };

    /// Those of both.
    pub fn and(self, other: Self) -> Self {
        let goes_on = [0, 1].map(|sign| self.goes_on[sign] || other.goes_on[sign]);
        Self { value: self.value || other.value, goes_on }
    }

    /// Whether a sign is among them. What the view itself knows always is.
    pub fn has(self, sign: &LegendSign) -> bool {
        match sign {
            LegendSign::Value => self.value,
            LegendSign::AfterSpace => self.goes_on[1],
            LegendSign::Joined => self.goes_on[0],
            LegendSign::Write(_) | LegendSign::Read(_) | LegendSign::WayOut | LegendSign::Decision => true,
        }
    }
}

/// A legend at the end of a strip. Only a sheet that is set shows which signs it has, so the legend is drawn again then.
#[derive(Debug, Clone)]
pub(super) struct Legend {
    pub entries: Vec<LegendEntry>,
    pub tag: TagId,
    pub setting: Setting,
    pub place: LegendPlace,
    /// How many items the strip has without the legend, and how high it is.
    pub strip: (usize, Pt),
}

/// Where a legend stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct LegendPlace {
    /// Left edge and top of the room behind the last line of the strip, where the legend stands if it fits.
    pub behind: Option<(Pt, Pt)>,
    /// Its left edge on lines of its own.
    pub left: Pt,
    /// Its right edge.
    pub right: Pt,
}

/// A part of a page that is placed whole.
#[derive(Debug, Clone, Default)]
pub(super) struct Strip {
    /// Height without [`Strip::before`].
    pub height: Pt,
    /// Space above the strip, which is dropped at the top of a page.
    pub before: Pt,
    /// By how much the height may be reduced, half above the content and half below.
    pub slack: Pt,
    /// Its content.
    pub items: Vec<Item>,
    /// Names of destinations, each with its distance from the strip's top.
    pub anchors: Vec<(String, Pt)>,
    /// Page numbers to fill in.
    pub slots: Vec<PageNumberSlot>,
    /// Fields whose rectangles move with the strip.
    pub fields: Vec<FieldId>,
    /// Gaps in texts whose fields aren't drawn yet.
    pub blanks: Vec<Blank>,
    /// A rule along the bottom.
    pub rule_below: Option<BottomRule>,
    /// Horizontal positions of upright rules over the whole height, drawn like the rule at the bottom.
    pub columns: Vec<Pt>,
    /// Horizontal positions of change bars over the whole height.
    pub changed: Vec<Pt>,
    /// Whether a page may end after the strip.
    pub keep: Keep,
    /// Index of the list that the strip belongs to.
    pub list: Option<usize>,
    /// Place in the flow file of what the strip shows.
    pub span: Option<Span>,
    /// The signs in it that a legend explains.
    pub signs: Drawn,
    /// The legend at its end.
    pub legend: Option<Box<Legend>>,
    /// Number of the step that the strip shows.
    pub step: Option<String>,
    /// Whether it goes on with what the strip before it began, as the lines of a message do.
    pub within: bool,
}

impl Strip {
    /// An empty strip of a given height.
    pub fn new(height: Pt) -> Self {
        Self { height, ..Self::default() }
    }

    /// Adds an item.
    pub fn push(&mut self, tag: Option<TagId>, kind: ItemKind) {
        self.items.push(Item { tag, kind });
    }

    /// Adds a paragraph with its top left corner at a place.
    pub fn text(&mut self, tag: Option<TagId>, paragraph: &Paragraph, x: Pt, y: Pt) {
        let first = self.blanks.len();
        for piece in &paragraph.pieces {
            match piece {
                LinePiece::Glyphs(text) => {
                    let mut text = text.clone();
                    text.x += x;
                    text.y += y;
                    self.push(tag, ItemKind::Text(text));
                }
                LinePiece::Gap(rect, gap) => {
                    let base = rect.y + rect.height + y;
                    let below = match gap.width {
                        GapWidth::Value => {
                            let below = base + Pt(1_500);
                            self.line((rect.x + x, below), (rect.x + rect.width + x, below), GAP_LINE);
                            below
                        }
                        GapWidth::Underscores(_) => base + Pt(2_500),
                    };
                    let rect = Rect { x: rect.x + x, y: below - GAP_HEIGHT, width: rect.width, height: GAP_HEIGHT };
                    self.blanks.push(Blank { rect, tag, words: gap.words.clone(), field: gap.field.clone() });
                }
                LinePiece::PageOf { destination, x: left, y: baseline, width, size, face } => {
                    self.slots.push(PageNumberSlot {
                        item: self.items.len(),
                        destination: destination.clone(),
                        width: *width,
                    });
                    let text = TextItem {
                        x: *left + x,
                        y: *baseline + y,
                        size: *size,
                        face: *face,
                        text: "".into(),
                        glyphs: [].into(),
                    };
                    self.push(tag, ItemKind::Text(text));
                }
                LinePiece::Link(rect, target) => {
                    let rect = Rect { x: rect.x + x, y: rect.y + y, ..*rect };
                    let target = match target.strip_prefix('#') {
                        Some(name) => crate::page::LinkTarget::Inside(name.to_owned()),
                        None => crate::page::LinkTarget::Uri(target.to_string()),
                    };
                    self.push(tag, ItemKind::Link(rect, target));
                }
            }
        }
        // Several gaps in a text are told apart by their order.
        if self.blanks[first..].iter().any(|blank| blank.words.is_empty()) {
            let words: String = paragraph.pieces.iter().filter_map(said).collect();
            let several = self.blanks.len() - first > 1;
            for (index, blank) in
                self.blanks[first..].iter_mut().enumerate().filter(|(_, blank)| blank.words.is_empty())
            {
                blank.words = if several { format!("{words} ({})", index + 1) } else { words.clone() };
            }
        }
    }

    /// Draws a straight line from one point to another; an artifact.
    pub fn line(&mut self, from: (Pt, Pt), to: (Pt, Pt), stroke: Stroke) {
        self.push(None, line(from.0, from.1, to.0, to.1, stroke));
    }

    /// Draws the outline of a rectangle; an artifact.
    pub fn frame(&mut self, rect: Rect, stroke: Stroke) {
        self.push(
            None,
            ItemKind::Path(Path { segments: rectangle(rect), stroke: Some(stroke), fill: None, even_odd: false }),
        );
    }

    /// Fills an area with black; an artifact.
    pub fn area(&mut self, segments: Vec<PathSegment>) {
        self.push(None, ItemKind::Path(Path { segments, stroke: None, fill: Some(0), even_odd: false }));
    }
}

/// The characters of a piece. Those of a gap drawn as underscores are among the glyphs already.
fn said(piece: &LinePiece) -> Option<&str> {
    match piece {
        LinePiece::Glyphs(text) => Some(&text.text),
        LinePiece::Gap(_, gap) if gap.width == GapWidth::Value => Some("____"),
        LinePiece::Gap(..) | LinePiece::PageOf { .. } | LinePiece::Link(..) => None,
    }
}

/// A straight line as an item.
pub(super) fn line(x1: Pt, y1: Pt, x2: Pt, y2: Pt, stroke: Stroke) -> ItemKind {
    let segments = vec![PathSegment::Move(x1, y1), PathSegment::Line(x2, y2)];
    ItemKind::Path(Path { segments, stroke: Some(stroke), fill: None, even_odd: false })
}

/// The outline of a rectangle.
pub(super) fn rectangle(rect: Rect) -> Vec<PathSegment> {
    let (right, bottom) = (rect.x + rect.width, rect.y + rect.height);
    vec![
        PathSegment::Move(rect.x, rect.y),
        PathSegment::Line(right, rect.y),
        PathSegment::Line(right, bottom),
        PathSegment::Line(rect.x, bottom),
        PathSegment::Close,
    ]
}
