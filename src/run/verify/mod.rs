//! `runsheet verify`: tells what a check list was made from, whether its pages have changed since, and what is filled
//! in.

mod against;
mod complete;
mod print;
mod source;

use std::collections::BTreeSet;
use std::path::Path;

use serde::Serialize;

use self::complete::MissingField;
use self::source::ReportedSource;
use super::Report;
use super::settings::fonts;
use crate::cli::{VerifyArgs, VerifyFormat};
use crate::diagnostic::{Diagnostic, Sources, print as faults};
use crate::field::FieldName;
use crate::files;
use crate::page::pdf::received::{self, FieldContent, FilledField, Received, ReceivedPages};
use crate::text::Fonts;

/// The most differences that are listed one by one.
const MOST_TOLD: usize = 20;

/// Everything that was found out about a check list.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Verdict {
    file: String,
    /// True when nothing is wrong.
    pub ok: bool,
    /// What it was made from.
    source: Option<ReportedSource>,
    pages: usize,
    /// Where its pages differ from those that were made.
    differences: Vec<Different>,
    /// How the user's flow differs from the one inside the list.
    against: Option<against::Against>,
    /// Its fields, in reading order.
    fields: Vec<VerifiedField>,
    /// True when everything that must be filled in is filled in; `None` for a list without fields or with unknown ones.
    complete: Option<bool>,
    /// The fields that must be filled in and aren't.
    missing: Vec<MissingField>,
    /// What is wrong with it, in words.
    #[serde(skip)]
    faults: Vec<Diagnostic>,
}

#[derive(Debug, Serialize)]
struct Different {
    page: Option<usize>,
    what: String,
}

/// A field and its content.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct VerifiedField {
    name: String,
    /// The field; `None` for a name that this version doesn't know.
    #[serde(skip)]
    known: Option<FieldName>,
    page: usize,
    kind: &'static str,
    /// True when a box is ticked, or something is written or signed.
    given: bool,
    /// What is written, or who signed.
    value: Option<String>,
}

/// Examines the check list that the command line names, and reports the verdict.
#[must_use]
pub fn verify(args: &VerifyArgs, color: bool) -> Report {
    let file = files::shown(&args.file);
    let verdict = look(args, &file).unwrap_or_else(|fault| Verdict::unreadable(file, *fault));
    let code = u8::from(!verdict.ok);
    match args.format {
        VerifyFormat::Human => Report::for_people(&verdict.told(), &verdict.told_faults(color), code),
        VerifyFormat::Json => Report::exact(verdict.json(), "", code),
    }
}

/// Examines a check list in memory, with the built-in fonts.
#[must_use]
pub fn verify_bytes(name: &str, list: &[u8]) -> Verdict {
    let question = Question { fonts: Fonts::builtin(), font_digests: Vec::new(), flow: None, is_to_be_complete: false };
    examine(list, name, question).unwrap_or_else(|fault| Verdict::unreadable(name.to_owned(), *fault))
}

impl Verdict {
    /// The verdict on a file that can't be examined.
    fn unreadable(file: String, fault: Diagnostic) -> Self {
        Self {
            file,
            ok: false,
            source: None,
            pages: 0,
            differences: Vec::new(),
            against: None,
            fields: Vec::new(),
            complete: None,
            missing: Vec::new(),
            faults: vec![fault],
        }
    }

    /// What was found out, for people, without the faults, which [`Self::told_faults`] gives.
    #[must_use]
    pub fn told(&self) -> String {
        print::human(self)
    }

    /// Everything as one JSON object.
    #[must_use]
    pub fn json(&self) -> String {
        print::json(self)
    }

    /// The faults, for people, one by one in the order of the pages.
    #[must_use]
    pub fn told_faults(&self, color: bool) -> String {
        let say = |fault| faults::human(&Sources::default(), std::slice::from_ref(fault), color);
        self.faults.iter().map(say).collect()
    }
}

/// What else to find out about a check list.
struct Question<'a> {
    fonts: Fonts,
    /// SHA-256 of each font file that isn't ours.
    font_digests: Vec<String>,
    /// The user's flow to compare with the one inside the list.
    flow: Option<&'a Path>,
    /// True when missing entries are a fault.
    is_to_be_complete: bool,
}

/// Reads what the command line names, and examines the check list.
///
/// # Errors
/// When a file can't be read, or isn't a check list that runsheet made.
fn look(args: &VerifyArgs, file: &str) -> Result<Verdict, Box<Diagnostic>> {
    let bytes = files::read(&args.file, files::PDF_LIMIT).map_err(|fault| Diagnostic { help: Vec::new(), ..fault })?;
    let (fonts, font_digests) = fonts(&args.font)?;
    let flow = args.flow.as_deref();
    examine(&bytes, file, Question { fonts, font_digests, flow, is_to_be_complete: args.complete })
}

