//! One reviewed flow file in; the printed check list, the runbook and the mails of a risky release out.
//!
//! Data goes one way, and a stage names only the types of the stage just before it:
//!
//! ```text
//! text ──source──▶ Flow ──select──▶ Selected ──plan──▶ Plan ──view──▶ what each output says ──▶ page (PDF) ──▶ Artifact ──▶ files
//!                    ▲ release        └──lint──▶ advice                  └──▶ template (Markdown, mail) ──▶ Artifact
//! ```
//!
//! Below `run`, nothing reads the clock, the environment or the disk.

mod chars;
pub mod cli;
pub mod diagnostic;
pub mod files;
pub mod geometry;
pub mod lint;
pub mod output;
pub mod page;
pub mod plan;
pub mod render;
pub mod run;
pub mod select;
pub mod source;
#[cfg(test)]
mod testing;
pub mod text;
pub mod view;
