//! What the pages of a flow and its release should be, made in memory.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::super::gather::{Job, known_release};
use super::super::settings::Settings;
use super::targets::{self, WikiTarget};
use crate::diagnostic::Diagnostic;
use crate::field::Outcome;
use crate::files;
use crate::lint::{self, Levels, LintContext};
use crate::output::Artifact;
use crate::plan::{self, Plan, Release};
use crate::render::{self, PageText, Templates};
use crate::select::select;
use crate::source;
use crate::source::release::ReleaseFile;
use crate::view::labels::Labels;
use crate::view::markup::WikiMarkup;
use crate::view::wiki::{EvidenceKind, ListedRelease, PageOf, WikiPage};
use crate::view::words::short_digest;

/// A flow that is sound, with what its pages are made of.
pub struct FlowToPublish {
    /// The flow's id.
    pub id: String,
    /// The flow without a release.
    blank: Edition,
    /// The release that is made, if it has a number.
    release: Option<Edition>,
    /// All releases that have a number, in the order of their starts.
    listed: Vec<Release>,
}

/// One plan with the files that are made of it.
struct Edition {
    plan: Plan,
    labels: Labels,
    artifacts: Vec<Artifact>,
    /// The digests of all files that it is made of.
    made_of: String,
    /// The revision that the release was written for, where the flow has gone on to another since.
    older: Option<String>,
}

/// A page that should be on a wiki.
pub struct WantedPage {
    /// Its title.
    pub title: String,
    /// The wiki's markup.
    pub markup: &'static dyn WikiMarkup,
    /// Its text.
    pub text: PageText,
    /// Whether its release has begun, so that only what has become of it may change.
    pub has_begun: bool,
    /// Its files: the name of each on the wiki, and what it holds.
    pub files: Vec<(String, Vec<u8>)>,
    /// What shows how its release went, which comes when all else stays as it is: its name on the wiki, and what it holds.
    pub evidence: Option<(String, Vec<u8>)>,
    /// The revision of the flow that its release was written for, where the flow has gone on to another since.
    pub older: Option<String>,
}

/// A file that shows how a release went, as far as its page goes.
#[derive(Debug, Clone, Copy)]
pub enum OnPage<'a> {
    /// It is on the wiki already.
    There,
    /// It is to be put there.
    Given(&'a [u8]),
}

/// The name on a wiki of what shows how a release went, by the title of its page.
pub fn evidence_name(target: &WikiTarget<'_>, title: &str, kind: EvidenceKind) -> String {
    render::markup_of(target.decl.kind).file_name(title, kind.file())
}

/// The release files of each folder, read once.
#[derive(Default)]
pub struct Releases(BTreeMap<PathBuf, Vec<ReleaseFile>>);

impl Releases {
    /// Reads those beside some flows. One that can't be read is passed over: whoever makes its page is told.
    pub fn beside<'a>(jobs: impl Iterator<Item = &'a Job>) -> Self {
        let mut all = BTreeMap::new();
        for job in jobs.filter(|job| job.path.as_os_str() != "-") {
            let Some(folder) = job.path.parent().map(Path::to_owned) else { continue };
            all.entry(folder).or_insert_with(|| {
                let paths = files::releases_beside(&job.path).unwrap_or_default();
                paths.iter().filter_map(|path| known_release(path)).collect()
            });
        }
        Self(all)
    }

    /// Those of one flow, with the one that is made, which goes before what its file says.
    fn of(&self, job: &Job, id: &str) -> Vec<ReleaseFile> {
        let number = |release: &ReleaseFile| release.number.as_ref().map(|number| number.value.clone());
        let mut all: BTreeMap<String, ReleaseFile> = BTreeMap::new();
        let beside = job.path.parent().and_then(|folder| self.0.get(folder)).into_iter().flatten();
        let is_of_flow = |release: &&ReleaseFile| release.flow.as_ref().is_some_and(|flow| flow.value == id);
        for release in beside.filter(is_of_flow).chain([&job.release]).filter(|release| !release.drill) {
            if let Some(number) = number(release) {
                all.insert(number, release.clone());
            }
        }
        all.into_values().collect()
    }
}

