//! The content of the printed check list: its sheets and their parts, in order, as texts. Layout comes later, so nothing
//! here is measured.

mod approvals;
mod blanks;
mod blocks;
mod build;
mod changes;
mod cold;
mod commands;
mod context;
mod ends;
mod gaps;
mod items;
mod legend;
mod messages;
mod options;
mod people;
mod questions;
mod readings;
mod row;
mod shared_way;
mod signatures;
#[cfg(test)]
mod tests;
mod texts;
mod times;
mod where_to_begin;

pub use build::checklist;
pub use options::{ListOptions, MOST_COPIES, SheetKind, UsedColdList};
pub use row::{
    Clock, Detail, DetailLead, LegendEntry, LegendSign, PastedCommand, PrintedMessage, PrintedOutput, Row, RowBox,
};

use std::sync::Arc;

use crate::field::{Field, FootLine};
use crate::logo::Logo;
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
    /// What stands before each number of a page where a viewer shows it, as on the page.
    pub page_prefix: &'static str,
}

impl Checklist {
    /// How many rows one copy has, those of tables and forms included.
    #[must_use]
    pub fn rows(&self) -> usize {
        let part = |part: &SheetPart| match part {
            SheetPart::Rows(_) => part.step_rows().len(),
            SheetPart::Table(table) => table.rows.len(),
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
    /// Whose document it is, and who may read it: a line above all else. `None` where a flow says neither.
    pub look: Option<[Text; 2]>,
    /// The logo, with the words that are read in its place.
    pub logo: Option<(Arc<Logo>, String)>,
    /// Title in bold and the version released.
    pub title: Text,
    /// The title is new since the revision before.
    pub title_changed: bool,
    /// Document id and revision, and the dot before what follows.
    pub identity: Text,
    /// When it was printed, or room to write it. It stands behind `identity`.
    pub printed: Text,
    /// The revision since which changes are marked. It stands behind `digests`, with a change mark behind it.
    pub since: Option<Text>,
    /// The digests: of the flow, and of this list, which covers all that shapes its pages.
    pub digests: Text,
    /// Number of the run, or room to write it.
    pub number: Text,
    /// Label with `{page}` and `{pages}`.
    pub page_of: String,
    /// What stands between two remarks.
    pub dot: String,
    /// Label with `{from}` and `{to}`, the first and the last phase of those on a page.
    pub phases: String,
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
    /// The same inside an atomic block of a rollback.
    pub doubt_back: Text,
    /// Label with `{page}`, where a list goes on.
    pub continues: String,
    /// Label with `{step}`, where a list came from.
    pub continued: String,
    /// The same where it came from no step.
    pub continued_table: String,
    /// Label with `{page}`, where the text of a step is divided.
    pub goes_on: String,
    /// Label with `{step}`, where the text of a step was divided.
    pub step_continued: String,
    /// Said over the rest of a page that is left blank.
    pub blank_rest: Text,
}

/// A sheet. It begins on a new page, unless it shares one.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// Name of its destination.
    pub anchor: String,
    /// The phase of the release, at the head of its pages.
    pub phase: Text,
    /// By when a rollback must be decided on, at the head of the pages whose steps may lead there.
    pub by: Option<Text>,
    /// The letter of a rollback, printed at the edge of the page where the thumb finds it; `None` for other sheets.
    pub thumb: Option<char>,
    /// Its steps are done one after another, so its pages have lines for the last step done.
    pub has_steps: bool,
    /// Where it fits as a whole, it stands on a page with its neighbour that shares pages too.
    pub shares: bool,
    /// Its parts, in order.
    pub parts: Vec<SheetPart>,
}

impl Sheet {
    /// A sheet without steps that begins on a page of its own.
    fn new(anchor: &str, phase: Text, parts: Vec<SheetPart>) -> Self {
        Self { anchor: anchor.to_owned(), phase, by: None, thumb: None, has_steps: false, shares: false, parts }
    }

