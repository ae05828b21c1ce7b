//! Text → Markdown that GitHub shows exactly as its author wrote it.
//!
//! `CommonMark` takes characters away (`rm *.log` loses its asterisk, `1. 开启` its number) and gives bold beside
//! full-width punctuation no chance, so everything that could be markup is escaped, and bold that `**` can't express
//! is written `<strong>`. Apart from that the source stays as readable as it was.

mod escape;

use self::escape::{Class, Place, class, code, destination, escape};
pub use self::escape::{anchor, fence};
use super::labels::{Labels, word};
use crate::text::{Content, Run, Style, Text};

/// For a paragraph or a list item.
#[must_use]
pub fn flow(labels: &Labels, text: &Text) -> String {
    write(labels, text, Place::Flow)
}

/// For a heading: one line.
#[must_use]
pub fn line(labels: &Labels, text: &Text) -> String {
    write(labels, text, Place::Line)
}

/// For a cell of a table.
#[must_use]
pub fn cell(labels: &Labels, text: &Text) -> String {
    write(labels, text, Place::Cell)
}

/// Words in one style, or a line break.
enum Segment {
    Words {
        words: String,
        /// What belongs into the blanks among them.
        blanks: Vec<String>,
        style: Style,
    },
    Break,
}

/// Joins runs of one style, so that no two markers touch. A blank becomes code: it reads as a field.
fn segments(text: &Text) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    for run in &text.runs {
        match &run.content {
            Content::Chars(chars) => {
                let lines = chars.split(['\n', '\r']);
                for (index, line) in lines.enumerate() {
                    if index > 0 {
                        segments.push(Segment::Break);
                    }
                    push(&mut segments, line, None, run);
                }
            }
            Content::Break => segments.push(Segment::Break),
            Content::Blank(gap) => push(&mut segments, "____", Some(&gap.words), run),
            Content::PageOf(_) => {}
        }
    }
    let is_break = |segment: &Segment| matches!(segment, Segment::Break);
    let end = segments.iter().rposition(|segment| !is_break(segment)).map_or(0, |last| last + 1);
    segments.truncate(end);
    let start = segments.iter().position(|segment| !is_break(segment)).unwrap_or(0);
    segments.drain(..start);
    segments
}

fn push(segments: &mut Vec<Segment>, more: &str, blank: Option<&String>, run: &Run) {
    if more.is_empty() {
        return;
    }
    let mut style = run.style.clone();
    style.code |= blank.is_some();
    let clean = more.chars().map(|c| if c.is_control() && c != '\t' { char::REPLACEMENT_CHARACTER } else { c });
    match segments.last_mut() {
        Some(Segment::Words { words, blanks, style: last }) if *last == style => {
            words.extend(clean);
            blanks.extend(blank.cloned());
        }
        _ => segments.push(Segment::Words {
            words: clean.collect(),
            blanks: blank.cloned().into_iter().collect(),
            style,
        }),
    }
}

/// Output, or a mark of bold whose form depends on what stands beside it.
enum Piece {
    Out(String),
    Open,
    Close,
}

fn write(labels: &Labels, text: &Text, place: Place) -> String {
    let segments = segments(text);
    let mut pieces = Vec::new();
    let mut open = Style::default();
    for (index, segment) in segments.iter().enumerate() {
        let Segment::Words { words, blanks, style } = segment else {
            turn(&mut pieces, &mut open, &Style::default());
            let mark = match place {
                Place::Flow => "\\\n",
                Place::Line => " ",
                Place::Cell => "<br>",
            };
            pieces.push(Piece::Out(mark.to_owned()));
            continue;
        };
        let starts = matches!(index.checked_sub(1).map(|before| &segments[before]), None | Some(Segment::Break));
        let ends = matches!(segments.get(index + 1), None | Some(Segment::Break));
        turn(&mut pieces, &mut open, style);
        let out = match (&style.link, style.code) {
            (Some(link), false) if starts_alone(&segments, index, link) && bare(words, link) => {
                // Written between angle brackets below; the bracket of `turn` isn't wanted.
                pieces.pop();
                open.link = None;
                format!("<{link}>")
            }
            (link, true) => code(words, place, link.is_some()),
            (_, false) => escape(words, starts, ends, place),
        };
        pieces.push(Piece::Out(out));
        if !blanks.is_empty() {
            let label = format!(
                "{}{}{}",
                labels.say(word!("open")),
                blanks.join(labels.say(word!("list"))),
                labels.say(word!("close"))
            );
            pieces.push(Piece::Out(escape(&label, false, ends, place)));
        }
    }
    turn(&mut pieces, &mut open, &Style::default());
    join(&pieces)
}

