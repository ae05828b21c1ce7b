//! Makes `mail/*.txt`, to read and paste, and the same mails as `mail/*.eml`, to send.

use std::collections::BTreeSet;
use std::fmt::Write;

use jiff::Zoned;
use lettre::Address;
use lettre::message::{Mailbox, Mailboxes};

use super::Templates;
use super::letter::MailLetter;
use super::templates::{MAIL, MAIL_SUBJECT};
use crate::diagnostic::{Diagnostic, Level};
use crate::limits::{MAILS, Tally};
use crate::output::{Artifact, OutputKind};
use crate::plan::{Contact, Plain, Plan, ReleaseStanding, Task, Value};
use crate::text::Text;
use crate::view::labels::{Labels, word};
use crate::view::mail::{self, MailView, Missing, one_line};

/// The longest left side of a message id.
const LONGEST_ID: usize = 300;

/// Writes every mail, as a draft if that is asked for, or no mail and a note that says why: `mail-not-planned`, `mail-from-missing` or `mail-incomplete`.
///
/// # Errors
/// An address that isn't one (`mail-address`), a date that a mail can't carry (`mail-date`), or a fault of the user's
/// templates.
pub fn mails(
    plan: &Plan,
    labels: &Labels,
    others: &[(Plan, Labels)],
    templates: &Templates,
    is_draft: bool,
) -> Result<(Vec<Artifact>, Vec<Diagnostic>), Diagnostic> {
    if plan.cold.iter().all(|task| task.notify.is_empty()) {
        return Ok((Vec::new(), Vec::new()));
    }
    // Nobody is told of a release as planned that isn't.
    if let Some(standing) = plan.release.standing().next() {
        let what = if standing == ReleaseStanding::Drill { "this is a" } else { "the release is" };
        let message = format!("no mails are written: {what} {}", standing.word());
        return Ok((Vec::new(), vec![note("mail-not-planned", message)]));
    }
    [plan].into_iter().chain(others.iter().map(|(plan, _)| plan)).try_for_each(refuse_too_many)?;
    let mut notes = Vec::new();
    if plan.mail_from.is_none() {
        let message = "no mails are written: nobody is said to send them";
        notes.push(
            note("mail-from-missing", message).help("add `mail-from = \"Name <address>\"` at the top of the flow"),
        );
    }
    let mails = mail::mails(plan, labels, others).unwrap_or_else(|missing| {
        notes.push(incomplete(plan, &missing));
        Vec::new()
    });
    let Some(from) = plan.mail_from.as_ref().filter(|_| notes.is_empty()) else { return Ok((Vec::new(), notes)) };
    let from = sender(from)?;
    let mut artifacts = Vec::new();
    for mail in &mails {
        let (subject, body) = words(&mail.view, templates)?;
        let recipients = recipients(mail.contact, mail.task)?;
        let head = [
            (word!("mail.send"), mail.view.due.as_str()),
            (word!("mail.from"), &from.to_string()),
            (word!("mail.to"), &recipients.to_string()),
            (word!("subject"), &subject),
        ];
        let head = head.map(|(name, value)| [mail.labels.say(name), mail.labels.say(word!("colon")), value].concat());
        let text = format!("{}\n\n{body}", head.join("\n"));
        let artifact = |ending: &str, bytes: Vec<u8>| Artifact {
            kind: OutputKind::Mail,
            path: format!("mail/{}.{ending}", mail.name),
            bytes,
        };
        artifacts.push(artifact("txt", text.into_bytes()));
        let span = mail.task.step.span;
        let letter = MailLetter {
            from: &from,
            to: &recipients,
            seconds: mail.due.timestamp().as_second(),
            id: message_id(plan, mail.task_id, &mail.contact.id, from.email.domain()),
            answers: None,
            subject: &subject,
            body,
            appointment: None,
            is_draft,
        };
        let bytes = letter.written().map_err(|fault| match fault.code {
            "mail-date" => Diagnostic::error("mail-date", span, "this mail would be due before 1970")
                .help("check the start of the release"),
            _ => Diagnostic::error(fault.code, span, fault.message),
        })?;
        artifacts.push(artifact("eml", bytes));
    }
    Ok((artifacts, notes))
}

/// The subject and the text of a mail.
///
/// # Errors
/// A fault of the user's templates.
pub fn words(view: &MailView<'_>, templates: &Templates) -> Result<(String, String), Diagnostic> {
    Ok((one_line(&templates.render(&MAIL_SUBJECT, view)?), templates.render(&MAIL, view)?))
}

/// What every mail holds beside the texts that are counted, in bytes: our own words, and the headers.
const FRAME: usize = 2048;

