//! What readers of the sheets rely on: no character is lost, no line is too wide, and lines break where they may.

use super::*;
use crate::chars::as_printed;
use crate::text::{Gap, Lang, Run, Style};

const SETTING: Setting =
    Setting { size: Pt(10_500), leading: Pt(15_000), bold: false, code: false, align: Align::Start };

fn set(words: &str, setting: &Setting, width: Pt) -> Paragraph {
    let fonts = Fonts::builtin();
    Arc::unwrap_or_clone(Typesetter::new(&fonts).paragraph(&Text::plain(&Lang::new("zh-CN"), words), setting, width))
}

fn items(paragraph: &Paragraph) -> impl Iterator<Item = &TextItem> {
    paragraph.pieces.iter().filter_map(|piece| match piece {
        LinePiece::Glyphs(item) => Some(item),
        _ => None,
    })
}

fn lines(paragraph: &Paragraph) -> Vec<String> {
    let line = |line: &Line| items(paragraph).filter(|item| item.y == line.baseline).map(|item| &*item.text).collect();
    paragraph.lines.iter().map(line).collect()
}

/// Every cluster in order covers the item's text once.
fn assert_covered(item: &TextItem) {
    let mut clusters: Vec<_> = item.glyphs.iter().map(|glyph| glyph.cluster.clone()).collect();
    clusters.retain(|cluster| !cluster.is_empty());
    clusters.sort_by_key(|cluster| cluster.start);
    let mut end = 0;
    for cluster in clusters {
        assert_eq!(cluster.start, end, "{item:?}");
        end = cluster.end;
    }
    assert_eq!(end as usize, item.text.len(), "{item:?}");
}

const MIXED: &str = "把 zookeeper-3.4.5 的 Active Task 记录在案：检查（Error 日志）没有新的，“warm-up”状态开启后等 10 分钟——\
                     遗漏则联系应用…… Łódź, ΑΒΓ, Привет e\u{301}\u{323} office ffi ①②③ 𠮷\u{200B}/opt/app/bin/start.sh --force。";

#[test]
fn every_character_once_and_in_order() {
    for width in [8, 20, 60, 100, 333, 2000].map(Pt::points) {
        for code in [false, true] {
            let paragraph = set(MIXED, &Setting { code, ..SETTING }, width);
            assert_eq!(items(&paragraph).map(|item| &*item.text).collect::<String>(), MIXED, "{width:?}");
            items(&paragraph).for_each(assert_covered);
        }
    }
}

#[test]
fn no_line_is_wider_than_the_width() {
    // The widest piece that can't be broken is the dash, of two characters.
    for width in (21..400).step_by(7).map(Pt::points) {
        for setting in
            [SETTING, Setting { code: true, ..SETTING }, Setting { align: Align::End, bold: true, ..SETTING }]
        {
            let paragraph = set(MIXED, &setting, width);
            for line in &paragraph.lines {
                assert!(line.x + line.width <= width, "{width:?} {line:?} {:?}", lines(&paragraph));
            }
            assert_eq!(paragraph.height, setting.leading * paragraph.lines.len() as i32);
        }
    }
}

#[test]
fn items_are_as_wide_as_the_line_says() {
    let paragraph = set("检查warm-up状态 10 分钟，好", &SETTING, Pt::points(500));
    let last = items(&paragraph).last().map(|item| item.x + item.width());
    assert_eq!(last, Some(paragraph.width));
    let mut pen = Pt::ZERO;
    for item in items(&paragraph) {
        assert_eq!(item.x, pen);
        pen += item.width();
    }
}

#[test]
fn punctuation_begins_no_line() {
    let words = "检查数据，记录连接。（见图一）“热身”完成；通知应用、数据库！";
    for width in 24..150 {
        let paragraph = set(words, &SETTING, Pt::points(width));
        for (index, line) in lines(&paragraph).iter().enumerate() {
            let first = line.chars().next().unwrap_or('?');
            // `（见图一）“热` has no proper place to break and is wider than two characters, so there it is broken
            // anywhere.
            assert!(!"，。）；、！”".contains(first) || width < 96, "{width} {index} {line}");
        }
    }
}

