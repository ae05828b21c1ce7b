//! Gives each release file to the flow that it names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::{Gathered, Job};
use crate::diagnostic::{Diagnostic, FileId, SourceFile, Sources, Span};
use crate::files;
use crate::run::inputs::InputRole;
use crate::source;
use crate::source::release::ReleaseFile;

/// How a release file was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ReleaseOrigin {
    /// The command line names it. It may belong to any flow.
    Named,
    /// It stands in the folder that this argument names, and belongs to one of the flows there.
    InFolder(usize),
    /// It stands beside flows that these arguments name. It may as well belong to another flow of that folder.
    Beside(Vec<usize>),
}

impl ReleaseOrigin {
    /// True when the release may belong to the flow of an argument.
    fn reaches(&self, argument: usize) -> bool {
        match self {
            Self::Named => true,
            Self::InFolder(folder) => *folder == argument,
            Self::Beside(flows) => flows.contains(&argument),
        }
    }
}

/// The release file of a flow.
#[derive(Debug, Clone)]
pub(super) struct OwnRelease {
    pub file: SourceFile,
    /// Where it names the flow.
    flow: Span,
    /// How it was found.
    pub origin: ReleaseOrigin,
}

/// A release file before it is known which flow it belongs to.
pub(super) struct Candidate {
    file: SourceFile,
    bytes: Vec<u8>,
    /// The id that it names, and where.
    flow: Option<(String, Span)>,
    diagnostics: Vec<Diagnostic>,
}

/// The release files beside flows that were named one by one, `alone` being their arguments, and that have no release
/// yet. A folder that can't be listed may hold their releases.
pub(super) fn beside(gathered: &mut Gathered, alone: &BTreeSet<usize>) -> Vec<(PathBuf, ReleaseOrigin)> {
    let mut found: BTreeMap<PathBuf, Vec<usize>> = BTreeMap::new();
    let looks = |job: &&Job| {
        let is_file = alone.contains(&job.argument) && job.path.as_os_str() != "-";
        is_file && job.own_release.is_none() && job.any_flow().is_some()
    };
    for job in gathered.jobs.iter().filter(looks) {
        match files::releases_beside(&job.path) {
            Ok(paths) => paths.into_iter().for_each(|path| found.entry(path).or_default().push(job.argument)),
            Err(fault) => {
                gathered.strays.push(ReleaseOrigin::Beside(vec![job.argument]));
                gathered.loose.push((Sources::default(), vec![fault]));
            }
        }
    }
    found.into_iter().map(|(path, arguments)| (path, ReleaseOrigin::Beside(arguments))).collect()
}

/// Of so many releases of one flow, the place is shown.
const RIVALS_SHOWN: u16 = 8;

/// Refuses several releases of one flow, and names all of them.
pub(super) fn refuse_rivals(gathered: &mut Gathered) {
    for job in &mut gathered.jobs {
        let Some(own) = job.own_release.as_ref().filter(|_| !job.rivals.is_empty()) else { continue };
        let all: Vec<&OwnRelease> = std::iter::once(own).chain(&job.rivals).collect();
        let names: Vec<String> = all.iter().map(|one| format!("`{}`", one.file.name)).collect();
        let (last, others) = names.split_last().map_or(("", &[][..]), |(last, others)| (last.as_str(), others));
        let message = format!("{} and {last} are releases of the same flow", others.join(", "));
        let mut places = all.iter().zip(0..RIVALS_SHOWN).map(|(one, at)| Span { file: FileId(at), ..one.flow });
        let Some(first) = places.next() else { continue };
        let fault = Diagnostic::error("two-releases", first, message)
            .help("say which one with `--release`; `--blank` makes a list without a release");
        let fault = places.fold(fault, |fault, place| fault.context(place, "another one"));
        let shown = all.iter().take(usize::from(RIVALS_SHOWN));
        let sources = Sources { files: shown.map(|one| one.file.clone()).collect() };
        job.blocked = true;
        gathered.loose.push((sources, vec![fault]));
    }
}

/// Marks each flow whose release may be one that can't be read, because sheets without its values must not look
/// finished. A release that the command line names goes before one that was found.
pub(super) fn mark_unreleased(gathered: &mut Gathered) {
    for job in &mut gathered.jobs {
        let own = job.own_release.as_ref().map(|own| &own.origin);
        job.unreleased = gathered.strays.iter().any(|stray| match own {
            Some(ReleaseOrigin::Named) => false,
            Some(_) => *stray == ReleaseOrigin::Named,
            None => stray.reaches(job.argument),
        });
    }
}

/// Reads a release and gives it to the flow that it names.
pub(super) fn take_release(gathered: &mut Gathered, path: &Path, origin: ReleaseOrigin) {
    let allowed = if origin == ReleaseOrigin::Named { Ok(()) } else { files::refuse_link_outside(path) };
    let read = allowed.and_then(|()| candidate(files::shown(path), files::read(path, files::TEXT_LIMIT)?));
    give_release(gathered, path, origin, read);
}

