//! The head and foot of every page, the hatched edge of a rollback, and the page numbers that are filled in after
//! pagination.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::copies::{self, Copy, CopySize};
use super::paginate::{Bodies, moved};
use super::pen::{Pen, fill_in_pages};
use super::strip::{Blank, Strip, rectangle};
use crate::field::Field;
use crate::geometry::{Pt, Rect};
use crate::page::{Item, ItemKind, Page, Path, Stamp, Stroke, TagId, TagRole};
use crate::text::typeset::{Align, Paragraph, Setting};
use crate::text::{Fonts, Text};
use crate::view::checklist::{Checklist, Sheet, SheetPart};
use crate::view::labels::fill;

/// Height of the head with its rule and the space under it. `pages` is a number as wide as that of any page.
pub(super) fn head_height(pen: &mut Pen, view: &Checklist, pages: &str) -> Pt {
    let tallest = (0..view.sheets.len()).map(|sheet| page_head(pen, view, (sheet, sheet), pages));
    tallest.max().unwrap_or_default() + pen.theme.frame.space
}

/// Height of the head of a page with the sheets from a first to a last one.
fn page_head(pen: &mut Pen, view: &Checklist, (first, last): (usize, usize), pages: &str) -> Pt {
    let copy = view.copies.as_ref().map_or(1, |copies| copies.count);
    let of = PagePhase::of(view, first, last);
    head(pen, view, &of, (copy, pages, pages), &ReadHead::default()).height
}

/// The sheets of which one must be the first on a page for another one to begin below it: those with which every sheet between them
/// shares pages, as far as the head has room for the phases of both.
pub(super) fn hosts(pen: &mut Pen, view: &Checklist, sheet: usize, pages: &str, head_height: Pt) -> Vec<usize> {
    let space = pen.theme.frame.space;
    let before = (0..sheet).rev().take_while(|before| view.sheets[*before].shares && view.sheets[sheet].shares);
    before.filter(|first| page_head(pen, view, (*first, sheet), pages) + space <= head_height).collect()
}

/// Height of the foot with its rule and the space above it, on the pages of each sheet.
pub(super) fn foot_heights(pen: &mut Pen, view: &Checklist) -> Vec<Pt> {
    let longest = longest_in_foot(pen, view);
    let height = |sheet: &Sheet| {
        let is_atomic = |part: &SheetPart| matches!(part, SheetPart::Rows(rows) if rows.atomic.is_some());
        let atomic = sheet.parts.iter().any(is_atomic).then_some(sheet.thumb.is_some());
        let feet = [None, atomic].map(|atomic| foot(pen, view, (sheet.has_steps, atomic), Some(2), longest).height);
        feet[0].max(feet[1]) + pen.theme.frame.space
    };
    view.sheets.iter().map(height).collect()
}

/// What the head of a page says of the sheets on it.
struct PagePhase {
    /// The phase of the first, to that of the last.
    phase: Text,
    /// By when a rollback must be decided on.
    by: Option<Text>,
}

impl PagePhase {
    fn of(view: &Checklist, first: usize, last: usize) -> Self {
        let mut phase = view.sheets[first].phase.clone();
        if first != last {
            let values = [("from", &*phase.to_plain()), ("to", &*view.sheets[last].phase.to_plain())];
            phase = Text::plain(&phase.lang, fill(&view.head.phases, &values));
        }
        let by = view.sheets[first..=last].iter().find_map(|sheet| sheet.by.clone());
        Self { phase, by }
    }
}

/// Tags of those parts of the heads that are read aloud: the title and the identity on the first page, and the phase
/// where a sheet begins. Everything else in heads was read before and is an artifact.
pub(super) struct HeadTags {
    first: ReadHead,
    /// The phase of each sheet; `None` where a heading of the sheet says it.
    phases: Vec<Option<TagId>>,
    /// The section of each sheet.
    sections: Vec<TagId>,
}

/// Tags of one head; `None` for parts that were read before.
#[derive(Default, Clone, Copy)]
struct ReadHead {
    logo: Option<TagId>,
    look: Option<TagId>,
    title: Option<TagId>,
    code: Option<TagId>,
    lines: [Option<TagId>; 2],
    phase: Option<TagId>,
}

