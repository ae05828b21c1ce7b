//! Input of any kind and size gets an answer. `check` refuses what is over a limit, or isn't a flow, with one clear
//! fault at its place; what is just within the limit passes.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use runsheet::source::{MAX_BYTES, MAX_STEPS};

const HEAD: &str = "schema = 1\nid = \"a\"\ntitle = \"A\"\nlang = \"en\"\n[[hot]]\ntitle = \"B\"\n";
const STEP: &str = "[[hot.step]]\nop = \"read\"\ndo = \"Read the size of the log\"\n";

fn check(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_runsheet")).arg("check").args(args).current_dir(folder).output().unwrap()
}

/// Exit code and standard error of `check`, which must be the same for a file and for standard input, except for the
/// name.
fn said(bytes: &[u8]) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.toml"), bytes).unwrap();
    let run = check(folder.path(), &["a.toml"]);
    let said = String::from_utf8(run.stderr).unwrap();

    let mut piped = Command::new(env!("CARGO_BIN_EXE_runsheet"))
        .args(["check", "-"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The command stops reading when the input is too long, so writing may fail.
    let _ = piped.stdin.take().unwrap().write_all(bytes);
    let piped = piped.wait_with_output().unwrap();
    let first = |said: &str| said.lines().next().unwrap_or_default().replace("`a.toml`", "X");
    let piped_said = String::from_utf8(piped.stderr).unwrap();
    assert_eq!(first(&said), first(&piped_said).replace("`<stdin>`", "X").replace("`-`", "X"));
    assert_eq!(run.status.code(), piped.status.code());
    (run.status.code().expect("not killed"), said)
}

/// Asserts that a flow has no fault, or only one that begins with these words.
fn assert_one(flow: impl AsRef<[u8]>, fault: Option<&str>) {
    let (code, said) = said(flow.as_ref());
    let head: String = said.chars().take(2000).collect();
    match fault {
        None => assert!(code == 0 && !said.contains("error["), "{head}"),
        Some(fault) => {
            assert!(code == 1 && said.starts_with(fault) && said.ends_with("1 flow checked: 1 fault\n"), "{head}");
        }
    }
    assert!(said.len() < 4_000, "{} bytes", said.len());
}

#[test]
fn limits_hold_at_their_edge() {
    let flow = format!("{HEAD}{STEP}");
    let filled = |length: usize| format!("{flow}{}", "#".repeat(length - flow.len()));
    assert_one(filled(MAX_BYTES), None);
    assert_one(filled(MAX_BYTES + 1), Some("error[too-long]: "));
    let steps = |count: usize| format!("{HEAD}{}", "[[hot.step]]\nop='read'\ndo='x'\n".repeat(count));
    assert_one(steps(MAX_STEPS), None);
    assert_one(
        steps(MAX_STEPS + 1),
        Some("error[too-many-steps]: more than 10000 steps in one flow\n     --> a.toml:30007:1\n"),
    );
    let nested = format!("{flow}items = {}{}\n", "[".repeat(81), "]".repeat(81));
    assert_one(nested, Some("error[too-deep]: nested more than 80 levels deep\n  --> a.toml:10:89\n"));
}

#[test]
fn copies_are_counted_before_they_are_made() {
    let folder = tempfile::tempdir().unwrap();
    let items = vec!["'Look'"; 1100].join(",");
    fs::write(folder.path().join("a.toml"), format!("{HEAD}{STEP}items = [{items}]\n")).unwrap();
    let build = |copies: &str| {
        let args = ["build", "a.toml", "--only", "pdf", "--copies", copies];
        Command::new(env!("CARGO_BIN_EXE_runsheet")).args(args).current_dir(folder.path()).output().unwrap()
    };
    let run = build("99");
    let said = String::from_utf8(run.stderr).unwrap();
    assert!(said.starts_with("error[too-many-copies]: all copies of the check list have "), "{said}");
    assert!(run.status.code() == Some(1) && said.contains("100000 rows are allowed (99 copies × "), "{said}");
    assert!(build("2").status.success());
}

#[test]
fn what_an_older_revision_shares_is_counted_before_it_is_compared() {
    let folder = tempfile::tempdir().unwrap();
    let shared = |items: &str, title: &str| {
        let steps = "[[hot.step]]\ncheck = 'c'\n".repeat(101);
        format!("{HEAD}{STEP}{steps}[checks.c]\ntitle = '{title}'\nitems = [{items}]\n")
    };
    fs::write(folder.path().join("a.toml"), format!("{HEAD}{STEP}")).unwrap();
    let rows = "'x',".repeat(300);
    let long = "x".repeat(90_000);
    for (older, fault) in [
        (shared(&rows, "C"), "error[too-many-rows]: the check list has 30402 rows; 30000 rows are allowed\n"),
        (shared("'x'", &long), "error[too-much-text]: with its values and lists the flow has 9 MiB of text"),
        (shared("'x'", "C"), ""),
    ] {
        fs::write(folder.path().join("older.toml"), older).unwrap();
        let args = ["build", "a.toml", "--since", "older.toml", "--only", "pdf"];
        let run = Command::new(env!("CARGO_BIN_EXE_runsheet")).args(args).current_dir(folder.path()).output().unwrap();
        let said = String::from_utf8(run.stderr).unwrap();
        assert!(said.starts_with(fault) && (fault.is_empty() || said.contains("--> older.toml:")), "{said:.2000}");
        assert_eq!(run.status.code(), Some(i32::from(!fault.is_empty())), "{said:.2000}");
    }
}

#[test]
fn what_is_no_text_names_its_line() {
    let flow = format!("{HEAD}{STEP}");
    assert_one([flow.as_bytes(), b"note = \"caf\xe9\"\n"].concat(), Some("error[not-utf8]: "));
    let wide: Vec<u8> = flow.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_one([b"\xff\xfe", &wide[..]].concat(), Some("error[not-utf8]: "));
    assert_one(format!("{flow}note = \"\0\"\n"), Some("error[not-text]: "));
    assert_one(format!("\u{feff}{flow}"), None);
    assert_one(format!("\u{feff}\u{feff}{flow}"), Some("error[not-text]: "));
    assert_one(format!("{flow}minutes = 0x\n"), Some("error[syntax]: the number of `minutes` has no digits"));
}

#[test]
fn a_mark_at_the_beginning_and_other_line_ends_change_no_place() {
    let flow = format!("{HEAD}{STEP}minuts = 1\n");
    for bytes in [flow.clone(), format!("\u{feff}{flow}"), flow.replace('\n', "\r\n")] {
        assert_one(&bytes, Some("error[unknown-key]: `[[hot.step]]` has no key `minuts`\n  --> a.toml:10:1\n"));
    }
}

#[test]
fn a_caret_stands_under_what_follows_tabs_and_wide_characters() {
    for (line, place) in [("\t\tnote\t=\t\"看 {{ no }}\"", 16), ("note = \"看一下 {{ no }}\"", 16)] {
        let (_, said) = said(format!("{HEAD}{STEP}{line}\n").as_bytes());
        assert!(said.contains(&format!(" --> a.toml:10:{place}\n")), "{said}");
        let lines: Vec<&str> = said.lines().collect();
        let at = lines.iter().position(|line| line.contains("{{ no }}")).unwrap();
        let wide = |c: char| if c.is_ascii() { 1 } else { 2 };
        let column = |line: &str, mark: &str| line[..line.find(mark).unwrap()].chars().map(wide).sum::<usize>();
        assert_eq!(column(lines[at], "no }}"), column(lines[at + 1], "^"), "{said}");
    }
}

#[test]
fn long_lines_are_shown_around_their_fault() {
    let long = "数".repeat(34_000);
    assert_one(
        format!("{HEAD}{STEP}note = \"{long} {{{{ no }}}} {long}\"\n"),
        Some("error[unknown-value]: no value is called `no`\n  --> a.toml:10:34013\n"),
    );
    assert_one(format!("{HEAD}{STEP}{} = 1\n", "k".repeat(100_000)), Some("error[unknown-key]: "));
    assert_one(format!("{HEAD}{STEP}note = \"{}\" x\n", "k".repeat(100_000)), Some("error[syntax]: "));
}

#[test]
fn of_a_thousand_faults_fifty_are_shown_and_all_are_counted() {
    let steps: Vec<String> = (0..1000).map(|number| format!("{STEP}k{number} = 1\n")).collect();
    let (code, said) = said(format!("{HEAD}{}", steps.concat()).as_bytes());
    assert_eq!((code, said.matches("error[unknown-key]").count()), (1, 50));
    assert!(said.contains("`k49`") && !said.contains("`k50`"));
    assert!(said.contains("\n… and 950 more\n") && said.ends_with("1 flow checked: 1000 faults\n"), "{said}");
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_refused_and_the_others_are_checked() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("folder.toml")).unwrap();
    fs::write(at("good.toml"), format!("{HEAD}{STEP}")).unwrap();
    // This is how a file looks that vanishes after it was listed and before it is read.
    std::os::unix::fs::symlink("nowhere", at("gone.toml")).unwrap();
    assert!(Command::new("mkfifo").arg(at("pipe.toml")).status().unwrap().success());
    let run = check(folder.path(), &["."]);
    let said = String::from_utf8(run.stderr).unwrap();
    assert!(said.contains("error[unreadable]: can't read `./gone.toml`: no such file"), "{said}");
    assert!(said.contains("error[unreadable]: `./pipe.toml` is a pipe or a device"), "{said}");
    assert!(said.ends_with("3 flows checked: 2 faults\n"), "{said}");
    let run = check(folder.path(), &["folder.toml"]);
    assert!(String::from_utf8_lossy(&run.stderr).starts_with("error[no-flow]"));
    assert_eq!(run.status.code(), Some(1));
}

