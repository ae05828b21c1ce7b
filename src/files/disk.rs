//! What the disk holds, and bringing things to it.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::thread;

/// Whether a file holds exactly these bytes; a piece of it at a time.
pub(super) fn holds(file: &Path, mut bytes: &[u8]) -> io::Result<bool> {
    if fs::metadata(file)?.len() != bytes.len() as u64 {
        return Ok(false);
    }
    let mut file = File::open(file)?;
    let mut piece = [0; 16 << 10];
    loop {
        let read = match file.read(&mut piece) {
            Ok(0) => return Ok(bytes.is_empty()),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        match bytes.strip_prefix(&piece[..read]) {
            Some(rest) => bytes = rest,
            None => return Ok(false),
        }
    }
}

/// Brings files to disk, half of them on a thread of its own: one needn't wait for the other. Not on the pool, whose
/// threads take another flow while they wait, and with it a second lock.
pub(super) fn sync_files(files: &[File]) -> io::Result<()> {
    let all = |files: &[File]| files.iter().try_for_each(File::sync_all);
    let (here, there) = files.split_at(files.len() / 2);
    thread::scope(|scope| {
        let other = thread::Builder::new().spawn_scoped(scope, || all(there));
        let done = all(here);
        let other = match other {
            Ok(other) => other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            // Where there can be no other thread this one does it all.
            Err(_) => all(there),
        };
        done.and(other)
    })
}

/// Whether a folder can be opened like a file, to bring its names to disk.
pub(super) const FOLDERS_ARE_FILES: bool = cfg!(unix);

/// Brings a folder's names to disk.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    if FOLDERS_ARE_FILES { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_holds_its_own_bytes_and_no_others() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        // Longer than the piece that is read at once.
        let bytes: Vec<u8> = (0..40_000_u32).map(|at| (at % 251) as u8).collect();
        fs::write(&path, &bytes).unwrap();
        assert!(holds(&path, &bytes).unwrap());
        assert!(!holds(&path, &bytes[1..]).unwrap());
        for at in [0, 16 << 10, bytes.len() - 1] {
            let mut other = bytes.clone();
            other[at] ^= 1;
            assert!(!holds(&path, &other).unwrap(), "byte {at}");
        }
        fs::write(&path, b"").unwrap();
        assert!(holds(&path, b"").unwrap());
        assert!(holds(&folder.path().join("none"), b"").is_err());
    }
}
