//! What the runbook says, in order, as Markdown strings for its template.
//!
//! Every string that holds the author's words is escaped already; the template only puts them where they belong.

use std::collections::BTreeMap;

use serde::Serialize;

use self::step::{ItemView, StepView, TaskView};
use super::labels::{Labels, Word, fill, word};
use super::{chart, markdown, words};
use crate::plan::{Allowed, AllowedAt, Block, Lead, Person, Plain, Plan, Reading, RecordKind, StepIx, Task};
use crate::text::{Content, Text};

mod front;
mod step;

/// A line to write on.
const BLANK: &str = "`____`";

/// The whole runbook.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "each field is the part of the runbook that its name says")]
pub struct Runbook<'a> {
    /// The words of ours, by name: those that outputs share, and section `[runbook]` of the language's label file.
    pub t: BTreeMap<&'static str, &'a str>,
    /// What stands between a label and its value.
    pub colon: &'a str,
    /// YAML, without the lines of dashes around it.
    pub front: String,
    pub title: String,
    pub about: Option<String>,
    /// Label and value of each line; both for cells.
    pub identity: Vec<[String; 2]>,
    pub decision: Option<DecisionView>,
    pub contacts: Vec<ContactView>,
    pub cold: Vec<TaskView>,
    /// Of the operator and of the checker, those that have any.
    pub prepare: Vec<PrepareView>,
    pub readings: Vec<ReadingView>,
    /// Mermaid; `None` when the chart would be too large to be shown.
    pub chart: Option<String>,
    pub hot: Vec<BlockView>,
    pub rollback: Vec<BlockView>,
    pub after: Vec<TaskView>,
    /// Where, which rule and why: rules that are broken on purpose; for cells.
    pub allowed: Vec<[String; 3]>,
    /// SHA-256 of the flow file, hexadecimal.
    pub digest: &'a str,
}

/// When to roll back.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see `Runbook`")]
pub struct DecisionView {
    pub decides: String,
    pub when: Vec<String>,
    /// Each with what it is the time of.
    pub times: Vec<String>,
}

/// A contact; every field for a cell.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see `Runbook`")]
pub struct ContactView {
    pub role: String,
    pub person: String,
    pub phone: String,
    pub mail: String,
}

/// What one of the two people prepares.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see `Runbook`")]
pub struct PrepareView {
    pub who: String,
    pub items: Vec<ItemView>,
    pub handover: Option<String>,
}

/// A table of readings.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see `Runbook`")]
pub struct ReadingView {
    /// Target of links to it.
    pub anchor: String,
    pub title: String,
    /// Heads of the columns between item and relation.
    pub columns: Vec<String>,
    /// Item and relation of each row.
    pub rows: Vec<[String; 2]>,
}

/// A block of steps.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see `Runbook`")]
pub struct BlockView {
    /// `R`, `S`, … of a rollback.
    pub letter: Option<char>,
    pub title: String,
    pub atomic: bool,
    /// Duration, element of a list, until when it is valid: a line each.
    pub facts: Vec<String>,
    pub note: Option<String>,
    pub caution: Option<String>,
    pub warning: Option<String>,
    pub steps: Vec<StepView>,
    /// What must hold before the next element of a list.
    pub gate: Vec<ItemView>,
}

/// What the writers of every part need.
#[derive(Clone, Copy)]
struct Writer<'a> {
    plan: &'a Plan,
    labels: &'a Labels,
}

/// The runbook of a plan.
#[must_use]
pub fn runbook<'a>(plan: &'a Plan, labels: &'a Labels) -> Runbook<'a> {
    let writer = Writer { plan, labels };
    Runbook {
        t: labels.of_section("runbook").collect(),
        colon: labels.say(word!("colon")),
        front: front::matter(plan),
        title: markdown::line(labels, &plan.title),
        about: plan.about.as_ref().map(|about| writer.flow(about)),
        identity: writer.identity(),
        decision: writer.decision(),
        contacts: writer.contacts(),
        cold: writer.tasks(&plan.cold, words::lead),
        prepare: writer.prepare(),
        readings: plan.readings.iter().enumerate().map(|(index, reading)| writer.reading(index, reading)).collect(),
        chart: chart::graph(plan, labels).mermaid(),
        hot: plan.hot.iter().map(|block| writer.block(block)).collect(),
        rollback: plan.rollback.iter().map(|block| writer.block(block)).collect(),
        after: writer.tasks(&plan.after, words::lag),
        allowed: plan.allowed.iter().map(|allowed| writer.allowed(allowed)).collect(),
        digest: &plan.digest,
    }
}

impl<'a> Writer<'a> {
    fn flow(&self, text: &Text) -> String {
        markdown::flow(self.labels, text)
    }

    fn cell(&self, text: &Text) -> String {
        markdown::cell(self.labels, text)
    }

    /// A string of the release's, which has no markup at all.
    fn raw_cell(&self, words: &str) -> String {
        self.cell(&self.text(words))
    }

