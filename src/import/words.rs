//! Words of a document in the markup of a flow's texts and of its appendices, and where they can be cut.

use super::document::{DocBlock, Inline, ListItem};
use super::phrases;
use super::values::Values;
use crate::chars::{columns, is_wide};
use std::fmt::Write as _;

/// A line of a document as a text of a flow. `breaks` keeps the breaks that its author wanted.
pub fn text(line: &[Inline], values: &mut Values, breaks: bool) -> String {
    let mut out = String::new();
    push(line, values, breaks, false, &mut out);
    let out = if breaks {
        out.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
    } else {
        out
    };
    out.trim().to_owned()
}

fn push(line: &[Inline], values: &mut Values, breaks: bool, is_bold: bool, out: &mut String) {
    for part in line {
        match part {
            Inline::Chars(words) => out.push_str(&literal(&values.filled(words, " ").0)),
            Inline::Code(code) => out.push_str(&spanned(&values.filled(code, " ").0)),
            Inline::Strong(parts) => {
                let mut inner = String::new();
                push(parts, values, breaks, true, &mut inner);
                let words = inner.trim();
                // Bold reaches across no line break, and stands in no other bold.
                if is_bold || words.is_empty() || words.contains(['\n', '*']) {
                    out.push_str(&inner);
                } else {
                    let (before, after) = (inner.starts_with(' '), inner.ends_with(' '));
                    out.push_str(if before { " **" } else { "**" });
                    out.push_str(words);
                    out.push_str(if after { "** " } else { "**" });
                }
            }
            Inline::Stressed(parts) => push(parts, values, breaks, is_bold, out),
            Inline::Link(parts, to, title) => {
                let mut words = String::new();
                push(parts, values, false, is_bold, &mut words);
                let words = words.trim();
                let web = is_web(to)
                    && !to.contains(|c: char| c.is_whitespace() || c.is_control() || "()<>\\`[]*".contains(c));
                let to = values.filled(to, "").0;
                if web && (words == to || words.is_empty()) {
                    let _ = write!(out, "<{to}>");
                } else if web && !words.contains(['[', ']', '<', '\n']) {
                    let _ = write!(out, "[{words}]({to})");
                } else if words.trim_matches('`') == to || to.is_empty() {
                    out.push_str(words);
                } else {
                    let _ = write!(out, "{words} ({})", literal(&to));
                }
                if !title.is_empty() {
                    let _ = write!(out, " ({})", literal(title));
                }
            }
            Inline::Break(wanted) if *wanted && breaks => out.push('\n'),
            Inline::Break(_) => push_space(out),
            Inline::Comment(_) => {}
        }
    }
}

/// A line that goes on: a space, but none between two characters that are written without one.
fn push_space(out: &mut String) {
    // Which character follows isn't known yet, and a space between Chinese characters doesn't harm.
    if !out.ends_with([' ', '\n']) && !out.ends_with(|c: char| is_wide(c) && !c.is_alphanumeric()) {
        out.push(' ');
    }
}

fn is_web(to: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| to.len() > scheme.len() && to.starts_with(scheme))
}

/// Characters that are no markup in the document, and must be none in the flow.
fn literal(words: &str) -> String {
    if !words.contains("**") && !words.contains(['`', '<', '[']) {
        return words.to_owned();
    }
    words
        .replace('`', "'")
        .replace("**", "* *")
        .replace("**", "* *")
        .replace("](", "] (")
        .replace("<#", "< #")
        .replace("<http", "< http")
}

/// Code between as many backticks as it needs.
fn spanned(code: &str) -> String {
    let code = code.trim();
    if code.is_empty() {
        return String::new();
    }
    let ticks = "`".repeat(1 + longest_run(code, '`'));
    let pad = if code.starts_with('`') || code.ends_with('`') { " " } else { "" };
    format!("{ticks}{pad}{code}{pad}{ticks}")
}

