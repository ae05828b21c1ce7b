//! Tests what GitHub's parser makes of our Markdown.

use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::*;
use crate::text::{Content, Gap, Lang, Run};

/// What a reader of the Markdown sees: characters, each with whether it is bold and whether it is code.
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
    let [in_flow, in_line, in_cell] =
        [TextPlace::Flow, TextPlace::Line, TextPlace::Cell].map(|place| Markdown.inline(labels, text, place));
    assert_eq!(seen(&in_flow), all("", "", '\n'), "{in_flow:?}");
    assert_eq!(taken(&in_flow), [""; 0], "{in_flow:?}");
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

/// Words that GitHub or GitLab would take for something of their own, in the Markdown's finished page: they look at each
/// stretch of words outside of code and links. A web address that is a word of its own leads to where it says.
fn taken(markdown: &str) -> Vec<String> {
    let patterns = [
        r"(?:^|[^A-Za-z0-9_])@[A-Za-z0-9_]",
        r"[#!&][0-9]",
        r#"[$%~]["A-Za-z0-9_]"#,
        r"\b[Gg][Hh]-[0-9]",
        r"\b(?:[0-9]+[a-f]|[a-f])[0-9a-f]*\b",
        r":(?:100|1234|[+-]1|[0-9_+-]*[a-z][a-z0-9_+-]*):",
        r"[A-Za-z0-9]://",
        r"\b[Ww][Ww][Ww]\.",
    ];
    let patterns = patterns.map(|pattern| regex_lite::Regex::new(pattern).unwrap());
    let (mut stretches, mut links) = (vec![String::new()], 0);
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        match event {
            Event::Text(words) if links == 0 => stretches.last_mut().unwrap().push_str(&words),
            Event::Start(Tag::Link { .. }) => links += 1,
            Event::End(TagEnd::Link) => links -= 1,
            _ => stretches.push(String::new()),
        }
    }
    let address = regex_lite::Regex::new(r"(^|[ \t\n])https?://[A-Za-z0-9./:?=,%+-]*($|[ \t\n])").unwrap();
    let found = |stretch: &String| {
        let stretch = address.replace_all(stretch, "$1$2");
        let stretch = &address.replace_all(&stretch, "$1$2");
        let all = patterns.iter().flat_map(|pattern| pattern.find_iter(stretch));
        let is_short = |word: &str| word.len() < 7 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        all.map(|found| found.as_str().to_owned()).filter(|word| !is_short(word)).collect::<Vec<_>>()
    };
    stretches.iter().flat_map(found).collect()
}

#[test]
fn nobody_is_told_and_nothing_is_linked_where_the_page_is_pasted() {
    let labels = &Labels::of(&Lang::new("en"));
    for (words, written) in [
        ("ask @ops or @org/team, a@b.c", "ask <span>@</span>ops or <span>@</span>org/team, a@b.c"),
        ("#12 and org/repo#45", "<span>\\#</span>12 and org/repo<span>#</span>45"),
        ("GH-12 gh-3 high-5", "GH<span>-</span>12 gh<span>-</span>3 high-5"),
        ("!12 %3 %v1 %\"a b\" 5 %", "<span>!</span>12 <span>%</span>3 <span>%</span>v1 <span>%</span>\"a b\" 5 %"),
        ("~bug ~\"a b\" ~/bin", "<span>\\~</span>bug <span>\\~</span>\"a b\" \\~/bin"),
        ("$12 &12", "<span>\\$</span>12 <span>&amp;</span>12"),
        ("a1b2c3d 提交abc1234的", "<span>a1b2c3</span>d 提交<span>abc123</span>4的"),
        ("0123456789abcdef", "<span>012345</span>6789ab<span>cdef</span>"),
        ("a1b2c3 20130125 a1b2c3d_ xa1b2c3d", "a1b2c3 20130125 a1b2c3d\\_ xa1b2c3d"),
        (r"a\@b \abc1234", r"a\\<span>@</span>b \\<span>abc123</span>4"),
        ("abc123abc123a@b", "<span>abc123</span>abc123<span>a</span><span>@</span>b"),
        (":tada: 20:00", "<span>:</span>tada: 20:00"),
        ("see https://a.b/c-d?e=f, or http://a.b", "see https://a.b/c-d?e=f, or http://a.b"),
        ("http://a.b/x_y?c=d&e=f", "http<span>:</span>//a.b/x_y?c=d\\&e=f"),
        ("(http://a.b) http://a.b/:tada:", "(http<span>:</span>//a.b) http<span>:</span>//a.b/<span>:</span>tada:"),
        ("见http://a.b/c，然后 WWW.a.b", "见http<span>:</span>//a.b/c，然后 WWW<span>.</span>a.b"),
        ("@张三 #一 100 % a ! b", "@张三 \\#一 100 % a ! b"),
    ] {
        let text = text([(words.to_owned(), false, false, 0)]);
        check(&text);
        let markdown = Markdown.inline(labels, &text, TextPlace::Flow);
        assert_eq!(markdown, written.replace("\\#一", "#一"));
        assert_eq!(taken(&markdown), [""; 0], "{markdown}");
        // Nobody looks into code or an author's own link.
        let code = self::text([(words.to_owned(), false, true, 0)]);
        assert_eq!(Markdown.inline(labels, &code, TextPlace::Flow), format!("`{words}`"));
    }
    assert_eq!(taken("ask @ops, #1, GH-1, a1b2c3d, (http://a)"), [" @o", "#1", "GH-1", "a1b2c3d", "p://"]);
}

