//! Texts that stand in files of their own: what `file` names in place of a key.

use super::super::named::{FileUse, NamedFiles};
use super::super::reader::{Reader, TableFields, string_fault};
use super::super::types::{FlowText, Str, TextPath};
use crate::diagnostic::{Diagnostic, Sources, Span};

/// Reports a table that has both of two keys, or neither; the second one names a file in place of the first.
pub(super) fn is_said_once(
    reader: &mut Reader<'_>,
    fields: &TableFields<'_>,
    [key, other]: [&'static str; 2],
    nothing: &str,
    help: &str,
) {
    match [key, other].map(|key| fields.place_of(reader, key)) {
        [Some(written), Some(file)] => {
            let message = format!("`{other}` stands in place of `{key}`, and both are there");
            let fault = Diagnostic::error("misplaced-key", file, message).context(written, format!("`{key}`"));
            reader.fault(fault.help("leave one of them out"));
        }
        [None, None] if !fields.has(key) && !fields.has_unknown() => {
            reader.bad("missing-key", fields.span, nothing, help);
        }
        _ => {}
    }
}

/// The words of a text that stands in files, in each language. What can't be read of them is left out; `None` when
/// nothing can.
pub(super) fn text_of(
    paths: &TextPath,
    files: &NamedFiles,
    sources: &Sources,
    faults: &mut Vec<Diagnostic>,
) -> Option<FlowText> {
    let mut entries = Vec::new();
    for (lang, path) in &paths.entries {
        let Some(file) = files.source(FileUse::Text, &path.value) else { continue };
        let text = &*sources.file(file).text;
        let whole = Span::new(file, 0, text.len());
        match string_fault(text, whole, false, |range| Span::new(file, range.start, range.end)) {
            Some(fault) => faults.push(fault),
            None => entries.push((lang.clone(), Str::new(text.to_owned(), whole))),
        }
    }
    (!entries.is_empty()).then_some(FlowText { entries, span: paths.span })
}