fn longest_run(words: &str, mark: char) -> usize {
    words.split(|c| c != mark).map(str::len).max().unwrap_or(0)
}

/// How wide a text is, in columns of a narrow character.
#[must_use]
pub fn width(words: &str) -> usize {
    words.chars().map(columns).sum()
}

/// Where a text may be cut without cutting its markup, and whether a sentence ends there; in bytes, in order.
fn joints(words: &str) -> Vec<(usize, bool)> {
    let mut found = Vec::new();
    let (mut code, mut bold, mut depth) = (0_usize, false, 0_usize);
    let mut at = 0;
    while let Some(c) = words[at..].chars().next() {
        let next = at + c.len_utf8();
        if c == '`' {
            let run = words[at..].len() - words[at..].trim_start_matches('`').len();
            if code == 0 && words[at + run..].contains(&"`".repeat(run)) {
                code = run;
            } else if code == run {
                code = 0;
            }
            at += run;
            continue;
        }
        if code == 0 {
            if words[at..].starts_with("**") {
                bold = !bold && words[at + 2..].contains("**");
                at += 2;
                continue;
            }
            match c {
                '[' | '(' | '（' | '<' | '{' => depth += 1,
                ']' | ')' | '）' | '>' | '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if !bold && depth == 0 {
                let behind = &words[next..];
                let is_latin_end =
                    matches!(c, '.' | '!' | '?') && behind.starts_with([' ', '\n']) && !is_short(&words[..at]);
                if is_latin_end || matches!(c, '。' | '！' | '？' | '；' | '\n') {
                    found.push((next, true));
                } else if c == ' ' || is_wide(c) {
                    found.push((next, false));
                }
            }
        }
        at = next;
    }
    found
}

/// Whether a point behind some words belongs to an abbreviation or a number.
fn is_short(before: &str) -> bool {
    let start = before.rfind(|c: char| c.is_whitespace() || c == '(').map_or(0, |at| at + 1);
    let word = before.get(start..).unwrap_or_default().to_ascii_lowercase();
    word.len() < 2 && !word.is_empty()
        || matches!(&*word, "e.g" | "i.e" | "etc" | "vs" | "no" | "resp" | "approx" | "incl" | "cf")
}

/// The sentences of a text, with nothing left out but the spaces between them.
#[must_use]
pub fn sentences(words: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut from = 0;
    for (end, is_end) in joints(words) {
        if is_end {
            found.push(words[from..end].trim().to_owned());
            from = end;
        }
    }
    found.push(words[from..].trim().to_owned());
    found.retain(|sentence| !sentence.is_empty());
    found
}

/// A text in two, the first at most so wide: at the end of a sentence, else between words. The second is empty where all fits.
#[must_use]
pub fn cut(words: &str, most: usize) -> (String, String) {
    if width(words) <= most {
        return (words.to_owned(), String::new());
    }
    let mut wide = 0;
    let limit = words.char_indices().find(|(_, c)| {
        wide += columns(*c);
        wide > most
    });
    let limit = limit.map_or(words.len(), |(at, _)| at);
    let joints = joints(words);
    let fits = || joints.iter().rev().filter(|(at, _)| *at <= limit);
    let at = fits().find(|(_, is_end)| *is_end).or_else(|| fits().next()).map_or(limit, |(at, _)| *at);
    (words[..at].trim().to_owned(), words[at..].trim().to_owned())
}

/// Without the sign that ends an order or leads to what follows.
#[must_use]
pub fn without_end(words: &str) -> String {
    let kept = words.trim_end_matches([':', '：', ' ']);
    let kept = if kept.ends_with("..") { kept } else { kept.trim_end_matches(['.', '。']) };
    if kept.is_empty() { words.to_owned() } else { kept.to_owned() }
}

