//! The ways from each step: when each is taken, and where it leads.

use std::ops::Range;

use super::{Block, Plan, Step, StepIx, Then, WayOut};

/// When a way is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// The step works. At a hold the decider says yes; at a wait the condition comes true.
    Done,
    /// This answer to a choice is right, counted from 0.
    Answered(usize),
    /// The decider says no.
    Refused,
    /// The condition of a wait hasn't come true in time.
    TimedOut,
    /// The step fails: its own way out is taken, or else its block's.
    Failed,
    /// The gate after the last step of a block doesn't hold.
    GateFailed,
}

/// Where a way leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WayTo {
    /// On to the step that follows; `None` at the end of the hot blocks or of a rollback.
    Next(Option<StepIx>),
    /// To another step of the same part.
    Step(StepIx),
    /// To the same step again.
    Again,
    /// Into a rollback: index into [`Plan::rollback`] and its first step.
    Rollback(usize, StepIx),
    /// The release is held until the decider decides.
    Hold,
    /// The release is stopped, and there is nothing to undo.
    Abort,
}

/// One way from a step.
#[derive(Debug, Clone, Copy)]
pub struct Way<'p> {
    /// When it is taken.
    pub when: When,
    /// Where it leads.
    pub to: WayTo,
    /// The way out in the plan; `None` for [`When::Done`].
    pub out: Option<&'p WayOut>,
}

impl Step {
    /// The ways out of this step, in the order of [`When`]; behind one that tries again stands where it leads after the last
    /// try. The gate of a block is only in [`Plan::ways`].
    #[must_use]
    pub fn ways(&self) -> impl DoubleEndedIterator<Item = (When, &WayOut)> {
        self.ways_out().flat_map(|(when, way)| way.ends().map(move |way| (when, way)))
    }

    /// The minutes that the step may take when it works: those planned, or what it waits for where that may take longer.
    #[must_use]
    pub fn own_longest(&self) -> Option<u32> {
        let waits =
            [self.wait.as_ref().and_then(|wait| wait.at_most), self.hold.as_ref().and_then(|hold| hold.at_most)];
        self.minutes.max(waits.into_iter().flatten().reduce(u32::saturating_add))
    }

    /// The minutes that the step may take: its [own](Self::own_longest), and the longest call after which it goes on. A way
    /// that stops, holds or leads elsewhere isn't counted: nobody knows how long that takes.
    #[must_use]
    pub fn longest(&self) -> Option<u32> {
        let goes_on = |way: &&WayOut| matches!(way.then, None | Some(Then::Continue | Then::Next | Then::Retry(_)));
        let calls = self.ways().map(|(_, way)| way).filter(goes_on).filter_map(|way| way.within).max();
        [self.own_longest(), calls].into_iter().flatten().reduce(u32::saturating_add)
    }

    /// The ways out of this step as its author wrote them, in the order of [`When`].
    #[must_use]
    pub fn ways_out(&self) -> impl DoubleEndedIterator<Item = (When, &WayOut)> {
        let options = self.choose.iter().flat_map(|choose| choose.options.iter().enumerate());
        let answers = options.map(|(index, option)| (When::Answered(index), &option.way));
        let asked = self.hold.iter().filter_map(|hold| Some((When::Refused, hold.no.as_ref()?)));
        let waited = self.wait.iter().filter_map(|wait| Some((When::TimedOut, wait.otherwise.as_ref()?)));
        let failed = self.way_out.iter().map(|way| (When::Failed, way));
        answers.chain(asked).chain(waited).chain(failed)
    }
}

impl Plan {
    /// The block of a step, hot or of a rollback; `None` for a step without a block.
    #[must_use]
    pub fn block_of(&self, step: StepIx) -> Option<&Block> {
        let block = self.step(step).block?;
        self.hot.get(block).or_else(|| self.rollback.get(block.checked_sub(self.hot.len())?))
    }

    /// The steps of the part that a step belongs to: all hot steps, or all of its rollback with its repetitions.
    #[must_use]
    pub fn part_of(&self, step: StepIx) -> Range<usize> {
        self.block_of(step).map_or(0..0, |block| block.part.clone())
    }

    /// How many hot steps there are; the steps of the rollbacks follow them in [`Plan::steps`].
    #[must_use]
    pub fn hot_steps(&self) -> usize {
        self.hot.last().map_or(0, |block| block.steps.end)
    }

    /// Every way from a step of a block, in the order of [`When`].
    pub fn ways(&self, from: StepIx) -> impl Iterator<Item = Way<'_>> {
        let step = self.step(from);
        let block = self.block_of(from);
        let next = Some(from.0 + 1).filter(|next| self.part_of(from).contains(next)).map(StepIx);
        // A choice is left along its answers only.
        let done = step.choose.is_none().then_some(Way { when: When::Done, to: WayTo::Next(next), out: None });
        let gate = block.filter(|block| block.steps.end == from.0 + 1).and_then(|block| block.gate_way_out.as_ref());
        let gate = gate.into_iter().flat_map(WayOut::ends).map(|way| (When::GateFailed, way));
        let out = step.ways().chain(gate);
        done.into_iter().chain(out.map(move |(when, way)| Way { when, to: way.leads(next), out: Some(way) }))
    }

    /// The rollback to take when somebody decides to roll back at a hot step: the first one that may still be entered
    /// from there, as an index into [`Plan::rollback`].
    #[must_use]
    pub fn valid_rollback(&self, from: StepIx) -> Option<usize> {
        self.rollback.iter().position(|block| block.valid_until.is_none_or(|last| from <= last))
    }

    /// The letter of the rollback that a way out leads into.
    #[must_use]
    pub fn rollback_letter(&self, way: &WayOut) -> Option<char> {
        match way.then {
            Some(Then::Rollback(index, _)) => self.rollback.get(index)?.letter,
            _ => None,
        }
    }
}

impl WayOut {
    /// The way out itself, and where it leads after the last try.
    fn ends(&self) -> impl DoubleEndedIterator<Item = &Self> {
        std::iter::once(self).chain(self.last.as_deref())
    }

    /// Whether the decider decides after the last try, as nothing else is said.
    #[must_use]
    pub const fn ends_with_decider(&self) -> bool {
        matches!(self.then, Some(Then::Retry(Some(_)))) && self.last.is_none()
    }

    /// Where the way out leads. `next` is the step that follows the step it belongs to.
    #[must_use]
    pub const fn leads(&self, next: Option<StepIx>) -> WayTo {
        match self.then {
            None | Some(Then::Continue | Then::Next) => WayTo::Next(next),
            Some(Then::Retry(_)) => WayTo::Again,
            Some(Then::Step(step)) => WayTo::Step(step),
            Some(Then::Rollback(block, step)) => WayTo::Rollback(block, step),
            Some(Then::Hold) => WayTo::Hold,
            Some(Then::Abort) => WayTo::Abort,
        }
    }
}
