//! Flows that need a release, and flows with several of them, published to a git repository.

use std::path::{Path, PathBuf};

use super::project::{Project, RELEASE, git, states};

const CONFIG: &str = "[publish.team]\nkind = 'git'\nurl = 'wiki.git'\n";

/// A project with an empty wiki beside it.
fn project(config: &str) -> (Project, PathBuf) {
    let project = Project::new(config);
    let wiki = project.path("wiki.git");
    git(Path::new("."), &["init", "-q", "--bare", "-b", "trunk", wiki.to_str().unwrap()]);
    (project, wiki)
}

/// The same, for a flow of the examples, with its release.
fn example(name: &str) -> (Project, PathBuf) {
    let (project, wiki) = project(&format!("{CONFIG}attach = ['chart', 'pdf']\n"));
    std::fs::remove_dir_all(project.path("flows")).unwrap();
    for ending in ["toml", "release.toml"] {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("flows/{name}.{ending}"));
        project.write(&format!("flows/{name}.{ending}"), &std::fs::read_to_string(file).unwrap());
    }
    (project, wiki)
}

/// A page of the wiki.
fn page(wiki: &Path, title: &str) -> String {
    git(wiki, &["cat-file", "blob", &format!("trunk:Runbooks/{title}.md")])
}

#[test]
fn a_flow_that_repeats_for_a_list_shows_on_its_page_each_block_once() {
    for (name, element) in [("rolling-kernel-patch", "‹host›"), ("kubernetes-control-plane", "‹node›")] {
        let (project, wiki) = example(name);
        let report = project.published(&[]);
        // A list with steps for any host is nothing to work with.
        assert!(!states(&report).contains(&format!("new Runbooks/{name}/checklist.pdf")), "{report}");
        assert!(states(&report).contains(&format!("new Runbooks/{name}/flowchart.svg")), "{report}");
        let page = page(&wiki, name);
        assert!(page.contains(element), "{page}");
        let told =
            ["What is repeated for each element of a list stands here once", "按清单逐个重复的内容，这里只写一遍"];
        assert!(told.iter().any(|told| page.contains(told)), "{page}");
        assert!(states(&project.published(&[])).iter().all(|line| line.starts_with("same ")));
    }
}

/// The release after the first one.
fn next(more: &str) -> String {
    RELEASE.replace("'7'", "'8'").replace("03-02", "03-09") + more
}

const ROW: &str = "| [7](minimal/7) | 2999-03-02 20:00 +08:00 |";

#[test]
fn every_release_beside_its_flow_gets_its_page() {
    let (project, wiki) = project(CONFIG);
    project.write("flows/next.release.toml", &next(""));
    let report = project.published(&[]);
    let all = ["minimal/7.md", "minimal/8.md", "minimal.md"].map(|page| format!("new Runbooks/{page}"));
    assert_eq!(states(&report), all, "{report}");
    let flow = page(&wiki, "minimal");
    assert!(flow.contains(&format!("{ROW}  |\n| [8](minimal/8) | 2999-03-09 20:00 +08:00 |  |\n")), "{flow}");
    assert!(states(&project.published(&[])).iter().all(|line| line.starts_with("same ")));
    // What flags say is said of one.
    let stderr = project.refused(&["--start", "2999-03-10T20:00:00Z"]);
    assert!(stderr.contains("error[two-releases]") && stderr.contains("`--release FILE`"), "{stderr}");
    assert_eq!(states(&project.published(&["--release", "flows/next.release.toml"])).len(), 2);
    // Faults of the flow are told once, those of a release where it is.
    project.edit("flows/next.release.toml", "version =", "wersion =");
    let stderr = project.refused(&[]);
    assert!(stderr.contains("flows/next.release.toml:4") && !stderr.contains("minimal.release.toml"), "{stderr}");
    project.write("flows/next.release.toml", &RELEASE.replace("03-02", "03-09"));
    assert!(project.refused(&[]).contains("another release of the flow has the number `7`, too"));
    project.write("flows/next.release.toml", &next(""));
    project.edit("flows/minimal.toml", "title = 'Restart'", "titel = 'Restart'");
    assert_eq!(project.refused(&[]), project.refused(&["--release", "flows/next.release.toml"]));
}

#[test]
fn pages_say_which_release_took_the_place_of_another() {
    let (project, wiki) = project(CONFIG);
    project.published(&[]);
    project.write("flows/next.release.toml", &next("replaces = '7'\n"));
    project.edit("flows/minimal.release.toml", "number", "status = 'cancelled'\nnumber");
    project.published(&[]);
    let (flow, old, new) = (page(&wiki, "minimal"), page(&wiki, "minimal/7"), page(&wiki, "minimal/8"));
    assert!(flow.contains(&format!("{ROW} cancelled, replaced by 8 |")), "{flow}");
    assert!(old.contains(" · **cancelled** · **replaced by 8**\n"), "{old}");
    assert!(new.contains("replaces 7"), "{new}");
    assert!(states(&project.published(&[])).iter().all(|line| line.starts_with("same ")));
}

#[test]
fn a_release_that_is_over_keeps_its_page_and_gets_no_new_one() {
    let (project, wiki) = project(CONFIG);
    project.published(&[]);
    project.write("flows/next.release.toml", &next(""));
    project.write("flows/first.release.toml", &(RELEASE.replace("'7'", "'6'") + "outcome = 'executed'\n"));
    let done = "outcome = 'rolled-back'\nnumber";
    project.edit("flows/minimal.release.toml", "number", done);
    let report = project.published(&[]);
    let all = ["changed Runbooks/minimal/7.md", "new Runbooks/minimal/8.md", "changed Runbooks/minimal.md"];
    assert_eq!(states(&report), all, "{report}");
    assert!(page(&wiki, "minimal/7").starts_with("# ROLLED BACK · "));
    assert!(page(&wiki, "minimal").contains("| 6 | 2999-03-02 20:00 +08:00 | executed |"));
    // The flow has gone on, and the old values are no longer its own.
    project.edit("flows/minimal.toml", "version", "build");
    project.edit("flows/next.release.toml", "version", "build");
    let before = page(&wiki, "minimal/7");
    let said = project.publish(&[]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.contains("this release is over: its page stays as it is"), "{}", said.stderr);
    assert_eq!(before, page(&wiki, "minimal/7"));
    assert!(page(&wiki, "minimal").contains("| [7](minimal/7) | 2999-03-02 20:00 +08:00 | rolled back |"));
    // One that is named is made all the same.
    project.edit("flows/first.release.toml", "version", "build");
    project.published(&["--release", "flows/first.release.toml"]);
    assert!(page(&wiki, "minimal/6").starts_with("# EXECUTED · "));
}
