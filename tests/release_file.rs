//! Which release a flow is made with when nobody names one.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use runsheet::source::release::{RELEASE as OF_RELEASE, ReleaseStatus};
use runsheet::view::checklist::ListOptions;

use crate::support::{self, kept};

const FLOW: &str = include_str!("flows/minimal/flow.toml");
/// Everything that the mail needs.
const RELEASE: &str = "flow = 'minimal'\nstart = 2013-01-25T20:00:00+08:00\noperator = 'Ada'\n";
const MAIL: &str = "output/minimal/mail/tell-the-application-team-team.txt";

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn run(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_runsheet")).args(args).current_dir(folder).output().unwrap()
}

/// Exit code, standard output and standard error.
fn said(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let run = run(folder, args);
    let words = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (run.status.code().unwrap(), words(&run.stdout), words(&run.stderr))
}

/// A flow that is named alone is built with the release beside it, as its folder is.
#[test]
fn a_flow_is_made_with_the_release_beside_it() {
    let other = "flow = 'another'\nstrat = 1\n";
    let another = FLOW.replace("\"minimal\"", "\"another\"");
    let flows = [("x.toml", FLOW), ("y.toml", &another)];
    let releases = [("one.release.toml", RELEASE), ("other.release.toml", other)];
    let folder = folder(&[flows, releases].concat());
    let at = folder.path();
    let (code, done, faults) = said(at, &["build", "x.toml"]);
    assert_eq!((code, &*faults), (0, ""));
    assert!(done.contains("  release    one.release.toml\n"), "{done}");
    assert!(done.contains("wrote      mail/tell-the-application-team-team.txt"), "{done}");
    let alone = kept::tree(&at.join("output")).unwrap();
    let (code, done, _) = said(at, &["build", "x.toml", "--release", "one.release.toml"]);
    assert!(code == 0 && done.contains("unchanged") && !done.contains("wrote"), "{done}");
    assert_eq!(kept::tree(&at.join("output")).unwrap(), alone);
    let (code, _, words) = said(at, &["check", "x.toml"]);
    assert!(code == 0 && words.contains("release  one.release.toml\n"), "{words}");
    // The same, from another folder and with flags.
    let folder = at.display().to_string();
    let above = ["build", &*format!("{folder}/x.toml"), "-o", "elsewhere", "--operator", "Grace"];
    let (code, done, _) = said(at, &above);
    assert!(code == 0 && done.contains(&format!("release    {folder}/one.release.toml\n")), "{done}");
    assert!(
        fs::read_to_string(at.join("elsewhere/minimal/mail/tell-the-application-team-team.txt"))
            .unwrap()
            .contains("2013-01-2")
    );
    assert!(fs::read_to_string(at.join("elsewhere/minimal/runbook.md")).unwrap().contains("Grace"));
}

#[test]
fn a_list_is_blank_only_on_purpose() {
    let folder = folder(&[("x.toml", FLOW), ("one.release.toml", RELEASE)]);
    let at = folder.path();
    assert_eq!(said(at, &["build", "x.toml"]).0, 0);
    assert!(at.join(MAIL).exists());
    for flows in ["x.toml", "."] {
        let (code, done, _) = said(at, &["build", flows, "--blank", "-o", flows.trim_end_matches(".toml")]);
        assert!(code == 0 && !done.contains("release  ") && done.contains("no mail"), "{done}");
    }
    let (code, _, words) = said(at, &["check", "x.toml", "--blank"]);
    assert!(code == 0 && !words.contains("release  "), "{words}");
    let (code, _, words) = said(at, &["build", "x.toml", "--blank", "--release", "one.release.toml"]);
    assert!(code == 2 && words.contains("--blank"), "{words}");
    // Nothing stands beside standard input.
    let stdin = fs::File::open(at.join("x.toml")).unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_runsheet"))
        .args(["build", "-", "-o", "stdin"])
        .current_dir(at)
        .stdin(stdin)
        .output()
        .unwrap();
    assert!(run.status.success() && !at.join("stdin/minimal/mail").exists(), "{run:?}");
}

