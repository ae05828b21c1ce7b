//! Publishes a flow's folder as a whole or not at all: it is built beside the last one and then takes its place.
//!
//! A release with a number has a folder of its own in the flow's folder, and nothing of another release is touched.
//!
//! Under the lock `.<id>.lock` everything is written to `.<id>.new` and flushed to disk. Only then do the two folders
//! change places, in one step where the system can do that. So a reader finds either the last output or the new one,
//! and a build that fails in between leaves the last one as it was. Where a folder can't be moved, its files are replaced
//! one by one; so are those of a flow's folder that holds releases.
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
use super::old_place::OldPlace;
use super::publication::{Publication, Published};
use super::swap::{fill, replace_each, saved_since, stays_in_place, swap};
use super::{shown, why};
use crate::chars;
use crate::diagnostic::{Diagnostic, Level};
use crate::output::{Artifact, OutputKind};

/// Makes the folder `output/id`, or that of the release in it, hold `artifacts` and, of the last build, only the files whose
/// kind wasn't rebuilt. What a build of the release left in `output/id`, before it had a folder of its own, goes.
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
    let release = asked.release_folder();
    check_names(id, release.as_deref(), artifacts).map_err(one)?;
    let places = BuildPlaces::of(output, id, release.as_deref());
    let target = &places.target;
    let refused = |error: &io::Error| {
        let message = format!("can't write `{}`: {}", shown(target), why(error));
        Diagnostic::error_nowhere("not-written", message)
    };
    let unchanged = |error: io::Error| vec![refused(&error).help(UNCHANGED)];

    let made = MadeFile::all(artifacts);
    // This first look needs no lock, so that nothing is touched when nothing changes. Faults are found again below.
    if !places.hold_litter()
        && let Ok(folder) = look(target)
        && let Ok(Ok(change)) = decide(target, &folder, &made, asked)
        && change.is_done
        && let Ok(Ok(old)) = OldPlace::of(&places, asked)
        && old.is_clear()
    {
        return Ok(Published { notes: old.notes(), ..change.outcome });
    }

    fs::create_dir_all(output).map_err(|error| {
        if error.kind() != io::ErrorKind::AlreadyExists {
            return unchanged(error);
        }
        let message = format!("`{}` is a file where a folder is needed", shown(output));
        vec![Diagnostic::error_nowhere("not-written", message).help("move it away, or choose another `--output`")]
    })?;
    let lock = Lock::take(&places.lock, asked.wait).map_err(unchanged)?;
    // This also refuses a flow's folder that is a link, before anything in it is touched.
    let old = OldPlace::of(&places, asked).map_err(unchanged)?.map_err(one)?;
    let mut notes = places.clear().map_err(one)?;
    if lock.is_none() {
        notes.push(no_locks(output));
    }
    let folder = look(target).map_err(one)?;
    refuse_other_case(output, id).map_err(one)?;
    if let Some(release) = &release {
        refuse_other_case(&places.flow, release).map_err(one)?;
    }
    let mut change = decide(target, &folder, &made, asked).map_err(unchanged)??;
    if !change.is_done {
        let put = put(&places, &folder, artifacts, &change).map_err(|(error, help)| {
            // No empty folder is left where there was none.
            let _ = release.as_ref().map(|_| fs::remove_dir(&places.flow));
            vec![refused(&error).help(help)]
        });
        notes.extend(put?);
        // If a crash after this leaves only one of the two folders, it is a complete one.
        let _ = sync_folder(places.around()).and(sync_folder(output));
    }
    notes.extend(old.notes());
    change.outcome.removed.extend(old.clear().map_err(one)?);
    change.outcome.notes = notes;
    Ok(change.outcome)
}

/// What a user is told whose last output stands.
const UNCHANGED: &str = "what stood there before is unchanged";

/// Puts the new files in the place of the last ones: as a whole, or file by file where the folder can't be moved or holds
/// releases. Returns what there is to note or, with the error, what became of the last files.
fn put(
    places: &BuildPlaces,
    folder: &FlowFolder,
    artifacts: &[Artifact],
    change: &FolderChange,
) -> Result<Option<Diagnostic>, (io::Error, &'static str)> {
    let unchanged = |error| (error, UNCHANGED);
    fs::create_dir_all(places.around()).map_err(unchanged)?;
    if folder.releases.is_empty() {
        match exchange(places, folder, artifacts, change) {
            Err(error) if stays_in_place(&error) => {}
            done => return done.map_err(unchanged),
        }
    }
    let partly = |error| (error, "this folder can't be moved as a whole, so some of its files may be new: build again");
    replace_each(&places.target, folder, artifacts, change).map_err(partly)?;
    Ok(None)
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

/// Refuses an id, the name of a release's folder or a path that could lead out of the flow's folder, or that the next build
/// wouldn't recognise as its own.
fn check_names(id: &str, release: Option<&str>, artifacts: &[Artifact]) -> Result<(), Diagnostic> {
    let wrong = Some(id).filter(|id| !chars::is_id(id)).or(release.filter(|name| !chars::is_release_folder(name)));
    if let Some(wrong) = wrong {
        let message = format!("`{}` can't name a folder", chars::shown::words(wrong));
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

/// On disks where `A` and `a` are one name, refuses a folder that belongs to another flow or release.
fn refuse_other_case(folder: &Path, name: &str) -> Result<(), Diagnostic> {
    let Ok(names) = names(folder) else { return Ok(()) };
    let names = names.iter().map(|name| name.to_string_lossy().into_owned());
    let Some(other) = other_case(names, name).filter(|_| folder.join(name).exists()) else { return Ok(()) };
    let message =
        format!("`{}` is the output of `{other}`, and this disk has one folder for both", shown(&folder.join(&other)));
    Err(Diagnostic::error_nowhere("same-id", message)
        .help("give each flow an id and each release a number of its own, or choose another `--output`"))
}

/// A name that differs from `own` only by case; `None` when `own` itself is among the names.
fn other_case(names: impl Iterator<Item = String>, own: &str) -> Option<String> {
    let mut other = None;
    for name in names.filter(|name| name.eq_ignore_ascii_case(own)) {
        if name == own {
            return None;
        }
        other = Some(name);
    }
    other
}
