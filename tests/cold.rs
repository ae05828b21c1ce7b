//! The list of the cold operations beside the main list: which is made when, what each says of the other, and what becomes of
//! files in their places.

use std::fs;
use std::path::Path;
use std::process::Command;

use runsheet::geometry::Paper;
use runsheet::page::{dump, layout};
use runsheet::text::typeset::Typesetter;
use runsheet::view::checklist::{ListOptions, SheetKind, UsedColdList, checklist};
use runsheet::view::labels::OURS;

use crate::support::form::fields;
use crate::support::{self, FONTS, findings};

const FLOW: &str = include_str!("flows/minimal/flow.toml");
const RELEASE: &str = "flow = 'minimal'\nstart = 2013-01-25T20:00:00+08:00\nprinted = 2013-01-25T15:00:00+08:00\n";

/// A folder with a flow and its release.
fn folder(flow: &str, release: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("flow.toml"), flow).unwrap();
    fs::write(folder.path().join("x.release.toml"), release).unwrap();
    folder
}

fn run(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let run = Command::new(env!("CARGO_BIN_EXE_runsheet")).args(args).current_dir(folder).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (run.status.code().unwrap_or(-1), text(&run.stdout), text(&run.stderr))
}

/// Builds the check lists; returns the files that the build wrote.
fn build(folder: &Path, args: &[&str]) -> Vec<String> {
    let (code, said, faults) = run(folder, &[&["build", "flow.toml", "--only", "pdf"], args].concat());
    assert_eq!(code, 0, "{faults}");
    said.lines().filter_map(|line| line.trim().strip_prefix("wrote      ")).map(str::to_owned).collect()
}

fn verify(folder: &Path, list: &str) -> String {
    let (code, said, faults) = run(folder, &["verify", list]);
    assert_eq!((code, &*faults), (0, ""), "{list}");
    said
}

const COLD: &str = "output/minimal/cold.pdf";
const MAIN: &str = "output/minimal/checklist.pdf";

#[test]
fn the_cold_operations_have_a_list_of_their_own() {
    let folder = folder(FLOW, RELEASE);
    let folder = folder.path();
    assert_eq!(build(folder, &[]), ["checklist.pdf", "cold.pdf"]);
    let (cold, main) = (verify(folder, COLD), verify(folder, MAIN));
    assert!(cold.contains(", sheets cold\n"), "{cold}");
    assert!(main.contains(", sheets main\n"), "{main}");
    // Both are of one flow and release; the lists differ.
    let line = |said: &str, name: &str| {
        said.lines().find(|line| line.trim_start().starts_with(name)).unwrap_or_default().to_owned()
    };
    for name in ["flow ", "release "] {
        assert_eq!(line(&cold, name), line(&main, name));
    }
    assert_ne!(line(&cold, "list "), line(&main, "list "));
    assert_eq!(build(folder, &["--copies", "2"]), ["checklist.pdf", "cold.pdf"]);
    assert!(verify(folder, COLD).contains("2 copies") && verify(folder, MAIN).contains("2 copies"));
}

#[test]
fn sheets_that_are_asked_for_make_one_list() {
    let folder = folder(FLOW, RELEASE);
    let folder = folder.path();
    build(folder, &[]);
    let cold = fs::read(folder.join(COLD)).unwrap();
    assert_eq!(build(folder, &["--sheets", "cold,hot"]), ["checklist.pdf"]);
    assert!(verify(folder, MAIN).contains(", sheets cold hot\n"));
    assert!(!folder.join(COLD).exists(), "a list of the last build is left");
    // The cold sheet alone is the cold list.
    assert_eq!(build(folder, &["--sheets", "cold"]), ["cold.pdf"]);
    assert_eq!(fs::read(folder.join(COLD)).unwrap(), cold);
    assert!(!folder.join(MAIN).exists());
}

