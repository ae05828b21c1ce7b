//! `publish --record`: the list that was filled in, on the page of its release.

use std::fs;
use std::path::Path;
use std::process::Command;

use lopdf::{Document, dictionary};

use super::project::{Project, git, said, states};
use crate::support::form::fill;

const PAGE: &str = "Runbooks/minimal/7.md";
const RECORD: &str = "Runbooks/minimal/7/record.pdf";

/// A project with a wiki beside it, whose release is published.
fn project() -> Project {
    let project = Project::new("[publish.team]\nkind = 'git'\nurl = 'wiki.git'\n");
    git(Path::new("."), &["init", "-q", "--bare", "-b", "trunk", project.path("wiki.git").to_str().unwrap()]);
    project.published(&[]);
    project
}

fn file(project: &Project, path: &str) -> String {
    git(&project.path("wiki.git"), &["cat-file", "blob", &format!("trunk:{path}")])
}

/// Makes the list of the release as it is now, with these boxes ticked, as `filled.pdf`.
pub fn filled(project: &Project, boxes: &[&str], args: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_runsheet"));
    command.args(["build", "flows", "--only", "pdf"]).args(args).current_dir(project.path(""));
    let built = said(&mut command);
    assert_eq!(built.code, 0, "{}", built.stderr);
    let folder = if args.contains(&"--drill") { "output/minimal/7+drill" } else { "output/minimal/7" };
    let mut pdf = Document::load(project.path(folder).join("checklist.pdf")).unwrap();
    if !boxes.is_empty() {
        fill(&mut pdf, boxes, &[]);
    }
    pdf.save(project.path("filled.pdf")).unwrap();
}

#[test]
fn the_filled_in_list_and_its_outcome_go_on_the_page_of_the_release() {
    let project = project();
    filled(&project, &["step.1.operator", "outcome.aborted"], &["--fillable"]);
    // The flow has gone on meanwhile, and what was done stays as it was.
    project.edit("flows/minimal.toml", "Restart it", "Bring it back");
    let dry = project.published(&["--record", "filled.pdf", "--dry-run"]);
    let report = project.published(&["--record", "filled.pdf"]);
    let all = [format!("new {RECORD}"), format!("changed {PAGE}"), "changed Runbooks/minimal.md".to_owned()];
    assert_eq!((states(&report), states(&dry)), (all.to_vec(), all.to_vec()), "{report}");
    let page = file(&project, PAGE);
    let begin = "# ABORTED · Restart the registry\n\nRelease number: 7 · Planned start: 2999-03-02 20:00 +08:00 · **aborted** · \
        [Record, verified by runsheet](7/record.pdf)\n";
    assert!(page.starts_with(begin), "{page}");
    assert!(page.contains("Restart it") && !page.contains("Bring it back"), "{page}");
    assert!(file(&project, "Runbooks/minimal.md").contains("| aborted |"));
    let sent = git(&project.path("wiki.git"), &["rev-parse", &format!("trunk:{RECORD}")]);
    assert_eq!(sent, git(&project.path("wiki.git"), &["hash-object", project.path("filled.pdf").to_str().unwrap()]));

    // The release file says it, too; the record stays without being named again.
    project.edit("flows/minimal.release.toml", "number =", "outcome = 'aborted'\nnumber =");
    let report = project.published(&[]);
    assert_eq!(states(&report), [format!("same {PAGE}"), "same Runbooks/minimal.md".to_owned()], "{report}");
    // Another record doesn't take its place.
    filled(&project, &["step.1.checker", "outcome.aborted"], &["--fillable"]);
    let stderr = project.refused(&["--record", "filled.pdf"]);
    assert!(
        stderr.contains("`Runbooks/minimal/7/record.pdf` on `team`: there is another file in its place"),
        "{stderr}"
    );
    project.published(&["--record", "filled.pdf", "--force"]);
    // What contradicts the release file doesn't, either.
    project.edit("flows/minimal.release.toml", "'aborted'", "'executed'");
    let stderr = project.refused(&["--record", "filled.pdf"]);
    assert!(stderr.contains("the release says `executed`, and `filled.pdf` says `aborted`"), "{stderr}");
}

/// Closes the release in its file.
fn close(project: &Project, args: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_runsheet"));
    command.args(["close", "flows/minimal.release.toml"]).args(args).current_dir(project.path(""));
    let closed = said(&mut command);
    assert_eq!(closed.code, 0, "{}", closed.stderr);
}

#[test]
fn the_scan_that_the_release_names_goes_on_its_page_unverified() {
    let project = project();
    project.write("signed.pdf", "%PDF-1.4 from a scanner");
    close(&project, &["--outcome", "executed", "--scan", "signed.pdf"]);
    let report = project.published(&["--record", "signed.pdf"]);
    assert_eq!(states(&report)[0], "new Runbooks/minimal/7/scan.pdf", "{report}");
    let status = "Release number: 7 · Planned start: 2999-03-02 20:00 +08:00 · **executed** · \
        [Scan of the signed list, not verified](7/scan.pdf)\n";
    assert!(file(&project, PAGE).contains(status), "{}", file(&project, PAGE));
    assert_eq!(file(&project, "Runbooks/minimal/7/scan.pdf"), "%PDF-1.4 from a scanner");
    let report = project.published(&[]);
    assert_eq!(states(&report), [format!("same {PAGE}"), "same Runbooks/minimal.md".to_owned()], "{report}");
    // Another scan is one that the release doesn't name, so it would have to be a list of ours.
    fs::write(project.path("signed.pdf"), another_pdf()).unwrap();
    let stderr = project.refused(&["--record", "signed.pdf"]);
    assert!(stderr.contains("`signed.pdf`"), "{stderr}");
    assert!(stderr.contains("name it to `runsheet close RELEASE --scan FILE` first"), "{stderr}");
    assert_eq!(file(&project, "Runbooks/minimal/7/scan.pdf"), "%PDF-1.4 from a scanner");
}

