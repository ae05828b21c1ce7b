//! Rules as data: in `tests/rules/<rule>` every `bad*.toml` gives exactly the findings in its `.stderr`, and no
//! `good*.toml` gives a finding of that rule. `docs/rules*.md` shows the same flows. `RUNSHEET_UPDATE=1 cargo test
//! --test main rules::` writes expectations and pages anew; read the diff.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use runsheet::diagnostic::Level;
use runsheet::lint::{RULES, Rule};

use crate::support::kept;

/// Files that every rule has: a flow that breaks it and one that doesn't, in each language.
const NEEDED: [&str; 4] = ["bad.en.toml", "bad.zh.toml", "good.en.toml", "good.zh.toml"];

#[test]
fn every_folder_is_a_rules() {
    folders_are_rules().unwrap_or_else(|fault| panic!("{fault}"));
}

#[test]
fn every_rule_has_its_flows() {
    kept::each(RULES.iter().map(|rule| (rule.name.to_owned(), has_flows(rule))));
}

#[test]
fn every_flow_gives_what_its_rule_says() {
    let flows = RULES.iter().flat_map(|rule| names(&folder(rule)).into_iter().map(move |flow| (rule, flow)));
    kept::each(flows.map(|(rule, flow)| (format!("{}/{flow}", rule.name), case(rule, &flow))));
}

#[test]
fn the_pages_show_every_rule() {
    kept::each([("rules.md", &EN), ("rules.zh-CN.md", &ZH)].map(|(name, words)| (name.to_owned(), page(name, words))));
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn folder(rule: &Rule) -> PathBuf {
    root().join("tests/rules").join(rule.name)
}

/// The flows in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let listed = fs::read_dir(folder).map(|entries| {
        entries.filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned())).collect::<Vec<_>>()
    });
    let mut names: Vec<String> = listed.unwrap_or_default();
    names.retain(|name| Path::new(name).extension().is_some_and(|ending| ending == "toml"));
    names.sort();
    names
}

fn has_flows(rule: &Rule) -> Result<(), Box<dyn Error>> {
    let missing: Vec<_> = NEEDED.into_iter().filter(|name| !folder(rule).join(name).is_file()).collect();
    if missing.is_empty() { Ok(()) } else { Err(format!("missing: {}", missing.join(", ")).into()) }
}

/// Every folder belongs to a rule, and every expectation to a flow.
fn folders_are_rules() -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(root().join("tests/rules"))? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if !RULES.iter().any(|rule| rule.name == name) {
            return Err(format!("`tests/rules/{name}` is no rule's").into());
        }
        for entry in fs::read_dir(&path)? {
            let file = entry?.path();
            let is_flow = file.extension().is_some_and(|ending| ending == "toml");
            if !is_flow && !file.with_extension("toml").is_file() {
                return Err(format!("`{}` belongs to no flow", file.display()).into());
            }
        }
    }
    Ok(())
}

/// The findings of one rule that `check` has for a flow.
fn said(rule: &Rule, flow: &str) -> Result<String, Box<dyn Error>> {
    // This rule looks at planned times, which only a release has.
    let start: &[&str] = if rule.name == "past-window" { &["--start", "2013-01-25T20:00:00"] } else { &[] };
    let run = Command::new(env!("CARGO_BIN_EXE_runsheet"))
        .args(["check", flow, "--color", "never", "--rule", rule.name])
        .args(start)
        .current_dir(folder(rule))
        .output()?;
    let said = String::from_utf8(run.stderr)?;
    if run.status.code() == Some(0) { Ok(said) } else { Err(format!("{flow} has faults:\n{said}").into()) }
}

fn case(rule: &Rule, flow: &str) -> Result<(), Box<dyn Error>> {
    let said = said(rule, flow)?;
    let is_found = said.contains(&format!("[{}]", rule.name));
    if flow.starts_with("good") {
        return if is_found { Err(format!("{flow} should be clean:\n{said}").into()) } else { Ok(()) };
    }
    if !flow.starts_with("bad") || !is_found {
        return Err(format!("{flow} breaks nothing:\n{said}").into());
    }
    same(&folder(rule).join(flow).with_extension("stderr"), &said)
}

/// Compares with what is kept, or keeps it anew.
fn same(path: &Path, actual: &str) -> Result<(), Box<dyn Error>> {
    if kept::is_update() {
        return Ok(fs::write(path, actual)?);
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    Ok(kept::same(&path.strip_prefix(root())?.display().to_string(), &expected, actual)?)
}

/// The words of a page.
struct Words {
    flows: &'static str,
    head: &'static str,
    levels: [&'static str; 2],
    source: &'static str,
    bad: &'static str,
    says: &'static str,
    good: &'static str,
}

const EN: Words = Words {
    flows: "en",
    head: "# Rules\n\n[简体中文](rules.zh-CN.md)\n\n\
           `runsheet check` looks at a flow with these rules. They advise: none stops a build. How to set a rule's level, \
           and how to allow it at one step with a reason, is described in [the reference](flow-format.md). This page is \
           generated; below each flow stands the actual output of the command.\n",
    levels: ["warning", "note"],
    source: "Source: ",
    bad: "Bad:",
    says: "What `check` says:",
    good: "Good:",
};

const ZH: Words = Words {
    flows: "zh",
    head: "# 规则\n\n[English](rules.md)\n\n\
           `runsheet check` 用这些规则审视流程。规则只是建议，不会阻止生成。怎样设定一条规则的级别、怎样在某一步写明理由\
           放行一条规则，见[格式手册](flow-format.zh-CN.md)。本页是生成的；每个流程下面就是命令实际的输出。\n",
    levels: ["警告（warning）", "提示（note）"],
    source: "出处：",
    bad: "反例：",
    says: "`check` 的输出：",
    good: "正例：",
};

fn page(name: &str, words: &Words) -> Result<(), Box<dyn Error>> {
    let is_chinese = words.flows == "zh";
    let pick = |said: runsheet::lint::Bilingual| if is_chinese { said.zh } else { said.en };
    let mut page = words.head.to_owned();
    page.push('\n');
    for rule in RULES {
        let _ = writeln!(page, "- [`{0}`](#{0}): {1}", rule.name, pick(rule.what));
    }
    for rule in RULES {
        let [bad, good] = ["bad", "good"].map(|kind| format!("{kind}.{}.toml", words.flows));
        let read = |name: &str| fs::read_to_string(folder(rule).join(name));
        let level = words.levels[usize::from(rule.level == Level::Note)];
        let _ = write!(
            page,
            "\n## `{}`\n\n{level}: {}\n\n{}\n\n{}{}\n\n{}\n\n```toml\n{}```\n\n{}\n\n```text\n{}```\n\n{}\n\n```toml\n{}```\n",
            rule.name,
            pick(rule.what),
            pick(rule.why),
            words.source,
            rule.source,
            words.bad,
            read(&bad)?,
            words.says,
            said(rule, &bad)?,
            words.good,
            read(&good)?,
        );
    }
    same(&root().join("docs").join(name), &page)
}
