//! Parts that flows include, on a disk: where they may stand, how many there may be, which list they belong to, and who
//! mends them. What parts may hold is shown by `tests/flows/include` and `tests/flows/include-faults`.

use std::fs;
use std::path::Path;
use std::process::Command;

const FLOW: &str = include_str!("flows/minimal/flow.toml");

/// Exit code, standard output and standard error of the command.
fn runsheet(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let run = Command::new(env!("CARGO_BIN_EXE_runsheet")).args(args).current_dir(folder).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (run.status.code().unwrap_or(-1), text(&run.stdout), text(&run.stderr))
}

fn folder_of(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (file, text) in files {
        let to = folder.path().join(file);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, text).unwrap();
    }
    folder
}

/// The flow of `tests/flows/include` with its parts.
fn case() -> tempfile::TempDir {
    folder_of(&[
        ("runsheet.toml", ""),
        ("flows/flow.toml", include_str!("flows/include/flows/flow.toml")),
        ("flows/queue.part.toml", include_str!("flows/include/flows/queue.part.toml")),
        ("shared/common.part.toml", include_str!("flows/include/shared/common.part.toml")),
    ])
}

#[test]
fn a_list_takes_64_files() {
    let folder = folder_of(&[]);
    let check = |parts: usize| {
        let names: Vec<String> = (0..parts).map(|at| format!("\"{at}.part.toml\"")).collect();
        fs::write(folder.path().join("flow.toml"), format!("include = [\n{}\n]\n{FLOW}", names.join(",\n"))).unwrap();
        runsheet(folder.path(), &["check", "flow.toml"])
    };
    for at in 0..70 {
        fs::write(folder.path().join(format!("{at}.part.toml")), "revision = \"1\"\n").unwrap();
    }
    let (code, _, said) = check(63);
    assert_eq!(code, 0, "{said}");
    // One fault, at the first that is too many, however many there are.
    let (_, _, said) = check(70);
    let wanted = "error[too-many-files]: more than 64 files shape this list\n  --> flow.toml:65:1\n";
    assert!(said.contains(wanted) && said.contains("1 flow checked: 1 fault"), "{said}");
    fs::write(folder.path().join("0.part.toml"), " ".repeat((1 << 20) + 1)).unwrap();
    let (_, _, said) = check(1);
    assert!(said.contains("error[too-long]: `0.part.toml` is longer than 1 MiB\n --> flow.toml:2:1\n"), "{said}");
}

