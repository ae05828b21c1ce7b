//! Values that a release gives: in texts, in commands, in items that repeat, and beside the title.

use super::{faults, planned};

#[test]
fn an_item_repeats_for_a_list_and_a_command_has_spaces_between_elements() {
    let flow = r#"
[values]
hosts = { label = "H", each = "host" }
[checks.up]
title = "Up"
items = [{ do = "{{ host }} is up", each = "hosts" }]
[[hot]]
title = "A"
[[hot.step]]
op = "write"
do = "Stop {{ hosts }}"
command = "for h in {{ hosts }}; do stop $h; done"
fill = true
items = ["first", { do = "{{ host }} stopped", expect = "{{ host }}: 0", each = "hosts" }, "last"]
check = "up"
"#;
    let plan = planned(flow, "values.hosts = ['a', 'b']");
    let step = &plan.steps[0];
    assert_eq!(step.action.to_plain(), "Stop a, b");
    assert_eq!(step.commands[0].run.to_plain(), "for h in a b; do stop $h; done");
    let items: Vec<_> = step.items.iter().map(|item| (item.written, item.action.to_plain())).collect();
    let told = [(0, "first"), (1, "a stopped"), (1, "b stopped"), (2, "last"), (3, "a is up"), (3, "b is up")];
    assert_eq!(items, told.map(|(written, words)| (written, words.to_owned())));
    assert_eq!(step.items[2].expect.as_ref().map(crate::text::Text::to_plain).as_deref(), Some("b: 0"));
    assert_eq!(faults(flow, ""), ["missing-list: \"hosts\""]);
    let outside = flow.replace(", each = \"hosts\" }", " }");
    assert_eq!(faults(&outside, "values.hosts = ['a']"), ["element-outside: host"; 3]);
}

#[test]
fn the_value_beside_the_title_has_a_name() {
    let hot = "[[hot]]\ntitle = \"A\"\n[[hot.step]]\nop = \"write\"\ndo = \"x\"\n";
    let values = "[values]\nbuild = \"B\"\nversion = \"V\"\n";
    let of = |key: &str| planned(&format!("{key}{values}{hot}"), "").title_value;
    assert_eq!((of(""), of("title-value = \"build\"\n")), (Some(1), Some(0)));
    assert_eq!(planned(hot, "").title_value, None);
    assert_eq!(faults(&format!("title-value = \"biuld\"\n{values}{hot}"), ""), ["unknown-value: \"biuld\""]);
}

const VERSION: &str = r#"
[values]
version = { label = "V", pattern = '(?<major>\d+)\.(?<minor>\d+)(\.(?<patch>\d+))?' }
branch = { label = "Branch", is = "release-{{ major }}.{{ minor }}{{ patch }}" }
tag = { is = "{{ branch }}/{{ start-date }}" }
[[hot]]
title = "A"
[[hot.step]]
op = "write"
do = "{{ tag }} at {{ start-time }}"
"#;

#[test]
fn values_are_made_of_the_groups_of_a_pattern_and_of_the_start() {
    let zone = "start = 2026-03-02T20:00:00+08:00\n";
    let plan = planned(VERSION, &format!("{zone}values.version = '2.4'"));
    assert_eq!(plan.steps[0].action.to_plain(), "release-2.4/2026-03-02 at 20:00");
    let given: Vec<_> =
        plan.values.iter().map(|value| value.given.as_ref().map(|given| given[0].words.clone())).collect();
    let expected = ["2.4", "release-2.4", "release-2.4/2026-03-02"];
    assert_eq!(given, expected.map(|words| Some(words.to_owned())));
    assert_eq!(plan.values[2].label.to_plain(), "tag");
    // Each character still has its author's place: the group that of the release.
    let origins = plan.steps[0].action.runs.iter().filter_map(|run| run.origin.map(|origin| origin.offset));
    assert_eq!(origins.collect::<Vec<_>>(), [0, 0, 19, 2, 12, 13, 9, 13]);
}

#[test]
fn what_isnt_known_is_a_gap_with_a_name() {
    let plan = planned(VERSION, "");
    let wanted = |plan: &super::Plan| -> Vec<String> {
        let wanted = plan.steps[0].action.values_wanted();
        wanted.into_iter().map(|gap| format!("{} {}", gap.name().unwrap_or_default(), gap.words)).collect()
    };
    assert_eq!(wanted(&plan), ["tag tag", "start-time Time"]);
    assert!(plan.values.iter().all(|value| value.given.is_none()));
    let direct = VERSION.replace("{{ tag }}", "{{ branch }} {{ major }}");
    assert_eq!(wanted(&planned(&direct, "")), ["branch Branch", "major major", "start-time Time"]);
}

#[test]
fn what_depends_on_a_choice_is_made_of_other_values_too() {
    let flow = VERSION.replace(
        "[[hot]]",
        "kind = { label = 'Kind', choices = ['rc', 'final'] }\nname = { is = '{{ branch }}-{{ kind }}' }\n[[hot]]",
    ) + "[[hot.step]]\nop = 'write'\ndo = 'Announce {{ name }}'\nonly = { kind = 'final' }\n";
    let given = |values: &str| {
        let plan = planned(&flow, &format!("values = {{ {values} }}"));
        let wanted = |step: &crate::plan::Step| {
            step.action.values_wanted().into_iter().filter_map(|gap| gap.name().map(str::to_owned)).collect::<Vec<_>>()
        };
        plan.steps.iter().map(|step| (step.action.to_plain(), wanted(step))).nth(1)
    };
    let told = |words: &str, wanted: &[&str]| {
        Some((words.to_owned(), wanted.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()))
    };
    assert_eq!(given("version = '2.4', kind = 'final'"), told("Announce release-2.4-final", &[]));
    assert_eq!(given("version = '2.4', kind = 'rc'"), None);
    // The step is printed with its condition, and the name can't be known before its words are.
    assert_eq!(given("version = '2.4'"), told("Announce ____", &["name"]));
    assert_eq!(given("kind = 'final'"), told("Announce ____", &["name"]));
    // A wrong value is told once, not again for each case.
    assert_eq!(faults(&flow, "values.version = 'x'"), ["pattern-mismatch: 'x'"]);
    let unknown = flow.replace("{{ name }}", "{{ patsh }}");
    assert_eq!(faults(&unknown, "values.version = '2.4'"), ["unknown-value: patsh"]);
}

