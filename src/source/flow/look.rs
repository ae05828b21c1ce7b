//! Whose document the outputs are, for their heads.

use super::super::declare::table;
use super::super::reader::{Reader, TableFields};
use super::super::types::{LineText, LogoPath};

table! {
    /// Whose document it is, and who may read it.
    pub struct LookDecl "look" {
        LOOK "`[look]`" "whose document it is: the head of every page says so";
    }
    keys {
        /// the organisation's logo: an SVG or PNG file
        logo: Option<LogoPath>,
        /// name of the organisation
        organisation: Option<LineText>,
        /// who may read it, such as `Internal`
        classification: Option<LineText>,
    }
    needs SHOWN;
    settle shows_something;
}

/// Keys of which a look has one.
const SHOWN: [&str; 3] = ["logo", "organisation", "classification"];

/// Reports a look that shows nothing.
fn shows_something(look: LookDecl, reader: &mut Reader<'_>, fields: &TableFields<'_>) -> LookDecl {
    if !SHOWN.iter().any(|key| fields.has(key)) && !fields.has_unknown() {
        let help = "write one of them: `organisation = \"Example Corporation\"`";
        reader.bad("missing-key", fields.span, "it has no logo, no organisation and no classification", help);
    }
    look
}

impl LookDecl {
    /// The keys of two looks; those of the first go before those of the other one.
    #[must_use]
    pub(in crate::source) fn or(self, other: Self) -> Self {
        Self {
            logo: self.logo.or(other.logo),
            organisation: self.organisation.or(other.organisation),
            classification: self.classification.or(other.classification),
        }
    }
}
