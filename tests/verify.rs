//! Tests `runsheet verify`: it recognises a check list however that was saved, names each change with its page, and
//! answers any other file in one line.

mod another;
mod attacks;
mod broken;
mod forms;
mod grades;
mod many;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use lopdf::{Dictionary, Document, Object, Stream, dictionary};

const FLOW: &str = include_str!("flows/minimal/flow.toml");

fn runsheet(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_runsheet")).args(args).current_dir(folder).output().unwrap()
}

fn words(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

fn verify(folder: &Path, args: &[&str]) -> (i32, String, String) {
    words(&runsheet(folder, &[&["verify"], args].concat()))
}

/// Where a build with these arguments puts its check list.
fn built(folder: &Path, args: &[&str]) -> PathBuf {
    let run = runsheet(folder, &[&["build", "--only", "pdf"], args].concat());
    assert!(run.status.success(), "{args:?}: {}", words(&run).2);
    let said = words(&run).1;
    folder.join(said.split_once("  flow ").unwrap().0).join("checklist.pdf")
}

fn example() -> (tempfile::TempDir, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    // This flow has a drawing on every page, the QR code.
    let flow = format!("runbook = \"https://wiki.example.com/restart\"\n{FLOW}");
    fs::write(folder.path().join("flow.toml"), flow).unwrap();
    let bytes = fs::read(built(folder.path(), &["flow.toml"])).unwrap();
    (folder, bytes)
}

fn load(bytes: &[u8]) -> Document {
    Document::load_mem(bytes).unwrap()
}

fn saved(mut pdf: Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    pdf.save_to(&mut bytes).unwrap();
    bytes
}

/// The dictionary of a page; pages count from 1.
fn page(pdf: &mut Document, number: u32) -> &mut Dictionary {
    let id = pdf.get_pages()[&number];
    pdf.get_dictionary_mut(id).unwrap()
}

#[test]
fn every_list_is_what_was_made() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = |path: &str| root.join(path).display().to_string();
    let [minimal, dubbo, kernel, every, font] = [
        "tests/flows/minimal/flow.toml",
        "flows/dubbo-registry.toml",
        "flows/rolling-kernel-patch.toml",
        "tests/flows/every-key/flow.toml",
        "assets/fonts/NotoSans-Regular.ttf",
    ]
    .map(path);
    let [every_release, kernel_release, derived, derived_release] = [
        "tests/flows/every-key/release.toml",
        "flows/rolling-kernel-patch.release.toml",
        "tests/flows/derived/flow.toml",
        "tests/flows/derived/release.toml",
    ]
    .map(path);
    let cases: &[(&[&str], &[&str])] = &[
        (&[&minimal], &["minimal, digest ", "none was said", "pages, as they were made"]),
        (
            &[&minimal, "--start", "2013-01-25T20:00:00+08:00", "--operator", "张\"三\\", "--copies", "2"],
            &["2013-01-25 20:00 +08:00, operator 张\"三\\, digest", "2 copies"],
        ),
        (
            &[&dubbo, "--set", "version=9", "--paper", "letter", "--sheets", "hot,rollback"],
            &["letter, sheets hot rollback"],
        ),
        (&[&minimal, "--since", "old.toml"], &["changes since an older revision"]),
        (&[&kernel, "--release", &kernel_release, "--lang", "en", "--set", "hosts=a"], &["revision 5", "en, a4"]),
        (&[&every, "--release", &every_release], &["digest"]),
        (&[&derived, "--release", &derived_release, "--set", "version=3.0.1"], &["digest"]),
        (&[&minimal, "--drill", "--number", "7"], &["  release   7, drill, digest "]),
        (&[&minimal, "--font", &font], &["as they were made"]),
        (&[&minimal, "--templates", "templates"], &["as they were made"]),
    ];
    for (args, expected) in cases {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("old.toml"), FLOW.replace("\"Restart\"", "\"Start\"")).unwrap();
        fs::create_dir(folder.path().join("templates")).unwrap();
        fs::write(folder.path().join("templates/runbook.md"), "ours").unwrap();
        let list = built(folder.path(), args).display().to_string();
        let fonts: &[&str] = if args.contains(&"--font") { &["--font", &font] } else { &[] };
        let (code, said, faults) = verify(folder.path(), &[&[&*list, args[0]], fonts].concat());
        assert_eq!((code, &*faults), (0, ""), "{args:?}");
        for words in *expected {
            assert!(said.contains(words), "{words}\n{said}");
        }
        assert!(said.contains("the same as `"), "{said}");
    }
}

