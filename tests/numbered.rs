//! Releases with a number, each built into a folder of its own.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::kept::{self, Files};

const FLOW: &str = include_str!("flows/minimal/flow.toml");
const RELEASE: &str = "flow = 'minimal'\noperator = 'Zhang San'\nstart = 2013-01-25T20:00:00+08:00\n";
/// What makes the text of a build quick.
const FEW: [&str; 2] = ["--only", "runbook,mail"];

fn run(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_runsheet")).args(args).current_dir(folder).output().unwrap()
}

/// Builds the flow, which must go well, and returns what is said of it.
fn build(folder: &Path, args: &[&str]) -> String {
    let run = run(folder, &[&["build", "flow.toml"], args].concat());
    assert!(run.status.success(), "{args:?}: {}", stderr(&run));
    String::from_utf8_lossy(&run.stdout).into_owned()
}

fn stderr(run: &Output) -> String {
    String::from_utf8_lossy(&run.stderr).into_owned()
}

/// A folder with a flow, and a release without a number.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("flow.toml"), FLOW).unwrap();
    fs::write(folder.path().join("one.release.toml"), RELEASE).unwrap();
    folder
}

/// What stands in the flow's folder.
fn made(folder: &Path) -> Files {
    kept::tree(&folder.join("output/minimal")).unwrap()
}

fn paths(files: &Files) -> Vec<&str> {
    files.keys().map(String::as_str).collect()
}

#[test]
fn a_number_that_cannot_name_a_folder_is_a_fault() {
    let folder = folder();
    let long = "1".repeat(65);
    for number in [
        "a/b",
        "..",
        ".",
        ".7",
        "-7",
        "7.",
        "2026 7",
        "发布-7",
        "7\u{e9}",
        "a\\b",
        "a:b",
        &long,
        "NUL",
        "com1.2",
        "mail",
        "Checklist.pdf",
        "runbook.md",
    ] {
        let release = format!("{RELEASE}number = '{number}'\n");
        fs::write(folder.path().join("one.release.toml"), &release).unwrap();
        for command in ["build", "check"] {
            let in_file = run(folder.path(), &[command, "flow.toml"]);
            let place = "--> one.release.toml:4:10";
            let said = stderr(&in_file) + &String::from_utf8_lossy(&in_file.stdout);
            assert!(said.contains("error[bad-number]") && said.contains(place), "{number}: {said}");
        }
        let flag = format!("--number={number}");
        let by_flag = run(folder.path(), &["build", "flow.toml", "--blank", &flag]);
        assert_eq!(by_flag.status.code(), Some(1), "{number}");
        assert!(stderr(&by_flag).contains("error[bad-number]"), "{number}: {}", stderr(&by_flag));
        assert!(!folder.path().join("output").exists(), "{number}");
    }
    for number in ["7", "2026-0311", "v2.5.0-rc.1", "A_b", "conn", "com", "1.mail", "new", "runsheet", &long[1..]] {
        build(folder.path(), &[&FEW[..], &["--blank", "--number", number]].concat());
        assert!(folder.path().join("output/minimal").join(number).join("runbook.md").is_file(), "{number}");
    }
}

#[test]
fn releases_stand_side_by_side_and_a_blank_list_beside_them() {
    let folder = folder();
    let at = folder.path();
    let words = build(at, &["--number", "1"]);
    assert!(words.starts_with("output/minimal/1  flow "), "{words}");
    build(at, &["--number", "2"]);
    let two = made(at);
    assert!(two.contains_key("1/checklist.pdf") && two.contains_key("2/.runsheet"), "{:?}", paths(&two));
    assert!(two.keys().all(|path| path.starts_with("1/") || path.starts_with("2/")), "{:?}", paths(&two));
    // The releases' folders are nothing foreign to a blank list.
    build(at, &["--blank"]);
    let three = made(at);
    assert!(three.contains_key("checklist.pdf") && two.iter().all(|(path, bytes)| three[path] == *bytes));
    // Each build again changes nothing, and the blank list stays when a release is built anew.
    for args in [&["--blank"][..], &["--number", "1"], &["--number", "2"]] {
        let words = build(at, args);
        assert!(words.contains("unchanged") && !words.contains("wrote") && !words.contains("removed"), "{words}");
    }
    assert!(made(at) == three);
    fs::write(at.join("flow.toml"), FLOW.replace("Restart", "Start")).unwrap();
    build(at, &["--number", "1"]);
    let after = made(at);
    assert_eq!(paths(&after), paths(&three));
    for (path, bytes) in &three {
        let is_of_one = path.starts_with("1/");
        assert!(is_of_one || after[path] == *bytes, "{path}");
    }
    assert_ne!(after["1/runbook.md"], three["1/runbook.md"]);
    // A blank list replaces its own files only, and what isn't made any more goes.
    build(at, &["--blank"]);
    let blank = made(at);
    assert_ne!(blank["runbook.md"], three["runbook.md"]);
    assert!(after.iter().filter(|(path, _)| path.contains('/')).all(|(path, bytes)| blank[path] == *bytes));
    assert_eq!(fs::read_dir(at.join("output")).unwrap().count(), 1 + usize::from(cfg!(windows)));
}

