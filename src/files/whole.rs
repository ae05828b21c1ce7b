//! Writes single files whole: under a temporary name first, then under their own. So a file holds either all of its new
//! text or what it held before, wherever a run is killed.
//!
//! Temporary names begin with [`PREFIX`]. A run that is killed leaves such a file; nothing reads it, and the next run that
//! writes into the same folder removes it.

use std::ffi::OsString;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::attributes::{self, has_other_names};
use super::disk::sync_folder;
use super::lock::still_named;
use super::{TEXT_LIMIT, shown, why};
use crate::diagnostic::Diagnostic;

/// What temporary names begin with. Folders of flows and templates are read without hidden files.
const PREFIX: &str = ".runsheet-";

/// What the name of a copy ends with that is kept while a file is rewritten in place.
const COPY: &str = ".before-fix";

/// Writes a new file.
///
/// # Errors
/// When something with that name exists already, or when the disk refuses. No incomplete file is left behind.
pub fn create(path: &Path, bytes: &[u8]) -> Result<(), Diagnostic> {
    let name = shown(path);
    Temporary::beside(path).and_then(|file| file.filled(bytes)?.put_anew(path)).map_err(|error| {
        if error.kind() == io::ErrorKind::AlreadyExists {
            return Diagnostic::error_nowhere("exists", format!("`{name}` is there already"))
                .help("nothing is overwritten: choose another name with `--output`");
        }
        Diagnostic::error_nowhere("not-written", format!("can't write `{name}`: {}", why(&error)))
    })
}

/// Writes files, given as name and bytes, into a folder, which is made if it doesn't exist. A file replaces one of the
/// same name.
///
/// # Errors
/// When the disk refuses. Each file is whole then, but some may be older ones.
pub fn put_all(folder: &Path, files: &[(String, Vec<u8>)]) -> Result<(), Diagnostic> {
    let put = |(name, bytes): &(String, Vec<u8>)| put(&folder.join(name), bytes);
    fs::create_dir_all(folder).and_then(|()| files.iter().try_for_each(put)).map_err(|error| {
        let message = format!("can't write into `{}`: {}", shown(folder), why(&error));
        Diagnostic::error_nowhere("not-written", message)
    })
}

/// Replaces the text of a file, which must still be `read`, by `with` in one step: other programs see either the old
/// text or the new one. A byte order mark, the owner, the permissions and the extended attributes stay, and a link still
/// leads to the file.
///
/// A file with other names (hard links), and one whose owner or attributes this user can't give to another file, is
/// rewritten in place instead, under every name. What it held stands beside it meanwhile, see [`unfinished`].
///
/// # Errors
/// A file that can't be written, or that no longer holds what was read.
pub fn replace(path: &Path, read: &str, with: &str) -> Result<(), Diagnostic> {
    const MARK: &[u8] = "\u{feff}".as_bytes();
    let name = shown(path);
    let unwritten = |what: &str| Diagnostic::error_nowhere("not-written", format!("can't write `{name}`: {what}"));
    let bytes = super::read(path, TEXT_LIMIT)?;
    let (mark, text) = bytes.strip_prefix(MARK).map_or((&[][..], &*bytes), |text| (MARK, text));
    if text != read.as_bytes() {
        return Err(unwritten("it has changed meanwhile"));
    }
    if fs::metadata(path).is_ok_and(|about| about.permissions().readonly()) {
        return Err(unwritten("it is read-only"));
    }
    put(path, &[mark, with.as_bytes()].concat()).map_err(|error| match unfinished(path) {
        Some(fault) => fault,
        None => unwritten(&why(&error)),
    })
}

/// The fault of a file that may hold a part of its text only: a run was killed while it rewrote the file in place. `None`
/// for every other file.
#[must_use]
pub fn unfinished(path: &Path) -> Option<Diagnostic> {
    let is_link = fs::symlink_metadata(path).ok()?.is_symlink();
    let copy = copy_of(&if is_link { fs::canonicalize(path).ok()? } else { path.to_owned() });
    fs::symlink_metadata(&copy).ok()?;
    let (name, copy) = (shown(path), shown(&copy));
    let message = format!("`{name}` may be incomplete: a `runsheet fix` of it was stopped, or still runs");
    let help =
        format!("what it held before is in `{copy}`: put that back into `{name}` if need be, then remove `{copy}`");
    Some(Diagnostic::error_nowhere("unfinished-fix", message).help(help))
}

