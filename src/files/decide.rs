//! Decides what a build does to a flow's folder: which files it writes, removes and keeps, and which of them aren't its
//! own. Reads files, and changes nothing.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use super::disk::{bytes_of, holds, with_lf};
use super::folder::{FlowFolder, FoundFile};
use super::manifest::Manifest;
use super::publication::{ListContent, Publication, Published};
use super::{PDF_LIMIT, shown};
use crate::diagnostic::Diagnostic;
use crate::output::{Artifact, OutputKind};
use crate::source::digest;

/// The most fields of a list that are named.
const MOST_NAMED: usize = 8;

/// What a build does to a flow's folder.
#[derive(Debug)]
pub(super) struct FolderChange {
    pub outcome: Published,
    /// The manifest afterwards.
    pub manifest: Manifest,
    /// True when nothing in the folder changes, its manifest included.
    pub is_done: bool,
}

/// A file that a build makes.
pub(super) struct MadeFile<'a> {
    artifact: &'a Artifact,
    /// SHA-256 of its bytes.
    digest: String,
}

impl<'a> MadeFile<'a> {
    /// The files of a build, sorted by path.
    pub(super) fn all(artifacts: &'a [Artifact]) -> Vec<Self> {
        let made = artifacts.iter().map(|artifact| Self { artifact, digest: digest(&artifact.bytes) });
        let mut made: Vec<Self> = made.collect();
        made.sort_by(|a, b| a.artifact.path.cmp(&b.artifact.path));
        made
    }
}

/// What a file is that a build would replace or remove.
pub(super) enum Standing {
    /// It says the same as the new file, and only its line ends differ.
    Same,
    /// It is as a build wrote it.
    Ours,
    /// A build wrote it, and it was changed since.
    Edited,
    /// A list with entries, signatures or drawings in it.
    Filled(Vec<String>),
    /// No build wrote it.
    Foreign,
}

/// The files that aren't ours.
#[derive(Default)]
struct Doubts {
    foreign: Vec<String>,
    /// Each with the name that it would be kept under.
    edited: Vec<(String, String)>,
    /// Each with that name, and with what is filled in.
    filled: Vec<(String, String, Vec<String>)>,
}