#[test]
fn a_flow_without_cold_operations_has_no_cold_list() {
    let folder = folder(FLOW, RELEASE);
    let folder = folder.path();
    build(folder, &[]);
    assert!(folder.join(COLD).exists());
    let (before, cold) = FLOW.split_once("[[cold]]").unwrap();
    let without = format!("{before}{}", &cold[cold.find("[[hot]]").unwrap()..]);
    fs::write(folder.join("flow.toml"), without).unwrap();
    assert_eq!(build(folder, &[]), ["checklist.pdf"]);
    assert!(!folder.join(COLD).exists(), "a list of the last build is left");
    assert!(!verify(folder, MAIN).contains("sheets"));
    let (code, _, faults) = run(folder, &["build", "flow.toml", "--only", "pdf", "--sheets", "cold"]);
    assert!(code == 1 && faults.contains("has none of the sheets"), "{faults}");
}

#[test]
fn a_file_of_others_is_not_taken_for_the_cold_list() {
    let folder = folder(FLOW, RELEASE);
    let folder = folder.path();
    for mine in ["mine", "%PDF-1.7\n%%EOF\n"] {
        fs::create_dir_all(folder.join("output/minimal")).unwrap();
        fs::write(folder.join(COLD), mine).unwrap();
        let (code, _, faults) = run(folder, &["build", "flow.toml"]);
        assert!(code == 1 && faults.contains("no build wrote this in `output/minimal`: `cold.pdf`"), "{faults}");
        assert_eq!(fs::read_to_string(folder.join(COLD)).unwrap(), mine);
        assert!(!folder.join(MAIN).exists());
        assert_eq!(build(folder, &["--force"]), ["checklist.pdf", "cold.pdf"]);
        assert_eq!(fs::read_to_string(folder.join("output/minimal/cold.old-1.pdf")).unwrap(), mine);
        fs::remove_dir_all(folder.join("output")).unwrap();
    }
}

/// The lists that a build makes of a plan, as people see them.
fn lists(plan: &runsheet::plan::Plan, paper: Paper) -> [support::Case; 2] {
    let print = |sheets: &[SheetKind]| {
        let list_digest = Some("a0750123456789ab".to_owned());
        let options = ListOptions { sheets: Some(sheets.to_vec()), list_digest, ..ListOptions::default() };
        support::print_as(plan.id.clone(), plan, paper, &options).unwrap_or_else(|tall| panic!("{tall:?}"))
    };
    [print(&SheetKind::COLD), print(&SheetKind::MAIN)]
}

#[test]
fn both_lists_of_every_example_are_printed_as_they_must_be() {
    let mut found = Vec::new();
    for name in support::flows() {
        for plan in support::example(&name) {
            for paper in support::PAPERS {
                for list in lists(&plan, paper) {
                    found.extend(findings(&list.view, &list.bytes));
                }
            }
        }
    }
    assert_eq!(found, [""; 0]);
}

#[test]
fn each_list_says_which_it_is_and_the_main_one_has_room_to_say_it_of_the_other() {
    for plan in support::example("dubbo-registry").iter().chain(&support::example("skiff-release")) {
        let [cold, main] = lists(plan, Paper::A4).map(|list| dump::text(&list.document));
        for page in [&cold, &main].into_iter().flat_map(|list| list.split("══ page ").skip(1)) {
            assert!(page.contains("a075\u{a0}0123\u{a0}4567"), "{page}");
        }
        assert!(cold.contains("C 1/") && !main.contains("C 1/"), "{cold}");
        let fields = |list: &ListOptions| {
            let view = checklist(plan, &OURS.of_plan(plan), list);
            let document = layout::checklist(&view, &mut Typesetter::new(&FONTS), Paper::A4).unwrap();
            document.fields.iter().map(|field| field.name.to_string()).collect::<Vec<_>>()
        };
        let of =
            |sheets: &[SheetKind]| fields(&ListOptions { sheets: Some(sheets.to_vec()), ..ListOptions::default() });
        let (cold, main, whole) = (of(&SheetKind::COLD), of(&SheetKind::MAIN), fields(&ListOptions::default()));
        let row = ["cold.list", "cold.signed", "cold.open"].map(str::to_owned);
        assert!(row.iter().all(|field| main.contains(field) && !cold.contains(field) && !whole.contains(field)));
        // There is no outcome yet when the cold operations are done.
        let is_outcome = |field: &String| field.starts_with("outcome.");
        assert!(!cold.iter().any(is_outcome) && main.iter().any(is_outcome));
        // Apart from that, the two hold all that one list of all sheets does.
        let is_of_pages = |field: &&String| !field.starts_with("page-");
        let mut both: Vec<&String> =
            cold.iter().chain(&main).filter(is_of_pages).filter(|f| !row.contains(f)).collect();
        let mut all: Vec<&String> = whole.iter().filter(is_of_pages).collect();
        for fields in [&mut both, &mut all] {
            fields.sort();
            fields.dedup();
        }
        // The day of printing is known of the main list alone.
        both.retain(|field| *field != "release.printed");
        all.retain(|field| *field != "release.printed");
        assert_eq!(both, all);
    }
}

