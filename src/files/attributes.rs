//! What a file has beside its bytes: owner, permissions, extended attributes and other names.

use std::fs::{File, Metadata, Permissions};
use std::path::Path;

/// True when the file has other names too (hard links).
#[cfg(unix)]
pub(super) fn has_other_names(about: &Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(about) > 1
}

/// This system doesn't say.
#[cfg(not(unix))]
pub(super) fn has_other_names(_: &Metadata) -> bool {
    false
}

/// The permissions of a copy that only its owner may read.
#[cfg(unix)]
pub(super) fn for_owner_only(_: &Metadata) -> Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o600)
}

/// The permissions of a copy: those of the file.
#[cfg(not(unix))]
pub(super) fn for_owner_only(about: &Metadata) -> Permissions {
    about.permissions()
}

/// Gives a new file the owner, the group, the permissions and the extended attributes of the file at `path`. An access
/// control list of Linux is such an attribute. True when the new file has all of them then.
pub(super) fn carry_over(path: &Path, about: &Metadata, new: &File) -> bool {
    // A change of owner may take permissions away, and permissions are a part of a list of Linux.
    carry_owner(about, new)
        && new.set_permissions(about.permissions()).is_ok()
        && carry_attributes(path, new)
        && new.metadata().is_ok_and(|new| new.permissions() == about.permissions())
}

#[cfg(unix)]
fn carry_owner(about: &Metadata, new: &File) -> bool {
    use std::os::unix::fs::{MetadataExt, fchown};
    let Ok(has) = new.metadata() else { return false };
    let change = |wanted: u32, has: u32| (wanted != has).then_some(wanted);
    let (owner, group) = (change(about.uid(), has.uid()), change(about.gid(), has.gid()));
    (owner.is_none() && group.is_none()) || fchown(new, owner, group).is_ok()
}

/// Windows gives a new file the owner and the permissions that its folder says.
#[cfg(not(unix))]
fn carry_owner(_: &Metadata, _: &File) -> bool {
    true
}

/// Makes the extended attributes of a new file those of the file at `path`.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn carry_attributes(path: &Path, new: &File) -> bool {
    use rustix::fs::{XattrFlags, fremovexattr, fsetxattr};
    let Ok((wanted, has)) = File::open(path).and_then(|old| Ok((all(&old)?, all(new)?))) else { return false };
    // A folder may give its new files a list of its own.
    let is_clear = has.keys().filter(|name| !wanted.contains_key(*name)).all(|name| fremovexattr(new, &**name).is_ok());
    let mut missing = wanted.iter().filter(|(name, value)| has.get(*name) != Some(value));
    is_clear && missing.all(|(name, value)| fsetxattr(new, &**name, value, XattrFlags::empty()).is_ok())
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn carry_attributes(_: &Path, _: &File) -> bool {
    true
}

/// The extended attributes of a file by name; none on a disk that has none.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn all(file: &File) -> std::io::Result<std::collections::BTreeMap<Vec<u8>, Vec<u8>>> {
    use rustix::fs::{fgetxattr, flistxattr};
    use rustix::io::Errno;
    // The system gives no more than this many bytes of names, and of one value.
    const MOST: usize = 64 << 10;
    let mut buffer = vec![0; MOST];
    let length = match flistxattr(file, &mut buffer[..]) {
        Err(Errno::NOTSUP | Errno::NOSYS) => return Ok(std::collections::BTreeMap::new()),
        length => length?,
    };
    let names = buffer[..length].split(|byte| *byte == 0).filter(|name| !name.is_empty());
    let mut value = vec![0; MOST];
    names
        .map(|name| {
            let length = fgetxattr(file, name, &mut value[..])?;
            Ok((name.to_owned(), value[..length].to_owned()))
        })
        .collect()
}
