//! Writes texts in the storage format of Confluence, which is XML: one bare `&` in it, and the whole page is refused.
//!
//! A runbook is written line by line, and XML is nested. So each block stands between two characters that no text can hold, with a
//! letter that says how it is nested; [`blocks::nested`] makes lists and paragraphs of them in the end.

mod blocks;
mod prose;

use super::{Front, Markup, TextPlace, WikiMarkup, piece_by_piece};
use crate::source;
use crate::text::prose::ProseBlock;
use crate::text::{Style, Text};
use crate::view::labels::Labels;
use blocks::{ABOVE, BLOCK, CODE, ITEM, held};

/// The storage format, as both Cloud and Data Center have it.
#[derive(Debug, Clone, Copy)]
pub struct StorageFormat;

impl Markup for StorageFormat {
    fn inline(&self, labels: &Labels, text: &Text, place: TextPlace) -> String {
        let turn = if place == TextPlace::Line { " " } else { "<br/>" };
        piece_by_piece(labels, text, turn, styled, escape)
    }

    fn strong(&self, inline: &str) -> String {
        format!("<strong>{inline}</strong>")
    }

    fn emphasis(&self, inline: &str) -> String {
        format!("<em>{inline}</em>")
    }

    fn heading(&self, level: usize, line: &str) -> String {
        let level = level.clamp(1, 6);
        held(BLOCK, 0, &format!("<h{level}>{line}</h{level}>"))
    }

    fn bullet(&self, depth: usize, flow: &str) -> String {
        held(ITEM, depth, flow)
    }

    // A task of Confluence's own is somebody's, and they are reminded of it.
    fn tick(&self, depth: usize, flow: &str) -> String {
        self.bullet(depth, &format!("☐ {flow}"))
    }

    fn more(&self, depth: usize, flow: &str) -> String {
        held(ABOVE, depth, flow)
    }

    fn quote(&self, flow: &str) -> String {
        held(BLOCK, 0, &format!("<blockquote><p>{flow}</p></blockquote>"))
    }

    fn fence(&self, depth: usize, language: &str, code: &str) -> String {
        let code = code_macro(language, code);
        match depth.checked_sub(1) {
            Some(above) => held(CODE, above, &code),
            None => held(BLOCK, 0, &code),
        }
    }

    fn table(&self, head: &[String], rows: &[Vec<Option<String>>]) -> String {
        let row = |tag: &str, cells: Vec<&str>| {
            let cells: Vec<String> = cells.iter().map(|cell| format!("<{tag}>{cell}</{tag}>")).collect();
            format!("\n<tr>{}</tr>", cells.concat())
        };
        let head = row("th", head.iter().map(String::as_str).collect());
        let rows: String = rows
            .iter()
            .map(|cells| row("td", cells.iter().map(|cell| cell.as_deref().unwrap_or_default()).collect()))
            .collect();
        held(BLOCK, 0, &format!("<table><tbody>{head}{rows}\n</tbody></table>"))
    }

    fn anchor(&self, name: &str) -> String {
        let parameter = format!("<ac:parameter ac:name=\"\">{}</ac:parameter>", escape(name));
        structured("anchor", &parameter)
    }

    fn rule(&self) -> String {
        held(BLOCK, 0, "<hr/>")
    }

    fn prose(&self, labels: &Labels, blocks: &[ProseBlock], level: usize) -> String {
        held(BLOCK, 0, &prose::written(*self, labels, blocks, level))
    }

    fn front(&self, _entries: &[(String, Front)]) -> String {
        String::new()
    }
}

impl WikiMarkup for StorageFormat {
    fn page_link(&self, _from: &str, to: &str, inline: &str) -> String {
        link(&format!("<ri:page ri:content-title=\"{}\"/>", escape(to)), "", inline)
    }

    fn file_link(&self, _from: &str, name: &str, inline: &str) -> String {
        link(&format!("<ri:attachment ri:filename=\"{}\"/>", escape(own_name(name))), "", inline)
    }

    fn picture(&self, name: &str) -> Option<String> {
        let file = format!("<ri:attachment ri:filename=\"{}\"/>", escape(own_name(name)));
        Some(held(BLOCK, 0, &format!("<p><ac:image ac:width=\"900\">{file}</ac:image></p>")))
    }

    fn file_name(&self, page: &str, file: &str) -> String {
        format!("{page}/{file}")
    }

    fn finished(&self, text: &str) -> String {
        blocks::nested(text)
    }

