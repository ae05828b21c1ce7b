//! What later mails say to those who were told already: what has changed, that there is another start, or none.

use jiff::Zoned;

use super::labels::{Labels, fill, word};
use super::mail::{self, Mail, MailView};
use super::{notice, words};
use crate::outbox::MailKind;
use crate::plan::Plan;

/// What goes out once to an address for the whole release: that it has moved, is postponed or cancelled. `told` is the start that
/// the reader knows, in the zone of the flow.
#[must_use]
pub fn follow_up<'a>(
    (plan, labels): (&'a Plan, &'a Labels),
    kind: MailKind,
    name: &str,
    told: Option<&Zoned>,
) -> MailView<'a> {
    let title = mail::title(plan);
    let long = |start: &Zoned| words::date_long(labels, start.date());
    let start =
        if kind == MailKind::Moved { plan.release.start.as_ref() } else { told.or(plan.release.start.as_ref()) };
    let day = |start: &Zoned| {
        // On the same day, the time is what has moved.
        let is_same_day = told.zip(plan.release.start.as_ref()).is_some_and(|(told, new)| told.date() == new.date());
        if kind == MailKind::Moved && is_same_day { words::moment_long(labels, start) } else { long(start) }
    };
    let [now, before] = [start, told].map(|start| start.map(day).unwrap_or_default());
    let opening = notice::opening(labels, kind, (&title, &now), Some(&before), None);
    let times = match (kind, &plan.release.start) {
        (MailKind::Moved, Some(start)) => mail::times(plan, labels, start),
        _ => Vec::new(),
    };
    MailView {
        date: start.map(|start| words::date(labels, start.date())).unwrap_or_default(),
        greeting: mail::greeting(labels, name),
        people: mail::known_people(plan, labels),
        times,
        ..mail::frame((plan, labels), kind, title, opening)
    }
}

/// What a mail says of the release beside its times, by which it is known later whether it still holds: label and words.
#[must_use]
pub fn facts(mail: &Mail<'_>) -> Vec<[String; 2]> {
    let (labels, view) = (mail.labels, &mail.view);
    let values = view.times.iter().skip(mail.clocks).chain(&view.people).cloned();
    let said = [(word!("mail.impact"), &view.impact), (word!("mail.ask"), &view.ask)];
    let said = said.into_iter().filter_map(|(label, words)| Some([labels.say(label).to_owned(), words.clone()?]));
    values.chain(said).collect()
}

/// What differs from what was said before: each line with its new words and the old ones. The end counts if it is given.
#[must_use]
pub fn differing(labels: &Labels, now: &[[String; 2]], before: &[[String; 2]]) -> Vec<[String; 2]> {
    let of = |lines: &[[String; 2]], label: &str| -> Vec<String> {
        lines.iter().filter(|[own, _]| own == label).map(|[_, words]| words.clone()).collect()
    };
    let mut seen: Vec<&str> = Vec::new();
    let mut out = Vec::new();
    for [label, _] in now.iter().chain(before) {
        if seen.contains(&label.as_str()) {
            continue;
        }
        seen.push(label);
        let [new, old] = [now, before].map(|lines| of(lines, label).join(labels.say(word!("list"))));
        if new == old {
            continue;
        }
        let words = match (new.is_empty(), old.is_empty()) {
            (true, _) => fill(labels.say(word!("mail.no-longer")), &[("before", &old)]),
            (_, true) => new,
            _ => fill(labels.say(word!("mail.before")), &[("now", &new), ("before", &old)]),
        };
        out.push([label.clone(), words]);
    }
    out
}

impl Mail<'_> {
    /// Makes it a mail of another kind for the same reader. `before` is the day that was told first.
    pub fn turn_into(&mut self, kind: MailKind, before: Option<&Zoned>) {
        let labels = self.labels;
        let before = before.map(|start| words::date_long(labels, start.date()));
        self.kind = kind;
        self.view.notice = notice::name(labels, kind);
        self.view.opening = notice::opening(labels, kind, (&self.view.title, &self.day), before.as_deref(), None);
    }

    /// Makes it a correction, which says nothing but what differs.
    pub fn correct(&mut self, differing: Vec<[String; 2]>) {
        self.turn_into(MailKind::Correction, None);
        self.view.times = differing;
        self.view.impact = None;
        self.view.ask = None;
        self.view.failure = None;
    }
}
