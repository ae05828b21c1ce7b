//! Finds characters that no font has before anything is laid out: a hole on the sheet would be taken for a gap to fill
//! in.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Origin, Sources, Span};
use crate::plan::{Changes, Plan, TextRole, TextWords};
use crate::source;
use crate::text::typeset::Typesetter;
use crate::text::{Fonts, Text};
use crate::view::labels::LabelFiles;

/// One fault for each character without a glyph, at its first place in the plan or in what changed `since` an older
/// revision.
#[must_use]
pub fn missing(plan: &Plan, since: Option<&Changes>, sources: &Sources, fonts: &Fonts) -> Vec<Diagnostic> {
    let mut found = MissingGlyphs { sources, typesetter: Typesetter::new(fonts), faults: BTreeMap::new() };
    let mut look = |role: TextRole, words: TextWords<'_>| {
        if role.is_set() {
            found.look(&words.text(&plan.lang));
        }
    };
    if let Some(since) = since {
        since.texts(&mut look);
    }
    plan.texts(&mut look);
    let faults = found.faults.into_iter().map(|(character, (fault, count))| {
        let fault = if count > 1 { fault.help(format!("it stands in {count} places")) } else { fault };
        fault.help(otherwise(character))
    });
    faults.collect()
}

/// A fault at the first word of the user's, in the place of one of ours, that has a character without a glyph: one for each font
/// that would do, and for each character of which none is known.
#[must_use]
pub fn missing_in_labels(labels: &LabelFiles, fonts: &Fonts) -> Vec<Diagnostic> {
    let mut typesetter = Typesetter::new(fonts);
    let mut faults: BTreeMap<(Option<&str>, Option<char>), Diagnostic> = BTreeMap::new();
    for (lang, span, words) in labels.printed() {
        for (_, _, character) in typesetter.missing(&Text::plain(&lang, words)) {
            let font = font_with(character);
            faults.entry((font, font.is_none().then_some(character))).or_insert_with(|| {
                Diagnostic::error("no-glyph", span, no_font_has(character)).help(otherwise(character))
            });
        }
    }
    let mut faults: Vec<Diagnostic> = faults.into_values().collect();
    faults.sort_by(|a, b| a.order().cmp(&b.order()));
    faults
}

fn no_font_has(character: char) -> String {
    format!("no font has the character `{character}` (U+{:04X})", u32::from(character))
}

/// What to do about a character without a glyph.
fn otherwise(character: char) -> String {
    let font =
        font_with(character).map_or_else(|| "a font that has it".to_owned(), |font| format!("{font}, for example,"));
    format!("write it otherwise, or give {font} with `--font`")
}

/// The first and last character of a script or of a kind of signs, and a free font that has them as outlines. Sorted.
const FONTS: &[(char, char, &str)] = &[
    ('\u{530}', '\u{58F}', "Noto Sans Armenian"),
    ('\u{590}', '\u{5FF}', "Noto Sans Hebrew"),
    ('\u{600}', '\u{6FF}', "Noto Sans Arabic"),
    ('\u{750}', '\u{77F}', "Noto Sans Arabic"),
    ('\u{900}', '\u{97F}', "Noto Sans Devanagari"),
    ('\u{980}', '\u{9FF}', "Noto Sans Bengali"),
    ('\u{B80}', '\u{BFF}', "Noto Sans Tamil"),
    ('\u{C00}', '\u{C7F}', "Noto Sans Telugu"),
    ('\u{E00}', '\u{E7F}', "Noto Sans Thai"),
    ('\u{E80}', '\u{EFF}', "Noto Sans Lao"),
    ('\u{10A0}', '\u{10FF}', "Noto Sans Georgian"),
    ('\u{1100}', '\u{11FF}', "Noto Sans KR"),
    ('\u{1200}', '\u{137F}', "Noto Sans Ethiopic"),
    ('\u{1780}', '\u{17FF}', "Noto Sans Khmer"),
    ('\u{2300}', '\u{23FF}', "Symbola"),
    ('\u{2900}', '\u{2BFF}', "Symbola"),
    ('\u{3130}', '\u{318F}', "Noto Sans KR"),
    ('\u{3400}', '\u{9FFF}', "Noto Sans CJK"),
    ('\u{AC00}', '\u{D7AF}', "Noto Sans KR"),
    ('\u{F900}', '\u{FAFF}', "Noto Sans CJK"),
    ('\u{FB1D}', '\u{FB4F}', "Noto Sans Hebrew"),
    ('\u{FB50}', '\u{FDFF}', "Noto Sans Arabic"),
    ('\u{FE70}', '\u{FEFE}', "Noto Sans Arabic"),
    ('\u{1D400}', '\u{1D7FF}', "Noto Sans Math"),
    ('\u{1F000}', '\u{1F2FF}', "Symbola"),
    ('\u{1F300}', '\u{1F6FF}', "Noto Emoji"),
    ('\u{1F700}', '\u{1F8FF}', "Symbola"),
    ('\u{1F900}', '\u{1FAFF}', "Noto Emoji"),
    ('\u{20000}', '\u{323AF}', "Noto Sans CJK"),
];

