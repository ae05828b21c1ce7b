//! Makes an [`Artifact`](crate::output::Artifact) of each view, with one file here for each kind of output. Only this
//! folder uses Tera.

#![allow(clippy::result_large_err, reason = "a fault ends the output, so nothing is copied often")]

mod chart;
mod filters;
mod mail;
#[cfg(test)]
mod other_wiki;
mod runbook;
mod templates;
#[cfg(test)]
mod tests;
mod ticket;
mod unknown;

pub use self::chart::flowchart;
pub use self::mail::mails;
pub use self::runbook::runbook;
pub use self::templates::{BUILTIN, Builtin, Templates};
pub use self::ticket::ticket;
