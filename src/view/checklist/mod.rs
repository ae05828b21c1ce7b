//! What the printed check list says: sheets of parts, in order, in words. Nothing here is measured.

mod asked;
mod blocks;
mod build;
mod changes;
mod options;
mod people;
mod readings;
mod strike;
#[cfg(test)]
mod tests;

pub use build::checklist;
pub use options::{MOST_COPIES, Options, SheetKind};

use crate::text::{Lang, Text};
use crate::view::chart::FlowChart;

/// The whole list.
#[derive(Debug, Clone)]
pub struct Checklist {
    /// What the file says of itself.
    pub meta: Meta,
    /// What stands at the head of every page.
    pub head: Head,
    /// What stands at the foot of every page.
    pub foot: Foot,
    /// In order; empty when none of those that were asked for is there.
    pub sheets: Vec<Sheet>,
    /// How often it is printed, when every page says which copy it is.
    pub copies: Option<Copies>,
}

/// Copies, numbered from 1.
#[derive(Debug, Clone)]
pub struct Copies {
    /// How many; at least 1.
    pub count: u32,
    /// Label with `{copy}` and `{copies}`.
    pub label: String,
}

/// What the file says of itself.
#[derive(Debug, Clone)]
pub struct Meta {
    /// Title and version.
    pub title: String,
    /// The flow's id.
    pub id: String,
    /// Language.
    pub lang: Lang,
    /// When it was printed, else when the release starts: `YYYY-MM-DDTHH:MM:SS±HH:MM`.
    pub date: Option<String>,
}

/// The head of a page.
#[derive(Debug, Clone)]
pub struct Head {
    /// Title in bold and the version released.
    pub title: Text,
    /// The title is new since the revision before.
    pub title_changed: bool,
    /// Document id, revision, digest.
    pub identity: Text,
    /// Since which revision changes are marked: goes on after `printed`, and the mark follows it.
    pub since: Option<Text>,
    /// When it was printed, or room to write it.
    pub printed: Text,
    /// Number of the run, or room to write it.
    pub number: Text,
    /// Label with `{page}` and `{pages}`.
    pub page_of: String,
    /// Where the runbook is published, for a code to scan.
    pub runbook: Option<String>,
}

/// The foot of a page.
#[derive(Debug, Clone)]
pub struct Foot {
    /// Labels of the lines to write on: last step, operator's and checker's initials.
    pub lines: [Text; 3],
    /// What to do in doubt.
    pub doubt: Text,
    /// What to do in doubt inside an atomic block.
    pub doubt_atomic: Text,
    /// Label with `{page}`, where a list goes on.
    pub continues: String,
    /// Label with `{step}`, where a list came from.
    pub continued: String,
    /// The same where it came from no step.
    pub continued_table: String,
    /// Said over the rest of a page that is left blank.
    pub blank_rest: Text,
}

/// A sheet: begins a page.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// Name of its destination.
    pub anchor: String,
    /// Phase, at the head of its pages.
    pub phase: Text,
    /// The letter of a rollback, found by thumb.
    pub thumb: Option<char>,
    /// In order.
    pub parts: Vec<Part>,
}

/// A part of a sheet.
#[derive(Debug, Clone)]
pub enum Part {
    /// A heading, with a remark at the right.
    Heading(Heading),
    /// Words of ours or the author's.
    Paragraph(Text),
    /// The same, new or changed since the revision before.
    ChangedParagraph(Text),
    /// A note, a caution or a warning.
    Notice(Notice),
    /// A form: rows of labelled cells.
    Grid(Grid),
    /// A table with a head.
    Table(Table),
    /// Steps with boxes.
    Rows(Box<Rows>),
    /// Who signs for what.
    Signatures(Vec<Signature>),
    /// The completion call with its end mark.
    End(Text),
    /// The flow chart, on pages of its own.
    Chart(Box<FlowChart>),
}

/// A heading.
#[derive(Debug, Clone)]
pub struct Heading {
    /// What it says.
    pub text: Text,
    /// A remark at the right.
    pub aside: Option<Text>,
    /// Name of its destination.
    pub anchor: Option<String>,
    /// New or changed since the revision before.
    pub changed: bool,
}

/// What a notice is: decides its rule and its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// A remark; no rule.
    Note,
    /// A single rule (QRH).
    Caution,
    /// A double rule (QRH).
    Warning,
}

/// A note, a caution or a warning; never holds an action.
#[derive(Debug, Clone)]
pub struct Notice {
    /// Which.
    pub kind: NoticeKind,
    /// Its name, in bold.
    pub label: Text,
    /// What it says.
    pub text: Text,
    /// Who ticks that it was read, as their columns are headed: a caution and a warning have boxes of their own.
    pub ticked: Option<[Text; 2]>,
    /// New or changed since the revision before.
    pub changed: bool,
}

/// Rows of labelled cells.
#[derive(Debug, Clone)]
pub struct Grid {
    /// Each row's cells share its width by weight.
    pub rows: Vec<Vec<Cell>>,
    /// Drawn with a heavy outline: the entry into a rollback.
    pub heavy: bool,
}

/// A cell of a form.
#[derive(Debug, Clone)]
pub struct Cell {
    /// Share of the row's width.
    pub weight: u32,
    /// Small, above.
    pub label: Option<Text>,
    /// What is known; nothing leaves room to write. Under boxes, the label of a line to write on.
    pub value: Option<Text>,
    /// Boxes to tick, each with its words.
    pub choices: Vec<Text>,
    /// Name of its field, or prefix of its fields' names; `None` for one named by its place.
    pub field: Option<String>,
    /// New or changed since the revision before.
    pub changed: bool,
}

