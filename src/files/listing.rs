//! Lists folders.

use std::ffi::OsString;
use std::io;
use std::path::Path;

/// The names in a folder, sorted.
///
/// The standard library's own listing panics when the system can't close a folder, which a network disk may answer.
#[cfg(any(target_os = "linux", target_os = "macos"))]
pub(super) fn names(folder: &Path) -> io::Result<Vec<OsString>> {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let mut names = Vec::new();
    for entry in rustix::fs::Dir::new(std::fs::File::open(folder)?)? {
        let entry = entry?;
        let name = entry.file_name().to_bytes();
        if name != b"." && name != b".." {
            names.push(OsStr::from_bytes(name).to_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// The names in a folder, sorted.
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub(super) fn names(folder: &Path) -> io::Result<Vec<OsString>> {
    let names = std::fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name()));
    let mut names = names.collect::<io::Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}
