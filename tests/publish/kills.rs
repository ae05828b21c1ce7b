//! `publish`, killed at any moment: nothing is doubled, nothing is half, and the next run completes it.

use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use super::confluence;
use super::project::{Project, git, states};

/// Changes the flow, and kills publishing at moments spread over the time that it takes, as often as `RUNSHEET_KILLS` says.
/// `whole` looks at the wiki after each kill and each complete run, of which it is told.
fn kill(project: &Project, whole: impl Fn(usize, bool)) {
    let kills: u32 = std::env::var("RUNSHEET_KILLS").map_or(12, |kills| kills.parse().unwrap());
    project.published(&[]);
    let mut word = "Restart it".to_owned();
    let mut takes = Duration::ZERO;
    for round in 0..=kills {
        let next = format!("Restart it, {round}");
        project.edit("flows/minimal.toml", &format!("undo = '{word} at"), &format!("undo = '{next} at"));
        word = next;
        let begun = Instant::now();
        // The first one isn't killed, and tells how long it takes.
        if round > 0 {
            let mut command = project.command(&[]);
            let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            // Moments apart that are no part of one another, so that every piece of the run is met.
            thread::sleep(takes * ((round * 37) % 100) / 100);
            let _ = child.kill();
            child.wait().unwrap();
            whole(round as usize, false);
        }
        let report = project.published(&[]);
        takes = takes.max(begun.elapsed().min(Duration::from_secs(3)));
        whole(round as usize, true);
        assert!(!report.contains("edited"), "{report}");
        let again = project.published(&[]);
        assert!(states(&again).iter().all(|line| line.starts_with("same ")), "{round}: {again}");
    }
}

#[test]
fn a_git_wiki_has_each_commit_once_and_whole() {
    let project = Project::new("[publish.team]\nkind = 'git'\nurl = 'wiki.git'\nattach = ['chart']\n");
    let wiki = project.path("wiki.git");
    git(Path::new("."), &["init", "-q", "--bare", "-b", "trunk", wiki.to_str().unwrap()]);
    kill(&project, |round, is_complete| {
        let commits = git(&wiki, &["rev-list", "--all"]).lines().count();
        // The first publication, that of round 0, and one a round, whichever of the two runs made it.
        assert!(if is_complete { commits == round + 2 } else { (round + 1..=round + 2).contains(&commits) }, "{round}");
        assert_eq!(git(&wiki, &["for-each-ref", "--format=%(refname)"]), "refs/heads/trunk\n");
        git(&wiki, &["fsck", "--strict", "--no-dangling"]);
        let all = git(&wiki, &["ls-tree", "-r", "--name-only", "trunk"]);
        assert_eq!(all.lines().count(), 4, "{all}");
        let said =
            |page: &str| git(&wiki, &["cat-file", "blob", &format!("trunk:{page}")]).contains(&format!(", {round} at"));
        // Both pages or neither.
        assert_eq!(said("Runbooks/minimal.md"), said("Runbooks/minimal/7.md"));
        assert!(said("Runbooks/minimal.md") || !is_complete);
    });
}

#[test]
fn a_confluence_has_each_page_and_file_once() {
    let Some(server) = confluence::server() else { return };
    for kind in confluence::KINDS {
        let id = format!("killed-{kind}");
        let project = confluence::project(server, kind, &id);
        kill(&project, |round, is_complete| {
            for title in [format!("Runbooks/{id}/7"), format!("Runbooks/{id}")] {
                let html = confluence::seen(server, &title);
                assert!(html.contains("Mark of this page"), "{html}");
                assert!(html.contains(&format!(", {round} at")) || !is_complete, "{round}: {html}");
                let version = confluence::page(server, &title)["version"]["number"].as_u64().unwrap();
                // Once it may be written by both runs: when the first was cut off before it noted what it wrote.
                assert!(version <= 2 * round as u64 + 2, "{title}: version {version} in round {round}");
            }
        });
    }
}