#[test]
fn bold_beside_full_width_punctuation_is_bold() {
    let labels = &Labels::of(&Lang::new("zh-CN"));
    let bold = |before: &str, inner: &str, after: &str| {
        let text = text([(before, false), (inner, true), (after, false)].map(|(w, b)| (w.to_owned(), b, false, 0)));
        check(&text);
        Markdown.inline(labels, &text, TextPlace::Flow)
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
    assert_eq!(Markdown.inline(labels, &text, TextPlace::Flow), "`app-____`（新版本）\\\n1\\. 上传");
    assert_eq!(Markdown.inline(labels, &text, TextPlace::Cell), "`app-____`（新版本）<br>1\\. 上传");
}

#[test]
fn an_address_that_is_its_own_words_is_written_once() {
    let labels = &Labels::of(&Lang::new("en"));
    let link = "https://example.com/a_b?c=d&lt;e";
    assert_eq!(
        Markdown.inline(labels, &text([(link.to_owned(), false, false, 1)]), TextPlace::Flow),
        format!("<{link}>")
    );
    assert_eq!(
        Markdown.inline(labels, &text([("R1".to_owned(), false, false, 2)]), TextPlace::Flow),
        "[R1](#step-4_2fhost_201)"
    );
}

#[test]
fn a_fence_is_longer_than_any_within() {
    assert_eq!(Markdown.fence(0, "sh", "ls\n"), "```sh\nls\n```");
    assert_eq!(Markdown.fence(1, "", "a\n````\n\n  b"), "  `````\n  a\n  ````\n\n    b\n  `````");
}

proptest! {
    #[test]
    fn any_text_comes_out_as_it_went_in(
        runs in prop::collection::vec(
            ("([-ab1. *_`#<>|\\[\\]~&\\\\+=:$!%@;/()\t，。中“→]|GH-1|abc1234|://|www\\.){1,7}", any::<bool>(), any::<bool>(), 0..4_u8, 0..5_u8),
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

#[test]
fn blocks_hold_lines_that_begin_where_they_must() {
    assert_eq!(Markdown.tick(0, "a\\\nb"), "- [ ] a\\\n  b");
    assert_eq!(Markdown.bullet(1, "a\\\nb"), "  - a\\\n    b");
    assert_eq!(Markdown.more(1, "a\\\nb"), "    a\\\n    b");
    assert_eq!(Markdown.quote("a\\\nb"), "> a\\\n> b");
    let row = vec![Some("a".to_owned()), None, Some(String::new())];
    assert_eq!(Markdown.table(&["h", "i", "j"].map(str::to_owned), &[row]), "| h | i | j |\n|---|---|---|\n| a | |  |");
}
