//! Writes texts as Markdown that GitHub shows exactly as their author wrote them.
//!
//! `CommonMark` takes characters away (`rm *.log` loses its asterisk, `1. 开启` its number) and gives bold beside
//! full-width punctuation no chance, so everything that could be markup is escaped, and bold that `**` can't express is
//! written `<strong>`. Apart from that the source stays as readable as it was.

mod escape;
mod front;
mod pages;
mod prose;

use std::sync::Arc;

use self::escape::{CharClass, class, code, destination, escape};
use super::{Front, InlineSegment, Markup, TextPlace, segments};
use crate::text::prose::ProseBlock;
use crate::text::{Style, Text};
use crate::view::labels::Labels;

/// Markdown as GitHub, GitLab and Gitea show it.
#[derive(Debug, Clone, Copy)]
pub struct Markdown;

impl Markup for Markdown {
    fn inline(&self, labels: &Labels, text: &Text, place: TextPlace) -> String {
        let segments = segments(labels, text);
        let mut pieces = Vec::new();
        let mut open = Style::default();
        for (index, segment) in segments.iter().enumerate() {
            let InlineSegment::Words { words, gaps, style } = segment else {
                turn(&mut pieces, &mut open, &Style::default());
                let mark = match place {
                    TextPlace::Flow => "\\\n",
                    TextPlace::Line => " ",
                    TextPlace::Cell => "<br>",
                };
                pieces.push(MarkdownPiece::Out(mark.to_owned()));
                continue;
            };
            let starts =
                matches!(index.checked_sub(1).map(|before| &segments[before]), None | Some(InlineSegment::Break));
            let ends = matches!(segments.get(index + 1), None | Some(InlineSegment::Break));
            turn(&mut pieces, &mut open, style);
            let out = match (&style.link, style.code) {
                (Some(link), false) if starts_alone(&segments, index, link) && bare(words, link) => {
                    // The address is written between angle brackets below, so the bracket that `turn` opened goes.
                    pieces.pop();
                    open.link = None;
                    format!("<{link}>")
                }
                (link, true) => code(words, place, link.is_some()),
                (_, false) => escape(words, starts, ends, place),
            };
            pieces.push(MarkdownPiece::Out(out));
            if !gaps.is_empty() {
                pieces.push(MarkdownPiece::Out(escape(gaps, false, ends, place)));
            }
        }
        turn(&mut pieces, &mut open, &Style::default());
        join(&pieces)
    }

    fn strong(&self, inline: &str) -> String {
        format!("**{inline}**")
    }

    fn emphasis(&self, inline: &str) -> String {
        format!("*{inline}*")
    }

    fn heading(&self, level: usize, line: &str) -> String {
        format!("{} {line}", "#".repeat(level))
    }

    fn bullet(&self, depth: usize, flow: &str) -> String {
        format!("{}- {}", indent(depth), hanging(depth + 1, flow))
    }

    fn tick(&self, depth: usize, flow: &str) -> String {
        format!("{}- [ ] {}", indent(depth), hanging(depth + 1, flow))
    }

    fn more(&self, depth: usize, flow: &str) -> String {
        format!("{}{}", indent(depth + 1), hanging(depth + 1, flow))
    }

    fn quote(&self, flow: &str) -> String {
        format!("> {}", flow.replace('\n', "\n> "))
    }

    fn fence(&self, depth: usize, language: &str, code: &str) -> String {
        let fence = escape::fence(code);
        let mut out = format!("{}{fence}{language}", indent(depth));
        for line in code.trim_end_matches('\n').split('\n') {
            out.push('\n');
            if !line.is_empty() {
                out.push_str(&indent(depth));
                out.push_str(line);
            }
        }
        out.push('\n');
        out.push_str(&indent(depth));
        out.push_str(&fence);
        out
    }

    fn table(&self, head: &[String], rows: &[Vec<Option<String>>]) -> String {
        let mut out = String::new();
        out.extend(head.iter().flat_map(|cell| ["| ", cell, " "]));
        out.push_str("|\n");
        out.push_str(&"|---".repeat(head.len()));
        out.push('|');
        for row in rows {
            out.push('\n');
            for cell in row {
                out.push_str("| ");
                out.extend(cell.iter().flat_map(|cell| [cell, " "]));
            }
            out.push('|');
        }
        out
    }

