//! `runsheet publish`: writes the pages of flows and releases to wikis. What a wiki has is read first and compared, and nothing
//! that others wrote is lost. Nothing is remembered on the disk.

mod classify;
mod evidence;
mod mark;
mod report;
mod targets;
mod wanted;

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;

use super::gather::{self, Job, WhichReleases};
use super::settings::Settings;
use super::{Process, Report, flows, wrong_usage};
use crate::cli::publish::PublishArgs;
use crate::diagnostic::{Diagnostic, Sources};
use crate::output::OutputKind;
use crate::render::Templates;
use crate::view::wiki::EvidenceKind;
use crate::wiki::{FileFound, Wiki, WikiFault, WikiWrite};
use classify::{ItemFate, Leave, PageItem};
use evidence::Evidence;
use report::{OnWiki, PublishReport};
use targets::{Configs, WikiTarget, Wikis};
use wanted::{FlowToPublish, OnPage, OwnPage, ReleaseToPublish, Releases};

/// How often a flow is read and written anew when others write at the same time.
const ROUNDS: usize = 3;

/// A flow, made in memory or found faulty.
struct Prepared {
    /// What is wrong with it, and with each of its releases.
    told: Vec<(Sources, Vec<Diagnostic>)>,
    flow: Option<FlowToPublish>,
    /// It with its first release.
    job: Job,
    /// Whether the record that was given belongs to it.
    has_record: bool,
}

/// Writes every flow that `args` names to the wikis that its configuration names.
#[must_use]
pub fn publish(args: &PublishArgs, process: &Process<'_>, color: bool) -> Report {
    // What flags say is said of one release.
    let which = if args.release.say_anything() { WhichReleases::One } else { WhichReleases::Every };
    let mut gathered = gather::gather_with(&args.flows, &args.release, which);
    if let Some(stderr) = wrong_usage(&args.flows, &args.release, &[], gathered.jobs.len()) {
        return Report::for_people("", &stderr, 2);
    }
    let configs = Configs::of(&gathered.jobs, &args.to, &mut gathered.loose);
    if let Some(stderr) = configs.misnamed() {
        return Report::for_people("", &stderr, 2);
    }
    let attached = configs.attached();
    // A build makes everything when nothing is named.
    let only = if attached.is_empty() { vec![OutputKind::Runbook] } else { attached };
    let settings = gathered.settings(&args.build(only), &args.release);
    let releases = Releases::beside(gathered.jobs.iter());
    let flows: Vec<Vec<(Job, bool)>> = gathered.jobs.into_iter().map(Job::each_release).collect();
    let made = || flows.iter().flatten().map(|(job, _)| &job.release);
    let evidence = args.record.as_deref().map(|path| Evidence::read(path, &args.font, made()));
    let record = match evidence.transpose() {
        Ok(record) => record,
        Err(faults) => {
            // What a record belongs to isn't published without it.
            gathered.loose.push((Sources::default(), faults));
            let told = PublishReport { loose: gathered.loose, ..PublishReport::default() };
            return told.report(args, color);
        }
    };
    let record = record.as_ref();
    let prepared = flows::each(flows, |made| prepared(made, record, settings.as_ref(), &configs, &releases));
    if !prepared.iter().any(|one| one.has_record)
        && let Some(fault) = record.and_then(Evidence::homeless)
    {
        let fault = fault.help("name that flow, and its release with `--release`");
        gathered.loose.push((Sources::default(), vec![fault]));
    }
    let builtin = Templates::builtin();
    let mut run = PublishRun {
        args,
        process,
        configs: &configs,
        templates: settings.as_ref().map_or(&builtin, |settings| &settings.templates),
        wikis: Wikis::default(),
        taken: BTreeMap::new(),
        told: PublishReport { loose: gathered.loose, ..PublishReport::default() },
    };
    for mut one in prepared {
        match configs.of_flow(&one.job) {
            Ok(targets) => {
                for target in targets {
                    if let Some(flow) = &one.flow {
                        let record = record.filter(|_| one.has_record);
                        let on = run.on_wiki(&one.job.name, (flow, record), &target);
                        run.told.wikis.push(on);
                    }
                }
            }
            Err(fault) => one.told.extend([(Sources::default(), vec![fault])]),
        }
        run.told.flows.append(&mut one.told);
    }
    run.told.report(args, color)
}