    fn text(&self, words: &str) -> Text {
        Text::plain(&self.plan.lang, words)
    }

    /// A word of ours.
    fn label(&self, word: Word) -> &'a str {
        self.labels.say(word)
    }

    /// A label with a text in the place of its only name.
    fn around(&self, label: Word, name: &str, inside: &Text) -> Text {
        let mut text = Text::empty(self.plan.lang.clone());
        words::around(&mut text, self.label(label), name, |text| text.append(inside));
        text
    }

    /// The number of a step, leading to it.
    fn link(&self, step: StepIx) -> Text {
        let mut text = self.text(&self.plan.step(step).number.to_string());
        for run in &mut text.runs {
            run.style.link = Some(format!("#{}", words::step_anchor(self.plan, step)).into());
        }
        text
    }

    fn links(&self, steps: &[StepIx]) -> Text {
        let mut text = Text::empty(self.plan.lang.clone());
        for (index, step) in steps.iter().enumerate() {
            if index > 0 {
                text.push_str(self.labels.say(word!("list")));
            }
            text.append(&self.link(*step));
        }
        text
    }

    fn identity(&self) -> Vec<[String; 2]> {
        let (plan, labels) = (self.plan, self.labels);
        let release = &plan.release;
        let blank = || BLANK.to_owned();
        let mut rows: Vec<(String, String)> = Vec::new();
        let mut row = |label: Word, value: String| rows.push((self.label(label).to_owned(), value));
        row(word!("release-number"), release.number.as_ref().map_or_else(blank, |number| self.raw_cell(number)));
        let mut start = release
            .start
            .as_ref()
            .map_or_else(blank, |start| format!("{} {}", words::moment_long(labels, start), words::offset(start)));
        for clock in &release.also {
            start.extend(["<br>", &words::moment(labels, clock), " ", &words::offset(clock)]);
        }
        row(word!("planned-start"), start);
        if let Some(end) = &release.end {
            row(word!("planned-end"), words::moment(labels, end));
        }
        if let Some(n) = plan.minutes {
            row(word!("runbook.duration"), words::minutes(labels, n));
        }
        rows.push((labels.say(word!("operator")).to_owned(), self.person(&release.operator)));
        rows.push((labels.say(word!("checker")).to_owned(), self.person(&release.checker)));
        for value in &plan.values {
            let given =
                value.given.as_ref().map_or_else(blank, |given| self.raw_cell(&given.join(labels.say(word!("list")))));
            rows.push((self.cell(&value.label), given));
        }
        let mut row = |label: Word, value: String| rows.push((self.label(label).to_owned(), value));
        if let Some(revision) = &plan.revision {
            let mut words = self.raw_cell(revision);
            if let Some(date) = plan.revised {
                let revised = fill(self.label(word!("runbook.revised")), &[("date", &words::date(labels, date))]);
                words.extend([labels.say(word!("open")), &revised, labels.say(word!("close"))]);
            }
            row(word!("runbook.revision"), words);
        }
        if let Some(owner) = &plan.owner {
            row(word!("owner"), self.cell(owner));
        }
        if let Some(link) = &plan.runbook {
            row(word!("runbook.published"), self.cell(&self.address(link)));
        }
        rows.into_iter().map(|(label, value)| [label, value]).collect()
    }

    fn address(&self, link: &str) -> Text {
        let mut text = self.text(link);
        for run in &mut text.runs {
            run.style.link = Some(link.into());
        }
        text
    }

    fn person(&self, person: &Person) -> String {
        let Some(name) = &person.name else { return BLANK.to_owned() };
        match &person.phone {
            Some(phone) => self.raw_cell(&format!("{name} {phone}")),
            None => self.raw_cell(name),
        }
    }

    fn decision(&self) -> Option<DecisionView> {
        let decision = self.plan.decision.as_ref()?;
        let labels = self.labels;
        let who = self.text(&words::who(self.plan, self.labels, decision.decider));
        let mut times = Vec::new();
        let mut time = |label: Word, words: String| {
            times.push(format!("{}{}{words}", self.label(label), labels.say(word!("colon"))))
        };
        if let Some(end) = &decision.window_end {
            time(word!("runbook.window-end"), words::moment(labels, end));
        } else if let Some(window) = decision.window {
            time(word!("runbook.window-end"), words::time_of_day(labels, window));
        }
        if let Some(n) = self.plan.rollback_minutes {
            time(word!("runbook.rollback-duration"), words::minutes(labels, n));
        }
        if let Some(latest) = &decision.latest {
            time(word!("runbook.latest"), words::moment(labels, latest));
        }
        Some(DecisionView {
            decides: self.flow(&self.around(word!("runbook.decides"), "who", &who)),
            when: decision.when.iter().map(|when| self.flow(when)).collect(),
            times,
        })
    }

    fn contacts(&self) -> Vec<ContactView> {
        let or_nothing = |words: &Option<Plain>| words.as_ref().map_or_else(String::new, |words| self.raw_cell(words));
        let contacts = self.plan.contacts.iter();
        contacts
            .map(|contact| ContactView {
                role: self.cell(&contact.name),
                person: or_nothing(&contact.person),
                phone: or_nothing(&contact.phone),
                mail: self.raw_cell(&contact.email.join("\n")),
            })
            .collect()
    }

    fn prepare(&self) -> Vec<PrepareView> {
        let labels = self.labels;
        let mut views = Vec::new();
        for (index, who) in [labels.say(word!("operator")), labels.say(word!("checker"))].into_iter().enumerate() {
            let items = self.items(&self.plan.prepare[index], None);
            let handover = self.plan.handover[index].as_ref();
            if !items.is_empty() || handover.is_some() {
                let handover = handover.map(|words| self.flow(&self.around(word!("runbook.handover"), "words", words)));
                views.push(PrepareView { who: who.to_owned(), items, handover });
            }
        }
        views
    }

    fn tasks(&self, tasks: &[Task], distance: fn(&Labels, Lead) -> String) -> Vec<TaskView> {
        tasks.iter().map(|task| self.task(task, distance(self.labels, task.lead))).collect()
    }

    fn allowed(&self, allowed: &Allowed) -> [String; 3] {
        let blocks = || self.plan.hot.iter().chain(&self.plan.rollback);
        let place = match &allowed.at {
            AllowedAt::Flow => self.text(self.label(word!("runbook.allowed-flow"))),
            AllowedAt::Block(index) => blocks().nth(*index).map_or_else(|| self.text(""), |block| block.title.clone()),
            AllowedAt::Step(step) => self.link(*step),
            AllowedAt::Task(number) => self.text(&number.to_string()),
        };
        [self.cell(&place), self.raw_cell(&allowed.rule), self.cell(&allowed.reason)]
    }

    fn reading(&self, index: usize, reading: &Reading) -> ReadingView {
        let take = reading.take.map(|step| self.around(word!("runbook.taken"), "step", &self.link(step)));
        let compare =
            reading.compare.iter().map(|step| self.around(word!("runbook.compared"), "step", &self.link(*step)));
        let rows = reading.rows.iter().map(|row| {
            let labels = self.labels;
            let mut item = row.item.clone();
            let hint = match (row.record, &row.unit) {
                (_, Some(unit)) => Some(unit.clone()),
                (RecordKind::Number, None) => Some(self.text(self.label(word!("runbook.record-number")))),
                (RecordKind::List, None) => Some(self.text(self.label(word!("runbook.record-list")))),
                (RecordKind::Text, None) => None,
            };
            if let Some(hint) = hint {
                item.push_str(labels.say(word!("open")));
                item.append(&hint);
                item.push_str(labels.say(word!("close")));
            }
            [self.cell(&item), self.raw_cell(&words::relation(labels, &row.relation))]
        });
        ReadingView {
            anchor: format!("reading-{}", index + 1),
            title: markdown::line(self.labels, &reading.title),
            columns: take.into_iter().chain(compare).map(|head| self.cell(&head)).collect(),
            rows: rows.collect(),
        }
    }

    fn block(&self, block: &Block) -> BlockView {
        let labels = self.labels;
        let mut facts = Vec::new();
        if let Some(instance) = &block.instance {
            let (index, of) = ((instance.index + 1).to_string(), instance.of.to_string());
            let label = fill(self.label(word!("runbook.instance")), &[("index", &index), ("of", &of)]);
            let mut text = Text::empty(self.plan.lang.clone());
            words::around(&mut text, &label, "name", |text| text.push(Content::Chars(instance.name.to_string())));
            facts.push(self.flow(&text));
        }
        if let Some(n) = block.minutes {
            facts.push(fill(self.label(word!("runbook.planned")), &[("n", &words::minutes(labels, n))]));
        }
        if let Some(last) = block.valid_until {
            facts.push(self.flow(&self.around(word!("runbook.valid-until"), "step", &self.link(last))));
        }
        BlockView {
            letter: block.letter,
            title: markdown::line(labels, &block.title),
            atomic: block.atomic,
            facts,
            note: self.remark(word!("runbook.note"), block.note.as_ref()),
            caution: self.remark(word!("caution"), block.caution.as_ref()),
            warning: self.remark(word!("warning"), block.warning.as_ref()),
            steps: self.plan.block_steps(block).map(|(index, step)| self.step(step, Some(index))).collect(),
            gate: self.items(&block.gate, None),
        }
    }

    /// A remark with what kind it is in bold before it.
    fn remark(&self, kind: Word, words: Option<&Text>) -> Option<String> {
        words.map(|words| {
            let mut text = self.text(self.label(kind)).bold();
            if !words.is_empty() {
                text.push_str(self.labels.say(word!("colon")));
                text.append(words);
            }
            self.flow(&text)
        })
    }
}
