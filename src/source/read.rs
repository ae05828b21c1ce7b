//! Reads the kinds of files: a flow with its parts, a release, a configuration.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use toml::de::DeTable;

use super::config::{CONFIG, Config};
use super::flow::{FLOW, Flow, IncludedPart, PART, PartDecl};
use super::keys::TableKind;
use super::lost::Lost;
use super::named::{CONFIG_NAME, Fetch, FileUse, NamedContent, NamedFile, named_here};
use super::reader::{FoundBeside, KeyedStruct, PartOfFlow, Reader};
use super::release::{RELEASE, ReleaseFile};
use super::syntax;
use super::value::Str;
use crate::diagnostic::{Diagnostic, FileId, Sources, Span};

/// Reads a flow and the files that it names, whose texts `fetch` gives and which are added to `sources`. It is `None`
/// exactly when one of them has a fault.
#[must_use]
pub fn read_flow_with(sources: &mut Sources, file: FileId, fetch: &mut Fetch<'_>) -> (Option<Flow>, Vec<Diagnostic>) {
    let (flow, faults, _) = read_flow_partly(sources, file, fetch);
    (flow.filter(|_| faults.is_empty()), faults)
}

/// For tests: reads a flow that names no file. It is `None` exactly when the flow has a fault.
#[cfg(any(test, feature = "internals"))]
#[must_use]
pub fn read_flow(sources: &Sources, file: FileId) -> (Option<Flow>, Vec<Diagnostic>) {
    let nothing = |named: &NamedFile| {
        if named.what == FileUse::Config {
            return Ok(NamedContent::Unneeded);
        }
        let message = format!("there is no file `{}`", named.path.value);
        Err::<NamedContent, _>(Diagnostic::error_nowhere("unreadable", message))
    };
    read_flow_with(&mut sources.clone(), file, &mut { nothing })
}

/// Reads as much of a flow as it can, so that names can be looked up in it although it has faults. [`Lost`] tells what
/// couldn't be read. After a fault of syntax there is no flow.
#[must_use]
pub fn read_flow_partly(
    sources: &mut Sources,
    file: FileId,
    fetch: &mut Fetch<'_>,
) -> (Option<Flow>, Vec<Diagnostic>, Lost) {
    let (mut flow, found) = read::<Flow>(sources, file, &FLOW, None);
    let FoundBeside { mut faults, mut lost, named } = found;
    if let Some(flow) = &mut flow {
        let (parts, mut texts): (Vec<_>, Vec<_>) = named.into_iter().partition(|file| file.what == FileUse::Part);
        let is_whole = flow.files.fetch(&parts, sources, fetch, &mut faults);
        // A part that isn't known may hold anything.
        if !is_whole || lost.has("include") {
            lost.join(Lost::all(), PART.keys().map(|key| key.name));
        }
        faults.extend(join_parts(flow, sources, is_whole, &mut lost, &mut texts));
        faults.extend(take_look(flow, sources, fetch, &mut texts));
        faults.extend(flow.settle_decision(&mut lost));
        flow.files.fetch(&texts, sources, fetch, &mut faults);
        faults.extend(flow.take_texts(sources));
        faults.sort_by(|a, b| a.order().cmp(&b.order()));
    }
    (flow, faults, lost)
}

/// Joins a flow with the parts that it includes, as far as they can be read. What they name is added to `named`.
fn join_parts(
    flow: &mut Flow,
    sources: &Sources,
    mut is_whole: bool,
    lost: &mut Lost,
    named: &mut Vec<NamedFile>,
) -> Vec<Diagnostic> {
    let langs: Vec<String> = flow.langs.iter().map(|lang| lang.value.clone()).collect();
    let mut faults = Vec::new();
    let mut parts = Vec::new();
    let mut joined = BTreeSet::new();
    for path in flow.include.iter().filter(|path| joined.insert(path.value.clone())) {
        let Some(file) = flow.files.source(FileUse::Part, &path.value) else { continue };
        let of_flow = (langs.clone(), PartOfFlow { path: path.value.clone() });
        let (part, found) = read::<PartDecl>(sources, file, &PART, Some(of_flow));
        is_whole &= part.is_some() && found.faults.is_empty();
        faults.extend(found.faults);
        lost.join(found.lost, PART.keys().map(|key| key.name));
        named.extend(found.named);
        if let Some(part) = part {
            flow.parts.push(IncludedPart { path: (**path).clone(), revision: part.revision.clone() });
            parts.push(part);
        }
    }
    faults.extend(flow.join(parts, is_whole));
    faults
}