/// A font that has a character, where one is known by the character's script.
fn font_with(character: char) -> Option<&'static str> {
    let (first, _, font) = FONTS.get(FONTS.partition_point(|(_, last, _)| *last < character))?;
    (*first <= character).then_some(font)
}

/// The characters without a glyph that were found so far.
struct MissingGlyphs<'a> {
    sources: &'a Sources,
    typesetter: Typesetter<'a>,
    /// For each character the fault at its first place, and the number of its places.
    faults: BTreeMap<char, (Diagnostic, usize)>,
}

impl MissingGlyphs<'_> {
    /// Looks at a text, and at the addresses that are printed after the words of its links.
    fn look(&mut self, text: &Text) {
        for (run, range, character) in self.typesetter.missing(text) {
            let place = text.runs[run].origin.map(|origin| source::locate(self.sources, origin, range));
            self.note(character, place, text);
        }
        for (runs, address) in text.hidden_addresses() {
            for (_, _, character) in self.typesetter.missing(&Text::plain(&text.lang, address)) {
                let origin = runs.last().and_then(|run| run.origin);
                let place = origin.map(|origin| behind(self.sources, origin, character));
                self.note(character, place, text);
            }
        }
    }

    fn note(&mut self, character: char, place: Option<Span>, text: &Text) {
        if place.is_none()
            && let Some((_, count)) = self.faults.get_mut(&character)
        {
            // A further fault isn't made, since its message would hold the whole text again.
            *count += 1;
            return;
        }
        let message = no_font_has(character);
        let fault = match place {
            Some(place) => Diagnostic::error("no-glyph", place, message),
            None => Diagnostic::error_nowhere("no-glyph", format!("{message} in `{}`", text.to_plain())),
        };
        let (first, count) = self.faults.entry(character).or_insert((fault.clone(), 0));
        // A fault with a place is more useful than one without.
        if (fault.primary.is_none(), fault.order()) < (first.primary.is_none(), first.order()) {
            *first = fault;
        }
        *count += 1;
    }
}

/// The place of a character of an address, after the words of the link; the whole literal when the character is written
/// as an escape.
fn behind(sources: &Sources, words: Origin, character: char) -> Span {
    let start = source::locate(sources, words, 0..0).start as usize;
    let literal = Span { start: start as u32, ..words.literal };
    match sources.slice(literal).find(character) {
        Some(at) => Span::new(literal.file, start + at, start + at + character.len_utf8()),
        None => words.literal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    #[test]
    fn a_font_is_known_by_the_script() {
        assert!(FONTS.windows(2).all(|two| two[0].0 <= two[0].1 && two[0].1 < two[1].0), "sorted");
        let fonts = ['א', '😀', 'ﬀ', '한', '\u{2BFF}', '\u{323B0}'].map(font_with);
        let [hebrew, emoji, hangul, sign] = ["Noto Sans Hebrew", "Noto Emoji", "Noto Sans KR", "Symbola"].map(Some);
        assert_eq!(fonts, [hebrew, emoji, None, hangul, sign, None]);
    }

    #[test]
    fn a_space_of_any_width_prints() {
        let fonts = Fonts::builtin();
        let text = Text::plain(&Lang::new("en"), "5\u{202F}000\u{2007}a\u{2009}b\u{2003}c\u{205F}d");
        assert_eq!(Typesetter::new(&fonts).missing(&text), []);
    }

    #[test]
    fn a_mark_that_its_letter_s_face_lacks_is_found_at_its_place() {
        let fonts = Fonts::builtin();
        for (words, hole) in [("あ\u{323}い", 3..5), ("发\u{302A}", 0..0), ("e\u{323}\u{301}", 0..0)] {
            let holes = Typesetter::new(&fonts).missing(&Text::plain(&Lang::new("zh-CN"), words));
            let found: Vec<_> = holes.into_iter().map(|(run, bytes, _)| (run, bytes)).collect();
            let expected: Vec<_> = Some((0, hole)).filter(|(_, hole)| !hole.is_empty()).into_iter().collect();
            assert_eq!(found, expected, "{words}");
        }
    }
}
