//! The reader as a whole: what a good flow becomes, and what is said of bad ones.

mod releases;
mod words;

use super::super::config::CONFIG;
use super::super::flow::{FLOW, Flow, Lead, Op, Relation, RouteTarget};
use super::super::keys::kinds;
use super::super::release;
use super::read_flow;
use crate::diagnostic::{Diagnostic, Sources};

const EXAMPLE: &str = include_str!("../../../tests/faults/example.toml");

fn flow(text: &str) -> (Option<Flow>, Vec<Diagnostic>, Sources) {
    let mut sources = Sources::default();
    let file = sources.add("flow.toml", text);
    let (flow, faults) = read_flow(&sources, file);
    (flow, faults, sources)
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
            format!("{} {}: {}", line as isize - 4, fault.code, fault.message)
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
    assert_eq!(flow.values[0].label.as_ref().unwrap().entries[0].1.value, "新版本");
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
    assert_eq!(way_out.then.as_ref().unwrap().value, RouteTarget::Rollback);
    assert_eq!(flow.rollback[0].steps[0].from[0].value, "upgrade");
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
            "2:6 bad-id",
            "3:1 unknown-key",
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
    assert_eq!(faults[1].all_help().collect::<Vec<_>>(), ["did you mean `title`?"]);
    assert_eq!(faults[2].all_help().collect::<Vec<_>>(), ["did you mean `\"Asia/Shanghai\"`?"]);
    assert_eq!(sources.line_column(faults[8].context[0].span), (11, 6));
    assert_eq!(sources.slice(faults[9].primary.as_ref().unwrap().span), "\\u202E");
    assert_eq!(faults[11].all_help().collect::<Vec<_>>(), ["it belongs to `[[rollback.step]]`"]);
}

#[test]
fn a_flow_needs_its_top_level_and_a_block() {
    let (_, faults, sources) = flow("\u{feff}\r\n# nothing\r\n");
    assert_eq!(places(&faults, &sources), ["2:1 missing-key"; 5]);
    assert_eq!(rest(""), ["-3 missing-key: the flow needs the key `hot`"]);
    assert_eq!(rest("hot = []"), ["1 too-few: `hot` is too short"]);
    assert_eq!(rest("[[hot]]\ntitle = \"A\"\nstep = []"), ["3 too-few: `step` is too short"]);
    assert_eq!(rest("[hot]\ntitle = \"A\""), ["1 wrong-type: `hot` takes a list of tables"]);
    let (_, faults, _) = flow("schema = 2\nfoo = 1\n");
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].code, "unsupported-schema");
}

/// A block around steps.
fn steps(text: &str) -> Vec<String> {
    rest(&format!("[[hot]]\ntitle = \"A\"\n{text}"))
}

#[test]
fn short_and_long_forms() {
    let top = "schema = 1\nid = \"a\"\ntitle = { zh-CN = \"甲\", en = \"A\" }\nlang = [\"en\", \"zh-CN\"]\n";
    let body = r#"
[values]
v = "Version"
w = { en = "W", zh-CN = "丙" }
hosts = { label = "Hosts", each = "host", example = ["a", "b"] }
[decision]
decider = "checker"
when = "now"
window-end = 21:05:00
[readings.r]
title = "R"
rows = ["x", { item = "y", record = "list", relation = "at least" }]
[[hot]]
title = "H"
each = "hosts"
gate = ["ok"]
on-failure = "back"
[[hot.step]]
tell = { en = "Hi", zh-CN = "你好" }
[[hot.step]]
tell = { message = "Hi", to = "ops" }
items = ["a", { do = "b", expect = "c" }, { en = "d", zh-CN = "丁" }]
irreversible = "gone"
record = "number"
otherwise = { do = "x" }
[[hot.step]]
op = "write"
hold = { ask = "go?", at-most = 5, no = "abort" }
irreversible = true
record = { name = "n", unit = "MB" }
[[hot.step]]
wait = { for = "x", every = "1 分钟", at-most = "2 hours" }
irreversible = false
[[rollback]]
id = "back"
title = "B"
valid-until = "s"
[[rollback.step]]
id = "s"
choose = { ask = "?", options = [{ if = "a", then = "next" }, { if = "b", then = { then = "retry", max = 2 } }] }
from = ["s"]
"#;
    let (flow, faults, _) = flow(&format!("{top}{body}"));
    assert_eq!(faults, []);
    let flow = flow.unwrap();
    assert_eq!(flow.title.entries[0].0.as_ref().unwrap().value, "zh-CN");
    assert_eq!(flow.values[1].label.as_ref().unwrap().entries.len(), 2);
    assert_eq!((flow.values[2].example.len(), flow.values[2].each.as_ref().unwrap().value.as_str()), (2, "host"));
    let decision = flow.decision.unwrap();
    assert_eq!((decision.when.len(), decision.window_end.unwrap().value), (1, jiff::civil::time(21, 5, 0, 0)));
    assert_eq!(flow.readings[0].rows[0].relation, Relation::Same);
    assert_eq!(flow.readings[0].rows[1].relation, Relation::AtLeast);
    let steps = &flow.hot[0].steps;
    let ops: Vec<_> = steps.iter().map(|step| step.op.as_ref().unwrap().value).collect();
    assert_eq!(ops, [Op::Write, Op::Write, Op::Write, Op::Read]);
    assert_eq!(steps[0].tell.as_ref().unwrap().message.as_ref().unwrap().entries.len(), 2);
    assert_eq!(steps[1].tell.as_ref().unwrap().to[0].value, "ops");
    assert_eq!(steps[1].items[2].action.entries.len(), 2);
    assert!(steps[1].irreversible.as_ref().unwrap().why.is_some());
    assert!(steps[1].otherwise.as_ref().unwrap().then.is_none());
    assert_eq!(steps[2].hold.as_ref().unwrap().decider.value, "checker");
    assert!(steps[2].irreversible.as_ref().unwrap().why.is_none());
    assert_eq!(steps[3].wait.as_ref().unwrap().at_most.as_ref().unwrap().value, 120);
    assert!(steps[3].irreversible.is_none());
    let options = &flow.rollback[0].steps[0].choose.as_ref().unwrap().options;
    assert_eq!(options[1].then.max.as_ref().unwrap().value, 2);
}

