//! What the blocks of a document hold: things to do, and boxes with a warning.

use super::document::{AlertKind, DocBlock, Inline, ListItem, plain};
use super::steps::is_step_table;
use super::{action, phrases};

/// Whether a block is something to do: a list, or code.
pub fn is_action(block: &DocBlock) -> bool {
    match block {
        DocBlock::List(_, items) => !is_contents(items),
        DocBlock::Code(info, _) => action::kind_of(&action::language(info).0) != action::CodeKind::Drawing,
        DocBlock::Table(head, _) => is_step_table(head),
        _ => false,
    }
}

/// Whether a caution or a warning stands somewhere in a text.
pub fn has_box(blocks: &[DocBlock]) -> bool {
    blocks.iter().any(|block| match block {
        DocBlock::Quote(Some(AlertKind::Caution | AlertKind::Warning), _) => true,
        DocBlock::Quote(_, blocks) | DocBlock::Footnote(_, blocks) => has_box(blocks),
        DocBlock::List(_, items) => items.iter().any(|item| has_box(&item.blocks)),
        DocBlock::Paragraph(line) => phrases::noticed(&plain(line)).is_some_and(|(kind, _)| kind != AlertKind::Note),
        _ => false,
    })
}

/// Whether a list is a table of contents: every item is a link within the document.
fn is_contents(items: &[ListItem]) -> bool {
    items.iter().all(|item| {
        item.blocks.iter().all(|block| match block {
            DocBlock::Paragraph(line) => matches!(&line[..], [Inline::Link(_, to, _)] if to.starts_with('#')),
            DocBlock::List(_, items) => is_contents(items),
            _ => false,
        })
    })
}

/// Whether the lists of a section look like things to do: one has boxes or numbers, or an item that begins with a verb.
pub fn has_steps(blocks: &[DocBlock]) -> bool {
    let leads = |two: &[DocBlock]| match two {
        [DocBlock::Paragraph(line), DocBlock::List(..)] => {
            let words = plain(line);
            words.ends_with([':', '：']) && action::verb_of(&words).is_some()
        }
        _ => false,
    };
    blocks.windows(2).any(leads)
        || blocks.iter().any(|block| match block {
            DocBlock::List(first, items) if !is_contents(items) => {
                first.is_some()
                    || items.iter().any(|item| {
                        let begins = |line: &[Inline]| {
                            action::verb_of(&plain(line)).is_some() || matches!(line.first(), Some(Inline::Code(_)))
                        };
                        item.task
                            || item.blocks.iter().any(|block| match block {
                                DocBlock::Paragraph(line) => begins(line),
                                DocBlock::Code(..) => true,
                                block => has_steps(std::slice::from_ref(block)),
                            })
                    })
            }
            block => is_action(block) && !matches!(block, DocBlock::List(..)),
        })
}
