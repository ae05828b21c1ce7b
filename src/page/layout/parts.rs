//! Headings, notices, lists to tick, signatures: everything but steps, forms and tables.

use super::Width;
use super::pen::{Pen, aligned, bold, label, setting, size};
use super::rows::BAR;
use super::strip::{Keep, Strip, rectangle};
use crate::page::{FieldKind, Kind, Path, Pt, Rect, Role, Segment, Stroke, TagId};
use crate::text::typeset::Align;
use crate::text::{Content, Text};
use crate::view::checklist::{Atomic, Heading, Notice, NoticeKind, Signature, TickItem, TickList};

/// Space between two lists side by side.
pub(super) const GUTTER: Pt = Pt(24_000);

/// A heading, kept with what follows: below the title and the sheet's phase.
pub(super) fn heading(pen: &mut Pen, view: &Heading, parent: TagId, width: Width) -> Strip {
    let tag = pen.tag(parent, Role::Heading(3));
    let mut strip = Strip::new(Pt::ZERO);
    let style = bold(size::HEADING);
    let aside_width = view.aside.as_ref().map_or(Pt::ZERO, |aside| pen.width(aside, label()) + Pt(12_000));
    let beside = aside_width < width.content / 2;
    let title = pen.lay(&view.text, style, if beside { width.content - aside_width } else { width.content });
    strip.text(Some(tag), &title, Pt::ZERO, Pt::ZERO);
    strip.height = title.height;
    if let Some(aside) = &view.aside {
        let remark = pen.tag(parent, Role::Paragraph);
        let paragraph = pen.lay(aside, aligned(label(), Align::End), width.content);
        let y = if beside { title.height - paragraph.height } else { title.height };
        strip.text(Some(remark), &paragraph, Pt::ZERO, y);
        strip.height = strip.height.max(y + paragraph.height);
    }
    strip.height += Pt(3_000);
    strip.before = Pt(10_000);
    strip.slack = Pt::ZERO;
    strip.keep = Keep::Must;
    if let Some(anchor) = &view.anchor {
        strip.anchors.push((anchor.clone(), Pt::ZERO));
    }
    strip
}

/// Plain words.
pub(super) fn paragraph(pen: &mut Pen, text: &Text, parent: TagId, width: Width) -> Strip {
    let tag = pen.tag(parent, Role::Paragraph);
    // No more than 90 characters a line (CR-177605).
    let paragraph = pen.lay(text, setting(size::SMALL), width.content.min(Pt(440_000)));
    let mut strip = Strip::new(paragraph.height);
    strip.text(Some(tag), &paragraph, Pt::ZERO, Pt::ZERO);
    strip.before = Pt(4_000);
    strip.keep = Keep::Wish;
    strip
}

/// A note without a rule, a caution in a single one, a warning in a double one (QRH).
pub(super) fn notice(pen: &mut Pen, view: &Notice, parent: TagId, width: Width) -> Strip {
    let tag = pen.tag(parent, Role::Note);
    let mut text = view.label.clone();
    text.push_str(if text.lang.is_chinese() { "　" } else { "   " });
    text.append(&view.text);
    let (pad, type_size) = match view.kind {
        NoticeKind::Note => (Pt(2_000), size::SMALL),
        NoticeKind::Caution => (Pt(6_000), size::STEP),
        NoticeKind::Warning => (Pt(9_000), size::STEP),
    };
    let paragraph = pen.lay(&text, setting(type_size), width.content - width.left - pad * 2);
    let mut strip = Strip::new(paragraph.height + pad * 2 + Pt(4_000));
    let outline =
        Rect { x: width.left, y: Pt(2_000), width: width.content - width.left, height: paragraph.height + pad * 2 };
    let inner = |by: Pt| Rect {
        x: outline.x + by,
        y: outline.y + by,
        width: outline.width - by * 2,
        height: outline.height - by * 2,
    };
    match view.kind {
        NoticeKind::Note => {}
        NoticeKind::Caution => strip.frame(outline, Pt(1_000), 0),
        NoticeKind::Warning => {
            strip.frame(outline, Pt(1_300), 0);
            strip.frame(inner(Pt(2_800)), Pt(1_300), 0);
        }
    }
    strip.text(Some(tag), &paragraph, outline.x + pad, outline.y + pad);
    strip.before = Pt(4_000);
    strip
}

