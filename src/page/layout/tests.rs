//! Change bars, copies and picked sheets, as they stand on pages.

mod few_pages;

use std::collections::BTreeSet;

use super::{Theme, checklist};
use crate::diagnostic::Sources;
use crate::field::Field;
use crate::geometry::{Paper, Pt, TextItem};
use crate::page::{Document, FormField, ItemKind, LinkTarget, PathSegment, SourcePlace, Stroke, dump, pdf};
use crate::plan::{build, changes};
use crate::select::select;
use crate::source::{read_flow, read_release};
use crate::text::typeset::Typesetter;
use crate::text::{Fonts, Lang};
use crate::view;
use crate::view::checklist::{ListOptions, SheetKind};
use crate::view::labels::Labels;

const FLOW: &str = r#"
schema = 1
id = "f"
title = "T"
lang = "en"
revision = "2"
[operator]
prepare = ["Phone handed over"]
[readings.load]
title = "Load"
rows = ["cpu"]
[[hot]]
title = "Do"
atomic = true
on-failure = "rollback"
[[hot.step]]
op = "read"
do = "Record"
take = "load"
[[hot.step]]
op = "write"
do = "Change"
[[rollback]]
title = "Back"
[[rollback.step]]
op = "write"
do = "Undo"
[[rollback.step]]
do = "Look again"
compare = "load"
"#;

/// The pages of a flow, with changes marked against an older revision if there is one.
fn printed(flow: &str, old: Option<&str>, mut options: ListOptions) -> Document {
    let mut sources = Sources::default();
    let mut read = |words: &str| {
        let file = sources.add("f.toml", words);
        read_flow(&sources, file).0.unwrap_or_else(|| panic!("reads"))
    };
    let (old, flow) = (old.map(&mut read), read(flow));
    let file = sources.add("f.release.toml", "flow = \"f\"");
    let release = read_release(&sources, file).0.unwrap_or_default();
    options.since = old.map(|old| changes(&old, &flow, &Lang::new("en")));
    let (plan, faults) =
        build(&select(&flow, &release), &release, None, &sources, "0123456789abcdef".to_owned(), &view::labels::OURS);
    let plan = plan.unwrap_or_else(|| panic!("{faults:?}"));
    let fonts = Fonts::builtin();
    let view = view::checklist::checklist(&plan, &Labels::of(&plan.lang), &options);
    let document =
        checklist(&view, &mut Typesetter::new(&fonts), Paper::A4).unwrap_or_else(|fault| panic!("{fault:?}"));
    // Every destination must exist exactly once.
    pdf::write(&document, &fonts).unwrap_or_else(|fault| panic!("{fault}"));
    document
}

/// The change bars of a page: distance from the left, top and bottom.
fn bars(document: &Document, page: usize) -> Vec<(Pt, Pt, Pt)> {
    let bar = |item: &crate::page::Item| match &item.kind {
        ItemKind::Path(path) if path.stroke == Some(Stroke::CHANGE) => match &*path.segments {
            [PathSegment::Move(x, top), PathSegment::Line(_, bottom)] => Some((*x, *top, *bottom)),
            _ => None,
        },
        _ => None,
    };
    // The first change bar belongs to the head.
    document.pages[page].items.iter().filter_map(bar).skip(1).collect()
}

#[test]
fn a_changed_row_has_a_bar_outside_of_the_content() {
    let old = FLOW.replace("do = \"Change\"", "do = \"Change\"\nexpect = \"done\"");
    let document = printed(FLOW, Some(&old), ListOptions::default());
    let hot = document.destinations.iter().find(|place| place.name == "step-2").unwrap_or_else(|| panic!("step 2"));
    let [(x, top, bottom)] = *bars(&document, hot.page) else { panic!("{:?}", bars(&document, hot.page)) };
    let page = document.pages[hot.page].width;
    assert!(
        x > page - Theme::new(Paper::A4).margins.right
            && x < page - Theme::new(Paper::A4).margins.right + Pt::points(10),
        "{x:?}"
    );
    assert!(top <= hot.y && bottom >= hot.y + Pt::points(20), "{top:?} {bottom:?} {:?}", hot.y);
    assert!(bars(&document, hot.page + 1).is_empty());
    assert!(dump::text(&document).contains("changes since revision 2 marked"));
}

