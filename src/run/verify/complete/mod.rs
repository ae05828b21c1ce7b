//! Finds what is missing in a list that was filled in.
//!
//! A field is missing only if people could have filled it in truthfully. So nothing is required at steps that were
//! never reached, in branches and rollbacks that weren't taken, and for deviations and hand-overs that never happened.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde::Serialize;

use crate::field::{
    Answer, AtomicTime, Column, Field, FieldName, LabelGap, Outcome, Personal, ReadingRowId, RowId, RowPart, Signed,
    StepNumber, Wanted, Where,
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
    /// Number of its page.
    pub page: usize,
    /// For a choice of one, how many of its boxes are ticked, where that is several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticked: Option<usize>,
}

/// Lists what is missing, in reading order. Copies that nobody has begun are left out.
pub(super) fn missing(made: &RebuiltList, found: &[FilledField]) -> Vec<MissingField> {
    let given = found.iter().filter(|filled| filled.content.is_given());
    let given: HashSet<FieldName> = given.filter_map(|filled| filled.name.parse().ok()).collect();
    let mut copies: BTreeMap<u32, Vec<&FormField>> = BTreeMap::new();
    for field in &made.document.fields {
        copies.entry(field.name.copy).or_default().push(field);
    }
    let begun = |fields: &[&FormField]| fields.iter().any(|field| given.contains(&field.name));
    let several = copies.values().any(|fields| begun(fields));
    let looked = copies.iter().filter(|(copy, fields)| if several { begun(fields) } else { **copy == 1 });
    looked.flat_map(|(_, fields)| FilledList::new(&made.plan, fields, &given).missing()).collect()
}

/// One copy of a list, filled in.
struct FilledList<'a> {
    plan: &'a Plan,
    fields: &'a [&'a FormField],
    given: BTreeSet<&'a Field>,
    outcome: Option<Outcome>,
    /// Index of each step of the blocks.
    steps: BTreeMap<&'a StepNumber, StepIx>,
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
        let outcome = Outcome::ALL.iter().rev().find(ticked).copied();
        let is_decided = |step: &&Step| step.hold.as_ref().is_some_and(|hold| matches!(hold.decider, Who::Contact(_)));
        let mut list = Self {
            plan,
            decided: plan.all_steps().filter(is_decided).map(|step| &step.number).collect(),
            fields,
            outcome,
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

    /// Marks the steps that the answers given at a step lead past.
    fn pass(&mut self, index: StepIx) {
        let number = &self.plan.step(index).number;
        let end = self.plan.part_of(index).end;
        for way in self.plan.ways(index) {
            let answer = match way.when {
                When::Refused => RowPart::Hold(Answer::No),
                When::Answered(answer) => RowPart::Option(answer as u32 + 1),
                When::Done | When::TimedOut | When::Failed | When::GateFailed => continue,
            };
            let to = match way.to {
                WayTo::Step(to) if to.0 > index.0 => to.0.min(end),
                WayTo::Rollback(..) | WayTo::Abort | WayTo::Hold => end,
                WayTo::Step(_) | WayTo::Next(_) | WayTo::Again => continue,
            };
            if self.given.contains(&Field::Row(RowId::Step(number.clone(), None), answer)) {
                self.passed[index.0 + 1..to.max(index.0 + 1)].fill(true);
            }
        }
    }

    /// True when the list was used for a release at all.
    fn was_used(&self) -> bool {
        !matches!(self.outcome, Some(Outcome::NotExecuted | Outcome::Void))
    }

    /// True when the release went to its end.
    fn went_through(&self) -> bool {
        match self.outcome {
            Some(outcome) => outcome == Outcome::Executed,
            None => self.entered.is_empty(),
        }
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
            (None, Some('A')) => self.went_through(),
            (None, _) => self.was_used(),
        }
    }

    /// True when a field must be filled in.
    fn must(&self, field: &Field) -> bool {
        match field {
            Field::Outcome(_) => true,
            // A reason is needed only when the release wasn't executed to its end.
            Field::Reason => self.outcome.is_some_and(|outcome| outcome != Outcome::Executed),
            Field::Row(row, _) | Field::Notice(Where::Row(row), ..) => self.must_in_row(row),
            Field::Notice(Where::Block(first), ..) => self.step(first).is_some_and(|step| self.needs(step)),
            Field::Person(_, Personal::Name)
            | Field::Planned(_)
            | Field::Value(_)
            | Field::Contact(_)
            | Field::Approval(..)
            | Field::Notice(..) => self.was_used(),
            Field::Signature(signed, ..) | Field::Gap(Where::Signature(signed, _), ..) => self.must_sign(signed),
            Field::Atomic(first, moment) => {
                let [(any, last), _] = self.needs_blocks(first);
                match moment {
                    AtomicTime::Begun => any,
                    AtomicTime::Ended => last,
                }
            }
            Field::Reading(row, column, _) => self.must_in_reading(row, column),
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
            Signed::Block(first) => self.needs_blocks(first)[0].0,
            Signed::After => self.went_through(),
            Signed::Final => self.outcome != Some(Outcome::Void),
        }
    }

    fn must_in_reading(&self, row: &ReadingRowId, column: &Column) -> bool {
        let step = match column {
            Column::Before => row.take.as_ref(),
            Column::Step(step) => Some(step),
        };
        // A reading that no step takes is recorded before the start.
        step.map_or_else(|| self.was_used(), |step| self.step(step).is_some_and(|step| self.needs(step)))
    }

    fn missing(&self) -> Vec<MissingField> {
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
                missing.push(MissingField { name, page: field.page + 1, ticked: (ticked > 1).then_some(ticked) });
            }
        }
        missing
    }
}
