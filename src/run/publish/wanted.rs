//! What the pages of a flow and its release should be, made in memory.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::super::beside::known_release;
use super::super::gather::{Job, Repeats};
use super::super::settings::Settings;
use super::evidence::Evidence;
use super::targets::{self, WikiTarget};
use crate::diagnostic::{Diagnostic, Level};
use crate::files;
use crate::lint::{self, Levels, LintContext};
use crate::output::{Artifact, OutputKind};
use crate::plan::{self, Plan, Release};
use crate::render::{self, PageText, Templates};
use crate::select::select;
use crate::source;
use crate::source::release::ReleaseFile;
use crate::view::labels::Labels;
use crate::view::markup::WikiMarkup;
use crate::view::wiki::{EvidenceKind, ListedRelease, PageOf, WikiPage};
use crate::view::words::short_digest;
use crate::wiki::OUR_SUMMARY;

/// A flow that is sound, with what its pages are made of.
pub struct FlowToPublish {
    /// The flow's id.
    pub id: String,
    /// The flow without a release.
    blank: Edition,
    /// Whether that shows once what a release repeats for the elements of a list.
    repeats: bool,
    /// The releases that are made and have a number.
    own: Vec<ReleaseWithPage>,
    /// All releases that have a number, in the order of their starts.
    listed: Vec<KnownRelease>,
}

/// A release whose page is made.
pub struct ReleaseWithPage {
    edition: Edition,
    /// Whether its page is only written where it is there: it is over, and stands beside others.
    only_if_there: bool,
    /// Whether what shows how it went was given.
    pub has_record: bool,
}

/// A release that the page of its flow lists.
struct KnownRelease {
    release: Release,
    /// The number of the one that takes its place.
    replaced_by: Option<String>,
}

/// A release to be published.
pub struct ReleaseToPublish<'a> {
    /// The flow with this release.
    pub job: &'a Job,
    /// Whether it is over, and stands beside others.
    pub is_over: bool,
    /// What was given to show how it went.
    pub record: Option<&'a Evidence>,
}

