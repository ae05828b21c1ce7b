//! Steps, the blocks that hold them, and tasks before and after the release.

use std::mem;
use std::ops::Deref;

use super::super::declare::{table, words};
use super::super::keys::ValueShape;
use super::super::reader::{FromToml, Reader, TableFields, Texts, ValueSlot};
use super::super::types::{
    Address, AtLeast, Count, FlowText, Lead, Line, LineText, Map, Name, Named, OneOrList, OneOrMore, OrDefault, Str,
};
use super::Allowance;
use super::command::{CommandDecl, CommandsDecl, Pick};
use super::condition::{ConditionDecl, conditional};
use super::declared::{CheckDecl, ContactDecl, ItemDecl, ReadingDecl, ValueDecl};
use super::mail::MailDecl;
use super::parts::{ChooseDecl, HoldDecl, Irreversible, RecordDecl, TellDecl, WaitDecl};
use super::route::{Route, TARGETS};
use crate::diagnostic::{Diagnostic, Span, Spanned};
use crate::field::Outcome;
use crate::limits::MAX_COMMANDS;

table! {
    /// One step.
    pub struct StepDecl "step" {
        HOT_STEP "`[[hot.step]]`" "a hot step, done during the release" beside [ROLLBACK_STEP, COLD, AFTER, HOT];
        ROLLBACK_STEP "`[[rollback.step]]`" "a step of a rollback" beside [COLD, AFTER, ROLLBACK];
    }
    keys {
        /// needed when a route or `from` names it; the mails of a task go by it
        id: Option<StepId>,
        /// whether it reads or writes; required unless another key says it
        op: Option<Spanned<Op>>,
        /// the action
        action "do": Option<FlowText>,
        /// the contact who acts and reports back; the operator directs
        by: Option<Name<ContactDecl>>,
        /// the value that shows that it worked
        expect: Option<FlowText>,
        /// whether there is a line for the value that shows; unless said, where that is measured, or the step is critical or can’t be undone
        actual: Option<bool>,
        /// sub-items with boxes of their own
        items: Vec<ItemDecl>,
        /// a shared check: its items, and its title where `do` is missing
        check: Option<Name<CheckDecl>>,
        /// a reading that is recorded here
        take: Option<Name<ReadingDecl>>,
        /// a reading that is compared here
        compare: Option<Name<ReadingDecl>>,
        /// what to paste; literal unless `fill = true`
        commands "command": CommandsDecl,
        /// one of its commands is used
        pick: Option<Pick>,
        /// whether `{{ name }}` in its commands is replaced
        fill: bool,
        /// planned duration in minutes
        minutes: Option<Count>,
        /// a remark, never an action
        note: Option<FlowText>,
        /// what may be damaged
        caution: Option<FlowText>,
        /// what may be lost for good
        warning: Option<FlowText>,
        /// a critical step, printed in bold
        critical: bool,
        /// how the checker takes part; by default the checker watches
        verify: Verify,
        /// how it is undone by hand
        undo: Option<FlowText>,
        /// a point of no return, and why
        irreversible: Option<Irreversible>,
        /// a value that is written down here and used later
        record: Option<RecordDecl>,
        /// somebody decides before the procedure goes on
        hold: Option<HoldDecl>,
        /// something must come true
        wait: Option<WaitDecl>,
        /// one of several ways to go on
        choose: Option<ChooseDecl>,
        /// work that somebody else begins here
        begins: Option<Line>,
        /// work that must have ended here
        awaits: Option<Line>,
        /// a message, ready to paste
        tell: Option<TellDecl>,
        /// where to look
        link: Option<Address>,
        /// what happens when it doesn't work
        otherwise: Option<Route>,
        /// a condition that shows only on the spot: printed before the action, with a box “doesn’t apply”
        condition "if": Option<FlowText>,
        /// only if one of these steps was begun; without it, always
        from: OrDefault<OneOrMore<Name<StepDecl>>> => { ROLLBACK_STEP "from" },
        /// it applies only if the release is this: words of values with `choices`
        only: Option<ConditionDecl>,
        /// it doesn't apply if the release is this
        unless: Option<ConditionDecl>,
        /// states this leaves behind: name and value
        sets: Map<Line, (Line, Line)>,
        /// rules that this step breaks on purpose, and why
        allow: OneOrList<Allowance>,
    }
    place {
        /// The step's header in the file.
        span: Span,
    }
    needs SAYS;
    needs CHANGES, only [HOT_STEP, ROLLBACK_STEP];
    only "actual" with "expect";
    only "fill" with "command";
    only "pick" with "command";
    settle says_what_is_done;
}

