//! The context in which every part of the list is made: the plan, the labels of its language, the options, and texts
//! that many parts need.

use std::borrow::Cow;

use super::gaps;
use super::times::Times;
use super::{Heading, ListOptions, Notice, NoticeKind, SheetKind, SheetPart, TickBox};
use crate::field::{Field, Outcome, Party, Severity, Where};
use crate::plan::changes::{BlockMarks, StepMarks};
use crate::plan::{Block, Plan, Step, StepIx, Target, TargetStep, Then, WayOut, WayTo};
use crate::text::Text;
use crate::view::labels::{Labels, WordName, word};
use crate::view::references::{self, ReferenceIn};
use crate::view::{ways, words};

/// A plan with the words of its language: what every part of the list is made from.
pub(super) struct ListContext<'a> {
    pub plan: &'a Plan,
    pub labels: &'a Labels,
    pub options: &'a ListOptions,
    pub times: Times,
    /// Number of the first step from which a rollback may be entered, or from which the decider may choose one.
    pub way_back_from: Option<u32>,
}

/// Number of the first hot step that may lead into a rollback; where none does, the decider may choose one at any.
pub(super) fn way_back_from(plan: &Plan) -> Option<u32> {
    let leads_back = |step: &StepIx| plan.ways(*step).any(|way| matches!(way.to, WayTo::Rollback(..) | WayTo::Hold));
    let first = (0..plan.hot_steps()).map(StepIx).find(leads_back);
    plan.steps.get(first.map_or(0, |step| step.0)).map(|step| step.number.number)
}