/// A command as it is to be pasted, monospaced beside a rule; gives the new bottom.
pub(super) fn code(
    pen: &mut Pen,
    strip: &mut Strip,
    text: &Text,
    (left, right): (Pt, Pt),
    top: Pt,
    parent: TagId,
) -> Pt {
    let tag = pen.tag(parent, Role::Code);
    // Copied or read aloud, a command is itself: without the breaks that only the paper makes.
    pen.tags[tag.0 as usize].alt = Some(text.to_plain());
    let exact = crate::text::typeset::Setting { code: true, ..setting(size::CODE) };
    let (left, right) = (left + Pt(8_000), right - Pt(14_000));
    let mut y = top;
    for words in text.runs.split(|run| run.content == Content::Break) {
        let line = Text { lang: text.lang.clone(), runs: words.to_vec() };
        let paragraph = pen.lay(&line, exact, right - left);
        strip.text(Some(tag), &paragraph, left, y);
        // A line that goes on says so at its end: nobody should type a line break that isn't there.
        for line in paragraph.lines.iter().rev().skip(1) {
            goes_on(strip, right + Pt(5_000), y + line.baseline);
        }
        y += paragraph.height.max(setting(size::CODE).leading);
    }
    strip.line(left - Pt(6_000), top, left - Pt(6_000), y, Pt(1_500), 150);
    y + Pt(2_000)
}

/// A hooked arrow: the line goes on below.
fn goes_on(strip: &mut Strip, x: Pt, base: Pt) {
    let stroke = Stroke { width: Pt(900), gray: 0, dash: None, round: true };
    let (top, low) = (base - Pt(7_000), base - Pt(2_500));
    let hook = vec![
        Segment::Move(x + Pt(6_000), top),
        Segment::Line(x + Pt(6_000), low),
        Segment::Line(x, low),
        Segment::Move(x + Pt(2_500), low - Pt(2_300)),
        Segment::Line(x, low),
        Segment::Line(x + Pt(2_500), low + Pt(2_300)),
    ];
    strip.push(None, Kind::Path(Path { segments: hook, stroke: Some(stroke), fill: None }));
}

/// The bar's first rows: what it is, how it may end early, when it began.
pub(super) fn atomic_begin(pen: &mut Pen, view: &Atomic, parent: TagId, width: Width, indent: Pt) -> Vec<Strip> {
    let tag = pen.tag(parent, Role::Paragraph);
    let mut strip = Strip::new(Pt::ZERO);
    let line_room = Pt(60_000);
    let began = pen.width(&view.began, label());
    let title = pen.lay(&view.begin, setting(size::STEP), width.content - indent - line_room - began - Pt(34_000));
    triangle(&mut strip, (indent + Pt(7_000), Pt(9_500)), true);
    strip.text(Some(tag), &title, indent + Pt(18_000), Pt(1_000));
    written_at(pen, &mut strip, &view.began, "begun", width, parent);
    let early = pen.lay(&view.early, setting(size::SMALL), width.content - indent - Pt(18_000));
    strip.text(Some(tag), &early, indent + Pt(18_000), title.height + Pt(1_500));
    strip.height = title.height + early.height + Pt(3_000);
    strip.before = Pt(5_000);
    strip.keep = Keep::Must;
    vec![strip]
}

/// The bar's last row: it is over.
pub(super) fn atomic_end(pen: &mut Pen, view: &Atomic, parent: TagId, width: Width, indent: Pt) -> Strip {
    let tag = pen.tag(parent, Role::Paragraph);
    let title = pen.lay(&view.end, setting(size::STEP), width.content / 2);
    let mut strip = Strip::new(title.height + Pt(5_000));
    triangle(&mut strip, (indent + Pt(7_000), Pt(11_500)), false);
    strip.text(Some(tag), &title, indent + Pt(18_000), Pt(3_000));
    written_at(pen, &mut strip, &view.ended, "ended", width, parent);
    strip.keep = Keep::Must;
    strip
}

