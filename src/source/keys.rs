//! The keys of our files as data: what each is called, what its value may be, whether it is required, and what it is
//! for.
//!
//! A key is declared once, as a field of a struct, and `declare.rs` makes this data from the declaration. The reader,
//! its suggestions, the schemas and the tables of the reference all use it, so they can't disagree. Only the form of a
//! name is described here; the plan looks up what the name refers to.

use std::fmt;

/// What a value may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueShape {
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
    /// Letters, digits and `-`, but none of these words.
    Id(&'static [&'static str]),
    /// The name of something that is declared elsewhere; the word says what it is, such as `contact`.
    Name(&'static str),
    /// A string of one line.
    Line,
    /// The number of a release, which names its folder.
    Number,
    /// One of the words of a value with `choices`: a string of one line.
    Choice,
    /// A string of any number of lines, taken as it is.
    Code,
    /// The language of a fence: letters, digits and a few signs.
    Syntax,
    /// A language tag.
    Tag,
    /// A time zone of the IANA database.
    Zone,
    /// An http(s) address.
    Address,
    /// A mail address.
    Mail,
    /// A mail address, or a name and `<address>`.
    Sender,
    /// A regular expression.
    Pattern,
    /// The path of a file, relative to the folder of the file that names it.
    Path,
    /// Such a path in one or several languages.
    PathText,
    /// How two readings relate: one of these words, or `within` and a number.
    Relation(&'static [&'static str]),
    /// One of these words.
    Words(&'static [&'static str]),
    /// Where a route leads: one of these words, or an id.
    Target(&'static [&'static str]),
    /// A text in one or several languages.
    Text,
    /// A text of one line in each language.
    LineText,
    /// A table with known keys.
    Table(&'static TableKind),
    /// A table whose keys are names of the author's choice: the shape of a name, and that of all values.
    Map(&'static ValueShape, &'static ValueShape),
    /// A list whose elements have one shape, with at least so many of them.
    List(&'static ValueShape, usize),
    /// One value of a shape, or a list with at least so many of them.
    OneOrList(&'static ValueShape, usize),
    /// A short form or a long one, such as a string or a table.
    Either(&'static ValueShape, &'static ValueShape),
}

/// One key of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// What has the key, in one word: `step`, `block`. Kinds that have the same keys share the word.
    pub of: &'static str,
    /// The key as it is written.
    pub name: &'static str,
    /// What its value may be.
    pub shape: ValueShape,
    /// Whether a table without it is a fault.
    pub required: bool,
    /// What it is for, in one line.
    pub doc: &'static str,
    /// The [`TableKind::id`] of the one kind that has it, where its struct serves several kinds.
    pub only: Option<&'static str>,
}

impl Key {
    /// Whether a table of this kind may hold it.
    #[must_use]
    pub fn is_of(&self, kind: &TableKind) -> bool {
        self.only.is_none_or(|only| only == kind.id)
    }
}

/// The keys of a struct, one slice for each field: a field that several kinds have under different names has a key for
/// each name.
pub type KeysOfFields = &'static [&'static [Key]];

/// A rule across the keys of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyRule {
    /// Some kinds must have one of the keys: those with these [`TableKind::id`]s, or all where none is named.
    OneOf(&'static [&'static str], &'static [&'static str]),
    /// The first key means nothing without the second.
    With(&'static str, &'static str),
    /// The first key means nothing unless the second is this word.
    WithWord(&'static str, &'static str, &'static str),
}

/// One kind of table.
pub struct TableKind {
    /// What the code calls it, such as `HOT_STEP`.
    pub id: &'static str,
    /// What a message calls it, such as `[[hot.step]]`.
    pub name: &'static str,
    /// The keys of its struct, and those of the struct whose fields stand in the same table.
    pub fields: [KeysOfFields; 2],
    /// What its struct, and the one whose fields stand in the same table, ask of keys together.
    pub rules: [&'static [KeyRule]; 2],
    /// Kinds that an unknown key may have been meant for, so that a message can say where it belongs. A function,
    /// because kinds refer to each other.
    pub siblings: fn() -> &'static [&'static TableKind],
    /// What it is for, in one line.
    pub doc: &'static str,
    /// The shape of a table of this kind.
    pub table: ValueShape,
}

