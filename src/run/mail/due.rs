//! What there is to send of a release, what was sent, and what is left open. It follows from the plan, the outbox and the time.

mod tasks;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::release::PlannedMails;
use crate::diagnostic::Diagnostic;
use crate::outbox::{MailKey, MailKind, MailTold, Outbox, OutboxMail, SendingState};
use crate::render;
use crate::source::digest;
use crate::source::release::ReleaseStatus;
use crate::view::mail::Mail;

/// How many figures of a digest tell the addresses of a contact apart.
const FIGURES: usize = 8;

/// The fault of a release that was cancelled and is planned again. Unlike others that keep only mails of tasks, it needs somebody at once.
pub const REVIVED: &str = "revived";

/// When it is, and what was asked for.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// The time.
    pub now: Timestamp,
    /// What is due by this day counts as due; by default today.
    pub by: Option<Date>,
    /// Whether corrections are due.
    pub correct: bool,
}

/// How a mail stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemState {
    /// It isn't due yet.
    Waits,
    /// It is due.
    Due,
    /// It was due so many days ago.
    Late(i32),
    /// It was sent.
    Sent,
    /// It was sent, and something has changed since.
    Changed,
    /// It was begun, and nobody knows whether it arrived.
    Unknown,
    /// The server refused it for good.
    Refused(Option<u16>, String),
    /// It wasn't sent before the start.
    Missed,
}

/// A mail to one address.
#[derive(Debug, Clone)]
pub struct MailItem {
    /// What it is called in lists.
    pub name: String,
    /// Which mail it is.
    pub key: MailKey,
    /// When it is due; `None` for what is due at once.
    pub due: Option<Zoned>,
    /// When it was sent.
    pub sent: Option<Zoned>,
    /// How it stands.
    pub state: ItemState,
    /// The Message-ID that it follows.
    pub answers: Option<String>,
    /// The start that was told before.
    pub before: Option<Zoned>,
    /// Whether its reader was told another outcome before.
    pub takes_back: bool,
    /// What has changed since it was sent: label and words.
    pub changed: Vec<[String; 2]>,
    /// Which of the planned mails it is made of; `None` for what goes out for the whole release.
    pub mail: Option<usize>,
    /// What it says, as the outbox keeps it.
    pub told: MailTold,
}

impl MailItem {
    /// Whether it is to be sent now.
    pub const fn is_due(&self) -> bool {
        matches!(self.state, ItemState::Due | ItemState::Late(_))
    }

    /// When what its reader has was sent; `None` where the mail itself is still to be sent.
    pub fn sent_at(&self) -> Option<&Zoned> {
        self.sent.as_ref().filter(|_| matches!(self.state, ItemState::Sent | ItemState::Changed))
    }

    /// What means this mail and no other of its release, on a command line.
    pub fn exact_name(&self) -> String {
        format!("{}/{}", self.name, self.key.to)
    }

    /// Whether nothing is left to be done about it.
    pub const fn is_done(&self) -> bool {
        matches!(self.state, ItemState::Sent)
    }
}

/// The mails of a release, and what keeps them from being sent.
#[derive(Debug, Default)]
pub struct ReleaseItems<'a> {
    /// What goes out at once first, then in the order of their dates.
    pub items: Vec<MailItem>,
    /// Why none of those with a date can be sent.
    pub blocked: Vec<Diagnostic>,
    /// The mails that the items are made of.
    pub mails: Vec<Mail<'a>>,
}

