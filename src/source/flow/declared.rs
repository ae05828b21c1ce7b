//! What a flow declares besides its steps: values, people, readings, checks.

use std::collections::BTreeMap;

use jiff::civil::Time;

use super::super::declare::{table, words};
use super::super::keys::ValueShape;
use super::super::reader::{FromToml, Reader, TableFields, Texts, ValueSlot, is_tolerance};
use super::super::types::{
    AtLeast, ChoiceWord, EntryName, FlowText, Id, Lead, Line, LineText, Mail, Name, Named, OneOrList, OneOrMore,
    OrDefault, OrShared, Pattern, RoleTitle, Str, Tag,
};
use super::condition::{ConditionDecl, conditional};
use crate::diagnostic::{Diagnostic, Span, Spanned};

/// The roles of the two people. Neither may be the id of a contact.
pub const ROLES: [&str; 2] = ["operator", "checker"];

table! {
    /// A declared value.
    pub struct ValueDecl "value" {
        VALUE "a value" "something that each release fills in";
    }
    keys {
        /// label beside the line to fill in
        label: Option<LineText>,
        /// an example, for whoever fills it in
        example: OrDefault<OneOrMore<Line>>,
        /// makes it a list: the name of one element in a block that repeats
        each: Option<Id>,
        /// the words that it may be, at least two, for `only` and `unless`
        choices: OrDefault<AtLeast<ChoiceWord, 2>>,
        /// what it must match as a whole; each named group is a value
        pattern: Option<Pattern>,
        /// makes it of other values, by their `{{ name }}`; no release gives it
        is: Option<Line>,
        /// true: goes before that of a part, which has the same id
        overrides "override": Spanned<bool>,
    }
    place {
        /// Its name in `{{ name }}`.
        name: Str,
    }
    short "label" LineText;
    needs GIVEN_OR_MADE;
    settle given_or_made;
}

/// Keys that say where a value comes from: a release, which its label asks for it, or other values.
const GIVEN_OR_MADE: [&str; 2] = ["label", "is"];

/// Reports a value without a label that each release gives, keys that mean nothing beside others, and a choice that is
/// there twice.
fn given_or_made(value: ValueDecl, reader: &mut Reader<'_>, fields: &TableFields<'_>) -> ValueDecl {
    if !GIVEN_OR_MADE.iter().any(|key| fields.has(key)) && !fields.has_unknown() {
        let help = "add `label = \"…\"`, the words beside the line to fill in";
        reader.bad("missing-key", fields.span, "a value needs the key `label`", help);
    }
    let excluded: [(&str, &[&str], &str); 3] = [
        ("is", &["example", "each", "pattern", "choices"], "this makes it of other values"),
        ("each", &["pattern", "choices"], "this makes it a list, and that is for one value"),
        ("choices", &["pattern"], "these are the words that it may be"),
    ];
    for (key, others, why) in excluded {
        let Some(place) = fields.place_of(reader, key) else { continue };
        for other in others {
            if let Some(surplus) = fields.place_of(reader, other) {
                let message = format!("`{other}` means nothing beside `{key}`");
                let fault = Diagnostic::error("misplaced-key", surplus, message).context(place, why);
                reader.fault(fault.help(format!("leave `{other}` or `{key}` out")));
            }
        }
    }
    let mut known: BTreeMap<&str, Span> = BTreeMap::new();
    for word in value.choices.iter() {
        if let Some(first) = known.insert(&word.value, word.span) {
            let fault = Diagnostic::error("bad-value", word.span, format!("`{}` is there twice", word.value))
                .context(first, "first here")
                .help("name each choice once");
            reader.fault(fault);
        }
    }
    value
}

table! {
    /// What one of the two people prepares, and how they hand over.
    #[derive(Default)]
    pub struct RoleDecl "role" {
        OPERATOR "`[operator]`" "what the operator is called, prepares and hands over";
        CHECKER "`[checker]`" "what the checker is called, prepares and hands over";
    }
    keys {
        /// what this role is called here, in up to 30 characters
        title: Option<RoleTitle>,
        /// what to tick before the start
        prepare: Vec<ItemDecl>,
        /// how this role is handed over
        handover: Option<FlowText>,
    }
}

