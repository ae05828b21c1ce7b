//! Makes `runbook.md`.

use super::Templates;
use super::templates::RUNBOOK;
use crate::diagnostic::Diagnostic;
use crate::output::{Artifact, OutputKind};
use crate::plan::Plan;
use crate::view;
use crate::view::labels::Labels;
use crate::view::markup::Markdown;

/// Writes the runbook.
///
/// # Errors
/// A fault of the user's template.
pub fn runbook(plan: &Plan, labels: &Labels, templates: &Templates) -> Result<Artifact, Diagnostic> {
    let view = view::runbook::runbook(plan, labels, &Markdown);
    let text = templates.render(&RUNBOOK, &view)?;
    Ok(Artifact { kind: OutputKind::Runbook, path: RUNBOOK.name.to_owned(), bytes: text.into_bytes() })
}
