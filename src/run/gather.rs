//! Reads what the arguments of a command name: flows, each with the release that names its id.

mod cold;
mod releases;
mod since;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::flows;
use super::inputs::{InputRole, Inputs, recorded_path};
use super::named;
use super::pipeline::Parsed;
use super::settings::Settings;
use crate::cli::{BuildArgs, ReleaseArgs};
use crate::diagnostic::{Diagnostic, FileId, SourceFile, Sources, Span};
use crate::files;
use crate::plan::{self, Plan};
use crate::select::select;
use crate::source::flow::Flow;
use crate::source::named::{FileUse, NamedFile, PART_ENDING};
use crate::source::release::{self, ReleaseFile};
use crate::source::{
    self, Lost,
    arguments::{set_checker, set_number, set_operator, set_printed, set_start, set_value, split_list},
};
use crate::text::in_angles;
use crate::view::checklist::UsedColdList;
use crate::view::labels::LabelFiles;
use releases::{
    KnownIds, OwnRelease, ReleaseOrigin, beside, candidate, choose, give_release, mark_unreleased, take_release,
};
pub use releases::{WhichReleases, editions};

/// A flow to be built.
#[derive(Debug)]
pub struct Job {
    /// How the user named it.
    pub name: String,
    /// Its file, or `-`.
    pub path: PathBuf,
    /// The texts that spans point into: the flow, then its release, then flags.
    pub sources: Sources,
    /// The flow, when it was read without a fault.
    pub flow: Option<Flow>,
    /// As much of the flow as could be read, when it has faults, but none of syntax.
    pub partly: Option<Flow>,
    /// The parts of the flow that couldn't be read.
    lost: Lost,
    /// The parts of its release that couldn't be read.
    lost_of_release: Lost,
    /// Its release; empty when there is none.
    pub release: ReleaseFile,
    /// The older revision that changes are marked against.
    pub since: Option<Flow>,
    /// The cold list that was used.
    pub cold: Option<UsedColdList>,
    /// The files themselves.
    pub inputs: Inputs,
    /// The words that its outputs are written with.
    pub labels: Arc<LabelFiles>,
    /// Every file that the flow names, whether or not it could be read.
    pub named: BTreeSet<PathBuf>,
    /// The diagnostics so far.
    pub diagnostics: Vec<Diagnostic>,
    /// True when a fault that also concerns other files keeps it from being published.
    pub blocked: bool,
    /// True when a release that can't be read, or that names no flow, may belong to it. What the flow seems to lack may
    /// be in there.
    pub unreleased: bool,
    /// The index of the argument that named it.
    argument: usize,
    /// The release file that belongs to it.
    own_release: Option<OwnRelease>,
    /// Other release files that could belong to it as well.
    rivals: Vec<OwnRelease>,
}

/// Whether a flow without a release repeats something for the elements of lists, which it can't know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeats {
    /// It doesn't.
    Nothing,
    /// It does, and shows each once.
    ForLists,
}

/// All flows of a run, and the faults that belong to no single flow.
#[derive(Debug, Default)]
pub struct Gathered {
    /// In order of the arguments.
    pub jobs: Vec<Job>,
    /// Faults that belong to no single flow.
    pub loose: Vec<(Sources, Vec<Diagnostic>)>,
    /// Where each release was found that belongs to no flow, or that can't be read.
    strays: Vec<ReleaseOrigin>,
    /// The ids of the flows in the folders of releases that belong to none of the jobs.
    ids: KnownIds,
}

impl Gathered {
    /// The settings of a build, with their faults among those of no flow, and puts into each flow its labels and what `flags`
    /// say of its release. Without settings the flows are still looked at, so that all faults are told at once.
    pub fn settings(&mut self, args: &BuildArgs, flags: &ReleaseArgs) -> Option<Settings> {
        let settings = Settings::of_arguments(args).map_err(|faults| self.loose.push(faults)).ok();
        for job in &mut self.jobs {
            job.labels = settings.as_ref().map(|settings| Arc::clone(&settings.labels)).unwrap_or_default();
            job.apply(flags);
        }
        settings
    }
}

/// Reads everything that `paths` and `flags` name: flows, and for each the release that `--release` gives or that stands
/// in its folder. With `--blank`, no release is looked for. Faults are collected, so that the user sees all of them at
/// once.
#[must_use]
pub fn gather(paths: &[PathBuf], flags: &ReleaseArgs) -> Gathered {
    gather_with(paths, flags, WhichReleases::One)
}

