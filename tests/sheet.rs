//! Checks the printed check list as another library reads it: every word is there, in order, in its place, large
//! enough, on the right page, and boxes are where they must be.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::support::broken;
use crate::support::generate::{self, Written};
use crate::support::read::{self, squeezed};
use crate::support::{self, Case, EXAMPLES, FONTS, PAPERS, case, findings};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use pulldown_cmark::{Event, Parser};
use runsheet::diagnostic::Sources;
use runsheet::field::{Field, FieldName, Where};
use runsheet::geometry::Paper;
use runsheet::page::{ItemKind, pdf};
use runsheet::plan::LabelSet;
use runsheet::render::{self, Templates};
use runsheet::text::Lang;
use runsheet::view::checklist::ListOptions;
use runsheet::view::labels::{LabelFiles, Labels};

#[test]
fn every_example_is_printed_as_it_must_be() {
    let mut found = Vec::new();
    for case in EXAMPLES.iter() {
        found.extend(findings(&case.view, &case.bytes).into_iter().map(|finding| format!("{}: {finding}", case.name)));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_longest_words_of_a_label_file_are_printed_whole() {
    const WORD: &str = "Donaudampfschifffahrtsgesellschaftskapitänswitwe";
    let ours: toml::Table = support::text("templates/labels/en.toml").parse().unwrap();
    let mut file = String::from("[sheet]\n");
    for (name, text) in ours["sheet"].as_table().unwrap() {
        // A label with a gap or a value must keep it. Each begins with its own name, to be told from the others.
        if let Some(text) = text.as_str().filter(|text| !text.contains('{')) {
            let ours = text.chars().count();
            let length = (ours * 2).max(ours + 12);
            let word: String = name.chars().filter(|c| *c != '-').chain(WORD.chars().cycle()).take(length).collect();
            writeln!(file, "{name} = \"{word}\"").unwrap();
        }
    }
    let mut sources = Sources::default();
    let read = LabelFiles::read(&mut sources, vec![("en.toml".into(), "labels/en.toml".into(), file.into_bytes())]);
    let labels = read.unwrap().labels(&Lang::new("en"), LabelSet::Release);
    let (flow, release) =
        (support::text("flows/skiff-release.toml"), support::text("flows/skiff-release.release.toml"));
    let plans = support::plans(&flow, &release).unwrap();
    for paper in PAPERS {
        let plan = plans.iter().find(|plan| plan.lang.tag() == "en").unwrap();
        let case = support::print_in("long labels".into(), plan, paper, (&labels, &ListOptions::default())).unwrap();
        let found = findings(&case.view, &case.bytes);
        assert!(found.is_empty(), "{paper:?}\n{}", found.join("\n"));
    }
}

#[test]
fn every_copy_is_printed_as_it_must_be() {
    let options = ListOptions { copies: 3, ..ListOptions::default() };
    for name in ["dubbo-registry", "rolling-kernel-patch"] {
        let plan = &support::example(name)[0];
        let mut case = support::print_as(name.to_owned(), plan, Paper::A4, &options).expect("a list");
        assert_eq!(findings(&case.view, &case.bytes), Vec::<String>::new(), "{name}");
        // A page of the second copy that stands in the first one is found.
        let pages = case.document.pages.len() / 3;
        case.document.pages.swap(1, pages + 1);
        let bytes = pdf::write(&case.document, &FONTS).expect("a PDF");
        let found = findings(&case.view, &bytes);
        assert!(found.iter().any(|finding| finding.contains("neither head nor foot says")), "{found:?}");
    }
}

/// Phrases that a text has less often than their list.
fn missing(phrases: &str, text: &str) -> Vec<String> {
    let text = squeezed(text);
    let phrases: Vec<String> = phrases.lines().map(squeezed).collect();
    let times = |phrase: &String| phrases.iter().filter(|other| *other == phrase).count();
    phrases.iter().filter(|phrase| text.matches(phrase.as_str()).count() < times(phrase)).cloned().collect()
}

#[test]
fn the_procedure_keeps_every_phrase_of_its_author() {
    let phrases = support::text("tests/phrases/dubbo-registry.txt");
    let plan = &support::example("dubbo-registry")[0];
    // What the procedure is for is read in the runbook.
    let about = plan.about.as_ref().map(|about| squeezed(&about.to_plain())).unwrap_or_default();
    let printed: Vec<&str> = phrases.lines().filter(|phrase| !about.contains(&squeezed(phrase))).collect();
    assert!(printed.len() < phrases.lines().count());
    let printed = printed.join("\n");
    for name in ["dubbo-registry zh-CN A4", "dubbo-registry bare zh-CN Letter"] {
        let print = read::read(&case(name).bytes).unwrap_or_else(|fault| panic!("{fault}"));
        let glyphs = print.pages.iter().flat_map(|page| &page.glyphs).filter(|glyph| !glyph.artifact);
        let text: String = glyphs.map(|glyph| &*glyph.reads).collect();
        assert_eq!(missing(&printed, &text), Vec::<String>::new(), "{name}");
    }
    let runbook = render::runbook(plan, &Labels::of(&plan.lang), &Templates::builtin())
        .unwrap_or_else(|fault| panic!("{}", fault.message));
    let runbook = String::from_utf8(runbook.bytes).expect("UTF-8");
    let words = Parser::new(&runbook).filter_map(|event| match event {
        Event::Text(words) | Event::Code(words) => Some(words.into_string()),
        _ => None,
    });
    assert_eq!(missing(&phrases, &words.collect::<String>()), Vec::<String>::new());
}

#[test]
fn each_command_and_what_comes_out_is_copied_as_it_is_written() {
    let [flow, release] = ["flow", "release"].map(|name| support::text(format!("tests/flows/commands/{name}.toml")));
    let plans = support::plans(&flow, &release).unwrap_or_else(|faults| panic!("{faults}"));
    let copied = [
        "git fetch --tags",
        "git tag --sign v3.1 --message \"Shop 3.1\"\ngit push origin v3.1",
        "To git.example.com:shop.git\n * [new tag]         v3.1 -> v3.1",
        " ! [rejected]        v3.1 -> v3.1 (already exists)",
        "ssh build publish --to ‹mirror› shop=3.1",
        "helm upgrade shop ./chart --set image.tag=\"{{ .Chart.AppVersion }}\"",
        "Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress\nNAME   READY\n<none> 0/2",
        "ssh shop-2 sudo systemctl restart shop",
        "ssh shop-2 sudo reboot",
        "active",
        "failed",
    ];
    for (plan, paper) in plans.iter().flat_map(|plan| support::PAPERS.map(|paper| (plan, paper))) {
        let case = support::print(String::new(), plan, paper).expect("a list");
        assert_eq!(findings(&case.view, &case.bytes), Vec::<String>::new(), "{paper:?}");
        let print = read::read(&case.bytes).unwrap_or_else(|fault| panic!("{fault}"));
        // The first glyph of each line reads as the whole line.
        let whole: BTreeSet<&str> =
            print.pages.iter().flat_map(|page| &page.glyphs).map(|glyph| &*glyph.reads).collect();
        let lines = copied.into_iter().flat_map(str::lines);
        let missing: Vec<&str> = lines.filter(|line| !whole.contains(line)).collect();
        assert_eq!(missing, [""; 0], "{paper:?} {}", plan.lang.tag());
        let boxes = case.document.fields.iter().map(|field| field.name.to_string());
        let boxes: Vec<String> = boxes.filter(|name| name.contains(".command.")).collect();
        let of = |step: &str| [1, 2].map(|number| format!("step.{step}.command.{number}"));
        assert_eq!(boxes, [of("2"), of("3-shop-1"), of("3-shop-2")].concat());
    }
}

#[test]
fn each_line_of_a_message_is_copied_as_it_is_written() {
    let [flow, release] = ["flow", "release"].map(|name| support::text(format!("tests/flows/messages/{name}.toml")));
    let plans = support::plans(&flow, &release).unwrap_or_else(|faults| panic!("{faults}"));
    // The empty lines behind a line are copied with it.
    let copied = [
        "Search runs 8.15",
        "Dear colleagues,\n",
        "search runs 8.15 since ‹switched› (‹ticket›).\n",
        "  - answers in half the time, even for rare words and for the long questions that people copy from a document into the field",
        "  - rank:new sorts by date\n",
        "More on the wiki (https://wiki.example.com/search-8).\n\n",
        "Yours, the search team",
    ];
    for paper in support::PAPERS {
        let case = support::print(String::new(), &plans[0], paper).expect("a list");
        assert_eq!(findings(&case.view, &case.bytes), Vec::<String>::new(), "{paper:?}");
        let print = read::read(&case.bytes).unwrap_or_else(|fault| panic!("{fault}"));
        let glyphs = print.pages.iter().flat_map(|page| &page.glyphs).map(|glyph| &*glyph.reads);
        let read: Vec<&str> = glyphs.filter(|reads| copied.contains(reads)).collect();
        assert_eq!(read, copied, "{paper:?}");
        let boxes = case.document.fields.iter().map(|field| field.name.to_string());
        let boxes: Vec<String> = boxes.filter(|name| name.contains(".told.")).collect();
        // A long message goes on on further pages, and each of its lines is read once.
        let shards = print
            .pages
            .iter()
            .map(|page| page.glyphs.iter().filter(|glyph| glyph.reads.contains("The index of shard")).count());
        let shards: Vec<usize> = shards.filter(|lines| *lines > 0).collect();
        assert!(shards.len() >= 2 && shards.iter().sum::<usize>() == 30, "{paper:?} {shards:?}");
        assert_eq!(boxes, ["step.5.told.1", "step.5.told.2", "step.5.told.3"]);
    }
}

/// A command or a note that no page holds goes on on the next one, which says so at both ends, and each of its lines is there once.
#[test]
fn a_long_command_and_a_long_note_go_on_on_another_page() {
    let lines: Vec<String> = (1..=90).map(|n| format!("echo line-{n}-of-a-long-command")).collect();
    let words: Vec<String> = (1..=900).map(|n| format!("word{n}")).collect();
    let (command, note) = (lines.join("\n"), words.join(" "));
    let flow = format!(
        "schema = 1\nid = \"long\"\ntitle = \"Long\"\nlang = \"en\"\n[[hot]]\ntitle = \"Do\"\nnote = \"{note}\"\n\
         [[hot.step]]\nop = \"write\"\ndo = \"Go\"\nnote = \"{note}\"\ncommand = \"\"\"\n{command}\"\"\"\n"
    );
    let plans = support::plans(&flow, "flow = \"long\"\n").unwrap_or_else(|faults| panic!("{faults}"));
    for paper in support::PAPERS {
        let case = support::print(String::new(), &plans[0], paper).expect("a list");
        assert_eq!(findings(&case.view, &case.bytes), Vec::<String>::new(), "{paper:?}");
        let print = read::read(&case.bytes).unwrap_or_else(|fault| panic!("{fault}"));
        let glyphs =
            || print.pages.iter().enumerate().flat_map(|(n, page)| page.glyphs.iter().map(move |glyph| (n, glyph)));
        let copied: Vec<&str> =
            glyphs().map(|(_, glyph)| &*glyph.reads).filter(|reads| reads.contains("of-a-long-command")).collect();
        assert_eq!(copied, lines, "{paper:?}");
        let pages: BTreeSet<usize> =
            glyphs().filter(|(_, glyph)| glyph.reads.contains("of-a-long-command")).map(|(page, _)| page).collect();
        assert!(pages.len() >= 2, "{paper:?}: {pages:?}");
        let frame: String = glyphs().filter(|(_, glyph)| glyph.artifact).map(|(_, glyph)| &*glyph.reads).collect();
        let frame = squeezed(&frame);
        for said in ["more on page", "Do · step 1, continued", "Note · continued", "Do · continued"] {
            assert!(frame.contains(&squeezed(said)), "{paper:?}: {said}: {frame}");
        }
    }
}

#[test]
fn the_example_is_small_and_the_same_every_time() {
    let case = case("dubbo-registry zh-CN A4");
    assert!(case.bytes.len() < 250_000, "{} bytes", case.bytes.len());
    let again = support::print(String::new(), &support::example("dubbo-registry")[0], Paper::A4).expect("a list");
    assert!(case.bytes == again.bytes);
}

#[test]
fn fields_lie_where_they_are_drawn() {
    for case in EXAMPLES.iter() {
        let document = &case.document;
        // What is filled in for all pages is one field.
        let own = || {
            let names = document.fields.iter().map(|field| &field.name);
            names.filter(|name| !matches!(name.field, Field::Gap(Where::Head, ..)))
        };
        let names: BTreeSet<&FieldName> = own().collect();
        assert_eq!(names.len(), own().count(), "{}: two fields share a name", case.name);
        for name in own() {
            assert_eq!(name.to_string().parse::<FieldName>().as_ref(), Ok(name), "{}", case.name);
        }
        let mut drawn = 0;
        for (page, item) in
            document.pages.iter().enumerate().flat_map(|(n, page)| page.items.iter().map(move |item| (n, item)))
        {
            let (id, rect) = match &item.kind {
                ItemKind::Tick(tick) => (tick.field, Some(tick.rect)),
                ItemKind::Field(field) => (Some(*field), None),
                _ => (None, None),
            };
            let Some(field) = id.map(|id| &document.fields[id.0 as usize]) else { continue };
            drawn += 1;
            let rect = rect.unwrap_or(field.rect);
            assert_eq!((field.page, field.rect), (page, rect), "{}: {}", case.name, field.name);
            let size = (document.pages[page].width, document.pages[page].height);
            let inside = rect.x.0 > 0 && rect.y.0 > 0 && rect.x + rect.width < size.0 && rect.y + rect.height < size.1;
            assert!(inside && rect.width.0 > 0 && rect.height.0 > 0, "{}: {} {rect:?}", case.name, field.name);
        }
        assert_eq!(drawn, document.fields.len(), "{}: a field is never drawn, or twice", case.name);
    }
}

/// Breaks a list in each of some ways, of which every one must be found.
fn assert_found(case: &Case, ways: &[broken::Way]) {
    let mut unnoticed = Vec::new();
    for (way, break_it, words) in ways {
        let mut document = case.document.clone();
        break_it(&mut document);
        let bytes = pdf::write(&document, &FONTS).unwrap_or_else(|fault| panic!("{way}: {fault}"));
        let found = findings(&case.view, &bytes);
        if !found.iter().any(|finding| finding.contains(words)) {
            unnoticed.push(format!("{way}: {}", found.join("; ")));
        }
    }
    assert!(unnoticed.is_empty(), "{}", unnoticed.join("\n"));
}

#[test]
fn whatever_is_broken_is_found() {
    assert_found(case("dubbo-registry zh-CN A4"), broken::WAYS);
}

#[test]
fn a_list_that_is_torn_apart_is_found() {
    let [flow, release] = broken::TORN;
    let plans = support::plans(flow, release).unwrap_or_else(|faults| panic!("{faults}"));
    let case = support::print(String::new(), &plans[0], Paper::A4).expect("a list");
    assert_eq!(findings(&case.view, &case.bytes), Vec::<String>::new());
    assert_found(&case, broken::TEARS);
}

#[test]
fn gray_type_is_found() {
    let case = case("dubbo-registry zh-CN A4");
    let mut file = lopdf::Document::load_mem(&case.bytes).expect("a PDF");
    let page = file.get_pages()[&2];
    let gray = [b"0.3 g\n", &*file.get_page_content(page)].concat();
    let content = file.add_object(lopdf::Stream::new(lopdf::Dictionary::new(), gray));
    file.get_dictionary_mut(page).expect("a page").set("Contents", content);
    let mut bytes = Vec::new();
    file.save_to(&mut bytes).expect("a PDF");
    let found = findings(&case.view, &bytes);
    assert!(found.iter().any(|finding| finding.contains("is gray")), "{found:?}");
}

#[test]
fn a_torn_block_is_found() {
    let written = generate::block_of("一页", true, &generate::step("").repeat(12));
    let plans = support::plans(&written.flow, &written.release).expect("a plan");
    let case = support::print(String::new(), &plans[0], Paper::A4).expect("a list");
    assert_eq!(findings(&case.view, &case.bytes), Vec::<String>::new());
    let mut document = case.document;
    broken::tear_block(&mut document);
    let found = findings(&case.view, &pdf::write(&document, &FONTS).unwrap_or_else(|fault| panic!("{fault}")));
    assert!(found.iter().any(|finding| finding.contains("stands on pages")), "{}", found.join("\n"));
}

#[test]
fn a_list_that_goes_on_without_heads_is_found() {
    let written = generate::block_of("几页", false, &generate::step("").repeat(60));
    let plans = support::plans(&written.flow, &written.release).expect("a plan");
    let case = support::print(String::new(), &plans[0], Paper::A4).expect("a list");
    assert_eq!(findings(&case.view, &case.bytes), Vec::<String>::new());
    let mut document = case.document;
    broken::no_column_heads(&mut document);
    let found = findings(&case.view, &pdf::write(&document, &FONTS).unwrap_or_else(|fault| panic!("{fault}")));
    assert!(found.iter().any(|finding| finding.contains("no column head")), "{}", found.join("\n"));
}

#[test]
fn no_text_can_be_left_out_unnoticed() {
    let case = case("dubbo-registry zh-CN A4");
    // The chart is a drawing: its words are looked for as a whole, not one by one.
    let charted = |page: usize| broken::is_chart(&case.document, page);
    // Nor are the words on the rest of a page, which say nothing where it has no room.
    let rest = case.view.foot.blank_rest.to_plain();
    for (page, items) in case.document.pages.iter().enumerate().filter(|(page, _)| !charted(*page)) {
        let inked = |(_, item): &(usize, &runsheet::page::Item)| matches!(&item.kind, ItemKind::Text(text) if !text.text.trim().is_empty() && *text.text != *rest);
        for (at, item) in items.items.iter().enumerate().filter(inked).step_by(41) {
            let mut document = case.document.clone();
            document.pages[page].items.remove(at);
            let found = findings(&case.view, &pdf::write(&document, &FONTS).unwrap_or_else(|fault| panic!("{fault}")));
            assert!(!found.is_empty(), "page {}: {item:?}", page + 1);
        }
    }
}

#[test]
fn fonts_that_are_not_embedded_are_found() {
    let bytes = &case("dubbo-registry zh-CN A4").bytes;
    for (key, words) in
        [("ToUnicode", "has no characters"), ("FontFile2", "has no font file"), ("BaseFont", "cut down")]
    {
        let mut file = lopdf::Document::load_mem(bytes).expect("a PDF");
        for object in file.objects.values_mut() {
            if let Ok(dictionary) = object.as_dict_mut() {
                dictionary.remove(key.as_bytes());
            }
        }
        let mut broken = Vec::new();
        file.save_to(&mut broken).expect("a PDF");
        let found = support::file::fonts(&broken);
        assert!(found.iter().any(|finding| finding.contains(words)), "{key}: {found:?}");
    }
}

/// Prints a generated flow and returns what is wrong. A list may be refused because a step is taller than a page.
fn printed(written: &Written, paper: Paper) -> Vec<String> {
    let plans = support::plans(&written.flow, &written.release);
    let plans = plans.unwrap_or_else(|faults| panic!("{faults}\n{}", written.flow));
    let mut found = Vec::new();
    for plan in &plans {
        match support::print("generated".to_owned(), plan, paper) {
            Ok(case) => found.extend(findings(&case.view, &case.bytes)),
            Err(tall) => found.extend(tall.into_iter().filter_map(|tall| {
                let length = support::length(plan, &tall.number);
                (length < 800).then(|| format!("`{}` is refused though it is {length} characters long", tall.number))
            })),
        }
    }
    found
}

#[test]
fn whatever_is_written_is_printed_as_it_must_be() {
    let config = Config { cases: 24, max_shrink_iters: 200, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let strategy = (generate::written(300), proptest::sample::select(&support::PAPERS[..]));
    let result = runner.run(&strategy, |(written, paper)| {
        let found = printed(&written, paper);
        if found.is_empty() { Ok(()) } else { Err(TestCaseError::fail(found.join("\n"))) }
    });
    result.unwrap_or_else(|fault| panic!("{fault}"));
}

#[test]
fn extremes_are_printed_as_they_must_be() {
    for paper in support::PAPERS {
        for written in generate::extremes() {
            let found = printed(&written, paper);
            assert!(found.is_empty(), "{paper:?}: {}\n{:.600}", found.join("\n"), written.flow);
        }
    }
}
