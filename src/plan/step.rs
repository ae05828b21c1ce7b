//! One step: what is done, what shows that it worked, what is asked, and the ways out.

use jiff::Zoned;

use super::{ContactIx, Op, Plain, ReadingIx, StepIx, StepNumber, Verify, Who};
use crate::diagnostic::Span;
use crate::text::Text;

/// One step.
#[derive(Debug, Clone)]
pub struct Step {
    /// Its printed number.
    pub number: StepNumber,
    /// Its block: index into [`Plan::hot`], and on into [`Plan::rollback`]; `None` for a task.
    pub block: Option<usize>,
    /// Its name in the flow.
    pub id: Option<String>,
    /// Read or write; `None` only for cold and after.
    pub op: Option<Op>,
    /// The action; never empty.
    pub action: Text,
    /// Who acts, when it isn't the operator.
    pub by: Option<ContactIx>,
    /// The value that shows it worked.
    pub expect: Option<Text>,
    /// Sub-items, those of a shared check included.
    pub items: Vec<Item>,
    /// A reading that is recorded here.
    pub take: Option<ReadingIx>,
    /// A reading that is compared here.
    pub compare: Option<ReadingIx>,
    /// What to paste: exact, in code style.
    pub command: Option<Text>,
    /// Planned minutes.
    pub minutes: Option<u32>,
    /// Planned start of a hot step, when the release's is known and at least one step says how long it takes; those
    /// before it that don't count for nothing.
    pub at: Option<Zoned>,
    /// A remark.
    pub note: Option<Text>,
    /// What may be damaged.
    pub caution: Option<Text>,
    /// What may not come back.
    pub warning: Option<Text>,
    /// Printed larger.
    pub critical: bool,
    /// How the checker takes part.
    pub verify: Verify,
    /// How it is undone by hand.
    pub undo: Option<Text>,
    /// Set on a point of no return; the text, which may be empty, says why.
    pub irreversible: Option<Text>,
    /// A value written down here.
    pub record: Option<Record>,
    /// Somebody decides before it goes on.
    pub hold: Option<Hold>,
    /// Something must come true.
    pub wait: Option<Wait>,
    /// One way out of several.
    pub choose: Option<Choose>,
    /// Work that somebody else begins here.
    pub begins: Option<Plain>,
    /// Work that must have ended here.
    pub awaits: Option<Plain>,
    /// A message to a group.
    pub tell: Option<Tell>,
    /// Where to look.
    pub link: Option<Plain>,
    /// What happens when it doesn't work: its own, or else its block's.
    pub way_out: Option<WayOut>,
    /// In a rollback: only if one of these was begun; empty means always.
    pub from: Vec<StepIx>,
    /// States this leaves behind: name and value.
    pub sets: Vec<(Plain, Plain)>,
    /// Where its author wrote it.
    pub span: Span,
}

/// A value that is written down.
#[derive(Debug, Clone)]
pub struct Record {
    /// Its name in `{{ name }}`.
    pub name: String,
    /// What the line is called.
    pub label: Text,
    /// Its unit.
    pub unit: Option<Text>,
}

/// A point where somebody decides.
#[derive(Debug, Clone)]
pub struct Hold {
    /// The question.
    pub ask: Text,
    /// Who answers.
    pub decider: Who,
    /// Longest time to wait for the answer, minutes.
    pub at_most: Option<u32>,
    /// What a "no" leads to.
    pub no: Option<WayOut>,
}

/// Something that must come true.
#[derive(Debug, Clone)]
pub struct Wait {
    /// What.
    pub condition: Text,
    /// How often to look, minutes.
    pub every: Option<u32>,
    /// Longest time, minutes.
    pub at_most: Option<u32>,
    /// What happens then.
    pub otherwise: Option<WayOut>,
}

/// A decision with one branch to take.
#[derive(Debug, Clone)]
pub struct Choose {
    /// The question.
    pub ask: Text,
    /// Its answers, at least two.
    pub options: Vec<(Text, WayOut)>,
}

/// A message, ready to paste.
#[derive(Debug, Clone)]
pub struct Tell {
    /// Who is told.
    pub to: Option<ContactIx>,
    /// The message.
    pub message: Text,
}

/// A way out of a step.
#[derive(Debug, Clone)]
pub struct WayOut {
    /// What to try first.
    pub action: Option<Text>,
    /// Whom to call.
    pub call: Option<ContactIx>,
    /// Within how many minutes.
    pub within: Option<u32>,
    /// Where it leads; `None` when only an action is given.
    pub then: Option<Then>,
    /// True when it is its block's and not its own.
    pub inherited: bool,
    /// Where its author wrote it.
    pub span: Span,
    /// Where its author wrote where it leads; the same as `span` where nothing says it.
    pub then_span: Span,
}

/// Where a way out leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Then {
    /// Into a rollback: index into [`Plan::rollback`] and its first step.
    Rollback(usize, StepIx),
    /// The same step again, this often at most.
    Retry(Option<u32>),
    /// On, accepted by the decider.
    Continue,
    /// Stop and wait for the decider.
    Hold,
    /// Stop, nothing to undo.
    Abort,
    /// The next step.
    Next,
    /// Another step.
    Step(StepIx),
}

/// A sub-item with boxes of its own.
#[derive(Debug, Clone)]
pub struct Item {
    /// The action.
    pub action: Text,
    /// The value it must show.
    pub expect: Option<Text>,
}
