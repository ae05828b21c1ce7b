//! Reads the older revision of a flow that changes are marked against: a flow alone, or a check list, which carries
//! everything that it was made from.

use std::path::Path;

use super::Job;
use crate::diagnostic::{Diagnostic, Sources};
use crate::files;
use crate::page::pdf::received::Received;
use crate::plan;
use crate::run::carried::{carried_inputs, no_list};
use crate::run::inputs::{InputRole, recorded_path};
use crate::run::named;
use crate::source;
use crate::source::flow::{Flow, IncludedPart};
use crate::source::named::{FileUse, NamedContent, NamedFile};

impl Job {
    /// Reads the older revision that changes are marked against: a flow, or a check list that was made of it.
    pub fn read_since(&mut self, path: &Path) {
        let name = files::shown(path);
        match files::read_since(path) {
            Ok(bytes) if bytes.starts_with(b"%PDF-") => match self.set_since_list(&name, &bytes) {
                Ok(()) => {}
                Err(fault) => self.diagnostics.push(*fault),
            },
            Ok(bytes) => self.set_since(&name, path, bytes),
            Err(fault) => self.diagnostics.push(fault),
        }
    }

    /// Takes the flow of a check list for the older revision, with all that it names.
    fn set_since_list(&mut self, name: &str, list: &[u8]) -> Result<(), Box<Diagnostic>> {
        let unreadable = |why| Diagnostic::error_nowhere("unreadable", format!("`{name}` {why}"));
        let carried = carried_inputs(&Received::open(list).map_err(unreadable)?, name)?.inputs;
        for file in carried.iter() {
            if let Some(role) = file.role.of_older() {
                self.inputs.push(role, file.path.clone(), file.bytes.clone())?;
            }
        }
        let flow = carried.of(InputRole::Flow).ok_or_else(|| no_list(name))?;
        self.set_older(&format!("{} inside of {name}", flow.stored), flow.path.clone(), flow.bytes.clone());
        Ok(())
    }

    /// Takes `bytes` for the older revision that changes are marked against. Diagnostics call it `name`, and the record
    /// keeps its `path`.
    pub fn set_since(&mut self, name: &str, path: &Path, bytes: Vec<u8>) {
        self.set_older(name, recorded_path(path, &self.path), bytes);
    }

    fn set_older(&mut self, name: &str, path: String, bytes: Vec<u8>) {
        let text = match source::decode(name, &bytes) {
            Ok(text) => text,
            Err(fault) => return self.diagnostics.push(fault),
        };
        self.diagnostics.extend(self.inputs.push(InputRole::OlderFlow, path, bytes).err());
        let id = self.sources.add(name.to_owned(), text);
        let inputs = &self.inputs;
        let mut fetch = |file: &NamedFile| {
            if matches!(file.what, FileUse::Logo | FileUse::Config) {
                return Ok(NamedContent::Unneeded);
            }
            let (role, path) = (InputRole::of_named(file.what, InputRole::OlderFlow), &file.path.value);
            inputs.named(role, path).ok_or_else(|| not_known(path))?;
            named::carried(inputs, role, path, format!("{path} of {name}"))
        };
        let (flow, faults) = source::read_flow_with(&mut self.sources, id, &mut fetch);
        self.diagnostics.extend(faults);
        if let (Some(old), Some(new)) = (&flow, &self.flow) {
            if old.id.value == new.id.value {
                self.diagnostics.extend(same_revisions(old, new, &self.sources));
            } else {
                let message = format!("`{}` is no older revision of `{}`", old.id.value, new.id.value);
                self.diagnostics.push(
                    Diagnostic::error("other-flow", old.id.span, message)
                        .context(new.id.span, "the flow")
                        .help("give an older revision of the same flow"),
                );
            }
        }
        self.diagnostics.extend(flow.as_ref().and_then(plan::older_is_too_large));
        self.since = flow;
    }
}

/// The fault of a file that an older flow names: nobody knows what it said then.
fn not_known(path: &str) -> Diagnostic {
    let message = format!("this older flow names `{path}`, and what that said then isn't known");
    Diagnostic::error_nowhere("older-file", message)
        .help("give `--since` the check list (PDF) that was made of the older flow: everything is inside")
}

/// A warning for each part that says something else than it did, under the same revision.
fn same_revisions(old: &Flow, new: &Flow, sources: &Sources) -> Vec<Diagnostic> {
    let text = |flow: &Flow, part: &IncludedPart| {
        flow.files.source(FileUse::Part, &part.path.value).map(|file| sources.file(file).text.clone())
    };
    let mut found = Vec::new();
    for part in &new.parts {
        let Some(before) = old.parts.iter().find(|before| before.path.value == part.path.value) else { continue };
        let (Some(revision), Some(was)) = (&part.revision, &before.revision) else { continue };
        if revision.value == was.value && text(new, part) != text(old, before) {
            let message =
                format!("the part `{}` was changed, and is revision {} as before", part.name(), revision.value);
            let found_here = Diagnostic::warning("same-revision", revision.span, message).context(was.span, "before");
            found.push(found_here.help("give the part another revision, so that printed lists tell the two apart"));
        }
    }
    found
}
