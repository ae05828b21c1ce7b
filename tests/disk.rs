//! What a build does to the disk when it fails, and when names lead elsewhere.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use lopdf::{Document, Object, dictionary};
use runsheet::source::digest;

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

/// What can be an id can also name the folder.
#[test]
fn every_id_names_a_folder() {
    for id in ["a_b", "0-_", &"a".repeat(64)] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("flow.toml"), FLOW.replace("\"minimal\"", &format!("{id:?}"))).unwrap();
        let run = runsheet(folder.path(), &["flow.toml"]);
        assert_eq!(run.status.code(), Some(0), "{id}: {}", stderr(&run));
        assert!(folder.path().join("output").join(id).join("checklist.pdf").is_file(), "{id}");
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
    let made = tree(folder.path()).into_keys().collect::<Vec<_>>();
    assert_eq!(made, ["output/minimal/.runsheet", "output/minimal/runbook.md"]);
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

#[test]
fn the_manifest_names_every_file_with_its_digest() {
    let (_folder, output) = built();
    let manifest = String::from_utf8(output["minimal/.runsheet"].clone()).unwrap();
    let lines: Vec<&str> = manifest.lines().filter(|line| !line.starts_with('#')).collect();
    let files = output.iter().filter(|(path, _)| !path.ends_with(".runsheet"));
    let expected: Vec<String> =
        files.map(|(path, bytes)| format!("{}  {}", digest(bytes), path.strip_prefix("minimal/").unwrap())).collect();
    assert_eq!(lines, expected);
}

/// What a user has in a folder called like the flow is no output, whatever its name.
#[test]
fn files_of_the_same_names_that_no_build_wrote_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("flow.toml"), FLOW).unwrap();
    fs::create_dir_all(folder.path().join("minimal/mail")).unwrap();
    for own in ["minimal/runbook.md", "minimal/mail/reply.eml"] {
        fs::write(folder.path().join(own), "mine").unwrap();
    }
    let before = tree(folder.path());
    let run = runsheet(folder.path(), &["flow.toml", "-o", "."]);
    assert_eq!(run.status.code(), Some(1));
    for words in ["no build wrote this in `./minimal`: `mail/reply.eml`, `runbook.md`", "`--force` keeps it"] {
        assert!(stderr(&run).contains(words), "{words}\n{}", stderr(&run));
    }
    assert_eq!(tree(folder.path()), before);

    let run = runsheet(folder.path(), &["flow.toml", "-o", ".", "--force"]);
    assert!(run.status.success(), "{}", stderr(&run));
    let said = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(said.contains("  set aside  runbook.md, now runbook.old-1.md\n"), "{said}");
    let after = tree(folder.path());
    for kept in ["minimal/runbook.old-1.md", "minimal/mail/reply.old-1.eml"] {
        assert_eq!(after[kept], b"mine", "{kept}");
    }
    assert_ne!(after["minimal/runbook.md"], b"mine");
    let run = runsheet(folder.path(), &["flow.toml", "-o", "."]);
    assert!(run.status.success(), "{}", stderr(&run));
    assert_eq!(tree(folder.path()), after);
}

#[test]
fn an_edited_runbook_is_refused() {
    let (folder, _) = built();
    let runbook = folder.path().join("output/minimal/runbook.md");
    let edited = fs::read_to_string(&runbook).unwrap() + "A note from the review.\n";
    fs::write(&runbook, &edited).unwrap();
    for title in ["Restart", "Start"] {
        fs::write(folder.path().join("flow.toml"), FLOW.replace("Restart", title)).unwrap();
        let before = tree(&folder.path().join("output"));
        let run = runsheet(folder.path(), &["."]);
        assert_eq!(run.status.code(), Some(1));
        let words = "changed in `output/minimal` since a build wrote it: `runbook.md`";
        assert!(stderr(&run).contains(words), "{}", stderr(&run));
        assert_eq!(tree(&folder.path().join("output")), before);
    }
    // The kinds that are asked for are all that a build touches.
    assert!(runsheet(folder.path(), &[".", "--only", "mail"]).status.success());
    assert!(runsheet(folder.path(), &[".", "--force"]).status.success());
    let after = tree(&folder.path().join("output"));
    assert_eq!(after["minimal/runbook.old-1.md"], edited.as_bytes());
    assert!(runsheet(folder.path(), &["."]).status.success());
}

/// What a program does to a list that is open in it.
type Change<'a> = &'a dyn Fn(&mut Document);

/// Changes a list as a program does that a list is filled in with, and saves it in place.
fn fill_in(list: &Path, change: impl Fn(&mut Document)) -> Vec<u8> {
    let mut pdf = Document::load(list).unwrap();
    change(&mut pdf);
    let mut bytes = Vec::new();
    pdf.save_to(&mut bytes).unwrap();
    fs::write(list, &bytes).unwrap();
    bytes
}