#[test]
fn closing_punctuation_gives_up_its_empty_half() {
    assert_eq!(lines(&set("四个汉字。下", &SETTING, Pt(47_250))), ["四个汉字。", "下"]);
    assert_eq!(lines(&set("四个汉字。下", &SETTING, Pt(47_249))), ["四个汉", "字。下"]);
}

#[test]
fn code_keeps_spaces_and_breaks_behind_them() {
    let setting = Setting { code: true, ..SETTING };
    let cell = Pt(6_000);
    let paragraph = set("  a  b\nfi ->", &setting, cell * 4);
    assert_eq!(lines(&paragraph), ["  a ", " b", "fi ", "->"]);
    assert!(items(&paragraph).flat_map(|item| item.glyphs.iter()).all(|glyph| glyph.advance == cell));
    let tab = set("a\tb", &setting, cell * 9);
    assert_eq!(tab.width, cell * 5);
    assert_eq!(lines(&tab), ["a\tb"]);
}

#[test]
fn a_ligature_is_one_glyph() {
    let paragraph = set("office", &SETTING, Pt::points(200));
    let glyphs = items(&paragraph).next().map(|item| item.glyphs.clone()).unwrap_or_default();
    assert_eq!(glyphs.iter().map(|glyph| glyph.cluster.clone()).collect::<Vec<_>>(), [0..1, 1..4, 4..5, 5..6]);
}

#[test]
fn latin_stands_apart_from_han() {
    let close = set("升级", &SETTING, Pt::points(200)).width + set("abc", &SETTING, Pt::points(200)).width;
    assert_eq!(set("升级abc", &SETTING, Pt::points(200)).width, close + Pt(945));
    let dot = set("，", &SETTING, Pt::points(200)).width + set("abc", &SETTING, Pt::points(200)).width;
    assert_eq!(set("，abc", &SETTING, Pt::points(200)).width, dot);
}

#[test]
fn base_lines_keep_the_grid() {
    let paragraph = set("汉字\nÅg\n`code`", &SETTING, Pt::points(200));
    let bases: Vec<_> = paragraph.lines.iter().map(|line| line.baseline.0).collect();
    assert_eq!(bases, [11_490, 26_490, 41_490]);
}

#[test]
fn dashes_are_joined_as_chinese_wants_them() {
    let paragraph = set("——", &SETTING, Pt::points(200));
    assert_eq!(paragraph.width, SETTING.size * 2);
}

#[test]
fn breaks_blanks_page_numbers_and_links() {
    let fonts = Fonts::builtin();
    let mut text = Text::plain(&Lang::new("en"), "see ");
    let link = Style { link: Some(Arc::from("https://example.com")), ..Style::default() };
    text.runs.push(Run { content: Content::Chars("here".to_owned()), style: link, origin: None });
    text.push(Content::Break);
    text.push(Content::Blank(Box::new(Gap::value("version", "Version"))));
    text.push(Content::PageOf("step-1".to_owned()));
    text.push(Content::Break);
    let paragraph = Typesetter::new(&fonts).paragraph(&text, &SETTING, Pt::points(300));
    assert_eq!(paragraph.lines.len(), 3);
    let see = paragraph.pieces.first().map(|piece| matches!(piece, LinePiece::Glyphs(item) if &*item.text == "see "));
    assert_eq!(see, Some(true));
    let drawn: Vec<_> = paragraph.pieces.iter().skip(2).collect();
    let LinePiece::Link(rect, _) = drawn[0] else { panic!("{drawn:?}") };
    assert_eq!(rect.x + rect.width, paragraph.lines[0].width);
    let LinePiece::Gap(rect, gap) = drawn[1] else { panic!("{drawn:?}") };
    assert_eq!((rect.x, rect.width, gap.words.as_str()), (Pt::ZERO, VALUE, "Version"));
    let LinePiece::PageOf { x, width, destination, .. } = drawn[2] else { panic!("{drawn:?}") };
    assert_eq!((*x, *width, destination.as_str()), (VALUE, Pt(3 * 6006), "step-1"));
    assert_eq!(
        Typesetter::new(&fonts).paragraph(&Text::empty(Lang::new("en")), &SETTING, Pt::points(9)).height,
        Pt::ZERO
    );
}