#[test]
fn a_drill_has_a_digest_of_its_own_and_is_never_complete_as_a_release() {
    let (folder, _) = example();
    let digest = |args: &[&str]| {
        let list = built(folder.path(), &[&["flow.toml", "--fillable", "--number", "7"], args].concat());
        let list = list.display().to_string();
        let (_, said, _) = verify(folder.path(), &[&list, "--format", "json"]);
        let (code, _, faults) = verify(folder.path(), &[&list, "--complete"]);
        assert_eq!(code, 1, "{faults}");
        let said: serde_json::Value = serde_json::from_str(&said).unwrap();
        (said["source"]["list-digest"].clone(), faults.contains("error[drill]: "), said["source"]["release"].clone())
    };
    let (release, is_drill, _) = digest(&[]);
    assert!(release.is_string() && !is_drill);
    let (drill, is_drill, said) = digest(&["--drill"]);
    assert!(drill.is_string() && drill != release && is_drill && said["standing"][0] == "drill", "{said}");
}

#[test]
fn a_list_that_was_saved_again_is_known() {
    let (folder, bytes) = example();
    let mut plain = load(&bytes);
    plain.decompress();
    let mut turned = load(&bytes);
    turned.renumber_objects();
    let mut incremental = lopdf::IncrementalDocument::create_from(bytes.clone(), load(&bytes));
    incremental.new_document.add_object(Object::Integer(1));
    let mut appended = Vec::new();
    incremental.save_to(&mut appended).unwrap();
    assert!(appended.len() > bytes.len() && appended.starts_with(&bytes[..1000]));
    for (way, bytes) in [("plain", saved(plain)), ("renumbered", saved(turned)), ("appended", appended)] {
        fs::write(folder.path().join("again.pdf"), bytes).unwrap();
        let (code, said, faults) = verify(folder.path(), &["again.pdf", "flow.toml"]);
        assert_eq!((code, &*faults), (0, ""), "{way}: {said}");
    }
}

/// A change of a list: its name, how it is made, and what `verify` says of it.
type Change = (&'static str, fn(&mut Document), &'static str);

