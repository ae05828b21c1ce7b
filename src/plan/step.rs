//! A step of the plan: what is done, what shows that it worked, what is asked, and its ways out.

use jiff::Zoned;

use super::texts::{See, TextRole, plain, rich};
use super::{ChosenValue, Condition, ContactIx, LeftOut, Op, Plain, ReadingIx, StepIx, StepNumber, Verify, Who};
use crate::diagnostic::Span;
use crate::text::Text;

/// A step of a block, or of a task.
#[derive(Debug, Clone)]
pub struct Step {
    /// Its printed number.
    pub number: StepNumber,
    /// Its block, as an index into [`Plan::hot`] and, after its last block, on into [`Plan::rollback`]; `None` for a
    /// task.
    pub block: Option<usize>,
    /// Its name in the flow.
    pub id: Option<String>,
    /// Read or write; `None` only for a task.
    pub op: Option<Op>,
    /// The action; never empty.
    pub action: Text,
    /// Who acts, when it isn't the operator.
    pub by: Option<ContactIx>,
    /// The value that shows it worked.
    pub expect: Option<Text>,
    /// Whether the value that shows is written down beside the expected one; false where none is expected.
    pub actual: bool,
    /// On what it depends.
    pub condition: Option<Condition>,
    /// The shared check whose title is its action.
    pub titled_by: Option<String>,
    /// Sub-items, those of a shared check included.
    pub items: Vec<SubItem>,
    /// Which sub-items are left out.
    pub items_left_out: Vec<LeftOut>,
    /// A reading that is recorded here.
    pub take: Option<ReadingIx>,
    /// A reading that is compared here; several tables of it while the release leaves open which step records it.
    pub compare: Vec<ReadingIx>,
    /// The commands to paste.
    pub commands: Vec<StepCommand>,
    /// True when one of the commands is used, and not all of them.
    pub pick_one: bool,
    /// Planned minutes.
    pub minutes: Option<u32>,
    /// Planned start of a hot step. It is known when the release has a start and at least one step says how long it
    /// takes; steps before it that don't say so count as 0 minutes.
    pub at: Option<Zoned>,
    /// A remark.
    pub note: Option<Text>,
    /// What may be damaged.
    pub caution: Option<Text>,
    /// What may be lost for good.
    pub warning: Option<Text>,
    /// True when it is printed in bold.
    pub critical: bool,
    /// How the checker takes part.
    pub verify: Verify,
    /// How it is undone by hand.
    pub undo: Option<Text>,
    /// Set when the step is a point of no return; the text, which may be empty, says why.
    pub irreversible: Option<Text>,
    /// A value written down here.
    pub record: Option<Record>,
    /// Somebody decides before the release goes on.
    pub hold: Option<Hold>,
    /// A condition that must come true before the release goes on.
    pub wait: Option<Wait>,
    /// A question whose answers lead to different steps.
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
    /// In a rollback: the step is done only if one of these hot steps was begun; empty means always.
    pub from: Vec<StepIx>,
    /// The states that it sets: name and value.
    pub sets: Vec<(Plain, Plain)>,
    /// Where its author wrote it.
    pub span: Span,
}

/// A command to paste, and what comes out.
#[derive(Debug, Clone)]
pub struct StepCommand {
    /// What it is for.
    pub title: Option<Text>,
    /// What is pasted, as one piece of code.
    pub run: Text,
    /// The language of its fence.
    pub syntax: Option<String>,
    /// What comes out.
    pub shows: Option<Text>,
    /// What comes out when it goes wrong.
    pub shows_bad: Option<Text>,
}

/// A value that is written down.
#[derive(Debug, Clone)]
pub struct Record {
    /// Its name in `{{ name }}`.
    pub name: String,
    /// The label of the line that it is written on.
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
    /// The condition.
    pub condition: Text,
    /// How often to look, minutes.
    pub every: Option<u32>,
    /// Longest time to wait, minutes.
    pub at_most: Option<u32>,
    /// What happens when it hasn't come true by then.
    pub otherwise: Option<WayOut>,
}

/// A decision with one branch to take.
#[derive(Debug, Clone)]
pub struct Choose {
    /// The question.
    pub ask: Text,
    /// Its answers, at least two.
    pub options: Vec<ChooseOption>,
    /// The answers that the release leaves out, and what it is.
    pub left_out: Vec<(Text, Vec<ChosenValue>)>,
}

/// One answer of a choice.
#[derive(Debug, Clone)]
pub struct ChooseOption {
    /// When it is the right one.
    pub case: Text,
    /// Where it leads.
    pub way: WayOut,
    /// The condition on which it applies, while the release leaves that open.
    pub condition: Option<Condition>,
}

/// A message, ready to paste.
#[derive(Debug, Clone)]
pub struct Tell {
    /// Who is told, each once; empty when the flow doesn't say.
    pub to: Vec<ContactIx>,
    /// What it is about.
    pub subject: Option<Text>,
    /// The message, without line breaks before or after it.
    pub message: Text,
    /// Whether the step says nothing else: its action is then the subject, or the message's first line.
    pub is_action: bool,
}