#[test]
fn what_was_removed_is_told_on_the_start_sheet_or_else_on_the_first() {
    let old = FLOW.replace("do = \"Change\"", "do = \"Alter **all**\"");
    let told = dump::text(&printed(FLOW, Some(&old), ListOptions::default()));
    assert!(told.contains("Removed or reworded since revision 2"), "{told}");
    assert!(told.contains("2   Alter all"), "{told}");
    let hot = ListOptions { sheets: Some(vec![SheetKind::Hot]), ..ListOptions::default() };
    assert!(dump::text(&printed(FLOW, Some(&old), hot)).contains("2   Alter all"));
    let same = dump::text(&printed(FLOW, Some(FLOW), ListOptions::default()));
    assert!(!same.contains("Removed"), "{same}");
    assert!(!dump::text(&printed(FLOW, None, ListOptions::default())).contains("marked"));
}

#[test]
fn a_step_of_the_file_is_found_on_its_page() {
    let items = "items = [\"first\", \"second\"]\ndo = \"Change\"";
    let flow = FLOW.replace("do = \"Change\"", items);
    let document = printed(&flow, None, ListOptions::default());
    let written = |words: &str| flow.find(words).unwrap_or_else(|| panic!("no {words}"));
    // The span of a step begins at its header, the span of an item at its words.
    let step = flow[..written("op = \"write\"\nitems")].rfind("[[hot.step]]").unwrap_or_default();
    for (at, number) in [(step, "2"), (written("\"first\""), "2.1"), (written("\"second\""), "2.2")] {
        let at_once = |place: &&SourcePlace| place.span.start as usize == at;
        let [place] = document.places.iter().filter(at_once).collect::<Vec<_>>()[..] else {
            panic!("{at}: {:?}", document.places)
        };
        let inside = |text: &&TextItem| {
            let rect = place.rect;
            let (x, y) = (rect.x..rect.x + rect.width, rect.y..rect.y + rect.height);
            x.contains(&text.x) && y.contains(&text.y)
        };
        let texts = document.pages[place.page].items.iter().filter_map(|item| match &item.kind {
            ItemKind::Text(text) => Some(text),
            _ => None,
        });
        let words: Vec<&str> = texts.filter(inside).map(|text| &*text.text).collect();
        assert_eq!(words.first(), Some(&number), "{words:?}");
    }
}

#[test]
fn more_pages_than_expected_have_room_for_their_numbers() {
    // With few steps, each as tall as a page, layout expects page numbers of two digits but needs three.
    let tall = format!("[[hot.step]]\nop = \"write\"\ndo = \"Write{}\"\n", "\\nline".repeat(35));
    let flow = FLOW.replace("[[rollback]]", &format!("{}[[rollback]]", tall.repeat(100)));
    let document = printed(&flow, None, ListOptions::default());
    let count = document.pages.len();
    assert!((100..1000).contains(&count), "{count}");
    let told = dump::text(&document);
    for page in [1, 99, 100, count] {
        assert!(told.contains(&format!("page {page} of {count}")), "{page}");
    }
    // The page number of the rollback has three digits and is printed whole.
    let back = document.destinations.iter().find(|place| place.name == "step-R1").map(|place| place.page + 1);
    assert!(back.is_some_and(|page| page >= 100 && told.contains(&format!("page {page}"))), "{back:?}");
}

#[test]
fn copies_are_numbered_and_each_leads_to_its_own_pages() {
    let one = printed(FLOW, None, ListOptions::default());
    assert!(!dump::text(&one).contains("copy"));
    let three = printed(FLOW, None, ListOptions { copies: 3, ..ListOptions::default() });
    let pages = one.pages.len();
    assert_eq!(three.pages.len(), pages * 3);
    assert_eq!(three.outline.len(), one.outline.len() + 2);
    let told = dump::text(&three);
    for copy in 1..=3 {
        let count = (1..=pages).filter(|page| told.contains(&format!("copy {copy} of 3 · page {page} of {pages}")));
        assert_eq!(count.count(), pages, "{told}");
    }
    let names = |document: &Document| document.fields.iter().map(|field| field.name.clone()).collect::<BTreeSet<_>>();
    assert_eq!(names(&three).len(), names(&one).len() * 3);
    for (index, page) in three.pages.iter().enumerate() {
        for item in &page.items {
            assert!(item.tag.is_none_or(|tag| (tag.0 as usize) < three.tags.len()));
            match &item.kind {
                ItemKind::Field(field) => assert_eq!(three.fields[field.0 as usize].page, index),
                ItemKind::Tick(tick) => {
                    assert!(tick.field.is_none_or(|field| three.fields[field.0 as usize].page == index));
                }
                ItemKind::Link(_, LinkTarget::Inside(name)) => {
                    let place = three.destinations.iter().find(|place| place.name == *name);
                    assert_eq!(place.map(|place| place.page / pages), Some(index / pages));
                }
                _ => {}
            }
        }
    }
    for (index, tag) in three.tags.iter().enumerate() {
        assert_eq!(tag.parent.is_none(), index == 0);
        assert!(tag.parent.is_none_or(|parent| (parent.0 as usize) < index));
    }
}

