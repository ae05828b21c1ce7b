//! Writes diagnostics for people: each with its place, the lines that it is about, and what to do next.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Element, Group, Level as Shown, Patch as Replacement, Renderer, Snippet};

use super::sources::boundary;
use super::{Diagnostic, Label, Level, Patch, Sources, Span};
use crate::chars::shown;

/// How many diagnostics are shown at most: more than anybody mends before checking again.
pub const MAX_SHOWN: usize = 50;
/// Columns of an excerpt's line. A longer line is cut around the place.
const WIDTH: usize = 120;
/// How many characters of a place are underlined at most, and how many characters behind them are shown.
const MAX_UNDERLINED: usize = 60;
const MAX_AFTER: usize = 200;
/// How many characters of a message are shown at most.
const MAX_MESSAGE: usize = 400;
/// Ends a file's name together with line and column. The renderer adds its own, which count the escapes of an excerpt;
/// they are cut off. No name that is shown holds this character.
const LOCATED: char = '\u{1}';

/// Diagnostics by place, faults and advice alike, with or without terminal colours.
///
/// Ends with a line break unless there is nothing to say.
#[must_use]
pub fn human(sources: &Sources, diagnostics: &[Diagnostic], color: bool) -> String {
    let mut room = MAX_SHOWN;
    let mut out = some(sources, diagnostics, color, &mut room);
    out.push_str(&rest(diagnostics.len().saturating_sub(MAX_SHOWN)));
    out
}

/// The same for one flow of several. At most `room` diagnostics are shown, faults first; `room` is reduced by as many.
#[must_use]
pub fn some(sources: &Sources, diagnostics: &[Diagnostic], color: bool, room: &mut usize) -> String {
    let mut shown: Vec<_> = diagnostics.iter().collect();
    if shown.len() > *room {
        shown.sort_by(|a, b| (a.level, a.order()).cmp(&(b.level, b.order())));
        shown.truncate(*room);
    }
    *room -= shown.len();
    shown.sort_by(|a, b| a.order().cmp(&b.order()));
    let renderer = if color { Renderer::styled() } else { Renderer::plain() }.term_width(WIDTH);
    let mut out = String::new();
    for diagnostic in shown {
        if !out.is_empty() {
            out.push('\n');
        }
        let groups: Vec<Group<'_>> = std::iter::once(group(sources, diagnostic))
            .chain(diagnostic.patch.iter().filter_map(|patch| change(sources, diagnostic, patch)))
            .collect();
        let text = renderer.render(&groups);
        // The renderer draws the edge of an excerpt even if there is no excerpt.
        let has_edge = groups.len() == 1 && !is_placed(sources, diagnostic);
        for (index, line) in text.trim_end().lines().enumerate() {
            if index != 1 || !has_edge {
                let (line, rest) = line.split_once(LOCATED).unwrap_or((line, ""));
                let rest = rest.trim_start_matches(|c: char| c == ':' || c.is_ascii_digit());
                out.extend([line, rest, "\n"]);
            }
        }
    }
    out
}

/// A line that says how many diagnostics aren't shown; empty when all are.
#[must_use]
pub fn rest(hidden: usize) -> String {
    if hidden == 0 { String::new() } else { format!("\n… and {hidden} more\n") }
}

/// True when a diagnostic is shown with an excerpt of a file.
fn is_placed(sources: &Sources, diagnostic: &Diagnostic) -> bool {
    let mut labels = diagnostic.primary.iter().chain(&diagnostic.context);
    labels.any(|label| sources.files.len() > usize::from(label.span.file.0))
}

fn group<'a>(sources: &'a Sources, diagnostic: &'a Diagnostic) -> Group<'a> {
    let level = match diagnostic.level {
        Level::Error => Shown::ERROR,
        Level::Warning => Shown::WARNING,
        Level::Note => Shown::NOTE,
    };
    let mut group = Group::with_title(level.primary_title(plain(&diagnostic.message)).id(diagnostic.code));
    let primary = diagnostic.primary.iter().map(|label| (AnnotationKind::Primary, label));
    let context = diagnostic.context.iter().map(|label| (AnnotationKind::Context, label));
    for (kind, label) in primary.chain(context) {
        group = group.elements(excerpt(sources, kind, label));
    }
    let shown = diagnostic.patch.as_ref().filter(|patch| change(sources, diagnostic, patch).is_none());
    for help in shown.iter().map(|patch| &patch.help).chain(&diagnostic.help) {
        group = group.element(Shown::HELP.message(plain(help)));
    }
    group
}

