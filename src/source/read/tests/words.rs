//! Single words of a flow: ids, languages, where a route leads.

use super::flow;

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
fn an_id_may_hold_an_underscore_and_a_region_is_left_out_of_a_language() {
    let told = |id: &str, lang: &str| {
        let hot = "[[hot]]\ntitle = \"B\"\n[[hot.step]]\nop = \"read\"\ndo = \"x\"\n";
        let (_, faults, _) = flow(&format!("schema = 1\nid = \"{id}\"\ntitle = \"A\"\nlang = \"{lang}\"\n{hot}"));
        faults.iter().map(|fault| fault.help.join(" ")).collect::<Vec<_>>()
    };
    assert_eq!(told("search_upgrade", "en"), [""; 0]);
    assert!(told("_a", "en")[0].starts_with("an id has up to 64 letters"));
    assert_eq!(told("a", "en-US"), ["use `\"en\"`"]);
    assert_eq!(told("a", "zh_Hans"), ["use `\"zh-CN\"`"]);
    assert!(told("a", "fr")[0].starts_with("there are labels in"));
}