#[test]
fn readings_stand_on_a_sheet_between_the_steps_and_the_rollback() {
    let place = |document: &Document, name: &str| {
        let place = document.destinations.iter().find(|place| place.name == name);
        place.map_or_else(|| panic!("no {name}"), |place| place.page)
    };
    let document = printed(FLOW, None, ListOptions::default());
    let [step, readings, back] = ["step-2", "readings", "step-R1"].map(|name| place(&document, name));
    assert!(step < readings && readings < back && place(&document, "reading-1") == readings);
    let told = dump::text(&document);
    let page = format!("readings, page {}", readings + 1);
    assert!(
        told.contains(&format!("write it down: {page}")) && told.contains(&format!("as in step 1: {page}")),
        "{told}"
    );
    let alone = ListOptions { sheets: Some(vec![SheetKind::Readings]), ..ListOptions::default() };
    let alone = printed(FLOW, None, alone);
    assert_eq!(alone.pages.len(), 1);
    assert!(alone.fields.iter().all(|field| !matches!(field.name.field, Field::Outcome(_))));
    // A flow without readings has no such sheet.
    let flow = "schema = 1\nid = \"f\"\ntitle = \"T\"\nlang = \"en\"\n[[hot]]\ntitle = \"Do\"\n\
                [[hot.step]]\nop = \"write\"\ndo = \"Change\"\n";
    let without = printed(flow, None, ListOptions::default());
    assert!(without.destinations.iter().all(|place| !place.name.starts_with("reading")));
}

/// However many rows and comparisons a reading has, each has its place once, and the checker says of each comparison once
/// what it shows.
#[test]
fn a_reading_of_many_rows_and_comparisons_loses_none() {
    let rows: Vec<String> = (1..=60).map(|n| format!("{{ item = \"cpu {n}\", record = \"number\" }}")).collect();
    let step = |n| format!("\n[[hot.step]]\nop = \"read\"\ndo = \"Look {n}\"\ncompare = \"load\"\n");
    let steps: String = (1..=9).map(step).collect();
    let flow = FLOW
        .replace("rows = [\"cpu\"]", &format!("rows = [{}]", rows.join(", ")))
        .replace("\n[[rollback]]\n", &format!("{steps}\n[[rollback]]\n"));
    let document = printed(&flow, None, ListOptions::default());
    let readings: Vec<&FormField> =
        document.fields.iter().filter(|field| field.name.to_string().starts_with("reading.load.")).collect();
    let names: BTreeSet<String> = readings.iter().map(|field| field.name.to_string()).collect();
    let compared = FLOW.matches("compare = \"load\"").count() + 9;
    assert_eq!((names.len(), readings.len()), (60 * (1 + compared) + 2 * compared, names.len()));
    // What is compared stands on the page of what it is compared with, or on the next one.
    for row in 1..=60 {
        let of_row = format!("reading.load.step-1.{row}.");
        let pages = readings.iter().filter(|field| field.name.to_string().starts_with(&of_row)).map(|field| field.page);
        let (first, last) = (pages.clone().min(), pages.max());
        assert!(last <= first.map(|page| page + 1), "{row}: {first:?} to {last:?}");
    }
}

#[test]
fn an_address_stands_on_paper_behind_its_words() {
    let address = format!("https://example.com/{}", "a-long-way/".repeat(20));
    let linked = FLOW.replace("do = \"Change\"", &format!("do = \"Change as [the **plan**]({address}) says\""));
    let told: String = dump::text(&printed(&linked, None, ListOptions::default())).split_whitespace().collect();
    // The row's number, its boxes and its time stand beside its first line.
    let row = told.split_once("2writeChangeastheplan(").unwrap_or_else(|| panic!("{told}")).1;
    let row = row.replace("[]", "").replace("____", "").replace('2', "");
    assert!(row.starts_with(&format!("{address})says")), "{row:.400}");
    let plain = FLOW.replace("do = \"Change\"", "do = \"See <https://example.com/>\"");
    let told = dump::text(&printed(&plain, None, ListOptions::default()));
    assert!(told.contains("See https://example.com/") && !told.contains("(https"), "{told}");
}

