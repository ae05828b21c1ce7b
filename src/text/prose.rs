//! Text in paragraphs, lists and tables, from which each output makes its own.

use super::Text;
use super::typeset::Align;

/// A part of such a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProseBlock {
    /// A paragraph.
    Paragraph(Text),
    /// A heading with its level as written, from 1.
    Heading(u8, Text),
    /// A list.
    List(ProseList),
    /// A table.
    Table(ProseTable),
    /// Code of a language, which may be empty, character by character.
    Code(String, Text),
    /// What is quoted.
    Quote(Vec<ProseBlock>),
    /// A line across.
    Rule,
}

/// The headings under which a block of such a text stands, so that levels that were passed over leave no gap.
#[derive(Debug, Default)]
pub struct HeadingDepth {
    /// The levels of the headings that are open, as they are written.
    open: Vec<u8>,
}

impl HeadingDepth {
    /// How deep a heading of a level stands, from 1, behind those that came before it.
    pub fn of(&mut self, level: u8) -> usize {
        while self.open.last().is_some_and(|open| *open >= level) {
            self.open.pop();
        }
        self.open.push(level);
        self.open.len()
    }
}

/// A list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProseList {
    /// The number of its first item; `None` for a list without numbers.
    pub first: Option<u64>,
    /// Its items.
    pub items: Vec<Vec<ProseBlock>>,
}

/// A table whose rows all have as many cells as its head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProseTable {
    /// How each column is aligned.
    pub columns: Vec<Align>,
    /// The heads of its columns.
    pub head: Vec<Text>,
    /// Its rows.
    pub rows: Vec<Vec<Text>>,
}

/// Shows every text of some blocks to `see`, in reading order.
pub fn texts<'b>(blocks: &'b [ProseBlock], see: &mut dyn FnMut(&'b Text)) {
    for block in blocks {
        match block {
            ProseBlock::Paragraph(text) | ProseBlock::Heading(_, text) | ProseBlock::Code(_, text) => see(text),
            ProseBlock::List(list) => list.items.iter().for_each(|item| texts(item, see)),
            ProseBlock::Table(table) => table.head.iter().chain(table.rows.iter().flatten()).for_each(&mut *see),
            ProseBlock::Quote(blocks) => texts(blocks, see),
            ProseBlock::Rule => {}
        }
    }
}

/// The same for texts that are to be changed.
pub fn texts_mut(blocks: &mut [ProseBlock], see: &mut dyn FnMut(&mut Text)) {
    for block in blocks {
        match block {
            ProseBlock::Paragraph(text) | ProseBlock::Heading(_, text) | ProseBlock::Code(_, text) => see(text),
            ProseBlock::List(list) => list.items.iter_mut().for_each(|item| texts_mut(item, see)),
            ProseBlock::Table(table) => {
                table.head.iter_mut().chain(table.rows.iter_mut().flatten()).for_each(&mut *see);
            }
            ProseBlock::Quote(blocks) => texts_mut(blocks, see),
            ProseBlock::Rule => {}
        }
    }
}
