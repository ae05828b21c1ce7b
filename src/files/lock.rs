//! Lets only one build at a time replace a flow's folder.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// Held while a flow's folder is replaced.
pub(super) struct Lock {
    /// Closing the file unlocks it.
    _file: File,
    path: PathBuf,
}

impl Lock {
    /// Waits for the lock.
    pub(super) fn take(path: &Path) -> io::Result<Self> {
        loop {
            let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
            file.lock()?;
            // The process that held the lock before may have removed the file; a lock on a removed file keeps nobody
            // out.
            if still_named(&file, path)? {
                return Ok(Self { _file: file, path: path.to_owned() });
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // The file may be removed only where `still_named` can tell; on other systems the empty file stays.
        if cfg!(unix) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// True when the path still leads to this very file.
#[cfg(unix)]
pub(super) fn still_named(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let held = file.metadata()?;
    match fs::metadata(path) {
        Ok(named) => Ok((held.dev(), held.ino()) == (named.dev(), named.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Lock files are never removed on this system.
#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "the other version can fail")]
pub(super) fn still_named(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
}
