//! The flow and one release of it, resolved: names are looked up, shared checks expanded, repeated blocks unrolled,
//! steps numbered, and lead times turned into dates. Every index in a [`Plan`] leads to something.
//!
//! A plan doesn't say how anything is worded or laid out.

mod appendix;
mod approvals;
mod build;
mod cases;
pub mod changes;
mod check;
mod count;
mod derived;
mod exclusive;
mod faults;
mod fill;
mod left_out;
mod lists;
pub mod look;
mod lookup;
mod made;
mod mail_ids;
mod people;
mod place;
mod plain;
mod readings;
mod records;
mod references;
mod release;
mod routes;
mod step;
mod steps;
mod task;
#[cfg(test)]
mod tests;
mod texts;
mod times;
mod unroll;
mod values;
mod ways;
mod wording;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use jiff::Zoned;
use jiff::civil::{Date, Time};

pub use self::appendix::Appendix;
pub use self::approvals::{Approval, Given};
pub use self::build::{build, outline};
pub use self::changes::{Changes, changes};
pub use self::count::older_is_too_large;
pub use self::plain::{PartRevision, Plain};
pub use self::records::{MOST_TOLD, Records};
pub use self::references::{Target, TargetStep, Targets};
pub use self::release::{Person, Release, ReleaseStanding};
pub use self::step::{Choose, ChooseOption, Hold, Record, Step, StepCommand, SubItem, Tell, Then, Wait, WayOut};
pub use self::task::{Task, TaskGroup};
pub use self::texts::{TextRole, TextWords};
pub use self::values::{called_off, no_such_step};
pub use self::ways::{Way, WayTo, When};
pub use self::wording::{StartWords, Wording};
pub use self::{fill::names, mail_ids::UniqueNames};
use crate::diagnostic::Span;
pub use crate::field::StepNumber;
pub use crate::source::flow::{LabelSet, Lead, Op, RecordKind, Relation, Verify};
use crate::text::{Lang, Text};

/// Index of a step in [`Plan::steps`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StepIx(pub usize);

/// Index of a contact in [`Plan::contacts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContactIx(pub usize);

/// Index of a reading in [`Plan::readings`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReadingIx(pub usize);

/// One release of one flow.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The flow's id: letters, digits, `-` and `_`.
    pub id: String,
    /// What is released.
    pub title: Text,
    /// What the procedure is for.
    pub about: Option<Text>,
    /// The language of everything in this plan.
    pub lang: Lang,
    /// Revision of the flow.
    pub revision: Option<Plain>,
    /// The revisions of the parts that it includes.
    pub parts: Vec<PartRevision>,
    /// When that revision was made.
    pub revised: Option<Date>,
    /// Who owns the flow.
    pub owner: Option<Text>,
    /// Whose document it is.
    pub look: look::PlanLook,
    /// Where the runbook is published.
    pub runbook: Option<Plain>,
    /// Whom mails come from: an address, or a name and `<address>`.
    pub mail_from: Option<Plain>,
    /// SHA-256 of the flow file's bytes, in lower-case hexadecimal.
    pub digest: String,
    /// The release: number, people, times.
    pub release: Release,
    /// The declared values, in the author's order.
    pub values: Vec<Value>,
    /// The value that is printed beside the title and that every mail needs, as an index into [`Plan::values`].
    pub title_value: Option<usize>,
    /// What each name is made of that follows from others: a value with `is`, a group of a pattern, the planned start.
    pub made_of: BTreeMap<String, MadeOf>,
    /// Everyone who is told or called, in the author's order.
    pub contacts: Vec<Contact>,
    /// Which of our words it is written with.
    pub labels: LabelSet,
    /// What the operator (first) and the checker are called, where the flow has names of its own for them.
    pub called: [Option<Plain>; 2],
    /// What the operator and the checker guarantee, in this order.
    pub prepare: [Vec<SubItem>; 2],
    /// How the operator (first) and the checker hand over.
    pub handover: [Option<Text>; 2],
    /// Facts of the change, in the author's order.
    pub facts: Vec<Fact>,
    /// Who has to sign beside operator and checker, in the author's order.
    pub approvals: Vec<Approval>,
    /// When to roll back.
    pub decision: Option<Decision>,
    /// Tables recorded before and compared after; a repeated block has one for each element.
    pub readings: Vec<Reading>,
    /// The tasks before the release, in the author's order.
    pub cold: Vec<Task>,
    /// Every step of the hot blocks, then of the rollbacks.
    pub steps: Vec<Step>,
    /// The hot blocks, in the order of execution.
    pub hot: Vec<Block>,
    /// The blocks of the rollbacks, in the order of execution.
    pub rollback: Vec<Block>,
    /// The tasks after the release, in the author's order.
    pub after: Vec<Task>,
    /// Where each recorded value is written down.
    pub records: Records,
    /// Texts that are no steps.
    pub appendices: Vec<Appendix>,
    /// What the references in its texts lead to.
    pub targets: Targets,
    /// The rules that may be broken on purpose, in the author's order: those of the flow, then those of blocks and
    /// steps.
    pub allowed: Vec<Allowed>,
    /// What the release leaves out.
    pub left_out: PartsLeftOut,
    /// Planned minutes of the hot blocks, when at least one step says how long it takes. While the release leaves open
    /// which steps apply, those of the longest way.
    pub minutes: Option<u32>,
    /// Planned minutes of the longest rollback.
    pub rollback_minutes: Option<u32>,
    /// The minutes that the longest rollback may take, with what its calls and waits may take.
    pub rollback_longest: Option<u32>,
}

