//! Gaps to write on: those that our labels have, and which field each gap in a text of the list is.

use std::collections::BTreeMap;

use super::{Row, Rows, SheetPart, TableCell, texts};
use crate::field::{Field, LabelGap, Wanted, Where};
use crate::text::{Content, Gap, Run, Style, Text, in_angles};

/// Appends a gap of ours, as wide as this number of underscores.
pub(super) fn push(text: &mut Text, gap: LabelGap, underscores: u8) {
    text.push(Content::Blank(Box::new(Gap::ours(Wanted::Label(gap), underscores))));
}

/// What keeps a gap on one line with the words before it.
pub(super) const BESIDE: &str = "\u{a0}";

/// Appends the name of a value as it stands before its gap and in what is pasted, in a style and as code.
pub(super) fn push_name(text: &mut Text, name: &str, style: &Style) {
    let style = Style { code: true, ..style.clone() };
    text.runs.push(Run { content: Content::Chars(in_angles(name)), style, origin: None });
}

/// Appends a label: with values in the place of `{name}`, without looking into the values, and with gaps in the place of
/// `{name:8}`, where the number is the width in underscores.
pub(super) fn write(text: &mut Text, label: &str, values: &[(&str, &str)]) {
    let mut words = String::new();
    let mut rest = label;
    while let Some((before, inside)) = rest.split_once('{') {
        words.push_str(before);
        rest = inside;
        let braced = inside.split_once('}');
        if let Some((value, after)) = braced.and_then(|(name, after)| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((value, after))
        }) {
            words.push_str(value);
            rest = after;
        } else if let Some(((gap, underscores), after)) = braced.and_then(|(name, after)| Some((read(name)?, after))) {
            text.push_str(&words);
            words.clear();
            push(text, gap, underscores);
            rest = after;
        } else {
            words.push('{');
        }
    }
    words.push_str(rest);
    text.push_str(&words);
}

/// What `name:8` stands for in a label.
fn read(name: &str) -> Option<(LabelGap, u8)> {
    let (gap, underscores) = name.split_once(':')?;
    Some((LabelGap::from_word(gap)?, underscores.parse().ok()?))
}

/// Names the gaps in rows. Returns those of the last row, for what stands behind it.
pub(super) fn rows(rows: &mut Rows) -> Option<Gaps> {
    let of_row = |row: &mut Row| {
        let mut gaps = Gaps::at(Where::Row(row.at.clone()));
        texts::of_row(row, &mut |text| gaps.name(text));
        gaps
    };
    rows.rows.iter_mut().map(of_row).last()
}

/// Names the gaps of one place. Each becomes a field, named after what belongs there and numbered among the gaps for the
/// same thing.
pub(super) struct Gaps {
    at: Where,
    seen: BTreeMap<Wanted, u32>,
}

impl Gaps {
    /// A place of which no gap has a name yet.
    pub fn at(at: Where) -> Self {
        Self { at, seen: BTreeMap::new() }
    }

    /// Names the gaps of a text that have no field yet. On paper too: before a gap for a value stands the value's name, on
    /// the same line, so that several can be told apart.
    pub fn name(&mut self, text: &mut Text) {
        if !text.has_gap() {
            return;
        }
        let runs = std::mem::take(&mut text.runs);
        for mut run in runs {
            if let Content::Blank(gap) = &mut run.content
                && gap.field.is_none()
            {
                let nth = self.seen.entry(gap.wanted.clone()).or_default();
                *nth += 1;
                gap.field = Some(Field::Gap(self.at.clone(), gap.wanted.clone(), *nth));
                if let Some(name) = gap.name().filter(|_| !gap.is_named) {
                    push_name(text, name, &run.style);
                    text.push_str(BESIDE);
                }
            }
            text.runs.push(run);
        }
    }

    /// Names the gaps in parts of a sheet. Each row is a place of its own; signatures are named as they are made.
    pub fn parts(&mut self, parts: &mut [SheetPart]) {
        for part in parts {
            match part {
                SheetPart::Rows(rows) => drop(self::rows(rows)),
                part => texts::of_part(part, &mut |text| self.name(text)),
            }
        }
    }

    /// Names the gaps in a cell of a table.
    pub fn table_cell(&mut self, cell: &mut TableCell) {
        texts::of_table_cell(cell, &mut |text| self.name(text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::KNOWN_LANGS;
    use crate::text::Lang;
    use crate::view::labels::Labels;

    #[test]
    fn a_label_is_filled_in_once() {
        let mut text = Text::empty(Lang::new("en"));
        write(&mut text, "Call {who}: {from:3} {x} {y:2} {", &[("who", "{to:5}"), ("from:3", "no")]);
        assert_eq!(text.to_plain(), "Call {to:5}: no {x} {y:2} {");
        let mut text = Text::empty(Lang::new("en"));
        write(&mut text, "from {from:3} to {to:5}", &[]);
        assert_eq!((text.to_plain().as_str(), text.runs.len()), ("from ___ to _____", 4));
    }

    /// Gaps are told apart on paper: each has the name of its value before it, unless that stands there already, and our own
    /// gaps have none.
    #[test]
    fn a_gap_for_a_value_has_its_name_before_it() {
        let mut text = Text::plain(&Lang::new("en"), "from ");
        let named = Gap { is_named: true, ..Gap::value("new", "New version") };
        for gap in [Gap::value("old", "Old version"), named, Gap::value("old", "Old version")] {
            text.push(Content::Blank(Box::new(gap)));
            text.push_str(" to ");
        }
        push(&mut text, LabelGap::To, 3);
        let mut gaps = Gaps::at(Where::Start);
        gaps.name(&mut text);
        let once = text.clone();
        assert_eq!(text.to_plain(), "from ‹old›\u{a0}____ to ____ to ‹old›\u{a0}____ to ___");
        assert!(text.runs.iter().filter(|run| run.style.code).count() == 2, "{text:?}");
        gaps.name(&mut text);
        assert_eq!(text, once);
    }

    /// Every gap in a label is written as one, with a name that is known.
    #[test]
    fn labels_have_no_underscores() {
        for tag in KNOWN_LANGS {
            for (name, label) in Labels::of(&Lang::new(tag)).of_section("sheet") {
                assert!(!label.contains("__"), "{tag} {name}");
                let mut text = Text::empty(Lang::new(tag));
                write(&mut text, label, &[]);
                let words = text.to_plain();
                let braced = words.split('{').skip(1).filter_map(|rest| rest.split('}').next());
                assert_eq!(braced.filter(|name| name.contains(':')).count(), 0, "{tag} {name}: {label}");
            }
        }
    }
}