/// The line of a diagnostic's patch before and after it. `None` for a patch that can't be shown in a few lines.
fn change<'a>(sources: &'a Sources, of: &Diagnostic, patch: &'a Patch) -> Option<Group<'a>> {
    let [(place, with)] = patch.edits.as_slice() else { return None };
    let file = sources.files.get(usize::from(place.file.0))?;
    let (start, end) = (place.start as usize, place.end as usize);
    let line_start = file.text.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
    let line = file.text[line_start..].lines().next()?;
    let is_short = line.chars().count() < WIDTH && with.len() < WIDTH && !with.contains('\n');
    if !is_short || end < start || end > line_start + line.len() {
        return None;
    }
    // The renderer takes a change apart into words that stay and words that go, so no part of it can be an escape.
    let changed = [&line[..start - line_start], with, &line[end - line_start..]].concat();
    if [line, &changed].into_iter().any(|line| shown::line(line) != line) {
        return None;
    }
    let (number, _) = sources.line_column(*place);
    let edit = Replacement::new(start - line_start..end - line_start, with.as_str());
    let is_elsewhere = of.primary.as_ref().is_none_or(|label| label.span.file != place.file);
    let elsewhere = is_elsewhere.then(|| plain(&file.name));
    let snippet = Snippet::source(line).path(elsewhere).line_start(number).patch(edit);
    Some(Shown::HELP.secondary_title(plain(&patch.help)).element(snippet))
}

/// One line of a file, with a place in it underlined.
fn excerpt<'a>(sources: &'a Sources, kind: AnnotationKind, label: &'a Label) -> Option<Element<'a>> {
    let file = sources.files.get(usize::from(label.span.file.0))?;
    let start = boundary(&file.text, label.span.start as usize);
    let end = boundary(&file.text, label.span.end as usize).max(start);
    let (number, column) = sources.line_column(Span::new(label.span.file, start, start));
    let line_start = file.text[..start].rfind('\n').map_or(0, |at| at + 1);
    // Only the first line of a place is shown. It keeps everything left of the place; the renderer cuts that side
    // itself.
    let rest = file.text[start..].split('\n').next().unwrap_or_default();
    let rest = rest.strip_suffix('\r').unwrap_or(rest);
    let (underlined, after) = rest.split_at(head(&rest[..rest.len().min(end - start)], MAX_UNDERLINED).len());
    let end = start + underlined.len();
    let (line, place) =
        drawn(&file.text[line_start..end + head(after, MAX_AFTER).len()], start - line_start, end - line_start);
    let annotation = kind.span(place).label((!label.message.is_empty()).then(|| plain(&label.message)));
    let path = format!("{}:{number}:{column}{LOCATED}", plain(&file.name));
    Some(Snippet::source(line).path(path).line_start(number).annotation(annotation).into())
}

/// A line of a file as it is shown, and where in that a place stands which begins and ends at these bytes of the line.
fn drawn(line: &str, start: usize, end: usize) -> (String, Range<usize>) {
    let mut drawn = String::with_capacity(line.len());
    let mut place = 0..0;
    shown::each(line, |at, shown| {
        if at == start {
            place.start = drawn.len();
        }
        if at == end {
            place.end = drawn.len();
        }
        shown.push(&mut drawn);
    });
    if start >= line.len() {
        place.start = drawn.len();
    }
    if end >= line.len() {
        place.end = drawn.len();
    }
    (drawn, place)
}

/// The first characters of a text, at most so many.
fn head(text: &str, count: usize) -> &str {
    text.char_indices().nth(count).map_or(text, |(at, _)| &text[..at])
}