#[test]
fn a_folder_that_no_build_made_is_foreign_all_the_same() {
    let folder = folder();
    let at = folder.path();
    build(at, &[&FEW[..], &["--number", "1"]].concat());
    fs::create_dir(at.join("output/minimal/2")).unwrap();
    fs::write(at.join("output/minimal/2/notes.md"), "mine").unwrap();
    let before = made(at);
    let blank = run(at, &["build", "flow.toml", "--blank"]);
    assert!(stderr(&blank).contains("no build wrote this in `output/minimal`: `2`"), "{}", stderr(&blank));
    let two = run(at, &["build", "flow.toml", "--number", "2"]);
    assert!(stderr(&two).contains("no build wrote this in `output/minimal/2`: `notes.md`"), "{}", stderr(&two));
    assert!(made(at) == before);
}

/// A release was printed before it had a number.
#[test]
fn the_files_of_the_old_place_go() {
    let folder = folder();
    let at = folder.path();
    build(at, &[]);
    let old = made(at);
    assert!(old.contains_key("checklist.pdf") && old.keys().any(|path| path.starts_with("mail/")));
    // Only the kinds that are asked for.
    let words = build(at, &["--number", "7", "--only", "runbook"]);
    assert!(words.contains("  wrote      runbook.md\n  removed    ../runbook.md\n"), "{words}");
    let between = made(at);
    assert!(!between.contains_key("runbook.md") && between["checklist.pdf"] == old["checklist.pdf"]);
    assert!(!String::from_utf8_lossy(&between[".runsheet"]).contains("runbook.md"));
    build(at, &["--number", "7"]);
    let after = made(at);
    assert!(after.keys().all(|path| path.starts_with("7/")), "{:?}", paths(&after));
    assert_eq!(after.len(), old.len());
    assert_eq!(fs::read_dir(at.join("output/minimal")).unwrap().count(), 1);
}

/// An earlier version wrote every release there. A line of the list says of a list without a release that it is one.
#[test]
fn a_blank_list_of_the_flows_folder_stays() {
    let folder = folder();
    let at = folder.path();
    build(at, &["--blank"]);
    let blank = made(at);
    assert!(String::from_utf8_lossy(&blank[".runsheet"]).contains("\n# blank\n"));
    build(at, &["--number", "7"]);
    let after = made(at);
    assert!(blank.iter().all(|(path, bytes)| after[path] == *bytes));
    let list = String::from_utf8_lossy(&blank[".runsheet"]).replace("# blank\n", "");
    fs::write(at.join("output/minimal/.runsheet"), list).unwrap();
    build(at, &["--number", "7"]);
    assert!(made(at).keys().all(|path| path.starts_with("7/")));
}

#[test]
fn what_was_changed_at_the_old_place_stays_and_is_named() {
    let folder = folder();
    let at = folder.path();
    build(at, &["--fillable"]);
    let place = |name: &str| at.join("output/minimal").join(name);
    fs::write(place("runbook.md"), "mine").unwrap();
    fs::write(place("notes.md"), "mine too").unwrap();
    let mut pdf = lopdf::Document::load(place("checklist.pdf")).unwrap();
    let text = |object: &lopdf::Object| {
        object
            .as_dict()
            .is_ok_and(|field| field.get(b"FT").is_ok_and(|kind| kind.as_name().is_ok_and(|kind| kind == b"Tx")))
    };
    let field = pdf.objects.values_mut().find(|object| text(object)).unwrap();
    field.as_dict_mut().unwrap().set("V", lopdf::text_string("20:15"));
    pdf.save(place("checklist.pdf")).unwrap();
    let before = made(at);
    for _ in 0..2 {
        let words = build(at, &["--number", "7", "--fillable"]);
        let note = "note: changed or filled in since a build wrote it, before the release had a folder of its own: \
            `output/minimal/checklist.pdf`, `output/minimal/runbook.md`\n";
        assert!(words.contains(note), "{words}");
        let after = made(at);
        let left: Vec<&str> = after.keys().map(String::as_str).filter(|path| !path.starts_with("7/")).collect();
        assert_eq!(left, [".runsheet", "checklist.pdf", "notes.md", "runbook.md"]);
        for path in &left[1..] {
            assert!(after[*path] == before[*path], "{path}");
        }
    }
    // The list of the folder still tells what they are.
    let blank = run(at, &["build", "flow.toml", "--blank"]);
    for code in ["error[filled-in]", "error[edited-file]", "error[foreign-file]"] {
        assert!(stderr(&blank).contains(code), "{code}: {}", stderr(&blank));
    }
}

