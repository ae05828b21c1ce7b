//! Flow text → runs. Bold, code, links, references and line breaks are markup; every other character prints as its author
//! wrote it.
//!
//! `CommonMark` as a whole would drop characters that matter in a procedure (`rm *.log old/*.log`, `1. 开启`). So its parser
//! is asked only where code spans and links stand. It is given one line at a time, behind a letter, because no block can
//! begin there. Markup doesn't cross a line break.

use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{Event, LinkType, Parser, Tag, TagEnd};

use super::{Content, Lang, Run, Style, Text};
use crate::chars::{draws_nothing, is_blank, is_id};
use crate::diagnostic::{Origin, Span};

/// Separates the markup of a text from its words. `literal` is the string in the file, quotation marks included.
#[must_use]
pub fn parse(words: &str, lang: &Lang, literal: Span) -> Text {
    let mut text = Text::empty(lang.clone());
    for line in lines(words) {
        parse_line(&words[line.words.clone()], &mut |range, style| {
            text.runs.push(Run {
                content: Content::Chars(words[line.words.clone()][range.clone()].to_owned()),
                style,
                origin: Some(Origin { literal, offset: (line.words.start + range.start) as u32 }),
            });
        });
        push_break(&mut text, &line, literal);
    }
    text
}

/// The same characters as code, without any markup: a command to paste. Line breaks at its end are left out.
#[must_use]
pub fn exact(words: &str, lang: &Lang, literal: Span) -> Text {
    let mut text = Text::empty(lang.clone());
    let words = words.trim_end_matches(['\n', '\r']);
    for line in lines(words) {
        if !line.words.is_empty() {
            text.runs.push(Run {
                content: Content::Chars(words[line.words.clone()].to_owned()),
                style: Style { code: true, ..Style::default() },
                origin: Some(Origin { literal, offset: line.words.start as u32 }),
            });
        }
        push_break(&mut text, &line, literal);
    }
    text
}

/// One line, and whether a line break follows it.
struct MarkupLine {
    words: Range<usize>,
    broken: bool,
}

/// The lines of a text, split at `\n`, `\r\n` and a lone `\r`.
fn lines(words: &str) -> Vec<MarkupLine> {
    let mut lines = Vec::new();
    let mut start = 0;
    while let Some(length) = words[start..].find(['\n', '\r']) {
        let end = start + length;
        lines.push(MarkupLine { words: start..end, broken: true });
        start = end + if words[end..].starts_with("\r\n") { 2 } else { 1 };
    }
    lines.push(MarkupLine { words: start..words.len(), broken: false });
    lines
}

fn push_break(text: &mut Text, line: &MarkupLine, literal: Span) {
    if line.broken {
        text.runs.push(Run {
            content: Content::Break,
            style: Style::default(),
            origin: Some(Origin { literal, offset: line.words.end as u32 }),
        });
    }
}

/// A stretch of printed characters between two pieces of markup.
struct MarkupSegment {
    range: Range<usize>,
    code: bool,
    /// Address, and a number of its own for each link.
    link: Option<(usize, Arc<str>)>,
    /// Whether `**` in it may be markup.
    bold: bool,
}

/// Calls `emit` with each printed stretch of a line and its style, in order.
fn parse_line(line: &str, emit: &mut dyn FnMut(Range<usize>, Style)) {
    let segments = segments(line);
    let marks = bold_marks(line, &segments);
    let mut marks = marks.iter().peekable();
    let mut depth = 0;
    for segment in &segments {
        let style = |depth: i32| Style {
            bold: depth > 0,
            code: segment.code,
            link: segment.link.as_ref().map(|(_, address)| Arc::clone(address)),
        };
        let mut at = segment.range.start;
        while let Some((mark, change)) = marks.next_if(|(mark, _)| *mark < segment.range.end) {
            if at < *mark {
                emit(at..*mark, style(depth));
            }
            depth += change;
            at = mark + 2;
        }
        if at < segment.range.end {
            emit(at..segment.range.end, style(depth));
        }
    }
}

