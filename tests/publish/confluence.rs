//! Publishing to Confluence, Cloud and Data Center: to a stand-in of ours, since none can be installed.

use std::sync::OnceLock;

use serde_json::{Value, json};

use super::hostile;
use super::project::{Project, said, states};
use crate::support::server::Server;

pub const KINDS: [&str; 2] = ["confluence", "confluence-dc"];

pub fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER.get_or_init(|| Server::start("confluence", &["python3", "curl"])).as_ref()
}

fn base(server: &Server, kind: &str) -> String {
    let more = if kind == "confluence" { "/wiki" } else { "" };
    format!("http://127.0.0.1:{}{more}", server.port)
}

pub fn project(server: &Server, kind: &str, id: &str) -> Project {
    let project = Project::on_wiki((kind, &base(server, kind)), ("ci@example.com", "token-0123456789"), id);
    project.edit("runsheet.toml", "user =", "space = 'OPS'\nuser =");
    project
}

/// What the stand-in answers to curl.
fn curl(server: &Server, args: &[&str], path: &str) -> String {
    let mut command = std::process::Command::new("curl");
    said(command.arg("-s").args(args).arg(format!("http://127.0.0.1:{}{path}", server.port))).stdout
}

fn json_of(server: &Server, args: &[&str], path: &str) -> Value {
    let answer = curl(server, args, path);
    serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{error}: {answer}"))
}

/// A page as version 1 has it, for Ann.
pub fn page(server: &Server, title: &str) -> Value {
    let path = format!("/rest/api/content?spaceKey=OPS&title={}", title.replace('/', "%2F"));
    json_of(server, &["-u", "ann@example.com:token-0123456789"], &path)["results"][0].clone()
}

/// Ann writes a page.
fn by_hand(server: &Server, title: &str, text: impl Fn(&str) -> String) {
    let page = page(server, title);
    let text = text(page["body"]["storage"]["value"].as_str().unwrap_or_default());
    let mut body = json!({ "type": "page", "title": title, "space": { "key": "OPS" },
        "body": { "storage": { "representation": "storage", "value": text } } });
    let (method, path) = match page["id"].as_str() {
        Some(id) => {
            body["version"] = json!({ "number": page["version"]["number"].as_u64().unwrap() + 1 });
            ("PUT", format!("/rest/api/content/{id}"))
        }
        None => ("POST", "/rest/api/content".to_owned()),
    };
    let body = body.to_string();
    let answer = json_of(server, &["-u", "ann@example.com:token-0123456789", "-X", method, "-d", &body], &path);
    assert_eq!(answer["title"], title, "{answer}");
}

/// Faults of the requests to come.
fn faults(server: &Server, faults: &Value) {
    curl(server, &["-d", &faults.to_string()], "/test");
}

pub fn seen(server: &Server, title: &str) -> String {
    curl(server, &[], &format!("/test/seen/{}", title.replace('/', "%2F")))
}

fn words(report: &str) -> Vec<String> {
    states(report).iter().map(|line| line.split(' ').next().unwrap().to_owned()).collect()
}

