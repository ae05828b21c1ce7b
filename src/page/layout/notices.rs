//! Notes, cautions and warnings.

use super::divided::{WHOLE, divided, parts};
use super::pen::{FieldInput, Pen, told};
use super::strip::{Keep, Strip};
use super::{RunningList, Width, columns};
use crate::geometry::{Pt, Rect};
use crate::page::{TagId, TagRole};
use crate::text::Text;
use crate::view::checklist::{Notice, NoticeKind};

/// The strips of a notice before a list. A long note goes on on another page like a list, under its name or else under `title`.
pub(super) fn alone(
    pen: &mut Pen,
    lists: &mut Vec<RunningList>,
    view: &Notice,
    title: &Text,
    parent: TagId,
    width: Width,
) -> Vec<Strip> {
    let mut strips = notice(pen, view, parent, width, false);
    if strips.len() > 1 {
        let title = if view.label.is_empty() { title } else { &view.label };
        let head = Strip { columns: vec![width.left], ..Strip::default() };
        for strip in &mut strips {
            strip.list = Some(lists.len());
        }
        lists.push(RunningList { title: title.clone(), again: None, head, is_atomic: false });
    }
    strips
}

/// Draws a note without a frame, a caution in a single frame and a warning in a double one (QRH). Its boxes stand below those
/// of the list around it, which may be `dated`. Only a long note has several strips: a page may end between its lines.
pub(super) fn notice(pen: &mut Pen, view: &Notice, parent: TagId, width: Width, dated: bool) -> Vec<Strip> {
    let tag = pen.tag(parent, TagRole::Note);
    let mut text = view.label.clone();
    if !view.label.is_empty() {
        text.push_str(if text.lang.is_chinese() { "　" } else { "   " });
    }
    text.append(&view.text);
    let (pad, setting) = match view.kind {
        NoticeKind::Note => (Pt::ZERO, pen.theme.text.small),
        NoticeKind::Caution => (Pt(6_000), pen.theme.text.step),
        NoticeKind::Warning => (Pt(9_000), pen.theme.text.step),
        NoticeKind::Condition | NoticeKind::Title => (Pt(2_000), pen.theme.text.step),
    };
    let columns = view
        .ticked
        .as_ref()
        .map(|heads| columns::box_columns(pen, heads.each_ref().map(|tick| &tick.words), width.content, dated));
    let right = columns.map_or(width.content, |[operator, ..]| operator) - pad;
    let apart = view.not_applicable.as_deref().map(|tick| {
        let words = pen.lay(&tick.words, pen.theme.text.small, (right - width.left) / 3);
        let left = right - words.lines.iter().map(|line| line.width).max().unwrap_or_default();
        (tick, words, left)
    });
    let side = pen.theme.forms.choice_box;
    let right = apart.as_ref().map_or(right, |(_, _, left)| *left - side - Pt(12_000));
    let paragraph = pen.lay(&text, setting, right - width.left - pad);
    let before = Pt(if view.kind == NoticeKind::Note { 2_000 } else { 4_000 });
    if view.kind == NoticeKind::Note && paragraph.lines.len() > WHOLE {
        let lines = divided(&paragraph, setting.leading);
        let mut strips = Vec::new();
        for (index, part) in parts(&vec![1; lines.len()]).into_iter().enumerate() {
            let mut strip = Strip { before: if index == 0 { before } else { Pt::ZERO }, ..Strip::new(Pt::ZERO) };
            if index == 0 || part.end == lines.len() {
                strip.height = Pt(2_000);
            }
            let mut top = if index == 0 { strip.height } else { Pt::ZERO };
            for line in &lines[part] {
                strip.text(Some(tag), line, width.left, top);
                top += setting.leading;
                strip.height += setting.leading;
            }
            strip.span = view.text.place();
            strip.within = index > 0;
            strip.keep = Keep::Wish;
            strips.push(strip);
        }
        strips.last_mut().into_iter().for_each(|last| last.keep = Keep::Free);
        return strips;
    }
    // What a tick means stands behind the boxes.
    let read = view.read.as_ref().zip(columns).map(|(read, [.., boxes_end])| {
        (pen.lay(read, pen.theme.text.head, width.content - pad - boxes_end), boxes_end)
    });
    let inside = read.as_ref().map_or(Pt::ZERO, |(words, _)| words.height).max(paragraph.height);
    let mut strip = Strip::new(inside + pad * 2 + Pt(4_000));
    let outline = Rect { x: width.left, y: Pt(2_000), width: width.content - width.left, height: inside + pad * 2 };
    let inner = |by: Pt| Rect {
        x: outline.x + by,
        y: outline.y + by,
        width: outline.width - by * 2,
        height: outline.height - by * 2,
    };
    match view.kind {
        NoticeKind::Note | NoticeKind::Condition | NoticeKind::Title => {}
        NoticeKind::Caution => strip.frame(outline, pen.theme.line.caution),
        NoticeKind::Warning => {
            strip.frame(outline, pen.theme.line.warning);
            strip.frame(inner(Pt(2_800)), pen.theme.line.warning);
        }
    }
    strip.text(Some(tag), &paragraph, outline.x + pad, outline.y + (outline.height - paragraph.height) / 2);
    if let Some(([operator, checker, right], [first, second])) = columns.zip(view.ticked.as_deref()) {
        let middle = outline.y + outline.height / 2;
        for (left, right, tick) in [(operator, checker, first), (checker, right, second)] {
            let told = told(&[&view.label.to_plain(), &view.text.to_plain(), &tick.words.to_plain()]);
            let input = FieldInput { field: tick.field.clone(), told, tag };
            pen.tick(&mut strip, ((left + right) / 2, middle), pen.theme.steps.step_box, input);
        }
    }
    if let Some((words, boxes_end)) = read {
        let middle = outline.y + outline.height / 2;
        strip.text(Some(tag), &words, boxes_end, middle - words.height / 2);
    }
    if let Some((tick, words, left)) = apart {
        let middle = outline.y + pad + setting.leading / 2;
        let told = told(&[&view.text.to_plain(), &tick.words.to_plain()]);
        let input = FieldInput { field: tick.field.clone(), told, tag };
        pen.tick(&mut strip, (left - side / 2 - Pt(4_000), middle), side, input);
        strip.text(Some(tag), &words, left, middle - pen.theme.text.small.leading / 2);
    }
    if view.kind == NoticeKind::Note {
        strip.slack = Pt(2_000);
    }
    strip.span = view.text.place();
    strip.before = before;
    vec![strip]
}
