//! Publishes a flow's folder as a whole or not at all: it is built beside the last one and then takes its place.
//!
//! Under the lock `.<id>.lock` everything is written to `.<id>.new` and flushed to disk. Only then do the two folders
//! change places, in one step where the system can do that. So a reader finds either the last output or the new one,
//! and a build that fails in between leaves the last one as it was.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::disk::{holds, sync_folder};
use super::lock::Lock;
use super::{shown, why};
use crate::chars;
use crate::diagnostic::Diagnostic;
use crate::output::{Artifact, OutputKind};

/// True when a folder's permissions say who may write into it. On Windows a folder that is marked read-only can still
/// be written to: the mark only says that it has its own icon.
const HAS_MODES: bool = cfg!(unix);

/// What a build did to a flow's folder. Paths are relative to it, sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Published {
    /// The flow's folder.
    pub folder: PathBuf,
    /// Files that are new or differ from the last build's.
    pub written: Vec<String>,
    /// Files that were there already with the same bytes.
    pub unchanged: Vec<String>,
    /// Files of the last build that this build no longer makes.
    pub removed: Vec<String>,
    /// Files of the last build whose kinds this build was not asked for.
    pub kept: Vec<String>,
}

/// Makes the folder `output/id` hold `artifacts` and, of the last build, only the files whose kind isn't in `rebuilt`.
///
/// Nothing on disk is touched when nothing would change. Waits for other programs that publish the same flow.
///
/// # Errors
/// An id or path that leads out of the folder; a folder that holds what no build made, is a link, or may not be
/// written; and whatever the disk refuses. The last output stands as it was then.
pub fn publish(
    output: &Path,
    id: &str,
    artifacts: &[Artifact],
    rebuilt: &[OutputKind],
) -> Result<Published, Diagnostic> {
    check_names(id, artifacts)?;
    let target = output.join(id);
    let name = shown(&target);
    let refused = |error: &io::Error| {
        Diagnostic::error_nowhere("not-written", format!("can't write `{name}`: {}", why(error)))
            .help("what stood there before is unchanged")
    };

    // This first look needs no lock, so that nothing is touched when nothing changes. Faults are found again below.
    if let Ok(existing) = inspect(&target)
        && let Ok(outcome) = compare(&target, &existing, artifacts, rebuilt)
        && outcome.written.is_empty()
        && outcome.removed.is_empty()
    {
        return Ok(outcome);
    }

    fs::create_dir_all(output).map_err(|error| {
        if error.kind() != io::ErrorKind::AlreadyExists {
            return refused(&error);
        }
        let message = format!("`{}` is a file where a folder is needed", shown(output));
        Diagnostic::error_nowhere("not-written", message).help("move it away, or choose another `--output`")
    })?;
    let _lock = Lock::take(&output.join(format!(".{id}.lock"))).map_err(|error| refused(&error))?;
    let new = output.join(format!(".{id}.new"));
    let old = output.join(format!(".{id}.old"));
    clear_crashed(&target, &new, &old).map_err(|error| refused(&error))?;

    let existing = inspect(&target)?;
    refuse_other_case(output, id)?;
    let outcome = compare(&target, &existing, artifacts, rebuilt).map_err(|error| refused(&error))?;
    let swapped = fill(&target, &new, artifacts, &outcome).and_then(|()| swap(&new, &target, &old));
    // After the swap this is the last output. If it can't be removed, the next build removes it.
    let _ = fs::remove_dir_all(&new);
    swapped.map_err(|error| refused(&error))?;
    let _ = fs::remove_dir_all(&old);
    // If a crash after this leaves only one of the two folders, it is a complete one.
    let _ = sync_folder(output);
    Ok(outcome)
}

