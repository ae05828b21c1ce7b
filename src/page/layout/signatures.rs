//! The signatures: who signs for what, one line each.

use super::Width;
use super::pen::{FieldInput, Pen, Writing, told};
use super::strip::{BottomRule, Keep, Strip};
use crate::geometry::Pt;
use crate::page::{FieldKind, TagId, TagRole};
use crate::text::Text;
use crate::view::checklist::{Signature, SignatureTable};

/// Between two columns.
const GAP: Pt = Pt(9_000);

/// Where each column begins and ends, from the left: role, meaning, name, signature, date and time.
struct SignatureColumns([(Pt, Pt); 5]);

impl SignatureColumns {
    /// The meanings get the width that they need where the lines to write on leave it; what is left over makes the lines
    /// longer.
    fn new(pen: &mut Pen, view: &SignatureTable, content: Pt) -> Self {
        let theme = pen.theme;
        let style = theme.text.small;
        // The lines to sign on are longer than the words over them; a short name needn't be.
        let head = pen.width(&view.heads[0], theme.text.label);
        let mut widest = |words: &dyn Fn(&Signature) -> Option<(&Text, bool)>| {
            let words = view.rows.iter().filter_map(words);
            let style = |bold| if bold { style.bold() } else { style };
            words.map(|(words, bold)| pen.width(words, style(bold))).max().unwrap_or_default()
        };
        let role = widest(&|row| Some((&row.role, true))).min(content / 4) + Pt(8_000);
        let meaning = widest(&|row| Some((&row.meaning, false))) + Pt(10);
        let known = widest(&|row| Some((row.name.as_ref()?, false))).max(head) + Pt(10);
        let blank = if view.rows.iter().any(|row| row.name.is_none()) { theme.signatures.name } else { Pt::ZERO };
        let mut widths = [known.max(blank).min(content / 5), theme.signatures.signature, theme.signatures.time];
        let lines: Pt = widths.iter().map(|width| *width + GAP).sum();
        let meaning = meaning.min(content - role - lines);
        let left = content - role - meaning - lines;
        // A signature is longer than a date.
        widths[1] += left * 2 / 3;
        widths[2] += left / 3;
        let mut columns =
            [(Pt::ZERO, role), (role, role + meaning), (Pt::ZERO, Pt::ZERO), (Pt::ZERO, Pt::ZERO), (Pt::ZERO, content)];
        let mut right = content;
        for (column, width) in columns[2..].iter_mut().zip(widths).rev() {
            *column = (right - width, right);
            right -= width + GAP;
        }
        Self(columns)
    }
}

/// Draws on a line for each who signs: the role, what the signature means, name, signature, date and time (21 CFR 11.50).
pub(super) fn signatures(
    pen: &mut Pen,
    view: &SignatureTable,
    block: &Text,
    parent: TagId,
    width: Width,
) -> Vec<Strip> {
    let theme = pen.theme;
    let columns = SignatureColumns::new(pen, view, width.content);
    let tag = pen.tag(parent, TagRole::Paragraph);
    let mut head = Strip::new(Pt::ZERO);
    for (words, (left, right)) in view.heads.iter().zip(&columns.0[2..]) {
        let words = pen.lay(words, theme.text.label, *right - *left);
        head.text(Some(tag), &words, *left, Pt::ZERO);
        head.height = head.height.max(words.height);
    }
    head.before = Pt(6_000);
    head.slack = Pt(5_000);
    head.keep = Keep::Must;
    let mut strips = vec![head];
    let block = block.to_plain();
    for row in &view.rows {
        strips.push(self::row(pen, row, (&columns, &view.heads), &block, parent));
    }
    if let Some(last) = strips.last_mut() {
        last.rule_below = Some(BottomRule { left: Pt::ZERO, right: width.content, stroke: theme.line.signed });
    }
    strips
}

fn row(
    pen: &mut Pen,
    view: &Signature,
    (columns, heads): (&SignatureColumns, &[Text; 3]),
    block: &str,
    parent: TagId,
) -> Strip {
    let theme = pen.theme;
    let style = theme.text.small;
    let tag = pen.tag(parent, TagRole::Paragraph);
    let mut strip = Strip::new(Pt::ZERO);
    let [role, meaning, name, ..] = columns.0;
    let words = [
        (Some(&view.role), style.bold(), role),
        (Some(&view.meaning), style, meaning),
        (view.name.as_ref(), style, name),
    ];
    let words = words.map(|(words, style, (left, right))| Some((pen.lay(words?, style, right - left), left)));
    // The last line of all words stands on the line to sign on.
    let above = words.iter().flatten().map(|(words, _)| words.height - style.leading).max().unwrap_or_default();
    let base = above + theme.signatures.row.least - Pt(6_000);
    for (words, left) in words.iter().flatten() {
        let last = words.lines.last().map_or(Pt::ZERO, |line| line.baseline);
        strip.text(Some(tag), words, *left, base - last);
    }
    for (index, (field, (left, right))) in view.fields.iter().zip(&columns.0[2..]).enumerate() {
        if index == 0 && view.name.is_some() {
            continue;
        }
        let kind = if field.is_signature() { FieldKind::Signature } else { FieldKind::Line };
        let writing = Writing { left: *left, right: *right, base: base + Pt(2_000), height: Pt(18_000) };
        let told = told(&[block, &view.role.to_plain(), &heads[index].to_plain()]);
        pen.write_line(&mut strip, writing, kind, FieldInput { field: field.clone(), told, tag });
    }
    strip.height = base + Pt(6_000);
    strip.slack = theme.signatures.row.give;
    strip.keep = Keep::Must;
    strip
}
