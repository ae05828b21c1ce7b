//! The flow as its author wrote it: every value with its place, names unresolved.
//!
//! A [`Flow`] may still be wrong: a name may lead nowhere, a reading may be compared before it is taken. The plan
//! stage resolves it.

use jiff::civil::{Date, Time};

use crate::diagnostic::{Span, Spanned};

/// A string of the author's, with the place of its literal.
pub type Str = Spanned<String>;

/// A text in one or several languages. `None` is the flow's first language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowText {
    /// Language and words, at least one entry unless the text has a fault, in the author's order.
    pub entries: Vec<(Option<Str>, Str)>,
    /// The whole value.
    pub span: Span,
}

/// The whole file.
#[derive(Debug, Clone)]
pub struct Flow {
    /// File name of every artifact: letters, digits and `-`.
    pub id: Str,
    /// What the release is called.
    pub title: FlowText,
    /// Languages it is written in, the first one the default; at least one.
    pub langs: Vec<Str>,
    /// What this procedure is for, in a few sentences.
    pub about: Option<FlowText>,
    /// Revision of the flow.
    pub revision: Option<Str>,
    /// When that revision was made.
    pub revised: Option<Spanned<Date>>,
    /// Who owns the flow.
    pub owner: Option<FlowText>,
    /// IANA name of the time zone that times are printed in.
    pub timezone: Option<Str>,
    /// Zones of further clocks.
    pub also: Vec<Str>,
    /// Where the runbook is published.
    pub runbook: Option<Str>,
    /// Whom mails come from: an address, or a name and `<address>`.
    pub mail_from: Option<Str>,
    /// Days off, beside Saturday and Sunday.
    pub holidays: Vec<Spanned<Date>>,
    /// Saturdays and Sundays that are worked.
    pub workdays: Vec<Spanned<Date>>,
    /// What each release fills in.
    pub values: Vec<ValueDecl>,
    /// The one who acts.
    pub operator: RoleDecl,
    /// The one who watches and compares.
    pub checker: RoleDecl,
    /// When to roll back, and who says so.
    pub decision: Option<Decision>,
    /// Everyone else.
    pub contacts: Vec<ContactDecl>,
    /// What is recorded before and compared after.
    pub readings: Vec<ReadingDecl>,
    /// Checks that are said once and used in several steps.
    pub checks: Vec<CheckDecl>,
    /// Before the release.
    pub cold: Vec<Task>,
    /// The day itself.
    pub hot: Vec<Block>,
    /// The ways back.
    pub rollback: Vec<Block>,
    /// What remains.
    pub after: Vec<Task>,
    /// Levels of rules, by name.
    pub lints: Vec<(Str, Spanned<LintLevel>)>,
    /// Rules that the flow breaks on purpose.
    pub allow: Vec<Allowance>,
}

impl Flow {
    /// The tag of the language that it is written in first.
    #[must_use]
    pub fn first_lang(&self) -> &str {
        self.langs.first().map_or("en", |lang| &lang.value)
    }
}

/// What a rule weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LintLevel {
    /// Nothing: it isn't said.
    Allow,
    /// Worth knowing.
    Note,
    /// Worth changing.
    Warning,
    /// As much as a fault.
    Error,
}

/// A rule that is broken on purpose.
#[derive(Debug, Clone)]
pub struct Allowance {
    /// The rule's name.
    pub rule: Str,
    /// Why.
    pub reason: FlowText,
}

/// A declared value.
#[derive(Debug, Clone)]
pub struct ValueDecl {
    /// Its name in `{{ name }}`.
    pub name: Str,
    /// What the printed blank is called.
    pub label: FlowText,
    /// An example, for whoever fills it in; a list has several.
    pub example: Vec<Str>,
    /// For a list: the name of one element inside a block that repeats for each.
    pub each: Option<Str>,
}

/// What one of the two people guarantees.
#[derive(Debug, Clone, Default)]
pub struct RoleDecl {
    /// To tick before the start.
    pub prepare: Vec<Item>,
    /// How this role is handed over.
    pub handover: Option<FlowText>,
}

/// When to roll back.
#[derive(Debug, Clone)]
pub struct Decision {
    /// `operator`, `checker` or a contact.
    pub decider: Str,
    /// Each measure that calls for it.
    pub when: Vec<FlowText>,
    /// By when all must be over, the first such time after the start.
    pub window_end: Option<Spanned<Time>>,
}