/// The code and the links of a line, and the words between them, in order.
fn segments(line: &str) -> Vec<MarkupSegment> {
    let mut found = Segments { line, list: Vec::new(), at: 0, link: None, links: 0 };
    if line.contains(['`', '[', '<']) {
        let sheltered = format!("x{line}");
        let mut images = 0;
        for (event, range) in Parser::new(&sheltered).into_offset_iter() {
            // The letter put in front is never part of a code span or a link.
            let range = range.start.saturating_sub(1)..range.end.saturating_sub(1);
            match event {
                Event::Start(Tag::Image { .. }) => images += 1,
                Event::End(TagEnd::Image) => images -= 1,
                Event::Code(_) if images == 0 => found.code(range),
                Event::Start(Tag::Link { link_type, dest_url, .. }) if images == 0 => {
                    found.open_link(range, link_type, &dest_url);
                }
                Event::End(TagEnd::Link) if images == 0 => found.close_link(),
                _ => {}
            }
        }
    }
    found.words(line.len());
    found.list
}

/// The segments of everything before `at`.
struct Segments<'l> {
    line: &'l str,
    list: Vec<MarkupSegment>,
    at: usize,
    link: Option<OpenLink>,
    links: usize,
}

struct OpenLink {
    address: Arc<str>,
    words_end: usize,
    end: usize,
    /// True for `<https://…>`, whose words are the address: nothing in it is markup.
    bare: bool,
}

impl Segments<'_> {
    fn push(&mut self, range: Range<usize>, code: bool) {
        if !range.is_empty() {
            let link = self.link.as_ref().map(|link| (self.links, Arc::clone(&link.address)));
            let bold = !code && self.link.as_ref().is_none_or(|link| !link.bare);
            self.list.push(MarkupSegment { range, code, link, bold });
        }
    }

    fn words(&mut self, end: usize) {
        if self.link.is_none() {
            while let Some((range, id)) = bare_reference(&self.line[self.at..end]) {
                let start = self.at;
                self.push(start..start + range.start, false);
                self.at = start + range.end;
                self.links += 1;
                let link = Some((self.links, format!("#{id}").into()));
                self.list.push(MarkupSegment { range: start + range.start..self.at, code: false, link, bold: false });
            }
        }
        self.push(self.at..end, false);
        self.at = end;
    }

    fn code(&mut self, range: Range<usize>) {
        self.words(range.start);
        let span = &self.line[range.clone()];
        let ticks = span.len() - span.trim_start_matches('`').len();
        let mut inner = range.start + ticks..range.end - ticks;
        let words = &self.line[inner.clone()];
        // One space on each side is part of the markup: it lets a span begin with a backtick.
        if words.starts_with(' ') && words.ends_with(' ') && words.contains(|c| c != ' ') {
            inner = inner.start + 1..inner.end - 1;
        }
        self.push(inner, true);
        self.at = range.end;
    }

    fn open_link(&mut self, range: Range<usize>, kind: LinkType, address: &str) {
        let written = &self.line[range.clone()];
        let words_end = match kind {
            LinkType::Autolink => range.end - 1,
            LinkType::Inline => match written.rfind("](") {
                // A title, an escape or an entity would be lost: such a link isn't ours.
                Some(middle) if written[middle + 2..].strip_suffix(')') == Some(address) => range.start + middle,
                _ => return,
            },
            _ => return,
        };
        let web =
            ["http://", "https://"].iter().any(|scheme| address.len() > scheme.len() && address.starts_with(scheme));
        let inside = address.strip_prefix('#').is_some_and(is_id);
        // Characters that draw nothing would be missing from the address on paper.
        if !(web || inside) || is_blank(&self.line[range.start + 1..words_end]) || address.contains(draws_nothing) {
            return;
        }
        self.words(range.start);
        self.at = range.start + 1;
        self.links += 1;
        let bare = kind == LinkType::Autolink;
        self.link = Some(OpenLink { address: Arc::from(address), words_end, end: range.end, bare });
    }

    fn close_link(&mut self) {
        if let Some(end) = self.link.as_ref().map(|link| link.words_end) {
            self.words(end);
        }
        if let Some(link) = self.link.take() {
            self.at = link.end;
        }
    }
}

