//! The head and foot of every page, the hatched edge of a rollback, and the page numbers that are filled in after
//! pagination.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::copies::{self, Copy, CopySize};
use super::paginate::{Bodies, moved};
use super::pen::Pen;
use super::strip::{Blank, Strip, rectangle};
use crate::field::Field;
use crate::geometry::{Pt, Rect};
use crate::page::{Item, ItemKind, Page, Path, Stamp, Stroke, TagId, TagRole};
use crate::text::typeset::{Align, Paragraph, Setting};
use crate::text::{Fonts, Text};
use crate::view::checklist::Checklist;
use crate::view::labels::fill;

/// Height of the head with its rule and the space under it. `pages` is a number as wide as that of any page.
pub(super) fn head_height(pen: &mut Pen, view: &Checklist, pages: &str) -> Pt {
    let copy = view.copies.as_ref().map_or(1, |copies| copies.count);
    let tallest = view
        .sheets
        .iter()
        .map(|sheet| head(pen, view, &sheet.phase, (copy, pages, pages), &ReadHead::default()).height);
    tallest.max().unwrap_or_default() + pen.theme.frame.space
}

/// Height of the foot with its rule and the space above it.
pub(super) fn foot_height(pen: &mut Pen, view: &Checklist, width: Pt) -> Pt {
    [false, true].map(|atomic| foot(pen, view, atomic, Some(2), width).height).into_iter().max().unwrap_or_default()
        + pen.theme.frame.space
}

/// Tags of those parts of the heads that are read aloud: the title and the identity on the first page, and the phase
/// where a sheet begins. Everything else in heads was read before and is an artifact.
pub(super) struct HeadTags {
    first: ReadHead,
    /// The phase of each sheet.
    phases: Vec<TagId>,
    /// The section of each sheet.
    sections: Vec<TagId>,
}

/// Tags of one head; `None` for parts that were read before.
#[derive(Default, Clone, Copy)]
struct ReadHead {
    title: Option<TagId>,
    code: Option<TagId>,
    lines: [Option<TagId>; 2],
    phase: Option<TagId>,
}

impl HeadTags {
    /// Makes the tags for the first page. They must come before all others.
    pub fn new(pen: &mut Pen, view: &Checklist) -> Self {
        let mut tag = |role| Some(pen.tag(Pen::ROOT, role));
        let title = tag(TagRole::Heading(1));
        let lines = [tag(TagRole::Paragraph), tag(TagRole::Paragraph)];
        let code = pen.code.is_some().then(|| pen.tag(Pen::ROOT, TagRole::Figure));
        if let Some(tag) = code.and_then(|code| pen.tags.get_mut(code.0 as usize)) {
            tag.alt.clone_from(&view.head.runbook);
        }
        Self { first: ReadHead { title, code, lines, phase: None }, phases: Vec::new(), sections: Vec::new() }
    }

    /// Makes the tags of the next sheet and of the name of its phase; returns the tag of the sheet.
    pub fn sheet(&mut self, pen: &mut Pen) -> TagId {
        let section = pen.tag(Pen::ROOT, TagRole::Section);
        self.sections.push(section);
        self.phases.push(pen.tag(section, TagRole::Heading(2)));
        section
    }

    fn said(&self, page: usize, sheet: Option<usize>) -> ReadHead {
        let said = if page == 0 { self.first } else { ReadHead::default() };
        ReadHead { phase: sheet.and_then(|sheet| self.phases.get(sheet).copied()), ..said }
    }
}

/// The head of a page. It says on every page what it belongs to (GMP): flow, revision, digest, run, copy, page.
fn head(
    pen: &mut Pen,
    view: &Checklist,
    phase: &Text,
    (copy, page, pages): (u32, &str, &str),
    said: &ReadHead,
) -> Strip {
    let mut strip = Strip::new(Pt::ZERO);
    let lang = &view.head.title.lang;
    let full = pen.theme.content_width();
    let mut width = full;
    let mut least = Pt::ZERO;
    if pen.code.is_some() {
        width -= pen.theme.frame.code + Pt(8_000);
        least = pen.theme.frame.code;
    }
    let phase_width = pen.width(phase, pen.theme.text.heading.bold()).min(width / 3);
    let right = pen.theme.text.heading.bold().aligned(Align::End);
    let phase = pen.lay(phase, right, phase_width + Pt(10));
    let title = pen.lay(&view.head.title, pen.theme.text.heading, width - phase_width - Pt(16_000));
    strip.text(said.title, &title, Pt::ZERO, Pt::ZERO);
    marked(&mut strip, &title, Pt::ZERO, view.head.title_changed);
    let mut y = title.height.max(phase.height);
    let page_of = copies::numbered(&view.head.page_of, copy, view.copies.as_ref());
    let page_of = Text::plain(lang, fill(&page_of, &[("page", page), ("pages", pages)]));
    let mut printed = view.head.printed.clone();
    if let Some(since) = &view.head.since {
        printed.append(since);
    }
    let phase_left = width - phase_width - Pt(10);
    let lines = [(&view.head.identity, &view.head.number, false), (&printed, &page_of, view.head.since.is_some())];
    for ((left, right, marked), said) in lines.into_iter().zip(said.lines) {
        let right_width = pen.width(right, pen.theme.text.small);
        let paragraph = pen.lay(left, pen.theme.text.label, width - right_width - Pt(16_000));
        strip.text(said, &paragraph, Pt::ZERO, y);
        self::marked(&mut strip, &paragraph, y, marked);
        let numbers = pen.lay(right, pen.theme.text.small, right_width + Pt(10));
        strip.text(said, &numbers, width - right_width, y);
        y += paragraph.height.max(numbers.height);
    }
    if let Some(code) = &pen.code {
        let stamp = Stamp { x: full - pen.theme.frame.code, y: Pt::ZERO, path: code.clone() };
        strip.push(said.code, ItemKind::Stamp(stamp));
    }
    // The phase is read last, because what follows belongs to it.
    strip.text(said.phase, &phase, phase_left, Pt::ZERO);
    y = y.max(least) + Pt(3_000);
    strip.line((Pt::ZERO, y), (full, y), pen.theme.line.head);
    strip.height = y;
    strip
}