/// The first field of a type that has this in its tooltip.
fn field<'a>(pdf: &'a mut Document, kind: &str, tooltip: &str) -> &'a mut lopdf::Dictionary {
    let is_it = |object: &&mut Object| {
        object.as_dict().is_ok_and(|dict| {
            let says = dict.get(b"TU").is_ok_and(|said| lopdf::decode_text_string(said).unwrap().contains(tooltip));
            says && dict.get(b"FT").and_then(Object::as_name).is_ok_and(|name| name == kind.as_bytes())
        })
    };
    pdf.objects.values_mut().find(is_it).unwrap().as_dict_mut().unwrap()
}

#[test]
fn a_filled_in_list_is_never_replaced() {
    let tick = |pdf: &mut Document| {
        let field = field(pdf, "Btn", "");
        field.set("V", Object::Name(b"Yes".to_vec()));
        field.set("AS", Object::Name(b"Yes".to_vec()));
    };
    let type_in = |pdf: &mut Document| field(pdf, "Tx", "").set("V", lopdf::text_string("20:15，张三"));
    let sign = |pdf: &mut Document| field(pdf, "Sig", "").set("V", dictionary! { "Name" => lopdf::text_string("Li") });
    let draw = |pdf: &mut Document| {
        let ink = dictionary! { "Type" => "Annot", "Subtype" => "Ink", "Rect" => vec![0.into(), 0.into(), 9.into(), 9.into()] };
        let ink = pdf.add_object(ink);
        let page = pdf.get_pages()[&2];
        let page = pdf.get_dictionary_mut(page).unwrap();
        let mut annotations = page.get(b"Annots").and_then(Object::as_array).cloned().unwrap_or_default();
        annotations.push(ink.into());
        page.set("Annots", annotations);
    };
    let cases: [(Change<'_>, &str); 4] = [
        (&tick, "is filled in, and a build would replace it: "),
        (&type_in, ": “20:15，张三”"),
        (&sign, ": looks signed and isn't"),
        (&draw, "annotation `Ink` on page 2"),
    ];
    for (change, words) in cases {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("flow.toml"), FLOW).unwrap();
        let build = ["flow.toml", "--fillable"];
        assert!(runsheet(folder.path(), &build).status.success());
        let list = folder.path().join("output/minimal/checklist.pdf");
        let blank = fs::read(&list).unwrap();
        let filled = fill_in(&list, change);
        let before = tree(folder.path());
        let said = |run: &Output| {
            assert_eq!(run.status.code(), Some(1), "{}", stderr(run));
            assert!(stderr(run).contains("error[filled-in]") && stderr(run).contains(words), "{}", stderr(run));
            assert_eq!(tree(folder.path()), before);
        };
        said(&runsheet(folder.path(), &build));
        // A list that is only printed would replace it as well, and a folder without a manifest changes nothing.
        said(&runsheet(folder.path(), &["flow.toml"]));
        fs::remove_file(folder.path().join("output/minimal/.runsheet")).unwrap();
        let run = runsheet(folder.path(), &build);
        assert!(stderr(&run).contains(words), "{}", stderr(&run));

        for _ in 0..2 {
            let run = runsheet(folder.path(), &["flow.toml", "--fillable", "--force"]);
            assert!(run.status.success(), "{}", stderr(&run));
            let after = tree(&folder.path().join("output/minimal"));
            assert!(after["checklist.filled-1.pdf"] == filled && after["checklist.pdf"] == blank);
            assert!(!after.contains_key("checklist.filled-2.pdf"));
        }
    }
}

#[test]
fn a_list_of_a_folder_without_a_manifest_is_known_by_its_own_fingerprint() {
    let (folder, before) = built();
    fs::remove_file(folder.path().join("output/minimal/.runsheet")).unwrap();
    // Nothing but the manifest is missing.
    let run = runsheet(folder.path(), &["."]);
    assert!(run.status.success(), "{}", stderr(&run));
    assert_eq!(tree(&folder.path().join("output")), before);

    fs::remove_file(folder.path().join("output/minimal/.runsheet")).unwrap();
    fs::write(folder.path().join("flow.toml"), FLOW.replace("Restart", "Start")).unwrap();
    let run = runsheet(folder.path(), &[".", "--only", "pdf"]);
    assert!(run.status.success(), "{}", stderr(&run));
    // One byte more behind its end, and it is no longer what a build wrote.
    fs::remove_file(folder.path().join("output/minimal/.runsheet")).unwrap();
    let list = folder.path().join("output/minimal/checklist.pdf");
    let bytes = [fs::read(&list).unwrap(), b"\n".to_vec()].concat();
    fs::write(&list, bytes).unwrap();
    let run = runsheet(folder.path(), &[".", "--only", "pdf"]);
    assert!(stderr(&run).contains("no build wrote this in `output/minimal`: `checklist.pdf`"), "{}", stderr(&run));
}

