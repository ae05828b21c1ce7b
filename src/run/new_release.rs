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
    for line in beginning.lines() {
        match (line.split_whitespace().next(), &revision) {
            (Some("flow"), _) => out.push_str(&line.replace("\"my-release\"", &quoted(&flow.id.value))),
            (Some("revision"), Some(revision)) => out.push_str(&line.replace("\"1\"", revision)),
            (Some("revision"), None) => continue,
            _ => out.push_str(line),
        }
        out.push('\n');
    }
    // Writing to a string can't fail, here and below.
    let given: Vec<&ValueDecl> = flow.values.iter().filter(|value| value.is.is_none()).collect();
    if !given.is_empty() {
        out.push_str("\n[values]\n");
    }
    for value in given {
        let nothing = if value.each.is_some() { "[\"\"]" } else { "\"\"" };
        let examples: Vec<&str> = value.example.iter().map(|one| &*one.value).collect();
        let mut comment = value.label.as_deref().map(|label| words(label, flow)).unwrap_or_default();
        if !examples.is_empty() {
            let _ = write!(comment, " ({})", examples.join(", "));
        }
        let _ = writeln!(out, "{} = {nothing}  # {}", value.name.value, commented(&comment));
    }
    if !flow.contacts.is_empty() {
        out.push_str("\n[contacts]\n");
    }
    for contact in &flow.contacts {
        let _ = writeln!(out, "#{} = \"\"  # {}", contact.id.value, commented(&words(&contact.name, flow)));
    }
    if !flow.approvals.is_empty() {
        out.push_str("\n[approvals]\n");
    }
    for approval in &flow.approvals {
        let contact = approval.contact.as_ref();
        let contact = contact.and_then(|id| flow.contacts.iter().find(|contact| contact.id.value == id.value));
        let said = [approval.role.as_deref(), contact.map(|contact| &*contact.name), approval.what.as_deref()];
        let said: Vec<String> = said.into_iter().flatten().map(|text| words(text, flow)).collect();
        let nothing = "{ name = \"\", at = 2026-02-27T15:00:00, ticket = \"\", list = \"\" }";
        let _ = writeln!(out, "#{} = {nothing}  # {}", approval.id.value, commented(&said.join(", ")));
    }
    out
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
