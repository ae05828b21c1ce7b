//! `docs/templates.md` says of every template what it gets, in both languages, as it is declared; and `runsheet templates`
//! gives what one needs to write a template. `RUNSHEET_UPDATE=1` writes the tables anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use runsheet::render::{BUILTIN, Builtin};
use runsheet::text::Lang;
use runsheet::view::labels::{BUILTIN_LABELS, Labels};
use runsheet::view::template::{TemplateShape, TemplateStruct};

const FLOW: &str = include_str!("flows/minimal/flow.toml");

/// The lines of the Chinese document.
#[derive(serde::Deserialize)]
struct Lines {
    templates: BTreeMap<String, String>,
    labels: BTreeMap<String, String>,
    filters: BTreeMap<String, String>,
    parts: BTreeMap<String, String>,
    fields: BTreeMap<String, BTreeMap<String, String>>,
}

fn chinese() -> Lines {
    toml::from_str(include_str!("../src/render/templates.zh-CN.toml")).unwrap()
}

/// One of the two documents.
struct Document {
    path: &'static str,
    lang: &'static str,
    /// Heads of columns: template, field, filter, what it holds, words, labels.
    heads: [&'static str; 6],
    lines: Option<Lines>,
}

fn documents() -> [Document; 2] {
    [
        Document {
            path: "docs/templates.md",
            lang: "en",
            heads: ["template", "field", "filter", "type", "words", "labels"],
            lines: None,
        },
        Document {
            path: "docs/templates.zh-CN.md",
            lang: "zh-CN",
            heads: ["模板", "字段", "过滤器", "类型", "用语", "用语文件"],
            lines: Some(chinese()),
        },
    ]
}

/// What a field holds, in Chinese.
fn chinese_shape(shape: TemplateShape) -> String {
    match shape {
        TemplateShape::Words => "字符串".to_owned(),
        TemplateShape::Flag => "true 或 false".to_owned(),
        TemplateShape::Number => "整数".to_owned(),
        TemplateShape::Labels => "按名字取的用语".to_owned(),
        TemplateShape::One(of) => format!("`{}`", of.noun),
        TemplateShape::List(of) => match chinese_shape(*of) {
            of if of.starts_with('`') => format!("列表，每项是 {of}"),
            of => format!("列表，每项是{of}"),
        },
        TemplateShape::Pair(of) => format!("两个{}", chinese_shape(*of)),
        TemplateShape::Maybe(of) => format!("{}，可能没有", chinese_shape(*of)),
    }
}

impl Document {
    /// A line: the English one, or the one that `find` finds among the Chinese lines.
    fn line(&self, english: &str, find: impl Fn(&Lines) -> Option<&String>) -> String {
        self.lines.as_ref().map_or_else(|| english.to_owned(), |lines| find(lines).cloned().unwrap_or_default())
    }

    fn templates(&self) -> String {
        let mut table = format!("| {} | |\n|---|---|\n", self.heads[0]);
        for builtin in BUILTIN {
            let doc = self.line(builtin.doc, |lines| lines.templates.get(builtin.name));
            let _ = writeln!(table, "| `{}` | {doc} |", builtin.name);
        }
        table
    }

    fn labels(&self) -> String {
        let mut table = format!("| {} | |\n|---|---|\n", self.heads[5]);
        for labels in &BUILTIN_LABELS {
            let doc = self.line(labels.doc, |lines| lines.labels.get(labels.name));
            let _ = writeln!(table, "| `{}` | {doc} |", labels.name);
        }
        table
    }

    fn filters(&self) -> String {
        let mut table = format!("| {} | |\n|---|---|\n", self.heads[2]);
        for filter in named("runbook.md").filters() {
            let doc = self.line(filter.doc, |lines| lines.filters.get(filter.name));
            let _ = writeln!(table, "| `{}` | {doc} |", filter.usage());
        }
        table
    }

