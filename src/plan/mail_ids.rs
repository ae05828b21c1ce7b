//! What the mails of each task go by: its id, or else its first words.

use std::collections::BTreeMap;

use super::lookup::pick;
use super::steps::{checks, first_said};
use crate::diagnostic::Span;
use crate::source::digest;
use crate::source::flow::{Flow, TaskDecl};
use crate::text::{Lang, markup};

/// The most characters of a task's first words.
const LONGEST: usize = 40;

/// How many figures of a digest tell texts apart whose first words don't.
const FIGURES: usize = 8;

/// Names that are given once each.
#[derive(Debug, Default)]
pub struct UniqueNames {
    /// Each name in lower case, and how often it was asked for.
    given: BTreeMap<String, usize>,
}

impl UniqueNames {
    /// A name that wasn't given before: this one, or with the next free number behind it. Names that differ in upper and
    /// lower case only are the same name, as in some file systems.
    pub fn give(&mut self, name: &str) -> String {
        let key = name.to_ascii_lowercase();
        let mut count = self.given.get(&key).copied().unwrap_or(0);
        let mut free = name.to_owned();
        while count > 0 {
            count += 1;
            free = format!("{name}-{count}");
            if !self.given.contains_key(&free.to_ascii_lowercase()) {
                self.given.insert(key, count);
                break;
            }
        }
        self.given.insert(free.to_ascii_lowercase(), 1);
        free
    }
}

/// What the mails of each task that notifies somebody go by, by the task's place. It says nothing of a release or of other
/// tasks, so it stays when those change; only of tasks with the same words the later ones have a number.
pub(super) fn mail_ids(flow: &Flow) -> BTreeMap<Span, String> {
    let lang = Lang::new(flow.first_lang());
    let checks = checks(flow);
    let mut names = UniqueNames::default();
    let (with, without): (Vec<&TaskDecl>, Vec<&TaskDecl>) = flow
        .cold
        .iter()
        .chain(&flow.after)
        .filter(|task| !task.notify.is_empty())
        .partition(|task| task.step.id.is_some());
    // An id of its author comes before words that read like it.
    let with = with.into_iter().filter_map(|task| Some((task, task.step.id.as_ref()?.value.clone())));
    let of_words = |task: &TaskDecl| {
        let check = task.step.check.as_ref().and_then(|name| checks.get(&*name.value).copied());
        let words = first_said(&task.step, check).and_then(|text| pick(text, &lang));
        words.map_or_else(String::new, |words| short(&markup::parse(&words.value, &lang, words.span).to_plain()))
    };
    let without: Vec<_> = without.into_iter().map(|task| (task, of_words(task))).collect();
    with.chain(without).map(|(task, name)| (task.step.span, names.give(&name))).collect()
}

/// A name made of a text's first words: letters, figures and `-`. What it can't hold, such as Chinese, counts by the first
/// figures of the text's digest.
fn short(text: &str) -> String {
    let mut name = String::new();
    let mut is_whole = true;
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let letters: String = word.chars().filter(char::is_ascii_alphanumeric).collect();
        is_whole &= letters.len() == word.len() && name.len() + 1 + letters.len() <= LONGEST;
        if letters.is_empty() {
            continue;
        }
        if name.len() + 1 + letters.len() > LONGEST {
            break;
        }
        if !name.is_empty() {
            name.push('-');
        }
        name.push_str(&letters.to_ascii_lowercase());
    }
    if is_whole && !name.is_empty() {
        return name;
    }
    let figures = &digest(text.as_bytes())[..FIGURES];
    if name.is_empty() { figures.to_owned() } else { format!("{name}-{figures}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_gives_a_name() {
        for (text, name) in [
            ("Tell the shop", "tell-the-shop"),
            ("  Tell `DBA`: {{ version }}!", "tell-dba-version"),
            ("通知商城", "96b9ad5b"),
            ("通知 DBA 升级", "dba-f4db4b5c"),
            ("Überall melden", "berall-melden-916b2712"),
            ("", "e3b0c442"),
            ("Tell everybody who uses the catalogue in any way", "tell-everybody-who-uses-the-catalogue-in-c41062de"),
            (
                "Tell everybody who uses the catalogue in any other way",
                "tell-everybody-who-uses-the-catalogue-in-0c151da5",
            ),
        ] {
            assert_eq!(short(text), name, "{text}");
        }
    }

    #[test]
    fn no_name_is_given_twice() {
        let mut names = UniqueNames::default();
        let given = ["a", "b", "A", "a-2", "a", "a-3", "a"].map(|name| names.give(name));
        assert_eq!(given, ["a", "b", "A-2", "a-2-2", "a-3", "a-3-2", "a-4"]);
    }
}
