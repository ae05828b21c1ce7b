//! Lets only one run at a time change something: a build a flow's folder, or whoever sends mails an outbox.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::shown;

/// How a build waits for another: it is given words for whom it waits for, and the waiting itself, which it has to do.
/// It may tell the user when that takes long.
pub type LockWait<'a> = &'a dyn Fn(&str, &mut dyn FnMut());

/// Held while something is changed.
pub(super) struct Lock {
    /// Closing the file unlocks it.
    _file: File,
    path: PathBuf,
}

/// What became of an attempt to take a lock without waiting.
pub(super) enum Tried {
    /// It is ours.
    Held(Lock),
    /// Somebody else has it; words for whom.
    ByOther(String),
    /// The disk has no locks.
    NoLocks,
}

impl Lock {
    /// Takes the lock, or says who has it.
    pub(super) fn attempt(path: &Path) -> io::Result<Tried> {
        Self::acquire(path, None)
    }

    /// Waits for the lock. `None` on a disk that has no locks.
    pub(super) fn take(path: &Path, wait: LockWait<'_>) -> io::Result<Option<Self>> {
        match Self::acquire(path, Some(wait))? {
            Tried::Held(lock) => Ok(Some(lock)),
            Tried::ByOther(_) | Tried::NoLocks => Ok(None),
        }
    }

    /// Takes the lock, and waits for it if there is a way to wait.
    fn acquire(path: &Path, wait: Option<LockWait<'_>>) -> io::Result<Tried> {
        loop {
            let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
            match locked(&file, path, wait) {
                Err(error) if has_no_locks(&error) => {
                    // Nobody can hold it.
                    let _ = fs::remove_file(path);
                    return Ok(Tried::NoLocks);
                }
                Ok(false) => return Ok(Tried::ByOther(holder(path))),
                done => _ = done?,
            }
            // The process that held the lock before may have removed the file; a lock on a removed file keeps nobody
            // out.
            if still_named(&file, path)? {
                // Those who wait are told, but can do without.
                let _ = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
                return Ok(Tried::Held(Self { _file: file, path: path.to_owned() }));
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // The file may be removed only where `still_named` can tell; on other systems it stays.
        if cfg!(unix) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Locks a file, and waits while another process holds it. False if one does, and there is no way to wait.
fn locked(file: &File, path: &Path, wait: Option<LockWait<'_>>) -> io::Result<bool> {
    let is_free = uninterrupted(|| match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    })?;
    let Some(wait) = wait.filter(|_| !is_free) else { return Ok(is_free) };
    let mut taken = Ok(());
    wait(&holder(path), &mut || taken = uninterrupted(|| file.lock()));
    taken.map(|()| true)
}

/// Words for the process that holds the lock at `path`.
fn holder(path: &Path) -> String {
    // A process that has just taken it may not have written its number yet, and Windows lets nobody else read it.
    let number = fs::read_to_string(path).ok().and_then(|text| text.trim().parse::<u32>().ok());
    let path = shown(path);
    number.map_or_else(
        || format!("another run, which holds `{path}`"),
        |number| format!("the run with process number {number}, which holds `{path}`"),
    )
}

/// Does the same again while signals interrupt it.
fn uninterrupted<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

/// True for the error of a disk that has no locks, such as a network disk without its lock service.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn has_no_locks(error: &io::Error) -> bool {
    use rustix::io::Errno;
    let number = Errno::from_io_error(error);
    [Errno::NOLCK, Errno::NOTSUP, Errno::OPNOTSUPP, Errno::NOSYS].map(Some).contains(&number)
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn has_no_locks(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::Unsupported
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

/// Files that are locked are never removed on this system.
#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "the other version can fail")]
pub(super) fn still_named(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::sync::mpsc::channel;
    use std::thread;

    use super::*;

    #[test]
    fn whoever_waits_is_told_for_whom_and_gets_the_lock_next() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".x.lock");
        let nobody: LockWait<'_> = &|holder, _| panic!("waits for {holder}");
        let held = Lock::take(&path, nobody).unwrap().unwrap();
        let (tell, told) = channel();
        thread::scope(|scope| {
            let waiting = scope.spawn(|| {
                let wait = |holder: &str, work: &mut dyn FnMut()| {
                    tell.send(holder.to_owned()).unwrap();
                    work();
                };
                Lock::take(&path, &wait).unwrap().is_some()
            });
            let holder = told.recv().unwrap();
            assert!(holder.contains(&shown(&path)), "{holder}");
            assert!(cfg!(windows) || holder.contains(&format!(" {},", std::process::id())), "{holder}");
            drop(held);
            assert!(waiting.join().unwrap());
        });
        assert_eq!(path.exists(), cfg!(windows), "it is removed where that is safe");
    }

    #[test]
    fn a_lock_file_of_a_killed_build_holds_nobody_up() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".x.lock");
        fs::write(&path, "no number").unwrap();
        assert!(holder(&path).starts_with("another run"));
        assert!(Lock::take(&path, &|_, _| panic!("waits")).unwrap().is_some());
    }

    #[test]
    fn a_call_that_is_interrupted_is_made_again() {
        let left =
            RefCell::new(vec![Ok(7), Err(io::ErrorKind::Interrupted.into()), Err(io::ErrorKind::Interrupted.into())]);
        assert_eq!(uninterrupted(|| left.borrow_mut().pop().unwrap()).unwrap(), 7);
        let refused = uninterrupted(|| Err::<(), _>(io::ErrorKind::PermissionDenied.into())).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::PermissionDenied);
    }

    #[cfg(any(target_os = "linux", target_os = "macos"))]
    #[test]
    fn a_disk_without_locks_is_told_from_one_that_fails() {
        use rustix::io::Errno;
        for (number, none) in [(Errno::NOLCK, true), (Errno::OPNOTSUPP, true), (Errno::NOSYS, true), (Errno::IO, false)]
        {
            assert_eq!(has_no_locks(&number.into()), none, "{number:?}");
        }
    }
}