    fn fields(&self, of: &TemplateStruct) -> String {
        let mut table = format!("| {} | {} | |\n|---|---|---|\n", self.heads[1], self.heads[3]);
        for field in of.fields {
            let shape = if self.lines.is_none() { field.shape.to_string() } else { chinese_shape(field.shape) };
            let doc = self.line(field.doc, |lines| lines.fields.get(of.noun)?.get(field.name));
            let _ = writeln!(table, "| `{}` | {shape} | {doc} |", field.name);
        }
        table
    }

    fn all_fields(&self, template: &Builtin) -> String {
        let mut out = String::new();
        for (at, of) in template.gets.all().into_iter().enumerate() {
            let doc = self.line(of.doc, |lines| lines.parts.get(of.noun));
            let _ = match at {
                0 => write!(out, "{doc}\n\n"),
                _ => write!(out, "\n`{}`: {doc}\n\n", of.noun),
            };
            out.push_str(&self.fields(of));
        }
        out
    }

    fn words(&self, words: &[(String, &str)]) -> String {
        let mut table = format!("| {} | |\n|---|---|\n", self.heads[4]);
        for (name, words) in words {
            let marks = if words.contains('`') { "``" } else { "`" };
            let _ = writeln!(table, "| `{name}` | {marks}{}{marks} |", words.replace('|', "\\|"));
        }
        table
    }

    /// What stands behind a marker.
    fn generated(&self, marker: &str) -> String {
        let labels = Labels::of(&Lang::new(self.lang));
        match marker.split_once(": ") {
            None if marker == "templates" => self.templates(),
            None if marker == "labels" => self.labels(),
            None if marker == "filters" => self.filters(),
            Some(("fields", name)) => self.all_fields(named(name)),
            // They are the same whichever template is asked.
            Some(("words", "all")) => self.words(&named("mail.txt").words(&labels)[1]),
            Some(("words", name)) => self.words(&named(name).words(&labels)[0]),
            _ => panic!("{}: nothing is generated for `{marker}`", self.path),
        }
    }
}

fn named(name: &str) -> &'static Builtin {
    Builtin::named(name).unwrap_or_else(|| panic!("no template is called `{name}`"))
}

#[test]
fn the_documents_say_what_is_declared() {
    for document in documents() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(document.path);
        let text = fs::read_to_string(&path).unwrap();
        let mut pieces = text.split("<!-- ");
        let mut written = pieces.next().unwrap_or_default().to_owned();
        let mut markers = BTreeSet::new();
        while let Some(piece) = pieces.next() {
            let (marker, _) = piece.split_once(" -->\n").expect("a marker has a line of its own");
            let end = pieces.next().and_then(|piece| piece.strip_prefix("end -->")).expect("each table has an end");
            let _ = write!(written, "<!-- {marker} -->\n{}<!-- end -->{end}", document.generated(marker));
            markers.insert(marker);
        }
        // Each template's fields and words are there. Both templates of a mail get the same.
        for kind in ["fields", "words"] {
            for builtin in BUILTIN.iter().filter(|builtin| builtin.name != "mail-subject.txt") {
                assert!(
                    markers.contains(&*format!("{kind}: {}", builtin.name)),
                    "{}: {kind} of {builtin:?}",
                    document.path
                );
            }
        }
        if std::env::var_os("RUNSHEET_UPDATE").is_some_and(|value| value == "1") {
            fs::write(&path, &written).unwrap();
            continue;
        }
        let differs = written.lines().zip(text.lines()).find(|(is, was)| is != was);
        assert!(written == text, "{}: {differs:?} differs; RUNSHEET_UPDATE=1 writes it anew", document.path);
    }
    assert_eq!(named("mail.txt").gets.noun, named("mail-subject.txt").gets.noun);
}