impl HeadTags {
    /// Makes the tags for the first page. They must come before all others.
    pub fn new(pen: &mut Pen, view: &Checklist) -> Self {
        let mut tag = |role| Some(pen.tag(Pen::ROOT, role));
        let look = view.head.look.as_ref().and_then(|_| tag(TagRole::Paragraph));
        let title = tag(TagRole::Heading(1));
        let lines = [tag(TagRole::Paragraph), tag(TagRole::Paragraph)];
        let code = pen.code.is_some().then(|| pen.tag(Pen::ROOT, TagRole::Figure));
        if let Some(tag) = code.and_then(|code| pen.tags.get_mut(code.0 as usize)) {
            tag.alt.clone_from(&view.head.runbook);
        }
        let logo = view.head.logo.as_ref().map(|_| pen.tag(Pen::ROOT, TagRole::Figure));
        if let Some((tag, (_, words))) =
            logo.and_then(|tag| pen.tags.get_mut(tag.0 as usize)).zip(view.head.logo.as_ref())
        {
            tag.alt = Some(words.clone());
        }
        Self {
            first: ReadHead { logo, look, title, code, lines, phase: None },
            phases: Vec::new(),
            sections: Vec::new(),
        }
    }

    /// Makes the tags of the next sheet and of the name of its phase, and returns both.
    pub fn sheet(&mut self, pen: &mut Pen, sheet: &Sheet) -> (TagId, Option<TagId>) {
        let section = pen.tag(Pen::ROOT, TagRole::Section);
        let phase = (!sheet.is_headed_by_phase()).then(|| pen.tag(section, TagRole::Heading(2)));
        self.sections.push(section);
        self.phases.push(phase);
        (section, phase)
    }

    fn said(&self, page: usize, sheet: Option<usize>) -> ReadHead {
        let said = if page == 0 { self.first } else { ReadHead::default() };
        ReadHead { phase: sheet.and_then(|sheet| *self.phases.get(sheet)?), ..said }
    }
}

/// The head of a page. It says on every page what it belongs to (GMP): flow, revision, digest, run, copy, page.
fn head(
    pen: &mut Pen,
    view: &Checklist,
    of: &PagePhase,
    (copy, page, pages): (u32, &str, &str),
    said: &ReadHead,
) -> Strip {
    let mut strip = Strip::new(Pt::ZERO);
    let lang = &view.head.title.lang;
    let full = pen.theme.content_width();
    let mut width = full;
    let mut least = Pt::ZERO;
    // Everything else stands to the right of the logo.
    let mut begin = Pt::ZERO;
    if let Some((areas, wide)) = &pen.logo {
        for path in areas {
            strip.push(said.logo, ItemKind::Stamp(Stamp { x: Pt::ZERO, y: Pt::ZERO, path: Arc::clone(path) }));
        }
        begin = *wide + Pt(10_000);
        width -= begin;
        least = pen.theme.frame.code;
    }
    if pen.code.is_some() {
        width -= pen.theme.frame.code + Pt(8_000);
        least = pen.theme.frame.code;
    }
    // Two phases are longer than one.
    let phase_width = pen.width(&of.phase, pen.theme.text.heading.bold()).min(width / 2);
    let right = pen.theme.text.heading.bold().aligned(Align::End);
    let phase = pen.lay(&of.phase, right, phase_width + Pt(10));
    let title = pen.lay(&view.head.title, pen.theme.text.heading, width - phase_width - Pt(16_000));
    let top = view.head.look.as_ref().map_or(Pt::ZERO, |look| whose(pen, &mut strip, look, (begin, width), said.look));
    strip.text(said.title, &title, begin, top);
    marked(&mut strip, &title, (begin, top), view.head.title_changed);
    let mut y = top + title.height.max(phase.height);
    let page_of = copies::numbered(&view.head.page_of, copy, view.copies.as_ref());
    let mut page_of = Text::plain(lang, fill(&page_of, &[("page", page), ("pages", pages)]));
    if let Some(by) = &of.by {
        let pages = std::mem::replace(&mut page_of, by.clone());
        page_of.push_str(&view.head.dot);
        page_of.append(&pages);
    }
    let mut identity = view.head.identity.clone();
    identity.append(&view.head.printed);
    let mut digests = view.head.digests.clone();
    if let Some(since) = &view.head.since {
        digests.append(since);
    }
    let phase_left = begin + width - phase_width - Pt(10);
    let marked = view.head.since.is_some();
    let lines = [(&identity, &view.head.number, false), (&digests, &page_of, marked)];
    for ((left, right, marked), said) in lines.into_iter().zip(said.lines) {
        let right_width = pen.width(right, pen.theme.text.small);
        let paragraph = pen.lay(left, pen.theme.text.label, width - right_width - Pt(16_000));
        strip.text(said, &paragraph, begin, y);
        self::marked(&mut strip, &paragraph, (begin, y), marked);
        let numbers = pen.lay(right, pen.theme.text.small, right_width + Pt(10));
        strip.text(said, &numbers, begin + width - right_width, y);
        y += paragraph.height.max(numbers.height);
    }
    if let Some(code) = &pen.code {
        let stamp = Stamp { x: full - pen.theme.frame.code, y: Pt::ZERO, path: code.clone() };
        strip.push(said.code, ItemKind::Stamp(stamp));
    }
    // The phase is read last, because what follows belongs to it.
    strip.text(said.phase, &phase, phase_left, top);
    y = y.max(least) + Pt(3_000);
    strip.line((Pt::ZERO, y), (full, y), pen.theme.line.head);
    strip.height = y;
    strip
}