/// Refuses an id or a path that could lead out of the flow's folder, or that the next build wouldn't recognise as its
/// own.
fn check_names(id: &str, artifacts: &[Artifact]) -> Result<(), Diagnostic> {
    let safe_id = id.starts_with(|first: char| first.is_ascii_alphanumeric())
        && id.len() <= 64
        && id.chars().all(|character| character.is_ascii_alphanumeric() || character == '-');
    if !safe_id {
        let message = format!("`{}` can't name a folder", chars::shown::words(id));
        return Err(Diagnostic::error_nowhere("not-written", message));
    }
    match artifacts
        .iter()
        .find(|artifact| OutputKind::of(&artifact.path) != Some(artifact.kind) || artifact.path.contains('\\'))
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
    let Ok(entries) = fs::read_dir(output) else { return Ok(()) };
    let names = entries.filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()));
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

/// The files of the last build by path; empty when there is none.
fn inspect(target: &Path) -> Result<BTreeMap<String, PathBuf>, Diagnostic> {
    let unreadable = |error: io::Error| {
        let message = format!("can't look into `{}`: {}", shown(target), why(&error));
        Diagnostic::error_nowhere("not-written", message)
    };
    let about = match fs::symlink_metadata(target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
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
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(target).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name == "mail" && entry.file_type().map_err(unreadable)?.is_dir() {
            for mail in fs::read_dir(entry.path()).map_err(unreadable)? {
                let mail = mail.map_err(unreadable)?;
                let path = format!("mail/{}", mail.file_name().to_string_lossy());
                sort_in(&mut found, path, &mail).map_err(unreadable)??;
            }
        } else {
            sort_in(&mut found, name, &entry).map_err(unreadable)??;
        }
    }
    Ok(found)
}

/// Adds an entry of the flow's folder to the files of the last build. An entry that no build made is a fault, since
/// replacing the folder would lose it.
fn sort_in(
    found: &mut BTreeMap<String, PathBuf>,
    path: String,
    entry: &fs::DirEntry,
) -> io::Result<Result<(), Diagnostic>> {
    // File managers leave these files in every folder that somebody opens; they may be lost.
    if matches!(path.rsplit('/').next(), Some(".DS_Store" | "Thumbs.db" | "desktop.ini")) {
        return Ok(Ok(()));
    }
    if OutputKind::of(&path).is_none() || !entry.file_type()?.is_file() {
        let message = format!("`{}` is no output of a build and would be lost", shown(&entry.path()));
        return Ok(Err(Diagnostic::error_nowhere("foreign-file", message)
            .help("move it out of the flow's output folder, or choose another `--output`")));
    }
    found.insert(path, entry.path());
    Ok(Ok(()))
}

/// Finds what a build would do to the folder.
fn compare(
    target: &Path,
    existing: &BTreeMap<String, PathBuf>,
    artifacts: &[Artifact],
    rebuilt: &[OutputKind],
) -> io::Result<Published> {
    let mut outcome = Published { folder: target.to_owned(), ..Published::default() };
    let made: BTreeMap<&str, &[u8]> =
        artifacts.iter().map(|artifact| (artifact.path.as_str(), artifact.bytes.as_slice())).collect();
    for (path, bytes) in &made {
        let same = match existing.get(*path) {
            Some(file) => holds(file, bytes)?,
            None => false,
        };
        if same { &mut outcome.unchanged } else { &mut outcome.written }.push((*path).to_owned());
    }
    for path in existing.keys().filter(|path| !made.contains_key(path.as_str())) {
        let gone = OutputKind::of(path).is_some_and(|kind| rebuilt.contains(&kind));
        if gone { &mut outcome.removed } else { &mut outcome.kept }.push(path.clone());
    }
    Ok(outcome)
}

