//! Makes `ticket.md`.

#[cfg(test)]
mod tests;

use super::Templates;
use super::templates::TICKET;
use crate::diagnostic::Diagnostic;
use crate::output::{Artifact, OutputKind};
use crate::plan::Plan;
use crate::view;
use crate::view::labels::Labels;
use crate::view::markup::Markdown;

/// Writes the text of a change ticket, with the digest of the list that it asks approval for.
///
/// # Errors
/// A fault of the user's template.
pub fn ticket(plan: &Plan, labels: &Labels, templates: &Templates, list: Option<&str>) -> Result<Artifact, Diagnostic> {
    let view = view::ticket::ticket(plan, labels, &Markdown, list);
    let text = templates.render(&TICKET, &view)?;
    Ok(Artifact { kind: OutputKind::Ticket, path: TICKET.name.to_owned(), bytes: text.into_bytes() })
}
