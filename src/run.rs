//! Joins the stages: reads what the command line names, builds every flow, publishes it and says what was done.

mod beside;
mod carried;
mod check;
mod close;
mod cold;
mod config;
#[cfg(test)]
mod every_text;
mod filled;
mod fix;
mod flows;
pub mod gather;
pub mod glyphs;
mod import;
pub mod inputs;
mod list_digest;
mod mail;
mod mail_plans;
mod named;
mod new_release;
pub mod pipeline;
mod process;
mod progress;
mod publish;
mod readable;
pub mod record;
mod release_record;
mod rules;
pub mod settings;
mod summary;
mod templates;
pub mod tools;
pub mod verify;
mod watch;

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::chars::shown;
use crate::cli::{BuildArgs, ReleaseArgs};
use crate::diagnostic::{Diagnostic, Sources};
use crate::files::{self, Publication, Published};
use crate::output::{Artifact, COLD_LIST};
use gather::{Gathered, Job};
use inputs::InputRole;
use progress::Progress;
use settings::Settings;

pub use check::{Checker, check};
pub use close::close;
pub use fix::fix;
#[cfg(feature = "internals")]
pub use fix::mend;
#[cfg(feature = "internals")]
pub use import::flow_of;
pub use import::import;
pub use mail::mail;
pub use process::Process;
pub use publish::publish;
pub use rules::{explain, rules};
pub use templates::templates;
pub use verify::verify;
pub use watch::watch;

/// The most values that can be given on the command line.
const MAX_SET: usize = 10_000;

/// The output of a run, and its exit code. [`Report::for_people`] and [`Report::exact`] make it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The text for standard output: what was done.
    pub stdout: String,
    /// The text for standard error: what is wrong.
    pub stderr: String,
    /// The exit code: 0 for success, 1 for faults, 2 for wrong usage.
    pub code: u8,
}

impl Report {
    /// Both outputs are for people: nothing in them acts on a terminal or is a command to what runs a job.
    fn for_people(stdout: &str, stderr: &str, code: u8) -> Self {
        Self::exact(shown::report(stdout), stderr, code)
    }

    /// Standard output is for a program or goes into a file, so it stays as it is.
    fn exact(stdout: String, stderr: &str, code: u8) -> Self {
        Self { stdout, stderr: shown::report(stderr), code }
    }
}

/// A flow after its build.
struct Built {
    name: String,
    sources: Sources,
    diagnostics: Vec<Diagnostic>,
    /// The flow digest.
    digest: String,
    /// The release file that it was built with.
    release: Option<String>,
    outcome: Option<Published>,
}

/// Builds every flow that `args` names. Nothing is written for a flow with faults; the others are published.
///
/// `color` makes the faults coloured; `progress` shows on standard error how far a long run has got.
#[must_use]
pub fn build(args: &BuildArgs, color: bool, progress: bool) -> Report {
    let mut gathered = gather::gather(&args.flows, &args.release);
    if let Some(stderr) = wrong_usage(&args.flows, &args.release, &files_of_one(args), gathered.jobs.len()) {
        return Report::for_people("", &stderr, 2);
    }
    let settings = complete(&mut gathered, args);
    let done = progress::watched(progress, gathered.jobs.len(), |progress| {
        flows::each(gathered.jobs, |job| {
            let done = one(job, settings.as_ref(), args, None, progress);
            progress.tick();
            done
        })
    });
    summary::report(&done, &gathered.loose, color)
}

/// The settings of a build, and puts into each flow what `args` say of it, see [`Gathered::settings`].
fn complete(gathered: &mut Gathered, args: &BuildArgs) -> Option<Settings> {
    let settings = gathered.settings(args, &args.release);
    for job in &mut gathered.jobs {
        if let Some(since) = &args.since {
            job.read_since(since);
        }
        if let Some(cold) = &args.cold {
            job.read_cold(cold, args.lang.as_deref(), &args.font);
        }
    }
    settings
}

/// What is said to a command line that can't be understood. `None` when its parser can say so itself, in colours: there is
/// nothing in it that acts on a terminal or on what runs a job.
#[must_use]
pub fn misunderstood(error: &clap::Error) -> Option<Report> {
    let words = error.render().to_string();
    let report = Report::for_people("", &words, 2);
    (report.stderr != words).then_some(report)
}

