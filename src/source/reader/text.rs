//! Strings and texts: the characters that they may hold, and their languages.

use std::ops::Range;

use toml::de::DeTable;

use super::fit::{found, is_tag};
use super::{KNOWN_LANGS, Reader, ValueSlot, is_lang, shown};
use crate::chars::{is_bidi, is_blank, is_separator, is_unseen};
use crate::diagnostic::{Diagnostic, Span};
use crate::source::keys::ValueShape;
use crate::source::suggest::nearest;
use crate::source::value::{FlowText, Str, normalized};

/// The most characters that a role is called by.
const LONGEST_TITLE: usize = 30;

impl Reader<'_> {
    /// A string of one line: a name, a number, a value.
    pub fn line(&mut self, slot: ValueSlot<'_>) -> Option<Str> {
        let string = slot.value.get_ref().as_str()?;
        let span = self.span(slot.value.span());
        self.string(string, span, true, slot.required)
    }

    /// A command of any number of lines. It may hold no unseen character, which would be pasted with it and break it.
    pub fn code(&mut self, slot: ValueSlot<'_>) -> Option<Str> {
        let string = slot.value.get_ref().as_str()?;
        let span = self.span(slot.value.span());
        let code = self.string(string, span, false, slot.required)?;
        if let Some((at, c)) = code.value.char_indices().find(|(_, c)| is_unseen(*c)) {
            let message = format!("the character U+{:04X} can't be seen in a command", u32::from(c));
            let place = self.within(span, at..at + c.len_utf8());
            let fault = Diagnostic::error("unseen-character", place, message);
            // A character that is written as an escape may be meant, so only a plain one is replaced.
            let is_plain = self.text.get(place.start as usize..place.end as usize) == Some(c.encode_utf8(&mut [0; 4]));
            self.fault(match c {
                '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' if is_plain => {
                    fault.patch("put a plain space in its place", place, " ")
                }
                _ => fault.help("take it out, or put a plain space in its place"),
            });
            return None;
        }
        Some(code)
    }

    /// What comes out of a command, in any number of lines. A tab has no width of its own on paper.
    pub fn output(&mut self, slot: ValueSlot<'_>) -> Option<Str> {
        let string = slot.value.get_ref().as_str()?;
        let span = self.span(slot.value.span());
        let output = self.string(string, span, false, slot.required)?;
        if let Some(at) = output.value.find('\t') {
            let place = self.within(span, at..at + 1);
            let message = "a tab in what comes out: paper doesn't know how wide it is";
            let is_plain = self.text.get(place.start as usize..place.end as usize) == Some("\t");
            let help = if is_plain {
                "put as many spaces in its place as the screen shows"
            } else {
                "put spaces in its place; or put it between `'`, where a backslash is a character"
            };
            self.bad("control-character", place, message, help);
            return None;
        }
        Some(output)
    }

    /// A text in one or several languages.
    pub fn text(&mut self, slot: ValueSlot<'_>) -> Option<FlowText> {
        let one_line = matches!(slot.shape, ValueShape::LineText | ValueShape::PathText);
        let span = self.span(slot.value.span());
        if let Some(string) = slot.value.get_ref().as_str() {
            let words = self.string(string, span, one_line, slot.required)?;
            return Some(FlowText { entries: vec![(None, words)], span });
        }
        let table = slot.value.get_ref().as_table()?;
        if slot.name == "if" && self.is_condition(table) {
            let message = "`if` takes words: a condition that shows only on the spot";
            let written = self.text.get(slot.value.span()).filter(|written| written.len() < 64);
            let meant = written.unwrap_or("{ kind = \"…\" }");
            self.bad("wrong-type", span, message, format!("for what the release is, write `only = {meant}`"));
            return None;
        }
        let mut entries = Vec::new();
        for (key, value) in table {
            let key_span = self.span(key.span());
            let value_span = self.span(value.span());
            self.check_language(key.get_ref(), key_span);
            let Some(string) = value.get_ref().as_str() else {
                let message = format!("a text in `{}` takes a string", shown(key.get_ref()));
                let fault = Diagnostic::error("wrong-type", value_span, message);
                self.fault(fault.label(format!("found {}", found(value.get_ref()))));
                continue;
            };
            let words = self.string(string, value_span, one_line, slot.required);
            if self.part.is_some() && !self.langs.is_empty() && !self.langs.iter().any(|lang| lang == key.get_ref()) {
                continue;
            }
            if let Some(words) = words {
                entries.push((Some(Str::new(key.get_ref().to_string(), key_span)), words));
            }
        }
        self.check_complete(slot.name, table, span);
        (!entries.is_empty()).then_some(FlowText { entries, span })
    }

    /// What a role is called: a word or two, without values.
    pub fn role_title(&mut self, slot: ValueSlot<'_>) -> Option<FlowText> {
        let title = self.text(slot)?;
        let mut is_sound = true;
        for (_, words) in &title.entries {
            if let Some(at) = words.value.find(|c| "{}`*[]\\".contains(c)) {
                let place = self.within(words.span, at..at + 1);
                let message = "what a role is called takes no values and no markup";
                self.bad("bad-value", place, message, "write plain words: they stand within words of ours");
                is_sound = false;
            } else if words.value.chars().nth(LONGEST_TITLE).is_some() {
                let message = format!("a role is called by more than {LONGEST_TITLE} characters");
                self.bad("too-long", words.span, message, "shorten it: it heads narrow columns");
                is_sound = false;
            }
        }
        is_sound.then_some(title)
    }

    /// Whether a table holds no language, but names values as `only` does.
    fn is_condition(&self, table: &DeTable<'_>) -> bool {
        let is_language = |tag: &str| is_tag(tag) || self.langs.iter().any(|lang| lang == tag);
        let near = |tag: &str| nearest(tag, self.langs.iter().map(String::as_str)).is_some();
        !table.is_empty() && table.keys().all(|key| !is_language(key.get_ref()) && !near(key.get_ref()))
    }

    fn check_language(&mut self, tag: &str, span: Span) {
        let of_flow: Vec<&str> = self.langs.iter().map(String::as_str).collect();
        let known = if self.part.is_some() { KNOWN_LANGS } else { &of_flow };
        // A part may have languages that only other flows have, with labels of the user's. `zh` for `zh-CN` is a slip.
        let is_cut = |known: &&str| known.split_once('-').is_some_and(|(language, _)| language == tag);
        let is_other = is_lang(tag) && !KNOWN_LANGS.iter().any(is_cut);
        if known.is_empty() || known.contains(&tag) || (self.part.is_some() && (of_flow.contains(&tag) || is_other)) {
            return;
        }
        let whose = if self.part.is_some() { "runsheet" } else { "this flow" };
        let message = format!("`{}` isn't a language of {whose}", shown(tag));
        let help = match nearest(tag, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if self.part.is_some() => format!("its languages are {}", quoted(known)),
            None => format!("its languages are {}: see `lang`", quoted(known)),
        };
        self.bad("unknown-language", span, message, help);
    }

    fn check_complete(&mut self, name: &str, table: &DeTable<'_>, span: Span) {
        let missing: Vec<_> = self.langs.iter().filter(|lang| !table.contains_key(lang.as_str())).cloned().collect();
        if !missing.is_empty() || (self.langs.is_empty() && table.is_empty()) {
            let message = format!("`{}` isn't written in {}", shown(name), quoted(&missing));
            self.bad("missing-language", span, message, "write it in each language of `lang`");
        }
    }

    /// Checks that a string holds no character that would print as something else or as nothing.
    pub fn string(&mut self, string: &str, span: Span, one_line: bool, is_required: bool) -> Option<Str> {
        let string = normalized(string);
        if is_required && is_blank(&string) {
            self.bad("empty-text", span, "this text is empty", "write it: it is needed here");
            return None;
        }
        let fault = string_fault(&string, span, one_line, |range| self.within(span, range));
        if let Some(fault) = fault {
            self.fault(fault);
            return None;
        }
        Some(Str::new(string.into_owned(), span))
    }
}