/// A folder with a numbered release, built, and the cold list that was used beside it.
fn used(flow: &str) -> tempfile::TempDir {
    let folder = folder(flow, &format!("number = '7'\n{RELEASE}"));
    build(folder.path(), &[]);
    fs::rename(folder.path().join("output/minimal/7/cold.pdf"), folder.path().join("used.pdf")).unwrap();
    folder
}

const COLD_7: &str = "output/minimal/7/cold.pdf";
const MAIN_7: &str = "output/minimal/7/checklist.pdf";

/// What `verify` says of a list in JSON.
fn json(folder: &Path, list: &str) -> serde_json::Value {
    let (code, said, _) = run(folder, &["verify", list, "--format", "json"]);
    assert_eq!(code, 0, "{list}: {said}");
    serde_json::from_str(&said).unwrap()
}

#[test]
fn the_main_list_names_the_cold_list_that_was_used_and_what_changed_since() {
    let folder = used(FLOW);
    let folder = folder.path();
    let digest = json(folder, "used.pdf")["source"]["list-digest"].clone();
    let built = |changes: &[(&str, &str)]| {
        let flow = changes.iter().fold(FLOW.to_owned(), |flow, (from, to)| flow.replace(from, to));
        fs::write(folder.join("flow.toml"), flow).unwrap();
        assert_eq!(build(folder, &["--cold", "used.pdf"]), ["checklist.pdf"]);
        assert!(!folder.join(COLD_7).exists(), "the list that was used holds");
        let used = json(folder, MAIN_7)["source"]["cold"].clone();
        assert_eq!(used["list-digest"], digest);
        let list =
            |key: &str| used[key].as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect();
        let lists: [Vec<String>; 2] = [list("changed"), list("removed")];
        // It is filled in on paper, so nobody knows what is open.
        assert_eq!(used.as_object().unwrap().len(), 3, "{used}");
        // The main list names the cold one, so both are of one release, whatever changed.
        let (code, said, faults) = run(folder, &["verify", MAIN_7, "used.pdf"]);
        assert!(code == 0 && said.contains("of one flow and release with `used.pdf`: 7"), "{said}{faults}");
        lists
    };
    let other = "[[cold]]\nlead = '1 day'\nop = 'read'\ndo = 'Look'\n[[hot]]\ntitle";
    let (same, c1) = (Vec::<String>::new(), vec!["C1".to_owned()]);
    assert_eq!(built(&[("[[hot]]\ntitle", "[[hot]]\nid = 'x'\ntitle")]), [same.clone(), same.clone()]);
    assert_eq!(built(&[("for a minute", "for an hour")]), [c1.clone(), same.clone()]);
    assert_eq!(built(&[("1 day", "2 days")]), [c1.clone(), same.clone()]);
    assert_eq!(built(&[("[[hot]]\ntitle", other)]), [vec!["C2".to_owned()], same.clone()]);
    // An operation that moves up to another number is the same; the one that is gone is named by its number.
    let (before, cold) = FLOW.split_once("[[cold]]").unwrap();
    let at = cold.find("[[hot]]").unwrap();
    let old = format!("{before}[[cold]]\nlead = '3 days'\nop = 'read'\ndo = 'Look'\n[[cold]]{cold}");
    fs::write(folder.join("flow.toml"), &old).unwrap();
    build(folder, &["--force"]);
    fs::rename(folder.join(COLD_7), folder.join("used.pdf")).unwrap();
    fs::write(folder.join("flow.toml"), format!("{before}[[cold]]{}{}", &cold[..at], &cold[at..])).unwrap();
    assert_eq!(build(folder, &["--cold", "used.pdf"]), ["checklist.pdf"]);
    let used = json(folder, MAIN_7)["source"]["cold"].clone();
    assert_eq!((&used["changed"], &used["removed"]), (&serde_json::json!([]), &serde_json::json!(["C1"])));
}

