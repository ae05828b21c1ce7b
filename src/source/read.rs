//! The files that we read: a flow, a release, a configuration.

#[cfg(test)]
mod tests;

use toml::de::DeTable;

use super::config::{CONFIG, Config};
use super::flow::{FLOW, Flow};
use super::keys::TableKind;
use super::lost::Lost;
use super::reader::{KeyedStruct, Reader};
use super::release::{RELEASE, ReleaseFile};
use super::syntax;
use crate::diagnostic::{Diagnostic, FileId, Sources, Span};

/// Reads a flow. There is one exactly when none of the diagnostics is a fault.
#[must_use]
pub fn read_flow(sources: &Sources, file: FileId) -> (Option<Flow>, Vec<Diagnostic>) {
    let (flow, faults, _) = read_flow_partly(sources, file);
    (flow.filter(|_| faults.is_empty()), faults)
}

/// Reads a flow as far as it goes, and says what of it was lost: names can be looked up in it all the same. After a
/// fault of syntax there is none.
#[must_use]
pub fn read_flow_partly(sources: &Sources, file: FileId) -> (Option<Flow>, Vec<Diagnostic>, Lost) {
    read(sources, file, &FLOW)
}

/// Reads a release file, as far as it goes: what has a fault is left out, and so is all after a fault of syntax.
#[must_use]
pub fn read_release(sources: &Sources, file: FileId) -> (Option<ReleaseFile>, Vec<Diagnostic>) {
    let (release, faults, _) = read_release_partly(sources, file);
    (release, faults)
}

/// Reads a release file as far as it goes, and tells which keys couldn't be read.
#[must_use]
pub fn read_release_partly(sources: &Sources, file: FileId) -> (Option<ReleaseFile>, Vec<Diagnostic>, Lost) {
    read(sources, file, &RELEASE)
}

/// Reads a configuration. There is one exactly when none of the diagnostics is a fault.
#[must_use]
pub fn read_config(sources: &Sources, file: FileId) -> (Option<Config>, Vec<Diagnostic>) {
    let (config, faults, _) = read(sources, file, &CONFIG);
    (config.filter(|_| faults.is_empty()), faults)
}

fn read<T: KeyedStruct>(
    sources: &Sources,
    file: FileId,
    kind: &'static TableKind,
) -> (Option<T>, Vec<Diagnostic>, Lost) {
    let text = &*sources.file(file).text;
    let root = match syntax::parse(text, file) {
        Ok(root) => root,
        Err(faults) => return (None, faults, Lost::all()),
    };
    let root = root.get_ref();
    if let Some(fault) = unknown_format(root, kind, file) {
        return (None, vec![fault], Lost::default());
    }
    let mut reader = Reader::new(text, file, langs(root));
    let start = text.len() - text.trim_start_matches(['\u{feff}', '\n', '\r', ' ', '\t']).len();
    let fields = reader.fields(kind, root, Span::new(file, start, start));
    let value = T::from_fields(&mut reader, &fields);
    let (faults, lost) = reader.finish();
    (value, faults, lost)
}

/// The only fault that is reported for a file of a later format.
fn unknown_format(root: &DeTable<'_>, kind: &TableKind, file: FileId) -> Option<Diagnostic> {
    let value = root.get(kind.key("schema")?.name)?;
    let version = value.get_ref().as_integer().filter(|version| version.as_str() != "1")?;
    let span = Span::new(file, value.span().start, value.span().end);
    let message = format!("the format `{}` isn't known here", version.as_str());
    Some(Diagnostic::error("unsupported-schema", span, message).help("this version reads `schema = 1`"))
}

/// The most languages of a flow that its texts are asked about. There are labels in fewer, so a flow that names more
/// has a fault for each of them already.
const MOST_LANGS: usize = 16;

/// The languages that a file names, each once: whatever stands in it, its texts are held to them. None if there are too many.
fn langs(root: &DeTable<'_>) -> Vec<String> {
    let Some(value) = root.get("lang") else { return Vec::new() };
    let one = value.get_ref().as_str().into_iter();
    let several = value.get_ref().as_array().into_iter().flat_map(|list| list.iter());
    let mut langs: Vec<String> = Vec::new();
    for tag in one.chain(several.filter_map(|tag| tag.get_ref().as_str())) {
        if langs.len() > MOST_LANGS {
            return Vec::new();
        }
        if langs.iter().all(|known| known != tag) {
            langs.push(tag.to_owned());
        }
    }
    langs
}
