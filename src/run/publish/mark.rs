//! The mark at the end of a page, by which we know our own pages, and whether anybody changed them since: it holds the flow's id
//! and a digest of everything else on the page.

use crate::source;
use crate::view::wiki::{MARK, UNMARKED, id_in_mark};

/// What a page's mark says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageMark {
    /// There is none: somebody else wrote the page.
    None,
    /// We wrote it for the flow with this id.
    Ours {
        /// The flow's id.
        id: String,
        /// Whether it was changed since.
        is_edited: bool,
    },
}

/// The last mark of a text.
struct LastMark<'a> {
    /// Where the digits of its digest begin.
    at: usize,
    /// The flow's id.
    id: String,
    /// The digest of what the page is made of.
    source: &'a str,
}

fn last(text: &str) -> Option<LastMark<'_>> {
    text.rmatch_indices(MARK).find_map(|(at, _)| {
        let rest = &text[at + MARK.len()..];
        let (written, rest) = rest.split_once('.')?;
        let (source, digits) = rest.split_once('.')?;
        let digits = digits.get(..UNMARKED.len())?;
        let is_mark = digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let id = id_in_mark(written).filter(|_| is_mark)?;
        Some(LastMark { at: at + MARK.len() + written.len() + source.len() + 2, id, source })
    })
}

/// A text as every wiki keeps it: they change the ends of lines, and the end of the page.
pub fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").trim_end().to_owned()
}

/// The digest of a text whose mark has its digits at this place.
fn digest(text: &str, at: usize) -> String {
    let unmarked = [&text[..at], UNMARKED, &text[at + UNMARKED.len()..]].concat();
    source::digest(unmarked.as_bytes())
}

/// A text with its digest in its mark, ended by a line break.
pub fn signed(text: &str) -> String {
    let mut text = plain(text);
    if let Some(LastMark { at, .. }) = last(&text) {
        let digest = digest(&text, at);
        text.replace_range(at..at + UNMARKED.len(), &digest);
    }
    text.push('\n');
    text
}

/// What the mark of a page says.
pub fn look(text: &str) -> PageMark {
    let text = plain(text);
    match last(&text) {
        None => PageMark::None,
        Some(LastMark { at, id, .. }) => {
            let is_edited = digest(&text, at) != text[at..at + UNMARKED.len()];
            PageMark::Ours { id, is_edited }
        }
    }
}

/// Whether two pages are made of the same flow and release.
pub fn is_of_same(one: &str, other: &str) -> bool {
    let [one, other] = [one, other].map(|text| last(text).map(|mark| mark.source));
    one.is_some() && one == other
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::wiki::mark;

    #[test]
    fn a_mark_tells_every_change_but_that_of_line_ends() {
        let page = signed(&format!("# Title\n\nrunsheet.x\n\nMark: `{}`", mark("x-1Z_Y", "0a")));
        let ours = |is_edited| PageMark::Ours { id: "x-1Z_Y".to_owned(), is_edited };
        assert_eq!(look(&page), ours(false));
        assert_eq!(signed(&page), page);
        assert_eq!(look(&page.replace('\n', "\r\n")), ours(false));
        assert_eq!(look(page.trim_end()), ours(false));
        for edited in
            [page.replace("Title", "Titel"), format!("{page}\nmore"), format!(" {page}"), page.replace('`', "'")]
        {
            assert_eq!(look(&edited), ours(true), "{edited}");
        }
        for foreign in ["", "# Title\n", "runsheet.x.1.123", "runsheet.é.", "runsheet.xZ", &page.replace("Z2D", "Z2F")]
        {
            assert_eq!(look(foreign), PageMark::None, "{foreign}");
        }
    }

    #[test]
    fn pages_of_the_same_flow_and_release_are_known() {
        let page = |words: &str, source: &str| signed(&format!("{words}\n\n`{}`", mark("x", source)));
        assert!(is_of_same(&page("a", "1"), &page("b", "1")));
        assert!(!is_of_same(&page("a", "1"), &page("a", "2")) && !is_of_same("a", "a"));
    }

    #[test]
    fn a_flow_that_speaks_of_marks_has_its_own() {
        let page = signed(&format!("a `{}` b\n\n`{}`", mark("other", "0"), mark("x", "1")));
        assert_eq!(look(&page), PageMark::Ours { id: "x".to_owned(), is_edited: false });
        assert!(page.contains(&mark("other", "0")));
    }
}
