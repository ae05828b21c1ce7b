mod ways;

use std::fmt::Write as _;

use super::*;
use crate::diagnostic::Sources;
use crate::geometry::{Paper, Rect, TextItem};
use crate::page::{ItemKind, Path, PathSegment, Stroke};
use crate::plan::Plan;
use crate::source;
use crate::testing::{example, examples, planned};
use crate::text::Fonts;
use crate::text::typeset::Typesetter;
use crate::view::chart::flow_chart;
use crate::view::labels::Labels;

fn plan(flow: &str, release: &str) -> Plan {
    planned(flow, release).unwrap()
}

/// A flow read from its text.
fn read(text: &str) -> source::flow::Flow {
    let mut sources = Sources::default();
    let id = sources.add("flow.toml".to_owned(), text.to_owned());
    source::read_flow(&sources, id).0.unwrap()
}

/// A chart as drawn: on one canvas, and on each page of both papers.
struct Shown {
    place: String,
    items: Vec<Item>,
    outlines: Outlines,
    size: (Pt, Pt),
}

/// Every drawing of a plan, each as the parts that one canvas shows.
fn drawings(plan: &Plan) -> Vec<Vec<Shown>> {
    let fonts = Fonts::builtin();
    let view = flow_chart(plan, &Labels::of(&plan.lang), None);
    let ChartDrawing { width, height, items, outlines } = drawing(&view, &mut Typesetter::new(&fonts));
    let mut all = vec![vec![Shown { place: "canvas".to_owned(), items, outlines, size: (width, height) }]];
    for paper in [Paper::A4, Paper::Letter] {
        let (_, page_height) = paper.size();
        let theme = Theme::new(paper);
        let width = Width { content: theme.content_width(), left: Pt::ZERO };
        let mut typesetter = Typesetter::new(&fonts);
        let mut pen = Pen::new(&mut typesetter, &theme, view.lang.clone());
        let height = page_height - Pt(165_000);
        let shown = |(index, (strip, outlines)): (usize, (Strip, Outlines))| {
            assert_eq!(strip.height, height);
            let size = (width.content, height);
            Shown { place: format!("{paper:?} page {}", index + 1), items: strip.items, outlines, size }
        };
        let head = Strip::new(Pt(20_000));
        all.push(
            pages(&mut pen, &view, (&head, Pen::ROOT), width, height).into_iter().enumerate().map(shown).collect(),
        );
    }
    all
}

fn plans() -> Vec<Plan> {
    let mut plans: Vec<Plan> = examples().collect();
    plans.push(plan(ODD, "flow = \"odd\"\n[values]\nhosts = [\"a\", \"b\"]\n"));
    plans
}

/// Flows with what the examples lack: a rollback that is valid for some elements only, many options, a step that
/// leads nowhere ahead.
const ODD: &str = r#"
schema = 1
id = "odd"
title = "T"
lang = "en"
[values]
hosts = { label = "Hosts", each = "host" }
[[hot]]
title = "A"
each = "hosts"
on-failure = "rollback"
[[hot.step]]
id = "one"
op = "write"
do = "one {{ host }}"
irreversible = true
[[hot.step]]
id = "two"
op = "read"
do = "two"
otherwise = { do = "look" }
[[hot]]
title = "B"
[[hot.step]]
op = "read"
choose = { ask = "A question that is longer than any diamond is wide, and goes on for a while yet?", options = [
  { if = "the first of many conditions, in far too many words for its place", then = "three" },
  { if = "b", then = "four" }, { if = "c", then = "abort" }, { if = "d", then = "hold" }] }
[[hot.step]]
id = "three"
op = "read"
hold = { ask = "three?", no = "retry" }
otherwise = "next"
[[hot.step]]
id = "four"
op = "write"
do = "UnbrokenUnbrokenUnbrokenUnbrokenUnbrokenUnbrokenUnbrokenUnbrokenUnbrokenUnbroken"
[[rollback]]
id = "r"
title = "R"
valid-until = "one"
[[rollback.step]]
op = "write"
do = "r"
[[rollback]]
id = "s"
title = "S"
[[rollback.step]]
op = "write"
do = "s"
"#;

