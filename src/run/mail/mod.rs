//! `runsheet mail`: lists the mails of releases, and sends those that are due, each once. What was sent is remembered in an outbox
//! beside each release.

mod decide;
mod due;
mod letters;
mod release;
mod report;
mod send;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::gather::{self, Job};
use super::{Process, Report, config, flows};
use crate::cli::ReleaseArgs;
use crate::cli::mail::MailArgs;
use crate::diagnostic::{Diagnostic, Sources};
use crate::files;
use crate::outbox::Outbox;
use crate::render::Templates;
use crate::source::config::Config;
use crate::source::release::ReleaseStatus;
use decide::Decisions;
use due::{Asked, ItemState, MailItem, items};
use release::MailRelease;
use report::{MailReport, ReleaseReport};
use send::{SendOrder, Servers, carry_out};

/// Lists the mails of every release beside the flows that `args` names, and sends what is due if that is asked for.
#[must_use]
pub fn mail(args: &MailArgs, process: &Process<'_>, color: bool) -> Report {
    let blank = ReleaseArgs { blank: true, ..ReleaseArgs::default() };
    let mut gathered = gather::gather(&args.flows, &blank);
    let settings = gathered.settings(&args.build(), &ReleaseArgs::default());
    let mut told = MailReport { loose: gathered.loose, ..MailReport::default() };
    let releases = releases(gathered.jobs, args, &mut told);
    let builtin = Templates::builtin();
    let templates = settings.as_ref().map_or(&builtin, |settings| &settings.templates);
    let configs = configs(&releases, &mut told.loose);
    let asked = Asked { now: process.now, by: args.by(), correct: args.correct };
    let decisions = Decisions { again: args.again.clone(), sent: args.sent.clone() };
    let outboxes: Vec<Result<Option<Outbox>, Diagnostic>> = releases.iter().map(outbox).collect();
    let replaced = |release: &MailRelease| replaced(release, &releases, &outboxes);
    let found: Vec<Vec<MailItem>> = releases
        .iter()
        .zip(&outboxes)
        .map(|(release, outbox)| {
            let (Some(planned), Ok(outbox)) = (&release.planned, outbox) else { return Vec::new() };
            let empty = Outbox::default();
            items(planned, outbox.as_ref().unwrap_or(&empty), replaced(release), asked).items
        })
        .collect();
    let all: Vec<MailItem> = found.iter().flatten().cloned().collect();
    // What can't be read may name any mail.
    let is_known = outboxes.iter().all(Result::is_ok) && releases.iter().all(|release| release.planned.is_some());
    let misnamed = if is_known { decisions.misnamed(&all) } else { None };
    if let Some(stderr) = misnamed.or_else(|| too_early(args, &releases, process.now)) {
        return Report::for_people("", &stderr, 2);
    }
    // A template that can't be used would send what nobody wants.
    let may_send = args.send && settings.is_some();
    let mut servers = Servers::new(&configs, process);
    for ((release, outbox), items) in releases.iter().zip(&outboxes).zip(found) {
        let mut one = ReleaseReport::new(release, items);
        one.blocked = blocked(release, outbox, &one.items, (args.first, replaced(release)), asked);
        let is_concerned = decisions.concern(&one.items) || outbox.is_err() && !decisions.is_empty();
        // The faults of a configuration are told already.
        let config = files::config_of(&release.flow_path).and_then(|path| configs.get(&path));
        let can_send = may_send && config.is_none_or(|(_, config)| config.is_some());
        let is_due = can_send && (args.first || one.items.iter().any(MailItem::is_due));
        let may = one.blocked.iter().all(|(is_all, _)| !is_all);
        if may && (is_concerned || is_due) {
            let order = SendOrder {
                asked,
                send: can_send,
                first: args.first,
                decisions: &decisions,
                templates,
                replaced: replaced(release),
            };
            match carry_out(release, &order, &mut servers) {
                Ok(sent) => one.take(sent, process.now),
                Err(fault) => one.faults.push(fault),
            }
        }
        if is_concerned && !may && !args.send {
            one.faults.extend(one.blocked.iter().filter(|(is_all, _)| *is_all).map(|(_, fault)| fault.clone()));
        }
        told.releases.push(one);
    }
    servers.close();
    told.report(args, color)
}

/// What is said where mails would be sent on a day before the one on which they are due.
fn too_early(args: &MailArgs, releases: &[MailRelease], now: Timestamp) -> Option<String> {
    let by = args.by().filter(|_| args.send)?;
    let zone = |release: &MailRelease| {
        release.release()?.start.as_ref().map(|start| start.time_zone().clone()).or(Some(TimeZone::UTC))
    };
    let is_early = releases.iter().filter_map(zone).any(|zone| now.to_zoned(zone).date() < by);
    is_early.then(|| {
        format!(
            "error: `--due {by}` is a day that is still to come, and no mail is sent before it is due\n\
             help: leave out `--send` to see what will be due by then\n"
        )
    })
}

