//! The types of values that are read from a file: strings and texts with their places, moments and lead times.

use std::borrow::Cow;

use jiff::civil::DateTime;
use jiff::{Timestamp, tz::Offset};

use crate::diagnostic::{Span, Spanned};

/// A string from a file, with the place of its literal.
pub type Str = Spanned<String>;

/// The same string with `\n` for each `\r\n`.
pub(super) fn normalized(string: &str) -> Cow<'_, str> {
    if string.contains("\r\n") { string.replace("\r\n", "\n").into() } else { string.into() }
}

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
    /// Weeks of seven calendar days.
    Weeks(u32),
    /// Calendar months.
    Months(u32),
}

impl Lead {
    /// The shortest time that it may be, in minutes. Six working days have a weekend among them; a month has at least
    /// 28 days, and several of them are at most two days shorter than so many twelfths of 365 days.
    #[must_use]
    pub const fn shortest_minutes(self) -> u32 {
        let days = match self {
            Self::Minutes(minutes) => return minutes,
            Self::Days(days) => days,
            Self::WorkingDays(days) => days.saturating_add(days.saturating_sub(1) / 5 * 2),
            Self::Weeks(weeks) => weeks.saturating_mul(7),
            Self::Months(months) => (months.saturating_mul(365) / 12).saturating_sub(2),
        };
        days.saturating_mul(24 * 60)
    }

    /// Whether it is counted in days or longer units, so that it gives a date and no time of day.
    #[must_use]
    pub const fn is_date(self) -> bool {
        !matches!(self, Self::Minutes(_))
    }
}

/// A moment as its author wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// With an offset.
    Absolute(Timestamp, Offset),
    /// Without an offset: a time in the flow's time zone.
    Local(DateTime),
}
