//! Writes blocks out as wikitext. Lists are those of HTML, because an item of wikitext's own is one line.

use super::{Markup, TextPlace, Wikitext};
use crate::text::prose::{HeadingDepth, ProseBlock, ProseList, ProseTable};
use crate::text::typeset::Align;
use crate::view::labels::Labels;

/// Some blocks, an empty line between two. Their headings stand under one of a level.
pub(super) fn written(markup: Wikitext, labels: &Labels, blocks: &[ProseBlock], level: usize) -> String {
    let mut headings = HeadingDepth::default();
    let blocks = blocks.iter().map(|block| match block {
        ProseBlock::Paragraph(text) => markup.inline(labels, text, TextPlace::Flow),
        ProseBlock::Heading(own, text) => {
            markup.heading(level + headings.of(*own), &markup.inline(labels, text, TextPlace::Line))
        }
        ProseBlock::List(list) => self::list(markup, labels, list, level),
        ProseBlock::Table(table) => self::table(markup, labels, table),
        ProseBlock::Code(_, code) => markup.fence(0, "", &code.to_plain()),
        ProseBlock::Quote(blocks) => {
            format!("<blockquote>\n{}\n</blockquote>", written(markup, labels, blocks, level))
        }
        ProseBlock::Rule => markup.rule(),
    });
    blocks.collect::<Vec<_>>().join("\n\n")
}

fn list(markup: Wikitext, labels: &Labels, list: &ProseList, level: usize) -> String {
    let (open, close) = match list.first {
        Some(first) => (format!("<ol start=\"{first}\">"), "</ol>"),
        None => ("<ul>".to_owned(), "</ul>"),
    };
    let item = |item: &Vec<ProseBlock>| match &item[..] {
        [ProseBlock::Paragraph(text)] => format!("\n<li>{}</li>", markup.inline(labels, text, TextPlace::Flow)),
        blocks => format!("\n<li>\n{}\n</li>", written(markup, labels, blocks, level)),
    };
    let items: Vec<String> = list.items.iter().map(item).collect();
    format!("{open}{}\n{close}", items.concat())
}

fn table(markup: Wikitext, labels: &Labels, table: &ProseTable) -> String {
    let style = |align: &Align| match align {
        Align::Start => "",
        Align::Center => "style=\"text-align: center\" | ",
        Align::End => "style=\"text-align: right\" | ",
    };
    let cells = |mark: &str, cells: &[crate::text::Text]| -> String {
        let cell = |(text, align): (&crate::text::Text, &Align)| {
            format!("\n{mark} {}{}", style(align), markup.inline(labels, text, TextPlace::Cell))
        };
        cells.iter().zip(&table.columns).map(cell).collect::<Vec<_>>().concat()
    };
    let rows: Vec<String> = table.rows.iter().map(|row| format!("\n|-{}", cells("|", row))).collect();
    format!("{{| class=\"wikitable\"{}{}\n|}}", cells("!", &table.head), rows.concat())
}
