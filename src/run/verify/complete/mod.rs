//! What is missing in a list that was filled in.
//!
//! What nobody could fill in truthfully isn't missing: steps that were never reached, branches and rollbacks that weren't
//! taken, the room for deviations and hand-overs that there weren't.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::page::pdf::inside::Filled;
use crate::page::{Field, FieldKind};
use crate::plan::{Block, Plan, StepIx, To, When};
use crate::run::pipeline::RebuiltList;
use crate::view::words;

/// What the names of the fields begin with that say how it went.
const OUTCOME: &str = "outcome";

/// A field that must be filled in and isn't.
#[derive(Debug, Serialize, PartialEq, Eq)]
pub(super) struct Missing {
    /// Its name; for a choice, that of the boxes together.
    pub name: String,
    /// Number of its page.
    pub page: usize,
}

/// How it went, as the list itself says it, in the order of its boxes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Executed,
    NotExecuted,
    Stopped,
    RolledBack,
    Void,
}

const OUTCOMES: [Outcome; 5] =
    [Outcome::Executed, Outcome::NotExecuted, Outcome::Stopped, Outcome::RolledBack, Outcome::Void];

/// Lists what is missing, in reading order. Of several copies those count that somebody has begun.
pub(super) fn missing(made: &RebuiltList, found: &[Filled]) -> Vec<Missing> {
    let mut copies: BTreeMap<u32, Vec<(&str, &Field)>> = BTreeMap::new();
    for field in &made.document.fields {
        let (copy, name) = copy(&field.name);
        copies.entry(copy).or_default().push((name, field));
    }
    let given: BTreeSet<&str> =
        found.iter().filter(|filled| filled.entry.is_given()).map(|filled| &*filled.name).collect();
    let begun = |fields: &[(&str, &Field)]| fields.iter().any(|(_, field)| given.contains(&*field.name));
    let several = copies.values().any(|fields| begun(fields));
    let looked = copies.iter().filter(|(copy, fields)| if several { begun(fields) } else { **copy == 1 });
    looked.flat_map(|(_, fields)| List::new(&made.plan, fields, &given).missing()).collect()
}

/// Number of the copy that a field belongs to, and its name there.
fn copy(name: &str) -> (u32, &str) {
    let numbered = name.strip_prefix("copy-").and_then(|rest| rest.split_once('.'));
    numbered.and_then(|(number, name)| Some((number.parse().ok()?, name))).unwrap_or((1, name))
}

/// One copy of a list, filled in.
struct List<'a> {
    plan: &'a Plan,
    fields: &'a [(&'a str, &'a Field)],
    given: BTreeSet<&'a str>,
    outcome: Option<Outcome>,
    /// Index of each step by what its fields' names begin with.
    steps: BTreeMap<String, StepIx>,
    /// Whether something was entered at a step; `None` where its sheet isn't printed.
    begun: Vec<Option<bool>>,
    /// Whether a branch that was taken leads past a step.
    passed: Vec<bool>,
    /// The letters of the rollbacks that were entered.
    entered: BTreeSet<char>,
}

impl<'a> List<'a> {
    fn new(plan: &'a Plan, fields: &'a [(&'a str, &'a Field)], all: &BTreeSet<&str>) -> Self {
        let given: BTreeSet<&str> =
            fields.iter().filter(|(_, field)| all.contains(&*field.name)).map(|(name, _)| *name).collect();
        let steps: BTreeMap<String, StepIx> = plan
            .steps
            .iter()
            .enumerate()
            .map(|(index, step)| (words::field("step", &step.number), StepIx(index)))
            .collect();
        let ticked = |n: &usize| given.contains(&*format!("{OUTCOME}.choice-{}", n + 1));
        let outcome = (0..OUTCOMES.len()).rev().find(ticked).map(|n| OUTCOMES[n]);
        let mut list = Self {
            plan,
            fields,
            outcome,
            begun: vec![None; plan.steps.len()],
            passed: vec![false; plan.steps.len()],
            entered: BTreeSet::new(),
            given,
            steps,
        };
        for (name, _) in fields {
            if let Some(step) = list.step(name) {
                *list.begun[step.0].get_or_insert(false) |= list.given.contains(name);
            }
        }
        for block in &plan.rollback {
            let Some(letter) = block.letter else { continue };
            let entry = format!("rollback.{letter}.");
            let begun = block.steps.clone().any(|step| list.begun[step] == Some(true));
            if begun || list.given.iter().any(|name| name.starts_with(&entry)) {
                list.entered.insert(letter);
            }
        }
        for index in 0..plan.steps.len() {
            list.pass(StepIx(index));
        }
        list
    }

    /// The step that a field belongs to.
    fn step(&self, name: &str) -> Option<StepIx> {
        let end = name.match_indices('.').nth(1).map_or(name.len(), |(at, _)| at);
        self.steps.get(name.get(..end)?).copied()
    }

    /// Marks what the answers that were given at a step lead past.
    fn pass(&mut self, index: StepIx) {
        let step = self.plan.step(index);
        let field = words::field("step", &step.number);
        let end = self.plan.part_of(index).end;
        for way in self.plan.ways(index) {
            // The boxes of a hold are yes and no; those of a choice follow them.
            let before = if step.hold.is_some() { 2 } else { 0 };
            let choice = match way.when {
                When::Refused => before,
                When::Answered(answer) => before + answer + 1,
                When::Done | When::TimedOut | When::Failed | When::GateFailed => continue,
            };
            let to = match way.to {
                To::Step(to) if to.0 > index.0 => to.0.min(end),
                To::Rollback(..) | To::Abort | To::Hold => end,
                To::Step(_) | To::Next(_) | To::Again => continue,
            };
            if self.given.contains(&*format!("{field}.choice-{choice}")) {
                self.passed[index.0 + 1..to.max(index.0 + 1)].fill(true);
            }
        }
    }

