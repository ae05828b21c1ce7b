//! Reads a list, makes it again and compares: what `verify` tells, and what `build` takes a list that was used by.

use std::collections::HashSet;

use super::complete::{self, Contradiction};
use super::grade::{self, Grade, Updates};
use super::paper_words::PaperWords;
use super::source::{self, Carried, Remade};
use super::{Different, field};
use crate::chars::is_blank;
use crate::diagnostic::Diagnostic;
use crate::field::FieldName;
use crate::page::pdf::received::{self, Comparison, FieldContent, FieldLook, FilledField, Received, ReceivedPages};
use crate::text::Fonts;

/// The most differences or doubts that are listed one by one.
const MOST_TOLD: usize = 20;

/// A list that was read, made again and compared.
pub(super) struct Examined {
    /// What it was made from.
    pub carried: Carried,
    /// It as it was made.
    pub made: Remade,
    /// Its pages as they are.
    pub found: ReceivedPages,
    /// What stands beside its fields.
    pub words: PaperWords,
    /// The fields in which something is entered.
    pub given: HashSet<FieldName>,
    /// How sure it is that it says what it said.
    pub grade: Grade,
    /// What was appended to the bytes that were made; `None` where it isn't those bytes.
    pub updates: Option<Updates>,
    /// Where its pages differ from those that were made.
    pub differences: Vec<Different>,
    /// All that is wrong with it.
    pub faults: Vec<Diagnostic>,
}

/// Examines a list. Messages call it `file`.
///
/// # Errors
/// When it can't be read, or isn't a check list that runsheet made.
pub(super) fn examined(
    bytes: &[u8],
    file: &str,
    (fonts, digests): (Fonts, Vec<String>),
) -> Result<Examined, Box<Diagnostic>> {
    let unreadable = |fault: received::Fault| Diagnostic::error_nowhere("unreadable", format!("`{file}` {fault}"));
    let inside = Received::open(bytes).map_err(unreadable)?;
    let carried = source::carried(&inside, file)?;
    let found = inside.pages().map_err(unreadable)?;
    let doubts = inside.doubts().map_err(unreadable)?;
    let mut made = source::remake(&carried, fonts, digests, file)?;
    let made_pages = Received::open(&made.pdf).and_then(|inside| inside.pages());
    let made_pages =
        made_pages.map_err(|fault| Diagnostic::error_nowhere("unreadable", format!("our own PDF {fault}")))?;
    let words = PaperWords::new(&made.list.document.fields);
    let mut faults = std::mem::take(&mut made.faults);
    let is_edited = !faults.is_empty();
    let (differences, as_read) = compare((&found, &doubts), &made_pages, &mut faults, &carried, file);
    let updates = match as_read {
        Grade::AsWritten if !is_edited => {
            grade::updates(bytes, &made.pdf, (&inside, &found.over), &made_pages.over, &words)
        }
        _ => None,
    };
    let grade = match as_read {
        _ if is_edited => Grade::Differs,
        Grade::AsWritten if updates.is_none() => Grade::SavedAgain,
        grade => grade,
    };
    faults.extend(updates.as_ref().and_then(Updates::behind_signature));
    let given = complete::given(&found.over.filled);
    faults.extend(found.over.filled.iter().filter_map(|filled| misleading(filled, &words)));
    faults.extend(complete::contradictions(&made.list, &words, &given).iter().map(contradictory));
    Ok(Examined { carried, made, found, words, given, grade, updates, differences, faults })
}

