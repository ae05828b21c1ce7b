//! A row of the check list: a step or an item, with its boxes, its lines and what is pasted from it.

use super::Notice;
use crate::diagnostic::Span;
use crate::field::{Field, RowId};
use crate::text::Text;

/// A row with a number and boxes.
#[derive(Debug, Clone)]
pub struct Row {
    /// Which row it is.
    pub at: RowId,
    /// Its place in the flow: of a step the whole step, of an item its action.
    pub span: Option<Span>,
    /// Name of its destination.
    pub anchor: Option<String>,
    /// Its number.
    pub number: Text,
    /// The number as it stands again beside the boxes: without the element of a repeated block, which the block's title says.
    pub again: Text,
    /// True for a sub-item.
    pub item: bool,
    /// Read or write, with its word.
    pub mark: Option<(bool, Text)>,
    /// The steps of which one must have been begun for this one to be done: of a rollback.
    pub only_from: Option<Text>,
    /// The action.
    pub action: Text,
    /// The expected value.
    pub expect: Option<Text>,
    /// The way out: beside the action where it has room, otherwise under everything else but a message.
    pub aside: Option<Text>,
    /// What must be known or decided before anything is done. It stands under the action and above the code.
    pub before: Vec<Detail>,
    /// Further lines under the action.
    pub details: Vec<Detail>,
    /// What is said before commands of which one is used.
    pub pick: Option<Text>,
    /// The commands to paste.
    pub commands: Vec<PastedCommand>,
    /// The message to send, under all other lines.
    pub message: Option<PrintedMessage>,
    /// True for a critical step, which is printed in bold.
    pub critical: bool,
    /// The field for the actual value.
    pub actual: Option<Field>,
    /// The time at which it was done; `None` for an item.
    pub time: Option<Clock>,
    /// The operator's box and the checker's.
    pub boxes: [RowBox; 2],
    /// Notices before the row, always on the same page as the row.
    pub notices: Vec<Notice>,
    /// The words of a point of no return: a line across the sheet before the row, so that people who read row by row
    /// learn of it in time.
    pub no_return: Option<Text>,
    /// New or changed since the revision before.
    pub changed: bool,
}

impl Row {
    /// The row with the checker's box struck out.
    #[must_use]
    pub fn unchecked(mut self) -> Self {
        if let RowBox::Tick(_) = self.boxes[1] {
            self.boxes[1] = RowBox::Struck;
        }
        self
    }
}

/// The place for a tick of operator or checker.
#[derive(Debug, Clone)]
pub enum RowBox {
    /// A box to tick.
    Tick(Field),
    /// A box that is struck out: nobody ticks it, and it isn't forgotten.
    Struck,
    /// No box: the row is the title of items that have boxes.
    Absent,
}

/// What a sign means.
#[derive(Debug, Clone)]
pub struct LegendEntry {
    /// The sign.
    pub sign: LegendSign,
    /// What it means.
    pub text: Text,
}

/// A sign beside words.
#[derive(Debug, Clone)]
pub enum LegendSign {
    /// The mark of a row that writes, with its word.
    Write(Text),
    /// The mark of a row that reads, with its word.
    Read(Text),
    /// A cross and an arrow.
    WayOut,
    /// A diamond.
    Decision,
    /// What stands before an expected value of several lines, or on a line of its own. Only layout knows whether there is one.
    Value,
    /// What stands before a line that goes on behind a space; known like the one before.
    AfterSpace,
    /// What stands before a line that goes on without one; known like the one before.
    Joined,
}

/// A time to write down.
#[derive(Debug, Clone)]
pub struct Clock {
    /// Planned time of day; may be empty.
    pub planned: Text,
    /// Its field.
    pub field: Field,
}

/// A command to paste, and what comes out.
#[derive(Debug, Clone)]
pub struct PastedCommand {
    /// The box to tick when it is the one that was used.
    pub tick: Option<Field>,
    /// What it is for.
    pub title: Option<Text>,
    /// What to paste.
    pub code: Text,
    /// What comes out, in the ways that there are.
    pub outputs: Vec<PrintedOutput>,
}

/// What comes out of a command: it is compared and not pasted.
#[derive(Debug, Clone)]
pub struct PrintedOutput {
    /// Whether that is what comes out when all is well.
    pub label: Text,
    /// What comes out.
    pub text: Text,
}

/// A message to send.
#[derive(Debug, Clone)]
pub struct PrintedMessage {
    /// Who is told, one line each where they are several.
    pub to: Vec<Detail>,
    /// What it is about, with its label.
    pub subject: Option<[Text; 2]>,
    /// What to paste.
    pub text: Text,
}

/// A line under an action.
#[derive(Debug, Clone)]
pub struct Detail {
    /// The mark before it.
    pub lead: DetailLead,
    /// What it says.
    pub text: Text,
}

/// The mark before a detail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DetailLead {
    /// No mark.
    Plain,
    /// A cross and an arrow: the way out.
    WayOut,
    /// A box to tick: a branch.
    Choice(Field),
    /// A box to tick, nearer to the edge: the command that was used, which stands below it, or one who was told.
    Tick(Field),
    /// A diamond: a decision.
    Decision,
}
