//! The content of the printed check list: its sheets and their parts, in order, as texts. Layout comes later, so nothing
//! here is measured.

mod approvals;
mod blanks;
mod blocks;
mod build;
mod changes;
mod commands;
mod context;
mod gaps;
mod items;
mod messages;
mod options;
mod people;
mod questions;
mod readings;
mod row;
#[cfg(test)]
mod tests;
mod texts;
mod where_to_begin;

pub use build::checklist;
pub use options::{ListOptions, MOST_COPIES, SheetKind};
pub use row::{Clock, Detail, DetailLead, PastedCommand, PrintedMessage, PrintedOutput, Row};

use crate::field::{Field, FootLine};
use crate::text::prose::ProseBlock;
use crate::text::{Lang, Text};
use crate::view::chart::FlowChart;

/// The whole list.
#[derive(Debug, Clone)]
pub struct Checklist {
    /// The metadata of the PDF.
    pub meta: Meta,
    /// What stands at the head of every page.
    pub head: Head,
    /// What stands at the foot of every page.
    pub foot: Foot,
    /// The sheets in order; empty when the flow has none of the sheets that were asked for.
    pub sheets: Vec<Sheet>,
    /// The copies, when every page says which copy it is.
    pub copies: Option<Copies>,
}

impl Checklist {
    /// How many rows one copy has, those of tables and forms included.
    #[must_use]
    pub fn rows(&self) -> usize {
        let table = |table: &Table| table.rows.len();
        let row = |row: &Row| 1 + row.tables.iter().map(table).sum::<usize>();
        let part = |part: &SheetPart| match part {
            SheetPart::Rows(rows) => rows.rows.iter().map(row).sum(),
            SheetPart::Table(one) => table(one),
            SheetPart::Grid(grid) => grid.rows.len(),
            _ => 1,
        };
        self.sheets.iter().flat_map(|sheet| &sheet.parts).map(part).sum()
    }
}

/// Copies, numbered from 1.
#[derive(Debug, Clone)]
pub struct Copies {
    /// How many; at least 1.
    pub count: u32,
    /// Label with `{copy}` and `{copies}`.
    pub label: String,
}

/// The metadata of the PDF.
#[derive(Debug, Clone)]
pub struct Meta {
    /// Title and version.
    pub title: String,
    /// The flow's id.
    #[cfg_attr(not(feature = "internals"), allow(dead_code, reason = "tests look for it on every page"))]
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
    /// The revision since which changes are marked. It stands behind `printed`, with a change mark behind it.
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
    /// The lines to write on, each with its label.
    pub lines: [(FootLine, Text); 3],
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

/// A sheet. It begins on a new page.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// Name of its destination.
    pub anchor: String,
    /// The phase of the release, at the head of its pages.
    pub phase: Text,
    /// The letter of a rollback, printed at the edge of the page where the thumb finds it; `None` for other sheets.
    pub thumb: Option<char>,
    /// Its parts, in order.
    pub parts: Vec<SheetPart>,
}

/// A part of a sheet.
#[derive(Debug, Clone)]
pub enum SheetPart {
    /// A heading, with a remark at the right.
    Heading(Heading),
    /// A paragraph, in our words or the author's.
    Paragraph(Text),
    /// A paragraph that is new or changed since the revision before.
    ChangedParagraph(Text),
    /// A note, a caution or a warning.
    Notice(Notice),
    /// A form: rows of labelled cells.
    Grid(Grid),
    /// A table with a head.
    Table(Table),
    /// Steps with boxes.
    Rows(Box<Rows>),
    /// Text in paragraphs, lists and tables.
    Prose(Box<PrintedProse>),
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

/// Text in paragraphs, lists and tables.
#[derive(Debug, Clone)]
pub struct PrintedProse {
    /// Its heading, repeated where a table goes on.
    pub title: Text,
    /// What it says.
    pub blocks: Vec<ProseBlock>,
    /// New or changed since the revision before.
    pub changed: bool,
}

/// The kind of a notice, which decides how it is framed and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// A remark, without a frame.
    Note,
    /// What may be damaged, in a single frame (QRH).
    Caution,
    /// What may not come back, in a double frame (QRH).
    Warning,
    /// The condition on which what follows applies, without a frame.
    Condition,
    /// The title of what follows, as large as a condition, which it stands above.
    Title,
}

/// A note, a caution, a warning, a condition or a title. It never holds an action.
#[derive(Debug, Clone)]
pub struct Notice {
    /// Its kind.
    pub kind: NoticeKind,
    /// Its name, in bold.
    pub label: Text,
    /// What it says.
    pub text: Text,
    /// The boxes with which operator and checker tick that they have read it, named like their columns; `None` for a note.
    pub ticked: Option<Box<[TickBox; 2]>>,
    /// For a condition, the box to tick when it doesn't hold.
    pub not_applicable: Option<Box<TickBox>>,
    /// New or changed since the revision before.
    pub changed: bool,
}