#[test]
fn all_has_a_line_in_chinese_and_nothing_else_has() {
    let lines = chinese();
    let keys = |of: &BTreeMap<String, String>| of.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(keys(&lines.templates), BUILTIN.iter().map(|builtin| builtin.name.to_owned()).collect());
    assert_eq!(keys(&lines.labels), BUILTIN_LABELS.iter().map(|labels| labels.name.to_owned()).collect());
    let filters = named("runbook.md").filters();
    assert_eq!(keys(&lines.filters), filters.iter().map(|filter| filter.name.to_owned()).collect());
    let parts: Vec<&TemplateStruct> = BUILTIN.iter().flat_map(|builtin| builtin.gets.all()).collect();
    assert_eq!(keys(&lines.parts), parts.iter().map(|of| of.noun.to_owned()).collect());
    let written: BTreeSet<_> =
        lines.fields.iter().flat_map(|(of, fields)| fields.keys().map(move |field| format!("{of}.{field}"))).collect();
    let fields =
        |of: &&TemplateStruct| of.fields.iter().map(|field| format!("{}.{}", of.noun, field.name)).collect::<Vec<_>>();
    let declared: BTreeSet<_> = parts.iter().flat_map(fields).collect();
    let differing: Vec<_> = written.symmetric_difference(&declared).collect();
    assert!(differing.is_empty(), "only in one of Chinese lines and declarations: {differing:?}");
}

fn runsheet(folder: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } =
        Command::new(env!("CARGO_BIN_EXE_runsheet")).args(args).current_dir(folder).output().unwrap();
    let [stdout, stderr] = [stdout, stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    (status.code(), stdout, stderr)
}

/// A folder with a flow and a template of the user's.
fn with_template(name: &str, text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("flow.toml"), FLOW).unwrap();
    fs::create_dir(folder.path().join("mine")).unwrap();
    fs::write(folder.path().join("mine").join(name), text).unwrap();
    folder
}

const BUILD: [&str; 6] = ["build", "flow.toml", "--only", "runbook", "--templates", "mine"];

#[test]
fn a_template_that_is_printed_makes_what_ours_makes() {
    let (code, ours, stderr) = runsheet(Path::new("."), &["templates", "runbook.md"]);
    assert_eq!((code, &*stderr), (Some(0), ""));
    let folder = with_template("runbook.md", &ours);
    let made = |args: &[&str]| {
        let (code, _, stderr) = runsheet(folder.path(), args);
        assert_eq!(code, Some(0), "{stderr}");
        fs::read_to_string(folder.path().join("output/minimal/runbook.md")).unwrap()
    };
    let plain = made(&BUILD[..4]);
    assert_eq!(made(&BUILD), plain);
    fs::write(folder.path().join("mine/runbook.md"), format!("{ours}\nMine: {{{{ title | strong }}}}\n")).unwrap();
    assert!(made(&BUILD).starts_with(&plain) && made(&BUILD).contains("\nMine: **"));
}

#[test]
fn a_field_that_is_not_there_is_a_fault_at_its_place() {
    for (text, place, help) in [
        ("# {{ titel }}", "line 1, column 6: there is no field `titel`", "did you mean `title`?"),
        ("{% for block in hot %}\n{% if block.atomik %}x{% endif %}{% endfor %}", "line 2, column 13: ", "`atomic`"),
        (
            "{{ title | heading }}",
            "line 1, column 12: missing keyword argument `level`",
            "templates --fields runbook.md",
        ),
    ] {
        let folder = with_template("runbook.md", text);
        let (code, _, stderr) = runsheet(folder.path(), &BUILD);
        assert!(stderr.starts_with(&format!("error[template]: template `runbook.md`, {place}")), "{stderr}");
        assert!(code == Some(1) && stderr.contains(help) && !folder.path().join("output").exists(), "{stderr}");
        // What is checked with these templates can be built with them.
        let (code, _, checked) = runsheet(folder.path(), &["check", "flow.toml", "--templates", "mine"]);
        assert!(code == Some(1) && checked.contains(stderr.lines().next().unwrap()), "{checked}");
    }
}

