//! The reader as a whole: what a good flow becomes, and what is said of bad ones.

use super::super::flow::{Flow, Lead, Op, Relation, Target};
use super::super::release::{Moment, ReleaseFile};
use super::{read_flow, read_release};
use crate::diagnostic::{Diagnostic, Sources};

const EXAMPLE: &str = include_str!("../../../tests/faults/example.toml");
const RELEASE: &str = include_str!("../../../tests/faults/example.release.toml");

fn flow(text: &str) -> (Option<Flow>, Vec<Diagnostic>, Sources) {
    let mut sources = Sources::default();
    let file = sources.add("flow.toml", text);
    let (flow, faults) = read_flow(&sources, file);
    (flow, faults, sources)
}

fn release(text: &str) -> (Option<ReleaseFile>, Vec<Diagnostic>, Sources) {
    let mut sources = Sources::default();
    let file = sources.add("a.release.toml", text);
    let (release, faults) = read_release(&sources, file);
    (release, faults, sources)
}

/// `line:column code` of each fault.
fn places(faults: &[Diagnostic], sources: &Sources) -> Vec<String> {
    faults
        .iter()
        .map(|fault| {
            let (line, column) = sources.line_column(fault.primary.as_ref().unwrap().span);
            format!("{line}:{column} {}", fault.code)
        })
        .collect()
}

/// Faults of a flow whose top level is fine and whose rest is given.
fn rest(text: &str) -> Vec<String> {
    let top = "schema = 1\nid = \"a\"\ntitle = \"A\"\nlang = [\"en\", \"zh-CN\"]\n";
    let (_, faults, sources) = flow(&format!("{top}{text}"));
    faults
        .iter()
        .map(|fault| {
            let (line, _) = sources.line_column(fault.primary.as_ref().unwrap().span);
            format!("{} {}: {}", line - 4, fault.code, fault.message)
        })
        .collect()
}

#[test]
fn the_example_is_read() {
    let (flow, faults, sources) = flow(EXAMPLE);
    assert_eq!(faults, []);
    let flow = flow.unwrap();
    assert_eq!(flow.id.value, "dubbo-registry");
    assert_eq!(sources.slice(flow.id.span), "\"dubbo-registry\"");
    assert_eq!(flow.values[0].label.entries[0].1.value, "新版本");
    assert_eq!(flow.readings[0].rows[2].relation, Relation::Within("5%".into()));
    assert_eq!(flow.cold[0].lead.value, Lead::Days(3));
    assert_eq!(flow.cold[1].step.op.as_ref().unwrap().value, Op::Write);
    assert_eq!(flow.after[0].lead.value, Lead::Days(1));
    let steps = &flow.hot[0].steps;
    assert_eq!(steps.len(), 4);
    assert_eq!(sources.slice(steps[0].span), "[[hot.step]]");
    assert_eq!(steps[1].sets[0].1.value, "on");
    let way_out = steps[2].otherwise.as_ref().unwrap();
    assert_eq!(way_out.within.as_ref().unwrap().value, 10);
    assert_eq!(way_out.then.as_ref().unwrap().value, Target::Rollback);
    assert_eq!(flow.rollback[0].steps[0].from[0].value, "upgrade");
}

#[test]
fn the_release_is_read() {
    let (release, faults, sources) = release(RELEASE);
    assert_eq!(faults, []);
    let release = release.unwrap();
    assert_eq!(release.number.unwrap().value, "2013-0042");
    let Moment::Absolute(start, offset) = release.start.unwrap().value else { panic!("no offset") };
    assert_eq!((start.as_second(), offset.seconds()), (1_359_115_200, 8 * 3600));
    assert_eq!(release.operator.name.unwrap().value, "张三");
    assert_eq!(release.values[1].0.value, "previous");
    assert_eq!(sources.slice(release.values[1].1[0].span), "\"2.4.8\"");
    assert_eq!(release.contacts[0].0.value, "ops");
}

#[test]
fn ten_faults_at_their_places() {
    let text = r#"schema = 1
id = "a b"
titel = "x"
lang = ["en", "fr"]
timezone = "Asia/Shangai"

[[hot]]
title = "Go\nnow"
atomic = "yes"
[[hot.step]]
id = "s"
op = "reed"
do = "x"
link = "ftp://x"
[[hot.step]]
id = "s"
do = "\u202Ex"
minutes = 0
from = "s"
[[cold]]
do = { en = "a" }
lead = "soon"
"#;
    let (flow, faults, sources) = flow(text);
    assert!(flow.is_none());
    assert_eq!(
        places(&faults, &sources),
        [
            "1:1 missing-key",
            "2:6 bad-id",
            "3:1 unknown-key",
            "4:15 unknown-language",
            "5:12 unknown-timezone",
            "8:12 line-break",
            "9:10 wrong-type",
            "12:6 bad-value",
            "14:8 bad-address",
            "15:1 missing-op",
            "16:6 duplicate-id",
            "17:7 control-character",
            "18:11 bad-value",
            "19:1 misplaced-key",
            "21:6 missing-language",
            "22:8 bad-value",
        ]
    );
    assert_eq!(faults[2].help, ["did you mean `title`?"]);
    assert_eq!(faults[4].help, ["did you mean `\"Asia/Shanghai\"`?"]);
    assert_eq!(sources.line_column(faults[10].context[0].span), (11, 6));
    assert_eq!(sources.slice(faults[11].primary.as_ref().unwrap().span), "\\u202E");
    assert_eq!(faults[13].help, ["it belongs to `[[rollback.step]]`"]);
}
