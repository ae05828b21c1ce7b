//! Publishes a flow's folder as a whole or not at all: it is built beside the last one and then takes its place.
//!
//! Under the lock `.<id>.lock` everything is written to `.<id>.new` and flushed to disk. Only then do the two folders
//! change places, in one step where the system can do that. So a reader finds either the last output or the new one,
//! and a build that fails in between leaves the last one as it was. Where a folder can't be moved, its files are replaced
//! one by one.
//!
//! Nothing is lost that no build wrote: the manifest in the folder tells what builds wrote there.

#[cfg(test)]
mod tests;

use std::fs;
use std::io;
use std::path::Path;

use super::decide::{FolderChange, MadeFile, decide};
use super::disk::sync_folder;
use super::folder::{self, FlowFolder, look};
use super::listing::{names, remove_all};
use super::litter::{BuildPlaces, keep};
use super::lock::Lock;
use super::manifest::can_name;
use super::publication::{Publication, Published};
use super::swap::{fill, replace_each, saved_since, stays_in_place, swap};
use super::{shown, why};
use crate::chars;
use crate::diagnostic::{Diagnostic, Level};
use crate::output::{Artifact, OutputKind};

/// Makes the folder `output/id` hold `artifacts` and, of the last build, only the files whose kind wasn't rebuilt.
///
/// Nothing on disk is touched when nothing would change, unless a killed build has left something. Waits for other programs
/// that publish the same flow.
///
/// # Errors
/// An id or path that leads out of the folder; files in the folder that would be lost, unless they are to be kept aside; a
/// folder that is a link or may not be written; and whatever the disk refuses. The last output stands as it was then; only
/// where a folder can't be moved as a whole, a part of its files may be new.
pub fn publish(
    output: &Path,
    id: &str,
    artifacts: &[Artifact],
    asked: &Publication<'_>,
) -> Result<Published, Vec<Diagnostic>> {
    let one = |fault: Diagnostic| vec![fault];
    check_names(id, artifacts).map_err(one)?;
    let places = BuildPlaces::of(output, id);
    let target = &places.target;
    let refused = |error: &io::Error| {
        let message = format!("can't write `{}`: {}", shown(target), why(error));
        Diagnostic::error_nowhere("not-written", message)
    };
    let unchanged = |error: io::Error| vec![refused(&error).help("what stood there before is unchanged")];

    let made = MadeFile::all(artifacts);
    // This first look needs no lock, so that nothing is touched when nothing changes. Faults are found again below.
    if !places.hold_litter()
        && let Ok(folder) = look(target)
        && let Ok(Ok(change)) = decide(target, &folder, &made, asked)
        && change.is_done
    {
        return Ok(change.outcome);
    }

    fs::create_dir_all(output).map_err(|error| {
        if error.kind() != io::ErrorKind::AlreadyExists {
            return unchanged(error);
        }
        let message = format!("`{}` is a file where a folder is needed", shown(output));
        vec![Diagnostic::error_nowhere("not-written", message).help("move it away, or choose another `--output`")]
    })?;
    let lock = Lock::take(&places.lock, asked.wait).map_err(unchanged)?;
    let mut notes = places.clear().map_err(one)?;
    if lock.is_none() {
        notes.push(no_locks(output));
    }
    let folder = look(target).map_err(one)?;
    refuse_other_case(output, id).map_err(one)?;
    let mut change = decide(target, &folder, &made, asked).map_err(unchanged)??;
    if !change.is_done {
        match exchange(&places, &folder, artifacts, &change) {
            Err(error) if stays_in_place(&error) => {
                let partly = |error: io::Error| {
                    let help = "this folder can't be moved as a whole, so some of its files may be new: build again";
                    vec![refused(&error).help(help)]
                };
                replace_each(target, &folder, artifacts, &change).map_err(partly)?;
            }
            done => notes.extend(done.map_err(unchanged)?),
        }
        // If a crash after this leaves only one of the two folders, it is a complete one.
        let _ = sync_folder(output);
    }
    change.outcome.notes = notes;
    Ok(change.outcome)
}

/// Writes the new folder, lets it take the place of the last one, and removes that one. What was saved into the last one
/// meanwhile is kept, and is what this returns.
fn exchange(
    places: &BuildPlaces,
    folder: &FlowFolder,
    artifacts: &[Artifact],
    change: &FolderChange,
) -> io::Result<Option<Diagnostic>> {
    let BuildPlaces { target, new, old, .. } = places;
    let swapped = fill(target, new, artifacts, change).and_then(|()| swap(new, target, old));
    if let Err(error) = swapped {
        let _ = remove_all(new);
        return Err(error);
    }
    let mut note = None;
    // One of them is the last folder now. If it can't be read or removed, the next build sees to it.
    for last in [new, old] {
        let Ok(now) = folder::list(last) else { continue };
        let saved = saved_since(folder, &now);
        if saved.is_empty() {
            let _ = remove_all(last);
        } else {
            note = keep(last, target, &saved).ok();
        }
    }
    Ok(note)
}

/// The warning of a build on a disk without locks.
fn no_locks(output: &Path) -> Diagnostic {
    let message = format!("the disk of `{}` has no locks, so nothing keeps two builds apart", shown(output));
    let help = "start no other build of the same flow before this one is done";
    Diagnostic { level: Level::Warning, ..Diagnostic::error_nowhere("no-locks", message).help(help) }
}

/// Refuses an id or a path that could lead out of the flow's folder, or that the next build wouldn't recognise as its
/// own.
fn check_names(id: &str, artifacts: &[Artifact]) -> Result<(), Diagnostic> {
    if !chars::is_id(id) {
        let message = format!("`{}` can't name a folder", chars::shown::words(id));
        return Err(Diagnostic::error_nowhere("not-written", message));
    }
    match artifacts
        .iter()
        .find(|artifact| OutputKind::of(&artifact.path) != Some(artifact.kind) || !can_name(&artifact.path))
    {
        Some(artifact) => {
            let message = format!("`{}` can't name an output", chars::shown::words(&artifact.path));
            Err(Diagnostic::error_nowhere("not-written", message))
        }
        None => Ok(()),
    }
}

/// On disks where `A` and `a` are one name, refuses a folder that belongs to another flow.
fn refuse_other_case(output: &Path, id: &str) -> Result<(), Diagnostic> {
    let Ok(names) = names(output) else { return Ok(()) };
    let names = names.iter().map(|name| name.to_string_lossy().into_owned());
    let Some(other) = other_case(names, id).filter(|_| output.join(id).exists()) else { return Ok(()) };
    let message = format!(
        "`{}` is the output of the flow `{other}`, and this disk has one folder for both",
        shown(&output.join(&other))
    );
    Err(Diagnostic::error_nowhere("same-id", message)
        .help("give each flow an id of its own, or choose another `--output`"))
}

/// A name that differs from `id` only by case; `None` when `id` itself is among the names.
fn other_case(names: impl Iterator<Item = String>, id: &str) -> Option<String> {
    let mut other = None;
    for name in names.filter(|name| name.eq_ignore_ascii_case(id)) {
        if name == id {
            return None;
        }
        other = Some(name);
    }
    other
}
