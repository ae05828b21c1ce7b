//! Markdown → a document: its blocks and the words in them, as they are written, before anything is guessed.

mod page;

use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inline {
    /// Characters that mean nothing else.
    Chars(String),
    /// Code.
    Code(String),
    /// What is printed in bold.
    Strong(Vec<Inline>),
    /// What is stressed.
    Stressed(Vec<Inline>),
    /// Words with an address behind them, and its title, which may be empty.
    Link(Vec<Inline>, String, String),
    /// Where a line ends; `true` where its author wanted that.
    Break(bool),
    /// A comment, which no reader sees.
    Comment(String),
}

/// What a box beside the text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlertKind {
    /// A remark.
    Note,
    /// What may be damaged.
    Caution,
    /// What may be lost for good.
    Warning,
}

/// A row of a table, cell by cell.
type TableRow = Vec<Vec<Inline>>;

/// A block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocBlock {
    /// A heading with its level, from 1.
    Heading(u8, Vec<Inline>),
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A list: the number of its first item, if it has numbers, and its items.
    List(Option<u64>, Vec<ListItem>),
    /// Code: what stands behind its fence, and its lines.
    Code(String, String),
    /// What is quoted, or a box.
    Quote(Option<AlertKind>, Vec<DocBlock>),
    /// A table: its head and its rows.
    Table(TableRow, Vec<TableRow>),
    /// A line across.
    Rule,
    /// What no reader sees: a comment, or what stands before the text.
    Comment(String),
    /// A footnote by its name.
    Footnote(String, Vec<DocBlock>),
}

/// An item of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListItem {
    /// Whether it has a box to tick.
    pub task: bool,
    /// What it says.
    pub blocks: Vec<DocBlock>,
}

/// A document.
#[derive(Debug, Default)]
pub struct SourceDocument {
    /// Its blocks.
    pub blocks: Vec<DocBlock>,
    /// The title that stands before the text.
    pub title: Option<String>,
    /// Addresses that are given and that nothing refers to: name, address and title.
    pub unused_links: Vec<(String, String, String)>,
    /// Whether cells or items of HTML are words of a paragraph now.
    pub is_flattened: bool,
}

/// Reads a document.
#[must_use]
pub fn read(text: &str) -> SourceDocument {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_GFM
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let parser = Parser::new_ext(text, options);
    let definitions: Vec<(String, String, String)> = parser
        .reference_definitions()
        .iter()
        .map(|(name, to)| (name.to_owned(), to.dest.to_string(), to.title.as_deref().unwrap_or_default().to_owned()))
        .collect();
    let mut reader = DocReader { open: vec![OpenDocBlock::new(OpenDocKind::Whole)], ..DocReader::default() };
    for event in parser {
        reader.event(event);
    }
    reader.close_line();
    let blocks = reader.open.into_iter().next().map(|whole| whole.blocks).unwrap_or_default();
    let used = reader.used;
    let mut unused_links: Vec<_> =
        definitions.into_iter().filter(|(name, ..)| !used.contains(&name.to_lowercase())).collect();
    unused_links.sort();
    SourceDocument { blocks, title: reader.title, unused_links, is_flattened: reader.is_flattened }
}

/// The words of a line, without markup.
#[must_use]
pub fn plain(line: &[Inline]) -> String {
    let mut out = String::new();
    push_plain(line, &mut out);
    out.trim().to_owned()
}

fn push_plain(line: &[Inline], out: &mut String) {
    for part in line {
        match part {
            Inline::Chars(words) | Inline::Code(words) => out.push_str(words),
            Inline::Strong(parts) | Inline::Stressed(parts) | Inline::Link(parts, ..) => push_plain(parts, out),
            Inline::Break(_) => out.push(' '),
            Inline::Comment(_) => {}
        }
    }
}

/// Whether a part of a line says nothing by itself.
fn is_gap(part: &Inline) -> bool {
    match part {
        Inline::Break(_) => true,
        Inline::Chars(words) => words.trim().is_empty(),
        _ => false,
    }
}

#[derive(Debug)]
enum OpenDocKind {
    Whole,
    Quote(Option<AlertKind>),
    List(Option<u64>, Vec<ListItem>),
    Item(bool),
    Footnote(String),
}

#[derive(Debug)]
struct OpenDocBlock {
    kind: OpenDocKind,
    blocks: Vec<DocBlock>,
}

impl OpenDocBlock {
    const fn new(kind: OpenDocKind) -> Self {
        Self { kind, blocks: Vec::new() }
    }
}

/// What stands around the words that are read.
#[derive(Debug)]
enum OpenSpan {
    Strong,
    Stressed,
    Link(String, String),
    /// An address of mail, whose words say it.
    Mail,
    Image(String, String),
}