/// A change bar behind the last word.
fn marked(strip: &mut Strip, paragraph: &Paragraph, y: Pt, changed: bool) {
    if let Some(last) = paragraph.lines.last().filter(|_| changed) {
        let (x, foot) = (last.x + last.width + Pt(4_000), y + last.baseline + Pt(2_000));
        strip.line((x, foot - Pt(11_000)), (x, foot), Stroke::CHANGE);
    }
}

/// The runbook's address as a QR code, placed by its top left corner; `None` when the address is too long for one.
pub(super) fn code_to_scan(address: &str, side: Pt) -> Option<Arc<Path>> {
    let code = qrcodegen::QrCode::encode_text(address, qrcodegen::QrCodeEcc::Medium).ok()?;
    let count = code.size();
    let module = side / count;
    let mut segments = Vec::new();
    for row in 0..count {
        let mut column = 0;
        while column < count {
            let run = (column..count).take_while(|x| code.get_module(*x, row)).count() as i32;
            if run > 0 {
                let (x, y) = (module * column, module * row);
                segments.extend(rectangle(Rect { x, y, width: module * run, height: module }));
            }
            column += run.max(1);
        }
    }
    Some(Arc::new(Path { segments, stroke: None, fill: Some(0) }))
}

/// The foot of a page, for place-keeping, with what to do in doubt (DOE-STD-1029).
fn foot(pen: &mut Pen, view: &Checklist, atomic: bool, next: Option<usize>, width: Pt) -> Strip {
    let mut strip = Strip::new(Pt::ZERO);
    strip.line((Pt::ZERO, Pt::ZERO), (width, Pt::ZERO), pen.theme.line.cell);
    let lang = &view.head.title.lang;
    let top = Pt(8_000);
    let (mut x, rooms) = (Pt::ZERO, pen.theme.frame.foot_lines);
    let mut height = Pt::ZERO;
    for ((_, words), room) in view.foot.lines.iter().zip(rooms) {
        let paragraph = pen.lay(words, pen.theme.text.small, width);
        strip.text(None, &paragraph, x, top);
        x += paragraph.width + Pt(4_000);
        let base = top + paragraph.lines.first().map_or(Pt::ZERO, |line| line.baseline) + Pt(2_000);
        strip.line((x, base), (x + room, base), pen.theme.line.write);
        let rect = Rect { x, y: base - pen.theme.frame.foot_line, width: room, height: pen.theme.frame.foot_line };
        strip.blanks.push(Blank { rect, tag: None, words: words.to_plain(), field: None });
        x += room + Pt(12_000);
        height = height.max(paragraph.height);
    }
    if let Some(next) = next {
        let words = Text::plain(lang, fill(&view.foot.continues, &[("page", &next.to_string())])).bold();
        let paragraph = pen.lay(&words, pen.theme.text.small.aligned(Align::End), width - x);
        strip.text(None, &paragraph, x, top);
    }
    let doubt = if atomic { &view.foot.doubt_atomic } else { &view.foot.doubt };
    let paragraph = pen.lay(doubt, pen.theme.text.small, width);
    strip.text(None, &paragraph, Pt::ZERO, top + height + Pt(3_000));
    strip.height = top + height + Pt(3_000) + paragraph.height;
    strip
}