#[test]
fn numbers_that_differ_in_case_are_one_folder_on_some_disks() {
    let folder = folder();
    let at = folder.path();
    build(at, &[&FEW[..], &["--number", "rc1"]].concat());
    let other = run(at, &[&["build", "flow.toml", "--number", "RC1"], &FEW[..]].concat());
    let is_one_name = at.join("output/minimal/Rc1").exists();
    assert_eq!(other.status.success(), !is_one_name, "{}", stderr(&other));
}

#[cfg(unix)]
#[test]
fn a_link_in_place_of_the_flows_folder_is_not_followed() {
    let folder = folder();
    let at = folder.path();
    fs::create_dir_all(at.join("elsewhere")).unwrap();
    fs::create_dir(at.join("output")).unwrap();
    std::os::unix::fs::symlink("../elsewhere", at.join("output/minimal")).unwrap();
    let refused = run(at, &["build", "flow.toml", "--number", "7"]);
    assert!(stderr(&refused).contains("`output/minimal` is a link"), "{}", stderr(&refused));
    assert_eq!(fs::read_dir(at.join("elsewhere")).unwrap().count(), 0);
}

/// What a killed build of one release has left is no matter of the others, and the next build of that release clears it.
#[test]
fn what_a_killed_build_of_a_release_left_is_cleared_by_the_next_one() {
    let folder = folder();
    let at = folder.path();
    for number in ["1", "2"] {
        build(at, &[&FEW[..], &["--number", number]].concat());
    }
    let whole = made(at);
    fs::rename(at.join("output/minimal/2"), at.join("output/minimal/.2.old")).unwrap();
    for place in [".1.new", ".runsheet.staging"] {
        fs::create_dir(at.join("output/minimal").join(place)).unwrap();
        fs::write(at.join("output/minimal").join(place).join("runbook.md"), "half").unwrap();
    }
    build(at, &[&FEW[..], &["--blank"]].concat());
    let there = |place: &str| at.join("output/minimal").join(place).exists();
    assert_eq!([".1.new", ".2.old", ".runsheet.staging"].map(there), [true, true, false]);
    build(at, &[&FEW[..], &["--number", "1"]].concat());
    assert_eq!([".1.new", ".2.old"].map(there), [false, true]);
    // A folder that was on its way out comes back.
    let words = build(at, &[&FEW[..], &["--number", "2"]].concat());
    assert!(words.contains("unchanged") && !there(".2.old"), "{words}");
    assert!(whole.iter().all(|(path, bytes)| made(at)[path] == *bytes));
}

#[test]
fn an_older_revision_beside_its_flow_is_passed_over() {
    let folder = folder();
    let at = folder.path();
    fs::write(at.join("flow.old.toml"), FLOW.replace("Restart", "Start")).unwrap();
    for command in ["build", "check"] {
        let run = run(at, &[command, "."]);
        assert!(run.status.success(), "{command}: {}", stderr(&run));
    }
    build(at, &["--since", "flow.old.toml", "--number", "8"]);
    // It is a flow like any other when it is named.
    assert!(run(at, &["check", "flow.old.toml"]).status.success());
    let both = run(at, &["build", "flow.toml", "flow.old.toml"]);
    assert!(stderr(&both).contains("error[same-id]") && stderr(&both).contains("`*.old.toml`"), "{}", stderr(&both));
}

/// A drill stands beside its release, with a number and without, and neither build touches the other's files.
#[test]
fn a_drill_has_a_folder_of_its_own() {
    for (number, real, drill) in [("number = '7'\n", "7/", "7+drill/"), ("", "", "+drill/")] {
        let folder = folder();
        fs::write(folder.path().join("one.release.toml"), format!("{RELEASE}{number}")).unwrap();
        build(folder.path(), &FEW);
        let before = made(folder.path());
        assert!(before.contains_key(&format!("{real}runbook.md")), "{:?}", paths(&before));
        build(folder.path(), &[&FEW[..], &["--drill"]].concat());
        let after = made(folder.path());
        assert!(before.iter().all(|(path, bytes)| after.get(path) == Some(bytes)), "{:?}", paths(&after));
        assert!(after.contains_key(&format!("{drill}runbook.md")), "{:?}", paths(&after));
        let of_drill = |files: &Files| files.iter().filter(|(path, _)| path.starts_with(drill)).count();
        assert_eq!(after.len(), before.len() + of_drill(&after));
        // Building either of them again changes nothing.
        build(folder.path(), &FEW);
        build(folder.path(), &[&FEW[..], &["--drill"]].concat());
        assert_eq!(made(folder.path()), after);
    }
}
