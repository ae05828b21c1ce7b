//! Tests of what a release selects.

use super::*;
use crate::diagnostic::Sources;
use crate::source::flow::{FlowText, TaskDecl};
use crate::source::{read_flow, read_release};

const HEAD: &str = "schema = 1\nid = 'x'\ntitle = 'x'\nlang = 'en'\n[values]\n\
    kind = { label = 'Kind', choices = ['regular', 'security'] }\n\
    size = { label = 'Size', choices = ['small', 'big', 'huge'] }\n";

fn read(text: &str) -> Flow {
    let mut sources = Sources::default();
    let file = sources.add("x.toml", format!("{HEAD}{text}"));
    let (flow, faults) = read_flow(&sources, file);
    assert_eq!(faults, []);
    flow.unwrap()
}

fn release(values: &str) -> ReleaseFile {
    let mut sources = Sources::default();
    let file = sources.add("x.release.toml", format!("flow = 'x'\nvalues = {{ {values} }}"));
    let (release, faults) = read_release(&sources, file);
    assert_eq!(faults, []);
    release.unwrap()
}

/// The actions of the hot steps that a release has.
fn actions(flow: &Flow, values: &str) -> String {
    let selected = select(flow, &release(values));
    assert_eq!(selected.faults(), []);
    let steps = selected.flow().hot.iter().flat_map(|block| &block.steps);
    let words = steps.filter_map(|step| Some(step.action.as_ref()?.entries[0].1.value.clone()));
    words.collect::<Vec<_>>().join(" ")
}

/// Flows of one block, whose steps have these conditions.
fn steps(conditions: &[&str]) -> String {
    let step = |(index, condition): (usize, &&str)| {
        let name = char::from(b'a' + index as u8);
        format!("[[hot.step]]\nid = '{name}'\nop = 'read'\ndo = '{name}'\n{condition}\n")
    };
    format!("[[hot]]\ntitle = 'b'\n{}", conditions.iter().enumerate().map(step).collect::<String>())
}

#[test]
fn a_list_is_any_of_its_words_and_several_values_are_all_of_them() {
    let flow = read(&steps(&[
        "",
        "only = { kind = 'security' }",
        "only = { size = ['big', 'huge'] }",
        "only = { kind = 'security', size = 'big' }",
        "unless = { kind = 'security', size = 'big' }",
        "only = { kind = 'security' }\nunless = { size = 'small' }",
    ]));
    assert_eq!(actions(&flow, "kind = 'regular', size = 'big'"), "a c e");
    assert_eq!(actions(&flow, "kind = 'security', size = 'big'"), "a b c d f");
    assert_eq!(actions(&flow, "kind = 'security', size = 'small'"), "a b e");
    // What isn't decided stays.
    assert_eq!(actions(&flow, ""), "a b c d e f");
    assert_eq!(actions(&flow, "kind = 'regular'"), "a c e");
}

#[test]
fn what_is_open_is_said_without_what_is_known() {
    let flow =
        read(&steps(&["", "only = { kind = 'security', size = ['big', 'huge'] }\nunless = { kind = 'regular' }"]));
    let place = flow.hot[0].steps[1].span;
    let open = |values: &str| {
        let selected = select(&flow, &release(values));
        let open = selected.open(place).cloned();
        open.map(|open| (open.only.iter().map(|(value, _)| *value).collect::<Vec<_>>(), open.unless.len()))
    };
    assert_eq!(open(""), Some((vec![0, 1], 1)));
    assert_eq!(open("kind = 'security'"), Some((vec![1], 0)));
    assert_eq!(open("kind = 'security', size = 'big'"), None);
    let selected = select(&flow, &release("size = 'small'"));
    let why = selected.why(place).unwrap();
    assert_eq!(why.chosen.iter().map(|one| &*one.word.value).collect::<Vec<_>>(), ["small"]);
}

#[test]
fn an_undo_goes_with_all_that_it_undoes() {
    let undo =
        |from: &str| format!("[[rollback.step]]\nop = 'write'\ndo = '{from}'\nfrom = {from:?}\n").replace('\'', "\"");
    let text = steps(&["", "only = { kind = 'security' }", "only = { kind = 'security' }"])
        + "[[rollback]]\ntitle = 'r'\n"
        + &undo("a")
        + &undo("b")
        + "[[rollback.step]]\nop = 'write'\ndo = 'both'\nfrom = ['b', 'c']\n"
        + "[[rollback.step]]\nop = 'write'\ndo = 'one'\nfrom = ['a', 'c']\n";
    let flow = read(&text);
    let release = release("kind = 'regular'");
    let selected = select(&flow, &release);
    let steps = selected.flow().rollback[0].steps.iter();
    let left: Vec<_> = steps.map(|step| step.action.as_ref().unwrap().entries[0].1.value.clone()).collect();
    assert_eq!(left, ["a", "one"]);
    assert_eq!(selected.flow().rollback[0].steps[1].from.len(), 1);
}

#[test]
fn a_block_goes_with_all_its_steps() {
    let flow = read(
        &(steps(&[""]) + "[[hot]]\ntitle = 'c'\n[[hot.step]]\nop = 'read'\ndo = 'x'\nonly = { kind = 'security' }\n"),
    );
    assert_eq!(select(&flow, &release("kind = 'regular'")).flow().hot.len(), 1);
    assert_eq!(select(&flow, &release("kind = 'security'")).flow().hot.len(), 2);
}

