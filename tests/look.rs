//! Logo, organisation and classification: on paper, in record and digest, and what is refused.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::conform;
use crate::support::read;

const FLOW: &str = include_str!("flows/minimal/flow.toml");
const SVG: &str = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 20 10'><path fill-rule='evenodd' d='M0 0H20V10H0z M5 2H15V8H5z'/><circle cx='10' cy='5' r='2' fill='#666'/></svg>";

fn runsheet(folder: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_runsheet")).args(args).current_dir(folder).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// A folder with a flow that has this look, and a logo.
fn with_look(look: &str, logo: &[u8]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("flow.toml"), FLOW.replacen("\n[", &format!("\n[look]\n{look}\n\n["), 1)).unwrap();
    fs::write(folder.path().join("logo.svg"), logo).unwrap();
    folder
}

const LOOK: &str = "logo = 'logo.svg'\norganisation = 'Example Corporation'\nclassification = 'Internal'";

#[test]
fn the_head_of_every_page_says_whose_it_is() {
    let folder = with_look(LOOK, SVG.as_bytes());
    let (code, _, stderr) = runsheet(folder.path(), &["build", "flow.toml"]);
    assert_eq!((code, &*stderr), (Some(0), ""));
    let read_file = |name: &str| fs::read(folder.path().join("output/minimal").join(name)).unwrap();
    let list = read_file("checklist.pdf");
    assert_eq!(conform::findings(&lopdf::Document::load_mem(&list).unwrap()), [""; 0]);
    let print = read::read(&list).unwrap();
    for page in &print.pages {
        let words: String = page.glyphs.iter().map(|glyph| glyph.reads.as_str()).collect();
        assert!(words.contains("Example Corporation") && words.contains("Internal"), "{words}");
        let drawn = page
            .paths
            .iter()
            .filter(|path| path.rect.y1 < 110.0 && path.rect.x1 < 160.0 && path.painted == (true, false));
        assert!(drawn.count() >= 2, "the logo on every page");
    }
    for name in ["runbook.md", "flowchart.svg"] {
        let text = String::from_utf8(read_file(name)).unwrap();
        assert!(text.contains("Example Corporation") && text.contains("Internal"), "{name}");
    }
}

#[test]
fn a_list_is_verified_with_the_logo_that_it_carries_and_told_from_one_with_another() {
    let folder = with_look(LOOK, SVG.as_bytes());
    let build = || {
        let (code, _, stderr) = runsheet(folder.path(), &["build", "flow.toml", "--only", "pdf"]);
        assert_eq!((code, &*stderr), (Some(0), ""));
        let (_, json, _) = runsheet(folder.path(), &["verify", "output/minimal/checklist.pdf", "--format", "json"]);
        json.lines().find(|line| line.contains("list-digest")).unwrap().to_owned()
    };
    let first = build();
    let verify = |args: &[&str]| runsheet(folder.path(), &[&["verify", "output/minimal/checklist.pdf"], args].concat());
    fs::rename(folder.path().join("logo.svg"), folder.path().join("away.svg")).unwrap();
    let (code, said, stderr) = verify(&[]);
    assert!(code == Some(0) && said.contains("as they were made"), "{said}{stderr}");
    fs::write(folder.path().join("logo.svg"), SVG.replace("r='2'", "r='1'")).unwrap();
    let (code, said, stderr) = verify(&["flow.toml"]);
    assert_eq!(code, Some(1), "{said}{stderr}");
    assert!(format!("{said}{stderr}").contains("logo"), "{said}{stderr}");
    assert_ne!(build(), first);
}

