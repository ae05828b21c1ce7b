//! The types that fields can have. A type says what its key takes, how that is read, and what of it are words that
//! people see or paste.

mod lists;
mod numbers;
mod pattern;
mod strings;

pub(crate) use lists::EntryName;
pub use lists::{AtLeast, Map, Needed, OneOrList, OneOrMore, OrDefault, OrShared};
pub use numbers::{Count, Minutes, Schema};
pub use pattern::{LONGEST_MATCHED, Pattern};
pub use strings::{
    Address, ChoiceWord, Code, CommandOutput, FlowId, Id, Line, LineText, LogoPath, Mail, MarkdownText, Name, Named,
    PartPath, ReleaseNumber, Revision, RoleTitle, Sender, Syntax, Tag, TextPath, Zone,
};

/// A type whose values are words.
pub trait Worded {
    /// The word that means this value; empty for a default that nobody writes.
    fn word(self) -> &'static str;
}

pub use super::reader::{KeyText, TextAt, TextKey};
pub use super::value::{FlowText, Lead, Moment, Str};
