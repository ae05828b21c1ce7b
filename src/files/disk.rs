//! Compares with what the disk holds, and makes sure that changes reach it.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::Path;
use std::time::SystemTime;

/// True when a file holds exactly these bytes. Reads a piece of it at a time.
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

/// The bytes of a file; `None` when it holds more than `limit`.
pub(super) fn bytes_of(file: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    File::open(file)?.take(limit + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= limit).then_some(bytes))
}

/// A text with LF alone at the end of each line.
pub(super) fn with_lf(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for (at, byte) in text.iter().enumerate() {
        if !(*byte == b'\r' && text.get(at + 1) == Some(&b'\n')) {
            out.push(*byte);
        }
    }
    out
}

/// A text with CR LF at the end of each line.
pub(super) fn with_cr_lf(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + text.len() / 16);
    for byte in with_lf(text) {
        if byte == b'\n' {
            out.push(b'\r');
        }
        out.push(byte);
    }
    out
}

/// What tells whether a file was written between two looks at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FileStamp {
    length: u64,
    changed: Option<SystemTime>,
    /// Number of the file on its disk; 0 on systems that don't tell.
    number: u64,
}

impl FileStamp {
    /// The stamp of a file of which the system tells this.
    pub(super) fn of(about: &Metadata) -> Self {
        #[cfg(unix)]
        let number = std::os::unix::fs::MetadataExt::ino(about);
        #[cfg(not(unix))]
        let number = 0;
        Self { length: about.len(), changed: about.modified().ok(), number }
    }
}

/// Makes sure that the names in a folder reach the disk. Only Unix needs this; other systems can't open a folder like a
/// file.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_are_changed_and_nothing_else() {
        for (text, lf, cr_lf) in [
            ("", "", ""),
            ("a", "a", "a"),
            ("a\nb\r\n", "a\nb\n", "a\r\nb\r\n"),
            ("\r\r\n\ra\r", "\r\n\ra\r", "\r\r\n\ra\r"),
        ] {
            assert_eq!(with_lf(text.as_bytes()), lf.as_bytes(), "{text:?}");
            assert_eq!(with_cr_lf(text.as_bytes()), cr_lf.as_bytes(), "{text:?}");
        }
    }

    #[test]
    fn a_file_that_is_written_again_has_another_stamp() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "one").unwrap();
        let stamp = || FileStamp::of(&fs::metadata(&path).unwrap());
        let first = stamp();
        assert_eq!(stamp(), first);
        fs::write(&path, "three").unwrap();
        assert_ne!(stamp(), first);
    }

    #[test]
    fn a_file_holds_its_own_bytes_and_no_others() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        // This is longer than the piece that is read at once.
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