#[test]
fn a_file_where_a_build_works_is_named() {
    let (folder, before) = built();
    fs::write(folder.path().join("output/.minimal.new"), "mine").unwrap();
    let run = runsheet(folder.path(), &["."]);
    assert_eq!(run.status.code(), Some(1));
    let words = "builds work in `output/.minimal.new`, which isn't a folder, and no build made that";
    assert!(stderr(&run).contains(words), "{}", stderr(&run));
    fs::remove_file(folder.path().join("output/.minimal.new")).unwrap();
    assert_eq!(tree(&folder.path().join("output")), before);
}

/// Runs a script where it may mount, with the program as `$0` and a folder of its own in memory as its working folder. False
/// where the machine doesn't allow that.
#[cfg(target_os = "linux")]
fn mounted(folder: &Path, script: &str) -> bool {
    let begin = "mount -t tmpfs none work 2>/dev/null || exit 77; cp flow.toml new.toml work; cd work || exit 1; set -e\n\
        b() { \"$0\" build \"$@\" --operator Ada --start 2013-01-25T20:00:00+08:00; }\n";
    let run = Command::new("unshare")
        .args(["-Urm", "sh", "-c", &format!("{begin}{script}"), env!("CARGO_BIN_EXE_runsheet")])
        .current_dir(folder)
        .output();
    let Ok(run) = run else { return false };
    let code = run.status.code();
    let is_allowed = code != Some(77) && !stderr(&run).contains("unshare: ");
    assert!(!is_allowed || code == Some(0), "{}{}", String::from_utf8_lossy(&run.stdout), stderr(&run));
    is_allowed
}

/// A folder that is a mount, or part of a lower layer of an overlay as in a container, can't be moved.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_moved_is_built_anew_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("flow.toml"), FLOW).unwrap();
    fs::write(folder.path().join("new.toml"), FLOW.replace("Restart", "Start").replace("notify = [\"team\"]", ""))
        .unwrap();
    fs::create_dir(folder.path().join("work")).unwrap();
    let same = "
        b new.toml -o other
        chmod 600 output/minimal/runbook.md
        echo mine > output/minimal/notes.md
        if b new.toml 2>said; then exit 3; fi
        grep -q 'no build wrote this' said
        b new.toml --force
        test \"$(cat output/minimal/notes.md)\" = mine
        test \"$(stat -c %a output/minimal/runbook.md)\" = 600
        grep -v '^# kept: notes.md' output/minimal/.runsheet | cmp - other/minimal/.runsheet
        rm output/minimal/notes.md
        b new.toml
        diff -r output other
        b flow.toml
        diff -r output first
        ls -A output/minimal; test \"$(ls -A output)\" = minimal";
    let mounts = [
        ("a mount", "mkdir -p output/minimal; mount -t tmpfs none output/minimal; b flow.toml; cp -r output first"),
        (
            "a lower layer",
            "mkdir lower upper layer output
            b flow.toml -o lower; cp -r lower first
            mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=layer,userxattr output || exit 77",
        ),
        (
            "a folder shown by a program",
            "mkdir held output; bindfs held output || exit 77; b flow.toml; cp -r output first",
        ),
    ];
    for (what, mount) in mounts {
        if !mounted(folder.path(), &format!("{mount}\n{same}")) {
            eprintln!("{what} isn't tried: this machine allows no mounts");
        }
    }
}

/// A disk that keeps neither permissions nor owners of its own, as many network and memory-card file systems do.
#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_refuses_other_permissions_can_be_built_on() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("flow.toml"), FLOW).unwrap();
    fs::write(folder.path().join("new.toml"), FLOW.replace("Restart", "Start")).unwrap();
    fs::create_dir(folder.path().join("work")).unwrap();
    let script = "
        mkdir held output
        bindfs --chmod-deny --chown-deny held output || exit 77
        if chmod 600 output 2>/dev/null; then exit 3; fi
        b flow.toml; cp -r output first
        b new.toml; b new.toml -o other; diff -r output other
        b flow.toml; diff -r output first
        test \"$(ls -A output)\" = minimal";
    if !mounted(folder.path(), script) {
        eprintln!("a disk that refuses other permissions isn't tried: no bindfs, or this machine allows no mounts");
    }
}
