//! Reads a label file of the user's. Every fault is at its place, since a word that is wrong here is wrong on every sheet.

use toml::Spanned as Located;
use toml::de::{DeTable, DeValue};

use super::{DeclaredLabel, ENTRIES, LabelValue, ours};
use crate::diagnostic::{Diagnostic, FileId, Origin, Sources, Span};
use crate::source::flow::LabelSet;
use crate::source::suggest::nearest;
use crate::source::{self, locate};

/// Names that may stand in braces in every label.
const ROLES: [&str; 4] = ["operator", "the-operator", "checker", "the-checker"];

/// A label may be twice as long as ours, or so many characters longer: it stands where there is room for about as much.
const LONGER_BY: usize = 12;

/// The widest gap, in underscores.
const WIDEST: u8 = 40;

/// So many unknown labels get a suggestion; looking for one takes time.
const SUGGESTED: usize = 100;

/// The values of a file in the order of [`ENTRIES`], and its faults.
pub(super) fn read(sources: &Sources, file: FileId) -> (Vec<Option<(LabelValue, Span)>>, Vec<Diagnostic>) {
    let mut reader = OwnReader { sources, file, faults: Vec::new() };
    let mut values = vec![None; ENTRIES.len()];
    match source::parse(&sources.file(file).text, file) {
        Ok(root) => reader.table("", root.get_ref(), &mut values),
        Err(faults) => reader.faults = faults,
    }
    reader.faults.sort_by(|a, b| a.order().cmp(&b.order()));
    (values, reader.faults)
}

struct OwnReader<'a> {
    sources: &'a Sources,
    file: FileId,
    faults: Vec<Diagnostic>,
}

impl OwnReader<'_> {
    fn table(&mut self, section: &str, table: &DeTable<'_>, values: &mut [Option<(LabelValue, Span)>]) {
        for (key, value) in table {
            let name: &str = key.get_ref();
            if let (true, Some(inner)) = (section.is_empty(), value.get_ref().as_table())
                && ENTRIES.iter().any(|entry| entry.section == name)
            {
                self.table(name, inner, values);
                continue;
            }
            let found = ENTRIES.iter().position(|entry| entry.section == section && entry.name == name);
            match found {
                Some(index) => {
                    let span = self.span(value.span());
                    values[index] = self.label(index, value).map(|value| (value, span));
                }
                None => self.unknown(section, name, self.span(key.span())),
            }
        }
    }

    fn span(&self, range: std::ops::Range<usize>) -> Span {
        Span::new(self.file, range.start, range.end)
    }

    fn unknown(&mut self, section: &str, name: &str, span: Span) {
        let place = if section.is_empty() { String::new() } else { format!(" in `[{section}]`") };
        let shown: String = name.chars().take(64).collect();
        let mut fault = Diagnostic::error("unknown-key", span, format!("there is no label `{shown}`{place}"));
        let here = ENTRIES.iter().filter(|entry| entry.section == section).map(|entry| entry.name);
        let sections = ENTRIES.iter().map(|entry| entry.section).filter(|_| section.is_empty());
        let elsewhere = ENTRIES.iter().find(|entry| entry.name == name);
        if self.faults.len() < SUGGESTED {
            if let Some(entry) = elsewhere {
                let head = if entry.section.is_empty() {
                    "before all heads".to_owned()
                } else {
                    format!("under `[{}]`", entry.section)
                };
                fault = fault.help(format!("`{name}` stands {head}"));
            } else if let Some(near) = nearest(name, here.chain(sections)) {
                fault = fault.help(format!("did you mean `{near}`?"));
            }
        }
        self.faults.push(fault.help("`runsheet templates labels/en.toml` prints every label"));
    }

    fn label(&mut self, index: usize, value: &Located<DeValue<'_>>) -> Option<LabelValue> {
        let entry = &ENTRIES[index];
        let span = self.span(value.span());
        let ours = ours(0, LabelSet::Release)[index].as_ref()?;
        let wrong =
            |takes: &str| Diagnostic::error("wrong-type", span, format!("the label `{}` takes {takes}", entry.path()));
        match (ours, value.get_ref()) {
            (LabelValue::Word(ours), DeValue::String(text)) => {
                self.check(entry, ours, text, span).then(|| LabelValue::Word(text.to_string()))
            }
            (LabelValue::Word(_), _) => {
                self.faults.push(wrong("a text"));
                None
            }
            (LabelValue::List(ours), DeValue::Array(texts)) => {
                let mut words = Vec::new();
                for text in texts {
                    let place = self.span(text.span());
                    match text.get_ref().as_str() {
                        Some(text) if self.check(entry, "September", text, place) => words.push(text.to_owned()),
                        Some(_) => {}
                        None => self.faults.push(Diagnostic::error("wrong-type", place, "this takes a text")),
                    }
                }
                // Months and weekdays have their number; numerals begin with that for 0, and may end anywhere.
                let (is, wanted) = (texts.len(), ours.len());
                if wanted > 0 && is != wanted {
                    let message = format!("the label `{}` takes {wanted} texts, and here are {is}", entry.path());
                    self.faults.push(Diagnostic::error("bad-value", span, message));
                    return None;
                }
                Some(LabelValue::List(words))
            }
            (LabelValue::List(_), _) => {
                self.faults.push(wrong("a list of texts"));
                None
            }
        }
    }

    /// Whether a text can stand in the place of ours; reports what is wrong with it.
    fn check(&mut self, entry: &DeclaredLabel, ours: &str, text: &str, span: Span) -> bool {
        let before = self.faults.len();
        let within = |range: std::ops::Range<usize>| {
            let offset = u32::try_from(range.start).unwrap_or(u32::MAX);
            locate(self.sources, Origin { literal: span, offset }, 0..range.len())
        };
        let own = ours.chars().count();
        let longest = (own * 2).max(own + LONGER_BY);
        let length = text.chars().count();
        if length > longest {
            // The rest isn't looked at: each name in it is searched for among the others.
            let message = format!("this label has {length} characters; there is room for {longest}");
            self.faults
                .push(Diagnostic::error("too-long", span, message).help(format!("shorten it; ours is `{ours}`")));
            return false;
        }
        // What only joins others may be empty or a space.
        let may_be_blank = !ours.contains(char::is_alphanumeric);
        let mut faults = Vec::new();
        if let Some(fault) = source::string_fault(text, span, !ours.contains('\n'), within)
            && !(may_be_blank && fault.code == "empty-text")
        {
            faults.push(if fault.code == "empty-text" {
                Diagnostic { help: Vec::new(), ..fault }
                    .help("write it, or leave the label out: then ours stands there")
            } else {
                fault
            });
        }
        if let Some(at) = wrong_directive(entry.name, text) {
            let message = "this isn't a directive for a date or time in figures";
            let help = if entry.name == "date-format" {
                "`%Y`, `%m`, `%d`, as in ours: `%Y-%m-%d`"
            } else {
                "`%H`, `%M`, as in ours: `%H:%M`"
            };
            faults.push(Diagnostic::error("bad-value", within(at..text.len().min(at + 2)), message).help(help));
        }
        match (places(text), places(ours)) {
            (Err(at), _) => {
                let message = "a brace without its pair";
                faults.push(Diagnostic::error("bad-value", within(at..at + 1), message).help("write `{name}`"));
            }
            (Ok(found), Ok(wanted)) => {
                for (at, name) in found.iter().filter(|(_, name)| !ROLES.contains(name)) {
                    let count = |of: &[(usize, &str)]| of.iter().filter(|(_, other)| bare(other) == bare(name)).count();
                    let (is, most) = (count(&found), count(&wanted));
                    let place = || within(*at..*at + name.len() + 2);
                    if most == 0 {
                        let known: Vec<String> = wanted.iter().map(|(_, name)| format!("`{{{name}}}`")).collect();
                        let help = if known.is_empty() {
                            "it has none".to_owned()
                        } else {
                            format!("it has {}", known.join(", "))
                        };
                        let message = format!("nothing is put into `{{{name}}}` in this label");
                        faults.push(Diagnostic::error("bad-value", place(), message).help(help));
                    } else if is > most {
                        let message = format!("`{{{name}}}` stands here {is} times");
                        faults.push(Diagnostic::error("bad-value", place(), message).help(format!(
                            "write it {}",
                            if most == 1 { "once".to_owned() } else { format!("{most} times") }
                        )));
                    } else if !is_gap_like(name, &wanted) {
                        let message = format!("`{{{name}}}` is a gap to write on: it takes its width");
                        let help =
                            format!("write `{{{}:8}}` for a gap as wide as 8 underscores; 1 to {WIDEST}", bare(name));
                        faults.push(Diagnostic::error("bad-value", place(), message).help(help));
                    }
                }
                for (_, name) in
                    wanted.iter().filter(|(_, name)| !found.iter().any(|(_, other)| bare(other) == bare(name)))
                {
                    let message = format!("this label lacks `{{{name}}}`");
                    faults.push(Diagnostic::error("missing-key", span, message).help(format!("ours is `{ours}`")));
                }
            }
            (Ok(_), Err(_)) => {}
        }
        self.faults.extend(faults);
        self.faults.len() == before
    }
}

