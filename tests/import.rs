//! Tests `runsheet import`: every document in `tests/import` becomes a flow without a fault, and no word of it is lost. Where a flow
//! stands beside the document, it is that flow; `RUNSHEET_UPDATE=1 cargo test --test main import::` writes those anew.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use runsheet::Options;
use runsheet::import::ImportWish;
use runsheet::run::flow_of;

use crate::support::kept;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import")
}

fn documents() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.retain(|path| path.extension().is_some_and(|ending| ending == "md"));
    found.sort();
    assert!(found.len() >= 30, "documents in the manners of the field");
    found
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

/// The flow of a text.
fn flow(name: &str, text: &str) -> Result<String, String> {
    flow_of(text, &ImportWish { name, into: None, lang: None }).map(|made| made.flow).map_err(|why| format!("{why:?}"))
}

/// How often each word stands in a text: letters and digits, and each Chinese character.
fn words(text: &str) -> BTreeMap<String, usize> {
    let text = text.to_lowercase().replace("x.y.z", " version ");
    let mut found = BTreeMap::new();
    let mut word = String::new();
    for c in text.chars().chain([' ']) {
        if c.is_ascii_alphanumeric() {
            word.push(c);
            continue;
        }
        if !word.is_empty() {
            *found.entry(std::mem::take(&mut word)).or_default() += 1;
        }
        if ('\u{4e00}'..='\u{9fff}').contains(&c) {
            *found.entry(c.to_string()).or_default() += 1;
        }
    }
    found
}

