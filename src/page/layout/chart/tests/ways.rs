//! The chart shows every way out of the plan and no other. The test reads the drawn lines and words.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use proptest::prelude::*;

use super::{ODD, drawings, example, plan, planned, plans};
use crate::geometry::{Paper, Pt, Rect};
use crate::page::layout::Theme;
use crate::page::{Item, ItemKind, Path, PathSegment};
use crate::plan::{Block, Plan, Step, Then, WayOut};
use crate::view::chart::StepKey;
use crate::view::labels::{Labels, word};

/// A way out: number of the step, words of the pill, and whether it is marked as the way out of a failure.
type Way = (String, String, bool);

/// What a chart's lines say.
#[derive(Debug, Default, PartialEq, Eq)]
struct Found {
    /// Lines from a step to a pill.
    ways: Vec<Way>,
    /// Steps that a line leaves downwards, to the next one.
    ahead: BTreeSet<String>,
    /// Rails: the words of the pill, and the first step below the end of the rail.
    rails: Vec<(String, String)>,
}

/// A box or a pill, and the words in it.
struct Shape {
    rect: Rect,
    words: String,
    is_pill: bool,
}

type Point = (Pt, Pt);

fn points(path: &Path) -> Vec<Point> {
    let point = |segment: &PathSegment| match segment {
        PathSegment::Move(x, y) | PathSegment::Line(x, y) | PathSegment::Curve(_, _, _, _, x, y) => Some((*x, *y)),
        PathSegment::Close => None,
    };
    path.segments.iter().filter_map(point).collect()
}

fn around(points: &[Point]) -> Rect {
    let (xs, ys) = (|| points.iter().map(|point| point.0), || points.iter().map(|point| point.1));
    let (left, top) = (xs().min().unwrap(), ys().min().unwrap());
    Rect { x: left, y: top, width: xs().max().unwrap() - left, height: ys().max().unwrap() - top }
}

/// How far apart two points may be that touch: outlines lie inside of their boxes, arrows end before pills.
const TOUCH: i32 = 1_500;

fn near(one: Pt, other: Pt) -> bool {
    (one - other).0.abs() <= TOUCH
}

fn inside((x, y): Point, rect: &Rect) -> bool {
    (rect.x.0 - TOUCH..=(rect.x + rect.width).0 + TOUCH).contains(&x.0)
        && (rect.y.0 - TOUCH..=(rect.y + rect.height).0 + TOUCH).contains(&y.0)
}

/// Whether a point lies on a line of level and upright parts.
fn on((x, y): Point, line: &[Point]) -> bool {
    line.windows(2).any(|pair| {
        let ((x1, y1), (x2, y2)) = (pair[0], pair[1]);
        near(x, x.max(x1.min(x2)).min(x1.max(x2))) && near(y, y.max(y1.min(y2)).min(y1.max(y2)))
    })
}

/// Lines that touch at an end, as the number of the group of each.
fn connected(lines: &[Vec<Point>], crosses: &[Point]) -> Vec<usize> {
    let mut group: Vec<usize> = (0..lines.len()).collect();
    let mut join = |a: usize, b: usize| {
        let (from, to) = (group[a], group[b]);
        group.iter_mut().filter(|group| **group == from).for_each(|group| *group = to);
    };
    let ends = |line: &[Point]| [line[0], line[line.len() - 1]];
    for (a, one) in lines.iter().enumerate() {
        for (b, other) in lines.iter().enumerate() {
            if a != b && ends(one).iter().any(|end| on(*end, other)) {
                join(a, b);
            }
        }
    }
    for cross in crosses {
        let beside =
            |line: &[Point]| ends(line).iter().any(|end| near(end.1, cross.1) && (end.0 - cross.0).0.abs() <= 5_000);
        let both: Vec<usize> = (0..lines.len()).filter(|line| beside(&lines[*line])).collect();
        match both[..] {
            [before, after] => join(before, after),
            // The cross of the legend is no way out.
            [] => {}
            _ => panic!("a cross stands on one line"),
        }
    }
    group
}

