//! Writes blocks out as the XML of Confluence.

use super::{Markup, StorageFormat, TextPlace, code_macro};
use crate::text::Text;
use crate::text::prose::{HeadingDepth, ProseBlock, ProseList, ProseTable};
use crate::text::typeset::Align;
use crate::view::labels::Labels;

/// Some blocks, one a line. Their headings stand under one of a level.
pub(super) fn written(markup: StorageFormat, labels: &Labels, blocks: &[ProseBlock], level: usize) -> String {
    let mut headings = HeadingDepth::default();
    let blocks = blocks.iter().map(|block| match block {
        ProseBlock::Paragraph(text) => format!("<p>{}</p>", markup.inline(labels, text, TextPlace::Flow)),
        ProseBlock::Heading(own, text) => {
            let level = (level + headings.of(*own)).min(6);
            format!("<h{level}>{}</h{level}>", markup.inline(labels, text, TextPlace::Line))
        }
        ProseBlock::List(list) => self::list(markup, labels, list, level),
        ProseBlock::Table(table) => self::table(markup, labels, table),
        ProseBlock::Code(language, code) => code_macro(language, &code.to_plain()),
        ProseBlock::Quote(blocks) => format!("<blockquote>\n{}\n</blockquote>", written(markup, labels, blocks, level)),
        ProseBlock::Rule => "<hr/>".to_owned(),
    });
    blocks.collect::<Vec<_>>().join("\n")
}

// Confluence counts from one on.
fn list(markup: StorageFormat, labels: &Labels, list: &ProseList, level: usize) -> String {
    let tag = if list.first.is_some() { "ol" } else { "ul" };
    let items = list.items.iter().map(|item| format!("\n<li>{}</li>", written(markup, labels, item, level)));
    format!("<{tag}>{}\n</{tag}>", items.collect::<String>())
}

fn table(markup: StorageFormat, labels: &Labels, table: &ProseTable) -> String {
    let row = |tag: &str, cells: &[Text]| -> String {
        let cell = |(text, align): (&Text, &Align)| {
            let style = match align {
                Align::Start => "",
                Align::Center => " style=\"text-align: center;\"",
                Align::End => " style=\"text-align: right;\"",
            };
            format!("<{tag}><p{style}>{}</p></{tag}>", markup.inline(labels, text, TextPlace::Cell))
        };
        format!("\n<tr>{}</tr>", cells.iter().zip(&table.columns).map(cell).collect::<String>())
    };
    let rows: String = table.rows.iter().map(|cells| row("td", cells)).collect();
    format!("<table><tbody>{}{rows}\n</tbody></table>", row("th", &table.head))
}