/// A group whose steps are `a` and `b`, between tasks of no group, each with a condition.
fn groups(of_group: &str, of_a: &str, of_b: &str) -> Flow {
    let task = |header: &str, name: char, condition: &str| {
        format!("[[{header}]]\nlead = '1 day'\nop = 'read'\ndo = '{name}'\n{condition}\n")
    };
    read(
        &(task("cold", 'x', "only = { kind = 'security' }")
            + &format!("[[cold]]\ntitle = 'g'\n{of_group}\n")
            + &task("cold.step", 'a', of_a)
            + &task("cold.step", 'b', of_b)
            + &task("cold", 'y', "")
            + "[[cold]]\ntitle = 'h'\n"
            + &task("cold.step", 'z', "")
            + &steps(&[""])),
    )
}

/// The tasks that a release has, each with the title of its group.
fn tasks(flow: &Flow, values: &str) -> String {
    let release = release(values);
    let selected = select(flow, &release);
    assert_eq!(selected.faults(), []);
    let cold = &selected.flow().cold;
    let words = |text: &FlowText| text.entries[0].1.value.clone();
    let task = |(position, task): (usize, &TaskDecl)| {
        let group = cold.group_of(position).map(|(index, group)| format!("{index}{}", words(&group.title)));
        format!("{}{}", group.unwrap_or_default(), words(task.step.action.as_ref().unwrap()))
    };
    cold.iter().enumerate().map(task).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_group_goes_with_all_its_steps_and_they_go_with_it() {
    let flow = groups("unless = { size = 'big' }", "only = { kind = 'security' }", "");
    assert_eq!(tasks(&flow, ""), "x 0ga 0gb y 1hz");
    assert_eq!(tasks(&flow, "kind = 'regular', size = 'small'"), "0gb y 1hz");
    assert_eq!(tasks(&flow, "kind = 'regular', size = 'big'"), "y 0hz");
    let flow = groups("", "only = { kind = 'security' }", "only = { kind = 'security' }");
    assert_eq!(tasks(&flow, "kind = 'regular'"), "y 0hz");
}

#[test]
fn a_step_has_the_open_conditions_of_its_group_beside_its_own() {
    let flow = groups("unless = { size = 'big' }", "unless = { kind = 'regular' }", "unless = { size = 'big' }");
    let open = |values: &str, task: usize| {
        let release = release(values);
        let selected = select(&flow, &release);
        let open = selected.open(flow.cold[task].step.span);
        let unless = |one: &Vec<(usize, Vec<&Str>)>| one.iter().map(|(value, _)| *value).collect::<Vec<_>>();
        open.map(|open| open.unless.iter().map(unless).collect::<Vec<_>>())
    };
    assert_eq!(open("", 1), Some(vec![vec![1], vec![0]]));
    // What both say is said once.
    assert_eq!(open("", 2), Some(vec![vec![1]]));
    assert_eq!(open("size = 'small'", 1), Some(vec![vec![0]]));
    assert_eq!(open("size = 'small'", 2), None);
    assert_eq!(open("", 3), None);
}

#[test]
fn each_variant_says_which_steps_it_has() {
    let flow = read(&steps(&["", "only = { kind = 'security', size = 'big' }"]));
    let release = release("");
    let selected = select(&flow, &release);
    assert_eq!(selected.variants().len(), 6);
    let [first, second] = [0, 1].map(|step| selected.applies(flow.hot[0].steps[step].span));
    let of = |set: VariantSet| (0..6).map(|index| u8::from(set.has(index))).collect::<Vec<_>>();
    assert_eq!((of(first), of(second)), (vec![1; 6], vec![0, 0, 0, 0, 1, 0]));
}

#[test]
fn the_smallest_case_is_named() {
    let flow = read(&steps(&["", "only = { kind = 'security', size = 'big' }"]));
    let release = release("");
    let selected = select(&flow, &release);
    let case = |found: &[usize]| {
        let mut set = VariantSet::default();
        for index in found {
            set.add(*index);
        }
        in_words(&flow, &smallest(selected.variants(), set))
    };
    assert_eq!(case(&[0, 1, 2, 3, 4, 5]), "");
    assert_eq!(case(&[3, 4, 5]), ", where `kind` is `security`");
    assert_eq!(case(&[1, 4]), ", where `size` is `big`");
    assert_eq!(case(&[4]), ", where `kind` is `security` and `size` is `big`");
    // Whatever the size is: the whole case is smaller than its parts.
    assert_eq!(case(&[0, 1, 2, 4]), ", where `kind` is `regular`");
}

#[test]
fn more_variants_than_can_be_reviewed_are_a_fault() {
    let with = |count: usize| {
        let choices: Vec<String> = (0..count).map(|n| format!("'w{n}'")).collect();
        let text = format!("many = {{ label = 'm', choices = [{}] }}\n", choices.join(", "));
        let flow = read(&(text + &steps(&["", "only = { many = 'w1' }"])));
        let faults = select(&flow, &release("")).faults().to_vec();
        faults.iter().map(|fault| fault.code).collect::<Vec<_>>()
    };
    assert_eq!(with(64), [""; 0]);
    assert_eq!(with(65), ["too-many-variants"]);
    // Values that no condition names don't count.
    let text = "many = { label = 'm', choices = ['a', 'b', 'c'] }\n";
    assert_eq!(select(&read(&format!("{text}{}", steps(&[""]))), &release("")).variants(), []);
}