const CHANGES: &[Change] = &[
    (
        "a word painted over",
        |pdf| {
            let id = pdf.get_pages()[&2];
            let mut content = pdf.get_page_content(id);
            content.extend(b"\n1 g 100 100 50 50 re f\n");
            pdf.change_page_content(id, content).unwrap();
        },
        "page 2 of `changed.pdf` isn't as it was made: what is drawn on it was changed",
    ),
    (
        "a digit moved",
        |pdf| {
            let id = pdf.get_pages()[&1];
            let mut content = pdf.get_page_content(id);
            let at = content.windows(3).position(|word| word == b" Tm").unwrap();
            content.insert(at, b'1');
            pdf.change_page_content(id, content).unwrap();
        },
        "page 1 of `changed.pdf` isn't as it was made: what is drawn on it was changed",
    ),
    (
        "a note stuck on",
        |pdf| {
            let note = pdf.add_object(dictionary! {
                "Type" => "Annot", "Subtype" => "FreeText", "Rect" => vec![1.into(), 1.into(), 9.into(), 9.into()],
                "Contents" => Object::string_literal("ok"),
            });
            page(pdf, 1).set("Annots", vec![Object::Reference(note)]);
        },
        "page 1 of `changed.pdf` isn't as it was made: the annotation `FreeText` was added or changed",
    ),
    (
        "a page turned",
        |pdf| page(pdf, 2).set("Rotate", 180),
        "page 2 of `changed.pdf` isn't as it was made: its size was changed, or it was turned",
    ),
    (
        "a page cut",
        |pdf| page(pdf, 2).set("CropBox", vec![0.into(), 0.into(), 300.into(), 300.into()]),
        "page 2 of `changed.pdf` isn't as it was made: its size was changed, or it was turned",
    ),
    ("a page taken out", |pdf| pdf.delete_pages(&[2]), "pages, and there were"),
    (
        "a script",
        |pdf| {
            let script = dictionary! { "S" => "JavaScript", "JS" => Object::string_literal("this.print()") };
            pdf.catalog_mut().unwrap().set("OpenAction", script);
        },
        "it runs or hides something that it didn't",
    ),
    (
        "a page that does something",
        |pdf| page(pdf, 1).set("AA", dictionary! { "O" => dictionary! { "S" => "Named", "N" => "Print" } }),
        "page 1 of `changed.pdf` isn't as it was made: something was added to it or taken away",
    ),
    (
        "letters that look like others",
        |pdf| {
            let font = pdf.objects.values_mut().find_map(|object| match object {
                Object::Stream(stream) if stream.dict.has(b"Length1") => Some(stream),
                _ => None,
            });
            let font = font.unwrap();
            let mut bytes = font.decompressed_content().unwrap();
            let last = bytes.len() - 1;
            bytes[last] ^= 1;
            *font = Stream::new(dictionary! { "Length1" => bytes.len() as i64 }, bytes);
        },
        "its fonts or other resources were changed",
    ),
    (
        "a code that leads elsewhere",
        |pdf| {
            let forms = pdf.objects.values_mut().filter_map(|object| object.as_stream_mut().ok());
            let mut forms = forms.filter(|stream| stream.dict.get(b"Subtype").is_ok_and(|kind| *kind == "Form".into()));
            forms.next().unwrap().set_plain_content(b"0 0 9 -9 re f".to_vec());
        },
        "its fonts or other resources were changed",
    ),
    ("another flow inside", |pdf| attach(pdf, "minimal", "maximal"), "the flow inside isn't the one whose digest"),
    ("another paper inside", |pdf| attach(pdf, "paper = \"a4\"", "paper = \"letter\""), "its size was changed"),
    (
        "no such paper inside",
        |pdf| attach(pdf, "paper = \"a4\"", "paper = \"a7\""),
        "it names options that there aren't",
    ),
    (
        "remarks inside",
        |pdf| attach(pdf, "format = 2", "format = 2 # !"),
        "`options.toml` inside isn't as it was written",
    ),
    (
        "an input that isn't inside",
        |pdf| {
            let absent = "[[input]]\nrole = \"older-flow\"\nstored = \"since.toml\"\nsha256 = \"00\"\n[[input]]";
            attach(pdf, "[[input]]", absent);
        },
        "was edited: `since.toml` isn't inside any more",
    ),
    (
        "two flows inside",
        |pdf| {
            let two = "[[input]]\nrole = \"flow\"\nstored = \"other.toml\"\nsha256 = \"00\"\n[[input]]";
            attach(pdf, "[[input]]", two);
        },
        "`options.toml` inside of it can't be read",
    ),
    (
        "an input that is stored as the record itself",
        |pdf| attach(pdf, "stored = \"flow.toml\"", "stored = \"options.toml\""),
        "`options.toml` inside of it can't be read",
    ),
    (
        "a long flow inside",
        |pdf| attach(pdf, "schema = 1", &format!("schema = 1 # {}", " ".repeat(1 << 20))),
        "was edited, or made otherwise: `flow.toml` is longer than 1 MiB",
    ),
    (
        "long options inside",
        |pdf| attach(pdf, "format = 2", &format!("format = 2 # {}", " ".repeat(1 << 20))),
        "`options.toml` inside of `changed.pdf` is longer than 1 MiB",
    ),
    ("another runbook", |pdf| attach(pdf, "# Restart", "# Stop"), "`runbook.md` inside isn't the runbook of its flow"),
    ("a later format", |pdf| attach(pdf, "format = 2", "format = 3\nnew = 1"), "made by a later version: 0.1.0"),
    (
        "a later version",
        |pdf| attach(pdf, "runsheet = \"0.", "runsheet = \"9."),
        "was made by a later version: 9.1.0, and this is runsheet 0.1.0",
    ),
    ("broken options", |pdf| attach(pdf, "format = 2", "format = "), "`options.toml` inside of it can't be read"),
    (
        "nothing inside",
        |pdf| {
            pdf.catalog_mut().unwrap().remove(b"Names");
        },
        "is no check list of runsheet: what it was made from isn't inside",
    ),
];

/// Puts other words into whichever attachment has these.
fn attach(pdf: &mut Document, from: &str, to: &str) {
    for object in pdf.objects.values_mut() {
        let Object::Stream(stream) = object else { continue };
        if stream.dict.has_type(b"EmbeddedFile")
            && let Ok(bytes) = stream.decompressed_content()
            && let Ok(text) = String::from_utf8(bytes)
            && text.contains(from)
        {
            *stream = Stream::new(stream.dict.clone(), text.replacen(from, to, 1).into_bytes());
            stream.dict.remove(b"Filter");
            return;
        }
    }
    panic!("nothing says {from}");
}

#[test]
fn every_change_is_named() {
    let (folder, bytes) = example();
    for (way, change, expected) in CHANGES {
        let mut pdf = load(&bytes);
        change(&mut pdf);
        fs::write(folder.path().join("changed.pdf"), saved(pdf)).unwrap();
        let (code, said, faults) = verify(folder.path(), &["changed.pdf"]);
        assert_eq!(code, 1, "{way}: {said}");
        assert!(faults.contains(expected), "{way}: {faults}");
        let json = verify(folder.path(), &["changed.pdf", "--format", "json"]);
        assert!(json.0 == 1 && json.2.is_empty() && json.1.contains("\"ok\": false"), "{way}: {json:?}");
    }
}

