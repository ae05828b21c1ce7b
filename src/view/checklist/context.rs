//! The context in which every part of the list is made: the plan, the labels of its language, the options, and texts
//! that many parts need.

use std::borrow::Cow;

use super::gaps::{self, Gaps};
use super::{Heading, LabelledLine, ListOptions, Notice, NoticeKind, SheetKind, SheetPart, Signature, TickBox};
use crate::field::{Field, Party, Severity, Signed, Signing, Where};
use crate::plan::changes::{BlockMarks, StepMarks};
use crate::plan::{Block, Person, Plan, Step, StepIx, Target, TargetStep, WayOut};
use crate::text::Text;
use crate::view::labels::{Labels, WordName, word};
use crate::view::references::{self, ReferenceIn};
use crate::view::words;

/// A plan with the words of its language: what every part of the list is made from.
pub(super) struct ListContext<'a> {
    pub plan: &'a Plan,
    pub labels: &'a Labels,
    pub options: &'a ListOptions,
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
                text.append(inside);
                gaps::write(&mut text, after, &[]);
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
        Notice { kind, label: self.say(label).bold(), text: text.clone(), ticked, not_applicable: None, changed: false }
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
                TargetStep::Cold(_) => self.elsewhere(SheetKind::Cold, word!("sheet.cold")),
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

    /// A way out in one sentence.
    pub fn way_out(&self, way: &WayOut) -> Text {
        words::way_out(self.plan, self.labels, way, Some(&|step| self.sheet_elsewhere(step)))
    }

    /// What is new or changed in a step.
    pub fn step_marks(&self, step: &Step) -> StepMarks {
        self.options.since.as_ref().and_then(|changes| changes.step(step)).cloned().unwrap_or_default()
    }

    /// What is new or changed in a block.
    pub fn block_marks(&self, block: &Block) -> BlockMarks {
        self.options.since.as_ref().and_then(|changes| changes.block(block)).cloned().unwrap_or_default()
    }

    /// The two signatures for something, with the labels that say what each means.
    pub fn signatures(&self, operator: WordName, checker: WordName, signed: &Signed) -> SheetPart {
        let release = &self.plan.release;
        let both = [(Party::Operator, operator, &release.operator), (Party::Checker, checker, &release.checker)];
        let signature = |(party, meaning, person): (Party, WordName, &Person)| {
            let lines = [
                (word!("sheet.sign-name"), Signing::Name),
                (word!("sheet.sign-signature"), Signing::Signature),
                (word!("sheet.sign-date"), Signing::Time),
            ];
            let mut meaning = self.say(meaning);
            Gaps::at(Where::Signature(signed.clone(), party)).name(&mut meaning);
            Signature {
                role: self.text(self.called(party)).bold(),
                meaning,
                name: person.name.as_ref().map(|name| self.text(name)),
                lines: lines.map(|(label, line)| {
                    LabelledLine::beside(self.say(label), Field::Signature(signed.clone(), party, line))
                }),
            }
        };
        SheetPart::Signatures(both.map(signature).into())
    }
}