    // Confluence writes its own attributes into elements, and other spaces between them.
    fn below_status<'a>(&self, page: &'a str) -> Option<&'a str> {
        let (_, rest) = page.split_once("</h1>")?;
        Some(rest.split_once("</p>")?.1.trim_start())
    }
}

/// The name of a file on its page.
#[must_use]
pub fn own_name(name: &str) -> &str {
    name.rsplit_once('/').map_or(name, |(_, own)| own)
}

fn link(target: &str, anchor: &str, inline: &str) -> String {
    format!("<ac:link{anchor}>{target}<ac:link-body>{inline}</ac:link-body></ac:link>")
}

/// A macro. Its id is made of what it says, so that it is the same whenever the page is written; macros of one id say the same.
fn structured(name: &str, inside: &str) -> String {
    let digest = source::digest(format!("{name}\n{inside}").as_bytes());
    let id: Vec<&str> = [0..8, 8..12, 12..16, 16..20, 20..32].into_iter().map(|digits| &digest[digits]).collect();
    format!(
        "<ac:structured-macro ac:name=\"{name}\" ac:schema-version=\"1\" ac:macro-id=\"{}\">{inside}</ac:structured-macro>",
        id.join("-")
    )
}

/// Code as it is, in its language where Confluence is sure to know it: of another it says that it is wrong.
fn code_macro(language: &str, code: &str) -> String {
    let language = match language {
        "sh" | "bash" => "<ac:parameter ac:name=\"language\">bash</ac:parameter>",
        "sql" => "<ac:parameter ac:name=\"language\">sql</ac:parameter>",
        _ => "",
    };
    let code: String = code.trim_end_matches('\n').chars().filter(|c| *c != '\r').map(shown).collect();
    // The end of the section can't stand in it whole.
    let code = code.replace("]]>", "]]]]><![CDATA[>");
    structured("code", &format!("{language}<ac:plain-text-body><![CDATA[{code}]]></ac:plain-text-body>"))
}

/// A character that XML can hold.
fn shown(c: char) -> char {
    let is_none = c.is_control() && !matches!(c, '\t' | '\n') || matches!(u32::from(c), 0xfffe | 0xffff);
    if is_none { char::REPLACEMENT_CHARACTER } else { c }
}

/// Words in which nothing is markup, within elements and attributes.
fn escape(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(shown(c)),
        }
    }
    out
}

/// Escaped words in their style.
fn styled(words: &str, style: &Style) -> String {
    let mut out = escape(words);
    if style.code {
        out = format!("<code>{out}</code>");
    }
    if style.bold {
        out = format!("<strong>{out}</strong>");
    }
    match style.link.as_deref() {
        None => out,
        Some(address) => match address.strip_prefix('#') {
            Some(name) => link("", &format!(" ac:anchor=\"{}\"", escape(name)), &out),
            None => format!("<a href=\"{}\">{out}</a>", escape(address)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_words_is_markup() {
        assert_eq!(
            escape("a & <b> ]]> \"q\" &nbsp;\u{ffff}"),
            "a &amp; &lt;b&gt; ]]&gt; &quot;q&quot; &amp;nbsp;\u{fffd}"
        );
        let style = |link: &str| Style { link: Some(link.into()), ..Style::default() };
        assert_eq!(styled("x", &style("https://a/?b&c=\"")), "<a href=\"https://a/?b&amp;c=&quot;\">x</a>");
        assert_eq!(
            styled("1", &style("#step-1")),
            "<ac:link ac:anchor=\"step-1\"><ac:link-body>1</ac:link-body></ac:link>"
        );
    }

    #[test]
    fn a_command_that_ends_its_section_is_whole() {
        let code = code_macro("sh", "a ]]> b\u{1}\n");
        assert!(code.contains("<![CDATA[a ]]]]><![CDATA[> b\u{fffd}]]>"), "{code}");
        assert!(code.contains("ac:name=\"language\">bash<"), "{code}");
        assert_eq!(code, code_macro("sh", "a ]]> b\u{1}"));
        assert_ne!(code_macro("sh", "a"), code_macro("sh", "b"));
    }

    #[test]
    fn what_is_below_the_status_is_found_whatever_confluence_wrote() {
        let page = "<h1 local-id=\"1\">T</h1><p local-id=\"2\">7</p>\n<p>rest</p>";
        assert_eq!(StorageFormat.below_status(page), Some("<p>rest</p>"));
        assert_eq!(StorageFormat.below_status("<p>x</p>"), None);
    }
}
