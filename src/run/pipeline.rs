//! One flow and its release → every artifact, or what is wrong. Knows neither disk nor command line.

use super::glyphs;
use crate::diagnostic::{Diagnostic, Sources};
use crate::files::Kind;
use crate::page::{Paper, layout, pdf};
use crate::plan::{self, Plan};
use crate::render::{self, Artifact, Templates};
use crate::source::flow::Flow;
use crate::source::release::ReleaseFile;
use crate::text::Fonts;

/// What is the same for every flow of a build.
#[derive(Debug)]
pub struct Settings {
    /// What is made.
    pub kinds: Vec<Kind>,
    /// Paper of the check list.
    pub paper: Paper,
    /// Language; the flow's first when it isn't said.
    pub lang: Option<String>,
    /// Fonts of the check list.
    pub fonts: Fonts,
    /// Templates of runbook and mails.
    pub templates: Templates,
}

/// Makes everything that `settings` asks for. The artifacts are complete only when no diagnostic is a fault.
#[must_use]
pub fn artifacts(
    flow: &Flow,
    release: &ReleaseFile,
    sources: &Sources,
    digest: &str,
    settings: &Settings,
) -> (Vec<Artifact>, Vec<Diagnostic>) {
    let (plan, mut diagnostics) = plan::build(flow, release, settings.lang.as_deref(), sources, digest.to_owned());
    let mut artifacts = Vec::new();
    if let Some(plan) = plan.filter(|_| !diagnostics.iter().any(Diagnostic::is_error)) {
        for kind in &settings.kinds {
            match make(*kind, &plan, sources, settings) {
                Ok((made, notes)) => {
                    artifacts.extend(made);
                    diagnostics.extend(notes);
                }
                Err(faults) => diagnostics.extend(faults),
            }
        }
    }
    (artifacts, diagnostics)
}

/// What a kind of output gives: its files and notes, or its faults.
type Made = Result<(Vec<Artifact>, Vec<Diagnostic>), Vec<Diagnostic>>;

/// Makes one kind of output.
fn make(kind: Kind, plan: &Plan, sources: &Sources, settings: &Settings) -> Made {
    match kind {
        Kind::Pdf => {
            let missing = glyphs::missing(plan, sources, &settings.fonts);
            if !missing.is_empty() {
                return Err(missing);
            }
            let document = layout::checklist(plan, &settings.fonts, settings.paper)?;
            let bytes = pdf::write(&document, &settings.fonts)
                .map_err(|why| vec![Diagnostic::error_nowhere("not-printable", why)])?;
            Ok((vec![Artifact { path: "checklist.pdf".to_owned(), bytes }], Vec::new()))
        }
        Kind::Runbook => match render::runbook(plan, &settings.templates) {
            Ok(made) => Ok((made, Vec::new())),
            Err(fault) => Err(vec![fault]),
        },
        Kind::Mail => render::mails(plan, &settings.templates).map_err(|fault| vec![fault]),
    }
}
