//! Lists folders, and removes them.

//!
//! On Unix, the standard library's listing panics when the system says that it can't close a folder, as a network disk may.
//! So does the standard library's removal, which lists.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;

/// Removes a folder with everything in it. A link in it is removed, and not what it leads to.
pub(super) fn remove_all(folder: &Path) -> io::Result<()> {
    for name in names(folder)? {
        let path = folder.join(name);
        if fs::symlink_metadata(&path)?.is_dir() { remove_all(&path)? } else { fs::remove_file(&path)? }
    }
    fs::remove_dir(folder)
}

/// The names in a folder, sorted.
#[cfg(any(target_os = "linux", target_os = "macos"))]
pub(super) fn names(folder: &Path) -> io::Result<Vec<OsString>> {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let mut names = Vec::new();
    for entry in rustix::fs::Dir::new(fs::File::open(folder)?)? {
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
    let names = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name()));
    let mut names = names.collect::<io::Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_goes_with_all_that_is_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let [kept, gone] = ["kept", "gone"].map(|name| folder.path().join(name));
        for path in [kept.join("deep"), gone.join("deep")] {
            fs::create_dir_all(&path).unwrap();
            fs::write(path.join("file"), "").unwrap();
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink("../kept", gone.join("link")).unwrap();
        remove_all(&gone).unwrap();
        assert_eq!(names(folder.path()).unwrap(), ["kept"]);
        assert_eq!(names(&kept.join("deep")).unwrap(), ["file"]);
        assert_eq!(remove_all(&gone).unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