/// Reads a check list, makes it again and compares.
fn examine(bytes: &[u8], file: &str, question: Question<'_>) -> Result<Verdict, Box<Diagnostic>> {
    let unreadable = |fault: received::Fault| Diagnostic::error_nowhere("unreadable", format!("`{file}` {fault}"));
    let inside = Received::open(bytes).map_err(unreadable)?;
    let carried = source::carried(&inside, file)?;
    let found = inside.pages().map_err(unreadable)?;
    let mut made = source::remake(&carried, question.fonts, question.font_digests, file)?;
    let made_pages = Received::open(&made.list.pdf).and_then(|inside| inside.pages());
    let made_pages =
        made_pages.map_err(|fault| Diagnostic::error_nowhere("unreadable", format!("our own PDF {fault}")))?;

    let mut faults = std::mem::take(&mut made.faults);
    let differences = compare(&found, &made_pages, &mut faults, &carried, file);
    let against = match question.flow {
        Some(path) => Some(against::compare(path, &carried, &made.list.plan, &mut faults)?),
        None => None,
    };
    let fields = fields(&found.filled);
    // It isn't known what an unknown field is for, so it isn't known either what is missing.
    let unknown = fields.iter().filter(|field| field.known.is_none()).count();
    let missing = (carried.record.fillable && unknown == 0).then(|| complete::missing(&made.list, &found.filled));
    if question.is_to_be_complete {
        faults.extend(match &missing {
            Some(missing) => incomplete(missing, file),
            None if carried.record.fillable => Some(unknown_fields(unknown, &carried, file)),
            None => Some(no_fields(file)),
        });
        faults.extend(made.list.plan.release.drill.then(|| only_a_drill(file)));
    }
    Ok(Verdict {
        file: file.to_owned(),
        ok: faults.is_empty(),
        source: Some(ReportedSource::new(&carried, &made)),
        pages: found.count(),
        differences,
        against,
        fields,
        complete: missing.as_ref().map(Vec::is_empty),
        missing: missing.unwrap_or_default(),
        faults,
    })
}

/// Where the pages differ from those that were made; adds the differences to `faults`.
fn compare(
    found: &ReceivedPages,
    made: &ReceivedPages,
    faults: &mut Vec<Diagnostic>,
    carried: &source::Carried,
    file: &str,
) -> Vec<Different> {
    let differences = received::differences(found, made);
    for difference in differences.iter().take(MOST_TOLD) {
        let what = &difference.what;
        let message = match difference.page {
            Some(page) => format!("page {page} of `{file}` isn't as it was made: {what}"),
            None => format!("`{file}` isn't as it was made: {what}"),
        };
        faults.push(Diagnostic::error_nowhere("changed", message));
    }
    if differences.len() > MOST_TOLD {
        let rest = differences.len() - MOST_TOLD;
        faults.push(Diagnostic::error_nowhere("changed", format!("and {rest} more differences in `{file}`")));
    }
    let other = carried.record.runsheet != env!("CARGO_PKG_VERSION");
    if let Some(last) = faults.last_mut().filter(|_| other && !differences.is_empty()) {
        last.help.push(format!(
            "it was made by runsheet {}, whose pages may differ from those of {}: verify it with that version",
            carried.record.runsheet,
            env!("CARGO_PKG_VERSION")
        ));
    }
    for filled in found.filled.iter().filter(|filled| filled.content == FieldContent::Unsure) {
        let message = format!("the box `{}` on page {} says one thing and shows another", filled.name, filled.page + 1);
        faults.push(Diagnostic::error_nowhere("unsure", message).help("tick it again, in another program"));
    }
    differences.into_iter().map(|difference| Different { page: difference.page, what: difference.what }).collect()
}

/// The fault that `--complete` finds, if any.
fn incomplete(missing: &[MissingField], file: &str) -> Option<Diagnostic> {
    let count = match missing.len() {
        0 => return None,
        1 => "1 entry is".to_owned(),
        n => format!("{n} entries are"),
    };
    Some(Diagnostic::error_nowhere("incomplete", format!("`{file}` isn't complete: {count} missing")))
}

fn only_a_drill(file: &str) -> Diagnostic {
    let message = format!("`{file}` is the list of a drill: however complete, it doesn't show that a release was done");
    Diagnostic::error_nowhere("drill", message)
}

fn no_fields(file: &str) -> Diagnostic {
    let message = format!("`{file}` has no fields: it is filled in on paper");
    Diagnostic::error_nowhere("incomplete", message).help("`build --fillable` makes one with fields")
}

fn unknown_fields(count: usize, carried: &source::Carried, file: &str) -> Diagnostic {
    let count = if count == 1 { "a field".to_owned() } else { format!("{count} fields") };
    let message = format!("`{file}` has {count} of no known name, so it can't be told what is missing");
    let help = format!("it was made by runsheet {}: verify it with that version", carried.record.runsheet);
    Diagnostic::error_nowhere("incomplete", message).help(help)
}

/// Every field once, even if it has several areas.
fn fields(filled: &[FilledField]) -> Vec<VerifiedField> {
    let mut known = BTreeSet::new();
    filled.iter().filter(|filled| known.insert(&*filled.name)).map(field).collect()
}

fn field(filled: &FilledField) -> VerifiedField {
    let (kind, value) = match &filled.content {
        FieldContent::Tick(_) | FieldContent::Unsure => ("tick", None),
        FieldContent::Words(words) => ("line", Some(words.clone())),
        FieldContent::Signature(by) => ("signature", by.clone()),
    };
    let value = value.filter(|value| !value.is_empty());
    let (name, known) = (filled.name.clone(), filled.name.parse().ok());
    VerifiedField { name, known, page: filled.page + 1, kind, given: filled.content.is_given(), value }
}
