//! Writes texts as wikitext that `MediaWiki` shows exactly as their author wrote them.
//!
//! Whatever could be markup is written as a reference to its character, so that no rule of wikitext, no magic word and no
//! template applies to it. So are characters that `MediaWiki` would write differently (it composes them), because a page must
//! stay as it was written, letter by letter: its mark tells whether somebody changed it.

mod prose;

use std::fmt::Write as _;

use super::{Front, Markup, TextPlace, WikiMarkup, piece_by_piece};
use crate::text::prose::ProseBlock;
use crate::text::{Style, Text};
use crate::view::labels::Labels;

/// Wikitext as `MediaWiki` shows it, from version 1.35.
#[derive(Debug, Clone, Copy)]
pub struct Wikitext;

impl Markup for Wikitext {
    fn inline(&self, labels: &Labels, text: &Text, place: TextPlace) -> String {
        let turn = if place == TextPlace::Line { " " } else { "<br />" };
        piece_by_piece(labels, text, turn, styled, escape)
    }

    fn strong(&self, inline: &str) -> String {
        format!("<b>{inline}</b>")
    }

    fn emphasis(&self, inline: &str) -> String {
        format!("<i>{inline}</i>")
    }

    fn heading(&self, level: usize, line: &str) -> String {
        let marks = "=".repeat(level.min(6));
        format!("{marks} {line} {marks}")
    }

    fn bullet(&self, depth: usize, flow: &str) -> String {
        format!("{} {flow}", "*".repeat(depth + 1))
    }

    // No wiki of this kind has boxes that can be ticked.
    fn tick(&self, depth: usize, flow: &str) -> String {
        self.bullet(depth, &format!("☐ {flow}"))
    }

    fn more(&self, depth: usize, flow: &str) -> String {
        format!("{}: {flow}", "*".repeat(depth + 1))
    }

    fn quote(&self, flow: &str) -> String {
        format!("<blockquote>{flow}</blockquote>")
    }

    fn fence(&self, depth: usize, _language: &str, code: &str) -> String {
        let code = code.trim_end_matches('\n');
        if depth == 0 {
            // The first line break is dropped, so one more is written.
            return format!("<pre>\n{}</pre>", verbatim(code, "\n"));
        }
        // A list item is one line.
        format!("{}: <pre>{}</pre>", "*".repeat(depth), verbatim(code, "&#10;"))
    }

    fn table(&self, head: &[String], rows: &[Vec<Option<String>>]) -> String {
        let mut out = "{| class=\"wikitable\"".to_owned();
        for cell in head {
            // Writing to a string can't fail, here and below.
            let _ = write!(out, "\n! {cell}");
        }
        for row in rows {
            out.push_str("\n|-");
            for cell in row {
                let _ = write!(out, "\n| {}", cell.as_deref().unwrap_or_default());
            }
        }
        out.push_str("\n|}");
        out
    }

