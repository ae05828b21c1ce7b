//! The files that a flow names by a path. Nothing here reads a disk: whoever reads a flow hands in a function that gives
//! the text of each file that the flow names.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use super::syntax::decode;
use super::value::{Str, normalized};
use crate::diagnostic::{Diagnostic, FileId, Label, Sources};
use crate::logo::{Logo, LogoFault};

/// How the name of a part ends: a file that flows `include`.
pub const PART_ENDING: &str = ".part.toml";

/// The name of the configuration.
pub const CONFIG_NAME: &str = "runsheet.toml";

/// How the name of a logo ends.
pub const LOGO_ENDINGS: [&str; 2] = [".svg", ".png"];

/// What a file is that a flow names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileUse {
    /// What several flows share: `include`.
    Part,
    /// A text in a file of its own: `file`.
    Text,
    /// The logo of the organisation: `logo`.
    Logo,
    /// What `runsheet.toml` says of all flows. No flow names it.
    Config,
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

/// What is in a file that a flow names.
#[derive(Debug, Clone)]
pub enum NamedContent {
    /// It was read.
    Read {
        /// How messages call the file.
        name: String,
        /// What is in it.
        bytes: Vec<u8>,
    },
    /// It is a configuration, of which only `[look]` is meant.
    Config {
        /// How messages call the file.
        name: String,
        /// The whole of it.
        text: String,
        /// Its path from the flow's folder.
        path: String,
    },
    /// Nobody will look at it, as at the logo of an older revision; or there is none, of what no flow names.
    Unneeded,
}

/// Gives what is in a file, or else a fault without a place, which is shown where the flow names the file.
pub type Fetch<'f> = dyn FnMut(&NamedFile) -> Result<NamedContent, Diagnostic> + 'f;

/// The code of the fault that so many files, or so much text, can't be taken. After one of these no further file is asked
/// for.
pub const TOO_MANY: &str = "too-many-files";

/// Which source each file is that a flow names, and what is drawn in it.
#[derive(Debug, Clone, Default)]
pub struct NamedFiles {
    sources: BTreeMap<(FileUse, String), FileId>,
    logos: BTreeMap<String, Arc<Logo>>,
}

impl NamedFiles {
    /// The source of a file; `None` when it couldn't be read, which is reported.
    #[must_use]
    pub fn source(&self, what: FileUse, path: &str) -> Option<FileId> {
        self.sources.get(&(what, path.to_owned())).copied()
    }

    /// The logo in a file; `None` when it couldn't be read, which is reported.
    #[must_use]
    pub fn logo(&self, path: &str) -> Option<&Arc<Logo>> {
        self.logos.get(path)
    }

    /// The sources of all of them.
    pub fn sources(&self) -> impl Iterator<Item = FileId> {
        self.sources.values().copied()
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
            match fetch(file).and_then(|content| self.take(file, content, sources)) {
                Ok(()) => ControlFlow::Continue(()),
                Err(fault) => {
                    let is_last = fault.code == TOO_MANY;
                    faults.push(named_here(fault, file));
                    if is_last { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
                }
            }
        });
        done.is_continue() && faults.len() == before
    }

    /// Takes what is in a file.
    fn take(&mut self, file: &NamedFile, content: NamedContent, sources: &mut Sources) -> Result<(), Diagnostic> {
        let NamedContent::Read { name, bytes } = content else { return Ok(()) };
        let path = file.path.value.clone();
        if file.what == FileUse::Logo {
            let logo = Logo::read(&bytes).map_err(|fault| unprinted(&name, fault))?;
            self.logos.insert(path, Arc::new(logo));
            return Ok(());
        }
        let text = decode(&name, &bytes)?;
        let source = match file.what {
            FileUse::Text => sources.add_text(name, normalized(&text)),
            FileUse::Part | FileUse::Logo | FileUse::Config => sources.add(name, text),
        };
        self.sources.insert((file.what, path), source);
        Ok(())
    }
}

/// The fault of a logo that can't be printed.
fn unprinted(name: &str, fault: LogoFault) -> Diagnostic {
    let line = fault.line.map_or_else(String::new, |line| format!(", line {line}"));
    let [what, help] = fault.says;
    Diagnostic::error_nowhere("bad-logo", format!("the logo `{name}`{line}: {what}")).help(help)
}

/// A fault of a file, shown where a flow names the file.
pub(super) fn named_here(fault: Diagnostic, file: &NamedFile) -> Diagnostic {
    Diagnostic { primary: Some(Label { span: file.path.span, message: String::new() }), ..fault }
}