/// The same, and says what is done with several releases of a flow.
#[must_use]
pub fn gather_with(paths: &[PathBuf], flags: &ReleaseArgs, which: WhichReleases) -> Gathered {
    let mut gathered = Gathered::default();
    let mut in_folders = Vec::new();
    let mut named = Vec::new();
    for (argument, path) in paths.iter().enumerate() {
        if files::is_folder(path) {
            match files::list(path) {
                Ok(folder) => {
                    named.extend(folder.flows.into_iter().map(|flow| (argument, flow, true)));
                    in_folders.extend(
                        folder.releases.into_iter().map(|release| (release, ReleaseOrigin::InFolder(argument))),
                    );
                }
                Err(fault) => gathered.loose.push((Sources::default(), vec![fault])),
            }
        } else {
            named.push((argument, path.clone(), false));
        }
    }
    let alone: BTreeSet<usize> = named.iter().filter(|(_, _, is_found)| !is_found).map(|one| one.0).collect();
    gathered.jobs = flows::each(named, |(argument, path, is_found)| read_flow(argument, &path, is_found));
    refuse_equal_ids(&mut gathered);
    for path in &flags.files {
        take_release(&mut gathered, path, ReleaseOrigin::Named);
    }
    if !flags.blank {
        let beside = beside(&mut gathered, &alone);
        for (path, origin) in in_folders.into_iter().chain(beside) {
            take_release(&mut gathered, &path, origin);
        }
    }
    choose(&mut gathered, which);
    mark_unreleased(&mut gathered);
    gathered
}

/// Reads one flow, and its release if there is one, from memory. The diagnostics use the given names.
#[must_use]
pub fn gather_bytes(flow: (&str, &[u8]), release: Option<(&str, &[u8])>) -> Gathered {
    let mut gathered = Gathered { jobs: vec![Job::of_bytes(flow.0, flow.1)], ..Gathered::default() };
    if let Some((name, bytes)) = release {
        give_release(&mut gathered, Path::new(name), ReleaseOrigin::Named, candidate(name.to_owned(), bytes.to_vec()));
        mark_unreleased(&mut gathered);
    }
    gathered
}

/// Whether a text in a flow's place is a release: it names a flow, and has no `schema` and no steps.
fn is_release(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let has = |table: &toml::Table, key: &str| table.contains_key(key);
    !text.contains("schema")
        && text
            .parse::<toml::Table>()
            .is_ok_and(|table| has(&table, "flow") && !has(&table, "hot") && !has(&table, "id"))
}

/// Reads one flow, which the user named or which was found in a folder.
fn read_flow(argument: usize, path: &Path, is_found: bool) -> Job {
    let stdin = path.as_os_str() == "-";
    let name = if stdin { "<stdin>".to_owned() } else { files::shown(path) };
    let mut job = Job::new(argument, name, path.to_owned());
    if job.name.ends_with(files::RELEASE_ENDING) {
        let message = format!("`{}` is a release, not a flow", job.name);
        let help = "name the flow, and this file with `--release`";
        job.diagnostics.push(Diagnostic::error_nowhere("not-a-flow", message).help(help));
        return job;
    }
    if job.name.ends_with(PART_ENDING) {
        let message = format!("`{}` is a part of flows, not a flow", job.name);
        let help =
            "name a flow that includes it: a part is checked with each of them, and its faults are shown in the part";
        job.diagnostics.push(Diagnostic::error_nowhere("not-a-flow", message).help(help));
        return job;
    }
    let allowed = if is_found { files::refuse_link_outside(path) } else { Ok(()) };
    match allowed.and_then(|()| files::read_flow(path)) {
        Ok(bytes) if is_release(&bytes) => {
            let message = format!("`{}` is a release, not a flow", job.name);
            let help = "the name of a release ends in `.release.toml`: call it so";
            job.diagnostics.push(Diagnostic::error_nowhere("not-a-flow", message).help(help));
        }
        Ok(bytes) => job.fill(bytes),
        Err(fault) => job.diagnostics.push(fault),
    }
    job
}

