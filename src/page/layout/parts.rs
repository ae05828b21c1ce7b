//! Headings, notices, lists to tick, signatures: everything but steps, forms and tables.

use super::Width;
use super::pen::{Input, Pen, Writing, aligned, bold, label, setting, size, told};
use super::rows::{self, BAR, STEP_BOX};
use super::strip::{Keep, Strip, rectangle};
use crate::geometry::{Pt, Rect};
use crate::page::{FieldKind, Kind, Path, Role, Segment, Stroke, TagId};
use crate::text::typeset::{Align, Paragraph, Setting};
use crate::text::{Content, Text};
use crate::view::checklist::{Atomic, Heading, Line, Notice, NoticeKind, Signature};

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
    let columns = view
        .ticked
        .as_ref()
        .map(|heads| rows::box_columns(pen, heads.each_ref().map(|tick| &tick.words), width.content));
    let right = columns.map_or(width.content, |[operator, ..]| operator) - pad;
    let paragraph = pen.lay(&text, setting(type_size), right - width.left - pad);
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
    if let Some(([operator, checker, right], [first, second])) = columns.zip(view.ticked.as_ref()) {
        let middle = outline.y + outline.height / 2;
        for (left, right, tick) in [(operator, checker, first), (checker, right, second)] {
            let told = told(&[&view.label.to_plain(), &view.text.to_plain(), &tick.words.to_plain()]);
            let input = Input { field: tick.field.clone(), told, tag };
            pen.tick(&mut strip, ((left + right) / 2, middle), STEP_BOX, input);
        }
    }
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
pub(super) fn atomic_begin(
    pen: &mut Pen,
    view: &Atomic,
    block: &str,
    parent: TagId,
    width: Width,
    indent: Pt,
) -> Vec<Strip> {
    let tag = pen.tag(parent, Role::Paragraph);
    let mut strip = Strip::new(Pt::ZERO);
    let line_room = Pt(60_000);
    let began = pen.width(&view.began.label, label());
    let title = pen.lay(&view.begin, setting(size::STEP), width.content - indent - line_room - began - Pt(34_000));
    triangle(&mut strip, (indent + Pt(7_000), Pt(9_500)), true);
    strip.text(Some(tag), &title, indent + Pt(18_000), Pt(1_000));
    written_at(pen, &mut strip, &view.began, block, width, parent);
    let early = pen.lay(&view.early, setting(size::SMALL), width.content - indent - Pt(18_000));
    strip.text(Some(tag), &early, indent + Pt(18_000), title.height + Pt(1_500));
    strip.height = title.height + early.height + Pt(3_000);
    strip.before = Pt(5_000);
    strip.keep = Keep::Must;
    vec![strip]
}

/// The bar's last row: it is over.
pub(super) fn atomic_end(pen: &mut Pen, view: &Atomic, block: &str, parent: TagId, width: Width, indent: Pt) -> Strip {
    let tag = pen.tag(parent, Role::Paragraph);
    let title = pen.lay(&view.end, setting(size::STEP), width.content / 2);
    let mut strip = Strip::new(title.height + Pt(5_000));
    triangle(&mut strip, (indent + Pt(7_000), Pt(11_500)), false);
    strip.text(Some(tag), &title, indent + Pt(18_000), Pt(3_000));
    written_at(pen, &mut strip, &view.ended, block, width, parent);
    strip.keep = Keep::Must;
    strip
}

