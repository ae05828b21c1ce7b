//! `runbook.md`.

use super::Templates;
use crate::diagnostic::Diagnostic;
use crate::output::{Artifact, Kind};
use crate::plan::Plan;
use crate::view;
use crate::view::labels::Labels;

/// Writes the runbook.
///
/// # Errors
/// A fault of the user's template.
pub fn runbook(plan: &Plan, labels: &Labels, templates: &Templates) -> Result<Artifact, Diagnostic> {
    let text = templates.render("runbook.md", &view::runbook::runbook(plan, labels))?;
    Ok(Artifact { kind: Kind::Runbook, path: "runbook.md".to_owned(), bytes: text.into_bytes() })
}
