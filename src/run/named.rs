//! Gives the files that a flow names: from the disk beside the flow, and into the inputs of its list.

use std::path::Path;

use super::inputs::{InputRole, Inputs};
use crate::diagnostic::Diagnostic;
use crate::files;
use crate::source;
use crate::source::named::{NamedFile, NamedText};

/// The text of a file that the flow at `flow` names; `role` is the flow's own. What the inputs hold already is taken from
/// there; anything else is read from the disk and added to them.
pub(super) fn fetch(
    inputs: &mut Inputs,
    role: InputRole,
    flow: &Path,
    file: &NamedFile,
) -> Result<NamedText, Diagnostic> {
    let (path, role) = (&file.path.value, InputRole::of_named(file.what, role));
    if inputs.named(role, path).is_none() {
        inputs.room()?;
        let bytes = from_disk(flow, path)?;
        inputs.push(role, path.clone(), bytes)?;
    }
    carried(inputs, role, path, files::shown(&files::named_by(flow, path)))
}

/// The text of a file that the inputs hold. Messages call it `name`.
pub(super) fn carried(inputs: &Inputs, role: InputRole, path: &str, name: String) -> Result<NamedText, Diagnostic> {
    let Some(input) = inputs.named(role, path) else {
        return Err(Diagnostic::error_nowhere("unreadable", format!("`{path}` isn't there")));
    };
    let text = source::decode(&name, &input.bytes)?.into();
    Ok(NamedText { name, text })
}

/// Reads a file beside a flow.
fn from_disk(flow: &Path, path: &str) -> Result<Vec<u8>, Diagnostic> {
    let no_folder = match flow.to_str() {
        Some("-") => "standard input",
        Some("") => "memory",
        _ => return files::read_named(flow, path),
    };
    let message = format!("this flow comes from {no_folder}, so nobody knows where `{path}` is");
    Err(Diagnostic::error_nowhere("no-folder", message)
        .help("name the flow by its path: it names files from its own folder"))
}
