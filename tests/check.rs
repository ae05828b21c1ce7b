//! What `check` and `fix` say and do, through the command.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::support::kept;

const MINIMAL: &str = "schema = 1\nid = 'x'\ntitle = 'T'\nlang = 'en'\n[[hot]]\ntitle = 'B'\n[[hot.step]]\nop = 'read'\ndo = 'Read the size of the disk'\n";
const ADVISED: &str = "schema = 1\nid = 'x'\ntitle = 'T'\nlang = 'en'\n[[hot]]\ntitle = 'B'\n[[hot.step]]\nwait = { for = 'the registry is up' }\n";
const ONLY: [&str; 2] = ["--rule", "wait-without-limit"];

fn run(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_runsheet")).args(args).current_dir(folder).env_remove("NO_COLOR").output().unwrap()
}

fn checked(folder: &Path, args: &[&str]) -> Output {
    run(folder, &["check"].iter().chain(args).copied().collect::<Vec<_>>())
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// `line:column code` of everything that `check` finds in a file.
fn places(folder: &Path, args: &[&str]) -> Vec<String> {
    let output = checked(folder, &[args, &["--format", "json"]].concat());
    let list: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let place = |one: &Value| format!("{}:{} {}", one["line"], one["column"], one["code"].as_str().unwrap());
    list.iter().map(place).collect()
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

#[test]
fn ten_different_faults_are_ten() {
    let faults = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults");
    let expected = [
        "3:1 unknown-key",
        "8:9 bad-address",
        "24:9 unknown-value",
        "25:11 unknown-contact",
        "26:11 wrong-type",
        "29:13 duplicate-id",
        "30:13 compare-before-take",
        "32:13 endless-cycle",
        "35:16 no-limit",
        "40:9 bad-address",
    ];
    assert_eq!(places(&faults, &["ten.toml"]), expected);
    // A build says the same.
    let output = tempfile::tempdir().unwrap();
    let built = run(&faults, &["build", "ten.toml", "--output", output.path().to_str().unwrap()]);
    assert_eq!(said(&built).matches("error[").count(), 10, "{}", said(&built));
    assert!(built.status.code() == Some(1) && fs::read_dir(output.path()).unwrap().next().is_none());
}

#[test]
fn carets_stand_under_wide_characters_and_behind_tabs() {
    let faults = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults");
    let words = said(&checked(&faults, &["ten.toml"]));
    let lines: Vec<&str> = words.lines().collect();
    let under = |line: &str| {
        let at = lines.iter().position(|shown| shown.contains(line)).unwrap_or_else(|| panic!("{line}: {words}"));
        lines[at + 1].find('^').unwrap()
    };
    // `然后告诉 ` takes nine columns in a terminal.
    assert_eq!(under("然后告诉 {{ verison }}"), "24 | ".len() + 9 + "{{ ".len(), "{words}");
    assert_eq!(under("wait = {"), "35 | wait = { for = ".len(), "{words}");
    // A tab is shown as four spaces.
    assert_eq!(under("link = \"grafana\""), "40 |     link = ".len(), "{words}");
}

#[test]
fn every_fault_of_syntax_says_what_to_write() {
    let faults = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults");
    let text = fs::read_to_string(faults.join("syntax.toml")).unwrap();
    let lines: Vec<_> =
        (1..).zip(text.lines()).filter(|(_, line)| !line.is_empty() && !line.starts_with("# ")).collect();
    // Each line is a file of its own, because the parser makes less of a line after many faults.
    let files: Vec<_> = lines.iter().map(|(number, line)| (format!("{number:02}.toml"), format!("{line}\n"))).collect();
    let files: Vec<_> = files.iter().map(|(name, line)| (name.as_str(), line.as_str())).collect();
    let words = said(&checked(folder(&files).path(), &["."]));
    let kept = faults.join("syntax.stderr");
    if kept::is_update() {
        fs::write(&kept, &words).unwrap();
    }
    kept::same("syntax.stderr", &fs::read_to_string(&kept).unwrap(), &words).unwrap_or_else(|diff| panic!("{diff}"));
    assert_eq!(words.matches("error[syntax]").count(), lines.len(), "one fault a line");
    assert_eq!(words.matches("help: ").count(), lines.len(), "each says what to do");
}

#[test]
fn exit_codes_tell_faults_from_advice() {
    let folder = folder(&[("good.toml", MINIMAL), ("advised.toml", ADVISED)]);
    let code = |args: &[&str]| checked(folder.path(), args).status.code();
    assert_eq!(code(&["good.toml", ONLY[0], ONLY[1]]), Some(0));
    assert_eq!(code(&["advised.toml", ONLY[0], ONLY[1]]), Some(0));
    assert_eq!(code(&["advised.toml", ONLY[0], ONLY[1], "--deny", "warnings"]), Some(1));
    assert_eq!(code(&["good.toml", ONLY[0], ONLY[1], "--deny", "warnings"]), Some(0));
    assert_eq!(code(&["none.toml"]), Some(1));
    assert_eq!(code(&["none.toml", "--format", "json"]), Some(1));
    assert_eq!(code(&["good.toml", "--rule", "nonsense"]), Some(2));
    assert_eq!(code(&["good.toml", "advised.toml", "--operator", "Ada"]), Some(2));
    assert_eq!(code(&[]), Some(2));
}

#[test]
fn standard_input_is_a_flow() {
    let folder = folder(&[]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_runsheet"))
        .args(["check", "-", "--rule", "wait-without-limit", "--format", "github"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(ADVISED.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let words = String::from_utf8(output.stdout).unwrap();
    assert!(
        words.starts_with("::warning file=<stdin>,line=8,endLine=8,col=16,endColumn=36,title=wait-without-limit::"),
        "{words}"
    );
}

#[test]
fn what_only_paper_shows_is_said() {
    let tall = MINIMAL
        .replace("do = 'Read the size of the disk'", &format!("do = 'Look'\ncaution = '{}'", "word ".repeat(4000)));
    let glyph = MINIMAL.replace("size", "size \u{1f600}");
    let folder = folder(&[("tall.toml", &tall), ("glyph.toml", &glyph)]);
    assert_eq!(places(folder.path(), &["tall.toml", ONLY[0], ONLY[1]]), ["10:11 too-tall"]);
    assert_eq!(places(folder.path(), &["glyph.toml", ONLY[0], ONLY[1]]), ["9:21 no-glyph"]);
}

#[test]
fn rules_read_every_command_of_a_step() {
    let commands = r#"command = [
'true',
{ run = 'rm -r /srv/x', shows = '<none> ???' },
{ run = "printf 'a\tb'", shows = "a\nb" },
{ run = 'curl https://ops:s3cret99x@example.com/', shows-bad = 'FIXME password=Winter2026' },
{ run = 'ssh <host> ls', title = 'To https://github.com@example.com/x' },
'kill 1',
]
"#;
    let folder = folder(&[("flow.toml", &format!("{MINIMAL}{commands}"))]);
    let names = ["read-that-writes", "escape-in-command", "secret-in-text", "placeholder", "look-alike-host"];
    let rules: Vec<&str> = names.into_iter().flat_map(|name| ["--rule", name]).collect();
    let found = places(folder.path(), &[&["flow.toml"], &*rules].concat());
    let expected = [
        "12:10 read-that-writes",
        "13:19 escape-in-command",
        "14:27 secret-in-text",
        "14:65 placeholder",
        "14:80 secret-in-text",
        "15:14 placeholder",
        "15:46 look-alike-host",
        "16:2 read-that-writes",
    ];
    assert_eq!(found, expected);
}

#[test]
fn what_comes_out_of_a_command_and_fills_more_than_a_page_is_said() {
    let lines = |count: usize| "line\n".repeat(count);
    let one = |out| format!("{{ title = 'T', run = '''\n{}''', shows = '''\n{}''' }},\n", lines(5), lines(out));
    let commands = |count: usize, out| format!("{MINIMAL}command = [\n{}]\n", one(out).repeat(count));
    let folder = folder(&[("many.toml", &commands(12, 5)), ("long.toml", &commands(1, 60))]);
    assert_eq!(places(folder.path(), &["many.toml", ONLY[0], ONLY[1]]), [""; 0]);
    assert_eq!(places(folder.path(), &["long.toml", ONLY[0], ONLY[1]]), ["7:1 too-tall"]);
}

#[test]
fn a_few_words_may_be_taller_than_a_page() {
    // On paper an address is written out behind its words, and the column of a row is narrow.
    let address = format!("{MINIMAL}caution = '[here](https://x.org/{})'\n", "a".repeat(5000));
    let row = format!("[readings.r]\ntitle = 'R'\nrows = ['{}']\n[[hot]]\n", "W".repeat(3000));
    let row = MINIMAL.replace("[[hot]]\n", &row).replace("op = 'read'\n", "take = 'r'\n");
    let row = format!("{row}[[hot.step]]\ncompare = 'r'\ndo = 'Compare'\n");
    // It is wider than any length.
    let action = format!("do = '{}'\nexpect = 'done'", "步".repeat(200_000));
    let action = MINIMAL.replace("do = 'Read the size of the disk'", &action);
    let flows = [(address, "10:11 too-tall"), (row, "7:9 too-tall"), (action, "7:1 too-tall")];
    for (flow, place) in flows {
        let folder = folder(&[("flow.toml", &flow)]);
        let found = places(folder.path(), &["flow.toml", ONLY[0], ONLY[1]]);
        assert_eq!(found, [place], "{flow:.600}");
        for paper in ["a4", "letter"] {
            let built = run(folder.path(), &["build", "flow.toml", "--paper", paper]);
            assert!(said(&built).contains("too-tall"), "{}", said(&built));
        }
    }
}

#[test]
fn a_character_without_a_glyph_is_found_in_every_text() {
    let cases = [
        "link = 'https://x.org/☑'",
        "note = '[this](https://x.org/☑)'",
        "sets = { db = 'on ☑' }",
        "begins = '☑'",
        "record = { name = 'lag', label = 'Lag', unit = '☑' }",
        "choose = { ask = '☑', options = [{ if = 'a', then = 'next' }, { if = 'b', then = 'next' }] }",
        "choose = { ask = 'Which', options = [{ if = 'a', then = 'next' }, { if = '☑', then = 'next' }] }",
        "hold = { ask = 'Go on?', decider = 'checker', no = { do = '☑', then = 'abort' } }",
        "wait = { for = 'it is up', at-most = '5 minutes', otherwise = { do = '☑', then = 'abort' } }",
        "tell = { message = '☑' }",
        "irreversible = '☑'",
    ];
    for line in cases {
        let flow = format!("{MINIMAL}{line}\n");
        let folder = folder(&[("flow.toml", &flow)]);
        let column = line.chars().take_while(|c| *c != '☑').count() + 1;
        let found = places(folder.path(), &["flow.toml", ONLY[0], ONLY[1]]);
        assert_eq!(found, [format!("10:{column} no-glyph")], "{line}");
    }
}

#[test]
fn every_language_and_paper_is_looked_at() {
    let two = MINIMAL.replace("lang = 'en'", "lang = ['en', 'zh-CN']").replace(
        "do = 'Read the size of the disk'",
        "do = { en = 'Read the size of the disk', zh-CN = '看 ☑ 盘' }\nlink = 'https://x.org/☺'",
    );
    let lines = (0..45).map(|line| format!("line {line}\n")).collect::<Vec<_>>().concat();
    let shows = format!("command = {{ run = 'true', shows = '''\n{lines}''' }}\n");
    let tall = format!("{MINIMAL}expect = '3'\n{shows}").replace("'read'", "'write'");
    let folder = folder(&[("two.toml", &two), ("tall.toml", &tall)]);
    let found = |args: &[&str]| places(folder.path(), &[args, &ONLY].concat());
    // The address of `link` is printed in both languages but reported once.
    assert_eq!(found(&["two.toml"]), ["9:53 no-glyph", "10:23 no-glyph"]);
    assert_eq!(found(&["two.toml", "--lang", "zh-CN"]), ["9:53 no-glyph", "10:23 no-glyph"]);
    assert_eq!(found(&["two.toml", "--lang", "en"]), ["10:23 no-glyph"]);
    assert_eq!(found(&["tall.toml"]), ["7:1 too-tall"]);
    assert_eq!(found(&["tall.toml", "--paper", "letter"]), ["7:1 too-tall"]);
    assert_eq!(found(&["tall.toml", "--paper", "a4"]), [""; 0]);
    let words = said(&checked(folder.path(), &["tall.toml", ONLY[0], ONLY[1]]));
    assert!(words.contains("step 1 is taller than a page on letter paper"), "{words}");
    let words = said(&checked(folder.path(), &["tall.toml", "--lang", "zh-CN"]));
    assert!(words.contains("unknown-language"), "{words}");
}

#[test]
fn colour_is_asked_for() {
    let folder = folder(&[("advised.toml", ADVISED)]);
    let colored = |when: &str| said(&checked(folder.path(), &["advised.toml", "--color", when])).contains('\u{1b}');
    assert_eq!(["always", "never", "auto"].map(colored), [true, false, false]);
}

#[test]
fn a_thousand_faults_are_fifty_and_a_count() {
    let step = |n: usize| format!("[[hot.step]]\nop = 'read'\ndo = 'x'\nby = 'nobody-{n}'\n");
    let many = (0..1000).map(step).collect::<Vec<_>>().concat();
    let folder = folder(&[("many.toml", &format!("{MINIMAL}{many}"))]);
    let words = said(&checked(folder.path(), &["many.toml", ONLY[0], ONLY[1]]));
    assert_eq!(words.matches("error[").count(), 50);
    assert!(words.ends_with("… and 950 more\n\n1 flow checked: 1000 faults\n"), "{}", &words[words.len() - 100..]);
    assert_eq!(places(folder.path(), &["many.toml", ONLY[0], ONLY[1]]).len(), 1000);
}

#[test]
fn what_only_follows_from_a_fault_is_not_said() {
    let text = "schema = 1\nid = 'x'\ntitle = 'T'\nlang = 'en'\n[contacts]\ndba = 5\n[readings.data]\nrows = ['a']\n[[hot]]\ntitle = 5\n\
                [[hot.step]]\ntake = 7\n[[hot.step]]\ncompare = 'data'\nby = 'dba'\nid = 'a b'\notherwise = 'ab'\ndo = '{{ x }}'\n";
    let folder = folder(&[("flow.toml", text)]);
    let expected = [
        "6:7 wrong-type",
        "7:1 missing-key",
        "10:9 wrong-type",
        "11:1 missing-key",
        "12:8 wrong-type",
        "16:6 bad-id",
        "18:10 unknown-value",
    ];
    assert_eq!(places(folder.path(), &["flow.toml"]), expected);
}

#[test]
fn a_list_is_not_asked_of_a_flow_without_release() {
    let text = "schema = 1\nid = 'x'\ntitle = 'T'\nlang = 'en'\n[values]\nhosts = { label = 'Hosts', each = 'host' }\n[[hot]]\neach = 'hosts'\n\
                title = '{{ host }}'\ngate = [{ do = '{{ hots }}' }]\n[[hot.step]]\nop = 'read'\ndo = 'Read {{ host }}'\n";
    let release = "flow = 'x'\nstart = 2013-01-25T20:00:00+08:00\n";
    let folder = folder(&[("flow.toml", text), ("one.release.toml", release)]);
    assert_eq!(places(folder.path(), &["flow.toml", "--blank", ONLY[0], ONLY[1]]), ["10:20 unknown-value"]);
    let expected = ["8:8 missing-list"];
    assert_eq!(places(folder.path(), &["flow.toml", "--release", "one.release.toml", ONLY[0], ONLY[1]])[..1], expected);
}

#[test]
fn a_release_with_faults_keeps_none_back() {
    let flow = MINIMAL.replace("lang = 'en'\n", "lang = 'en'\n[values]\nversion = 'Version'\n");
    let release = "flow = 'x'\noperator = 'Ada'\nchecker = 'Ada'\nvalues = { verison = '1' }\nstrat = 1\n";
    let folder = folder(&[("flow.toml", &flow), ("one.release.toml", release)]);
    let found = places(folder.path(), &[".", ONLY[0], ONLY[1]]);
    assert_eq!(found, ["3:11 same-person", "4:12 undeclared-value", "5:1 unknown-key"]);
}

#[test]
fn levels_are_set_and_allowances_have_to_be_needed() {
    let folder = folder(&[("advised.toml", ADVISED)]);
    let level = |config: &str, flow: &str| {
        fs::write(folder.path().join("runsheet.toml"), config).unwrap();
        fs::write(folder.path().join("advised.toml"), flow).unwrap();
        let output = checked(folder.path(), &["advised.toml", "--rule", "wait-without-limit", "--format", "json"]);
        let list: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
        let said = |one: &Value| format!("{} {}", one["level"].as_str().unwrap(), one["code"].as_str().unwrap());
        (list.iter().map(said).collect::<Vec<_>>(), output.status.code())
    };
    let none: Vec<String> = Vec::new();
    let one = |words: &str| vec![words.to_owned()];
    assert_eq!(level("", ADVISED), (one("warning wait-without-limit"), Some(0)));
    assert_eq!(level("[lints]\nwait-without-limit = 'error'\n", ADVISED), (one("error wait-without-limit"), Some(1)));
    let own = ADVISED.replace("[[hot]]", "[lints]\nwait-without-limit = 'allow'\n[[hot]]");
    assert_eq!(level("[lints]\nwait-without-limit = 'error'\n", &own), (none.clone(), Some(0)));
    let allowed = format!("{ADVISED}allow = {{ rule = 'wait-without-limit', reason = 'It is short' }}\n");
    assert_eq!(level("", &allowed), (none.clone(), Some(0)));
    let in_block = ADVISED
        .replace("title = 'B'", "title = 'B'\nallow = [{ rule = 'wait-without-limit', reason = 'It is short' }]");
    assert_eq!(level("", &in_block), (none, Some(0)));
    let unneeded = format!("{MINIMAL}allow = {{ rule = 'wait-without-limit', reason = 'It is short' }}\n");
    assert_eq!(level("", &unneeded), (one("warning unused-allowance"), Some(0)));
    let unknown = format!("{MINIMAL}allow = {{ rule = 'wait-with-limit', reason = 'It is short' }}\n");
    assert_eq!(level("", &unknown), (one("warning unknown-rule"), Some(0)));
    let faulty = level("lint = 1\n", MINIMAL);
    assert_eq!(faulty, (one("error unknown-key"), Some(1)));
}

#[test]
fn a_fix_touches_nothing_else() {
    let before = "\u{feff}# 注释\r\nschema = \"1\"\r\nid = \"x\"   # kept\r\ntitel = \"T\"\r\nlang = \"en\"\r\n[[hot]]\r\ntitle = 'B'\r\n[[hot.step]]\r\n\top = \"wriet\"\r\ndo = 'x'";
    let after = before.replace("\"1\"", "1").replace("titel", "title").replace("wriet", "write");
    let folder = folder(&[("flow.toml", before)]);
    let read = || fs::read_to_string(folder.path().join("flow.toml")).unwrap();
    let dry = run(folder.path(), &["fix", "flow.toml", "--dry-run"]);
    let diff = String::from_utf8(dry.stdout).unwrap();
    assert!(diff.contains("-titel = \"T\"") && diff.contains("+title = \"T\"") && read() == before, "{diff}");
    let fixed = run(folder.path(), &["fix", "flow.toml"]);
    assert_eq!((fixed.status.code(), read()), (Some(0), after), "{}", said(&fixed));
    let again = run(folder.path(), &["fix", "flow.toml"]);
    assert_eq!((again.status.code(), said(&again).as_str()), (Some(0), "flow.toml: nothing to mend\n"));
    let names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["flow.toml"]);
}

#[test]
fn a_fix_says_what_remains() {
    let folder = folder(&[("flow.toml", &MINIMAL.replace("op = 'read'", "op = 'raed'\nby = 'nobody'"))]);
    let fixed = run(folder.path(), &["fix", "flow.toml"]);
    assert_eq!(
        (fixed.status.code(), said(&fixed).as_str()),
        (Some(1), "flow.toml: 1 fault remains; see `runsheet check`\n")
    );
    assert!(fs::read_to_string(folder.path().join("flow.toml")).unwrap().contains("op = \"read\""));
    assert_eq!(run(folder.path(), &["fix", "none.toml"]).status.code(), Some(1));
    fs::write(folder.path().join("flow.toml"), "a = \"x\n").unwrap();
    assert_eq!(run(folder.path(), &["fix", "flow.toml"]).status.code(), Some(1));
}

#[test]
fn what_the_readme_shows_is_clean() {
    for readme in [include_str!("../README.md"), include_str!("../README.zh-CN.md")] {
        let flow = readme.split_once("\n```toml\n").unwrap().1.split_once("\n```").unwrap().0;
        let folder = folder(&[("f.toml", flow)]);
        assert_eq!(places(folder.path(), &["f.toml"]), [""; 0]);
    }
}