/// Every release of the flows.
fn releases(jobs: Vec<Job>, args: &MailArgs, told: &mut MailReport) -> Vec<MailRelease> {
    let mut files: BTreeMap<usize, Vec<PathBuf>> = BTreeMap::new();
    for (index, job) in jobs.iter().enumerate().filter(|(_, job)| job.path.as_os_str() != "-") {
        if args.releases.is_empty() {
            match files::releases_beside(&job.path) {
                Ok(paths) => _ = files.insert(index, paths),
                Err(fault) => told.loose.push((Sources::default(), vec![fault])),
            }
        } else {
            files.insert(index, args.releases.clone());
        }
    }
    let mut made = Vec::new();
    let mut used = BTreeSet::new();
    let mut editions = Vec::new();
    for (job, own) in gather::editions(jobs, &files, &mut told.loose) {
        if own.is_empty() {
            told.loose.push((job.sources, job.diagnostics));
        }
        editions.extend(own);
    }
    used.extend(editions.iter().map(|(path, _): &(PathBuf, Job)| path.clone()));
    for path in args.releases.iter().filter(|path| !used.contains(*path)) {
        let message = format!("`{}` names none of these flows", files::shown(path));
        told.loose.push((Sources::default(), vec![Diagnostic::error_nowhere("no-such-flow", message)]));
    }
    made.extend(flows::each(editions, |(path, job)| MailRelease::of(path, job, args.lang.as_deref())));
    release::bar(&mut made);
    made
}

/// The configuration of each flow. Its faults are told once.
fn configs(
    releases: &[MailRelease],
    loose: &mut Vec<(Sources, Vec<Diagnostic>)>,
) -> BTreeMap<PathBuf, (Sources, Option<Config>)> {
    let paths: BTreeSet<PathBuf> = releases.iter().filter_map(|release| files::config_of(&release.flow_path)).collect();
    let mut configs = BTreeMap::new();
    for path in paths {
        let (sources, config, faults) = config::read(&path);
        if !faults.is_empty() {
            loose.push((sources.clone(), faults));
        }
        configs.insert(path, (sources, config));
    }
    configs
}

/// The outbox of a release; `None` where nothing was ever sent.
fn outbox(release: &MailRelease) -> Result<Option<Outbox>, Diagnostic> {
    let Some(number) = release.number() else { return Ok(None) };
    let path = files::outbox_of(&release.path);
    let Some(text) = files::read_outbox(&path)? else { return Ok(None) };
    // What a run that was killed left behind is mended by the next one that writes.
    let whole = if files::was_killed(&path) { &text[..text.rfind('\n').map_or(0, |at| at + 1)] } else { &*text };
    if whole.is_empty() {
        return Ok(None);
    }
    Outbox::parse(&files::shown(&path), whole, (&release.flow, number)).map(Some)
}

/// The outbox of the release whose place another takes.
fn replaced<'a>(
    release: &MailRelease,
    releases: &[MailRelease],
    outboxes: &'a [Result<Option<Outbox>, Diagnostic>],
) -> Option<&'a Outbox> {
    let number = release.release()?.replaces.as_deref()?;
    let is_it = |other: &MailRelease| other.flow == release.flow && other.number() == Some(number);
    let at = releases.iter().position(is_it)?;
    outboxes[at].as_ref().ok()?.as_ref()
}

/// What keeps a release's mails from being sent, each with whether it keeps all of them.
fn blocked(
    release: &MailRelease,
    outbox: &Result<Option<Outbox>, Diagnostic>,
    found: &[MailItem],
    (first, replaced): (bool, Option<&Outbox>),
    asked: Asked,
) -> Vec<(bool, Diagnostic)> {
    let mut blocked: Vec<(bool, Diagnostic)> = release.barred.iter().map(|fault| (true, fault.clone())).collect();
    let Some(planned) = &release.planned else { return blocked };
    let is_due = found.iter().any(MailItem::is_due);
    match outbox {
        Err(fault) => blocked.push((true, fault.clone())),
        Ok(None) if release.number().is_none() && !found.is_empty() => {
            let fault = Diagnostic::error_nowhere("no-number", format!("`{}` has no `number`", release.name));
            blocked.push((true, fault.help("give it one: its mails and its outbox go by it")));
        }
        Ok(None) if !first => {
            let name = files::shown(&files::outbox_of(&release.path));
            let is_late = found.iter().any(|item| matches!(item.state, ItemState::Late(_)));
            let of_plan = &planned.plan.release;
            let is_ahead = of_plan.start.as_ref().is_none_or(|start| start.timestamp() > asked.now);
            let is_off = matches!(of_plan.status, Some(ReleaseStatus::Cancelled | ReleaseStatus::Postponed));
            let notifies = planned.plan.cold.iter().any(|task| !task.notify.is_empty());
            if is_late || is_off && is_ahead && notifies && of_plan.outcome.is_none() && !of_plan.drill {
                let what = if is_late { "mails are overdue" } else { "the release is off" };
                let fault = Diagnostic::error_nowhere(
                    "no-outbox",
                    format!("{what}, and there is no `{name}` that says who was told"),
                );
                blocked.push((
                    true,
                    fault
                        .help("bring it from where mails were sent before")
                        .help("if nobody was told anything yet, say so with `--send --first`"),
                ));
            }
        }
        Ok(_) => {}
    }
    let empty = Outbox::default();
    let known = outbox.as_ref().ok().and_then(Option::as_ref).unwrap_or(&empty);
    let rest = items(planned, known, replaced, asked).blocked.into_iter();
    blocked.extend(
        rest.filter(|fault| is_due || fault.code != "mail-incomplete" || !found.is_empty()).map(|fault| (false, fault)),
    );
    blocked
}
