//! What a build does to the disk when it fails, when two run at once, and when names lead elsewhere.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::support::kept::{self, Files};

const FLOW: &str = include_str!("flows/minimal/flow.toml");
const RELEASE: &str = "flow = 'minimal'\noperator = 'Zhang San'\nstart = 2013-01-25T20:00:00+08:00\n";

fn runsheet(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_runsheet")).arg("build").args(args).current_dir(folder).output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn tree(folder: &Path) -> Files {
    kept::tree(folder).unwrap()
}

/// A folder with the flow and a release in it, built once.
fn built() -> (tempfile::TempDir, Files) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("flow.toml"), FLOW).unwrap();
    fs::write(folder.path().join("one.release.toml"), RELEASE).unwrap();
    let run = runsheet(folder.path(), &["."]);
    assert!(run.status.success(), "{}", stderr(&run));
    let output = tree(&folder.path().join("output"));
    assert!(output.contains_key("minimal/checklist.pdf") && output.contains_key("minimal/runbook.md"));
    (folder, output)
}

#[test]
fn a_failed_build_keeps_the_last_output() {
    let (folder, before) = built();
    fs::write(folder.path().join("flow.toml"), FLOW.replace("title", "titel")).unwrap();
    let run = runsheet(folder.path(), &["."]);
    assert_eq!(run.status.code(), Some(1));
    assert!(stderr(&run).contains("titel"), "{}", stderr(&run));
    assert_eq!(tree(&folder.path().join("output")), before);
}

#[test]
fn a_flow_with_faults_does_not_keep_the_others_back() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("bad.toml"), FLOW.replace("title", "titel")).unwrap();
    fs::write(folder.path().join("good.toml"), FLOW).unwrap();
    let run = runsheet(folder.path(), &["."]);
    assert_eq!(run.status.code(), Some(1));
    assert!(folder.path().join("output/minimal/checklist.pdf").is_file(), "{}", stderr(&run));
    assert_eq!(fs::read_dir(folder.path().join("output")).unwrap().count(), 1);
}

#[test]
fn the_same_build_again_touches_nothing() {
    let (folder, _) = built();
    let sheet = folder.path().join("output/minimal/checklist.pdf");
    let before = fs::metadata(&sheet).unwrap().modified().unwrap();
    let run = runsheet(folder.path(), &["."]);
    let words = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(words.contains("unchanged  checklist.pdf") && !words.contains("wrote"), "{words}");
    assert_eq!(fs::metadata(&sheet).unwrap().modified().unwrap(), before);
}

#[test]
fn only_what_is_asked_for_is_made_and_the_rest_stays() {
    let (folder, before) = built();
    fs::write(folder.path().join("flow.toml"), FLOW.replace("Restart", "Start")).unwrap();
    let run = runsheet(folder.path(), &[".", "--only", "runbook"]);
    assert!(run.status.success(), "{}", stderr(&run));
    let after = tree(&folder.path().join("output"));
    assert_eq!(after["minimal/checklist.pdf"], before["minimal/checklist.pdf"]);
    assert_ne!(after["minimal/runbook.md"], before["minimal/runbook.md"]);
    assert_eq!(after.len(), before.len());
}

#[test]
fn a_mail_that_is_no_longer_sent_goes() {
    let (folder, before) = built();
    let mails = |tree: &Files| tree.keys().filter(|path| path.contains("/mail/")).count();
    assert!(mails(&before) > 0);
    fs::write(folder.path().join("flow.toml"), FLOW.replace("notify = [\"team\"]", "")).unwrap();
    let run = runsheet(folder.path(), &["."]);
    assert!(run.status.success(), "{}", stderr(&run));
    assert_eq!(mails(&tree(&folder.path().join("output"))), 0);
}

#[test]
fn a_name_that_begins_like_a_flag_is_a_file_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let say = |words: &str| fs::write(folder.path().join("--x.toml"), words).unwrap();
    for args in [&["--", "--x.toml"][..], &["./--x.toml"], &["."]] {
        say(FLOW);
        let run = runsheet(folder.path(), args);
        assert!(run.status.success(), "{args:?}: {}", stderr(&run));
        say(&FLOW.replace("title", "titel"));
        let run = runsheet(folder.path(), args);
        assert!(stderr(&run).contains("--> ./--x.toml:"), "{args:?}: {}", stderr(&run));
        assert!(stderr(&run).contains("nothing was written for `./--x.toml`"), "{args:?}: {}", stderr(&run));
    }
    for (name, pasted) in [("--y.toml", "./--y.toml"), ("my flow.toml", "'my flow.toml'")] {
        let output = format!("--output={name}");
        let run = Command::new(env!("CARGO_BIN_EXE_runsheet"))
            .args(["new", "a", &output])
            .current_dir(folder.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&run.stdout).replace('"', "'");
        assert!(said.contains(&format!("`runsheet check {pasted}`")), "{said}{}", stderr(&run));
    }
}

