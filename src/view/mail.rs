//! What the mails say: one for each task before the release and each contact that it notifies.
//!
//! A mail is plain text for people who have never seen the flow. It holds no gaps: when something isn't known, there is
//! no mail.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Zoned;

use super::labels::{Labels, fill, word};
use super::template::{TemplateView as _, in_template};
use super::{clocks, notice, parts, words};
use crate::outbox::MailKind;
use crate::plan::{Contact, ContactIx, MadeOf, Plan, Task, UniqueNames, Who};
use crate::text::{Content, Text};

/// One mail.
#[derive(Debug, Clone)]
pub struct Mail<'a> {
    /// File name without its ending: what the task's mails go by, and the contact, such as `announce-site-apps`. Unique;
    /// letters, digits, `-` and `_`.
    pub name: String,
    /// What the task's mails go by.
    pub task_id: &'a str,
    /// The task that sends it.
    pub task: &'a Task,
    /// Who gets it.
    pub contact: &'a Contact,
    /// The labels of its language.
    pub labels: &'a Labels,
    /// When it is due.
    pub due: &'a Zoned,
    /// What it is for its reader: an outcome, or else a notice, or a reminder where an earlier task writes to the same contact.
    pub kind: MailKind,
    /// The day of the release in words.
    pub day: String,
    /// How many of the view's `times` are times; what follows them are number and values.
    pub clocks: usize,
    /// What its templates see.
    pub view: MailView<'a>,
}

in_template! {
    /// What the text and the subject of a mail are made from. The strings are plain text, without markup.
    pub struct MailView<'a> "mail" {
        /// Words of ours, by name: those that all templates have, and those of the mails.
        pub t: BTreeMap<&'static str, &'a str>,
        /// The opening bracket of the language, with the space before it.
        pub open: &'a str,
        /// The closing bracket of the language.
        pub close: &'a str,
        /// The colon of the language, with the space behind it.
        pub colon: &'a str,
        /// The title of the flow, on one line.
        pub title: String,
        /// What the mail is: a notice, a reminder, a correction and so on; the first words of its subject.
        pub notice: &'a str,
        /// Date of the release, in figures.
        pub date: String,
        /// What the subject says between the kind of mail and the date: the task's own subject or the title, on one line.
        pub subject: String,
        /// The greeting, with the name of who gets the mail.
        pub greeting: String,
        /// The first sentence: what will be done, and on which day.
        pub opening: String,
        /// What is planned, and the values of the release that its reader is told: label and value of each line.
        pub times: Vec<[String; 2]>,
        /// What its reader will notice.
        pub impact: Option<String>,
        /// What its reader is asked to do.
        pub ask: Option<String>,
        /// Whom to ask: role, and name with number.
        pub people: Vec<[String; 2]>,
        /// What happens if it fails.
        pub failure: Option<String>,
        /// Address of the published runbook.
        pub runbook: Option<&'a str>,
        /// Id and revision of the flow.
        pub flow: String,
        /// SHA-256 of the flow file, hexadecimal.
        pub digest: &'a str,
        /// When the mail is sent, and on what condition.
        pub due: String,
    }
}

/// What a mail needs and nobody has given yet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    /// A value that the release has to give, as an index into [`Plan::values`].
    Value(usize),
    /// `start`, `operator`, or the label of what is written down during the procedure.
    Other(String),
}