/// Somebody who is told or called.
#[derive(Debug, Clone)]
pub struct ContactDecl {
    /// Its name in the flow.
    pub id: Str,
    /// Who that is.
    pub name: FlowText,
    /// Mail addresses.
    pub email: Vec<Str>,
    /// A number to call.
    pub phone: Option<Str>,
}

/// A table of what is recorded before and compared after.
#[derive(Debug, Clone)]
pub struct ReadingDecl {
    /// Its name in `take` and `compare`.
    pub id: Str,
    /// Heading.
    pub title: FlowText,
    /// Its rows, at least one.
    pub rows: Vec<ReadingRow>,
}

/// One row of a reading.
#[derive(Debug, Clone)]
pub struct ReadingRow {
    /// What is read.
    pub item: FlowText,
    /// How it is put on paper.
    pub record: RecordKind,
    /// Unit of a number.
    pub unit: Option<FlowText>,
    /// How before and after must relate.
    pub relation: Relation,
}

/// How a reading is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordKind {
    /// A number.
    Number,
    /// A few words.
    Text,
    /// More than a line holds: count, where the evidence is, what is missing.
    List,
}

/// How a later value must relate to the first one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Relation {
    /// Equal.
    Same,
    /// Not less.
    AtLeast,
    /// Not more.
    AtMost,
    /// Within a tolerance, such as `5%` or `3`.
    Within(String),
}

/// A check that several steps share.
#[derive(Debug, Clone)]
pub struct CheckDecl {
    /// Its name in `check`.
    pub id: Str,
    /// What the step says when it has no words of its own.
    pub title: FlowText,
    /// What is looked at, at least one.
    pub items: Vec<Item>,
}

/// A sub-item with a box of its own.
#[derive(Debug, Clone)]
pub struct Item {
    /// The action.
    pub action: FlowText,
    /// The value it must show.
    pub expect: Option<FlowText>,
}

/// Read or write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// Changes nothing.
    Read,
    /// Leaves something changed.
    Write,
}

/// How the checker takes part in a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Verify {
    /// Watches and compares: what is meant where nothing is said.
    #[default]
    Watch,
    /// Both agree before the act.
    Together,
    /// Read out, repeated, then done (唱票复诵).
    Call,
    /// Looks without having watched.
    After,
    /// Not checked.
    None,
}

/// How long before or after the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lead {
    /// Minutes.
    Minutes(u32),
    /// Days of the calendar.
    Days(u32),
    /// Days that are worked.
    WorkingDays(u32),
}

/// A step before or after the release.
#[derive(Debug, Clone)]
pub struct Task {
    /// How long before the start (cold) or after the end (after).
    pub lead: Spanned<Lead>,
    /// What is done.
    pub step: Step,
    /// Contacts that get a mail.
    pub notify: Vec<Str>,
    /// What the release means for them.
    pub impact: Option<FlowText>,
    /// What they are asked to do or avoid.
    pub ask: Option<FlowText>,
}

/// A block of steps.
#[derive(Debug, Clone)]
pub struct Block {
    /// Its name, for routes.
    pub id: Option<Str>,
    /// Heading.
    pub title: FlowText,
    /// Once begun, not interrupted.
    pub atomic: bool,
    /// Every step's way out unless it has its own.
    pub on_failure: Option<Route>,
    /// Repeated for each element of this list value.
    pub each: Option<Str>,
    /// What must hold before the next element.
    pub gate: Vec<Item>,
    /// Printed before its steps.
    pub note: Option<FlowText>,
    /// Printed before its steps, boxed.
    pub caution: Option<FlowText>,
    /// Printed before its steps, boxed twice.
    pub warning: Option<FlowText>,
    /// Rules that it and its steps break on purpose.
    pub allow: Vec<Allowance>,
    /// For a rollback: the last step from which it may still be entered.
    pub valid_until: Option<Str>,
    /// What is done, in order.
    pub steps: Vec<Step>,
    /// The block's header in the file.
    pub span: Span,
}

