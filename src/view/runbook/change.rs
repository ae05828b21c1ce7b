//! What a runbook and a ticket say of the change as a whole: its facts, who approves it, when it is rolled back.

use super::{DecisionView, Writer};
use crate::plan::{Approval, Measure};
use crate::text::{Content, Text};
use crate::view::labels::{WordName, word};
use crate::view::{approvals, words};

impl Writer<'_> {
    pub(super) fn facts(self) -> Option<String> {
        let facts = &self.plan.facts;
        let rows = facts.iter().map(|fact| [fact.label.clone(), fact.text.clone()]);
        let head = [word!("item"), word!("details")];
        (!facts.is_empty()).then(|| self.table(head.map(|word| self.label(word)), rows))
    }

    /// Table of the approvals: whose, by when, and those that were given.
    pub(in crate::view) fn approvals(self) -> Option<String> {
        let (plan, labels) = (self.plan, self.labels);
        let lines = |lines: Vec<Text>| {
            let mut text = self.text("");
            for (index, line) in lines.iter().enumerate() {
                if index > 0 {
                    text.push(Content::Break);
                }
                text.append(line);
            }
            text
        };
        let row = |approval: &Approval| {
            let contact = approval.contact.map(|contact| words::contact(plan.contact(contact)));
            let who = approval.role.clone().into_iter().chain(contact).chain(approval.what.clone());
            let given = approval.given.as_ref().map_or_else(Vec::new, |given| {
                let list = self.label_with(word!("approved-list"), &[("list", &words::short_digest(&given.list))]);
                let ticket = given.ticket.as_deref().map(|ticket| self.text(ticket));
                let by = self.after_colon(self.label(word!("approved")), &self.text(&given.name));
                let at = given.at.as_ref().map(|at| self.text(&words::moment(labels, at)));
                [by].into_iter().chain(at).chain(ticket).chain([list]).collect()
            });
            let due = approvals::due(plan, labels, approval).into_iter().collect();
            [lines(who.collect()), lines(due), lines(given)]
        };
        let head = [word!("approval-by"), word!("approval-date"), word!("approved")].map(|word| self.label(word));
        (!plan.approvals.is_empty()).then(|| self.table(head, plan.approvals.iter().map(row)))
    }

    /// An approval that is awaited, among the tasks: by when, whose, of what.
    pub(super) fn awaited(self, approval: &Approval) -> String {
        let (plan, labels) = (self.plan, self.labels);
        let mut text = self.label(word!("approval-awaited")).bold();
        if let Some(due) = approvals::due(plan, labels, approval) {
            text.push_str(labels.say(word!("open")));
            text.append(&due);
            text.push_str(labels.say(word!("close")));
        }
        self.flow(&self.after_colon(text, &approvals::awaited(plan, labels, approval, words::contact)))
    }

    pub(in crate::view) fn decision(self) -> Option<DecisionView> {
        let decision = self.plan.decision.as_ref()?;
        let labels = self.labels;
        let who = self.text(&words::who(self.plan, self.labels, decision.decider));
        let mut times = Vec::new();
        let mut time = |label: WordName, words: &str| {
            times.push(self.flow(&self.after_colon(self.label(label), &self.text(words))));
        };
        if let Some(end) = &decision.window_end {
            time(word!("window-end"), &words::moment(labels, end));
        } else if let Some(window) = decision.window {
            time(word!("window-end"), &words::time_of_day(labels, window));
        }
        if let Some(takes) = words::rollback_takes(self.plan, labels) {
            time(word!("runbook.rollback-duration"), &takes);
        }
        if let Some(latest) = &decision.latest {
            time(word!("latest-decision"), &words::moment(labels, latest));
        }
        let is_table = decision.is_table();
        Some(DecisionView {
            decides: self.flow(&self.around(word!("runbook.decides"), "who", &who)),
            when: decision.when.iter().filter(|_| !is_table).map(|when| self.flow(&when.measure)).collect(),
            measures: is_table.then(|| self.measures(&decision.when)),
            times,
        })
    }

    fn measures(self, measures: &[Measure]) -> String {
        let or_nothing = |text: &Option<Text>| text.clone().unwrap_or_else(|| self.text(""));
        let row =
            |measure: &Measure| [measure.measure.clone(), or_nothing(&measure.place), or_nothing(&measure.threshold)];
        let head = [word!("measure"), word!("measured-where"), word!("threshold")];
        self.table(head.map(|word| self.label(word)), measures.iter().map(row))
    }
}
