use super::*;

/// The names in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn what_killed_runs_left_is_removed_and_what_living_runs_write_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.toml");
    let living = Temporary::beside(&path).unwrap();
    for name in [".runsheet-killed", ".tmp-other"] {
        fs::write(folder.path().join(name), "half").unwrap();
    }
    fs::create_dir(folder.path().join(".runsheet-folder")).unwrap();
    create(&path, b"new").unwrap();
    let left = living.0.path().file_name().unwrap().to_str().unwrap().to_owned();
    let mut wanted = [".runsheet-folder", ".tmp-other", "a.toml", &left];
    wanted.sort_unstable();
    assert_eq!(names(folder.path()), wanted);
    drop(living);
    assert!(!names(folder.path()).contains(&left));
}

#[test]
fn a_new_file_is_whole_and_replaces_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.toml");
    create(&path, b"one").unwrap();
    assert_eq!(create(&path, b"two").unwrap_err().code, "exists");
    assert_eq!((fs::read(&path).unwrap(), names(folder.path())), (b"one".to_vec(), vec!["a.toml".to_owned()]));
    let fault = create(&folder.path().join("no/a.toml"), b"").unwrap_err();
    assert!(fault.message.contains("no such file"), "{}", fault.message);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Other programs' new files have the same permissions.
        let other = folder.path().join("other");
        fs::write(&other, "").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&path), mode(&other));
    }
}

#[test]
fn pages_replace_pages_of_the_same_name() {
    let folder = tempfile::tempdir().unwrap();
    let deep = folder.path().join("deep/er");
    for words in ["one", "two"] {
        put_all(&deep, &[("a".to_owned(), words.into()), ("b".to_owned(), b"b".to_vec())]).unwrap();
    }
    assert_eq!(names(&deep), ["a", "b"]);
    assert_eq!(fs::read(deep.join("a")).unwrap(), b"two");
}

#[test]
fn a_text_is_replaced_when_it_is_still_the_one_that_was_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.toml");
    fs::write(&path, "\u{feff}old").unwrap();
    replace(&path, "old", "newer").unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "\u{feff}newer");
    let fault = replace(&path, "old", "newest").unwrap_err();
    assert!(fault.message.contains("has changed meanwhile"), "{}", fault.message);
    assert_eq!(names(folder.path()), ["a.toml"]);
}

#[cfg(unix)]
mod on_unix {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};

    use super::*;

    #[test]
    fn owner_permissions_and_links_stay() {
        let folder = tempfile::tempdir().unwrap();
        let [path, link] = ["a.toml", "link.toml"].map(|name| folder.path().join(name));
        fs::write(&path, "old").unwrap();
        symlink("a.toml", &link).unwrap();
        fs::set_permissions(&path, PermissionsExt::from_mode(0o640)).unwrap();
        // Only root may give a file away.
        let is_given = chown(&path, Some(12_345), Some(12_346)).is_ok();
        let about =
            || fs::metadata(&path).map(|about| (about.uid(), about.gid(), about.mode(), about.nlink())).unwrap();
        let before = about();
        assert!(!is_given || before.0 == 12_345);
        replace(&link, "old", "new").unwrap();
        assert_eq!(about(), before);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        fs::set_permissions(&path, PermissionsExt::from_mode(0o440)).unwrap();
        assert!(replace(&path, "new", "no").unwrap_err().message.contains("read-only"));
        assert_eq!(names(folder.path()), ["a.toml", "link.toml"]);
    }

    #[test]
    fn a_file_with_other_names_is_rewritten_under_all_of_them() {
        let folder = tempfile::tempdir().unwrap();
        let [path, other] = ["a.toml", "other.toml"].map(|name| folder.path().join(name));
        fs::write(&path, "a longer text before").unwrap();
        fs::hard_link(&path, &other).unwrap();
        replace(&path, "a longer text before", "short").unwrap();
        assert_eq!(fs::read_to_string(&other).unwrap(), "short");
        assert_eq!(fs::metadata(&path).unwrap().ino(), fs::metadata(&other).unwrap().ino());
        assert_eq!(names(folder.path()), ["a.toml", "other.toml"]);
    }

    #[test]
    fn what_a_rewriting_was_stopped_in_is_told_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let [path, other, link] = ["a.toml", "other.toml", "link.toml"].map(|name| folder.path().join(name));
        fs::write(&path, "half").unwrap();
        fs::hard_link(&path, &other).unwrap();
        symlink("a.toml", &link).unwrap();
        assert_eq!(unfinished(&path), None);
        let copy = folder.path().join(".a.toml.before-fix");
        fs::write(&copy, "whole").unwrap();
        for path in [&path, &link] {
            let fault = unfinished(path).unwrap();
            assert_eq!(fault.code, "unfinished-fix");
            assert!(fault.help[0].contains(".a.toml.before-fix"), "{:?}", fault.help);
            assert_eq!(replace(path, "half", "new").unwrap_err().code, "unfinished-fix");
        }
        assert_eq!(unfinished(&other), None, "the copy stands beside the name that was mended");
        assert_eq!(fs::read_to_string(&path).unwrap(), "half");
        assert_eq!(fs::read_to_string(&copy).unwrap(), "whole");
    }

    /// An access control list as Linux keeps it: a version, then tag, permissions and id of each entry.
    #[cfg(target_os = "linux")]
    fn list(entries: &[(u16, u16, u32)]) -> Vec<u8> {
        let mut bytes = 2_u32.to_le_bytes().to_vec();
        for (tag, permissions, id) in entries {
            bytes.extend([tag.to_le_bytes(), permissions.to_le_bytes()].concat());
            bytes.extend(id.to_le_bytes());
        }
        bytes
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn extended_attributes_stay() {
        use rustix::fs::{XattrFlags, getxattr, setxattr};
        let folder = tempfile::tempdir().unwrap();
        let [path, plain] = ["a.toml", "plain.toml"].map(|name| folder.path().join(name));
        for path in [&path, &plain] {
            fs::write(path, "old").unwrap();
        }
        // Owner, one more user, group, the most that both may do, and everybody else.
        let own = list(&[(1, 6, !0), (2, 6, 12_345), (4, 4, !0), (0x10, 6, !0), (0x20, 0, !0)]);
        let given = [("system.posix_acl_access", own), ("user.origin", b"review".to_vec())];
        for (name, value) in &given {
            if setxattr(&path, *name, value, XattrFlags::empty()).is_err() {
                println!("skipped: this disk keeps no `{name}`");
                return;
            }
        }
        // What the folder gives to each new file isn't for files that didn't have it.
        let of_folder = list(&[(1, 7, !0), (2, 7, 54_321), (4, 5, !0), (0x10, 7, !0), (0x20, 5, !0)]);
        setxattr(folder.path(), "system.posix_acl_default", &of_folder, XattrFlags::empty()).unwrap();
        let kept = |path: &Path, name: &str| {
            let mut value = vec![0; 1024];
            let length = getxattr(path, name, &mut value[..]).ok()?;
            Some(value[..length].to_owned())
        };
        for path in [&path, &plain] {
            let inode = fs::metadata(path).unwrap().ino();
            replace(path, "old", "new").unwrap();
            assert_ne!(fs::metadata(path).unwrap().ino(), inode, "replaced in one step");
        }
        for (name, value) in &given {
            assert_eq!(kept(&path, name).as_ref(), Some(value), "{name}");
            assert_eq!(kept(&plain, name), None, "{name}");
        }
    }
}
