//! Clears the flow's folder of what builds of a release wrote there before it had a number, and so a folder of its own.
//!
//! Only what the manifest there says that builds wrote goes, as long as it is as they wrote it. A list that was made
//! without a release stays: its place is the flow's folder.

use std::fs;
use std::io;
use std::path::PathBuf;

use super::decide::{FolderChange, Standing, standing};
use super::folder::{FlowFolder, look};
use super::litter::BuildPlaces;
use super::manifest::{self, Manifest};
use super::publication::{Publication, Published};
use super::swap::replace_each;
use super::{shown, why};
use crate::diagnostic::{Diagnostic, Level};
use crate::output::OutputKind;

/// What builds of a release have left in the flow's folder.
#[derive(Debug)]
pub(super) struct OldPlace {
    folder: FlowFolder,
    change: FolderChange,
    /// Files that builds wrote, and that were changed or filled in since.
    changed: Vec<String>,
    flow: PathBuf,
}

impl OldPlace {
    /// Looks at what there is. It is nothing where the flow's folder is itself what is built, and for a drill, since it isn't the
    /// drill's release that was built there.
    ///
    /// # Errors
    /// What can't be read; inside of that, a flow's folder that is no folder or may not be written.
    pub(super) fn of(places: &BuildPlaces, asked: &Publication<'_>) -> io::Result<Result<Self, Diagnostic>> {
        let folder = match asked.number.filter(|_| !asked.drill) {
            Some(_) => match look(&places.flow) {
                Ok(folder) => folder,
                Err(fault) => return Ok(Err(fault)),
            },
            None => FlowFolder::default(),
        };
        let manifest = folder.manifest.clone().filter(|manifest| !manifest.blank);
        let is_there = manifest.is_some();
        let manifest = manifest.unwrap_or_default();
        let mut outcome = Published { folder: places.flow.clone(), ..Published::default() };
        let mut changed = Vec::new();
        for (path, found) in &folder.files {
            let is_ours = manifest.digests_of(path).next().is_some() && !folder.keeps(path);
            if !is_ours || !OutputKind::of(path).is_some_and(|kind| asked.rebuilt.contains(&kind)) {
                continue;
            }
            match standing(path, found, None, &folder, asked)? {
                Standing::Ours | Standing::Same => outcome.removed.push(path.clone()),
                Standing::Edited | Standing::Filled(_) | Standing::Foreign => changed.push(path.clone()),
            }
        }
        let mut after = manifest;
        after.written.retain(|(path, _)| folder.files.contains_key(path) && !outcome.removed.contains(path));
        after.kept.retain(|path| folder.files.contains_key(path));
        // A killed build may have left a manifest of nothing.
        let is_done = outcome.removed.is_empty() && !(is_there && after == Manifest::default());
        let change = FolderChange { outcome, manifest: after, is_done };
        Ok(Ok(Self { folder, change, changed, flow: places.flow.clone() }))
    }

    /// True when nothing is to be done.
    pub(super) const fn is_clear(&self) -> bool {
        self.change.is_done
    }

    /// What the user is told of files that stay, since they were changed.
    pub(super) fn notes(&self) -> Vec<Diagnostic> {
        if self.changed.is_empty() {
            return Vec::new();
        }
        let names: Vec<String> =
            self.changed.iter().map(|path| format!("`{}`", shown(&self.flow.join(path)))).collect();
        let message = format!(
            "changed or filled in since a build wrote it, before the release had a folder of its own: {}",
            names.join(", ")
        );
        let note = Diagnostic { level: Level::Note, ..Diagnostic::error_nowhere("old-place", message) };
        vec![note.help("it stays as it is: move it to where the records are kept, or remove it")]
    }

    /// Removes what is to go, and returns its paths as they are seen from the folder of a release.
    ///
    /// # Errors
    /// What the disk refuses. The next build goes on.
    pub(super) fn clear(self) -> Result<Vec<String>, Diagnostic> {
        if self.is_clear() {
            return Ok(Vec::new());
        }
        let manifest = self.flow.join(manifest::NAME);
        let is_empty = self.change.manifest == Manifest::default();
        replace_each(&self.flow, &self.folder, &[], &self.change)
            .and_then(|()| if is_empty { fs::remove_file(manifest) } else { Ok(()) })
            .map_err(|error| {
                let message = format!("can't clear `{}`: {}", shown(&self.flow), why(&error));
                Diagnostic::error_nowhere("not-written", message).help(
                    "the release was written; what it left there before it had a folder of its own is still there",
                )
            })?;
        Ok(self.change.outcome.removed.iter().map(|path| format!("../{path}")).collect())
    }
}