/// Writes the whole folder under its temporary name and flushes it to disk.
fn fill(target: &Path, new: &Path, artifacts: &[Artifact], outcome: &Published) -> io::Result<()> {
    fs::create_dir(new)?;
    let stay: Vec<&String> = outcome.unchanged.iter().chain(&outcome.kept).collect();
    let all = stay.iter().copied().chain(&outcome.written);
    let inner: BTreeSet<&str> = all.filter_map(|path| Some(path.split_once('/')?.0)).collect();
    let folders: Vec<PathBuf> = inner.into_iter().map(|name| new.join(name)).collect();
    folders.iter().try_for_each(fs::create_dir)?;
    // All files are written before the first is flushed, because that flushes most of the others as well. They stay
    // open for writing, since Windows flushes only such files.
    let mut files = Vec::new();
    for path in stay {
        // A hard link keeps the times of the file; on disks without hard links the file is copied.
        let (from, to) = (target.join(path), new.join(path));
        if fs::hard_link(&from, &to).is_err() {
            let mut copy = File::create_new(&to)?;
            io::copy(&mut File::open(&from)?, &mut copy)?;
            files.push(copy);
        }
    }
    for artifact in artifacts.iter().filter(|artifact| outcome.written.binary_search(&artifact.path).is_ok()) {
        let mut file = File::create_new(new.join(&artifact.path))?;
        file.write_all(&artifact.bytes)?;
        files.push(file);
    }
    files.iter().try_for_each(File::sync_all)?;
    folders.iter().try_for_each(|folder| sync_folder(folder))?;
    sync_folder(new)?;
    match fs::metadata(target) {
        // The new output has the same readers as the last one.
        Ok(about) if HAS_MODES => fs::set_permissions(new, about.permissions()),
        _ => Ok(()),
    }
}