/// The ids of the facts that a change ticket has a place for.
pub const TICKET_FACTS: [&str; 5] = ["reason", "scope", "risk", "downtime", "test"];

table! {
    /// A fact of the change.
    pub struct FactDecl "fact" {
        FACT "a fact" "a fact of the change, such as its reason or its risk";
    }
    keys {
        /// what it is about
        label: LineText,
        /// what is to be known
        text: FlowText,
        /// true: goes before that of a part, which has the same id
        overrides "override": Spanned<bool>,
    }
    place {
        /// Its name in the flow; the ticket knows some names.
        id: Str,
    }
}

table! {
    /// An approval that the change needs.
    pub struct ApprovalDecl "approval" {
        APPROVAL "an approval" "somebody beside operator and checker who has to sign";
    }
    keys {
        /// the role of who approves; without it, the contact's name
        role: Option<LineText>,
        /// what is approved
        what: Option<LineText>,
        /// the contact who approves; needed without a role
        contact: Option<Name<ContactDecl>>,
        /// how long before the start it must be given
        lead: Option<Spanned<Lead>>,
        /// true: goes before that of a part, which has the same id
        overrides "override": Spanned<bool>,
    }
    place {
        /// Its name in the flow.
        id: Str,
    }
    needs APPROVER;
    settle by_somebody;
}

/// Keys that say who approves.
const APPROVER: [&str; 2] = ["role", "contact"];

/// Reports an approval by nobody.
fn by_somebody(approval: ApprovalDecl, reader: &mut Reader<'_>, fields: &TableFields<'_>) -> ApprovalDecl {
    if !APPROVER.iter().any(|key| fields.has(key)) {
        let message = format!("nobody gives the approval `{}`", approval.id.value);
        let fault = Diagnostic::error("missing-key", approval.id.span, message);
        reader.fault(fault.help("add `role`, or `contact` with the id of one of `[contacts]`"));
    }
    approval
}

table! {
    /// When to roll back.
    pub struct DecisionDecl "decision" {
        DECISION "`[decision]`" "when to roll back, and who decides";
    }
    keys {
        /// `operator`, `checker` or a contact
        decider: OrShared<Name<ContactDecl>>,
        /// conditions, each of which calls for a rollback
        when: OrShared<OneOrMore<MeasureDecl>>,
        /// when all must be over: the first such time after the start
        window_end: Option<Spanned<Time>>,
    }
    place {
        /// Where it stands.
        span: Span,
    }
}

table! {
    /// A measure that calls for a rollback.
    pub struct MeasureDecl "measure" {
        MEASURE "a measure" "what calls for a rollback";
    }
    keys {
        /// what is measured; without a threshold the whole condition
        measure: FlowText,
        /// where it is read
        place "where": Option<FlowText>,
        /// from which value on it calls for a rollback
        threshold: Option<FlowText>,
    }
    short "measure" FlowText;
}

table! {
    /// Somebody who is told or called.
    pub struct ContactDecl "contact" {
        CONTACT "a contact" "somebody who is told or called";
    }
    keys {
        /// role or team
        name: LineText,
        /// mail addresses
        email: OneOrList<Mail>,
        /// telephone number
        phone: Option<Line>,
        /// language of the mails to this contact; by default that of the build
        lang: Option<Tag>,
        /// true: goes before that of a part, which has the same id
        overrides "override": Spanned<bool>,
    }
    place {
        /// Its name in the flow.
        id: Str,
    }
}

impl Named for ContactDecl {
    const WORD: &'static str = "contact";
}

impl EntryName for ContactDecl {
    const NAME: ValueShape = ValueShape::Id(&ROLES);

