//! Finds what is missing in a list that was filled in.
//!
//! A field is missing only if people could have filled it in truthfully. So nothing is required at steps that were
//! never reached, in branches and rollbacks that weren't taken, and for deviations and hand-overs that never happened.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde::Serialize;

use super::paper_words::{Beside, PaperWords};
use crate::field::{
    Answer, AtomicTime, Column, Compared, Field, FieldName, LabelGap, Measured, Outcome, Personal, ReadingId,
    ReadingRowId, RowId, RowPart, Signed, Signing, StepNumber, Wanted, Where,
};
use crate::page::FormField;
use crate::page::pdf::received::FilledField;
use crate::plan::{Block, Plan, Step, StepIx, WayTo, When, Who};
use crate::run::pipeline::RebuiltList;

/// A field that must be filled in and isn't.
#[derive(Debug, Serialize, PartialEq, Eq)]
pub(super) struct MissingField {
    /// Its name; for a choice, the common name of its boxes.
    pub name: String,
    /// What stands beside it on paper.
    #[serde(flatten)]
    pub beside: Beside,
    /// Number of its page.
    pub page: usize,
    /// For a choice of one, how many of its boxes are ticked, where that is several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticked: Option<usize>,
}

/// A question that takes one answer, and has several.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Contradiction {
    /// Number of its page.
    pub page: usize,
    /// What is asked, as on paper.
    pub question: String,
    /// The answers that are ticked, as on paper.
    pub answers: Vec<String>,
}

/// Lists what is missing, in reading order. Copies that nobody has begun are left out.
pub(super) fn missing(made: &RebuiltList, words: &PaperWords, given: &HashSet<FieldName>) -> Vec<MissingField> {
    let mut copies: BTreeMap<u32, Vec<&FormField>> = BTreeMap::new();
    for field in &made.document.fields {
        copies.entry(field.name.copy).or_default().push(field);
    }
    let begun = |fields: &[&FormField]| fields.iter().any(|field| given.contains(&field.name));
    let several = copies.values().any(|fields| begun(fields));
    let looked = copies.iter().filter(|(copy, fields)| if several { begun(fields) } else { **copy == 1 });
    looked.flat_map(|(_, fields)| FilledList::new(&made.plan, fields, given).missing(words)).collect()
}

/// Lists the questions that have several answers where one must be true, in reading order.
pub(super) fn contradictions(made: &RebuiltList, words: &PaperWords, given: &HashSet<FieldName>) -> Vec<Contradiction> {
    let steps: HashMap<&StepNumber, StepIx> =
        made.plan.steps.iter().enumerate().map(|(index, step)| (&step.number, StepIx(index))).collect();
    // Whoever is sent back to a question answers it again.
    let leads_back = |field: &Field| match field {
        Field::Row(RowId::Step(number, None), RowPart::Option(option)) => steps.get(number).is_some_and(|step| {
            let mut ways = made.plan.ways(*step).filter(|way| way.when == When::Answered(*option as usize - 1));
            ways.any(|way| ahead(&made.plan, *step, way.to).is_none())
        }),
        _ => false,
    };
    let mut found: Vec<(String, Contradiction)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for FormField { name, page, .. } in made.document.fields.iter().filter(|field| given.contains(&field.name)) {
        let question = name.question();
        if question == name.to_string() || leads_back(&name.field) {
            continue;
        }
        let Beside { row, words } = words.of(name);
        let place = *places.entry(question.clone()).or_insert(found.len());
        match found.get_mut(place) {
            Some((_, one)) if !one.answers.contains(&words) => one.answers.push(words),
            Some(_) => {}
            None => {
                found.push((question, Contradiction { page: page + 1, question: row, answers: vec![words] }));
            }
        }
    }
    found.into_iter().map(|(_, one)| one).filter(|one| one.answers.len() > 1).collect()
}

/// The fields in which something is entered.
pub(super) fn given(found: &[FilledField]) -> HashSet<FieldName> {
    found.iter().filter(|filled| filled.content.is_given()).filter_map(|filled| filled.name.parse().ok()).collect()
}

/// The step that a way leads to from a step of the same part, counted on to the part's end; `None` where it leads back.
fn ahead(plan: &Plan, from: StepIx, to: WayTo) -> Option<usize> {
    let end = plan.part_of(from).end;
    match to {
        WayTo::Step(to) if to.0 > from.0 => Some(to.0.min(end)),
        WayTo::Rollback(..) | WayTo::Abort | WayTo::Hold => Some(end),
        WayTo::Next(_) => Some(from.0 + 1),
        WayTo::Step(_) | WayTo::Again => None,
    }
}

