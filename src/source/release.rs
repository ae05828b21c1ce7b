//! One release of a flow, from its `*.release.toml` and the command line.

use jiff::civil::DateTime;
use jiff::{Timestamp, tz::Offset};

use super::flow::Str;
use crate::diagnostic::{Span, Spanned};

/// A moment as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// With an offset.
    Absolute(Timestamp, Offset),
    /// Without one: meant in the flow's time zone.
    Local(DateTime),
}

/// What a release says. Nothing is looked up yet.
#[derive(Debug, Clone, Default)]
pub struct ReleaseFile {
    /// The flow's id.
    pub flow: Option<Str>,
    /// Number of the run.
    pub number: Option<Str>,
    /// Planned start.
    pub start: Option<Spanned<Moment>>,
    /// When the sheets were printed.
    pub printed: Option<Spanned<Moment>>,
    /// Who acts.
    pub operator: PersonDecl,
    /// Who watches and compares.
    pub checker: PersonDecl,
    /// Values by name; several for a list.
    pub values: Vec<(Str, Vec<Str>)>,
    /// Who is on call, by contact.
    pub contacts: Vec<(Str, PersonDecl)>,
}

/// A person as a release names them.
#[derive(Debug, Clone, Default)]
pub struct PersonDecl {
    /// Name.
    pub name: Option<Str>,
    /// A number to call.
    pub phone: Option<Str>,
    /// Mail addresses; contacts only.
    pub email: Vec<Str>,
    /// The whole value.
    pub span: Span,
}