#[test]
fn fonts_must_be_the_same() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("flow.toml"), FLOW).unwrap();
    let font = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/fonts/NotoSans-Regular.ttf").display().to_string();
    let list = built(folder.path(), &["flow.toml", "--font", &font]).display().to_string();
    let (code, _, faults) = verify(folder.path(), &[&list]);
    assert!(code == 1 && faults.contains("was made with other fonts: SHA-256 "), "{faults}");
    let list = built(folder.path(), &["flow.toml"]).display().to_string();
    let (code, _, faults) = verify(folder.path(), &[&list, "--font", &font]);
    assert!(code == 1 && faults.contains("leave `--font` out"), "{faults}");
}

#[test]
fn a_list_of_format_1_is_still_read() {
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lists/format-1.pdf");
    let folder = tempfile::tempdir().unwrap();
    fs::copy(list, folder.path().join("list.pdf")).unwrap();
    // This version may lay out its pages differently, but what it was made from is still read.
    let (_, said, faults) = verify(folder.path(), &["list.pdf", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&said).unwrap_or_else(|why| panic!("{why}: {said}{faults}"));
    let source = &json["source"];
    for (key, value) in [
        ("id", "restart"),
        ("revision", "2"),
        ("since", "1"),
        ("lang", "en"),
        ("paper", "letter"),
        ("runsheet", "0.1.0"),
        ("digest", "c9a33a5d84174810c4e6"),
    ] {
        assert!(source[key].as_str().unwrap().starts_with(value), "{key}: {source}");
    }
    assert_eq!((&source["sheets"], &source["copies"]), (&serde_json::json!(["hot"]), &2.into()));
    assert_eq!(source["release"]["number"], "2026-07");
    let wrong =
        json["faults"].as_array().unwrap().iter().filter(|fault| !fault.as_str().unwrap().contains("as it was"));
    assert_eq!(wrong.count(), 0, "{json}");
}

#[test]
fn the_record_names_every_input() {
    let folder = tempfile::tempdir().unwrap();
    let [old, release] = [folder.path().join("older/old.toml"), folder.path().join("x.release.toml")];
    fs::create_dir(folder.path().join("older")).unwrap();
    fs::write(folder.path().join("flow.toml"), FLOW).unwrap();
    fs::write(&old, FLOW.replace("title = \"", "title = \"Old: ")).unwrap();
    fs::write(&release, "flow = \"minimal\"\nnumber = \"1\"\n").unwrap();
    let build = |args: &[&str]| fs::read(built(folder.path(), args)).unwrap();
    let options = |bytes: &[u8]| {
        let inside = runsheet::page::pdf::received::Received::open(bytes).unwrap();
        String::from_utf8(inside.attachment("options.toml").unwrap().unwrap()).unwrap()
    };
    let list_digest =
        |options: &str| options.lines().find_map(|line| line.strip_prefix("list-digest = ")).unwrap().to_owned();
    let args = ["flow.toml", "--since", "older/old.toml", "--release", "x.release.toml"];
    let list = build(&args);
    let written = options(&list);
    for words in [
        "\nformat = 2\n",
        "[[input]]\nrole = \"flow\"\npath = \"flow.toml\"\nstored = \"flow.toml\"\nsha256 = \"",
        "[[input]]\nrole = \"release\"\npath = \"x.release.toml\"\nstored = \"release.toml\"\nsha256 = \"",
        "[[input]]\nrole = \"older-flow\"\npath = \"older/old.toml\"\nstored = \"since.toml\"\nsha256 = \"",
    ] {
        assert!(written.contains(words), "{words}\n{written}");
    }
    let (code, said, faults) = verify(folder.path(), &["output/minimal/1/checklist.pdf", "--format", "json"]);
    assert_eq!(code, 0, "{faults}{said}");
    assert!(said.contains(&format!("\"list-digest\": {}", list_digest(&written))), "{said}");

    // The folder in which a build runs makes no difference.
    let [flow, old, release] = [folder.path().join("flow.toml"), old, release].map(|path| path.display().to_string());
    assert!(build(&[&flow, "--since", &old, "--release", &release]) == list);
    // A comment in a release changes the file, but not the list.
    fs::write(&release, "# planned\nflow = \"minimal\"\nnumber = \"1\"\n").unwrap();
    let commented = options(&build(&args));
    assert!(commented != written && list_digest(&commented) == list_digest(&written), "{commented}");
    fs::write(&release, "flow = \"minimal\"\nnumber = \"2\"\n").unwrap();
    assert_ne!(list_digest(&options(&build(&args))), list_digest(&written));
}