/// Every mail of a plan, in the order of tasks and contacts: for the tasks before the release or, once its outcome is known, for
/// those after it that belong to this outcome. `others` are the plan in the other languages of its contacts,
/// which [`Plan::mail_langs`] names; a mail is in its contact's language if that is among them.
///
/// # Errors
/// What isn't known yet, each once, in the order in which a mail needs it. A value that follows from others isn't among
/// it, but those that it follows from.
pub fn mails<'a>(
    plan: &'a Plan,
    labels: &'a Labels,
    others: &'a [(Plan, Labels)],
) -> Result<Vec<Mail<'a>>, Vec<Missing>> {
    let mut missing = MissingForMails::new(plan);
    let mut mails = Vec::new();
    let mut names = UniqueNames::default();
    for (index, task) in tasks(plan).iter().enumerate().filter(|(_, task)| is_meant(plan, task)) {
        if let Some(on) = task.step.condition.as_ref().filter(|_| !task.notify.is_empty()) {
            // Nobody gets a mail before it is known whether it concerns them.
            let open = on.only.iter().chain(on.unless.iter().flatten());
            open.for_each(|open| missing.add(Missing::Value(open.value)));
        }
        for contact in &task.notify {
            let kind = kind(plan, index, *contact);
            let lang = plan.contact(*contact).lang.as_ref();
            let other = others.iter().find(|(other, _)| Some(&other.lang) == lang);
            let (plan, labels) = other.map_or((plan, labels), |(plan, labels)| (plan, labels));
            let task = &tasks(plan)[index];
            let needed = missing.start(task);
            let view = view((plan, labels), task, *contact, kind, &mut missing);
            let contact = plan.contact(*contact);
            if let (Some((start, due)), true) = (needed, missing.found.is_empty()) {
                let task_id = task.mail_id.as_deref().unwrap_or_default();
                let name = names.give(&format!("{task_id}-{}", contact.id));
                let (view, clocks) = view(start, due);
                let day = words::date_long(labels, start.date());
                mails.push(Mail { name, task_id, task, contact, labels, due, kind, day, clocks, view });
            }
        }
    }
    if missing.found.is_empty() { Ok(mails) } else { Err(missing.found) }
}

/// The tasks that mails are written for: those after the release once its outcome is known, and those before it until then.
#[must_use]
pub fn tasks(plan: &Plan) -> &[Task] {
    if plan.release.outcome.is_some() { &plan.after } else { &plan.cold }
}

/// Whether mails are written for one of these tasks: it belongs to the outcome.
#[must_use]
pub fn is_meant(plan: &Plan, task: &Task) -> bool {
    plan.release.outcome.is_none_or(|outcome| task.outcomes.contains(&outcome))
}

/// The values that stand in the mails of a task: those that it mentions or, where it doesn't say, the one beside the title. What else a
/// release gives, such as names of hosts, is no concern of who gets them.
#[must_use]
pub fn mentioned<'a>(plan: &'a Plan, task: &'a Task) -> &'a [usize] {
    task.mention.as_deref().unwrap_or(plan.title_value.as_slice())
}

/// What a mail of a task is for a contact.
fn kind(plan: &Plan, index: usize, contact: ContactIx) -> MailKind {
    if plan.release.outcome.is_some() {
        return MailKind::Outcome;
    }
    let place = |index: usize| (plan.cold[index].due.as_ref().map(Zoned::timestamp), index);
    let is_earlier = |(other, task): (usize, &Task)| place(other) < place(index) && task.notify.contains(&contact);
    if plan.cold.iter().enumerate().any(is_earlier) { MailKind::Reminder } else { MailKind::Notice }
}

/// Collects what mails need and the release doesn't give.
struct MissingForMails<'a> {
    plan: &'a Plan,
    /// The values by their names, as indices into [`Plan::values`].
    values: BTreeMap<&'a str, usize>,
    /// Each of them once, in the order in which they were needed.
    found: Vec<Missing>,
    known: BTreeSet<Missing>,
    /// The names that follow from others and were looked at.
    walked: BTreeSet<&'a str>,
}

impl<'a> MissingForMails<'a> {
    fn new(plan: &'a Plan) -> Self {
        let values = plan.values.iter().enumerate().map(|(index, value)| (&*value.name, index)).collect();
        Self { plan, values, found: Vec::new(), known: BTreeSet::new(), walked: BTreeSet::new() }
    }

    fn add(&mut self, missing: Missing) {
        if self.known.insert(missing.clone()) {
            self.found.push(missing);
        }
    }

    fn add_other(&mut self, name: &str) {
        self.add(Missing::Other(name.to_owned()));
    }

    /// Adds what a name that isn't known stands for: what it follows from, in place of what follows from others. `label` names
    /// what is no value.
    fn add_name(&mut self, name: &'a str, label: &str) {
        let mut names = vec![name];
        while let Some(name) = names.pop() {
            match (self.plan.made_of.get(name), self.values.get(name)) {
                (Some(_), _) if !self.walked.insert(name) => {}
                (Some(MadeOf::Names(needed)), _) => names.extend(needed.iter().rev().map(|name| &**name)),
                (Some(MadeOf::Start), _) if self.plan.release.start.is_none() => self.add_other("start"),
                (None, Some(value)) if self.plan.values[*value].given.is_none() => self.add(Missing::Value(*value)),
                (None, None) => self.add_other(label),
                _ => {}
            }
        }
    }

