//! The words that tell the kinds of mails apart: how a subject begins, and the first sentence.

use super::labels::{Labels, fill, word};
use crate::field::Outcome;
use crate::outbox::MailKind;

/// What a mail is called, in its subject.
#[must_use]
pub fn name(labels: &Labels, kind: MailKind) -> &str {
    labels.say(match kind {
        MailKind::Notice => word!("mail.notice"),
        MailKind::Reminder => word!("mail.reminder"),
        MailKind::Correction => word!("mail.correction"),
        MailKind::Moved => word!("mail.moved"),
        MailKind::Postponed => word!("mail.put-off"),
        MailKind::Cancelled => word!("mail.called-off"),
        MailKind::NewDate => word!("mail.new-date"),
        MailKind::Outcome => word!("mail.result"),
    })
}

/// The first sentence, with the title and the day of the release. `before` is the day that was told first, and `outcome` how it
/// went, where the kind of mail speaks of them.
#[must_use]
pub fn opening(
    labels: &Labels,
    kind: MailKind,
    (title, day): (&str, &str),
    before: Option<&str>,
    outcome: Option<Outcome>,
) -> String {
    let words = match kind {
        MailKind::Notice => word!("mail.opening"),
        MailKind::Reminder => word!("mail.opening-reminder"),
        MailKind::Correction => word!("mail.opening-correction"),
        MailKind::Moved => word!("mail.opening-moved"),
        MailKind::Postponed => word!("mail.opening-postponed"),
        MailKind::Cancelled => word!("mail.opening-cancelled"),
        MailKind::NewDate => word!("mail.opening-new-date"),
        MailKind::Outcome => match outcome.unwrap_or(Outcome::Executed) {
            Outcome::Executed => word!("mail.opening-executed"),
            Outcome::RolledBack => word!("mail.opening-rolled-back"),
            Outcome::Aborted => word!("mail.opening-aborted"),
            Outcome::NotExecuted | Outcome::Void => word!("mail.opening-not-executed"),
        },
    };
    fill(labels.say(words), &[("date", day), ("title", title), ("before", before.unwrap_or(day))])
}