/// Closes and opens what differs between two styles: links outside, bold inside.
fn turn(pieces: &mut Vec<Piece>, open: &mut Style, next: &Style) {
    if open.link != next.link {
        if open.bold {
            pieces.push(Piece::Close);
        }
        if let Some(link) = &open.link {
            pieces.push(Piece::Out(format!("]({})", destination(link))));
        }
        if next.link.is_some() {
            pieces.push(Piece::Out("[".to_owned()));
        }
        if next.bold {
            pieces.push(Piece::Open);
        }
    } else if open.bold != next.bold {
        pieces.push(if next.bold { Piece::Open } else { Piece::Close });
    }
    open.link.clone_from(&next.link);
    open.bold = next.bold;
}

/// True when a link has this one plain segment.
fn starts_alone(segments: &[Segment], index: usize, link: &str) -> bool {
    let linked = |segment: Option<&Segment>| matches!(segment, Some(Segment::Words { style, .. }) if style.link.as_deref() == Some(link));
    let before = index.checked_sub(1).and_then(|before| segments.get(before));
    let plain = matches!(&segments[index], Segment::Words { style, .. } if !style.bold);
    plain && !linked(before) && !linked(segments.get(index + 1))
}

/// True when the words are the address, and it can stand between angle brackets.
fn bare(words: &str, link: &str) -> bool {
    words == link
        && (link.starts_with("https://") || link.starts_with("http://"))
        && !link.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '|'))
}

/// Puts the pieces together, each bold in the form that `CommonMark`'s flanking rules leave.
fn join(pieces: &[Piece]) -> String {
    let mut out = String::new();
    let mut rest = pieces.iter().enumerate();
    while let Some((index, piece)) = rest.next() {
        match piece {
            Piece::Out(words) => out.push_str(words),
            Piece::Close => {}
            Piece::Open => {
                let mut inner = String::new();
                let mut end = index;
                for (at, piece) in rest.by_ref() {
                    end = at;
                    match piece {
                        Piece::Out(words) => inner.push_str(words),
                        Piece::Open | Piece::Close => break,
                    }
                }
                let after = match pieces.get(end + 1) {
                    Some(Piece::Out(words)) => words.chars().next(),
                    _ => None,
                };
                let opens = flanks(out.chars().next_back(), inner.chars().next());
                let closes = flanks(after, inner.chars().next_back());
                let (open, close) = if opens && closes { ("**", "**") } else { ("<strong>", "</strong>") };
                out.push_str(open);
                out.push_str(&inner);
                out.push_str(close);
            }
        }
    }
    out
}

