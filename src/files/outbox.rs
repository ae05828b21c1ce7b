//! The file of an outbox: read whole, and then appended to, line by line, by one run at a time. Each line is on the disk before
//! the run goes on.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::disk::sync_folder;
use super::lock::{Lock, Tried};
use super::whole::folder_of;
use super::{bounded, refuse_link_outside, shown, why};
use crate::diagnostic::Diagnostic;

/// How the name of an outbox ends, in place of the `toml` of its release.
const ENDING: &str = "outbox";

/// The most bytes of an outbox.
const LIMIT: u64 = 64 << 20;

/// The outbox of a release file.
#[must_use]
pub fn outbox_of(release: &Path) -> PathBuf {
    release.with_extension(ENDING)
}

/// Reads an outbox without changing it; `None` where there is none.
///
/// # Errors
/// One that can't be read.
pub fn read_outbox(path: &Path) -> Result<Option<String>, Diagnostic> {
    if fs::symlink_metadata(path).is_err() {
        return Ok(None);
    }
    refuse_link_outside(path)?;
    let text = decoded(path, super::read(path, LIMIT)?)?;
    if text.is_empty() && !was_killed(path) {
        // A run that had nothing to write has taken it away meanwhile.
        return if fs::symlink_metadata(path).is_ok() { Err(emptied(path)) } else { Ok(None) };
    }
    Ok(Some(text))
}

/// The fault of an outbox without its first line, which is written with the file.
fn emptied(path: &Path) -> Diagnostic {
    Diagnostic::error_nowhere("outbox-cut-off", format!("`{}` is empty: what was sent is lost", shown(path)))
        .help("bring a whole copy of it, from where it was written")
        .help("if nobody was told anything yet, remove it, and say so with `--send --first`")
}

fn decoded(path: &Path, bytes: Vec<u8>) -> Result<String, Diagnostic> {
    String::from_utf8(bytes).map_err(|_| {
        Diagnostic::error_nowhere("bad-outbox", format!("`{}` isn't UTF-8", shown(path)))
            .help("bring a whole copy of it")
    })
}

/// Whether a run that wrote this outbox was killed, or still writes: its last line may be half of one.
#[must_use]
pub fn was_killed(path: &Path) -> bool {
    fs::symlink_metadata(lock_of(path)).is_ok()
}

/// An outbox that this run alone appends to.
pub struct OutboxFile {
    path: PathBuf,
    file: File,
    /// The bytes that it holds, all of them whole lines once something was appended.
    length: u64,
    /// Whether its name may not have reached the disk yet.
    is_new: bool,
    _lock: Lock,
}

impl OutboxFile {
    /// Opens an outbox, which is made where there is none, and gives what it holds. Half a line at its end, which a run on this
    /// machine left when it was killed, is taken away: what it says was never done.
    ///
    /// # Errors
    /// Another run has it, or the disk refuses.
    pub fn open(path: &Path) -> Result<(Self, String), Diagnostic> {
        let name = shown(path);
        let unwritten = |error: &io::Error| {
            let message = format!("can't write `{name}`: {}", why(error));
            Diagnostic::error_nowhere("outbox-not-written", message)
                .help("nothing is sent while that can't be written down")
        };
        refuse_link_outside(path)?;
        let lock = lock_of(path);
        let was_killed = was_killed(path);
        let lock = match Lock::attempt(&lock).map_err(|error| unwritten(&error))? {
            Tried::Held(lock) => lock,
            Tried::ByOther(holder) => {
                let message = format!("mails of this release are being sent by {holder}");
                return Err(Diagnostic::error_nowhere("outbox-busy", message).help("wait until that run has ended"));
            }
            Tried::NoLocks => {
                let message = format!("the disk of `{name}` has no locks, so two runs could send the same");
                return Err(Diagnostic::error_nowhere("outbox-not-written", message).help("keep it on another disk"));
            }
        };
        let mut is_new = fs::symlink_metadata(path).is_err();
        let file =
            OpenOptions::new().read(true).append(true).create(true).open(path).map_err(|error| unwritten(&error))?;
        let mut text = decoded(path, bounded(&file, LIMIT, &name)?)?;
        if was_killed && !text.ends_with('\n') {
            text.truncate(text.rfind('\n').map_or(0, |at| at + 1));
            file.set_len(text.len() as u64).and_then(|()| file.sync_all()).map_err(|error| unwritten(&error))?;
        }
        if text.is_empty() && !is_new {
            if !was_killed {
                return Err(emptied(path));
            }
            is_new = true;
        }
        let length = text.len() as u64;
        Ok((Self { path: path.to_owned(), file, length, is_new, _lock: lock }, text))
    }