/// Reads a drawing as a person does who follows its lines.
fn found(items: &[Item]) -> Found {
    let (mut shapes, mut lines, mut tips, mut crosses) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for path in items.iter().filter_map(|item| if let ItemKind::Path(path) = &item.kind { Some(path) } else { None }) {
        let points = points(path);
        let closed = path.segments.contains(&PathSegment::Close);
        match (path.stroke.map(|stroke| stroke.width), path.fill) {
            (Some(_), Some(255)) => {
                let rect = around(&points);
                shapes.push(Shape {
                    rect,
                    words: String::new(),
                    is_pill: rect.height == Theme::new(Paper::A4).chart.pill,
                });
            }
            (None, Some(0)) if closed && points.len() == 3 => tips.push(points[0]),
            (Some(Pt(1_500)), None) => {
                let rect = around(&points);
                crosses.push((rect.x + rect.width / 2, rect.y + rect.height / 2));
            }
            (Some(Pt(1_100)), None) if !closed => lines.push(points),
            _ => {}
        }
    }
    for text in items.iter().filter_map(|item| if let ItemKind::Text(text) = &item.kind { Some(text) } else { None }) {
        let at = (text.x, text.y - text.size / 3);
        if let Some(shape) = shapes.iter_mut().find(|shape| inside(at, &shape.rect)) {
            // A step's number is its first word.
            if shape.is_pill || shape.words.is_empty() {
                shape.words.push_str(&text.text);
            }
        }
    }
    for shape in &mut shapes {
        shape.words.truncate(shape.words.trim_end().len());
    }
    no_line_crosses_another(&lines);
    let group = connected(&lines, &crosses);
    let tipped = |point: &Point, tip: &Point| (point.0 - tip.0).0.abs() + (point.1 - tip.1).0.abs() <= 3_500;
    let mut found = Found::default();
    for wanted in group.iter().copied().collect::<BTreeSet<usize>>() {
        let own: Vec<&Vec<Point>> =
            lines.iter().zip(&group).filter(|(_, group)| **group == wanted).map(|(line, _)| line).collect();
        let ends: Vec<Point> = own.iter().flat_map(|line| [line[0], line[line.len() - 1]]).collect();
        let heads: Vec<Point> = tips.iter().filter(|tip| ends.iter().any(|end| tipped(end, tip))).copied().collect();
        let starts: Vec<Point> =
            ends.iter().filter(|end| !heads.iter().any(|head| tipped(end, head))).copied().collect();
        let shape_at = |point: &Point, pill: bool| {
            shapes.iter().find(|shape| shape.is_pill == pill && inside(*point, &shape.rect))
        };
        let right = |shape: &Shape| shape.rect.x + shape.rect.width;
        let bottom = |shape: &Shape| shape.rect.y + shape.rect.height;
        for start in &starts {
            if let Some(below) = shape_at(start, false).filter(|shape| near(start.1, bottom(shape))) {
                found.ahead.insert(below.words.clone());
            }
            if let Some(pill) = shape_at(start, true).filter(|shape| near(start.0, right(shape))) {
                let below = |shape: &&Shape| {
                    let (x, y) = heads[0];
                    !shape.is_pill && shape.rect.y > y && (x..right(shape)).contains(&shape.rect.x)
                };
                let first = shapes.iter().filter(below).min_by_key(|shape| shape.rect.y);
                found.rails.push((pill.words.clone(), first.map_or_else(String::new, |first| first.words.clone())));
            }
        }
        let from = starts.iter().find_map(|start| shape_at(start, false).filter(|shape| near(start.0, right(shape))));
        let Some(from) = from else { continue };
        for head in heads {
            let pill = shape_at(&head, true).expect("a way out ends at a pill");
            let failed = crosses.iter().any(|cross| near(cross.1, head.1) && (from.rect.x..head.0).contains(&cross.0));
            found.ways.push((from.words.clone(), pill.words.clone(), failed));
        }
    }
    found.ways.sort_unstable();
    found
}