#[test]
fn faults_of_steps() {
    assert_eq!(
        steps("[[hot.step]]\nop = \"read\"\ndo = \"x\"\nactual = true\nitems = [{ do = \"y\", actual = false }]"),
        [
            "6 misplaced-key: `actual` means nothing without `expect`",
            "7 misplaced-key: `actual` means nothing without `expect`",
        ]
    );
    assert_eq!(steps("[[hot.step]]\nop = \"read\""), ["3 missing-key: `[[hot.step]]` doesn't say what is done"]);
    assert_eq!(steps("[[hot.step]]\ntake = \"r\""), ["3 missing-key: `[[hot.step]]` doesn't say what is done"]);
    assert_eq!(
        steps("[[hot.step]]\ntell = \"x\"\nfill = true\nminutes = \"5 minutes\"\nverify = \"cal\""),
        [
            "5 misplaced-key: `fill` means nothing without `command`",
            "6 wrong-type: `minutes` takes a whole number",
            "7 bad-value: `verify` can't be `cal`",
        ]
    );
    assert_eq!(
        steps("[[hot.step]]\nwait = { for = \"\", at-most = \"soon\", otherwise = { max = 2 } }\nid = \"retry\""),
        [
            "4 empty-text: this text is empty",
            "4 bad-value: `soon` isn't a length of time",
            "4 missing-key: this route leads nowhere",
            "5 bad-id: `retry` can't be an id: as a route it means something else",
        ]
    );
    assert_eq!(
        steps(
            "[[hot.step]]\nchoose = { ask = \"?\", options = [{ if = \"a\", then = { then = \"hold\", max = 1 } }] }"
        ),
        ["4 too-few: `options` is too short", "4 misplaced-key: `max` counts retries, and this route has none",]
    );
    assert_eq!(
        steps("gate = [\"x\"]\nvalid-until = \"s\"\n[[hot.step]]\ntell = { ask = \"x\" }"),
        [
            "3 misplaced-key: `gate` means nothing without `each`",
            "4 misplaced-key: `valid-until` isn't a key of `[[hot]]`",
            "6 unknown-key: `tell` has no key `ask`",
        ]
    );
}