#[test]
fn a_page_number_and_a_gap_stand_with_their_word() {
    let fonts = Fonts::builtin();
    let mut typesetter = Typesetter::new(&fonts);
    let number = || Content::PageOf("step-1".to_owned());
    let gap = || Content::Blank(Box::new(Gap::value("version", "Version")));
    for (lang, before, object, after, kept) in [
        ("en", "see the page ", number(), ",", "page"),
        ("zh-CN", "数据表，第 ", number(), " 页", "第"),
        ("en", "reported by ", gap(), "", "by"),
        ("zh-CN", "静态的提供者：", gap(), " 个", ""),
    ] {
        let mut text = Text::plain(&Lang::new(lang), before);
        text.push(object);
        text.push_str(after);
        let whole = typesetter.width(&text, &SETTING);
        // The line has room for all but the last character.
        let paragraph = typesetter.paragraph(&text, &SETTING, whole - Pt(1));
        let second = paragraph.lines[1].baseline;
        let on_second: String = items(&paragraph).filter(|item| item.y == second).map(|item| &*item.text).collect();
        assert!(on_second.starts_with(kept) && paragraph.lines.len() == 2, "{before}: {on_second}");
    }
}

#[test]
fn right_to_left_runs_are_in_visual_order() {
    // No built-in face has Hebrew. The test looks at the order of the clusters.
    let paragraph = set("ab אבג 12", &SETTING, Pt::points(300));
    let drawn: Vec<_> = items(&paragraph).map(|item| item.text.to_string()).collect();
    assert_eq!(drawn.concat().chars().filter(|ch| !ch.is_whitespace()).count(), 7);
    let hebrew = items(&paragraph).find(|item| item.text.contains('א')).map(|item| item.glyphs[0].cluster.start);
    assert!(hebrew.is_some_and(|start| start > 0), "{drawn:?}");
    items(&paragraph).for_each(assert_covered);
}

#[test]
fn the_same_text_is_laid_out_once() {
    let fonts = Fonts::builtin();
    let mut typesetter = Typesetter::new(&fonts);
    let (bold, plain) = (Text::plain(&Lang::new("en"), "Step").bold(), Text::plain(&Lang::new("en"), "Step"));
    let first = typesetter.paragraph(&plain, &SETTING, Pt::points(99));
    assert_eq!(typesetter.paragraph(&plain, &SETTING, Pt::points(99)), first);
    assert_eq!(typesetter.known.len(), 1);
    assert_ne!(typesetter.paragraph(&bold, &SETTING, Pt::points(99)), first);
    assert_eq!(typesetter.known.len(), 2);
    typesetter.paragraph(&Text::plain(&Lang::new("en"), "x".repeat(CACHED_BYTES)), &SETTING, Pt::points(99));
    assert_eq!(typesetter.known.len(), 2);
}

#[test]
fn only_page_numbers_depend_on_their_digits() {
    let fonts = Fonts::builtin();
    let mut typesetter = Typesetter::new(&fonts);
    let plain = Text::plain(&Lang::new("en"), "Step");
    let mut number = plain.clone();
    number.push(Content::PageOf("step-1".to_owned()));
    let mut widths = |digits| {
        typesetter.set_page_digits(digits);
        let widths = [&plain, &number].map(|text| typesetter.width(text, &SETTING));
        (widths, typesetter.known.len())
    };
    let ([word, two], known) = widths(2);
    assert_eq!(known, 2);
    let (wider, known) = widths(3);
    // The words are remembered already.
    assert_eq!((wider[0], known), (word, 3));
    assert!(wider[1] > two, "{wider:?}");
    assert_eq!(widths(2), ([word, two], 3));
}