/// Makes a file hold these bytes, whether or not there is one.
fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = match fs::canonicalize(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_owned(),
        path => path?,
    };
    let about = match fs::metadata(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Temporary::beside(&path)?.filled(bytes)?.put_over(&path);
        }
        about => about?,
    };
    let new = Temporary::beside(&path)?.filled(bytes)?;
    if has_other_names(&about) || !attributes::carry_over(&path, &about, new.0.as_file()) {
        drop(new);
        return rewrite(&path, &about, bytes);
    }
    match new.put_over(&path) {
        // Something is mounted on the file itself.
        Err(error) if matches!(error.kind(), io::ErrorKind::ResourceBusy | io::ErrorKind::CrossesDevices) => {
            rewrite(&path, &about, bytes)
        }
        done => done,
    }
}

/// Rewrites a file in place, with a copy of what it held beside it until that is done.
fn rewrite(path: &Path, about: &Metadata, bytes: &[u8]) -> io::Result<()> {
    let copy = copy_of(path);
    let before = fs::read(path)?;
    let kept = Temporary::beside(path)?.filled(&before)?;
    kept.0.as_file().set_permissions(attributes::for_owner_only(about))?;
    kept.put_anew(&copy)?;
    sync_folder(folder_of(path))?;
    let mut file = OpenOptions::new().write(true).open(path).inspect_err(|_| {
        // Nothing has been written yet.
        let _ = fs::remove_file(&copy);
    })?;
    let done = overwrite(&mut file, bytes);
    if done.is_err() && overwrite(&mut file, &before).is_err() {
        // The copy is all that there is now, and `unfinished` says so.
        return done;
    }
    fs::remove_file(&copy).and(done)
}

/// Puts these bytes in the place of all that an open file holds.
fn overwrite(file: &mut File, bytes: &[u8]) -> io::Result<()> {
    use std::io::{Seek as _, SeekFrom};
    file.seek(SeekFrom::Start(0))?;
    file.write_all(bytes)?;
    file.set_len(bytes.len() as u64)?;
    file.sync_all()
}

/// The copy that is kept while a file is rewritten in place.
fn copy_of(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(COPY);
    path.with_file_name(name)
}

/// The folder of a file.
#[must_use]
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A file under a temporary name. It is locked, so that other runs don't remove it, and removed when it is dropped.
struct Temporary(NamedTempFile);

impl Temporary {
    /// An empty file in the folder of `path`. Removes what killed runs have left there.
    fn beside(path: &Path) -> io::Result<Self> {
        let folder = folder_of(path);
        clear(folder);
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        loop {
            let file = builder.tempfile_in(folder)?;
            // On a disk without locks, `clear` removes nothing.
            let is_locked = file.as_file().try_lock().is_ok();
            // Another run may have found it before it was locked.
            if !is_locked || still_named(file.as_file(), file.path())? {
                return Ok(Self(file));
            }
        }
    }

    /// The same file with these bytes in it, which have reached the disk.
    fn filled(mut self, bytes: &[u8]) -> io::Result<Self> {
        self.0.write_all(bytes)?;
        self.0.as_file().sync_all()?;
        Ok(self)
    }

    /// Gives it its own name in place of any other file.
    fn put_over(self, path: &Path) -> io::Result<()> {
        self.0.persist(path).map_err(|error| error.error)?;
        // The file is whole even if a crash takes this step back.
        let _ = sync_folder(folder_of(path));
        Ok(())
    }

    /// Gives it its own name, unless something has that name.
    fn put_anew(self, path: &Path) -> io::Result<()> {
        let Err(refused) = self.0.persist_noclobber(path) else {
            let _ = sync_folder(folder_of(path));
            return Ok(());
        };
        // A disk without hard links can't do that in one step, if it can't rename like this either.
        let cannot = matches!(refused.error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied);
        if !cannot || fs::symlink_metadata(path).is_ok() {
            return Err(refused.error);
        }
        Self(refused.file).put_over(path)
    }
}

/// Removes the temporary files of killed runs. Those of living runs are locked.
fn clear(folder: &Path) {
    for path in super::entries(folder).unwrap_or_default() {
        let is_temporary = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(PREFIX.as_bytes()));
        if is_temporary
            && fs::symlink_metadata(&path).is_ok_and(|about| about.is_file())
            && let Ok(file) = OpenOptions::new().write(true).open(&path)
            && file.try_lock().is_ok()
        {
            let _ = fs::remove_file(&path);
        }
    }
}

#[cfg(test)]
mod tests;