/// The flags of a build that name a file of one flow.
fn files_of_one(args: &BuildArgs) -> Vec<&'static str> {
    let named = [("--since", &args.since), ("--cold", &args.cold)];
    named.into_iter().filter(|(_, file)| file.is_some()).map(|(flag, _)| flag).collect()
}

/// Wrong usage that the command line's parser can't find: a flag for one flow where there are several, standard input named
/// twice, too many values.
fn wrong_usage(named: &[PathBuf], release: &ReleaseArgs, files: &[&'static str], flows: usize) -> Option<String> {
    let flags = [&release.of_one_flow(), files].concat();
    if flows > 1 && !flags.is_empty() {
        let flags: Vec<String> = flags.iter().map(|flag| format!("`{flag}`")).collect();
        return Some(format!(
            "error: {} can be given for one flow only, and there are {flows}\n\
             help: say it in a release file for each flow\n",
            flags.join(", "),
        ));
    }
    if named.iter().filter(|path| path.as_os_str() == "-").count() > 1 {
        return Some("error: standard input can be read once only, and `-` is named twice\n".to_owned());
    }
    // Each value becomes a source of its own, and the number of sources is limited.
    (release.set.len() > MAX_SET).then(|| format!("error: more than {MAX_SET} times `--set`\n"))
}

/// The artifacts of one flow, and its diagnostics. There are no artifacts when any diagnostic is a fault.
pub fn make(job: &Job, settings: Option<&Settings>) -> (Option<Vec<Artifact>>, Vec<Diagnostic>) {
    let mut diagnostics = job.diagnostics.clone();
    let is_faulty = job.unreleased || diagnostics.iter().any(Diagnostic::is_error);
    // The plan is made all the same, so that the author learns of every fault at once.
    if is_faulty && !job.unreleased {
        diagnostics.extend(job.plan(&job.release, settings.and_then(|settings| settings.lang.as_deref())).1);
    }
    let (Some(parsed), Some(settings), false) = (job.parsed(), settings, is_faulty) else { return (None, diagnostics) };
    let (artifacts, found) = pipeline::artifacts(&parsed, settings);
    diagnostics.extend(found);
    let is_sound = !job.blocked && !diagnostics.iter().any(Diagnostic::is_error);
    (is_sound.then_some(artifacts), diagnostics)
}

/// Builds one flow and, when it has no fault, publishes it. With a checker, what that finds is told too.
fn one(
    job: Job,
    settings: Option<&Settings>,
    args: &BuildArgs,
    checker: Option<&Checker>,
    progress: &Progress,
) -> Built {
    let (artifacts, mut diagnostics) = make(&job, settings);
    let mut outcome = None;
    if let (Some(artifacts), Some(flow), Some(settings)) = (artifacts, &job.flow, settings) {
        let asked = Publication {
            rebuilt: &settings.kinds,
            force: args.force,
            inside: &filled::inside,
            stays: job.cold.as_ref().filter(|used| used.still_holds()).map(|_| COLD_LIST),
            number: job.release.number.as_ref().map(|number| &*number.value),
            drill: job.release.drill,
            blank: job.inputs.of(InputRole::Release).is_none(),
            wait: &|holder, work| progress.wait(holder, work),
        };
        match files::publish(&args.output, &flow.id.value, &artifacts, &asked) {
            Ok(mut published) => {
                diagnostics.append(&mut published.notes);
                outcome = Some(published);
            }
            Err(faults) => diagnostics.extend(faults),
        }
    }
    if let Some(checker) = checker {
        let place = |one: &Diagnostic| (one.code, one.primary.as_ref().map(|label| label.span));
        let known: BTreeSet<_> = diagnostics.iter().map(place).collect();
        diagnostics.extend(checker.findings(&job).into_iter().filter(|one| !known.contains(&place(one))));
    }
    let digest = job.inputs.flow_digest().to_owned();
    let release = job.release_name().map(ToOwned::to_owned);
    let Job { name, sources, .. } = job;
    Built { name, sources, diagnostics, digest, release, outcome }
}
