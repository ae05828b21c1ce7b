//! `runsheet close`: what is written into a release file, and that all else in it stays.

use std::fs;
use std::process::Command;

use lopdf::{Document, dictionary};

use super::project::{Project, RELEASE};
use crate::support::form::fill;

fn close(project: &Project, args: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_runsheet"));
    let output = command.args(["close", RELEASE]).args(args).current_dir(project.path("")).output().unwrap();
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    (output.status.code().unwrap(), said)
}

#[test]
fn how_it_went_is_written_into_the_release_and_nothing_else_changes() {
    let project = Project::new("", &["shop@example.test"], 3);
    let before = "# A release.\r\nflow = 'upgrade' # the flow\r\nnumber = '7'   # the number\r\n\r\n[values]\r\nversion = '2' # it\r\n";
    project.write(RELEASE, before);
    project.write("signed.pdf", "scan");
    let (code, said) = close(&project, &["--outcome", "rolled-back", "--from", "1", "--scan", "signed.pdf"]);
    assert_eq!(code, 0, "{said}");
    let digest = runsheet::source::digest(b"scan");
    let lines = format!("outcome = \"rolled-back\"\r\nrolled-back-from = \"1\"\r\nscan = \"{digest}\"\r\n");
    let after = before.replace("# the number\r\n", &format!("# the number\r\n{lines}"));
    assert_eq!(project.read(RELEASE), after);
    // Once more is no other outcome.
    let (code, said) = close(&project, &["--outcome", "rolled-back"]);
    assert_eq!((code, said.as_str()), (0, "flows/upgrade.release.toml: all of that stands there already\n"));
    let (code, said) = close(&project, &["--outcome", "executed"]);
    assert!(code == 1 && said.contains("this says `rolled-back` already"), "{said}");
    assert_eq!(project.read(RELEASE), after);
}

#[test]
fn what_cannot_be_is_refused() {
    let project = Project::new("", &["shop@example.test"], 3);
    let before = project.read(RELEASE);
    let (code, said) = close(&project, &["--outcome", "executed", "--from", "5"]);
    assert!(code == 1 && said.contains("only a rollback begins from a step"), "{said}");
    let (code, said) = close(&project, &["--outcome", "executed", "--scan", "none.pdf"]);
    assert!(code == 1 && said.contains("can't read `none.pdf`: no such file or directory"), "{said}");
    assert_eq!(close(&project, &["--outcome", "splendid"]).0, 2);
    assert_eq!(close(&project, &["--outcome", "rolled-back", "--from", ""]).0, 2);
    for from in ["99", "A1"] {
        let (code, said) = close(&project, &["--outcome", "rolled-back", "--from", from]);
        assert!(code == 1 && said.contains(&format!("no step has the number `{from}`")), "{said}");
    }
    // A step of a rollback is none from which anybody rolls back.
    filled(&project, &[], &[], &[]);
    let (code, said) = close(&project, &["--outcome", "rolled-back", "--from", "R1"]);
    let told = "`R1` is a step of a rollback, and none from which it is rolled back";
    assert!(code == 1 && said.contains(told) && said.contains("the release has only step 1\n"), "{said}");
    project.write("empty.pdf", "");
    let (code, said) = close(&project, &["--outcome", "executed", "--scan", "empty.pdf"]);
    assert!(code == 1 && said.contains("`empty.pdf` is empty"), "{said}");
    for status in ["postponed", "cancelled"] {
        let called_off = before.replace("number =", &format!("status = '{status}'\nnumber ="));
        project.write(RELEASE, &called_off);
        let (code, said) = close(&project, &["--outcome", "executed"]);
        assert!(code == 1 && said.contains(&format!("a release that is {status} can't be executed")), "{said}");
        assert_eq!(project.read(RELEASE), called_off);
    }
    project.write(RELEASE, &before);
    assert_eq!(project.read(RELEASE), before);
    project.write(RELEASE, "flow = 'upgrade'\nnumbr = '7'\n");
    let (code, said) = close(&project, &["--outcome", "executed"]);
    assert!(code == 1 && said.contains("has no key `numbr`"), "{said}");
    // A file without a line break at its end gets one.
    project.write(RELEASE, "flow = 'upgrade'");
    assert_eq!(close(&project, &["--outcome", "executed"]).0, 0);
    assert_eq!(project.read(RELEASE), "flow = 'upgrade'\noutcome = \"executed\"\n");
}