/// Finds what a build would do to the folder.
///
/// # Errors
/// What can't be read; inside of that, the files that would be lost, unless the publication is to keep them aside.
pub(super) fn decide(
    target: &Path,
    folder: &FlowFolder,
    made: &[MadeFile<'_>],
    asked: &Publication<'_>,
) -> io::Result<Result<FolderChange, Vec<Diagnostic>>> {
    let mut outcome = Published { folder: target.to_owned(), ..Published::default() };
    let mut manifest = Manifest { blank: asked.blank, ..Manifest::default() };
    let mut doubts = Doubts::default();
    let mut taken: BTreeSet<String> = folder.files.keys().chain(&folder.releases).cloned().collect();
    taken.extend(made.iter().map(|file| file.artifact.path.clone()));
    let mut set_aside = |path: &str, standing: Standing, outcome: &mut Published| {
        let word = if matches!(standing, Standing::Filled(_)) { "filled" } else { "old" };
        let to = beside(path, word, &mut taken);
        match standing {
            Standing::Filled(entries) => doubts.filled.push((path.to_owned(), to.clone(), entries)),
            Standing::Edited => doubts.edited.push((path.to_owned(), to.clone())),
            _ => doubts.foreign.push(path.to_owned()),
        }
        outcome.aside.push((path.to_owned(), to));
    };

    for MadeFile { artifact, digest } in made {
        let path = &artifact.path;
        manifest.written.insert((path.clone(), digest.clone()));
        let standing = match folder.files.get(path) {
            Some(found) if holds(&found.path, &artifact.bytes)? => Standing::Same,
            Some(found) => standing(path, found, Some(&artifact.bytes), folder, asked)?,
            None => Standing::Ours,
        };
        match standing {
            Standing::Same => outcome.unchanged.push(path.clone()),
            Standing::Ours => outcome.written.push(path.clone()),
            doubtful => {
                set_aside(path, doubtful, &mut outcome);
                outcome.written.push(path.clone());
            }
        }
    }
    let is_made = |path: &String| made.binary_search_by(|file| file.artifact.path.cmp(path)).is_ok();
    let mut strange = Vec::new();
    for (path, found) in folder.files.iter().filter(|(path, _)| !is_made(path)) {
        match OutputKind::of(path) {
            _ if folder.keeps(path) => {
                manifest.kept.insert(path.clone());
                outcome.kept.push(path.clone());
            }
            Some(kind) if asked.rebuilt.contains(&kind) && asked.stays != Some(path) => {
                match standing(path, found, None, folder, asked)? {
                    Standing::Ours | Standing::Same => outcome.removed.push(path.clone()),
                    doubtful => set_aside(path, doubtful, &mut outcome),
                }
            }
            Some(kind) => {
                manifest.written.extend(entries(path, kind, found, folder, asked)?);
                outcome.kept.push(path.clone());
            }
            None => {
                strange.push(path.clone());
                manifest.kept.insert(path.clone());
                outcome.kept.push(path.clone());
            }
        }
    }
    outcome.aside.sort();
    doubts.edited.sort();
    manifest.kept.extend(outcome.aside.iter().map(|(_, to)| to.clone()));
    doubts.foreign.extend(strange);
    doubts.foreign.sort();

    let faults = if asked.force { refuse_odd(target, folder) } else { doubts.refuse(target, folder) };
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let nothing_moves = outcome.written.is_empty() && outcome.removed.is_empty() && outcome.aside.is_empty();
    let is_done = nothing_moves && *folder.manifest.as_ref().unwrap_or(&Manifest::default()) == manifest;
    Ok(Ok(FolderChange { outcome, manifest, is_done }))
}

/// Finds what a file of a path that builds write is.
pub(super) fn standing(
    path: &str,
    found: &FoundFile,
    made: Option<&[u8]>,
    folder: &FlowFolder,
    asked: &Publication<'_>,
) -> io::Result<Standing> {
    // What is kept stays what it is, even if it has the bytes of a build.
    if folder.keeps(path) {
        return Ok(Standing::Foreign);
    }
    let is_text = OutputKind::of(path).is_some_and(OutputKind::is_text);
    let is_listed = folder.manifest.as_ref().is_some_and(|manifest| manifest.digests_of(path).next().is_some());
    let otherwise = if is_listed { Standing::Edited } else { Standing::Foreign };
    let Some(bytes) = bytes_of(&found.path, PDF_LIMIT)? else { return Ok(otherwise) };
    if is_text && made.is_some_and(|made| with_lf(made) == with_lf(&bytes)) {
        return Ok(Standing::Same);
    }
    if is_listed && folder.manifest.as_ref().is_some_and(|manifest| manifest.knows(path, &bytes)) {
        return Ok(Standing::Ours);
    }
    if is_text {
        return Ok(otherwise);
    }
    Ok(match (asked.inside)(&bytes) {
        ListContent::Filled(entries) => Standing::Filled(entries),
        // A folder without a manifest is an older version's, and a merge may take the manifest of another build.
        ListContent::AsBuilt if is_listed || folder.manifest.is_none() => Standing::Ours,
        ListContent::AsBuilt | ListContent::Unknown => otherwise,
    })
}

/// What the manifest says afterwards of a file whose kind isn't built: the same as before. In a folder without a manifest,
/// it is a list as a build wrote it or it isn't known.
fn entries(
    path: &str,
    kind: OutputKind,
    found: &FoundFile,
    folder: &FlowFolder,
    asked: &Publication<'_>,
) -> io::Result<Vec<(String, String)>> {
    let digests = match &folder.manifest {
        Some(manifest) => manifest.digests_of(path).map(str::to_owned).collect(),
        None if kind.is_text() => Vec::new(),
        None => bytes_of(&found.path, PDF_LIMIT)?
            .filter(|bytes| matches!((asked.inside)(bytes), ListContent::AsBuilt))
            .map(|bytes| digest(&bytes))
            .into_iter()
            .collect(),
    };
    Ok(digests.into_iter().map(|digest| (path.to_owned(), digest)).collect())
}

/// The first free name for a file that is kept beside the new one, as `runbook.old-1.md`.
fn beside(path: &str, word: &str, taken: &mut BTreeSet<String>) -> String {
    let (stem, ending) = path.rsplit_once('.').unwrap_or((path, ""));
    let mut number = 1;
    loop {
        let name = format!("{stem}.{word}-{number}.{ending}");
        if taken.insert(name.clone()) {
            return name;
        }
        number += 1;
    }
}

/// The fault of a folder that holds more than files.
fn refuse_odd(target: &Path, folder: &FlowFolder) -> Vec<Diagnostic> {
    if folder.odd.is_empty() {
        return Vec::new();
    }
    let names = named(&folder.odd);
    let message = format!("`{}` holds what no build makes and none can keep: {names}", shown(target));
    vec![
        Diagnostic::error_nowhere("foreign-file", message)
            .help("move it out of the flow's output folder, or choose another `--output`"),
    ]
}

impl Doubts {
    /// A fault for each sort of file that would be lost.
    fn refuse(self, target: &Path, folder: &FlowFolder) -> Vec<Diagnostic> {
        let at = shown(target);
        let fault = |code, message| Diagnostic::error_nowhere(code, message);
        let mut faults = Vec::new();
        let foreign: Vec<String> = self.foreign.iter().chain(&folder.odd).map(|path| shown(Path::new(path))).collect();
        if !foreign.is_empty() {
            let mut one = fault("foreign-file", format!("no build wrote this in `{at}`: {}", named(&foreign)))
                .help("move it out of the flow's output folder, or choose another `--output`");
            if folder.odd.is_empty() {
                one = one.help(
                    "`--force` keeps it there; what a build needs the name of is then called `NAME.old-1` with its ending",
                );
            }
            if folder.has_broken_manifest {
                one = one.help("the list of what builds wrote there, `.runsheet`, can't be read");
            }
            faults.push(one);
        }
        if !self.edited.is_empty() {
            let (edited, kept): (Vec<String>, Vec<String>) = self.edited.into_iter().unzip();
            faults.push(
                fault("edited-file", format!("changed in `{at}` since a build wrote it: {}", named(&edited)))
                    .help("write the change into the flow, then remove the file or move it away")
                    .help(format!("`--force` writes the file anew and keeps the changed one as {}", named(&kept))),
            );
        }
        for (path, kept, entries) in self.filled {
            let mut words: Vec<String> = entries.iter().take(MOST_NAMED).cloned().collect();
            if entries.len() > MOST_NAMED {
                words.push(format!("and {} more", entries.len() - MOST_NAMED));
            }
            let list = shown(&target.join(path));
            faults.push(
                fault(
                    "filled-in",
                    format!("`{list}` is filled in, and a build would replace it: {}", words.join("; ")),
                )
                .help("move it to where the records are kept")
                .help(format!("`--force` keeps it in the same folder as `{kept}`")),
            );
        }
        faults
    }
}

/// Names for a message, in their order.
fn named(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