#[derive(Debug, Default)]
struct DocReader {
    open: Vec<OpenDocBlock>,
    level: Option<u8>,
    /// The line that is read, and within it what is bold or a link, from the outside in.
    line: Option<Vec<Inline>>,
    spans: Vec<(OpenSpan, Vec<Inline>)>,
    code: Option<(String, String)>,
    html: Option<String>,
    /// Whether cells or items of HTML became words of a paragraph.
    is_flattened: bool,
    front: Option<String>,
    title: Option<String>,
    /// The head of a table that is open, and its rows.
    table: Option<(TableRow, Vec<TableRow>)>,
    row: TableRow,
    used: std::collections::BTreeSet<String>,
    /// Blocks and spans that are open and too deep: what is in them counts as what is around them.
    deep_blocks: usize,
    deep_spans: usize,
}

/// Blocks, and spans of a line, stand in each other so deep; nobody writes so, and each level takes stack.
const DEEPEST: usize = 40;

impl DocReader {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(chars) => {
                if let Some((_, code)) = &mut self.code {
                    code.push_str(&chars);
                } else if let Some(front) = &mut self.front {
                    front.push_str(&chars);
                } else {
                    self.push(Inline::Chars(chars.into_string()));
                }
            }
            Event::Code(chars) => self.push(Inline::Code(chars.into_string())),
            Event::InlineMath(chars) | Event::DisplayMath(chars) => self.push(Inline::Chars(chars.into_string())),
            Event::Html(chars) => match &mut self.html {
                Some(html) => html.push_str(&chars),
                None => self.html(&chars),
            },
            Event::InlineHtml(chars) => self.html(&chars),
            Event::FootnoteReference(name) => self.push(Inline::Chars(format!("[^{name}]"))),
            Event::SoftBreak => self.push(Inline::Break(false)),
            Event::HardBreak => self.push(Inline::Break(true)),
            Event::Rule => {
                self.close_line();
                self.add(DocBlock::Rule);
            }
            Event::TaskListMarker(_) => {
                if let Some(OpenDocBlock { kind: OpenDocKind::Item(task), .. }) = self.open.last_mut() {
                    *task = true;
                }
            }
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph | Tag::TableCell => self.open_line(None),
            Tag::Heading { level, .. } => self.open_line(Some(level as u8)),
            Tag::BlockQuote(kind) => self.nest(OpenDocKind::Quote(kind.map(|kind| match kind {
                BlockQuoteKind::Note | BlockQuoteKind::Tip => AlertKind::Note,
                BlockQuoteKind::Important | BlockQuoteKind::Caution => AlertKind::Caution,
                BlockQuoteKind::Warning => AlertKind::Warning,
            }))),
            Tag::List(first) => self.nest(OpenDocKind::List(first, Vec::new())),
            Tag::Item => self.nest(OpenDocKind::Item(false)),
            Tag::FootnoteDefinition(name) => self.nest(OpenDocKind::Footnote(name.into_string())),
            Tag::CodeBlock(kind) => {
                self.close_line();
                let info = match kind {
                    CodeBlockKind::Fenced(info) => info.into_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some((info, String::new()));
            }
            Tag::HtmlBlock => {
                self.close_line();
                self.html = Some(String::new());
            }
            Tag::MetadataBlock(_) => self.front = Some(String::new()),
            Tag::Table(_) => {
                self.close_line();
                self.table = Some((Vec::new(), Vec::new()));
            }
            Tag::Emphasis => self.open_span(OpenSpan::Stressed),
            Tag::Strong => self.open_span(OpenSpan::Strong),
            Tag::Link { link_type, dest_url, title, id } => {
                self.used.insert(id.to_lowercase());
                let open = if link_type == LinkType::Email {
                    OpenSpan::Mail
                } else {
                    OpenSpan::Link(dest_url.into_string(), title.into_string())
                };
                self.open_span(open);
            }
            Tag::Image { dest_url, title, id, .. } => {
                self.used.insert(id.to_lowercase());
                self.open_span(OpenSpan::Image(dest_url.into_string(), title.into_string()));
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::Heading(_) => self.close_line(),
            TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item | TagEnd::FootnoteDefinition => self.close(),
            TagEnd::CodeBlock => {
                if let Some((info, code)) = self.code.take() {
                    self.add(DocBlock::Code(info, code));
                }
            }
            TagEnd::HtmlBlock => {
                let html = self.html.take().unwrap_or_default();
                self.html_block(&html);
            }
            TagEnd::MetadataBlock(_) => {
                let front = self.front.take().unwrap_or_default();
                let title = front.lines().find_map(|line| line.strip_prefix("title:")).map(str::trim);
                let title = title.map(|title| title.trim_matches(['"', '\'']).to_owned());
                self.title = title.filter(|title| !title.is_empty());
                self.add(DocBlock::Comment(front));
            }
            TagEnd::TableCell => {
                let cell = self.take_line();
                self.row.push(cell);
            }
            TagEnd::TableHead => {
                if let Some((head, _)) = &mut self.table {
                    *head = std::mem::take(&mut self.row);
                }
            }
            TagEnd::TableRow => {
                if let Some((_, rows)) = &mut self.table {
                    rows.push(std::mem::take(&mut self.row));
                }
            }
            TagEnd::Table => {
                if let Some((head, rows)) = self.table.take() {
                    self.add(DocBlock::Table(head, rows));
                }
            }
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Link | TagEnd::Image => self.close_span(),
            _ => {}
        }
    }