#[test]
fn a_list_that_was_used_is_named_even_where_no_cold_operation_is_left() {
    let folder = used(FLOW);
    let folder = folder.path();
    let (before, cold) = FLOW.split_once("[[cold]]").unwrap();
    fs::write(folder.join("flow.toml"), format!("{before}{}", &cold[cold.find("[[hot]]").unwrap()..])).unwrap();
    assert_eq!(build(folder, &["--cold", "used.pdf"]), ["checklist.pdf"]);
    let used = json(folder, MAIN_7)["source"]["cold"].clone();
    assert_eq!((&used["changed"], &used["removed"]), (&serde_json::json!([]), &serde_json::json!(["C1"])));
    let (code, said, faults) = run(folder, &["verify", MAIN_7, "used.pdf"]);
    assert!(code == 0 && said.contains("of one flow and release"), "{said}{faults}");
}

#[test]
fn what_the_release_gives_only_later_changes_no_operation() {
    let flow = FLOW.replace("[contacts.team]", "[values]\nversion = 'Version'\nhost = 'Host'\n[contacts.team]");
    let flow = flow.replace("Tell the application team", "Tell of {{ version }} on {{ host }}");
    let folder = folder(&flow, &format!("number = '7'\n{RELEASE}values = {{ version = '1' }}\n"));
    let folder = folder.path();
    build(folder, &[]);
    fs::rename(folder.join(COLD_7), folder.join("used.pdf")).unwrap();
    let changed = |values: &str| {
        fs::write(folder.join("x.release.toml"), format!("number = '7'\noperator = 'Ann'\n{RELEASE}{values}\n"))
            .unwrap();
        assert_eq!(build(folder, &["--cold", "used.pdf"]), ["checklist.pdf"]);
        json(folder, MAIN_7)["source"]["cold"]["changed"].clone()
    };
    assert_eq!(changed("values = { version = '1', host = 'db-1' }"), serde_json::json!([]));
    assert_eq!(changed("values = { version = '2', host = 'db-1' }"), serde_json::json!(["C1"]));
}

/// What the release gives later may leave an operation out, and others stand at other places then; they are the same ones.
#[test]
fn what_a_release_leaves_out_later_takes_no_other_operation_away() {
    let flow = FLOW.replace(
        "[contacts.team]",
        "[values]\nhost = 'Host'\nkind = { label = 'Kind', choices = ['regular', 'security'] }\n[contacts.team]",
    );
    let (before, cold) = flow.split_once("[[cold]]").unwrap();
    let flow = format!(
        "{before}[[cold]]\nlead = '3 days'\nop = 'read'\ndo = 'Look'\nonly = {{ kind = 'security' }}\n\
         [[cold]]\nlead = '2 days'\nop = 'read'\ndo = 'Look at {{{{ host }}}}'\n[[cold]]{cold}"
    );
    let flow = flow.replace("Tell the application team", "Tell of {{ host }}");
    let folder = folder(&flow, &format!("number = '7'\n{RELEASE}"));
    let folder = folder.path();
    build(folder, &[]);
    fs::rename(folder.join(COLD_7), folder.join("used.pdf")).unwrap();
    let release = format!("number = '7'\n{RELEASE}values = {{ kind = 'regular', host = 'db-1' }}\n");
    fs::write(folder.join("x.release.toml"), release).unwrap();
    assert_eq!(build(folder, &["--cold", "used.pdf"]), ["checklist.pdf"]);
    let used = json(folder, MAIN_7)["source"]["cold"].clone();
    assert_eq!((&used["changed"], &used["removed"]), (&serde_json::json!([]), &serde_json::json!(["C1"])));
}