#[test]
fn a_text_that_fits_is_placed_as_if_it_were_shaped_again() {
    let fonts = Fonts::builtin();
    for words in ["回滚 R1，第 3 页", "go on", "x y ", "（甲）", ""] {
        for align in [Align::Start, Align::Center, Align::End] {
            let (text, setting) = (Text::plain(&Lang::new("zh-CN"), words), Setting { align, ..SETTING });
            let mut typesetter = Typesetter::new(&fonts);
            let again = typesetter.lay_out(&text, &setting, Pt::points(200));
            assert_eq!(*typesetter.paragraph(&text, &setting, Pt::points(200)), again, "{words:?} {align:?}");
        }
    }
}

/// Any text, with many characters that are hard to set: controls, marks, both directions, ambiguous punctuation.
const ODD: &str = "\\PC{0,12}[\u{0}-\u{2FF}\u{590}-\u{6FF}\u{2000}-\u{2030}一-十，。—\u{FE0F}]{0,40}";

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 300, failure_persistence: None, ..Default::default() })]

    #[test]
    fn anything_can_be_set(words in ODD, width in -5..120_000, code: bool) {
        let paragraph = set(&words, &Setting { code, ..SETTING }, Pt(width));
        let mut set: Vec<char> = items(&paragraph).flat_map(|item| item.text.chars()).collect();
        let mut written: Vec<char> = words.chars().filter(|&ch| ch != '\n').map(as_printed).collect();
        set.sort_unstable();
        written.sort_unstable();
        assert_eq!(set, written);
        items(&paragraph).for_each(assert_covered);
    }
}

#[test]
fn a_name_with_a_hyphen_stays_whole_where_it_fits() {
    let narrow = Pt::points(140);
    for name in ["registry-db.example.com", "6.1.0-37-amd64", "db-1"] {
        for before in ["on", "on the", "on the host", "on the old host"] {
            let lines = lines(&set(&format!("{before} {name}, then on"), &SETTING, narrow));
            assert!(lines.iter().any(|line| line.contains(name)), "{lines:?}");
        }
    }
    let wide = lines(&set("on a-very-long-registry-host-db.example.com", &SETTING, narrow));
    assert!(wide.iter().any(|line| line.ends_with('-')), "{wide:?}");
    let words = lines(&set("the old and lasting point-of-no-return", &SETTING, narrow));
    assert!(words.iter().any(|line| line.ends_with('-')), "{words:?}");
}

#[test]
fn no_line_ends_behind_spaces_alone() {
    let long = format!("  {}", "Donaudampfschiff".repeat(5));
    let set = set(&long, &SETTING, Pt(200_000));
    assert!(lines(&set)[0].starts_with("  Donau"), "{:?}", lines(&set));
    assert_eq!(lines(&set).concat(), long);
}

/// The face of code says for vowels alone where their marks stand; others would stand over what follows.
#[test]
fn a_mark_stands_on_its_letter() {
    let code = Setting { code: true, ..SETTING };
    for (words, setting) in
        [("x\u{301}y", code), ("0\u{323}1", code), ("e\u{301}\u{323}x", code), ("x\u{301}y", SETTING)]
    {
        let paragraph = set(words, &setting, Pt::points(400));
        let mut item = items(&paragraph);
        let (item, fonts) = (item.next().unwrap(), Fonts::builtin());
        let face = fonts.face(item.face);
        let (mut pen, mut letter) = (Pt::ZERO, Pt::ZERO..Pt::ZERO);
        for glyph in item.glyphs.iter() {
            if glyph.advance > Pt::ZERO {
                letter = pen..pen + glyph.advance;
            } else if let Some([left, _, right, _]) = face.ink(glyph.id) {
                let middle = Pt((f32::midpoint(left, right) * item.size.to_f32()) as i32);
                let at = pen + glyph.offset.0 + middle;
                assert!(letter.contains(&at), "{words:?}: {at:?} outside of {letter:?}");
            }
            pen += glyph.advance;
        }
    }
}
