//! Writes blocks out as Markdown.

use super::{Markdown, Markup, TextPlace};
use crate::text::prose::{HeadingDepth, ProseBlock, ProseList, ProseTable};
use crate::text::typeset::Align;
use crate::view::labels::Labels;

/// The lines of some blocks, an empty one between two. Their headings stand under one of a level.
pub(super) fn written(markup: Markdown, labels: &Labels, blocks: &[ProseBlock], level: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut headings = HeadingDepth::default();
    // Two lists side by side would become one if their marks were the same.
    let mut is_odd = false;
    for (index, block) in blocks.iter().enumerate() {
        if index > 0 {
            lines.push(String::new());
        }
        let after_list = index > 0 && matches!(blocks[index - 1], ProseBlock::List(_));
        is_odd = after_list && !is_odd;
        match block {
            ProseBlock::Paragraph(text) => lines.extend(split(&markup.inline(labels, text, TextPlace::Flow))),
            ProseBlock::Heading(own, text) => {
                let line = markup.inline(labels, text, TextPlace::Line);
                lines.push(markup.heading((level + headings.of(*own)).min(6), &line));
            }
            ProseBlock::List(list) => lines.extend(self::list(markup, labels, list, (level, is_odd))),
            ProseBlock::Table(table) => lines.extend(self::table(markup, labels, table)),
            ProseBlock::Code(language, code) => {
                let is_plain = |c: char| c.is_ascii_alphanumeric() || "+-_.#".contains(c);
                let language = if language.chars().all(is_plain) { language } else { "" };
                lines.extend(split(&markup.fence(0, language, &code.to_plain().replace('\r', ""))));
            }
            ProseBlock::Quote(blocks) => {
                let quoted = |line: String| if line.is_empty() { ">".to_owned() } else { format!("> {line}") };
                lines.extend(written(markup, labels, blocks, level).into_iter().map(quoted));
            }
            ProseBlock::Rule => lines.push(markup.rule()),
        }
    }
    lines
}

fn split(words: &str) -> impl Iterator<Item = String> {
    words.split('\n').map(str::to_owned)
}

/// The lines of a list. What belongs to an item is indented by the width of its mark.
fn list(markup: Markdown, labels: &Labels, list: &ProseList, (level, is_odd): (usize, bool)) -> Vec<String> {
    let is_loose = list.items.iter().any(|item| match &item[..] {
        [] | [ProseBlock::Paragraph(_)] => false,
        [ProseBlock::Paragraph(_), lists @ ..] => lists.iter().any(|block| !matches!(block, ProseBlock::List(_))),
        _ => true,
    });
    let mut lines = Vec::new();
    for (index, item) in list.items.iter().enumerate() {
        if index > 0 && is_loose {
            lines.push(String::new());
        }
        let mark = match (list.first, is_odd) {
            (Some(first), false) => format!("{}. ", first.saturating_add(index as u64)),
            (Some(first), true) => format!("{}) ", first.saturating_add(index as u64)),
            (None, false) => "- ".to_owned(),
            (None, true) => "* ".to_owned(),
        };
        let indent = " ".repeat(mark.len());
        let mut of_item = written(markup, labels, item, level);
        if !is_loose {
            of_item.retain(|line| !line.is_empty());
        }
        if of_item.is_empty() {
            lines.push(mark.trim_end().to_owned());
        }
        for (number, line) in of_item.into_iter().enumerate() {
            lines.push(match number {
                0 => format!("{mark}{line}"),
                _ if line.is_empty() => line,
                _ => format!("{indent}{line}"),
            });
        }
    }
    lines
}

fn table(markup: Markdown, labels: &Labels, table: &ProseTable) -> Vec<String> {
    let row = |cells: &[crate::text::Text]| {
        let cells = cells
            .iter()
            .flat_map(|text| ["| ".to_owned(), markup.inline(labels, text, TextPlace::Cell), " ".to_owned()]);
        format!("{}|", cells.collect::<String>())
    };
    let rule = |align: &Align| match align {
        Align::Start => "|---",
        Align::Center => "|:-:",
        Align::End => "|--:",
    };
    let rules: String = table.columns.iter().map(rule).collect();
    let head = [row(&table.head), format!("{rules}|")];
    head.into_iter().chain(table.rows.iter().map(|cells| row(cells))).collect()
}
