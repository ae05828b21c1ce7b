//! What the text of a change ticket says, as strings for its template: reason, scope, risk, downtime, what is done, how it is
//! tested and taken back, when, and by whom.
//!
//! The flow's facts say what only their author knows. What nobody has said is `None`, and the template says so; nothing is
//! made up in its place.

use std::collections::BTreeMap;

use super::labels::{Labels, WordName, fill, word};
use super::markup::Markup;
use super::references::ReferenceIn;
use super::runbook::{DecisionView, Writer};
use super::template::{TemplateView as _, in_template};
use super::{conditions, parts, titles, words};
use crate::plan::{Block, Fact, LeftOut, Plan};
use crate::source::flow::TICKET_FACTS;
use crate::text::Text;

in_template! {
    /// The whole ticket. Every string is written in the wiki's markup already, so the template puts them in order and escapes
    /// nothing.
    pub struct Ticket "ticket" {
        /// Words of ours, by name: those that all templates have, and those of this one.
        pub t: BTreeMap<&'static str, String>,
        /// Title and version.
        pub title: String,
        /// What the flow is for.
        pub about: Option<String>,
        /// Table of the release: its number and what it replaces, whether it will take place, and the digest of its list.
        pub release: String,
        /// The facts that a ticket has a place for.
        pub known: KnownFacts,
        /// The other facts of the flow, in its order.
        pub facts: Vec<FactView>,
        /// How long the steps take as planned, for a ticket without a fact about the downtime.
        pub planned: Option<String>,
        /// What is done: the blocks of the hot operations.
        pub implementation: Vec<PartView>,
        /// When to roll back, and who decides.
        pub decision: Option<DecisionView>,
        /// The blocks of the rollback.
        pub rollback: Vec<PartView>,
        /// Table of the planned times.
        pub window: String,
        /// Table of who takes part.
        pub people: String,
        /// Table of who has to approve, and who did.
        pub approvals: Option<String>,
        /// Which flow the ticket was made from: its id, revision and digest.
        pub source: String,
    }

    /// The facts that a ticket has a place for: those of the flow that have these names.
    pub struct KnownFacts "known" {
        /// Why the change is made.
        pub reason: FactView,
        /// What it touches.
        pub scope: FactView,
        /// What may go wrong.
        pub risk: FactView,
        /// How long something is down.
        pub downtime: FactView,
        /// How the result is tested.
        pub test: FactView,
    }

    /// A fact of the change.
    pub struct FactView "fact" {
        /// Its heading.
        pub label: String,
        /// What the flow says of it; nothing when it doesn't.
        pub text: Option<String>,
    }

    /// A block of steps in a ticket.
    pub struct PartView "part" {
        /// Its title; for a rollback with its letter before it.
        pub title: String,
        /// Its steps, each with its number; in place of those that are left out, why.
        pub steps: Vec<String>,
    }
}

/// The ticket of a plan, in the plan's language, as a wiki with this markup wants it; `list` is the digest of the list that it
/// asks approval for, where that is known.
#[must_use]
pub fn ticket(plan: &Plan, labels: &Labels, markup: &dyn Markup, list: Option<&str>) -> Ticket {
    let writer = Writer { plan, labels, markup, place: ReferenceIn::Alone };
    let known = |id: &str, heading: WordName| {
        let fact = plan.facts.iter().find(|fact| fact.id == id);
        fact.map_or_else(
            || FactView { label: writer.line(&writer.label(heading)), text: None },
            |fact| writer.fact(fact),
        )
    };
    let is_other = |fact: &&Fact| !TICKET_FACTS.contains(&&*fact.id);
    let planned = plan.minutes.map(|n| {
        let n = words::minutes(labels, n);
        writer.flow(&writer.label_with(word!("ticket.planned"), &[("n", &n)]))
    });
    let mut title = titles::headline(plan, labels);
    title.runs.iter_mut().for_each(|run| run.style.bold = false);
    Ticket {
        t: labels
            .of_section(Ticket::STRUCT.noun)
            .map(|(name, words)| (name, writer.line(&writer.marked(words))))
            .collect(),
        title: writer.line(&title),
        about: plan.about.as_ref().map(|about| writer.flow(about)),
        release: writer.release(list),
        known: KnownFacts {
            reason: known("reason", word!("ticket.reason")),
            scope: known("scope", word!("ticket.scope")),
            risk: known("risk", word!("ticket.risk")),
            downtime: known("downtime", word!("ticket.downtime")),
            test: known("test", word!("ticket.test")),
        },
        facts: plan.facts.iter().filter(is_other).map(|fact| writer.fact(fact)).collect(),
        planned,
        implementation: writer.parts(&plan.hot, &plan.left_out.hot),
        decision: writer.decision(),
        rollback: writer.parts(&plan.rollback, &plan.left_out.rollback),
        window: writer.window(),
        people: writer.people(),
        approvals: writer.approvals(),
        source: writer.source(),
    }
}

