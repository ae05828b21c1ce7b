//! Every key that a flow or a release file may hold: name, shape, whether it is required, and what it is for.
//!
//! The reader, "did you mean" and everything that describes the format are driven by [`tables`], so they can't
//! disagree. What the keys mean together (a name that leads nowhere) is the plan's concern.

pub mod schema;
pub mod tables;

use std::fmt;

/// What a value may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// The number 1.
    Schema,
    /// `true` or `false`.
    Flag,
    /// A whole number from 1 to 525,600.
    Count,
    /// Minutes: a whole number, or a string such as `"10 minutes"`.
    Minutes,
    /// A lead time such as `"3 days"`.
    Lead,
    /// A date without quotes.
    Date,
    /// A time of day such as `"21:05"`.
    Time,
    /// A date and time without quotes.
    Moment,
    /// Letters, digits and `-`.
    Id,
    /// The name of something that is declared elsewhere; the word says what.
    Name(&'static str),
    /// A string of one line.
    Line,
    /// A string of any number of lines, taken as it is.
    Code,
    /// A language tag.
    Tag,
    /// A time zone of the IANA database.
    Zone,
    /// An http(s) address.
    Address,
    /// A mail address.
    Mail,
    /// How two readings relate: one of [`tables::RELATIONS`], or `within` and a number.
    Relation,
    /// One of these words.
    Words(&'static [&'static str]),
    /// Where a route leads: one of [`tables::TARGETS`], or an id.
    Target,
    /// A text in one or several languages.
    Text,
    /// The same, of one line in each language.
    LineText,
    /// A table with known keys.
    Table(&'static Kind),
    /// A table whose keys are names of the author's choice, with one shape for all values.
    Map(&'static Shape),
    /// A list of at least so many.
    List(&'static Shape, usize),
    /// One, or a list of at least so many.
    OneOrList(&'static Shape, usize),
    /// The short form or the long one.
    Either(&'static Shape, &'static Shape),
}

/// One key of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// As it is written.
    pub name: &'static str,
    /// What its value may be.
    pub shape: Shape,
    /// Whether a table without it is a fault.
    pub required: bool,
    /// What it is for, in one line.
    pub doc: &'static str,
}

/// One kind of table.
pub struct Kind {
    /// What a message calls it, such as `[[hot.step]]`.
    pub name: &'static str,
    /// Its keys in groups, since kinds share some.
    pub groups: &'static [&'static [Key]],
    /// Kinds that a key may have been meant for: what makes "belongs elsewhere" out of "unknown".
    pub siblings: &'static [&'static Kind],
    /// What it is for, in one line.
    pub doc: &'static str,
}

// By name, since kinds refer to each other in circles.
impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Kind {}

impl Kind {
    /// Its keys in the order in which they are described.
    pub fn keys(&self) -> impl Iterator<Item = &'static Key> {
        self.groups.iter().flat_map(|group| group.iter())
    }

    /// The key of a name.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys().find(|key| key.name == name)
    }
}

