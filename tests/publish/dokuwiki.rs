//! Publishing to a DokuWiki, and what it makes of our pages.

use std::process::Command;
use std::sync::OnceLock;

use super::hostile;
use super::project::{Project, said, states};
use crate::support::server::Server;

/// One wiki for all tests. Each has flows of its own.
fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER.get_or_init(|| Server::start("dokuwiki", &["php", "curl", "/usr/share/dokuwiki/doku.php"])).as_ref()
}

fn project(server: &Server, id: &str) -> Project {
    let address = format!("http://127.0.0.1:{}/lib/exe/xmlrpc.php", server.port);
    Project::on_wiki(("dokuwiki", &address), ("runsheet", "Runsheet-Pass-12345"), id)
}

/// Calls a method as Ann, with strings; gives the answer as it is.
fn call(server: &Server, method: &str, arguments: &[&str]) -> String {
    let params: Vec<String> = arguments.iter().map(|words| format!("<param><value>{words}</value></param>")).collect();
    let params = params.concat();
    let body = format!("<methodCall><methodName>{method}</methodName><params>{params}</params></methodCall>");
    let url = format!("http://127.0.0.1:{}/lib/exe/xmlrpc.php", server.port);
    let mut command = Command::new("curl");
    command.args(["-s", "-u", "ann:Ann-Pass-12345", "-H", "Content-Type: text/xml", "--data-binary", &body, &url]);
    said(&mut command).stdout
}

fn text(server: &Server, id: &str) -> String {
    call(server, "wiki.getPage", &[id])
}

fn put(server: &Server, id: &str, text: &str) {
    let answer = call(server, "wiki.putPage", &[id, text, "<struct></struct>"]);
    assert!(answer.contains("<boolean>1</boolean>"), "{answer}");
}

fn html(server: &Server, id: &str) -> String {
    let url = format!("http://127.0.0.1:{}/doku.php?do=export_xhtmlbody&id={id}", server.port);
    said(Command::new("curl").args(["-s", &url])).stdout
}

#[test]
fn pages_and_files_are_written_once_and_hand_edits_stay() {
    let Some(server) = server() else { return };
    let project = project(server, "minimal");
    let first = project.published(&[]);
    let base = format!("http://127.0.0.1:{}/", server.port);
    let (page, file) =
        (format!("{base}doku.php?id=runbooks:minimal"), format!("{base}lib/exe/fetch.php?media=runbooks:minimal"));
    let all = [
        format!("{file}:7:checklist.pdf"),
        format!("{file}:7:flowchart.svg"),
        format!("{page}:7"),
        format!("{file}:checklist.pdf"),
        format!("{file}:flowchart.svg"),
        page.clone(),
    ];
    assert_eq!(states(&first), all.each_ref().map(|address| format!("new {address}")), "{first}");
    let again = project.published(&[]);
    assert_eq!(states(&again), all.each_ref().map(|address| format!("same {address}")), "{again}");

    let shown = html(server, "runbooks:minimal:7");
    for part in [
        "id=runbooks:minimal\" class=\"wikilink1\"",
        "media=runbooks:minimal:7:checklist.pdf\"",
        "media=runbooks:minimal:7:flowchart.svg\" class=\"media mediafile mf_svg\"",
        "<img ",
        "Release number: 7 · Planned start: 2999-03-02 20:00 +08:00",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(html(server, "runbooks:minimal").contains("id=runbooks:minimal:7\" class=\"wikilink1\""));

    put(server, "runbooks:minimal:7", "Watch the queue.");
    project.edit("flows/minimal.toml", "Restart it", "Bring it back");
    let stderr = project.refused(&["--force"]);
    assert!(stderr.contains("there is a page of this name that runsheet didn't write"), "{stderr}");
    project.published(&["--adopt"]);
    assert!(text(server, "runbooks:minimal:7").contains("Bring it back"));
    let edited = text(server, "runbooks:minimal");
    let edited = edited.split_once("<string>").unwrap().1.split_once("</string>").unwrap().0;
    put(server, "runbooks:minimal", &format!("{edited}\n\nA note."));
    let stderr = project.refused(&[]);
    assert!(stderr.contains("`Runbooks/minimal` on `team`: the page was changed by hand"), "{stderr}");
    project.published(&["--force"]);
    assert!(states(&project.published(&[])).iter().all(|line| line.starts_with("same ")));
}

#[test]
fn a_page_that_is_locked_or_not_allowed_is_refused() {
    let Some(server) = server() else { return };
    let project = project(server, "locked");
    let ids = "<struct><member><name>lock</name><value><array><data><value>runbooks:locked</value></data></array></value></member>\
        <member><name>unlock</name><value><array><data></data></array></value></member></struct>";
    call(server, "dokuwiki.setLocks", &[ids]);
    let stderr = project.refused(&[]);
    assert!(stderr.contains("`Runbooks/locked` on `team`: somebody is writing on the page just now"), "{stderr}");
    project.edit("runsheet.toml", "attach", "page = 'ops/{{ id }}'\nattach");
    let stderr = project.refused(&[]);
    assert!(
        stderr.contains("`ops/locked` on `team`: the user may not do that") && stderr.contains("right `create`"),
        "{stderr}"
    );
    assert!(!text(server, "runbooks:locked:7").contains("runsheet."));
}

#[test]
fn a_wiki_that_cannot_be_used_is_told_with_what_to_do() {
    let Some(server) = server() else { return };
    let mut project = project(server, "minimal");
    project.edit("runsheet.toml", "user = 'runsheet'", "user = 'nobody'");
    assert!(project.refused(&[]).contains("look at `user`"));
    project.edit("runsheet.toml", "user = 'nobody'", "user = 'runsheet'");
    project.edit("runsheet.toml", "attach", "page = 'Run books/{{ id }}'\nattach");
    assert!(project.refused(&[]).contains("the title isn't allowed: the wiki would change ` `"));
    project.edit("runsheet.toml", "/lib/exe/xmlrpc.php", "/doku.php");
    assert!(project.refused(&[]).contains("this is no answer of the API of a DokuWiki"));
    project.env[0].1 = "wrong-9876543210".to_owned();
    project.edit("runsheet.toml", "/doku.php", "/lib/exe/xmlrpc.php");
    let stderr = project.refused(&[]);
    assert!(!stderr.contains("9876543210") && stderr.contains("look at `user`"), "{stderr}");
}

#[test]
fn every_character_arrives() {
    let Some(server) = server() else { return };
    let project = project(server, "minimal");
    hostile::write(&project);
    project.published(&[]);
    hostile::arrives("runbooks:hostile", &html(server, "runbooks:hostile"));
    assert!(states(&project.published(&[])).iter().all(|line| line.starts_with("same ")));
}
