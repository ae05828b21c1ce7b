//! Revisions of flows, compared.

use std::fmt::Write as _;

use super::{Changes, RemovedFrom, changes};
use crate::diagnostic::Sources;
use crate::plan::tests::PlainWords;
use crate::plan::{Plan, Task, build};
use crate::select::select;
use crate::source::{read_flow, read_release};
use crate::text::Lang;

const HEAD: &str = "schema = 1\nid = \"f\"\ntitle = \"T\"\nlang = \"en\"\n";

const FLOW: &str = r#"
revision = "4"
[values]
version = "Version"
hosts = { label = "Hosts", each = "host" }
build = { label = "Build", pattern = '(?<major>\d+)' }
branch = { label = "Branch", is = "release-{{ major }}" }
[operator]
prepare = ["Phone handed over", "List read"]
[decision]
decider = "checker"
when = ["Errors", "No answer"]
window-end = "21:05"
[contacts.dba]
name = "DBA"
[readings.load]
title = "Load"
rows = ["cpu", { item = "disk", relation = "within 5%" }]
[checks.health]
title = "Check health"
items = ["No error", { do = "Connections", expect = "0" }]
[[cold]]
lead = "3 days"
op = "write"
do = "Tell everybody"
[[hot]]
title = "First"
on-failure = "rollback"
[[hot.step]]
id = "begin"
op = "write"
do = "Begin {{ version }}"
warning = "Mind the gap"
[[hot.step]]
op = "read"
do = "Look"
[[hot.step]]
check = "health"
[[hot]]
title = "Each"
each = "hosts"
gate = ["{{ host }} is well"]
[[hot.step]]
op = "write"
do = "Restart {{ host }}"
expect = "up"
minutes = 3
[[rollback]]
title = "Back"
[[rollback.step]]
op = "write"
do = "Undo"
from = "begin"
"#;

/// The new flow's plan, and what is new in it.
fn since(old: &str, new: &str) -> (Plan, Changes) {
    let mut sources = Sources::default();
    let mut read = |words: &str| {
        let file = sources.add("f.toml", format!("{HEAD}{words}"));
        read_flow(&sources, file)
    };
    let ((old, faults), (new, more)) = (read(old), read(new));
    let (old, new) = old.zip(new).unwrap_or_else(|| panic!("{faults:?} {more:?}"));
    let file = sources.add("f.release.toml", "flow = \"f\"\nvalues = { hosts = [\"a\", \"b\"] }");
    let release = read_release(&sources, file).0.unwrap_or_default();
    let (plan, faults) = build(&select(&new, &release), &release, None, &sources, String::new(), &PlainWords);
    (plan.unwrap_or_else(|| panic!("{faults:?}")), changes(&old, &new, &Lang::new("en")))
}

/// Everything that has a mark or was removed, after an edit of the flow.
fn edited(edits: &[(&str, &str)]) -> Vec<String> {
    let mut new = FLOW.to_owned();
    for (old, now) in edits {
        assert!(new.contains(old), "{old}");
        new = new.replacen(old, now, 1);
    }
    let (plan, changes) = since(FLOW, &new);
    let mut told = Vec::new();
    let mut list = |name: &str, marks: &[bool]| {
        told.extend(marks.iter().enumerate().filter(|(_, mark)| **mark).map(|(n, _)| format!("{name} {}", n + 1)));
    };
    list("value", &changes.values);
    list("contact", &changes.contacts);
    list("operator", &changes.prepare[0]);
    let decision = &changes.decision;
    list("decision", &[decision.decider, decision.window_end, decision.fewer || decision.when.contains(&true)]);
    for reading in &plan.readings {
        let marks = changes.reading(reading).cloned().unwrap_or_default();
        list("title", &[marks.title]);
        list("row", &marks.rows);
    }
    for block in plan.hot.iter().chain(&plan.rollback) {
        let marks = changes.block(block).cloned().unwrap_or_default();
        list("heading", &[marks.heading]);
        list("gate", &marks.gate);
    }
    for step in plan.cold.iter().map(|task| &task.step).chain(&plan.steps) {
        let marks = changes.step(step).cloned().unwrap_or_default();
        list(&step.number.to_string(), &[marks.row]);
        list(&format!("{} notice", step.number), &marks.notices);
        list(&format!("{} item", step.number), &marks.items);
    }
    told.extend(changes.removed.iter().map(|removed| format!("-{:?}: {}", removed.from, removed.text.to_plain())));
    told
}

