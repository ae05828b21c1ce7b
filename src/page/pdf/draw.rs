//! Lines and areas in a content stream, and the numbers that say where.

use std::sync::Arc;

use lopdf::{Dictionary, Object, Stream};

use super::object::{array, name, points};
use super::owner::outline;
use super::press::{Press, Slot};
use crate::page::{Path, Pt, Rect, Segment, Stamp, Stroke, Tick};

/// Line width of a tick box.
const TICK_STROKE: Pt = Pt(800);

/// How far a control point stands from the corner of a quarter circle, in thousandths of its radius, seen from the
/// corner.
const CORNER: i32 = 448;

/// The corner, width and height of an upright rectangle at the beginning of a path: half as long in the file.
fn rectangle(segments: &[Segment]) -> Option<(Pt, Pt, Pt, Pt)> {
    use Segment::{Close, Line, Move};
    let [Move(x, y), Line(x2, y2), Line(x3, y3), Line(x4, y4), Close, ..] = *segments else { return None };
    (y2 == y && x3 == x2 && y4 == y3 && x4 == x).then_some((x, y, x2 - x, y3 - y))
}

/// A content stream while it grows, and what its reader knows of lines and areas already.
#[derive(Default)]
pub(super) struct Ink {
    /// What is written so far.
    pub out: Vec<u8>,
    /// Of the page: a PDF measures from below.
    height: Pt,
    fill: u8,
    stroke_gray: u8,
    stroke_width: Option<Pt>,
    dash: Option<(Pt, Pt)>,
    round: bool,
}

impl Ink {
    /// Nothing yet, on a page of a height.
    pub(super) fn new(height: Pt) -> Self {
        Self { height, ..Self::default() }
    }

    /// A number with at most three decimals.
    pub(super) fn number(&mut self, thousandths: i64) {
        // Tens of thousands a document: written digit by digit, several times faster than by a format string.
        let mut digits = [0; 24];
        let mut at = digits.len();
        let mut put = |byte| {
            at -= 1;
            digits[at] = byte;
        };
        put(b' ');
        let (mut whole, mut rest) = (thousandths.unsigned_abs() / 1000, thousandths.unsigned_abs() % 1000);
        if rest > 0 {
            let mut places = 3;
            while rest % 10 == 0 {
                rest /= 10;
                places -= 1;
            }
            for _ in 0..places {
                put(b'0' + (rest % 10) as u8);
                rest /= 10;
            }
            put(b'.');
        }
        loop {
            put(b'0' + (whole % 10) as u8);
            whole /= 10;
            if whole == 0 {
                break;
            }
        }
        if thousandths < 0 {
            put(b'-');
        }
        self.out.extend_from_slice(&digits[at..]);
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
        if self.dash != stroke.dash {
            self.out.push(b'[');
            if let Some((on, off)) = stroke.dash {
                self.number(i64::from(on.0));
                self.number(i64::from(off.0));
            }
            self.operator("] 0 d");
            self.dash = stroke.dash;
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
            (true, true) => "B",
            (true, false) => "S",
            (false, true) => "f",
            (false, false) => "n",
        });
    }

    fn segment(&mut self, segment: Segment) {
        match segment {
            Segment::Move(x, y) => {
                self.point(x, y);
                self.operator("m");
            }
            Segment::Line(x, y) => {
                self.point(x, y);
                self.operator("l");
            }
            Segment::Curve(x1, y1, x2, y2, x, y) => {
                self.point(x1, y1);
                self.point(x2, y2);
                self.point(x, y);
                self.operator("c");
            }
            Segment::Close => self.operator("h"),
        }
    }

    /// A box with round corners; struck out from corner to corner.
    pub(super) fn tick(&mut self, tick: &Tick) {
        let Rect { x, y, width, height } = tick.rect;
        let (right, bottom) = (x + width, y + height);
        let r = width.min(height) / 8;
        let c = Pt(r.0 * CORNER / 1000);
        let mut segments = vec![
            Segment::Move(x + r, y),
            Segment::Line(right - r, y),
            Segment::Curve(right - c, y, right, y + c, right, y + r),
            Segment::Line(right, bottom - r),
            Segment::Curve(right, bottom - c, right - c, bottom, right - r, bottom),
            Segment::Line(x + r, bottom),
            Segment::Curve(x + c, bottom, x, bottom - c, x, bottom - r),
            Segment::Line(x, y + r),
            Segment::Curve(x, y + c, x + c, y, x + r, y),
            Segment::Close,
        ];
        if tick.struck {
            segments.extend([Segment::Move(x, bottom), Segment::Line(right, y)]);
        }
        let stroke = Stroke { width: TICK_STROKE, gray: 0, dash: None, round: false };
        self.path(&Path { segments, stroke: Some(stroke), fill: None });
    }

    /// A drawing that the file holds once.
    pub(super) fn stamp(&mut self, stamp: &Stamp, stamps: &mut Stamps) {
        self.colours(&stamp.path);
        let index = stamps.index(&stamp.path);
        self.out.extend_from_slice(b"q 1 0 0 1 ");
        self.point(stamp.x, stamp.y);
        self.operator("cm");
        self.out.push(b'/');
        self.out.extend_from_slice(resource(index).as_bytes());
        self.operator(" Do Q");
    }
}

/// The drawings that a document holds once each.
#[derive(Default)]
pub(super) struct Stamps(Vec<Arc<Path>>);

impl Stamps {
    fn index(&mut self, path: &Arc<Path>) -> usize {
        let known = self.0.iter().position(|known| Arc::ptr_eq(known, path) || known == path);
        known.unwrap_or_else(|| {
            self.0.push(Arc::clone(path));
            self.0.len() - 1
        })
    }

    /// Puts them into the file; gives the resources that pages know them by, if there are any.
    pub(super) fn finish(self, pdf: &mut lopdf::Document, press: &Press<'_, '_>) -> Option<Dictionary> {
        let mut resources = Dictionary::new();
        for (index, path) in self.0.into_iter().enumerate() {
            let id = pdf.new_object_id();
            resources.set(resource(index), Object::Reference(id));
            let area = outline(&path);
            // A line is drawn to both sides of its way.
            let edge = path.stroke.map_or(Pt::ZERO, |stroke| stroke.width);
            let (left, right) = (area.x - edge, area.x + area.width + edge);
            let (top, bottom) = (-(area.y - edge), -(area.y + area.height + edge));
            let mut dict = Dictionary::new();
            dict.set("Type", name("XObject"));
            dict.set("Subtype", name("Form"));
            dict.set("BBox", array([left, bottom, right, top].map(points)));
            dict.set("Resources", Dictionary::new());
            // Its colours are set where it is drawn: a form begins with those.
            let mut ink = Ink::new(Pt::ZERO);
            ink.shape(&path);
            press.put(Slot::Object(id), Stream::new(dict, ink.out));
        }
        (!resources.is_empty()).then_some(resources)
    }
}

/// Name of a drawing among the resources of a page.
fn resource(index: usize) -> String {
    format!("S{index}")
}
