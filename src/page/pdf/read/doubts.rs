//! What isn't written as the standard asks, so that viewers may show something else than is read here, in words.

/// Why viewers may show something else than is read here.
pub(in super::super) type Doubt = &'static str;

// Of the file and its tables.
pub(super) const BEFORE: Doubt = "something stands before its beginning";
pub(super) const BEHIND: Doubt = "its end is followed by something";
pub(super) const TABLE_ELSEWHERE: Doubt = "its table of objects isn't where it should be";
pub(super) const TWO_TABLES: Doubt = "it has two tables of objects at once, which contradict each other";
pub(super) const ROW: Doubt = "a row of its table of objects isn't as long as rows are, or of another generation";
pub(super) const ROW_KIND: Doubt = "a row of its table of objects is of no known kind";
pub(super) const LONG_TABLE: Doubt = "its table of objects is longer than it says";
pub(super) const LEADS_NOWHERE: Doubt = "its table of objects leads to what is none";

// Of objects and streams.
pub(super) const UNNAMED: Doubt = "something stands between its objects that no table names";
pub(super) const OVERLAP: Doubt = "its objects overlap";
pub(super) const OBJECT_START: Doubt = "an object doesn't begin where the table says, or as objects do";
pub(super) const NO_END: Doubt = "an object has no end";
pub(super) const ELSEWHERE: Doubt = "an object stands elsewhere in its stream than the table says";
pub(super) const TWICE_PACKED: Doubt = "an object stands twice in a stream";
pub(super) const STREAM_START: Doubt = "a stream doesn't begin as streams do";
pub(super) const STREAM_LENGTH: Doubt = "a stream isn't as long as it says";
pub(super) const STREAM_OUTSIDE: Doubt = "a stream says that it lies in another file";
pub(super) const TWO_PACKINGS: Doubt = "a stream says in two ways how it is packed";

// Of pages and what lies over them.
pub(super) const PAGE_TREE: Doubt = "its tree of pages contradicts itself";
pub(super) const FIRST_PAGE: Doubt = "it says of another page that it is the first";
pub(super) const NO_ANNOTATION: Doubt = "something over a page is missing";
pub(super) const NO_CONTENT: Doubt = "something that a page draws is missing";
pub(super) const NO_BOOKMARK: Doubt = "a bookmark is missing";

// Of words and values.
pub(super) const LONG_WORD: Doubt = "a number or word is longer than any";
pub(super) const REFERENCE: Doubt = "a reference isn't written as references are";
pub(super) const KEY_TWICE: Doubt = "a key stands twice in an object";
pub(super) const NAME: Doubt = "a name holds an escape that is none";
pub(super) const HEXADECIMAL: Doubt = "a text in hexadecimal holds something else";
pub(super) const LINE_BREAK: Doubt = "a text holds a line break that viewers read in two ways";
pub(super) const ESCAPE: Doubt = "a text holds an escape that is none";