/// Whose document it is, on the left, and on the right who may read it. Gives the height of both.
fn whose(pen: &mut Pen, strip: &mut Strip, look: &[Text; 2], (left, width): (Pt, Pt), said: Option<TagId>) -> Pt {
    let [organisation, classification] = look;
    let label = pen.theme.text.label;
    let right_width = pen.width(classification, label).min(width / 2) + Pt(10);
    let organisation = pen.lay(organisation, label, width - right_width - Pt(16_000));
    let classification = pen.lay(classification, label.aligned(Align::End), right_width);
    strip.text(said, &organisation, left, Pt::ZERO);
    strip.text(said, &classification, left + width - right_width, Pt::ZERO);
    organisation.height.max(classification.height)
}

/// A change bar behind the last word.
fn marked(strip: &mut Strip, paragraph: &Paragraph, (left, y): (Pt, Pt), changed: bool) {
    if let Some(last) = paragraph.lines.last().filter(|_| changed) {
        let (x, foot) = (left + last.x + last.width + Pt(4_000), y + last.baseline + Pt(2_000));
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
    Some(Arc::new(Path { segments, stroke: None, fill: Some(0), even_odd: false }))
}

/// Space before a line in the foot.
const BEFORE_LINE: Pt = Pt(4_000);

/// Space behind it.
const BEHIND_LINE: Pt = Pt(12_000);

/// Width at which words in the foot are broken. Long names of roles are, so that the lines and the number of the next page
/// keep their room.
fn longest_in_foot(pen: &mut Pen, view: &Checklist) -> Pt {
    let width = pen.content_width;
    let foot = &view.foot;
    let next = Text::plain(&view.head.title.lang, fill(&foot.continues, &[("page", "9999")])).bold();
    let rooms = pen.theme.frame.foot_lines.into_iter().map(|room| room + BEFORE_LINE + BEHIND_LINE).sum::<Pt>();
    let room = width - rooms - pen.width(&next, pen.theme.text.small);
    let mut wide = foot.lines.each_ref().map(|(_, words)| pen.width(words, pen.theme.text.small));
    wide.sort_unstable();
    // The short ones first: what they don't need is for the long ones.
    let (mut rest, mut longest) = (room, Pt::ZERO);
    for (index, wide) in wide.into_iter().enumerate() {
        longest = rest / (foot.lines.len() - index) as i32;
        if wide > longest {
            break;
        }
        (rest, longest) = (rest - wide, width);
    }
    longest
}

/// The foot of a page: what to do in doubt, and on a page with steps lines for place-keeping (DOE-STD-1029). On a page with a part
/// of an atomic block, `atomic` is whether that is a rollback's. Words before a line are no wider than `longest`.
fn foot(
    pen: &mut Pen,
    view: &Checklist,
    (steps, atomic): (bool, Option<bool>),
    next: Option<usize>,
    longest: Pt,
) -> Strip {
    let width = pen.content_width;
    let mut strip = Strip::new(Pt::ZERO);
    strip.line((Pt::ZERO, Pt::ZERO), (width, Pt::ZERO), pen.theme.line.cell);
    let small = pen.theme.text.small;
    let top = Pt(8_000);
    let doubt = match atomic {
        None => &view.foot.doubt,
        Some(false) => &view.foot.doubt_atomic,
        Some(true) => &view.foot.doubt_back,
    };
    let next = next.map(|next| {
        let words = fill(&view.foot.continues, &[("page", &next.to_string())]);
        Text::plain(&view.head.title.lang, words).bold()
    });
    let next_width = next.as_ref().map_or(Pt::ZERO, |words| pen.width(words, small) + Pt(10));
    if let Some(words) = &next {
        let paragraph = pen.lay(words, small, next_width);
        strip.text(None, &paragraph, width - next_width, top);
    }
    if !steps {
        let paragraph = pen.lay(doubt, small, width - next_width - Pt(12_000));
        strip.text(None, &paragraph, Pt::ZERO, top);
        strip.height = top + paragraph.height;
        return strip;
    }
    let (mut x, rooms) = (Pt::ZERO, pen.theme.frame.foot_lines);
    let mut height = Pt::ZERO;
    for ((_, words), room) in view.foot.lines.iter().zip(rooms) {
        let paragraph = pen.lay(words, small, longest);
        strip.text(None, &paragraph, x, top);
        x += paragraph.width + BEFORE_LINE;
        let base = top + paragraph.first_base() + Pt(2_000);
        strip.line((x, base), (x + room, base), pen.theme.line.write);
        let rect = Rect { x, y: base - pen.theme.frame.foot_line, width: room, height: pen.theme.frame.foot_line };
        strip.blanks.push(Blank { rect, tag: None, words: words.to_plain(), field: None });
        x += room + BEHIND_LINE;
        height = height.max(paragraph.height);
    }
    let paragraph = pen.lay(doubt, small, width);
    strip.text(None, &paragraph, Pt::ZERO, top + height + Pt(3_000));
    strip.height = top + height + Pt(3_000) + paragraph.height;
    strip
}

/// Fills in the page numbers, once they are known.
pub(super) fn fill_page_numbers(pen: &mut Pen, placed: &mut Bodies) {
    let pages: BTreeMap<&str, usize> =
        placed.destinations.iter().map(|destination| (destination.name.as_str(), destination.page)).collect();
    let number =
        |destination: &str| pages.get(destination).map_or_else(|| "–".to_owned(), |page| (page + 1).to_string());
    for field in &mut pen.fields {
        fill_in_pages(&mut field.tooltip, number);
    }
    for pending in &placed.pending {
        let number = number(&pending.destination);
        let items = &mut placed.pages[pending.page].items;
        let Some((item, rest)) = items.get_mut(pending.item..).and_then(<[Item]>::split_first_mut) else { continue };
        let ItemKind::Text(slot) = &mut item.kind else { continue };
        let words = Text::plain(&crate::text::Lang::new("en"), number);
        let bold = slot.face == Fonts::sans(true);
        let style = Setting { size: slot.size, bold, ..pen.theme.text.small };
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
    let margins = &theme.margins;
    let longest = longest_in_foot(pen, view);
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
        let sheets = &view.sheets[body.sheets.clone()];
        let (first, last) = (body.sheets.start, body.sheets.end - 1);
        let letter = sheets[0].thumb;
        let phase = PagePhase::of(view, first, last);
        let next = body.continues.then_some(index + 2);
        let section = tags.sections[first];
        let mut fields = Vec::new();
        if gaps {
            let numbers = (copies, &*(index + 1).to_string(), &*total);
            let mut head = head(pen, view, &phase, numbers, &ReadHead::default());
            head.items.clear();
            pen.blanks(&mut head, section);
            pen.stand(&head, index, (margins.left, margins.top));
            fields = head.items;
        }
        let atomic = body.atomic.then_some(letter.is_some());
        let steps = sheets.iter().any(|sheet| sheet.has_steps);
        let mut foot = foot(pen, view, (steps, atomic), next, longest);
        let foot_top = page_height - margins.bottom - foot.height;
        for (blank, (line, _)) in std::mem::take(&mut foot.blanks).into_iter().zip(&view.foot.lines) {
            let field = Some(Field::Foot(index as u32 + 1, *line));
            pen.blank(&mut foot, Blank { field, ..blank }, section);
        }
        pen.stand(&foot, index, (margins.left, foot_top));
        let mut items = body.items;
        if let Some(letter) = letter {
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
        let begins = latest != Some(first);
        latest = Some(last);
        rest.push((phase, tags.said(index, begins.then_some(first)), fields, items, foot_at));
    }
    let mut pages = Vec::with_capacity(count * copies as usize);
    let each = CopySize { tags: pen.tags.len(), fields: pen.fields.len(), pages: count };
    for number in 1..=copies {
        let copy = Copy::new(number, each);
        for (index, (phase, said, fields, items, foot_at)) in rest.iter_mut().enumerate() {
            let numbers = (number, &*(index + 1).to_string(), &*total);
            let mut head = head(pen, view, phase, numbers, said).items;
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
