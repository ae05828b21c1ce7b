//! Publishing to a MediaWiki, and what it makes of our pages.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::Value;

use super::hostile;
use super::project::{Project, Said, said, states};
use crate::support::server::Server;

const PAGE: &str = "Runbooks/minimal/7";

/// One wiki for all tests, since it takes seconds to install. Each has flows of its own.
fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    let needs = ["php", "rsvg-convert", "curl", "/usr/share/mediawiki/api.php"];
    let server = SERVER.get_or_init(|| Server::start("mediawiki", &needs));
    server.as_ref()
}

fn project(server: &Server, id: &str) -> Project {
    let address = format!("http://127.0.0.1:{}/api.php", server.port);
    Project::on_wiki(("mediawiki", &address), ("Runsheet@ci", "0123456789abcdef0123456789abcdef"), id)
}

/// What the API answers to a user, who is logged in with a bot password.
struct Api<'a> {
    server: &'a Server,
    cookies: tempfile::NamedTempFile,
    token: String,
}

impl<'a> Api<'a> {
    fn new(server: &'a Server, user: &str) -> Self {
        let mut api = Self { server, cookies: tempfile::NamedTempFile::new().unwrap(), token: String::new() };
        let token = api.post(&["action=query", "meta=tokens", "type=login"])["query"]["tokens"]["logintoken"].clone();
        let token = format!("lgtoken={}", token.as_str().unwrap());
        let name = format!("lgname={user}");
        let answer = api.post(&["action=login", &name, "lgpassword=0123456789abcdef0123456789abcdef", &token]);
        assert_eq!(answer["login"]["result"], "Success", "{answer}");
        let answer = api.post(&["action=query", "meta=tokens"]);
        answer["query"]["tokens"]["csrftoken"].as_str().unwrap().clone_into(&mut api.token);
        api
    }

