//! Writes lines, areas and coordinates into a content stream.

use std::borrow::Cow;
use std::sync::Arc;

use super::element::outline;
use super::file::FileObjects;
use super::object::{Dictionary, Object, Stream, array, name, points};
use crate::geometry::{Pt, Rect};
use crate::page::decimal::Decimal;
use crate::page::{Path, PathSegment, Stamp, Stroke, Tick};

/// The line of a tick box.
const TICK_STROKE: Stroke = Stroke { width: Pt(800), gray: 0, round: false };

/// How far a control point stands from the corner of a quarter circle, in thousandths of its radius, seen from the
/// corner.
const CORNER: i32 = 448;

/// Corner, width and height of an upright rectangle at the beginning of a path. Written as a rectangle, it is half as
/// long in the file.
fn rectangle(segments: &[PathSegment]) -> Option<(Pt, Pt, Pt, Pt)> {
    use PathSegment::{Close, Line, Move};
    let [Move(x, y), Line(x2, y2), Line(x3, y3), Line(x4, y4), Close, ..] = *segments else { return None };
    (y2 == y && x3 == x2 && y4 == y3 && x4 == x).then_some((x, y, x2 - x, y3 - y))
}

/// A content stream while it is written, with the state of lines and areas at its end.
#[derive(Default)]
pub(super) struct Ink {
    /// What is written so far.
    pub out: Vec<u8>,
    /// Height of the page, because a PDF measures from the bottom.
    height: Pt,
    fill: u8,
    stroke_gray: u8,
    stroke_width: Option<Pt>,
    round: bool,
}

impl Ink {
    /// An empty stream for a page of a height, with memory for so many bytes.
    pub(super) fn new(height: Pt, room: usize) -> Self {
        Self { height, out: Vec::with_capacity(room), ..Self::default() }
    }

    /// A number with at most three decimals.
    pub(super) fn number(&mut self, thousandths: i64) {
        self.out.extend_from_slice(Decimal::new(thousandths).as_bytes());
        self.out.push(b' ');
    }

    /// A point, from the top of the page as everywhere else.
    pub(super) fn point(&mut self, x: Pt, y: Pt) {
        self.number(i64::from(x.0));
        self.number(i64::from(self.height.0) - i64::from(y.0));
    }

    pub(super) fn operator(&mut self, operator: &str) {
        self.out.extend_from_slice(operator.as_bytes());
        self.out.push(b'\n');
    }

    /// A gray from 0 to 255.
    fn gray(&mut self, gray: u8) {
        self.number((i64::from(gray) * 1000 + 127) / 255);
    }

    pub(super) fn fill(&mut self, gray: u8) {
        if self.fill != gray {
            self.gray(gray);
            self.operator("g");
            self.fill = gray;
        }
    }

    fn stroke(&mut self, stroke: Stroke) {
        if self.stroke_gray != stroke.gray {
            self.gray(stroke.gray);
            self.operator("G");
            self.stroke_gray = stroke.gray;
        }
        if self.stroke_width != Some(stroke.width) {
            self.number(i64::from(stroke.width.0));
            self.operator("w");
            self.stroke_width = Some(stroke.width);
        }
        if self.round != stroke.round {
            self.operator(if stroke.round { "1 J" } else { "0 J" });
            self.round = stroke.round;
        }
    }

    pub(super) fn path(&mut self, path: &Path) {
        if !path.segments.is_empty() {
            self.colours(path);
            self.shape(path);
        }
    }

    /// What a path is drawn with.
    fn colours(&mut self, path: &Path) {
        if let Some(stroke) = path.stroke {
            self.stroke(stroke);
        }
        if let Some(gray) = path.fill {
            self.fill(gray);
        }
    }

    fn shape(&mut self, path: &Path) {
        let mut rest = path.segments.as_slice();
        while let Some((first, after)) = rest.split_first() {
            if let Some((x, y, width, height)) = rectangle(rest) {
                self.point(x, y);
                self.number(i64::from(width.0));
                self.number(-i64::from(height.0));
                self.operator("re");
                rest = &rest[5..];
            } else {
                self.segment(*first);
                rest = after;
            }
        }
        self.operator(match (path.stroke.is_some(), path.fill.is_some()) {
            (true, true) if path.even_odd => "B*",
            (false, true) if path.even_odd => "f*",
            (true, true) => "B",
            (true, false) => "S",
            (false, true) => "f",
            (false, false) => "n",
        });
    }

    fn segment(&mut self, segment: PathSegment) {
        match segment {
            PathSegment::Move(x, y) => {
                self.point(x, y);
                self.operator("m");
            }
            PathSegment::Line(x, y) => {
                self.point(x, y);
                self.operator("l");
            }
            PathSegment::Curve(x1, y1, x2, y2, x, y) => {
                self.point(x1, y1);
                self.point(x2, y2);
                self.point(x, y);
                self.operator("c");
            }
            PathSegment::Close => self.operator("h"),
        }
    }