impl Tell {
    /// What is pasted, in order: the subject and the message.
    pub fn pasted(&self) -> impl Iterator<Item = &Text> {
        self.subject.iter().chain([&self.message])
    }
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
    /// Where it leads after the last try, when the step is tried again a number of times and the flow says so. Otherwise the
    /// decider decides then.
    pub last: Option<Box<WayOut>>,
    /// True when it is its block's way out, not its own.
    pub inherited: bool,
    /// Where its author wrote it.
    pub span: Span,
    /// Where its author wrote the target; the same as `span` when there is none.
    pub then_span: Span,
}

/// Where a way out leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Then {
    /// Into a rollback: index into [`Plan::rollback`] and its first step.
    Rollback(usize, StepIx),
    /// The same step again, at most this often.
    Retry(Option<u32>),
    /// On to the next step; the decider accepts what failed.
    Continue,
    /// The release is held until the decider decides.
    Hold,
    /// The release is stopped, and there is nothing to undo.
    Abort,
    /// The next step.
    Next,
    /// Another step.
    Step(StepIx),
}

/// A sub-item with boxes of its own.
#[derive(Debug, Clone)]
pub struct SubItem {
    /// Which of the written items it was made from, counted from 0. An item that repeats for a list makes several.
    pub written: usize,
    /// Its number in its list, from 1. What is left out keeps its number.
    pub number: u32,
    /// On what it depends.
    pub condition: Option<Condition>,
    /// The action.
    pub action: Text,
    /// The value it must show.
    pub expect: Option<Text>,
    /// Whether the value that shows is written down beside the expected one; false where none is expected.
    pub actual: bool,
}

/// Whether what shows is written down beside an expected value: as the flow says, or else where that is `always` so or where the
/// value is measured, since what shows then isn't the same every time.
pub(super) fn is_written_down(said: Option<bool>, expect: Option<&Text>, always: bool) -> bool {
    let is_measured = |expect: &Text| expect.to_plain().contains(['≤', '≥', '<', '>', '%']);
    expect.is_some_and(|expect| said.unwrap_or_else(|| always || is_measured(expect)))
}

impl Step {
    /// Whether the step does nothing itself: it is the title of its items, which have boxes of their own.
    #[must_use]
    pub fn is_title(&self) -> bool {
        let does = self.op == Some(Op::Write)
            || self.by.is_some()
            || self.expect.is_some()
            || self.take.is_some()
            || !self.compare.is_empty()
            || !self.commands.is_empty()
            || self.record.is_some()
            || self.hold.is_some()
            || self.wait.is_some()
            || self.choose.is_some()
            || self.begins.is_some()
            || self.awaits.is_some()
            || self.tell.is_some();
        !self.items.is_empty() && !does
    }

    /// Shows its texts to `see`: all that may stand on its rows.
    pub fn texts<'a>(&'a self, see: &mut See<'_, 'a>) {
        rich(see, TextRole::Action, [&self.action]);
        rich(see, TextRole::Expect, &self.expect);
        self.commands.iter().for_each(|command| command.texts(see));
        rich(see, TextRole::Note, &self.note);
        rich(see, TextRole::Caution, &self.caution);
        rich(see, TextRole::Warning, &self.warning);
        rich(see, TextRole::Undo, &self.undo);
        rich(see, TextRole::NoReturn, &self.irreversible);
        self.items.iter().for_each(|item| item.texts(see));
        if let Some(record) = &self.record {
            rich(see, TextRole::Label, [&record.label]);
            rich(see, TextRole::Unit, &record.unit);
        }
        rich(see, TextRole::Question, self.hold.iter().map(|hold| &hold.ask));
        rich(see, TextRole::Condition, self.condition.iter().flat_map(|on| &on.seen));
        rich(see, TextRole::Condition, self.wait.iter().map(|wait| &wait.condition));
        if let Some(choose) = &self.choose {
            rich(
                see,
                TextRole::Question,
                std::iter::once(&choose.ask)
                    .chain(choose.options.iter().map(|option| &option.case))
                    .chain(choose.left_out.iter().map(|(case, _)| case)),
            );
        }
        rich(see, TextRole::Message, self.tell.iter().flat_map(Tell::pasted));
        plain(see, TextRole::Work, self.begins.iter().chain(&self.awaits));
        plain(see, TextRole::Link, &self.link);
        plain(see, TextRole::State, self.sets.iter().flat_map(|(name, value)| [name, value]));
        self.ways().for_each(|(_, way_out)| way_out.texts(see));
    }
}

impl StepCommand {
    fn texts<'a>(&'a self, see: &mut See<'_, 'a>) {
        rich(see, TextRole::CommandTitle, &self.title);
        rich(see, TextRole::Command, [&self.run]);
        rich(see, TextRole::Output, self.shows.iter().chain(&self.shows_bad));
    }
}

impl SubItem {
    pub(super) fn texts<'a>(&'a self, see: &mut See<'_, 'a>) {
        rich(see, TextRole::Condition, self.condition.iter().flat_map(|on| &on.seen));
        rich(see, TextRole::Action, [&self.action]);
        rich(see, TextRole::Expect, &self.expect);
    }
}

impl WayOut {
    pub(super) fn texts<'a>(&'a self, see: &mut See<'_, 'a>) {
        rich(see, TextRole::Action, &self.action);
    }
}
