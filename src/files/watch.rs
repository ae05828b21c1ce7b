//! Waits until something that was read is written anew.
//!
//! What the system tells is only a reason to look: whether there is anything to do is decided by a [`Snapshot`]. So it makes no
//! difference how a program saves, and disks whose changes the system doesn't tell are looked at now and then.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Metadata};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, SystemTime};

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher, event::AccessKind};

use super::listing;
use super::whole::folder_of;

/// After the last sign of a save, so long nothing else may come: a program that saves writes several times.
const QUIET: Duration = Duration::from_millis(8);

/// So many signs are waited out at most, each for [`QUIET`]: a program that never stops saving is built now and then.
const MOST_SIGNS: usize = 5;

/// Without any sign, so long it takes until the files are looked at.
const PATIENCE: Duration = Duration::from_millis(500);

/// The most files of a folder that are looked at.
const MOST_IN_FOLDER: usize = 10_000;

/// What is watched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Watched {
    /// Files, whether or not they are there.
    pub files: BTreeSet<PathBuf>,
    /// Folders, with how the names of those of their files end that count.
    pub folders: BTreeSet<(PathBuf, &'static str)>,
}

/// How a file looks from outside; `None` for one that isn't there.
#[derive(Debug, Clone, PartialEq, Eq)]
struct FileLook {
    length: u64,
    is_folder: bool,
    modified: Option<SystemTime>,
    /// On Unix, which file it is, and when anything about it changed: another file may be moved here with the time and the length
    /// that this one had.
    identity: (u64, i64, i64),
}

/// How all that is watched looks from outside. Nothing is read for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot(BTreeMap<PathBuf, Option<FileLook>>);

impl Snapshot {
    /// How things look now.
    #[must_use]
    pub fn of(watched: &Watched) -> Self {
        let mut looks: BTreeMap<PathBuf, Option<FileLook>> = BTreeMap::new();
        for (folder, ending) in &watched.folders {
            let names = listing::names(folder).unwrap_or_default().into_iter().take(MOST_IN_FOLDER);
            let counts = names.filter(|name| {
                let name = name.to_string_lossy();
                name.ends_with(ending) && !name.starts_with('.')
            });
            looks.extend(counts.map(|name| folder.join(name)).map(look));
        }
        looks.extend(watched.files.iter().cloned().map(look));
        Self(looks)
    }

    /// Whether a file is away or empty now that had something in it before.
    #[must_use]
    pub fn lacks_what(&self, before: &Self) -> bool {
        let has_content = |look: &Option<FileLook>| look.as_ref().is_some_and(|look| look.length > 0);
        before.0.iter().any(|(path, look)| has_content(look) && !self.0.get(path).is_some_and(has_content))
    }
}

/// A path and how it looks.
fn look(path: PathBuf) -> (PathBuf, Option<FileLook>) {
    let look = fs::metadata(&path).ok().map(|about| FileLook {
        // Of a folder it only counts that it is there: its files are looked at one by one.
        length: if about.is_dir() { 0 } else { about.len() },
        is_folder: about.is_dir(),
        modified: about.modified().ok().filter(|_| !about.is_dir()),
        identity: if about.is_dir() { (0, 0, 0) } else { identity(&about) },
    });
    (path, look)
}