#[test]
fn every_step_has_one_box_and_no_two_overlap() {
    let overlap =
        |a: &Rect, b: &Rect| a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
    for plan in plans() {
        let view = flow_chart(&plan, &Labels::of(&plan.lang), None);
        let mut steps: Vec<StepKey> = nodes(&view.hot).chain(nodes(&view.back)).map(|node| node.step).collect();
        steps.sort_unstable();
        for drawing in drawings(&plan) {
            let mut boxes: Vec<StepKey> =
                drawing.iter().flat_map(|shown| &shown.outlines.boxes).map(|(s, _)| *s).collect();
            boxes.sort_unstable();
            assert_eq!(boxes, steps, "{}", plan.id);
            for shown in &drawing {
                let boxes = shown.outlines.boxes.iter().chain(&shown.outlines.more).map(|(_, rect)| rect);
                let all: Vec<&Rect> = boxes.chain(shown.outlines.pills.iter().map(|(_, rect)| rect)).collect();
                for (index, one) in all.iter().enumerate() {
                    let inside = one.x >= Pt::ZERO && one.x + one.width <= shown.size.0;
                    assert!(inside && one.y + one.height <= shown.size.1, "{} {}: {one:?}", plan.id, shown.place);
                    for other in &all[index + 1..] {
                        assert!(!overlap(one, other), "{} {}: {one:?} {other:?}", plan.id, shown.place);
                    }
                }
            }
        }
    }
}

#[test]
fn words_stay_in_their_box_and_name_where_it_leads() {
    for plan in plans() {
        let view = flow_chart(&plan, &Labels::of(&plan.lang), None);
        for shown in drawings(&plan).into_iter().flatten() {
            let place = format!("{} {}", plan.id, shown.place);
            let texts: Vec<&TextItem> = shown
                .items
                .iter()
                .filter_map(|item| if let ItemKind::Text(text) = &item.kind { Some(text) } else { None })
                .collect();
            for text in &texts {
                assert!(text.size >= Pt(10_000), "{place}: {}", text.text);
                assert!(text.x + text.width() <= shown.size.0 && text.y <= shown.size.1, "{place}: {}", text.text);
            }
            let pills = shown.outlines.pills.iter().map(|(to, rect)| (rect, Some(*to)));
            for (rect, to) in shown.outlines.boxes.iter().map(|(_, rect)| (rect, None)).chain(pills) {
                let (right, bottom) = (rect.x + rect.width, rect.y + rect.height);
                let begins = |text: &&&TextItem| {
                    (rect.x..right).contains(&text.x) && (rect.y..bottom).contains(&(text.y - text.size / 3))
                };
                let own: Vec<_> = texts.iter().filter(begins).collect();
                assert!(!own.is_empty(), "{place}: {rect:?} is empty");
                let said: String = own.iter().map(|text| &*text.text).collect();
                let number = |step| {
                    let node = nodes(&view.hot).chain(nodes(&view.back)).find(|node| node.step == step);
                    node.map(|node| node.number.clone())
                };
                match to {
                    Some(ExitTo::Step(step)) => assert_eq!(Some(said), number(step), "{place}"),
                    // A rollback is entered at its head, which has its letter, whichever of its steps applies first.
                    Some(ExitTo::Rollback(step)) => {
                        let letter = number(step).map(|number| number.trim_end_matches(char::is_numeric).to_owned());
                        assert_eq!(Some(said), letter, "{place}");
                    }
                    _ => {}
                }
                for text in own {
                    let shown = text.text.trim_end().len() == text.text.len();
                    assert!(!shown || text.x + text.width() <= right, "{place}: {} leaves {rect:?}", text.text);
                }
            }
        }
    }
}

/// A flow of so many plain hot steps and steps back.
fn flow(hot: usize, back: usize) -> Plan {
    let mut text = "schema = 1\nid = \"x\"\ntitle = \"T\"\nlang = \"en\"\n".to_owned();
    for (part, count) in [("hot", hot), ("rollback", back)] {
        if count > 0 {
            let _ = write!(text, "[[{part}]]\ntitle = \"B\"\natomic = true\non-failure = \"hold\"\n");
        }
        for n in 0..count {
            let _ = write!(text, "[[{part}.step]]\nop = \"write\"\ndo = \"Do what has to be done, number {n}\"\n");
        }
    }
    plan(&text, "flow = \"x\"\n")
}

