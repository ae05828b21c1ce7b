//! Markdown → blocks: `CommonMark` with tables. What paper can't show is told with its place.

use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{Alignment, CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::markup::bare_reference;
use super::prose::{ProseBlock, ProseList, ProseTable};
use super::typeset::Align;
use super::{Content, Lang, Run, Style, Text};
use crate::chars::{is_id, is_wide};
use crate::diagnostic::{Origin, Span};

/// Lists and quotes stand in each other to this depth.
pub const DEEPEST: usize = 3;

/// The most columns of a table: each is wide enough for three Chinese characters.
pub const MOST_COLUMNS: usize = 12;

/// What can't be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unprintable {
    /// HTML.
    Html,
    /// A list or a quote that is too deep.
    TooDeep,
    /// A table of so many columns.
    TooWide(usize),
}

/// Separates a text in Markdown into blocks, and tells what can't be shown and where, in bytes of the text. `literal` is the
/// string in the file, quotation marks included.
#[must_use]
pub fn parse(words: &str, lang: &Lang, literal: Span) -> (Vec<ProseBlock>, Vec<(Range<usize>, Unprintable)>) {
    let mut builder = ProseBuilder {
        words,
        lang,
        literal,
        open: vec![OpenBlock::new(OpenKind::Whole)],
        inline: None,
        code: None,
        table: None,
        is_html: false,
        too_deep: 0,
        unprintable: Vec::new(),
    };
    for (event, range) in Parser::new_ext(words, Options::ENABLE_TABLES).into_offset_iter() {
        builder.event(event, range);
    }
    builder.close_inline();
    let blocks = builder.open.drain(..).next().map(|whole| whole.blocks).unwrap_or_default();
    (blocks, builder.unprintable)
}

enum OpenKind {
    Whole,
    Quote,
    List(ProseList),
    Item,
}

/// A block that holds others, while they are read.
struct OpenBlock {
    kind: OpenKind,
    blocks: Vec<ProseBlock>,
}

impl OpenBlock {
    const fn new(kind: OpenKind) -> Self {
        Self { kind, blocks: Vec::new() }
    }
}

/// A line of text, while it is read.
struct OpenText {
    /// `Some` for a heading.
    level: Option<u8>,
    runs: Vec<Run>,
    bold: usize,
    /// The address of the link or picture around, and whether its words are a link.
    links: Vec<(String, Option<Arc<str>>)>,
}

struct ProseBuilder<'w> {
    words: &'w str,
    lang: &'w Lang,
    literal: Span,
    open: Vec<OpenBlock>,
    inline: Option<OpenText>,
    code: Option<(String, Vec<Run>)>,
    table: Option<(ProseTable, Vec<Text>)>,
    is_html: bool,
    /// Lists, items and quotes that are open and too deep. Their content counts as that of the block around them.
    too_deep: usize,
    unprintable: Vec<(Range<usize>, Unprintable)>,
}

