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
    let new = plan.release.start.as_ref().filter(|_| matches!(kind, MailKind::Moved | MailKind::NewDate));
    let (start, opening) = match (new, told) {
        (Some(new), Some(told)) => (Some(new), another_start(labels, kind, &title, (new, told))),
        (Some(start), None) | (None, Some(start)) => {
            (Some(start), notice::opening(labels, kind, (&title, &long(labels, start)), None, None))
        }
        (None, None) => {
            let start = plan.release.start.as_ref();
            let day = start.map(|start| long(labels, start)).unwrap_or_default();
            (start, notice::opening(labels, kind, (&title, &day), None, None))
        }
    };
    let times = new.map(|start| mail::times(plan, labels, start)).unwrap_or_default();
    MailView {
        date: start.map(|start| words::date(labels, start.date())).unwrap_or_default(),
        greeting: mail::greeting(labels, name),
        people: mail::known_people(plan, labels),
        times,
        ..mail::frame((plan, labels), kind, title, opening)
    }
}

/// The day of a start in words.
fn long(labels: &Labels, start: &Zoned) -> String {
    words::date_long(labels, start.date())
}

/// The first sentence of a mail with another start than the one that was told. On the same day, the time is what tells them apart.
fn another_start(labels: &Labels, kind: MailKind, title: &str, (new, told): (&Zoned, &Zoned)) -> String {
    let is_same_day = new.date() == told.date();
    let [now, before] =
        [new, told].map(|start| if is_same_day { words::moment_long(labels, start) } else { long(labels, start) });
    if new.timestamp() == told.timestamp() {
        return fill(labels.say(word!("mail.opening-after-all")), &[("date", &now), ("title", title)]);
    }
    notice::opening(labels, kind, (title, &now), Some(&before), None)
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
    /// Makes it a mail of another kind for the same reader. `starts` are that of the release and the one that was told first.
    pub fn turn_into(&mut self, kind: MailKind, starts: Option<(&Zoned, &Zoned)>) {
        let labels = self.labels;
        self.kind = kind;
        self.view.notice = notice::name(labels, kind);
        self.view.opening = match starts {
            Some(starts) => another_start(labels, kind, &self.view.title, starts),
            None => notice::opening(labels, kind, (&self.view.title, &self.day), None, None),
        };
    }

    /// Says first that what was told before of how it went was wrong.
    pub fn take_back(&mut self) {
        self.view.opening = fill(self.labels.say(word!("mail.opening-otherwise")), &[("what", &self.view.opening)]);
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
