//! Prints a verdict, for people and as JSON.

use std::fmt::Write as _;

use serde::Serialize;

use super::complete::MissingField;
use super::source::ReportedSource;
use super::{DrawnPage, Grade, Verdict, VerifiedField};
use crate::chars::{columns, shown};
use crate::diagnostic::formats::written;
use crate::field::{FieldName, Party};
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
    let as_made = match verdict.grade {
        Grade::CannotTell => "not compared",
        _ if verdict.differences.is_empty() => "as they were made",
        _ => "not as they were made",
    };
    line("pages", &format!("{pages}, {as_made}"));
    line("grade", &grade(verdict));
    if let Some(against) = &verdict.against {
        let same = if against.same { "the same as" } else { "not the same as" };
        let ends = if against.other_line_ends { ", but for how its lines end" } else { "" };
        line("compared", &format!("{same} `{}`{ends}", against.file));
    }
    if let Some(closed) = &verdict.closed {
        let from = closed.rolled_back_from.as_ref().map(|step| format!(" from step {step}")).unwrap_or_default();
        let record = if closed.is_record == Some(true) { "; this is its record" } else { "" };
        line("went", &format!("{}{from}, says `{}`{record}", closed.outcome, closed.file));
    }
    if let (Some(one_release), Some(other)) = (verdict.one_release, &verdict.other) {
        let number = source.release.as_ref().and_then(|release| release.number.as_ref());
        let words = match (one_release, number) {
            (true, Some(number)) => format!("of one flow and release with `{}`: {number}", other.file),
            (true, None) => format!("of one flow with `{}`; neither has a number", other.file),
            (false, _) => format!("not shown to be of one flow and release with `{}`", other.file),
        };
        line("beside", &words);
    }
    if !verdict.fields.is_empty() {
        line("filled in", &counts(&verdict.fields));
    }
    if !verdict.drawings.is_empty() {
        let page = |drawing: &DrawnPage| format!("page {} ({})", drawing.page, marks(drawing.marks));
        line("drawn on", &verdict.drawings.iter().map(page).collect::<Vec<_>>().join(", "));
    }
    if verdict.fields.iter().any(|field| field.kind == "signature" && field.given) {
        line("signed", "whether the signatures hold isn't checked here: ask the program that signs, or `pdfsig`");
    }
    let out = format!("{}\n{out}", verdict.file);
    let missing = if verdict.faults.iter().any(|fault| fault.code == "incomplete") { &*verdict.missing } else { &[] };
    let other = verdict.other.as_ref().map(|other| format!("\n{}", human(other))).unwrap_or_default();
    format!("{out}{}{}{}{other}", updates(verdict), rows(&verdict.fields), self::missing(missing))
}

fn marks(count: usize) -> String {
    if count == 1 { "1 mark of a pen".to_owned() } else { format!("{count} marks of a pen") }
}

/// How sure it is that the list says what it said.
fn grade(verdict: &Verdict) -> String {
    let since = match verdict.update_count {
        0 => ", every byte of it".to_owned(),
        1 => ", and filled in since by 1 update behind it".to_owned(),
        count => format!(", and filled in since by {count} updates behind it"),
    };
    match verdict.grade {
        Grade::AsWritten => format!("1 of 3: as runsheet wrote it{since}"),
        Grade::SavedAgain => "2 of 3: saved by another program; the pages as read are as they were made".to_owned(),
        Grade::Differs => "3 of 3: not as it was made".to_owned(),
        Grade::CannotTell => "3 of 3: it can't be told whether it is as it was made".to_owned(),
    }
}

/// What each update added.
fn updates(verdict: &Verdict) -> String {
    let mut out = String::new();
    let all = if verdict.update_count > verdict.updates.len() { "s together" } else { "" };
    for (index, update) in verdict.updates.iter().enumerate() {
        let number = if all.is_empty() { format!("{}", index + 1) } else { format!("1 to {}", verdict.update_count) };
        let nothing =
            if update.fields.is_empty() && update.drawings.is_empty() { ": no field says anything else" } else { "" };
        let _ = write!(out, "\n  update{all} {number}{nothing}");
        for field in &update.fields {
            let beside =
                [&field.beside.row, if field.beside.words.is_empty() { &field.name } else { &field.beside.words }];
            let beside: Vec<String> =
                beside.into_iter().filter(|words| !words.is_empty()).map(|words| shown::words(words)).collect();
            let value = match (field.kind, &field.value) {
                ("tick", _) => if field.given { "ticked" } else { "not ticked any more" }.to_owned(),
                (_, Some(value)) if field.given => shown::words(value.trim()),
                _ if field.given => "signed".to_owned(),
                _ => "empty".to_owned(),
            };
            let _ = write!(out, "\n    page {}, {}: {value}", field.page, beside.join(", "));
        }
        for drawing in &update.drawings {
            let _ = write!(out, "\n    page {}, drawn on: {}", drawing.page, marks(drawing.marks));
        }
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out
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

/// A row of the list is told in one column as long as it has at most so many characters.
const WIDE: usize = 44;

/// A line for each row of the list, page by page: `6.2 Restart the queue   [x] Operator  [ ] Checker  Time: 20:15`.
fn rows(fields: &[VerifiedField]) -> String {
    let mut out = String::new();
    let mut page = 0;
    let mut row: Option<String> = None;
    for field in fields {
        if field.page != page {
            let _ = write!(out, "{}\n  page {}", if page == 0 { "" } else { "\n" }, field.page);
            (page, row) = (field.page, None);
        }
        let of = field.known.as_ref().map(FieldName::row).unwrap_or_default();
        if row.as_ref() != Some(&of) {
            let beside = shown::words(&field.beside.row);
            let _ = match beside.chars().map(columns).sum::<usize>() {
                0 => write!(out, "\n  "),
                wide if wide > WIDE => write!(out, "\n    {beside}\n      "),
                wide => write!(out, "\n    {beside}{:<1$}", "", WIDE - wide),
            };
            row = Some(of);
        }
        let words = if field.beside.words.is_empty() { &field.name } else { &field.beside.words };
        let words = shown::words(words);
        let _ = match (field.kind, &field.value) {
            ("tick", _) => write!(out, "  [{}] {words}", if field.given { 'x' } else { ' ' }),
            (_, Some(value)) if field.given => write!(out, "  {words}: {}", shown::words(value.trim())),
            _ if field.given => write!(out, "  {words}: signed"),
            _ => write!(out, "  {words}: ____"),
        };
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

/// What is missing, page by page, a line for each row.
fn missing(missing: &[MissingField]) -> String {
    let mut out = String::new();
    for of_page in missing.chunk_by(|one, other| one.page == other.page) {
        let page = of_page.first().map_or(0, |missing| missing.page);
        let _ = write!(out, "\n  missing on page {page}");
        for of_row in of_page.chunk_by(|one, other| one.beside.row == other.beside.row) {
            let words = |missing: &MissingField| {
                let several = missing.ticked.map(|ticked| format!(" (one, not {ticked})")).unwrap_or_default();
                format!("{}{several}", shown::words(&missing.beside.words))
            };
            let words: Vec<String> = of_row.iter().map(words).collect();
            let row = of_row.first().map_or("", |missing| &missing.beside.row);
            let row = if row.is_empty() { String::new() } else { format!("{}: ", shown::words(row)) };
            let _ = write!(out, "\n    {row}{}", words.join(", "));
        }
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
