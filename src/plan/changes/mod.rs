//! What is new or changed in a flow since an older revision of it, and what was removed. The sheet marks it with change
//! bars, as aviation's Quick Reference Handbooks do.
//!
//! Both revisions are compared as their authors wrote them, so neither the values of a release nor faults of the older
//! revision matter.

mod align;
mod content;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use self::align::{Aligned, Was, align};
use self::content::{PlainRow, Side, Unit};
use super::texts::{See, TextRole, plain, rich};
use super::{Appendix, Block, Plain, Reading, Step};
use crate::diagnostic::Span;
use crate::source::flow::{self, Flow, FlowText, Str};
use crate::text::{Content, Lang, Text, markup};

/// How many characters of a removed text are kept, which is enough to recognise it.
const LONGEST_REMOVED: usize = 160;

/// What is new or changed in a flow. Every list is as long as the list of the plan that it marks.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// The revision of the older flow, if it names one.
    pub since: Option<Plain>,
    /// What is released.
    pub title: bool,
    /// Each declared value's label.
    pub values: Vec<bool>,
    /// Each contact.
    pub contacts: Vec<bool>,
    /// Each item that the operator (first) and the checker guarantee.
    pub prepare: [Vec<bool>; 2],
    /// What the operator (first) and the checker are called.
    pub called: [bool; 2],
    /// How the operator (first) and the checker hand over.
    pub handover: [bool; 2],
    /// Each fact of the change.
    pub facts: Vec<bool>,
    /// Each approval.
    pub approvals: Vec<bool>,
    /// When to roll back.
    pub decision: DecisionMarks,
    /// What the older revision has and the newer one hasn't, in the order of the older one.
    pub removed: Vec<Removed>,
    /// Whether each appendix is new or changed, by its name.
    appendices: BTreeMap<String, bool>,
    readings: BTreeMap<String, ReadingMarks>,
    steps: BTreeMap<Span, StepMarks>,
    blocks: BTreeMap<Span, BlockMarks>,
}

/// What is new or changed in when to roll back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DecisionMarks {
    /// Who decides.
    pub decider: bool,
    /// By when everything must be done.
    pub window_end: bool,
    /// Each measure that calls for it.
    pub when: Vec<bool>,
    /// There are fewer of them than before.
    pub fewer: bool,
}

/// What is new or changed in a step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StepMarks {
    /// Its own row, or its place among the others.
    pub row: bool,
    /// Warning, caution and note.
    pub notices: [bool; 3],
    /// Each sub-item.
    pub items: Vec<bool>,
}

/// What is new or changed in a block, apart from its steps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BlockMarks {
    /// Its title, or whether it is atomic or repeated.
    pub heading: bool,
    /// Warning, caution and note.
    pub notices: [bool; 3],
    /// The way out that its steps share.
    pub way_out: bool,
    /// The last step from which a rollback may be entered.
    pub valid_until: bool,
    /// Each item of its gate.
    pub gate: Vec<bool>,
}

/// What is new or changed in a reading.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadingMarks {
    /// Its heading.
    pub title: bool,
    /// Each row.
    pub rows: Vec<bool>,
}

/// A text of the older revision that the newer one no longer has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// Where it stood.
    pub from: RemovedFrom,
    /// What it said, shortened; values stand as `{{ name }}`.
    pub text: Text,
}

/// Where something stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RemovedFrom {
    /// Among the declared values.
    Values,
    /// Among the contacts.
    Contacts,
    /// Among the facts of the change.
    Facts,
    /// Among the approvals.
    Approvals,
    /// Among the measures that call for a rollback.
    Decision,
    /// In what the operator or the checker guarantees.
    Prepare,
    /// In what they are called.
    Called,
    /// In how they hand over.
    Handover,
    /// In a table of readings.
    Readings,
    /// In an appendix.
    Appendix,
    /// A step or an item by its number in the older revision, or a block by the numbers of its steps.
    Step(String),
    /// A warning at the step or block of that number.
    Warning(String),
    /// A caution there.
    Caution(String),
    /// A note there.
    Note(String),
}

