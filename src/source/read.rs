//! Reads the three kinds of files: a flow, a release, a configuration.

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

/// Reads a flow. It is `None` exactly when the file has a fault.
#[must_use]
pub fn read_flow(sources: &Sources, file: FileId) -> (Option<Flow>, Vec<Diagnostic>) {
    let (flow, faults, _) = read_flow_partly(sources, file);
    (flow.filter(|_| faults.is_empty()), faults)
}

/// Reads as much of a flow as it can, so that names can be looked up in it although it has faults. [`Lost`] tells what
/// couldn't be read. After a fault of syntax there is no flow.
#[must_use]
pub fn read_flow_partly(sources: &Sources, file: FileId) -> (Option<Flow>, Vec<Diagnostic>, Lost) {
    read(sources, file, &FLOW)
}

/// Reads as much of a release file as it can: what has a fault is left out. After a fault of syntax there is no
/// release.
#[must_use]
pub fn read_release(sources: &Sources, file: FileId) -> (Option<ReleaseFile>, Vec<Diagnostic>) {
    let (release, faults, _) = read_release_partly(sources, file);
    (release, faults)
}

/// The same, and tells which keys couldn't be read.
#[must_use]
pub fn read_release_partly(sources: &Sources, file: FileId) -> (Option<ReleaseFile>, Vec<Diagnostic>, Lost) {
    read(sources, file, &RELEASE)
}

/// Reads a configuration. It is `None` exactly when the file has a fault.
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

/// The fault of a file that is written in another format. It is then the only one that is reported.
fn unknown_format(root: &DeTable<'_>, kind: &TableKind, file: FileId) -> Option<Diagnostic> {
    let value = root.get(kind.key("schema")?.name)?;
    let version = value.get_ref().as_integer().filter(|version| version.as_str() != "1")?;
    let span = Span::new(file, value.span().start, value.span().end);
    let message = format!("this version of runsheet can't read the format `{}`", version.as_str());
    Some(
        Diagnostic::error("unsupported-schema", span, message)
            .help("it reads `schema = 1`; a later format needs a later version"),
    )
}

/// Texts aren't checked for the languages of a flow that names more than this. There are labels in fewer languages, so
/// such a flow has faults for its languages already.
const MOST_LANGS: usize = 16;

/// The languages that a file names, each once. They are read before all else, because texts are checked for them. Empty
/// if there are too many.
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
