//! All disk access: reading what a build needs and, in [`publish`], putting its output in the place of the last one.
//!
//! Nothing here knows what a file means. Every fault names the file as the user named it, on one line.
#![allow(clippy::disallowed_methods, reason = "this is the one module that may use the disk")]

mod attributes;
mod decide;
mod disk;
mod folder;
mod listing;
mod litter;
mod lock;
mod manifest;
mod named;
mod old_place;
mod outbox;
mod publication;
mod publish;
mod swap;
mod temporary;
mod watch;
mod whole;

use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use crate::chars;
use crate::diagnostic::Diagnostic;
use crate::source::MAX_BYTES;
use crate::source::named::PART_ENDING;
pub use named::{named_by, read_named};
pub use outbox::{OutboxFile, outbox_of, read_outbox, was_killed};
pub use publication::{ListContent, Publication, Published};
pub use publish::publish;
pub use temporary::temporary_folder;
pub use watch::{Snapshot, Watch, Watched};
pub use whole::{create, folder_of, put_all, replace, unfinished};

/// The most bytes of a flow, a release or a template. A longer file was named by mistake.
pub const TEXT_LIMIT: u64 = MAX_BYTES as u64;

/// The most bytes of a font.
pub const FONT_LIMIT: u64 = 64 << 20;

/// The most bytes of a check list.
pub const PDF_LIMIT: u64 = 128 << 20;

/// How the name of a release file ends.
pub const RELEASE_ENDING: &str = ".release.toml";

/// How the name of an older revision of a flow ends, which stands beside the flow for `--since`.
pub const OLD_ENDING: &str = ".old.toml";

/// The files of a folder of flows, each list sorted by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folder {
    /// Every `*.toml` that is neither a release, nor a part, nor an older revision, nor the configuration.
    pub flows: Vec<PathBuf>,
    /// Every `*.release.toml`.
    pub releases: Vec<PathBuf>,
}

/// How the name of a flow, a release, a part and the configuration ends.
pub const ENDING: &str = ".toml";

/// A path as messages show it. It is the same on every system: `/` stands between its parts, which Windows accepts as
/// well. What can't be seen is an escape, as in everything that is printed. A name that begins like a flag is written with
/// its folder, so that it can be given on a command line again.
#[must_use]
pub fn shown(path: &Path) -> String {
    let mut path = path.display().to_string();
    // In a path with this prefix, Windows takes `/` literally.
    if cfg!(windows) && !path.starts_with(r"\\?\") {
        path = path.replace('\\', "/");
    }
    let path = chars::shown::words(&path);
    if path.len() > 1 && path.starts_with('-') { format!("./{path}") } else { path }
}

/// A path, quoted if need be, for a command that can be pasted into a shell.
#[must_use]
pub fn pasted(path: &Path) -> String {
    let path = shown(path);
    let is_plain = |c: char| c.is_alphanumeric() || "-_./:,+=@%".contains(c) || (cfg!(windows) && c == '\\');
    if path.chars().all(is_plain) {
        path
    } else if cfg!(windows) {
        // Names on Windows hold no quotation mark.
        format!("\"{path}\"")
    } else {
        format!("'{}'", path.replace('\'', r"'\''"))
    }
}

/// True for a folder or a link to one.
#[must_use]
pub fn is_folder(path: &Path) -> bool {
    path.is_dir()
}

/// Reads a regular file of at most `limit` bytes.
///
/// # Errors
/// A missing or unreadable file, a folder, a pipe or device, or one that is too long.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Diagnostic> {
    let name = shown(path);
    let unreadable = |error| Diagnostic::error_nowhere("unreadable", cant_read(path, &error));
    // This has to be known before the file is opened: opening a pipe waits until somebody writes into it.
    let about = fs::metadata(path).map_err(unreadable)?;
    if about.is_dir() {
        return Err(Diagnostic::error_nowhere("unreadable", format!("`{name}` is a folder where a file is needed")));
    }
    if !about.is_file() {
        let message = format!("`{name}` is a pipe or a device, not a file");
        return Err(Diagnostic::error_nowhere("unreadable", message).help("to read a flow from a pipe, name it `-`"));
    }
    let file = fs::File::open(path).map_err(unreadable)?;
    if is_made_up(&file) {
        let message = format!("`{name}` is no file on a disk: the system makes up what it says");
        return Err(Diagnostic::error_nowhere("unreadable", message));
    }
    bounded(file, limit, &name)
}

