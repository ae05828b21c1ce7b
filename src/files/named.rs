//! Files that a flow names by a path. The user chose to read the flow, not what its author names in it, so a flow reaches
//! no further than the repository, or the folder, that it belongs to.

use std::path::{Component, Path, PathBuf};
use std::{fs, io};

use super::{TEXT_LIMIT, read, shown, unfinished, whole};
use crate::diagnostic::Diagnostic;
use crate::source::suggest::nearest;

/// So many files of a folder are looked at for the one that may have been meant.
const MOST_BESIDE: usize = 1000;

/// Where a path leads that is relative to a flow's folder.
#[must_use]
pub fn named_by(flow: &Path, path: &str) -> PathBuf {
    flow.parent().map_or_else(|| PathBuf::from(path), |folder| folder.join(path))
}

/// Reads a file that a flow names, by a path relative to the flow's folder. It must stand in the repository that the flow
/// is in: below the nearest folder that holds `.git`. Where there is none, the nearest folder that holds `runsheet.toml`
/// counts instead, or else the flow's own. Hidden files and folders are refused.
///
/// # Errors
/// A file that stands elsewhere, also by a link; and what [`read`] can't read.
pub fn read_named(flow: &Path, path: &str) -> Result<Vec<u8>, Diagnostic> {
    let file = named_by(flow, path);
    let unreadable = |error| Diagnostic::error_nowhere("unreadable", super::cant_read(&file, &error));
    let folder = fs::canonicalize(whole::folder_of(flow)).map_err(unreadable)?;
    let (top, what) = top_of(&folder);
    let outside = || {
        Diagnostic::error_nowhere("outside", format!("`{}` stands outside of {what}", shown(&file)))
            .help("a flow names files of its own repository, or below the folder that holds its `runsheet.toml`")
    };
    // What stands elsewhere is refused whether or not it is there.
    if !joined(&folder, Path::new(path)).starts_with(top) {
        return Err(outside());
    }
    let missing = |error: io::Error| {
        let is_missing = error.kind() == io::ErrorKind::NotFound;
        let fault = unreadable(error);
        if is_missing { fault.help(near(&file)) } else { fault }
    };
    let real = fs::canonicalize(&file).map_err(missing)?;
    let Ok(below) = real.strip_prefix(top) else { return Err(outside()) };
    let is_hidden = |part: Component<'_>| part.as_os_str().to_string_lossy().starts_with('.');
    if below.components().any(is_hidden) {
        let message = format!("`{}` leads to a hidden file", shown(&file));
        return Err(
            Diagnostic::error_nowhere("outside", message).help("such files often hold what is secret: name another")
        );
    }
    unfinished(&file).map_or_else(|| read(&file, TEXT_LIMIT), Err)
}

/// What to do about a file that isn't there: the file beside it that may have been meant, or where its path begins.
fn near(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    // The ending, which many files have, makes no two names alike.
    let (stem, ending) = name.split_once('.').unwrap_or((&name, ""));
    let stem_of = |entry: io::Result<fs::DirEntry>| {
        let other = entry.ok()?.file_name().to_string_lossy().into_owned();
        other.split_once('.').filter(|(_, its)| *its == ending).map(|(stem, _)| stem.to_owned())
    };
    let entries = file.parent().and_then(|folder| fs::read_dir(folder).ok()).into_iter().flatten();
    let mut beside: Vec<String> = entries.take(MOST_BESIDE).filter_map(stem_of).collect();
    beside.sort();
    match nearest(stem, beside.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}.{ending}`? It is in the same folder"),
        None => "its path begins in the folder of the file that names it".to_owned(),
    }
}

/// The folder below which a flow in `folder` may name files, and what messages call it.
fn top_of(folder: &Path) -> (&Path, &'static str) {
    let above = |name: &str| folder.ancestors().find(|above| fs::symlink_metadata(above.join(name)).is_ok());
    if let Some(top) = above(".git") {
        (top, "the flow's repository")
    } else if let Some(top) = above("runsheet.toml") {
        (top, "the folder of `runsheet.toml`")
    } else {
        (folder, "the flow's folder")
    }
}

/// A path below a folder, with `..` taken by its letters.
fn joined(folder: &Path, path: &Path) -> PathBuf {
    let mut joined = folder.to_owned();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                joined.pop();
            }
            part => joined.push(part),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `told(path)`: what reading that path says, for a flow in `flows/`.
    fn told(top: &Path, path: &str) -> String {
        match read_named(&top.join("flows/flow.toml"), path) {
            Ok(bytes) => String::from_utf8(bytes).unwrap(),
            Err(fault) => fault.message.replace(&shown(top), "TOP"),
        }
    }

    fn tree(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, *file).unwrap();
        }
        folder
    }

    #[test]
    fn a_flow_reaches_no_further_than_its_repository() {
        let files = ["flows/a", "flows/deep/b", "c", "repo/flows/a", "repo/flows/deep/b", "repo/c"];
        for (mark, what, is_above) in [
            ("repo/.git/HEAD", "the flow's repository", true),
            ("repo/runsheet.toml", "the folder of `runsheet.toml`", true),
            ("repo/x", "the flow's folder", false),
        ] {
            let folder = tree(&[&files[..], &[mark]].concat());
            let top = fs::canonicalize(folder.path()).unwrap().join("repo");
            assert_eq!(told(&top, "a"), "repo/flows/a");
            assert_eq!(told(&top, "deep/b"), "repo/flows/deep/b");
            let outside = |path: &str| told(&top, path).ends_with(&format!("stands outside of {what}"));
            assert_eq!(outside("../c"), !is_above, "{mark}");
            assert!(outside("../../c") && outside("../../none") && outside("../../../../../../etc/passwd"), "{mark}");
            assert!(told(&top, "none").contains("no such file"), "{mark}");
            assert!(told(&top, "deep").contains("is a folder"), "{mark}");
        }
        // A configuration inside of a repository makes it no smaller.
        let folder = tree(&["repo/.git/HEAD", "repo/flows/runsheet.toml", "repo/c"]);
        assert_eq!(told(&fs::canonicalize(folder.path()).unwrap().join("repo"), "../c"), "repo/c");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_leads_no_further_either() {
        use std::os::unix::fs::symlink;
        let folder = tree(&["secret", "repo/runsheet.toml", "repo/c", "repo/.env", "repo/flows/a"]);
        let top = fs::canonicalize(folder.path()).unwrap().join("repo");
        for (to, says) in [
            ("../c", "repo/c"),
            ("../../secret", "`TOP/flows/link` stands outside of the folder of `runsheet.toml`"),
            ("/dev/null", "`TOP/flows/link` stands outside of the folder of `runsheet.toml`"),
            ("../.env", "`TOP/flows/link` leads to a hidden file"),
            ("nowhere", "can't read `TOP/flows/link`: no such file or directory"),
        ] {
            let link = top.join("flows/link");
            symlink(to, &link).unwrap();
            assert_eq!(told(&top, "link"), says, "{to}");
            fs::remove_file(link).unwrap();
        }
    }
}