    /// Draws a box to tick. It is stored as a shared drawing, because a long list has thousands of boxes in a few
    /// sizes.
    pub(super) fn tick(&mut self, tick: &Tick, drawings: &mut Drawings) {
        let Rect { x, y, width, height } = tick.rect;
        self.stroke(TICK_STROKE);
        self.place((x, y), drawings.index(Drawing::Tick { width, height, struck: tick.struck }));
    }

    /// A drawing that the file holds once.
    pub(super) fn stamp(&mut self, stamp: &Stamp, drawings: &mut Drawings) {
        self.colours(&stamp.path);
        self.place((stamp.x, stamp.y), drawings.index(Drawing::Stamp(Arc::clone(&stamp.path))));
    }

    /// Draws the drawing of this index at a place, with the colours and lines that are set.
    fn place(&mut self, (x, y): (Pt, Pt), index: usize) {
        self.out.extend_from_slice(b"q 1 0 0 1 ");
        self.point(x, y);
        self.out.extend_from_slice(b"cm/");
        self.out.extend_from_slice(resource(index).as_bytes());
        self.operator(" Do Q");
    }
}

/// A drawing that the file holds once, however often it is shown.
#[derive(PartialEq, Eq)]
enum Drawing {
    /// A drawing of the document.
    Stamp(Arc<Path>),
    /// A box to tick.
    Tick { width: Pt, height: Pt, struck: bool },
}

impl Drawing {
    /// The path, relative to the top left corner.
    fn path(&self) -> Cow<'_, Path> {
        match *self {
            Self::Stamp(ref path) => Cow::Borrowed(path),
            Self::Tick { width, height, struck } => Cow::Owned(tick(width, height, struck)),
        }
    }
}

/// A box with round corners, and a line from corner to corner if it is struck out.
fn tick(right: Pt, bottom: Pt, struck: bool) -> Path {
    let r = right.min(bottom) / 8;
    let c = Pt(r.0 * CORNER / 1000);
    let mut segments = vec![
        PathSegment::Move(r, Pt::ZERO),
        PathSegment::Line(right - r, Pt::ZERO),
        PathSegment::Curve(right - c, Pt::ZERO, right, c, right, r),
        PathSegment::Line(right, bottom - r),
        PathSegment::Curve(right, bottom - c, right - c, bottom, right - r, bottom),
        PathSegment::Line(r, bottom),
        PathSegment::Curve(c, bottom, Pt::ZERO, bottom - c, Pt::ZERO, bottom - r),
        PathSegment::Line(Pt::ZERO, r),
        PathSegment::Curve(Pt::ZERO, c, c, Pt::ZERO, r, Pt::ZERO),
        PathSegment::Close,
    ];
    if struck {
        segments.extend([PathSegment::Move(Pt::ZERO, bottom), PathSegment::Line(right, Pt::ZERO)]);
    }
    Path { segments, stroke: Some(TICK_STROKE), fill: None, even_odd: false }
}

/// The drawings that a document holds once each.
#[derive(Default)]
pub(super) struct Drawings(Vec<Drawing>);

impl Drawings {
    fn index(&mut self, drawing: Drawing) -> usize {
        let known = self.0.iter().position(|known| *known == drawing);
        known.unwrap_or_else(|| {
            self.0.push(drawing);
            self.0.len() - 1
        })
    }

    /// Puts the drawings into the file; returns the resources by which pages name them, if there are any.
    pub(super) fn finish(self, file: &mut FileObjects) -> Option<Dictionary> {
        let mut resources = Dictionary::new();
        for (index, drawing) in self.0.iter().enumerate() {
            let path = drawing.path();
            let id = file.new_id();
            resources.set(resource(index), Object::Reference(id));
            let area = outline(&path);
            // A line reaches to both sides of its path, and a screen draws it at least a pixel wide.
            let edge = path.stroke.map_or(Pt::ZERO, |stroke| stroke.width + Pt::points(3));
            let (left, right) = (area.x - edge, area.x + area.width + edge);
            let (top, bottom) = (-(area.y - edge), -(area.y + area.height + edge));
            let mut dict = Dictionary::new();
            dict.set("Type", name("XObject"));
            dict.set("Subtype", name("Form"));
            dict.set("BBox", array([left, bottom, right, top].map(points)));
            dict.set("Resources", Dictionary::new());
            // A form inherits the colours that are set where it is shown.
            let mut ink = Ink::new(Pt::ZERO, 0);
            ink.shape(&path);
            file.deflate(id, Stream::new(dict, ink.out));
        }
        (!resources.is_empty()).then_some(resources)
    }
}

/// Name of a drawing among the resources of a page.
fn resource(index: usize) -> String {
    format!("S{index}")
}