/// That a file can't be read, and why.
fn cant_read(path: &Path, error: &io::Error) -> String {
    format!("can't read `{}`: {}", shown(path), why(error))
}

/// Reads a flow: a file, or standard input for `-`.
///
/// # Errors
/// What [`read`] and [`read_stdin`] can't read, and a file that may be [`unfinished`].
pub fn read_flow(path: &Path) -> Result<Vec<u8>, Diagnostic> {
    if path.as_os_str() == "-" {
        return read_stdin();
    }
    unfinished(path).map_or_else(|| read(path, TEXT_LIMIT), Err)
}

/// Reads an older revision: a flow, or a check list (PDF).
///
/// # Errors
/// The same as those of [`read_flow`].
pub fn read_since(path: &Path) -> Result<Vec<u8>, Diagnostic> {
    if path.as_os_str() == "-" {
        return read_stdin();
    }
    unfinished(path).map_or_else(|| read(path, PDF_LIMIT), Err)
}

/// Refuses a link that leads out of its folder. The user named the folder, not what somebody else's link in it leads to,
/// and an excerpt of that could say what is secret.
///
/// # Errors
/// Such a link.
pub fn refuse_link_outside(path: &Path) -> Result<(), Diagnostic> {
    let is_link = fs::symlink_metadata(path).is_ok_and(|about| about.is_symlink());
    // What leads nowhere can't be read.
    if is_link
        && let Ok(file) = fs::canonicalize(path)
        && !fs::canonicalize(whole::folder_of(path)).is_ok_and(|folder| file.starts_with(folder))
    {
        let message = format!("`{}` is a link that leads out of its folder", shown(path));
        return Err(Diagnostic::error_nowhere("link-outside", message)
            .help("put the file itself there; a flow or a release can also be named on the command line"));
    }
    Ok(())
}

/// True for a file that the system makes up while it is read, as those under `/proc`, which tell about this process.
#[cfg(target_os = "linux")]
fn is_made_up(file: &fs::File) -> bool {
    use rustix::fs::{FsWord, PROC_SUPER_MAGIC, fstatfs};
    /// The number of the file system under `/sys`, see statfs(2).
    const SYSFS_MAGIC: FsWord = 0x6265_6572;
    fstatfs(file).is_ok_and(|disk| [PROC_SUPER_MAGIC, SYSFS_MAGIC].contains(&disk.f_type))
}

/// This system has no such files.
#[cfg(not(target_os = "linux"))]
fn is_made_up(_: &fs::File) -> bool {
    false
}

/// Reads standard input, at most [`TEXT_LIMIT`] bytes of it.
///
/// # Errors
/// Input that can't be read, or that is too long.
pub fn read_stdin() -> Result<Vec<u8>, Diagnostic> {
    bounded(io::stdin().lock(), TEXT_LIMIT, "-")
}

/// Reads to the end; more than `limit` bytes are a fault.
fn bounded(input: impl Read, limit: u64, name: &str) -> Result<Vec<u8>, Diagnostic> {
    let mut bytes = Vec::new();
    if let Err(error) = input.take(limit + 1).read_to_end(&mut bytes) {
        return Err(Diagnostic::error_nowhere("unreadable", format!("can't read `{name}`: {}", why(&error))));
    }
    if bytes.len() as u64 > limit {
        let message = format!("`{name}` is longer than {} MiB", limit >> 20);
        return Err(Diagnostic::error_nowhere("too-long", message).help("divide it, or name another file"));
    }
    Ok(bytes)
}

/// The configuration for a flow: the `runsheet.toml` in its folder or else, for a path below the working folder, the
/// nearest one in a folder above, up to the working folder.
#[must_use]
pub fn config_of(flow: &Path) -> Option<PathBuf> {
    // A configuration that can't be read is found too, so that the fault is reported rather than passed over.
    config_places(flow).find(|config| fs::symlink_metadata(config).is_ok())
}

/// The way from a flow's folder up to that of its configuration: `../` for each folder between them.
#[must_use]
pub fn way_up(flow: &Path, config: &Path) -> String {
    let depth = |path: &Path| {
        path.parent()
            .map_or(0, |folder| folder.components().filter(|part| matches!(part, Component::Normal(_))).count())
    };
    "../".repeat(depth(flow).saturating_sub(depth(config)))
}