/// One copy of a list, filled in.
struct FilledList<'a> {
    plan: &'a Plan,
    fields: &'a [&'a FormField],
    given: BTreeSet<&'a Field>,
    /// Those that are ticked: one, in a list that is filled in as it should be. Of several, whatever any of them asks for is
    /// asked for.
    outcomes: Vec<Outcome>,
    /// Index of each step of the blocks.
    steps: BTreeMap<&'a StepNumber, StepIx>,
    /// How the release must have ended for each task after it.
    after: BTreeMap<&'a StepNumber, &'a [Outcome]>,
    /// The steps and tasks at which a contact decides.
    decided: BTreeSet<&'a StepNumber>,
    /// For each step, whether something was entered there; `None` when its sheet isn't printed.
    begun: Vec<Option<bool>>,
    /// For each step, whether a branch that was taken leads past it.
    passed: Vec<bool>,
    /// The letters of the rollbacks that were entered.
    entered: BTreeSet<char>,
}

/// The number of the step that a field belongs to: a box or line of its rows, a notice before it, or a gap in its texts.
const fn step_of(field: &Field) -> Option<&StepNumber> {
    match field {
        Field::Row(RowId::Step(number, _), _)
        | Field::Notice(Where::Row(RowId::Step(number, _)), ..)
        | Field::Gap(Where::Row(RowId::Step(number, _)), ..) => Some(number),
        _ => None,
    }
}

