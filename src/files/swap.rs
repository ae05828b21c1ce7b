//! Puts new files in the place of old ones: the whole folder in one step or, where a folder can't be moved, one file after
//! the other.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::PDF_LIMIT;
use super::attributes;
use super::decide::FolderChange;
use super::disk::{FileStamp, bytes_of, sync_folder};
use super::folder::{FlowFolder, HAS_MODES, STAGING};
use super::listing::remove_all;
use super::manifest::{self, Manifest};
use crate::output::Artifact;
use crate::source::digest;

/// Writes the whole folder under its temporary name and flushes it to disk, the manifest last.
pub(super) fn fill(target: &Path, new: &Path, artifacts: &[Artifact], change: &FolderChange) -> io::Result<()> {
    fs::create_dir(new)?;
    let outcome = &change.outcome;
    let stay = outcome.unchanged.iter().chain(&outcome.kept).map(|path| (path, path));
    let stay: Vec<(&String, &String)> = stay.chain(outcome.aside.iter().map(|(from, to)| (from, to))).collect();
    let all = stay.iter().map(|(_, to)| *to).chain(&outcome.written);
    let inner: BTreeSet<&str> = all.filter_map(|path| Some(path.split_once('/')?.0)).collect();
    for name in &inner {
        fs::create_dir(new.join(name))?;
    }
    // All files are written before the first is flushed, because that flushes most of the others as well. They stay
    // open for writing, since Windows flushes only such files.
    let mut files = Vec::new();
    for (from, to) in stay {
        // A hard link keeps times, owner and permissions; on disks without hard links the file is copied.
        let (from, to) = (target.join(from), new.join(to));
        if fs::hard_link(&from, &to).is_err() {
            let mut copy = create_like(&to, &from)?;
            io::copy(&mut File::open(&from)?, &mut copy)?;
            files.push(copy);
        }
    }
    files.extend(write_all(target, new, artifacts, &outcome.written)?);
    let mut manifest = create_like(&new.join(manifest::NAME), &target.join(manifest::NAME))?;
    manifest.write_all(&change.manifest.bytes())?;
    files.push(manifest);
    files.iter().try_for_each(File::sync_all)?;
    for name in inner {
        sync_folder(&new.join(name))?;
        folder_like(&new.join(name), &target.join(name))?;
    }
    sync_folder(new)?;
    folder_like(new, target)
}

/// Writes the artifacts of these paths into a folder, each with the permissions of the file that it will replace.
fn write_all(target: &Path, folder: &Path, artifacts: &[Artifact], paths: &[String]) -> io::Result<Vec<File>> {
    let wanted = artifacts.iter().filter(|artifact| paths.binary_search(&artifact.path).is_ok());
    wanted
        .map(|artifact| {
            let mut file = create_like(&folder.join(&artifact.path), &target.join(&artifact.path))?;
            file.write_all(&artifact.bytes)?;
            Ok(file)
        })
        .collect()
}

/// Makes a new file like another, if that one exists, before anything is in it.
fn create_like(path: &Path, other: &Path) -> io::Result<File> {
    let file = File::create_new(path)?;
    be_like(&file, other)?;
    Ok(file)
}

/// Gives a folder what another has beside its files, see [`be_like`].
fn folder_like(path: &Path, other: &Path) -> io::Result<()> {
    if HAS_MODES { be_like(&File::open(path)?, other) } else { Ok(()) }
}

/// Gives a new file or folder the permissions of another and, where the system allows it, its owner and its extended
/// attributes. Where there is no other, nothing is changed.
fn be_like(new: &File, other: &Path) -> io::Result<()> {
    let (Ok(about), true) = (fs::symlink_metadata(other), HAS_MODES) else { return Ok(()) };
    // Only an administrator may give a file away, so otherwise it is the builder's. Some disks refuse every change of
    // permissions, also one to what is there already.
    if about.is_symlink()
        || attributes::carry_over(other, &about, new)
        || new.metadata()?.permissions() == about.permissions()
    {
        return Ok(());
    }
    new.set_permissions(about.permissions())
}

/// Puts the new folder in the place of the last one, which then stands under one of the temporary names.
pub(super) fn swap(new: &Path, target: &Path, old: &Path) -> io::Result<()> {
    if !target.exists() {
        return fs::rename(new, target);
    }
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        use rustix::io::Errno;
        match renameat_with(CWD, new, CWD, target, RenameFlags::EXCHANGE) {
            // Some file systems can't exchange folders; then it takes two steps.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
            done => return done.map_err(io::Error::from),
        }
    }
    swap_in_two_steps(new, target, old)
}

/// Does the same where folders can't be exchanged. For a moment there is no folder; after a crash in that moment the next
/// build restores it.
fn swap_in_two_steps(new: &Path, target: &Path, old: &Path) -> io::Result<()> {
    fs::rename(target, old)?;
    fs::rename(new, target).inspect_err(|_| {
        // The first error is the one to report.
        let _ = fs::rename(old, target);
    })
}

/// True for the error of a folder that can't be moved as a whole: another file system is mounted on it, or it is part of
/// a lower layer of an overlay, as in a container's image.
pub(super) fn stays_in_place(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::CrossesDevices | io::ErrorKind::ResourceBusy)
}

