//! Writes texts as `DokuWiki` shows them exactly as their author wrote them.
//!
//! Every word of an author's stands in `<nowiki>`, where `DokuWiki` changes nothing: outside of it, it makes `640×480` of
//! `640x480`, a dash of `--`, and other quotation marks of `"`. A page has no targets of links but its headings, so numbers of
//! steps are no links there.

mod prose;

use super::{Front, Markup, TextPlace, WikiMarkup, piece_by_piece};
use crate::text::prose::ProseBlock;
use crate::text::{Style, Text};
use crate::view::labels::Labels;

/// The markup of `DokuWiki`.
#[derive(Debug, Clone, Copy)]
pub struct DokuMarkup;

const OPEN: &str = "<nowiki>";
const CLOSE: &str = "</nowiki>";

impl Markup for DokuMarkup {
    fn inline(&self, labels: &Labels, text: &Text, place: TextPlace) -> String {
        let turn = if place == TextPlace::Line { " " } else { "\\\\ " };
        piece_by_piece(labels, text, turn, styled, literal)
    }

    fn strong(&self, inline: &str) -> String {
        format!("**{inline}**")
    }

    fn emphasis(&self, inline: &str) -> String {
        format!("//{inline}//")
    }

    // A heading is plain: its characters are shown as they are, but for equals signs and spaces at its ends.
    fn heading(&self, level: usize, line: &str) -> String {
        let words = plain(line);
        let words = words.trim();
        if words.starts_with('=') || words.ends_with('=') || words.is_empty() {
            return format!("**{line}**");
        }
        let marks = "=".repeat(7 - level.clamp(1, 5));
        format!("{marks} {words} {marks}")
    }

    fn bullet(&self, depth: usize, flow: &str) -> String {
        format!("{}* {flow}", "  ".repeat(depth + 1))
    }

    // Boxes to tick take a plugin.
    fn tick(&self, depth: usize, flow: &str) -> String {
        self.bullet(depth, &format!("☐ {flow}"))
    }

    fn more(&self, depth: usize, flow: &str) -> String {
        self.bullet(depth + 1, flow)
    }

    fn quote(&self, flow: &str) -> String {
        format!("> {flow}")
    }

    fn fence(&self, depth: usize, _language: &str, code: &str) -> String {
        let code = code.trim_end_matches('\n');
        let block = match ["code", "file"].into_iter().find(|tag| !code.contains(&format!("</{tag}>"))) {
            Some(tag) => format!("<{tag}>\n{code}\n</{tag}>"),
            // Whatever ends a block is among its words.
            None => format!("''{}''", code.split('\n').map(literal).collect::<Vec<_>>().join("\\\\ ")),
        };
        if depth == 0 { block } else { self.bullet(depth, &block) }
    }

    fn table(&self, head: &[String], rows: &[Vec<Option<String>>]) -> String {
        let row = |mark: char, cells: &[&str]| {
            // A cell without a space belongs to the one before it.
            let cells: Vec<String> = cells.iter().map(|cell| format!("{mark} {cell} ")).collect();
            format!("{}{mark}", cells.concat())
        };
        let head: Vec<&str> = head.iter().map(String::as_str).collect();
        let rows = rows
            .iter()
            .map(|cells| row('|', &cells.iter().map(|cell| cell.as_deref().unwrap_or_default()).collect::<Vec<_>>()));
        [row('^', &head)].into_iter().chain(rows).collect::<Vec<_>>().join("\n")
    }

    fn anchor(&self, _name: &str) -> String {
        String::new()
    }

    fn rule(&self) -> String {
        "----".to_owned()
    }

    fn prose(&self, labels: &Labels, blocks: &[ProseBlock], level: usize) -> String {
        prose::written(*self, labels, blocks, level)
    }

    fn front(&self, _entries: &[(String, Front)]) -> String {
        String::new()
    }
}