/// A text without words, in place of one that couldn't be read and whose fault is reported.
pub const fn nothing(span: Span) -> FlowText {
    FlowText { entries: Vec::new(), span }
}

fn quoted(langs: &[impl std::fmt::Display]) -> String {
    langs.iter().map(|lang| format!("`{lang}`")).collect::<Vec<_>>().join(", ")
}

/// What is wrong with a string, if anything is. `place` finds the place in the file of some bytes of the string.
pub fn string_fault(
    string: &str,
    span: Span,
    one_line: bool,
    place: impl Fn(Range<usize>) -> Span,
) -> Option<Diagnostic> {
    if is_blank(string) {
        return Some(
            Diagnostic::error("empty-text", span, "this text is empty").help("write it, or leave the key out"),
        );
    }
    let (at, c) = string.char_indices().find(|(_, c)| is_refused(*c, one_line))?;
    let place = place(at..at + c.len_utf8());
    let code = u32::from(c);
    Some(match c {
        _ if one_line && (c == '\n' || is_separator(c)) => {
            Diagnostic::error("line-break", place, "a line break where there is room for one line only")
                .help("write it in one line")
        }
        _ if is_separator(c) => {
            Diagnostic::error("line-break", place, format!("the line break U+{code:04X} would print as nothing"))
                .help("write `\\n` in its place, or begin a new line between `\"\"\"`")
        }
        _ if is_bidi(c) => Diagnostic::error(
            "control-character",
            place,
            format!("the character U+{code:04X} changes the direction of the text"),
        )
        .help("take it out, so that what is printed reads like what is reviewed"),
        _ => Diagnostic::error(
            "control-character",
            place,
            format!("the control character U+{code:04X} can't be printed"),
        )
        .help("take it out"),
    })
}

fn is_refused(c: char, one_line: bool) -> bool {
    match c {
        '\n' | '\t' => one_line,
        _ => c.is_control() || is_separator(c) || is_bidi(c),
    }
}