#[test]
fn several_releases_of_a_flow_are_all_named() {
    let folder = folder(&[("x.toml", FLOW), ("a.release.toml", RELEASE), ("b.release.toml", RELEASE)]);
    let at = folder.path();
    fs::write(at.join("c.release.toml"), RELEASE).unwrap();
    let all = "`a.release.toml`, `b.release.toml` and `c.release.toml` are releases of the same flow";
    for args in [&["build", "x.toml"], &["check", "x.toml"]] {
        let (code, _, words) = said(at, args);
        assert!(code == 1 && words.contains(all) && words.contains("`--blank`"), "{words}");
        assert_eq!(words.matches("error[two-releases]").count(), 1, "{words}");
    }
    assert!(!at.join("output").exists());
    assert!(said(at, &["build", "."]).2.contains("`./b.release.toml` and `./c.release.toml` are releases"));
    let (code, done, _) = said(at, &["build", "x.toml", "--release", "b.release.toml"]);
    assert!(code == 0 && done.contains("release    b.release.toml"), "{done}");
    assert_eq!(said(at, &["build", "x.toml", "--blank"]).0, 0);
}

/// What is over isn't to be done, so nobody has to say which one is meant.
#[test]
fn of_several_releases_those_that_are_over_do_not_count() {
    let release = |more: &str| format!("{RELEASE}{more}\n");
    let [first, second, third] = ["number = '1'", "number = '2'", "number = '3'\nreplaces = '2'"].map(release);
    let folder = folder(&[("x.toml", FLOW), ("a.release.toml", &first), ("b.release.toml", &second)]);
    let at = folder.path();
    assert_eq!(said(at, &["check", "x.toml"]).0, 1);
    for over in ["outcome = 'executed'", "status = 'cancelled'"] {
        fs::write(at.join("a.release.toml"), format!("{first}{over}\n")).unwrap();
        let (code, done, words) = said(at, &["build", "x.toml"]);
        assert!(code == 0 && done.contains("release    b.release.toml"), "{done}{words}");
        for args in [&["check", "x.toml"], &["check", "."]] {
            assert_eq!(said(at, args).0, 0, "{over}");
        }
    }
    fs::write(at.join("c.release.toml"), &third).unwrap();
    let (code, done, words) = said(at, &["build", "x.toml"]);
    assert!(code == 0 && done.contains("release    c.release.toml"), "{done}{words}");
    // A rehearsal of the one that replaces another replaces nothing.
    fs::write(at.join("c.release.toml"), format!("{third}drill = true\n")).unwrap();
    assert_eq!(said(at, &["check", "x.toml"]).0, 1);
    // Where all are over, it is the last.
    fs::write(at.join("b.release.toml"), format!("{second}outcome = 'void'\n")).unwrap();
    fs::write(at.join("c.release.toml"), format!("{third}outcome = 'executed'\n")).unwrap();
    let (code, done, words) = said(at, &["build", "x.toml"]);
    assert!(code == 0 && done.contains("release    c.release.toml"), "{done}{words}");
}

/// Whatever stands there may be the flow's release, so that a list without it must not look finished.
#[test]
fn a_release_that_cannot_be_read_keeps_its_flow_back() {
    for (stray, words) in [("flow = \n", "error[syntax]"), ("start = 1\n", "error[missing-key]")] {
        let folder =
            folder(&[("x.toml", FLOW), ("y.toml", &FLOW.replace("\"minimal\"", "\"y\"")), ("a.release.toml", stray)]);
        let at = folder.path();
        let (code, _, told) = said(at, &["build", "x.toml", "y.toml"]);
        assert_eq!((code, told.matches(words).count()), (1, 1), "{told}");
        assert!(told.contains("nothing was written for `x.toml`, `y.toml`"), "{told}");
        assert_eq!(said(at, &["build", "x.toml", "--blank"]).0, 0);
        fs::write(at.join("named.toml"), RELEASE).unwrap();
        assert_eq!(said(at, &["build", "x.toml", "--release", "named.toml"]).0, 0);
        // One that is named and can't be read isn't replaced by one that stands there.
        fs::write(at.join("b.release.toml"), RELEASE).unwrap();
        let (code, done, _) = said(at, &["build", "x.toml", "--release", "a.release.toml"]);
        assert_eq!((code, &*done), (1, ""));
    }
}

/// A release file with each comment two spaces behind its line.
fn unaligned(written: &str) -> String {
    let line = |line: &str| match line.split_once("  # ") {
        Some((code, comment)) => format!("{}  # {}\n", code.trim_end(), comment.trim_start()),
        None => format!("{line}\n"),
    };
    written.lines().map(line).collect()
}

