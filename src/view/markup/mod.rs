//! How a wiki writes text. The runbook's view and template use this instead of knowing Markdown.
//!
//! The view has every character of an author's and every word of ours written by [`Markup::inline`], and whatever holds
//! several such strings, or code, by the methods below. A template puts the parts in order; it may ask for the same
//! blocks by filters of the same names. So another wiki is another implementation and another template.

use crate::text::prose::ProseBlock;
use crate::text::{Content, Run, Style, Text};

use super::labels::{Labels, word};

pub mod confluence;
pub mod dokuwiki;
pub mod markdown;
pub mod mediawiki;

pub use self::confluence::{StorageFormat, own_name};
pub use self::dokuwiki::{DokuMarkup, page_id};
pub use self::markdown::Markdown;
pub use self::mediawiki::Wikitext;

/// Where inline text will stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextPlace {
    /// In a paragraph, a list item or a quote.
    Flow,
    /// In a heading: one line.
    Line,
    /// In a table.
    Cell,
}

/// A value of the front matter, for machines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Front {
    /// One string.
    Text(String),
    /// Several strings.
    List(Vec<String>),
    /// More values, by name.
    Table(Vec<(String, Front)>),
}

/// What a wiki's markup can say. Strings that it is given are its own, from [`Markup::inline`], unless said otherwise.
///
/// Depths count from 0, the outermost list. No string that it gives begins or ends with a line break.
pub trait Markup: Sync {
    /// A text with its bold, code, links, line breaks and gaps. Every other character is shown as itself.
    fn inline(&self, labels: &Labels, text: &Text, place: TextPlace) -> String;

    /// Inline text in bold.
    fn strong(&self, inline: &str) -> String;

    /// Inline text in italics.
    fn emphasis(&self, inline: &str) -> String;

    /// A heading; 1 is the level of the title.
    fn heading(&self, level: usize, line: &str) -> String;

    /// A list item.
    fn bullet(&self, depth: usize, flow: &str) -> String;

    /// A list item with a box to tick.
    fn tick(&self, depth: usize, flow: &str) -> String;

    /// A further paragraph of a list item.
    fn more(&self, depth: usize, flow: &str) -> String;

    /// A quoted paragraph.
    fn quote(&self, flow: &str) -> String;

    /// Characters that are shown as they are, line by line: plain, not from [`Markup::inline`]. `language` may be empty.
    /// At a depth of more than 0 they belong to the list item that is one less deep.
    fn fence(&self, depth: usize, language: &str, code: &str) -> String;

    /// A table; `None` is a cell for the reader to fill in.
    fn table(&self, head: &[String], rows: &[Vec<Option<String>>]) -> String;

    /// The target of links to `#name`, where `name` is plain.
    fn anchor(&self, name: &str) -> String;

    /// A line across the page.
    fn rule(&self) -> String;

    /// Text in paragraphs, lists and tables. Its headings stand under one of a level.
    fn prose(&self, labels: &Labels, blocks: &[ProseBlock], level: usize) -> String;

    /// The front matter, for machines, before the page. The entries are plain; the result is empty if the wiki has no
    /// front matter.
    fn front(&self, entries: &[(String, Front)]) -> String;
}

/// What a wiki's markup says of other pages and of files beside that. Titles and names are plain.
pub trait WikiMarkup: Markup {
    /// A link from one page to another, with inline text to click on.
    fn page_link(&self, from: &str, to: &str, inline: &str) -> String;

    /// A link from a page to a file, by the file's name on the wiki.
    fn file_link(&self, from: &str, name: &str, inline: &str) -> String;

    /// A picture that is a file of the wiki, shown on the page; `None` where charts are shown from their code.
    fn picture(&self, name: &str) -> Option<String>;

    /// The name on the wiki of a file that belongs to a page.
    fn file_name(&self, page: &str, file: &str) -> String;

    /// A part of a page, once its blocks stand together.
    fn finished(&self, text: &str) -> String {
        text.to_owned()
    }

    /// What stands on a page below its title and what has become of its release; `None` if that can't be told.
    fn below_status<'a>(&self, page: &'a str) -> Option<&'a str> {
        Some(page.split_once("\n\n")?.1.split_once("\n\n")?.1)
    }
}

/// A piece of a text for implementations of [`Markup::inline`]: words in one style, or a line break.
pub(super) enum InlineSegment {
    /// Characters without a line break and without control characters.
    Words {
        /// The characters.
        words: String,
        /// The names of the gaps among them, in brackets; empty when none has a name.
        gaps: String,
        /// Their style.
        style: Style,
    },
    /// A line break.
    Break,
}

/// A text in a markup whose pieces need nothing of one another: `turn` is its line break, `styled` writes words in their style,
/// and `literal` other characters as they are.
pub(super) fn piece_by_piece(
    labels: &Labels,
    text: &Text,
    turn: &str,
    styled: impl Fn(&str, &Style) -> String,
    literal: impl Fn(&str) -> String,
) -> String {
    let mut out = String::new();
    for segment in segments(labels, text) {
        match segment {
            InlineSegment::Words { words, gaps, style } => out.extend([styled(&words, &style), literal(&gaps)]),
            InlineSegment::Break => out.push_str(turn),
        }
    }
    out
}

/// The segments of a text. Runs of one style are joined, so that no two markers touch, and line breaks at either end
/// are dropped. A gap becomes code, so that it looks like a field.
pub(super) fn segments(labels: &Labels, text: &Text) -> Vec<InlineSegment> {
    let mut segments: Vec<InlineSegment> = Vec::new();
    for run in &text.runs {
        match &run.content {
            Content::Chars(chars) => {
                for (index, line) in chars.split(['\n', '\r']).enumerate() {
                    if index > 0 {
                        segments.push(InlineSegment::Break);
                    }
                    push(&mut segments, labels, line, None, run);
                }
            }
            Content::Break => segments.push(InlineSegment::Break),
            Content::Blank(gap) => push(&mut segments, labels, &gap.to_plain(), Some(&gap.words), run),
            Content::PageOf(_) | Content::Found(_) => {}
        }
    }
    for segment in &mut segments {
        if let InlineSegment::Words { gaps, .. } = segment
            && !gaps.is_empty()
        {
            *gaps = [labels.say(word!("open")), gaps, labels.say(word!("close"))].concat();
        }
    }
    let is_break = |segment: &InlineSegment| matches!(segment, InlineSegment::Break);
    let end = segments.iter().rposition(|segment| !is_break(segment)).map_or(0, |last| last + 1);
    segments.truncate(end);
    let start = segments.iter().position(|segment| !is_break(segment)).unwrap_or(0);
    segments.drain(..start);
    segments
}

fn push(segments: &mut Vec<InlineSegment>, labels: &Labels, more: &str, gap: Option<&String>, run: &Run) {
    if more.is_empty() {
        return;
    }
    let mut style = run.style.clone();
    style.code |= gap.is_some();
    let clean = more.chars().map(|c| if c.is_control() && c != '\t' { char::REPLACEMENT_CHARACTER } else { c });
    let name = gap.map_or("", String::as_str);
    match segments.last_mut() {
        Some(InlineSegment::Words { words, gaps, style: last }) if *last == style => {
            words.extend(clean);
            if !gaps.is_empty() && !name.is_empty() {
                gaps.push_str(labels.say(word!("list")));
            }
            gaps.push_str(name);
        }
        _ => segments.push(InlineSegment::Words { words: clean.collect(), gaps: name.to_owned(), style }),
    }
}
