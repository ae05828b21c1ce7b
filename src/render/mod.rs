//! Makes an [`Artifact`](crate::output::Artifact) of each view, with one file here for each kind of output. Only this
//! folder uses Tera.

#![allow(clippy::result_large_err, reason = "a fault ends the output, so nothing is copied often")]

mod calendar;
mod chart;
mod filters;
mod letter;
mod mail;
#[cfg(test)]
mod other_wiki;
mod runbook;
mod templates;
#[cfg(test)]
mod tests;
mod ticket;
mod unknown;
mod wiki;

pub use self::calendar::Appointment;
pub use self::chart::flowchart;
pub use self::letter::MailLetter;
pub use self::mail::{further_id, incomplete, mails, message_id, refuse_too_many, sender, words};
pub use self::runbook::runbook;
pub use self::templates::{BUILTIN, Builtin, Templates};
pub use self::ticket::ticket;
pub use self::wiki::{PageText, markup_of, wiki_page};
use crate::diagnostic::Diagnostic;
use crate::plan::Plan;
use crate::view::labels::Labels;

/// What the user's templates of runbook and ticket can't make of a plan. Ours can be made of any; mails are made by [`mails`].
#[must_use]
pub fn template_faults(plan: &Plan, labels: &Labels, templates: &Templates) -> Vec<Diagnostic> {
    let is_own = |builtin: &Builtin| templates.is_own(builtin.name);
    // Any digest stands for that of the list; the list of a drill is approved by nobody.
    let list = (!plan.release.drill).then_some(&*plan.digest);
    let runbook = is_own(&templates::RUNBOOK).then(|| runbook(plan, labels, templates));
    let ticket = is_own(&templates::TICKET).then(|| ticket(plan, labels, templates, list));
    [runbook, ticket].into_iter().flatten().filter_map(Result::err).collect()
}