    fn check(reader: &mut Reader<'_>, id: &str, span: Span) -> Option<Str> {
        if ROLES.contains(&id) {
            let message = format!("a contact can't be called `{id}`: that is one of the two people");
            reader.bad("bad-id", span, message, "choose another id");
            return None;
        }
        reader.check_id(id, span)
    }
}

table! {
    /// A table of what is recorded before and compared after.
    pub struct ReadingDecl "reading" {
        READING "a reading" "a table that is recorded before and compared after";
    }
    keys {
        /// heading of the table
        title: LineText,
        /// what is read
        rows: AtLeast<ReadingRowDecl, 1>,
        /// true: goes before that of a part, which has the same id
        overrides "override": Spanned<bool>,
    }
    place {
        /// Its name in `take` and `compare`.
        id: Str,
    }
}

impl Named for ReadingDecl {
    const WORD: &'static str = "reading";
}

table! {
    /// One row of a reading.
    pub struct ReadingRowDecl "row" {
        ROW "a row" "one row of a reading";
    }
    keys {
        /// what is read
        item: FlowText,
        /// how it is written down; `text` by default
        record: RecordKind,
        /// unit of a number
        unit: Option<LineText>,
        /// how the later value must relate to the first; `same` by default
        relation: Relation,
    }
    short "item" FlowText;
}

words! {
    /// How a reading is written down.
    pub enum RecordKind unless said Text {
        /// A number.
        Number = "number",
        /// A few words.
        Text = "text",
        /// More than a line holds: count, where the evidence is, what is missing.
        List = "list",
    }
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

impl Texts for Relation {}

impl FromToml for Relation {
    const SHAPE: ValueShape = ValueShape::Relation(&["same", "at least", "at most"]);
    const REQUIRED: bool = false;

    fn read(reader: &mut Reader<'_>, slot: ValueSlot<'_>) -> Option<Self> {
        let (words, span) = reader.raw(slot)?;
        match words {
            "same" => return Some(Self::Same),
            "at least" => return Some(Self::AtLeast),
            "at most" => return Some(Self::AtMost),
            _ => {}
        }
        let tolerance = words.strip_prefix("within ").map(str::trim).filter(|rest| is_tolerance(rest));
        if tolerance.is_none() {
            reader.not_among(slot.name, words, span, vec!["same", "at least", "at most", "within 5%"]);
        }
        tolerance.map(|tolerance| Self::Within(tolerance.to_owned()))
    }

    fn missing(_at: Span) -> Option<Self> {
        Some(Self::Same)
    }
}

table! {
    /// A check that several steps share.
    pub struct CheckDecl "check" {
        CHECK "a check" "a check that several steps share";
    }
    keys {
        /// what a step says that has no `do`
        title: LineText,
        /// what is looked at
        items: AtLeast<ItemDecl, 1>,
        /// true: goes before that of a part, which has the same id
        overrides "override": Spanned<bool>,
    }
    place {
        /// Its name in `check`.
        id: Str,
    }
}

impl Named for CheckDecl {
    const WORD: &'static str = "check";
}

table! {
    /// A sub-item with a box of its own.
    pub struct ItemDecl "item" {
        ITEM "an item" "a sub-item with a box of its own";
    }
    keys {
        /// the action
        action "do": FlowText,
        /// the value it must show
        expect: Option<FlowText>,
        /// whether there is a line for the value that shows; unless said, where that is measured, or the step is critical or can’t be undone
        actual: Option<bool>,
        /// repeated for each element, with a box for each
        each: Option<Name<ValueDecl>>,
        /// a condition that shows only on the spot: printed before the action, with a box “doesn’t apply”
        condition "if": Option<FlowText>,
        /// it applies only if the release is this: words of values with `choices`
        only: Option<ConditionDecl>,
        /// it doesn't apply if the release is this
        unless: Option<ConditionDecl>,
    }
    short "do" FlowText;
    only "actual" with "expect";
}

conditional! {
    ItemDecl at action.span;
}
