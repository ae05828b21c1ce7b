//! The mails of tasks: each to every address of its contacts, once, and again where what it said doesn't hold any more.

use std::collections::BTreeSet;

use jiff::Zoned;

use super::{FIGURES, ItemMaking, ItemState, MailItem, ReleaseItems, is_passing, item_state, told_start};
use crate::diagnostic::{Diagnostic, Level};
use crate::outbox::{MailKey, MailKind, MailTold, OutboxMail, SendingState};
use crate::plan::{Lead, Task};
use crate::render;
use crate::source::digest;
use crate::view::labels::word;
use crate::view::mail::{self, Mail};
use crate::view::{follow_up, words};

impl<'a> ItemMaking<'a, '_> {
    /// The mails of tasks, each to every address of its contacts.
    pub(super) fn of_tasks(&self, all: &mut ReleaseItems<'a>) {
        let planned = self.planned;
        if let Err(fault) = render::refuse_too_many(&planned.plan) {
            all.blocked.push(fault);
            return;
        }
        match mail::mails(&planned.plan, &planned.labels, &planned.others) {
            Ok(mails) => all.mails = mails,
            Err(missing) => {
                let note = render::incomplete(&planned.plan, &missing);
                all.blocked.push(Diagnostic { level: Level::Error, ..note });
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
                    if contact.email.len() > 1 || self.outbox.is_taken(&id, to) {
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
                    let mail = mail.map(|at| (at, &all.mails[at]));
                    let mut item = self.of_task(task, key, name, mail, written.contains(to));
                    let further = self.further(task, &item);
                    written.insert(to.to_owned());
                    if item.key.kind == MailKind::Correction
                        && item.is_due()
                        && !corrected.insert((to.to_owned(), item.changed.clone()))
                    {
                        item.state = ItemState::Sent;
                    }
                    // What is written in full corrects as well.
                    let is_overtaken = item.key.kind == MailKind::Correction && item.is_due();
                    if !(is_overtaken && further.as_ref().is_some_and(MailItem::is_due)) {
                        all.items.push(item);
                    }
                    all.items.extend(further);
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
            sent: past.iter().rev().find(|mail| mail.is_told).and_then(|mail| self.sent_at(mail)),
            state: ItemState::Waits,
            answers: None,
            before: None,
            takes_back: false,
            changed: Vec::new(),
            mail: mail.map(|(at, _)| at),
            told: mail.map(|(_, mail)| self.told(mail)).unwrap_or_default(),
            key: key.clone(),
        };
        let Some(last) = past.last() else {
            let was_told = self.outbox.to(&key.to).any(|mail| mail.is_told);
            let replaces = self.replaced.is_some_and(|outbox| outbox.to(&key.to).any(|mail| mail.is_told));
            key.kind = match release.outcome {
                Some(_) => MailKind::Outcome,
                None if was_told || is_written => MailKind::Reminder,
                None if replaces => MailKind::NewDate,
                None => MailKind::Notice,
            };
            item.answers = self.last_told(&key.to);
            item.state = self.by_date(task);
            item.takes_back = self.takes_back(&key);
            item.key = key;
            self.replace(&mut item);
            return item;
        };
        item.key = last.key.clone();
        item.answers = past.iter().rev().skip(1).find(|mail| mail.is_told).map(|mail| mail.key.id.clone());
        item.takes_back = self.takes_back(&item.key);
        self.replace(&mut item);
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

    /// What a mail says of the release whose place this one takes.
    fn replace(&self, item: &mut MailItem) {
        let Some(outbox) = self.replaced.filter(|_| item.key.kind == MailKind::NewDate) else { return };
        let told = outbox.to(&item.key.to).rev().find(|mail| mail.is_told);
        item.answers = item.answers.take().or_else(|| told.map(|mail| mail.key.id.clone()));
        item.before = told_start(outbox, &item.key.to).map(|told| told.to_zoned(self.zone.clone()));
    }

    /// The Message-ID of the last mail that told an address something.
    fn last_told(&self, to: &str) -> Option<String> {
        self.outbox.to(to).rev().find(|mail| mail.is_told).map(|mail| mail.key.id.clone())
    }

    /// Whether a mail tells another outcome than its reader was told.
    fn takes_back(&self, key: &MailKey) -> bool {
        let Some(outcome) = self.planned.plan.release.outcome else { return false };
        let is_of_outcome = |mail: &&OutboxMail| mail.is_told && mail.key.kind == MailKind::Outcome;
        let told = self.outbox.to(&key.to).rev().filter(is_of_outcome).find(|mail| mail.key.id != key.id);
        let Some(told) = told else { return false };
        if let Some(said) = &told.told.outcome {
            return said != outcome.word();
        }
        // What older programs sent says only by its task of which outcomes it was.
        let mut tasks = self.planned.plan.after.iter().filter(|task| mail::is_meant(&self.planned.plan, task));
        tasks.all(|task| task.mail_id.as_ref() != Some(&told.key.task))
    }

    /// The mail of a task once more: a reminder of a start that doesn't hold any more, if it is due after its reader was told the new one;
    /// how it went, if its reader was told otherwise. `item` is the mail that was sent.
    fn further(&self, task: &Task, item: &MailItem) -> Option<MailItem> {
        let release = &self.planned.plan.release;
        let past: Vec<&OutboxMail> =
            self.outbox.to(&item.key.to).filter(|mail| mail.key.task == item.key.task).collect();
        let last = past.iter().rev().find(|mail| mail.key.kind != MailKind::Correction).filter(|mail| mail.is_told)?;
        let first = past.first().map_or(&last.key.id, |mail| &mail.key.id);
        let id = render::further_id(first, &(past.len() + 1).to_string());
        let key = MailKey { id, ..last.key.clone() };
        let takes_back = self.takes_back(&key);
        let is_wanted = match key.kind {
            MailKind::Reminder => release.outcome.is_none() && self.is_of_other_start(task, last),
            MailKind::Outcome => takes_back,
            _ => false,
        };
        is_wanted.then(|| MailItem {
            key,
            sent: None,
            state: self.by_date(task),
            answers: self.last_told(&item.key.to),
            takes_back,
            changed: Vec::new(),
            ..item.clone()
        })
    }

    /// Whether a reminder was of another start, and is due again after its reader was told that of the release.
    fn is_of_other_start(&self, task: &Task, reminder: &OutboxMail) -> bool {
        let start = self.planned.plan.release.start.as_ref().map(Zoned::timestamp);
        let is_other = reminder.told.start.is_some() && reminder.told.start != start;
        let (Some(due), true) = (&task.due, is_other) else { return false };
        let names_it =
            |mail: &&OutboxMail| mail.is_told && mail.told.start == start && mail.key.kind != MailKind::Correction;
        let told = self.outbox.to(&reminder.key.to).rev().find(names_it);
        let told = told.map_or(self.asked.now, |mail| mail.at);
        let is_timed = matches!(task.lead, Lead::Minutes(_));
        if is_timed { due.timestamp() > told } else { due.date() > told.to_zoned(due.time_zone().clone()).date() }
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
            outcome: release.outcome.map(|outcome| outcome.word().to_owned()),
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
