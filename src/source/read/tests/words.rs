//! Single words of a flow: ids, names of roles, where a route leads.

use super::super::read_flow;
use super::flow;
use crate::diagnostic::Sources;

#[test]
fn what_follows_the_last_try_needs_a_number_of_tries() {
    let told = |route: &str| {
        let step = "[[hot]]\ntitle = \"B\"\n[[hot.step]]\nop = \"read\"\ndo = \"x\"\n";
        let (_, faults, _) =
            flow(&format!("schema = 1\nid = \"a\"\ntitle = \"A\"\nlang = \"en\"\n{step}otherwise = {{ {route} }}\n"));
        faults.iter().map(|fault| fault.message.clone()).collect::<Vec<_>>()
    };
    assert_eq!(told("then = 'retry', max = 2, else = 'hold'"), [""; 0]);
    assert_eq!(told("then = 'hold', else = 'abort'"), ["`else` means nothing without `max`"]);
    assert_eq!(told("then = 'retry', max = 2, else = 'retry'"), ["after the last try there is no other one"]);
}

#[test]
fn an_id_may_hold_an_underscore() {
    let told = |id: &str| {
        let hot = "[[hot]]\ntitle = \"B\"\n[[hot.step]]\nop = \"read\"\ndo = \"x\"\n";
        let (_, faults, _) = flow(&format!("schema = 1\nid = \"{id}\"\ntitle = \"A\"\nlang = \"en\"\n{hot}"));
        faults.iter().map(|fault| fault.help.join(" ")).collect::<Vec<_>>()
    };
    assert_eq!(told("search_upgrade"), [""; 0]);
    assert!(told("_a")[0].starts_with("an id has up to 64 letters"));
}

#[test]
fn a_role_is_called_by_a_few_plain_words() {
    let read = |title: &str| {
        let flow =
            format!("{}\n[operator]\ntitle = {title}\n", include_str!("../../../../tests/flows/minimal/flow.toml"));
        let mut sources = Sources::default();
        let file = sources.add("flow.toml", flow);
        let (_, faults) = read_flow(&sources, file);
        faults
            .into_iter()
            .map(|fault| (fault.code, sources.slice(fault.primary.unwrap().span).to_owned()))
            .collect::<Vec<_>>()
    };
    let none: Vec<(&str, String)> = Vec::new();
    assert_eq!(read(&format!("'{}'", "长".repeat(30))), none);
    assert_eq!(read("'{{ name }}'"), [("bad-value", "{".to_owned())]);
    assert_eq!(read("'the *lead*'"), [("bad-value", "*".to_owned())]);
    assert_eq!(read(&format!("'{}'", "x".repeat(31))), [("too-long", format!("'{}'", "x".repeat(31)))]);
    assert_eq!(read("\"a\\nb\""), [("line-break", "\\n".to_owned())]);
}