#[test]
fn a_flow_on_standard_input_names_no_file() {
    let folder = case();
    let flow = fs::File::open(folder.path().join("flows/flow.toml")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_runsheet"));
    let run = command.args(["check", "-"]).current_dir(folder.path()).stdin(flow).output().unwrap();
    let said = String::from_utf8_lossy(&run.stderr);
    let wanted = "this flow comes from standard input, so nobody knows where `queue.part.toml` is\n --> <stdin>:6:13\n";
    assert!(said.contains(wanted) && said.contains("1 flow checked: 2 faults"), "{said}");
}

/// Whoever hands in bytes names no folder either.
#[test]
fn a_flow_in_memory_names_no_file() {
    let findings = runsheet::check(format!("include = [\"a.part.toml\"]\n{FLOW}"), None);
    let finding = findings.iter().find(|finding| finding.code == "no-folder").expect("a fault");
    let message = "this flow comes from memory, so nobody knows where `a.part.toml` is";
    assert_eq!((finding.message, finding.place), (message, Some(("flow.toml", 1, 12))));
}

#[test]
fn a_part_is_no_flow_and_mended_only_when_it_is_named() {
    let misspelt = "revison = \"1\"\n";
    let folder =
        folder_of(&[("flow.toml", &format!("include = [\"a.part.toml\"]\n{FLOW}")), ("a.part.toml", misspelt)]);
    let (_, _, said) = runsheet(folder.path(), &["check", "."]);
    assert!(said.contains(" --> ./a.part.toml:1:1") && said.contains("1 flow checked: 1 fault"), "{said}");
    let (_, _, said) = runsheet(folder.path(), &["check", "a.part.toml"]);
    assert!(said.contains("`a.part.toml` is a part of flows, not a flow"), "{said}");
    let part = || fs::read_to_string(folder.path().join("a.part.toml")).unwrap();
    let (code, _, said) = runsheet(folder.path(), &["fix", "flow.toml"]);
    assert!(code == 1 && part() == misspelt, "{said}");
    let (code, said, _) = runsheet(folder.path(), &["fix", "a.part.toml"]);
    assert!(code == 0 && said == "a.part.toml: 1 change\n" && part() == "revision = \"1\"\n", "{said}");
    assert_eq!(runsheet(folder.path(), &["check", "."]).0, 0);
}

#[test]
fn a_list_is_made_again_without_the_parts_on_the_disk() {
    let folder = case();
    let run = |args: &[&str]| runsheet(folder.path(), args);
    let list = "output/include/checklist.pdf";
    assert_eq!(run(&["build", "flows/flow.toml", "--only", "pdf"]).0, 0);
    let (code, said, _) = run(&["verify", list, "flows/flow.toml"]);
    assert!(code == 0 && said.contains("the same as `flows/flow.toml`"), "{said}");
    for part in
        ["part      queue.part.toml, revision 3, digest ", "part      ../shared/common.part.toml, revision 12, digest "]
    {
        assert!(said.contains(part), "{said}");
    }
    let shared = folder.path().join("shared/common.part.toml");
    let other = fs::read_to_string(&shared).unwrap().replace("10 minutes", "5 minutes");
    fs::write(shared, other).unwrap();
    let (code, _, faults) = run(&["verify", list, "flows/flow.toml"]);
    let wanted = "what `flows/flow.toml` names isn't what the list was made from: `../shared/common.part.toml`";
    assert!(code == 1 && faults.contains(wanted), "{faults}");
    for part in ["flows", "shared"] {
        fs::remove_dir_all(folder.path().join(part)).unwrap();
    }
    let (code, said, faults) = run(&["verify", list]);
    assert!(code == 0 && said.contains("as they were made"), "{said}{faults}");
}

#[test]
fn an_older_revision_with_parts_is_a_check_list() {
    let folder = case();
    let run = |args: &[&str]| runsheet(folder.path(), args);
    let change = |file: &str, from: &str, to: &str| {
        let path = folder.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file}: {from}");
        fs::write(path, text.replace(from, to)).unwrap();
    };
    assert_eq!(run(&["build", "flows/flow.toml", "--only", "pdf"]).0, 0);
    fs::rename(folder.path().join("output/include/checklist.pdf"), folder.path().join("old.pdf")).unwrap();
    fs::copy(folder.path().join("flows/flow.toml"), folder.path().join("old.toml")).unwrap();
    change("shared/common.part.toml", "10 minutes", "5 minutes");
    change("flows/flow.toml", "revision = \"7\"", "revision = \"8\"");

    let (code, _, said) = run(&["build", "flows/flow.toml", "--only", "pdf", "--since", "old.pdf"]);
    let wanted = "the part `common` was changed, and is revision 12 as before";
    assert!(code == 0 && said.contains(wanted) && said.contains("common.part.toml:2:12"), "{said}");
    let list = "output/include/checklist.pdf";
    let (code, said, faults) = run(&["verify", list]);
    assert!(code == 0 && said.contains("changes since 7"), "{said}{faults}");

    change("shared/common.part.toml", "revision = \"12\"", "revision = \"13\"");
    let (code, _, said) = run(&["build", "flows/flow.toml", "--only", "pdf", "--since", "old.pdf"]);
    assert!(code == 0 && !said.contains("was changed"), "{said}");
    let (code, said, _) = run(&["verify", list, "flows/flow.toml"]);
    assert!(code == 0 && said.contains("the same as"), "{said}");

    let (code, _, said) = run(&["build", "flows/flow.toml", "--since", "old.toml"]);
    let wanted = "this older flow names `queue.part.toml`, and what that said then isn't known\n --> old.toml:6:13\n";
    assert!(code == 1 && said.contains(wanted) && said.contains("check list (PDF)"), "{said}");
    let (code, _, said) = run(&["build", "flows/flow.toml", "--since", "runsheet.toml"]);
    assert_eq!(code, 1, "{said}");
}