impl Changes {
    /// Shows every text of the older revision that is kept here to `see`.
    pub fn texts<'a>(&'a self, see: &mut See<'_, 'a>) {
        plain(see, TextRole::Revision, &self.since);
        rich(see, TextRole::Removed, self.removed.iter().map(|removed| &removed.text));
    }

    /// A step's marks; `None` when nothing is new.
    #[must_use]
    pub fn step(&self, step: &Step) -> Option<&StepMarks> {
        self.steps.get(&step.span)
    }

    /// A block's marks; `None` when nothing is new.
    #[must_use]
    pub fn block(&self, block: &Block) -> Option<&BlockMarks> {
        self.blocks.get(&block.span)
    }

    /// Whether an appendix is new or changed.
    #[must_use]
    pub fn appendix(&self, appendix: &Appendix) -> bool {
        self.appendices.get(&appendix.id).is_some_and(|changed| *changed)
    }

    /// A reading's marks; `None` when nothing is new.
    #[must_use]
    pub fn reading(&self, reading: &Reading) -> Option<&ReadingMarks> {
        self.readings.get(&reading.id)
    }
}

/// Compares a flow with an older revision of it, in the language of `plan`, which is made of the newer one.
///
/// Steps are compared by everything that is printed of them except numbers and times. A step with a name is recognised
/// by its name, one without by its action and its place between others.
#[must_use]
pub fn changes(old: &Flow, new: &Flow, lang: &Lang) -> Changes {
    let (was, is) = (Side::new(old, lang), Side::new(new, lang));
    let mut differ =
        Differ { lang, changes: Changes { since: old.revision.as_deref().map(Plain::from), ..Changes::default() } };
    differ.front(&was, &is);
    differ.readings(&was, &is);
    differ.steps(&was.tasks(&old.cold, 'C'), &is.tasks(&new.cold, 'C'));
    for (old, new, hot) in [(&*old.hot, &*new.hot, true), (&old.rollback, &new.rollback, false)] {
        let ((old_blocks, old_steps), (new_blocks, new_steps)) = (was.blocks(old, hot), is.blocks(new, hot));
        differ.blocks(&old_blocks, &new_blocks);
        differ.steps(&old_steps, &new_steps);
    }
    differ.steps(&was.tasks(&old.after, 'A'), &is.tasks(&new.after, 'A'));
    differ.appendices(&was, &is);
    differ.changes
}

/// Collects what is found while two revisions are compared.
struct Differ<'d> {
    lang: &'d Lang,
    changes: Changes,
}