impl ListContext<'_> {
    /// A label as text.
    pub fn say(&self, word: WordName) -> Text {
        self.say_with(word, &[])
    }

    /// A label with values put in.
    pub fn say_with(&self, word: WordName, values: &[(&str, &str)]) -> Text {
        let mut text = Text::empty(self.plan.lang.clone());
        gaps::write(&mut text, self.labels.say(word), values);
        text
    }

    /// A label with a text in the place of `{value}`.
    pub fn say_around(&self, word: WordName, value: &str, inside: &Text) -> Text {
        let mut text = Text::empty(self.plan.lang.clone());
        let label = self.labels.say(word);
        match label.split_once(&format!("{{{value}}}")) {
            Some((before, after)) => {
                gaps::write(&mut text, before, &[]);
                text.join(inside);
                let mut behind = Text::empty(self.plan.lang.clone());
                gaps::write(&mut behind, after, &[]);
                text.join(&behind);
            }
            None => gaps::write(&mut text, label, &[]),
        }
        text
    }

    /// Plain words as a text.
    pub fn text(&self, words: impl AsRef<str>) -> Text {
        Text::plain(&self.plan.lang, words)
    }

    /// A heading without a remark.
    pub fn heading(&self, word: WordName, aside: Option<WordName>) -> SheetPart {
        SheetPart::Heading(Heading {
            text: self.say(word),
            aside: aside.map(|aside| self.say(aside)),
            anchor: None,
            changed: false,
        })
    }

    /// Warning, caution and note before a step or a block, each with whether it is new or changed.
    pub fn notices(&self, at: &Where, texts: [&Option<Text>; 3], changed: [bool; 3]) -> Vec<Notice> {
        let kinds = [
            (NoticeKind::Warning, word!("warning")),
            (NoticeKind::Caution, word!("caution")),
            (NoticeKind::Note, word!("note")),
        ];
        let all = kinds.into_iter().zip(texts).zip(changed);
        let notice = |(((kind, label), text), changed): (((NoticeKind, WordName), &Option<Text>), bool)| {
            let notice = self.notice(at, kind, label, text.as_ref()?);
            Some(Notice { changed, ..notice })
        };
        all.filter_map(notice).collect()
    }

    /// A notice with its label. Both people tick a caution or a warning (PPA).
    pub fn notice(&self, at: &Where, kind: NoticeKind, label: WordName, text: &Text) -> Notice {
        let severity = match kind {
            NoticeKind::Note | NoticeKind::Condition | NoticeKind::Title => None,
            NoticeKind::Caution => Some(Severity::Caution),
            NoticeKind::Warning => Some(Severity::Warning),
        };
        let ticked = severity.map(|severity| {
            Box::new([Party::Operator, Party::Checker].map(|party| TickBox {
                words: self.text(self.called(party)),
                field: Field::Notice(at.clone(), severity, party),
            }))
        });
        let read = severity.map(|_| self.say(word!("sheet.notice-read")));
        let (label, text) = (self.say(label).bold(), text.clone());
        Notice { kind, label, text, ticked, read, not_applicable: None, changed: false }
    }

    /// The name of a role.
    pub fn called(&self, party: Party) -> &str {
        match party {
            Party::Operator => self.labels.say(word!("operator")),
            Party::Checker => self.labels.say(word!("checker")),
        }
    }

    /// The name of a sheet, from its label, when that sheet isn't printed; `None` when it is.
    pub fn elsewhere(&self, kind: SheetKind, label: WordName) -> Option<&str> {
        (!self.options.prints(kind)).then(|| self.labels.say(label))
    }

    /// The name of a step's sheet when that sheet isn't printed; `None` when it is.
    pub fn sheet_elsewhere(&self, step: StepIx) -> Option<&str> {
        let rollback = self.plan.rollback.first().is_some_and(|first| step.0 >= first.steps.start);
        let (kind, label) =
            if rollback { (SheetKind::Rollback, word!("rollback")) } else { (SheetKind::Hot, word!("sheet.hot")) };
        self.elsewhere(kind, label)
    }

    /// The name of the sheet of what a reference leads to, when that sheet isn't printed; `None` when it is.
    fn target_elsewhere(&self, target: &Target) -> Option<&str> {
        match target {
            Target::Steps(steps) => match steps.first()? {
                TargetStep::Step(step) => self.sheet_elsewhere(*step),
                TargetStep::Cold(_) => self.elsewhere(SheetKind::Cold, word!("cold")),
                TargetStep::After(_) => self.elsewhere(SheetKind::After, word!("after")),
            },
            Target::Repeated(step, _) => self.sheet_elsewhere(*step),
            Target::Blocks(block, _) if *block >= self.plan.hot.len() => {
                self.elsewhere(SheetKind::Rollback, word!("rollback"))
            }
            Target::Appendix(_) => self.elsewhere(SheetKind::Appendix, word!("appendix")),
            Target::Blocks(..) => self.elsewhere(SheetKind::Hot, word!("sheet.hot")),
        }
    }

    /// Lets the references of a text say where they lead.
    pub fn say_where(&self, text: &mut Text) {
        let place = ReferenceIn::Paper(&|target| self.target_elsewhere(target));
        if let Cow::Owned(written) = references::written(self.plan, self.labels, text, place) {
            *text = written;
        }
    }

    /// By when a rollback must be decided on, where that is known.
    pub fn decide_by(&self) -> Option<Text> {
        let latest = self.plan.decision.as_ref()?.latest.as_ref()?;
        Some(self.say_with(word!("sheet.decide-by"), &[("time", &words::time(self.labels, latest))]).bold())
    }

    /// A way out in one sentence, with the page on which the two go on after a stop.
    pub fn way_out(&self, way: &WayOut) -> Text {
        let mut text = self.way_out_alone(way);
        let last = way.last.as_deref().unwrap_or(way);
        if last.then == Some(Then::Abort)
            && let Some(page) = self.after(Outcome::Aborted)
        {
            // Who was told of the release is told there that it was stopped. The page stands behind it as behind a rollback.
            text.push_str(self.labels.say(word!("comma")));
            text.append(&page);
        }
        text
    }

    /// Where the sheet of what is done after a release that ended so begins; `None` where nothing is, or where it isn't printed.
    pub fn after(&self, outcome: Outcome) -> Option<Text> {
        let is_its = |outcomes: &[Outcome]| outcomes.is_empty() || outcomes.contains(&outcome);
        let is_done = self.plan.after.iter().any(|task| is_its(&task.outcomes));
        (is_done && self.options.prints(SheetKind::After))
            .then(|| ways::place(self.plan, self.labels, "after".to_owned(), None))
    }

    fn way_out_alone(&self, way: &WayOut) -> Text {
        ways::way_out(self.plan, self.labels, way, Some(&|step| self.sheet_elsewhere(step)))
    }

    /// The same beside a step, where there is little room: without the page after a stop, but with a line for the initials of whoever
    /// accepts that it goes on.
    pub fn way_out_to_sign(&self, way: &WayOut) -> Text {
        let mut text = self.way_out_alone(way);
        if way.then == Some(Then::Continue) {
            text.append(&self.say(word!("sheet.accepted")));
        }
        text
    }

    /// What is new or changed in a step.
    pub fn step_marks(&self, step: &Step) -> StepMarks {
        self.options.since.as_ref().and_then(|changes| changes.step(step)).cloned().unwrap_or_default()
    }

    /// What is new or changed in a block.
    pub fn block_marks(&self, block: &Block) -> BlockMarks {
        self.options.since.as_ref().and_then(|changes| changes.block(block)).cloned().unwrap_or_default()
    }
}