/// The name of a place without the width of its gap.
fn bare(name: &str) -> &str {
    name.split(':').next().unwrap_or(name)
}

/// Whether a place is a gap with a width exactly where ours is one.
fn is_gap_like(name: &str, wanted: &[(usize, &str)]) -> bool {
    let is_gap = wanted.iter().any(|(_, other)| bare(other) == bare(name) && other.contains(':'));
    match name.split_once(':') {
        None => !is_gap,
        Some((_, width)) => is_gap && width.parse().is_ok_and(|width: u8| (1..=WIDEST).contains(&width)),
    }
}

/// The names in braces, each with the byte of its brace; or else the byte of a brace without its pair.
fn places(text: &str) -> Result<Vec<(usize, &str)>, usize> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find(['{', '}']).map(|at| from + at) {
        let end = text[at + 1..].find(['{', '}']).map(|end| at + 1 + end);
        match end {
            Some(end) if text[at..].starts_with('{') && text[end..].starts_with('}') => {
                found.push((at, &text[at + 1..end]));
                from = end + 1;
            }
            _ => return Err(at),
        }
    }
    Ok(found)
}

/// The byte of the first directive that a label of that name can't have.
fn wrong_directive(name: &str, text: &str) -> Option<usize> {
    let allowed = match name {
        "date-format" => "YmdyGej",
        "time-format" => "HMIklpP",
        _ => return None,
    };
    let mut from = 0;
    while let Some(at) = text[from..].find('%').map(|at| from + at) {
        let rest = text[at + 1..].trim_start_matches(['-', '0', '_']);
        match rest.chars().next() {
            Some(c) if allowed.contains(c) => from = text.len() - rest.len() + 1,
            _ => return Some(at),
        }
    }
    None
}
