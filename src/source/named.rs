//! The files that a flow names by a path. Nothing here reads a disk: whoever reads a flow hands in a function that gives
//! the text of each file that the flow names.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use super::value::{Str, normalized};
use crate::diagnostic::{Diagnostic, FileId, Label, Sources};

/// How the name of a part ends: a file that flows `include`.
pub const PART_ENDING: &str = ".part.toml";

/// What a file is that a flow names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileUse {
    /// What several flows share: `include`.
    Part,
    /// A text in a file of its own: `file`.
    Text,
}

/// A file that a flow names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedFile {
    /// What it is.
    pub what: FileUse,
    /// Its path and where the flow names it. The path is relative to the flow's folder, with `/` between its parts; none
    /// of them is `.`, and `..` stands only at the beginning.
    pub path: Str,
}

/// The text of a file that a flow names.
#[derive(Debug, Clone)]
pub struct NamedText {
    /// How messages call the file.
    pub name: String,
    /// What it says.
    pub text: Arc<str>,
}

/// Gives the text of a file, or else a fault without a place, which is shown where the flow names the file.
pub type Fetch<'f> = dyn FnMut(&NamedFile) -> Result<NamedText, Diagnostic> + 'f;

/// The code of the fault that so many files, or so much text, can't be taken. After one of these no further file is asked
/// for.
pub const TOO_MANY: &str = "too-many-files";

/// Which source each file is that a flow names.
#[derive(Debug, Clone, Default)]
pub struct NamedFiles(BTreeMap<(FileUse, String), FileId>);

impl NamedFiles {
    /// The source of a file; `None` when it couldn't be read, which is reported.
    #[must_use]
    pub fn source(&self, what: FileUse, path: &str) -> Option<FileId> {
        self.0.get(&(what, path.to_owned())).copied()
    }

    /// The sources of all of them.
    pub fn sources(&self) -> impl Iterator<Item = FileId> {
        self.0.values().copied()
    }

    /// Asks for each of the files once, adds their texts to `sources`, and reports what can't be read at the place that
    /// names it. Returns whether all could be read.
    pub(super) fn fetch(
        &mut self,
        named: &[NamedFile],
        sources: &mut Sources,
        fetch: &mut Fetch<'_>,
        faults: &mut Vec<Diagnostic>,
    ) -> bool {
        let before = faults.len();
        let mut asked = BTreeSet::new();
        let done = named.iter().try_for_each(|file| {
            let key = (file.what, file.path.value.clone());
            if !asked.insert(key.clone()) {
                return ControlFlow::Continue(());
            }
            match fetch(file) {
                Ok(NamedText { name, text }) => {
                    let source = match file.what {
                        FileUse::Part => sources.add(name, text),
                        FileUse::Text => sources.add_text(name, normalized(&text)),
                    };
                    self.0.insert(key, source);
                    ControlFlow::Continue(())
                }
                Err(fault) => {
                    let is_last = fault.code == TOO_MANY;
                    faults.push(named_here(fault, file));
                    if is_last { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
                }
            }
        });
        done.is_continue() && faults.len() == before
    }
}

/// A fault of a file, shown where a flow names the file.
fn named_here(fault: Diagnostic, file: &NamedFile) -> Diagnostic {
    Diagnostic { primary: Some(Label { span: file.path.span, message: String::new() }), ..fault }
}
