//! What is known of the release: its number, its times, its people, and what has become of it.

use jiff::Zoned;

use super::Plain;
use crate::field::Outcome;
use crate::source::release::ReleaseStatus;
use crate::source::types::Worded;

/// What is known of the release.
#[derive(Debug, Clone, Default)]
pub struct Release {
    /// Its number.
    pub number: Option<Plain>,
    /// The number of the release that it takes the place of.
    pub replaces: Option<Plain>,
    /// Whether it will take place, where its release says so.
    pub status: Option<ReleaseStatus>,
    /// How it went, once that is known.
    pub outcome: Option<Outcome>,
    /// True for a rehearsal.
    pub drill: bool,
    /// Planned start, in the flow's time zone.
    pub start: Option<Zoned>,
    /// Planned end: the start plus [`Plan::minutes`].
    pub end: Option<Zoned>,
    /// The start in further time zones.
    pub also: Vec<Zoned>,
    /// When the sheets were printed.
    pub printed: Option<Zoned>,
    /// The operator, who acts.
    pub operator: Person,
    /// The checker, who watches and compares.
    pub checker: Person,
}

/// What a release is, where it isn't one that is still to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReleaseStanding {
    /// A rehearsal.
    Drill,
    /// Not at its planned start.
    Postponed,
    /// Not at all.
    Cancelled,
    /// Over.
    Over(Outcome),
}

impl ReleaseStanding {
    /// The word for it in a release file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Drill => "drill",
            Self::Postponed => ReleaseStatus::Postponed.word(),
            Self::Cancelled => ReleaseStatus::Cancelled.word(),
            Self::Over(outcome) => outcome.word(),
        }
    }
}

impl Release {
    /// What it is, where it isn't a release that is still to be done. Whoever takes a document of such a release for one to be
    /// done would do harm.
    pub fn standing(&self) -> impl Iterator<Item = ReleaseStanding> {
        let status = match self.status {
            Some(ReleaseStatus::Postponed) => Some(ReleaseStanding::Postponed),
            Some(ReleaseStatus::Cancelled) => Some(ReleaseStanding::Cancelled),
            Some(ReleaseStatus::Planned) | None => None,
        };
        [self.drill.then_some(ReleaseStanding::Drill), status, self.outcome.map(ReleaseStanding::Over)]
            .into_iter()
            .flatten()
    }
}

/// The operator or the checker.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// Printed name.
    pub name: Option<Plain>,
    /// A number to call.
    pub phone: Option<Plain>,
}