/// A flow with each of its releases, and whether that is over.
fn prepared(
    mut made: Vec<(Job, bool)>,
    record: Option<&Evidence>,
    settings: Option<&Settings>,
    configs: &Configs,
    releases: &Releases,
) -> Prepared {
    let own = |job: &Job| {
        record.filter(|record| job.flow.as_ref().is_some_and(|flow| record.is_of(&flow.id.value, &job.release)))
    };
    for (job, _) in &mut made {
        let contradiction = own(job).and_then(|record| record.contradicts(&job.release));
        job.diagnostics.extend(contradiction);
    }
    let made_of = made.iter().map(|(job, is_over)| ReleaseToPublish { job, is_over: *is_over, record: own(job) });
    let each: Vec<_> = made_of.collect();
    let has_record = each.iter().any(|one| one.record.is_some());
    let levels = each.first().map(|one| configs.levels(one.job)).unwrap_or_default();
    let (flow, diagnostics) = FlowToPublish::of(&each, settings, &levels, releases);
    let mut told: Vec<(Sources, Vec<Diagnostic>)> = Vec::new();
    for ((job, _), mut diagnostics) in made.iter().zip(diagnostics) {
        // What is wrong with the flow itself is told with its first release.
        let is_of_flow =
            |fault: &Diagnostic| fault.primary.as_ref().is_some_and(|place| job.is_of_flow(place.span.file));
        let is_told = |fault: &Diagnostic| told.first().is_some_and(|(_, told)| told.contains(fault));
        diagnostics.retain(|fault| !(is_of_flow(fault) && is_told(fault)));
        told.push((job.sources.clone(), diagnostics));
    }
    Prepared { told, flow, job: made.swap_remove(0).0, has_record }
}

/// What is the same for all flows and wikis of a run.
struct PublishRun<'a> {
    args: &'a PublishArgs,
    process: &'a Process<'a>,
    configs: &'a Configs,
    templates: &'a Templates,
    wikis: Wikis,
    /// Which flow has the page of a title, in lower case: some wikis know no upper and lower case.
    taken: BTreeMap<(PathBuf, String, String), String>,
    told: PublishReport,
}

impl PublishRun<'_> {
    /// Brings the pages of one flow onto one wiki.
    fn on_wiki(
        &mut self,
        name: &str,
        (flow, record): (&FlowToPublish, Option<&Evidence>),
        target: &WikiTarget<'_>,
    ) -> OnWiki {
        let on = OnWiki::new(name, flow, target.name);
        if let Some(fault) = record.and_then(|_| no_record(flow, target)) {
            return on.failed(fault);
        }
        let wiki = match self.wikis.open(target, self.configs, self.process.env, &mut self.told.loose) {
            Ok(wiki) => wiki,
            Err(fault) => return on.failed(fault),
        };
        let leave = Leave { adopt: self.args.adopt, force: self.args.force };
        let mut round = 0;
        loop {
            round += 1;
            let compared = compared(wiki, (flow, record), target, (self.templates, self.process.now), leave);
            let mut items = match compared {
                Ok(items) => items,
                Err(fault) => return on.failed(fault),
            };
            for item in &mut items {
                let key = (target.path.to_owned(), target.name.to_owned(), item.name.to_lowercase());
                let owner = self.taken.entry(key).or_insert_with(|| flow.id.clone());
                if *owner != flow.id {
                    let fault = WikiFault::new(format!("the flow `{owner}` has a page of this name, too"));
                    item.fate = ItemFate::Refused(fault.help("set `page` and `release-page` in `runsheet.toml`"));
                }
            }
            for item in items.iter_mut().filter(|item| item.fate == ItemFate::Due) {
                if let Err(fault) = wiki.allowed(&item.write()) {
                    item.fate = ItemFate::Refused(fault);
                }
            }
            hold_back(&mut items);
            let due: Vec<usize> = (0..items.len()).filter(|at| items[*at].fate == ItemFate::Due).collect();
            let address =
                |wiki: &dyn Wiki, items: &[PageItem]| items.iter().map(|item| wiki.address(&item.write())).collect();
            if self.args.dry_run || due.is_empty() {
                return on.with(address(wiki, &items), items);
            }
            let writes: Vec<WikiWrite<'_>> = due.iter().map(|at| items[*at].write()).collect();
            let written = wiki.write(&writes, &flow.summary());
            drop(writes);
            let (count, fault) = match written {
                Ok(()) => (due.len(), None),
                Err((count, fault)) => (count, Some(fault)),
            };
            if let Some(fault) = &fault
                && fault.is_overtaken
                && round < ROUNDS
            {
                match wiki.refresh() {
                    Ok(()) => continue,
                    Err(fault) => return on.failed(fault),
                }
            }
            for at in &due[..count] {
                items[*at].fate = ItemFate::Written;
            }
            if let (Some(fault), Some(at)) = (fault, due.get(count)) {
                items[*at].fate = ItemFate::Refused(fault);
            }
            hold_back(&mut items);
            return on.with(address(wiki, &items), items);
        }
    }
}

