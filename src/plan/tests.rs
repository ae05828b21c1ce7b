//! Reads whole flows and resolves them.

mod exclusive;
mod last_try;
mod latest;
mod limits;
mod values;
use jiff::Zoned;

use super::{LabelSet, Plan, ReadingIx, StartWords, StepIx, Then, Wording, build};
use crate::diagnostic::{Diagnostic, Sources};
use crate::select::select;
use crate::source::{read_flow, read_release};
use crate::text::{Content, Gap, Lang};

const HEAD: &str = "schema = 1\nid = \"f\"\ntitle = \"T\"\nlang = \"en\"\n";

fn built(flow: &str, release: &str, lang: Option<&str>) -> (Option<Plan>, Vec<Diagnostic>, Sources) {
    let mut sources = Sources::default();
    let flow_file = sources.add("f.toml", flow);
    let release_file = sources.add("f.release.toml", format!("flow = \"f\"\n{release}"));
    let (read, faults) = read_flow(&sources, flow_file);
    let read = read.unwrap_or_else(|| panic!("{faults:?}"));
    let (release, faults) = read_release(&sources, release_file);
    let release = release.unwrap_or_else(|| panic!("{faults:?}"));
    let (plan, faults) = build(&select(&read, &release), &release, lang, &sources, String::new(), &PlainWords);
    (plan, faults, sources)
}

/// Writes the planned start as ISO 8601 does; the words of real outputs come from their labels.
pub(super) struct PlainWords;
impl Wording for PlainWords {
    fn langs(&self) -> Vec<&str> {
        vec!["en", "zh-CN"]
    }

    fn start(&self, _: &Lang, _: LabelSet, start: Option<&Zoned>) -> [StartWords; 2] {
        [("Date", "%Y-%m-%d"), ("Time", "%H:%M")].map(|(label, format)| StartWords {
            label: label.to_owned(),
            given: start.map(|start| start.strftime(format).to_string()),
        })
    }
}

fn planned(flow: &str, release: &str) -> Plan {
    let (plan, faults, _) = built(&format!("{HEAD}{flow}"), release, None);
    plan.unwrap_or_else(|| panic!("{faults:?}"))
}

/// Each fault as `code: the text it underlines`.
fn faults(flow: &str, release: &str) -> Vec<String> {
    let (plan, faults, sources) = built(&format!("{HEAD}{flow}"), release, None);
    assert_eq!(plan.is_none(), !faults.is_empty());
    let told = |fault: &Diagnostic| {
        let place = fault.primary.as_ref().map_or("", |label| sources.slice(label.span));
        format!("{}: {place}", fault.code)
    };
    faults.iter().map(told).collect()
}

fn numbers(plan: &Plan) -> Vec<String> {
    plan.steps.iter().map(|step| step.number.to_string()).collect()
}

const HOSTS: &str = r#"
[values]
hosts = { label = "Hosts", each = "host" }
[readings.load]
title = "Load"
rows = ["{{ host }}"]
[[hot]]
title = "First"
[[hot.step]]
id = "begin"
op = "write"
do = "Begin on {{ hosts }}"
[[hot]]
id = "each"
title = "Each"
each = "hosts"
gate = ["{{ host }} is well"]
on-failure = "back"
[[hot.step]]
id = "stop"
op = "write"
do = "Stop {{ host }}"
take = "load"
[[hot.step]]
do = "Compare"
compare = "load"
hold = { ask = "On with it?" }
otherwise = { then = "stop" }
[[hot]]
title = "Last"
[[hot.step]]
op = "read"
do = "Look"
[[rollback]]
id = "back"
title = "Back"
each = "hosts"
[[rollback.step]]
op = "write"
do = "Start {{ host }}"
from = "stop"
[[rollback.step]]
do = "Compare"
compare = "load"
[[rollback]]
title = "Other"
[[rollback.step]]
op = "write"
do = "Other"
from = ["begin", "stop"]
"#;