/// A document without what is no word: marks of lists and boxes, languages of fences, tags of HTML, names of addresses, and labels
/// that a key of the flow says.
fn without_marks(text: &str) -> String {
    let patterns = [
        (r"(?m)^[\s>]*(\d+[.)）]|[-*+])\s+(\[[ xX]\])?", " "),
        (r"(?m)^[\s>]*\[!\w+\]", " "),
        (r"(?m)^[\s>]*\*\*(Note|Warning|警告)\*\*$", " "),
        (r"(?m)^[\s>]*(```+|~~~+).*$", " "),
        (r"(?m)^(\s*)(!!!|\?\?\?|:::)\s*(note|warning|danger)", " "),
        (r"(?m)^\s*\[[^\]^]+\]:.*$", " "),
        (r"\]\[[^\]]*\]", "] "),
        (r#"<img[^>]*alt="([^"]*)"[^>]*>"#, " $1 "),
        (r"</?(details|summary|br|b|kbd|p|div|table|tr|td|th|h1|h2|ol|ul|li|pre|code)\b[^>]*>", " "),
        (r"&(amp|lt|gt);", " "),
        (r"(?i)(\*\*)?(note|caution|warning|expected)(\*\*)?:", " "),
        (r"(?m)^[> *]*(注意|警告)：", " "),
        (r"如果|预期结果：|若切换", " "),
        (r"(?m)^\[root@.*?\]# ", " "),
        (r"(?m)^\| \d+ ", "| "),
    ];
    patterns.iter().fold(text.to_owned(), |text, (pattern, with)| {
        regex_lite::Regex::new(pattern).unwrap().replace_all(&text, *with).into_owned()
    })
}

/// The words of a document that its flow lacks.
fn lost(document: &str, flow: &str) -> Vec<String> {
    let found = words(flow);
    let wanted = words(&without_marks(document));
    let lacks = |(word, count): &(String, usize)| found.get(word).copied().unwrap_or_default() < *count;
    wanted.into_iter().filter(lacks).map(|(word, count)| format!("{word} ({count})")).collect()
}

#[test]
fn every_document_becomes_a_flow_that_says_all() {
    kept::each(documents().into_iter().map(|path| (name(&path), whole(&path))));
}

fn whole(path: &Path) -> Result<(), Box<dyn Error>> {
    let document = fs::read_to_string(path)?;
    let flow = flow(&name(path), &document)?;
    let lost = lost(&document, &flow);
    if !lost.is_empty() {
        return Err(format!("lost: {}\n{flow}", lost.join(", ")).into());
    }
    sound(&flow)?;
    let expected = path.with_extension("toml");
    if !expected.is_file() {
        return Ok(());
    }
    if kept::is_update() {
        return Ok(fs::write(expected, flow)?);
    }
    Ok(kept::same(&name(&expected), &fs::read_to_string(&expected)?, &flow)?)
}

/// A flow has no fault, asks something, and can be built.
fn sound(flow: &str) -> Result<(), String> {
    let found = runsheet::check(flow.as_bytes(), None);
    if found.has_errors() {
        return Err(format!("{found}\n{flow}"));
    }
    if runsheet::lint::questions(flow).is_empty() {
        return Err(format!("nothing is asked:\n{flow}"));
    }
    let built =
        runsheet::build(flow.as_bytes(), None, &Options::default()).map_err(|found| format!("{found}\n{flow}"))?;
    if built.is_empty() { Err("nothing is built".to_owned()) } else { Ok(()) }
}

/// Lines of all documents in another order, so that everything stands beside everything.
#[test]
fn lines_in_any_order_become_a_flow_without_a_fault() {
    let texts: Vec<String> = documents().iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let lines: Vec<&str> = texts.iter().flat_map(|text| text.lines()).filter(|line| line.len() < 300).collect();
    let mut state = 7_u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for round in 0..40 {
        let count = 1 + next(60);
        let mut text = String::new();
        for _ in 0..count {
            // Runs of lines, as they were written, keep lists and fences together.
            let from = next(lines.len());
            for line in &lines[from..(from + 1 + next(6)).min(lines.len())] {
                text.push_str(line);
                text.push('\n');
            }
        }
        match flow("mixed.md", &text) {
            Ok(flow) => sound(&flow).unwrap_or_else(|fault| panic!("round {round}: {fault}\n{text}")),
            Err(why) => assert!(why == "Html" || why == "Flow" || why == "Empty", "{why}\n{text}"),
        }
    }
}

#[test]
fn what_is_deep_or_long_ends() {
    for (text, why) in [
        ("> ".repeat(20_000) + "x", None),
        ("*a ".repeat(20_000), None),
        ("- ".repeat(5_000) + "x", None),
        ("<".repeat(100_000), None),
        ("`".repeat(100_000), None),
        ("[".repeat(50_000), None),
        ("<name> ".repeat(20_000), None),
        ("1. a\n".repeat(10_001), Some("TooManySteps(10001)")),
        (format!("# A\n\n{}", "x <a \n".repeat(150_000)), None),
    ] {
        let made = flow("a.md", &text);
        assert_eq!(made.as_ref().err().map(String::as_str), why, "{}", &text[..20]);
        if let Ok(flow) = made.filter_short() {
            assert!(!runsheet::check(flow.as_bytes(), None).has_errors(), "{}", &text[..20]);
        }
    }
}

/// Flows that are quickly checked.
trait FilterShort {
    fn filter_short(self) -> Result<String, String>;
}

impl FilterShort for Result<String, String> {
    fn filter_short(self) -> Self {
        self.and_then(|flow| if flow.len() < 100_000 { Ok(flow) } else { Err("long".to_owned()) })
    }
}

fn runsheet(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_runsheet")).args(args).current_dir(folder).output().unwrap()
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn what_is_no_document_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let large = vec![b'a'; (1 << 20) + 1];
    for (bytes, code) in [
        (&b""[..], "empty-file"),
        (b" \n\xef\xbb\xbf\n", "empty-file"),
        (b"caf\xe9", "not-utf8"),
        (b"a\0b", "not-text"),
        (b"<!DOCTYPE html>\n<p>a", "not-markdown"),
        (b"<!-- a page -->\n<head><title>x</title></head><body>\n<ul><li>a</ul></body>", "not-markdown"),
        (b"# A flow\nschema = 1\nid = 'x'\n", "not-markdown"),
        (&large, "too-"),
    ] {
        fs::write(folder.path().join("a.md"), bytes).unwrap();
        let run = runsheet(folder.path(), &["import", "a.md"]);
        let told = said(&run.stderr);
        assert!(run.status.code() == Some(1) && told.contains(&format!("error[{code}")), "{code}: {told}");
        assert!(!folder.path().join("a.toml").exists());
    }
}

#[test]
fn a_file_is_written_once_and_checks() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("RELEASE.md"), "# Release\n\n1. Tag X.Y.Z\n").unwrap();
    let run = runsheet(folder.path(), &["import", "RELEASE.md"]);
    assert_eq!(run.status.code(), Some(0), "{}", said(&run.stderr));
    assert!(
        said(&run.stdout).starts_with("wrote release.toml: 1 step, 0 appendices, 5 questions\n"),
        "{}",
        said(&run.stdout)
    );
    let run = runsheet(folder.path(), &["import", "RELEASE.md"]);
    assert!(run.status.code() == Some(1) && said(&run.stderr).contains("is there already"));
    let run = runsheet(folder.path(), &["check", "release.toml", "--rule", "open-question"]);
    assert!(run.status.code() == Some(0) && said(&run.stderr).contains("5 warnings"), "{}", said(&run.stderr));
    let run = runsheet(folder.path(), &["import", "RELEASE.md", "-o", "-", "--lang", "zh-CN"]);
    assert!(said(&run.stdout).contains("lang = \"zh-CN\"") && run.stderr.is_empty());
    let run = runsheet(folder.path(), &["import", "RELEASE.md", "-o", "booking.toml"]);
    let flow = fs::read_to_string(folder.path().join("booking.toml")).unwrap();
    assert!(run.status.code() == Some(0) && flow.contains("\nid = \"booking\"\n"), "{flow}");
    let run = runsheet(folder.path(), &["import", "RELEASE.md", "-o", "x.part.toml"]);
    assert!(said(&run.stderr).contains("taken for a part"), "{}", said(&run.stderr));
}