#[test]
fn up_to_twenty_five_steps_stand_on_one_page() {
    for (hot, back) in [(1, 0), (25, 0), (24, 1), (13, 12), (1, 24)] {
        let pages: Vec<usize> = drawings(&flow(hot, back)).iter().map(Vec::len).collect();
        assert_eq!(pages, [1, 1, 1], "{hot} and {back}");
    }
    let more = drawings(&flow(70, 0));
    assert!(more[0].len() == 1 && more[1].len() > 1 && more[2].len() > 1);
}

#[test]
fn what_changed_has_a_bar_and_nothing_else_has() {
    let old = ODD.replace("do = \"one {{ host }}\"", "do = \"1 {{ host }}\"").replace("title = \"S\"", "title = \"T\"");
    let old = old.replace("otherwise = \"next\"", "otherwise = \"retry\"").replace("on-failure = \"rollback\"", "");
    let plan = plan(ODD, "flow = \"odd\"\n[values]\nhosts = [\"a\", \"b\"]\n");
    let changes = crate::plan::changes(&read(&old), &read(ODD), &plan.lang);
    let view = flow_chart(&plan, &Labels::of(&plan.lang), Some(&changes));
    let marked: Vec<&str> =
        nodes(&view.hot).chain(nodes(&view.back)).filter(|node| node.changed).map(|node| &*node.number).collect();
    // Step 1 is marked for its words and for its block's way out, step 4 for its own way out. Step 2 has a way out of
    // its own, so it isn't marked when the block's changes.
    assert_eq!(marked, ["1", "4"]);
    assert!(!view.hot[0].changed && view.back[1].changed);
    let fonts = Fonts::builtin();
    let shown = drawing(&view, &mut Typesetter::new(&fonts));
    let bars: Vec<(Pt, Pt)> = shown
        .items
        .iter()
        .filter_map(|item| match &item.kind {
            ItemKind::Path(Path { segments, stroke: Some(stroke), .. }) if stroke.width == Stroke::CHANGE.width => {
                let [PathSegment::Move(_, top), PathSegment::Line(_, bottom)] = segments[..] else { return None };
                Some((top, bottom))
            }
            _ => None,
        })
        .collect();
    let boxed = |number: &str| {
        let node = nodes(&view.hot).find(|node| node.number == number).unwrap();
        shown.outlines.boxes.iter().find(|(step, _)| *step == node.step).unwrap().1
    };
    let (first, fourth) = (boxed("1"), boxed("4"));
    // The change bar of the first step leaves room for the line that comes back to it.
    let (top, bottom) = (first.y, first.y + first.height);
    let whole = (fourth.y, fourth.y + fourth.height);
    assert!(bars.contains(&whole), "{bars:?} {whole:?}");
    assert!(bars.iter().any(|bar| bar.0 == top) && bars.iter().any(|bar| bar.1 == bottom), "{bars:?}");
    assert_eq!(bars.len(), 4, "{bars:?}");
}

#[test]
fn a_figure_says_what_it_shows() {
    let plan = example("dubbo-registry");
    let view = flow_chart(&plan, &Labels::of(&plan.lang), None);
    let fonts = Fonts::builtin();
    let mut typesetter = Typesetter::new(&fonts);
    let theme = Theme::new(Paper::A4);
    let mut pen = Pen::new(&mut typesetter, &theme, view.lang.clone());
    let width = Width { content: Pt(513_000), left: Pt::ZERO };
    let pages = pages(&mut pen, &view, (&Strip::default(), Pen::ROOT), width, Pt(660_000));
    let alt = pen.tags.iter().find(|tag| tag.role == TagRole::Figure).and_then(|tag| tag.alt.clone()).unwrap();
    assert!(alt.contains("3 写 开启warm-up状态，失败：R\n"), "{alt}");
    assert!(alt.contains("12 读 上面的操作如有问题，执行回滚操作，失败、有问题：R\n"), "{alt}");
    assert!(pages.len() == 1 && pages[0].0.items.iter().all(|item| item.tag.is_some()));
}