#[test]
fn a_repeated_block_is_unrolled_and_its_names_stay_with_their_element() {
    let plan = planned(HOSTS, r#"values = { hosts = ["a", "b"] }"#);
    assert_eq!(numbers(&plan), ["1", "2/a", "3/a", "2/b", "3/b", "4", "R1/b", "R2/b", "R1/a", "R2/a", "S1"]);
    assert_eq!(plan.steps[0].action.to_plain(), "Begin on a, b");
    assert_eq!(plan.steps[3].action.to_plain(), "Stop b");
    assert_eq!(plan.hot[1].gate[0].action.to_plain(), "a is well");
    assert!(plan.hot[2].gate.is_empty());
    assert_eq!(plan.hot[2].instance.as_ref().map(|instance| (instance.index, instance.of)), Some((1, 2)));
    // The second host's own step, reading and rollback step.
    assert_eq!(plan.steps[4].way_out.as_ref().and_then(|way| way.then.clone()), Some(Then::Step(StepIx(3))));
    assert_eq!(plan.steps[4].compare, [ReadingIx(1)]);
    assert_eq!(plan.steps[6].from, [StepIx(3)]);
    assert_eq!(plan.steps[7].compare, [ReadingIx(1)]);
    let way_out = plan.steps[3].way_out.as_ref().expect("its block's");
    assert!(way_out.inherited && way_out.then == Some(Then::Rollback(0, StepIx(6))));
    assert_eq!(plan.steps[10].from, [StepIx(0), StepIx(1)]);
    let second = &plan.readings[1];
    assert_eq!((second.title.to_plain(), second.rows[0].item.to_plain()), ("Load · b".into(), "b".into()));
    assert_eq!((second.take, &*second.compare), (Some(StepIx(3)), &[StepIx(4), StepIx(7)][..]));
}

#[test]
fn a_way_back_to_the_same_step_has_an_end() {
    let flow = |extra: &str| {
        format!(
            "[[hot]]\nid = \"b\"\ntitle = \"B\"\n[[hot.step]]\nid = \"one\"\n\
             op = \"read\"\ndo = \"x\"\n[[hot.step]]\nid = \"two\"\nop = \"read\"\ndo = \"y\"\n{extra}\n[[hot.step]]\nid = \"three\"\nop = \"read\"\ndo = \"z\"\n"
        )
    };
    for endless in ["one", "two", "b"] {
        let text = flow(&format!("otherwise = \"{endless}\""));
        assert_eq!(faults(&text, ""), [format!("endless-cycle: \"{endless}\"")]);
    }
    let waits = flow("wait = { for = \"x\", at-most = 1, otherwise = { do = \"look\", then = \"one\" } }");
    assert_eq!(faults(&waits, ""), ["endless-cycle: \"one\""]);
    for ends in [
        "otherwise = \"three\"",
        "otherwise = { then = \"retry\", max = 2 }",
        "otherwise = \"one\"\nhold = { ask = \"Again?\" }",
        "choose = { ask = \"Again?\", options = [{ if = \"yes\", then = \"one\" }, { if = \"no\", then = \"next\" }] }",
    ] {
        assert_eq!(faults(&flow(ends), ""), [""; 0], "{ends}");
    }
}

#[test]
fn a_list_must_be_given_and_fit_for_numbers() {
    assert_eq!(faults(HOSTS, ""), ["missing-list: \"hosts\""]);
    assert_eq!(faults(HOSTS, r#"values.hosts = ["a", "b", "a"]"#), ["repeated-element: \"a\""]);
    let long = "x".repeat(65);
    assert_eq!(faults(HOSTS, &format!("values.hosts = \"{long}\"")), [format!("bad-element: \"{long}\"")]);
}

#[test]
fn values_fill_texts_where_they_are_given() {
    let flow = r#"
[values]
v = "Version"
w = "Other"
[[hot]]
title = "Go to {{ v }}"
[[hot.step]]
op = "write"
do = "Do `x {{ v }}` and {{ w }}"
command = "run {{ v }} {{ x }}"
record = { name = "pos", label = "Position" }
[[hot.step]]
op = "write"
do = "Use {{ pos }}"
command = "run {{ v }}\nthen"
fill = true
"#;
    let blank = |name: &str, label: &str| Content::Blank(Box::new(Gap::value(name, label)));
    let plan = planned(flow, r#"values.v = "**2**""#);
    assert_eq!(plan.hot[0].title.to_plain(), "Go to **2**");
    let [first, second] = &plan.steps[..] else { panic!("two steps") };
    assert_eq!(first.action.to_plain(), "Do x **2** and ____");
    assert_eq!(first.action.runs.last().map(|run| &run.content), Some(&blank("w", "Other")));
    assert_eq!(first.commands[0].run.to_plain(), "run {{ v }} {{ x }}");
    assert_eq!(second.action.runs.last().map(|run| &run.content), Some(&blank("pos", "Position")));
    assert_eq!(second.commands[0].run.to_plain(), "run **2**\nthen");
}

#[test]
fn unknown_names_are_found_all_at_once() {
    let flow = r#"
[values]
version = "V"
hosts = { label = "H", each = "host" }
[decision]
decider = "dba"
when = "x"
[contacts.ops]
name = "OPS"
[[cold]]
lead = "1 day"
do = "Tell"
notify = ["opps"]
[[hot]]
title = "A"
[[hot.step]]
op = "write"
do = "To \u4e2d {{ vresion }}, {{ host }}"
by = "nobody"
check = "status"
take = "load"
otherwise = "nowhere"
"#;
    let found = faults(flow, "values.versoin = \"1\"\ncontacts.op = \"X\"\nvalues.hosts = [\"a\"]");
    assert_eq!(
        found,
        [
            "unknown-contact: \"dba\"",
            "unknown-contact: \"opps\"",
            "unknown-value: vresion",
            "element-outside: host",
            "unknown-contact: \"nobody\"",
            "unknown-check: \"status\"",
            "unknown-reading: \"load\"",
            "unknown-step: \"nowhere\"",
            "undeclared-value: versoin",
            "unknown-contact: op",
        ]
    );
    let (_, all, _) = built(&format!("{HEAD}{flow}"), "", None);
    let help = all.iter().find(|fault| fault.code == "unknown-value").map(|fault| &*fault.help);
    assert_eq!(help, Some(&["did you mean `version`?".to_owned()][..]));
}

#[test]
fn what_is_used_must_have_been_made() {
    let flow = r#"
[readings.r]
title = "R"
rows = ["x"]
[readings.never]
title = "N"
rows = ["x"]
[[hot]]
title = "A"
[[hot.step]]
do = "{{ pos }}"
compare = "r"
awaits = "build"
[[hot.step]]
do = "Take"
take = "r"
record = "pos"
begins = "build"
[[hot.step]]
do = "Again {{ pos }}"
take = "r"
awaits = "biuld"
[[hot.step]]
do = "Compare"
compare = "never"
[[rollback]]
title = "B"
[[rollback.step]]
do = "Fine {{ pos }}"
compare = "r"
awaits = "build"
record = "own"
[[after]]
lag = "1 day"
do = "{{ pos }} and {{ own }}"
"#;
    let expected = [
        "value-before-record: pos",
        "compare-before-take: \"r\"",
        "await-before-begin: \"build\"",
        "taken-twice: \"r\"",
        "unknown-work: \"biuld\"",
        "compare-before-take: \"never\"",
        "value-before-record: own",
    ];
    assert_eq!(faults(flow, ""), expected);
}

#[test]
fn routes_lead_only_where_they_may() {
    let flow = r#"
[[cold]]
lead = "1 day"
do = "Early"
id = "early"
otherwise = "rollback"
[[hot]]
title = "A"
on-failure = "rollback"
[[hot.step]]
id = "one"
op = "write"
do = "One"
[[hot.step]]
op = "write"
do = "Two"
[[hot.step]]
op = "write"
do = "Three"
otherwise = "early"
[[hot.step]]
op = "write"
do = "Four"
otherwise = { then = "retry" }
[[hot.step]]
ask = "x"
op = "read"
choose = { ask = "Well?", options = [{ if = "yes", then = { do = "go" } }, { if = "no", then = "mid" }] }
otherwise = "short"
[[rollback]]
id = "short"
title = "S"
valid-until = "one"
[[rollback.step]]
op = "write"
do = "S"
otherwise = "one"
[[rollback.step]]
id = "mid"
op = "write"
do = "S"
otherwise = "rollback"
"#
    .replace("ask = \"x\"\n", "");
    let expected = [
        "no-rollback: \"rollback\"",
        "rollback-not-valid: \"rollback\"",
        "bad-target: \"early\"",
        "branch-without-end: { do = \"go\" }",
        "bad-target: \"mid\"",
        "rollback-not-valid: \"short\"",
        "bad-target: \"one\"",
        "no-rollback: \"rollback\"",
    ];
    assert_eq!(faults(&flow, ""), expected);
}

#[test]
fn the_first_rollback_that_is_still_valid_is_taken() {
    let flow = r#"
[[hot]]
title = "A"
on-failure = "rollback"
[[hot.step]]
id = "one"
op = "write"
do = "One"
[[hot.step]]
op = "write"
do = "Two"
[[rollback]]
title = "Early"
valid-until = "one"
[[rollback.step]]
op = "write"
do = "E"
otherwise = "late"
[[rollback]]
id = "late"
title = "Late"
[[rollback.step]]
op = "write"
do = "L"
"#;
    let plan = planned(flow, "");
    let then = |step: usize| plan.steps[step].way_out.as_ref().and_then(|way| way.then.clone());
    assert_eq!(then(0), Some(Then::Rollback(0, StepIx(2))));
    assert_eq!(then(1), Some(Then::Rollback(1, StepIx(3))));
    assert_eq!(then(2), Some(Then::Rollback(1, StepIx(3))));
}

#[test]
fn two_people_and_single_values() {
    let flow = "[values]\nv = \"V\"\n[[hot]]\ntitle = \"A\"\n[[hot.step]]\nop = \"read\"\ndo = \"x\"\n";
    let release = "operator = \"Zhang San\"\nchecker = { name = \"zhang san \" }\nvalues.v = [\"1\", \"2\"]";
    assert_eq!(faults(flow, release), ["same-person: \"zhang san \"", "not-a-list: \"1\""]);
    let (_, other, _) = built(&format!("{HEAD}{flow}").replace("\"f\"", "\"g\""), "", Some("zh-CN"));
    let codes: Vec<_> = other.iter().map(|fault| fault.code).collect();
    assert_eq!(codes, ["unknown-language", "other-flow"]);
}

#[test]
fn a_release_is_of_one_revision() {
    let flow = "[[hot]]\ntitle = \"A\"\n[[hot.step]]\nop = \"read\"\ndo = \"x\"\n";
    let told = |revision: &str, release: &str| -> Vec<String> {
        let (_, faults, _) = built(&format!("{revision}{HEAD}{flow}"), release, None);
        faults.iter().map(|fault| format!("{}: {}", fault.code, fault.message)).collect()
    };
    let eight = "revision = \"8\"\n";
    assert!(told(eight, "").is_empty() && told(eight, "revision = \"8\"").is_empty());
    let written = "other-revision: this release was written for revision 7 of the flow, and this";
    assert_eq!(told(eight, "revision = \"7\""), [format!("{written} is revision 8")]);
    assert_eq!(told("", "revision = \"7\""), [format!("{written} flow names no revision")]);
    assert_eq!(faults(flow, "revision = \"7\""), ["other-revision: \"7\""]);
}

#[test]
fn times_follow_from_the_start_and_the_minutes() {
    let flow = r#"
timezone = "Asia/Shanghai"
also = ["UTC"]
[decision]
decider = "checker"
when = "x"
window-end = "21:05"
[[cold]]
lead = "3 days"
do = "Tell"
[[hot]]
title = "A"
[[hot.step]]
op = "read"
do = "x"
minutes = 10
[[hot.step]]
op = "read"
do = "y"
[[hot.step]]
op = "read"
do = "z"
minutes = 5
[[rollback]]
title = "B"
[[rollback.step]]
op = "write"
do = "z"
minutes = 20
[[after]]
lag = "2 working days"
do = "Look"
"#;
    let plan = planned(flow, "start = 2013-01-25T12:00:00Z\nprinted = 2013-01-25T15:02:00");
    let time = |at: &Option<jiff::Zoned>| at.as_ref().map(|at| at.datetime().to_string());
    assert_eq!(time(&plan.release.start).as_deref(), Some("2013-01-25T20:00:00"));
    assert_eq!(time(&plan.release.end).as_deref(), Some("2013-01-25T20:15:00"));
    assert_eq!(time(&plan.release.also.first().cloned()).as_deref(), Some("2013-01-25T12:00:00"));
    assert_eq!(time(&plan.release.printed).as_deref(), Some("2013-01-25T15:02:00"));
    assert_eq!(time(&plan.steps[2].at).as_deref(), Some("2013-01-25T20:10:00"));
    assert_eq!(time(&plan.steps[3].at), None);
    assert_eq!(time(&plan.cold[0].due).as_deref(), Some("2013-01-22T20:00:00"));
    assert_eq!(time(&plan.after[0].due).as_deref(), Some("2013-01-29T20:15:00"));
    let decision = plan.decision.expect("one");
    assert_eq!(time(&decision.window_end).as_deref(), Some("2013-01-25T21:05:00"));
    assert_eq!(time(&decision.latest).as_deref(), Some("2013-01-25T20:45:00"));
}

#[test]
fn words_are_taken_from_where_they_are() {
    let flow = r#"
[checks.status]
title = "Status"
items = ["log"]
[[hot]]
title = "A"
[[hot.step]]
items = ["own"]
check = "status"
[[hot.step]]
wait = { for = "calm" }
[[hot.step]]
hold = { ask = "Go on?" }
[[hot.step]]
tell = "First line\nsecond"
"#;
    let plan = planned(flow, "");
    let actions: Vec<_> = plan.steps.iter().map(|step| step.action.to_plain()).collect();
    assert_eq!(actions, ["Status", "calm", "Go on?", "First line"]);
    let items: Vec<_> = plan.steps[0].items.iter().map(|item| item.action.to_plain()).collect();
    assert_eq!(items, ["own", "log"]);
}

#[test]
fn whoever_is_notified_has_an_address() {
    let flow = "[contacts.ops]\nname = \"OPS\"\n[[cold]]\nlead = \"1 day\"\ndo = \"Tell\"\nnotify = [\"ops\"]\n\
                [[hot]]\ntitle = \"A\"\n[[hot.step]]\nop = \"read\"\ndo = \"Look\"\n";
    assert_eq!(faults(flow, ""), ["no-mail-address: \"ops\""]);
    let on_call = "contacts.ops = { name = \"O\", email = \"o@example.com\" }";
    assert_eq!(faults(flow, on_call), [] as [&str; 0]);
    // A contact that is named twice gets one mail.
    let twice = flow.replace("[\"ops\"]", "[\"ops\", \"ops\"]");
    assert_eq!(faults(&twice, on_call), ["notified-twice: \"ops\""]);
}