#[test]
fn what_is_the_same_has_no_mark() {
    assert!(edited(&[]).is_empty());
    // A number, a time or a name that isn't printed is no change.
    assert!(edited(&[("minutes = 3", "minutes = 4"), ("revision = \"4\"", "revision = \"5\"")]).is_empty());
    assert!(edited(&[("[checks.health]", "[checks.well]"), ("check = \"health\"", "check = \"well\"")]).is_empty());
    assert_eq!(since(FLOW, FLOW).1.since.as_deref(), Some("4"));
}

#[test]
fn a_new_step_is_marked_and_those_after_it_are_not() {
    let new = "[[hot.step]]\nop = \"read\"\ndo = \"Wait\"\nitems = [\"x\"]\n[[hot.step]]\nop = \"read\"\ndo = \"Look\"";
    assert_eq!(edited(&[("[[hot.step]]\nop = \"read\"\ndo = \"Look\"", new)]), ["2 1", "2 item 1"]);
}

#[test]
fn a_repeated_step_is_marked_for_each_element() {
    assert_eq!(edited(&[("expect = \"up\"", "expect = \"running\"")]), ["4/a 1", "4/b 1"]);
    assert_eq!(
        edited(&[("{{ host }} is well", "{{ host }} serves")]),
        ["gate 1", "gate 1", "-Step(\"4\"): {{ host }} is well"]
    );
}

#[test]
fn the_parts_of_a_step_are_marked_each_by_itself() {
    assert_eq!(edited(&[("Mind the gap", "Mind the step")]), ["1 notice 1"]);
    assert_eq!(edited(&[("warning = \"Mind the gap\"", "")]), ["-Warning(\"1\"): Mind the gap"]);
    assert_eq!(edited(&[("expect = \"0\"", "expect = \"none\"")]), ["3 item 2"]);
    assert_eq!(edited(&[("\"No error\", ", "")]), ["-Step(\"3.1\"): No error"]);
    // The shared way out stands on the row of every step without its own.
    assert_eq!(edited(&[("on-failure = \"rollback\"", "on-failure = \"abort\"")]), ["1 1", "2 1", "3 1"]);
}

#[test]
fn each_command_and_what_comes_out_is_compared() {
    let with = |keys: &str| FLOW.replace("do = \"Look\"\n", &format!("do = \"Look\"\n{keys}\n"));
    let marked = |old: &str, new: &str| {
        let (plan, changes) = since(&with(old), &with(new));
        plan.steps.iter().filter(|step| changes.step(step).is_some_and(|marks| marks.row)).count()
    };
    let same = [
        ("command = ['a', 'b']", "command = [{ run = 'a' }, 'b']"),
        ("command = 'a'\nfill = true", "command = { run = 'a', fill = true }"),
        ("command = { run = 'a', syntax = 'bash' }", "command = 'a'"),
    ];
    let changed = [
        ("command = ['a', 'b']", "command = ['a', 'c']"),
        ("command = ['a', 'b']", "command = ['b', 'a']"),
        ("command = ['a', 'b']", "command = 'a'"),
        ("command = ['a', 'b']", "command = ['a', 'b']\npick = 'one'"),
        ("command = ['a', { run = 'b', shows = 'c' }]", "command = ['a', { run = 'b', shows = 'd' }]"),
        ("command = ['a', { run = 'b', shows = 'c' }]", "command = ['a', { run = 'b', shows-bad = 'c' }]"),
        ("command = ['a', { run = 'b', shows = 'c' }]", "command = [{ run = 'a', shows = 'c' }, 'b']"),
        ("command = ['a', { run = 'b', title = 'c' }]", "command = ['a', { run = 'b', title = 'd' }]"),
        ("command = ['a', { run = 'b', fill = true }]", "command = ['a', 'b']"),
    ];
    for (old, new) in same {
        assert_eq!(marked(old, new), 0, "{old} {new}");
    }
    for (old, new) in changed {
        assert_eq!(marked(old, new), 1, "{old} {new}");
    }
}

