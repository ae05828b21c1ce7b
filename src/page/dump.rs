//! Document → plain text, for tests that read a page as a person does. It shows the lines of words, the boxes and the
//! lines to write on, but no positions.

use std::fmt::Write;

use super::{Document, FieldKind, Item, ItemKind, Page, PathSegment, Stroke};
use crate::geometry::{Pt, Rect};

/// Base lines no further apart than this count as one line, because a box stands beside its words but not on their
/// base line.
const SAME_LINE: Pt = Pt::points(5);

/// A space wider than this is shown as the space between two columns.
const COLUMN: Pt = Pt::points(9);

/// The whole document as text: `[ ]` is a box to tick, `[-]` a box that is struck out, `____` a line to write on, and
/// `▐` at the end of a line the change bar beside it.
#[must_use]
pub fn text(document: &Document) -> String {
    let mut out = String::new();
    for (index, page) in document.pages.iter().enumerate() {
        let _ = writeln!(out, "══ page {} of {} ══", index + 1, document.pages.len());
        for line in lines(document, page) {
            let _ = writeln!(out, "{line}");
        }
    }
    out
}

/// A word, or the characters that stand for a box or a line to write on.
struct Word<'a> {
    left: Pt,
    right: Pt,
    baseline: Pt,
    shown: &'a str,
}

/// The lines of a page from top to bottom.
fn lines(document: &Document, page: &Page) -> Vec<String> {
    let mut words: Vec<Word<'_>> = page.items.iter().filter_map(|item| word(document, item)).collect();
    words.sort_by_key(|word| (word.baseline, word.left));
    let mut lines: Vec<Vec<Word<'_>>> = Vec::new();
    for word in words {
        match lines.last_mut() {
            Some(line) if line.first().is_some_and(|first| word.baseline - first.baseline <= SAME_LINE) => {
                line.push(word);
            }
            _ => lines.push(vec![word]),
        }
    }
    let bars: Vec<(Pt, Pt)> = page.items.iter().filter_map(bar).collect();
    let joined = lines.into_iter().map(|line| {
        let baseline = line.first().map_or(Pt::ZERO, |word| word.baseline);
        let marked = bars.iter().any(|(top, bottom)| (*top..*bottom).contains(&baseline));
        join(line) + if marked { " ▐" } else { "" }
    });
    joined.collect()
}

/// The top and bottom of a change bar; `None` for any other item.
fn bar(item: &Item) -> Option<(Pt, Pt)> {
    match &item.kind {
        ItemKind::Path(path) if path.stroke == Some(Stroke::CHANGE) => match &*path.segments {
            [PathSegment::Move(_, top), PathSegment::Line(_, bottom)] => Some((*top, *bottom)),
            _ => None,
        },
        _ => None,
    }
}

/// The word that an item shows; `None` for rules, areas and links.
fn word<'a>(document: &'a Document, item: &'a Item) -> Option<Word<'a>> {
    let boxed =
        |rect: Rect, shown| Word { left: rect.x, right: rect.x + rect.width, baseline: rect.y + rect.height, shown };
    match &item.kind {
        ItemKind::Text(text) => {
            let right = text.x + text.width();
            Some(Word { left: text.x, right, baseline: text.y, shown: &text.text })
        }
        ItemKind::Tick(tick) => Some(boxed(tick.rect, if tick.struck { "[-]" } else { "[ ]" })),
        ItemKind::Field(id) => {
            let field = document.fields.get(id.0 as usize)?;
            Some(boxed(field.rect, if field.kind == FieldKind::Tick { "[ ]" } else { "____" }))
        }
        ItemKind::Path(_) | ItemKind::Stamp(_) | ItemKind::Link(..) => None,
    }
}

/// Joins the words of a line from left to right, with a space where there is a gap and three between columns.
fn join(mut line: Vec<Word<'_>>) -> String {
    line.sort_by_key(|word| word.left);
    // The underscores of a gap are among the texts already, so its field isn't shown again.
    let texts: Vec<(Pt, Pt)> =
        line.iter().filter(|word| word.shown != "____").map(|word| (word.left, word.right)).collect();
    line.retain(|word| {
        word.shown != "____" || !texts.iter().any(|(left, right)| *left <= word.left && word.right <= *right)
    });
    let mut joined = String::new();
    let mut end: Option<Pt> = None;
    for word in line {
        let gap = end.map_or(Pt::ZERO, |end| word.left - end);
        if gap > COLUMN {
            joined.push_str("   ");
        } else if gap > Pt::points(1) && !joined.ends_with(' ') {
            joined.push(' ');
        }
        joined.push_str(word.shown);
        end = Some(word.right);
    }
    joined.truncate(joined.trim_end().len());
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{FaceId, Glyph, TextItem};
    use crate::page::Tick;
    use crate::text::Lang;

    fn words(x: i32, y: i32, words: &str) -> Item {
        let glyph =
            |at: u32| Glyph { id: 1, advance: Pt::points(5), offset: (Pt::ZERO, Pt::ZERO), cluster: at..at + 1 };
        let item = TextItem {
            x: Pt::points(x),
            y: Pt::points(y),
            size: Pt::points(10),
            face: FaceId(0),
            text: words.into(),
            glyphs: (0..words.len() as u32).map(glyph).collect(),
        };
        Item { tag: None, kind: ItemKind::Text(item) }
    }

    #[test]
    fn a_page_is_read_line_by_line() {
        let rect = Rect { x: Pt::points(200), y: Pt::points(90), width: Pt::points(12), height: Pt::points(12) };
        let tick = |struck| Item { tag: None, kind: ItemKind::Tick(Tick { rect, struck, field: None }) };
        let items = vec![words(10, 120, "below"), tick(true), words(35, 100, "bc"), words(10, 100, "abcde")];
        let page = Page { width: Pt::points(595), height: Pt::points(842), items, head: 0, foot: usize::MAX };
        let document = Document {
            title: String::new(),
            lang: Lang::new("en"),
            date: None,
            pages: vec![page],
            tags: Vec::new(),
            outline: Vec::new(),
            destinations: Vec::new(),
            places: Vec::new(),
            fields: Vec::new(),
            attachments: Vec::new(),
            fillable: false,
            copies: 1,
            page_prefix: "",
        };
        assert_eq!(text(&document), "══ page 1 of 1 ══\nabcdebc   [-]\nbelow\n");
    }
}