/// Looks at a release. `replaced` is the outbox of the release whose place it takes.
pub fn items<'a>(
    planned: &'a PlannedMails,
    outbox: &Outbox,
    replaced: Option<&Outbox>,
    asked: Asked,
) -> ReleaseItems<'a> {
    let plan = &planned.plan;
    let zone = plan.release.start.as_ref().map_or(TimeZone::UTC, |start| start.time_zone().clone());
    let mut all = ReleaseItems::default();
    if plan.release.drill {
        return all;
    }
    let domain = match plan.mail_from.as_deref().map(render::sender) {
        Some(Ok(from)) => from.email.domain().to_owned(),
        Some(Err(fault)) => {
            all.blocked.push(fault);
            return all;
        }
        None => {
            let fault = Diagnostic::error_nowhere("mail-from-missing", "nobody is said to send the mails");
            all.blocked.push(fault.help("add `mail-from = \"Name <address>\"` at the top of the flow"));
            return all;
        }
    };
    let making = ItemMaking { planned, outbox, replaced, asked, zone, domain };
    making.follow_ups(&mut all);
    let is_off = matches!(plan.release.status, Some(ReleaseStatus::Cancelled | ReleaseStatus::Postponed));
    if plan.release.outcome.is_some() || !is_off {
        making.of_tasks(&mut all);
    }
    all
}

struct ItemMaking<'a, 'o> {
    planned: &'a PlannedMails,
    outbox: &'o Outbox,
    replaced: Option<&'o Outbox>,
    asked: Asked,
    zone: TimeZone,
    domain: String,
}

/// The last start that an address was told.
fn told_start(outbox: &Outbox, to: &str) -> Option<Timestamp> {
    outbox.to(to).rev().filter(|mail| mail.is_told).find_map(|mail| mail.told.start)
}

/// The last start that an address was told before a mail.
fn told_before(outbox: &Outbox, key: &MailKey) -> Option<Timestamp> {
    let earlier = outbox.to(&key.to).take_while(|mail| mail.key.id != key.id);
    earlier.filter(|mail| mail.is_told).filter_map(|mail| mail.told.start).last()
}

/// The mails to an address that went out for the whole release.
fn of_release<'o>(outbox: &'o Outbox, to: &str) -> Vec<&'o OutboxMail> {
    outbox.to(to).filter(|mail| mail.key.task.is_empty()).collect()
}

