//! Boxes as generators of sites write them, `!!! note` and `:::note`, and as GitHub once did, become what `> [!NOTE]` is.

use super::document::{AlertKind, DocBlock, Inline, plain};
use super::phrases;
use std::fmt::Write as _;

/// The same document with each such box written as a quote with `[!NOTE]`. All other lines stay as they are.
#[must_use]
pub fn as_quotes(text: &str) -> String {
    if !text.contains("!!!") && !text.contains("???") && !text.contains(":::") {
        return text.to_owned();
    }
    let lines: Vec<&str> = text.lines().collect();
    let mut out = String::with_capacity(text.len() + 64);
    let mut fence: Option<&str> = None;
    let mut at = 0;
    // Where the next line that closes a box stands, so that no line is looked at once for each box.
    let mut closing = 0;
    while let Some(line) = lines.get(at) {
        at += 1;
        let body = line.trim_start();
        let indent = &line[..line.len() - body.len()];
        let mark = ["```", "~~~"].into_iter().find(|mark| body.starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            _ => {}
        }
        let opened = if fence.is_none() { opening(body) } else { None };
        let Some((is_closed, kind, title)) = opened else {
            out.push_str(line);
            out.push('\n');
            continue;
        };
        let last = if is_closed {
            closing = closing.max(at);
            while lines.get(closing).is_some_and(|line| line.trim() != ":::") {
                closing += 1;
            }
            closing
        } else {
            let deep = indent.len() + 4;
            let is_within = |line: &&str| line.trim().is_empty() || line.len() - line.trim_start().len() >= deep;
            at + lines[at..].iter().take_while(|line| is_within(line)).count()
        };
        if is_closed && last >= lines.len() {
            out.push_str(line);
            out.push('\n');
            continue;
        }
        let name = match kind {
            AlertKind::Note => "NOTE",
            AlertKind::Caution => "CAUTION",
            AlertKind::Warning => "WARNING",
        };
        let _ = writeln!(out, "{indent}> [!{name}]");
        if !title.is_empty() {
            let _ = writeln!(out, "{indent}> {title}\n{indent}>");
        }
        let strip = if is_closed { indent.len() } else { indent.len() + 4 };
        for line in &lines[at..last] {
            let body = line.get(strip..).unwrap_or_else(|| line.trim_start());
            let _ = writeln!(out, "{indent}> {body}");
        }
        out.push('\n');
        at = last + usize::from(is_closed);
    }
    out
}

/// What a line opens: whether a line closes it, its kind and its title.
fn opening(body: &str) -> Option<(bool, AlertKind, &str)> {
    let marks = [("!!!", false), ("???+", false), ("???", false), (":::", true)];
    let (rest, is_closed) = marks.into_iter().find_map(|(mark, closed)| Some((body.strip_prefix(mark)?, closed)))?;
    let rest = rest.trim().trim_start_matches('{');
    let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
    let kind = phrases::notice(&rest[..end])?;
    Some((is_closed, kind, rest[end..].trim_matches(['"', ' ', '[', ']', '}', '.'])))
}

/// Quotes whose first line is the kind of a box in bold, `> **Warning**`, become such boxes.
pub fn name_boxes(blocks: &mut [DocBlock]) {
    for block in blocks {
        match block {
            DocBlock::Quote(kind, blocks) => {
                if kind.is_none() {
                    *kind = take_label(blocks);
                }
                name_boxes(blocks);
            }
            DocBlock::List(_, items) => items.iter_mut().for_each(|item| name_boxes(&mut item.blocks)),
            DocBlock::Footnote(_, blocks) => name_boxes(blocks),
            _ => {}
        }
    }
}

/// Takes the line that names the kind of a box away, where it has further ones.
fn take_label(blocks: &mut Vec<DocBlock>) -> Option<AlertKind> {
    let is_alone = blocks.len() == 1;
    let Some(DocBlock::Paragraph(line)) = blocks.first_mut() else { return None };
    let is_sign = |part: &Inline| matches!(part, Inline::Chars(words) if words.chars().all(|c| matches!(c, '\u{26a0}' | '\u{fe0f}' | ' ')));
    let at = line.iter().position(|part| !is_sign(part))?;
    let Inline::Strong(label) = &line[at] else { return None };
    let kind = phrases::notice(&plain(label))?;
    match line.get(at + 1) {
        Some(Inline::Break(_)) => drop(line.drain(..at + 2)),
        None if !is_alone => drop(blocks.remove(0)),
        _ => return None,
    }
    Some(kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::document;

    #[test]
    fn boxes_become_quotes() {
        for (written, expected) in [
            ("!!! warning \"Mind\"\n    a\n\n    b\nc\n", "> [!WARNING]\n> Mind\n>\n> a\n> \n> b\n\nc\n"),
            (":::note\na\n:::\nb\n", "> [!NOTE]\n> a\n\nb\n"),
            (":::note\na\n", ":::note\na\n"),
            ("```\n!!! note\n```\n", "```\n!!! note\n```\n"),
            ("!!! wow\n    a\n", "!!! wow\n    a\n"),
        ] {
            assert_eq!(as_quotes(written), expected, "{written}");
        }
    }

    #[test]
    fn bold_words_name_a_box() {
        for (written, expected) in [
            ("> **Warning**\n> a", Some(AlertKind::Warning)),
            ("> ⚠️ **注意**\n>\n> a", Some(AlertKind::Caution)),
            ("> **Note** a", None),
            ("> **Warning**", None),
            ("> **Steps**\n> a", None),
            ("> Warning\n> a", None),
        ] {
            let mut blocks = document::read(written).blocks;
            name_boxes(&mut blocks);
            let [DocBlock::Quote(kind, inner)] = &blocks[..] else { panic!("{blocks:?}") };
            assert_eq!(*kind, expected, "{written}");
            let is_bare = matches!(&inner[..], [DocBlock::Paragraph(line)] if plain(line) == "a");
            assert_eq!(is_bare, expected.is_some(), "{inner:?}");
        }
    }
}