#[test]
fn a_release_that_moved_gets_a_cold_list_that_says_what_it_replaces() {
    let folder = used(FLOW);
    let folder = folder.path();
    let moved = format!("number = '7'\n{}", RELEASE.replace("25T20", "28T20"));
    fs::write(folder.join("x.release.toml"), moved).unwrap();
    assert_eq!(build(folder, &["--cold", "used.pdf"]), ["checklist.pdf", "cold.pdf"]);
    let old = json(folder, "used.pdf")["source"]["list-digest"].clone();
    for list in [COLD_7, MAIN_7] {
        let used = json(folder, list)["source"]["cold"].clone();
        assert_eq!((&used["list-digest"], &used["moved-from"]), (&old, &"2013-01-25 20:00 +08:00".into()));
    }
    // The new list is the one to be used from then on.
    fs::rename(folder.join(COLD_7), folder.join("new.pdf")).unwrap();
    assert_eq!(build(folder, &["--cold", "new.pdf"]), ["checklist.pdf"]);
    let (new, used) = (json(folder, "new.pdf"), json(folder, MAIN_7)["source"]["cold"].clone());
    assert_eq!(used["list-digest"], new["source"]["list-digest"]);
    assert_eq!(used.get("moved-from"), None);
}

#[test]
fn another_file_is_no_cold_list_that_was_used() {
    let folder = used(FLOW);
    let folder = folder.path();
    let refused = |file: &str, args: &[&str], expected: &str| {
        let (code, _, faults) = run(folder, &[&["build", "flow.toml", "--cold", file], args].concat());
        assert!(code == 1 && faults.contains(expected), "{file} {args:?}: {faults}");
    };
    let list = fs::read(folder.join("used.pdf")).unwrap();
    fs::write(folder.join("cut.pdf"), &list[..list.len() / 2]).unwrap();
    let mut painted = lopdf::Document::load_mem(&list).unwrap();
    let page = painted.get_pages()[&1];
    painted.change_page_content(page, b"0 0 100 100 re f".to_vec()).unwrap();
    painted.save(folder.join("painted.pdf")).unwrap();
    let main = MAIN_7;
    for (file, args, expected) in [
        ("nowhere.pdf", &[][..], "error[unreadable]"),
        ("flow.toml", &[], "`flow.toml` is no check list of runsheet"),
        ("cut.pdf", &[], "error[unreadable]"),
        ("painted.pdf", &[], "error[changed]: page 1 of `painted.pdf` isn't as it was made"),
        (main, &[], "there are no cold operations on `output/minimal/7/checklist.pdf`"),
        ("used.pdf", &["--number", "8"], "`used.pdf` is the cold list of the release 7, and this is 8"),
        ("used.pdf", &["--drill"], "isn't the list of a drill, and this is one"),
    ] {
        refused(file, args, expected);
    }
    fs::write(folder.join("flow.toml"), FLOW.replace("\"minimal\"", "\"other\"")).unwrap();
    fs::write(folder.join("x.release.toml"), RELEASE.replace("minimal", "other")).unwrap();
    refused("used.pdf", &[], "`used.pdf` is a list of the flow `minimal`, and this is `other`");
    let (code, _, faults) = run(folder, &["build", "flow.toml", "tests.toml", "--cold", "used.pdf"]);
    assert!(code == 2 && faults.contains("`--cold` can be given for one flow only"), "{faults}");
}