/// Rows of labelled cells.
#[derive(Debug, Clone)]
pub struct Grid {
    /// The rows. The cells of a row share its width by their weights.
    pub rows: Vec<Vec<Cell>>,
    /// True for the entry into a rollback, which is drawn with a heavy outline.
    pub heavy: bool,
}

/// A cell of a form.
#[derive(Debug, Clone)]
pub struct Cell {
    /// Share of the row's width.
    pub weight: u32,
    /// Its label: in small type above the content, or before the boxes.
    pub label: Option<Text>,
    /// Its content.
    pub holds: Holds,
    /// New or changed since the revision before.
    pub changed: bool,
}

/// The content of a cell of a form.
#[derive(Debug, Clone)]
pub enum Holds {
    /// A value that is known.
    Known(Text),
    /// Room to write what isn't known yet.
    Room(Field),
    /// Boxes to tick, and a line to write on after the last one.
    Boxes(Vec<TickBox>, LabelledLine),
}

impl Cell {
    /// A cell that says what is known.
    #[must_use]
    pub const fn known(weight: u32, label: Text, value: Text) -> Self {
        Self { weight, label: Some(label), holds: Holds::Known(value), changed: false }
    }

    /// A cell with what is known, or with room to write it.
    #[must_use]
    pub fn given(weight: u32, label: Text, value: Option<Text>, field: Field) -> Self {
        let holds = value.map_or(Holds::Room(field), Holds::Known);
        Self { weight, label: Some(label), holds, changed: false }
    }
}

/// A box to tick.
#[derive(Debug, Clone)]
pub struct TickBox {
    /// The words beside it, or over it.
    pub words: Text,
    /// Its field.
    pub field: Field,
}

/// A table with a head.
#[derive(Debug, Clone)]
pub struct Table {
    /// For each column, its share of the width and its head.
    pub columns: Vec<(u32, Text)>,
    /// The rows, each with a cell for every column.
    pub rows: Vec<Vec<TableCell>>,
    /// Which rows are new or changed since the revision before; those past its end aren't.
    pub changed: Vec<bool>,
    /// Least height of a row, in tenths of a millimetre.
    pub row_height: i32,
    /// Name of its destination.
    pub anchor: Option<String>,
    /// Its head is new or changed since the revision before.
    pub head_changed: bool,
}

impl Table {
    /// A table without rows.
    #[must_use]
    pub const fn new(columns: Vec<(u32, Text)>, row_height: i32) -> Self {
        Self { columns, rows: Vec::new(), changed: Vec::new(), row_height, anchor: None, head_changed: false }
    }
}

/// A labelled line to write on.
#[derive(Debug, Clone)]
pub struct LabelledLine {
    /// Its label; may be empty.
    pub label: Text,
    /// True when the line stands below its label and takes the whole width of the cell, for what is longer than a number.
    pub below: bool,
    /// Its field.
    pub field: Field,
}

impl LabelledLine {
    /// A line beside its label.
    #[must_use]
    pub const fn beside(label: Text, field: Field) -> Self {
        Self { label, below: false, field }
    }

    /// A line below its label.
    #[must_use]
    pub const fn below(label: Text, field: Field) -> Self {
        Self { label, below: true, field }
    }
}

/// A cell of a table.
#[derive(Debug, Clone)]
pub enum TableCell {
    /// Words.
    Words(Text),
    /// Room to write.
    Room(Field),
    /// Lines to write on and boxes to tick.
    Form {
        /// The lines, one under another.
        lines: Vec<LabelledLine>,
        /// The boxes, under the lines.
        boxes: Vec<TickBox>,
        /// A last line, for initials.
        initials: Option<LabelledLine>,
    },
}

/// Steps with boxes, in one table.
#[derive(Debug, Clone)]
pub struct Rows {
    /// Set for an atomic block.
    pub atomic: Option<Atomic>,
    /// Heads of the columns: action, actual, operator, checker, time.
    pub columns: [Text; 5],
    /// The heading, repeated on each further page of the table.
    pub title: Text,
    /// The rows, in order.
    pub rows: Vec<Row>,
}

/// The frame of an atomic block.
#[derive(Debug, Clone)]
pub struct Atomic {
    /// The words at its first row.
    pub begin: Text,
    /// How it may end early.
    pub early: Text,
    /// The words after its last row.
    pub end: Text,
    /// When it began.
    pub began: LabelledLine,
    /// When it ended.
    pub ended: LabelledLine,
}

/// A line to sign on.
#[derive(Debug, Clone)]
pub struct Signature {
    /// The role of who signs, operator or checker.
    pub role: Text,
    /// What the signature means (21 CFR 11.50).
    pub meaning: Text,
    /// Printed name, where it is known.
    pub name: Option<Text>,
    /// The lines for name, signature, date and time.
    pub lines: [LabelledLine; 3],
}