/// Every value, contact and person of a flow stands in the release that is written for it. `check` asks for each until it
/// is filled in, and then finds nothing.
#[test]
fn a_release_is_written_to_fill_in() {
    for lang in ["en", "zh-CN"] {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        assert_eq!(said(at, &["new", "shop", "--lang", lang]).0, 0);
        let (code, done, faults) = said(at, &["new", "--release", "shop.toml"]);
        assert_eq!((code, &*faults), (0, ""));
        assert!(done.starts_with("wrote shop.release.toml\n") && done.contains("runsheet check shop.toml"), "{done}");
        let file = at.join("shop.release.toml");
        let written = fs::read_to_string(&file).unwrap();
        // In each part of the file the comments begin below each other.
        for part in written.split("\n\n") {
            let places: Vec<usize> = part.lines().filter_map(|line| line.find("  # ")).collect();
            assert!(places.windows(2).all(|two| two[0] == two[1]), "{part}");
        }
        let written = unaligned(&written);
        for line in
            ["flow     = \"shop\"", "revision = \"1\"", "#start    = ", "version = \"\"  # ", "previous = \"\"  # "]
        {
            assert!(written.contains(line), "{line}\n{written}");
        }
        assert!(written.contains("(2.0)"), "{written}");
        let contacts: Vec<&str> = written.lines().skip_while(|line| *line != "[contacts]").skip(1).collect();
        assert!(!contacts.is_empty() && contacts.iter().all(|line| line.contains(" = \"\"  # ")), "{written}");
        // The comments are the reference's lines.
        let chinese: toml::Table = include_str!("../src/source/keys.zh-CN.toml").parse().unwrap();
        for key in ["flow", "revision", "number", "start", "operator", "checker"] {
            let doc = OF_RELEASE.key(key).unwrap().doc;
            let doc = if lang == "en" { doc } else { chinese["release"][key].as_str().unwrap() };
            assert!(written.contains(&format!("  # {doc}\n")), "{doc}\n{written}");
        }
        // What isn't filled in yet is told: two people, two values.
        let (code, _, words) = said(at, &["check", "shop.toml"]);
        assert_eq!((code, words.matches("error[empty-text]").count()), (1, 4), "{words}");
        let filled = written.replace("operator = \"\"", "operator = \"Ada\"").replace("#start ", "start ");
        let filled =
            filled.replace("version = \"\"", "version = \"2.1\"").replace("previous = \"\"", "previous = \"2.0\"");
        fs::write(&file, filled.replace("#number", "number").replace("checker  = \"\"", "checker  = \"Li\"")).unwrap();
        let (code, _, words) = said(at, &["check", "shop.toml", "--deny", "warnings"]);
        assert_eq!((code, &*words), (0, "release  shop.release.toml\n1 flow checked, nothing found\n"));
        assert!(said(at, &["build", "shop.toml"]).1.contains("wrote      mail/"));
        let (code, _, words) = said(at, &["new", "--release", "shop.toml"]);
        assert!(code == 1 && words.contains("`shop.release.toml` is there already"), "{words}");
        let (code, _, words) = said(at, &["new", "--release", "shop.toml", "-o", "x.toml"]);
        assert!(code == 1 && words.contains("end the name with `.release.toml`"), "{words}");
        fs::write(at.join("bad.toml"), "schema = 2\n").unwrap();
        assert!(said(at, &["new", "--release", "bad.toml"]).2.contains("bad.toml:1:10"));
        assert!(!at.join("bad.release.toml").exists());
    }
}

/// An approval that was given elsewhere is a line to take the `#` away from.
#[test]
fn approvals_are_written_to_fill_in() {
    let approvals = "[approvals.board]\nrole = 'Board'\nwhat = 'all'\n[approvals.dba]\ncontact = 'dba'\n";
    let folder = folder(&[("x.toml", &format!("{FLOW}\n{approvals}[contacts.dba]\nname = 'Database'\nphone = '1'\n"))]);
    assert_eq!(said(folder.path(), &["new", "--release", "x.toml"]).0, 0);
    let file = folder.path().join("x.release.toml");
    let written = unaligned(&fs::read_to_string(&file).unwrap());
    let empty = "{ name = \"\", at = 2026-02-27T15:00:00, ticket = \"\", list = \"\" }";
    let lines = format!("\n[approvals]\n#board = {empty}  # Board, all\n#dba = {empty}  # Database\n");
    assert!(written.ends_with(&lines), "{written}");
    let faults = |written: &str| {
        fs::write(&file, written).unwrap();
        let (_, _, words) = said(folder.path(), &["check", "x.toml", "--rule", "verb-first"]);
        words.lines().filter(|line| line.starts_with("error[")).map(str::to_owned).collect::<Vec<_>>()
    };
    // With `#` they say nothing; without it, what is still empty is told.
    let (without, with) = (faults(&written), faults(&written.replace("#dba = {", "dba = {")));
    assert_eq!(with.len(), without.len() + 3, "{with:?}");
}