#[test]
fn pages_and_files_are_written_once_and_hand_edits_stay() {
    let Some(server) = server() else { return };
    for kind in KINDS {
        let project = project(server, kind, kind);
        let title = format!("Runbooks/{kind}/7");
        let of_flow = format!("Runbooks/{kind}");
        let dry = project.published(&["--dry-run"]);
        assert_eq!(words(&dry), ["new"; 6], "{dry}");
        assert_eq!(page(server, &title), Value::Null);
        let first = project.published(&[]);
        assert_eq!(words(&first), ["new"; 6], "{first}");
        assert!(first.contains("note: with `runbook = \"http://127.0.0.1:"), "{first}");
        for _ in 0..2 {
            let again = project.published(&[]);
            assert_eq!(words(&again), ["same"; 6], "{again}");
        }
        assert_eq!(page(server, &title)["version"]["number"], 1);
        let html = seen(server, &title);
        for part in [
            &*format!("href=\"{of_flow}\""),
            "href=\"checklist.pdf\"",
            "src=\"flowchart.svg\"",
            "<p>Release number: 7 · Planned start: 2999-03-02 20:00 +08:00</p>",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }

        // What the flow says now is a new version, and no more.
        project.edit("flows/minimal.toml", "Restart it", "Bring it back");
        let report = project.published(&[]);
        assert_eq!(words(&report), ["changed", "same", "changed", "changed", "same", "changed"], "{report}");
        let now = page(server, &title);
        assert_eq!((&now["version"]["number"], &now["version"]["minorEdit"]), (&json!(2), &json!(false)), "{now}");
        assert_eq!(words(&project.published(&[])), ["same"; 6]);

        // Ann writes something, and is named.
        by_hand(server, &title, |text| text.replace("</h1>", "</h1><p>Watch the queue.</p>"));
        project.edit("flows/minimal.toml", "Bring it back", "Restart it");
        let stderr = project.refused(&[]);
        let told =
            format!("`{title}` on `team`: the page was changed by hand since it was published, last by Ann Lee, 20");
        assert!(stderr.contains(&told), "{stderr}");
        assert!(seen(server, &title).contains("Watch the queue.") && !seen(server, &of_flow).contains("Restart it"));
        project.published(&["--force"]);
        assert!(!seen(server, &title).contains("Watch the queue.") && seen(server, &of_flow).contains("Restart it"));
        assert_eq!(words(&project.published(&[])), ["same"; 6]);
    }
}

#[test]
fn a_release_that_has_begun_keeps_its_page_and_gets_its_state() {
    let Some(server) = server() else { return };
    for kind in KINDS {
        let id = format!("begun-{kind}");
        let project = project(server, kind, &id);
        let title = format!("Runbooks/{id}/7");
        project.edit("flows/minimal.release.toml", "2999", "2013");
        project.published(&[]);
        project.edit("flows/minimal.toml", "Restart it", "Bring it back");
        let report = project.published(&[]);
        assert_eq!(words(&report), ["same", "changed", "same", "changed"], "{report}");
        project.edit("flows/minimal.release.toml", "number =", "outcome = 'rolled-back'\nnumber =");
        let report = project.published(&[]);
        assert_eq!(words(&report)[0], "changed", "{report}");
        let html = seen(server, &title);
        assert!(html.starts_with("<h1>ROLLED BACK · Restart the registry</h1>"), "{html}");
        assert!(html.contains("Restart it") && !html.contains("Bring it back"), "{html}");
        assert!(words(&project.published(&[])).iter().all(|word| word == "same"));
    }
}

#[test]
fn every_character_arrives() {
    let Some(server) = server() else { return };
    for kind in KINDS {
        let project = project(server, kind, "minimal");
        let id = if kind == "confluence" { "hostile" } else { "hostile-dc" };
        hostile::write(&project);
        project.edit("flows/minimal.toml", "id = 'hostile'", &format!("id = '{id}'"));
        project.published(&[]);
        hostile::arrives(&format!("Runbooks/{id}"), &seen(server, &format!("Runbooks/{id}")));
        assert!(states(&project.published(&[])).iter().all(|line| line.starts_with("same ")));
    }
}

#[test]
fn pages_that_are_not_ours_or_not_to_be_seen_are_refused() {
    let Some(server) = server() else { return };
    for kind in KINDS {
        let id = format!("guarded-{kind}");
        let project = project(server, kind, &id);
        by_hand(server, &format!("Runbooks/{id}"), |_| "<p>Ours.</p>".to_owned());
        let stderr = project.refused(&[]);
        let told = format!(
            "`Runbooks/{id}` on `team`: there is a page of this name that runsheet didn't write, last by Ann Lee, 20"
        );
        assert!(stderr.contains(&told), "{stderr}");
        assert_eq!(page(server, &format!("Runbooks/{id}/7")), Value::Null);
        project.published(&["--adopt"]);
        assert!(seen(server, &format!("Runbooks/{id}")).contains("Restart the registry"));

        // A page that this user may not see holds its title.
        let hidden = Project::on_wiki((kind, &base(server, kind)), ("ci@example.com", "token-0123456789"), "secret");
        hidden.edit("runsheet.toml", "user =", "space = 'OPS'\npage = '{{ id }}'\nrelease-page = false\nuser =");
        let stderr = hidden.refused(&[]);
        assert!(stderr.contains("a page of this title may be archived, in the trash, or hidden"), "{stderr}");
    }
}

