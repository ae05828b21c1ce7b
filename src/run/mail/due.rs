//! What there is to send of a release, what was sent, and what is left open. It follows from the plan, the outbox and the time.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::release::PlannedMails;
use crate::diagnostic::Diagnostic;
use crate::outbox::{MailKey, MailKind, MailTold, Outbox, OutboxMail, SendingState};
use crate::plan::{Lead, Task};
use crate::render;
use crate::source::digest;
use crate::source::release::ReleaseStatus;
use crate::view::labels::word;
use crate::view::mail::{self, Mail};
use crate::view::{follow_up, words};

/// How many figures of a digest tell the addresses of a contact apart.
const FIGURES: usize = 8;

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
    /// How it stands.
    pub state: ItemState,
    /// The Message-ID that it follows.
    pub answers: Option<String>,
    /// The start that was told before.
    pub before: Option<Zoned>,
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
                        if all.blocked.iter().all(|fault| fault.code != "revived") {
                            let fault = Diagnostic::error_nowhere(
                                "revived",
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
            let before = told.map(|told| told.to_zoned(self.zone.clone()));
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
                    all.items.push(self.of_address(mail.key.clone(), told, state, before.clone()));
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
                all.items.push(self.of_address(key, told, state, before));
            }
        }
    }

    fn is_over(&self) -> bool {
        self.planned.plan.release.start.as_ref().is_some_and(|start| start.timestamp() <= self.asked.now)
    }

    /// A mail for the whole release.
    fn of_address(&self, key: MailKey, mut told: MailTold, state: ItemState, before: Option<Zoned>) -> MailItem {
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
        let name = format!("{}-{}", kind_word(key.kind), key.contact);
        MailItem { name, key, due: None, state, answers, before, changed: Vec::new(), mail: None, told }
    }

    /// The mails of tasks, each to every address of its contacts.
    fn of_tasks(&self, all: &mut ReleaseItems<'a>) {
        let planned = self.planned;
        if let Err(fault) = render::refuse_too_many(&planned.plan) {
            all.blocked.push(fault);
            return;
        }
        match mail::mails(&planned.plan, &planned.labels, &planned.others) {
            Ok(mails) => all.mails = mails,
            Err(missing) => {
                let note = render::incomplete(&planned.plan, &missing);
                all.blocked.push(Diagnostic { level: crate::diagnostic::Level::Error, ..note });
            }
        }
        let mut tasks: Vec<&Task> =
            mail::tasks(&planned.plan).iter().filter(|task| mail::is_meant(&planned.plan, task)).collect();
        tasks.sort_by_key(|task| task.due.as_ref().map(Zoned::timestamp));
        let mut written: BTreeSet<String> = BTreeSet::new();
        let mut corrected: BTreeSet<(String, Vec<[String; 2]>)> = BTreeSet::new();
        for task in tasks {
            let mut addresses = BTreeSet::new();
            for contact in task.notify.iter().map(|contact| planned.plan.contact(*contact)) {
                let mail = all
                    .mails
                    .iter()
                    .position(|mail| Some(mail.task_id) == task.mail_id.as_deref() && mail.contact.id == contact.id);
                for to in contact.email.iter().map(|email| &**email) {
                    if !addresses.insert(to) {
                        continue;
                    }
                    let task_id = task.mail_id.as_deref().unwrap_or_default();
                    let mut id = render::message_id(&planned.plan, task_id, &contact.id, &self.domain);
                    if contact.email.len() > 1 {
                        id = render::further_id(&id, &digest(to.as_bytes())[..FIGURES]);
                    }
                    let key = MailKey {
                        kind: MailKind::Notice,
                        task: task_id.to_owned(),
                        contact: contact.id.clone(),
                        to: to.to_owned(),
                        id,
                    };
                    let name =
                        mail.map_or_else(|| format!("{task_id}-{}", contact.id), |mail| all.mails[mail].name.clone());
                    let mut item =
                        self.of_task(task, key, name, mail.map(|at| (at, &all.mails[at])), written.contains(to));
                    written.insert(to.to_owned());
                    if item.key.kind == MailKind::Correction
                        && item.is_due()
                        && !corrected.insert((to.to_owned(), item.changed.clone()))
                    {
                        item.state = ItemState::Sent;
                    }
                    all.items.push(item);
                }
            }
        }
    }

    /// A task's mail to an address. `is_written` says that an earlier one goes to the same address.
    fn of_task(
        &self,
        task: &Task,
        mut key: MailKey,
        name: String,
        mail: Option<(usize, &Mail<'_>)>,
        is_written: bool,
    ) -> MailItem {
        let release = &self.planned.plan.release;
        let past: Vec<&OutboxMail> = self.outbox.to(&key.to).filter(|mail| mail.key.task == key.task).collect();
        let mut item = MailItem {
            name,
            due: task.due.clone(),
            state: ItemState::Waits,
            answers: None,
            before: None,
            changed: Vec::new(),
            mail: mail.map(|(at, _)| at),
            told: mail.map(|(_, mail)| self.told(mail)).unwrap_or_default(),
            key: key.clone(),
        };
        let Some(last) = past.last() else {
            let was_told = self.outbox.to(&key.to).any(|mail| mail.is_told);
            let replaced = self.replaced.and_then(|outbox| outbox.to(&key.to).rev().find(|mail| mail.is_told));
            key.kind = match replaced {
                _ if release.outcome.is_some() => MailKind::Outcome,
                _ if was_told || is_written => MailKind::Reminder,
                Some(old) => {
                    item.answers = Some(old.key.id.clone());
                    let told = self.replaced.and_then(|outbox| told_start(outbox, &key.to));
                    item.before = told.map(|told| told.to_zoned(self.zone.clone()));
                    MailKind::NewDate
                }
                None => MailKind::Notice,
            };
            if item.answers.is_none() {
                item.answers = self.outbox.to(&key.to).rev().find(|mail| mail.is_told).map(|mail| mail.key.id.clone());
            }
            item.state = self.by_date(task);
            item.key = key;
            return item;
        };
        item.key = last.key.clone();
        item.answers = past.iter().rev().skip(1).find(|mail| mail.is_told).map(|mail| mail.key.id.clone());
        let is_told = past.iter().any(|mail| mail.is_told);
        if is_told
            && release.outcome.is_none()
            && let Some((_, mail)) = mail
        {
            item.changed = self.changed(mail, &past, &key.to);
        }
        let is_retried_later = matches!(last.state, SendingState::Refused(code, _) if is_passing(code));
        item.state = match &last.state {
            SendingState::Again => self.unless_over(ItemState::Due),
            SendingState::Refused(..) if last.key.kind == MailKind::Correction => ItemState::Changed,
            SendingState::Refused(..) if is_retried_later => self.by_date(task),
            state => item_state(state, false),
        };
        let is_changed = !item.changed.is_empty();
        if is_changed && matches!(item.state, ItemState::Sent | ItemState::Changed) {
            item.state = ItemState::Changed;
        } else if item.state == ItemState::Changed {
            item.state = ItemState::Sent;
        }
        if is_changed && self.asked.correct && matches!(item.state, ItemState::Changed | ItemState::Unknown) {
            let is_retried = last.key.kind == MailKind::Correction && !last.is_told;
            item.state = self.unless_over(ItemState::Due);
            if !is_retried {
                item.answers = past.iter().rev().find(|mail| mail.is_told).map(|mail| mail.key.id.clone());
                let first = past.first().map_or(&last.key.id, |mail| &mail.key.id);
                item.key.id = render::further_id(first, &(past.len() + 1).to_string());
                item.key.kind = MailKind::Correction;
            }
        }
        item
    }

    /// What a mail says, as the outbox keeps it.
    fn told(&self, mail: &Mail<'_>) -> MailTold {
        let release = &self.planned.plan.release;
        let contact = mail.contact;
        let name = contact.person.as_ref().map_or_else(|| contact.name.to_plain(), ToString::to_string);
        MailTold {
            name: mail::one_line(&name),
            lang: contact.lang.as_ref().unwrap_or(&self.planned.plan.lang).tag().to_owned(),
            start: release.start.as_ref().map(Zoned::timestamp),
            end: release.end.as_ref().map(Zoned::timestamp),
            sequence: None,
            lines: follow_up::facts(mail),
        }
    }

    /// What the reader of a mail knows otherwise than it is now.
    fn changed(&self, mail: &Mail<'_>, past: &[&OutboxMail], to: &str) -> Vec<[String; 2]> {
        let release = &self.planned.plan.release;
        let now = follow_up::facts(mail);
        let Some(last) = past.iter().rev().find(|mail| mail.is_told) else { return Vec::new() };
        // A reader who gets mails in another language now compares nothing.
        if last.told.lang != self.told(mail).lang {
            return Vec::new();
        }
        let mut before = last.told.lines.clone();
        let own = [mail.labels.say(word!("mail.impact")), mail.labels.say(word!("mail.ask"))];
        let later =
            self.outbox.to(to).skip_while(|mail| mail.key.id != last.key.id).skip(1).filter(|mail| mail.is_told);
        for [label, words] in later.flat_map(|mail| &mail.told.lines) {
            if !own.contains(&label.as_str()) && now.iter().any(|[known, _]| known == label) {
                before.retain(|[known, _]| known != label);
                before.push([label.clone(), words.clone()]);
            }
        }
        let mut changed = follow_up::differing(mail.labels, &now, &before);
        let same_start = |mail: &&OutboxMail| mail.told.start == release.start.as_ref().map(Zoned::timestamp);
        let end = self.outbox.to(to).rev().filter(|mail| mail.is_told).find(same_start).map(|mail| mail.told.end);
        if let Some(end) = end.filter(|end| *end != release.end.as_ref().map(Zoned::timestamp)) {
            let line = |end: Option<Zoned>| {
                let label = mail.labels.say(word!("mail.end")).to_owned();
                end.map(|end| [label, words::moment(mail.labels, &end)]).into_iter().collect::<Vec<_>>()
            };
            let [now, before] = [line(release.end.clone()), line(end.map(|end| end.to_zoned(self.zone.clone())))];
            changed.splice(0..0, follow_up::differing(mail.labels, &now, &before));
        }
        changed
    }

    /// How a mail that wasn't sent stands.
    fn by_date(&self, task: &Task) -> ItemState {
        let is_after = self.planned.plan.release.outcome.is_some();
        let Some(due) = &task.due else { return if is_after { ItemState::Due } else { ItemState::Waits } };
        if !is_after && self.is_over() {
            return ItemState::Missed;
        }
        let today = self.asked.now.to_zoned(due.time_zone().clone()).date();
        let is_timed = matches!(task.lead, Lead::Minutes(_)) && self.asked.by.is_none();
        let is_due =
            if is_timed { due.timestamp() <= self.asked.now } else { due.date() <= self.asked.by.unwrap_or(today) };
        if !is_due {
            return ItemState::Waits;
        }
        let days = due.date().until(today).map_or(0, |span| span.get_days());
        if days > 0 { ItemState::Late(days) } else { ItemState::Due }
    }

    fn unless_over(&self, state: ItemState) -> ItemState {
        if self.is_over() && self.planned.plan.release.outcome.is_none() { ItemState::Missed } else { state }
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
