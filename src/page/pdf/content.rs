//! The content stream of one page.

use std::io::Write as _;

use super::embed::{Embedded, EmbeddedFace, cluster};
use super::navigation::{Annotation, Link};
use super::object::write_text;
use super::owner::{self, Element, Owner};
use super::reading::{is_han, line, reads_by_itself};
use super::structure::{Mark, PageStructure};
use crate::page::{Document, FaceId, Item, Kind, Page, Path, Pt, Rect, Role, Segment, Stroke, TagId, TextItem, Tick};

/// Glyphs may stand this far from where they should, in thousandths of an em, before the pen is moved: less than
/// anyone sees, more than rounding gives.
const TOLERANCE: i64 = 3;

/// Line width of a tick box.
const TICK_STROKE: Pt = Pt(800);

/// How far a control point stands from the corner of a quarter circle, in thousandths of its radius, seen from the
/// corner.
const CORNER: i32 = 448;

/// Writes the content of a page into `out`, in place of what is there, and returns its links and fields.
pub(super) fn write<'a>(
    page: &'a Page,
    document: &'a Document,
    embedded: &'a Embedded,
    structure: &mut PageStructure<'_, '_>,
    out: &mut Vec<u8>,
) -> Vec<Annotation<'a>> {
    out.clear();
    let foreign = !document.lang.is_chinese();
    let mut content = Content { out: std::mem::take(out), height: page.height, foreign, ..Content::default() };
    let mut annotations = Vec::new();
    let mut owners = Vec::with_capacity(page.items.len());
    owner::owners(document, page, |tag| structure.link(tag), &mut owners);
    let mut open: Option<Owner> = None;
    let mut spaced = 0;
    for (index, (Item { tag, kind }, &owner)) in page.items.iter().zip(&owners).enumerate() {
        match kind {
            Kind::Link(rect, target) => {
                if let Some(element) = owner.element() {
                    structure.reach(element);
                }
                annotations.push(Annotation::Link(Link { rect: *rect, target, element: owner.element() }));
                continue;
            }
            Kind::Field(field) | Kind::Tick(Tick { field: Some(field), .. }) if document.fillable => {
                if let Some(tag) = tag {
                    structure.reach(Element::Tag(*tag));
                }
                annotations.push(Annotation::Field(*field));
            }
            Kind::Text(_) | Kind::Path(_) | Kind::Tick(_) | Kind::Field(_) => {}
        }
        if let Kind::Field(_) = kind {
            continue;
        }
        if open != Some(owner) {
            content.close_marks();
            content.mark(owner, document, structure);
            open = Some(owner);
        }
        if index >= spaced {
            content.end_reading();
            spaced = index + content.read_spaced(&page.items[index..], &owners[index..]);
        }
        if let Some(figure) = tag.filter(|tag| is_figure(document, *tag)) {
            structure.stands(figure, owner::area(kind));
        }
        match kind {
            Kind::Text(text) => {
                if let Some(face) = embedded.face(text.face) {
                    content.text(text, face);
                }
            }
            Kind::Path(path) => content.path(path),
            Kind::Tick(tick) => content.tick(tick),
            Kind::Link(..) | Kind::Field(_) => {}
        }
    }
    content.close_marks();
    *out = content.out;
    annotations
}

fn is_figure(document: &Document, tag: TagId) -> bool {
    document.tags.get(tag.0 as usize).is_some_and(|tag| tag.role == Role::Figure)
}

/// Where the reading of what is shown comes from.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// From each glyph, as its font says or as its cluster says.
    #[default]
    Glyphs,
    /// From each item.
    Items,
    /// From the line.
    Line,
    /// From the tag.
    Tag,
}

/// A content stream while it grows, and what its reader knows already.
#[derive(Default)]
struct Content {
    out: Vec<u8>,
    height: Pt,
    /// Chinese characters are of another language than the document.
    foreign: bool,
    in_text: bool,
    marks: u8,
    reading: Reading,
    font: Option<(FaceId, Pt)>,
    fill: u8,
    stroke_gray: u8,
    stroke_width: Option<Pt>,
    dash: Option<(Pt, Pt)>,
    round: bool,
}

