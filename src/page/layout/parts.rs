//! Headings, paragraphs, and the line that ends a list.

use super::Width;
use super::pen::Pen;
use super::strip::{Keep, Strip, rectangle};
use crate::geometry::{Pt, Rect};
use crate::page::{TagId, TagRole};
use crate::text::Text;
use crate::text::typeset::Align;
use crate::view::checklist::{Heading, Sheet};

/// A heading, kept with what follows. Its level is below that of the title, and below that of the sheet's phase, unless it
/// stands for it.
pub(super) fn heading(pen: &mut Pen, view: &Heading, sheet: &Sheet, parent: TagId, width: Width) -> Strip {
    let tag = pen.tag(parent, TagRole::Heading(sheet.level(&view.text)));
    let mut strip = Strip::new(Pt::ZERO);
    let style = pen.theme.text.heading.bold();
    let aside_width = view.aside.as_ref().map_or(Pt::ZERO, |aside| pen.width(aside, pen.theme.text.label) + Pt(12_000));
    let beside = aside_width < width.content / 2;
    let title = pen.lay(&view.text, style, if beside { width.content - aside_width } else { width.content });
    strip.text(Some(tag), &title, Pt::ZERO, Pt::ZERO);
    strip.height = title.height;
    if let Some(aside) = &view.aside {
        let remark = pen.tag(parent, TagRole::Paragraph);
        let paragraph = pen.lay(aside, pen.theme.text.label.aligned(Align::End), width.content);
        let y = if beside { title.height - paragraph.height } else { title.height };
        strip.text(Some(remark), &paragraph, Pt::ZERO, y);
        strip.height = strip.height.max(y + paragraph.height);
    }
    strip.span = view.text.place();
    strip.height += Pt(3_000);
    strip.before = Pt(10_000);
    strip.slack = Pt(1_500);
    strip.keep = Keep::Must;
    if let Some(anchor) = &view.anchor {
        strip.anchors.push((anchor.clone(), Pt::ZERO));
    }
    strip
}

/// The name of a phase over a sheet that shares a page with the one before, under a rule like that of the head.
pub(super) fn phase(pen: &mut Pen, words: &Text, tag: Option<TagId>, width: Width) -> Strip {
    let theme = pen.theme;
    let name = pen.lay(words, theme.text.heading.bold().aligned(Align::End), width.content);
    let mut strip = Strip::new(name.height + Pt(6_000));
    strip.line((Pt::ZERO, Pt::ZERO), (width.content, Pt::ZERO), theme.line.head);
    strip.text(tag, &name, Pt::ZERO, Pt(3_000));
    strip.before = Pt(12_000);
    strip.keep = Keep::Must;
    strip
}

/// A paragraph.
pub(super) fn paragraph(pen: &mut Pen, text: &Text, parent: TagId, width: Width) -> Strip {
    let tag = pen.tag(parent, TagRole::Paragraph);
    // A line holds at most 90 characters (CR-177605).
    let paragraph = pen.lay(text, pen.theme.text.small, width.content.min(pen.theme.text.widest));
    let mut strip = Strip::new(paragraph.height);
    strip.text(Some(tag), &paragraph, Pt::ZERO, Pt::ZERO);
    strip.span = text.place();
    strip.before = Pt(4_000);
    strip.keep = Keep::Wish;
    strip
}

/// The completion call between two end marks (QRH, CR-177549).
pub(super) fn end(pen: &mut Pen, text: &Text, parent: TagId, width: Width) -> Strip {
    let tag = pen.tag(parent, TagRole::Paragraph);
    let style = pen.theme.text.step.bold().aligned(Align::Center);
    let marks = Pt(60_000);
    let paragraph = pen.lay(text, style, width.content - marks * 2);
    let mut strip = Strip::new(paragraph.height + Pt(8_000));
    strip.slack = Pt(5_000);
    strip.text(Some(tag), &paragraph, marks, Pt(4_000));
    let side = Pt(8_000);
    let middle = Pt(4_000) + style.leading / 2;
    let (left, right) = ((width.content - paragraph.width) / 2, (width.content + paragraph.width) / 2);
    for n in 0..4 {
        let step = Pt(11_000) * n;
        for x in [left - Pt(12_000) - side - step, right + Pt(12_000) + step] {
            let rect = Rect { x, y: middle - side / 2, width: side, height: side };
            strip.area(rectangle(rect));
        }
    }
    strip
}