/// Some of the words of a value with `choices`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChosenValue {
    /// The value, as an index into [`Plan::values`].
    pub value: usize,
    /// The words.
    pub words: Vec<Plain>,
}

/// On what something depends that isn't decided when the list is printed: on what the release leaves open, and on what
/// shows only on the spot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Condition {
    /// It applies only if each of these values is one of these words.
    pub only: Vec<ChosenValue>,
    /// It doesn't apply if, in one of these lists, each value is one of its words.
    pub unless: Vec<Vec<ChosenValue>>,
    /// It applies only if people find on the spot that this is so.
    pub seen: Option<Text>,
}

/// Numbers that a list lacks, because the release leaves out what has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// How many of what the list has stand before them.
    pub before: usize,
    /// The letter of their rollback.
    pub letter: Option<char>,
    /// The first of the numbers.
    pub first: u32,
    /// The last of them.
    pub last: u32,
    /// What the release is, and thus why.
    pub why: Vec<ChosenValue>,
}

impl LeftOut {
    /// How many numbers there are.
    #[must_use]
    pub const fn count(&self) -> u32 {
        self.last + 1 - self.first
    }
}

/// What a release leaves out, apart from what blocks and steps say of themselves.
#[derive(Debug, Clone, Default)]
pub struct PartsLeftOut {
    /// Blocks, by the numbers of their steps, between those of [`Plan::hot`].
    pub hot: Vec<LeftOut>,
    /// The same between those of [`Plan::rollback`].
    pub rollback: Vec<LeftOut>,
    /// Tasks before the release, all of them behind the last of [`Plan::cold`].
    pub cold: Vec<LeftOut>,
    /// The same after it.
    pub after: Vec<LeftOut>,
    /// What the operator and the checker prepare.
    pub prepare: [Vec<LeftOut>; 2],
}

/// A rule that may be broken on purpose.
#[derive(Debug, Clone)]
pub struct Allowed {
    /// Where it may be broken.
    pub at: AllowedAt,
    /// The rule's name.
    pub rule: String,
    /// Why it may be broken.
    pub reason: Text,
}

/// Where a rule may be broken on purpose. A block that repeats counts once.
#[derive(Debug, Clone)]
pub enum AllowedAt {
    /// Throughout the flow.
    Flow,
    /// In a block and its steps: an index into [`Plan::hot`] and, after its last block, on into [`Plan::rollback`].
    Block(usize),
    /// In a step.
    Step(StepIx),
    /// In a task before or after the release.
    Task(StepNumber),
    /// In a text that is no step: an index into [`Plan::appendices`].
    Appendix(usize),
}

/// A declared value and what the release gives for it.
#[derive(Debug, Clone)]
pub struct Value {
    /// Its name in `{{ name }}`.
    pub name: String,
    /// The label of its gap.
    pub label: Text,
    /// An example, for whoever fills it in.
    pub example: Vec<Plain>,
    /// What the release gives; several for a list.
    pub given: Option<Vec<Plain>>,
    /// For a value made of others that are all known: the same with the place of each part.
    pub made: Option<Text>,
    /// True for a list.
    pub list: bool,
    /// The words that it may be; empty when it may be anything.
    pub choices: Vec<Plain>,
    /// Where it is declared.
    pub span: Span,
}

/// What a name is made of that follows from others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MadeOf {
    /// Other names, which may follow from others themselves.
    Names(Vec<String>),
    /// The planned start.
    Start,
}

/// Somebody who is told or called.
#[derive(Debug, Clone)]
pub struct Contact {
    /// Its name in the flow.
    pub id: String,
    /// The role or team.
    pub name: Text,
    /// Who is on call for this release.
    pub person: Option<Plain>,
    /// Mail addresses: each parses as one.
    pub email: Vec<Plain>,
    /// A number to call.
    pub phone: Option<Plain>,
    /// The language of the mails to it; `None` for that of the plan.
    pub lang: Option<Lang>,
}

/// Somebody who decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// The operator.
    Operator,
    /// The checker.
    Checker,
    /// A contact.
    Contact(ContactIx),
}

/// A fact of the change.
#[derive(Debug, Clone)]
pub struct Fact {
    /// Its name in the flow.
    pub id: String,
    /// What it is about.
    pub label: Text,
    /// What is to be known.
    pub text: Text,
}

