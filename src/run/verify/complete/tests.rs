mod answers;
mod endings;
mod open;
mod readings;

use super::*;
use crate::diagnostic::Sources;
use crate::geometry::Paper;
use crate::page::FieldKind;
use crate::page::pdf::received::{FieldContent, FieldLook};
use crate::run::inputs::Inputs;
use crate::run::pipeline::{self, Parsed};
use crate::run::settings::Settings;
use crate::source::release::ReleaseFile;
use crate::source::{read_flow, read_release};
use crate::text::Fonts;
use crate::view::labels::OURS;

const FLOW: &str = "
schema = 1
id = 'f'
title = 'F'
lang = 'en'
[values]
version = 'Version'
hosts = { label = 'Hosts', each = 'host' }
[checker]
prepare = ['Ready']
[readings.count]
title = 'Count'
rows = [{ item = 'Documents', record = 'number' }]
[[cold]]
lead = '1 day'
do = 'Tell them'
[[hot]]
title = 'First'
atomic = true
on-failure = 'rollback'
[[hot.step]]
take = 'count'
do = 'Count'
[[hot.step]]
choose = { ask = 'Which?', options = [
  { if = 'a', then = 'last' }, { if = 'b', then = 'next' }, { if = 'c', then = 'rollback' },
] }
[[hot.step]]
id = 'between'
op = 'write'
do = 'Between'
caution = 'Slow'
[[hot.step]]
compare = 'count'
do = 'Compare'
verify = 'none'
[[hot]]
title = 'Second'
[[hot.step]]
id = 'last'
op = 'write'
do = 'Last'
expect = '0'
record = { name = 'snapshot', label = 'Snapshot' }
[[rollback]]
title = 'Back'
[[rollback.step]]
op = 'write'
do = 'Undo'
from = 'between'
[[rollback.step]]
compare = 'count'
do = 'Compare again'
[[after]]
lag = '1 day'
do = 'Look'
";