/// Puts the new folder in the place of the last one, which then stands under one of the temporary names.
fn swap(new: &Path, target: &Path, old: &Path) -> io::Result<()> {
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

/// Does the same where folders can't be exchanged. For a moment there is no folder; after a crash in that moment
/// [`clear_crashed`] restores it.
fn swap_in_two_steps(new: &Path, target: &Path, old: &Path) -> io::Result<()> {
    fs::rename(target, old)?;
    fs::rename(new, target).inspect_err(|_| {
        // The first error is the one to report.
        let _ = fs::rename(old, target);
    })
}

/// Removes what a crashed build has left behind. This process holds the lock, so no other build is using it.
fn clear_crashed(target: &Path, new: &Path, old: &Path) -> io::Result<()> {
    if fs::symlink_metadata(target).is_err() && old.is_dir() {
        fs::rename(old, target)?;
    }
    for stale in [new, old] {
        match fs::remove_dir_all(stale) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn artifact(path: &str, words: &str) -> Artifact {
        let kind = OutputKind::of(path).unwrap_or(OutputKind::Runbook);
        Artifact { kind, path: path.to_owned(), bytes: words.as_bytes().to_vec() }
    }

    /// Every file under a folder with its text, temporary ones included.
    fn tree(folder: &Path) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let mut open = vec![folder.to_owned()];
        while let Some(next) = open.pop() {
            for entry in fs::read_dir(next).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    let name = path.strip_prefix(folder).unwrap().display().to_string();
                    found.push((name, fs::read_to_string(path).unwrap()));
                }
            }
        }
        found.sort();
        found
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(path, words)| ((*path).to_owned(), (*words).to_owned())).collect()
    }

    #[test]
    fn a_build_replaces_the_last_one() {
        let output = tempfile::tempdir().unwrap();
        let first = [artifact("runbook.md", "one"), artifact("mail/01-dba.txt", "a"), artifact("mail/02-ops.txt", "b")];
        let outcome = publish(output.path(), "x", &first, &OutputKind::ALL).unwrap();
        assert_eq!(outcome.written, ["mail/01-dba.txt", "mail/02-ops.txt", "runbook.md"]);

        let second = [artifact("runbook.md", "two"), artifact("mail/02-ops.txt", "b")];
        let outcome = publish(output.path(), "x", &second, &OutputKind::ALL).unwrap();
        assert_eq!(outcome.written, ["runbook.md"]);
        assert_eq!(outcome.unchanged, ["mail/02-ops.txt"]);
        assert_eq!(outcome.removed, ["mail/01-dba.txt"]);
        assert_eq!(tree(output.path()), pairs(&[("x/mail/02-ops.txt", "b"), ("x/runbook.md", "two")]));
    }

    #[test]
    fn nothing_is_touched_when_nothing_changes() {
        let output = tempfile::tempdir().unwrap();
        let artifacts = [artifact("runbook.md", "one")];
        publish(output.path(), "x", &artifacts, &OutputKind::ALL).unwrap();
        let times = |path: &str| fs::metadata(output.path().join(path)).unwrap().modified().unwrap();
        let before = (times(""), times("x"), times("x/runbook.md"));
        let outcome = publish(output.path(), "x", &artifacts, &OutputKind::ALL).unwrap();
        assert_eq!((outcome.written.len(), outcome.unchanged.len()), (0, 1));
        assert_eq!((times(""), times("x"), times("x/runbook.md")), before);
    }

    #[test]
    fn kinds_that_are_not_rebuilt_stay() {
        let output = tempfile::tempdir().unwrap();
        let all = [artifact("checklist.pdf", "p"), artifact("runbook.md", "r"), artifact("mail/a.txt", "m")];
        publish(output.path(), "x", &all, &OutputKind::ALL).unwrap();
        let outcome = publish(output.path(), "x", &[artifact("runbook.md", "new")], &[OutputKind::Runbook]).unwrap();
        assert_eq!(outcome.kept, ["checklist.pdf", "mail/a.txt"]);
        let expected = [("x/checklist.pdf", "p"), ("x/mail/a.txt", "m"), ("x/runbook.md", "new")];
        assert_eq!(tree(output.path()), pairs(&expected));
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        let output = tempfile::tempdir().unwrap();
        for id in ["", "..", "../x", "a/b", "/etc", ".x", "-x", "a\\b", "x\0", &"x".repeat(65)] {
            assert!(publish(output.path(), id, &[], &OutputKind::ALL).is_err(), "{id:?}");
        }
        for path in ["../runbook.md", "/etc/runbook.md", "mail/../a.txt", "mail/..", "mail/..\\a.txt", "notes.md", ""] {
            let result = publish(output.path(), "x", &[artifact(path, "")], &OutputKind::ALL);
            assert_eq!(result.unwrap_err().code, "not-written", "{path}");
        }
        assert_eq!(tree(output.path()), []);
    }

    #[test]
    fn a_name_of_other_case_is_another_flows() {
        let other = |names: &[&str]| other_case(names.iter().map(|name| (*name).to_owned()), "Shop");
        assert_eq!(other(&["shop", "x"]), Some("shop".to_owned()));
        // A disk that distinguishes upper and lower case holds both.
        for names in [&["shop", "Shop"][..], &["Shop", "shop"], &["Shop"], &["shop-2"], &[]] {
            assert_eq!(other(names), None, "{names:?}");
        }
        let output = tempfile::tempdir().unwrap();
        for id in ["shop", "Shop"] {
            let published = publish(output.path(), id, &[artifact("runbook.md", id)], &OutputKind::ALL);
            let is_one_name = id == "Shop" && output.path().join("SHOP").exists();
            assert_eq!(published.is_err(), is_one_name, "{id}");
        }
    }

    #[test]
    fn a_users_own_file_is_never_lost() {
        for own in ["notes.md", "mail/answers.md", "pictures/runbook.md"] {
            let output = tempfile::tempdir().unwrap();
            let file = output.path().join("x").join(own);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, "mine").unwrap();
            let fault = publish(output.path(), "x", &[artifact("runbook.md", "new")], &OutputKind::ALL).unwrap_err();
            assert_eq!(fault.code, "foreign-file");
            assert_eq!(tree(output.path()), pairs(&[(&format!("x/{own}"), "mine")]));
        }
    }

    #[test]
    fn a_file_in_the_folders_place_is_kept() {
        let output = tempfile::tempdir().unwrap();
        fs::write(output.path().join("x"), "mine").unwrap();
        let fault = publish(output.path(), "x", &[artifact("runbook.md", "new")], &OutputKind::ALL).unwrap_err();
        assert!(fault.message.contains("is a file"), "{}", fault.message);
        let fault =
            publish(&output.path().join("x"), "x", &[artifact("runbook.md", "new")], &OutputKind::ALL).unwrap_err();
        assert!(fault.message.contains("where a folder is needed"), "{}", fault.message);
        assert_eq!(tree(output.path()), pairs(&[("x", "mine")]));
    }

    #[test]
    fn what_a_crash_left_is_cleared() {
        let output = tempfile::tempdir().unwrap();
        for stale in [".x.new", ".x.old"] {
            fs::create_dir(output.path().join(stale)).unwrap();
            fs::write(output.path().join(stale).join("runbook.md"), "half").unwrap();
        }
        fs::write(output.path().join(".x.lock"), "").unwrap();
        publish(output.path(), "x", &[artifact("runbook.md", "new")], &[OutputKind::Runbook]).unwrap();
        let expected: &[(&str, &str)] =
            if cfg!(unix) { &[("x/runbook.md", "new")] } else { &[(".x.lock", ""), ("x/runbook.md", "new")] };
        assert_eq!(tree(output.path()), pairs(expected));
    }

    #[test]
    fn a_crash_between_two_steps_is_mended() {
        let output = tempfile::tempdir().unwrap();
        fs::create_dir(output.path().join(".x.old")).unwrap();
        fs::write(output.path().join(".x.old/checklist.pdf"), "last").unwrap();
        publish(output.path(), "x", &[artifact("runbook.md", "new")], &[OutputKind::Runbook]).unwrap();
        let expected = [("x/checklist.pdf", "last"), ("x/runbook.md", "new")];
        assert_eq!(tree(output.path()), pairs(&expected));
    }

    #[test]
    fn two_steps_do_the_same_as_one() {
        let output = tempfile::tempdir().unwrap();
        let [new, target, old] = ["new", "x", "old"].map(|name| output.path().join(name));
        for folder in [&new, &target] {
            fs::create_dir(folder).unwrap();
            fs::write(folder.join("f"), folder.file_name().unwrap().to_str().unwrap()).unwrap();
        }
        swap_in_two_steps(&new, &target, &old).unwrap();
        assert_eq!(tree(output.path()), pairs(&[("old/f", "x"), ("x/f", "new")]));
        // Without a new folder, the last one comes back.
        fs::remove_dir_all(&old).unwrap();
        assert!(swap_in_two_steps(&new, &target, &old).is_err());
        assert_eq!(tree(output.path()), pairs(&[("x/f", "new")]));
    }

    #[cfg(unix)]
    #[test]
    fn links_and_read_only_folders_are_refused_and_permissions_kept() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let output = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        symlink(elsewhere.path(), output.path().join("x")).unwrap();
        let new = [artifact("runbook.md", "new")];
        assert!(publish(output.path(), "x", &new, &OutputKind::ALL).unwrap_err().message.contains("is a link"));
        assert_eq!(tree(elsewhere.path()), []);

        let folder = output.path().join("y");
        publish(output.path(), "y", &new, &OutputKind::ALL).unwrap();
        let mode = || fs::metadata(&folder).unwrap().permissions().mode() & 0o777;
        fs::set_permissions(&folder, PermissionsExt::from_mode(0o750)).unwrap();
        publish(output.path(), "y", &[artifact("runbook.md", "newer")], &OutputKind::ALL).unwrap();
        assert_eq!(mode(), 0o750);
        fs::set_permissions(&folder, PermissionsExt::from_mode(0o550)).unwrap();
        assert!(
            publish(output.path(), "y", &new, &OutputKind::ALL).unwrap_err().message.contains("may not be written")
        );
        fs::set_permissions(&folder, PermissionsExt::from_mode(0o750)).unwrap();
        assert_eq!(fs::read_to_string(folder.join("runbook.md")).unwrap(), "newer");
    }
}
