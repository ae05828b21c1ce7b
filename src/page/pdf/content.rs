//! The content stream of one page.

use super::draw::{Drawings, Ink};
use super::element::{self, Element, Marked};
use super::embed::{Embedded, EmbeddedFace, cluster};
use super::navigation::{Annotation, Link};
use super::object::{write_byte, write_number, write_text};
use super::reading::{apart, line, reads_by_itself};
use super::structure::{ContentMark, PageStructure};
use crate::chars::is_han;
use crate::geometry::{FaceId, Pt, TextItem};
use crate::page::{Document, Item, ItemKind, Page, TagId, TagRole, Tick};

/// How far a glyph may stand from its place before the pen is moved, in thousandths of an em. Nobody sees so little,
/// and rounding errors are smaller.
const TOLERANCE: i64 = 3;

/// About how many bytes an item takes in a content stream. Memory is reserved at once, so that a page isn't copied
/// while it grows.
const ITEM_BYTES: usize = 64;

/// The content of a page, its links and its fields.
pub(super) fn write<'a>(
    page: &'a Page,
    document: &'a Document,
    embedded: &Embedded<'_>,
    structure: &mut PageStructure<'_, '_>,
    drawings: &mut Drawings,
) -> (Vec<u8>, Vec<Annotation<'a>>) {
    let foreign = !document.lang.is_chinese();
    let ink = Ink::new(page.height, page.items.len() * ITEM_BYTES);
    let mut content = ContentStream { ink, foreign, ..ContentStream::default() };
    let mut annotations = Vec::new();
    let mut all_marked = Vec::with_capacity(page.items.len());
    element::mark_items(document, page, |tag| structure.link(tag), &mut all_marked);
    let mut open: Option<Marked> = None;
    let mut spaced = 0;
    let apart = apart(document, page);
    for (index, (Item { tag, kind }, &marked)) in page.items.iter().zip(&all_marked).enumerate() {
        match kind {
            ItemKind::Link(rect, target) => {
                if let Some(element) = marked.element() {
                    structure.reach(element);
                }
                annotations.push(Annotation::Link(Link { rect: *rect, target, element: marked.element() }));
                continue;
            }
            ItemKind::Field(field) | ItemKind::Tick(Tick { field: Some(field), .. }) if document.fillable => {
                if let Some(tag) = tag {
                    structure.reach(Element::Tag(*tag));
                }
                annotations.push(Annotation::Field(*field));
            }
            ItemKind::Text(_) | ItemKind::Path(_) | ItemKind::Stamp(_) | ItemKind::Tick(_) | ItemKind::Field(_) => {}
        }
        if let ItemKind::Field(_) = kind {
            continue;
        }
        if open != Some(marked) {
            content.close_marks();
            content.mark(marked, document, structure);
            open = Some(marked);
        }
        if index >= spaced {
            content.end_reading();
            spaced = index + content.read_spaced(&page.items[index..], &all_marked[index..], &apart[index..]);
        }
        if let Some(figure) = tag.filter(|tag| is_figure(document, *tag)) {
            structure.stands(figure, element::area(kind));
        }
        match kind {
            ItemKind::Text(text) => {
                if let Some(face) = embedded.face(text.face) {
                    content.text(text, face, apart[index]);
                }
            }
            ItemKind::Path(path) => content.drawing().path(path),
            ItemKind::Stamp(stamp) => content.drawing().stamp(stamp, drawings),
            ItemKind::Tick(tick) => content.drawing().tick(tick, drawings),
            ItemKind::Link(..) | ItemKind::Field(_) => {}
        }
    }
    content.close_marks();
    (content.ink.out, annotations)
}

fn is_figure(document: &Document, tag: TagId) -> bool {
    document.tags.get(tag.0 as usize).is_some_and(|tag| tag.role == TagRole::Figure)
}

/// Where a reader takes the characters of shown glyphs from.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum CharSource {
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

/// A content stream while it is written, with the state of marks and text at its end.
#[derive(Default)]
struct ContentStream {
    ink: Ink,
    /// Chinese characters in a document of another language.
    foreign: bool,
    in_text: bool,
    marks: u8,
    reading: CharSource,
    font: Option<(FaceId, Pt)>,
}