    /// Whether the list was used as it is meant to be.
    fn was_used(&self) -> bool {
        !matches!(self.outcome, Some(Outcome::NotExecuted | Outcome::Void))
    }

    /// Whether it went to its end.
    fn went_through(&self) -> bool {
        match self.outcome {
            Some(outcome) => outcome == Outcome::Executed,
            None => self.entered.is_empty(),
        }
    }

    /// Whether a step must be filled in.
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
        reached && !self.passed[step.0]
    }

    /// Whether any step of a block must be filled in, and whether its last one must.
    fn needs_block(&self, block: &Block) -> (bool, bool) {
        let mut steps = block.steps.clone().map(|step| self.needs(StepIx(step)));
        let any = steps.any(|needs| needs);
        (any, block.steps.end > 0 && self.needs(StepIx(block.steps.end - 1)))
    }

    /// Whether the field of a name and a place in the list must be filled in.
    fn must(&self, name: &str, place: usize) -> bool {
        // Gaps in texts help to say something; what is signed for is said.
        if name.contains(".blank-") && !name.contains(".signature.") {
            return false;
        }
        if let Some(step) = self.step(name) {
            return self.needs(step);
        }
        let (kind, rest) = name.split_once('.').unwrap_or((name, ""));
        match kind {
            // The reason of what went otherwise.
            OUTCOME => !name.ends_with("reason") || self.outcome.is_some_and(|outcome| outcome != Outcome::Executed),
            "step" if rest.starts_with('A') => self.went_through(),
            "after" => self.went_through(),
            "final" => self.outcome != Some(Outcome::Void),
            "people" => self.was_used() && rest.ends_with("name"),
            "block" => self.must_in_block(rest),
            "reading" => self.must_in_reading(rest),
            "rollback" => rest.chars().next().is_some_and(|letter| self.entered.contains(&letter)),
            "handover" | "deviation" | "release" => false,
            _ if kind.starts_with("page-") => false,
            // A caution over a block stands before its steps.
            _ if kind.starts_with("hot-") || kind.starts_with("rollback-") => {
                let following = self.fields.get(place..).unwrap_or_default();
                following.iter().find_map(|(name, _)| self.step(name)).is_some_and(|step| self.needs(step))
            }
            // Cold steps, people and values before the start.
            _ => self.was_used(),
        }
    }

    fn must_in_block(&self, rest: &str) -> bool {
        let (first, what) = rest.split_once('.').unwrap_or((rest, ""));
        let Some(first) = self.steps.get(&format!("step.{first}")) else { return false };
        let mut blocks = self.plan.hot.iter().chain(&self.plan.rollback);
        let Some(block) = blocks.find(|block| block.steps.start == first.0) else { return false };
        let (any, last) = self.needs_block(block);
        if what.starts_with("gate") {
            return last && blocks.next().is_some_and(|next| self.needs_block(next).0);
        }
        if what == "ended" { last } else { any }
    }

    fn must_in_reading(&self, rest: &str) -> bool {
        let column = rest.split('.').rev().find(|part| part.starts_with("step-") || *part == "before");
        match column.and_then(|column| column.strip_prefix("step-")) {
            Some(step) => self.steps.get(&format!("step.{step}")).is_some_and(|step| self.needs(*step)),
            // What no step takes is read before the start.
            None => self.was_used(),
        }
    }

    /// The names that one entry is enough for: the boxes of a choice, the gaps of a step that records a value.
    fn group<'n>(&self, name: &'n str, kind: FieldKind) -> Option<&'n str> {
        match kind {
            FieldKind::Tick => Some(name.get(..name.rfind(".choice-")? + ".choice".len())?),
            FieldKind::Line => {
                let group = name.get(..name.rfind(".blank-")? + ".blank".len())?;
                let records = self.step(name).is_some_and(|step| self.plan.step(step).record.is_some());
                records.then_some(group)
            }
            FieldKind::Signature => None,
        }
    }

    fn missing(&self) -> Vec<Missing> {
        let mut missing: Vec<Missing> = Vec::new();
        let mut told = BTreeSet::new();
        for (place, (name, field)) in self.fields.iter().enumerate() {
            let group = self.group(name, field.kind);
            let is_given = match group {
                Some(group) => {
                    let prefix = format!("{group}-");
                    self.given.range(&*prefix..).next().is_some_and(|given| given.starts_with(&prefix))
                }
                None => self.given.contains(name),
            };
            let records = group.is_some() && field.kind == FieldKind::Line;
            let must =
                if records { self.step(name).is_some_and(|step| self.needs(step)) } else { self.must(name, place) };
            if is_given || !must {
                continue;
            }
            // As the field is called, with the copy that it belongs to.
            let end = field.name.len() - name.len() + group.map_or(name.len(), str::len);
            let whole = field.name.get(..end).unwrap_or_default();
            if told.insert(whole) {
                missing.push(Missing { name: whole.to_owned(), page: field.page + 1 });
            }
        }
        missing
    }
}
