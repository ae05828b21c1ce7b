//! Tests of what `check` says where a release leaves open what applies.

use super::*;

const FLOW: &str = "
schema = 1
id = 'f'
title = 'F'
lang = 'en'
[values]
version = 'Version'
kind = { label = 'Kind', choices = ['regular', 'security', 'patch'] }
[contacts.list]
name = 'Security list'
phone = '1'
[contacts.nobody]
name = 'Nobody'
phone = '2'
[[hot]]
title = 'Work'
on-failure = 'abort'
[[hot.step]]
op = 'write'
do = 'Change one thing'
allow = { rule = 'unchecked-write', reason = 'x' }
[[hot.step]]
op = 'read'
do = 'Read the first log'
expect = 'nothing'
only = { kind = 'security' }
[[hot.step]]
by = 'list'
op = 'write'
do = 'Change another thing'
only = { kind = 'security' }
";

/// Codes and messages of what is found by some rules, in order.
fn found(flow: &str, rules: &[&str]) -> Vec<String> {
    found_with(flow, None, rules)
}

/// The same of a flow with its release.
fn found_with(flow: &str, release: Option<&str>, rules: &[&str]) -> Vec<String> {
    let release = release.map(|release| ("f.release.toml", release.as_bytes()));
    let gathered = gather::gather_bytes(("f.toml", flow.as_bytes()), release);
    let mut checker = Checker::builtin();
    checker.fonts = None;
    checker.rules.retain(|rule| rules.contains(&rule.name));
    let found = checker.findings(&gathered.jobs[0]);
    found.iter().map(|one| format!("{}: {}", one.code, one.message)).collect()
}

#[test]
fn a_finding_says_in_which_case_it_is_there() {
    // In a security release the log is read after the first change, so only then is its allowance a surplus.
    assert_eq!(
        found(FLOW, &["unchecked-write"]),
        ["unchecked-write: nothing shows that this change worked, where `kind` is `security`"]
    );
    let always = FLOW.replace("only = { kind = 'security' }", "");
    assert_eq!(
        found(&always, &["unchecked-write"]),
        [
            "unused-allowance: `unchecked-write` finds nothing here that would have to be allowed",
            "unchecked-write: nothing shows that this change worked",
        ]
    );
}

#[test]
fn what_one_case_uses_is_used() {
    assert_eq!(found(FLOW, &["never-used"]), ["never-used: nothing uses the contact `nobody`"]);
    let unasked = FLOW.replace("only = { kind = 'security' }", "");
    assert_eq!(
        found(&unasked, &["never-used"]),
        ["never-used: nothing uses the value `kind`", "never-used: nothing uses the contact `nobody`"]
    );
}

#[test]
fn a_fault_of_some_cases_is_found_once() {
    let flow = FLOW.replace("do = 'Change another thing'", "do = 'Change another thing'\nrecord = 'id'")
        + "[[hot.step]]\nop = 'read'\ndo = 'Look at {{ id }}'\n";
    // It is there in two of three cases, and the first of them is named.
    assert_eq!(
        found(&flow, &[]),
        ["value-before-record: `id` isn't recorded yet where this is read, where `kind` is `regular`"]
    );
}

#[test]
fn a_choice_that_no_condition_asks_for_stays_as_it_is_given() {
    let mail = "mail-from = 'ops@example.com'\nowner = 'Ops'\n[values]\n";
    let task =
        "[[cold]]\nlead = '1 day'\ndo = 'Tell them'\nnotify = ['list']\nask = 'Use the {{ kind }} list'\n[[hot]]\n";
    let flow = FLOW
        .replace("only = { kind = 'security' }", "")
        .replace("[values]\n", mail)
        .replace("[[hot]]\n", task)
        .replace("phone = '1'", "email = 'list@example.com'");
    let release = "flow = 'f'\nstart = 2026-03-02T20:00:00Z\noperator = 'Ada'\n";
    let given = format!("{release}values = {{ version = '2', kind = 'security' }}\n");
    assert_eq!(found_with(&flow, Some(&given), &[]), [""; 0]);
    assert_eq!(
        found_with(&flow, Some(release), &[]),
        ["mail-incomplete: no mails are written: they need `kind`, `version`"]
    );
}

/// Which list a build will make isn't known, so an approval is compared with the lists that it makes by default.
#[test]
fn an_approval_of_no_default_list_is_noted() {
    let flow = FLOW.replace("lang = 'en'", "lang = 'en'\n[approvals.board]\nrole = 'Board'");
    let found = |flow: &str, list: &str, paper: Option<Paper>| {
        let release = format!(
            "flow = 'f'\nvalues = {{ kind = 'patch' }}\napprovals.board = {{ name = 'Ann', list = '{list}' }}\n"
        );
        let gathered = gather::gather_bytes(("f.toml", flow.as_bytes()), Some(("f.release.toml", release.as_bytes())));
        let mut checker = Checker { fonts: None, rules: Vec::new(), ..Checker::builtin() };
        checker.papers.retain(|(_, known)| paper.is_none_or(|paper| paper == *known));
        checker.findings(&gathered.jobs[0])
    };
    let lists = |found: &[Diagnostic]| -> Vec<String> {
        let [note] = found else { panic!("{found:?}") };
        assert_eq!((note.code, note.level), ("other-list", Level::Note), "{note:?}");
        note.message.split('`').skip(3).step_by(2).map(str::to_owned).collect()
    };
    let none = "0123 4567 89ab";
    let [a4, letter] = [Paper::A4, Paper::Letter].map(|paper| lists(&found(&flow, none, Some(paper))));
    assert_eq!((a4.len(), letter.len()), (1, 1));
    assert_ne!(a4, letter);
    assert_eq!(found(&flow, &a4[0], None), []);
    assert_eq!(lists(&found(&flow, &letter[0], None)), a4);
    assert_eq!(found(&flow, &letter[0], Some(Paper::Letter)), []);
    // An approval is for no drill.
    assert_eq!(found(&flow, &format!("{none}' }}\ndrill = true #"), None), []);
    // Each language has a list of its own.
    let both = FLOW.replace("lang = 'en'", "lang = ['en', 'zh-CN']\n[approvals.board]\nrole = 'Board'");
    let of_both = lists(&found(&both, none, None));
    assert_eq!(of_both.len(), 2);
    for list in &of_both {
        assert_eq!(found(&both, list, None), []);
    }
}
