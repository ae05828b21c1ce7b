//! A mail to one address as bytes.

use jiff::{Timestamp, Zoned};
use lettre::Address;
use lettre::message::{Mailbox, Mailboxes};

use super::due::MailItem;
use super::release::PlannedMails;
use crate::diagnostic::Diagnostic;
use crate::outbox::{MailKind, Outbox, OutboxMail};
use crate::render::{self, Appointment, MailLetter, Templates};
use crate::view::follow_up;
use crate::view::mail::{self, Mail};

/// A mail that is ready to be handed over.
pub struct ReadyMail {
    /// The address that sends it.
    pub from: Address,
    /// The address that gets it.
    pub to: Address,
    /// What is handed over.
    pub bytes: Vec<u8>,
    /// The sequence number of the appointment in it.
    pub sequence: Option<u32>,
}

/// What all mails of a release are made with.
pub struct LetterMaking<'a> {
    /// The plans.
    pub planned: &'a PlannedMails,
    /// What was sent before.
    pub outbox: &'a Outbox,
    /// The templates.
    pub templates: &'a Templates,
    /// Whether mails hold appointments.
    pub calendar: bool,
    /// The sending moment.
    pub now: Timestamp,
}

impl LetterMaking<'_> {
    /// Makes a mail. `mail` is the planned one, for what belongs to a task.
    ///
    /// # Errors
    /// A fault of the user's templates, or an address that is none.
    pub fn ready(&self, item: &MailItem, mail: Option<Mail<'_>>) -> Result<ReadyMail, Diagnostic> {
        let (plan, labels) = self.planned.in_lang(&item.told.lang);
        let from = render::sender(plan.mail_from.as_deref().unwrap_or_default())?;
        let bad = |_| Diagnostic::error_nowhere("mail-address", format!("`{}` isn't a mail address", item.key.to));
        let to: Address = item.key.to.parse().map_err(bad)?;
        // What stands in an outbox may have been changed by hand.
        let name = mail::one_line(&item.told.name);
        let mailbox = Mailbox::new(Some(name.clone()).filter(|name| !name.is_empty()), to.clone());
        let view = match mail {
            Some(mut mail) => {
                if item.key.kind == MailKind::Correction {
                    mail.correct(item.changed.clone());
                } else if mail.kind != item.key.kind {
                    mail.turn_into(item.key.kind, plan.release.start.as_ref().zip(item.before.as_ref()));
                }
                if item.takes_back {
                    mail.take_back();
                }
                mail.view
            }
            None => follow_up::follow_up((plan, labels), item.key.kind, &name, item.before.as_ref()),
        };
        let (subject, body) = render::words(&view, self.templates)?;
        let title = mail::title(plan);
        let about = [&view.impact, &view.ask].into_iter().flatten().cloned().collect::<Vec<_>>().join("\n\n");
        let (organizer, attendee) = (from.email.to_string(), to.to_string());
        let organizer_name = from.name.clone().unwrap_or_else(|| organizer.clone());
        let appointment = self.appointment(item).map(|(sequence, start, end, is_cancelled)| Appointment {
            uid: self.uid(from.email.domain()),
            sequence,
            is_cancelled,
            start,
            end,
            title: &title,
            about: &about,
            organizer: (&organizer_name, &organizer),
            attendee: (&name, &attendee),
        });
        let letter = MailLetter {
            from: &from,
            to: &Mailboxes::from(mailbox),
            seconds: self.now.as_second(),
            id: item.key.id.clone(),
            answers: item.answers.as_deref(),
            subject: &subject,
            body,
            appointment: appointment.as_ref(),
            is_draft: false,
        };
        let bytes = letter.written()?;
        let sequence = appointment.map(|appointment| appointment.sequence);
        Ok(ReadyMail { from: from.email.clone(), to, bytes, sequence })
    }

    /// What stays the same over all mails of a release.
    fn uid(&self, domain: &str) -> String {
        let id = render::message_id(&self.planned.plan, "", "calendar", domain);
        id.trim_matches(['<', '>']).to_owned()
    }

    /// The appointment in a mail: its sequence number, start and end, and whether it is taken back.
    fn appointment(&self, item: &MailItem) -> Option<(u32, Timestamp, Option<Timestamp>, bool)> {
        if !self.calendar {
            return None;
        }
        let is_cancelled = match item.key.kind {
            MailKind::Cancelled | MailKind::Postponed => true,
            MailKind::Notice | MailKind::Moved | MailKind::NewDate => false,
            MailKind::Reminder | MailKind::Correction | MailKind::Outcome => return None,
        };
        let told = |mail: &&OutboxMail| mail.is_told && mail.told.sequence.is_some();
        // Whoever has no appointment has nothing to be taken out.
        if is_cancelled && !self.outbox.to(&item.key.to).any(|mail| told(&mail)) {
            return None;
        }
        let release = &self.planned.plan.release;
        let time = |told: Option<Timestamp>, planned: Option<&Zoned>| told.or(planned.map(Zoned::timestamp));
        let before = self.outbox.to(&item.key.to).rev().filter(told).find(|mail| mail.told.start.is_some());
        let (start, end) = if is_cancelled {
            (before.and_then(|mail| mail.told.start), before.and_then(|mail| mail.told.end))
        } else {
            (time(item.told.start, release.start.as_ref()), time(item.told.end, release.end.as_ref()))
        };
        let start = start?;
        let latest = self.outbox.mails().iter().filter(told).max_by_key(|mail| mail.told.sequence);
        let sequence = latest.map_or(0, |latest| {
            let was_cancelled = matches!(latest.key.kind, MailKind::Cancelled | MailKind::Postponed);
            let is_same = was_cancelled == is_cancelled && (is_cancelled || latest.told.start == Some(start));
            latest.told.sequence.unwrap_or_default() + u32::from(!is_same)
        });
        Some((sequence, start, end, is_cancelled))
    }
}