    /// Whether one of its headings is its phase again. Then that one is read aloud, and the phase at the head of the page isn't.
    /// What is written in Markdown has headings of its own, which stand below both.
    #[must_use]
    pub fn is_headed_by_phase(&self) -> bool {
        let is_prose = |part: &SheetPart| matches!(part, SheetPart::Prose(_));
        let is_phase = |part: &SheetPart| match part {
            SheetPart::Heading(heading) => self.is_phase(&heading.text),
            SheetPart::Chart(chart) => self.is_phase(&chart.heading),
            _ => false,
        };
        self.parts.iter().any(is_phase) && !self.parts.iter().any(is_prose)
    }

    /// The level of one of its headings: that of its phase where it stands for it, or else the one below.
    #[must_use]
    pub fn level(&self, heading: &Text) -> u8 {
        if self.is_phase(heading) && self.is_headed_by_phase() { 2 } else { 3 }
    }

    fn is_phase(&self, heading: &Text) -> bool {
        heading.to_plain() == self.phase.to_plain()
    }
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
    Signatures(SignatureTable),
    /// The completion call with its end mark.
    End(Text),
    /// The flow chart, on pages of its own.
    Chart(Box<FlowChart>),
}

impl SheetPart {
    /// Its rows of steps and items; none where it is no list of steps.
    #[must_use]
    pub fn step_rows(&self) -> &[Row] {
        if let Self::Rows(rows) = self { &rows.rows } else { &[] }
    }
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
    /// What a tick in those boxes means.
    pub read: Option<Text>,
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
    /// True for a single row of cells that stand on as few lines as their contents need, whatever their weights.
    pub packed: bool,
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
    /// Its head is new or changed since the revision before.
    pub head_changed: bool,
}

impl Table {
    /// A table without rows.
    #[must_use]
    pub const fn new(columns: Vec<(u32, Text)>, row_height: i32) -> Self {
        Self { columns, rows: Vec::new(), changed: Vec::new(), row_height, head_changed: false }
    }
}

/// A labelled line to write on.
#[derive(Debug, Clone)]
pub struct LabelledLine {
    /// What else is to be filled in before its label.
    pub before: Option<Text>,
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
        Self { before: None, label, below: false, field }
    }

    /// A line below its label.
    #[must_use]
    pub const fn below(label: Text, field: Field) -> Self {
        Self { before: None, label, below: true, field }
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
    },
}

/// Steps with boxes, in one table.
#[derive(Debug, Clone)]
pub struct Rows {
    /// Set for an atomic block.
    pub atomic: Option<Atomic>,
    /// What the signs mean that the sheet has or may have; empty but for the first rows of a sheet that is worked through at once.
    pub legend: Vec<LegendEntry>,
    /// Head of the column that says on which steps each row depends; `None` where no row depends on any.
    pub only_from: Option<Text>,
    /// Heads of the columns: action, expected, actual, operator, checker, time.
    pub columns: [Text; 6],
    /// The rows are done on different days, so there is room for a date beside the time.
    pub dated: bool,
    /// The heading, repeated on each further page of the table.
    pub title: Text,
    /// What is said again under that heading: the way out that the rows share.
    pub again: Option<Text>,
    /// The rows, in order.
    pub rows: Vec<Row>,
}

impl Rows {
    /// Rows that hang together by nothing, are done at once and depend on none.
    fn new(title: Text, columns: [Text; 6], rows: Vec<Row>) -> Self {
        let legend = Vec::new();
        Self { atomic: None, legend, columns, only_from: None, dated: false, title, again: None, rows }
    }
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

/// Who signs for something, each on a line.
#[derive(Debug, Clone)]
pub struct SignatureTable {
    /// Heads of the columns: name, signature, date and time.
    pub heads: [Text; 3],
    /// Each who signs.
    pub rows: Vec<Signature>,
}

/// A line to sign on.
#[derive(Debug, Clone)]
pub struct Signature {
    /// The role of who signs.
    pub role: Text,
    /// What the signature means (21 CFR 11.50).
    pub meaning: Text,
    /// Printed name, where it is known.
    pub name: Option<Text>,
    /// Name, signature, date and time.
    pub fields: [Field; 3],
}
