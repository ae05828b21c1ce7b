//! One build at a time for each flow's folder.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// Held while a flow's folder is replaced.
pub(super) struct Lock {
    /// Unlocked when it is closed.
    _file: File,
    path: PathBuf,
}

impl Lock {
    /// Waits for the lock.
    pub(super) fn take(path: &Path) -> io::Result<Self> {
        loop {
            let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
            file.lock()?;
            // Whoever held it before may have removed the file; then a lock on it keeps nobody out.
            if still_named(&file, path)? {
                return Ok(Self { _file: file, path: path.to_owned() });
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Only where `still_named` can tell; elsewhere the empty file stays.
        if cfg!(unix) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// True when the path still leads to this very file.
#[cfg(unix)]
fn still_named(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let held = file.metadata()?;
    match fs::metadata(path) {
        Ok(named) => Ok((held.dev(), held.ino()) == (named.dev(), named.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Lock files are never removed here.
#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "the other version can fail")]
fn still_named(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
}