/// Where the pages differ from those that were made, and how sure they are as they were, whoever wrote the file; adds
/// what is wrong to `faults`.
fn compare(
    (found, doubts): (&ReceivedPages, &[&str]),
    made: &ReceivedPages,
    faults: &mut Vec<Diagnostic>,
    carried: &Carried,
    file: &str,
) -> (Vec<Different>, Grade) {
    let different = |page, what: String| Different { page, what };
    let (mut differences, mut grade) = match received::compare(found, made) {
        Comparison::WrittenAnew => (vec![different(None, WRITTEN_ANEW.to_owned())], Grade::CannotTell),
        Comparison::Read(differences) if differences.is_empty() => (Vec::new(), Grade::AsWritten),
        Comparison::Read(differences) => {
            (differences.into_iter().map(|one| different(one.page, one.what)).collect(), Grade::Differs)
        }
    };
    if !differences.is_empty() && !carried.record.is_of_this_version() {
        faults.push(source::other_version(&carried.record, &format!("the pages of `{file}` aren't compared")));
        differences.clear();
        grade = Grade::CannotTell;
    }
    for difference in differences.iter().take(MOST_TOLD) {
        let what = &difference.what;
        let message = match difference.page {
            Some(page) => format!("page {page} of `{file}` isn't as it was made: {what}"),
            None => format!("`{file}` isn't as it was made: {what}"),
        };
        faults.push(Diagnostic::error_nowhere("changed", message));
    }
    let more = |count: usize| count.checked_sub(MOST_TOLD).filter(|more| *more > 0);
    faults.extend(more(differences.len()).map(|more| {
        let differences = if more == 1 { "difference" } else { "differences" };
        Diagnostic::error_nowhere("changed", format!("and {more} more {differences} in `{file}`"))
    }));
    faults.extend(doubts.iter().take(MOST_TOLD).map(|doubt| {
        let message = format!("it isn't sure that every viewer shows `{file}` as it is read here: {doubt}");
        Diagnostic::error_nowhere("not-strict", message)
            .help("no program that fills in, signs or saves a PDF as it should writes that")
    }));
    faults.extend(more(doubts.len()).map(|more| {
        let reasons = if more == 1 { "reason" } else { "reasons" };
        Diagnostic::error_nowhere("not-strict", format!("and for {more} more {reasons} it isn't sure either"))
    }));
    if grade == Grade::AsWritten && !doubts.is_empty() {
        grade = Grade::CannotTell;
    }
    (differences, grade)
}

/// What is said where another program wrote anew how the pages are drawn.
const WRITTEN_ANEW: &str = "its pages were rewritten by another program, so they can't be compared";

/// The fault of a field that says one thing and shows another.
fn misleading(filled: &FilledField, words: &PaperWords) -> Option<Diagnostic> {
    let (code, does, help) = match (&filled.content, filled.look) {
        (FieldContent::Unsure, _) => {
            ("unsure", "says one thing and shows another", "tick it again, in another program")
        }
        (FieldContent::Unsigned, _) => {
            ("unsigned", "looks signed and isn't", "sign it with a program that signs PDF files")
        }
        (FieldContent::Words(said), FieldLook::Other) if is_blank(said) => {
            ("other-look", "shows something that isn't its value: it is empty", "fill it in again, in another program")
        }
        (_, FieldLook::Other) => {
            ("other-look", "shows something other than its value", "fill it in again, in another program")
        }
        _ => return None,
    };
    let beside = field(filled, words).beside;
    let named = if beside.words.is_empty() { filled.name.clone() } else { format!("{} {}", beside.row, beside.words) };
    let message = format!("“{}” on page {} {does}", named.trim(), filled.page + 1);
    Some(Diagnostic::error_nowhere(code, message).help(help))
}

fn contradictory(found: &Contradiction) -> Diagnostic {
    let Contradiction { page, question, answers } = found;
    let answers = answers.iter().map(|answer| format!("“{answer}”")).collect::<Vec<_>>().join(" and ");
    let asked = if question.is_empty() { String::new() } else { format!(" at “{question}”") };
    let message = format!("{answers} are ticked{asked} on page {page}, and only one of them can be true");
    let help = "leave the one that is true; until then, what any of them asks for counts as missing";
    Diagnostic::error_nowhere("contradiction", message).help(help)
}