/// A fault that shows only once a template is filled in is found for each kind, once for all languages.
#[test]
fn check_fills_in_the_templates_of_runbook_and_ticket() {
    for name in ["runbook.md", "ticket.md"] {
        let folder = with_template(name, "{{ title | replace(from=1, to=title) }}");
        let check = |flow: &str| {
            fs::write(folder.path().join("flow.toml"), flow).unwrap();
            runsheet(folder.path(), &["check", "flow.toml", "--templates", "mine"])
        };
        let both = FLOW.replace("\nlang ", "\nlang = [\"en\", \"zh-CN\"] #");
        assert_ne!(both, FLOW);
        for flow in [FLOW, &both] {
            let (code, _, stderr) = check(flow);
            assert_eq!((code, stderr.matches(&format!("template `{name}`, line 1")).count()), (Some(1), 1), "{stderr}");
        }
        assert_eq!(runsheet(folder.path(), &["check", "flow.toml"]).0, Some(0));
        fs::write(folder.path().join("mine").join(name), "{{ title }}").unwrap();
        assert_eq!(check(FLOW).0, Some(0));
    }
}

#[test]
fn templates_are_listed_and_their_fields_printed() {
    let here = Path::new(".");
    let (code, list, _) = runsheet(here, &["templates"]);
    assert_eq!((code, list.lines().count()), (Some(0), BUILTIN.len() + BUILTIN_LABELS.len() + 2));
    for labels in &BUILTIN_LABELS {
        assert!(list.contains(labels.name) && list.contains(labels.doc), "{list}");
        assert_eq!(runsheet(here, &["templates", labels.name]).1, labels.text);
    }
    for builtin in BUILTIN {
        assert!(list.contains(&format!("{} ", builtin.name)) && list.contains(builtin.doc), "{list}");
        let (code, fields, _) = runsheet(here, &["templates", builtin.name, "--fields"]);
        assert_eq!(code, Some(0));
        let declared = builtin.gets.all().into_iter().flat_map(|of| of.fields).map(|field| (field.name, field.doc));
        let filters = builtin.filters().iter().map(|filter| (filter.name, filter.doc));
        let labels = Labels::of(&Lang::new("en"));
        for (name, words) in builtin.words(&labels).concat() {
            assert!(fields.lines().any(|line| line.contains(&name) && line.ends_with(words)), "{name}: {fields}");
        }
        for (name, doc) in declared.chain(filters) {
            let is_there = fields.lines().any(|line| line.starts_with(&format!("  {name}")) && line.ends_with(doc));
            assert!(is_there, "{name}: {fields}");
        }
    }
    for (args, says) in [
        (&["templates", "runbok.md"][..], "a similar value exists: 'runbook.md'"),
        (&["templates", "--fields"], "required arguments were not provided"),
    ] {
        let (code, stdout, stderr) = runsheet(here, args);
        assert!(code == Some(2) && stdout.is_empty() && stderr.contains(says), "{stderr}");
    }
}

#[test]
fn a_list_with_words_of_the_users_is_verified_without_their_folder() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("flow.toml", &FLOW.replace("lang   = \"en\"", "lang   = \"fr\""));
    write("mine/labels/fr.toml", "the-role = \"{title}\"\n[sheet]\nhot = \"À chaud\"\n");
    let build = ["build", "flow.toml", "--templates", "mine", "--only", "pdf"];
    let (code, said, stderr) = runsheet(folder.path(), &build);
    assert!(code == Some(0) && said.contains("`labels/fr.toml` lacks labels"), "{said}{stderr}");
    fs::remove_dir_all(folder.path().join("mine")).unwrap();
    let (code, said, stderr) = runsheet(folder.path(), &["verify", "output/minimal/checklist.pdf"]);
    assert!(code == Some(0) && said.contains("as they were made"), "{said}{stderr}");
    let (code, said, _) = runsheet(folder.path(), &["verify", "output/minimal/checklist.pdf", "--format", "json"]);
    assert!(code == Some(0) && said.contains("\"lang\": \"fr\""), "{said}");
    // Without the words there is no such language.
    let (code, _, stderr) = runsheet(folder.path(), &["build", "flow.toml"]);
    assert!(code == Some(1) && stderr.contains("as `labels/fr.toml` there"), "{stderr}");
}

