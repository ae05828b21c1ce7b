//! What the runbook says, in order, as strings for its template.
//!
//! Every string, the author's or ours, is written by the [`Markup`] of the wiki. The template puts them in their
//! places.

use std::collections::BTreeMap;

use self::appendix::AppendixView;
use self::step::{ItemView, StepView};
use super::agenda::TaskPhase;
use super::labels::{Labels, WordName, fill, word};
use super::markup::{Markup, TextPlace};
use super::references::{self, ReferenceIn};
use super::template::{TemplateView as _, in_template};
use super::{chart, clocks, parts, titles, words};
use crate::diagnostic::Span;
use crate::plan::{Allowed, AllowedAt, Person, Plan, Reading, RecordKind, StepIx, TargetStep};
use crate::text::{Content, Gap, Run, Style, Text, markup};

mod appendix;
mod blocks;
mod change;
mod front;
mod step;

in_template! {
    /// The whole runbook. Every string is written in the wiki's markup already, so the template puts them in order and escapes
    /// nothing.
    pub struct Runbook "runbook" {
        /// Words of ours, by name: those that all templates have, and those of this one.
        pub t: BTreeMap<&'static str, String>,
        /// The front matter, for machines; empty when the wiki has none.
        pub front: String,
        /// The title; before it what has become of a release that won't take place or is over.
        pub title: String,
        /// What the flow is for.
        pub about: Option<String>,
        /// Table of what is known of the release.
        pub identity: String,
        /// Table of the facts of the change.
        pub facts: Option<String>,
        /// Table of who has to sign beside operator and checker.
        pub approvals: Option<String>,
        /// When to roll back, and who decides.
        pub decision: Option<DecisionView>,
        /// Table of whom to call.
        pub contacts: Option<String>,
        /// The cold operations, by date.
        pub cold: Vec<StepView>,
        /// Which of the last cold operations are left out.
        pub cold_behind: Vec<String>,
        /// What the operator and the checker prepare, for each who has something to prepare.
        pub prepare: Vec<PrepareView>,
        /// The readings, each with its table.
        pub readings: Vec<ReadingView>,
        /// The flow chart, as code in Mermaid; nothing when it would be too large to be shown.
        pub chart: Option<String>,
        /// The blocks of the hot operations.
        pub hot: Vec<BlockView>,
        /// Which of the last of them are left out.
        pub hot_behind: Vec<String>,
        /// The blocks of the rollback.
        pub rollback: Vec<BlockView>,
        /// Which of the last of them are left out.
        pub rollback_behind: Vec<String>,
        /// The tasks after the release, by date.
        pub after: Vec<StepView>,
        /// Which of the last of them are left out.
        pub after_behind: Vec<String>,
        /// Texts that are no steps.
        pub appendices: Vec<AppendixView>,
        /// Table of the rules that may be broken on purpose: where, which and why.
        pub allowed: Option<String>,
        /// A line across the page, between the runbook and its digest.
        pub rule: String,
        /// SHA-256 of the flow file, hexadecimal, with its label.
        pub digest: String,
    }

    /// When to roll back.
    pub struct DecisionView "decision" {
        /// Who decides.
        pub decides: String,
        /// Each measure; empty when they are a table.
        pub when: Vec<String>,
        /// Table of the measures, where they are read, and their thresholds.
        pub measures: Option<String>,
        /// The times, each with its label.
        pub times: Vec<String>,
    }

    /// What the operator or the checker prepares.
    pub struct PrepareView "prepare" {
        /// Operator or checker.
        pub who: String,
        /// What to prepare.
        pub items: Vec<ItemView>,
        /// Which of these items are left out.
        pub left_out: Vec<String>,
        /// What to do when somebody else takes over.
        pub handover: Option<String>,
    }

    /// A table of readings.
    pub struct ReadingView "reading" {
        /// Its title.
        pub title: String,
        /// Target of links to it.
        pub anchor: String,
        /// The table: what is read, and a column for each step that reads it.
        pub table: String,
    }

    /// A block of steps.
    pub struct BlockView "block" {
        /// Its title; for a rollback with its letter before it.
        pub title: String,
        /// Target of links to it, where a text refers to it.
        pub anchor: Option<String>,
        /// Whether its steps may not be interrupted.
        pub atomic: bool,
        /// True for a block of the rollback, which somebody has to enter.
        pub is_rollback: bool,
        /// Duration, element of a list, until when it is valid.
        pub facts: Vec<String>,
        /// Which blocks are left out before it.
        pub before: Vec<String>,
        /// The condition on which it applies, warning, caution and note.
        pub remarks: Vec<String>,
        /// Its steps.
        pub steps: Vec<StepView>,
        /// Which of its last steps are left out.
        pub behind: Vec<String>,
        /// What must hold before the next element of a list.
        pub gate: Vec<ItemView>,
        /// What of that is left out.
        pub gate_left_out: Vec<String>,
    }
}

