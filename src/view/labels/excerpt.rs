//! Parts of our label files, for somebody who begins one.

use std::fmt::Write as _;
use std::ops::Range;

use super::{ENTRIES, FILES, SET_FILES, declares};
use crate::source::KNOWN_LANGS;
use crate::source::flow::LabelSet;
use crate::source::suggest::nearest;

/// Labels that somebody asks for by a name: one, or those of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedLabels(Range<usize>);

impl NamedLabels {
    /// The label of a path, such as `colon` or `sheet.note`, or else those of a section, such as `sheet`.
    ///
    /// # Errors
    /// When there is none of this name: what to do instead.
    pub fn named(name: &str) -> Result<Self, String> {
        if let Some(at) = ENTRIES.iter().position(|entry| entry.path() == name) {
            return Ok(Self(at..at + 1));
        }
        // The labels of a section stand together.
        let of_section = || ENTRIES.iter().enumerate().filter(|(_, entry)| !name.is_empty() && entry.section == name);
        if let (Some((first, _)), Some((last, _))) = (of_section().next(), of_section().next_back()) {
            return Ok(Self(first..last + 1));
        }
        let known: Vec<String> = ENTRIES.iter().map(super::DeclaredLabel::path).collect();
        Err(nearest(name, known.iter().map(String::as_str)).map_or_else(
            || "there is no such label; `runsheet labels` prints all".to_owned(),
            |near| format!("there is no such label; did you mean `{near}`?"),
        ))
    }
}

/// The label file of a language and a set as it is or, of the words that this set says, those that are named. `None` for a
/// language that isn't ours.
#[must_use]
pub fn excerpt(lang: &str, set: LabelSet, named: &[NamedLabels]) -> Option<String> {
    let lang = KNOWN_LANGS.iter().position(|known| *known == lang)?;
    let of_set = match set {
        LabelSet::Release => FILES[lang],
        LabelSet::Change => SET_FILES[lang],
    };
    if named.is_empty() {
        return Some(of_set.to_owned());
    }
    let mut excerpt: String =
        FILES[lang].lines().take_while(|line| !line.is_empty()).fold(String::new(), |mut head, line| {
            let _ = writeln!(head, "{line}");
            head
        });
    let mut section = "";
    for entry in ENTRIES
        .iter()
        .enumerate()
        .filter(|(at, _)| named.iter().any(|asked| asked.0.contains(at)))
        .map(|(_, entry)| entry)
    {
        let line =
            [of_set, FILES[lang], FILES[0]].into_iter().find_map(|file| line_of(file, entry.section, entry.name));
        if entry.section != section {
            section = entry.section;
            let _ = write!(excerpt, "\n[{section}]");
        }
        let _ = write!(excerpt, "\n{}", line.unwrap_or_default());
    }
    excerpt.push('\n');
    Some(excerpt)
}

/// The line of a label in a file.
fn line_of<'f>(file: &'f str, section: &str, name: &str) -> Option<&'f str> {
    let mut here = "";
    file.lines().find(|line| {
        if let Some(head) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            here = head;
        }
        here == section && declares(line.as_bytes()) && line.split(' ').next() == Some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::super::values_of;
    use super::*;

    #[test]
    fn an_excerpt_says_what_the_set_says() {
        for (index, lang) in KNOWN_LANGS.iter().enumerate() {
            for set in [LabelSet::Release, LabelSet::Change] {
                let [all, of_set] =
                    [FILES[index], [FILES, SET_FILES][usize::from(set == LabelSet::Change)][index]].map(values_of);
                assert_eq!(excerpt(lang, set, &[]).map(|file| values_of(&file)), Some(of_set.clone()));
                for (at, entry) in ENTRIES.iter().enumerate() {
                    let one = [NamedLabels::named(&entry.path()).unwrap()];
                    let values = values_of(&excerpt(lang, set, &one).unwrap());
                    assert_eq!(values[at], of_set[at].clone().or(all[at].clone()), "{} in {lang}", entry.path());
                    assert_eq!(values.iter().flatten().count(), 1, "{} in {lang}", entry.path());
                }
            }
        }
    }

    #[test]
    fn labels_are_asked_for_by_path_or_section() {
        let all = excerpt(
            "en",
            LabelSet::Release,
            &["sheet", "colon", "runbook.steps"].map(|name| NamedLabels::named(name).unwrap()),
        );
        let values = values_of(&all.unwrap());
        for (entry, value) in ENTRIES.iter().zip(values) {
            let is_asked = entry.section == "sheet" || ["colon", "runbook.steps"].contains(&&*entry.path());
            assert_eq!(value.is_some(), is_asked, "{}", entry.path());
        }
        assert_eq!(excerpt("fr", LabelSet::Release, &[]), None);
        assert!(NamedLabels::named("sheet.hott").unwrap_err().ends_with("did you mean `sheet.hot`?"));
        for wrong in ["", ".", "sheet.", "no-label-is-called-like-this"] {
            assert!(NamedLabels::named(wrong).unwrap_err().contains("no such label"), "{wrong}");
        }
    }
}