/// Takes what a configuration says of whose documents these are, as far as a flow doesn't say it. What that names is added
/// to `named`, unless the flow names its own.
fn take_look(
    flow: &mut Flow,
    sources: &mut Sources,
    fetch: &mut Fetch<'_>,
    named: &mut Vec<NamedFile>,
) -> Vec<Diagnostic> {
    let asked = NamedFile { what: FileUse::Config, path: Str::new(CONFIG_NAME.to_owned(), flow.id.span) };
    let (name, text, path) = match fetch(&asked) {
        Ok(NamedContent::Unneeded) => return Vec::new(),
        Ok(NamedContent::Config { name, text, path }) => (name, text, path),
        // What a list carries says its paths from the flow's folder.
        Ok(NamedContent::Read { name, bytes }) => match syntax::decode(&name, &bytes) {
            Ok(text) => (name, text, String::new()),
            Err(fault) => return vec![named_here(fault, &asked)],
        },
        Err(fault) => return vec![named_here(fault, &asked)],
    };
    let file = sources.add(name, text);
    let langs = flow.langs.iter().map(|lang| lang.value.clone()).collect();
    let part = Some((langs, PartOfFlow { path }));
    let (config, found) = read_keys::<Config>(sources, file, &CONFIG, part, |key| key == LOOK);
    if let Some(look) = config.and_then(|config| config.look) {
        let own = flow.look.take();
        if own.as_ref().is_none_or(|own| own.logo.is_none()) {
            named.extend(found.named);
        }
        flow.look = Some(match own {
            Some(own) => own.or(look),
            None => look,
        });
    }
    found.faults
}

/// Reads a part alone, without a flow that includes it: the faults that it has in every flow.
#[must_use]
pub fn read_part(sources: &Sources, file: FileId) -> Vec<Diagnostic> {
    read::<PartDecl>(sources, file, &PART, Some((Vec::new(), PartOfFlow { path: String::new() }))).1.faults
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
    let (release, FoundBeside { faults, lost, .. }) = read(sources, file, &RELEASE, None);
    (release, faults, lost)
}

/// The table of a configuration that flows take over.
const LOOK: &str = "look";

/// Reads a configuration, without its `[look]`: that is read, and its faults are told, with each flow that it is for. It is
/// `None` exactly when all else has a fault.
#[must_use]
pub fn read_config(sources: &Sources, file: FileId) -> (Option<Config>, Vec<Diagnostic>) {
    let (config, FoundBeside { faults, .. }) = read_keys::<Config>(sources, file, &CONFIG, None, |key| key != LOOK);
    (config.filter(|_| faults.is_empty()), faults)
}

/// Reads a file. A part is written at least in the languages of the flow that includes it; they aren't known when there are
/// none. Every other file names its own.
fn read<T: KeyedStruct>(
    sources: &Sources,
    file: FileId,
    kind: &'static TableKind,
    part: Option<(Vec<String>, PartOfFlow)>,
) -> (Option<T>, FoundBeside) {
    read_keys(sources, file, kind, part, |_| true)
}

/// The same for those of its keys that `is_meant`.
fn read_keys<T: KeyedStruct>(
    sources: &Sources,
    file: FileId,
    kind: &'static TableKind,
    part: Option<(Vec<String>, PartOfFlow)>,
    is_meant: fn(&str) -> bool,
) -> (Option<T>, FoundBeside) {
    let text = &*sources.file(file).text;
    let mut root = match syntax::parse(text, file) {
        Ok(root) => root,
        Err(faults) => return (None, FoundBeside { faults, lost: Lost::all(), ..FoundBeside::default() }),
    };
    let others = root.get_ref().keys().map(|key| key.get_ref().to_string()).filter(|key| !is_meant(key));
    for key in others.collect::<Vec<_>>() {
        root.get_mut().remove(&*key);
    }
    let root = root.get_ref();
    if let Some(fault) = unknown_format(root, kind, file) {
        return (None, FoundBeside { faults: vec![fault], ..FoundBeside::default() });
    }
    let mut reader = match part {
        Some((langs, part)) => Reader::new(text, file, langs).of_part(part),
        None => Reader::new(text, file, langs(root)),
    };
    let start = text.len() - text.trim_start_matches(['\u{feff}', '\n', '\r', ' ', '\t']).len();
    let fields = reader.fields(kind, root, Span::new(file, start, start));
    let value = T::from_fields(&mut reader, &fields);
    (value, reader.finish())
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