/// The first `<#id>` of some words, and its id.
pub(super) fn bare_reference(words: &str) -> Option<(Range<usize>, &str)> {
    words.match_indices("<#").find_map(|(start, _)| {
        let rest = &words[start + 2..];
        // An id is never longer than this, so nothing is looked at twice.
        let id = &rest[..rest.bytes().take(65).position(|byte| byte == b'>')?];
        is_id(id).then(|| (start..start + id.len() + 3, id))
    })
}

/// Each `**` that is markup: its place, and `1` where bold begins, `-1` where it ends.
///
/// Both marks of a pair stand in one line, and either in the words of one link or outside of every link. The first has a
/// character other than a space behind it, the second has one before it. Nothing else around them matters, so
/// `**注意：**不要` works. Three asterisks are no mark, and bold doesn't begin behind `/`: `src/**/*.log` stays as it is.
fn bold_marks(line: &str, segments: &[MarkupSegment]) -> Vec<(usize, i32)> {
    let mut marks = Vec::new();
    let mut outside = None;
    let mut inside = None;
    let mut current = None;
    for segment in segments.iter().filter(|segment| segment.bold) {
        let link_number = segment.link.as_ref().map(|(number, _)| *number);
        if link_number.is_some() && link_number != current {
            inside = None;
            current = link_number;
        }
        let open = if link_number.is_some() { &mut inside } else { &mut outside };
        for (found, _) in line[segment.range.clone()].match_indices("**") {
            let at = segment.range.start + found;
            let before = line[..at].chars().next_back();
            let after = line[at + 2..].chars().next();
            if before == Some('*') || after == Some('*') {
                continue;
            }
            if let Some(begin) = *open {
                if before.is_some_and(|c| !c.is_whitespace()) {
                    marks.extend([(begin, 1), (at, -1)]);
                    *open = None;
                }
            } else if before != Some('/') && after.is_some_and(|c| !c.is_whitespace()) {
                *open = Some(at);
            }
        }
    }
    marks.sort_unstable();
    marks
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(words: &str) -> Text {
        parse(words, &Lang::new("zh-CN"), Span::default())
    }

    /// Writes runs out: `B(…)` is bold, `C(…)` code, `L(…)` a link, `/` a line break.
    fn told(words: &str) -> String {
        let mut out = String::new();
        for run in parsed(words).runs {
            match run.content {
                Content::Chars(chars) => {
                    let marks = [(run.style.bold, 'B'), (run.style.code, 'C'), (run.style.link.is_some(), 'L')];
                    let style: String = marks.iter().filter(|(on, _)| *on).map(|(_, mark)| *mark).collect();
                    let (open, close) = if style.is_empty() { ("", "") } else { ("(", ")") };
                    out.extend([style.as_str(), open, &chars, close]);
                }
                _ => out.push('⏎'),
            }
        }
        out
    }

    #[test]
    fn what_is_no_markup_prints_as_written() {
        for words in [
            "rm *.log old/*.log",
            "1. 开启",
            "# x",
            "- x",
            "> x",
            "    x  ",
            "---",
            "[a]: http://x.org",
            "<tag> </tag> <!-- x --> <b>",
            "| a | b |",
            "&amp; &#42; \\* \\[x] \\",
            "_x_ __x__ ~~x~~ *x*",
            "[x] [ ] [x](y) [x][y] [](http://x.org)",
            "![alt](http://x.org/a.png) ![a `b`](http://x.org)",
            "[x](http://x.org/\u{200b}a) <http://x.org/\u{feff}> [\u{200b}](http://x.org)",
            "[x](javascript:alert(1)) <javascript:x> [x](file:///etc/passwd) <file:///x> [x](data:text/html,x) <data:,x>",
            "[x](//x.org) [x](/x) [x](HTTP:x) [x](vbscript:x) [x](mailto:a@x.org) <mailto:a@x.org> [x](java\tscript:x)",
            "[x](http://x.org \"title\") [x](ftp://x.org) <ftp://x.org> <a@x.org>",
            "<# x> <#> <#-x> <#x y> <#x <!-- # --> [x](#) [x](#x y) [](#x) x<#é>",
            "``` x",
            "a ** b ** c, 数据**",
            "***x***",
            "src/**/*.log old/**/*.log",
            "{{ x }} {% x %} {{",
        ] {
            assert_eq!(told(words), words);
            assert!(parsed(words).runs.iter().all(|run| run.style == Style::default()), "{words}");
        }
    }

    #[test]
    fn markup_is_taken_apart() {
        for (words, expected) in [
            ("**注意：**不要", "B(注意：)不要"),
            ("检查**数据**。", "检查B(数据)。"),
            ("**a ** b** c", "B(a ** b) c"),
            ("`**a**` **b `c` d**", "C(**a**) B(b )BC(c)B( d)"),
            ("`` `x` `` ` y", "C(`x`) ` y"),
            ("[w **b**](https://x.org/a?b=1&c=2)。", "L(w )BL(b)。"),
            ("**[w](http://x.org)** <http://x.org/**a**>", "BL(w) L(http://x.org/**a**)"),
            ("**a <#b> c** <# d", "B(a )BL(<#b>)B( c) <# d"),
            ("[w `c`](#b-1)<#c>`<#d>`", "L(w )CL(c)L(<#c>)C(<#d>)"),
            ("[<#a>](#b)", "L(<#a>)"),
            ("**a\nb**", "**a⏎b**"),
            ("a\r\n\n# b", "a⏎⏎# b"),
        ] {
            assert_eq!(told(words), expected);
        }
    }

    #[test]
    fn a_command_is_exact() {
        let text = exact("a **b**\n\n  `c`\n", &Lang::new("en"), Span::default());
        assert_eq!(text.to_plain(), "a **b**\n\n  `c`");
        assert!(text.runs.iter().all(|run| run.style.code || run.content == Content::Break));
    }

    /// Whether nothing, or at first the target of a link, is left of what isn't printed.
    fn is_target(markup: &str) -> bool {
        markup.is_empty() || markup.starts_with("(http://") || markup.starts_with("(#")
    }

    proptest! {
        /// Each run stands in the source where its origin says, in order, and everything between two runs is markup.
        #[test]
        fn nothing_is_lost(words in "([a*` \\[\\]()<>!&;#1.\\-_~|\\\\\n注：]|\\*\\*|http://x|\\]\\(http://y\\)|<#a>|\\]\\(#b\\)){0,40}") {
            let mut at = 0;
            for run in parsed(&words).runs {
                let start = run.origin.map_or(0, |origin| origin.offset as usize);
                let between = &words[at..start];
                let markup = between.trim_start_matches(['*', '`', '[', ']', '<', '>', ' ']);
                prop_assert!(is_target(markup), "{between:?} in {words:?}");
                let chars = match &run.content {
                    Content::Chars(chars) => chars.as_str(),
                    _ => "\n",
                };
                prop_assert!(words[start..].starts_with(chars));
                at = start + chars.len();
            }
            let rest = words[at..].trim_start_matches(['*', '`', ']', '>', ' ']);
            prop_assert!(is_target(rest), "{rest:?} in {words:?}");
        }

        #[test]
        fn any_text_parses(words in any::<String>()) {
            parsed(&words);
        }
    }
}