#[test]
fn a_form_says_what_is_open_and_one_without_entries_was_not_used() {
    let folder = folder(FLOW, &format!("number = '7'\n{RELEASE}"));
    let folder = folder.path();
    build(folder, &["--fillable"]);
    fs::rename(folder.join(COLD_7), folder.join("form.pdf")).unwrap();
    let (code, _, faults) = run(folder, &["build", "flow.toml", "--cold", "form.pdf"]);
    assert!(code == 1 && faults.contains("error[not-filled-in]: nothing is filled in on `form.pdf`"), "{faults}");
    let fill_in = |names: &[(&str, &str)], is_drawn: bool| {
        let mut pdf = lopdf::Document::load(folder.join("form.pdf")).unwrap();
        let form = pdf.catalog().unwrap().get(b"AcroForm").unwrap().as_reference().unwrap();
        // What is written here is drawn by whoever shows it.
        pdf.get_dictionary_mut(form).unwrap().set("NeedAppearances", is_drawn);
        let fields = fields(&pdf);
        for (wanted, value) in names {
            let (_, id) =
                fields.iter().find(|(name, _)| name == wanted).unwrap_or_else(|| panic!("{wanted}: {fields:?}"));
            let entry = pdf.get_dictionary_mut(*id).unwrap();
            if wanted.ends_with("time") {
                entry.set("V", lopdf::text_string(value));
            } else {
                entry.set("V", lopdf::Object::Name(b"Yes".to_vec()));
                entry.set("AS", lopdf::Object::Name(b"Yes".to_vec()));
            }
        }
        pdf.save(folder.join("filled.pdf")).unwrap();
    };
    let fill = |names: &[(&str, &str)]| {
        fill_in(names, true);
        assert_eq!(build(folder, &["--cold", "filled.pdf"]), ["checklist.pdf"]);
        json(folder, MAIN_7)["source"]["cold"].clone()
    };
    let half = fill(&[("step.C1.operator", "")]);
    assert_eq!((&half["open"], half.get("signed")), (&serde_json::json!(["C1"]), None));
    let done_fields = [
        ("step.C1.operator", ""),
        ("step.C1.checker", ""),
        ("step.C1.time", "24 Jan. 10:00"),
        ("cold.signature.operator.time", "24 Jan."),
        ("cold.signature.checker.time", "25 Jan."),
    ];
    let done = fill(&done_fields);
    assert_eq!((&done["open"], &done["signed"]), (&serde_json::json!([]), &"24 Jan., 25 Jan.".into()));
    // Whatever `verify` finds wrong with the list is wrong here too.
    fill_in(&done_fields[3..], false);
    let wrong = "“Cold operations · Operator Date and time” on page 1 shows something other than its value";
    for args in [&["verify", "filled.pdf"][..], &["build", "flow.toml", "--cold", "filled.pdf"]] {
        let (code, _, faults) = run(folder, args);
        assert!(code == 1 && faults.contains(wrong), "{args:?}: {faults}");
    }
    // What has no glyph for sure isn't printed: there is a line to write on.
    let odd = fill(&[("cold.signature.operator.time", "\u{13000}"), ("cold.signature.checker.time", "\u{13000}")]);
    assert_eq!(odd.get("signed"), None);
}