impl<'a> FilledList<'a> {
    fn new(plan: &'a Plan, fields: &'a [&'a FormField], all: &HashSet<FieldName>) -> Self {
        let given: BTreeSet<&Field> =
            fields.iter().filter(|field| all.contains(&field.name)).map(|field| &field.name.field).collect();
        let steps = plan.steps.iter().enumerate().map(|(index, step)| (&step.number, StepIx(index))).collect();
        let ticked = |outcome: &&Outcome| given.contains(&Field::Outcome(**outcome));
        let outcomes = Outcome::ALL.iter().filter(ticked).copied().collect();
        let is_decided = |step: &&Step| step.hold.as_ref().is_some_and(|hold| matches!(hold.decider, Who::Contact(_)));
        let mut list = Self {
            plan,
            after: plan.after.iter().map(|task| (&task.step.number, &*task.outcomes)).collect(),
            decided: plan.all_steps().filter(is_decided).map(|step| &step.number).collect(),
            fields,
            outcomes,
            begun: vec![None; plan.steps.len()],
            passed: vec![false; plan.steps.len()],
            entered: BTreeSet::new(),
            given,
            steps,
        };
        for FormField { name, .. } in fields.iter().copied() {
            let Some(number) = step_of(&name.field) else { continue };
            if let Some(step) = list.step(number) {
                // Whoever finds that a step doesn't apply may have filled in the gaps of its condition.
                let is_begun = list.given.contains(&name.field)
                    && !(matches!(name.field, Field::Gap(..)) && list.is_inapplicable(number, None));
                *list.begun[step.0].get_or_insert(false) |= is_begun;
            }
        }
        for block in &plan.rollback {
            let Some(letter) = block.letter else { continue };
            let begun = block.steps.clone().any(|step| list.begun[step] == Some(true));
            let said = |field: &Field| match field {
                Field::Rollback(of, _) | Field::Gap(Where::Rollback(of), ..) => *of == letter,
                _ => false,
            };
            if begun || list.given.iter().any(|field| said(field)) {
                list.entered.insert(letter);
            }
        }
        for index in 0..plan.steps.len() {
            list.pass(StepIx(index));
        }
        list
    }

    /// The step with this number; `None` for a task before or after the release.
    fn step(&self, number: &StepNumber) -> Option<StepIx> {
        self.steps.get(number).copied()
    }

    /// Marks the steps that the answers given at a step lead past. Answers that contradict each other lead past what all of
    /// them lead past; those that lead back have been followed by others.
    fn pass(&mut self, index: StepIx) {
        let of = self.plan.step(index);
        let leads = self.plan.ways(index).filter_map(|way| {
            let answer = match way.when {
                When::Done if of.hold.is_some() => RowPart::Hold(Answer::Yes),
                When::Refused => RowPart::Hold(Answer::No),
                When::Answered(answer) => RowPart::Option(answer as u32 + 1),
                When::Done | When::TimedOut | When::Failed | When::GateFailed => return None,
            };
            let is_given = self.given.contains(&Field::Row(RowId::Step(of.number.clone(), None), answer));
            ahead(self.plan, index, way.to).filter(|_| is_given)
        });
        if let Some(to) = leads.min() {
            self.passed[index.0 + 1..to.max(index.0 + 1)].fill(true);
        }
    }

    /// True when the list was used for a release at all.
    fn was_used(&self) -> bool {
        let was_not = |outcome: &Outcome| matches!(outcome, Outcome::NotExecuted | Outcome::Void);
        self.outcomes.is_empty() || !self.outcomes.iter().all(was_not)
    }

    /// True when the release went to its end.
    fn went_through(&self) -> bool {
        if self.outcomes.is_empty() { self.entered.is_empty() } else { self.outcomes.contains(&Outcome::Executed) }
    }

    /// True when the release ended in one of these ways.
    fn ended_as(&self, outcomes: &[Outcome]) -> bool {
        let presumed = [if self.entered.is_empty() { Outcome::Executed } else { Outcome::RolledBack }];
        let ended = if self.outcomes.is_empty() { &presumed[..] } else { &self.outcomes };
        ended.iter().any(|outcome| outcomes.contains(outcome))
    }

    /// True when a step must be filled in.
    fn needs(&self, step: StepIx) -> bool {
        if self.begun[step.0] == Some(true) {
            return true;
        }
        let of = self.plan.step(step);
        let area = self.plan.part_of(step);
        let until_last = || self.begun[step.0..area.end].contains(&Some(true));
        let reached = match of.number.letter {
            None => self.was_used() && (self.went_through() || until_last()),
            Some(letter) => {
                // One rollback may lead into another.
                let through = self.entered.len() == 1 || until_last();
                let from = of.from.is_empty() || of.from.iter().any(|from| self.begun[from.0] != Some(false));
                self.entered.contains(&letter) && through && from
            }
        };
        reached && !self.passed[step.0] && !self.is_inapplicable(&of.number, self.plan.block_of(step))
    }

    /// True when somebody ticked that a step doesn't apply, or its block.
    fn is_inapplicable(&self, number: &StepNumber, block: Option<&Block>) -> bool {
        let block = block.map(|block| Where::Block(self.plan.steps[block.steps.start].number.clone()));
        let row = Where::Row(RowId::Step(number.clone(), None));
        block.into_iter().chain([row]).any(|place| self.given.contains(&Field::NotApplicable(place)))
    }

    /// Whether any step of a block must be filled in, and whether its last one must.
    fn needs_block(&self, block: &Block) -> (bool, bool) {
        let mut steps = block.steps.clone().map(|step| self.needs(StepIx(step)));
        let any = steps.any(|needs| needs);
        (any, block.steps.end > 0 && self.needs(StepIx(block.steps.end - 1)))
    }

    /// The same for the block that begins with a step, and for the next block.
    fn needs_blocks(&self, first: &StepNumber) -> [(bool, bool); 2] {
        let mut blocks = self.plan.hot.iter().chain(&self.plan.rollback);
        let start = self.step(first).map(|step| step.0);
        let block = blocks.find(|block| Some(block.steps.start) == start);
        [block, blocks.next()].map(|block| block.map_or((false, false), |block| self.needs_block(block)))
    }

    /// True when the step or task with this number must be filled in.
    fn needs_number(&self, number: &StepNumber) -> bool {
        match (self.step(number), number.letter) {
            (Some(step), _) => self.needs(step),
            (None, _) if self.is_inapplicable(number, None) => false,
            (None, Some('A')) => self.after.get(number).is_some_and(|outcomes| self.ended_as(outcomes)),
            (None, _) => self.was_used(),
        }
    }

    /// True when a field must be filled in.
    fn must(&self, field: &Field) -> bool {
        match field {
            // Whoever ticks how it went says who they are.
            Field::Outcome(_) | Field::Gap(Where::Outcome, Wanted::Label(LabelGap::Signed | LabelGap::SignedAt), _) => {
                true
            }
            // A reason is needed only when the release wasn't executed to its end.
            Field::Reason => self.outcomes.iter().any(|outcome| *outcome != Outcome::Executed),
            Field::Row(row, _) | Field::Notice(Where::Row(row), ..) => self.must_in_row(row),
            Field::Notice(Where::Block(first), ..) => self.step(first).is_some_and(|step| self.needs(step)),
            Field::Person(_, Personal::Name)
            | Field::Planned(_)
            | Field::Value(_)
            | Field::Contact(_)
            | Field::ColdList(_)
            | Field::Approval(..)
            | Field::Notice(..) => self.was_used(),
            Field::Signature(signed, ..) | Field::Gap(Where::Signature(signed, _), ..) => self.must_sign(signed),
            // Whoever took over signs in full.
            Field::Successor(first, _) | Field::Gap(Where::Successor(first), ..) => self.took_over(first),
            Field::Atomic(first, moment) => {
                let [(any, last), _] = self.needs_blocks(first);
                match moment {
                    AtomicTime::Begun => any,
                    AtomicTime::Ended => last,
                }
            }
            Field::Reading(row, column, what) => self.must_in_reading(row, column, *what),
            Field::Verdict(table, step, _) => self.must_compare(table, Some(step)),
            Field::Rollback(letter, _) => self.entered.contains(letter),
            Field::Gap(Where::Row(RowId::Step(number, _)), Wanted::Label(LabelGap::Record), _) => {
                self.step(number).is_some_and(|step| self.needs(step))
            }
            // Operator and checker sign for the whole list. Whoever else decides signs here.
            Field::Gap(Where::Row(RowId::Step(number, _)), Wanted::Label(LabelGap::Signed | LabelGap::SignedAt), _) => {
                self.decided.contains(number) && self.needs_number(number)
            }
            // Other gaps in texts, and these fields, are optional.
            Field::Gap(..)
            | Field::NotApplicable(_)
            | Field::Person(..)
            | Field::Foot(..)
            | Field::Handover(..)
            | Field::Deviation(..) => false,
        }
    }

    fn must_in_row(&self, row: &RowId) -> bool {
        // An item may not apply to a step that does.
        if self.given.contains(&Field::NotApplicable(Where::Row(row.clone()))) {
            return false;
        }
        match row {
            RowId::Step(number, _) => self.needs_number(number),
            RowId::Prepare(_) => self.was_used(),
            RowId::Gate(first, _) => {
                let [(_, last), (next, _)] = self.needs_blocks(first);
                last && next
            }
        }
    }

    fn must_sign(&self, signed: &Signed) -> bool {
        match signed {
            Signed::Cold | Signed::Start => self.was_used(),
            Signed::Block(first) => {
                let block = self.step(first).and_then(|step| self.plan.block_of(step));
                block.is_some_and(|block| block.signed.clone().any(|step| self.needs(StepIx(step))))
            }
            Signed::After => self.after.values().any(|outcomes| self.ended_as(outcomes)),
            Signed::Final => self.outcomes != [Outcome::Void],
        }
    }

    /// True when somebody took over in the block that begins with a step.
    fn took_over(&self, first: &StepNumber) -> bool {
        let lines = Signing::ALL.iter().map(|line| Field::Successor(first.clone(), *line));
        let gaps = [LabelGap::As, LabelGap::From]
            .map(|gap| Field::Gap(Where::Successor(first.clone()), Wanted::Label(gap), 1));
        lines.chain(gaps).any(|field| self.given.contains(&field))
    }

    fn must_in_reading(&self, row: &ReadingRowId, column: &Column, what: Measured) -> bool {
        let compared = if let Column::Step(step) = column { Some(step) } else { None };
        // Only what isn't as expected has to be accepted by somebody.
        if let (Some(step), Measured::Accepted) = (compared, what)
            && !self.given.contains(&Field::Verdict(row.table.clone(), step.clone(), Compared::NoMatch))
        {
            return false;
        }
        // A reading that no step takes is recorded before the start.
        let before_start = row.table.take.is_none() && compared.is_none();
        if before_start { self.was_used() } else { self.must_compare(&row.table, compared) }
    }

    /// Whether a table is filled in, in the column of a step that compares if one is given. Where the step that takes it isn't
    /// done, there is nothing to compare.
    fn must_compare(&self, table: &ReadingId, compared: Option<&StepNumber>) -> bool {
        table.take.iter().chain(compared).all(|step| self.needs_number(step))
    }

    fn missing(&self, words: &PaperWords) -> Vec<MissingField> {
        let mut missing: Vec<MissingField> = Vec::new();
        let mut given: HashMap<String, usize> = HashMap::new();
        for field in self.fields.iter().filter(|field| self.given.contains(&field.name.field)) {
            *given.entry(field.name.question()).or_default() += 1;
        }
        let mut told: HashSet<String> = HashSet::new();
        for field in self.fields.iter().filter(|field| self.must(&field.name.field)) {
            let name = field.name.question();
            let ticked = given.get(&name).copied().unwrap_or(0);
            // One ticked box answers a question. Of commands to choose from, one was used and no more.
            let is_one_command = matches!(field.name.field, Field::Row(_, RowPart::Command(_)));
            let is_answered = if is_one_command { ticked == 1 } else { ticked > 0 };
            if !is_answered && told.insert(name.clone()) {
                let (page, ticked) = (field.page + 1, (ticked > 1).then_some(ticked));
                missing.push(MissingField { name, beside: words.of_question(&field.name), page, ticked });
            }
        }
        missing
    }
}