/// Replaces the files of a folder that can't be moved, one after the other. Every file is whole at every moment. New files
/// come first, then those go that are no longer made, and the manifest is last; until then another one stands there
/// that knows both the old files and the new.
///
/// # Errors
/// What the disk refuses, and a file that was saved since the look. Files before it are replaced then, and the next build
/// goes on.
pub(super) fn replace_each(
    target: &Path,
    folder: &FlowFolder,
    artifacts: &[Artifact],
    change: &FolderChange,
) -> io::Result<()> {
    let staging = target.join(STAGING);
    let replaced = replace_from(&staging, target, folder, artifacts, change);
    let _ = remove_all(&staging);
    replaced?;
    let _ = fs::remove_dir(target.join("mail"));
    sync_folder(target)
}

fn replace_from(
    staging: &Path,
    target: &Path,
    folder: &FlowFolder,
    artifacts: &[Artifact],
    change: &FolderChange,
) -> io::Result<()> {
    let outcome = &change.outcome;
    fs::create_dir(staging)?;
    for name in outcome.written.iter().filter_map(|path| Some(path.split_once('/')?.0)).collect::<BTreeSet<_>>() {
        fs::create_dir(staging.join(name))?;
        if !target.join(name).is_dir() {
            fs::create_dir(target.join(name))?;
        }
    }
    let mut files = write_all(target, staging, artifacts, &outcome.written)?;
    let [between, last] = ["between", "last"].map(|name| staging.join(name));
    for (path, manifest) in [(&between, &with_both(target, folder, change)?), (&last, &change.manifest)] {
        let mut file = create_like(path, &target.join(manifest::NAME))?;
        file.write_all(&manifest.bytes())?;
        files.push(file);
    }
    files.iter().try_for_each(File::sync_all)?;
    drop(files);

    let manifest = target.join(manifest::NAME);
    fs::rename(&between, &manifest)?;
    for (from, to) in &outcome.aside {
        let (from, to) = (target.join(from), target.join(to));
        // The name stays in use until the new file takes it.
        if fs::hard_link(&from, &to).is_err() {
            let mut copy = create_like(&to, &from)?;
            io::copy(&mut File::open(&from)?, &mut copy)?;
            copy.sync_all()?;
        }
    }
    for path in &outcome.written {
        refuse_changed(folder, path)?;
        fs::rename(staging.join(path), target.join(path))?;
    }
    let aside: BTreeMap<&str, &str> = outcome.aside.iter().map(|(from, to)| (&**from, &**to)).collect();
    let is_written = |path: &str| outcome.written.iter().any(|written| written == path);
    let left = aside.keys().copied().filter(|path| !is_written(path));
    for path in left.chain(outcome.removed.iter().map(String::as_str)) {
        refuse_changed(folder, path)?;
        fs::remove_file(target.join(path))?;
    }
    fs::rename(&last, &manifest)
}

/// The manifest that knows what was in the folder and what will be.
fn with_both(target: &Path, folder: &FlowFolder, change: &FolderChange) -> io::Result<Manifest> {
    let mut both = folder.manifest.clone().unwrap_or_default();
    both.written.extend(change.manifest.written.iter().cloned());
    both.kept.extend(change.manifest.kept.iter().cloned());
    let outcome = &change.outcome;
    let is_aside = |path: &str| outcome.aside.iter().any(|(from, _)| from == path);
    for path in outcome.written.iter().chain(&outcome.removed).filter(|path| !is_aside(path)) {
        if folder.files.contains_key(path)
            && let Some(bytes) = bytes_of(&target.join(path), PDF_LIMIT)?
        {
            // Otherwise what was saved meanwhile would count as ours.
            refuse_changed(folder, path)?;
            both.written.insert((path.clone(), digest(&bytes)));
        }
    }
    Ok(both)
}

/// Refuses to replace a file that was saved since the look.
fn refuse_changed(folder: &FlowFolder, path: &str) -> io::Result<()> {
    let is_same = match folder.files.get(path) {
        Some(found) => FileStamp::of(&fs::symlink_metadata(&found.path)?) == found.stamp,
        None => true,
    };
    if is_same { Ok(()) } else { Err(io::Error::other(format!("`{path}` was saved meanwhile"))) }
}

/// The names of what was saved into a folder, or changed in it, since the look; sorted.
pub(super) fn saved_since(folder: &FlowFolder, now: &FlowFolder) -> Vec<String> {
    // A folder of a release is one that was moved there meanwhile: a build exchanges no folder that holds releases.
    let mut saved: Vec<String> = now.odd.iter().chain(&now.releases).cloned().collect();
    for (path, found) in &now.files {
        if folder.files.get(path).is_none_or(|before| before.stamp != found.stamp) {
            saved.push(path.clone());
        }
    }
    saved.sort();
    saved
}

/// The first free name beside the flow's folder under which an old one can be seen, as `shop.old-1`.
pub(super) fn visible(target: &Path) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let mut number = 1;
    loop {
        let path = target.with_file_name(format!("{name}.old-{number}"));
        if fs::symlink_metadata(&path).is_err() {
            return path;
        }
        number += 1;
    }
}

#[cfg(test)]
mod tests;