/// The texts of some blocks, one by one, whatever stands in what.
pub fn gather(blocks: &[DocBlock], values: &mut Values, texts: &mut Vec<String>, comments: &mut Vec<String>) {
    for block in blocks {
        match block {
            DocBlock::Paragraph(line) | DocBlock::Heading(_, line) => texts.push(text(line, values, true)),
            DocBlock::List(_, items) => items.iter().for_each(|item| gather(&item.blocks, values, texts, comments)),
            DocBlock::Quote(_, blocks) => gather(blocks, values, texts, comments),
            DocBlock::Footnote(name, blocks) => {
                texts.push(format!("[^{name}]"));
                gather(blocks, values, texts, comments);
            }
            DocBlock::Code(info, code) => {
                if !info.trim().is_empty() {
                    comments.push(info.clone());
                }
                texts.push(code.trim_end().replace("**", "* *").replace("<#", "< #"));
            }
            DocBlock::Table(head, rows) => {
                for row in std::iter::once(head).chain(rows) {
                    let cells: Vec<String> = row.iter().map(|cell| text(cell, values, false)).collect();
                    texts.push(cells.join(" | "));
                }
            }
            DocBlock::Rule => {}
            DocBlock::Comment(words) => comments.push(words.clone()),
        }
    }
}

/// Lists and quotes stand in each other so deep in an appendix, and its tables have so many columns: `text::markdown` refuses more.
const DEEPEST: usize = 3;
const MOST_COLUMNS: usize = 12;

/// Where a block of an appendix stands.
#[derive(Debug, Clone)]
struct ProsePlace {
    /// The level of the headings above the appendix.
    level: u8,
    zh: bool,
    lists: usize,
    quotes: usize,
    /// What stands before each of its lines.
    indent: String,
}

/// Blocks as the Markdown of an appendix; `level` is that of the headings above, `zh` for labels in Chinese. What no reader sees
/// goes to `comments`.
pub fn markdown(blocks: &[DocBlock], (level, zh): (u8, bool), comments: &mut Vec<String>) -> String {
    let mut out = String::new();
    let place = ProsePlace { level, zh, lists: 0, quotes: 0, indent: String::new() };
    push_blocks(blocks, &place, comments, &mut out);
    out.trim_matches('\n').to_owned()
}

fn push_blocks(blocks: &[DocBlock], place: &ProsePlace, comments: &mut Vec<String>, out: &mut String) {
    let indent = &*place.indent;
    for block in blocks {
        match block {
            DocBlock::Heading(depth, line) => {
                let marks = "#".repeat(usize::from(depth.saturating_sub(place.level).clamp(1, 6)));
                push_lines(&format!("{marks} {}", escaped(line).replace('\n', " ")), indent, out);
            }
            DocBlock::Paragraph(line) => push_lines(&escaped(line), indent, out),
            DocBlock::List(first, items) => push_list((*first, items), place, comments, out),
            DocBlock::Code(info, code) => {
                let marks = "`".repeat(3.max(1 + longest_run(code, '`')));
                let (language, more) = super::action::language(info);
                if !more.is_empty() {
                    comments.push(more);
                }
                let code = code.trim_end_matches('\n');
                push_lines(&format!("{marks}{language}\n{code}\n{marks}"), indent, out);
            }
            DocBlock::Quote(kind, blocks) if place.quotes < DEEPEST => {
                let inner = ProsePlace { quotes: place.quotes + 1, indent: format!("{indent}> "), ..*place };
                if let Some(kind) = kind {
                    push_lines(&format!("**{}**", phrases::label(*kind, place.zh)), &inner.indent, out);
                }
                push_blocks(blocks, &inner, comments, out);
                let last = format!("\n{indent}>\n");
                while out.ends_with(&last) {
                    out.truncate(out.len() - last.len() + 1);
                }
                push_lines("", indent, out);
            }
            DocBlock::Quote(kind, blocks) => {
                if let Some(kind) = kind {
                    push_lines(phrases::label(*kind, place.zh), indent, out);
                }
                push_blocks(blocks, place, comments, out);
            }
            DocBlock::Footnote(name, blocks) => {
                push_lines(&format!("\\[^{name}\\]"), indent, out);
                push_blocks(blocks, place, comments, out);
            }
            DocBlock::Table(head, rows) => push_table(head, rows, indent, out),
            DocBlock::Rule => push_lines("---", indent, out),
            DocBlock::Comment(words) => comments.push(words.clone()),
        }
    }
}