/// What follows from other values is none that the release gives.
#[test]
fn no_derived_value_is_to_be_filled_in() {
    let folder = folder(&[("x.toml", include_str!("flows/derived/flow.toml"))]);
    assert_eq!(said(folder.path(), &["new", "--release", "x.toml"]).0, 0);
    let written = fs::read_to_string(folder.path().join("x.release.toml")).unwrap();
    let values: Vec<&str> = written.lines().skip_while(|line| *line != "[values]").collect();
    assert_eq!(values[1..3], ["version = \"\"  # Version (2.4.9)", ""], "{written}");
}

/// A value that is left empty, or that is an empty list, has one fault.
#[test]
fn an_empty_value_has_one_fault() {
    let flow = format!("{FLOW}\n[values]\nversion = 'Version'\n");
    for given in ["''", "[]"] {
        let release = format!("{RELEASE}values = {{ version = {given} }}\n");
        let folder = folder(&[("x.toml", &flow), ("x.release.toml", &release)]);
        let (code, _, stderr) = said(folder.path(), &["check", "x.toml", "--rule", "verb-first"]);
        assert_eq!((code, stderr.matches("error[").count()), (1, 1), "{stderr}");
        assert!(stderr.contains("x.release.toml:4:22"), "{stderr}");
    }
}

/// The words before a title stand in the head of every page, beside all that stands there anyway.
#[test]
fn a_drill_of_a_release_that_was_put_off_is_printed_as_it_must_be() {
    for name in support::flows() {
        for mut plan in support::example(&name) {
            plan.release.drill = true;
            plan.release.status = Some(ReleaseStatus::Postponed);
            for paper in support::PAPERS {
                let case = support::print_as(name.clone(), &plan, paper, &ListOptions::default());
                let case = case.unwrap_or_else(|tall| panic!("{name}: {tall:?}"));
                assert_eq!(support::findings(&case.view, &case.bytes), [""; 0], "{name}");
                let title = case.view.head.title.to_plain();
                assert!(title.starts_with("DRILL") || title.starts_with("演练"), "{title}");
            }
        }
    }
}

/// A release whose flow isn't there would be passed over in silence, and its mails would never be sent.
#[test]
fn a_release_of_no_flow_is_told_wherever_it_is_looked_for() {
    let folder = folder(&[("x.toml", FLOW), ("x.release.toml", "flow = 'minimla'\nnumber = '7'\n")]);
    for args in [
        &["check", "x.toml"][..],
        &["build", "x.toml"],
        &["check", "."],
        &["mail", "."],
        &["mail", "x.toml", "--due", "--send"],
        &["publish", "x.toml"],
    ] {
        let (code, _, words) = said(folder.path(), args);
        assert!(code == 1 && words.contains("error[no-such-flow]"), "{args:?}: {words}");
        assert!(words.contains("x.release.toml:1:8") && words.contains("`minimal`"), "{args:?}: {words}");
    }
    // That of another flow of the folder, or of one that can't be read, is none of this flow's business.
    for other in [FLOW.replace("\"minimal\"", "\"minimla\""), "id = ".to_owned()] {
        fs::write(folder.path().join("y.toml"), other).unwrap();
        let (code, _, words) = said(folder.path(), &["check", "x.toml"]);
        assert_eq!((code, words.contains("no-such-flow")), (0, false), "{words}");
    }
}

#[test]
fn a_release_and_a_flow_are_told_apart_before_their_keys_are() {
    let folder = folder(&[("x.toml", FLOW), ("x-release.toml", "flow = 'minimal'\nnumber = '7'\n")]);
    let (code, _, words) = said(folder.path(), &["check", "."]);
    assert!(code == 1 && words.contains("x-release.toml` is a release, not a flow"), "{words}");
    assert!(words.matches("error[").count() == 1 && words.contains(".release.toml"), "{words}");
    let (code, _, words) = said(folder.path(), &["close", "x.toml", "--outcome", "executed"]);
    assert!(code == 1 && words.contains("`x.toml` is a flow, not a release"), "{words}");
    assert_eq!(words.matches("error[").count(), 1, "{words}");
}
