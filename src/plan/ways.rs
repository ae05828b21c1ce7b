//! The ways out of a step, each with when it is taken.

use super::{Step, WayOut};

/// When a way out is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// The step doesn't work: its own way out, or else its block's.
    Failed,
    /// What is waited for hasn't come true in time.
    TimedOut,
    /// The one who decides says no.
    Refused,
    /// This answer of a choice holds, counted from 0.
    Answered(usize),
    /// The gate behind the last step of a block doesn't hold.
    GateFailed,
}

impl Step {
    /// Its ways out, in the order of [`When`].
    pub fn ways(&self) -> impl DoubleEndedIterator<Item = (When, &WayOut)> {
        let failed = self.way_out.iter().map(|way| (When::Failed, way));
        let waited = self.wait.iter().filter_map(|wait| Some((When::TimedOut, wait.otherwise.as_ref()?)));
        let asked = self.hold.iter().filter_map(|hold| Some((When::Refused, hold.no.as_ref()?)));
        let options = self.choose.iter().flat_map(|choose| choose.options.iter().enumerate());
        let answers = options.map(|(index, (_, way))| (When::Answered(index), way));
        failed.chain(waited).chain(asked).chain(answers)
    }
}