    fn post(&self, words: &[&str]) -> Value {
        let mut command = std::process::Command::new("curl");
        let cookies = self.cookies.path();
        command.args(["-s", "-b"]).arg(cookies).arg("-c").arg(cookies);
        for word in ["format=json", "formatversion=2"].iter().chain(words) {
            command.args(["--data-urlencode", word]);
        }
        let Said { stdout, .. } = said(command.arg(format!("http://127.0.0.1:{}/api.php", self.server.port)));
        serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error}: {stdout}"))
    }

    fn change(&self, words: &[&str]) -> Value {
        let answer = self.post(&[words, &["assert=user", &format!("token={}", self.token)]].concat());
        assert!(answer.get("error").is_none(), "{answer}");
        answer
    }

    fn upload(&self, name: &str, path: &std::path::Path) {
        let mut command = std::process::Command::new("curl");
        command.args(["-s", "-b"]).arg(self.cookies.path());
        let token = format!("token={}", self.token);
        let name = format!("filename={name}");
        for word in ["format=json", "action=upload", "ignorewarnings=1", "comment=Of mine", &name, &token] {
            command.args(["-F", word]);
        }
        command.arg("-F").arg(format!("file=@{};filename=x.svg", path.display()));
        let Said { stdout, .. } = said(command.arg(format!("http://127.0.0.1:{}/api.php", self.server.port)));
        assert!(stdout.contains("\"result\":\"Success\""), "{stdout}");
    }

    fn text(&self, title: &str) -> String {
        let words = ["action=query", "prop=revisions", "rvprop=content", "rvslots=main", &format!("titles={title}")];
        let answer = self.post(&words);
        answer["query"]["pages"][0]["revisions"][0]["slots"]["main"]["content"].as_str().unwrap_or("").to_owned()
    }

    fn html(&self, title: &str) -> String {
        // A link to a page that came later is mended in the background.
        self.post(&["action=purge", &format!("titles={title}"), "forcelinkupdate=1"]);
        let answer = self.post(&["action=parse", &format!("page={title}"), "prop=text"]);
        answer["parse"]["text"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    fn revisions(&self, title: &str) -> usize {
        let words = ["action=query", "prop=revisions", "rvprop=ids", "rvlimit=50", &format!("titles={title}")];
        self.post(&words)["query"]["pages"][0]["revisions"].as_array().map_or(0, Vec::len)
    }
}

#[test]
fn pages_and_files_are_written_once_and_hand_edits_stay() {
    let Some(server) = server() else { return };
    let project = project(server, "minimal");
    let api = Api::new(server, "Ann@test");
    let first = project.published(&[]);
    let url = |title: &str| format!("http://127.0.0.1:{}/index.php/{title}", server.port);
    let all = [
        "File:Runbooks-minimal-7-checklist.pdf",
        "File:Runbooks-minimal-7-flowchart.svg",
        PAGE,
        "File:Runbooks-minimal-checklist.pdf",
        "File:Runbooks-minimal-flowchart.svg",
        "Runbooks/minimal",
    ];
    assert_eq!(states(&first), all.map(|title| format!("new {}", url(title))), "{first}");
    let again = project.published(&[]);
    assert_eq!(states(&again), all.map(|title| format!("same {}", url(title))), "{again}");
    assert_eq!(api.revisions(PAGE), 1);
    let line = format!("runbook = \"{}\"", url("Runbooks/minimal"));
    assert!(
        first.ends_with(&format!("  note: with `{line}` in the flow, its list and its mails lead to its page\n")),
        "{first}"
    );

    // Links and the chart lead where they should.
    let html = api.html(PAGE);
    for part in [
        "href=\"/index.php/Runbooks/minimal\"",
        "/Runbooks-minimal-7-checklist.pdf\"",
        "href=\"/index.php/File:Runbooks-minimal-7-flowchart.svg\"",
        "<img ",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    // The chart is seen: the wiki draws it.
    let picture = html.split_once("<img ").and_then(|(_, tag)| tag.split_once("src=\"")?.1.split_once('"')).unwrap().0;
    let mut curl = std::process::Command::new("curl");
    curl.args(["-s", "-o", "/dev/null", "-w", "%{http_code} %{content_type}"]);
    curl.arg(format!("http://127.0.0.1:{}{picture}", server.port));
    assert_eq!(said(&mut curl).stdout, "200 image/png");
    let status = "Release number: 7 · Planned start: 2999-03-02 20:00 +08:00";
    assert!(hostile::seen(&html).contains(status), "{html}");
    assert!(api.html("Runbooks/minimal").contains("href=\"/index.php/Runbooks/minimal/7\""));

    // Somebody puts a chart of theirs in the place of ours.
    project.write("mine.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>\n");
    api.upload("Runbooks-minimal-flowchart.svg", &project.path("mine.svg"));
    let stderr = project.refused(&[]);
    assert!(stderr.contains("the file was replaced by hand since it was published, last by Ann, 20"), "{stderr}");
    assert!(project.published(&["--force"]).contains("  written "));

    // Somebody adds a section, which the wiki would join with ours.
    api.change(&["action=edit", &format!("title={PAGE}"), "appendtext=\n\n== Ann ==\nWatch the queue."]);
    project.edit("flows/minimal.toml", "Restart it", "Bring it back");
    let stderr = project.refused(&[]);
    assert!(
        stderr.contains(
            "`Runbooks/minimal/7` on `team`: the page was changed by hand since it was published, last by Ann, 20"
        ),
        "{stderr}"
    );
    assert!(api.text(PAGE).contains("Watch the queue.") && !api.text("Runbooks/minimal").contains("Bring it back"));
    project.published(&["--force"]);
    assert!(!api.text(PAGE).contains("Watch") && api.text(PAGE).contains("Bring it back"));
    assert!(states(&project.published(&[])).iter().all(|line| line.starts_with("same ")));
}

#[test]
fn pages_that_are_not_ours_or_protected_are_refused_before_anything_is_written() {
    let Some(server) = server() else { return };
    let project = project(server, "guarded");
    let api = Api::new(server, "Ann@test");
    api.change(&["action=edit", "title=Runbooks/guarded", "text=Ours."]);
    let stderr = project.refused(&[]);
    assert!(
        stderr.contains("`Runbooks/guarded` on `team`: there is a page of this name that runsheet didn't write"),
        "{stderr}"
    );
    api.change(&["action=protect", "title=Runbooks/guarded", "protections=edit=sysop"]);
    let stderr = project.refused(&["--adopt"]);
    assert!(stderr.contains("`Runbooks/guarded` on `team`: the page is protected (protectedpage: "), "{stderr}");
    assert_eq!((api.text("Runbooks/guarded/7"), api.text("Runbooks/guarded")), (String::new(), "Ours.".to_owned()));
    api.change(&["action=protect", "title=Runbooks/guarded", "protections=edit=all"]);
    project.published(&["--adopt"]);
    assert!(api.text("Runbooks/guarded").contains("Restart the registry"));
}

#[test]
fn a_wiki_that_cannot_be_used_is_told_with_what_to_do() {
    let Some(server) = server() else { return };
    let mut project = project(server, "minimal");
    let known = project.env.pop().unwrap();
    project.env.push(("WIKI_TOKEN".to_owned(), "wrong-9876543210".to_owned()));
    let stderr = project.refused(&[]);
    assert!(
        stderr.contains("the wiki doesn't let `Runsheet@ci` in") && stderr.contains("Special:BotPasswords"),
        "{stderr}"
    );
    assert!(!stderr.contains("9876543210"), "{stderr}");
    project.env[0] = known;
    for (from, to, told) in [
        ("/api.php", "/load.php", "this is no answer of the API of a MediaWiki"),
        ("/load.php", "/api.php", ""),
        (
            "kind = 'mediawiki'",
            "page = 'A#{{ id }}'\nkind = 'mediawiki'",
            "the title isn't allowed: `#` can't stand in it",
        ),
        ("'A#{{ id }}'", "'talk__x:{{ id }}'", "the wiki would call it `Talk x:minimal`"),
    ] {
        project.edit("runsheet.toml", from, to);
        if !told.is_empty() {
            let stderr = project.refused(&[]);
            assert!(stderr.contains(told), "{told}: {stderr}");
        }
    }
    let port = server.port.to_string();
    project.edit("runsheet.toml", &port, "1");
    assert!(project.refused(&[]).contains("the server can't be reached"));
}

#[test]
fn every_character_arrives() {
    let Some(server) = server() else { return };
    let project = project(server, "minimal");
    hostile::write(&project);
    project.published(&[]);
    let api = Api::new(server, "Ann@test");
    hostile::arrives("Runbooks/hostile", &api.html("Runbooks/hostile"));
    assert!(states(&project.published(&[])).iter().all(|line| line.starts_with("same ")));
}

/// A way to the wiki on which some requests get no answer. `fate` says of each request, in order, whether it arrives and
/// whether its answer does.
fn lossy(server: &Server, fate: impl Fn(&str) -> (bool, bool) + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, wiki) = (listener.local_addr().unwrap().port(), server.port);
    std::thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let mut request = Vec::new();
            let mut piece = vec![0; 65536];
            loop {
                let head = request.windows(4).position(|four| four == b"\r\n\r\n");
                let text = String::from_utf8_lossy(&request).to_lowercase();
                let length = text.split("content-length: ").nth(1).and_then(|rest| rest.lines().next()?.parse().ok());
                if head.is_some_and(|head| request.len() >= head + 4 + length.unwrap_or(0)) {
                    break;
                }
                match client.read(&mut piece) {
                    Ok(0) | Err(_) => break,
                    Ok(count) => request.extend_from_slice(&piece[..count]),
                }
            }
            let (arrives, is_answered) = fate(&String::from_utf8_lossy(&request));
            let mut answer = Vec::new();
            if arrives && let Ok(mut wiki) = TcpStream::connect(("127.0.0.1", wiki)) {
                let _ = wiki.write_all(&request).and_then(|()| wiki.read_to_end(&mut answer));
            }
            if is_answered {
                let _ = client.write_all(&answer);
            }
        }
    });
    port
}

