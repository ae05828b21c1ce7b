//! A document in Markdown → a flow to finish.
//!
//! A team has a list of steps, not a flow. What the document says becomes steps, items, commands and appendices; nothing of its words
//! is lost; and where something was guessed, a comment `# ask: …` stands there, which the rule `open-question` lists. The stages:
//! [`document`] reads, [`sections`] and [`steps`] guess, [`write`] writes what [`draft`] holds.

mod action;
mod admonitions;
mod content;
mod document;
mod draft;
mod html;
mod phrases;
mod sections;
mod steps;
mod values;
mod words;
mod write;

use crate::chars::{is_blank, is_han};
use document::DocBlock;
use values::Values;

pub use write::MissingIn;

/// What is known of a document beside its words.
#[derive(Debug, Clone, Copy)]
pub struct ImportWish<'w> {
    /// The name of its file.
    pub name: &'w str,
    /// The name of the flow's file, where one is wished: the flow's id is made of it.
    pub into: Option<&'w str>,
    /// The language of the flow; by default the one that the document is written in.
    pub lang: Option<&'w str>,
}

/// A flow that was made.
#[derive(Debug)]
pub struct Imported {
    /// Its id.
    pub id: String,
    /// Its text.
    pub flow: String,
    /// Its steps and tasks.
    pub steps: usize,
    /// Its texts that are no step.
    pub appendices: usize,
}

/// Why a document can't become a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoDocument {
    /// Nothing is in it.
    Empty,
    /// It is a page of HTML.
    Html,
    /// It is a flow already.
    Flow,
    /// It has more steps than a flow takes: so many.
    TooManySteps(usize),
    /// The flow would have more bytes than one may have.
    TooLong,
}

/// The most steps of a flow.
const MOST_STEPS: usize = 10_000;

/// Makes a flow of a document. `missing` tells which characters of some words no font has.
///
/// # Errors
/// Why there is nothing to make a flow of.
pub fn import(text: &str, wanted: &ImportWish<'_>, missing: &mut MissingIn<'_>) -> Result<Imported, NoDocument> {
    if is_blank(text) {
        return Err(NoDocument::Empty);
    }
    if html::is_page(text) {
        return Err(NoDocument::Html);
    }
    if is_flow(text) {
        return Err(NoDocument::Flow);
    }
    let mut document = document::read(&admonitions::as_quotes(text));
    admonitions::name_boxes(&mut document.blocks);
    let zh = wanted.lang.map_or_else(|| is_chinese(text), |lang| lang.starts_with("zh"));
    let mut values = Values::default();
    note_set(&document.blocks, &mut values);
    let named = wanted.into.unwrap_or(wanted.name);
    let stem = named.rsplit_once('.').map_or(named, |(stem, _)| stem);
    let mut id = slug(stem);
    let mut draft = sections::draft(&document, (&id, zh), &mut values);
    if id.is_empty() {
        id = Some(slug(&draft.title)).filter(|id| !id.is_empty()).unwrap_or_else(|| "imported".to_owned());
        draft.id.clone_from(&id);
    }
    let count = |blocks: &[draft::DraftBlock]| blocks.iter().map(|block| block.steps.len()).sum::<usize>();
    let steps = [&draft.cold, &draft.hot, &draft.rollback, &draft.after].into_iter().map(|blocks| count(blocks)).sum();
    if steps > MOST_STEPS {
        return Err(NoDocument::TooManySteps(steps));
    }
    let flow = write::flow(&draft, &values, (wanted.name, zh), missing);
    if flow.len() > crate::source::MAX_BYTES {
        return Err(NoDocument::TooLong);
    }
    Ok(Imported { id, flow, steps, appendices: draft.appendix.len() })
}

/// Whether a text is a flow: the key that each one begins with stands before any table, with a number behind it.
fn is_flow(text: &str) -> bool {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut keys = lines.take_while(|line| !line.starts_with('[') && line.contains('='));
    keys.any(|line| {
        line.split_once('=').is_some_and(|(key, value)| key.trim() == "schema" && value.trim().starts_with('1'))
    })
}

/// Whether a text is written in Chinese: a good part of its letters is Han.
fn is_chinese(text: &str) -> bool {
    let han = text.chars().filter(|c| is_han(*c)).count();
    let kana = text.chars().filter(|c| matches!(c, '\u{3040}'..='\u{30FF}' | '\u{AC00}'..='\u{D7AF}')).count();
    let latin = text.chars().filter(char::is_ascii_alphabetic).count();
    // A Chinese word has two characters, an English one five, and commands are Latin in both.
    han * 8 > latin && kana * 4 < han
}

/// Remembers which variables the commands of a document set.
fn note_set(blocks: &[DocBlock], values: &mut Values) {
    for block in blocks {
        match block {
            DocBlock::Code(_, code) => values.note_set(code),
            DocBlock::List(_, items) => items.iter().for_each(|item| note_set(&item.blocks, values)),
            DocBlock::Quote(_, blocks) | DocBlock::Footnote(_, blocks) => note_set(blocks, values),
            _ => {}
        }
    }
}

/// An id of some words: their ASCII letters and digits in lower case, the others as hyphens; empty where there are none.
fn slug(words: &str) -> String {
    let mut out = String::new();
    for c in words.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
        if out.len() >= 48 {
            break;
        }
    }
    out.trim_end_matches('-').to_owned()
}
