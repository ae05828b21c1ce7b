//! What the release file beside the user's flow says of how the release of a list went: `close` writes that there after the list
//! was printed, so the list can't say it.

use std::path::Path;

use serde::Serialize;

use crate::diagnostic::Diagnostic;
use crate::field::Outcome;
use crate::files;
use crate::plan::Plan;
use crate::run::beside::known_release;
use crate::source;
use crate::source::release::ReleaseFile;

/// What a release file says of how its release went.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct ClosedRelease {
    pub file: String,
    pub outcome: &'static str,
    pub rolled_back_from: Option<String>,
    /// Whether the list is the record that it names; `None` where it names none.
    pub is_record: Option<bool>,
}

/// The list, as far as it is compared with a release file.
#[derive(Clone, Copy)]
pub(super) struct ListInHand<'a> {
    pub name: &'a str,
    pub bytes: &'a [u8],
    pub plan: &'a Plan,
    /// The outcome that is ticked on it.
    pub ticked: Option<Outcome>,
    /// Whether anything is filled in on it.
    pub is_filled: bool,
}

/// Looks for the release of a list beside a flow. What the list contradicts is added to `faults`. `None` where there is no such file, or
/// where it doesn't say how the release went.
pub(super) fn closed(flow: &Path, list: ListInHand<'_>, faults: &mut Vec<Diagnostic>) -> Option<ClosedRelease> {
    let number = list.plan.release.number.as_deref()?;
    if flow.as_os_str() == "-" || list.plan.release.drill {
        return None;
    }
    let is_its = |release: &ReleaseFile| {
        let is = |written: Option<&str>, wanted: &str| written == Some(wanted);
        is(release.flow.as_ref().map(|id| &*id.value), &list.plan.id)
            && is(release.number.as_ref().map(|number| &*number.value), number)
            && !release.drill
    };
    let beside = files::releases_beside(flow).ok()?;
    let mut found = beside.iter().filter_map(|path| Some((files::shown(path), known_release(path)?)));
    let (file, release) = found.find(|(_, release)| is_its(release))?;
    let outcome = release.outcome.as_ref()?.value;
    if let Some(ticked) = list.ticked.filter(|ticked| *ticked != outcome) {
        let message = format!("`{}` says `{}`, and `{file}` says `{}`", list.name, ticked.word(), outcome.word());
        faults.push(Diagnostic::error_nowhere("other-outcome", message).help("correct whichever is wrong"));
    }
    let is_record = release.names_record(&source::digest(list.bytes));
    if is_record == Some(false) && list.is_filled {
        let message = format!("`{}` isn't the record that `{file}` names: its SHA-256 is another", list.name);
        let help = "look for the file that `runsheet close --record` was given";
        faults.push(Diagnostic::error_nowhere("other-record", message).help(help));
    }
    let rolled_back_from = release.rolled_back_from.map(|step| step.value.clone());
    Some(ClosedRelease { file, outcome: outcome.word(), rolled_back_from, is_record })
}