#[test]
fn what_is_said_of_the_used_list_is_printed_as_it_must_be() {
    for name in ["dubbo-registry", "postgres-upgrade"] {
        for (plan, paper) in support::example(name).iter().flat_map(|plan| support::PAPERS.map(|paper| (plan, paper))) {
            let used = UsedColdList {
                list_digest: "a0750123456789ab".to_owned(),
                signed: Some("2013-01-22".to_owned()),
                open: Some(vec!["C1".to_owned()]),
                changed: vec!["C2".to_owned(), "C3".to_owned()],
                removed: vec!["C99".to_owned()],
                ..UsedColdList::default()
            };
            let moved = UsedColdList { moved_from: Some("2013-01-25 20:00 +08:00".to_owned()), ..used.clone() };
            for (used, sheets) in
                [(&used, &SheetKind::MAIN[..]), (&moved, &SheetKind::MAIN), (&moved, &SheetKind::COLD)]
            {
                let options = ListOptions {
                    sheets: Some(sheets.to_vec()),
                    cold: Some(used.clone()),
                    new_cold_digest: used.moved_from.as_ref().map(|_| "49db".repeat(16)),
                    ..ListOptions::default()
                };
                let case = support::print_as(name.to_owned(), plan, paper, &options).unwrap();
                assert_eq!(findings(&case.view, &case.bytes), [""; 0]);
                let text = dump::text(&case.document);
                let said = |words: &str| text.contains(words);
                assert!(said("a075\u{a0}0123\u{a0}4567"), "{text}");
                assert_eq!(said("C99"), used.moved_from.is_none());
                let squeezed: String = text.split_whitespace().collect();
                assert!(used.moved_from.is_none() || squeezed.contains("2013-01-2520:00+08:00"), "{text}");
                let fields: Vec<String> = case.document.fields.iter().map(|field| field.name.to_string()).collect();
                // A step whose items have boxes has none of its own.
                let has = |field: &str| fields.iter().any(|name| name.starts_with(field));
                let is_main = sheets.len() > 1;
                assert_eq!(has("step.C2."), !is_main || used.moved_from.is_none());
                assert_eq!(has("step.C1."), !is_main);
                assert_eq!(has("cold.signed"), is_main && used.moved_from.is_some());
                assert!(!has("cold.list"));
            }
        }
    }
}

#[test]
fn lists_of_other_flows_releases_and_revisions_are_told_apart() {
    let folder = used(FLOW);
    let folder = folder.path();
    let verify = |other: &str| run(folder, &["verify", "used.pdf", other]);
    let (code, said, faults) = verify(MAIN_7);
    assert_eq!((code, &*faults), (0, ""));
    assert!(said.contains("of one flow and release with `output/minimal/7/checklist.pdf`: 7"), "{said}");
    assert_eq!(said.matches("pages, as they were made").count() + said.matches("page, as they were made").count(), 2);
    let other = |flow: String, release: String, expected: &str| {
        let out = folder.join("other");
        fs::create_dir_all(&out).unwrap();
        fs::write(out.join("flow.toml"), flow).unwrap();
        fs::write(out.join("x.release.toml"), release).unwrap();
        let (code, said, faults) = run(folder, &["build", "other/flow.toml", "--only", "pdf", "-o", "other/out"]);
        assert_eq!(code, 0, "{faults}");
        let place = said.split_once("  flow ").unwrap().0.to_owned();
        let (code, said, faults) = verify(&format!("{place}/checklist.pdf"));
        assert!(
            code == 1 && faults.contains(expected) && said.contains("not shown to be of one flow"),
            "{said}{faults}"
        );
        let (_, said, _) = run(folder, &["verify", "used.pdf", &format!("{place}/checklist.pdf"), "--format", "json"]);
        let json: serde_json::Value = serde_json::from_str(&said).unwrap();
        assert_eq!((&json["one-release"], &json["ok"]), (&false.into(), &false.into()));
    };
    let numbered = |number: &str| format!("number = '{number}'\n{RELEASE}");
    other(FLOW.replace("minimal", "x"), numbered("7").replace("minimal", "x"), "is of the flow `minimal`, and");
    other(FLOW.to_owned(), numbered("8"), "is of the release 7, and");
    other(FLOW.replace("Restart", "Start"), numbered("7"), "are of different revisions of one flow");
    other(FLOW.to_owned(), RELEASE.to_owned(), "only one of the two lists has a number");
    other(FLOW.to_owned(), format!("drill = true\n{}", numbered("7")), "one of the two lists is that of a drill");
    fs::write(folder.join("cut.pdf"), "%PDF-1.7\n").unwrap();
    let (code, _, faults) = verify("cut.pdf");
    assert!(code == 1 && faults.contains("`cut.pdf`"), "{faults}");
}
