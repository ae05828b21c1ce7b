//! Links between the pages and files of a wiki that is a git repository.

use std::fmt::Write as _;

use super::Markdown;
use super::escape::destination;
use crate::view::markup::WikiMarkup;

/// The address of one path as seen from the page at another. Pages are addressed without the ending of their files, as wikis
/// do it.
fn relative(from: &str, to: &str) -> String {
    let from: Vec<&str> = from.split('/').collect();
    let to: Vec<&str> = to.split('/').collect();
    let folders = from.len() - 1;
    let shared = from[..folders].iter().zip(&to[..to.len() - 1]).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..", folders - shared);
    let path: Vec<&str> = up.chain(to[shared..].iter().copied()).collect();
    let mut address = String::new();
    for c in path.join("/").chars() {
        match c {
            // Each begins another part of an address.
            '#' | '?' | '%' | ':' | ';' | '&' => {
                let _ = write!(address, "%{:02X}", u32::from(c));
            }
            c => address.push(c),
        }
    }
    destination(&address)
}

impl WikiMarkup for Markdown {
    fn page_link(&self, from: &str, to: &str, inline: &str) -> String {
        format!("[{inline}]({})", relative(from, to))
    }

    fn file_link(&self, from: &str, name: &str, inline: &str) -> String {
        format!("[{inline}]({})", relative(from, name))
    }

    fn picture(&self, _name: &str) -> Option<String> {
        None
    }

    fn file_name(&self, page: &str, file: &str) -> String {
        format!("{page}/{file}")
    }
}

#[cfg(test)]
mod tests {
    use super::relative;

    #[test]
    fn a_link_leads_from_the_page_that_it_stands_on() {
        for (from, to, link) in [
            ("Runbooks/x", "Runbooks/x/7", "x/7"),
            ("Runbooks/x/7", "Runbooks/x", "../x"),
            ("Runbooks/x/7", "Runbooks/x/7/cold.pdf", "7/cold.pdf"),
            ("Home", "Runbooks/x", "Runbooks/x"),
            ("a/b/c", "d", "../../d"),
            ("a/a", "a", "../a"),
            ("a", "50% #1 (b)", "50%25%20%231%20%28b%29"),
        ] {
            assert_eq!(relative(from, to), link, "{from} {to}");
        }
    }
}
