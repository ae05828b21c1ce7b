//! Builds whose files other commands take.

use std::path::PathBuf;

use super::{BuildArgs, ReleaseArgs};
use crate::geometry::Paper;
use crate::output::OutputKind;

impl BuildArgs {
    /// The arguments of a build of which other commands take files, and which writes none itself.
    #[must_use]
    pub fn in_memory(only: Vec<OutputKind>) -> Self {
        Self {
            flows: Vec::new(),
            output: PathBuf::new(),
            only,
            force: false,
            paper: Paper::A4,
            sheets: Vec::new(),
            copies: None,
            fillable: false,
            drafts: false,
            since: None,
            cold: None,
            lang: None,
            templates: None,
            font: Vec::new(),
            release: ReleaseArgs::default(),
        }
    }
}