impl FlowToPublish {
    /// Makes everything that doesn't depend on the wiki. There is nothing if any diagnostic is a fault.
    pub fn of(
        job: &Job,
        settings: Option<&Settings>,
        levels: &Levels,
        releases: &Releases,
    ) -> (Option<Self>, Vec<Diagnostic>) {
        let (release, mut diagnostics) = older(job, settings).unwrap_or_else(|| edition(job, settings, levels));
        let is_faulty = |diagnostics: &[Diagnostic]| diagnostics.iter().any(Diagnostic::is_error);
        let has_page = job.release.number.is_some() && !job.release.drill;
        let (blank, faults) = edition(&job.blank(), settings, levels);
        if !is_faulty(&diagnostics) {
            diagnostics.extend(faults.into_iter().filter(Diagnostic::is_error));
        }
        let (Some(release), Some(blank), Some(flow), false) = (release, blank, &job.flow, is_faulty(&diagnostics))
        else {
            return (None, diagnostics);
        };
        let id = flow.id.value.clone();
        let mut listed: Vec<Release> =
            releases.of(job, &id).iter().map(|release| plan::outline(flow, release)).collect();
        listed.sort_by_cached_key(|release| {
            let start = release.start.as_ref().map(jiff::Zoned::timestamp);
            (start, release.number.as_deref().map(str::to_owned))
        });
        (Some(Self { id, blank, release: has_page.then_some(release), listed }), diagnostics)
    }

    /// Says how the release went: a record knows it before the release file does, and lists that were made keep what they say.
    pub fn set_outcome(&mut self, outcome: Outcome) {
        let Some(own) = &mut self.release else { return };
        own.plan.release.outcome = Some(outcome);
        let number = &own.plan.release.number;
        self.listed
            .iter_mut()
            .filter(|listed| listed.number == *number)
            .for_each(|listed| listed.outcome = Some(outcome));
    }

    /// The number of the release that is made.
    pub fn number(&self) -> Option<&str> {
        self.release.as_ref()?.plan.release.number.as_deref()
    }

    /// The title of the page of the release that is made.
    pub fn own(&self, target: &WikiTarget<'_>) -> Option<String> {
        target.decl.page_of_release(&self.id, self.number()?)
    }

    /// Where the flow says that its runbook is published.
    pub fn runbook(&self) -> Option<&str> {
        self.blank.plan.runbook.as_deref()
    }

    /// One line for the history of the wiki.
    pub fn summary(&self) -> String {
        let plan = &self.blank.plan;
        let revision = plan.revision.as_deref().map(|revision| format!(" revision {revision},")).unwrap_or_default();
        format!("runsheet: {}{revision} flow {}", self.id, short_digest(&plan.digest))
    }

    /// The titles of the pages that exist only for releases, to be looked up on the wiki.
    pub fn titles(&self, target: &WikiTarget<'_>) -> Vec<Option<String>> {
        let title = |release: &Release| target.decl.page_of_release(&self.id, release.number.as_deref()?);
        self.listed.iter().map(title).collect()
    }