/// Why a record can't be put on a wiki.
fn no_record(flow: &FlowToPublish, target: &WikiTarget<'_>) -> Option<WikiFault> {
    if !target.decl.people.is_so() {
        let fault = WikiFault::new("the record names people, and `people = false` keeps them off this wiki");
        return Some(fault.help("name another wiki with `--to`"));
    }
    let fault = || WikiFault::new("releases have no pages there, so a record has no place");
    flow.own(target).is_empty().then(|| fault().help("set `release-page` in `runsheet.toml`"))
}

/// What the wiki has, compared with what it should have, in the order of writing: files, the page of the release, that of the
/// flow.
fn compared(
    wiki: &mut dyn Wiki,
    (flow, record): (&FlowToPublish, Option<&Evidence>),
    target: &WikiTarget<'_>,
    (templates, now): (&Templates, Timestamp),
    leave: Leave,
) -> Result<Vec<PageItem>, WikiFault> {
    let mut exist = Vec::new();
    for title in flow.titles(target) {
        let title = title.filter(|title| wiki.title_fault(title).is_none());
        exist.push(match title {
            Some(title) => wiki.page(&title)?.is_some(),
            None => false,
        });
    }
    let mut own = Vec::new();
    for (release, title) in flow.own(target) {
        let is_there = wiki.title_fault(&title).is_none() && wiki.page(&title)?.is_some();
        if !release.is_made(is_there) {
            continue;
        }
        let record = record.filter(|_| release.has_record);
        let mut evidence = Vec::new();
        for kind in EvidenceKind::ALL {
            match record.filter(|record| record.kind() == kind) {
                Some(record) => evidence.push((kind, OnPage::Given(record.bytes()))),
                // It stays where it is, and so does the link to it.
                None if is_there
                    && wiki.file(&wanted::evidence_name(target, &title, kind), &[])? != FileFound::Nothing =>
                {
                    evidence.push((kind, OnPage::There));
                }
                None => {}
            }
        }
        own.push(OwnPage { release, title, evidence });
    }
    let pages = flow
        .pages(target, (&exist, &own), templates, now)
        .map_err(|fault| fault.help.iter().fold(WikiFault::new(fault.message.clone()), WikiFault::help))?;
    Ok(pages.iter().flat_map(|page| classify::items(wiki, page, &flow.id, leave)).collect())
}

/// After a refusal nothing else is written: a page without its files, or a list of releases without their pages, would be half.
fn hold_back(items: &mut [PageItem]) {
    if items.iter().any(|item| matches!(item.fate, ItemFate::Refused(_))) {
        items.iter_mut().filter(|item| item.fate == ItemFate::Due).for_each(|item| item.fate = ItemFate::HeldBack);
    }
}
