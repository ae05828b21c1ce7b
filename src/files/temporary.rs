//! A folder for the time of a run, which nobody else may look into.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use tempfile::{Builder, TempDir};

/// What a run that was killed left behind is taken away once it is so much older than a new one.
const LEFT_BEHIND: Duration = Duration::from_secs(24 * 60 * 60);

/// A new folder whose name begins so. Old ones of ours with such a name are removed: their runs were killed.
///
/// # Errors
/// There is no place for it.
pub fn temporary_folder(prefix: &str) -> io::Result<TempDir> {
    let mut builder = Builder::new();
    builder.prefix(prefix);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    let folder = builder.tempdir()?;
    // What can't be removed harms nobody.
    let _ = clear(folder.path(), prefix);
    Ok(folder)
}

fn clear(new: &Path, prefix: &str) -> io::Result<()> {
    let Some(all) = new.parent() else { return Ok(()) };
    let own = fs::symlink_metadata(new)?;
    for entry in fs::read_dir(all)?.flatten() {
        let Ok(found) = entry.metadata() else { continue };
        let is_old = || Some(own.modified().ok()?.duration_since(found.modified().ok()?).ok()? > LEFT_BEHIND);
        let is_named = entry.file_name().to_string_lossy().starts_with(prefix);
        if is_named && found.is_dir() && is_of_same_user(&own, &found) && is_old() == Some(true) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    Ok(())
}

#[cfg(unix)]
fn is_of_same_user(one: &fs::Metadata, other: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    one.uid() == other.uid()
}

#[cfg(not(unix))]
const fn is_of_same_user(_one: &fs::Metadata, _other: &fs::Metadata) -> bool {
    true
}