/// What every part of a runbook or a ticket is made from.
#[derive(Clone, Copy)]
pub(super) struct Writer<'a> {
    pub(super) plan: &'a Plan,
    pub(super) labels: &'a Labels,
    pub(super) markup: &'a dyn Markup,
    /// Where references stand.
    pub(super) place: ReferenceIn<'a>,
}

/// The runbook of a plan, in the plan's language, as a wiki with this markup wants it.
#[must_use]
pub fn runbook(plan: &Plan, labels: &Labels, markup: &dyn Markup) -> Runbook {
    let writer = Writer { plan, labels, markup, place: ReferenceIn::Screen };
    let gaps = &plan.left_out;
    let (cold, cold_behind) = writer.tasks((&plan.cold, &gaps.cold), TaskPhase::Before, TargetStep::Cold);
    let (hot, hot_behind) = writer.blocks(&plan.hot, &gaps.hot, 0);
    let (rollback, rollback_behind) = writer.blocks(&plan.rollback, &gaps.rollback, plan.hot.len());
    let (after, after_behind) = writer.tasks((&plan.after, &gaps.after), TaskPhase::After, TargetStep::After);
    Runbook {
        t: labels
            .of_section(Runbook::STRUCT.noun)
            .map(|(name, words)| (name, writer.line(&writer.marked(words))))
            .collect(),
        front: markup.front(&front::entries(plan)),
        title: writer.line(&titles::title(plan, labels)),
        about: plan.about.as_ref().map(|about| writer.flow(about)),
        identity: writer.identity(),
        facts: writer.facts(),
        approvals: writer.approvals(),
        decision: writer.decision(),
        contacts: writer.contacts(),
        cold,
        cold_behind,
        prepare: writer.prepare(),
        readings: plan.readings.iter().enumerate().map(|(index, reading)| writer.reading(index, reading)).collect(),
        chart: chart::graph(plan, labels).mermaid().map(|chart| markup.fence(0, "mermaid", &chart)),
        hot,
        hot_behind,
        rollback,
        rollback_behind,
        after,
        after_behind,
        appendices: plan.appendices.iter().map(|appendix| writer.appendix(appendix)).collect(),
        allowed: writer.allowed(),
        rule: markup.rule(),
        digest: {
            let label = writer.label(word!("runbook.digest"));
            writer.flow(&writer.after_colon(label, &writer.code(&plan.digest)))
        },
    }
}