#[test]
fn a_sheet_that_is_left_out_is_named_where_its_page_would_be() {
    let hot =
        dump::text(&printed(FLOW, None, ListOptions { sheets: Some(vec![SheetKind::Hot]), ..ListOptions::default() }));
    assert!(hot.contains("rollback, sheet “Rollback”"), "{hot}");
    let back = ListOptions { sheets: Some(vec![SheetKind::Rollback]), ..ListOptions::default() };
    let back = dump::text(&printed(FLOW, None, back));
    assert!(back.contains("as in step 1: sheet “Readings”"), "{back}");
    assert!(hot.contains("page 1 of 1") && hot.contains("Outcome"), "{hot}");
    let none = printed(FLOW, None, ListOptions { sheets: Some(vec![SheetKind::Cold]), ..ListOptions::default() });
    assert!(none.pages.is_empty());
}

/// A flow with `{}` in every kind of text, and without anything that a release would fill in.
const WRITTEN: &str = r#"
schema = 1
id = "f"
title = "Move MY{}VAR to {{ version }}"
about = "About {}"
lang = "en"
[values]
version = "New {} version"
[operator]
prepare = [{ do = "Ready {}", expect = "yes {}" }]
handover = "Hand {} over"
[decision]
decider = "dba"
when = ["{} is seen"]
[contacts.dba]
name = "DBA {}"
email = ["dba@example.com"]
[readings.load]
title = "Load {}"
rows = [{ item = "cpu {} {{ version }}", record = "number", unit = "{} percent" }]
[[cold]]
lead = "1 day"
do = "Tell {}"
notify = ["dba"]
impact = "None {}"
ask = "Nothing {}"
[[hot]]
title = "Do {} {{ version }}"
note = "Note {}"
caution = "Careful {}"
on-failure = { do = "Try {}", call = "dba", then = "rollback" }
[[hot.step]]
op = "read"
do = "Record {}"
take = "load"
[[hot.step]]
op = "write"
do = "Change {} to {{ version }}, then {{ version }}"
by = "dba"
warning = "Beware {}"
command = "echo {} {{ version }}"
expect = "done {}"
undo = "Undo {}"
record = { name = "pos", label = "Position {}", unit = "bytes {}" }
items = ["Item {}", { do = "Item", expect = "{} is seen", actual = true }]
tell = { to = "dba", message = "Done {} with {{ version }}" }
hold = { ask = "Go on {}?", at-most = 5 }
[[hot.step]]
op = "read"
do = "Wait {}"
wait = { for = "all {} is up", at-most = 5, otherwise = "hold" }
[[hot.step]]
op = "read"
do = "Choose {}"
choose = { ask = "Which {}?", options = [{ if = "a {}", then = "next" }, { if = "b", then = "rollback" }] }
[[rollback]]
title = "Back {}"
[[rollback.step]]
op = "write"
do = "Undo {}"
[[after]]
lag = "1 day"
do = "Look {}"
"#;

/// The names of all fields but those in the feet of pages.
fn fields(document: &Document) -> Vec<String> {
    let names = document.fields.iter().map(|field| &field.name);
    names.filter(|name| !matches!(name.field, Field::Foot(..))).map(ToString::to_string).collect()
}

#[test]
fn underscores_of_an_author_are_characters() {
    let plain = printed(&WRITTEN.replace("{}", "wxyz"), None, ListOptions::default());
    let underscored = printed(&WRITTEN.replace("{}", "____"), None, ListOptions::default());
    assert_eq!(fields(&underscored), fields(&plain));
    let count = |document: &Document, word: &str| {
        let texts = document.pages.iter().flat_map(|page| &page.items).filter_map(|item| match &item.kind {
            ItemKind::Text(text) => Some(text.text.matches(word).count()),
            _ => None,
        });
        texts.sum::<usize>()
    };
    let ours = count(&plain, "____");
    assert_eq!(count(&underscored, "____"), ours + count(&plain, "wxyz"));
}

