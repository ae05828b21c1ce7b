//! Makes the blocks of a markup available as filters of a template.

use tera::{Kwargs, State, Tera, TeraResult};

use crate::view::markup::Markup;

/// The greatest depth of a list and level of a heading. Without a limit a template could ask for a huge output.
pub const MOST: usize = 16;

/// A filter that a template of a wiki can use.
pub struct BlockFilter {
    /// Its name.
    pub name: &'static str,
    /// What it makes of a string.
    pub doc: &'static str,
    makes: FilterBlock,
}

/// How a filter makes its block.
enum FilterBlock {
    Plain(fn(&dyn Markup, &str) -> String),
    /// With a number, which the template gives by this name.
    Counted(&'static str, fn(&dyn Markup, usize, &str) -> String),
}

/// Every filter.
pub static FILTERS: [BlockFilter; 7] = [
    BlockFilter {
        name: "heading",
        doc: "a heading; the title has level 1",
        makes: FilterBlock::Counted("level", |markup, level, words| markup.heading(level, words)),
    },
    BlockFilter {
        name: "bullet",
        doc: "an item of a list; the outermost list has depth 0",
        makes: FilterBlock::Counted("depth", |markup, depth, words| markup.bullet(depth, words)),
    },
    BlockFilter {
        name: "tick",
        doc: "an item of a list, with a box to tick",
        makes: FilterBlock::Counted("depth", |markup, depth, words| markup.tick(depth, words)),
    },
    BlockFilter {
        name: "more",
        doc: "a further paragraph of an item of a list",
        makes: FilterBlock::Counted("depth", |markup, depth, words| markup.more(depth, words)),
    },
    BlockFilter {
        name: "quote",
        doc: "a quoted paragraph",
        makes: FilterBlock::Plain(|markup, words| markup.quote(words)),
    },
    BlockFilter { name: "strong", doc: "bold words", makes: FilterBlock::Plain(|markup, words| markup.strong(words)) },
    BlockFilter {
        name: "emphasis",
        doc: "words in italics",
        makes: FilterBlock::Plain(|markup, words| markup.emphasis(words)),
    },
];

impl BlockFilter {
    /// How it is written: its name, with what it takes in parentheses.
    #[must_use]
    pub fn usage(&self) -> String {
        match self.makes {
            FilterBlock::Plain(_) => self.name.to_owned(),
            FilterBlock::Counted(number, _) => format!("{}({number})", self.name),
        }
    }
}

/// Gives a template the blocks of a markup.
pub(super) fn register(tera: &mut Tera, markup: &'static dyn Markup) {
    for filter in &FILTERS {
        match filter.makes {
            FilterBlock::Plain(make) => {
                tera.register_filter(filter.name, move |words: &str, _: Kwargs, _: &State<'_>| make(markup, words));
            }
            FilterBlock::Counted(number, make) => {
                let counted = move |words: &str, kwargs: Kwargs, _: &State<'_>| -> TeraResult<String> {
                    Ok(make(markup, kwargs.must_get::<usize>(number)?.min(MOST), words))
                };
                tera.register_filter(filter.name, counted);
            }
        }
    }
}