/// The words of a message, as they are shown.
fn plain(words: &str) -> String {
    let head = head(words, MAX_MESSAGE);
    let mut plain = shown::words(head);
    if head.len() < words.len() {
        plain.push('…');
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::FileId;

    fn sources(text: &str) -> Sources {
        let mut sources = Sources::default();
        sources.add("flow.toml", text);
        sources
    }

    fn at(start: usize, end: usize) -> Span {
        Span::new(FileId(0), start, end)
    }

    #[test]
    fn place_labels_and_help_are_shown() {
        let text = "id = \"a\"\ntitle = \"数据\"\nid = \"b\"\n";
        let fault = Diagnostic::error("duplicate-id", at(26, 34), "`a` is said twice")
            .label("said again")
            .context(at(0, 2), "first said here")
            .help("take one out");
        let expected = "\
error[duplicate-id]: `a` is said twice
 --> flow.toml:3:1
  |
3 | id = \"b\"
  | ^^^^^^^^ said again
  |
 ::: flow.toml:1:1
  |
1 | id = \"a\"
  | -- first said here
  |
  = help: take one out
";
        assert_eq!(human(&sources(text), &[fault], false), expected);
    }

    #[test]
    fn columns_count_characters_and_spans_end_with_their_line() {
        let text = "标题 = \"\"\"x\ny\"\"\"\n";
        let shown = human(&sources(text), &[Diagnostic::error("a", at(9, 17), "b")], false);
        assert!(shown.contains("flow.toml:1:6\n") && shown.contains("\"\"\"x\n") && !shown.contains('y'), "{shown}");
    }

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let text = format!("a = \"{}!{}\"\n", "数".repeat(30_000), "据".repeat(30_000));
        let span = at(5 + 90_000, 5 + 90_001);
        let shown = human(&sources(&text), &[Diagnostic::error("a", span, "b")], false);
        assert!(shown.contains("flow.toml:1:30006") && shown.contains('!'), "{shown}");
        assert!(shown.chars().count() < 300, "{shown}");
        let whole = human(&sources(&text), &[Diagnostic::error("a", at(4, text.len() - 1), "b")], false);
        assert!(whole.chars().count() < 400, "{whole}");
    }

    #[test]
    fn at_most_fifty_are_shown_by_place() {
        let many: Vec<_> = (0..53).rev().map(|at_| Diagnostic::error("a", at(at_, at_), format!("no {at_}"))).collect();
        let shown = human(&sources(&"x".repeat(60)), &many, false);
        assert!(shown.starts_with("error[a]: no 0\n") && shown.ends_with("\n… and 3 more\n"));
        assert_eq!(shown.matches("error[a]").count(), 50);
    }

    #[test]
    fn without_a_place_there_is_one_line() {
        let fault = Diagnostic::error_nowhere("not-utf8", "\u{1b}[31m`a`\u{202e}");
        assert_eq!(human(&Sources::default(), &[fault], false), "error[not-utf8]: \\u{1b}[31m`a`\\u{202e}\n");
        assert_eq!(human(&Sources::default(), &[], false), "");
    }

    #[test]
    fn help_follows_at_once_where_there_is_no_excerpt() {
        let shown = |fault: &Diagnostic, color: bool| human(&sources("a = 1"), std::slice::from_ref(fault), color);
        let nowhere = Diagnostic::error_nowhere("a", "b").help("c").help("d");
        assert_eq!(shown(&nowhere, false), "error[a]: b\n = help: c\n = help: d\n");
        assert_eq!(shown(&nowhere, true).lines().count(), 3);
        let unknown = Diagnostic::error("a", Span::new(FileId(7), 0, 1), "b").help("c");
        assert_eq!(shown(&unknown, false), "error[a]: b\n = help: c\n");
        assert_eq!(shown(&unknown.context(at(0, 1), "x"), false).lines().count(), 7);
    }

    #[test]
    fn what_a_terminal_or_a_runner_acts_on_is_shown_as_an_escape() {
        // The text holds NEL, CSI, both separators, a change of direction, VT, FF, ESC, DEL, CR, a tab and two
        // commands.
        let text = "a = \"\u{85}\u{9b}\u{2028}\u{2029}\u{202e}\u{b}\u{c}\u{1b}\u{7f}\ré\u{200b}字\t##[group]##vso[x\"\nb = 1\n";
        let place = text.find('x').unwrap();
        let fault = Diagnostic::error("a", at(place, place + 1), text).label(text).help(text);
        let fault = fault.context(at(text.find('b').unwrap() - 1, text.len()), text).patch(text, at(4, 5), "y");
        let shown = human(&sources(text), &[fault], false);
        assert_eq!(shown, shown::report(&shown));
        assert!(shown.contains(" --> flow.toml:1:35\n"), "{shown}");
        let lines: Vec<&str> = shown.lines().collect();
        let excerpt = lines.iter().position(|line| line.starts_with("1 | ")).unwrap();
        let columns = |line: &str| line.chars().map(crate::chars::columns).sum::<usize>();
        let before = &lines[excerpt][..lines[excerpt].find("x\"").unwrap()];
        assert_eq!(lines[excerpt + 1].find('^').unwrap(), columns(before), "{shown}");
        assert!(before.ends_with(r"\u{7f}\ré\u{200b}字    #\u{23}[group]#\u{23}vso["), "{before}");
    }

    #[test]
    fn wrong_places_and_colours_do_no_harm() {
        let text = "标题";
        for (start, end) in [(1, 2), (0, 99), (99, 100), (6, 6), (4, 1)] {
            assert!(human(&sources(text), &[Diagnostic::error("a", at(start, end), "b")], true).contains("\u{1b}["));
        }
    }
}
