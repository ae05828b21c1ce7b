//! `runsheet verify`: tells what a check list was made from, whether its pages have changed since, and what is filled
//! in.

mod against;
mod closed;
mod complete;
mod examined;
mod grade;
mod pair;
mod paper_words;
mod print;
mod source;
mod used;

use std::collections::BTreeSet;
use std::path::Path;

use serde::Serialize;

use self::closed::ListInHand;
use self::complete::MissingField;
use self::examined::{Examined, examined};
pub use self::grade::Grade;
use self::grade::Update;
use self::paper_words::{Beside, PaperWords};
use self::source::ReportedSource;
pub(in crate::run) use self::used::{UsedList, used_list};
use super::Report;
use super::settings::fonts;
use crate::cli::{VerifyArgs, VerifyFormat};
use crate::diagnostic::{Diagnostic, Sources, print as faults};
use crate::field::FieldName;
use crate::files;
use crate::page::pdf::received::{FieldContent, FieldLook, FilledField, ReceivedOverlays};
use crate::text::Fonts;

/// Everything that was found out about a check list.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Verdict {
    file: String,
    /// True when nothing is wrong.
    pub ok: bool,
    /// How sure it is that it says what it said when it was made.
    pub grade: Grade,
    /// How many updates were appended to the bytes that runsheet wrote.
    update_count: usize,
    /// What each of them added; all in one where there are many.
    updates: Vec<Update>,
    /// What it was made from.
    source: Option<ReportedSource>,
    pages: usize,
    /// Where its pages differ from those that were made.
    differences: Vec<Different>,
    /// How the user's flow differs from the one inside the list.
    against: Option<against::Against>,
    /// What the release file beside that flow says of how the release went, where it says it.
    closed: Option<closed::ClosedRelease>,
    /// Its fields, in reading order.
    fields: Vec<VerifiedField>,
    /// True when everything that must be filled in is filled in; `None` for a list without fields or with unknown ones.
    complete: Option<bool>,
    /// The pages that were drawn on with a pen.
    drawings: Vec<DrawnPage>,
    /// The fields that must be filled in and aren't.
    missing: Vec<MissingField>,
    /// Whether it and the other list are of one flow and release; `None` where there is no other.
    #[serde(skip_serializing_if = "Option::is_none")]
    one_release: Option<bool>,
    /// The verdict on the other list.
    #[serde(skip_serializing_if = "Option::is_none")]
    other: Option<Box<Self>>,
    /// What is wrong with it, in words.
    #[serde(skip)]
    faults: Vec<Diagnostic>,
}

#[derive(Debug, Serialize)]
struct Different {
    page: Option<usize>,
    what: String,
}

/// A page that was drawn on with a pen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct DrawnPage {
    page: usize,
    /// How many marks there are.
    marks: usize,
}

/// The pages that were drawn on.
fn drawings(over: &ReceivedOverlays) -> Vec<DrawnPage> {
    over.pen_marks().map(|(page, marks)| DrawnPage { page, marks }).collect()
}

/// A field and its content.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct VerifiedField {
    name: String,
    /// The field; `None` for a name that this version doesn't know.
    #[serde(skip)]
    known: Option<FieldName>,
    /// What stands beside it on paper.
    #[serde(flatten)]
    beside: Beside,
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
    let question =
        Question { fonts: (Fonts::builtin(), Vec::new()), flow: None, is_to_be_complete: false, is_strict: false };
    examine(list, name, question).unwrap_or_else(|fault| Verdict::unreadable(name.to_owned(), *fault))
}

