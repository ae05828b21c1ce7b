//! HTML of a document: its headings, lists and code are those of the document, its other words are paragraphs.

use super::{DocBlock, DocReader, Inline, OpenDocKind};
use crate::import::html::{self, HtmlElement, HtmlPiece};

impl DocReader {
    /// Tags within a line.
    pub(super) fn html(&mut self, tags: &str) {
        for piece in html::pieces(tags) {
            self.html_piece(piece);
        }
    }

    /// A piece as a part of the line: what is more than words there is on a line of its own.
    fn html_piece(&mut self, piece: HtmlPiece) {
        match piece {
            HtmlPiece::Chars(chars) => self.push(Inline::Chars(chars)),
            HtmlPiece::Comment(words) => self.push(Inline::Comment(words)),
            HtmlPiece::Code(code) => self.push(Inline::Code(code)),
            HtmlPiece::Pre(code) => {
                for (index, line) in code.trim_matches('\n').split('\n').enumerate() {
                    if index > 0 {
                        self.push(Inline::Break(true));
                    }
                    self.push(Inline::Chars(line.to_owned()));
                }
            }
            HtmlPiece::Open(HtmlElement::Cell) => self.is_flattened = true,
            HtmlPiece::Close(HtmlElement::Cell) => self.push(Inline::Chars(" | ".to_owned())),
            HtmlPiece::Open(element) => {
                self.is_flattened |= element == HtmlElement::Item;
                self.push(Inline::Break(true));
            }
            HtmlPiece::Break | HtmlPiece::Close(_) => self.push(Inline::Break(true)),
        }
    }

    /// A block of HTML. Its lists end where it ends, since Markdown may follow before their tags do.
    pub(super) fn html_block(&mut self, html: &str) {
        // What stands open: `true` for a list, `false` for an item, which stands in a list.
        let mut open: Vec<bool> = Vec::new();
        let mut is_cell = false;
        for piece in html::pieces(html) {
            match piece {
                HtmlPiece::Open(HtmlElement::Heading(level)) if !is_cell => self.open_line(Some(level)),
                HtmlPiece::Close(HtmlElement::Heading(_)) if !is_cell => self.close_line(),
                HtmlPiece::Pre(code) if !is_cell => {
                    self.close_line();
                    self.add(DocBlock::Code(String::new(), code.trim_matches('\n').to_owned()));
                }
                HtmlPiece::Open(HtmlElement::List(has_numbers)) if !is_cell => {
                    self.nest(OpenDocKind::List(has_numbers.then_some(1), Vec::new()));
                    open.push(true);
                }
                HtmlPiece::Open(HtmlElement::Item) if !open.is_empty() => {
                    if open.last() == Some(&false) {
                        self.end_item(&mut open);
                    }
                    self.nest(OpenDocKind::Item(false));
                    open.push(false);
                }
                HtmlPiece::Close(HtmlElement::Item) if open.last() == Some(&false) => self.end_item(&mut open),
                HtmlPiece::Close(HtmlElement::List(_)) if !open.is_empty() => self.end_list(&mut open),
                piece => {
                    is_cell = match piece {
                        HtmlPiece::Open(HtmlElement::Cell) => true,
                        HtmlPiece::Close(HtmlElement::Cell) => false,
                        _ => is_cell,
                    };
                    self.html_piece(piece);
                }
            }
        }
        while !open.is_empty() {
            self.end_list(&mut open);
        }
        self.close_line();
    }

    fn end_list(&mut self, open: &mut Vec<bool>) {
        if open.last() == Some(&false) {
            self.end_item(open);
        }
        self.close();
        open.pop();
    }

    fn end_item(&mut self, open: &mut Vec<bool>) {
        self.close_line();
        // What belongs into it stands behind this block.
        self.is_flattened |= self.open.last().is_some_and(|item| item.blocks.is_empty());
        self.close();
        open.pop();
    }
}