/// One step.
#[derive(Debug, Clone)]
pub struct Step {
    /// Its name, for routes and `from`.
    pub id: Option<Str>,
    /// Read or write.
    pub op: Option<Spanned<Op>>,
    /// The action. May be missing where `check`, `tell`, `hold`, `wait` or `choose` says what is done.
    pub action: Option<FlowText>,
    /// The contact who acts.
    pub by: Option<Str>,
    /// The value that shows it worked.
    pub expect: Option<FlowText>,
    /// Sub-items.
    pub items: Vec<Item>,
    /// A shared check.
    pub check: Option<Str>,
    /// A reading that is recorded here.
    pub take: Option<Str>,
    /// A reading that is compared here.
    pub compare: Option<Str>,
    /// What to paste.
    pub command: Option<Str>,
    /// Whether `{{ name }}` in the command is replaced.
    pub fill: bool,
    /// Planned minutes.
    pub minutes: Option<Spanned<u32>>,
    /// A remark, never an action.
    pub note: Option<FlowText>,
    /// What may be damaged.
    pub caution: Option<FlowText>,
    /// What may not come back.
    pub warning: Option<FlowText>,
    /// Printed larger.
    pub critical: bool,
    /// How the checker takes part.
    pub verify: Verify,
    /// How it is undone by hand.
    pub undo: Option<FlowText>,
    /// No way back past here; the text says why.
    pub irreversible: Option<Irreversible>,
    /// A value written down here and used later.
    pub record: Option<RecordDecl>,
    /// Somebody decides before it goes on.
    pub hold: Option<HoldDecl>,
    /// Something must come true.
    pub wait: Option<WaitDecl>,
    /// One way out of several.
    pub choose: Option<ChooseDecl>,
    /// Work that somebody else begins here.
    pub begins: Option<Str>,
    /// Work that must have ended here.
    pub awaits: Option<Str>,
    /// A message to a group.
    pub tell: Option<TellDecl>,
    /// Where to look.
    pub link: Option<Str>,
    /// What happens when it doesn't work.
    pub otherwise: Option<Route>,
    /// In a rollback: only if one of these steps was begun.
    pub from: Vec<Str>,
    /// States this leaves behind: name and value.
    pub sets: Vec<(Str, Str)>,
    /// Rules that it breaks on purpose.
    pub allow: Vec<Allowance>,
    /// The step's header in the file.
    pub span: Span,
}

/// A step that can't be taken back.
#[derive(Debug, Clone)]
pub struct Irreversible {
    /// Why, when the author says it.
    pub why: Option<FlowText>,
    /// Where.
    pub span: Span,
}

/// A value that is written down.
#[derive(Debug, Clone)]
pub struct RecordDecl {
    /// Its name in later `{{ name }}`.
    pub name: Str,
    /// What the line is called; the name when missing.
    pub label: Option<FlowText>,
    /// Its unit.
    pub unit: Option<FlowText>,
}

/// A point where somebody decides.
#[derive(Debug, Clone)]
pub struct HoldDecl {
    /// The question.
    pub ask: FlowText,
    /// `operator`, `checker` or a contact.
    pub decider: Str,
    /// Longest time to wait for the answer, minutes.
    pub at_most: Option<Spanned<u32>>,
    /// What a "no" leads to.
    pub no: Option<Route>,
}

/// Something that must come true.
#[derive(Debug, Clone)]
pub struct WaitDecl {
    /// What.
    pub condition: FlowText,
    /// How often to look, minutes.
    pub every: Option<Spanned<u32>>,
    /// Longest time, minutes.
    pub at_most: Option<Spanned<u32>>,
    /// What happens then.
    pub otherwise: Option<Route>,
}

/// A decision with one branch to take.
#[derive(Debug, Clone)]
pub struct ChooseDecl {
    /// The question.
    pub ask: FlowText,
    /// Its answers, at least two.
    pub options: Vec<OptionDecl>,
}

/// One answer.
#[derive(Debug, Clone)]
pub struct OptionDecl {
    /// The condition.
    pub condition: FlowText,
    /// Where it leads.
    pub then: Route,
}

/// A message, ready to paste.
#[derive(Debug, Clone)]
pub struct TellDecl {
    /// The contact who is told.
    pub to: Option<Str>,
    /// The message.
    pub message: FlowText,
}

/// A way out.
#[derive(Debug, Clone)]
pub struct Route {
    /// What to try first.
    pub action: Option<FlowText>,
    /// Whom to call.
    pub call: Option<Str>,
    /// Within how many minutes.
    pub within: Option<Spanned<u32>>,
    /// Where it leads; `None` when only an action is given.
    pub then: Option<Spanned<Target>>,
    /// How often to retry at most.
    pub max: Option<Spanned<u32>>,
    /// The whole value.
    pub span: Span,
}

/// Where a way out leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The rollback that is valid at that step: the first one.
    Rollback,
    /// The same step again.
    Retry,
    /// On, accepted by the decider.
    Continue,
    /// Stop and wait for the decider.
    Hold,
    /// Stop, nothing to undo.
    Abort,
    /// The next step.
    Next,
    /// A step or a block by its id.
    Name(String),
}