    fn start(&mut self, task: &'a Task) -> Option<(&'a Zoned, &'a Zoned)> {
        let start = self.plan.release.start.as_ref();
        // How it went is told at once where nobody could know beforehand when it would end.
        let at_once = start.filter(|_| self.plan.release.outcome.is_some());
        let known = start.zip(task.due.as_ref().or(at_once));
        if known.is_none() {
            self.add_other("start");
        }
        known
    }

    /// A text as plain words. What its gaps ask for counts as missing.
    fn plain(&mut self, text: &'a Text) -> String {
        for run in &text.runs {
            if let Content::Blank(gap) = &run.content {
                gap.name().into_iter().for_each(|name| self.add_name(name, &gap.words));
            }
        }
        plain(text)
    }
}

/// A text without markup. The address of a link follows its words.
fn plain(text: &Text) -> String {
    let mut out = String::new();
    let mut runs = text.runs.iter().peekable();
    let mut words = String::new();
    while let Some(run) = runs.next() {
        let more = match &run.content {
            Content::Chars(chars) => chars,
            Content::Break => "\n",
            Content::Blank(_) | Content::PageOf(_) | Content::Found(_) => "",
        };
        out.push_str(more);
        let Some(link) = &run.style.link else { continue };
        words.push_str(more);
        if runs.peek().is_none_or(|next| next.style.link.as_ref() != Some(link)) {
            if words != **link && !link.starts_with('#') {
                out.extend([" (", link, ")"]);
            }
            words.clear();
        }
    }
    out.trim().to_owned()
}

/// Prepares the view of one mail, and adds what is missing. The result makes the view from the start and the time at which the
/// mail is due.
fn view<'a>(
    (plan, labels): (&'a Plan, &'a Labels),
    task: &'a Task,
    contact: ContactIx,
    kind: MailKind,
    missing: &mut MissingForMails<'a>,
) -> impl FnOnce(&'a Zoned, &'a Zoned) -> (MailView<'a>, usize) + use<'a> {
    let title = one_line(&missing.plain(&plan.title));
    let contact = plan.contact(contact);
    let who = contact.person.as_ref().map_or_else(|| missing.plain(&contact.name), ToString::to_string);
    let impact = task.impact.as_ref().map(|impact| missing.plain(impact));
    let ask = task.ask.as_ref().map(|ask| missing.plain(ask));
    let only_if = task.step.condition.as_ref().and_then(|on| on.seen.as_ref()).map(|seen| missing.plain(seen));
    let people = people(plan, labels, missing);
    let failure = failure(plan, labels, missing);
    let subject = task.subject.as_ref().map_or_else(|| title.clone(), |subject| one_line(&missing.plain(subject)));
    for value in mentioned(plan, task) {
        if plan.values[*value].given.is_none() {
            missing.add_name(&plan.values[*value].name, "");
        }
    }
    move |start, due| {
        let day = words::date_long(labels, start.date());
        let mut times = times(plan, labels, start);
        let clocks = times.len();
        if let Some(number) = &plan.release.number {
            times.push([labels.say(word!("release-number")).to_owned(), one_line(number)]);
        }
        for value in mentioned(plan, task).iter().map(|value| &plan.values[*value]) {
            if let Some(given) = &value.given {
                times.push([one_line(&plain(&value.label)), one_line(&given.join(labels.say(word!("list"))))]);
            }
        }
        let after = plan.release.outcome.is_some();
        let lead = if after { words::lag(labels, task.lead) } else { words::lead(labels, task.lead) };
        let mut due = [
            words::due(labels, task.lead, due).as_str(),
            labels.say(word!("open")),
            lead.as_str(),
            labels.say(word!("close")),
        ]
        .concat();
        // Whoever sends it must see what has to be so.
        if let Some(only_if) = &only_if {
            due.push_str(labels.say(word!("dot")));
            due.push_str(&fill(labels.say(word!("if")), &[("what", &one_line(only_if))]));
        }
        let opening = notice::opening(labels, kind, (&title, &day), None, plan.release.outcome);
        let view = MailView {
            date: words::date(labels, start.date()),
            subject,
            greeting: greeting(labels, &who),
            times,
            impact,
            ask,
            people,
            failure: failure.filter(|_| !after),
            due,
            ..frame((plan, labels), kind, title, opening)
        };
        (view, clocks)
    }
}

/// The words that greet somebody.
pub(super) fn greeting(labels: &Labels, who: &str) -> String {
    fill(labels.say(word!("mail.greeting")), &[("who", &one_line(who))])
}

/// When it begins, here and elsewhere, and when it is over: label and time of each line.
pub(super) fn times(plan: &Plan, labels: &Labels, start: &Zoned) -> Vec<[String; 2]> {
    let with_offset = |moment: &Zoned, words: String| {
        [words.as_str(), labels.say(word!("open")), words::offset(moment).as_str(), labels.say(word!("close"))].concat()
    };
    let mut times = Vec::new();
    times.push([labels.say(word!("start")).to_owned(), with_offset(start, words::moment_long(labels, start))]);
    for clock in &plan.release.also {
        times.push([labels.say(word!("mail.also")).to_owned(), clocks::moment_elsewhere(labels, clock)]);
    }
    if let Some(end) = &plan.release.end {
        times.push([labels.say(word!("mail.end")).to_owned(), words::moment(labels, end)]);
    }
    times
}

/// A mail with its first and its last lines, and nothing between them.
pub(super) fn frame<'a>(
    (plan, labels): (&'a Plan, &'a Labels),
    kind: MailKind,
    title: String,
    opening: String,
) -> MailView<'a> {
    let mut flow = plan.id.clone();
    if let Some(revision) = &plan.revision {
        flow.push_str(labels.say(word!("comma")));
        flow.push_str(&fill(labels.say(word!("flow-revision")), &[("revision", &one_line(revision))]));
    }
    for part in parts::revisions(labels, plan) {
        flow.push_str(labels.say(word!("comma")));
        flow.push_str(&one_line(&part));
    }
    MailView {
        t: labels.of_section(MailView::STRUCT.noun).collect(),
        open: labels.say(word!("open")),
        close: labels.say(word!("close")),
        colon: labels.say(word!("colon")),
        subject: title.clone(),
        title,
        notice: notice::name(labels, kind),
        date: String::new(),
        greeting: String::new(),
        opening,
        times: Vec::new(),
        impact: None,
        ask: None,
        people: Vec::new(),
        failure: None,
        runbook: plan.runbook.as_deref(),
        flow,
        digest: &plan.digest,
        due: String::new(),
    }
}

