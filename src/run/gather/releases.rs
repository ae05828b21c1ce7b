//! Gives each release file to the flow that it names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::{Gathered, Job};
use crate::diagnostic::{Diagnostic, FileId, SourceFile, Sources, Span};
use crate::files;
use crate::plan;
use crate::run::inputs::InputRole;
use crate::source;
use crate::source::release::{self, ReleaseFile};

/// What is done with several releases of a flow that stand beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhichReleases {
    /// The flow is made with one of them.
    One,
    /// They are kept, and [`Job::each_release`] gives a job for each.
    Every,
}

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
    path: PathBuf,
    bytes: Vec<u8>,
    /// What it says, as far as it can be read.
    said: ReleaseFile,
    /// Where it names the flow.
    flow: Span,
    /// How it was found.
    pub origin: ReleaseOrigin,
}

/// A release file before it is known which flow it belongs to.
pub(super) struct Candidate {
    file: SourceFile,
    bytes: Vec<u8>,
    said: ReleaseFile,
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

/// Leaves each flow one of its releases: the one that isn't over; where all are, the last. Several that aren't are refused, and
/// so are several that the command line names. Whoever uses every release keeps those that were found.
pub(super) fn choose(gathered: &mut Gathered, which: WhichReleases) {
    for job in gathered.jobs.iter_mut().filter(|job| !job.rivals.is_empty()) {
        let is_named = job.own_release.as_ref().is_some_and(|own| own.origin == ReleaseOrigin::Named);
        if !is_named && which == WhichReleases::Every {
            continue;
        }
        let all: Vec<OwnRelease> = job.own_release.iter().chain(&job.rivals).cloned().collect();
        if let [one] = &*due(job, &all)
            && !is_named
        {
            *job = job.with(all[*one].clone());
            continue;
        }
        job.blocked = true;
        gathered.loose.extend(two_releases(&all));
    }
}

/// Which of several releases of a flow isn't over; where all are, the last.
fn due(job: &Job, all: &[OwnRelease]) -> Vec<usize> {
    let over = release::over(&all.iter().map(|one| &one.said).collect::<Vec<_>>());
    let due: Vec<usize> = (0..all.len()).filter(|at| !over[*at]).collect();
    let last = || {
        let start = |at: &usize| {
            let release = plan::outline(job.any_flow()?, &all[*at].said);
            Some((release.start.map(|start| start.timestamp()), release.number.as_deref().map(str::to_owned)))
        };
        (0..all.len()).max_by_key(start).into_iter().collect()
    };
    if due.is_empty() { last() } else { due }
}

/// The fault that a flow has several releases, with all of them.
fn two_releases(all: &[OwnRelease]) -> Option<(Sources, Vec<Diagnostic>)> {
    let names: Vec<String> = all.iter().map(|one| format!("`{}`", one.file.name)).collect();
    let (last, others) = names.split_last()?;
    let message = format!("{} and {last} are releases of the same flow", others.join(", "));
    let mut places = all.iter().zip(0..RIVALS_SHOWN).map(|(one, at)| Span { file: FileId(at), ..one.flow });
    let fault = Diagnostic::error("two-releases", places.next()?, message)
        .help("say which one with `--release FILE`; `--blank` makes a list without a release")
        .help("one that is over doesn't count: it has an `outcome`, is `cancelled`, or another one `replaces` it");
    let fault = places.fold(fault, |fault, place| fault.context(place, "another one"));
    let shown = all.iter().take(usize::from(RIVALS_SHOWN));
    Some((Sources { files: shown.map(|one| one.file.clone()).collect() }, vec![fault]))
}

impl Job {
    /// The same flow with this release.
    fn with(&self, own: OwnRelease) -> Self {
        let (blocked, unreleased) = (self.blocked, self.unreleased);
        let mut job = Self { blocked, unreleased, ..self.blank() };
        job.take(own);
        job
    }

    fn take(&mut self, own: OwnRelease) {
        let file = self.sources.add(own.file.name.clone(), own.file.text.clone());
        let (release, diagnostics, lost) = source::read_release_partly(&self.sources, file);
        self.release = release.unwrap_or_default();
        self.push(InputRole::Release, &own.path, own.bytes.clone());
        self.diagnostics.extend(diagnostics);
        self.lost_of_release = lost;
        self.own_release = Some(own);
    }

