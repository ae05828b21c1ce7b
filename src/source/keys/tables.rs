//! The keys themselves, one list for each kind of table.

use super::{Key, Kind, Shape};

/// What [`Shape::Target`] leads to beside ids; none of these may be an id.
pub static TARGETS: [&str; 6] = ["rollback", "retry", "continue", "hold", "abort", "next"];
/// What [`Shape::Relation`] may say beside `within`.
pub static RELATIONS: [&str; 3] = ["same", "at least", "at most"];
/// The two people; neither may be the id of a contact.
pub static ROLES: [&str; 2] = ["operator", "checker"];

/// How much a rule weighs, in [`Shape::Words`].
pub static LEVELS: [&str; 4] = ["allow", "note", "warning", "error"];

const fn need(name: &'static str, shape: Shape, doc: &'static str) -> Key {
    Key { name, shape, required: true, doc }
}

const fn may(name: &'static str, shape: Shape, doc: &'static str) -> Key {
    Key { name, shape, required: false, doc }
}

const fn kind(name: &'static str, groups: &'static [&'static [Key]], doc: &'static str) -> Kind {
    Kind { name, groups, siblings: &[], doc }
}

static ID: Shape = Shape::Id;
static TAG: Shape = Shape::Tag;
static ZONE: Shape = Shape::Zone;
static DATE: Shape = Shape::Date;
static LINE: Shape = Shape::Line;
static MAIL: Shape = Shape::Mail;
static TEXT: Shape = Shape::Text;
static LINE_TEXT: Shape = Shape::LineText;
static FLAG: Shape = Shape::Flag;
static TARGET: Shape = Shape::Target;
static A_CONTACT: Shape = Shape::Name("contact");
static A_STEP: Shape = Shape::Name("step");

static ITEM_TABLE: Shape = Shape::Table(&ITEM);
static ITEM_FORMS: Shape = Shape::Either(&TEXT, &ITEM_TABLE);
const ITEMS: Shape = Shape::List(&ITEM_FORMS, 0);
static ROUTE_TABLE: Shape = Shape::Table(&ROUTE);
const A_ROUTE: Shape = Shape::Either(&TARGET, &ROUTE_TABLE);

static LEVEL_WORDS: Shape = Shape::Words(&LEVELS);
const LINTS: Shape = Shape::Map(&LEVEL_WORDS);
static ALLOWANCE_TABLE: Shape = Shape::Table(&ALLOWANCE);
const ALLOWANCES: Shape = Shape::OneOrList(&ALLOWANCE_TABLE, 0);

/// The flow file.
pub static FLOW: Kind = kind(
    "the flow",
    &[&[
        need("schema", Shape::Schema, "version of the format: 1"),
        need("id", Shape::Id, "file and document id: letters, digits and `-`"),
        need("title", Shape::LineText, "what the release is called"),
        need("lang", Shape::OneOrList(&TAG, 1), "languages it is written in, the first one the default"),
        may("about", Shape::Text, "what this procedure is for"),
        may("revision", Shape::Line, "revision of the flow"),
        may("revised", Shape::Date, "when that revision was made"),
        may("owner", Shape::LineText, "who owns the flow"),
        may("timezone", Shape::Zone, "time zone that times are printed in"),
        may("also", Shape::List(&ZONE, 0), "time zones of further clocks"),
        may("runbook", Shape::Address, "where the runbook is published"),
        may("mail-from", Shape::Line, "whom the mails come from: an address, or `Name <address>`"),
        may("holidays", Shape::List(&DATE, 0), "days off, beside Saturdays and Sundays"),
        may("workdays", Shape::List(&DATE, 0), "Saturdays and Sundays that are worked"),
        may("values", Shape::Map(&VALUE_FORMS), "what each release fills in"),
        may("operator", Shape::Table(&OPERATOR), "the one who acts"),
        may("checker", Shape::Table(&CHECKER), "the one who watches and compares"),
        may("decision", Shape::Table(&DECISION), "when to roll back, and who says so"),
        may("contacts", Shape::Map(&CONTACT_TABLE), "who is told and who is called"),
        may("readings", Shape::Map(&READING_TABLE), "what is recorded before and compared after"),
        may("checks", Shape::Map(&CHECK_TABLE), "checks that are said once and used in several steps"),
        may("cold", Shape::List(&COLD_TABLE, 0), "steps before the release"),
        need("hot", Shape::List(&HOT_TABLE, 1), "blocks of steps of the day itself"),
        may("rollback", Shape::List(&ROLLBACK_TABLE, 0), "the ways back"),
        may("after", Shape::List(&AFTER_TABLE, 0), "steps that remain after the release"),
        may("lints", LINTS, "levels of rules, by name"),
        may("allow", ALLOWANCES, "rules that this flow breaks on purpose, and why"),
    ]],
    "one procedure, from the first notice to the last report",
);

/// The configuration beside flows, `runsheet.toml`.
pub static CONFIG: Kind = kind(
    "`runsheet.toml`",
    &[&[may("lints", LINTS, "levels of rules, by name; what a flow says goes before it")]],
    "what holds for all flows in a folder",
);

/// A rule that is broken on purpose.
pub static ALLOWANCE: Kind = kind(
    "`allow`",
    &[&[
        need("rule", Shape::Name("rule"), "the rule's name"),
        need("reason", Shape::Text, "why it is broken here: printed in the runbook"),
    ]],
    "a rule that is broken on purpose, and why",
);

static VALUE_TABLE: Shape = Shape::Table(&VALUE);
static VALUE_FORMS: Shape = Shape::Either(&LINE_TEXT, &VALUE_TABLE);
/// A declared value.
pub static VALUE: Kind = kind(
    "a value",
    &[&[
        need("label", Shape::LineText, "what the printed blank is called"),
        may("example", Shape::OneOrList(&LINE, 1), "an example, for whoever fills it in"),
        may("each", Shape::Id, "for a list: the name of one element in a block that repeats"),
    ]],
    "something that each release fills in",
);

static ROLE: [Key; 2] = [
    may("prepare", ITEMS, "what to tick before the start"),
    may("handover", Shape::Text, "how this role is handed over"),
];
/// The operator.
pub static OPERATOR: Kind = kind("`[operator]`", &[&ROLE], "what the operator guarantees");
/// The checker.
pub static CHECKER: Kind = kind("`[checker]`", &[&ROLE], "what the checker guarantees");

/// When to roll back.
pub static DECISION: Kind = kind(
    "`[decision]`",
    &[&[
        need("decider", Shape::Name("contact"), "`operator`, `checker` or a contact"),
        need("when", Shape::OneOrList(&TEXT, 1), "each measure that calls for a rollback"),
        may("window-end", Shape::Time, "by when all must be over: the first such time after the start"),
    ]],
    "when to roll back, and who says so",
);

static CONTACT_TABLE: Shape = Shape::Table(&CONTACT);
/// Somebody who is told or called.
pub static CONTACT: Kind = kind(
    "a contact",
    &[&[
        need("name", Shape::LineText, "which role or team that is"),
        may("email", Shape::OneOrList(&MAIL, 0), "mail addresses"),
        may("phone", Shape::Line, "a number to call"),
    ]],
    "somebody who is told or called",
);

static READING_TABLE: Shape = Shape::Table(&READING);
static ROW_TABLE: Shape = Shape::Table(&ROW);
static ROW_FORMS: Shape = Shape::Either(&TEXT, &ROW_TABLE);
/// A reading.
pub static READING: Kind = kind(
    "a reading",
    &[&[
        need("title", Shape::LineText, "heading of the table"),
        need("rows", Shape::List(&ROW_FORMS, 1), "what is read"),
    ]],
    "a table that is recorded before and compared after",
);
/// One row of a reading.
pub static ROW: Kind = kind(
    "a row",
    &[&[
        need("item", Shape::Text, "what is read"),
        may("record", Shape::Words(&["number", "text", "list"]), "how it is put on paper; `text` unless said"),
        may("unit", Shape::LineText, "unit of a number"),
        may("relation", Shape::Relation, "how before and after must relate; `same` unless said"),
    ]],
    "one row of a reading",
);

static CHECK_TABLE: Shape = Shape::Table(&CHECK);
/// A check that several steps share.
pub static CHECK: Kind = kind(
    "a check",
    &[&[
        need("title", Shape::LineText, "what a step says that has no words of its own"),
        need("items", Shape::List(&ITEM_FORMS, 1), "what is looked at"),
    ]],
    "a check that is said once and used in several steps",
);
/// A sub-item.
pub static ITEM: Kind = kind(
    "an item",
    &[&[need("do", Shape::Text, "the action"), may("expect", Shape::Text, "the value it must show")]],
    "a sub-item with a box of its own",
);

static STEP: [Key; 30] = [
    may("id", Shape::Id, "needed when a route or `from` names it"),
    may("op", Shape::Words(&["read", "write"]), "whether it changes something; required unless another key says it"),
    may("do", Shape::Text, "the action"),
    may("by", Shape::Name("contact"), "the contact who acts and reports back; the operator directs"),
    may("expect", Shape::Text, "the value that shows it worked"),
    may("items", ITEMS, "sub-items with boxes of their own"),
    may("check", Shape::Name("check"), "a shared check: its items, and its title where `do` is missing"),
    may("take", Shape::Name("reading"), "a reading that is recorded here"),
    may("compare", Shape::Name("reading"), "a reading that is compared here"),
    may("command", Shape::Code, "what to paste; literal unless `fill = true`"),
    may("fill", Shape::Flag, "whether `{{ name }}` in the command is replaced"),
    may("minutes", Shape::Count, "planned minutes"),
    may("note", Shape::Text, "a remark, never an action"),
    may("caution", Shape::Text, "what may be damaged"),
    may("warning", Shape::Text, "what may not come back"),
    may("critical", Shape::Flag, "printed larger"),
    may(
        "verify",
        Shape::Words(&["together", "call", "after", "none"]),
        "how the checker takes part instead of watching",
    ),
    may("undo", Shape::Text, "how it is undone by hand"),
    may("irreversible", Shape::Either(&FLAG, &TEXT), "a point of no return, and why"),
    may("record", Shape::Either(&ID, &RECORD_TABLE), "a value that is written down here and used later"),
    may("hold", Shape::Table(&HOLD), "somebody decides before it goes on"),
    may("wait", Shape::Table(&WAIT), "something must come true"),
    may("choose", Shape::Table(&CHOOSE), "one way out of several"),
    may("begins", Shape::Line, "work that somebody else begins here"),
    may("awaits", Shape::Line, "work that must have ended here"),
    may("tell", Shape::Either(&TEXT, &TELL_TABLE), "a message, ready to paste"),
    may("link", Shape::Address, "where to look"),
    may("otherwise", A_ROUTE, "what happens when it doesn't work"),
    may("sets", Shape::Map(&LINE), "states this leaves behind: name and value"),
    may("allow", ALLOWANCES, "rules that this step breaks on purpose, and why"),
];

static COLD_TABLE: Shape = Shape::Table(&COLD);
/// A step before the release.
pub static COLD: Kind = Kind {
    name: "`[[cold]]`",
    groups: &[
        &[need("lead", Shape::Lead, "how long before the start")],
        &STEP,
        &[
            may("notify", Shape::List(&A_CONTACT, 0), "contacts that get a mail"),
            may("impact", Shape::Text, "what the release means for them"),
            may("ask", Shape::Text, "what they are asked to do or avoid"),
        ],
    ],
    siblings: &[&AFTER, &ROLLBACK_STEP],
    doc: "a step before the release, with a lead time",
};
static AFTER_TABLE: Shape = Shape::Table(&AFTER);
/// A step after the release.
pub static AFTER: Kind = Kind {
    name: "`[[after]]`",
    groups: &[&[need("lag", Shape::Lead, "how long after the end")], &STEP],
    siblings: &[&COLD, &ROLLBACK_STEP],
    doc: "a step that remains after the release",
};

static HOT_STEP_TABLE: Shape = Shape::Table(&HOT_STEP);
/// A step of the day itself.
pub static HOT_STEP: Kind = Kind {
    name: "`[[hot.step]]`",
    groups: &[&STEP],
    siblings: &[&ROLLBACK_STEP, &COLD, &AFTER],
    doc: "a step of the day itself",
};
static ROLLBACK_STEP_TABLE: Shape = Shape::Table(&ROLLBACK_STEP);
/// A step of a way back.
pub static ROLLBACK_STEP: Kind = Kind {
    name: "`[[rollback.step]]`",
    groups: &[
        &STEP,
        &[may("from", Shape::OneOrList(&A_STEP, 1), "only if one of these steps was begun; without it, always")],
    ],
    siblings: &[&COLD, &AFTER],
    doc: "a step of a way back",
};

static BLOCK: [Key; 10] = [
    may("id", Shape::Id, "needed when a route names it"),
    need("title", Shape::LineText, "heading"),
    may("atomic", Shape::Flag, "once begun, not interrupted"),
    may("on-failure", A_ROUTE, "every step's way out unless it has its own"),
    may("each", Shape::Name("list value"), "repeated for each element; a rollback goes through them in reverse"),
    may("gate", ITEMS, "what must hold before the next element; only with `each`"),
    may("note", Shape::Text, "a remark before the steps"),
    may("caution", Shape::Text, "what may be damaged"),
    may("warning", Shape::Text, "what may not come back"),
    may("allow", ALLOWANCES, "rules that this block and its steps break on purpose, and why"),
];
static HOT_TABLE: Shape = Shape::Table(&HOT);
/// A block of the day itself.
pub static HOT: Kind = Kind {
    name: "`[[hot]]`",
    groups: &[&BLOCK, &[need("step", Shape::List(&HOT_STEP_TABLE, 1), "what is done, in order")]],
    siblings: &[&ROLLBACK, &HOT_STEP],
    doc: "a block of steps of the day itself",
};
static ROLLBACK_TABLE: Shape = Shape::Table(&ROLLBACK);
/// A way back.
pub static ROLLBACK: Kind = Kind {
    name: "`[[rollback]]`",
    groups: &[
        &BLOCK,
        &[
            may("valid-until", Shape::Name("step"), "the last step from which it may be entered"),
            need("step", Shape::List(&ROLLBACK_STEP_TABLE, 1), "what is done, in order"),
        ],
    ],
    siblings: &[&ROLLBACK_STEP],
    doc: "a way back, printed on its own sheets",
};

/// A way out of a step.
pub static ROUTE: Kind = kind(
    "a route",
    &[&[
        may("do", Shape::Text, "what to try first"),
        may("call", Shape::Name("contact"), "whom to call"),
        may("within", Shape::Minutes, "how long that may take"),
        may("then", Shape::Target, "where it leads"),
        may("max", Shape::Count, "how often to retry at most"),
    ]],
    "what happens when a step doesn't work",
);
static RECORD_TABLE: Shape = Shape::Table(&RECORD);
/// A value that is written down.
pub static RECORD: Kind = kind(
    "`record`",
    &[&[
        need("name", Shape::Id, "its name in `{{ name }}` of later steps"),
        may("label", Shape::LineText, "what the line is called; the name unless said"),
        may("unit", Shape::LineText, "its unit"),
    ]],
    "a value that is written down and used later",
);
/// A point where somebody decides.
pub static HOLD: Kind = kind(
    "`hold`",
    &[&[
        need("ask", Shape::Text, "the question"),
        may("decider", Shape::Name("contact"), "`operator`, `checker` or a contact; the checker unless said"),
        may("at-most", Shape::Minutes, "longest time to wait for the answer"),
        may("no", A_ROUTE, "what a \"no\" leads to"),
    ]],
    "somebody decides before it goes on",
);
/// Something that must come true.
pub static WAIT: Kind = kind(
    "`wait`",
    &[&[
        need("for", Shape::Text, "what must come true"),
        may("every", Shape::Minutes, "how often to look"),
        may("at-most", Shape::Minutes, "longest time to wait"),
        may("otherwise", A_ROUTE, "what happens then"),
    ]],
    "something must come true before it goes on",
);
static OPTION_TABLE: Shape = Shape::Table(&OPTION);
/// A decision with several ways out.
pub static CHOOSE: Kind = kind(
    "`choose`",
    &[&[
        need("ask", Shape::Text, "the question"),
        need("options", Shape::List(&OPTION_TABLE, 2), "its answers, at least two"),
    ]],
    "one way out of several",
);
/// One answer.
pub static OPTION: Kind = kind(
    "an option",
    &[&[need("if", Shape::Text, "the condition"), need("then", A_ROUTE, "where it leads")]],
    "one answer of a choice",
);
static TELL_TABLE: Shape = Shape::Table(&TELL);
/// A message.
pub static TELL: Kind = kind(
    "`tell`",
    &[&[may("to", Shape::Name("contact"), "who is told"), need("message", Shape::Text, "the message")]],
    "a message to a group, ready to paste",
);

static GIVEN: Shape = Shape::OneOrList(&LINE, 1);
static ON_CALL_FORMS: Shape = Shape::Either(&LINE, &ON_CALL_TABLE);
static ON_CALL_TABLE: Shape = Shape::Table(&ON_CALL);
static PERSON_TABLE: Shape = Shape::Table(&PERSON);
const A_PERSON: Shape = Shape::Either(&LINE, &PERSON_TABLE);
/// The release file.
pub static RELEASE: Kind = kind(
    "the release",
    &[&[
        need("flow", Shape::Id, "which flow this is a release of"),
        may("number", Shape::Line, "number of this run"),
        may("start", Shape::Moment, "planned start, with an offset or in the flow's time zone"),
        may("printed", Shape::Moment, "when the sheets were printed"),
        may("operator", A_PERSON, "who acts"),
        may("checker", A_PERSON, "who watches and compares"),
        may("values", Shape::Map(&GIVEN), "values by name; a list for a list value"),
        may("contacts", Shape::Map(&ON_CALL_FORMS), "who is on call, by contact"),
    ]],
    "one release of a flow",
);
static PERSON_KEYS: [Key; 2] = [may("name", Shape::Line, "name"), may("phone", Shape::Line, "a number to call")];
/// The operator or the checker of a release.
pub static PERSON: Kind = kind("a person", &[&PERSON_KEYS], "the operator or the checker of a release");
/// Whoever is on call.
pub static ON_CALL: Kind = kind(
    "a person on call",
    &[&PERSON_KEYS, &[may("email", Shape::OneOrList(&MAIL, 0), "mail addresses")]],
    "who is on call for a contact",
);
