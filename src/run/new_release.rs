//! Writes a release file to fill in, for one flow.

use std::fmt::Write as _;

use crate::source::KNOWN_LANGS;
use crate::source::flow::{Flow, FlowText, ValueDecl};
use crate::source::release::quoted;

/// How the file begins, in the order of [`KNOWN_LANGS`]. Flow and revision are those of the flow `my-release`.
const BEGINNINGS: [&str; KNOWN_LANGS.len()] =
    [include_str!("../../templates/new/release.en.toml"), include_str!("../../templates/new/release.zh-CN.toml")];

/// A release file of a flow, in its first language: everything that a release gives, and nothing of it filled in. An empty
/// string is a fault, so that `check` names each value and person that is still missing. Keys that a release seldom needs
/// are comments.
#[must_use]
pub(super) fn new_release(flow: &Flow) -> String {
    let beginning = KNOWN_LANGS.iter().zip(BEGINNINGS).find(|(lang, _)| **lang == flow.first_lang());
    let beginning = beginning.map_or(BEGINNINGS[0], |(_, beginning)| beginning);
    let revision = flow.revision.as_ref().map(|revision| quoted(&revision.value));
    let mut out = String::new();
    let mut rows = Vec::new();
    for line in beginning.lines() {
        let Some((code, comment)) = line.split_once("  # ") else {
            let _ = writeln!(out, "{line}");
            continue;
        };
        let code = match (code.split_whitespace().next(), &revision) {
            (Some("flow"), _) => code.replace("\"my-release\"", &quoted(&flow.id.value)),
            (Some("revision"), Some(revision)) => code.replace("\"1\"", revision),
            (Some("revision"), None) => continue,
            _ => code.to_owned(),
        };
        rows.push((code.trim_end().to_owned(), comment.trim_start().to_owned()));
    }
    out.push_str(&aligned(&rows));
    table(&mut out, "values", flow.values.iter().filter(|value| value.is.is_none()).map(|value| given(value, flow)));
    let contacts = flow.contacts.iter();
    table(
        &mut out,
        "contacts",
        contacts.map(|contact| (format!("#{} = \"\"", contact.id.value), words(&contact.name, flow))),
    );
    let approvals = flow.approvals.iter();
    table(
        &mut out,
        "approvals",
        approvals.map(|approval| {
            let contact = approval.contact.as_ref();
            let contact = contact.and_then(|id| flow.contacts.iter().find(|contact| contact.id.value == id.value));
            let said = [approval.role.as_deref(), contact.map(|contact| &*contact.name), approval.what.as_deref()];
            let said: Vec<String> = said.into_iter().flatten().map(|text| words(text, flow)).collect();
            let nothing = "{ name = \"\", at = 2026-02-27T15:00:00, ticket = \"\", list = \"\" }";
            (format!("#{} = {nothing}", approval.id.value), said.join(", "))
        }),
    );
    out
}

/// A value that a release gives, and what it is.
fn given(value: &ValueDecl, flow: &Flow) -> (String, String) {
    let nothing = if value.each.is_some() { "[\"\"]" } else { "\"\"" };
    let examples: Vec<&str> = value.example.iter().map(|one| &*one.value).collect();
    let mut comment = value.label.as_deref().map(|label| words(label, flow)).unwrap_or_default();
    if !examples.is_empty() {
        // Writing to a string can't fail, here and below.
        let _ = write!(comment, " ({})", examples.join(", "));
    }
    (format!("{} = {nothing}", value.name.value), comment)
}

/// Adds a table, unless it would be empty.
fn table(out: &mut String, name: &str, rows: impl Iterator<Item = (String, String)>) {
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        let _ = write!(out, "\n[{name}]\n{}", aligned(&rows));
    }
}

/// Lines of code, each with a comment behind it; all comments begin below each other.
fn aligned(rows: &[(String, String)]) -> String {
    let length = |code: &str| code.chars().count();
    let longest = rows.iter().map(|(code, _)| length(code)).max().unwrap_or(0);
    let line = |(code, comment): &(String, String)| {
        let room = " ".repeat(longest - length(code));
        format!("{code}{room}  # {}\n", commented(comment))
    };
    rows.iter().map(line).collect()
}

/// A text in the flow's first language.
fn words(text: &FlowText, flow: &Flow) -> String {
    let is_first = |lang: &str| lang == flow.first_lang();
    let found = text.entries.iter().find(|(lang, _)| lang.as_ref().is_none_or(|lang| is_first(&lang.value)));
    found.or(text.entries.first()).map(|(_, words)| words.value.clone()).unwrap_or_default()
}

/// What a comment can hold: one line.
fn commented(words: &str) -> String {
    words.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