impl Verdict {
    /// The verdict on a file that can't be examined.
    fn unreadable(file: String, fault: Diagnostic) -> Self {
        Self {
            file,
            ok: false,
            grade: Grade::CannotTell,
            update_count: 0,
            updates: Vec::new(),
            source: None,
            pages: 0,
            differences: Vec::new(),
            against: None,
            closed: None,
            fields: Vec::new(),
            complete: None,
            drawings: Vec::new(),
            missing: Vec::new(),
            one_release: None,
            other: None,
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
    /// With the SHA-256 of each font file that isn't ours.
    fonts: (Fonts, Vec<String>),
    /// The user's flow to compare with the one inside the list.
    flow: Option<&'a Path>,
    /// True when missing entries are a fault.
    is_to_be_complete: bool,
    /// True when a file that another program saved is a fault.
    is_strict: bool,
}

/// Reads what the command line names, and examines the check list.
///
/// # Errors
/// When a file can't be read, or isn't a check list that runsheet made.
fn look(args: &VerifyArgs, file: &str) -> Result<Verdict, Box<Diagnostic>> {
    let bytes = files::read(&args.file, files::PDF_LIMIT).map_err(|fault| Diagnostic { help: Vec::new(), ..fault })?;
    let question = |flow| {
        Ok::<_, Box<Diagnostic>>(Question {
            fonts: fonts(&args.font)?,
            flow,
            is_to_be_complete: args.complete,
            is_strict: args.strict,
        })
    };
    let other = args.flow.as_deref().and_then(|path| Some((path, pair::list(path)?)));
    let Some((path, other)) = other else {
        return examine(&bytes, file, question(args.flow.as_deref())?);
    };
    let mut verdict = examine(&bytes, file, question(None)?)?;
    let name = files::shown(path);
    let other = examine(&other, &name, question(None)?).unwrap_or_else(|fault| Verdict::unreadable(name, *fault));
    pair::add(&mut verdict, other);
    Ok(verdict)
}

/// Reads a check list, makes it again and compares.
fn examine(bytes: &[u8], file: &str, question: Question<'_>) -> Result<Verdict, Box<Diagnostic>> {
    let examined = examined(bytes, file, question.fonts)?;
    let Examined { carried, made, found, words, given, grade, updates, differences, mut faults } = examined;
    faults.extend((question.is_strict && grade == Grade::SavedAgain).then(|| saved_again(file)));
    let against = match question.flow {
        Some(path) => Some(against::compare(path, &carried, &made.list.plan, &mut faults)?),
        None => None,
    };
    let filled = &found.over.filled;
    let in_hand = ListInHand {
        name: file,
        bytes,
        plan: &made.list.plan,
        ticked: used::outcome(filled),
        is_filled: filled.iter().any(|filled| filled.content.is_given()),
    };
    let closed = question.flow.and_then(|flow| closed::closed(flow, in_hand, &mut faults));
    let fields = fields(filled, &words);
    // It isn't known what an unknown field is for, so it isn't known either what is missing.
    let unknown = fields.iter().filter(|field| field.known.is_none()).count();
    let missing = (carried.record.fillable && unknown == 0).then(|| complete::missing(&made.list, &words, &given));
    if question.is_to_be_complete {
        let unread = filled.iter().filter(|filled| filled.look == FieldLook::Unreadable).count();
        faults.extend((unread > 0).then(|| unreadable_looks(unread, file)));
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
        grade,
        update_count: updates.as_ref().map_or(0, |updates| updates.count),
        updates: updates.map_or_else(Vec::new, |updates| updates.told),
        source: Some(ReportedSource::new(&carried, &made)),
        pages: found.count(),
        differences,
        against,
        closed,
        fields,
        drawings: drawings(&found.over),
        complete: missing.as_ref().map(Vec::is_empty),
        missing: missing.unwrap_or_default(),
        one_release: None,
        other: None,
        faults,
    })
}

fn saved_again(file: &str) -> Diagnostic {
    let message = format!("another program saved `{file}` anew: its bytes aren't those that runsheet wrote");
    Diagnostic::error_nowhere("saved-again", message)
        .help("its pages as read are as they were made; verify the file as it came from `build`, or without `--strict`")
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

fn unreadable_looks(count: usize, file: &str) -> Diagnostic {
    let count = if count == 1 { "1 line".to_owned() } else { format!("{count} lines") };
    let message = format!("what {count} of `{file}` show can't be read, so it isn't sure that it is what they say");
    Diagnostic::error_nowhere("unread-look", message).help("fill them in with a program that draws them as text")
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
fn fields(filled: &[FilledField], words: &PaperWords) -> Vec<VerifiedField> {
    let mut known = BTreeSet::new();
    filled.iter().filter(|filled| known.insert(&*filled.name)).map(|filled| field(filled, words)).collect()
}

fn field(filled: &FilledField, words: &PaperWords) -> VerifiedField {
    let (kind, value) = match &filled.content {
        FieldContent::Tick(_) | FieldContent::Unsure => ("tick", None),
        FieldContent::Unsigned => ("signature", None),
        FieldContent::Words(words) => ("line", Some(words.clone())),
        FieldContent::Signature(by) => ("signature", by.clone()),
    };
    let value = value.filter(|value| !value.is_empty());
    let (name, known) = (filled.name.clone(), filled.name.parse().ok());
    // What a field of an unknown name says of itself is all that is known of it.
    let told = || Beside { row: String::new(), words: filled.tooltip.clone() };
    let beside = known.as_ref().map_or_else(told, |name| words.of(name));
    VerifiedField { name, known, beside, page: filled.page + 1, kind, given: filled.content.is_given(), value }
}