#[test]
fn a_gap_keeps_its_name_when_another_is_added() {
    let flow = WRITTEN.replace("{}", "x");
    let before = fields(&printed(&flow, None, ListOptions::default()));
    for name in [
        "release.value.version",
        "release.number",
        "release.printed",
        "outcome.rolled-back",
        "outcome.from",
        "contact.dba",
        "step.C1.phone.dba",
        "reading.load.step-1.1.value.version",
        "block.1.value.version",
        "block.1.phone.dba",
        "block.R1.signature.operator.to",
        "step.2.value.version",
        "step.2.value-2.version",
        "step.2.value-3.version",
        "step.2.reported-by",
        "step.2.record",
        "step.2.signed-at",
        "step.2.hold.yes",
        "step.2.2.actual",
        "step.2.warning.checker",
        "step.3.wait-until",
        "step.4.option.2",
        "rollback.R.from",
    ] {
        assert!(before.iter().any(|field| field == name), "{name}: {before:#?}");
    }
    // Another flow has gaps for a further value, in texts that stand before all others.
    let more =
        flow.replace("version = \"New", "other = \"Other\"\nversion = \"New").replace("[\"x is", "[\"{{ other }} is");
    let more = more.replace("Change x", "Change {{ other }}").replace("Do x", "{{ other }}");
    let after = fields(&printed(&more, None, ListOptions::default()));
    let added = ["value.other", "start.value.other", "block.1.value.other", "step.2.value.other"];
    assert_eq!(after.iter().filter(|name| !before.contains(name)).collect::<Vec<_>>().len(), added.len() + 1);
    assert!(before.iter().all(|name| after.contains(name)));
    assert!(added.iter().all(|name| after.iter().any(|field| field == name)));
}

/// The texts that are printed, in order.
fn texts(document: &Document) -> Vec<&TextItem> {
    let items = document.pages.iter().flat_map(|page| &page.items);
    items.filter_map(|item| if let ItemKind::Text(text) = &item.kind { Some(text) } else { None }).collect()
}

/// The printed text that begins so.
fn text_at<'d>(document: &'d Document, begin: &str) -> &'d TextItem {
    let found = texts(document).into_iter().find(|text| text.text.starts_with(begin));
    found.unwrap_or_else(|| panic!("no text {begin}"))
}

/// The number of a page is as bold as the words around it.
#[test]
fn the_number_of_a_page_has_the_face_of_its_words() {
    for (mark, bold) in [("**", true), ("", false)] {
        let action = format!("do = \"Change {mark}as in <#first>{mark}\"");
        let flow = FLOW.replace("do = \"Change\"", &action).replacen("[[hot.step]]", "[[hot.step]]\nid = \"first\"", 1);
        let document = printed(&flow, None, ListOptions::default());
        let page = document.destinations.iter().find(|place| place.name == "step-1").map(|place| place.page);
        let page = page.unwrap_or_else(|| panic!("step 1"));
        let on_page = document.pages[page].items.iter();
        let texts = on_page.filter_map(|item| if let ItemKind::Text(text) = &item.kind { Some(text) } else { None });
        let mut behind = texts.skip_while(|text| !text.text.contains("as in"));
        let words = behind.find(|text| text.text.trim_end().ends_with("page")).unwrap_or_else(|| panic!("a page"));
        let number = behind.next().unwrap_or_else(|| panic!("a number behind {words:?}"));
        assert_eq!(*number.text, *(page + 1).to_string());
        assert_eq!((number.face, words.face), (Fonts::sans(bold), Fonts::sans(bold)));
    }
}

/// The title of a group is set like a condition, larger than the date above it; a decision has its sign.
#[test]
fn titles_of_groups_and_decisions_are_seen() {
    let group = "[[cold]]\ntitle = \"Branch\"\nlead = \"1 day\"\n[[cold.step]]\nop = \"read\"\ndo = \"Look\"\n[[hot]]";
    let document = printed(&FLOW.replacen("[[hot]]", group, 1), None, ListOptions::default());
    let (title, date) = (text_at(&document, "Branch"), text_at(&document, "1 day before"));
    assert_eq!((title.size, title.face), (Theme::new(Paper::A4).text.step.size, Fonts::sans(true)));
    assert!(title.size > date.size && title.y > date.y);
    let signs = |flow: &str| {
        let document = printed(flow, None, ListOptions::default());
        let items = document.pages.iter().flat_map(|page| &page.items);
        let is_sign = |kind: &ItemKind| match kind {
            ItemKind::Path(path) => {
                path.stroke == Some(Theme::new(Paper::A4).line.sign)
                    && matches!(&*path.segments, [PathSegment::Move(..), .., PathSegment::Close] if path.segments.len() == 5)
            }
            _ => false,
        };
        items.filter(|item| is_sign(&item.kind)).count()
    };
    let hold = FLOW.replace("do = \"Change\"", "do = \"Change\"\nhold = { ask = \"On?\", at-most = 5 }");
    // One in the row, and one in the legend of the sheet.
    assert_eq!(signs(&hold), signs(FLOW) + 2);
}