impl Differ<'_> {
    fn removed(&mut self, place: RemovedFrom, words: Option<&Str>) {
        if let Some(words) = words {
            let text = shortened(markup::parse(&words.value, self.lang, words.span));
            self.changes.removed.push(Removed { from: place, text });
        }
    }

    /// Compares two plain lists, and tells for each new line whether it is new or changed.
    fn list(&mut self, old: &[PlainRow<'_>], new: &[PlainRow<'_>], place: impl Fn(usize) -> RemovedFrom) -> Vec<bool> {
        let (before, now): (Vec<_>, Vec<_>) =
            (old.iter().map(PlainRow::key).collect(), new.iter().map(PlainRow::key).collect());
        let Aligned { was, removed } = align(&before, &now);
        for index in removed {
            self.removed(place(index), old[index].words);
        }
        was.into_iter().map(|was| was != Was::Same).collect()
    }

    /// Compares two texts, and tells whether the new one is new or changed.
    fn text(
        &mut self,
        (was, old): (&Side<'_>, Option<&FlowText>),
        (is, new): (&Side<'_>, Option<&FlowText>),
        place: RemovedFrom,
    ) -> bool {
        let (old, new) = (old.and_then(|text| was.words(text)), new.and_then(|text| is.words(text)));
        if new.is_none() {
            self.removed(place, old);
        }
        new.is_some_and(|new| old.is_none_or(|old| old.value != new.value))
    }

    /// Compares what stands before the steps: contacts, values, facts, decision, preparation.
    fn front(&mut self, was: &Side<'_>, is: &Side<'_>) {
        let (old, new) = (was.flow, is.flow);
        let title = |side: &Side<'_>| side.words(&side.flow.title).map(|words| words.value.clone());
        self.changes.title = title(was) != title(is) || old.title_value() != new.title_value();
        self.changes.values = self.list(&values(was), &values(is), |_| RemovedFrom::Values);
        self.changes.contacts = self.list(&contacts(was), &contacts(is), |_| RemovedFrom::Contacts);
        self.changes.facts = self.list(&facts(was), &facts(is), |_| RemovedFrom::Facts);
        self.changes.approvals = self.list(&approvals(was), &approvals(is), |_| RemovedFrom::Approvals);
        let decider =
            |side: &Side<'_>| side.flow.decision.as_ref().map(|known| side.who(&known.decider.value).to_owned());
        self.changes.decision.decider = decider(was) != decider(is);
        let window = |flow: &Flow| flow.decision.as_ref()?.window_end.as_ref().map(|end| end.value);
        self.changes.decision.window_end = window(old) != window(new);
        self.changes.decision.when = self.list(&measures(was), &measures(is), |_| RemovedFrom::Decision);
        self.changes.decision.fewer = self.changes.removed.iter().any(|gone| gone.from == RemovedFrom::Decision);
        for (n, (old, new)) in [(&old.operator, &new.operator), (&old.checker, &new.checker)].into_iter().enumerate() {
            let (items, now) = (was.items(&old.prepare), is.items(&new.prepare));
            self.changes.prepare[n] = self.list(&items, &now, |_| RemovedFrom::Prepare);
            let [called, now] = [(was, old), (is, new)].map(|(side, role)| side.words(role.title.as_deref()?));
            self.changes.called[n] = called.map(|words| &words.value) != now.map(|words| &words.value);
            if self.changes.called[n] {
                self.removed(RemovedFrom::Called, called);
            }
            self.changes.handover[n] =
                self.text((was, old.handover.as_ref()), (is, new.handover.as_ref()), RemovedFrom::Handover);
        }
    }

    fn readings(&mut self, was: &Side<'_>, is: &Side<'_>) {
        let before: BTreeMap<&str, &flow::ReadingDecl> =
            was.flow.readings.iter().map(|reading| (&*reading.id.value, reading)).collect();
        for reading in &is.flow.readings {
            let old = before.get(&*reading.id.value).copied();
            let title = |side: &Side<'_>, reading: &flow::ReadingDecl| {
                side.words(&reading.title).map(|words| words.value.clone())
            };
            let rows = old.map_or_else(Vec::new, |old| rows(was, old));
            let marks = ReadingMarks {
                title: old.is_none_or(|old| title(was, old) != title(is, reading)),
                rows: self.list(&rows, &self::rows(is, reading), |_| RemovedFrom::Readings),
            };
            self.changes.readings.insert(reading.id.value.clone(), marks);
        }
        let now: BTreeSet<&str> = is.flow.readings.iter().map(|reading| &*reading.id.value).collect();
        for reading in &was.flow.readings {
            if !now.contains(&*reading.id.value) {
                self.removed(RemovedFrom::Readings, was.words(&reading.title));
            }
        }
    }

    fn appendices(&mut self, was: &Side<'_>, is: &Side<'_>) {
        let before: BTreeMap<&str, &flow::AppendixDecl> =
            was.flow.appendix.iter().map(|appendix| (&*appendix.id.value, appendix)).collect();
        let now: BTreeSet<&str> = is.flow.appendix.iter().map(|appendix| &*appendix.id.value).collect();
        for appendix in &is.flow.appendix {
            let old = before.get(&*appendix.id.value);
            let changed = old.is_none_or(|old| was.appendix(old) != is.appendix(appendix));
            self.changes.appendices.insert(appendix.id.value.clone(), changed);
        }
        for appendix in was.flow.appendix.iter().filter(|appendix| !now.contains(&*appendix.id.value)) {
            self.removed(RemovedFrom::Appendix, was.words(&appendix.title));
        }
    }

    fn blocks(&mut self, old: &[Unit<'_>], new: &[Unit<'_>]) {
        for (unit, was, common) in self.units(old, new, |unit, _| unit.number.clone()) {
            let marks = BlockMarks {
                heading: common.head,
                notices: common.notices,
                way_out: !unit.way_out.is_empty() && was.is_none_or(|was| was.way_out != unit.way_out),
                valid_until: unit.valid_until.is_some() && was.is_none_or(|was| was.valid_until != unit.valid_until),
                gate: common.items,
            };
            self.changes.blocks.insert(unit.span, marks);
        }
    }

    fn steps(&mut self, old: &[Unit<'_>], new: &[Unit<'_>]) {
        for (unit, _, common) in self.units(old, new, |unit, item| format!("{}.{}", unit.number, item + 1)) {
            let marks = StepMarks { row: common.head, notices: common.notices, items: common.items };
            self.changes.steps.insert(unit.span, marks);
        }
    }

    /// Compares steps or blocks, and returns those that are new or changed with what they were. `number` gives the
    /// printed number of one.
    fn units<'u, 'a>(
        &mut self,
        old: &'u [Unit<'a>],
        new: &'u [Unit<'a>],
        number: impl Fn(&Unit<'_>, usize) -> String,
    ) -> Vec<(&'u Unit<'a>, Option<&'u Unit<'a>>, Common)> {
        let (before, now): (Vec<_>, Vec<_>) =
            (old.iter().map(Unit::key).collect(), new.iter().map(Unit::key).collect());
        let Aligned { was, removed } = align(&before, &now);
        // What was removed is listed in the order of the older revision.
        let mut told: BTreeMap<usize, Vec<Removed>> = BTreeMap::new();
        let others = std::mem::take(&mut self.changes.removed);
        for index in removed {
            self.removed(RemovedFrom::Step(old[index].number.clone()), old[index].words);
            told.insert(index, std::mem::take(&mut self.changes.removed));
        }
        let mut found = Vec::new();
        for (unit, was) in new.iter().zip(was) {
            let (known, moved) = match was {
                Was::Same => continue,
                Was::New => (None, false),
                Was::Other { old, moved } => (Some(old), moved),
            };
            let was = known.map(|known| &old[known]);
            let same = |n: usize| was.and_then(|was| was.notices[n]).map(|was| &was.value);
            let common = Common {
                head: moved || was.is_none_or(|was| was.head != unit.head),
                notices: [0, 1, 2].map(|n| unit.notices[n].is_some_and(|now| same(n) != Some(&now.value))),
                items: self.list(was.map_or(&[], |was| &was.items), &unit.items, |item| {
                    RemovedFrom::Step(was.map_or_else(String::new, |was| number(was, item)))
                }),
            };
            for (n, place) in [RemovedFrom::Warning, RemovedFrom::Caution, RemovedFrom::Note].into_iter().enumerate() {
                if let (Some(was), None) = (was, unit.notices[n]) {
                    self.removed(place(was.number.clone()), was.notices[n]);
                }
            }
            let removed = std::mem::take(&mut self.changes.removed);
            if let Some(known) = known {
                told.entry(known).or_default().extend(removed);
            }
            found.push((unit, was, common));
        }
        self.changes.removed = others;
        self.changes.removed.extend(told.into_values().flatten());
        found
    }
}