impl<'a> ItemMaking<'a, '_> {
    /// What those who were told, or may have been, must know at once, one mail for each address.
    fn follow_ups(&self, all: &mut ReleaseItems<'a>) {
        let release = &self.planned.plan.release;
        for to in self.outbox.addresses() {
            let past = of_release(self.outbox, to);
            let status = past.iter().rev().find(|mail| mail.is_told).map(|mail| mail.key.kind);
            let told = told_start(self.outbox, to);
            let start = release.start.as_ref();
            let is_told = self.outbox.to(to).any(|mail| mail.is_told && mail.key.kind != MailKind::Outcome);
            let wanted =
                match release.status.unwrap_or(ReleaseStatus::Planned) {
                    _ if release.outcome.is_some() || !is_told => None,
                    ReleaseStatus::Cancelled => Some(MailKind::Cancelled).filter(|kind| status != Some(*kind)),
                    ReleaseStatus::Postponed => Some(MailKind::Postponed).filter(|kind| status != Some(*kind)),
                    ReleaseStatus::Planned if status == Some(MailKind::Cancelled) => {
                        if all.blocked.iter().all(|fault| fault.code != REVIVED) {
                            let fault = Diagnostic::error_nowhere(
                                REVIVED,
                                "people were told that this release is cancelled, and now it is planned",
                            );
                            all.blocked.push(fault.help(
                                "write a release file with a new number, and name this one there with `replaces`",
                            ));
                        }
                        None
                    }
                    ReleaseStatus::Planned if status == Some(MailKind::Postponed) => start.map(|_| MailKind::NewDate),
                    ReleaseStatus::Planned => {
                        let is_moved = start.is_some_and(|start| told.is_some_and(|told| told != start.timestamp()));
                        is_moved.then_some(MailKind::Moved)
                    }
                };
            let greeted = self.outbox.to(to).rev().find(|mail| mail.is_told && !mail.told.lang.is_empty());
            let greeted = greeted.map(|mail| {
                (
                    mail.key.contact.clone(),
                    MailTold { name: mail.told.name.clone(), lang: mail.told.lang.clone(), ..MailTold::default() },
                )
            });
            for (index, mail) in past.iter().enumerate() {
                let is_last = index + 1 == past.len();
                let is_again = is_last && wanted == Some(mail.key.kind) && !mail.is_told;
                let mut state = item_state(&mail.state, is_again);
                if is_again && state == ItemState::Due && self.is_over() {
                    state = ItemState::Missed;
                }
                // What another mail has overtaken, or what holds no longer, needs no decision any more.
                if is_again || mail.is_told && (is_last || state == ItemState::Unknown) {
                    let known = greeted.as_ref().filter(|_| mail.told.lang.is_empty()).map(|(_, told)| told);
                    let told = known.unwrap_or(&mail.told).clone();
                    let sent = self.sent_at(mail);
                    all.items.push(MailItem { sent, ..self.of_address(mail.key.clone(), told, state) });
                }
            }
            let is_retried = past.last().is_some_and(|mail| wanted == Some(mail.key.kind) && !mail.is_told);
            if let Some(kind) = wanted.filter(|_| !is_retried) {
                let Some((contact, told)) = greeted else { continue };
                let of_address = &digest(to.as_bytes())[..FIGURES];
                let id = render::message_id(&self.planned.plan, "", of_address, &self.domain);
                let id = render::further_id(&id, &(past.len() + 1).to_string());
                let key = MailKey { kind, task: String::new(), contact, to: to.to_owned(), id };
                let is_missed = matches!(kind, MailKind::Moved | MailKind::NewDate) && self.is_over();
                let state = if is_missed { ItemState::Missed } else { ItemState::Due };
                all.items.push(self.of_address(key, told, state));
            }
        }
    }

    fn is_over(&self) -> bool {
        self.planned.plan.release.start.as_ref().is_some_and(|start| start.timestamp() <= self.asked.now)
    }

    /// When a mail was sent.
    fn sent_at(&self, mail: &OutboxMail) -> Option<Zoned> {
        (mail.state == SendingState::Sent).then(|| mail.at.to_zoned(self.zone.clone()))
    }

    /// A mail for the whole release.
    fn of_address(&self, key: MailKey, mut told: MailTold, state: ItemState) -> MailItem {
        let answers = self
            .outbox
            .to(&key.to)
            .rev()
            .find(|mail| mail.is_told && mail.key.id != key.id)
            .map(|mail| mail.key.id.clone());
        if matches!(key.kind, MailKind::Moved | MailKind::NewDate) && state == ItemState::Due {
            let release = &self.planned.plan.release;
            told.start = release.start.as_ref().map(Zoned::timestamp);
            told.end = release.end.as_ref().map(Zoned::timestamp);
        }
        MailItem {
            name: format!("{}-{}", kind_word(key.kind), key.contact),
            before: told_before(self.outbox, &key).map(|told| told.to_zoned(self.zone.clone())),
            key,
            due: None,
            sent: None,
            state,
            answers,
            takes_back: false,
            changed: Vec::new(),
            mail: None,
            told,
        }
    }
}

/// How a mail of the outbox stands; one that is wanted still is tried again where that may help.
fn item_state(state: &SendingState, is_wanted: bool) -> ItemState {
    match state {
        SendingState::Unknown => ItemState::Unknown,
        SendingState::Sent => ItemState::Sent,
        SendingState::Again => ItemState::Due,
        SendingState::Refused(code, _) if is_wanted && is_passing(*code) => ItemState::Due,
        // Nobody waits for a mail that isn't wanted any more.
        SendingState::Refused(code, words) => ItemState::Refused(*code, words.clone()),
    }
}

/// Whether the server may take another time what it refused with this code, or without one.
fn is_passing(code: Option<u16>) -> bool {
    code.is_none_or(|code| code < 500)
}

/// The word for a kind of mail.
pub const fn kind_word(kind: MailKind) -> &'static str {
    match kind {
        MailKind::Notice => "notice",
        MailKind::Reminder => "reminder",
        MailKind::Correction => "correction",
        MailKind::Moved => "moved",
        MailKind::Postponed => "postponed",
        MailKind::Cancelled => "cancelled",
        MailKind::NewDate => "new-date",
        MailKind::Outcome => "outcome",
    }
}