#[test]
fn a_step_with_a_name_is_known_by_it_and_one_without_by_its_action() {
    assert_eq!(edited(&[("Begin {{ version }}", "Start {{ version }}")]), ["1 1"]);
    assert_eq!(edited(&[("do = \"Look\"", "do = \"Look\"\nexpect = \"green\"")]), ["2 1"]);
    assert_eq!(edited(&[("do = \"Look\"", "do = \"Stare\"")]), ["2 1", "-Step(\"2\"): Look"]);
    assert_eq!(edited(&[("[[hot.step]]\nop = \"read\"\ndo = \"Look\"\n", "")]), ["-Step(\"2\"): Look"]);
    let moved =
        "[[hot.step]]\nid = \"begin\"\nop = \"write\"\ndo = \"Begin {{ version }}\"\nwarning = \"Mind the gap\"\n";
    let looks = "[[hot.step]]\nop = \"read\"\ndo = \"Look\"\n[[hot.step]]\ncheck = \"health\"\n";
    assert_eq!(edited(&[(moved, ""), (looks, &format!("{looks}{moved}"))]), ["3 1"]);
}

#[test]
fn a_rollback_that_another_one_goes_before_is_another_way_out() {
    let first = "[[rollback]]\ntitle = \"Early\"\n[[rollback.step]]\nop = \"write\"\ndo = \"Undo early\"\n[[rollback]]";
    let told = edited(&[("[[rollback]]", first)]);
    assert_eq!(told, ["heading 1", "1 1", "2 1", "3 1", "R1 1"]);
}

#[test]
fn what_stands_beside_the_steps_is_compared_too() {
    assert_eq!(edited(&[("version = \"Version\"", "version = \"New version\"")]), ["value 1"]);
    assert_eq!(edited(&[("is = \"release-", "is = \"stable-")]), ["value 4"]);
    assert_eq!(edited(&[("(?<major>\\d+)", "b(?<major>\\d+)")]), ["value 3"]);
    assert_eq!(edited(&[("is = \"release-{{ major }}\"", "each = \"one\"")]), ["value 4"]);
    assert_eq!(edited(&[("\"Phone handed over\", ", "")]), ["-Prepare: Phone handed over"]);
    assert_eq!(
        edited(&[("21:05", "21:10"), ("decider = \"checker\"", "decider = \"dba\"")]),
        ["decision 1", "decision 2"]
    );
    assert_eq!(edited(&[("\"Errors\", ", "")]), ["decision 3", "-Decision: Errors"]);
    assert_eq!(edited(&[("within 5%", "within 3%"), ("\"cpu\"", "\"cpu\", \"memory\"")]), ["row 2", "row 3"]);
    assert_eq!(edited(&[("name = \"DBA\"", "name = \"DBA\"\nphone = \"1\"")]), ["contact 1"]);
    assert_eq!(edited(&[("3 days", "2 days")]), ["C1 1"]);
}

#[test]
fn what_people_see_first_is_part_of_what_they_do() {
    assert_eq!(edited(&[("do = \"Look\"", "do = \"Look\"\nif = \"it is red\"")]), ["2 1"]);
    assert_eq!(edited(&[("do = \"Tell everybody\"", "do = \"Tell everybody\"\nif = \"they ask\"")]), ["C1 1"]);
    assert_eq!(edited(&[("expect = \"0\" }", "expect = \"0\", if = \"it is up\" }")]), ["3 item 2"]);
    let with = FLOW.replace("do = \"Look\"", "do = \"Look\"\nif = \"it is red\"");
    let (plan, changes) = since(&with, &with.replace("it is red", "it is green"));
    assert!(changes.step(&plan.steps[1]).is_some_and(|marks| marks.row));
}

#[test]
fn what_was_removed_is_told_shortly() {
    let long = format!("[[after]]\nlag = \"1 day\"\nop = \"read\"\ndo = \"\"\"{}\nmore\"\"\"\n", "x".repeat(1_000));
    let (_, changes) = since(&format!("{FLOW}{long}"), FLOW);
    let [removed] = &*changes.removed else { panic!("{:?}", changes.removed) };
    assert_eq!(removed.from, RemovedFrom::Step("A1".into()));
    assert_eq!(removed.text.to_plain(), format!("{} …", "x".repeat(super::LONGEST_REMOVED)));
}

