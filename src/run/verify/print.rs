//! Prints a verdict, for people and as JSON.

use std::fmt::Write as _;

use serde::Serialize;

use super::complete::MissingField;
use super::source::ReportedSource;
use super::{Verdict, VerifiedField};
use crate::chars::shown;
use crate::diagnostic::formats::written;
use crate::field::Party;
use crate::view::words::short_digest;

/// The verdict for people: what the list was made from, then what is filled in. The faults are printed elsewhere.
pub(super) fn human(verdict: &Verdict) -> String {
    let mut out = String::new();
    let Some(source) = &verdict.source else { return out };
    let mut line = |label: &str, words: &str| {
        // Writing to a string can't fail, here and below.
        let _ = writeln!(out, "  {label:<8}  {}", shown::words(words));
    };
    line("flow", &flow(source));
    for part in &source.parts {
        line("part", &named(&part.path, part.revision.as_ref(), &part.digest));
    }
    line("release", &release(source));
    if let Some(digest) = &source.list_digest {
        line("list", &short_digest(digest));
    }
    line("made by", &options(source));
    let pages = if verdict.pages == 1 { "1 page".to_owned() } else { format!("{} pages", verdict.pages) };
    let as_made = if verdict.differences.is_empty() { "as they were made" } else { "not as they were made" };
    line("pages", &format!("{pages}, {as_made}"));
    if let Some(against) = &verdict.against {
        let same = if against.same { "the same as" } else { "not the same as" };
        line("compared", &format!("{same} `{}`", against.file));
    }
    if !verdict.fields.is_empty() {
        line("filled in", &counts(&verdict.fields));
    }
    let out = format!("{}\n{out}", verdict.file);
    let missing = if verdict.faults.iter().any(|fault| fault.code == "incomplete") { &*verdict.missing } else { &[] };
    format!("{out}{}{}", rows(&verdict.fields), self::missing(missing))
}

fn flow(source: &ReportedSource) -> String {
    named(&source.id, source.revision.as_ref(), &source.digest)
}

/// A flow or a part: its name, revision and digest.
fn named(name: &str, revision: Option<&String>, digest: &str) -> String {
    let revision = revision.map_or_else(String::new, |revision| format!(", revision {revision}"));
    format!("{name}{revision}, digest {}", short_digest(digest))
}

fn release(source: &ReportedSource) -> String {
    let Some(release) = &source.release else { return "none was said".to_owned() };
    let mut said: Vec<String> = release.number.iter().cloned().collect();
    said.extend(release.standing.iter().map(|word| (*word).to_owned()));
    said.extend(release.start.clone());
    let people = [("operator", &release.operator), ("checker", &release.checker)];
    said.extend(people.iter().filter_map(|(role, name)| Some(format!("{role} {}", name.as_ref()?))));
    said.push(format!("digest {}", short_digest(&release.digest)));
    said.join(", ")
}

fn options(source: &ReportedSource) -> String {
    let mut said = vec![format!("runsheet {}", source.runsheet), source.lang.clone(), source.paper.clone()];
    said.extend(source.sheets.as_ref().map(|sheets| format!("sheets {}", sheets.join(" "))));
    said.extend((source.copies > 0).then(|| format!("{} copies", source.copies)));
    said.extend(source.fillable.then(|| "fillable".to_owned()));
    said.extend(source.since.as_ref().map(|since| format!("changes since {since}")));
    said.join(", ")
}

/// How many fields are filled in.
fn counts(fields: &[VerifiedField]) -> String {
    let box_of = |field: &VerifiedField| field.known.as_ref().and_then(|name| name.field.box_of());
    let count = |words: &str, of: &dyn Fn(&VerifiedField) -> bool| {
        let of: Vec<&VerifiedField> = fields.iter().filter(|field| of(field)).collect();
        (!of.is_empty()).then(|| format!("{} of {} {words}", of.iter().filter(|field| field.given).count(), of.len()))
    };
    let counts = [
        count("boxes ticked by the operator", &|field| box_of(field) == Some(Party::Operator)),
        count("by the checker", &|field| box_of(field) == Some(Party::Checker)),
        count("boxes of an unknown name", &|field| field.known.is_none() && field.kind == "tick"),
        count("lines written", &|field| field.kind == "line"),
        count("signatures", &|field| field.kind == "signature"),
    ];
    counts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// A line for each row of the list: `step.6.2   [x] operator  [ ] checker  time: 20:15`.
fn rows(fields: &[VerifiedField]) -> String {
    let mut out = String::new();
    let mut page = 0;
    let mut row: Option<&str> = None;
    for field in fields {
        let (of, name) = field.name.rsplit_once('.').unwrap_or(("", &field.name));
        let name = shown::words(name);
        if field.page != page {
            let _ = write!(out, "{}\n  page {}", if page == 0 { "" } else { "\n" }, field.page);
            (page, row) = (field.page, None);
        }
        if row != Some(of) {
            let _ = write!(out, "\n    {:<20}", shown::words(of));
            row = Some(of);
        }
        let _ = match (field.kind, &field.value) {
            ("tick", _) => write!(out, "  [{}] {name}", if field.given { 'x' } else { ' ' }),
            (_, Some(value)) => write!(out, "  {name}: {}", shown::words(value.trim())),
            _ if field.given => write!(out, "  {name}: signed"),
            _ => write!(out, "  {name}: ____"),
        };
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

/// A line for each page on which something is missing.
fn missing(missing: &[MissingField]) -> String {
    let mut out = String::new();
    for of_page in missing.chunk_by(|one, other| one.page == other.page) {
        let name = |missing: &MissingField| {
            let several = missing.ticked.map(|ticked| format!(" (one, not {ticked})")).unwrap_or_default();
            format!("{}{several}", shown::words(&missing.name))
        };
        let names: Vec<String> = of_page.iter().map(name).collect();
        let page = of_page.first().map_or(0, |missing| missing.page);
        let _ = write!(out, "\n  missing on page {page}: {}", names.join(", "));
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

/// The verdict as one JSON object, with the faults as texts.
pub(super) fn json(verdict: &Verdict) -> String {
    #[derive(Serialize)]
    struct Whole<'v> {
        #[serde(flatten)]
        verdict: &'v Verdict,
        faults: Vec<&'v str>,
    }
    let faults = verdict.faults.iter().map(|fault| fault.message.as_str()).collect();
    written(&Whole { verdict, faults })
}
