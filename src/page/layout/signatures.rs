//! The signatures: who signs for what.

use super::Width;
use super::pen::{FieldInput, Pen, Writing, told};
use super::strip::{BottomRule, Keep, Strip};
use crate::geometry::Pt;
use crate::page::{FieldKind, TagId, TagRole};
use crate::text::Text;
use crate::text::typeset::{Paragraph, Setting};
use crate::view::checklist::Signature;

/// Draws for each signature the role and the meaning, then name, signature, date and time (21 CFR 11.50), in the same
/// places.
pub(super) fn signatures(pen: &mut Pen, views: &[Signature], block: &Text, parent: TagId, width: Width) -> Vec<Strip> {
    let theme = pen.theme;
    let step = theme.text.step;
    let mut widest = |words: &dyn Fn(&Signature) -> Option<(&Text, Setting)>| {
        let widths = views.iter().filter_map(words).map(|(words, setting)| pen.width(words, setting));
        widths.max().unwrap_or_default()
    };
    let labels = [0, 1, 2].map(|n| widest(&|view| Some((&view.lines[n].label, theme.text.label))) + Pt(4_000));
    let known = widest(&|view| Some((view.name.as_ref()?, step)));
    let role = widest(&|view| Some((&view.role, theme.text.step.bold()))) + Pt(10_000);
    let meaning = widest(&|view| Some((&view.meaning, theme.text.small))) + Pt(10);
    let blank = views.iter().any(|view| view.name.is_none());
    let name = if blank { known.max(theme.signatures.name) } else { known + Pt(2_000) }.min(width.content / 4);
    let rooms = [name, theme.signatures.signature, theme.signatures.time];
    let lines: Pt = labels.iter().chain(&rooms).copied().sum::<Pt>() + Pt(9_000) * 2;
    let one_line = role + meaning + Pt(9_000) + lines <= width.content;
    let mut strips = Vec::new();
    let block = block.to_plain();
    for (index, view) in views.iter().enumerate() {
        let tag = pen.tag(parent, TagRole::Paragraph);
        let mut strip = Strip::new(Pt::ZERO);
        let own = |paragraph: &Paragraph| paragraph.lines.first().map_or(Pt::ZERO, |line| line.baseline);
        let mut base = Pt(if one_line { 19_000 } else { 14_000 });
        let who = pen.lay(&view.role, step, role);
        let meaning = pen.lay(&view.meaning, theme.text.small, width.content - role);
        strip.text(Some(tag), &who, Pt::ZERO, base - own(&who));
        strip.text(Some(tag), &meaning, role, base - own(&meaning));
        if !one_line {
            base += meaning.height + Pt(8_000);
        }
        let known = view.name.as_ref().map(|name| pen.lay(name, step, rooms[0]));
        // The last line of a long name stands on the base line of the signature.
        base += known.as_ref().map_or(Pt::ZERO, |name| name.height - step.leading);
        let mut x = width.content - lines;
        for (n, (line, room)) in view.lines.iter().zip(rooms).enumerate() {
            let words = pen.lay(&line.label, theme.text.label, width.content);
            strip.text(Some(tag), &words, x, base - own(&words));
            x += labels[n];
            if let Some(name) = known.as_ref().filter(|_| n == 0) {
                let below = name.lines.last().map_or(Pt::ZERO, |line| line.baseline);
                strip.text(Some(tag), name, x, base - below);
            } else {
                let kind = if line.field.is_signature() { FieldKind::Signature } else { FieldKind::Line };
                let writing = Writing { left: x, right: x + room, base: base + Pt(2_000), height: Pt(18_000) };
                let told = told(&[&block, &view.role.to_plain(), &line.label.to_plain()]);
                let input = FieldInput { field: line.field.clone(), told, tag };
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
            strip.rule_below = Some(BottomRule { left: Pt::ZERO, right: width.content, stroke: theme.line.signed });
        }
        strips.push(strip);
    }
    strips
}
