//! Strings without markup, which are printed unchanged.

use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;

use crate::diagnostic::{Origin, Spanned};
use crate::source::flow::IncludedPart;

/// A string without markup, which is printed unchanged, and where its author wrote it.
#[derive(Debug, Clone, Default)]
pub struct Plain {
    /// The words.
    pub words: String,
    /// The place of its first character; `None` when the words come from no file.
    pub origin: Option<Origin>,
}

/// The revision of a part that the flow includes.
#[derive(Debug, Clone)]
pub struct PartRevision {
    /// The part's name.
    pub part: Plain,
    /// Its revision.
    pub revision: Plain,
}

impl PartRevision {
    /// That of a part; `None` for one without a revision.
    pub(super) fn of(part: &IncludedPart) -> Option<Self> {
        let origin = Origin { literal: part.path.span, offset: u32::try_from(part.name_at()).unwrap_or(u32::MAX) };
        let name = Plain { words: part.name().to_owned(), origin: Some(origin) };
        Some(Self { part: name, revision: (&**part.revision.as_ref()?).into() })
    }
}

impl Plain {
    /// The words of a literal without the spaces at both ends.
    pub(super) fn trimmed(literal: &Spanned<String>) -> Self {
        let words = literal.value.trim();
        let blanks = literal.value.len() - literal.value.trim_start().len();
        let offset = u32::try_from(blanks).unwrap_or(u32::MAX);
        Self { words: words.to_owned(), origin: Some(Origin { literal: literal.span, offset }) }
    }
}

impl From<&Spanned<String>> for Plain {
    fn from(literal: &Spanned<String>) -> Self {
        Self { words: literal.value.clone(), origin: Some(Origin { literal: literal.span, offset: 0 }) }
    }
}

/// Makes words that come from no file.
impl From<String> for Plain {
    fn from(words: String) -> Self {
        Self { words, origin: None }
    }
}

impl Deref for Plain {
    type Target = str;

    fn deref(&self) -> &str {
        &self.words
    }
}

impl AsRef<str> for Plain {
    fn as_ref(&self) -> &str {
        &self.words
    }
}

impl Borrow<str> for Plain {
    fn borrow(&self) -> &str {
        &self.words
    }
}

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

/// Equal words are equal wherever they were written.
impl PartialEq for Plain {
    fn eq(&self, other: &Self) -> bool {
        self.words == other.words
    }
}

impl Eq for Plain {}