fn made(flow: &str, release: &str, copies: u32) -> RebuiltList {
    let mut sources = Sources::default();
    let id = sources.add("f.toml", flow);
    let (flow, faults) = read_flow(&sources, id);
    assert_eq!(faults, []);
    let id = sources.add("f.release.toml", release);
    let release = if release.is_empty() { ReleaseFile::default() } else { read_release(&sources, id).0.unwrap() };
    let settings = Settings { copies, ..Settings::of_list(Paper::A4, Fonts::builtin(), Vec::new()) };
    let parsed = Parsed {
        flow: &flow.unwrap(),
        release: &release,
        sources: &sources,
        since: None,
        cold: None,
        inputs: &Inputs::default(),
        labels: &OURS,
    };
    pipeline::rebuild(&parsed, &settings).unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// What is missing when all fields are filled in whose names begin with one of `given` and with none of `but`.
fn left(made: &RebuiltList, given: &[&str], but: &[&str]) -> Vec<String> {
    left_fields(made, given, but).into_iter().map(|missing| missing.name).collect()
}

/// The same as fields.
fn left_fields(made: &RebuiltList, given: &[&str], but: &[&str]) -> Vec<MissingField> {
    missing(made, &PaperWords::new(&made.document.fields), &super::given(&filled(made, given, but)))
}

/// The questions that are answered twice then, each as what is asked and the answers.
fn contradictory(made: &RebuiltList, given: &[&str], but: &[&str]) -> Vec<(String, Vec<String>)> {
    let found = contradictions(made, &PaperWords::new(&made.document.fields), &super::given(&filled(made, given, but)));
    found.into_iter().map(|one| (one.question, one.answers)).collect()
}

/// What stands in the fields whose names begin with one of `given` and with none of `but`.
fn filled(made: &RebuiltList, given: &[&str], but: &[&str]) -> Vec<FilledField> {
    let begins = |field: &FormField, list: &[&str]| {
        let name = field.name.to_string();
        list.iter().any(|start| name.starts_with(start))
    };
    // A name that no field has would leave something out, or fill nothing in, unseen.
    for start in given.iter().chain(but) {
        assert!(made.document.fields.iter().any(|field| begins(field, &[*start])), "{start}");
    }
    let fields = made.document.fields.iter().filter(|field| begins(field, given) && !begins(field, but));
    fields
        .map(|field| FilledField {
            name: field.name.to_string(),
            tooltip: field.tooltip.clone(),
            page: field.page,
            content: match field.kind {
                FieldKind::Tick => FieldContent::Tick(true),
                FieldKind::Line => FieldContent::Words("x".to_owned()),
                FieldKind::Signature => FieldContent::Signature(Some(String::new())),
            },
            look: FieldLook::Same,
        })
        .collect()
}

/// Of commands to choose from, one was used and no more.
#[test]
fn exactly_one_of_several_commands_is_ticked() {
    let pick = "do = 'Between'\npick = 'one'\ncommand = ['a', 'b', { run = 'c' }]\n";
    let made = made(&FLOW.replace("do = 'Between'\n", pick), "flow = 'f'\nvalues = { hosts = ['a'] }\n", 0);
    let missing = |but: &[&str]| {
        let left = left_fields(&made, &["step.3."], but).into_iter().filter(|field| field.name.contains("command"));
        left.map(|field| (field.name, field.ticked)).collect::<Vec<_>>()
    };
    let command = |ticked| vec![("step.3.command".to_owned(), ticked)];
    assert_eq!(missing(&["step.3.command"]), command(None));
    assert_eq!(missing(&["step.3.command.1", "step.3.command.3"]), []);
    assert_eq!(missing(&["step.3.command.3"]), command(Some(2)));
    // A step that was never reached asks for none.
    assert!(!left(&made, &["outcome.aborted", "step.1."], &[]).iter().any(|name| name.contains("command")));
}

/// The name of the case, what is filled in, what of that is left out, and what is missing then.
type Case = (&'static str, &'static [&'static str], &'static [&'static str], &'static [&'static str]);

const VERDICT: &str = "reading.count.step-1.verdict";

const BEFORE: [&str; 7] = ["step.C", "cold.", "value.", "planned.", "people.", "prepare.", "start."];

/// Exactly what a case leaves out is missing.
#[test]
fn what_could_be_filled_in_truthfully_is_missing_and_nothing_else() {
    let made = made(FLOW, "flow = 'f'\nvalues = { hosts = ['a'] }\n", 0);
    let first = ["step.1.", "reading.count.step-1.1.before", "block.1."];
    let cases: &[Case] = &[
        (
            "executed past a branch",
            &["outcome.executed", "step.1.", "step.2.o", "step.2.c", "step.2.t", "step.5", "block.", "step.A", "final"],
            &["step.2.option.2", "step.2.option.3", "block.1.ended", "block.R1"],
            &["reading.count.step-1.1.before.value"],
        ),
        (
            "executed in order",
            &["outcome.executed", "step.", "reading.", "block.", "final"],
            &[
                "step.2.option.1",
                "step.2.option.3",
                "step.3",
                "step.R",
                "reading.count.step-1.1.step-R",
                VERDICT,
                "block.R1",
            ],
            &[
                "step.3.caution.operator",
                "step.3.caution.checker",
                "step.3.operator",
                "step.3.checker",
                "step.3.time",
                "reading.count.step-1.verdict.step-4",
            ],
        ),
        (
            "executed past a branch, what is to be recorded isn't",
            &["outcome.executed", "step.1.", "step.2.", "step.5", "reading.", "block.", "step.A", "final"],
            &[
                "step.2.option.2",
                "step.2.option.3",
                "block.1.ended",
                "block.R1",
                "step.5.record",
                "reading.count.step-1.1.step-R",
            ],
            &["step.5.record"],
        ),
        (
            "rolled back from the branch",
            &[
                "outcome.rolled-back",
                "outcome.reason",
                "step.1.",
                "step.2.",
                "reading.count.step-1.1.before",
                "block.1",
                "rollback.R",
                "step.R2",
                "block.R1",
                "final",
            ],
            &["step.2.option.1", "step.2.option.2", "rollback.R.time", "block.1.ended"],
            &["rollback.R.time", "reading.count.step-1.1.step-R2.value", "reading.count.step-1.verdict.step-R2"],
        ),
        (
            "rolled back, but how isn't said",
            &[
                "step.1.",
                "step.2.",
                "step.3",
                "reading.count.step-1.1.before",
                "block.1.",
                "rollback.R",
                "step.R2",
                "reading.count.step-1.1.step-R",
                "reading.count.step-1.verdict.step-R",
                "block.R1",
                "final",
            ],
            &["step.2.option.1", "step.2.option.3", "block.1.ended"],
            &["outcome", "step.R1.operator", "step.R1.checker", "step.R1.time"],
        ),
        (
            "aborted",
            &["outcome.aborted", "block.1.", "step.1.", "final.signature.operator"],
            &["block.1.ended"],
            &[
                "outcome.reason",
                "reading.count.step-1.1.before.value",
                "final.signature.checker.name",
                "final.signature.checker.signature",
                "final.signature.checker.time",
            ],
        ),
        (
            "a gap before the last step that was begun",
            &["outcome.aborted", "outcome.reason", "step.3.", "block.1.", "final"],
            &["block.1.ended"],
            &[
                "step.1.operator",
                "step.1.checker",
                "step.1.time",
                "reading.count.step-1.1.before.value",
                "step.2.operator",
                "step.2.checker",
                "step.2.time",
                "step.2.option",
            ],
        ),
        ("not executed", &["outcome.not-executed", "final"], &[], &["outcome.reason"]),
        ("void", &["outcome.void", "outcome.reason"], &[], &[]),
    ];
    for (case, given, but, expected) in cases {
        let used = !matches!(*case, "not executed" | "void");
        let given: Vec<&str> = given.iter().chain(BEFORE.iter().filter(|_| used)).copied().collect();
        let (left, expected): (BTreeSet<String>, _) =
            (left(&made, &given, but).into_iter().collect(), expected.iter().map(ToString::to_string).collect());
        assert_eq!(left, expected, "{case}");
    }
    // With nothing given, everything is missing except rollback, deviations, hand-overs and reasons.
    let all = left(&made, &[], &[]);
    for start in BEFORE.iter().chain(&first).chain(&["outcome", "step.5.actual", "step.A1", "final."]) {
        assert!(all.iter().any(|name| name.starts_with(start)), "{start}: {all:?}");
    }
    for start in [
        "rollback",
        "step.R",
        "handover",
        "deviation",
        "outcome.reason",
        "people.operator.initials",
        "people.operator.phone",
    ] {
        assert!(!all.iter().any(|name| name.starts_with(start)), "{start}");
    }
    assert_eq!(left(&made, &[""], &[]), Vec::<String>::new());
}

#[test]
fn copies_count_once_they_are_begun() {
    let made = made(FLOW, "flow = 'f'\nvalues = { hosts = ['a'] }\n", 2);
    let one = left(&made, &[], &[]);
    assert!(one.iter().all(|name| !name.starts_with("copy-")) && !one.is_empty());
    assert_eq!(left(&made, &["copy-2."], &[]), Vec::<String>::new());
    assert_eq!(left(&made, &["copy-2.outcome.void"], &[]), ["copy-2.outcome.reason"]);
}

/// Names are a hierarchy: each belongs to one field, and none is both a field and part of another name.
#[test]
fn names_of_fields_are_a_hierarchy() {
    let flows = [
        (include_str!("../../../../flows/dubbo-registry.toml"), ""),
        (
            include_str!("../../../../flows/rolling-kernel-patch.toml"),
            "flow = 'rolling-kernel-patch'\nvalues = { hosts = ['a.b', 'a-b', 'a%2Eb'] }\n",
        ),
        (include_str!("../../../../flows/postgres-upgrade.toml"), ""),
        (
            include_str!("../../../../tests/flows/every-key/flow.toml"),
            include_str!("../../../../tests/flows/every-key/release.toml"),
        ),
    ];
    for (flow, release) in flows {
        let made = made(flow, release, 0);
        // The fields of the head are on every page.
        let fields = made.document.fields.iter().map(|field| &field.name);
        let fields = fields.filter(|name| !matches!(name.field, Field::Gap(Where::Head, ..)));
        let listed: Vec<String> = fields.clone().map(ToString::to_string).collect();
        for (name, written) in fields.zip(&listed) {
            assert_eq!(written.parse::<FieldName>().as_ref(), Ok(name), "{written}");
        }
        let names: BTreeSet<&str> = listed.iter().map(String::as_str).collect();
        assert_eq!(names.len(), listed.len(), "two fields have one name");
        for name in &names {
            let mut above = name.match_indices('.').map(|(at, _)| &name[..at]);
            assert_eq!(above.find(|above| names.contains(above)), None, "{name}");
            assert!(!name.starts_with('.') && !name.contains(".."), "{name}");
        }
    }
}

/// A contact who decides signs their answer; operator and checker sign for the whole list.
#[test]
fn the_answer_of_a_contact_is_signed() {
    let hold = |decider: &str| {
        let step = format!("do = 'Between'\nhold = {{ ask = 'Go?', decider = '{decider}', at-most = '5 minutes' }}\n");
        let task = format!(
            "[[cold]]\nlead = '2 days'\ndo = 'Ask'\nhold = {{ ask = 'Go?', decider = '{decider}' }}\n[[cold]]\n"
        );
        let flow = FLOW.replace("do = 'Between'\n", &step).replacen("[[cold]]\n", &task, 1);
        made(
            &flow.replace("[checker]", "[contacts.dba]\nname = 'DBA'\n[checker]"),
            "flow = 'f'\nvalues = { hosts = ['a'] }\n",
            0,
        )
    };
    let missing = |made: &RebuiltList, but: &[&str]| {
        let left = left(made, &["outcome.executed", "step.", "cold."], but);
        left.into_iter().filter(|name| name.contains("signed")).collect::<Vec<_>>()
    };
    let all = ["step.C1.signed", "step.C1.signed-at", "step.3.signed", "step.3.signed-at"];
    assert_eq!(missing(&hold("dba"), &["step.C1.signed", "step.3.signed"]), all);
    assert_eq!(missing(&hold("dba"), &[]), [""; 0]);
    assert_eq!(missing(&hold("checker"), &["step.C1.signed", "step.3.signed"]), [""; 0]);
    // A step that a branch leads past asks for no signature.
    let past = left(&hold("dba"), &["outcome.executed", "step.1.", "step.2.option.1", "step.5"], &[]);
    assert!(!past.iter().any(|name| name.starts_with("step.3.")), "{past:?}");
}

/// Whoever approves signs before the start, unless their approval was given elsewhere.
#[test]
fn an_approval_is_missing_until_it_is_given() {
    let approvals =
        "[approvals.board]\nrole = 'Board'\n[approvals.dba]\ncontact = 'dba'\n[contacts.dba]\nname = 'DBA'\n";
    let flow = FLOW.replace("[checker]", &format!("{approvals}[checker]"));
    let of = |release: &str, given: &[&str], but: &[&str]| {
        let left = left(&made(&flow, &format!("flow = 'f'\nvalues = {{ hosts = ['a'] }}\n{release}"), 0), given, but);
        left.into_iter().filter(|name| name.starts_with("approval.")).collect::<Vec<_>>()
    };
    let board = ["approval.board.name", "approval.board.opinion", "approval.board.signature", "approval.board.date"];
    assert_eq!(of("", &["outcome.executed", "approval.dba."], &[]), board);
    assert_eq!(of("", &["outcome.executed", "approval."], &[board[1]]), [board[1]]);
    assert_eq!(of("", &["outcome.not-executed"], &[]), [""; 0]);
    let given = "[approvals.board]\nname = 'Ann'\nlist = '0123456789ab'\n[contacts]\ndba = 'Bea'\n";
    assert_eq!(of(given, &["outcome.executed", "approval.dba.s", "approval.dba.date"], &[]), ["approval.dba.opinion"]);
}