/// Fills in the page numbers, once they are known.
pub(super) fn fill_page_numbers(pen: &mut Pen, placed: &mut Bodies) {
    let pages: BTreeMap<&str, usize> =
        placed.destinations.iter().map(|destination| (destination.name.as_str(), destination.page)).collect();
    for pending in &placed.pending {
        let number =
            pages.get(pending.destination.as_str()).map_or_else(|| "–".to_owned(), |page| (page + 1).to_string());
        let items = &mut placed.pages[pending.page].items;
        let Some((item, rest)) = items.get_mut(pending.item..).and_then(<[Item]>::split_first_mut) else { continue };
        let ItemKind::Text(slot) = &mut item.kind else { continue };
        let words = Text::plain(&crate::text::Lang::new("en"), number);
        let bold = slot.face == Fonts::sans(true);
        let style = Setting { size: slot.size, gray: slot.gray, bold, ..pen.theme.text.small };
        let paragraph = pen.lay(&words, style, pending.width * 2);
        let Some(crate::text::typeset::LinePiece::Glyphs(digits)) = paragraph.pieces.first() else { continue };
        let (left, base) = (slot.x, slot.y);
        *slot = crate::geometry::TextItem { x: left, y: base, ..digits.clone() };
        // Move what follows on the line up to the number.
        for next in rest {
            match &mut next.kind {
                ItemKind::Text(text) if text.y == base && next.tag == item.tag => {
                    text.x -= pending.width - paragraph.width;
                }
                ItemKind::Link(area, _) if area.y < base && base < area.y + area.height && area.x > left => {
                    area.x -= pending.width - paragraph.width;
                }
                _ => break,
            }
        }
    }
}

/// Joins the bodies of pages with heads and feet, one copy after another.
pub(super) fn draw(pen: &mut Pen, view: &Checklist, placed: &mut Bodies, tags: &HeadTags) -> Vec<Page> {
    let theme = pen.theme;
    let (margins, width) = (&theme.margins, theme.content_width());
    let (page_width, page_height) = theme.paper.size();
    let count = placed.pages.len();
    let total = count.to_string();
    let mut rest = Vec::with_capacity(count);
    let mut latest = None;
    let thumbs: Vec<char> = view.sheets.iter().filter_map(|sheet| sheet.thumb).collect();
    let copies = view.copies.as_ref().map_or(1, |copies| copies.count);
    // Run number and time of printing are the same on every page. Where the release doesn't give them, one field each
    // is filled in for all pages.
    let gaps = [&view.head.title, &view.head.number, &view.head.printed].into_iter().any(Text::has_gap);
    for (index, body) in std::mem::take(&mut placed.pages).into_iter().enumerate() {
        let sheet = &view.sheets[body.sheet];
        let next = body.continues.then_some(index + 2);
        let section = tags.sections.get(body.sheet).copied().unwrap_or(Pen::ROOT);
        let mut fields = Vec::new();
        if gaps {
            let numbers = (copies, &*(index + 1).to_string(), &*total);
            let mut head = head(pen, view, &sheet.phase, numbers, &ReadHead::default());
            head.items.clear();
            pen.blanks(&mut head, section);
            pen.stand(&head, index, (margins.left, margins.top));
            fields = head.items;
        }
        let mut foot = foot(pen, view, body.atomic, next, width);
        let foot_top = page_height - margins.bottom - foot.height;
        for (blank, (line, _)) in std::mem::take(&mut foot.blanks).into_iter().zip(&view.foot.lines) {
            let field = Some(Field::Foot(index as u32 + 1, *line));
            pen.blank(&mut foot, Blank { field, ..blank }, section);
        }
        pen.stand(&foot, index, (margins.left, foot_top));
        let mut items = body.items;
        if let Some(letter) = sheet.thumb {
            let place = thumbs.iter().position(|thumb| *thumb == letter).unwrap_or(0) as i32;
            let band = page_height / (thumbs.len() as i32).max(1);
            let mut edge = Strip::default();
            thumb(
                &mut edge,
                theme.line.thumb,
                (page_width - theme.frame.thumb, page_width),
                (band * place, band * (place + 1)),
            );
            items.extend(edge.items);
        }
        let foot_at = items.len();
        items.extend(foot.items.into_iter().map(|item| moved(item, margins.left, foot_top)));
        let begins = latest.replace(body.sheet) != Some(body.sheet);
        rest.push((sheet, tags.said(index, begins.then_some(body.sheet)), fields, items, foot_at));
    }
    let mut pages = Vec::with_capacity(count * copies as usize);
    let each = CopySize { tags: pen.tags.len(), fields: pen.fields.len(), pages: count };
    for number in 1..=copies {
        let copy = Copy::new(number, each);
        for (index, (sheet, said, fields, items, foot_at)) in rest.iter_mut().enumerate() {
            let numbers = (number, &*(index + 1).to_string(), &*total);
            let mut head = head(pen, view, &sheet.phase, numbers, said).items;
            head.extend_from_slice(fields);
            let (head_end, foot) = (head.len(), head.len() + *foot_at);
            let head = head.into_iter().map(|item| moved(item, margins.left, margins.top));
            // The last copy takes over the pages that the others have cloned.
            let below = if number == copies { std::mem::take(items) } else { items.clone() };
            let items = head.chain(below).map(|item| copy.item(item)).collect();
            pages.push(Page { width: page_width, height: page_height, items, head: head_end, foot });
        }
    }
    pages
}

/// Hatches the edge of the paper, so that a rollback is found by thumb (rule 14). Several rollbacks divide the height
/// among them.
fn thumb(strip: &mut Strip, stroke: Stroke, (left, right): (Pt, Pt), (top, bottom): (Pt, Pt)) {
    let run = right - left;
    let mut y = top + run;
    while y <= bottom {
        strip.line((left, y), (right, y - run), stroke);
        y += Pt(11_000);
    }
}