// Only the name is shown, because kinds refer to each other in circles.
impl fmt::Debug for TableKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for TableKind {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for TableKind {}

impl TableKind {
    /// Its keys, in the order in which they are declared.
    pub fn keys(&self) -> impl Iterator<Item = &'static Key> + '_ {
        self.fields.into_iter().flatten().copied().flatten().filter(|key| key.is_of(self))
    }

    /// The rules across its keys.
    pub fn rules(&self) -> impl Iterator<Item = &'static KeyRule> + '_ {
        let is_for = |rule: &&KeyRule| match rule {
            KeyRule::OneOf(_, kinds) => kinds.is_empty() || kinds.contains(&self.id),
            KeyRule::With(..) | KeyRule::WithWord(..) => true,
        };
        self.rules.into_iter().flatten().filter(is_for)
    }

    /// The key with this name.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys().find(|key| key.name == name)
    }
}

/// These kinds and every kind that their keys lead to, each once, in the order in which keys are declared.
#[must_use]
pub fn kinds(roots: &[&'static TableKind]) -> Vec<&'static TableKind> {
    fn gather(kind: &'static TableKind, kinds: &mut Vec<&'static TableKind>) {
        if kinds.contains(&kind) {
            return;
        }
        kinds.push(kind);
        for form in kind.keys().flat_map(|key| key.shape.forms()) {
            if let ValueShape::Table(kind) = form {
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

impl ValueShape {
    /// The same shape with `table`, which is a [`ValueShape::Table`], for its tables: for a field whose struct serves
    /// several kinds.
    #[must_use]
    pub const fn of(self, table: &'static Self) -> Self {
        match self {
            Self::List(_, least) => Self::List(table, least),
            Self::OneOrList(_, least) => Self::OneOrList(table, least),
            Self::Map(names, _) => Self::Map(names, table),
            Self::Either(short, _) => Self::Either(short, table),
            _ => *table,
        }
    }

    /// The shapes that one value may have; for a list or a map, those of what it holds. The short form comes before the
    /// long one.
    #[must_use]
    pub fn forms(&self) -> Vec<Self> {
        match self {
            Self::Map(_, of) | Self::List(of, _) | Self::OneOrList(of, _) => of.forms(),
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
            Self::Id(_)
            | Self::Line
            | Self::Number
            | Self::Choice
            | Self::Code
            | Self::Syntax
            | Self::Tag
            | Self::Relation(_)
            | Self::Words(_) => "a string".into(),
            Self::Name(of) => format!("the name of a {of}"),
            Self::Zone => "the name of a time zone".into(),
            Self::Address => "an http(s) address".into(),
            Self::Mail => "a mail address".into(),
            Self::Sender => "a mail address, or a name and `<address>`".into(),
            Self::Pattern => "a regular expression".into(),
            Self::Path => "the path of a file".into(),
            Self::Target(_) => "where a route leads".into(),
            Self::PathText => "the path of a file, or one for each language".into(),
            Self::Text | Self::LineText => "a text".into(),
            Self::Table(_) | Self::Map(..) => "a table".into(),
            Self::List(of, _) if of.is_tables() => "a list of tables".into(),
            Self::List(of, _) => format!("a list in which each element is {}", of.expected()),
            Self::OneOrList(of, _) => format!("{} or a list of them", of.expected()),
            Self::Either(..) if self.is_tables() => "a table".into(),
            Self::Either(short, long) => format!("{} or {}", short.expected(), long.expected()),
        }
    }

    /// Whether it takes only tables: those of one kind, or of one of two kinds.
    #[must_use]
    pub const fn is_tables(&self) -> bool {
        matches!(self, Self::Table(_) | Self::Either(Self::Table(_), Self::Table(_)))
    }

    /// The kind of its table form, if it has one.
    #[must_use]
    pub fn kind(&self) -> Option<&'static TableKind> {
        match self {
            Self::Table(kind) => Some(kind),
            Self::Either(short, long) => short.kind().or_else(|| long.kind()),
            _ => None,
        }
    }
}
