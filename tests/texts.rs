//! Texts that stand in files of their own, on a disk: how the files may be written, which list they belong to, and how an
//! older one is known. What they may say is shown by `tests/flows/appendix-file` and `tests/flows/appendix-file-faults`.

use std::fs;
use std::path::Path;
use std::process::Command;

const FLOW: &str = concat!(
    include_str!("flows/minimal/flow.toml"),
    "\n[[appendix]]\nid = \"more\"\ntitle = \"More\"\nfile = \"text/more.md\"\nfill = true\n"
);

/// Exit code, standard output and standard error of the command.
fn runsheet(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let run = Command::new(env!("CARGO_BIN_EXE_runsheet")).args(args).current_dir(folder).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (run.status.code().unwrap_or(-1), text(&run.stdout), text(&run.stderr))
}

/// A folder with the flow and the file that it names.
fn folder(text: &[u8]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("text")).unwrap();
    fs::write(folder.path().join("flow.toml"), FLOW).unwrap();
    write(folder.path(), text);
    folder
}

fn write(folder: &Path, text: &[u8]) {
    fs::write(folder.join("text/more.md"), text).unwrap();
}

#[test]
fn a_mark_of_utf_8_and_line_ends_of_windows_change_nothing() {
    let plain = "# First\n\nSee *this*.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\nx\n\ny\n```\n";
    let folder = folder(plain.as_bytes());
    let runbook = || {
        let (code, _, said) = runsheet(folder.path(), &["build", "flow.toml", "--only", "runbook"]);
        assert_eq!(code, 0, "{said}");
        fs::read_to_string(folder.path().join("output/minimal/runbook.md")).unwrap()
    };
    let wanted = runbook();
    assert!(wanted.contains("See **this**.") && wanted.contains("| 1 | 2 |"), "{wanted}");
    let windows = format!("\u{feff}{}", plain.replace('\n', "\r\n"));
    write(folder.path(), windows.as_bytes());
    assert_eq!(runbook(), wanted);
    // Places are those that an editor shows.
    write(folder.path(), windows.replace("See", "数 <b> {{ none }}").as_bytes());
    let (_, _, said) = runsheet(folder.path(), &["check", "flow.toml"]);
    assert!(said.contains(" --> text/more.md:3:3\n") && said.contains(" --> text/more.md:3:10\n"), "{said}");
}

#[test]
fn a_file_of_5_mb_is_refused() {
    let folder = folder(&vec![b'x'; 5 << 20]);
    let (code, _, said) = runsheet(folder.path(), &["check", "flow.toml"]);
    assert!(code == 1 && said.contains("error[too-long]: `text/more.md` is longer than 1 MiB\n"), "{said}");
    assert!(said.contains("1 flow checked: 1 fault"), "{said}");
}

#[test]
fn a_flow_on_standard_input_names_no_file() {
    let folder = folder(b"x");
    let flow = fs::File::open(folder.path().join("flow.toml")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_runsheet"));
    let run = command.args(["check", "-"]).current_dir(folder.path()).stdin(flow).output().unwrap();
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(said.contains("comes from standard input, so nobody knows where `text/more.md` is\n"), "{said}");
}

/// Folders and `fix` pass over a file that isn't a flow.
#[test]
fn only_flows_are_mended() {
    let text = b"see `x`(#nowhere)  \r\n";
    let folder = folder(text);
    let (_, said, faults) = runsheet(folder.path(), &["fix", "."]);
    assert!(!said.contains("more.md"), "{said}{faults}");
    assert_eq!(fs::read(folder.path().join("text/more.md")).unwrap(), text);
    let (_, _, said) = runsheet(folder.path(), &["check", "."]);
    assert!(said.contains("1 flow checked"), "{said}");
}

#[test]
fn a_list_is_made_again_without_the_file_on_the_disk() {
    let folder = folder(b"\xef\xbb\xbfOne.\r\n\r\nTwo.\r\n");
    let run = |args: &[&str]| runsheet(folder.path(), args);
    let list = "output/minimal/checklist.pdf";
    assert_eq!(run(&["build", "flow.toml", "--only", "pdf"]).0, 0);
    let (code, said, _) = run(&["verify", list, "flow.toml"]);
    assert!(code == 0 && said.contains("the same as `flow.toml`"), "{said}");
    write(folder.path(), b"Other.\n");
    let (code, _, said) = run(&["verify", list, "flow.toml"]);
    let wanted = "what `flow.toml` names isn't what the list was made from: `text/more.md`";
    assert!(code == 1 && said.contains(wanted), "{said}");
    fs::remove_dir_all(folder.path().join("text")).unwrap();
    let (code, said, faults) = run(&["verify", list]);
    assert!(code == 0 && said.contains("as they were made"), "{said}{faults}");
}

#[test]
fn an_older_text_is_inside_of_an_older_list() {
    let folder = folder(b"One.\n\nTwo.\n");
    let run = |args: &[&str]| runsheet(folder.path(), args);
    let list = "output/minimal/checklist.pdf";
    assert_eq!(run(&["build", "flow.toml", "--only", "pdf"]).0, 0);
    fs::rename(folder.path().join(list), folder.path().join("old.pdf")).unwrap();
    write(folder.path(), b"One.\n\nThree.\n");
    let (code, _, said) = run(&["build", "flow.toml", "--only", "pdf", "--since", "old.pdf"]);
    assert_eq!(code, 0, "{said}");
    let (code, said, faults) = run(&["verify", list, "flow.toml"]);
    assert!(code == 0 && said.contains("changes since"), "{said}{faults}");

    fs::copy(folder.path().join("flow.toml"), folder.path().join("old.toml")).unwrap();
    let (code, _, said) = run(&["build", "flow.toml", "--since", "old.toml"]);
    let wanted = "this older flow names `text/more.md`, and what that said then isn't known\n  --> old.toml:27:8\n";
    assert!(code == 1 && said.contains(wanted), "{said}");
}