impl StepDecl {
    /// Whether names between braces are replaced in a command of the step and in what comes out of it.
    #[must_use]
    pub fn fills(&self, command: &CommandDecl) -> bool {
        command.fill.unwrap_or(self.fill)
    }

    /// Every route of the step: its own `otherwise`, then those of `wait`, `hold` and the options of `choose`.
    pub fn routes(&self) -> impl Iterator<Item = &Route> {
        let waits = self.wait.iter().flat_map(|wait| &wait.otherwise);
        let holds = self.hold.iter().flat_map(|hold| &hold.no);
        let options = self.choose.iter().flat_map(|choose| choose.options.iter().map(|option| &option.then));
        self.otherwise.iter().chain(waits).chain(holds).chain(options)
    }
}

impl Named for StepDecl {
    const WORD: &'static str = "step";
}

/// Keys that say what is done.
const SAYS: [&str; 6] = ["do", "check", "tell", "hold", "wait", "choose"];
/// Keys that say whether a step changes something, so that `op` isn't required, and what they say.
const IMPLIES: [(&str, Op); 7] = [
    ("check", Op::Read),
    ("take", Op::Read),
    ("compare", Op::Read),
    ("hold", Op::Read),
    ("wait", Op::Read),
    ("choose", Op::Read),
    ("tell", Op::Write),
];
/// Keys that say whether a step changes something: `op`, and those that imply it.
const CHANGES: [&str; IMPLIES.len() + 1] = {
    let mut keys = ["op"; IMPLIES.len() + 1];
    let mut at = 0;
    while at < IMPLIES.len() {
        keys[at + 1] = IMPLIES[at].0;
        at += 1;
    }
    keys
};

/// Reports a step that doesn't say what is done or whether that changes something, keys of commands without a command, and
/// too many commands.
fn says_what_is_done(mut step: StepDecl, reader: &mut Reader<'_>, fields: &TableFields<'_>) -> Option<StepDecl> {
    if !fields.has("op") {
        let implied = IMPLIES.iter().find_map(|(name, op)| Some((*op, fields.place_of(reader, name)?)));
        step.op = implied.map(|(op, span)| Spanned::new(op, span));
        if step.op.is_none() && (*fields.kind == HOT_STEP || *fields.kind == ROLLBACK_STEP) {
            let message = "this step doesn't say whether it changes something";
            reader.bad("missing-op", fields.span, message, "add `op = \"read\"` or `op = \"write\"`");
        }
    }
    if !SAYS.iter().any(|key| fields.has(key)) {
        let message = format!("{} doesn't say what is done", fields.kind.name);
        let help = "add `do`, or one of `check`, `tell`, `hold`, `wait`, `choose`";
        reader.bad("missing-key", fields.span, message, help);
    }
    let commands = fields.count_of("command");
    if commands == 1
        && let Some(place) = fields.place_of(reader, "pick")
    {
        let help = "give `command` a list of at least two, or leave `pick` out";
        reader.bad("misplaced-key", place, "`pick` means nothing with one command", help);
    }
    if commands > MAX_COMMANDS
        && let Some(place) = fields.place_of(reader, "command")
    {
        let message = format!("{commands} commands in one step; {MAX_COMMANDS} are allowed");
        reader.bad("too-many-commands", place, message, "make several steps of them");
    }
    reader.count_step(fields.span).then_some(step)
}

/// The id of a step or a block, which a route may name: unique in the flow, and none of [`TARGETS`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepId(Str);

impl Deref for StepId {
    type Target = Str;

    fn deref(&self) -> &Str {
        &self.0
    }
}

impl Texts for StepId {}

impl FromToml for StepId {
    const SHAPE: ValueShape = ValueShape::Id(&TARGETS);

    fn read(reader: &mut Reader<'_>, slot: ValueSlot<'_>) -> Option<Self> {
        reader.step_id(slot, &TARGETS).map(Self)
    }
}

words! {
    /// Read or write.
    pub enum Op {
        /// Changes nothing.
        Read = "read",
        /// Leaves something changed.
        Write = "write",
    }
}

