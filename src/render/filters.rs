//! Makes the blocks of a markup available as filters of a template.

use tera::{Kwargs, State, Tera, TeraResult};

use crate::view::markup::Markup;

/// The greatest depth of a list and level of a heading. Without a limit a template could ask for a huge output.
const MOST: usize = 16;

/// Gives a template the blocks of a markup.
pub(super) fn register(tera: &mut Tera, markup: &'static dyn Markup) {
    let plain =
        |make: fn(&dyn Markup, &str) -> String| move |words: &str, _: Kwargs, _: &State<'_>| make(markup, words);
    let counted = |name: &'static str, make: fn(&dyn Markup, usize, &str) -> String| {
        move |words: &str, kwargs: Kwargs, _: &State<'_>| -> TeraResult<String> {
            Ok(make(markup, kwargs.must_get::<usize>(name)?.min(MOST), words))
        }
    };
    tera.register_filter("strong", plain(|markup, words| markup.strong(words)));
    tera.register_filter("emphasis", plain(|markup, words| markup.emphasis(words)));
    tera.register_filter("quote", plain(|markup, words| markup.quote(words)));
    tera.register_filter("heading", counted("level", |markup, level, words| markup.heading(level, words)));
    tera.register_filter("bullet", counted("depth", |markup, depth, words| markup.bullet(depth, words)));
    tera.register_filter("tick", counted("depth", |markup, depth, words| markup.tick(depth, words)));
    tera.register_filter("more", counted("depth", |markup, depth, words| markup.more(depth, words)));
}