impl ContentStream {
    fn mark(&mut self, marked: Marked, document: &Document, structure: &mut PageStructure<'_, '_>) {
        self.marks += 1;
        let (element, mark) = match marked {
            Marked::Artifact(kind) => {
                self.ink.out.extend_from_slice(b"/Artifact <<");
                self.ink.out.extend_from_slice(kind.as_bytes());
                self.ink.operator(">> BDC");
                return;
            }
            Marked::Element(element) => (element, structure.mark(element)),
        };
        let Some(ContentMark { mcid, role, first }) = mark else { return self.ink.operator("/Artifact BMC") };
        self.ink.out.push(b'/');
        self.ink.out.extend_from_slice(role.as_bytes());
        self.ink.out.extend_from_slice(b" <</MCID ");
        write_number(&mut self.ink.out, mcid);
        self.ink.operator(">> BDC");
        let Element::Tag(tag) = element else { return };
        let Some(tag) = document.tags.get(tag.0 as usize).filter(|tag| tag.role == TagRole::Code) else { return };
        match &tag.alt {
            Some(alt) => {
                // The text is given once, however often the lines are interrupted.
                self.read_as(if first { alt } else { "" });
                self.reading = CharSource::Tag;
                self.marks += 1;
            }
            None => self.reading = CharSource::Items,
        }
    }

    fn close_marks(&mut self) {
        self.end_text();
        for _ in 0..self.marks {
            self.ink.operator("EMC");
        }
        (self.marks, self.reading) = (0, CharSource::Glyphs);
    }

    /// `A B C`: a line of single characters with spaces between them looks like one word whose letters are set wide,
    /// and its spaces would be lost. Its reading is given; the result is how many items needn't be looked at again.
    fn read_spaced(&mut self, items: &[Item], all_marked: &[Marked], apart: &[bool]) -> usize {
        if self.reading != CharSource::Glyphs {
            return 0;
        }
        let words = || {
            let between = |(index, is_apart): (usize, &bool)| if *is_apart && index > 0 { " " } else { "" };
            let between = apart.iter().enumerate().map(between);
            line(items, all_marked).zip(between).flat_map(|(item, between)| [between, &*item.text])
        };
        let mut length = 0;
        for ch in words().flat_map(str::chars) {
            length = if ch == ' ' { 0 } else { length + 1 };
            if length > 1 {
                return 0;
            }
        }
        let text: String = words().collect();
        if !text.trim().contains(' ') {
            // The rest of the line needn't be looked at again either: thousands of spaces may hang on it.
            return line(items, all_marked).count();
        }
        self.end_text();
        self.read_as(&text);
        self.marks += 1;
        self.reading = CharSource::Line;
        line(items, all_marked).count()
    }

    /// Ends what [`Self::read_spaced`] began.
    fn end_reading(&mut self) {
        if self.reading == CharSource::Line {
            self.end_text();
            self.ink.operator("EMC");
            self.marks -= 1;
            self.reading = CharSource::Glyphs;
        }
    }

    /// Opens a mark whose content reads as this text, until the mark is closed.
    fn read_as(&mut self, text: &str) {
        self.ink.out.extend_from_slice(b"/Span <</ActualText ");
        write_text(&mut self.ink.out, text);
        self.ink.operator(">> BDC");
    }

    /// Ends the text, so that lines and areas can be drawn.
    fn drawing(&mut self) -> &mut Ink {
        self.end_text();
        &mut self.ink
    }

    fn end_text(&mut self) {
        if self.in_text {
            self.ink.operator("ET");
            self.in_text = false;
        }
    }