words! {
    /// How the checker takes part in a step.
    pub enum Verify unless said Watch {
        /// Watches and compares: the default.
        Watch,
        /// Both agree before the act.
        Together = "together",
        /// Read out, repeated, then done (唱票复诵).
        Call = "call",
        /// Looks without having watched.
        After = "after",
        /// Not checked.
        None = "none",
    }
}

words! {
    /// How a release may have ended for a task after it to be done.
    pub enum Ending {
        /// It went to its end.
        Executed = "executed",
        /// It was rolled back.
        RolledBack = "rolled-back",
        /// It ended early, without a rollback.
        Aborted = "aborted",
        /// It wasn't begun.
        NotExecuted = "not-executed",
    }
}

impl Ending {
    /// The outcome that a list records.
    #[must_use]
    pub const fn outcome(self) -> Outcome {
        match self {
            Self::Executed => Outcome::Executed,
            Self::RolledBack => Outcome::RolledBack,
            Self::Aborted => Outcome::Aborted,
            Self::NotExecuted => Outcome::NotExecuted,
        }
    }
}

words! {
    /// How often a block that repeats is signed for.
    pub enum BlockSigning unless said Each {
        /// Behind each element: the default.
        Each,
        /// Once, behind the last element.
        Once = "once",
    }
}

table! {
    /// A step before or after the release.
    pub struct TaskDecl "task" {
        COLD "`[[cold]]`" "a cold step: done before the release, with a lead time" beside [AFTER, ROLLBACK_STEP, COLD_GROUP];
        AFTER "`[[after]]`" "a step that is done after the release" beside [COLD, ROLLBACK_STEP, AFTER_GROUP];
        COLD_STEP "`[[cold.step]]`" "a cold step of a group" beside [COLD, AFTER, ROLLBACK_STEP, COLD_GROUP];
        AFTER_STEP "`[[after.step]]`" "a step of a group after the release" beside [AFTER, COLD, ROLLBACK_STEP, AFTER_GROUP];
    }
    keys {
        /// how long before the start, or after the end
        lead: Spanned<Lead> => { COLD "lead" "how long before the start", AFTER "lag" "how long after the end" },
        /// how long before the start, or after the end; by default that of the group
        own_lead: Option<Spanned<Lead>> => { COLD_STEP "lead", AFTER_STEP "lag" },
        /// contacts that get a mail
        notify: OneOrList<Name<ContactDecl>> => { COLD "notify", COLD_STEP "notify", AFTER "notify", AFTER_STEP "notify" },
        /// what the release means for them
        impact: Option<FlowText> => { COLD "impact", COLD_STEP "impact", AFTER "impact", AFTER_STEP "impact" },
        /// what they are asked to do or avoid
        ask: Option<FlowText> => { COLD "ask", COLD_STEP "ask", AFTER "ask", AFTER_STEP "ask" },
        /// its mails, with a subject of their own or other values; `notify`, `impact` and `ask` are the short form
        mail: Option<MailDecl> => { COLD "mail", COLD_STEP "mail", AFTER "mail", AFTER_STEP "mail" },
        /// how the release must have ended for this to be done; by default that of the group, or else `executed`
        outcome: OrDefault<OneOrMore<Ending>> => { AFTER "outcome", AFTER_STEP "outcome" },
    }
    flat {
        /// What is done.
        step: StepDecl
    }
    settle is_settled;
}

/// Takes a step's own lead that has a fault for given, so that the step isn't said to have none; and what `mail` says of
/// the readers for what the task says, so that all that follows knows one form. Reports what is said in both.
fn is_settled(mut task: TaskDecl, reader: &mut Reader<'_>, fields: &TableFields<'_>) -> TaskDecl {
    let is_own = *fields.kind == COLD_STEP && fields.has("lead") || *fields.kind == AFTER_STEP && fields.has("lag");
    if is_own && task.own_lead.is_none() {
        task.own_lead = Some(task.lead.clone());
    }
    if let Some(place) = fields.place_of(reader, "mail") {
        for (key, within) in [("notify", "to"), ("impact", "impact"), ("ask", "ask")] {
            if let Some(surplus) = fields.place_of(reader, key) {
                let message = format!("`{key}` means nothing beside `mail`");
                let fault = Diagnostic::error("misplaced-key", surplus, message).context(place, "`mail`");
                reader.fault(fault.help(format!("write it as `{within}` in `mail`")));
            }
        }
    }
    if let Some(mail) = &mut task.mail {
        task.notify = Vec::from(mem::take(&mut mail.to)).into();
        (task.impact, task.ask) = (mail.impact.take(), mail.ask.take());
    }
    task
}