/// When to roll back, and who decides it.
#[derive(Debug, Clone)]
pub struct Decision {
    /// Who decides.
    pub decider: Who,
    /// Each measure that calls for it.
    pub when: Vec<Measure>,
    /// By when everything must be done.
    pub window_end: Option<Zoned>,
    /// The same as a time of day, which is known even without a start.
    pub window: Option<Time>,
    /// The latest time to decide: the window's end less what the longest rollback may take, its calls and waits included.
    /// `None` unless both are known.
    pub latest: Option<Zoned>,
}

/// A measure that calls for a rollback.
#[derive(Debug, Clone)]
pub struct Measure {
    /// What is measured; without a threshold the whole condition.
    pub measure: Text,
    /// Where it is read.
    pub place: Option<Text>,
    /// From which value on it calls for a rollback.
    pub threshold: Option<Text>,
}

impl Decision {
    /// Whether the measures are told as a table: one of them says where it is read, or its threshold.
    #[must_use]
    pub fn is_table(&self) -> bool {
        self.when.iter().any(|measure| measure.place.is_some() || measure.threshold.is_some())
    }
}

/// A table of what is recorded before and compared after.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Its name in the flow.
    pub id: String,
    /// Heading; names the element for a repeated block.
    pub title: Text,
    /// Its rows.
    pub rows: Vec<ReadingRow>,
    /// The step that records it; `None` when no step does.
    pub take: Option<StepIx>,
    /// Each step that compares it, rollback's too, in order.
    pub compare: Vec<StepIx>,
}

/// One row of a reading.
#[derive(Debug, Clone)]
pub struct ReadingRow {
    /// What is read.
    pub item: Text,
    /// What there is room for on paper: a number, a text, a list.
    pub record: RecordKind,
    /// Unit of a number.
    pub unit: Option<Text>,
    /// How before and after must relate.
    pub relation: Relation,
}

/// One element of the list that a block repeats for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// The element, such as `host-1`.
    pub name: Plain,
    /// What the flow calls any one of them, such as `host`.
    pub each: String,
    /// Its place in the order of execution, from 0.
    pub index: usize,
    /// How many there are.
    pub of: usize,
}

/// A block of steps; in a block that repeats, the copy for one element.
#[derive(Debug, Clone)]
pub struct Block {
    /// Its name in the flow.
    pub id: Option<String>,
    /// Heading.
    pub title: Text,
    /// The letter of a rollback: R, S, T, …
    pub letter: Option<char>,
    /// True when it must not be interrupted once it has begun.
    pub atomic: bool,
    /// The element of this copy, when the block repeats.
    pub instance: Option<Instance>,
    /// The condition on which it applies, while the release leaves that open.
    pub condition: Option<Condition>,
    /// Which of its steps are left out.
    pub left_out: Vec<LeftOut>,
    /// What must hold before the next element; empty for the last one.
    pub gate: Vec<SubItem>,
    /// Which items of the gate are left out.
    pub gate_left_out: Vec<LeftOut>,
    /// What happens when the gate doesn't hold: the block's own way out, from its last step. `None` without a gate.
    pub gate_way_out: Option<WayOut>,
    /// Printed before its steps.
    pub note: Option<Text>,
    /// Printed before its steps, boxed.
    pub caution: Option<Text>,
    /// Printed before its steps, boxed twice.
    pub warning: Option<Text>,
    /// For a rollback: the last step from which it may still be entered.
    pub valid_until: Option<StepIx>,
    /// Its steps, as indices into [`Plan::steps`]; never empty.
    pub steps: Range<usize>,
    /// The steps that are signed for together with its own, behind the last of them.
    pub signed: Range<usize>,
    /// The steps of its part, as indices into [`Plan::steps`]: all hot steps, or all of its rollback with its
    /// repetitions.
    pub part: Range<usize>,
    /// Planned minutes, when at least one step says how long it takes.
    pub minutes: Option<u32>,
    /// Where its author wrote it.
    pub span: Span,
}

impl Plan {
    /// The languages, other than its own, in which its contacts get mails: each once.
    #[must_use]
    pub fn mail_langs(&self) -> BTreeSet<&Lang> {
        let notified = self.cold.iter().chain(&self.after).flat_map(|task| &task.notify);
        notified.filter_map(|contact| self.contact(*contact).lang.as_ref()).filter(|lang| **lang != self.lang).collect()
    }

    /// A step by its index.
    #[must_use]
    pub fn step(&self, index: StepIx) -> &Step {
        &self.steps[index.0]
    }

    /// A contact by its index.
    #[must_use]
    pub fn contact(&self, index: ContactIx) -> &Contact {
        &self.contacts[index.0]
    }

    /// Every step of hot blocks and rollbacks, then every task before the release and after it.
    pub fn all_steps(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().chain(self.cold.iter().chain(&self.after).map(|task| &task.step))
    }

    /// The steps of a block with their indices.
    pub fn block_steps(&self, block: &Block) -> impl Iterator<Item = (StepIx, &Step)> {
        block.steps.clone().map(|index| (StepIx(index), &self.steps[index]))
    }
}