#[cfg(unix)]
fn identity(about: &Metadata) -> (u64, i64, i64) {
    use std::os::unix::fs::MetadataExt as _;
    (about.ino(), about.ctime(), about.ctime_nsec())
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> (u64, i64, i64) {
    (0, 0, 0)
}

/// Waits for changes.
pub struct Watch {
    /// `None` where the system tells of no changes.
    watcher: Option<RecommendedWatcher>,
    /// The folders that the system tells of.
    told: BTreeSet<PathBuf>,
    wake: Sender<()>,
    waked: Receiver<()>,
    /// Whether the user asked for the end.
    is_ended: Arc<AtomicBool>,
}

impl Watch {
    /// Begins to wait, and says why the system tells of no changes, if so: then the files are looked at now and then.
    #[must_use]
    pub fn start() -> (Self, Option<String>) {
        let (wake, waked) = channel();
        let sign = wake.clone();
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            // Nothing is written when a file is read, as this program itself does.
            let is_read =
                |kind: &EventKind| matches!(kind, EventKind::Access(kind) if !matches!(kind, AccessKind::Close(_)));
            if !event.is_ok_and(|event| is_read(&event.kind)) {
                let _ = sign.send(());
            }
        });
        let (watcher, why) = match watcher {
            Ok(watcher) => (Some(watcher), None),
            Err(error) => (None, Some(error.to_string())),
        };
        (Self { watcher, told: BTreeSet::new(), wake, waked, is_ended: Arc::default() }, why)
    }

    /// What ends the waiting.
    pub fn ender(&self) -> impl Fn() + Send + 'static {
        let (wake, is_ended) = (self.wake.clone(), Arc::clone(&self.is_ended));
        move || {
            is_ended.store(true, Ordering::Release);
            // When nobody waits any more, this is the end.
            let _ = wake.send(());
        }
    }

    /// Whether the user asked for the end.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.is_ended.load(Ordering::Acquire)
    }

    /// Lets the system tell of changes to these files and folders. A folder that was away and came back is another one to the
    /// system, so all are named anew; what can't be watched is looked at now and then.
    pub fn tell_of(&mut self, watched: &Watched) {
        let Some(system) = &mut self.watcher else { return };
        let of_files = watched.files.iter().map(|file| folder_of(file).to_owned());
        let folders: BTreeSet<PathBuf> =
            of_files.chain(watched.folders.iter().map(|(folder, _)| folder.clone())).collect();
        for gone in self.told.difference(&folders) {
            let _ = system.unwatch(gone);
        }
        for folder in &folders {
            let _ = system.watch(folder, RecursiveMode::NonRecursive);
        }
        self.told = folders;
    }

    /// Waits for a sign, and until the program that saves has finished. Without a sign it ends after a while, too.
    pub fn wait(&self) {
        let mut patience = PATIENCE;
        for _ in 0..MOST_SIGNS {
            // One save gives several signs.
            if self.is_ended() || self.waked.recv_timeout(patience).is_err() {
                break;
            }
            patience = QUIET;
        }
        // What came meanwhile is seen by the look that follows.
        self.waked.try_iter().for_each(drop);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_tells_a_file_from_another_one() {
        let folder = tempfile::tempdir().unwrap();
        let [flow, other, text] = ["flow.toml", "b.toml", "deep/text.md"].map(|name| folder.path().join(name));
        let watched = Watched {
            files: BTreeSet::from([flow.clone(), text.clone()]),
            folders: BTreeSet::from([(folder.path().to_owned(), ".toml")]),
        };
        let mut last = Snapshot::of(&watched);
        let mut is_other = |what: &str, is_other: bool| {
            let now = Snapshot::of(&watched);
            assert_eq!(now != last, is_other, "{what}");
            last = now;
        };
        is_other("nothing", false);
        for (what, path, words) in [("made", &flow, "a"), ("longer", &flow, "ab"), ("beside", &other, "a")] {
            fs::write(path, words).unwrap();
            is_other(what, true);
        }
        fs::create_dir(text.parent().unwrap()).unwrap();
        is_other("a folder without what is watched", false);
        fs::write(&text, "a").unwrap();
        is_other("a file in it", true);
        fs::write(folder.path().join("notes.md"), "a").unwrap();
        fs::write(folder.path().join(".b.toml"), "a").unwrap();
        is_other("what nobody reads", false);
        let about = fs::metadata(&flow).unwrap();
        let aside = folder.path().join("aside");
        fs::write(&aside, "cd").unwrap();
        fs::File::options().write(true).open(&aside).unwrap().set_modified(about.modified().unwrap()).unwrap();
        fs::rename(&aside, &flow).unwrap();
        is_other("another file of the same length and time", cfg!(unix));
        fs::remove_dir_all(text.parent().unwrap()).unwrap();
        is_other("a folder away", true);
    }

    #[test]
    fn a_save_wakes_and_an_end_ends() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("flow.toml");
        let (mut watch, _) = Watch::start();
        let watched = Watched { files: BTreeSet::from([path.clone()]), ..Watched::default() };
        watch.tell_of(&watched);
        let before = Snapshot::of(&watched);
        fs::write(&path, "a").unwrap();
        watch.wait();
        let after = Snapshot::of(&watched);
        assert!(after != before && !after.lacks_what(&before) && before.lacks_what(&after) && !watch.is_ended());
        fs::write(&path, "").unwrap();
        assert!(Snapshot::of(&watched).lacks_what(&after));
        watch.ender()();
        watch.wait();
        assert!(watch.is_ended());
    }
}
