//! A row of the check list: a step or an item, with its boxes, its lines and what is pasted from it.

use super::{Notice, Table};
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
    /// True for a sub-item.
    pub item: bool,
    /// Read or write, with its word.
    pub mark: Option<(bool, Text)>,
    /// The action.
    pub action: Text,
    /// The expected value, to which dots lead.
    pub expect: Option<Text>,
    /// The short way out, at the right.
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
    /// True for a critical step, which is printed larger.
    pub critical: bool,
    /// The field for the actual value.
    pub actual: Option<Field>,
    /// The time at which it was done; `None` for an item.
    pub time: Option<Clock>,
    /// The operator's box.
    pub operator: Field,
    /// The checker's box; `None` for one that is struck out.
    pub checker: Option<Field>,
    /// Notices before the row, always on the same page as the row.
    pub notices: Vec<Notice>,
    /// The words of a point of no return: a line across the sheet before the row, so that people who read row by row
    /// learn of it in time.
    pub no_return: Option<Text>,
    /// Tables that are filled in at this row, under it: readings.
    pub tables: Vec<Table>,
    /// New or changed since the revision before.
    pub changed: bool,
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