    fn text(&mut self, item: &TextItem, face: &EmbeddedFace, is_apart: bool) {
        if item.glyphs.is_empty() || item.size.0 <= 0 {
            return;
        }
        if !self.in_text {
            self.ink.operator("BT");
            self.in_text = true;
        }
        if self.font != Some((item.face, item.size)) {
            self.ink.out.push(b'/');
            self.ink.out.extend_from_slice(face.resource.as_bytes());
            self.ink.out.push(b' ');
            self.ink.number(i64::from(item.size.0));
            self.ink.operator("Tf");
            self.font = Some((item.face, item.size));
        }
        self.ink.fill(0);
        let is_read_here = matches!(self.reading, CharSource::Glyphs | CharSource::Items);
        let space = face.space().filter(|_| is_apart && is_read_here);
        let width = space.map_or(0, |space| (i64::from(space.width) * i64::from(item.size.0) + 500) / 1000);
        self.ink.out.extend_from_slice(b"1 0 0 1 ");
        self.ink.point(item.x - Pt(width as i32), item.y);
        self.ink.operator("Tm");
        if let Some(space) = space {
            // It ends where the text begins.
            let mut shown = OpenOperand::Nothing;
            self.show(&mut shown, 0, space.code);
            self.finish(&mut shown);
        }
        let whole = match self.reading {
            CharSource::Glyphs => !reads_by_itself(item),
            CharSource::Items => true,
            CharSource::Line | CharSource::Tag => false,
        };
        let foreign = self.foreign && self.reading != CharSource::Tag && item.text.chars().any(is_han);
        if foreign {
            self.ink.operator("/Span <</Lang (zh)>> BDC");
        }
        if whole {
            self.read_as(&item.text);
        }
        self.glyphs(item, face, whole || self.reading != CharSource::Glyphs);
        if whole {
            self.ink.operator("EMC");
        }
        if foreign {
            self.ink.operator("EMC");
        }
    }

    /// Shows the glyphs; `exact` where their reading is given already.
    fn glyphs(&mut self, item: &TextItem, face: &EmbeddedFace, exact: bool) {
        let size = i64::from(item.size.0);
        let em = |length: i64| (length * 2000 + size).div_euclid(2 * size);
        let (mut wanted, mut pen) = (0, 0);
        let mut rise = Pt::ZERO;
        let mut shown = OpenOperand::Nothing;
        let mut spanned = 0;
        for (index, glyph) in item.glyphs.iter().enumerate() {
            let Some(used) = face.glyph(glyph.id) else { continue };
            if index >= spanned && !exact {
                let more = item.glyphs[index + 1..].iter().take_while(|glyph| glyph.cluster.is_empty()).count();
                let text = cluster(item, glyph);
                if spanned > 0 {
                    self.finish(&mut shown);
                    self.ink.operator("EMC");
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
                self.ink.number(i64::from(rise.0));
                self.ink.operator("Ts");
            }
            let correction = em(wanted + i64::from(glyph.offset.0.0)) - pen;
            let correction = if correction.abs() > TOLERANCE { correction } else { 0 };
            self.show(&mut shown, correction, used.code);
            pen += correction + i64::from(used.width);
            wanted += i64::from(glyph.advance.0);
        }
        self.finish(&mut shown);
        if spanned > 0 {
            self.ink.operator("EMC");
        }
        if rise != Pt::ZERO {
            self.ink.operator("0 Ts");
        }
    }

    fn show(&mut self, shown: &mut OpenOperand, correction: i64, code: u16) {
        if *shown == OpenOperand::Nothing {
            self.ink.out.push(b'[');
            *shown = OpenOperand::Array;
        }
        if correction != 0 {
            if *shown == OpenOperand::String {
                self.ink.out.push(b')');
            }
            write_number(&mut self.ink.out, -correction);
            *shown = OpenOperand::Array;
        }
        if *shown == OpenOperand::Array {
            self.ink.out.push(b'(');
            *shown = OpenOperand::String;
        }
        for byte in code.to_be_bytes() {
            write_byte(&mut self.ink.out, byte);
        }
    }

    fn finish(&mut self, shown: &mut OpenOperand) {
        match shown {
            OpenOperand::Nothing => return,
            OpenOperand::Array => self.ink.operator("] TJ"),
            OpenOperand::String => self.ink.operator(")] TJ"),
        }
        *shown = OpenOperand::Nothing;
    }
}

/// What is open in the operator that shows glyphs: nothing, its array, or a string within the array.
#[derive(PartialEq, Eq)]
enum OpenOperand {
    Nothing,
    Array,
    String,
}
