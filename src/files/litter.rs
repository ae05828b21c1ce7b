//! Clears what a killed build has left behind, and nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::disk::{bytes_of, holds};
use super::folder::{self, FlowFolder};
use super::listing::remove_all;
use super::swap::visible;
use super::whole::folder_of;
use super::{PDF_LIMIT, shown, why};
use crate::diagnostic::{Diagnostic, Level};
use crate::output::OutputKind;

/// Where builds leave something when they are killed.
pub(super) struct BuildPlaces {
    /// The flow's folder, which holds the folders of its releases.
    pub flow: PathBuf,
    /// What is built: the folder of a release or a drill, or else the flow's folder.
    pub target: PathBuf,
    /// The lock, one for a flow with all of its releases.
    pub lock: PathBuf,
    /// The new folder while it is written, and the last one after the exchange.
    pub new: PathBuf,
    /// The last folder where an exchange takes two steps.
    pub old: PathBuf,
}

impl BuildPlaces {
    /// The places of a flow, or of its release whose folder has this name.
    pub(super) fn of(output: &Path, id: &str, release: Option<&str>) -> Self {
        let flow = output.join(id);
        let target = release.map_or_else(|| flow.clone(), |release| flow.join(release));
        let (inside, name) = release.map_or((output, id), |release| (&*flow, release));
        let [new, old] = ["new", "old"].map(|ending| inside.join(format!(".{name}.{ending}")));
        Self { lock: output.join(format!(".{id}.lock")), target, new, old, flow }
    }

    /// The folder around what is built.
    pub(super) fn around(&self) -> &Path {
        folder_of(&self.target)
    }

    /// Where files may wait that replace others one by one.
    fn stagings(&self) -> impl Iterator<Item = PathBuf> {
        let folders = BTreeSet::from([&self.flow, &self.target]);
        let is_there = is_folder(&self.flow);
        folders
            .into_iter()
            .filter(move |folder| is_there && is_folder(folder))
            .map(|folder| folder.join(folder::STAGING))
    }

    /// True when a killed build may have left something, so that the lock has to be taken.
    pub(super) fn hold_litter(&self) -> bool {
        // Where a lock isn't removed after use, it says nothing.
        let lock = cfg!(unix).then_some(&self.lock);
        let places = [&self.new, &self.old].into_iter().chain(lock).cloned().chain(self.stagings());
        places.into_iter().any(|path| fs::symlink_metadata(path).is_ok())
    }

    /// Clears what a killed build has left. This process holds the lock, so no other build is using it. A folder that holds
    /// what somebody saved is kept under a name that can be seen; the notes say so.
    ///
    /// # Errors
    /// Something with such a name that no build made, and what the disk refuses.
    pub(super) fn clear(&self) -> Result<Vec<Diagnostic>, Diagnostic> {
        let failed = |path: &Path| {
            let name = shown(path);
            move |error: io::Error| {
                Diagnostic::error_nowhere("not-written", format!("can't clear `{name}`: {}", why(&error)))
            }
        };
        if fs::symlink_metadata(&self.target).is_err() && is_folder(&self.old) {
            let left = folder::list(&self.old).map_err(failed(&self.old))?;
            if left.manifest.is_some() || left.own(&FlowFolder::default()).map_err(failed(&self.old))?.is_empty() {
                fs::rename(&self.old, &self.target).map_err(failed(&self.old))?;
            }
        }
        // A link would lead to a folder that isn't ours.
        let is_there = is_folder(&self.target);
        let last =
            if is_there { folder::list(&self.target).map_err(failed(&self.target))? } else { FlowFolder::default() };
        let mut notes = Vec::new();
        for place in [self.new.clone(), self.old.clone()].into_iter().chain(self.stagings()) {
            let place = &*place;
            if fs::symlink_metadata(place).is_err() {
                continue;
            }
            let found = if is_folder(place) { Some(folder::list(place).map_err(failed(place))?) } else { None };
            let own = match &found {
                Some(found) => found.own(&last).map_err(failed(place))?,
                None => vec![String::new()],
            };
            if own.is_empty() {
                remove_all(place).map_err(failed(place))?;
            } else if found.is_some_and(|found| found.manifest.is_some()) {
                notes.push(keep(place, &self.target, &own).map_err(failed(place))?);
            } else {
                let what = own.iter().find(|name| !name.is_empty());
                let what = what.map_or_else(|| "isn't a folder".to_owned(), |name| format!("holds `{name}`"));
                let message = format!("builds work in `{}`, which {what}, and no build made that", shown(place));
                return Err(Diagnostic::error_nowhere("foreign-file", message).help("move it away"));
            }
        }
        Ok(notes)
    }
}

impl FlowFolder {
    /// The names in a left folder of what isn't in `last`, the flow's folder, and what no build wrote. What a killed build
    /// had only begun to write has no manifest yet, and goes by its names.
    fn own(&self, last: &Self) -> io::Result<Vec<String>> {
        let mut own: Vec<String> = self.odd.iter().chain(&self.releases).cloned().collect();
        for (path, found) in &self.files {
            let Some(bytes) = bytes_of(&found.path, PDF_LIMIT)? else {
                own.push(path.clone());
                continue;
            };
            let is_ours = match &self.manifest {
                Some(manifest) => manifest.knows(path, &bytes),
                None => OutputKind::of(path).is_some() || matches!(&**path, "between" | "last"),
            };
            let mut others = last.files.values();
            if !is_ours && !others.any(|other| holds(&other.path, &bytes).unwrap_or(false)) {
                own.push(path.clone());
            }
        }
        own.sort();
        Ok(own)
    }
}

fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|about| about.is_dir())
}

/// Gives an old folder, in which somebody saved something, a name that can be seen, and says so.
pub(super) fn keep(left: &Path, target: &Path, saved: &[String]) -> io::Result<Diagnostic> {
    let seen = visible(target);
    fs::rename(left, &seen)?;
    let names: Vec<String> = saved.iter().map(|name| format!("`{name}`")).collect();
    let message = format!(
        "{} was saved in `{}` while a build replaced it; the folder as it was is kept as `{}`",
        names.join(", "),
        shown(target),
        shown(&seen)
    );
    let note = Diagnostic { level: Level::Note, ..Diagnostic::error_nowhere("kept-folder", message) };
    Ok(note.help("take out what you need, then remove that folder"))
}
