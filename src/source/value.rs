//! The types of values that are read from a file: strings and texts with their places, moments and lead times.

use jiff::civil::DateTime;
use jiff::{Timestamp, tz::Offset};

use crate::diagnostic::{Span, Spanned};

/// A string from a file, with the place of its literal.
pub type Str = Spanned<String>;

/// A text in one or several languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowText {
    /// Language and words, in the author's order. `None` stands for the flow's first language. There is at least one
    /// entry, unless the text has a fault.
    pub entries: Vec<(Option<Str>, Str)>,
    /// The whole value.
    pub span: Span,
}

/// How long a task is done before the start, or after the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lead {
    /// Minutes.
    Minutes(u32),
    /// Calendar days.
    Days(u32),
    /// Working days.
    WorkingDays(u32),
}

/// A moment as its author wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// With an offset.
    Absolute(Timestamp, Offset),
    /// Without an offset: a time in the flow's time zone.
    Local(DateTime),
}