fn push_list(
    (first, items): (Option<u64>, &[ListItem]),
    place: &ProsePlace,
    comments: &mut Vec<String>,
    out: &mut String,
) {
    if place.lists >= DEEPEST {
        // Too deep to be a list: its items are paragraphs.
        for item in items {
            push_blocks(&item.blocks, place, comments, out);
        }
        return;
    }
    let indent = &*place.indent;
    for (index, item) in items.iter().enumerate() {
        let number = |first: u64| format!("{}. ", first.saturating_add(index as u64).min(999_999_999));
        let mark = first.map_or_else(|| "- ".to_owned(), number);
        let deeper = format!("{indent}{}", " ".repeat(mark.len()));
        let mut inner = String::new();
        let inside = ProsePlace { lists: place.lists + 1, indent: deeper.clone(), ..*place };
        push_blocks(&item.blocks, &inside, comments, &mut inner);
        let inner = inner.strip_prefix(&*deeper).unwrap_or(&inner);
        if !inner.trim().is_empty() {
            let _ = write!(out, "{indent}{mark}{inner}");
        }
    }
    // A paragraph behind a list doesn't go on with its last item, and the next list is another one.
    let _ = writeln!(out, "{}", indent.trim_end());
}

fn push_table(head: &[Vec<Inline>], rows: &[Vec<Vec<Inline>>], indent: &str, out: &mut String) {
    let cell = |line: &Vec<Inline>| escaped(line).replace('|', "\\|").replace('\n', " ");
    for from in (0..head.len()).step_by(MOST_COLUMNS) {
        let to = head.len().min(from + MOST_COLUMNS);
        let line = |cells: &[Vec<Inline>]| {
            let cells = cells.get(from..to.min(cells.len())).unwrap_or_default();
            format!("| {} |", cells.iter().map(cell).collect::<Vec<_>>().join(" | "))
        };
        let mut lines = vec![line(head), format!("|{}", " --- |".repeat(to - from))];
        lines.extend(rows.iter().map(|row| line(row)));
        push_lines(&lines.join("\n"), indent, out);
    }
}

fn push_lines(words: &str, indent: &str, out: &mut String) {
    for line in words.split('\n') {
        out.push_str(format!("{indent}{line}").trim_end());
        out.push('\n');
    }
    out.push_str(indent.trim_end());
    out.push('\n');
}

/// A line of the document as `CommonMark`: what is no markup there is none here.
fn escaped(line: &[Inline]) -> String {
    let mut out = String::new();
    push_escaped(line, &mut out);
    let mut lines: Vec<String> = Vec::new();
    for line in out.trim().lines() {
        let body = line.trim();
        let digits = body.len() - body.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let is_block = body.starts_with(['#', '+', '-', '=', '>', '~', ':'])
            || (digits > 0 && digits < 10 && body[digits..].starts_with(['.', ')']));
        lines.push(match is_block {
            true if digits > 0 => format!("{}\\{}", &body[..digits], &body[digits..]),
            true => format!("\\{body}"),
            false => body.to_owned(),
        });
    }
    lines.join("\n")
}