impl Cell {
    /// A cell without boxes.
    #[must_use]
    pub const fn new(weight: u32, label: Option<Text>, value: Option<Text>) -> Self {
        Self { weight, label, value, choices: Vec::new(), field: None, changed: false }
    }

    /// The same with a field of a name.
    #[must_use]
    pub fn named(self, field: impl Into<String>) -> Self {
        Self { field: Some(field.into()), ..self }
    }
}

/// A table with a head.
#[derive(Debug, Clone)]
pub struct Table {
    /// Share of the width and head of each column.
    pub columns: Vec<(u32, Text)>,
    /// Each as long as `columns`.
    pub rows: Vec<Vec<Entry>>,
    /// Which rows are new or changed since the revision before; those past its end aren't.
    pub changed: Vec<bool>,
    /// Least height of a row, in tenths of a millimetre.
    pub row_height: i32,
    /// Name of its destination.
    pub anchor: Option<String>,
    /// Its head is new or changed since the revision before.
    pub head_changed: bool,
    /// Prefix of its fields' names; the row's number follows, and the column's.
    pub field: String,
    /// What each column's fields are called, where that isn't its number.
    pub fields: Vec<String>,
}

impl Table {
    /// A table without rows.
    #[must_use]
    pub const fn new(columns: Vec<(u32, Text)>, row_height: i32) -> Self {
        Self {
            columns,
            rows: Vec::new(),
            changed: Vec::new(),
            row_height,
            anchor: None,
            head_changed: false,
            field: String::new(),
            fields: Vec::new(),
        }
    }

    /// The same with names for its fields.
    #[must_use]
    pub fn named(self, field: impl Into<String>, fields: &[&str]) -> Self {
        Self { field: field.into(), fields: fields.iter().map(|name| (*name).to_owned()).collect(), ..self }
    }
}

/// A labelled line to write on.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its label.
    pub label: Text,
    /// The line stands below its label and has the cell's whole width: for what takes more than a number.
    pub below: bool,
}

impl Line {
    /// A line beside its label.
    #[must_use]
    pub const fn beside(label: Text) -> Self {
        Self { label, below: false }
    }

    /// A line below its label.
    #[must_use]
    pub const fn below(label: Text) -> Self {
        Self { label, below: true }
    }
}

/// A cell of a table.
#[derive(Debug, Clone)]
pub enum Entry {
    /// Words.
    Words(Text),
    /// Room to write.
    Empty,
    /// Room to write, with what helps to fill it.
    Fill {
        /// One under another; none leaves the cell's top free.
        lines: Vec<Line>,
        /// Boxes with words, under the lines.
        boxes: Vec<Text>,
        /// Label of a last line, for initials.
        initials: Option<Text>,
    },
}

/// Steps with boxes, in one table.
#[derive(Debug, Clone)]
pub struct Rows {
    /// Set for an atomic block.
    pub atomic: Option<Atomic>,
    /// Heads of the columns: action, actual, operator, checker, time.
    pub columns: [Text; 5],
    /// Heading repeated where it goes on on another page.
    pub title: Text,
    /// In order.
    pub rows: Vec<Row>,
}

/// The frame of an atomic block.
#[derive(Debug, Clone)]
pub struct Atomic {
    /// At its first row.
    pub begin: Text,
    /// How it may end early.
    pub early: Text,
    /// After its last row.
    pub end: Text,
    /// Label of the line for when it began.
    pub began: Text,
    /// Label of the line for when it ended.
    pub ended: Text,
}

/// Who ticks a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Boxes {
    /// Both.
    Both,
    /// The operator; the checker's box is struck.
    OperatorOnly,
}

/// A row with a number and boxes.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, and no two exclude each other")]
pub struct Row {
    /// Name of its destination.
    pub anchor: Option<String>,
    /// Prefix of its fields' names: `step.6.2`.
    pub field: String,
    /// Its number.
    pub number: Text,
    /// True for a sub-item.
    pub item: bool,
    /// Read or write, with its word.
    pub mark: Option<(bool, Text)>,
    /// The action.
    pub action: Text,
    /// The value it must show, led to by dots.
    pub expect: Option<Text>,
    /// The short way out, at the right.
    pub aside: Option<Text>,
    /// What is decided before anything is done: under the action, above what is pasted.
    pub decision: Vec<Detail>,
    /// Further lines under the action.
    pub details: Vec<Detail>,
    /// What to paste.
    pub code: Option<Text>,
    /// Larger.
    pub critical: bool,
    /// Whether what was found is written down.
    pub actual: bool,
    /// Planned time of day, where the time is written down; `None` for an item.
    pub time: Option<Text>,
    /// Who ticks.
    pub boxes: Boxes,
    /// Printed before it and never parted from it.
    pub notices: Vec<Notice>,
    /// A line across the sheet before it: whoever reads row by row must learn it in time.
    pub no_return: Option<Text>,
    /// Tables that are filled in at this row, under it: readings.
    pub tables: Vec<Table>,
    /// New or changed since the revision before.
    pub changed: bool,
}

/// A line under an action.
#[derive(Debug, Clone)]
pub struct Detail {
    /// What leads it.
    pub lead: Lead,
    /// What it says.
    pub text: Text,
}

/// What leads a detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lead {
    /// Nothing.
    Plain,
    /// A cross and an arrow: the way out.
    WayOut,
    /// A box to tick: a branch.
    Choice,
    /// A diamond: a decision.
    Decision,
}

/// A line to sign on.
#[derive(Debug, Clone)]
pub struct Signature {
    /// Which of the two.
    pub role: Text,
    /// What the signature means (21 CFR 11.50).
    pub meaning: Text,
    /// Printed name, where it is known.
    pub name: Option<Text>,
    /// Labels of name, signature, date and time.
    pub labels: [Text; 3],
    /// Name of its field.
    pub field: String,
}