/// A page of a release that is made on one wiki.
pub struct OwnPage<'a> {
    /// The release.
    pub release: &'a ReleaseWithPage,
    /// The title of the page.
    pub title: String,
    /// What shows how it went.
    pub evidence: Vec<(EvidenceKind, OnPage<'a>)>,
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

    /// Those of one flow, with those that are made, which go before what their files say.
    fn of(&self, made: &[ReleaseToPublish<'_>], id: &str) -> Vec<ReleaseFile> {
        let number = |release: &ReleaseFile| release.number.as_ref().map(|number| number.value.clone());
        let mut all: BTreeMap<String, ReleaseFile> = BTreeMap::new();
        let folder = made.first().and_then(|one| one.job.path.parent());
        let beside = folder.and_then(|folder| self.0.get(folder)).into_iter().flatten();
        let made = made.iter().map(|one| &one.job.release);
        let is_of_flow = |release: &&ReleaseFile| release.flow.as_ref().is_some_and(|flow| flow.value == id);
        for release in beside.filter(is_of_flow).chain(made).filter(|release| !release.drill) {
            if let Some(number) = number(release) {
                all.insert(number, release.clone());
            }
        }
        all.into_values().collect()
    }
}

impl FlowToPublish {
    /// Makes everything that doesn't depend on the wiki, of one flow with each of its releases. There is nothing if any diagnostic
    /// is a fault; each release has its own.
    pub fn of(
        made: &[ReleaseToPublish<'_>],
        settings: Option<&Settings>,
        levels: &Levels,
        releases: &Releases,
    ) -> (Option<Self>, Vec<Vec<Diagnostic>>) {
        let is_faulty = |diagnostics: &[Diagnostic]| diagnostics.iter().any(Diagnostic::is_error);
        let (mut own, mut told) = (Vec::new(), Vec::new());
        let mut numbers = BTreeSet::new();
        for ReleaseToPublish { job, is_over, record } in made {
            let (edition, mut diagnostics) = older(job, settings).unwrap_or_else(|| edition(job, settings, levels));
            if *is_over && edition.is_none() {
                stays(&mut diagnostics, job);
            }
            let number = job.release.number.as_ref().filter(|_| !job.release.drill);
            if let Some(number) = number.filter(|number| !numbers.insert(number.value.clone())) {
                let message = format!("another release of the flow has the number `{}`, too", number.value);
                let fault = Diagnostic::error("same-number", number.span, message);
                diagnostics.push(fault.help("give each release a number of its own"));
            }
            if let (Some(mut edition), Some(_)) = (edition, number) {
                edition.plan.release.outcome = record.and_then(Evidence::outcome).or(edition.plan.release.outcome);
                let has_record = record.is_some();
                own.push(ReleaseWithPage { edition, only_if_there: *is_over && !has_record, has_record });
            }
            told.push(diagnostics);
        }
        let Some(first) = made.first().map(|one| one.job) else { return (None, told) };
        let (procedure, repeats) = first.procedure();
        let repeats = repeats == Repeats::ForLists;
        let (blank, faults) = edition(&procedure, settings, levels);
        if !told.iter().any(|told| is_faulty(told)) {
            told[0].extend(faults.into_iter().filter(Diagnostic::is_error));
        }
        let (Some(mut blank), Some(flow), false) = (blank, &first.flow, told.iter().any(|told| is_faulty(told))) else {
            return (None, told);
        };
        if repeats {
            // Nobody can work with a list whose steps are for any host; a chart shows them so anyway.
            blank.artifacts.retain(|artifact| artifact.kind != OutputKind::Pdf);
        }
        let id = flow.id.value.clone();
        let all = releases.of(made, &id);
        let known = |release: &ReleaseFile| {
            let next = all.iter().find(|other| other.takes_place_of(release));
            let replaced_by = next.and_then(|next| Some(next.number.as_ref()?.value.clone()));
            KnownRelease { release: plan::outline(flow, release), replaced_by }
        };
        let mut listed: Vec<KnownRelease> = all.iter().map(known).collect();
        listed.sort_by_cached_key(|KnownRelease { release, .. }| {
            let start = release.start.as_ref().map(jiff::Zoned::timestamp);
            (start, release.number.as_deref().map(str::to_owned))
        });
        // A record knows the outcome before the release file does, and lists that were made keep what they say.
        for own in own.iter().map(|own| &own.edition.plan.release) {
            let same = listed.iter_mut().filter(|listed| listed.release.number == own.number);
            same.for_each(|listed| listed.release.outcome = own.outcome);
        }
        (Some(Self { id, blank, repeats, own, listed }), told)
    }

    /// The releases that are made and have a page on a wiki, each with its title.
    pub fn own(&self, target: &WikiTarget<'_>) -> Vec<(&ReleaseWithPage, String)> {
        let title =
            |own: &ReleaseWithPage| target.decl.page_of_release(&self.id, own.edition.plan.release.number.as_deref()?);
        self.own.iter().filter_map(|own| Some((own, title(own)?))).collect()
    }

    /// Where the flow says that its runbook is published.
    pub fn runbook(&self) -> Option<&str> {
        self.blank.plan.runbook.as_deref()
    }

    /// One line for the history of the wiki.
    pub fn summary(&self) -> String {
        let plan = &self.blank.plan;
        let revision = plan.revision.as_deref().map(|revision| format!(" revision {revision},")).unwrap_or_default();
        format!("{OUR_SUMMARY}{}{revision} flow {}", self.id, short_digest(&plan.digest))
    }

    /// The titles of the pages that exist only for releases, to be looked up on the wiki.
    pub fn titles(&self, target: &WikiTarget<'_>) -> Vec<Option<String>> {
        let title = |known: &KnownRelease| target.decl.page_of_release(&self.id, known.release.number.as_deref()?);
        self.listed.iter().map(title).collect()
    }

    /// The pages that should be on a wiki, that of the flow last. `exist` says which of the releases' pages are there already.
    ///
    /// # Errors
    /// A fault of the user's template.
    pub fn pages(
        &self,
        target: &WikiTarget<'_>,
        (exist, own): (&[bool], &[OwnPage<'_>]),
        templates: &Templates,
        now: Timestamp,
    ) -> Result<Vec<WantedPage>, Diagnostic> {
        let of_flow = target.decl.flow_page(&self.id);
        let mut pages = Vec::new();
        for OwnPage { release: ReleaseWithPage { edition, .. }, title, evidence } in own {
            let known = self.listed.iter().find(|known| known.release.number == edition.plan.release.number);
            let of = PageOf::Release {
                of_flow: &of_flow,
                replaced_by: known.and_then(|known| known.replaced_by.as_deref()),
            };
            pages.push(edition.page(target, title, (of, evidence), templates, now)?);
        }
        let listed = self.listed.iter().zip(self.titles(target)).zip(exist).map(|((known, title), exists)| {
            let page = title.filter(|title| *exists || own.iter().any(|own| own.title == *title));
            ListedRelease { release: known.release.clone(), replaced_by: known.replaced_by.clone(), page }
        });
        let listed: Vec<_> = listed.collect();
        let of = PageOf::Flow { releases: &listed, repeats: self.repeats };
        pages.push(self.blank.page(target, &of_flow, (of, &[]), templates, now)?);
        Ok(pages)
    }
}

impl ReleaseWithPage {
    /// Whether its page is made, by whether it is there.
    pub const fn is_made(&self, is_there: bool) -> bool {
        is_there || !self.only_if_there
    }
}

/// A release that is over and no longer fits its flow keeps the page that it has. Only the first fault is told, as advice.
fn stays(diagnostics: &mut Vec<Diagnostic>, job: &Job) {
    if job.flow.is_none() || job.blocked || job.unreleased {
        return;
    }
    diagnostics.retain(Diagnostic::is_error);
    diagnostics.truncate(1);
    for one in diagnostics {
        one.level = Level::Warning;
        one.help.push("this release is over: its page stays as it is".to_owned());
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
        Diagnostic { level: Level::Error, ..one }.help(help)
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
            PageOf::Flow { releases, .. } => {
                for ListedRelease { release, replaced_by, page } in *releases {
                    let Release { number, start, status, outcome, .. } = release;
                    // Where a number stands in its file makes no difference. Writing to a string can't fail.
                    let number = number.as_deref();
                    let _ = writeln!(text, "{number:?} {start:?} {status:?} {outcome:?} {replaced_by:?} {page:?}");
                }
            }
            PageOf::Release { of_flow, replaced_by } => text.extend([*of_flow, replaced_by.unwrap_or_default()]),
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
