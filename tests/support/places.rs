//! Where the parts of a printed list stand that the checks look at.

use std::collections::BTreeMap;

/// What stands on another page than what it belongs to.
pub struct PartedAt {
    /// What it is.
    pub what: &'static str,
    /// Index of its page.
    pub page: usize,
    /// Height of both.
    pub height: f64,
}

/// A heading that links lead to.
pub struct HeadingAt {
    /// Name of its destination.
    pub anchor: String,
    /// Index of its page.
    pub page: usize,
    /// The first glyph of it there.
    pub glyph: usize,
}

/// Rows under heads.
pub struct ListAt {
    /// What the heads say.
    pub heads: Vec<String>,
    /// Index of each page with part of it, with the base line of the first row and the number of rows there.
    pub pages: BTreeMap<usize, (f64, usize)>,
    /// Whether anything follows it on its last page.
    pub is_followed: bool,
}

/// A row with boxes.
pub struct RowAt {
    /// Its number.
    pub number: String,
    /// The number as it stands again beside its boxes.
    pub again: String,
    /// How many boxes it has.
    pub boxes: usize,
    /// Name of its destination.
    pub anchor: Option<String>,
    /// Index of the page with its number.
    pub page: usize,
    /// The first glyph of its number there.
    pub glyph: usize,
    /// The first glyphs of what stands beside the number: mark, action, time.
    pub level: Vec<usize>,
    /// The first glyph of its expected value, and the last one of its action.
    pub expected: Option<[usize; 2]>,
}

/// An atomic block, from its heading (for a rollback, from the way into it) to the line that ends it.
pub struct BlockAt {
    /// Its heading.
    pub title: String,
    /// Index of each page, with its top and its bottom there.
    pub extents: Vec<(usize, f64, f64)>,
}