table! {
    /// Tasks under one title.
    pub struct TaskGroupDecl "group" {
        COLD_GROUP "a group of `[[cold]]`" "cold steps under one title" beside [COLD_STEP];
        AFTER_GROUP "a group of `[[after]]`" "steps after the release under one title" beside [AFTER_STEP];
    }
    keys {
        /// heading
        title: LineText,
        /// for its steps that don't say it themselves
        lead: Option<Spanned<Lead>> => { COLD_GROUP "lead", AFTER_GROUP "lag" },
        /// how the release must have ended for its steps to be done, where they don't say it themselves
        outcome: OrDefault<OneOrMore<Ending>> => { AFTER_GROUP "outcome" },
        /// it applies only if the release is this: words of values with `choices`
        only: Option<ConditionDecl>,
        /// it doesn't apply if the release is this
        unless: Option<ConditionDecl>,
        /// what is done, in order
        steps: AtLeast<TaskDecl, 1> => { COLD_GROUP "step" of COLD_STEP, AFTER_GROUP "step" of AFTER_STEP },
    }
    place {
        /// The group's header in the file.
        span: Span,
    }
    settle lead_for_each_step;
}

/// Gives the group's lead to each step without one, and reports a step whose group has none either.
fn lead_for_each_step(mut group: TaskGroupDecl, reader: &mut Reader<'_>, fields: &TableFields<'_>) -> TaskGroupDecl {
    let key = if *fields.kind == COLD_GROUP { "lead" } else { "lag" };
    let mut steps: Vec<TaskDecl> = mem::take(&mut group.steps).into();
    for step in &mut steps {
        match step.own_lead.as_ref().or(group.lead.as_ref()) {
            Some(lead) => step.lead = lead.clone(),
            // The group's own has a fault.
            None if fields.has(key) => {}
            None => {
                let message = format!("this step has no `{key}`, and neither has its group");
                let help = format!("add `{key}`, such as `\"3 days\"`, to the group or to the step");
                reader.bad("missing-key", step.step.span, message, help);
            }
        }
    }
    group.steps = steps.into();
    group
}

table! {
    /// A block of steps.
    pub struct BlockDecl "block" {
        HOT "`[[hot]]`" "a block of hot steps, done during the release" beside [ROLLBACK, HOT_STEP];
        ROLLBACK "`[[rollback]]`" "a rollback, printed on sheets of its own" beside [ROLLBACK_STEP];
    }
    keys {
        /// needed when a route names it
        id: Option<StepId>,
        /// heading
        title: LineText,
        /// once begun, not interrupted
        atomic: bool,
        /// where each step leads when it fails, unless it says so itself
        on_failure: Option<Route>,
        /// repeated for each element; a rollback goes through them in reverse
        each: Option<Name<ValueDecl>>,
        /// what must hold before the next element; only with `each`
        gate: Vec<ItemDecl>,
        /// `once`: signed for once, behind the last element, and not behind each; only with `each`
        sign: BlockSigning,
        /// a remark before the steps
        note: Option<FlowText>,
        /// what may be damaged
        caution: Option<FlowText>,
        /// what may be lost for good
        warning: Option<FlowText>,
        /// it applies only if the release is this: words of values with `choices`
        only: Option<ConditionDecl>,
        /// it doesn't apply if the release is this
        unless: Option<ConditionDecl>,
        /// rules that this block and its steps break on purpose, and why
        allow: OneOrList<Allowance>,
        /// the last step from which it may be entered
        valid_until: Option<Name<StepDecl>> => { ROLLBACK "valid-until" },
        /// what is done, in order
        steps: AtLeast<StepDecl, 1> => { HOT "step" of HOT_STEP, ROLLBACK "step" of ROLLBACK_STEP },
    }
    place {
        /// The block's header in the file.
        span: Span,
    }
    only "gate" with "each";
    only "sign" with "each";
    settle has_steps;
}

conditional! {
    StepDecl at span;
    TaskGroupDecl at span;
    BlockDecl at span;
}

impl Named for ValueDecl {
    const WORD: &'static str = "list value";
}

/// Drops a block without steps, so that every block of a plan has one even if the flow has faults.
fn has_steps(block: BlockDecl, _reader: &mut Reader<'_>, _fields: &TableFields<'_>) -> Option<BlockDecl> {
    Some(block).filter(|block| !block.steps.is_empty())
}
