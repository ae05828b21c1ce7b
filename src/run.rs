//! Joins the stages: reads what the command line names, builds every flow, publishes it and says what was done.

pub mod glyphs;
pub mod inputs;
pub mod pipeline;
mod progress;
mod summary;

use std::path::Path;

use rayon::prelude::*;

use crate::cli::BuildArgs;
use crate::diagnostic::{Diagnostic, Sources};
use crate::files::{self, Outcome};
use crate::render::Templates;
use crate::source;
use crate::text::Fonts;
use inputs::Job;
use pipeline::Settings;

/// What a run says and how it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What was done.
    pub stdout: String,
    /// What is wrong.
    pub stderr: String,
    /// 0 done, 1 faults, 2 wrong usage.
    pub code: u8,
}

/// What became of one flow.
struct Done {
    name: String,
    sources: Sources,
    diagnostics: Vec<Diagnostic>,
    digest: String,
    outcome: Option<Outcome>,
}

/// Builds every flow that `args` names. A flow with faults writes nothing; the others do.
///
/// `color` is for the faults; `progress` shows on standard error how far a long run has come.
#[must_use]
pub fn build(args: &BuildArgs, color: bool, progress: bool) -> Report {
    let mut gathered = inputs::gather(&args.flows, &args.release.files);
    let flags = args.release.of_one_flow();
    if gathered.jobs.len() > 1 && !flags.is_empty() {
        let stderr = format!(
            "error: {} can be given for one flow only, and there are {}\nhelp: say it in a release file for each flow\n",
            flags.iter().map(|flag| format!("`{flag}`")).collect::<Vec<_>>().join(", "),
            gathered.jobs.len(),
        );
        return Report { stdout: String::new(), stderr, code: 2 };
    }
    for job in &mut gathered.jobs {
        job.apply(&args.release);
    }

    let settings = match settings(args) {
        Ok(settings) => Some(settings),
        Err(fault) => {
            gathered.loose.push((Sources::default(), vec![fault]));
            None
        }
    };
    let build_one = |job| one(job, settings.as_ref(), &args.output);
    let done = progress::watched(progress, gathered.jobs.len(), |tick| {
        let jobs = gathered.jobs.into_par_iter();
        jobs.map(build_one).inspect(|_| tick()).collect::<Vec<_>>()
    });
    summary::report(&done, &gathered.loose, color)
}

/// What is the same for every flow.
fn settings(args: &BuildArgs) -> Result<Settings, Diagnostic> {
    let fonts = args.font.iter().map(|path| Ok((files::shown(path), files::read(path, files::FONT_LIMIT)?)));
    let fonts: Vec<(String, Vec<u8>)> = fonts.collect::<Result<_, Diagnostic>>()?;
    let fonts = if fonts.is_empty() {
        Fonts::builtin()
    } else {
        Fonts::with_files(fonts).map_err(|why| Diagnostic::error_nowhere("bad-font", why))?
    };
    let templates = match &args.templates {
        None => Templates::builtin(),
        Some(folder) => Templates::with_overrides(templates(folder)?)?,
    };
    Ok(Settings { kinds: args.kinds(), paper: args.paper, lang: args.lang.clone(), fonts, templates })
}

/// The user's templates by name.
fn templates(folder: &Path) -> Result<Vec<(String, String)>, Diagnostic> {
    let read = files::read_templates(folder)?.into_iter();
    read.map(|(name, bytes)| {
        let text = source::decode(&files::shown(&folder.join(&name)), &bytes)?;
        Ok((name, text))
    })
    .collect()
}

/// Builds and publishes one flow, as far as it goes.
fn one(job: Job, settings: Option<&Settings>, output: &Path) -> Done {
    let Job { name, sources, flow, release, digest, mut diagnostics, blocked, .. } = job;
    let mut outcome = None;
    if let (Some(flow), Some(settings), false) = (flow, settings, diagnostics.iter().any(Diagnostic::is_error)) {
        let (artifacts, found) = pipeline::artifacts(&flow, &release, &sources, &digest, settings);
        diagnostics.extend(found);
        if !blocked && !diagnostics.iter().any(Diagnostic::is_error) {
            match files::publish(output, &flow.id.value, &artifacts, &settings.kinds) {
                Ok(published) => outcome = Some(published),
                Err(fault) => diagnostics.push(fault),
            }
        }
    }
    Done { name, sources, diagnostics, digest, outcome }
}