/// Labels that are printed and given back say what ours say: nothing differs but the digests of what the list was made from.
#[test]
fn labels_that_are_printed_change_nothing_when_given_back() {
    let folder = tempfile::tempdir().unwrap();
    let of_change = FLOW.replace("lang   = ", "labels = \"change\"\nlang = ");
    assert_ne!(of_change, FLOW);
    let built = |flow: &str, more: &[&str]| {
        fs::write(folder.path().join("flow.toml"), flow).unwrap();
        let (code, _, stderr) = runsheet(folder.path(), &[&["build", "flow.toml"], more].concat());
        assert_eq!((code, &*stderr), (Some(0), ""));
        let read = |name: &str| fs::read(folder.path().join("output/minimal").join(name)).unwrap();
        // What shapes the list is another file, so its digest differs: digits of digests aren't compared.
        let list = super::support::read::read(&read("checklist.pdf")).unwrap();
        let words: Vec<String> =
            list.pages.iter().flat_map(|page| &page.glyphs).map(|glyph| glyph.reads.clone()).collect();
        let words: String = words.concat().chars().filter(|c| !matches!(c, '0'..='9' | 'a'..='f')).collect();
        (words, read("runbook.md"), read("flowchart.svg"))
    };
    for (flow, args, file) in [
        (FLOW, &["labels"][..], "en.toml"),
        (FLOW, &["labels", "sheet", "operator"], "en.toml"),
        (&of_change, &["labels", "--change"], "change.en.toml"),
        (&of_change, &["labels", "--change", "runbook", "months"], "change.en.toml"),
    ] {
        let (code, labels, stderr) = runsheet(folder.path(), args);
        assert_eq!((code, &*stderr), (Some(0), ""));
        fs::create_dir_all(folder.path().join("mine/labels")).unwrap();
        fs::write(folder.path().join("mine/labels").join(file), labels).unwrap();
        assert_eq!(built(flow, &["--templates", "mine"]), built(flow, &[]), "{args:?}");
        fs::remove_dir_all(folder.path().join("mine")).unwrap();
    }
    let (code, stdout, stderr) = runsheet(folder.path(), &["labels", "sheet.hott"]);
    assert!(code == Some(2) && stdout.is_empty() && stderr.contains("did you mean `sheet.hot`?"), "{stderr}");
}

#[test]
fn what_is_no_label_file_is_refused() {
    let said = |name: &str, bytes: &[u8]| {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("flow.toml"), FLOW).unwrap();
        fs::create_dir_all(folder.path().join("mine/labels")).unwrap();
        fs::write(folder.path().join("mine/labels").join(name), bytes).unwrap();
        let (code, _, stderr) = runsheet(folder.path(), &BUILD);
        assert!(code == Some(1) && !folder.path().join("output").exists(), "{stderr}");
        stderr
    };
    assert!(said("en.toml", b"\xff\xfe").starts_with("error[not-utf8]"));
    assert!(said("en.toml", &vec![b'#'; 5_000_000]).starts_with("error[too-long]"));
    assert!(said("en.toml", format!("item = '{}'", "x".repeat(10_000)).as_bytes()).starts_with("error[too-long]"));
    assert!(said("notes.md", b"").contains("is named like no label file"));
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_folder_of_labels_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("flow.toml"), FLOW).unwrap();
    fs::create_dir_all(folder.path().join("mine/labels")).unwrap();
    fs::write(folder.path().join("secret"), "item = 'x'").unwrap();
    std::os::unix::fs::symlink(folder.path().join("secret"), folder.path().join("mine/labels/en.toml")).unwrap();
    let (code, _, stderr) = runsheet(folder.path(), &BUILD);
    assert!(code == Some(1) && stderr.starts_with("error[link-outside]"), "{stderr}");
}