/// A label with a line at the right edge, for a time.
fn written_at(pen: &mut Pen, strip: &mut Strip, words: &Text, name: &str, width: Width, parent: TagId) {
    let tag = pen.tag(parent, Role::Paragraph);
    let room = pen.width(words, label());
    let paragraph = pen.lay(words, label(), room + Pt(10));
    let left = width.content - Pt(60_000);
    strip.text(Some(tag), &paragraph, left - room - Pt(4_000), Pt(3_000));
    let base = Pt(3_000) + paragraph.lines.first().map_or(Pt::ZERO, |line| line.baseline) + Pt(2_000);
    let field = format!("{name}.{}", pen.fields.len());
    let what = (FieldKind::Line, field, words.to_plain());
    pen.write_line(strip, tag, (left, width.content), base, Pt(14_000), what);
}

fn triangle(strip: &mut Strip, (x, y): (Pt, Pt), down: bool) {
    let (half, rise) = (Pt(5_000), Pt(if down { 4_500 } else { -4_500 }));
    let segments = vec![
        Segment::Move(x - half, y - rise),
        Segment::Line(x + half, y - rise),
        Segment::Line(x, y + rise),
        Segment::Close,
    ];
    strip.push(None, Kind::Path(Path { segments, stroke: None, fill: Some(0) }));
}

/// Two lists to tick, side by side, a row of both at a time.
pub(super) fn ticks(pen: &mut Pen, lists: &[TickList; 2], parent: TagId, width: Width) -> Vec<Strip> {
    let column = (width.content - GUTTER) / 2;
    let mut strips = Vec::new();
    let mut head = Strip::new(Pt::ZERO);
    let columns = [0, 1].map(|n| {
        let x = (column + GUTTER) * n;
        // Each list under its title; a page shows a row of both at a time.
        let whole = pen.tag(parent, Role::Section);
        let title = pen.tag(whole, Role::Paragraph);
        let items = pen.tag(whole, Role::List);
        let list = &lists[n as usize];
        let paragraph = pen.lay(&list.title, setting(size::STEP), column);
        head.text(Some(title), &paragraph, x, Pt::ZERO);
        head.height = head.height.max(paragraph.height + Pt(2_000));
        (x, items, list)
    });
    for (x, ..) in &columns {
        let y = head.height;
        head.line(*x, y, *x + column, y, Pt(800), 0);
    }
    head.keep = Keep::Must;
    strips.push(head);
    let count = lists.iter().map(|list| list.items.len()).max().unwrap_or(0);
    for index in 0..count {
        let mut strip = Strip::new(Pt(26_000));
        strip.slack = Pt(2_000);
        for (x, items, list) in &columns {
            let Some(TickItem { action, expect, .. }) = list.items.get(index) else { continue };
            let item = pen.tag(*items, Role::ListItem);
            let tag = pen.tag(item, Role::ListBody);
            let mut text = action.clone();
            if let Some(expect) = expect {
                text.push_str(" …… ");
                text.append(expect);
            }
            let paragraph = pen.lay(&text, setting(size::STEP), column - Pt(34_000));
            strip.height = strip.height.max(paragraph.height + Pt(8_000));
            strip.text(Some(tag), &paragraph, *x, (strip.height - paragraph.height) / 2);
            let center = (*x + column - Pt(14_000), strip.height / 2);
            let name = format!("{}.{}", list.field, index + 1);
            pen.tick(&mut strip, tag, center, Pt(14_000), name, text.to_plain());
        }
        for (x, _, list) in &columns {
            if index < list.items.len() {
                let y = strip.height;
                strip.line(*x, y, *x + column, y, Pt(500), 110);
            }
        }
        strips.push(strip);
    }
    strips
}