#[test]
fn what_was_written_without_an_answer_is_not_written_twice() {
    let Some(server) = server() else { return };
    let project = project(server, "lost");
    let edits = AtomicUsize::new(0);
    let port = lossy(server, move |request| {
        let is_first_edit = request.contains("action=edit") && edits.fetch_add(1, Ordering::Relaxed) == 0;
        (true, !is_first_edit)
    });
    project.edit("runsheet.toml", &format!(":{}/", server.port), &format!(":{port}/"));
    let report = project.published(&[]);
    assert!(states(&report).iter().all(|line| line.starts_with("new ")), "{report}");
    let api = Api::new(server, "Ann@test");
    assert_eq!((api.revisions("Runbooks/lost/7"), api.revisions("Runbooks/lost")), (1, 1));
}

#[test]
fn a_run_that_was_cut_off_goes_on_where_it_ended() {
    let Some(server) = server() else { return };
    let project = project(server, "cut");
    let is_gone = AtomicBool::new(false);
    let port = lossy(server, move |request| {
        // The wiki goes away with the first page, after the files.
        let gone = request.contains("action=edit") || is_gone.load(Ordering::Relaxed);
        is_gone.store(gone, Ordering::Relaxed);
        (!gone, !gone)
    });
    let (direct, cut) = (format!(":{}/", server.port), format!(":{port}/"));
    project.edit("runsheet.toml", &direct, &cut);
    let said = project.publish(&[]);
    assert_eq!(said.code, 1, "{}", said.stdout);
    assert!(said.stderr.contains("`Runbooks/cut/7` on `team`: the server can't be reached"), "{}", said.stderr);
    let words = |report: &str| states(report).iter().map(|line| line[..4].trim().to_owned()).collect::<Vec<_>>();
    assert_eq!(words(&said.stdout), ["new", "new", "fail", "held", "held", "held"], "{}", said.stdout);
    let api = Api::new(server, "Ann@test");
    assert_eq!(api.text("Runbooks/cut/7"), "");
    project.edit("runsheet.toml", &cut, &direct);
    let report = project.published(&[]);
    // Without our page beside them the files could be anybody's, but they are the same.
    assert_eq!(words(&report), ["same", "same", "new", "new", "new", "new"], "{report}");
}