/// Gives a release to the flow that it names, if that is in its reach.
pub(super) fn give_release(
    gathered: &mut Gathered,
    path: &Path,
    origin: ReleaseOrigin,
    read: Result<(Sources, Candidate), Diagnostic>,
) {
    let in_reach = |job: &Job| origin.reaches(job.argument);
    let (sources, candidate) = match read {
        Ok(read) => read,
        Err(fault) => {
            gathered.strays.push(origin);
            gathered.loose.push((Sources::default(), vec![fault]));
            return;
        }
    };
    let Some((id, place)) = candidate.flow else {
        gathered.strays.push(origin);
        gathered.loose.push((sources, candidate.diagnostics));
        return;
    };
    let names_it = |job: &&mut Job| job.any_flow().is_some_and(|flow| flow.id.value == id);
    let Some(job) = gathered.jobs.iter_mut().filter(|job| in_reach(job)).find(names_it) else {
        // It belongs to another flow of the folder.
        if matches!(origin, ReleaseOrigin::Beside(_)) {
            return;
        }
        let mut faults = candidate.diagnostics;
        // Otherwise the release may belong to a flow that couldn't be read.
        if gathered.jobs.iter().filter(|job| in_reach(job)).all(|job| job.flow.is_some()) {
            let ids = gathered.jobs.iter().filter(|job| in_reach(job)).filter_map(|job| job.flow.as_ref());
            let ids: Vec<String> = ids.take(10).map(|flow| format!("`{}`", flow.id.value)).collect();
            let fault = Diagnostic::error("no-such-flow", place, format!("no flow with the id `{id}` is built"))
                .help(format!("the flows built are {}", ids.join(", ")));
            faults.push(fault);
            gathered.strays.push(origin);
        }
        gathered.loose.push((sources, faults));
        return;
    };
    let found = OwnRelease { file: candidate.file, flow: place, origin };
    match &job.own_release {
        Some(own) if own.origin == ReleaseOrigin::Named && found.origin != ReleaseOrigin::Named => {}
        Some(_) => job.rivals.push(found),
        None => {
            let file = job.sources.add(found.file.name.clone(), found.file.text.clone());
            let (release, diagnostics, lost) = source::read_release_partly(&job.sources, file);
            job.release = release.unwrap_or_default();
            job.push(InputRole::Release, path, candidate.bytes);
            job.diagnostics.extend(diagnostics);
            job.lost_of_release = lost;
            job.own_release = Some(found);
        }
    }
}

/// One job for each of these release files that names the flow of a job, which has no release itself, with the path of the file. A
/// file that can't be read, or that names no flow, is told among the faults of no flow: it may belong to any.
pub fn editions(
    jobs: Vec<Job>,
    files: &BTreeMap<usize, Vec<PathBuf>>,
    loose: &mut Vec<(Sources, Vec<Diagnostic>)>,
) -> Vec<(Job, Vec<(PathBuf, Job)>)> {
    let mut read = BTreeMap::new();
    for path in files.values().flatten().collect::<BTreeSet<_>>() {
        let allowed = files::refuse_link_outside(path);
        match allowed.and_then(|()| candidate(files::shown(path), files::read(path, files::TEXT_LIMIT)?)) {
            Ok((sources, found)) => match &found.flow {
                Some((id, _)) => _ = read.insert(path.clone(), (id.clone(), found.bytes)),
                None => loose.push((sources, found.diagnostics)),
            },
            Err(fault) => loose.push((Sources::default(), vec![fault])),
        }
    }
    let editions_of = |(index, job): (usize, Job)| {
        let mut editions = Vec::new();
        for path in files.get(&index).into_iter().flatten() {
            let Some((id, bytes)) = read.get(path) else { continue };
            if job.any_flow().is_none_or(|flow| flow.id.value != *id) {
                continue;
            }
            let mut gathered = Gathered { jobs: vec![job.blank()], ..Gathered::default() };
            let read = candidate(files::shown(path), bytes.clone());
            give_release(&mut gathered, path, ReleaseOrigin::Named, read);
            editions.extend(gathered.jobs.pop().map(|edition| (path.clone(), edition)));
        }
        (job, editions)
    };
    jobs.into_iter().enumerate().map(editions_of).collect()
}

/// Reads a release alone, to learn which flow it belongs to.
pub(super) fn candidate(name: String, bytes: Vec<u8>) -> Result<(Sources, Candidate), Diagnostic> {
    let text = source::decode(&name, &bytes)?;
    let mut sources = Sources::default();
    let id = sources.add(name, text);
    let (release, diagnostics) = source::read_release(&sources, id);
    let flow = release.and_then(|release| release.flow.as_deref().cloned()).map(|flow| (flow.value, flow.span));
    let file = sources.file(id).clone();
    Ok((sources, Candidate { file, bytes, flow, diagnostics }))
}

/// A release file as far as it can be read; `None` where it can't, which `check` tells.
pub(in crate::run) fn known_release(path: &Path) -> Option<ReleaseFile> {
    files::refuse_link_outside(path).ok()?;
    let bytes = files::read(path, files::TEXT_LIMIT).ok()?;
    let mut sources = Sources::default();
    let file = sources.add(files::shown(path), source::decode("", &bytes).ok()?);
    source::read_release(&sources, file).0
}
