//! Finds characters that no font has before anything is laid out: a hole on the sheet would be taken for a gap to fill
//! in.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Origin, Sources, Span};
use crate::plan::{Changes, Plan, TextRole, TextWords};
use crate::source;
use crate::text::{Chooser, Fonts, Text};

/// One fault for each character without a glyph, at its first place in the plan or in what changed `since` an older
/// revision.
#[must_use]
pub fn missing(plan: &Plan, since: Option<&Changes>, sources: &Sources, fonts: &Fonts) -> Vec<Diagnostic> {
    let mut found = MissingGlyphs { sources, chooser: Chooser::new(fonts), faults: BTreeMap::new() };
    let mut look = |role: TextRole, words: TextWords<'_>| {
        if role.is_set() {
            found.look(&words.text(&plan.lang));
        }
    };
    if let Some(since) = since {
        since.texts(&mut look);
    }
    plan.texts(&mut look);
    let faults = found.faults.into_values().map(|(fault, count)| {
        let fault = if count > 1 { fault.help(format!("it stands in {count} places")) } else { fault };
        fault.help("write it otherwise, or give a font that has it with `--font`")
    });
    faults.collect()
}

/// The characters without a glyph that were found so far.
struct MissingGlyphs<'a> {
    sources: &'a Sources,
    chooser: Chooser<'a>,
    /// For each character the fault at its first place, and the number of its places.
    faults: BTreeMap<char, (Diagnostic, usize)>,
}

impl MissingGlyphs<'_> {
    /// Looks at a text, and at the addresses that are printed after the words of its links.
    fn look(&mut self, text: &Text) {
        for (run, range, character) in self.chooser.missing(text) {
            let place = text.runs[run].origin.map(|origin| source::locate(self.sources, origin, range));
            self.note(character, place, text);
        }
        for (runs, address) in text.hidden_addresses() {
            for (_, _, character) in self.chooser.missing(&Text::plain(&text.lang, address)) {
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
        let message = format!("no font has the character `{character}` (U+{:04X})", u32::from(character));
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