#[test]
fn a_wiki_that_cannot_be_used_is_told_with_what_to_do() {
    let Some(server) = server() else { return };
    for kind in KINDS {
        let mut project = project(server, kind, "unused");
        let known = project.env.pop().unwrap();
        project.env.push(("WIKI_TOKEN".to_owned(), "wrong-9876543210".to_owned()));
        let stderr = project.refused(&[]);
        assert!(stderr.contains("the server refuses us: 401") && stderr.contains("look at `user`"), "{stderr}");
        assert!(!stderr.contains("9876543210"), "{stderr}");
        project.env[0] = known;
        for (from, to, told) in [
            ("space = 'OPS'", "space = 'NONE'", "there is no space `NONE`, or the user may not see it"),
            (
                "space = 'NONE'",
                "space = 'OPS'\nparent = 'Nowhere'",
                "there is no page `Nowhere`, or the user may not see it",
            ),
            ("parent = 'Nowhere'\n", "", ""),
            ("user = 'ci@", "user = 'guest@", "the user may not make pages in the space"),
        ] {
            project.edit("runsheet.toml", from, to);
            let is_told = kind != "confluence-dc" || !told.contains("make pages");
            if is_told && !told.is_empty() {
                let stderr = project.refused(&[]);
                assert!(stderr.contains(told), "{told}: {stderr}");
            }
        }
        if kind == "confluence-dc" {
            // It says so only when one tries.
            let stderr = project.refused(&[]);
            assert!(stderr.contains("the user may not do that (403: Forbidden)"), "{stderr}");
        }
        assert_eq!(page(server, "Runbooks/unused/7"), Value::Null);
    }
}

#[test]
fn an_answer_that_is_late_or_lost_does_no_harm() {
    // One of its own, since the faults would meet the requests of other tests.
    let Some(server) = &Server::start("confluence", &["python3", "curl"]) else { return };
    for kind in KINDS {
        let id = format!("late-{kind}");
        let project = project(server, kind, &id);
        let title = format!("Runbooks/{id}/7");
        // Put off, and lost: of a page that is made, of its note, of a file.
        faults(
            server,
            &json!([
                { "method": "GET", "path": "(pages|content)$", "status": 429, "retry": 1 },
                { "method": "POST", "path": "(pages|content)$", "status": 429, "retry": 1 },
                { "method": "POST", "path": "(pages|content)$", "drop": true },
                { "method": "POST", "path": "propert", "status": 404 },
                { "method": "POST", "path": "propert", "drop": true },
                { "method": "POST", "path": "attachment", "drop": true },
            ]),
        );
        let report = project.published(&[]);
        assert_eq!(words(&report), ["new"; 6], "{report}");
        assert_eq!(page(server, &title)["version"]["number"], 1);
        assert_eq!(words(&project.published(&[])), ["same"; 6]);
        // The page's next version is refused once, since somebody wrote: all is read again, and it is ours.
        project.edit("flows/minimal.toml", "Restart it", "Bring it back");
        faults(server, &json!([{ "method": "PUT", "path": "(pages|content)/[0-9]+$", "status": 409 }]));
        project.published(&[]);
        assert_eq!(page(server, &title)["version"]["number"], 2);
        // A run ends between a page and its note, in both orders.
        for (text, path) in [("Begin anew", "(pages|content)/[0-9]+$"), ("Start over", "propert")] {
            project.edit("flows/minimal.toml", "undo = '", &format!("undo = '{text}. "));
            faults(server, &json!([{ "method": "PUT", "path": path, "status": 400 }]));
            assert_eq!(project.publish(&[]).code, 1);
            project.published(&[]);
            assert!(seen(server, &title).contains(text));
            assert_eq!(words(&project.published(&[])), ["same"; 6]);
        }
    }
}