    /// Appends whole lines. They are on the disk when this returns; when it fails, none of them is there.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn append(&mut self, lines: &str) -> Result<(), Diagnostic> {
        let mut put = || {
            self.file.write_all(lines.as_bytes())?;
            self.file.sync_all()?;
            if self.is_new {
                sync_folder(folder_of(&self.path))?;
                self.is_new = false;
            }
            Ok(())
        };
        match put() {
            Ok(()) => {
                self.length += lines.len() as u64;
                Ok(())
            }
            Err(error) => {
                // Half a line would be taken for an outbox that was cut off.
                let _ = self.file.set_len(self.length);
                let message = format!("can't write `{}`: {}", shown(&self.path), why(&error));
                Err(Diagnostic::error_nowhere("outbox-not-written", message))
            }
        }
    }
}

impl Drop for OutboxFile {
    fn drop(&mut self) {
        // A file without a line would stand there for nothing. The lock is still ours.
        if self.is_new && self.length == 0 {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// The lock of an outbox.
fn lock_of(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".lock");
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_appended_by_one_run_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = outbox_of(&folder.path().join("x.release.toml"));
        assert_eq!(path.file_name().unwrap(), "x.release.outbox");
        assert_eq!(read_outbox(&path), Ok(None));
        let (mut first, text) = OutboxFile::open(&path).unwrap();
        assert_eq!(text, "");
        let refused = OutboxFile::open(&path).err().unwrap();
        assert_eq!(refused.code, "outbox-busy");
        assert!(refused.message.contains(&std::process::id().to_string()), "{}", refused.message);
        first.append("one\n").unwrap();
        first.append("two\n").unwrap();
        drop(first);
        assert_eq!(OutboxFile::open(&path).unwrap().1, "one\ntwo\n");
        assert_eq!(read_outbox(&path), Ok(Some("one\ntwo\n".to_owned())));
    }

    #[test]
    fn half_a_line_goes_only_where_a_run_was_killed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.release.outbox");
        fs::write(&path, "one\ntw").unwrap();
        assert_eq!(OutboxFile::open(&path).unwrap().1, "one\ntw");
        fs::write(lock_of(&path), "7\n").unwrap();
        assert_eq!(OutboxFile::open(&path).unwrap().1, "one\n");
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\n");
    }

    #[test]
    fn an_empty_outbox_is_one_that_was_cut_off_unless_a_run_was_killed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.release.outbox");
        fs::write(&path, "").unwrap();
        assert_eq!(read_outbox(&path).unwrap_err().code, "outbox-cut-off");
        assert_eq!(OutboxFile::open(&path).err().unwrap().code, "outbox-cut-off");
        fs::write(lock_of(&path), "7\n").unwrap();
        assert_eq!(read_outbox(&path), Ok(Some(String::new())));
        // Whoever has nothing to write leaves none behind.
        drop(OutboxFile::open(&path).unwrap());
        assert_eq!(read_outbox(&path), Ok(None));
        assert!(!path.exists());
    }

    #[cfg(unix)]
    #[test]
    fn an_outbox_that_leads_elsewhere_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let flows = folder.path().join("flows");
        fs::create_dir(&flows).unwrap();
        fs::write(folder.path().join("target"), "").unwrap();
        let path = flows.join("x.release.outbox");
        std::os::unix::fs::symlink("../target", &path).unwrap();
        assert_eq!(OutboxFile::open(&path).err().unwrap().code, "link-outside");
        assert_eq!(read_outbox(&path).unwrap_err().code, "link-outside");
    }
}