#[test]
fn ten_thousand_steps_are_compared() {
    let flow = |step: u32| {
        let mut flow = "[[hot]]\ntitle = \"Long\"\n".to_owned();
        for n in 0..10_000 {
            let _ = write!(flow, "[[hot.step]]\nop = \"read\"\ndo = \"Look at {}\"\n", n * step % 10_007);
        }
        flow
    };
    let mut sources = Sources::default();
    let mut read = |words: String| {
        let file = sources.add("f.toml", format!("{HEAD}{words}"));
        read_flow(&sources, file).0.unwrap_or_else(|| panic!("reads"))
    };
    let (old, new) = (read(flow(1)), read(flow(7919)));
    let changes = changes(&old, &new, &Lang::new("en"));
    assert!(changes.removed.len() > 1_000);
}

#[test]
fn a_changed_condition_is_a_change() {
    let old = FLOW.replace("[values]\n", "[values]\nkind = { label = 'Kind', choices = ['a', 'b', 'c'] }\n");
    let old = old.replace("title = \"Each\"\n", "title = \"Each\"\nunless = { kind = ['b', 'a'] }\n");
    let marked = |old: &str, new: &str| {
        let (plan, changes) = since(old, new);
        let steps = plan.steps.iter().filter_map(|step| changes.step(step)).filter(|marks| marks.row).count();
        let blocks =
            plan.hot[1..].iter().filter_map(|block| changes.block(block)).filter(|marks| marks.heading).count();
        (steps, blocks)
    };
    assert_eq!(marked(&old, &old), (0, 0));
    // The order of the words says nothing.
    assert_eq!(marked(&old, &old.replace("['b', 'a']", "['a', 'b']")), (0, 0));
    // The block is there once for each of two hosts.
    assert_eq!(marked(&old, &old.replace("['b', 'a']", "'a'")), (0, 2));
    assert_eq!(marked(&old, &old.replace("do = \"Look\"", "do = \"Look\"\nonly = { kind = 'c' }")), (1, 0));
}

#[test]
fn each_measure_has_its_own_mark() {
    let table = "when = [{ measure = \"Errors\", where = \"log\", threshold = \"9\" }, { measure = \"Load\", threshold = \"2\" }]";
    let flow = |when: &str| {
        let at = FLOW.lines().find(|line| line.starts_with("when")).unwrap();
        FLOW.replace(at, when)
    };
    let marks = |new: &str| since(&flow(table), &flow(new)).1.decision.when;
    assert_eq!(marks(table), [false, false]);
    assert_eq!(marks(&table.replace("\"2\"", "\"3\"")), [false, true]);
    assert_eq!(marks(&table.replace("\"log\"", "\"chart\"")), [true, false]);
}

#[test]
fn a_changed_group_changes_its_tasks() {
    let task = "[[cold]]\nlead = \"3 days\"\nop = \"write\"\ndo = \"Tell everybody\"\n";
    let group = "[[cold]]\ntitle = \"News\"\nlead = \"3 days\"\n";
    let steps = "[[cold.step]]\nop = \"write\"\ndo = \"Tell everybody\"\n\
        [[cold.step]]\nop = \"read\"\ndo = \"Read what they say\"\n";
    let last = "[[cold]]\nlead = \"1 day\"\nop = \"read\"\ndo = \"Look\"\n";
    let of = |cold: String| {
        let values = "[values]\nkind = { label = 'Kind', choices = ['a', 'b', 'c'] }\n";
        FLOW.replace("[values]\n", values).replace(task, &cold)
    };
    let old = of(format!("{group}{steps}{last}"));
    assert_ne!(old, of(String::new()));
    let marked = |new: String| {
        let (plan, changes) = since(&old, &new);
        let marked = |task: &&Task| changes.step(&task.step).is_some_and(|marks| marks.row);
        plan.cold.iter().filter(marked).map(|task| task.step.number.number).collect::<Vec<_>>()
    };
    assert_eq!(marked(old.clone()), [0; 0]);
    assert_eq!(marked(old.replace("News", "Notices")), [1, 2]);
    // The same tasks at the same time, but one of them has no group any more.
    let alone = format!("{task}{group}{}{last}", steps.split_at(steps.rfind("[[").unwrap_or(0)).1);
    assert_eq!(marked(of(alone)), [1]);
    let moved = of(format!("{group}{steps}{}", last.replace("[[cold]]", "[[cold.step]]")));
    assert_eq!(marked(moved), [3]);
    assert_eq!(marked(of(format!("{group}only = {{ kind = 'a' }}\n{steps}{last}"))), [1, 2]);
}
