//! Writes blocks out for `DokuWiki`. An item of a list is one line; what else belongs to it stands in it behind line breaks, or as items
//! of its own.

use super::{DokuMarkup, Markup, TextPlace};
use crate::text::prose::{HeadingDepth, ProseBlock, ProseList};
use crate::view::labels::Labels;

/// Some blocks, an empty line between two. Their headings stand under one of a level.
pub(super) fn written(markup: DokuMarkup, labels: &Labels, blocks: &[ProseBlock], level: usize) -> String {
    let mut headings = HeadingDepth::default();
    let blocks = blocks.iter().map(|block| match block {
        ProseBlock::Paragraph(text) => markup.inline(labels, text, TextPlace::Flow),
        ProseBlock::Heading(own, text) => {
            markup.heading(level + headings.of(*own), &markup.inline(labels, text, TextPlace::Line))
        }
        ProseBlock::List(list) => {
            let mut lines = Vec::new();
            items(markup, labels, list, 0, &mut lines);
            lines.join("\n")
        }
        ProseBlock::Table(table) => {
            let cell = |text| markup.inline(labels, text, TextPlace::Cell);
            let rows: Vec<Vec<Option<String>>> =
                table.rows.iter().map(|row| row.iter().map(|text| Some(cell(text))).collect()).collect();
            markup.table(&table.head.iter().map(cell).collect::<Vec<_>>(), &rows)
        }
        ProseBlock::Code(_, code) => markup.fence(0, "", &code.to_plain()),
        ProseBlock::Quote(blocks) => {
            let inside = written(markup, labels, blocks, level);
            inside
                .lines()
                .filter(|line| !line.is_empty())
                .map(|line| format!("> {line}"))
                .collect::<Vec<_>>()
                .join("\n")
        }
        ProseBlock::Rule => markup.rule(),
    });
    blocks.collect::<Vec<_>>().join("\n\n")
}

/// The items of a list. Numbers are counted by the wiki, from one on.
fn items(markup: DokuMarkup, labels: &Labels, list: &ProseList, depth: usize, lines: &mut Vec<String>) {
    let mark = if list.first.is_some() { '-' } else { '*' };
    for item in &list.items {
        let mut words = Vec::new();
        let mut below = Vec::new();
        for block in item {
            match block {
                ProseBlock::List(list) => items(markup, labels, list, depth + 1, &mut below),
                ProseBlock::Paragraph(text) => words.push(markup.inline(labels, text, TextPlace::Flow)),
                ProseBlock::Code(_, code) => below.push(markup.fence(depth + 1, "", &code.to_plain())),
                other => crate::text::prose::texts(std::slice::from_ref(other), &mut |text| {
                    words.push(markup.inline(labels, text, TextPlace::Flow));
                }),
            }
        }
        lines.push(format!("{}{mark} {}", "  ".repeat(depth + 1), words.join("\\\\ ")));
        lines.append(&mut below);
    }
}