#[test]
fn a_value_matches_its_pattern_whole_and_nobody_gives_what_is_made() {
    for wrong in ["v2.4", "2.4 ", "2.4.", "2.4\u{661}", "２.4"] {
        assert_eq!(faults(VERSION, &format!("values.version = '{wrong}'")), [format!("pattern-mismatch: '{wrong}'")]);
    }
    assert_eq!(faults(VERSION, &format!("values.version = '1.{}'", "1".repeat(254))), [""; 0]);
    assert_eq!(faults(VERSION, &format!("values.version = '1.{}'", "1".repeat(255))).len(), 1);
    for made in ["major", "branch", "start-date"] {
        assert_eq!(faults(VERSION, &format!("values.{made} = 'x'")), [format!("derived-value: {made}")]);
    }
    // The first of several alternatives that match isn't always the one that matches whole.
    let either = VERSION.replace(r"(?<major>\d+)", "(?<major>1|12)");
    assert_eq!(
        planned(&either, "values.version = '12.4'").values[1].given.as_ref().map(|given| &*given[0].words),
        Some("release-12.4")
    );
}

#[test]
fn values_that_double_and_double_again_are_refused_before_they_are_made() {
    let lines = |most: usize, is: &dyn Fn(usize) -> String| {
        (1..most).map(|n| format!("v{n} = {{ is = '{}' }}", is(n - 1))).collect::<Vec<_>>().join("\n")
    };
    let doubling = lines(40, &|n| format!("{{{{ v{n} }}}}{{{{ v{n} }}}}"));
    let flow = format!(
        "[values]\nv0 = {{ is = 'x' }}\n{doubling}\n[[hot]]\ntitle = 'A'\n[[hot.step]]\nop = 'write'\ndo = 'x'\n"
    );
    assert_eq!(faults(&flow, "").len(), 1);
    let chain = lines(5000, &|n| format!("{{{{ v{n} }}}}"));
    let flow = format!(
        "[values]\n{chain}\nv0 = {{ is = 'x' }}\n[[hot]]\ntitle = 'A'\n[[hot.step]]\nop = 'write'\ndo = '{{{{ v4999 }}}}'\n"
    );
    assert_eq!(planned(&flow, "").steps[0].action.to_plain(), "x");
}

#[test]
fn what_ran_is_no_longer_planned_nor_called_off() {
    for status in ["planned", "postponed", "cancelled"] {
        let told = |outcome: &str| {
            faults(VERSION, &format!("status = '{status}'\noutcome = '{outcome}'\nvalues.version = '2.4'"))
        };
        for ran in ["executed", "aborted", "rolled-back"] {
            assert_eq!(told(ran), [format!("called-off: '{ran}'")], "{status}");
        }
        assert_eq!(told("not-executed"), [""; 0], "{status}");
        assert_eq!(told("void"), [""; 0], "{status}");
    }
}

#[test]
fn a_mail_mentions_values_of_the_flow_each_once() {
    let flow = "title-value = \"to\"\n[values]\nfrom = \"From\"\nto = \"To\"\nhosts = { label = \"Hosts\", each = \"host\" }\n\
                [contacts.ops]\nname = \"OPS\"\nemail = \"o@example.com\"\n[[cold]]\nlead = \"1 day\"\ndo = \"Tell\"\nMAIL\n\
                [[hot]]\ntitle = \"A\"\n[[hot.step]]\nop = \"read\"\ndo = \"Look\"\n";
    let with = |mention: &str| flow.replace("MAIL", &format!("mail = {{ to = \"ops\", mention = {mention} }}"));
    let task = &planned(&with("[\"hosts\", \"from\"]"), "").cold[0];
    assert_eq!((task.notify.len(), task.mention.as_deref()), (1, Some(&[2, 0][..])));
    assert_eq!(planned(&with("[]"), "").cold[0].mention.as_deref(), Some(&[][..]));
    assert_eq!(planned(&flow.replace("MAIL", "notify = \"ops\""), "").cold[0].mention, None);
    assert_eq!(faults(&with("[\"to\", \"from\", \"to\"]"), ""), ["mentioned-twice: \"to\""]);
    // The name of one element is no value.
    assert_eq!(faults(&with("[\"form\", \"host\"]"), ""), ["unknown-value: \"form\"", "unknown-value: \"host\""]);
}

#[test]
fn a_rollback_begins_from_a_step_that_there_is() {
    let told = |from: &str| {
        faults(VERSION, &format!("outcome = 'rolled-back'\nrolled-back-from = '{from}'\nvalues.version = '2.4'"))
    };
    assert_eq!(told("1"), [""; 0]);
    for from in ["99", "A1", "0"] {
        assert_eq!(told(from), [format!("no-such-step: '{from}'")]);
    }
}