/// Refuses flows that would be written to the same folder. On some disks `A` and `a` are one name.
fn refuse_equal_ids(gathered: &mut Gathered) {
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    for at in 0..gathered.jobs.len() {
        let Some(flow) = &gathered.jobs[at].flow else { continue };
        let id = flow.id.clone();
        let Some(&other) = first.get(&id.value.to_ascii_lowercase()) else {
            first.insert(id.value.to_ascii_lowercase(), at);
            continue;
        };
        let earlier = gathered.jobs[other].flow.as_ref().map_or(id.span, |flow| flow.id.span);
        let sources = Sources { files: [other, at].map(|job| gathered.jobs[job].sources.files[0].clone()).to_vec() };
        let message = format!("`{}` and `{}` have the same id", gathered.jobs[other].name, gathered.jobs[at].name);
        let fault = Diagnostic::error("same-id", Span { file: FileId(1), ..id.span }, message)
            .context(Span { file: FileId(0), ..earlier }, "the other one")
            .help("give each flow an id of its own: it names its output; call an older revision of one `*.old.toml`");
        gathered.loose.push((sources, vec![fault]));
        gathered.jobs[other].blocked = true;
        gathered.jobs[at].blocked = true;
    }
}

impl Job {
    fn new(argument: usize, name: String, path: PathBuf) -> Self {
        Self {
            sources: Sources::default(),
            flow: None,
            partly: None,
            lost: Lost::default(),
            lost_of_release: Lost::default(),
            release: ReleaseFile::default(),
            since: None,
            cold: None,
            inputs: Inputs::default(),
            labels: Arc::default(),
            named: BTreeSet::new(),
            diagnostics: Vec::new(),
            blocked: false,
            unreleased: false,
            argument,
            own_release: None,
            rivals: Vec::new(),
            name,
            path,
        }
    }

    /// A flow that comes from no file.
    #[must_use]
    pub fn of_bytes(name: &str, bytes: &[u8]) -> Self {
        let mut job = Self::new(0, name.to_owned(), PathBuf::new());
        job.fill(bytes.to_vec());
        job
    }

    /// The same flow without a release.
    #[must_use]
    pub fn blank(&self) -> Self {
        let mut blank = Self::new(self.argument, self.name.clone(), self.path.clone());
        blank.labels = Arc::clone(&self.labels);
        if let Some(flow) = self.inputs.of(InputRole::Flow) {
            blank.fill(flow.bytes.clone());
        }
        blank
    }

    /// The same flow as a procedure for every release. Where it repeats something for a list that only a release gives, each list
    /// has one element, which stands for any: `‹host›`.
    #[must_use]
    pub fn procedure(&self) -> (Self, Repeats) {
        let mut job = self.blank();
        let (_, faults) = job.plan(&job.release, None);
        if !faults.iter().any(|fault| fault.code == "missing-list") {
            return (job, Repeats::Nothing);
        }
        let lists = job.any_flow().into_iter().flat_map(|flow| &flow.values);
        let elements =
            lists.filter_map(|list| Some(format!("{}={}", list.name.value, in_angles(&list.each.as_ref()?.value))));
        for element in elements.collect::<Vec<_>>() {
            job.diagnostics.extend(set_value(&mut job.release, &mut job.sources, &element).err());
        }
        (job, Repeats::ForLists)
    }

    fn fill(&mut self, bytes: Vec<u8>) {
        let path = recorded_path(&self.path, &self.path);
        let added = self.inputs.push(InputRole::Flow, path, bytes);
        match added.and_then(|input| source::decode(&self.name, &input.bytes)) {
            Ok(text) => {
                let id = self.sources.add(self.name.clone(), text);
                self.read(id);
            }
            Err(fault) => self.diagnostics.push(fault),
        }
    }

    /// Adds a file to the inputs.
    fn push(&mut self, role: InputRole, path: &Path, bytes: Vec<u8>) {
        let path = recorded_path(path, &self.path);
        self.diagnostics.extend(self.inputs.push(role, path, bytes).err());
    }

    /// The release file that it is made with, as it is shown; `None` when there is none.
    #[must_use]
    pub fn release_name(&self) -> Option<&str> {
        self.own_release.as_ref().map(|own| &*own.file.name)
    }

    /// The same, but only for a release that nobody named, beside a flow that was named alone.
    #[must_use]
    pub fn release_beside(&self) -> Option<&str> {
        let is_beside = |own: &&OwnRelease| self.rivals.is_empty() && matches!(own.origin, ReleaseOrigin::Beside(_));
        let own = self.own_release.as_ref().filter(is_beside);
        own.map(|own| &*own.file.name)
    }

    /// True when a release file was found for it, or when one that can't be read may belong to it.
    #[must_use]
    pub const fn is_released(&self) -> bool {
        self.own_release.is_some() || self.unreleased
    }

