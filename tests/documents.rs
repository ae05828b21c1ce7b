//! What the documents show works, and the reference lists all of the format in both languages.

use std::collections::BTreeSet;

use runsheet::diagnostic::Sources;
use runsheet::plan;
use runsheet::select::select;
use runsheet::source::config::CONFIG;
use runsheet::source::flow::FLOW;
use runsheet::source::keys::{ValueShape, kinds};
use runsheet::source::release::{RELEASE, ReleaseFile};
use runsheet::source::{read_flow, read_release};
use runsheet::view::checklist::{ListOptions, checklist};
use runsheet::view::labels::Labels;
use runsheet::view::markup::Markdown;
use runsheet::view::{labels::OURS, mail::mails, runbook::runbook};

const READMES: [(&str, &str); 2] =
    [("README.md", include_str!("../README.md")), ("README.zh-CN.md", include_str!("../README.zh-CN.md"))];
const FORMATS: [(&str, &str); 2] = [
    ("docs/flow-format.md", include_str!("../docs/flow-format.md")),
    ("docs/flow-format.zh-CN.md", include_str!("../docs/flow-format.zh-CN.md")),
];
const GUIDES: [(&str, &str); 2] = [
    ("docs/guide.md", include_str!("../docs/guide.md")),
    ("docs/guide.zh-CN.md", include_str!("../docs/guide.zh-CN.md")),
];

/// The flows that a document shows, each with its release. A code block that begins with `schema` begins a flow, one
/// that begins with `flow` is its release, and any other one continues the flow.
fn flows(document: &str) -> Vec<(String, Option<String>)> {
    let mut flows: Vec<(String, Option<String>)> = Vec::new();
    for block in document.split("\n```toml\n").skip(1) {
        let block = block.split("\n```").next().unwrap_or_default();
        if block.starts_with("schema") {
            flows.push((format!("{block}\n"), None));
            continue;
        }
        let (flow, release) = flows.last_mut().expect("a flow begins with `schema`");
        if block.starts_with("flow") {
            *release = Some(block.to_owned());
        } else {
            flow.extend(["\n", block, "\n"]);
        }
    }
    flows
}

/// Builds one flow with its release. Returns the number of mails; `None` when something is missing that they need.
fn build(name: &str, flow: &str, release: Option<&str>) -> Option<usize> {
    let mut sources = Sources::default();
    let file = sources.add(name, flow);
    let (flow, faults) = read_flow(&sources, file);
    assert_eq!(faults, [], "{name}");
    let release = release.map_or_else(ReleaseFile::default, |text| {
        let file = sources.add("the release", text);
        let (release, faults) = read_release(&sources, file);
        assert_eq!(faults, [], "release in {name}");
        release.unwrap()
    });
    let flow = flow.unwrap();
    let (plan, faults) = plan::build(&select(&flow, &release), &release, None, &sources, "0".repeat(64), &OURS);
    assert_eq!(faults, [], "{name}");
    let plan = plan.unwrap();
    let labels = Labels::of(&plan.lang);
    assert!(
        !checklist(&plan, &labels, &ListOptions::default()).sheets.is_empty()
            && !runbook(&plan, &labels, &Markdown).hot.is_empty(),
        "{name}"
    );
    mails(&plan, &labels, &[]).ok().map(|mails| mails.len())
}

#[test]
fn every_flow_shown_is_without_fault() {
    for (name, document) in READMES {
        let [(flow, Some(release))] = &flows(document)[..] else { panic!("{name} shows one flow and its release") };
        build(name, flow, None);
        build(name, flow, Some(release));
    }
    for ((name, document), mails) in FORMATS.map(|one| (one, 2)).into_iter().chain(GUIDES.map(|one| (one, 1))) {
        let [(flow, Some(release))] = &flows(document)[..] else { panic!("{name} shows one flow and its release") };
        assert_eq!(build(name, flow, Some(release)), Some(mails), "{name}");
    }
}

/// The words that a shape takes.
fn words_of(shape: &ValueShape) -> &'static [&'static str] {
    match shape {
        ValueShape::Words(of) | ValueShape::Target(of) | ValueShape::Relation(of) => of,
        _ => &[],
    }
}

/// The keys in the first column of a document's tables, and whether each is marked as required.
fn described(document: &str) -> BTreeSet<(&str, bool)> {
    let cells = document.lines().filter_map(|line| line.strip_prefix("| `")?.split(" |").next());
    cells
        .flat_map(|cell| {
            let required = cell.ends_with('●');
            cell.split(['`', ',', '、', ' ', '●']).filter(|name| !name.is_empty()).map(move |name| (name, required))
        })
        .filter(|(name, _)| !name.starts_with('"'))
        .collect()
}

#[test]
fn every_key_is_described_in_both_languages() {
    let kinds = kinds(&[&FLOW, &RELEASE, &CONFIG]);
    let forms = kinds.iter().flat_map(|kind| kind.keys()).flat_map(|key| key.shape.forms());
    let words: BTreeSet<_> = forms.flat_map(|form| words_of(&form)).copied().collect();
    let keys: BTreeSet<_> = kinds.iter().flat_map(|kind| kind.keys()).map(|key| key.name).collect();
    let required: BTreeSet<_> = kinds.iter().flat_map(|kind| kind.keys()).map(|key| (key.name, key.required)).collect();
    assert!(keys.len() > 70 && words.len() > 15, "{} keys, {} words", keys.len(), words.len());
    for (name, document) in FORMATS {
        let described = described(document);
        let names: BTreeSet<_> = described.iter().map(|(name, _)| *name).collect();
        let missing: Vec<_> = keys.difference(&names).collect();
        let unknown: Vec<_> = names.difference(&keys).collect();
        assert!(missing.is_empty() && unknown.is_empty(), "{name}: not described {missing:?}, not a key {unknown:?}");
        let marked: Vec<_> = described.difference(&required).collect();
        assert!(marked.is_empty(), "{name}: required or not, wrongly marked {marked:?}");
        let unsaid: Vec<_> = words.iter().filter(|word| !document.contains(&format!("`\"{word}\"`"))).collect();
        assert!(unsaid.is_empty(), "{name}: words not described {unsaid:?}");
    }
}

/// The words between a marker and the end of the code block behind it.
fn commands(document: &str) -> Option<&str> {
    document.split_once("<!-- the two commands -->\n```console\n")?.1.split_once("\n```").map(|(commands, _)| commands)
}

#[test]
fn the_two_commands_are_the_same_in_both_languages() {
    let [english, chinese] = READMES.map(|(_, document)| commands(document));
    assert_eq!(english.map(|commands| commands.lines().count()), Some(2));
    assert_eq!(english, chinese);
}