/// The corner, width and height of an upright rectangle at the beginning of a path: half as long in the file.
fn rectangle(segments: &[Segment]) -> Option<(Pt, Pt, Pt, Pt)> {
    use Segment::{Close, Line, Move};
    let [Move(x, y), Line(x2, y2), Line(x3, y3), Line(x4, y4), Close, ..] = *segments else { return None };
    (y2 == y && x3 == x2 && y4 == y3 && x4 == x).then_some((x, y, x2 - x, y3 - y))
}

impl Content {
    /// A number with at most three decimals.
    fn number(&mut self, thousandths: i64) {
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
    fn point(&mut self, x: Pt, y: Pt) {
        self.number(i64::from(x.0));
        self.number(i64::from(self.height.0) - i64::from(y.0));
    }

    fn operator(&mut self, operator: &str) {
        self.out.extend_from_slice(operator.as_bytes());
        self.out.push(b'\n');
    }

    /// A gray from 0 to 255.
    fn gray(&mut self, gray: u8) {
        self.number((i64::from(gray) * 1000 + 127) / 255);
    }

    fn mark(&mut self, owner: Owner, document: &Document, structure: &mut PageStructure<'_, '_>) {
        self.marks += 1;
        let (element, mark) = match owner {
            Owner::Artifact(kind) => {
                let _ = writeln!(self.out, "/Artifact <<{kind}>> BDC");
                return;
            }
            Owner::Element(element) => (element, structure.mark(element)),
        };
        let Some(Mark { mcid, role, first }) = mark else { return self.operator("/Artifact BMC") };
        let _ = writeln!(self.out, "/{role} <</MCID {mcid}>> BDC");
        let Element::Tag(tag) = element else { return };
        let Some(tag) = document.tags.get(tag.0 as usize).filter(|tag| tag.role == Role::Code) else { return };
        match &tag.alt {
            Some(alt) => {
                // Said once, however often the lines are interrupted.
                self.read_as(if first { alt } else { "" });
                self.reading = Reading::Tag;
                self.marks += 1;
            }
            None => self.reading = Reading::Items,
        }
    }

    fn close_marks(&mut self) {
        self.end_text();
        for _ in 0..self.marks {
            self.operator("EMC");
        }
        (self.marks, self.reading) = (0, Reading::Glyphs);
    }

    /// `A B C`: a line of single characters with spaces between them looks like one word whose letters are set wide,
    /// and its spaces would be lost. Its reading is given; the result is how many items it is made of.
    fn read_spaced(&mut self, items: &[Item], owners: &[Owner]) -> usize {
        if self.reading != Reading::Glyphs {
            return 0;
        }
        let mut length = 0;
        for ch in line(items, owners).flat_map(|item| item.text.chars()) {
            length = if ch == ' ' { 0 } else { length + 1 };
            if length > 1 {
                return 0;
            }
        }
        let text: String = line(items, owners).map(|item| &*item.text).collect();
        if !text.trim().contains(' ') {
            return 0;
        }
        self.end_text();
        self.read_as(&text);
        self.marks += 1;
        self.reading = Reading::Line;
        line(items, owners).count()
    }

    /// Ends what [`Self::read_spaced`] began.
    fn end_reading(&mut self) {
        if self.reading == Reading::Line {
            self.end_text();
            self.operator("EMC");
            self.marks -= 1;
            self.reading = Reading::Glyphs;
        }
    }

    /// What follows reads as this, until the mark is closed.
    fn read_as(&mut self, text: &str) {
        self.out.extend_from_slice(b"/Span <</ActualText ");
        write_text(&mut self.out, text);
        self.operator(">> BDC");
    }

    fn end_text(&mut self) {
        if self.in_text {
            self.operator("ET");
            self.in_text = false;
        }
    }

    fn text(&mut self, item: &TextItem, face: &EmbeddedFace) {
        if item.glyphs.is_empty() || item.size.0 <= 0 {
            return;
        }
        if !self.in_text {
            self.operator("BT");
            self.in_text = true;
        }
        if self.font != Some((item.face, item.size)) {
            let _ = write!(self.out, "/{} ", face.resource);
            self.number(i64::from(item.size.0));
            self.operator("Tf");
            self.font = Some((item.face, item.size));
        }
        self.fill(item.gray);
        self.out.extend_from_slice(b"1 0 0 1 ");
        self.point(item.x, item.y);
        self.operator("Tm");
        let whole = match self.reading {
            Reading::Glyphs => !reads_by_itself(item),
            Reading::Items => true,
            Reading::Line | Reading::Tag => false,
        };
        let foreign = self.foreign && self.reading != Reading::Tag && item.text.chars().any(is_han);
        if foreign {
            self.operator("/Span <</Lang (zh)>> BDC");
        }
        if whole {
            self.read_as(&item.text);
        }
        self.glyphs(item, face, whole || self.reading != Reading::Glyphs);
        if whole {
            self.operator("EMC");
        }
        if foreign {
            self.operator("EMC");
        }
    }

    /// Shows the glyphs; `exact` where their reading is given already.
    fn glyphs(&mut self, item: &TextItem, face: &EmbeddedFace, exact: bool) {
        let size = i64::from(item.size.0);
        let em = |length: i64| (length * 2000 + size).div_euclid(2 * size);
        let (mut wanted, mut pen) = (0, 0);
        let mut rise = Pt::ZERO;
        let mut shown = Shown::Nothing;
        let mut spanned = 0;
        for (index, glyph) in item.glyphs.iter().enumerate() {
            let Some(used) = face.glyph(glyph.id) else { continue };
            if index >= spanned && !exact {
                let more = item.glyphs[index + 1..].iter().take_while(|glyph| glyph.cluster.is_empty()).count();
                let text = cluster(item, glyph);
                if spanned > 0 {
                    self.finish(&mut shown);
                    self.operator("EMC");
                    spanned = 0;
                }
                if more > 0 || *used.text != *text {
                    self.finish(&mut shown);
                    self.read_as(text);
                    spanned = index + more + 1;
                }
            }
            if glyph.offset.1 != rise {
                self.finish(&mut shown);
                rise = glyph.offset.1;
                self.number(i64::from(rise.0));
                self.operator("Ts");
            }
            let correction = em(wanted + i64::from(glyph.offset.0.0)) - pen;
            let correction = if correction.abs() > TOLERANCE { correction } else { 0 };
            self.show(&mut shown, correction, used.code);
            pen += correction + i64::from(used.width);
            wanted += i64::from(glyph.advance.0);
        }
        self.finish(&mut shown);
        if spanned > 0 {
            self.operator("EMC");
        }
        if rise != Pt::ZERO {
            self.operator("0 Ts");
        }
    }

    fn show(&mut self, shown: &mut Shown, correction: i64, code: u16) {
        if *shown == Shown::Nothing {
            self.out.push(b'[');
            *shown = Shown::Array;
        }
        if correction != 0 {
            if *shown == Shown::String {
                self.out.push(b')');
            }
            let _ = write!(self.out, "{}", -correction);
            *shown = Shown::Array;
        }
        if *shown == Shown::Array {
            self.out.push(b'(');
            *shown = Shown::String;
        }
        for byte in code.to_be_bytes() {
            match byte {
                b'(' | b')' | b'\\' => self.out.extend([b'\\', byte]),
                b'\r' => self.out.extend(b"\\r"),
                _ => self.out.push(byte),
            }
        }
    }

    fn finish(&mut self, shown: &mut Shown) {
        match shown {
            Shown::Nothing => return,
            Shown::Array => self.operator("] TJ"),
            Shown::String => self.operator(")] TJ"),
        }
        *shown = Shown::Nothing;
    }

    fn fill(&mut self, gray: u8) {
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

    fn path(&mut self, path: &Path) {
        if path.segments.is_empty() {
            return;
        }
        self.end_text();
        if let Some(stroke) = path.stroke {
            self.stroke(stroke);
        }
        if let Some(gray) = path.fill {
            self.fill(gray);
        }
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
    fn tick(&mut self, tick: &Tick) {
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
}

/// How far an array of shown glyphs has come.
#[derive(PartialEq, Eq)]
enum Shown {
    Nothing,
    Array,
    String,
}