fn no_line_crosses_another(lines: &[Vec<Point>]) {
    let parts: Vec<(Point, Point)> =
        lines.iter().flat_map(|line| line.windows(2).map(|pair| (pair[0], pair[1]))).collect();
    let within =
        |value: Pt, one: Pt, other: Pt| one.min(other).0 + TOUCH < value.0 && value.0 < one.max(other).0 - TOUCH;
    for (from, to) in parts.iter().filter(|(from, to)| from.1 == to.1) {
        for (top, bottom) in parts.iter().filter(|(top, bottom)| top.0 == bottom.0) {
            let crossing = within(top.0, from.0, to.0) && within(from.1, top.1, bottom.1);
            assert!(!crossing, "{from:?}–{to:?} crosses {top:?}–{bottom:?}");
        }
    }
}

/// The ways out of a plan in the words of the chart: those of all elements of a list stand at the first.
fn wanted(plan: &Plan) -> (Vec<Way>, BTreeSet<String>) {
    let labels = Labels::of(&plan.lang);
    let mut ways: BTreeMap<(String, String), bool> = BTreeMap::new();
    let mut ahead = BTreeSet::new();
    let number = |step: &Step| {
        let mut number = step.number.clone();
        number.instance = None;
        number.to_string()
    };
    let name = |way: &WayOut| match &way.then {
        Some(Then::Rollback(_, to)) => plan.step(*to).number.letter.map_or_else(String::new, String::from),
        Some(Then::Step(to)) => number(plan.step(*to)),
        Some(Then::Retry(_)) => labels.say(word!("chart.to-retry")).to_owned(),
        Some(Then::Continue) => labels.say(word!("chart.to-continue")).to_owned(),
        Some(Then::Next) => labels.say(word!("chart.to-next")).to_owned(),
        Some(Then::Hold) => labels.say(word!("chart.to-hold")).to_owned(),
        Some(Then::Abort) => labels.say(word!("chart.to-abort")).to_owned(),
        None => labels.say(word!("chart.to-nothing")).to_owned(),
    };
    let steps = plan.hot.iter().chain(&plan.rollback).flat_map(|block: &Block| plan.block_steps(block));
    for (_, step) in steps {
        let mut add = |way: &WayOut, failed: bool| {
            // Where the last try leads is a way out too, which has no cross: its words say that it comes after the tries.
            for (index, way) in std::iter::successors(Some(way), |way| way.last.as_deref()).enumerate() {
                *ways.entry((number(step), name(way))).or_default() |= failed && index == 0;
            }
            if matches!(way.then, Some(Then::Retry(Some(_)))) && way.last.is_none() {
                // Then the decider decides.
                ways.entry((number(step), labels.say(word!("chart.to-hold")).to_owned())).or_default();
            }
        };
        if let Some(way) = &step.way_out {
            add(way, true);
        }
        let no = step.hold.iter().filter_map(|hold| hold.no.as_ref());
        for way in no.chain(step.wait.iter().filter_map(|wait| wait.otherwise.as_ref())) {
            add(way, false);
        }
        let options = || step.choose.iter().flat_map(|choose| choose.options.iter().map(|option| &option.way));
        let on = |way: &&WayOut| matches!(way.then, Some(Then::Next | Then::Continue));
        for way in options().filter(|way| !on(way)) {
            add(way, false);
        }
        if step.choose.is_none() || options().any(|way| on(&way)) {
            ahead.insert(number(step));
        }
    }
    // A gate that doesn't hold is a way out of the step before it.
    for block in plan.hot.iter().chain(&plan.rollback) {
        if let (Some(way), Some((_, last))) = (&block.gate_way_out, plan.block_steps(block).last()) {
            ways.entry((number(last), name(way))).or_default();
        }
    }
    (ways.into_iter().map(|((step, to), failed)| (step, to, failed)).collect(), ahead)
}