/// Who signs for what: name, role, signature, date and time, and what it means (21 CFR 11.50).
pub(super) fn signatures(pen: &mut Pen, views: &[Signature], parent: TagId, width: Width) -> Vec<Strip> {
    let mut strips = Vec::new();
    for (index, view) in views.iter().enumerate() {
        let tag = pen.tag(parent, Role::Paragraph);
        let mut strip = Strip::new(Pt::ZERO);
        let role = pen.lay(&view.role, setting(size::STEP), width.content / 4);
        let meaning_left = role.width + Pt(10_000);
        let known = view.name.as_ref().map(|name| pen.lay(name, setting(size::STEP), width.content / 4));
        let name_room = known.as_ref().map_or(Pt(62_000), |name| name.width + Pt(2_000));
        let rooms = [name_room, Pt(92_000), Pt(78_000)];
        let widths = [0, 1, 2].map(|n| pen.width(&view.labels[n], label()) + Pt(4_000) + rooms[n] + Pt(9_000));
        let lines_width: Pt = widths.iter().copied().sum();
        let beside = width.content - meaning_left - lines_width;
        let meaning_width = pen.width(&view.meaning, setting(size::SMALL)) + Pt(10);
        let one_line = meaning_width <= beside;
        let meaning = pen.lay(&view.meaning, setting(size::SMALL), width.content - meaning_left);
        let base = if one_line { Pt(19_000) } else { Pt(14_000) };
        let own = |paragraph: &crate::text::typeset::Paragraph| {
            paragraph.lines.first().map_or(Pt::ZERO, |line| line.baseline)
        };
        strip.text(Some(tag), &role, Pt::ZERO, base - own(&role));
        strip.text(Some(tag), &meaning, meaning_left, base - own(&meaning));
        let base = if one_line { base } else { base + meaning.height + Pt(8_000) };
        let mut x = width.content - lines_width + Pt(9_000);
        for n in 0..3 {
            let words = pen.lay(&view.labels[n], label(), width.content);
            strip.text(Some(tag), &words, x, base - own(&words));
            let left = x + words.width + Pt(4_000);
            if let (Some(name), 0) = (&known, n) {
                strip.text(Some(tag), name, left, base - own(name));
            } else {
                let kind = if n == 1 { FieldKind::Signature } else { FieldKind::Line };
                let name = format!("{}.{}", view.field, ["name", "signature", "time"][n]);
                let what = (kind, name, format!("{} {}", view.role.to_plain(), view.labels[n].to_plain()));
                pen.write_line(&mut strip, tag, (left, left + rooms[n]), base + Pt(2_000), Pt(18_000), what);
            }
            x += widths[n];
        }
        strip.height = base + Pt(8_000);
        strip.slack = Pt(1_000);
        strip.keep = Keep::Must;
        if index == 0 {
            strip.before = Pt(6_000);
        }
        if index + 1 == views.len() {
            strip.rule_below = Some((Pt::ZERO, width.content, Pt(900), 0));
        }
        strips.push(strip);
    }
    strips
}

/// The completion call between two end marks (QRH, CR-177549).
pub(super) fn end(pen: &mut Pen, text: &Text, parent: TagId, width: Width) -> Strip {
    let tag = pen.tag(parent, Role::Paragraph);
    let style = aligned(bold(size::STEP), Align::Center);
    let marks = Pt(60_000);
    let paragraph = pen.lay(text, style, width.content - marks * 2);
    let mut strip = Strip::new(paragraph.height + Pt(8_000));
    strip.text(Some(tag), &paragraph, marks, Pt(4_000));
    let side = Pt(8_000);
    let middle = Pt(4_000) + style.leading / 2;
    let (left, right) = ((width.content - paragraph.width) / 2, (width.content + paragraph.width) / 2);
    for n in 0..4 {
        let step = Pt(11_000) * n;
        for x in [left - Pt(12_000) - side - step, right + Pt(12_000) + step] {
            let rect = Rect { x, y: middle - side / 2, width: side, height: side };
            strip.push(None, Kind::Path(Path { segments: rectangle(rect), stroke: None, fill: Some(0) }));
        }
    }
    strip
}

/// The heavy bar beside an atomic block, from one height to another.
pub(super) fn bar(top: Pt, bottom: Pt) -> Kind {
    let rect = Rect { x: Pt::ZERO, y: top, width: BAR, height: bottom - top };
    Kind::Path(Path { segments: rectangle(rect), stroke: None, fill: Some(0) })
}
