//! Notes, cautions and warnings.

use super::pen::{FieldInput, Pen, told};
use super::strip::Strip;
use super::{Width, columns};
use crate::geometry::{Pt, Rect};
use crate::page::{TagId, TagRole};
use crate::view::checklist::{Notice, NoticeKind};

/// Draws a note without a frame, a caution in a single frame and a warning in a double one (QRH).
pub(super) fn notice(pen: &mut Pen, view: &Notice, parent: TagId, width: Width) -> Strip {
    let tag = pen.tag(parent, TagRole::Note);
    let mut text = view.label.clone();
    if !view.label.is_empty() {
        text.push_str(if text.lang.is_chinese() { "　" } else { "   " });
    }
    text.append(&view.text);
    let (pad, setting) = match view.kind {
        NoticeKind::Note => (Pt(2_000), pen.theme.text.small),
        NoticeKind::Caution => (Pt(6_000), pen.theme.text.step),
        NoticeKind::Warning => (Pt(9_000), pen.theme.text.step),
        NoticeKind::Condition | NoticeKind::Title => (Pt(2_000), pen.theme.text.step),
    };
    let columns = view
        .ticked
        .as_ref()
        .map(|heads| columns::box_columns(pen, heads.each_ref().map(|tick| &tick.words), width.content));
    let right = columns.map_or(width.content, |[operator, ..]| operator) - pad;
    let apart = view.not_applicable.as_deref().map(|tick| {
        let words = pen.lay(&tick.words, pen.theme.text.small, (right - width.left) / 3);
        let left = right - words.lines.iter().map(|line| line.width).max().unwrap_or_default();
        (tick, words, left)
    });
    let side = pen.theme.forms.choice_box;
    let right = apart.as_ref().map_or(right, |(_, _, left)| *left - side - Pt(12_000));
    let paragraph = pen.lay(&text, setting, right - width.left - pad);
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
        NoticeKind::Note | NoticeKind::Condition | NoticeKind::Title => {}
        NoticeKind::Caution => strip.frame(outline, pen.theme.line.caution),
        NoticeKind::Warning => {
            strip.frame(outline, pen.theme.line.warning);
            strip.frame(inner(Pt(2_800)), pen.theme.line.warning);
        }
    }
    strip.text(Some(tag), &paragraph, outline.x + pad, outline.y + pad);
    if let Some(([operator, checker, right], [first, second])) = columns.zip(view.ticked.as_deref()) {
        let middle = outline.y + outline.height / 2;
        for (left, right, tick) in [(operator, checker, first), (checker, right, second)] {
            let told = told(&[&view.label.to_plain(), &view.text.to_plain(), &tick.words.to_plain()]);
            let input = FieldInput { field: tick.field.clone(), told, tag };
            pen.tick(&mut strip, ((left + right) / 2, middle), pen.theme.steps.step_box, input);
        }
    }
    if let Some((tick, words, left)) = apart {
        let middle = outline.y + pad + setting.leading / 2;
        let told = told(&[&view.text.to_plain(), &tick.words.to_plain()]);
        let input = FieldInput { field: tick.field.clone(), told, tag };
        pen.tick(&mut strip, (left - side / 2 - Pt(4_000), middle), side, input);
        strip.text(Some(tag), &words, left, middle - pen.theme.text.small.leading / 2);
    }
    strip.span = view.text.place();
    strip.before = Pt(4_000);
    strip
}