    fn anchor(&self, name: &str) -> String {
        format!("<span id=\"{}\"></span>", fragment(name))
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

impl WikiMarkup for Wikitext {
    fn page_link(&self, _from: &str, to: &str, inline: &str) -> String {
        format!("[[:{to}|{inline}]]")
    }

    fn file_link(&self, _from: &str, name: &str, inline: &str) -> String {
        format!("[[Media:{name}|{inline}]]")
    }

    fn picture(&self, name: &str) -> Option<String> {
        Some(format!("[[File:{name}|none|900px]]"))
    }

    // All files of such a wiki have names in one space, without folders.
    fn file_name(&self, page: &str, file: &str) -> String {
        format!("{page}-{file}").replace(['/', ' ', ':'], "-")
    }
}

/// Escaped words in their style.
fn styled(words: &str, style: &Style) -> String {
    let mut out = escape(words);
    if style.code {
        out = format!("<code>{out}</code>");
    }
    if style.bold {
        out = format!("<b>{out}</b>");
    }
    match style.link.as_deref() {
        None => out,
        Some(link) => match link.strip_prefix('#') {
            Some(name) => format!("[[#{}|{out}]]", fragment(name)),
            None => format!("[{} {out}]", address(link)),
        },
    }
}

/// A name as the target of a link within the page: no wiki changes a character of it.
fn fragment(name: &str) -> String {
    let mut safe = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_ascii_alphanumeric() || c == '-' {
            safe.push(c);
        } else {
            let _ = write!(safe, ".{:X}", u32::from(c));
        }
    }
    safe
}

/// The address of a link. Characters that would end it, or mean something in wikitext, are percent-encoded.
fn address(link: &str) -> String {
    let mut out = String::with_capacity(link.len());
    for c in link.chars() {
        if c.is_whitespace() || c.is_control() || "\"'<>[]{}|\\^`~".contains(c) || !is_kept(c) {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                let _ = write!(out, "%{byte:02X}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// Words in which nothing is markup.
fn escape(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    let last = words.chars().count().saturating_sub(1);
    for (index, c) in words.chars().enumerate() {
        // At the end of a line a space would be dropped; at its beginning it would mean code.
        let is_edge = index == 0 || index == last;
        if c.is_ascii_alphanumeric() || "(),./@$\"\\+^".contains(c) || (c == ' ' && !is_edge) {
            out.push(c);
        } else {
            push(&mut out, c);
        }
    }
    out
}

/// Code line by line, with `line_break` between two lines.
fn verbatim(code: &str, line_break: &str) -> String {
    let mut out = String::with_capacity(code.len());
    for c in code.chars() {
        match c {
            '\n' => out.push_str(line_break),
            '\r' => {}
            '\t' => out.push_str("&#9;"),
            // Before `%`, `:`, `;` and `?` a space would become another one.
            ' ' | '"'..='$' | '('..='9' | '=' | '@'..='Z' | '\\' | '^'..='z' => out.push(c),
            c => push(&mut out, c),
        }
    }
    out
}

/// Writes a character as it is where `MediaWiki` keeps it, or else as a reference.
fn push(out: &mut String, c: char) {
    if !c.is_ascii() && is_kept(c) {
        out.push(c);
    } else if c.is_control() && c != '\t' || matches!(u32::from(c), n if n & 0xfffe == 0xfffe) {
        // Nothing stands for these.
        out.push(char::REPLACEMENT_CHARACTER);
    } else {
        let _ = write!(out, "&#{};", u32::from(c));
    }
}

/// Whether a character is sure to be kept: it is part of no composition, and nothing is done to it for typography.
const fn is_kept(c: char) -> bool {
    matches!(c,
        '!'..='~'
        | '¡'..='ª' | '¬'..='º' | '¼'..='˿'
        | 'Ѐ'..='ѿ'
        | 'Ḁ'..='ỿ'
        | '‐'..='‧' | '‰'..='‸' | '‼'..='⁞'
        | '₠'..='⃀'
        | '←'..='⇿' | '─'..='➿'
        | '、'..='〩' | '〰'..='〿' | 'ぁ'..='ゖ' | 'ゝ'..='ヿ'
        | '㐀'..='䶿' | '一'..='鿿'
        | '가'..='힣'
        | '！'..='￮' | '�'
        | '\u{1f300}'..='\u{1faff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_words_is_markup() {
        let escaped = escape("''a'' [[b]] {{c}} ~~~~ __TOC__ <b> &amp; * # = ! | https://x.y RFC 1 -{d}- ");
        let rest: String =
            escaped.split('&').skip(1).map(|part| part.split_once(';').map_or("?", |(_, rest)| rest)).collect();
        assert!(!rest.contains(|c| "'[]{}~_<>&*#=!|:-".contains(c)), "{escaped}");
        assert!(escaped.ends_with("&#32;") && escape(" a").starts_with("&#32;"));
        assert_eq!(escape("e\u{301} Å \u{212b} 中文，“é”"), "e&#769; Å &#8491; 中文，“é”");
    }

    #[test]
    fn code_keeps_its_lines() {
        assert_eq!(
            Wikitext.fence(0, "sh", "a\n\n</pre>{{b}}\n"),
            "<pre>\na\n\n&#60;/pre&#62;&#123;&#123;b&#125;&#125;</pre>"
        );
        assert_eq!(Wikitext.fence(1, "", "a\n b"), "*: <pre>a&#10; b</pre>");
    }

    #[test]
    fn a_link_ends_where_it_should() {
        let style = |link: &str| Style { link: Some(link.into()), ..Style::default() };
        assert_eq!(styled("x", &style("https://a/b c]'|~")), "[https://a/b%20c%5D%27%7C%7E x]");
        assert_eq!(styled("1", &style("#step-1.2_a")), "[[#step-1.2E2.5Fa|1]]");
    }
}