    fn anchor(&self, name: &str) -> String {
        format!("<a id=\"{}\"></a>", escape::anchor(name))
    }

    fn rule(&self) -> String {
        "---".to_owned()
    }

    fn prose(&self, labels: &Labels, blocks: &[ProseBlock], level: usize) -> String {
        prose::written(*self, labels, blocks, level).join("\n")
    }

    fn front(&self, entries: &[(String, Front)]) -> String {
        front::yaml(entries)
    }
}

/// The indent of a line in a list of this depth.
fn indent(depth: usize) -> String {
    "  ".repeat(depth)
}

/// The lines of an item. Those after the first are indented under it.
fn hanging(depth: usize, flow: &str) -> String {
    flow.replace('\n', &format!("\n{}", indent(depth)))
}

/// A piece of output, or a mark of bold whose form depends on its neighbours.
enum MarkdownPiece {
    Out(String),
    Open,
    Close,
}

/// Closes and opens what differs between two styles. Links are outside, bold is inside.
fn turn(pieces: &mut Vec<MarkdownPiece>, open: &mut Style, next: &Style) {
    if open.link != next.link {
        if open.bold {
            pieces.push(MarkdownPiece::Close);
        }
        if let Some(link) = &open.link {
            pieces.push(MarkdownPiece::Out(format!("]({})", destination(link))));
        }
        if next.link.is_some() {
            pieces.push(MarkdownPiece::Out("[".to_owned()));
        }
        if next.bold {
            pieces.push(MarkdownPiece::Open);
        }
    } else if open.bold != next.bold {
        pieces.push(if next.bold { MarkdownPiece::Open } else { MarkdownPiece::Close });
    }
    open.link.clone_from(&next.link);
    open.bold = next.bold;
}

/// True when a link consists of this one plain segment.
fn starts_alone(segments: &[InlineSegment], index: usize, link: &Arc<str>) -> bool {
    let linked = |segment: Option<&InlineSegment>| matches!(segment, Some(InlineSegment::Words { style, .. }) if style.link.as_ref() == Some(link));
    let before = index.checked_sub(1).and_then(|before| segments.get(before));
    let plain = matches!(&segments[index], InlineSegment::Words { style, .. } if !style.bold);
    plain && !linked(before) && !linked(segments.get(index + 1))
}

/// True when the words are the address, and it can stand between angle brackets.
fn bare(words: &str, link: &str) -> bool {
    words == link
        && (link.starts_with("https://") || link.starts_with("http://"))
        && !link.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '|'))
}

/// Joins the pieces. Each bold gets the form that `CommonMark`'s flanking rules allow.
fn join(pieces: &[MarkdownPiece]) -> String {
    let mut out = String::new();
    let mut rest = pieces.iter().enumerate();
    while let Some((index, piece)) = rest.next() {
        match piece {
            MarkdownPiece::Out(words) => out.push_str(words),
            MarkdownPiece::Close => {}
            MarkdownPiece::Open => {
                let mut inner = String::new();
                let mut end = index;
                for (at, piece) in rest.by_ref() {
                    end = at;
                    match piece {
                        MarkdownPiece::Out(words) => inner.push_str(words),
                        MarkdownPiece::Open | MarkdownPiece::Close => break,
                    }
                }
                let after = match pieces.get(end + 1) {
                    Some(MarkdownPiece::Out(words)) => words.chars().next(),
                    _ => None,
                };
                let opens = flanks(out.chars().next_back(), inner.chars().next());
                let closes = flanks(after, inner.chars().next_back());
                let (open, close) = if opens && closes { ("**", "**") } else { ("<strong>", "</strong>") };
                out.push_str(open);
                out.push_str(&inner);
                out.push_str(close);
            }
        }
    }
    out
}

/// True when `**` between these two characters marks bold on its inner side in every version of `CommonMark`.
fn flanks(outer: Option<char>, inner: Option<char>) -> bool {
    let Some(inner) = inner else { return false };
    match class(inner) {
        CharClass::Word => true,
        CharClass::Punctuation => {
            outer.is_some_and(|outer| matches!(class(outer), CharClass::Space | CharClass::Punctuation))
        }
        CharClass::Space | CharClass::Unsure => false,
    }
}

#[cfg(test)]
mod tests;