#[test]
fn faults_of_declarations() {
    let hot = "[[hot]]\ntitle = \"A\"\n[[hot.step]]\ntell = \"x\"\n";
    let declared = |text: &str| rest(&format!("{text}\n{hot}"));
    assert_eq!(
        declared("holidays = [2013-02-03T00:00:00, 2013-01-01]\nalso = [\"UTC\", 1]\nrunbook = \"wiki\""),
        [
            "1 bad-value: `holidays` isn't a date",
            "2 wrong-type: `also` takes the name of a time zone",
            "3 bad-address: `wiki` isn't a web address",
        ]
    );
    // What nobody sees is no text, and nobody types it behind an address either.
    assert_eq!(
        declared("about = \"\\u200B \\u3164\"\nrevision = \"\\uFEFF\"\nrunbook = \"https://x.org/a\\u00ADb\""),
        [
            "1 empty-text: this text is empty",
            "2 empty-text: this text is empty",
            "3 bad-address: `https://x.org/a\u{ad}b` isn't a web address",
        ]
    );
    assert_eq!(
        declared(
            "[contacts.checker]\nname = \"A\\tB\"\nemail = [\"A <a@example.com>\", \"a@example.com\"]\nphone = 110"
        ),
        [
            "1 bad-id: a contact can't be called `checker`: that is one of the two people",
            "2 control-character: the control character U+0009 can't be printed",
            "3 bad-address: `A <a@example.com>` isn't a mail address",
            "4 wrong-type: `phone` takes a string",
        ]
    );
    assert_eq!(
        declared("mail-from = \"Büro <büro@example.com>\"\n[contacts.a]\nname = \"A\"\nemail = \"a@bücher.example\""),
        [
            "1 bad-address: `Büro <büro@example.com>` has letters that not every mail server takes",
            "4 bad-address: `a@bücher.example` has letters that not every mail server takes",
        ]
    );
    assert_eq!(declared("mail-from = \"Büro <buero@xn--bcher-kva.example>\""), [] as [&str; 0]);
    assert_eq!(
        declared(
            "[[cold]]\nlead = \"1 day\"\ndo = \"x\"\nnotify = \"a\"\nask = \"y\"\nmail = { to = \"a\", impact = \"z\" }\n\
             [[cold]]\nlead = \"1 day\"\ndo = \"x\"\nmail = { subject = \"s\", mention = 1 }"
        ),
        [
            "4 misplaced-key: `notify` means nothing beside `mail`",
            "5 misplaced-key: `ask` means nothing beside `mail`",
            "10 missing-key: `mail` needs the key `to`",
            "10 wrong-type: `mention` takes the name of a value or a list of them",
        ]
    );
    assert_eq!(
        declared("[values]\n\"a b\" = 1\nv = { lable = \"x\" }\nw = { fr = \"x\", en = 1 }"),
        [
            "2 bad-id: `a b` can't be an id",
            "2 wrong-type: `a b` takes a text or a table",
            "3 unknown-key: a value has no key `lable`",
            "4 missing-language: `w` isn't written in `zh-CN`",
            "4 unknown-language: `fr` isn't a language of this flow",
            "4 wrong-type: a text in `en` takes a string",
        ]
    );
    assert_eq!(
        declared(
            "[decision]\ndecider = \"checker\"\nwhen = []\nwindow-end = \"25:00\"\n[readings.r]\ntitle = \"R\"\nrows = [{ item = \"x\", relation = \"within\" }]"
        ),
        [
            "3 too-few: `when` is too short",
            "4 bad-value: `window-end` isn't a time of day",
            "7 bad-value: `relation` can't be `within`",
        ]
    );
}

#[test]
fn windows_files_read_the_same() {
    let text = EXAMPLE.replacen("\"操作者被打断", "\"\"\"\n操作者\n被打断", 1).replacen(
        "保证原子操作结束以及还原操作完成\"",
        "完成\"\"\"",
        1,
    );
    let (unix, faults, _) = flow(&text);
    assert_eq!(faults, []);
    let (windows, faults, sources) = flow(&format!("\u{feff}{}", text.replace('\n', "\r\n")));
    assert_eq!(faults, []);
    let words = |flow: Flow| flow.operator.handover.as_ref().unwrap().entries[0].1.clone();
    let (unix, windows) = (words(unix.unwrap()), words(windows.unwrap()));
    assert_eq!(unix.value, windows.value);
    assert!(sources.slice(windows.span).starts_with("\"\"\"\r\n操作者\r\n"));
}

#[test]
fn many_steps_are_refused_and_enough_are_read_in_time() {
    let many = |count: usize| {
        let step = "[[hot.step]]\nop = \"read\"\ndo = \"Look at it\"\nexpect = \"ok\"\n";
        rest(&format!("[[hot]]\ntitle = \"A\"\n{}", step.repeat(count)))
    };
    assert_eq!(many(10_000), Vec::<String>::new());
    assert_eq!(many(10_002), ["40003 too-many-steps: more than 10000 steps in one flow"]);
}