/// A link in a folder that somebody else has made must not lead to what only this user may read.
#[cfg(target_os = "linux")]
#[test]
fn nothing_is_said_of_what_a_link_leads_to() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let secret = "token = hunter2\n";
    for name in ["flows", "templates"] {
        fs::create_dir(at(name)).unwrap();
    }
    fs::write(at("flows/good.toml"), format!("{HEAD}{STEP}")).unwrap();
    fs::write(at("secret"), secret).unwrap();
    for link in ["flows/a.toml", "flows/a.release.toml", "flows/runsheet.toml", "templates/runbook.md"] {
        symlink("../secret", at(link)).unwrap();
    }
    symlink("/proc/self/environ", at("flows/environ.toml")).unwrap();
    symlink("flows/good.toml", at("named.toml")).unwrap();
    fs::copy("/proc/self/environ", at("copy.toml")).unwrap();
    let said = |args: &[&str]| {
        let run = Command::new(env!("CARGO_BIN_EXE_runsheet"))
            .args(args)
            .env("TOKEN", "hunter2")
            .current_dir(folder.path())
            .output()
            .unwrap();
        let said = [run.stdout, run.stderr].concat();
        (run.status.code(), String::from_utf8(said).unwrap())
    };
    for (args, refused) in [
        (
            &["check", "flows"][..],
            &["flows/a.toml", "flows/a.release.toml", "flows/runsheet.toml", "flows/environ.toml"][..],
        ),
        (&["build", "flows", "--templates", "templates"], &["flows/a.toml", "templates/runbook.md"]),
        (&["fix", "flows"], &["flows/a.toml", "flows/runsheet.toml"]),
    ] {
        let (code, said) = said(args);
        assert!(code == Some(1) && !said.contains("hunter2"), "{said}");
        for name in refused {
            assert!(said.contains(&format!("`{name}` is a link that leads out of its folder")), "{name}: {said}");
        }
    }
    let (code, words) = said(&["check", "/proc/self/environ"]);
    assert!(code == Some(1) && words.contains("no file on a disk") && !words.contains("hunter2"), "{words}");
    let (code, words) = said(&["check", "copy.toml"]);
    assert!(code == Some(1) && words.starts_with("error[not-text]: ") && !words.contains('|'), "{words}");
    // A file that the user names may be a link.
    fs::remove_file(at("flows/runsheet.toml")).unwrap();
    assert_eq!(said(&["check", "named.toml"]).0, Some(0));
}
