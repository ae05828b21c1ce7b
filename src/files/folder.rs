//! Looks into a flow's folder, or into one like it, without changing anything.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use super::disk::{FileStamp, bytes_of};
use super::listing::names;
use super::manifest::{self, Manifest, can_name};
use super::{shown, why};
use crate::chars::is_release_folder;
use crate::diagnostic::Diagnostic;

/// True when a folder's permissions say who may write into it. On Windows a folder that is marked read-only can still
/// be written to: the mark only says that it has its own icon.
pub(super) const HAS_MODES: bool = cfg!(unix);

/// The folder in a flow's folder where files wait that replace others one by one.
pub(super) const STAGING: &str = ".runsheet.staging";

/// A file in a flow's folder.
#[derive(Debug, Clone)]
pub(super) struct FoundFile {
    /// Where it is.
    pub path: PathBuf,
    /// Taken before its bytes were read.
    pub stamp: FileStamp,
}

/// What stands in a flow's folder.
#[derive(Debug, Default)]
pub(super) struct FlowFolder {
    /// Files that a manifest can name, by path.
    pub files: BTreeMap<String, FoundFile>,
    /// Names of the releases' folders, and of those in which builds of releases work.
    pub releases: BTreeSet<String>,
    /// Everything that is neither a file nor our own folder, or that no manifest can name.
    pub odd: Vec<String>,
    /// The manifest, if there is one that can be read.
    pub manifest: Option<Manifest>,
    /// True when there is a manifest that can't be read.
    pub has_broken_manifest: bool,
}

/// Looks into a flow's folder; one that doesn't exist is empty.
///
/// # Errors
/// A folder that is a link or a file, that may not be written, or that can't be read.
pub(super) fn look(target: &Path) -> Result<FlowFolder, Diagnostic> {
    let unreadable = |error: io::Error| {
        let message = format!("can't look into `{}`: {}", shown(target), why(&error));
        Diagnostic::error_nowhere("not-written", message)
    };
    let about = match fs::symlink_metadata(target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(FlowFolder::default()),
        about => about.map_err(unreadable)?,
    };
    let wrong = if about.is_symlink() {
        Some("is a link")
    } else if !about.is_dir() {
        Some("is a file")
    } else if HAS_MODES && about.permissions().readonly() {
        Some("may not be written")
    } else {
        None
    };
    if let Some(wrong) = wrong {
        let message = format!("`{}` {wrong}, so it can't be replaced", shown(target));
        return Err(
            Diagnostic::error_nowhere("not-written", message).help("move it away, or choose another `--output`")
        );
    }
    list(target).map_err(unreadable)
}

/// Lists what is in a folder.
pub(super) fn list(folder: &Path) -> io::Result<FlowFolder> {
    let mut found = FlowFolder::default();
    for name in names(folder)? {
        let path = folder.join(&name);
        let name = name.to_string_lossy().into_owned();
        let about = fs::symlink_metadata(&path)?;
        if about.is_dir() && name == "mail" {
            for mail in names(&path)? {
                let path = path.join(&mail);
                let about = fs::symlink_metadata(&path)?;
                found.add(format!("mail/{}", mail.to_string_lossy()), path, &about);
            }
        } else if about.is_file() && name == manifest::NAME {
            let bytes = bytes_of(&path, manifest::LIMIT)?;
            found.manifest = bytes.and_then(|bytes| Manifest::read(&bytes));
            found.has_broken_manifest = found.manifest.is_none();
        } else if about.is_dir() && is_of_release(&name, &path) {
            found.releases.insert(name);
        } else if !(about.is_dir() && name == STAGING) {
            found.add(name, path, &about);
        }
    }
    found.odd.sort();
    Ok(found)
}

/// True for the folder of a release, which builds know by its manifest, and for one in which a build of a release works.
fn is_of_release(name: &str, path: &Path) -> bool {
    let worked_in = name.strip_prefix('.').and_then(|name| name.strip_suffix(".new").or(name.strip_suffix(".old")));
    match worked_in {
        Some(name) => is_release_folder(name),
        None => {
            is_release_folder(name)
                && fs::symlink_metadata(path.join(manifest::NAME)).is_ok_and(|about| about.is_file())
        }
    }
}

impl FlowFolder {
    fn add(&mut self, name: String, path: PathBuf, about: &Metadata) {
        // File managers leave these files in every folder that somebody opens; they may be lost.
        if matches!(name.rsplit('/').next(), Some(".DS_Store" | "Thumbs.db" | "desktop.ini")) {
            return;
        }
        if about.is_file() && can_name(&name) {
            self.files.insert(name, FoundFile { path, stamp: FileStamp::of(about) });
        } else {
            self.odd.push(shown(Path::new(&name)));
        }
    }

    /// True for a file that no build wrote, or that was changed since, and that builds keep.
    pub(super) fn keeps(&self, path: &str) -> bool {
        self.manifest.as_ref().is_some_and(|manifest| manifest.kept.contains(path))
    }
}