    /// One job for each of its releases, and whether that is over, where there are several; a flow with one or none stays as it is.
    #[must_use]
    pub fn each_release(self) -> Vec<(Self, bool)> {
        if self.rivals.is_empty() || self.blocked {
            return vec![(self, false)];
        }
        let all: Vec<&OwnRelease> = self.own_release.iter().chain(&self.rivals).collect();
        let over = release::over(&all.iter().map(|one| &one.said).collect::<Vec<_>>());
        all.iter().zip(over).map(|(one, is_over)| (self.with((*one).clone()), is_over)).collect()
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
        if matches!(origin, ReleaseOrigin::Beside(_)) {
            // It belongs to another flow of the folder, or else to none.
            if let Some(fault) = homeless(&mut gathered.ids, path, &id, place) {
                gathered.strays.push(origin);
                gathered.loose.push((sources, vec![fault]));
            }
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
    let Candidate { file, bytes, said, .. } = candidate;
    let found = OwnRelease { file, path: path.to_owned(), bytes, said, flow: place, origin };
    match &job.own_release {
        Some(own) if own.origin == ReleaseOrigin::Named && found.origin != ReleaseOrigin::Named => {}
        Some(_) => job.rivals.push(found),
        None => job.take(found),
    }
}

/// The ids of the flows in a folder, for each folder that was asked for; `None` where one of them can't be read.
pub(super) type KnownIds = BTreeMap<PathBuf, Option<Vec<String>>>;

/// The fault that no flow in the folder of a release has the id that it names. There is none where a flow may have it, because it
/// can't be read.
fn homeless(known: &mut KnownIds, release: &Path, id: &str, place: Span) -> Option<Diagnostic> {
    let folder = files::folder_of(release);
    let ids = known.entry(folder.to_owned()).or_insert_with(|| ids(folder)).as_ref()?;
    if ids.iter().any(|known| known == id) {
        return None;
    }
    let ids: Vec<String> = ids.iter().take(10).map(|id| format!("`{id}`")).collect();
    let message = format!("no flow in the folder of this release has the id `{id}`");
    Some(Diagnostic::error("no-such-flow", place, message).help(format!("the flows there are {}", ids.join(", "))))
}

/// The ids of the flows in a folder; `None` where one of them can't be read.
fn ids(folder: &Path) -> Option<Vec<String>> {
    let id = |flow: &PathBuf| {
        let text = source::decode("", &files::read(flow, files::TEXT_LIMIT).ok()?).ok()?;
        Some(text.parse::<toml::Table>().ok()?.get("id")?.as_str()?.to_owned())
    };
    files::list(folder).ok()?.flows.iter().map(id).collect()
}

/// One job for each of these release files that names the flow of a job, which has no release itself, with the path of the file. A
/// file that can't be read, or that names no flow, is told among the faults of no flow: it may belong to any.
pub fn editions(
    jobs: Vec<Job>,
    files: &BTreeMap<usize, Vec<PathBuf>>,
    loose: &mut Vec<(Sources, Vec<Diagnostic>)>,
) -> Vec<(Job, Vec<(PathBuf, Job)>)> {
    let (mut read, mut ids) = (BTreeMap::new(), KnownIds::new());
    let own: BTreeSet<&str> = jobs.iter().filter_map(|job| Some(&*job.any_flow()?.id.value)).collect();
    for path in files.values().flatten().collect::<BTreeSet<_>>() {
        let allowed = files::refuse_link_outside(path);
        match allowed.and_then(|()| candidate(files::shown(path), files::read(path, files::TEXT_LIMIT)?)) {
            Ok((sources, found)) => match &found.flow {
                Some((id, place)) => {
                    let fault = if own.contains(&**id) { None } else { homeless(&mut ids, path, id, *place) };
                    loose.extend(fault.map(|fault| (sources, vec![fault])));
                    read.insert(path.clone(), (id.clone(), found.bytes));
                }
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
    let said = release.unwrap_or_default();
    let flow = said.flow.as_deref().cloned().map(|flow| (flow.value, flow.span));
    let file = sources.file(id).clone();
    Ok((sources, Candidate { file, bytes, said, flow, diagnostics }))
}