/// What steps and blocks have in common.
struct Common {
    head: bool,
    notices: [bool; 3],
    items: Vec<bool>,
}

fn values<'a>(side: &Side<'a>) -> Vec<PlainRow<'a>> {
    let entry = |value: &'a flow::ValueDecl| {
        let words = value.label.as_ref().and_then(|label| side.words(label));
        let label = words.map_or("", |words| &*words.value);
        let is = value.is.as_ref().map_or("", |is| &*is.value);
        let pattern = value.pattern.as_ref().map_or("", |pattern| &*pattern.written.value);
        PlainRow { id: Some(&value.name.value), words, content: format!("{label}{}\n{is}\n{pattern}", choices(value)) }
    };
    side.flow.values.iter().map(entry).collect()
}

/// The words that a value may be, one on each line.
fn choices(value: &flow::ValueDecl) -> String {
    value.choices.iter().flat_map(|word| ["\n", &word.value]).collect()
}

fn contacts<'a>(side: &Side<'a>) -> Vec<PlainRow<'a>> {
    let entry = |contact: &'a flow::ContactDecl| {
        let words = side.words(&contact.name);
        let phone = contact.phone.as_ref().map_or("", |phone| phone.value.trim());
        let lang = contact.lang.as_ref().map_or("", |lang| &lang.value);
        let content = format!("{}\n{phone}\n{lang}", words.map_or("", |words| &words.value));
        PlainRow { id: Some(&contact.id.value), words, content }
    };
    side.flow.contacts.iter().map(entry).collect()
}