/// True when `**` between these is a marker on its inner side, whatever the version of the rule.
fn flanks(outer: Option<char>, inner: Option<char>) -> bool {
    let Some(inner) = inner else { return false };
    match class(inner) {
        Class::Word => true,
        Class::Punctuation => outer.is_some_and(|outer| matches!(class(outer), Class::Space | Class::Punctuation)),
        Class::Space | Class::Unsure => false,
    }
}
#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

    use super::*;
    use crate::text::{Gap, Lang};
    use crate::view::labels::Labels;

    /// What a reader of the Markdown sees: characters, each with whether it is bold and code.
    fn seen(markdown: &str) -> Vec<(char, bool, bool)> {
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_MATH
            | Options::ENABLE_GFM;
        let (mut seen, mut bold, mut code) = (Vec::new(), 0, 0);
        let mut rows = 0;
        for event in Parser::new_ext(markdown, options) {
            match event {
                Event::Text(words) => seen.extend(words.chars().map(|c| (c, bold > 0, code > 0))),
                Event::Code(words) => seen.extend(words.chars().map(|c| (c, bold > 0, true))),
                Event::HardBreak => seen.push(('\n', false, false)),
                Event::Start(Tag::Strong) => bold += 1,
                Event::End(TagEnd::Strong) => bold -= 1,
                Event::InlineHtml(tag) => match &*tag {
                    "<strong>" => bold += 1,
                    "</strong>" => bold -= 1,
                    "<code>" => code += 1,
                    "</code>" => code -= 1,
                    "<br>" => seen.push(('\n', false, false)),
                    "<span>" | "</span>" => {}
                    tag => panic!("{tag} in {markdown:?}"),
                },
                Event::Start(Tag::TableRow) => rows += 1,
                Event::Start(
                    Tag::Paragraph
                    | Tag::Heading { .. }
                    | Tag::List(_)
                    | Tag::Item
                    | Tag::BlockQuote(_)
                    | Tag::Table(_)
                    | Tag::TableHead
                    | Tag::TableCell
                    | Tag::Link { .. },
                )
                | Event::End(_)
                | Event::TaskListMarker(false) => {}
                other => panic!("{other:?} in {markdown:?}"),
            }
        }
        assert!(rows <= 1, "{markdown:?}");
        seen
    }

    fn meant(text: &Text, new_line: char) -> Vec<(char, bool, bool)> {
        let mut meant = Vec::new();
        for run in &text.runs {
            match &run.content {
                Content::Chars(chars) => {
                    meant.extend(chars.chars().map(|c| (c, run.style.bold, run.style.code)));
                }
                _ => meant.push((new_line, false, false)),
            }
        }
        meant
    }

    fn check(text: &Text) {
        let labels = &Labels::of(&text.lang);
        let prefix = |words: &str| words.chars().map(|c| (c, false, false)).collect::<Vec<_>>();
        let all =
            |before: &str, after: &str, new_line: char| [prefix(before), meant(text, new_line), prefix(after)].concat();
        let (in_flow, in_line, in_cell) = (flow(labels, text), line(labels, text), cell(labels, text));
        assert_eq!(seen(&in_flow), all("", "", '\n'), "{in_flow:?}");
        assert_eq!(seen(&format!("- [ ] 4{in_flow}。\n")), all("4", "。", '\n'), "{in_flow:?}");
        assert_eq!(seen(&format!("- [ ] 4 {in_flow}\n")), all("4 ", "", '\n'), "{in_flow:?}");
        assert_eq!(seen(&format!("> {}", in_flow.replace('\n', "\n> "))), all("", "", '\n'), "{in_flow:?}");
        assert_eq!(seen(&format!("## {in_line}\n")), all("", "", ' '), "{in_line:?}");
        assert_eq!(seen(&format!("| h | i |\n|---|---|\n| {in_cell} | j |\n")), all("hi", "j", '\n'), "{in_cell:?}");
    }

    fn text(runs: impl IntoIterator<Item = (String, bool, bool, u8)>) -> Text {
        let mut text = Text::empty(Lang::new("zh-CN"));
        for (chars, bold, code, link) in runs {
            let link = match link {
                1 => Some("https://example.com/a_b?c=d&lt;e".into()),
                2 => Some("#step-4/host 1".into()),
                _ => None,
            };
            text.runs.push(Run { content: Content::Chars(chars), style: Style { bold, code, link }, origin: None });
        }
        text
    }

    #[test]
    fn what_could_be_markup_is_shown_as_it_is() {
        for words in [
            "rm *.log old/*.log",
            "1. 开启",
            "12) x",
            "- a",
            "-",
            "---",
            "+ a",
            "# a",
            "a #",
            "> a",
            "===",
            "| a | b |",
            ":--",
            "a_b_c _d_ __e__",
            "`x` ``",
            "<tag> </b> <!-- --> a < b",
            "&amp; &#35; a & b",
            "C:\\Users\\*\\",
            "[x](y) [^1] [ ]",
            "~~x~~ ~/bin",
            "$HOME/$USER $x$",
            ":100: a:b:c 20:00:05",
            "![x]",
            "    code",
            "a  ",
            "\tx",
            "http://a_b.c/~d",
            "***",
            "```",
        ] {
            check(&text([(words.to_owned(), false, false, 0)]));
            check(&text([(words.to_owned(), true, false, 0), ("y".to_owned(), false, false, 0)]));
            check(&text([("x".to_owned(), false, false, 0), (words.to_owned(), false, true, 0)]));
            check(&text([("!".to_owned(), false, false, 0), (words.to_owned(), false, false, 1)]));
        }
    }

    #[test]
    fn an_address_is_a_link_only_where_nothing_else_would_be_in_it() {
        let labels = &Labels::of(&Lang::new("en"));
        for (words, written) in [
            ("see http://a.b/x_y?c=d&e=f, or so", "see http://a.b/x_y?c=d&e=f, or so"),
            ("见http://a.b/c，然后", "见http&#58;//a.b/c，然后"),
            ("http://a.b/*c*", "http&#58;//a.b/\\*c\\*"),
            ("www.a.b/&lt;", "www&#46;a.b/\\&lt;"),
            ("https://a.b/~c", "https&#58;//a.b/\\~c"),
        ] {
            let text = text([(words.to_owned(), false, false, 0)]);
            check(&text);
            assert_eq!(flow(labels, &text), written);
        }
        let text = text([("http://a.b/".to_owned(), false, false, 0), ("c".to_owned(), true, false, 0)]);
        check(&text);
        assert_eq!(flow(labels, &text), "http&#58;//a.b/**c**");
    }

    #[test]
    fn bold_beside_full_width_punctuation_is_bold() {
        let labels = &Labels::of(&Lang::new("zh-CN"));
        let bold = |before: &str, inner: &str, after: &str| {
            let text = text([(before, false), (inner, true), (after, false)].map(|(w, b)| (w.to_owned(), b, false, 0)));
            check(&text);
            flow(labels, &text)
        };
        assert_eq!(bold("检查", "数据", "，再"), "检查**数据**，再");
        assert_eq!(bold("", "注意：", "不要"), "<strong>注意：</strong>不要");
        assert_eq!(bold("检查", "“数据”", "再"), "检查<strong>“数据”</strong>再");
    }

    #[test]
    fn a_blank_reads_as_a_field_with_its_name() {
        let labels = &Labels::of(&Lang::new("zh-CN"));
        let mut text = text([("app-".to_owned(), false, true, 0)]);
        text.push(Content::Blank(Box::new(Gap::value("version", "新版本"))));
        text.push_str("\n1. 上传\n");
        assert_eq!(flow(labels, &text), "`app-____`（新版本）\\\n1\\. 上传");
        assert_eq!(cell(labels, &text), "`app-____`（新版本）<br>1\\. 上传");
    }

    #[test]
    fn an_address_that_is_its_own_words_is_written_once() {
        let labels = &Labels::of(&Lang::new("en"));
        let link = "https://example.com/a_b?c=d&lt;e";
        assert_eq!(flow(labels, &text([(link.to_owned(), false, false, 1)])), format!("<{link}>"));
        assert_eq!(flow(labels, &text([("R1".to_owned(), false, false, 2)])), "[R1](#step-4_2fhost_201)");
    }

    #[test]
    fn a_fence_is_longer_than_any_within() {
        assert_eq!((fence("ls"), fence("a\n````\nb")), ("```".to_owned(), "`````".to_owned()));
    }

    proptest! {
        #[test]
        fn any_text_comes_out_as_it_went_in(
            runs in prop::collection::vec(
                ("[-ab1. *_`#<>|\\[\\]~&\\\\+=:$!;/()\t，。中“→]{1,7}", any::<bool>(), any::<bool>(), 0..4_u8, 0..5_u8),
                1..6,
            )
        ) {
            let mut whole = Text::empty(Lang::new("zh-CN"));
            let count = runs.len();
            for (index, (chars, bold, code, link, new_line)) in runs.into_iter().enumerate() {
                whole.append(&text([(chars, bold, code, link)]));
                if new_line == 0 && index + 1 < count {
                    whole.push(Content::Break);
                }
            }
            check(&whole);
        }
    }
}
