//! Flows that nobody would write: real ones with lines and words moved, cut and exchanged. `check` must answer, and
//! always in the same way, and every place that it names must exist. `fuzz/` searches further, byte by byte.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use runsheet::diagnostic::formats::{self, Found};
use runsheet::diagnostic::{Diagnostic, print};
use runsheet::run::Checker;
use runsheet::run::gather::Job;
use runsheet::run::tools::STARTERS;
use runsheet::source::flow::{FLOW, TARGETS};
use runsheet::source::keys::kinds;

static CHECKER: LazyLock<Checker> = LazyLock::new(Checker::builtin);

/// Flows to begin with: the test cases and the starters, which are short.
static SEEDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    for folder in ["tests/flows", "tests/rules"] {
        for case in fs::read_dir(root.join(folder)).unwrap() {
            let case = case.unwrap().path();
            paths.extend(fs::read_dir(case).unwrap().map(|entry| entry.unwrap().path()));
        }
    }
    paths.retain(|path| path.is_file() && path.extension().is_some_and(|ending| ending == "toml"));
    paths.sort();
    let cases = paths.iter().map(|path| String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned());
    cases.chain(STARTERS.map(str::to_owned)).collect()
});

/// Words to put in: every key, the words of routes, and what is hard to parse.
static WORDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let kinds = kinds(&[&FLOW]);
    let keys = kinds.iter().flat_map(|kind| kind.keys()).map(|key| key.name.to_owned());
    let more = [
        "",
        "\"",
        "'",
        "\"\"\"",
        "[",
        "]",
        "{",
        "}",
        "{{ x }}",
        "{{",
        "`",
        "**",
        "](https://x.org)",
        "=",
        ",",
        ".",
        "#",
        "\\u202e",
        "\\n",
        "\u{feff}",
        "\r",
        "\t",
        "等",
        "然后",
        "and then",
        "0",
        "-1",
        "99999999999999999999",
        "1e400",
        "1970-01-01",
        "24:61",
        "\u{10ffff}",
        "é",
        "e\u{301}",
        "\u{200d}",
        "数据",
    ];
    keys.chain(TARGETS.map(str::to_owned)).chain(more.map(str::to_owned)).collect()
});

/// A change to a flow: which kind, where, and with what. The numbers are taken modulo what there is.
type Change = (u8, usize, usize);

fn changed(flow: &str, changes: &[Change], other: &str) -> String {
    let mut lines: Vec<String> = flow.lines().map(str::to_owned).collect();
    let others: Vec<&str> = other.lines().collect();
    for (change, at, with) in changes {
        if lines.is_empty() {
            break;
        }
        let at = at % lines.len();
        match change % 6 {
            0 => drop(lines.remove(at)),
            1 if others.is_empty() => {}
            1 => lines.insert(at, others[with % others.len()].to_owned()),
            2 => {
                let to = with % lines.len();
                lines.swap(at, to);
            }
            3 => lines.insert(at, lines[with % lines.len()].clone()),
            4 => {
                // Replace one word of the line by another.
                let mut words: Vec<String> = lines[at].split(' ').map(str::to_owned).collect();
                let which = with % words.len();
                words[which].clone_from(&WORDS[with % WORDS.len()]);
                lines[at] = words.join(" ");
            }
            _ => {
                // Put a word into the middle of the line.
                let places: Vec<usize> =
                    lines[at].char_indices().map(|(place, _)| place).chain([lines[at].len()]).collect();
                let place = places[with % places.len()];
                lines[at].insert_str(place, &WORDS[(with / places.len()) % WORDS.len()]);
            }
        }
    }
    lines.join("\n")
}

/// Everything that `check` does with a flow.
fn check(flow: &str) -> (Job, Vec<Diagnostic>) {
    let job = Job::of_bytes("random.toml", flow.as_bytes());
    let diagnostics = CHECKER.findings(&job);
    (job, diagnostics)
}

fn assert_answered(flow: &str) {
    let (job, found) = check(flow);
    let human = print::human(&job.sources, &found, false);
    let of = Found { name: Some(&job.name), sources: &job.sources, diagnostics: &found };
    let json: serde_json::Value = serde_json::from_str(&formats::json(&[of])).expect("JSON");
    assert_eq!(json.as_array().map(Vec::len), Some(found.len()));
    assert_eq!(human.is_empty(), found.is_empty());
    for one in &found {
        assert!(!one.message.is_empty() && !one.message.contains('\n'), "{one:?}");
        for label in one.primary.iter().chain(&one.context) {
            let text = &job.sources.file(label.span.file).text;
            let place = label.span.start as usize..label.span.end as usize;
            assert!(text.get(place).is_some(), "{one:?} points beside the text or into a character");
        }
    }
    assert_eq!(check(flow).1, found, "twice the same");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changed_flows_are_answered(
        seed in any::<prop::sample::Index>(),
        other in any::<prop::sample::Index>(),
        changes in prop::collection::vec(any::<(u8, usize, usize)>(), 1..12),
    ) {
        let [seed, other] = [seed, other].map(|which| &SEEDS[which.index(SEEDS.len())]);
        assert_answered(&changed(seed, &changes, other));
    }

    #[test]
    fn any_text_is_answered(text in "\\PC{0,200}") {
        assert_answered(&text);
        assert_answered(&format!("schema = 1\nid = \"a\"\ntitle = '''{text}'''\nlang = \"en\"\n"));
    }
}

#[test]
fn any_bytes_are_answered() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..200 {
        let bytes = prop::collection::vec(any::<u8>(), 0..64).new_tree(&mut runner).unwrap().current();
        let job = Job::of_bytes("random.toml", &bytes);
        assert!(!CHECKER.findings(&job).is_empty(), "{bytes:?} is no flow");
    }
}