#[test]
fn runsheet_toml_says_it_for_all_flows() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("flows/deep")).unwrap();
    fs::create_dir(folder.path().join("brand")).unwrap();
    fs::write(folder.path().join("brand/logo.svg"), SVG).unwrap();
    let flow = FLOW.replacen("\n[", "\n[look]\nclassification = 'Of the flow'\n\n[", 1);
    fs::write(folder.path().join("flows/deep/flow.toml"), flow).unwrap();
    let look = "[look]\nlogo = 'brand/logo.svg'\norganisation = { en = 'Everywhere', zh-CN = '各处' }\nclassification = 'Of all'\n";
    fs::write(folder.path().join("runsheet.toml"), look).unwrap();
    let run = |args: &[&str]| runsheet(folder.path(), args);
    let (code, _, stderr) = run(&["build", "flows/deep/flow.toml"]);
    assert_eq!((code, &*stderr), (Some(0), ""));
    let runbook = fs::read_to_string(folder.path().join("output/minimal/runbook.md")).unwrap();
    assert!(
        runbook.contains("Everywhere") && runbook.contains("Of the flow") && !runbook.contains("Of all"),
        "{runbook}"
    );
    fs::rename(folder.path().join("runsheet.toml"), folder.path().join("away")).unwrap();
    let (code, said, stderr) = run(&["verify", "output/minimal/checklist.pdf"]);
    assert!(code == Some(0) && said.contains("as they were made"), "{said}{stderr}");
    // What else the configuration says is no part of the list.
    fs::write(folder.path().join("runsheet.toml"), format!("[lints]\nshell = 'allow'\n\n{look}")).unwrap();
    let (code, said, stderr) = run(&["verify", "output/minimal/checklist.pdf", "flows/deep/flow.toml"]);
    assert_eq!(code, Some(0), "{said}{stderr}");
}

#[test]
fn what_cannot_be_printed_is_a_fault_where_the_logo_is_named() {
    for (logo, says) in [
        (SVG.replace("</svg>", "<script>alert(1)</script></svg>").into_bytes(), "it has a script (`script`)"),
        (SVG.replace("fill='#666'", "fill='#666' opacity='.5'").into_bytes(), "it has transparency (`opacity`)"),
        (
            SVG.replace("</svg>", "<image href='http://example.com/x.png'/></svg>").into_bytes(),
            "a link or another file (`href`)",
        ),
        (b"\x89PNG\r\n\x1a\n broken".to_vec(), "it is broken"),
        (b"GIF89a".to_vec(), "neither an SVG nor a PNG"),
        (Vec::new(), "neither an SVG nor a PNG"),
        (vec![b' '; 50 << 20], "longer than 1 MiB"),
    ] {
        let folder = with_look(LOOK, &logo);
        let (code, _, stderr) = runsheet(folder.path(), &["build", "flow.toml"]);
        assert!(code == Some(1) && stderr.contains(says) && stderr.contains("logo = 'logo.svg'"), "{says}: {stderr}");
        assert!(!folder.path().join("output").exists(), "{says}");
    }
    for (look, says) in [
        ("logo = 'logo.gif'", "ends in `.svg` or `.png`"),
        ("logo = '../logo.svg'", "stands outside of"),
        ("logo = 'none.svg'", "no such file"),
        ("", "missing-key"),
    ] {
        let folder = with_look(look, SVG.as_bytes());
        let (code, _, stderr) = runsheet(folder.path(), &["build", "flow.toml"]);
        assert!(code == Some(1) && stderr.contains(says), "{look}: {stderr}");
    }
}

#[test]
fn a_fault_in_runsheet_toml_is_told_at_its_place_there_and_once() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("flows")).unwrap();
    fs::write(folder.path().join("flows/flow.toml"), FLOW).unwrap();
    let run = |look: &str, args: &[&str]| {
        let config = format!("# ours\n[lints]\n\n[look]   # whose\n{look} # it\n");
        fs::write(folder.path().join("runsheet.toml"), config).unwrap();
        let (code, stdout, stderr) = runsheet(folder.path(), args);
        assert_eq!(code, Some(1), "{look}: {stdout}{stderr}");
        stdout + &stderr
    };
    for (look, place, says) in [
        ("logo   =  'none.svg'", "5:11", "no such file"),
        ("logo   =  'none.gif'", "5:11", "ends in `.svg` or `.png`"),
        ("logo   =  '/etc/logo.svg'", "5:11", "write the path from there, as `brand/logo.svg`"),
        ("organisatio = 'x'", "5:1", "did you mean `organisation`?"),
    ] {
        for command in ["check", "build"] {
            let said = run(look, &[command, "flows/flow.toml"]);
            let there = format!("--> runsheet.toml:{place}\n");
            assert_eq!(said.matches("--> ").count(), 1, "{command}: {said}");
            assert!(said.contains(&there) && said.contains(says) && said.contains(look), "{command} {place}: {said}");
        }
        let said = run(look, &["check", "flows/flow.toml", "--format", "github"]);
        assert!(said.starts_with("::error file=runsheet.toml,line=5,"), "{said}");
        let said = run(look, &["check", "flows/flow.toml", "--format", "sarif"]);
        assert!(said.contains("\"uri\": \"runsheet.toml\""), "{said}");
    }
}
