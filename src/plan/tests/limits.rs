//! Few words in a file may become many; no flow takes more than its share of time and memory.

use std::fmt::Write as _;

use super::{HEAD, PlainWords, build, faults};
use crate::diagnostic::Sources;
use crate::select::select;
use crate::source::read_flow;
use crate::source::release::ReleaseFile;

#[test]
fn lists_do_not_multiply_without_end() {
    let list: Vec<String> = (0..200).map(|index| format!("\"h{index}\"")).collect();
    let step = "[[hot.step]]\nop = \"write\"\ndo = \"x\"\n".repeat(600);
    let flow = format!(
        "[values]\nh = {{ label = \"H\", each = \"i\" }}\n[[hot]]\ntitle = \"A\"\neach = \"h\"\n{step}\
         [[rollback]]\ntitle = \"B\"\neach = \"h\"\n[[rollback.step]]\nop = \"write\"\ndo = \"x\"\n"
    );
    assert_eq!(faults(&flow, &format!("values.h = [{}]", list.join(","))), ["too-many-steps: \"h\""]);
}

#[test]
fn ten_thousand_steps_are_planned() {
    let mut flow = String::from(HEAD);
    flow.push_str("[values]\nv = \"V\"\n[readings.r]\ntitle = \"R\"\nrows = [\"x\"]\n[[hot]]\ntitle = \"A\"\n");
    flow.push_str("on-failure = \"rollback\"\n");
    for index in 0..9_000 {
        let key = if index == 0 { "take" } else { "compare" };
        let _ = write!(flow, "[[hot.step]]\nid = \"s{index}\"\ndo = \"Do **{{{{ v }}}}** `x`\"\n{key} = \"r\"\n");
    }
    flow.push_str("[[rollback]]\ntitle = \"B\"\n");
    for index in 0..900 {
        let _ = write!(flow, "[[rollback.step]]\nop = \"write\"\ndo = \"x\"\nfrom = \"s{index}\"\n");
    }
    let mut sources = Sources::default();
    let file = sources.add("f.toml", flow);
    let (read, _) = read_flow(&sources, file);
    let read = read.expect("a flow");
    let release = ReleaseFile::default();
    let (plan, _) = build(&select(&read, &release), &release, None, &sources, String::new(), &PlainWords);
    assert_eq!(plan.map(|plan| plan.steps.len()), Some(9_900));
}

/// Few words in a file may become many: each element has its own, and names all of them.
#[test]
fn text_is_bounded() {
    let flow = "[values]\nv = \"V\"\nhosts = { label = \"Hosts\", each = \"host\" }\n\
        [[hot]]\ntitle = \"Each\"\neach = \"hosts\"\n[[hot.step]]\nop = \"write\"\ndo = \"{{ host }} of {{ hosts }}\"\n";
    let hosts: Vec<String> = (0..5000).map(|number| format!("'host-{number}'")).collect();
    let release = format!("values.hosts = [{}]\n", hosts.join(", "));
    assert_eq!(faults(flow, &release), ["too-much-text: \"{{ host }} of {{ hosts }}\""]);
    let many = format!("about = \"{}\"\n{flow}", "{{ v }}".repeat(20_000));
    let release = format!("values.hosts = ['a']\nvalues.v = '{}'\n", "x".repeat(500_000));
    let told = faults(&many, &release);
    assert!(matches!(told.as_slice(), [one] if one.starts_with("too-much-text: \"{{ v }}{{ v }}")), "{}", told.len());
}

/// A flow with a list of so many elements, and the release that gives them.
fn listed(flow: &str, elements: usize) -> Vec<String> {
    let elements: Vec<String> = (0..elements).map(|number| format!("'{number}'")).collect();
    let head = "[values]\nl = { label = \"L\", each = \"e\" }\n";
    faults(&format!("{head}{flow}"), &format!("values.l = [{}]\n", elements.join(",")))
}

/// Whatever is written once and printed for each element, step or mention is counted before it is made, and the fault is
/// where it is written.
#[test]
fn products_are_counted_and_refused_at_what_multiplies_most() {
    let items = vec!["'i'"; 200].join(",");
    let options = vec!["{ if = 'c', then = 'next' }"; 200].join(",");
    let long = "x".repeat(20_000);
    let block = "[[hot]]\ntitle = 'B'\neach = 'l'\n";
    let step = "[[hot.step]]\nop = 'read'\ndo = 'x'\n";
    for (before, gate, after, told) in [
        ("", "", format!("{step}items = [{items}]"), "too-many-rows: 'l'"),
        ("", "", format!("[[hot.step]]\nchoose = {{ ask = '?', options = [{options}] }}"), "too-many-rows: 'l'"),
        ("", &*format!("gate = [{items}]\n"), step.to_owned(), "too-many-rows: 'l'"),
        (&format!("[checks.c]\ntitle = 'C'\nitems = [{items}]"), "", format!("{step}check = 'c'"), "too-many-rows: c"),
        ("", "", format!("{step}items = [{}]", ["{ do = 'i', each = 'l' }"; 2].join(",")), "too-many-rows: 'l'"),
        (
            &format!("[readings.r]\ntitle = 'R'\nrows = [{items}]"),
            "",
            format!("{step}take = 'r'\n{step}compare = 'r'"),
            "too-many-rows: r",
        ),
        ("", "", format!("{step}link = 'https://example.com/{long}'"), "too-much-text: 'https://example.com/xxx"),
        ("", "", format!("{step}sets = {{ s = '{long}' }}"), "too-much-text: 'xxx"),
        (&format!("v = '{long}'"), "", format!("{step}note = '{{{{ v }}}}'"), "too-much-text: '{{ v }}'"),
        (&format!("[contacts.c]\nname = '{long}'"), "", format!("{step}by = 'c'"), "too-much-text: 'c'"),
        (
            &format!("[contacts.c]\nname = '{long}'\n[decision]\ndecider = 'c'\nwhen = ['w']"),
            "",
            format!("{step}otherwise = 'continue'"),
            "too-much-text: 'continue'",
        ),
    ] {
        let flow = format!("{before}\n{block}{gate}{after}\n");
        let found = listed(&flow, 500);
        assert!(matches!(&found[..], [one] if one.starts_with(told)), "{told}: {found:.200?}");
        assert_eq!(listed(&flow, 2), [""; 0], "{told}");
    }
}
