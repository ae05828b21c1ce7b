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
    let command = step.command.as_ref().map(crate::text::Text::to_plain);
    assert_eq!(command.as_deref(), Some("for h in a b; do stop $h; done"));
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