fn check(plan: &Plan) {
    let (ways, ahead) = wanted(plan);
    for drawing in drawings(plan) {
        let mut all = Found::default();
        for shown in &drawing {
            let found = found(&shown.items);
            all.ways.extend(found.ways);
            all.ahead.extend(found.ahead);
            for (pill, head) in found.rails {
                assert_eq!(pill, head.trim_end_matches(char::is_numeric), "a rail leads elsewhere than its pill says");
            }
        }
        all.ways.sort_unstable();
        assert_eq!(all.ways, ways, "{} {}", plan.id, drawing[0].place);
        // A box with further ways out follows the first box of its step, even if the step leads elsewhere.
        for step in &ahead {
            assert!(all.ahead.contains(step), "{} {}: nothing leads on from {step}", plan.id, drawing[0].place);
        }
        let more: BTreeSet<StepKey> =
            drawing.iter().flat_map(|shown| &shown.outlines.more).map(|(step, _)| *step).collect();
        assert!(all.ahead.len() <= ahead.len() + more.len(), "{}: {:?}", plan.id, all.ahead);
    }
}

#[test]
fn a_way_out_is_drawn_exactly_when_the_plan_has_it() {
    for plan in plans() {
        check(&plan);
    }
    // The chart also shows a way out that a step of a repeated block has for one element only.
    let odd = wanted(&plan(ODD, "flow = \"odd\"\n[values]\nhosts = [\"a\", \"b\"]\n")).0;
    let into = |step: &str| odd.iter().filter(|(from, to, _)| from == step && to == "R").count();
    assert_eq!((into("1"), into("2")), (1, 0));
    // A gate's way out is drawn where no step of its block goes there.
    let gated = plan(GATED, "flow = \"gated\"\n[values]\nhosts = [\"a\", \"b\"]\n");
    assert_eq!(wanted(&gated).0, [("1".to_owned(), "R".to_owned(), false), ("1".to_owned(), "stop".to_owned(), true)]);
    check(&gated);
}

const GATED: &str = r#"
schema = 1
id = "gated"
title = "T"
lang = "en"
[values]
hosts = { label = "Hosts", each = "host" }
[[hot]]
title = "{{ host }}"
each = "hosts"
gate = ["The site is up"]
on-failure = "rollback"
[[hot.step]]
op = "read"
do = "Read {{ host }}"
otherwise = "abort"
[[rollback]]
title = "Back"
[[rollback.step]]
op = "read"
do = "Look"
"#;

#[test]
fn a_line_or_a_word_that_is_missing_is_found() {
    let plan = example("dubbo-registry");
    let items = &drawings(&plan)[0][0].items;
    let whole = found(items);
    // The tip of an arrow to the right.
    let is_tip = |item: &Item| match &item.kind {
        ItemKind::Path(path) if path.fill == Some(0) && path.segments.len() == 4 => {
            let points = points(path);
            points[1].0 == points[2].0 && points[0].0 > points[1].0
        }
        _ => false,
    };
    let is_pill = |item: &Item| matches!(&item.kind, ItemKind::Text(text) if &*text.text == "R");
    for spoil in [&is_tip as &dyn Fn(&Item) -> bool, &is_pill] {
        let places: Vec<usize> = (0..items.len()).filter(|index| spoil(&items[*index])).collect();
        assert!(places.len() >= 10);
        for place in places {
            let mut spoilt = items.clone();
            spoilt.remove(place);
            let spoilt = std::panic::catch_unwind(|| found(&spoilt));
            assert!(spoilt.is_err() || spoilt.is_ok_and(|spoilt| spoilt != whole), "{:?}", items[place]);
        }
    }
}

#[test]
fn no_way_out_is_left_out_however_many_a_step_has() {
    for count in [8, 30, 70] {
        let mut text = "schema = 1\nid = \"x\"\ntitle = \"T\"\nlang = \"en\"\n[[hot]]\ntitle = \"B\"\n".to_owned();
        text.push_str("[[hot.step]]\nop = \"read\"\nchoose = { ask = \"Which?\", options = [\n");
        for n in 0..count {
            let _ = writeln!(text, "  {{ if = \"a condition of some length, number {n}\", then = \"s{n}\" }},");
        }
        text.push_str("] }\n");
        for n in 0..count {
            let _ = writeln!(text, "[[hot.step]]\nid = \"s{n}\"\nop = \"write\"\ndo = \"Do what is needed, {n}\"");
        }
        check(&plan(&text, "flow = \"x\"\n"));
    }
}