/// Refuses mails of too many bytes before they are made. Each is made twice, to read and to send; it holds the task's texts and
/// the values that it mentions, and its head every address of its contact.
///
/// # Errors
/// Mails of too many bytes (`too-many-mails`).
pub fn refuse_too_many(plan: &Plan) -> Result<(), Diagnostic> {
    let mut tally = Tally::new(&MAILS);
    let length = |text: &Text| {
        let addresses = text.runs.iter().filter_map(|run| run.style.link.as_ref());
        text.to_plain().len() + addresses.map(|address| address.len()).sum::<usize>()
    };
    let all = |words: &[Plain]| words.iter().map(|one| one.len() + 2).sum::<usize>();
    let value = |value: &Value| length(&value.label) + value.given.as_deref().map_or(0, all);
    let title_and_owner = length(&plan.title) + plan.owner.as_ref().map_or(0, length);
    let same = FRAME + title_and_owner;
    let mut notified = vec![0_usize; plan.contacts.len()];
    for task in mail::tasks(plan) {
        let texts: usize = [&task.subject, &task.impact, &task.ask].into_iter().flatten().map(length).sum();
        let said = texts + mail::mentioned(plan, task).iter().map(|index| value(&plan.values[*index])).sum::<usize>();
        let factors = [(2, "files"), (task.notify.len(), "contacts"), (same + said, "bytes")];
        tally.add(&factors, Some(task.step.span));
        for contact in &task.notify {
            notified[contact.0] += 1;
        }
    }
    for (contact, tasks) in plan.contacts.iter().zip(notified) {
        // The name stands before each address.
        let name = length(&contact.name) + contact.person.as_ref().map_or(0, |person| person.len()) + 8;
        let addresses = name.saturating_mul(contact.email.len()) + all(&contact.email);
        let place = contact.email.first().and_then(|first| first.origin).map(|origin| origin.literal);
        tally.add(&[(2, "files"), (tasks, "mails"), (addresses, "bytes of addresses")], place);
    }
    tally.fault().map_or(Ok(()), Err)
}

fn note(code: &'static str, message: impl Into<String>) -> Diagnostic {
    Diagnostic { level: Level::Note, ..Diagnostic::error_nowhere(code, message) }
}

/// Says what is missing, and where it is declared.
#[must_use]
pub fn incomplete(plan: &Plan, missing: &[Missing]) -> Diagnostic {
    let name = |missing: &Missing| match missing {
        Missing::Value(value) => format!("`{}`", plan.values[*value].name),
        Missing::Other(name) => format!("`{name}`"),
    };
    let names: Vec<String> = missing.iter().map(name).collect();
    let note = note("mail-incomplete", format!("no mails are written: they need {}", names.join(", ")))
        .help("give what is missing in the release file or on the command line");
    let values = missing.iter().filter_map(|missing| match missing {
        Missing::Value(value) => Some(plan.values[*value].span),
        Missing::Other(_) => None,
    });
    values.fold(note, |note, place| note.context(place, "used in a mail"))
}

/// The sender: an address, or a name and `<address>`. The reader of the flow has checked it already.
///
/// # Errors
/// What is no address.
pub fn sender(from: &str) -> Result<Mailbox, Diagnostic> {
    let (name, address) = crate::source::address::sender(from).ok_or_else(|| {
        Diagnostic::error_nowhere("mail-address", format!("`{}` in `mail-from` isn't a mail address", one_line(from)))
    })?;
    let name = one_line(name);
    Ok(Mailbox::new((!name.is_empty()).then_some(name), address))
}

/// The addresses of a contact, each with its name and who is on call.
fn recipients(contact: &Contact, task: &Task) -> Result<Mailboxes, Diagnostic> {
    // A line break in a name would begin another header.
    let name = one_line(&contact.name.to_plain());
    let person = contact.person.as_ref().map(|person| one_line(person));
    let name = person.map_or_else(|| name.clone(), |person| format!("{name} {person}"));
    let mut recipients = Mailboxes::new();
    let mut known = BTreeSet::new();
    // Whoever is written down twice gets one mail.
    for email in contact.email.iter().filter(|email| known.insert(&*email.words)) {
        let address = email.parse::<Address>().map_err(|_| {
            let message = format!("`{}` of `{}` isn't a mail address", one_line(email), contact.id);
            Diagnostic::error("mail-address", task.step.span, message).help("write it like `team@example.com`")
        })?;
        recipients.push(Mailbox::new(Some(name.clone()), address));
    }
    Ok(recipients)
}

/// The id of a mail. The same release, task and contact always give the same id; no task stands for the whole release.
#[must_use]
pub fn message_id(plan: &Plan, task_id: &str, contact: &str, domain: &str) -> String {
    let run = match &plan.release.number {
        Some(number) => atom(number),
        None => plan.release.start.as_ref().map_or_else(String::new, stamp),
    };
    let mut left = format!("{}.{run}.{}.{}", atom(&plan.id), atom(task_id), atom(contact));
    // It can't be folded, so a long one is replaced by its digest.
    if left.len() > LONGEST_ID {
        left = crate::source::digest(left.as_bytes());
    }
    format!("<{left}@{}>", domain.split('.').map(atom).collect::<Vec<_>>().join("."))
}

/// The id of a later mail of the same kind, or of one to another address: the same with more behind it.
#[must_use]
pub fn further_id(id: &str, more: &str) -> String {
    id.split_once('@').map_or_else(|| id.to_owned(), |(left, right)| format!("{left}.{more}@{right}"))
}

fn stamp(start: &Zoned) -> String {
    start.timestamp().as_second().to_string()
}

/// A string as part of an id: letters, digits and `-` stay, every other character is replaced by its number. It is
/// never empty, and different strings stay different.
fn atom(words: &str) -> String {
    let mut out = String::new();
    for c in words.chars() {
        if c.is_ascii_alphanumeric() || c == '-' {
            out.push(c);
        } else {
            let _ = write!(out, "_{:x}_", u32::from(c));
        }
    }
    if out.is_empty() { "_".to_owned() } else { out }
}
