//! Compares two check lists: whether they are of one flow and of one release.

use std::path::Path;

use super::Verdict;
use super::source::ReportedSource;
use crate::diagnostic::Diagnostic;
use crate::files;
use crate::view::words::short_digest;

/// The bytes of a file that is to be compared with a list, where it is a list itself and no flow.
pub(super) fn list(path: &Path) -> Option<Vec<u8>> {
    if path.as_os_str() == "-" {
        return None;
    }
    files::read(path, files::PDF_LIMIT).ok().filter(|bytes| bytes.starts_with(b"%PDF-"))
}

/// Adds the verdict on another list, and whether both are of one flow and release, to the verdict on the first.
pub(super) fn add(verdict: &mut Verdict, mut other: Verdict) {
    let faults = match (&verdict.source, &other.source) {
        (Some(one), Some(two)) => differences((&verdict.file, one), (&other.file, two)),
        _ => Vec::new(),
    };
    verdict.one_release = Some(faults.is_empty() && verdict.source.is_some() && other.source.is_some());
    verdict.faults.append(&mut other.faults);
    verdict.faults.extend(faults);
    verdict.ok = verdict.faults.is_empty();
    verdict.other = Some(Box::new(other));
}

/// Why two lists aren't of one flow and release.
fn differences((one, first): (&str, &ReportedSource), (two, second): (&str, &ReportedSource)) -> Vec<Diagnostic> {
    let fault = |code, message: String| Diagnostic::error_nowhere(code, message);
    if first.id != second.id {
        let message = format!("`{one}` is of the flow `{}`, and `{two}` of `{}`", first.id, second.id);
        return vec![fault("other-flow", message)];
    }
    let mut found = Vec::new();
    let names = |list: &ReportedSource, other: &ReportedSource| {
        list.cold.as_ref().is_some_and(|used| other.list_digest.as_ref() == Some(&used.list_digest))
    };
    let parts = |list: &ReportedSource| {
        list.parts.iter().map(|part| (part.path.clone(), part.digest.clone())).collect::<Vec<_>>()
    };
    // A list that names another one by its digest was made after it, perhaps of a newer revision.
    let is_named = names(first, second) || names(second, first);
    if !is_named && (first.digest != second.digest || parts(first) != parts(second)) {
        let [first, second] = [first, second].map(|list| short_digest(&list.digest));
        let message = if first == second {
            format!("`{one}` and `{two}` are of one flow, but its parts say different things")
        } else {
            format!("`{one}` and `{two}` are of different revisions of one flow: digest {first}, and {second}")
        };
        let help = "`build --cold` makes a list that names the cold list which was used, and what changed since";
        found.push(fault("other-flow", message).help(help));
    }
    let number = |list: &ReportedSource| list.release.as_ref().and_then(|release| release.number.clone());
    match (number(first), number(second)) {
        (Some(a), Some(b)) if a != b => {
            found.push(fault("other-release", format!("`{one}` is of the release {a}, and `{two}` of {b}")));
        }
        (Some(_), None) | (None, Some(_)) => {
            let message = "only one of the two lists has a number, so it isn't sure that they are of one release";
            found.push(fault("other-release", message.to_owned()));
        }
        _ => {}
    }
    let is_drill =
        |list: &ReportedSource| list.release.as_ref().is_some_and(|release| release.standing.contains(&"drill"));
    if is_drill(first) != is_drill(second) {
        found.push(fault("drill", "one of the two lists is that of a drill".to_owned()));
    }
    found
}