    /// Reads the flow again from a new text of its file.
    pub fn set_text(&mut self, text: String) {
        let file = FileId(0);
        let name = self.sources.file(file).name.clone();
        self.sources.files[0] = SourceFile::new(name, text);
        let mut diagnostics = std::mem::take(&mut self.diagnostics);
        let of_flow = |fault: &Diagnostic| fault.primary.as_ref().is_some_and(|place| self.is_of_flow(place.span.file));
        diagnostics.retain(|fault| !of_flow(fault));
        self.diagnostics = diagnostics;
        self.read(file);
    }

    /// Whether a source is the flow, or a part of it.
    #[must_use]
    pub fn is_of_flow(&self, file: FileId) -> bool {
        file == FileId(0) || self.any_flow().is_some_and(|flow| flow.files.sources().any(|part| part == file))
    }

    /// Reads the flow from its source.
    fn read(&mut self, file: FileId) {
        let (inputs, path, named) = (&mut self.inputs, &self.path, &mut self.named);
        let mut fetch = |file: &NamedFile| {
            if file.what != FileUse::Config {
                named.insert(files::named_by(path, &file.path.value));
            }
            named::fetch(inputs, InputRole::Flow, path, file)
        };
        let (flow, faults, lost) = source::read_flow_partly(&mut self.sources, file, &mut fetch);
        (self.flow, self.partly) = if faults.is_empty() { (flow, None) } else { (None, flow) };
        self.lost = lost;
        self.diagnostics.extend(faults);
    }

    /// Makes the plan of what could be read, in a language or else the flow's first. Returns the plan when nothing at
    /// all is wrong, and the faults, without those that only follow from parts that couldn't be read.
    #[must_use]
    pub fn plan(&self, release: &ReleaseFile, lang: Option<&str>) -> (Option<Plan>, Vec<Diagnostic>) {
        let Some(flow) = self.any_flow() else { return (None, Vec::new()) };
        let (plan, mut faults) = plan::build(
            &select(flow, release),
            release,
            lang,
            &self.sources,
            self.inputs.flow_digest().to_owned(),
            &*self.labels,
        );
        faults.retain(|fault| ![&self.lost, &self.lost_of_release].iter().any(|lost| lost.explains(fault.code)));
        let is_whole = self.flow.is_some() && !self.diagnostics.iter().any(Diagnostic::is_error);
        (plan.filter(|_| is_whole), faults)
    }

    /// What its artifacts are made from; `None` for a flow with faults.
    #[must_use]
    pub fn parsed(&self) -> Option<Parsed<'_>> {
        Some(Parsed {
            flow: self.flow.as_ref()?,
            release: &self.release,
            sources: &self.sources,
            since: self.since.as_ref(),
            cold: self.cold.as_ref(),
            inputs: &self.inputs,
            labels: &self.labels,
        })
    }

    /// The flow as far as it could be read.
    #[must_use]
    pub fn any_flow(&self) -> Option<&Flow> {
        self.flow.as_ref().or(self.partly.as_ref())
    }

    /// Lets the flags of the command line replace what the release file says.
    pub fn apply(&mut self, flags: &ReleaseArgs) {
        type Set = fn(&mut ReleaseFile, &mut Sources, &str) -> Result<(), Diagnostic>;
        let single: [(&Option<String>, Set); 5] = [
            (&flags.start, set_start),
            (&flags.printed, set_printed),
            (&flags.operator, set_operator),
            (&flags.checker, set_checker),
            (&flags.number, set_number),
        ];
        let single = single.into_iter().filter_map(|(given, set)| given.as_ref().map(|given| (given, set)));
        let values = flags.set.iter().map(|value| (value, set_value as Set));
        for (given, set) in values.chain(single) {
            if let Err(fault) = set(&mut self.release, &mut self.sources, given) {
                self.diagnostics.push(fault);
            }
        }
        self.release.drill |= flags.drill;
        let lists = self.flow.iter().chain(&self.partly).flat_map(|flow| &flow.values);
        for list in lists.filter(|value| value.each.is_some()) {
            split_list(&mut self.release, &self.sources, &list.name.value);
        }
        if let Some(flow) = self.flow.as_ref().filter(|_| flags.say_anything()) {
            let written = release::write(&self.release, flow).into_bytes();
            let path = self.inputs.of(InputRole::Release).map(|file| file.path.clone()).unwrap_or_default();
            self.diagnostics.extend(self.inputs.replace(InputRole::Release, path, written).err());
        }
    }
}