impl Writer<'_> {
    pub(super) fn flow(self, text: &Text) -> String {
        self.inline(text, TextPlace::Flow)
    }

    pub(super) fn line(self, text: &Text) -> String {
        self.inline(text, TextPlace::Line)
    }

    pub(super) fn cell(self, text: &Text) -> String {
        self.inline(text, TextPlace::Cell)
    }

    fn inline(self, text: &Text, place: TextPlace) -> String {
        let text = references::written(self.plan, self.labels, text, self.place);
        self.markup.inline(self.labels, &text, place)
    }

    /// Plain words.
    pub(super) fn text(self, words: &str) -> Text {
        Text::plain(&self.plan.lang, words)
    }

    /// Words of ours with the markup of flows: bold and code.
    pub(super) fn marked(self, words: &str) -> Text {
        if !words.contains(['*', '`']) {
            return self.text(words);
        }
        let mut text = markup::parse(words, &self.plan.lang, Span::default());
        // These words don't come from a flow, so they have no place.
        text.runs.iter_mut().for_each(|run| run.origin = None);
        text
    }

    /// A label as text.
    pub(super) fn label(self, word: WordName) -> Text {
        self.marked(self.labels.say(word))
    }

    /// A label with values put in.
    pub(super) fn label_with(self, word: WordName, values: &[(&str, &str)]) -> Text {
        self.text(&fill(self.labels.say(word), values))
    }

    /// A label with a text in the place of its only name.
    pub(super) fn around(self, label: WordName, name: &str, inside: &Text) -> Text {
        let label = self.labels.say(label);
        let Some((before, after)) = label.split_once(&format!("{{{name}}}")) else { return self.marked(label) };
        let mut text = self.marked(before);
        text.append(inside);
        text.append(&self.marked(after));
        text
    }

    /// A label, a colon and a text.
    pub(super) fn after_colon(self, mut label: Text, text: &Text) -> Text {
        label.push_str(self.labels.say(word!("colon")));
        label.append(text);
        label
    }

    /// Characters in the style of code.
    pub(super) fn code(self, words: &str) -> Text {
        let style = Style { code: true, ..Style::default() };
        let run = Run { content: Content::Chars(words.to_owned()), style, origin: None };
        Text { lang: self.plan.lang.clone(), runs: vec![run] }
    }

    /// A gap with this name.
    fn gap(self, name: &str) -> Text {
        let mut text = Text::empty(self.plan.lang.clone());
        text.push(Content::Blank(Box::new(Gap::value(name, ""))));
        text
    }

    /// Plain words, or a gap when they aren't known.
    fn known(self, name: &str, words: Option<&str>) -> Text {
        words.map_or_else(|| self.gap(name), |words| self.text(words))
    }

    /// The number of a step, as a link to it.
    fn link(self, step: StepIx) -> Text {
        let mut text = self.text(&self.plan.step(step).number.to_string());
        for run in &mut text.runs {
            run.style.link = Some(format!("#{}", words::step_anchor(self.plan, step)).into());
        }
        text
    }

    fn links(self, steps: &[StepIx]) -> Text {
        let mut text = Text::empty(self.plan.lang.clone());
        for (index, step) in steps.iter().enumerate() {
            if index > 0 {
                text.push_str(self.labels.say(word!("list")));
            }
            text.append(&self.link(*step));
        }
        text
    }

    /// A table of texts.
    pub(super) fn table<const N: usize>(self, head: [Text; N], rows: impl IntoIterator<Item = [Text; N]>) -> String {
        let cells = |row: [Text; N]| row.iter().map(|text| Some(self.cell(text))).collect();
        let rows: Vec<Vec<Option<String>>> = rows.into_iter().map(cells).collect();
        self.markup.table(&head.map(|text| self.cell(&text)), &rows)
    }

    fn identity(self) -> String {
        let (plan, labels) = (self.plan, self.labels);
        let release = &plan.release;
        let mut rows: Vec<[Text; 2]> = Vec::new();
        let mut row = |label: WordName, value: Text| rows.push([self.label(label), value]);
        let mut number = self.known("number", release.number.as_deref());
        if let Some(replaced) = &release.replaces {
            number.push_str(labels.say(word!("comma")));
            number.push_str(&fill(labels.say(word!("release-replaces")), &[("number", replaced)]));
        }
        row(word!("release-number"), number);
        let standing = titles::standing(&plan.release, labels);
        if !standing.is_empty() {
            row(word!("release-status"), self.text(&standing.join(labels.say(word!("comma")))));
        }
        let start = release.start.as_ref();
        let start = start.map(|start| format!("{} {}", words::moment_long(labels, start), words::offset(start)));
        let mut start = self.known("start", start.as_deref());
        for clock in &release.also {
            start.push_str(&format!("\n{}", clocks::moment_elsewhere(labels, clock)));
        }
        row(word!("planned-start"), start);
        if let Some(end) = &release.end {
            row(word!("planned-end"), self.text(&words::moment(labels, end)));
        }
        if let Some(n) = plan.minutes {
            row(word!("runbook.duration"), self.text(&words::minutes(labels, n)));
        }
        row(word!("operator"), self.person("operator", &release.operator));
        row(word!("checker"), self.person("checker", &release.checker));
        for value in &plan.values {
            let given = value.given.as_ref().map(|given| given.join(labels.say(word!("list"))));
            rows.push([words::value_label(labels, value), self.known(&value.name, given.as_deref())]);
        }
        let mut row = |label: WordName, value: Text| rows.push([self.label(label), value]);
        if let Some(revision) = &plan.revision {
            let mut words = self.text(revision);
            if let Some(date) = plan.revised {
                words.push_str(labels.say(word!("open")));
                words.append(&self.label_with(word!("runbook.revised"), &[("date", &words::date(labels, date))]));
                words.push_str(labels.say(word!("close")));
            }
            row(word!("runbook.revision"), words);
        }
        let parts = parts::revisions(labels, plan);
        if !parts.is_empty() {
            row(word!("runbook.parts"), self.text(&parts.join(labels.say(word!("dot")))));
        }
        if let Some(owner) = &plan.owner {
            row(word!("owner"), owner.clone());
        }
        for (label, text) in
            [(word!("organisation"), &plan.look.organisation), (word!("classification"), &plan.look.classification)]
        {
            if let Some(text) = text {
                row(label, text.clone());
            }
        }
        if let Some(link) = &plan.runbook {
            row(word!("runbook.published"), self.address(link));
        }
        self.table([word!("item"), word!("runbook.value")].map(|word| self.label(word)), rows)
    }

    fn address(self, link: &str) -> Text {
        let mut text = self.text(link);
        for run in &mut text.runs {
            run.style.link = Some(link.into());
        }
        text
    }

    fn person(self, role: &str, person: &Person) -> Text {
        let Some(name) = &person.name else { return self.gap(role) };
        match &person.phone {
            Some(phone) => self.text(&format!("{name} {phone}")),
            None => self.text(name),
        }
    }

    fn contacts(self) -> Option<String> {
        let contacts = &self.plan.contacts;
        let or_nothing = |words: Option<&str>| self.text(words.unwrap_or_default());
        let rows = contacts.iter().map(|contact| {
            let (person, phone) = (contact.person.as_deref(), contact.phone.as_deref());
            [contact.name.clone(), or_nothing(person), or_nothing(phone), self.text(&contact.email.join("\n"))]
        });
        let head = [word!("runbook.role"), word!("name"), word!("phone"), word!("runbook.mail")];
        (!contacts.is_empty()).then(|| self.table(head.map(|word| self.label(word)), rows))
    }

    fn prepare(self) -> Vec<PrepareView> {
        let mut views = Vec::new();
        // The checker's items are numbered on from the operator's, as on paper.
        let mut after = 0;
        for (index, who) in [word!("operator"), word!("checker")].into_iter().enumerate() {
            let items = self.items(&self.plan.prepare[index], None);
            let left_out = self.items_left_out(("0", after), &self.plan.left_out.prepare[index]);
            after = self.plan.prepare_count(index);
            let handover = self.plan.handover[index].as_ref();
            if !items.is_empty() || !left_out.is_empty() || handover.is_some() {
                let handover = handover.map(|words| self.flow(&self.around(word!("runbook.handover"), "words", words)));
                views.push(PrepareView { who: self.line(&self.label(who)), items, left_out, handover });
            }
        }
        views
    }

    fn allowed(self) -> Option<String> {
        let (hot, rollback, appendices) = (&self.plan.hot, &self.plan.rollback, &self.plan.appendices);
        let block = |index: usize| hot.get(index).or_else(|| rollback.get(index - hot.len()));
        let row = |allowed: &Allowed| {
            let place = match &allowed.at {
                AllowedAt::Flow => self.label(word!("runbook.allowed-flow")),
                AllowedAt::Block(index) => block(*index).map_or_else(|| self.text(""), |block| block.title.clone()),
                AllowedAt::Step(step) => self.link(*step),
                AllowedAt::Task(number) => self.text(&number.to_string()),
                AllowedAt::Appendix(index) => {
                    appendices.get(*index).map_or_else(|| self.text(""), |appendix| appendix.title.clone())
                }
            };
            [place, self.text(&allowed.rule), allowed.reason.clone()]
        };
        let head = [word!("runbook.allowed-where"), word!("runbook.allowed-rule"), word!("runbook.allowed-why")];
        let allowed = &self.plan.allowed;
        (!allowed.is_empty()).then(|| self.table(head.map(|word| self.label(word)), allowed.iter().map(row)))
    }

    fn reading(self, index: usize, reading: &Reading) -> ReadingView {
        let take = reading.take.map(|step| self.around(word!("runbook.taken"), "step", &self.link(step)));
        let compare =
            reading.compare.iter().map(|step| self.around(word!("runbook.compared"), "step", &self.link(*step)));
        let columns: Vec<String> = take.into_iter().chain(compare).map(|head| self.cell(&head)).collect();
        let rows = reading.rows.iter().map(|row| {
            let labels = self.labels;
            let mut item = row.item.clone();
            let hint = match (row.record, &row.unit) {
                (_, Some(unit)) => Some(unit.clone()),
                (RecordKind::Number, None) => Some(self.label(word!("runbook.record-number"))),
                (RecordKind::List, None) => Some(self.label(word!("runbook.record-list"))),
                (RecordKind::Text, None) => None,
            };
            if let Some(hint) = hint {
                item.push_str(labels.say(word!("open")));
                item.append(&hint);
                item.push_str(labels.say(word!("close")));
            }
            let relation = self.text(&words::relation(labels, &row.relation));
            let to_fill_in = columns.iter().map(|_| None);
            [Some(self.cell(&item))].into_iter().chain(to_fill_in).chain([Some(self.cell(&relation))]).collect()
        });
        let rows: Vec<Vec<Option<String>>> = rows.collect();
        let ends = [word!("item"), word!("runbook.relation")].map(|word| self.cell(&self.label(word)));
        let [first, last] = ends;
        let head: Vec<String> = [first].into_iter().chain(columns.iter().cloned()).chain([last]).collect();
        ReadingView {
            title: self.line(&reading.title),
            anchor: self.markup.anchor(&words::reading_anchor(index)),
            table: self.markup.table(&head, &rows),
        }
    }

    /// Remarks, each with its kind in bold before it.
    fn remarks(self, remarks: &[(WordName, &Option<Text>)]) -> Vec<String> {
        remarks.iter().filter_map(|(kind, words)| self.remark(self.label(*kind), words.as_ref())).collect()
    }

    /// A remark of a kind, unless there is none.
    fn remark(self, kind: Text, words: Option<&Text>) -> Option<String> {
        let words = words?;
        let kind = kind.bold();
        Some(self.flow(&if words.is_empty() { kind } else { self.after_colon(kind, words) }))
    }
}