/// The id of the page with a title: folders are namespaces.
#[must_use]
pub fn page_id(title: &str) -> String {
    title.replace('/', ":").to_lowercase()
}

impl WikiMarkup for DokuMarkup {
    fn page_link(&self, _from: &str, to: &str, inline: &str) -> String {
        format!("[[:{}|{}]]", page_id(to), plain(inline).replace("]]", "] ]"))
    }

    fn file_link(&self, _from: &str, name: &str, inline: &str) -> String {
        // Without this a picture would be shown.
        format!("{{{{:{name}?linkonly|{}}}}}", plain(inline).replace("}}", "} }"))
    }

    fn picture(&self, name: &str) -> Option<String> {
        Some(format!("{{{{:{name}?900|}}}}"))
    }

    fn file_name(&self, page: &str, file: &str) -> String {
        format!("{}:{file}", page_id(page))
    }
}

/// Words that are shown as they are.
fn literal(words: &str) -> String {
    if words.is_empty() {
        return String::new();
    }
    // The end of the element can't stand in it whole.
    let split = words.replace(CLOSE, &format!("</now{CLOSE}{OPEN}iki>"));
    format!("{OPEN}{split}{CLOSE}")
}

/// The words of inline text without what we put around them.
fn plain(inline: &str) -> String {
    let mut out = String::new();
    let mut rest = inline;
    while let Some((outside, (inside, after))) =
        rest.split_once(OPEN).and_then(|(outside, rest)| Some((outside, rest.split_once(CLOSE)?)))
    {
        out.extend(outside.chars().filter(|c| c.is_whitespace()));
        out.push_str(inside);
        rest = after;
    }
    out.extend(rest.chars().filter(|c| c.is_whitespace()));
    out
}

/// Words in their style.
fn styled(words: &str, style: &Style) -> String {
    let link = style.link.as_deref().filter(|link| !link.starts_with('#'));
    let mut out = literal(words);
    if style.code {
        out = format!("''{out}''");
    }
    if let Some(link) = link {
        let address: String = link
            .chars()
            .map(|c| match c {
                '|' => "%7C".to_owned(),
                '[' => "%5B".to_owned(),
                ']' => "%5D".to_owned(),
                ' ' => "%20".to_owned(),
                c => c.to_string(),
            })
            .collect();
        // The words of a link are plain, and end where the link does.
        let is_plain =
            !words.contains("]]") && !words.starts_with("{{") && !words.ends_with(']') && words.trim() == words;
        out = if is_plain { format!("[[{address}|{words}]]") } else { format!("{out} [[{address}]]") };
    }
    if style.bold { format!("**{out}**") } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_literal_whatever_they_hold() {
        assert_eq!(literal("640x480 -- **"), "<nowiki>640x480 -- **</nowiki>");
        assert_eq!(literal("a</nowiki>b"), "<nowiki>a</now</nowiki><nowiki>iki>b</nowiki>");
        assert_eq!(plain(&format!("**{}** {}", literal("a**</nowiki>"), literal("b"))), "a**</nowiki> b");
    }

    #[test]
    fn a_heading_is_plain() {
        let heading = |level, words| DokuMarkup.heading(level, &format!("{} ", literal(words)));
        assert_eq!(heading(1, "a **b** <nowiki>"), "====== a **b** <nowiki> ======");
        assert_eq!(heading(9, "x"), "== x ==");
        assert_eq!(heading(2, "x ="), "**<nowiki>x =</nowiki> **");
    }

    #[test]
    fn a_command_that_ends_blocks_is_whole() {
        assert_eq!(DokuMarkup.fence(0, "sh", "a\n</code>\n"), "<file>\na\n</code>\n</file>");
        assert_eq!(DokuMarkup.fence(1, "", "a\n b"), "    * <code>\na\n b\n</code>");
        let both = "''<nowiki></code></nowiki>\\\\ <nowiki></file></nowiki>''";
        assert_eq!(DokuMarkup.fence(0, "", "</code>\n</file>"), both);
    }
}