/// A PDF that no check list is inside of.
fn another_pdf() -> Vec<u8> {
    let mut pdf = Document::with_version("1.4");
    let pages = pdf.add_object(dictionary! { "Type" => "Pages", "Kids" => Vec::<lopdf::Object>::new(), "Count" => 0 });
    let root = pdf.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    pdf.trailer.set("Root", root);
    let mut bytes = Vec::new();
    pdf.save_to(&mut bytes).unwrap();
    bytes
}

#[test]
fn a_scan_that_is_no_pdf_is_refused() {
    let project = project();
    project.write("signed.jpg", "\u{ff}picture");
    close(&project, &["--outcome", "executed", "--scan", "signed.jpg"]);
    let stderr = project.refused(&["--record", "signed.jpg"]);
    assert!(stderr.contains("`signed.jpg` is no PDF") && stderr.contains("as a PDF"), "{stderr}");
}

#[test]
fn a_record_is_the_one_that_the_release_names() {
    let project = project();
    filled(&project, &["outcome.aborted"], &["--fillable"]);
    close(&project, &["--record", "filled.pdf"]);
    let named = fs::read(project.path("filled.pdf")).unwrap();
    filled(&project, &["step.1.operator", "outcome.aborted"], &["--fillable"]);
    let stderr = project.refused(&["--record", "filled.pdf"]);
    assert!(stderr.contains("the release names another record than `filled.pdf`"), "{stderr}");
    assert!(stderr.contains("flows/minimal.release.toml:"), "{stderr}");
    fs::write(project.path("filled.pdf"), named).unwrap();
    project.published(&["--record", "filled.pdf"]);
}

#[test]
fn what_is_no_record_is_refused() {
    let project = project();
    let before = git(&project.path("wiki.git"), &["rev-parse", "trunk"]);
    let refused = |told: &str, args: &[&str]| {
        let stderr = project.refused(&[&["--record", "filled.pdf"], args].concat());
        assert!(stderr.contains(told), "{told}: {stderr}");
    };
    refused("`filled.pdf`", &[]);
    fs::write(project.path("filled.pdf"), "%PDF-1.7 no").unwrap();
    refused("`filled.pdf`", &[]);
    filled(&project, &[], &[]);
    refused("has no fields: it is filled in on paper", &[]);
    filled(&project, &[], &["--fillable"]);
    refused("nothing is filled in on `filled.pdf`", &[]);
    filled(&project, &["outcome.executed"], &["--fillable", "--drill"]);
    refused("is the list of a drill", &[]);
    filled(&project, &["outcome.executed"], &["--fillable"]);
    // Somebody changed what stands on its pages.
    let mut pdf = Document::load(project.path("filled.pdf")).unwrap();
    let page = pdf.get_pages()[&1];
    let mut content = pdf.get_page_content(page);
    content.extend_from_slice(b"\n1 0 0 RG 0 0 m 500 500 l S\n");
    let stream = pdf.add_object(lopdf::Stream::new(dictionary! {}, content));
    pdf.get_dictionary_mut(page).unwrap().set("Contents", stream);
    pdf.save(project.path("changed.pdf")).unwrap();
    let stderr = project.refused(&["--record", "changed.pdf"]);
    assert!(stderr.contains("`changed.pdf`"), "{stderr}");
    let config = fs::read_to_string(project.path("runsheet.toml")).unwrap();
    project.write("runsheet.toml", &format!("{config}people = false\n"));
    refused("the record names people, and `people = false` keeps them off this wiki", &[]);
    project.write("runsheet.toml", &format!("{config}release-page = false\n"));
    refused("releases have no pages there, so a record has no place", &[]);
    project.write("runsheet.toml", &config);
    project.edit("flows/minimal.release.toml", "number = '7'", "number = '8'");
    refused("`filled.pdf` is of the flow `minimal`, release 7, which isn't published here", &[]);
    // Whatever else went on, no record did.
    assert!(!git(&project.path("wiki.git"), &["ls-tree", "-r", "--name-only", "trunk"]).contains("record"));
    assert!(!before.is_empty());
}

#[test]
fn a_release_for_an_older_revision_gets_its_state_and_nothing_else() {
    let project = project();
    project.edit("flows/minimal.release.toml", "number =", "revision = '3'\nnumber =");
    project.published(&[]);
    let before = file(&project, PAGE);
    project.edit("flows/minimal.toml", "revision = '3'", "revision = '4'");
    project.edit("flows/minimal.toml", "Restart it", "Bring it back");
    let report = project.published(&[]);
    assert_eq!(states(&report), [format!("same {PAGE}"), "changed Runbooks/minimal.md".to_owned()], "{report}");
    assert_eq!(file(&project, PAGE), before);
    project.edit("flows/minimal.release.toml", "number =", "status = 'cancelled'\nnumber =");
    project.published(&[]);
    let page = file(&project, PAGE);
    assert!(page.starts_with("# CANCELLED · ") && page.contains("Restart it at the version before"), "{page}");
    // Without a page it isn't known what its release was.
    project.edit("flows/minimal.release.toml", "number = '7'", "number = '8'");
    let stderr = project.refused(&[]);
    let told =
        "`Runbooks/minimal/8` on `team`: its release was written for revision 3 of the flow, and has no page yet";
    assert!(stderr.contains(told), "{stderr}");
}