    fn open_span(&mut self, span: OpenSpan) {
        if self.spans.len() < DEEPEST {
            self.spans.push((span, Vec::new()));
        } else {
            self.deep_spans += 1;
        }
    }

    fn close_span(&mut self) {
        if self.deep_spans > 0 {
            self.deep_spans -= 1;
            return;
        }
        let Some((open, parts)) = self.spans.pop() else { return };
        match open {
            OpenSpan::Strong => self.push(Inline::Strong(parts)),
            OpenSpan::Stressed => self.push(Inline::Stressed(parts)),
            OpenSpan::Link(to, title) => self.push(Inline::Link(parts, to, title)),
            OpenSpan::Image(from, title) => {
                // A picture is its words with its address, which isn't one to follow.
                for part in parts {
                    self.push(part);
                }
                self.push(Inline::Chars(format!(" ({})", [from, title].join(" ").trim())));
            }
            OpenSpan::Mail => {
                for part in parts {
                    self.push(part);
                }
            }
        }
    }

    fn push(&mut self, part: Inline) {
        let line = match self.spans.last_mut() {
            Some((_, parts)) => parts,
            None => self.line.get_or_insert_default(),
        };
        if let (Inline::Chars(more), Some(Inline::Chars(words))) = (&part, line.last_mut()) {
            words.push_str(more);
        } else {
            line.push(part);
        }
    }

    fn open_line(&mut self, level: Option<u8>) {
        self.close_line();
        self.level = level;
    }

    fn take_line(&mut self) -> Vec<Inline> {
        self.deep_spans = 0;
        while !self.spans.is_empty() {
            self.close_span();
        }
        self.line.take().unwrap_or_default()
    }

    fn close_line(&mut self) {
        let line = self.take_line();
        let level = self.level.take();
        let mut words = Vec::new();
        for part in line {
            match part {
                Inline::Comment(comment) => self.add(DocBlock::Comment(comment)),
                // Tags that stand beside each other leave one break, and none where the line begins or ends.
                part if is_gap(&part) && words.last().is_none_or(|last| matches!(last, Inline::Break(_))) => {}
                part => words.push(part),
            }
        }
        while words.last().is_some_and(is_gap) {
            words.pop();
        }
        if !plain(&words).is_empty() {
            self.add(match level {
                Some(level) => DocBlock::Heading(level, words),
                None => DocBlock::Paragraph(words),
            });
        }
    }

    fn add(&mut self, block: DocBlock) {
        if let Some(open) = self.open.last_mut() {
            open.blocks.push(block);
        }
    }

    fn nest(&mut self, kind: OpenDocKind) {
        self.close_line();
        if self.open.len() < DEEPEST {
            self.open.push(OpenDocBlock::new(kind));
        } else {
            self.deep_blocks += 1;
        }
    }

    fn close(&mut self) {
        self.close_line();
        if self.deep_blocks > 0 {
            self.deep_blocks -= 1;
            return;
        }
        let Some(OpenDocBlock { kind, blocks }) = self.open.pop() else { return };
        match kind {
            OpenDocKind::Whole => self.open.push(OpenDocBlock { kind, blocks }),
            OpenDocKind::Quote(notice) => self.add(DocBlock::Quote(notice, blocks)),
            OpenDocKind::List(first, mut items) => {
                if !blocks.is_empty() {
                    items.push(ListItem { task: false, blocks });
                }
                if !items.is_empty() {
                    self.add(DocBlock::List(first, items));
                }
            }
            OpenDocKind::Footnote(name) => self.add(DocBlock::Footnote(name, blocks)),
            OpenDocKind::Item(_) if blocks.is_empty() => {}
            OpenDocKind::Item(task) => {
                if let Some(OpenDocBlock { kind: OpenDocKind::List(_, items), .. }) = self.open.last_mut() {
                    items.push(ListItem { task, blocks });
                }
            }
        }
    }
}