/// A label with a line at the right edge, for a time.
fn written_at(pen: &mut Pen, strip: &mut Strip, line: &Line, block: &str, width: Width, parent: TagId) {
    let words = &line.label;
    let tag = pen.tag(parent, Role::Paragraph);
    let room = pen.width(words, label());
    let paragraph = pen.lay(words, label(), room + Pt(10));
    let left = width.content - Pt(60_000);
    strip.text(Some(tag), &paragraph, left - room - Pt(4_000), Pt(3_000));
    let base = Pt(3_000) + paragraph.lines.first().map_or(Pt::ZERO, |line| line.baseline) + Pt(2_000);
    let writing = Writing { left, right: width.content, base, height: Pt(14_000) };
    let input = Input { field: line.field.clone(), told: told(&[block, &words.to_plain()]), tag };
    pen.write_line(strip, writing, FieldKind::Line, input);
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

/// Room for a signature, and for date and time.
const SIGNATURE: [Pt; 2] = [Pt(92_000), Pt(78_000)];
/// Room for a printed name that isn't known.
const NAME: Pt = Pt(62_000);

/// Who signs for what: role and what it means, then name, signature, date and time (21 CFR 11.50), in the same places
/// for each.
pub(super) fn signatures(pen: &mut Pen, views: &[Signature], block: &Text, parent: TagId, width: Width) -> Vec<Strip> {
    let step = setting(size::STEP);
    let mut widest = |words: &dyn Fn(&Signature) -> Option<(&Text, Setting)>| {
        let widths = views.iter().filter_map(words).map(|(words, setting)| pen.width(words, setting));
        widths.max().unwrap_or_default()
    };
    let labels = [0, 1, 2].map(|n| widest(&|view| Some((&view.lines[n].label, label()))) + Pt(4_000));
    let known = widest(&|view| Some((view.name.as_ref()?, step)));
    let role = widest(&|view| Some((&view.role, bold(size::STEP)))) + Pt(10_000);
    let meaning = widest(&|view| Some((&view.meaning, setting(size::SMALL)))) + Pt(10);
    let blank = views.iter().any(|view| view.name.is_none());
    let name = if blank { known.max(NAME) } else { known + Pt(2_000) }.min(width.content / 4);
    let rooms = [name, SIGNATURE[0], SIGNATURE[1]];
    let lines: Pt = labels.iter().chain(&rooms).copied().sum::<Pt>() + Pt(9_000) * 2;
    let one_line = role + meaning + Pt(9_000) + lines <= width.content;
    let mut strips = Vec::new();
    let block = block.to_plain();
    for (index, view) in views.iter().enumerate() {
        let tag = pen.tag(parent, Role::Paragraph);
        let mut strip = Strip::new(Pt::ZERO);
        let own = |paragraph: &Paragraph| paragraph.lines.first().map_or(Pt::ZERO, |line| line.baseline);
        let mut base = Pt(if one_line { 19_000 } else { 14_000 });
        let who = pen.lay(&view.role, step, role);
        let meaning = pen.lay(&view.meaning, setting(size::SMALL), width.content - role);
        strip.text(Some(tag), &who, Pt::ZERO, base - own(&who));
        strip.text(Some(tag), &meaning, role, base - own(&meaning));
        if !one_line {
            base += meaning.height + Pt(8_000);
        }
        let known = view.name.as_ref().map(|name| pen.lay(name, step, rooms[0]));
        // A name of several lines ends on the line on which the others sign.
        base += known.as_ref().map_or(Pt::ZERO, |name| name.height - step.leading);
        let mut x = width.content - lines;
        for (n, (line, room)) in view.lines.iter().zip(rooms).enumerate() {
            let words = pen.lay(&line.label, label(), width.content);
            strip.text(Some(tag), &words, x, base - own(&words));
            x += labels[n];
            if let Some(name) = known.as_ref().filter(|_| n == 0) {
                let below = name.lines.last().map_or(Pt::ZERO, |line| line.baseline);
                strip.text(Some(tag), name, x, base - below);
            } else {
                let kind = if n == 1 { FieldKind::Signature } else { FieldKind::Line };
                let writing = Writing { left: x, right: x + room, base: base + Pt(2_000), height: Pt(18_000) };
                let told = told(&[&block, &view.role.to_plain(), &line.label.to_plain()]);
                let input = Input { field: line.field.clone(), told, tag };
                pen.write_line(&mut strip, writing, kind, input);
            }
            x += room + Pt(9_000);
        }
        strip.height = base + Pt(8_000);
        strip.slack = if one_line { Pt(1_000) } else { Pt(4_000) };
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