fn facts<'a>(side: &Side<'a>) -> Vec<PlainRow<'a>> {
    let entry = |fact: &'a flow::FactDecl| {
        let [label, text] = [&fact.label, &fact.text].map(|text| side.words(text));
        let content = [label, text].map(|words| words.map_or("", |words| &words.value)).join("\n");
        PlainRow { id: Some(&fact.id.value), words: text, content }
    };
    side.flow.facts.iter().map(entry).collect()
}

fn approvals<'a>(side: &Side<'a>) -> Vec<PlainRow<'a>> {
    let entry = |approval: &'a flow::ApprovalDecl| {
        let contact = approval.contact.as_deref();
        let words = approval.role.as_ref().and_then(|role| side.words(role)).or(contact);
        let who = contact.map_or("", |contact| side.who(&contact.value));
        let [role, what] = [&approval.role, &approval.what].map(|text| side.chars(text.as_deref()).unwrap_or_default());
        let lead = approval.lead.as_ref().map(|lead| lead.value);
        PlainRow { id: Some(&approval.id.value), words, content: format!("{role}\n{what}\n{who}\n{lead:?}") }
    };
    side.flow.approvals.iter().map(entry).collect()
}

fn measures<'a>(side: &Side<'a>) -> Vec<PlainRow<'a>> {
    let entry = |measure: &'a flow::MeasureDecl| {
        let words = side.words(&measure.measure);
        let said = |text: Option<&FlowText>| side.chars(text).unwrap_or_default().to_owned();
        let [place, threshold] = [&measure.place, &measure.threshold].map(|text| said(text.as_ref()));
        let content = format!("{}\n{place}\n{threshold}", words.map_or("", |words| &words.value));
        PlainRow { id: None, words, content }
    };
    side.flow.decision.iter().flat_map(|decision| decision.when.iter()).map(entry).collect()
}

fn rows<'a>(side: &Side<'a>, reading: &'a flow::ReadingDecl) -> Vec<PlainRow<'a>> {
    let entry = |row: &'a flow::ReadingRowDecl| {
        let words = side.words(&row.item);
        let unit = side.chars(row.unit.as_deref()).unwrap_or_default();
        let item = words.map_or("", |words| &*words.value);
        PlainRow { id: None, words, content: format!("{item}\n{unit}\n{:?} {:?}", row.record, row.relation) }
    };
    reading.rows.iter().map(entry).collect()
}

/// The first line of a text, cut to [`LONGEST_REMOVED`] characters.
fn shortened(text: Text) -> Text {
    let mut short = Text::empty(text.lang);
    let mut room = LONGEST_REMOVED;
    for mut run in text.runs {
        let Content::Chars(chars) = &mut run.content else {
            short.push_str(" …");
            break;
        };
        let end = chars.char_indices().nth(room).map(|(end, _)| end);
        room = room.saturating_sub(chars.chars().count());
        if let Some(end) = end {
            chars.truncate(end);
        }
        short.runs.push(run);
        if end.is_some() {
            short.push_str(" …");
            break;
        }
    }
    short
}