/// Where the configuration for a flow may stand: the first that is there counts.
pub fn config_places(flow: &Path) -> impl Iterator<Item = PathBuf> {
    let is_below = flow.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    let folders = std::iter::successors(flow.parent(), move |here| here.parent().filter(|_| is_below));
    folders.map(|folder| folder.join("runsheet.toml"))
}

/// Lists the flows and the releases of a folder, without those in folders inside it.
///
/// # Errors
/// A folder that can't be listed, or one without flows.
pub fn list(folder: &Path) -> Result<Folder, Diagnostic> {
    let mut found = Folder::default();
    for path in entries(folder)? {
        let name = name_of(&path);
        if name.starts_with('.') || name == "runsheet.toml" || path.is_dir() {
            continue;
        }
        if name.ends_with(RELEASE_ENDING) {
            found.releases.push(path);
        } else if name.ends_with(PART_ENDING) {
            // It is checked with each flow that includes it.
        } else if name.ends_with(OLD_ENDING) {
            // Nothing is made of it unless it is named.
        } else if Path::new(&name).extension().is_some_and(|ending| ending == "toml") {
            found.flows.push(path);
        }
    }
    if found.flows.is_empty() {
        let message = format!("the folder `{}` holds no flow", shown(folder));
        return Err(Diagnostic::error_nowhere("no-flow", message).help("a flow is a file that ends in `.toml`"));
    }
    Ok(found)
}

/// The releases (`*.release.toml`) in the folder of a flow, sorted by name.
///
/// # Errors
/// A folder that can't be listed.
pub fn releases_beside(flow: &Path) -> Result<Vec<PathBuf>, Diagnostic> {
    let is_release = |path: &PathBuf| {
        let name = name_of(path);
        name.ends_with(RELEASE_ENDING) && !name.starts_with('.') && !path.is_dir()
    };
    let found = entries(whole::folder_of(flow))?.into_iter().filter(is_release);
    // Without the `./` of the working folder, as the flow is named.
    Ok(found.map(|path| flow.with_file_name(path.file_name().unwrap_or_default())).collect())
}

/// Reads every file of a folder of templates as name and bytes, sorted by name. Hidden files and folders are left out.
///
/// # Errors
/// What can't be listed or read.
pub fn read_templates(folder: &Path) -> Result<Vec<(String, Vec<u8>)>, Diagnostic> {
    let mut found = Vec::new();
    for path in entries(folder)? {
        let name = name_of(&path);
        if !name.starts_with('.') && !path.is_dir() {
            refuse_link_outside(&path)?;
            found.push((name, read(&path, TEXT_LIMIT)?));
        }
    }
    Ok(found)
}

/// Reads every file of a folder that may be missing, such as that of the labels among the templates: name, path as messages show
/// it, and bytes, sorted by name. Hidden files and folders are left out.
///
/// # Errors
/// What can't be listed or read, and a link that leads out of the folder that it stands in.
pub fn read_folder(folder: &Path) -> Result<Vec<(String, String, Vec<u8>)>, Diagnostic> {
    if fs::symlink_metadata(folder).is_err() {
        return Ok(Vec::new());
    }
    refuse_link_outside(folder)?;
    let read = read_templates(folder)?.into_iter();
    Ok(read.map(|(name, bytes)| (name.clone(), shown(&folder.join(name)), bytes)).collect())
}

/// The last part of a path.
fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The paths in a folder, sorted.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, Diagnostic> {
    let names = listing::names(folder).map_err(|error| {
        let message = format!("can't list the folder `{}`: {}", shown(folder), why(&error));
        Diagnostic::error_nowhere("unreadable", message)
    })?;
    Ok(names.into_iter().map(|name| folder.join(name)).collect())
}