impl Writer<'_> {
    fn fact(self, fact: &Fact) -> FactView {
        FactView { label: self.line(&fact.label), text: Some(self.flow(&fact.text)) }
    }

    /// Blocks with their steps, and in place of what is left out why it isn't there.
    fn parts(self, blocks: &[Block], gaps: &[LeftOut]) -> Vec<PartView> {
        let left_out = |gaps: &[LeftOut], index: usize| -> Vec<PartView> {
            let alone = |title| PartView { title, steps: Vec::new() };
            self.left_out(gaps, index).into_iter().map(alone).collect()
        };
        let mut parts = Vec::new();
        for (index, block) in blocks.iter().enumerate() {
            parts.extend(left_out(gaps, index));
            parts.push(self.part(block));
        }
        parts.extend(left_out(gaps, blocks.len()));
        parts
    }

    fn part(self, block: &Block) -> PartView {
        let labels = self.labels;
        let mut title = self.text(&block.letter.map_or_else(String::new, |letter| format!("{letter} · ")));
        title.append(&conditions::before(self.plan, labels, block.condition.as_ref(), &block.title));
        if let Some(n) = block.minutes {
            let [open, close] = [word!("open"), word!("close")].map(|word| labels.say(word));
            title.push_str(&[open, &words::minutes(labels, n), close].concat());
        }
        let mut steps = Vec::new();
        for (index, step) in self.plan.block_steps(block) {
            steps.extend(self.left_out(&block.left_out, index.0 - block.steps.start));
            let mut line = self.text(&format!("{} ", step.number));
            if !step.from.is_empty() {
                let from: Vec<String> = step.from.iter().map(|from| self.plan.step(*from).number.to_string()).collect();
                let label = if from.len() == 1 { word!("runbook.from-one") } else { word!("runbook.from-any") };
                line.append(&self.around(label, "steps", &self.text(&from.join(labels.say(word!("list"))))));
                line.push_str(labels.say(word!("colon")));
            }
            line.append(&conditions::before(
                self.plan,
                labels,
                step.condition.as_ref(),
                &words::action(self.plan, labels, step),
            ));
            steps.push(self.flow(&line));
        }
        steps.extend(self.left_out(&block.left_out, block.steps.len()));
        PartView { title: self.line(&title), steps }
    }

    /// Words, or that nobody has said them.
    fn or_not_given(self, words: Option<String>) -> Text {
        words.map_or_else(|| self.label(word!("ticket.not-given")), |words| self.text(&words))
    }

    fn release(self, list: Option<&str>) -> String {
        let (plan, labels) = (self.plan, self.labels);
        let number = plan.release.number.as_deref().map(|number| {
            let mut number = number.to_owned();
            if let Some(replaced) = &plan.release.replaces {
                number.push_str(labels.say(word!("comma")));
                number.push_str(&fill(labels.say(word!("release-replaces")), &[("number", replaced)]));
            }
            number
        });
        let mut standing = titles::standing(&plan.release, labels);
        if standing.is_empty() {
            standing.push(labels.say(word!("still-planned")).to_owned());
        }
        let mut rows = vec![
            [self.label(word!("release-number")), self.or_not_given(number)],
            [self.label(word!("release-status")), self.text(&standing.join(labels.say(word!("comma"))))],
        ];
        rows.extend(list.map(|list| [self.label(word!("ticket.list-digest")), self.code(&words::short_digest(list))]));
        self.table([word!("item"), word!("details")].map(|word| self.label(word)), rows)
    }

    fn window(self) -> String {
        let (plan, labels) = (self.plan, self.labels);
        let release = &plan.release;
        let mut rows: Vec<[Text; 2]> = Vec::new();
        let mut row = |label: WordName, words: Option<String>| rows.push([self.label(label), self.or_not_given(words)]);
        let start = release.start.as_ref();
        let start = start.map(|start| format!("{} {}", words::moment_long(labels, start), words::offset(start)));
        row(word!("planned-start"), start);
        row(word!("planned-end"), release.end.as_ref().map(|end| words::moment(labels, end)));
        row(word!("runbook.duration"), plan.minutes.map(|n| words::minutes(labels, n)));
        let decision = plan.decision.as_ref();
        let window = decision.and_then(|decision| {
            let end = decision.window_end.as_ref().map(|end| words::moment(labels, end));
            end.or_else(|| decision.window.map(|window| words::time_of_day(labels, window)))
        });
        row(word!("window-end"), window);
        if !plan.rollback.is_empty() {
            row(word!("runbook.rollback-duration"), words::rollback_takes(plan, labels));
            let latest = decision.and_then(|decision| decision.latest.as_ref());
            row(word!("latest-decision"), latest.map(|latest| words::moment(labels, latest)));
        }
        self.table([word!("item"), word!("details")].map(|word| self.label(word)), rows)
    }

    fn people(self) -> String {
        let plan = self.plan;
        let mut rows: Vec<[Text; 3]> = Vec::new();
        let release = &plan.release;
        for (role, person) in [(word!("operator"), &release.operator), (word!("checker"), &release.checker)] {
            let [name, phone] = [&person.name, &person.phone].map(|words| words.as_deref().map(str::to_owned));
            rows.push([self.label(role), self.or_not_given(name), self.or_not_given(phone)]);
        }
        for contact in &plan.contacts {
            let [name, phone] = [&contact.person, &contact.phone].map(|words| words.as_deref().map(str::to_owned));
            rows.push([contact.name.clone(), self.or_not_given(name), self.or_not_given(phone)]);
        }
        let head = [word!("runbook.role"), word!("name"), word!("phone")];
        self.table(head.map(|word| self.label(word)), rows)
    }

    fn source(self) -> String {
        let plan = self.plan;
        let mut said = self.code(&plan.id);
        if let Some(revision) = &plan.revision {
            said.push_str(self.labels.say(word!("dot")));
            said.append(&self.after_colon(self.label(word!("runbook.revision")), &self.text(revision)));
        }
        for part in parts::revisions(self.labels, plan) {
            said.push_str(self.labels.say(word!("dot")));
            said.append(&self.text(&part));
        }
        said.push_str(self.labels.say(word!("dot")));
        said.append(&self.after_colon(self.label(word!("runbook.digest")), &self.code(&plan.digest)));
        self.flow(&said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names that a flow gives its facts are the fields of templates.
    #[test]
    fn the_ticket_has_a_field_for_each_known_fact() {
        let fields: Vec<&str> = KnownFacts::STRUCT.fields.iter().map(|field| field.name).collect();
        assert_eq!(fields, TICKET_FACTS);
    }
}
