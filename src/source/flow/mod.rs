//! The flow as its author wrote it: every value has its place, and no name is looked up yet.
//!
//! A [`Flow`] may still be wrong: a name may lead nowhere, a reading may be compared before it is taken. The plan
//! stage resolves it.

mod appendix;
mod command;
mod condition;
mod declared;
mod look;
mod mail;
mod part;
mod parts;
mod route;
mod step;
mod tasks;
mod text_file;

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;

pub use appendix::{APPENDIX, AppendixDecl};
pub use command::CommandDecl;
pub use condition::{ConditionDecl, Conditional};
pub use declared::{
    ApprovalDecl, CheckDecl, ContactDecl, DecisionDecl, FactDecl, ItemDecl, MeasureDecl, ROLES, ReadingDecl,
    ReadingRowDecl, RecordKind, Relation, RoleDecl, TICKET_FACTS, ValueDecl,
};
pub use look::LookDecl;
pub use part::{IncludedPart, PART, PartDecl, SharedTable};
pub use parts::{HoldDecl, OptionDecl, TellDecl, WaitDecl};
pub use route::{Route, RouteTarget, TARGETS};
pub use step::{BlockDecl, BlockSigning, Ending, HOT, Op, ROLLBACK, StepDecl, TaskDecl, TaskGroupDecl, Verify};
pub use tasks::TaskList;

use self::declared::{CHECKER, OPERATOR};
use self::tasks::{AFTER_ENTRY, COLD_ENTRY};
use super::declare::{table, words};
use super::named::NamedFiles;
use super::reader::{Reader, TableFields, Texts};
use super::types::{
    Address, AtLeast, FlowId, Id, Line, LineText, Map, Name, Named, OneOrList, OneOrMore, OrDefault, PartPath, Schema,
    Sender, Tag, Zone,
};
pub use super::types::{FlowText, KeyText, Lead, Str, TextAt, TextKey};
use crate::diagnostic::{Diagnostic, Sources, Span, Spanned};

table! {
    /// The whole file.
    pub struct Flow "flow" {
        FLOW "the flow" "one procedure, from the first notice to the last report";
    }
    keys {
        /// version of the format: 1
        schema: Schema,
        /// name of the output folder and of the documents: letters, digits, `-` and `_`
        id: FlowId,
        /// title of the procedure
        title: LineText,
        /// languages it is written in; the first is the default
        langs "lang": OneOrMore<Tag>,
        /// which of our words it is written with: `release`, the default, or `change`
        labels: Option<LabelSet>,
        /// parts that this flow shares with others: files that end in `.part.toml`
        include: Vec<PartPath>,
        /// what this procedure is for
        about: Option<FlowText>,
        /// revision of the flow
        revision: Option<Line>,
        /// date of that revision
        revised: Option<Spanned<Date>>,
        /// who is responsible for the flow
        owner: Option<LineText>,
        /// whose document it is
        look: Option<LookDecl>,
        /// time zone in which times are printed
        timezone: Option<Zone>,
        /// further time zones in which the start is printed
        also: Vec<Zone>,
        /// where the runbook is published
        runbook: Option<Address>,
        /// sender of the mails: an address, or `Name <address>`
        mail_from: Option<Sender>,
        /// days off other than Saturdays and Sundays
        holidays: Vec<Spanned<Date>>,
        /// Saturdays and Sundays that are working days
        workdays: Vec<Spanned<Date>>,
        /// values that each release fills in
        values: Map<Id, ValueDecl>,
        /// the value that is printed beside the title; by default the one called `version`
        title_value: Option<Id>,
        /// the one who acts
        operator: OrDefault<RoleDecl> => OPERATOR,
        /// the one who watches and compares
        checker: OrDefault<RoleDecl> => CHECKER,
        /// facts of the change: why, how far, at which risk
        facts: Map<Id, FactDecl>,
        /// who has to sign beside operator and checker
        approvals: Map<Id, ApprovalDecl>,
        /// when to roll back, and who decides
        decision: Option<DecisionDecl>,
        /// roles and teams who are told or called
        contacts: Map<ContactDecl, ContactDecl>,
        /// readings: recorded before the change and compared after it
        readings: Map<Id, ReadingDecl>,
        /// checks that several steps share
        checks: Map<Id, CheckDecl>,
        /// cold steps, done before the release
        cold: TaskList => (COLD_ENTRY),
        /// blocks of hot steps, done during the release
        hot: AtLeast<BlockDecl, 1> => HOT,
        /// rollbacks: the ways back
        rollback: Vec<BlockDecl> => ROLLBACK,
        /// steps that are done after the release
        after: TaskList => (AFTER_ENTRY),
        /// text that is no step
        appendix: Vec<AppendixDecl> => APPENDIX,
        /// levels of rules, by name
        lints: Map<Id, (Str, Spanned<LintLevel>)>,
        /// rules that this flow breaks on purpose, and why
        allow: OneOrList<Allowance>,
    }
    place {
        /// Which source each file is that it names.
        files: NamedFiles,
        /// The parts that it includes, in order.
        parts: Vec<IncludedPart>,
    }
    settle named_once;
}

