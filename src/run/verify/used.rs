//! A list that was used, as a list that is made after it takes it: examined as `verify` does, and refused where that finds
//! anything wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::complete;
use super::examined::{Examined, examined};
use super::source::OTHER_VERSION;
use crate::chars::is_blank;
use crate::diagnostic::{Diagnostic, Sources};
use crate::field::{Entered, Field, FieldName, Outcome, Party, Signed, Signing};
use crate::page::pdf::received::{FieldContent, FilledField};
use crate::plan::Plan;
use crate::run::settings::fonts;
use crate::source::flow::Flow;
use crate::source::release::ReleaseFile;
use crate::view::checklist::SheetKind;
use crate::view::labels::LabelFiles;

/// A list that was used.
pub(in crate::run) struct UsedList {
    /// Its flow.
    pub flow: Flow,
    /// Its release.
    pub release: ReleaseFile,
    /// The texts of both.
    pub sources: Sources,
    /// The words that it is written with.
    pub labels: LabelFiles,
    /// What it was made of.
    pub plan: Plan,
    /// Its list digest.
    pub digest: String,
    /// The outcome that is ticked on it, if one is and no other.
    pub outcome: Option<Outcome>,
    /// What is written as the step from which it was rolled back: each entry once.
    pub entered_from: Vec<String>,
    /// Whether the cold operations are on it.
    pub has_cold_sheet: bool,
    /// When the cold operations were signed, by each of the two people, as far as that was filled in on a screen.
    pub signed: Option<String>,
    /// The numbers of the cold operations on which something is missing; `None` for a list that is filled in on paper.
    pub open: Option<Vec<String>>,
    /// A list to be filled in on a screen.
    pub is_form: bool,
    /// A list to be filled in on a screen on which nothing is filled in.
    pub is_form_without_entries: bool,
}

/// Examines a list that was used. Messages call it `file`.
///
/// # Errors
/// Whatever `verify` would find wrong, unless another version made it.
pub(in crate::run) fn used_list(bytes: &[u8], file: &str, extra: &[PathBuf]) -> Result<UsedList, Vec<Diagnostic>> {
    let one = |fault: Box<Diagnostic>| vec![*fault];
    let fonts = fonts(extra).map_err(|fault| vec![fault])?;
    let Examined { carried, made, found, words, given, mut faults, .. } = examined(bytes, file, fonts).map_err(one)?;
    // Another version lays pages out otherwise, and what was printed before it came is no less true.
    faults.retain(|fault| fault.code != OTHER_VERSION);
    if !faults.is_empty() {
        return Err(faults);
    }
    let is_form = carried.record.fillable;
    let missing = is_form.then(|| complete::missing(&made.list, &words, &given));
    let names = missing.as_ref().map(|missing| missing.iter().map(|missing| &*missing.name));
    let open = names.map(numbers);
    let sheets = carried.record.sheets.as_deref().and_then(SheetKind::named);
    Ok(UsedList {
        digest: made.record.list_digest.unwrap_or_default(),
        plan: made.list.plan,
        has_cold_sheet: sheets.is_none_or(|sheets| sheets.contains(&SheetKind::Cold)),
        outcome: outcome(&found.over.filled),
        entered_from: entered_from(&found.over.filled),
        signed: signed(&found.over.filled),
        open,
        is_form,
        is_form_without_entries: is_form && !found.over.filled.iter().any(|filled| filled.content.is_given()),
        flow: carried.flow,
        release: carried.release,
        sources: carried.sources,
        labels: carried.labels,
    })
}

/// The outcome that is ticked, in whichever copy.
pub(super) fn outcome(filled: &[FilledField]) -> Option<Outcome> {
    let mut ticked = filled.iter().filter(|filled| filled.content.is_given()).filter_map(|filled| {
        match filled.name.parse::<FieldName>().ok()?.field {
            Field::Outcome(outcome) => Some(outcome),
            _ => None,
        }
    });
    let first = ticked.next()?;
    ticked.all(|other| other == first).then_some(first)
}

/// What is written, in whichever copy, as the step from which a rollback was entered: each entry once.
fn entered_from(filled: &[FilledField]) -> Vec<String> {
    let mut entries = BTreeSet::new();
    for filled in filled {
        if let FieldContent::Words(words) = &filled.content
            && !is_blank(words)
            && let Ok(FieldName { field: Field::Rollback(_, Entered::Step), .. }) = filled.name.parse()
        {
            entries.insert(words.trim().to_owned());
        }
    }
    entries.into_iter().collect()
}

/// The numbers of the cold operations among the names of fields, each once, in their order.
fn numbers<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut numbers: Vec<String> = Vec::new();
    let mut known = BTreeSet::new();
    for name in names {
        let mut parts = name.split('.').skip_while(|part| part.starts_with("copy-"));
        if parts.next() == Some("step")
            && let Some(number) = parts.next().filter(|number| number.starts_with('C'))
            && known.insert(number)
        {
            numbers.push(number.to_owned());
        }
    }
    numbers
}

/// When the two people signed one and the same copy, where both said so.
fn signed(filled: &[FilledField]) -> Option<String> {
    let mut copies: BTreeMap<u32, BTreeMap<Party, &str>> = BTreeMap::new();
    for filled in filled {
        if let FieldContent::Words(words) = &filled.content
            && !is_blank(words)
            && let Ok(FieldName { copy, field: Field::Signature(Signed::Cold, party, Signing::Time) }) =
                filled.name.parse()
        {
            copies.entry(copy).or_default().insert(party, words.trim());
        }
    }
    let times = copies.into_values().find(|times| times.len() == 2)?;
    let mut times: Vec<&str> = times.into_values().collect();
    times.dedup();
    Some(times.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::pdf::received::FieldLook;

    #[test]
    fn operations_with_something_missing_are_open() {
        let names = [
            "outcome",
            "step.C3.operator",
            "step.C3.1.checker",
            "step.4.time",
            "copy-2.step.C1.hold",
            "cold.signature.x",
        ];
        assert_eq!(numbers(names.into_iter()), ["C3", "C1"]);
    }

    #[test]
    fn both_people_sign_one_and_the_same_copy() {
        let signed = |times: &[(&str, &str)]| {
            let field = |(name, words): &(&str, &str)| FilledField {
                name: format!("{name}.time"),
                tooltip: String::new(),
                page: 0,
                content: FieldContent::Words((*words).to_owned()),
                look: FieldLook::Same,
            };
            signed(&times.iter().map(field).collect::<Vec<_>>())
        };
        let [operator, checker] = ["cold.signature.operator", "cold.signature.checker"];
        let [second, other] = ["copy-2.cold.signature.operator", "copy-2.cold.signature.checker"];
        assert_eq!(signed(&[(operator, "22 Jan"), (checker, " 23 Jan ")]).as_deref(), Some("22 Jan, 23 Jan"));
        assert_eq!(signed(&[(operator, "22 Jan"), (checker, "22 Jan")]).as_deref(), Some("22 Jan"));
        let of_second = [(operator, "21 Jan"), (second, "22 Jan"), (other, "23 Jan")];
        assert_eq!(signed(&of_second).as_deref(), Some("22 Jan, 23 Jan"));
        // One of them twice, an empty line, and each of them on another copy.
        assert_eq!(signed(&[(operator, "22 Jan"), (operator, "22 Jan")]), None);
        assert_eq!(signed(&[(operator, "22 Jan"), (checker, "\u{200b}")]), None);
        assert_eq!(signed(&[(operator, "22 Jan"), (other, "22 Jan")]), None);
    }
}