fn push_escaped(line: &[Inline], out: &mut String) {
    for part in line {
        match part {
            Inline::Chars(words) => out.push_str(&bare(words)),
            Inline::Code(code) => out.push_str(&spanned(code)),
            Inline::Strong(parts) | Inline::Stressed(parts) => {
                let mark = if matches!(part, Inline::Strong(_)) { "**" } else { "*" };
                let mut inner = String::new();
                push_escaped(parts, &mut inner);
                let words = inner.trim();
                let is_plain = words.is_empty() || words.contains(['*', '\n']) || out.ends_with('*');
                out.push_str(&if is_plain {
                    inner.clone()
                } else {
                    inner.replacen(words, &format!("{mark}{words}{mark}"), 1)
                });
            }
            Inline::Link(parts, to, title) => {
                let mut words = String::new();
                push_escaped(parts, &mut words);
                let words = words.trim();
                let web =
                    is_web(to) && !to.contains(|c: char| c.is_whitespace() || c.is_control() || "()<>\\".contains(c));
                let to_bare = bare(to);
                if web && (words == to_bare || words.is_empty()) {
                    let _ = write!(out, "<{to}>");
                } else if web {
                    let _ = write!(out, "[{words}]({to})");
                } else if words == to_bare || words.trim_matches('`') == to || to.is_empty() {
                    out.push_str(words);
                } else {
                    let _ = write!(out, "{words} ({to_bare})");
                }
                if !title.is_empty() {
                    let _ = write!(out, " ({})", bare(title));
                }
            }
            Inline::Break(true) if !out.is_empty() => out.push_str("\\\n"),
            Inline::Break(_) => out.push('\n'),
            Inline::Comment(_) => {}
        }
    }
}

/// Characters with a backslash before each that `CommonMark` could take for markup.
fn bare(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for c in words.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '&' | '|' | '~') {
            out.push('\\');
        }
        out.push(if c == '\n' { ' ' } else { c });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::document;

    fn as_text(markdown: &str) -> String {
        let blocks = document::read(markdown).blocks;
        let Some(DocBlock::Paragraph(line)) = blocks.first() else { panic!("{blocks:?}") };
        text(line, &mut Values::default(), true)
    }

    #[test]
    fn lines_become_texts() {
        for (markdown, expected) in [
            ("a *b* **c d** `e`", "a b **c d** `e`"),
            ("[a](https://x.org/b) [c](d.md) [e](#f)", "[a](https://x.org/b) c (d.md) e (#f)"),
            ("<https://x.org> ![p](q.png \"t\")", "<https://x.org> p (q.png t)"),
            ("a \\*\\* b \\` c", "a * * b ' c"),
            ("``a`b``", "``a`b``"),
            ("a\\\nb\nc", "a\nb c"),
            ("set <host> to X.Y.Z", "set {{ host }} to {{ version }}"),
            ("**a\\\nb**", "a\nb"),
        ] {
            assert_eq!(as_text(markdown), expected, "{markdown}");
        }
    }

    #[test]
    fn sentences_and_cuts_keep_markup_whole() {
        assert_eq!(sentences("Run `a. b`. Then c (e.g. d). E"), ["Run `a. b`.", "Then c (e.g. d).", "E"]);
        assert_eq!(sentences("重启。看日志；完"), ["重启。", "看日志；", "完"]);
        assert_eq!(cut("aa bb `cc dd` ee", 10), ("aa bb".to_owned(), "`cc dd` ee".to_owned()));
        assert_eq!(cut("Aa. bb cc", 7), ("Aa.".to_owned(), "bb cc".to_owned()));
        assert_eq!(cut("aaaa", 3), ("aaa".to_owned(), "a".to_owned()));
        assert_eq!(without_end("Run this:"), "Run this");
    }

    #[test]
    fn appendices_say_the_same_again() {
        for markdown in [
            "a **b** *c* `d` [e](https://x.org)",
            "- a\n  - b\n\n    ```sh\n    c | d\n    ```\n\n- e",
            "| a | b |\n| --- | --- |\n| c\\|d | e |",
            "> a\n>\n> - b",
            "3. a\n4. b",
            "\\# a\\_b \\<c\\> 1\\. d",
            "1\\. a",
        ] {
            let blocks = document::read(markdown).blocks;
            let again = super::markdown(&blocks, (0, false), &mut Vec::new());
            assert_eq!(document::read(&again).blocks, blocks, "{markdown}\n{again}");
        }
    }
}