/// These kinds and every one that their keys lead to, each once, in the order of the table of keys.
#[must_use]
pub fn kinds(roots: &[&'static Kind]) -> Vec<&'static Kind> {
    fn gather(kind: &'static Kind, kinds: &mut Vec<&'static Kind>) {
        if kinds.contains(&kind) {
            return;
        }
        kinds.push(kind);
        for form in kind.keys().flat_map(|key| key.shape.forms()) {
            if let Shape::Table(kind) = form {
                gather(kind, kinds);
            }
        }
    }
    let mut kinds = Vec::new();
    for root in roots {
        gather(root, &mut kinds);
    }
    kinds
}

impl Shape {
    /// The shapes that a value may be made of: what a list or a map holds, the short form before the long one.
    #[must_use]
    pub fn forms(&self) -> Vec<Self> {
        match self {
            Self::Map(of) | Self::List(of, _) | Self::OneOrList(of, _) => of.forms(),
            Self::Either(short, long) => [short.forms(), long.forms()].concat(),
            form => vec![*form],
        }
    }

    /// What a message says was expected, with its article.
    #[must_use]
    pub fn expected(&self) -> String {
        match self {
            Self::Schema => "`1`".into(),
            Self::Flag => "`true` or `false`".into(),
            Self::Count => "a whole number".into(),
            Self::Minutes => "a whole number of minutes or a string such as `\"10 minutes\"`".into(),
            Self::Lead => "a string such as `\"3 days\"`".into(),
            Self::Date => "a date such as `2013-01-25`".into(),
            Self::Time => "a time such as `\"21:05\"`".into(),
            Self::Moment => "a date and time such as `2013-01-25T20:00:00+08:00`".into(),
            Self::Id | Self::Line | Self::Code | Self::Tag | Self::Relation | Self::Words(_) => "a string".into(),
            Self::Name(of) => format!("the name of a {of}"),
            Self::Zone => "the name of a time zone".into(),
            Self::Address => "an http(s) address".into(),
            Self::Mail => "a mail address".into(),
            Self::Target => "a route".into(),
            Self::Text | Self::LineText => "a text".into(),
            Self::Table(_) | Self::Map(_) => "a table".into(),
            Self::List(of, _) => format!("a list, each {}", of.expected()),
            Self::OneOrList(of, _) => format!("{} or a list of them", of.expected()),
            Self::Either(short, long) => format!("{} or {}", short.expected(), long.expected()),
        }
    }

    /// The kind of its table form, if it has one.
    #[must_use]
    pub fn kind(&self) -> Option<&'static Kind> {
        match self {
            Self::Table(kind) => Some(kind),
            Self::Either(short, long) => short.kind().or_else(|| long.kind()),
            _ => None,
        }
    }
}

/// The nearest of several words, if one is near enough to have been meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    near(word, known).map(|(nearest, _)| nearest)
}

/// The nearest of several words where no other can have been meant: it is a slip or two away, and alone so near.
pub fn certain<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    near(word, known).filter(|(_, is_certain)| *is_certain).map(|(nearest, _)| nearest)
}

/// The nearest of several words, and whether no other can have been meant.
fn near<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<(&'a str, bool)> {
    // Comparing takes time proportional to the length, and nobody misspells that much.
    let length = word.chars().take(65).count();
    if length > 64 {
        return None;
    }
    let lower = word.to_lowercase();
    let mut best: Option<(usize, &str, bool)> = None;
    for candidate in known {
        let distance = strsim::damerau_levenshtein(&lower, &candidate.to_lowercase());
        if distance * 3 > length.max(candidate.chars().count()) {
            continue;
        }
        match &mut best {
            Some((known, _, alone)) if distance == *known => *alone = false,
            Some((known, ..)) if distance > *known => {}
            _ => best = Some((distance, candidate, distance <= 2)),
        }
    }
    best.map(|(_, candidate, alone)| (candidate, alone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_documented() {
        let found = kinds(&[&tables::FLOW, &tables::RELEASE, &tables::CONFIG]);
        assert_eq!(found.len(), 28);
        for kind in found {
            let names: Vec<_> = kind.keys().map(|key| key.name).collect();
            for (index, key) in kind.keys().enumerate() {
                assert!(!names[..index].contains(&key.name), "{} twice in {}", key.name, kind.name);
                assert!(!key.doc.is_empty() && !key.doc.ends_with('.') && !key.doc.contains('\n'), "{}", key.name);
            }
            // The reader marks the keys that it has asked for in the bits of one number.
            assert!(names.len() <= 64, "{}", kind.name);
        }
    }

    #[test]
    fn nearest_is_near() {
        assert_eq!(nearest("titel", ["title", "id"]), Some("title"));
        assert_eq!(nearest("on_failure", ["on-failure", "id"]), Some("on-failure"));
        assert_eq!(nearest("steps", ["step", "title"]), Some("step"));
        assert_eq!(certain("titel", ["title", "id"]), Some("title"));
        assert_eq!((nearest("wead", ["read", "lead"]), certain("wead", ["read", "lead"])), (Some("read"), None));
        assert_eq!(nearest("banana", ["title", "id"]), None);
        assert_eq!(nearest(&"x".repeat(1000), ["title"]), None);
    }
}