    /// The pages that should be on a wiki, that of the flow last. `exist` says which of the releases' pages are there already.
    ///
    /// # Errors
    /// A fault of the user's template.
    pub fn pages(
        &self,
        target: &WikiTarget<'_>,
        (exist, evidence): (&[bool], &[(EvidenceKind, OnPage<'_>)]),
        templates: &Templates,
        now: Timestamp,
    ) -> Result<Vec<WantedPage>, Diagnostic> {
        let of_flow = target.decl.flow_page(&self.id);
        let own = self.release.as_ref().and_then(|edition| {
            let number = edition.plan.release.number.as_deref()?;
            Some((edition, target.decl.page_of_release(&self.id, number)?))
        });
        let mut pages = Vec::new();
        if let Some((edition, title)) = &own {
            pages.push(edition.page(target, title, (PageOf::Release(&of_flow), evidence), templates, now)?);
        }
        let own = own.map(|(_, title)| title);
        let listed = self.listed.iter().zip(self.titles(target)).zip(exist).map(|((release, title), exists)| {
            let page = title.filter(|title| *exists || own.as_ref() == Some(title));
            ListedRelease { release: release.clone(), page }
        });
        let listed: Vec<_> = listed.collect();
        pages.push(self.blank.page(target, &of_flow, (PageOf::Flow(&listed), &[]), templates, now)?);
        Ok(pages)
    }
}

/// The edition of a release that was written for another revision of the flow: of its page only the title and the state are
/// written, so nothing is made but the plan.
fn older(job: &Job, settings: Option<&Settings>) -> Option<(Option<Edition>, Vec<Diagnostic>)> {
    let flow = job.flow.as_ref()?;
    let written_for = job.release.revision.as_ref().map(|revision| revision.value.clone())?;
    if flow.revision.as_ref().is_some_and(|revision| revision.value == written_for) {
        return None;
    }
    let release = ReleaseFile { revision: None, ..job.release.clone() };
    let lang = settings.and_then(|settings| settings.lang.as_deref());
    let (plan, mut faults) = job.plan(&release, lang);
    if faults.iter().any(Diagnostic::is_error) {
        // That it was written for another revision explains the rest.
        (_, faults) = job.plan(&job.release, lang);
        faults.retain(|fault| fault.code == "other-revision");
    }
    let edition = plan.filter(|_| !faults.iter().any(Diagnostic::is_error)).map(|plan| {
        let labels = job.labels.of_plan(&plan);
        Edition { plan, labels, artifacts: Vec::new(), made_of: String::new(), older: Some(written_for) }
    });
    Some((edition, job.diagnostics.iter().cloned().chain(faults).collect()))
}

/// The plan of a job with its files, or why there is none.
fn edition(job: &Job, settings: Option<&Settings>, levels: &Levels) -> (Option<Edition>, Vec<Diagnostic>) {
    let (artifacts, mut diagnostics) = super::super::make(job, settings);
    let lang = settings.and_then(|settings| settings.lang.as_deref());
    let (Some(artifacts), Some(flow), (Some(plan), _)) = (artifacts, &job.flow, job.plan(&job.release, lang)) else {
        return (None, diagnostics);
    };
    let selected = select(flow, &job.release);
    let context = LintContext::new(&selected, &job.release, &plan, &job.sources);
    let rules: Vec<_> = lint::rule(SECRETS).into_iter().collect();
    let found = lint::run(&context, &rules, levels).into_iter().filter(|one| one.code == SECRETS);
    let refused = found.map(|one| {
        let help = "take it out before it is published; if it is none, allow it there, or for all flows in `[lints]`";
        Diagnostic { level: crate::diagnostic::Level::Error, ..one }.help(help)
    });
    diagnostics.extend(refused);
    let labels = job.labels.of_plan(&plan);
    let made_of: Vec<String> =
        job.inputs.iter().map(|input| format!("{} {}\n", input.role.name(), input.digest)).collect();
    let made_of = made_of.concat();
    (Some(Edition { plan, labels, artifacts, made_of, older: None }), diagnostics)
}

/// The rule that finds what must not get out.
const SECRETS: &str = "secret-in-text";

impl Edition {
    /// A digest of everything that shapes a page and that isn't the program's.
    fn source(&self, files: &[(String, &str)], of: &PageOf<'_>, people: bool) -> String {
        let mut text = format!("{}{:?} {people}\n", self.made_of, self.plan.lang);
        for (name, _) in files {
            text.extend([name, "\n"]);
        }
        match of {
            PageOf::Flow(listed) => {
                for ListedRelease { release: Release { number, start, status, outcome, .. }, page } in *listed {
                    // Where a number stands in its file makes no difference. Writing to a string can't fail.
                    let number = number.as_deref();
                    let _ = writeln!(text, "{number:?} {start:?} {status:?} {outcome:?} {page:?}");
                }
            }
            PageOf::Release(of_flow) => text.push_str(of_flow),
        }
        source::digest(text.as_bytes())[..12].to_owned()
    }

    fn page(
        &self,
        target: &WikiTarget<'_>,
        title: &str,
        (of, evidence): (PageOf<'_>, &[(EvidenceKind, OnPage<'_>)]),
        templates: &Templates,
        now: Timestamp,
    ) -> Result<WantedPage, Diagnostic> {
        let kind = target.decl.kind;
        let markup = render::markup_of(kind);
        let is_attached =
            |artifact: &&Artifact| target.decl.attach.iter().any(|file| targets::kind(*file) == artifact.kind);
        let attached: Vec<&Artifact> = self.artifacts.iter().filter(is_attached).collect();
        let names: Vec<(String, &str)> =
            attached.iter().map(|artifact| (markup.file_name(title, &artifact.path), &*artifact.path)).collect();
        let source = self.source(&names, &of, target.decl.people.is_so());
        let shown: Vec<_> = evidence.iter().map(|(kind, _)| (*kind, evidence_name(target, title, *kind))).collect();
        let page = WikiPage { title, files: &names, evidence: &shown, of, source: &source };
        let mut plan = Cow::Borrowed(&self.plan);
        if !target.decl.people.is_so() {
            plan.to_mut().withhold_people();
        }
        let text = render::wiki_page(&plan, &self.labels, templates, kind, &page)?;
        let release = &self.plan.release;
        let has_begun =
            release.outcome.is_some() || release.start.as_ref().is_some_and(|start| start.timestamp() <= now);
        let files = names.into_iter().zip(attached).map(|((name, _), artifact)| (name, artifact.bytes.clone()));
        let evidence = shown.into_iter().zip(evidence).find_map(|((_, name), (_, on_page))| match on_page {
            OnPage::Given(bytes) => Some((name, bytes.to_vec())),
            OnPage::There => None,
        });
        let older = self.older.clone();
        let has_begun = has_begun || older.is_some();
        let (title, files) = (title.to_owned(), files.collect());
        Ok(WantedPage { title, markup, text, has_begun, files, evidence, older })
    }
}
