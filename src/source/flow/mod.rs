//! The flow as its author wrote it: every value with its place, names unresolved.
//!
//! A [`Flow`] may still be wrong: a name may lead nowhere, a reading may be compared before it is taken. The plan
//! stage resolves it.

mod declared;
mod parts;
mod route;
mod step;

use std::collections::HashMap;

use jiff::civil::Date;

pub use declared::{
    CheckDecl, ContactDecl, DecisionDecl, ItemDecl, ROLES, ReadingDecl, ReadingRowDecl, RecordKind, Relation, RoleDecl,
    ValueDecl,
};
pub use parts::{ChooseDecl, HoldDecl, WaitDecl};
pub use route::{Route, RouteTarget, TARGETS};
pub use step::{AFTER, BlockDecl, COLD, HOT, Op, ROLLBACK, StepDecl, TaskDecl, Verify};

use self::declared::{CHECKER, OPERATOR};
use super::declare::{table, words};
use super::reader::{Reader, TableFields, Texts};
use super::types::{
    Address, AtLeast, FlowId, Id, Line, LineText, Map, Name, Named, OneOrList, OneOrMore, OrDefault, Schema, Sender,
    Tag, Zone,
};
pub use super::types::{FlowText, KeyText, Lead, Str, TextAt, TextKey};
use crate::diagnostic::{Diagnostic, Span, Spanned};

table! {
    /// The whole file.
    pub struct Flow "flow" {
        FLOW "the flow" "one procedure, from the first notice to the last report";
    }
    keys {
        /// version of the format: 1
        schema: Schema,
        /// file and document id: letters, digits and `-`
        id: FlowId,
        /// what the release is called
        title: LineText,
        /// languages it is written in, the first one the default
        langs "lang": OneOrMore<Tag>,
        /// what this procedure is for
        about: Option<FlowText>,
        /// revision of the flow
        revision: Option<Line>,
        /// when that revision was made
        revised: Option<Spanned<Date>>,
        /// who owns the flow
        owner: Option<LineText>,
        /// time zone that times are printed in
        timezone: Option<Zone>,
        /// time zones of further clocks
        also: Vec<Zone>,
        /// where the runbook is published
        runbook: Option<Address>,
        /// whom the mails come from: an address, or `Name <address>`
        mail_from: Option<Sender>,
        /// days off, beside Saturdays and Sundays
        holidays: Vec<Spanned<Date>>,
        /// Saturdays and Sundays that are worked
        workdays: Vec<Spanned<Date>>,
        /// what each release fills in
        values: Map<Id, ValueDecl>,
        /// the one who acts
        operator: OrDefault<RoleDecl> => OPERATOR,
        /// the one who watches and compares
        checker: OrDefault<RoleDecl> => CHECKER,
        /// when to roll back, and who says so
        decision: Option<DecisionDecl>,
        /// who is told and who is called
        contacts: Map<ContactDecl, ContactDecl>,
        /// what is recorded before and compared after
        readings: Map<Id, ReadingDecl>,
        /// checks that are said once and used in several steps
        checks: Map<Id, CheckDecl>,
        /// steps before the release
        cold: Vec<TaskDecl> => COLD,
        /// blocks of steps of the day itself
        hot: AtLeast<BlockDecl, 1> => HOT,
        /// the ways back
        rollback: Vec<BlockDecl> => ROLLBACK,
        /// steps that remain after the release
        after: Vec<TaskDecl> => AFTER,
        /// levels of rules, by name
        lints: Map<Id, (Str, Spanned<LintLevel>)>,
        /// rules that this flow breaks on purpose, and why
        allow: OneOrList<Allowance>,
    }
    settle languages_named_once;
}

impl Flow {
    /// The tag of the language that it is written in first.
    #[must_use]
    pub fn first_lang(&self) -> &str {
        self.langs.first().map_or("en", |lang| &lang.value)
    }
}

/// Shows every text of a flow or of a part of it that people see or paste to `see`: key by key as they are declared, and
/// in lists as the author wrote them.
pub(crate) fn texts<'a>(part: &'a impl Texts, see: &mut dyn FnMut(TextAt<'a>)) {
    // What is asked first stands under no key.
    part.texts(TextKey { of: "", name: "" }, see);
}

words! {
    /// What a rule weighs.
    pub enum LintLevel {
        /// Nothing: it isn't said.
        Allow = "allow",
        /// Worth knowing.
        Note = "note",
        /// Worth changing.
        Warning = "warning",
        /// As much as a fault.
        Error = "error",
    }
}

/// Each language is named once.
fn languages_named_once(flow: Flow, reader: &mut Reader<'_>, _fields: &TableFields<'_>) -> Flow {
    let mut known: HashMap<&str, Span> = HashMap::new();
    for lang in &flow.langs {
        if let Some(first) = known.get(&*lang.value) {
            let fault = Diagnostic::error("bad-value", lang.span, format!("`{}` is named twice", lang.value))
                .context(*first, "first named here")
                .help("name each language once");
            reader.fault(fault);
        }
        known.entry(&lang.value).or_insert(lang.span);
    }
    flow
}

/// A rule of `runsheet check`, as something that has a name.
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