impl ProseBuilder<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            Event::Text(chars) => self.text(&chars, range),
            Event::Code(chars) => {
                let at = self.words[range.clone()].find(&*chars).unwrap_or(0);
                self.push(&chars, range.start + at, true);
            }
            Event::SoftBreak => self.soft_break(range.start),
            Event::HardBreak => {
                let origin = self.origin(range.start);
                self.inline().runs.push(Run { content: Content::Break, style: Style::default(), origin: Some(origin) });
            }
            Event::Rule => {
                self.close_inline();
                self.add(ProseBlock::Rule);
            }
            Event::InlineHtml(_) => self.unprintable.push((range, Unprintable::Html)),
            // Told of at the beginning of its block; nothing else is asked of the parser.
            Event::Html(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Heading { level, .. } => self.open_inline(Some(level as u8)),
            Tag::CodeBlock(kind) => {
                self.close_inline();
                let language = match kind {
                    CodeBlockKind::Fenced(info) => info.split_whitespace().next().unwrap_or_default().to_owned(),
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some((language, Vec::new()));
            }
            Tag::HtmlBlock => {
                self.close_inline();
                let block = self.words[range.clone()].trim_end();
                let line = block.lines().next().map_or(0, str::len);
                self.unprintable.push((range.start..range.start + line, Unprintable::Html));
                self.is_html = true;
            }
            Tag::BlockQuote(_) => self.nest(OpenKind::Quote, &range),
            Tag::List(first) => self.nest(OpenKind::List(ProseList { first, items: Vec::new() }), &range),
            Tag::Item if self.too_deep > 0 => self.too_deep += 1,
            Tag::Item => self.open.push(OpenBlock::new(OpenKind::Item)),
            Tag::Table(columns) => {
                self.close_inline();
                if columns.len() > MOST_COLUMNS {
                    let line = self.words[range.clone()].lines().next().map_or(0, str::len);
                    self.unprintable.push((range.start..range.start + line, Unprintable::TooWide(columns.len())));
                }
                let align = |column: &Alignment| match column {
                    Alignment::None | Alignment::Left => Align::Start,
                    Alignment::Center => Align::Center,
                    Alignment::Right => Align::End,
                };
                let columns = columns.iter().map(align).collect();
                self.table = Some((ProseTable { columns, head: Vec::new(), rows: Vec::new() }, Vec::new()));
            }
            Tag::Emphasis | Tag::Strong => self.inline().bold += 1,
            Tag::Link { link_type, dest_url, .. } => {
                // An address of mail is only words.
                let address = if link_type == LinkType::Email { "" } else { &*dest_url };
                self.open_link(address);
            }
            Tag::Image { dest_url, .. } => self.open_link(&dest_url),
            Tag::Paragraph | Tag::TableCell => self.open_inline(None),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::Heading(_) => self.close_inline(),
            TagEnd::CodeBlock => {
                if let Some((language, mut runs)) = self.code.take() {
                    if matches!(runs.last(), Some(Run { content: Content::Break, .. })) {
                        runs.pop();
                    }
                    self.add(ProseBlock::Code(language, Text { lang: self.lang.clone(), runs }));
                }
            }
            TagEnd::HtmlBlock => self.is_html = false,
            TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item => {
                self.close_inline();
                if self.too_deep > 0 {
                    self.too_deep -= 1;
                } else {
                    self.close();
                }
            }
            TagEnd::TableCell => {
                let text = self.take_inline().map_or_else(|| Text::empty(self.lang.clone()), |(_, text)| text);
                if let Some((_, row)) = &mut self.table {
                    row.push(text);
                }
            }
            TagEnd::TableHead => {
                if let Some((table, row)) = &mut self.table {
                    table.head = std::mem::take(row);
                }
            }
            TagEnd::TableRow => {
                if let Some((table, row)) = &mut self.table {
                    table.rows.push(std::mem::take(row));
                }
            }
            TagEnd::Table => {
                if let Some((table, _)) = self.table.take() {
                    self.add(ProseBlock::Table(table));
                }
            }
            TagEnd::Emphasis | TagEnd::Strong => {
                let inline = self.inline();
                inline.bold = inline.bold.saturating_sub(1);
            }
            TagEnd::Link | TagEnd::Image => self.close_link(),
            _ => {}
        }
    }

    const fn origin(&self, at: usize) -> Origin {
        Origin { literal: self.literal, offset: at as u32 }
    }

    fn add(&mut self, block: ProseBlock) {
        if let Some(open) = self.open.last_mut() {
            open.blocks.push(block);
        }
    }

    /// Opens a list or a quote, unless it is too deep.
    fn nest(&mut self, kind: OpenKind, range: &Range<usize>) {
        self.close_inline();
        let same = |open: &&OpenBlock| match kind {
            OpenKind::Quote => matches!(open.kind, OpenKind::Quote),
            _ => matches!(open.kind, OpenKind::List(_)),
        };
        if self.too_deep > 0 {
            self.too_deep += 1;
        } else if self.open.iter().filter(same).count() >= DEEPEST {
            let line = self.words[range.clone()].lines().next().map_or(0, str::len);
            self.unprintable.push((range.start..range.start + line, Unprintable::TooDeep));
            self.too_deep = 1;
        } else {
            self.open.push(OpenBlock::new(kind));
        }
    }

    fn close(&mut self) {
        let Some(closed) = self.open.pop() else { return };
        match closed.kind {
            OpenKind::Quote => self.add(ProseBlock::Quote(closed.blocks)),
            OpenKind::List(list) => self.add(ProseBlock::List(list)),
            OpenKind::Item => {
                if let Some(OpenBlock { kind: OpenKind::List(list), .. }) = self.open.last_mut() {
                    list.items.push(closed.blocks);
                }
            }
            OpenKind::Whole => self.open.push(closed),
        }
    }

    /// The text that is being read. The words of a tight list stand in no paragraph.
    fn inline(&mut self) -> &mut OpenText {
        let new = || OpenText { level: None, runs: Vec::new(), bold: 0, links: Vec::new() };
        self.inline.get_or_insert_with(new)
    }

    fn open_inline(&mut self, level: Option<u8>) {
        self.close_inline();
        self.inline().level = level;
    }

    fn close_inline(&mut self) {
        if let Some((level, text)) = self.take_inline() {
            self.add(match level {
                Some(level) => ProseBlock::Heading(level, text),
                None => ProseBlock::Paragraph(text),
            });
        }
    }

    fn take_inline(&mut self) -> Option<(Option<u8>, Text)> {
        let inline = self.inline.take()?;
        let mut text = Text::empty(self.lang.clone());
        inline.runs.into_iter().for_each(|run| with_references(&mut text.runs, run));
        (!text.is_empty()).then_some((inline.level, text))
    }

    fn text(&mut self, chars: &str, range: Range<usize>) {
        if self.is_html {
            return;
        }
        let origin = self.origin(range.start);
        let Some((_, runs)) = &mut self.code else {
            self.push(chars, range.start, false);
            return;
        };
        let style = Style { code: true, ..Style::default() };
        let mut at = 0;
        for line in chars.split_inclusive('\n') {
            let words = line.strip_suffix('\n').unwrap_or(line);
            let place =
                |offset: usize| Some(Origin { offset: origin.offset.saturating_add((at + offset) as u32), ..origin });
            if !words.is_empty() {
                let content = Content::Chars(words.to_owned());
                runs.push(Run { content, style: style.clone(), origin: place(0) });
            }
            if words.len() < line.len() {
                runs.push(Run { content: Content::Break, style: Style::default(), origin: place(words.len()) });
            }
            at += line.len();
        }
    }

    fn push(&mut self, chars: &str, at: usize, code: bool) {
        let origin = self.origin(at);
        let inline = self.inline();
        let link = inline.links.iter().rev().find_map(|(_, link)| link.clone());
        let style = Style { bold: inline.bold > 0, code, link };
        if let Some(Run { content: Content::Chars(words), style: last, origin: Some(begun) }) = inline.runs.last_mut()
            && *last == style
            && begun.offset as usize + words.len() == at
        {
            words.push_str(chars);
            return;
        }
        inline.runs.push(Run { content: Content::Chars(chars.to_owned()), style, origin: Some(origin) });
    }

    /// A line that goes on. No space is between two characters that are written without one.
    fn soft_break(&mut self, at: usize) {
        let before = self.words[..at].trim_end().chars().next_back();
        let after = self.words[at..].trim_start_matches(['\n', ' ', '\t', '>']).chars().next();
        let is_wide = |c: Option<char>| c.is_some_and(is_wide);
        if !(is_wide(before) && is_wide(after)) {
            let origin = self.origin(at);
            let content = Content::Chars(" ".to_owned());
            let run = Run { content, style: Style::default(), origin: Some(origin) };
            self.inline().runs.push(run);
        }
    }

    fn open_link(&mut self, address: &str) {
        let web =
            ["http://", "https://"].iter().any(|scheme| address.len() > scheme.len() && address.starts_with(scheme));
        let inside = address.strip_prefix('#').is_some_and(is_id);
        let link = (web || inside).then(|| Arc::from(address));
        self.inline().links.push((address.to_owned(), link));
    }

    /// Behind the words of a link that nobody can follow stands its address.
    fn close_link(&mut self) {
        let inline = self.inline();
        if let Some((address, None)) = inline.links.pop()
            && !address.is_empty()
        {
            let origin = inline.runs.last().and_then(|run| run.origin);
            let content = Content::Chars(format!(" ({address})"));
            inline.runs.push(Run { content, style: Style::default(), origin });
        }
    }
}