/// The people to ask, as far as they are known.
pub(super) fn known_people(plan: &Plan, labels: &Labels) -> Vec<[String; 2]> {
    people(plan, labels, &mut MissingForMails::new(plan))
}

/// The title of the procedure on one line.
#[must_use]
pub fn title(plan: &Plan) -> String {
    one_line(&plain(&plan.title))
}

/// The people to ask: role, and name with number. At least one must be known.
fn people<'a>(plan: &'a Plan, labels: &Labels, missing: &mut MissingForMails<'a>) -> Vec<[String; 2]> {
    let mut people = Vec::new();
    for (role, person) in
        [(labels.say(word!("operator")), &plan.release.operator), (labels.say(word!("checker")), &plan.release.checker)]
    {
        let Some(name) = &person.name else { continue };
        let phone = person.phone.as_ref().map_or_else(String::new, |phone| format!(" {phone}"));
        people.push([role.to_owned(), one_line(&format!("{name}{phone}"))]);
    }
    if let Some(owner) = &plan.owner {
        people.push([labels.say(word!("owner")).to_owned(), one_line(&missing.plain(owner))]);
    }
    if people.is_empty() {
        missing.add_other("operator");
    }
    people
}

fn failure<'a>(plan: &'a Plan, labels: &Labels, missing: &mut MissingForMails<'a>) -> Option<String> {
    let stop = labels.say(word!("mail.stop"));
    if plan.rollback.is_empty() {
        return None;
    }
    let Some(decision) = &plan.decision else {
        return Some(format!("{}{stop}", labels.say(word!("mail.failure-plain"))));
    };
    let who = match decision.decider {
        Who::Contact(contact) => one_line(&missing.plain(&plan.contact(contact).name)),
        who => words::who(plan, labels, who),
    };
    let mut parts = vec![fill(labels.say(word!("mail.failure")), &[("who", &who)])];
    for (name, time) in [(word!("mail.latest"), &decision.latest), (word!("mail.window"), &decision.window_end)] {
        parts.extend(time.as_ref().map(|time| fill(labels.say(name), &[("time", &words::moment(labels, time))])));
    }
    Some(parts.join(labels.say(word!("comma"))) + stop)
}

/// A text on one line: line breaks and control characters become spaces, several in a row one space.
#[must_use]
pub fn one_line(words: &str) -> String {
    let spaced: String = words.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
