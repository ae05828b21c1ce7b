//! The words of a text without its code, links and values. Every word keeps its place in the file.

use std::ops::Range;

use crate::chars::{is_han, is_word_part};
use crate::diagnostic::{Origin, Sources, Span};
use crate::source::flow::Str;
use crate::source::locate;
use crate::text::{Content, Lang, Style, markup};

/// The character that stands in [`Prose::words`] for code, a link or a value.
pub const HOLE: char = '\u{fffc}';

/// The words of a text in one language. Code, links and `{{ name }}` become one [`HOLE`] each: a rule about wording
/// must not read them, but may have to know that something exact stands there.
#[derive(Debug, Clone)]
pub struct Prose {
    /// The words; a line break is `\n`.
    pub words: String,
    /// True when the words are Chinese: they hold a Han character, or they hold no letter and the flow is Chinese.
    pub chinese: bool,
    /// For each piece, the byte of `words` at which it begins, and where it is in the file.
    pieces: Vec<(usize, Origin)>,
    literal: Span,
}

impl Prose {
    /// The words of one entry of a text.
    #[must_use]
    pub fn new(written: &Str, lang: &Lang) -> Self {
        let mut prose = Self { words: String::new(), chinese: false, pieces: Vec::new(), literal: written.span };
        for run in markup::parse(&written.value, lang, written.span).runs {
            let Style { code, link, .. } = &run.style;
            match &run.content {
                Content::Chars(_) if *code || link.is_some() => prose.hole(run.origin),
                Content::Chars(chars) => prose.chars(chars, run.origin),
                Content::Break => prose.words.push('\n'),
                Content::Blank(_) | Content::PageOf(_) | Content::Found(_) => {}
            }
        }
        let letter = |c: char| c.is_alphabetic();
        prose.chinese = prose.words.chars().any(is_han) || lang.is_chinese() && !prose.words.chars().any(letter);
        prose
    }

    fn hole(&mut self, origin: Option<Origin>) {
        self.pieces.extend(origin.map(|origin| (self.words.len(), origin)));
        self.words.push(HOLE);
    }

    fn chars(&mut self, chars: &str, origin: Option<Origin>) {
        let at =
            |offset: usize| origin.map(|from| Origin { offset: from.offset.saturating_add(offset as u32), ..from });
        let mut rest = 0;
        while let Some(start) = chars[rest..].find("{{").map(|at| rest + at) {
            let Some(end) = chars[start..].find("}}").map(|end| start + end + 2) else { break };
            self.pieces.extend(at(rest).map(|origin| (self.words.len(), origin)));
            self.words.push_str(&chars[rest..start]);
            self.hole(at(start));
            rest = end;
        }
        self.pieces.extend(at(rest).map(|origin| (self.words.len(), origin)));
        self.words.push_str(&chars[rest..]);
    }

    /// The place in the file of some bytes of [`Prose::words`].
    #[must_use]
    pub fn place(&self, sources: &Sources, range: Range<usize>) -> Span {
        let behind = self.pieces.partition_point(|(start, _)| *start <= range.start);
        let Some((start, origin)) = behind.checked_sub(1).map(|index| self.pieces[index]) else { return self.literal };
        locate(sources, origin, range.start - start..range.end - start)
    }

    /// The place of the whole literal.
    #[must_use]
    pub const fn literal(&self) -> Span {
        self.literal
    }

    /// True when the text holds something exact: a number, code, a link or a value.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.words.contains(|c: char| c == HOLE || c.is_numeric())
    }

    /// The bytes of the first occurrence of `wanted`: English as whole words in upper or lower case, Chinese anywhere.
    #[must_use]
    pub fn find(&self, wanted: &str) -> Option<Range<usize>> {
        if wanted.chars().any(is_han) {
            return self.words.find(wanted).map(|start| start..start + wanted.len());
        }
        let lower = self.words.to_ascii_lowercase();
        let is_edge = |c: Option<char>| c.is_none_or(|c| !is_word_part(c));
        lower.match_indices(wanted).map(|(start, found)| start..start + found.len()).find(|found| {
            is_edge(lower[..found.start].chars().next_back()) && is_edge(lower[found.end..].chars().next())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::FileId;

    fn prose(source: &str, lang: &str) -> (Prose, Sources) {
        let mut sources = Sources::default();
        let file = sources.add("flow.toml", source);
        let table = toml::de::DeTable::parse(source).unwrap();
        let value = table.get_ref().get("a").unwrap();
        let span = Span::new(FileId(file.0), value.span().start, value.span().end);
        (Prose::new(&Str::new(value.get_ref().as_str().unwrap().to_owned(), span), &Lang::new(lang)), sources)
    }

    #[test]
    fn code_links_and_values_are_holes() {
        let (prose, _) = prose(r#"a = "Run `rm -rf` on **{{ host }}** at [the board](https://x.org)""#, "en");
        assert_eq!(prose.words, format!("Run {HOLE} on {HOLE} at {HOLE}"));
        assert!(prose.is_exact() && !prose.chinese);
    }

    #[test]
    fn words_keep_their_place() {
        let (prose, sources) = prose(r#"a = "Check \u0060x\u0060, **then** {{ v }} restart""#, "en");
        for word in ["then", "restart"] {
            let found = prose.find(word).unwrap();
            assert_eq!(sources.slice(prose.place(&sources, found)), word);
        }
        assert!(prose.find("the").is_none() && prose.find("CHECK").is_none() && prose.find("check").is_some());
    }

    #[test]
    fn chinese_is_told_by_its_characters() {
        assert!(prose("a = '重启 nginx'", "en").0.chinese);
        assert!(!prose("a = 'Restart nginx'", "zh-CN").0.chinese);
        assert!(prose("a = '0'", "zh-CN").0.chinese);
        let (prose, sources) = prose("a = '指标是否正常'", "zh-CN");
        assert_eq!(sources.slice(prose.place(&sources, prose.find("正常").unwrap())), "正常");
    }
}