/// The reason that the system gives, in our style and without its error number. The most common reasons read the same
/// on every system.
fn why(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => return "no such file or directory".to_owned(),
        io::ErrorKind::PermissionDenied => return "permission denied".to_owned(),
        _ => {}
    }
    let mut words = error.to_string();
    if let Some(at) = words.find(" (os error") {
        words.truncate(at);
    }
    let mut characters = words.chars();
    match characters.next() {
        Some(first) => first.to_lowercase().chain(characters).collect(),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_sorted_into_flows_and_releases() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "b.toml",
            "a.toml",
            "a.release.toml",
            "a.part.toml",
            "a.old.toml",
            "runsheet.toml",
            ".hidden.toml",
            "notes.md",
        ] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        fs::create_dir(folder.path().join("deeper.toml")).unwrap();
        let found = list(folder.path()).unwrap();
        assert_eq!(found.flows, [folder.path().join("a.toml"), folder.path().join("b.toml")]);
        assert_eq!(found.releases, [folder.path().join("a.release.toml")]);
    }

    #[test]
    fn what_is_no_file_is_named_on_one_line() {
        let folder = tempfile::tempdir().unwrap();
        let long = folder.path().join("long.toml");
        fs::write(&long, vec![b' '; TEXT_LIMIT as usize + 1]).unwrap();
        let cases = [
            (folder.path().join("none.toml"), "no such file"),
            (folder.path().to_owned(), "is a folder"),
            (long.clone(), "longer than 1 MiB"),
        ];
        for (path, words) in cases {
            let fault = read(&path, TEXT_LIMIT).unwrap_err();
            assert!(fault.message.contains(words), "{}", fault.message);
            assert!(!fault.message.contains('\n'));
        }
        fs::write(&long, vec![b' '; TEXT_LIMIT as usize]).unwrap();
        assert_eq!(read(&long, TEXT_LIMIT).unwrap().len(), TEXT_LIMIT as usize);
        assert_eq!(list(folder.path()).unwrap().flows, std::slice::from_ref(&long));
        fs::remove_file(long).unwrap();
        assert_eq!(list(folder.path()).unwrap_err().code, "no-flow");
    }

    #[test]
    fn a_path_that_is_shown_can_be_given_again() {
        for (path, shown_as, pasted_as) in [
            ("flow.toml", "flow.toml", "flow.toml"),
            ("--x.toml", "./--x.toml", "./--x.toml"),
            ("flows/--x.toml", "flows/--x.toml", "flows/--x.toml"),
            ("-", "-", "-"),
            ("a\u{1b}[2J.toml", r"a\u{1b}[2J.toml", r"'a\u{1b}[2J.toml'"),
            ("发布 1.toml", "发布 1.toml", "'发布 1.toml'"),
            ("it's.toml", "it's.toml", r"'it'\''s.toml'"),
        ] {
            assert_eq!(shown(Path::new(path)), shown_as);
            if cfg!(unix) {
                assert_eq!(pasted(Path::new(path)), pasted_as);
            }
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_refused() {
        let fault = read(Path::new("/dev/zero"), TEXT_LIMIT).unwrap_err();
        assert!(fault.message.contains("pipe or a device"), "{}", fault.message);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_the_system_makes_up_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("a.toml");
        std::os::unix::fs::symlink("/proc/self/environ", &link).unwrap();
        for path in [Path::new("/proc/self/environ"), Path::new("/sys/kernel/mm/transparent_hugepage/enabled"), &link] {
            if path.exists() {
                let fault = read(path, TEXT_LIMIT).unwrap_err();
                assert!(fault.message.contains("no file on a disk"), "{}", fault.message);
            }
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_leads_no_further_than_its_folder() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let flows = folder.path().join("flows");
        fs::create_dir_all(flows.join("deeper")).unwrap();
        for file in ["outside.toml", "flows/a.toml", "flows/deeper/b.toml", "flows-2.toml"] {
            fs::write(folder.path().join(file), "").unwrap();
        }
        for (to, is_refused) in [
            ("a.toml", false),
            ("deeper/b.toml", false),
            ("../flows/a.toml", false),
            ("nowhere", false),
            ("../outside.toml", true),
            ("../flows-2.toml", true),
            ("/dev/null", true),
        ] {
            let link = flows.join("link.toml");
            symlink(to, &link).unwrap();
            assert_eq!(refuse_link_outside(&link).is_err(), is_refused, "{to}");
            fs::remove_file(link).unwrap();
        }
        // The folder itself may be a link, since the user named it.
        symlink("flows", folder.path().join("also")).unwrap();
        assert_eq!(refuse_link_outside(&folder.path().join("also/a.toml")), Ok(()));
        symlink("a.toml", flows.join("link.toml")).unwrap();
        assert_eq!(refuse_link_outside(&folder.path().join("also/link.toml")), Ok(()));
    }
}