#[test]
fn flows_that_repeat_for_a_list_have_pages() {
    let Some(server) = server() else { return };
    let project = project(server, "repeats");
    let api = Api::new(server, "Ann@test");
    for name in ["rolling-kernel-patch", "kubernetes-control-plane"] {
        for ending in ["toml", "release.toml"] {
            let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("flows/{name}.{ending}"));
            project.write(&format!("flows/{name}.{ending}"), &std::fs::read_to_string(file).unwrap());
        }
    }
    project.published(&[]);
    for (name, element) in [("rolling-kernel-patch", "‹host›"), ("kubernetes-control-plane", "‹node›")] {
        let page = api.html(&format!("Runbooks/{name}"));
        assert!(page.contains(element), "{page}");
    }
    assert!(states(&project.published(&[])).iter().all(|line| line.starts_with("same ")));
}

/// The wiki refuses a file that is there already, as the other of two runs has just put it.
#[test]
fn a_file_that_another_run_has_just_put_there_is_no_fault() {
    let Some(server) = server() else { return };
    let project = project(server, "at-once");
    for round in 0..3 {
        project.edit("flows/minimal.toml", "do = 'Restart", &format!("do = 'Restart {round}"));
        let start = || {
            let mut command = project.command(&[]);
            command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap()
        };
        for run in [start(), start()] {
            let said = run.wait_with_output().unwrap();
            let words = String::from_utf8_lossy(&said.stderr).into_owned();
            assert!(!words.contains("fileexists-no-change"), "{words}");
        }
        // Whatever one of them left to do, the next run does.
        project.published(&[]);
        let report = project.published(&[]);
        assert!(states(&report).iter().all(|state| state.starts_with("same ")), "{report}");
    }
}
