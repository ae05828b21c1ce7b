//! What values of a file become: strings and texts with their places, moments and lead times.

use jiff::civil::DateTime;
use jiff::{Timestamp, tz::Offset};

use crate::diagnostic::{Span, Spanned};

/// A string of the author's, with the place of its literal.
pub type Str = Spanned<String>;

/// A text in one or several languages. `None` is the flow's first language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowText {
    /// Language and words, at least one entry unless the text has a fault, in the author's order.
    pub entries: Vec<(Option<Str>, Str)>,
    /// The whole value.
    pub span: Span,
}

/// How long before or after the start.
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
    /// Without one: meant in the flow's time zone.
    Local(DateTime),
}
