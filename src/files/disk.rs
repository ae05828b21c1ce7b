//! Compares with what the disk holds, and makes sure that changes reach it.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

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

/// Makes sure that the names in a folder reach the disk. Only Unix needs this; other systems can't open a folder like a
/// file.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

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