/// Makes a flow from random bytes. The reader of flows may refuse it.
fn generated(bytes: &[u8]) -> String {
    let mut bytes = bytes.iter().copied().cycle();
    let mut pick = move |of: usize| usize::from(bytes.next().unwrap_or_default()) % of;
    let mut text = "schema = 1\nid = \"x\"\ntitle = \"T\"\nlang = \"en\"\n".to_owned();
    text.push_str("[values]\nhosts = { label = \"Hosts\", each = \"host\" }\n");
    let backs = pick(4);
    for back in 0..=backs {
        let hot = back == 0;
        let part = if hot { "hot" } else { "rollback" };
        for block in 0..if hot { 1 + pick(3) } else { 1 } {
            let _ = writeln!(text, "[[{part}]]\nid = \"{part}{back}{block}\"\ntitle = \"A block\"");
            if hot && pick(3) == 0 || !hot && pick(6) == 0 {
                text.push_str("each = \"hosts\"\n");
            }
            if pick(2) == 0 {
                text.push_str("atomic = true\n");
            }
            let inherited = ["hold", "abort", if hot { "rollback" } else { "hold" }];
            if pick(3) > 0 {
                let _ = writeln!(text, "on-failure = \"{}\"", inherited[pick(3)]);
            }
            if !hot && pick(3) == 0 {
                let _ = writeln!(text, "valid-until = \"hot0-{}\"", pick(4));
            }
            let count = 1 + pick(6);
            for step in 0..count {
                let to = |to: usize| match to {
                    0 if hot && backs > 0 => "rollback".to_owned(),
                    1 => "retry".to_owned(),
                    2 => "continue".to_owned(),
                    3 => "abort".to_owned(),
                    4 => "next".to_owned(),
                    5 => format!("{part}{back}-{}", (step + 1) % count),
                    6 if backs > 1 => "rollback20".to_owned(),
                    _ => "hold".to_owned(),
                };
                let first = if block == 0 { format!("id = \"{part}{back}-{step}\"\n") } else { String::new() };
                let _ = write!(text, "[[{part}.step]]\n{first}do = \"Do something that takes words\"\n");
                match pick(6) {
                    0 => {
                        let _ = writeln!(text, "hold = {{ ask = \"Go on?\", no = \"{}\" }}", to(pick(8)));
                    }
                    1 => {
                        let then = to(pick(8));
                        let _ = writeln!(text, "wait = {{ for = \"this\", at-most = 3, otherwise = \"{then}\" }}");
                    }
                    2 => {
                        let options = (0..2 + pick(5))
                            .map(|n| format!("{{ if = \"condition {n}\", then = \"{}\" }}", to(pick(8))))
                            .collect::<Vec<_>>();
                        let _ = writeln!(text, "choose = {{ ask = \"Which?\", options = [{}] }}", options.join(", "));
                    }
                    _ => text.push_str(if pick(2) == 0 { "op = \"read\"\n" } else { "op = \"write\"\n" }),
                }
                match pick(4) {
                    0 => {
                        let _ = writeln!(text, "otherwise = \"{}\"", to(pick(8)));
                    }
                    1 => text.push_str("otherwise = { do = \"Look\" }\n"),
                    _ => {}
                }
                if pick(9) == 0 {
                    text.push_str("irreversible = true\n");
                }
            }
        }
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn of_any_flow_too(bytes in prop::collection::vec(any::<u8>(), 20..200)) {
        let text = generated(&bytes);
        let plan = planned(&text, "flow = \"x\"\n[values]\nhosts = [\"a\", \"b\"]\n");
        prop_assume!(plan.is_ok());
        if let Ok(plan) = plan {
            check(&plan);
        }
    }
}
