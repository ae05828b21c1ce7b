//! What the mails say: one for each task before the release and each contact that it notifies.
//!
//! A mail is plain text for people who have never seen the flow. It holds no gaps: when something isn't known, there is
//! no mail.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Zoned;

use super::labels::{Labels, fill, word};
use super::template::{TemplateView as _, in_template};
use super::{parts, words};
use crate::plan::{Contact, ContactIx, MadeOf, Plan, Task, UniqueNames, Who};
use crate::text::{Content, Text};

/// One mail.
#[derive(Debug)]
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
        /// Date of the release, in figures.
        pub date: String,
        /// The greeting, with the name of who gets the mail.
        pub greeting: String,
        /// The first sentence: what will be done, and on which day.
        pub opening: String,
        /// What is planned, and the values of the release: label and value of each line.
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

/// Every mail of a plan, in the order of tasks and contacts. `others` are the plan in the other languages of its contacts,
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
    for (index, task) in plan.cold.iter().enumerate() {
        if let Some(on) = task.step.condition.as_ref().filter(|_| !task.notify.is_empty()) {
            // Nobody gets a mail before it is known whether it concerns them.
            let open = on.only.iter().chain(on.unless.iter().flatten());
            open.for_each(|open| missing.add(Missing::Value(open.value)));
        }
        for contact in &task.notify {
            let lang = plan.contact(*contact).lang.as_ref();
            let other = others.iter().find(|(other, _)| Some(&other.lang) == lang);
            let (plan, labels) = other.map_or((plan, labels), |(plan, labels)| (plan, labels));
            let task = &plan.cold[index];
            let needed = missing.start(task);
            let view = view((plan, labels), task, *contact, &mut missing);
            let contact = plan.contact(*contact);
            if let (Some((start, due)), true) = (needed, missing.found.is_empty()) {
                let task_id = task.mail_id.as_deref().unwrap_or_default();
                let name = names.give(&format!("{task_id}-{}", contact.id));
                mails.push(Mail { name, task_id, task, contact, labels, due, view: view(start, due) });
            }
        }
    }
    if missing.found.is_empty() { Ok(mails) } else { Err(missing.found) }
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
        let known = self.plan.release.start.as_ref().zip(task.due.as_ref());
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
    missing: &mut MissingForMails<'a>,
) -> impl FnOnce(&'a Zoned, &'a Zoned) -> MailView<'a> + use<'a> {
    let title = one_line(&missing.plain(&plan.title));
    let contact = plan.contact(contact);
    let who = contact.person.as_ref().map_or_else(|| missing.plain(&contact.name), ToString::to_string);
    let impact = task.impact.as_ref().map(|impact| missing.plain(impact));
    let ask = task.ask.as_ref().map(|ask| missing.plain(ask));
    let only_if = task.step.condition.as_ref().and_then(|on| on.seen.as_ref()).map(|seen| missing.plain(seen));
    let people = people(plan, labels, missing);
    let failure = failure(plan, labels, missing);
    // The value beside the title must be known for a mail; other values appear if they are known.
    let version = plan.title_value.map(|value| &plan.values[value]).filter(|value| value.given.is_none());
    if let Some(version) = version {
        missing.add_name(&version.name, "");
    }
    move |start, due| {
        let day = words::date_long(labels, start.date());
        let with_offset = |moment: &Zoned, words: String| {
            [words.as_str(), labels.say(word!("open")), words::offset(moment).as_str(), labels.say(word!("close"))]
                .concat()
        };
        let mut times = Vec::new();
        times.push([labels.say(word!("start")).to_owned(), with_offset(start, words::moment_long(labels, start))]);
        for clock in &plan.release.also {
            times.push([labels.say(word!("mail.also")).to_owned(), with_offset(clock, words::moment(labels, clock))]);
        }
        if let Some(end) = &plan.release.end {
            times.push([labels.say(word!("mail.end")).to_owned(), words::moment(labels, end)]);
        }
        if let Some(number) = &plan.release.number {
            times.push([labels.say(word!("release-number")).to_owned(), one_line(number)]);
        }
        for value in &plan.values {
            if let Some(given) = &value.given {
                times.push([one_line(&plain(&value.label)), one_line(&given.join(labels.say(word!("list"))))]);
            }
        }
        let mut flow = plan.id.clone();
        if let Some(revision) = &plan.revision {
            flow.push_str(labels.say(word!("comma")));
            flow.push_str(&fill(labels.say(word!("flow-revision")), &[("revision", &one_line(revision))]));
        }
        for part in parts::revisions(labels, plan) {
            flow.push_str(labels.say(word!("comma")));
            flow.push_str(&one_line(&part));
        }
        let lead = words::lead(labels, task.lead);
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
        MailView {
            t: labels.of_section(MailView::STRUCT.noun).collect(),
            open: labels.say(word!("open")),
            close: labels.say(word!("close")),
            colon: labels.say(word!("colon")),
            date: words::date(labels, start.date()),
            greeting: fill(labels.say(word!("mail.greeting")), &[("who", &one_line(&who))]),
            opening: fill(labels.say(word!("mail.opening")), &[("date", &day), ("title", &title)]),
            title,
            times,
            impact,
            ask,
            people,
            failure,
            runbook: plan.runbook.as_deref(),
            flow,
            digest: &plan.digest,
            due,
        }
    }
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
    let Some(decision) = &plan.decision else {
        return (!plan.rollback.is_empty()).then(|| format!("{}{stop}", labels.say(word!("mail.failure-plain"))));
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