impl Flow {
    /// The tag of the flow's first language, which is its default.
    #[must_use]
    pub fn first_lang(&self) -> &str {
        self.langs.first().map_or("en", |lang| &lang.value)
    }

    /// Which of our words it is written with.
    #[must_use]
    pub fn labels(&self) -> LabelSet {
        self.labels.unwrap_or_default()
    }

    /// Whether a place is in the flow's own file and not in a part.
    #[must_use]
    pub fn is_own(&self, place: Span) -> bool {
        place.file == self.id.span.file
    }

    /// Takes the texts that stand in files of their own, as far as they can be read, and reports what in them can't be
    /// printed.
    pub(in crate::source) fn take_texts(&mut self, sources: &Sources) -> Vec<Diagnostic> {
        let mut faults = Vec::new();
        for appendix in &mut self.appendix {
            appendix.take_text(&self.files, sources, &mut faults);
        }
        let steps = (&mut self.hot).into_iter().chain(&mut self.rollback).flat_map(|block| &mut block.steps);
        let tasks = (&mut self.cold).into_iter().chain(&mut self.after).map(|task| &mut task.step);
        // A file that several name is looked at once when it is too long.
        let mut too_long = BTreeSet::new();
        for tell in steps.chain(tasks).filter_map(|step| step.tell.as_mut()) {
            tell.take_text(&self.files, sources, &mut too_long, &mut faults);
        }
        faults
    }

    /// The name of the value that is printed beside the title. There needn't be one that is called `version`.
    #[must_use]
    pub fn title_value(&self) -> &str {
        self.title_value.as_ref().map_or("version", |name| &name.value)
    }
}

/// Calls `see` for every text of a flow, or of a part of it, that people see or paste: in the order in which keys are
/// declared, and within lists in the author's order.
pub(crate) fn texts<'a>(part: &'a impl Texts, see: &mut dyn FnMut(TextAt<'a>)) {
    // The part itself stands under no key.
    part.texts(TextKey { of: "", name: "" }, see);
}

words! {
    /// Which of our words a flow is written with.
    #[derive(Default)]
    pub enum LabelSet {
        /// It is a release.
        #[default]
        Release = "release",
        /// It is another change.
        Change = "change",
    }
}

words! {
    /// How much a rule's findings count.
    pub enum LintLevel {
        /// Not at all: they aren't shown.
        Allow = "allow",
        /// Worth knowing.
        Note = "note",
        /// Worth changing.
        Warning = "warning",
        /// As much as faults: nothing is built.
        Error = "error",
    }
}

/// Reports a language or a part that is named twice.
fn named_once(flow: Flow, reader: &mut Reader<'_>, _fields: &TableFields<'_>) -> Flow {
    let langs = flow.langs.iter().map(|lang| (&**lang, "language"));
    let parts = flow.include.iter().map(|part| (&**part, "part"));
    let mut known: HashMap<&str, Span> = HashMap::new();
    for (named, what) in langs.chain(parts) {
        if let Some(first) = known.get(&*named.value) {
            let fault = Diagnostic::error("bad-value", named.span, format!("`{}` is named twice", named.value))
                .context(*first, "first named here")
                .help(format!("name each {what} once"));
            reader.fault(fault);
        }
        known.entry(&named.value).or_insert(named.span);
    }
    flow
}

/// A rule of `runsheet check`, to which a [`Name`] can refer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleToAllow {}

impl Named for RuleToAllow {
    const WORD: &'static str = "rule";
}

table! {
    /// A rule that is broken on purpose.
    pub struct Allowance "allowance" {
        ALLOWANCE "`allow`" "a rule that is broken on purpose, and why";
    }
    keys {
        /// the rule's name
        rule: Name<RuleToAllow>,
        /// why it is broken here: printed in the runbook
        reason: FlowText,
    }
}
