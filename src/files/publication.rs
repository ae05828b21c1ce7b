//! What a build asks of a flow's folder, and what became of it.

use std::path::PathBuf;

use super::lock::LockWait;
use crate::chars::DRILL_FOLDER;
use crate::diagnostic::Diagnostic;
use crate::output::OutputKind;

/// How a flow's outputs are published.
pub struct Publication<'a> {
    /// The kinds that were built. Files of other kinds stay as they are.
    pub rebuilt: &'a [OutputKind],
    /// A file of theirs that this build leaves as it is.
    pub stays: Option<&'a str>,
    /// True when files that aren't ours are kept under another name instead of stopping the build.
    pub force: bool,
    /// Tells what is inside of a check list that isn't as the manifest says.
    pub inside: &'a dyn Fn(&[u8]) -> ListContent,
    /// The number of the release, which names its folder in the flow's folder. Without one, the flow's folder is its own.
    pub number: Option<&'a str>,
    /// True for a drill, which has a folder beside that of its release.
    pub drill: bool,
    /// True for a list that is made without a release.
    pub blank: bool,
    /// How to wait for another build of the same flow.
    pub wait: LockWait<'a>,
}

impl Publication<'_> {
    /// The name of the folder in the flow's folder; `None` when the flow's folder is built itself.
    #[must_use]
    pub fn release_folder(&self) -> Option<String> {
        let drill = if self.drill { DRILL_FOLDER } else { "" };
        let name = [self.number.unwrap_or_default(), drill].concat();
        (!name.is_empty()).then_some(name)
    }
}

/// What a check list holds besides what a build wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListContent {
    /// Nothing.
    AsBuilt,
    /// Entries, signatures or drawings, each in words.
    Filled(Vec<String>),
    /// It can't be read, or was changed in another way.
    Unknown,
}

/// What a build did to the folder of a release, or of a list without one. Paths are relative to it, sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Published {
    /// The folder.
    pub folder: PathBuf,
    /// Files that are new or differ from the last build's.
    pub written: Vec<String>,
    /// Files that were there already with the same bytes, or with the same text and other line ends.
    pub unchanged: Vec<String>,
    /// Files of the last build that this build no longer makes; after them those that it made in the flow's folder, before the
    /// release had one of its own.
    pub removed: Vec<String>,
    /// Files that this build was not asked for, and those that no build wrote.
    pub kept: Vec<String>,
    /// Files that weren't ours and stood where a build writes, each with its new name.
    pub aside: Vec<(String, String)>,
    /// What else was found and kept.
    pub notes: Vec<Diagnostic>,
}