/// Appends a run, in which each `<#id>` is a reference.
fn with_references(runs: &mut Vec<Run>, run: Run) {
    let Content::Chars(chars) = &run.content else { return runs.push(run) };
    if run.style.code || run.style.link.is_some() || !chars.contains("<#") {
        return runs.push(run);
    }
    let mut at = 0;
    let part = |range: Range<usize>, link: Option<Arc<str>>| Run {
        content: Content::Chars(chars[range.clone()].to_owned()),
        style: Style { link, ..run.style.clone() },
        origin: run.origin.map(|origin| Origin { offset: origin.offset.saturating_add(range.start as u32), ..origin }),
    };
    while let Some((found, id)) = bare_reference(&chars[at..]) {
        let found = at + found.start..at + found.end;
        if at < found.start {
            runs.push(part(at..found.start, None));
        }
        runs.push(part(found.clone(), Some(format!("#{id}").into())));
        at = found.end;
    }
    if at < chars.len() {
        runs.push(part(at..chars.len(), None));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::prose::texts;

    fn parsed(words: &str) -> (Vec<ProseBlock>, Vec<(Range<usize>, Unprintable)>) {
        parse(words, &Lang::new("en"), Span::default())
    }

    /// The texts of a document, one on a line: bold as `B(…)`, code as `C(…)`, a link as `L(…)`.
    fn told(words: &str) -> String {
        let mut out = String::new();
        let (blocks, _) = parsed(words);
        texts(&blocks, &mut |text| {
            for run in &text.runs {
                let Content::Chars(chars) = &run.content else {
                    out.push('⏎');
                    continue;
                };
                let marks = [(run.style.bold, 'B'), (run.style.code, 'C'), (run.style.link.is_some(), 'L')];
                let style: String = marks.iter().filter(|(on, _)| *on).map(|(_, mark)| *mark).collect();
                let (open, close) = if style.is_empty() { ("", "") } else { ("(", ")") };
                out.extend([style.as_str(), open, chars, close]);
            }
            out.push('|');
        });
        out
    }

    #[test]
    fn blocks_and_their_marks_are_taken_apart() {
        for (words, expected) in [
            ("a *b* **c**\nd", "a B(b) B(c) d|"),
            ("发布\n之后\n  \nx  \ny", "发布之后|x⏎y|"),
            ("[w](https://x.org) [w](x.md) ![p](p.png) <a@x.org>", "L(w) w (x.md) p (p.png) a@x.org|"),
            ("see <#a>, [b](#c) and `<#d>` <#-> [x](#y z)", "see L(<#a>), L(b) and C(<#d>) <#-> [x](#y z)|"),
            ("&lt;b> \\*x\\* 1 < 2", "<b> *x* 1 < 2|"),
            ("# h\n\n- a\n  - b\n\n> q", "h|a|b|q|"),
            ("| a | b |\n|---|--:|\n| `1` |\n", "a|b|C(1)||"),
            ("```sh\na\n\n b\n```", "C(a)⏎⏎C( b)|"),
        ] {
            assert_eq!(told(words), expected, "{words}");
        }
    }

    #[test]
    fn what_paper_cannot_show_is_told_at_its_place() {
        let wide = format!("{}\n{}", "|a".repeat(13), "|-".repeat(13));
        for (words, place, what) in [
            ("a <b>x", "<b>", Unprintable::Html),
            ("a\n\n<div>\nb\n</div>\n", "<div>", Unprintable::Html),
            ("- 1\n  - 2\n    - 3\n      - 4\n", "- 4", Unprintable::TooDeep),
            ("> > > > q", "> q", Unprintable::TooDeep),
            (&wide, wide.lines().next().unwrap_or_default(), Unprintable::TooWide(13)),
        ] {
            let (_, found) = parsed(words);
            let [(range, found)] = &found[..] else { panic!("{words}: {found:?}") };
            assert_eq!((&words[range.clone()], *found), (place, what));
        }
    }

    #[test]
    fn what_is_deep_takes_no_stack() {
        let (blocks, found) = parsed(&"> ".repeat(20_000));
        assert_eq!((blocks.len(), found.len()), (1, 1));
        parsed(&"- ".repeat(20_000));
    }

    proptest! {
        /// Each run stands in the source where its origin says, unless it is an entity or an address.
        #[test]
        fn any_text_parses(words in "([a*` \\[\\]()<>!&;#1.\\-_~|\\\\\n注：]|<#a>|\\]\\(#b\\)|    |\\|-\\||> |- |```){0,40}") {
            let (blocks, _) = parsed(&words);
            texts(&blocks, &mut |text| {
                for run in &text.runs {
                    let at = run.origin.map_or(0, |origin| origin.offset as usize);
                    assert!(at <= words.len() && words.is_char_boundary(at), "{words:?}");
                }
            });
        }
    }
}