#[test]
fn an_id_never_leads_out_of_the_output() {
    for id in ["../minimal", "/tmp/minimal", "..", "a/b", ""] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("flow.toml"), FLOW.replace("\"minimal\"", &format!("{id:?}"))).unwrap();
        let run = runsheet(folder.path(), &["flow.toml", "-o", "deep/output"]);
        assert_eq!(run.status.code(), Some(1), "{id}");
        assert_eq!(tree(folder.path()).len(), 1, "{id}");
    }
}

#[test]
fn where_nothing_can_be_written_one_line_says_so() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("flow.toml"), FLOW).unwrap();
    let run = runsheet(folder.path(), &["flow.toml", "-o", "flow.toml"]);
    assert_eq!(run.status.code(), Some(1));
    assert!(stderr(&run).contains("`flow.toml` is a file where a folder is needed"), "{}", stderr(&run));
    assert_eq!(tree(folder.path()).len(), 1);
}

#[test]
fn what_cannot_be_read_is_told_with_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("latin.toml"), b"title = \"caf\xe9\"").unwrap();
    fs::create_dir(folder.path().join("empty")).unwrap();
    let run = runsheet(folder.path(), &["latin.toml", "empty", "none.toml"]);
    let words = stderr(&run);
    assert_eq!(run.status.code(), Some(1));
    for part in ["latin.toml", "the folder `empty` holds no flow", "can't read `none.toml`", "3 faults"] {
        assert!(words.contains(part), "{part}\n{words}");
    }
    assert!(!folder.path().join("output").exists());
}

#[test]
fn a_flow_comes_from_standard_input_too() {
    let folder = tempfile::tempdir().unwrap();
    let flow = tempfile::NamedTempFile::new().unwrap();
    fs::write(flow.path(), FLOW).unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_runsheet"))
        .args(["build", "-", "--only", "runbook"])
        .stdin(fs::File::open(flow.path()).unwrap())
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", stderr(&run));
    assert_eq!(tree(folder.path()).into_keys().collect::<Vec<_>>(), ["output/minimal/runbook.md"]);
}

#[test]
fn two_builds_at_once_leave_one_whole_output() {
    let folder = tempfile::tempdir().unwrap();
    let numbers: Vec<String> = (0..6).map(|number| format!("run-{number}")).collect();
    fs::write(folder.path().join("flow.toml"), FLOW).unwrap();
    let output = |number: &str| {
        let alone = format!("alone-{number}");
        let run = runsheet(folder.path(), &["flow.toml", "--number", number, "-o", &alone]);
        assert!(run.status.success(), "{}", stderr(&run));
        tree(&folder.path().join(alone))
    };
    let whole: Vec<_> = numbers.iter().map(|number| output(number)).collect();
    let runs: Vec<_> = numbers
        .iter()
        .map(|number| {
            Command::new(env!("CARGO_BIN_EXE_runsheet"))
                .args(["build", "flow.toml", "--number", number, "-o", "shared"])
                .current_dir(folder.path())
                .stdout(Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    for mut run in runs {
        assert!(run.wait().unwrap().success());
    }
    let shared = tree(&folder.path().join("shared"));
    assert!(whole.contains(&shared), "{:?}", shared.keys());
}

#[test]
fn standard_input_is_read_once() {
    let folder = tempfile::tempdir().unwrap();
    let run = runsheet(folder.path(), &["-", "-"]);
    assert_eq!((run.status.code(), tree(folder.path()).len()), (Some(2), 0));
    assert!(stderr(&run).contains("`-` is named twice"), "{}", stderr(&run));
}

/// A faulty release keeps flows from being built without it: any of them could be the flow that it is meant for.
#[test]
fn a_stray_release_leaves_the_last_output() {
    let (folder, before) = built();
    for stray in ["flow = 'minimol'\n", "flow = \n"] {
        fs::write(folder.path().join("one.release.toml"), stray).unwrap();
        let run = runsheet(folder.path(), &["."]);
        assert_eq!(run.status.code(), Some(1), "{}", stderr(&run));
        assert!(stderr(&run).ends_with("1 fault; nothing was written for `./flow.toml`\n"), "{}", stderr(&run));
        assert_eq!(tree(&folder.path().join("output")), before);
    }
}

/// Files may not grow beyond a few blocks, which a program can't tell from a full disk.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_the_last_output_and_no_litter() {
    let (folder, before) = built();
    fs::write(folder.path().join("flow.toml"), FLOW.replace("Restart", "Start")).unwrap();
    let run = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 2; exec \"$0\" build .", env!("CARGO_BIN_EXE_runsheet")])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(1), "{}", stderr(&run));
    assert!(stderr(&run).contains("can't write `output/minimal`"), "{}", stderr(&run));
    assert_eq!(tree(&folder.path().join("output")), before);
}

#[cfg(target_os = "linux")]
#[test]
fn a_report_that_cannot_be_written_is_told_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("flow.toml"), FLOW).unwrap();
    let run = Command::new("sh")
        .args(["-c", "exec \"$0\" build flow.toml >/dev/full", env!("CARGO_BIN_EXE_runsheet")])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(1));
    assert!(stderr(&run).contains("can't be told on standard output"), "{}", stderr(&run));
    assert!(folder.path().join("output/minimal/runbook.md").exists());
}
