//! Makes nested lists, and paragraphs, of blocks that stand one behind the other.

/// Begins a block, followed by a letter and a depth. No text holds such a character.
const OPEN: char = '\u{1}';
/// Ends it.
const CLOSE: char = '\u{2}';

/// A block as it is.
pub(super) const BLOCK: char = 'b';
/// An item of a list.
pub(super) const ITEM: char = 'i';
/// A further paragraph of the item before it.
pub(super) const ABOVE: char = 'p';
/// A block of the item before it.
pub(super) const CODE: char = 'c';

/// A block that is put in its place later.
pub(super) fn held(kind: char, depth: usize, inside: &str) -> String {
    // No list is as deep as this.
    let depth = u8::try_from(depth.min(9)).unwrap_or(9);
    format!("{OPEN}{kind}{}{inside}{CLOSE}", char::from(b'0' + depth))
}

/// What was written, with the lists that are open.
#[derive(Default)]
struct Nesting {
    out: String,
    /// How many lists are open, each with an item.
    open: usize,
}

impl Nesting {
    fn close(&mut self, down_to: usize) {
        while self.open > down_to {
            self.out.push_str("</li>\n</ul>");
            self.open -= 1;
        }
    }

    fn line(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    fn item(&mut self, depth: usize, inside: &str) {
        self.close(depth + 1);
        if self.open == depth + 1 {
            self.out.push_str("</li>\n<li>");
        }
        while self.open <= depth {
            self.line();
            self.out.push_str("<ul>\n<li>");
            self.open += 1;
        }
        self.out.extend(["<p>", inside, "</p>"]);
    }

    /// What belongs to an item; without one it stands for itself.
    fn above(&mut self, depth: usize, inside: &[&str]) {
        self.close(depth + 1);
        self.line();
        self.out.extend(inside.iter().copied());
    }

    fn block(&mut self, inside: &[&str]) {
        self.close(0);
        self.line();
        self.out.extend(inside.iter().copied());
    }

    /// What stands between blocks: paragraphs, with an empty line between two.
    fn between(&mut self, text: &str) {
        for paragraph in text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty()) {
            self.block(&["<p>", paragraph, "</p>"]);
        }
    }
}

/// A text whose blocks are put in their places.
pub(super) fn nested(text: &str) -> String {
    let mut nesting = Nesting::default();
    let mut rest = text;
    while let Some((before, (inside, after))) =
        rest.split_once(OPEN).and_then(|(before, rest)| Some((before, rest.split_once(CLOSE)?)))
    {
        nesting.between(before);
        let mut letters = inside.chars();
        let kind = letters.next().unwrap_or(BLOCK);
        let depth = letters.next().and_then(|depth| depth.to_digit(10)).unwrap_or(0) as usize;
        let inside = letters.as_str();
        match kind {
            ITEM => nesting.item(depth, inside),
            ABOVE => nesting.above(depth, &["<p>", inside, "</p>"]),
            CODE => nesting.above(depth, &[inside]),
            _ => nesting.block(&[inside]),
        }
        rest = after;
    }
    nesting.between(rest);
    nesting.close(0);
    nesting.out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_lists_in_lists_and_paragraphs() {
        let lines = [
            held(BLOCK, 0, "<h1>T</h1>"),
            "\n\nalone\n\nagain\n\n".to_owned(),
            held(ITEM, 0, "1"),
            held(ITEM, 1, "a"),
            held(CODE, 0, "<c/>"),
            held(ITEM, 2, "deep"),
            held(ITEM, 0, "2"),
            held(ABOVE, 0, "more"),
            "end".to_owned(),
        ];
        let flat: String = nested(&lines.join("\n")).split('\n').collect();
        assert_eq!(
            flat,
            "<h1>T</h1><p>alone</p><p>again</p><ul><li><p>1</p><ul><li><p>a</p></li></ul><c/><ul><li><ul><li>\
             <p>deep</p></li></ul></li></ul></li><li><p>2</p><p>more</p></li></ul><p>end</p>"
        );
    }
}