proptest::proptest! {
    /// No file makes the reader panic, and there is a flow exactly when there is no fault.
    #[test]
    fn damaged_flows_have_faults(cuts in proptest::collection::vec((0.0..1.0f64, 0usize..40, "[\\[\\]{}=\"'.,#\n a-z0-9\\\\]{0,6}"), 1..4)) {
        let mut text = EXAMPLE.to_owned();
        for (at, length, with) in cuts {
            let floor = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
            let start = floor((at * text.len() as f64) as usize);
            let end = floor(start + length).max(start);
            text.replace_range(start..end, &with);
        }
        let (flow, faults, sources) = flow(&text);
        proptest::prop_assert_eq!(flow.is_some(), faults.is_empty());
        for fault in &faults {
            let span = fault.primary.as_ref().unwrap().span;
            proptest::prop_assert!(text.get(span.start as usize..span.end as usize).is_some());
        }
        let shown = crate::diagnostic::print::human(&sources, &faults, false);
        proptest::prop_assert_eq!(shown.is_empty(), faults.is_empty());
    }
}

#[test]
fn a_flow_is_not_called_like_a_device() {
    let told = |id: &str| {
        let (_, faults, sources) = flow(&format!(
            "schema = 1\nid = \"{id}\"\ntitle = \"A\"\nlang = \"en\"\n[[hot]]\ntitle = \"B\"\n[[hot.step]]\nop = \"read\"\ndo = \"c\"\n"
        ));
        places(&faults, &sources)
    };
    for id in ["con", "NUL", "Com1", "lpt9"] {
        assert_eq!(told(id), ["2:6 bad-id"], "{id}");
    }
    for id in ["com", "com10", "console", "mail"] {
        assert_eq!(told(id), [""; 0], "{id}");
    }
}

#[test]
fn a_separator_of_unicode_is_no_line_break() {
    // They print as nothing: what stands before and behind them would read as one word.
    for (written, name) in
        [("\u{2028}", "2028"), ("\\u2029", "2029"), ("\\u0085", "0085"), ("\\u000b", "000B"), ("\\f", "000C")]
    {
        for key in ["do", "expect", "command", "note"] {
            let step = if key == "do" { String::new() } else { "do = \"Do it\"\n".to_owned() };
            let step = format!("[[hot.step]]\nop = \"read\"\n{step}{key} = \"a{written}b\"\n");
            let top = "schema = 1\nid = \"a\"\ntitle = \"A\"\nlang = \"en\"\n[[hot]]\ntitle = \"B\"\n";
            let (_, faults, sources) = flow(&format!("{top}{step}"));
            let [fault] = faults.as_slice() else { panic!("{key} {name}: {faults:?}") };
            assert!(fault.message.contains(&format!("U+{name}")), "{}", fault.message);
            assert_eq!(sources.slice(fault.primary.as_ref().unwrap().span), written);
        }
    }
}

#[test]
fn a_command_holds_nothing_unseen() {
    let told = |command: &str| {
        rest(&format!(
            "[[hot]]\ntitle = \"B\"\n[[hot.step]]\nop = \"write\"\ndo = \"a\u{200b}b\"\ncommand = \"{command}\"\n"
        ))
    };
    assert_eq!(told("rm\u{a0}-r"), ["6 unseen-character: the character U+00A0 can't be seen in a command"]);
    assert_eq!(told("a\\u200Bb"), ["6 unseen-character: the character U+200B can't be seen in a command"]);
    assert_eq!(told("echo\\t'全角　空格'"), [""; 0]);
}

#[test]
fn languages_and_misspelt_keys_by_the_thousand_are_each_told() {
    let list = |tag: &dyn Fn(usize) -> String| (0..10_000).map(tag).collect::<Vec<_>>().join(", ");
    for langs in [list(&|number| format!("\"l{number}\"")), list(&|_| "\"en\"".to_owned())] {
        let step = "[[hot.step]]\nop = \"read\"\ndo = { en = \"Look\" }\n";
        let keys = (0..10_000).map(|number| format!("titl{number} = 1")).collect::<Vec<_>>().join("\n");
        let text = format!(
            "schema = 1\nid = \"a\"\ntitle = \"A\"\nlang = [{langs}]\n{keys}\n[[hot]]\ntitle = \"A\"\n{}",
            step.repeat(5_000)
        );
        let (_, faults, _) = flow(&text);
        assert_eq!(faults.iter().filter(|fault| fault.code == "unknown-key").count(), 10_000);
        assert!(faults.len() >= 19_999 && faults.len() <= 20_000, "{}", faults.len());
    }
}

#[test]
fn keys_are_unique_and_described() {
    let found = kinds(&[&FLOW, &release::RELEASE, &CONFIG]);
    assert!(found.len() >= 28, "{}", found.len());
    for kind in found {
        let names: Vec<_> = kind.keys().map(|key| key.name).collect();
        for (index, key) in kind.keys().enumerate() {
            assert!(!names[..index].contains(&key.name), "{} twice in {}", key.name, kind.name);
            assert!(!key.doc.is_empty() && !key.doc.ends_with('.') && !key.doc.contains('\n'), "{}", key.name);
        }
    }
}