/// A flow that can be rolled back, its list as it was built with more arguments and filled in, as `filled.pdf`.
fn filled(project: &Project, args: &[&str], boxes: &[&str], lines: &[(&str, &str)]) -> Document {
    let flow = project.read("flows/upgrade.toml");
    if !flow.contains("[[rollback]]") {
        let back = "[[rollback]]\nid = 'back'\ntitle = 'Back'\non-failure = 'hold'\n[[rollback.step]]\nop = 'write'\ndo = 'Put it back'\n";
        let flow = flow.replace("do = 'Restart it at", "otherwise = 'rollback'\ndo = 'Restart it at");
        project.write("flows/upgrade.toml", &format!("{flow}{back}"));
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_runsheet"));
    command.args(["build", "flows", "--only", "pdf"]).args(args).current_dir(project.path(""));
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let number = if args.contains(&"--drill") { "7+drill" } else { "7" };
    let mut pdf = Document::load(project.path(&format!("output/upgrade/{number}/checklist.pdf"))).unwrap();
    if !boxes.is_empty() {
        fill(&mut pdf, boxes, lines);
    }
    pdf.save(project.path("filled.pdf")).unwrap();
    pdf
}

const RECORD: [&str; 2] = ["--record", "filled.pdf"];

#[test]
fn a_list_that_was_filled_in_says_how_it_went() {
    let project = Project::new("", &["shop@example.test"], 3);
    let before = project.read(RELEASE);
    filled(&project, &["--fillable"], &["outcome.rolled-back"], &[("rollback.R.step", " 1 ")]);
    let (code, said) = close(&project, &RECORD);
    assert_eq!(code, 0, "{said}");
    let digest = runsheet::source::digest(&fs::read(project.path("filled.pdf")).unwrap());
    let lines = format!("outcome = \"rolled-back\"\nrolled-back-from = \"1\"\nrecord = \"{digest}\"\n");
    let after = before.replace("number = '7'\n", &format!("number = '7'\n{lines}"));
    assert_eq!(project.read(RELEASE), after);
    // What is written after the list was made changes nothing of what it is a record of.
    let (code, said) = close(&project, &[&RECORD[..], &["--outcome", "rolled-back", "--from", "1"]].concat());
    assert_eq!((code, said.as_str()), (0, "flows/upgrade.release.toml: all of that stands there already\n"));
    // Another record of the same release isn't the one that stands there.
    filled(&project, &["--fillable"], &["outcome.rolled-back", "step.1.operator"], &[]);
    let (code, said) = close(&project, &RECORD);
    assert!(code == 1 && said.contains(&format!("this says `{digest}` already")), "{said}");
    assert_eq!(project.read(RELEASE), after);
}

#[test]
fn what_a_list_does_not_say_is_said_beside_it() {
    let project = Project::new("", &["shop@example.test"], 3);
    let refused = |args: &[&str], told: &str| {
        let before = project.read(RELEASE);
        let (code, said) = close(&project, &[&RECORD[..], args].concat());
        assert!(code == 1 && said.contains(told), "{told}: {said}");
        assert_eq!(project.read(RELEASE), before);
    };
    filled(&project, &["--fillable"], &["step.1.operator"], &[]);
    refused(&[], "on `filled.pdf` no outcome is ticked");
    // Which outcome is meant isn't known of two.
    filled(&project, &["--fillable"], &["outcome.aborted", "outcome.executed"], &[]);
    refused(&[], "“executed” and “aborted” are ticked");
    filled(&project, &["--fillable"], &["outcome.rolled-back"], &[("rollback.R.step", "the \u{202e}first")]);
    refused(&[], "which is the number of no step");
    filled(&project, &["--fillable"], &["outcome.rolled-back"], &[("rollback.R.step", "R1")]);
    refused(&[], "says `R1`, which is the number of no step from which it is rolled back");
    refused(&["--outcome", "executed"], "`--outcome` says `executed`, and `filled.pdf` says `rolled-back`");
    filled(&project, &["--fillable"], &["outcome.rolled-back"], &[("rollback.R.step", "1")]);
    refused(&["--from", "2"], "`--from` says `2`, and `filled.pdf` says `1`");
    filled(&project, &["--fillable"], &["outcome.aborted"], &[]);
    refused(&["--from", "1"], "only a rollback begins from a step");
    project.edit(RELEASE, "number =", "outcome = 'executed'\nnumber =");
    refused(&[], "the release says `executed`, and `filled.pdf` says `aborted`");
    project.edit(RELEASE, "outcome = 'executed'\n", "");
    filled(&project, &["--fillable"], &["step.1.operator"], &[]);
    let (code, said) = close(&project, &[&RECORD[..], &["--outcome", "aborted"]].concat());
    assert!(code == 0 && said.contains("outcome = \"aborted\""), "{said}");
}

#[test]
fn what_is_no_record_of_the_release_is_refused() {
    let project = Project::new("", &["shop@example.test"], 3);
    let refused = |file: &str, told: &str| {
        let before = project.read(RELEASE);
        let (code, said) = close(&project, &["--outcome", "executed", "--record", file]);
        assert!(code == 1 && said.contains(told), "{told}: {said}");
        assert_eq!(project.read(RELEASE), before);
    };
    assert_eq!(close(&project, &["--record", "a.pdf", "--scan", "b.pdf"]).0, 2);
    assert_eq!(close(&project, &["--scan", "b.pdf"]).0, 2);
    refused("filled.pdf", "can't read `filled.pdf`");
    filled(&project, &["--fillable"], &[], &[]);
    refused("filled.pdf", "nothing is filled in on `filled.pdf`");
    filled(&project, &[], &[], &[]);
    refused("filled.pdf", "has no fields: it is filled in on paper");
    filled(&project, &["--fillable", "--drill"], &["outcome.executed"], &[]);
    refused("filled.pdf", "is the list of a drill");
    let mut pdf = filled(&project, &["--fillable"], &["outcome.executed"], &[]);
    let page = pdf.get_pages()[&1];
    let content = [pdf.get_page_content(page), b"\n1 0 0 RG 0 0 m 500 500 l S\n".to_vec()].concat();
    let stream = pdf.add_object(lopdf::Stream::new(dictionary! {}, content));
    pdf.get_dictionary_mut(page).unwrap().set("Contents", stream);
    pdf.save(project.path("changed.pdf")).unwrap();
    refused("changed.pdf", "`changed.pdf`");
    project.edit(RELEASE, "number = '7'", "number = '8'");
    let told =
        "`filled.pdf` is of the flow `upgrade`, release 7, and `flows/upgrade.release.toml` of `upgrade`, release 8";
    refused("filled.pdf", told);
}
