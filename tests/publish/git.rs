//! Publishing to a git repository: one on the disk, and one behind https with a password.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::project::{FLOW, Project, git, states};
use crate::support::server::Server;

const CONFIG: &str = "[publish.team]\nkind = 'git'\nurl = 'wiki.git'\nattach = ['chart', 'pdf']\n";
const FLOW_PAGE: &str = "Runbooks/minimal.md";
const PAGE: &str = "Runbooks/minimal/7.md";

/// A project with an empty wiki beside it.
fn project() -> (Project, PathBuf) {
    let project = Project::new(CONFIG);
    let wiki = project.path("wiki.git");
    git(Path::new("."), &["init", "-q", "--bare", "-b", "trunk", wiki.to_str().unwrap()]);
    (project, wiki)
}

/// A file of the wiki.
fn file(wiki: &Path, path: &str) -> String {
    git(wiki, &["cat-file", "blob", &format!("trunk:{path}")])
}

fn commits(wiki: &Path) -> usize {
    git(wiki, &["rev-list", "--all"]).lines().count()
}

/// Somebody else writes a file of the wiki.
fn by_hand(wiki: &Path, path: &str, text: &str) {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["clone", "-q", wiki.to_str().unwrap(), "."]);
    fs::create_dir_all(folder.path().join(path).parent().unwrap()).unwrap();
    fs::write(folder.path().join(path), text).unwrap();
    git(folder.path(), &["add", "-A"]);
    git(folder.path(), &["commit", "-q", "-m", "by hand"]);
    let branch = git(wiki, &["symbolic-ref", "--short", "HEAD"]);
    git(folder.path(), &["push", "-q", "origin", &format!("HEAD:{}", branch.trim())]);
}

#[test]
fn pages_and_files_are_written_once() {
    let (project, wiki) = project();
    let dry = project.published(&["--dry-run"]);
    assert!(dry.starts_with("minimal on team, nothing is written\n"), "{dry}");
    assert_eq!(commits(&wiki), 0);
    let first = project.published(&[]);
    let all = [
        "Runbooks/minimal/7/checklist.pdf",
        "Runbooks/minimal/7/flowchart.svg",
        PAGE,
        "Runbooks/minimal/checklist.pdf",
        "Runbooks/minimal/flowchart.svg",
        FLOW_PAGE,
    ];
    assert_eq!(states(&first), all.map(|path| format!("new {path}")), "{first}");
    assert_eq!(states(&first), states(&dry));
    assert_eq!(git(&wiki, &["log", "--format=%an %s"]).lines().count(), 1);
    let log = git(&wiki, &["log", "-1", "--format=%an %ae %s"]);
    assert!(log.starts_with("runsheet runsheet@localhost runsheet: minimal revision 3, flow "), "{log}");
    let again = project.published(&[]);
    assert_eq!(states(&again), all.map(|path| format!("same {path}")), "{again}");
    assert_eq!(commits(&wiki), 1);

    let page = file(&wiki, PAGE);
    let begin = "# Restart the registry\n\nRelease number: 7 · Planned start: 2999-03-02 20:00 +08:00\n\n\
        [The procedure for every release](../minimal)\n\nFiles: [checklist.pdf](7/checklist.pdf), [flowchart.svg](7/flowchart.svg)\n\n> This runbook";
    assert!(page.starts_with(begin), "{page}");
    assert!(page.contains("at 2.4.9") && !file(&wiki, FLOW_PAGE).contains("2.4.9"));
    assert!(
        file(&wiki, FLOW_PAGE).contains("| [7](minimal/7) | 2999-03-02 20:00 +08:00 |"),
        "{}",
        file(&wiki, FLOW_PAGE)
    );
    // What the pages hold is what a build makes.
    let mut build = std::process::Command::new(env!("CARGO_BIN_EXE_runsheet"));
    assert!(build.args(["build", "flows"]).current_dir(project.path("")).status().unwrap().success());
    let runbook = fs::read_to_string(project.path("output/minimal/7/runbook.md")).unwrap();
    let body = runbook.split_once("\n> ").unwrap().1.trim_end();
    assert!(page.contains(body), "{page}\n{body}");
    let list = fs::read(project.path("output/minimal/7/checklist.pdf")).unwrap();
    let digest = git(&wiki, &["rev-parse", "trunk:Runbooks/minimal/7/checklist.pdf"]);
    fs::write(project.path("list.pdf"), list).unwrap();
    assert_eq!(digest, git(&wiki, &["hash-object", project.path("list.pdf").to_str().unwrap()]));
}

#[test]
fn a_page_that_was_changed_by_hand_is_kept_until_force() {
    let (project, wiki) = project();
    project.published(&[]);
    let edited = file(&wiki, FLOW_PAGE) + "\nA note of Ann's.\n";
    by_hand(&wiki, FLOW_PAGE, &edited);
    project.edit("flows/minimal.toml", "Restart it", "Bring it back");
    for args in [&[][..], &["--adopt"], &["--dry-run"]] {
        let said = project.publish(args);
        assert_eq!(said.code, 1, "{}", said.stdout);
        let told = "`Runbooks/minimal` on `team`: the page was changed by hand since it was published, last by Ann, 20";
        assert!(said.stderr.contains(told), "{}", said.stderr);
        assert!(said.stdout.contains("  held back") && said.stdout.contains("  edited "), "{}", said.stdout);
        assert_eq!(said.stdout.contains("-A note of Ann's."), args == ["--dry-run"], "{}", said.stdout);
        assert_eq!(commits(&wiki), 2);
    }
    let report = project.published(&["--force"]);
    assert!(report.contains("  written "), "{report}");
    assert!(!file(&wiki, FLOW_PAGE).contains("Ann") && file(&wiki, PAGE).contains("Bring it back"));
}

#[test]
fn a_file_that_was_replaced_by_hand_is_kept_until_force() {
    let (project, wiki) = project();
    project.published(&[]);
    let chart = "Runbooks/minimal/flowchart.svg";
    by_hand(&wiki, chart, "<svg/>\n");
    let stderr = project.refused(&[]);
    let told = format!("`{chart}` on `team`: the file was replaced by hand since it was published, last by Ann, 20");
    assert!(stderr.contains(&told), "{stderr}");
    assert_eq!(file(&wiki, chart), "<svg/>\n");
    let report = project.published(&["--force"]);
    assert!(report.contains("  written ") && file(&wiki, chart).starts_with("<svg "), "{report}");
    // Our own files change with the flow.
    project.edit("flows/minimal.toml", "Restart the registry at", "Start the registry anew at");
    project.published(&[]);
}

#[test]
fn the_clone_is_for_nobody_else_and_one_that_was_left_behind_goes() {
    let (mut project, _) = project();
    let temporary = project.path("tmp");
    let modes = project.path("modes");
    let script = format!(
        "#!/bin/sh\nstat -c %a {}/* >>{}\nPATH=${{PATH#*:}} exec git \"$@\"\n",
        temporary.display(),
        modes.display()
    );
    project.write("bin/git", &script);
    fs::set_permissions(project.path("bin/git"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = std::env::var("PATH").unwrap();
    project.env.push(("PATH".to_owned(), format!("{}:{path}", project.path("bin").display())));
    project.env.push(("TMPDIR".to_owned(), temporary.display().to_string()));
    for left in ["runsheet-wiki-old", "runsheet-wiki-new", "other-old"] {
        project.write(&format!("tmp/{left}/wiki.git"), "");
        if left.ends_with("old") {
            let touch =
                std::process::Command::new("touch").args(["-d", "2 days ago"]).arg(temporary.join(left)).status();
            assert!(touch.unwrap().success());
        }
    }
    fs::set_permissions(temporary.join("runsheet-wiki-new"), fs::Permissions::from_mode(0o700)).unwrap();
    fs::set_permissions(temporary.join("other-old"), fs::Permissions::from_mode(0o700)).unwrap();
    project.published(&[]);
    let mut left: Vec<_> = fs::read_dir(&temporary).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["other-old", "runsheet-wiki-new"]);
    assert!(fs::read_to_string(modes).unwrap().lines().all(|mode| mode == "700"));
}

#[test]
fn a_page_that_somebody_else_wrote_is_taken_over_only_with_adopt() {
    let (project, wiki) = project();
    by_hand(&wiki, PAGE, "# Ours\n");
    let stderr = project.refused(&["--force"]);
    assert!(
        stderr.contains("`Runbooks/minimal/7` on `team`: there is a page of this name that runsheet didn't write"),
        "{stderr}"
    );
    assert_eq!(commits(&wiki), 1);
    project.published(&["--adopt"]);
    assert!(file(&wiki, PAGE).contains("# Restart the registry"));
    // The page of another flow isn't ours either.
    project.edit("flows/minimal.toml", "id = 'minimal'", "id = 'other'");
    project.edit("flows/minimal.release.toml", "flow = 'minimal'", "flow = 'other'");
    by_hand(&wiki, "Runbooks/other.md", &file(&wiki, FLOW_PAGE));
    let stderr = project.refused(&[]);
    assert!(stderr.contains("`Runbooks/other` on `team`: it is the page of the flow `minimal`"), "{stderr}");
}

#[test]
fn a_release_that_has_begun_keeps_its_page_and_gets_its_state() {
    let (project, wiki) = project();
    project.edit("flows/minimal.release.toml", "2999", "2013");
    project.published(&[]);
    let before = file(&wiki, PAGE);
    let list = git(&wiki, &["rev-parse", "trunk:Runbooks/minimal/7"]);
    project.edit("flows/minimal.toml", "Restart it", "Bring it back");
    let report = project.published(&[]);
    assert_eq!(states(&report)[0], format!("same {PAGE}"), "{report}");
    assert_eq!(file(&wiki, PAGE), before);
    project.write(
        "flows/minimal.release.toml",
        &format!(
            "{}outcome = 'rolled-back'\n",
            fs::read_to_string(project.path("flows/minimal.release.toml")).unwrap()
        ),
    );
    let report = project.published(&[]);
    assert_eq!(states(&report)[0], format!("changed {PAGE}"), "{report}");
    let after = file(&wiki, PAGE);
    assert!(after.starts_with("# ROLLED BACK · Restart the registry\n\nRelease number: 7"), "{after}");
    assert!(after.contains("Restart it at the version before") && !after.contains("Bring it back"));
    assert_eq!(git(&wiki, &["rev-parse", "trunk:Runbooks/minimal/7"]), list);
    assert!(file(&wiki, FLOW_PAGE).contains("Bring it back") && file(&wiki, FLOW_PAGE).contains("| rolled back |"));
    // What people wrote on it meanwhile stays even with `--force`.
    by_hand(&wiki, PAGE, &after.replace("\n---\n", "\nIt took an hour.\n\n---\n"));
    project.edit("flows/minimal.release.toml", "rolled-back", "executed");
    assert!(project.refused(&[]).contains("was changed by hand"));
    project.published(&["--force"]);
    assert!(file(&wiki, PAGE).starts_with("# EXECUTED · ") && file(&wiki, PAGE).contains("It took an hour."));
    assert!(states(&project.published(&[])).iter().all(|line| line.starts_with("same ")));
}

#[test]
fn other_releases_are_listed_with_links_to_the_pages_that_there_are() {
    let (project, wiki) = project();
    project.published(&[]);
    for (number, start) in [("6", "2013-01-01T20:00:00+08:00"), ("8", "2999-04-01T20:00:00+08:00")] {
        let text = format!("flow = 'minimal'\nnumber = '{number}'\nstart = {start}\nstatus = 'cancelled'\n");
        project.write(&format!("flows/{number}.release.toml"), &text);
    }
    project.published(&["--release", "flows/8.release.toml", "--set", "version=3"]);
    let page = file(&wiki, FLOW_PAGE);
    let rows = "| 6 | 2013-01-01 20:00 +08:00 | cancelled |\n| [7](minimal/7) | 2999-03-02 20:00 +08:00 |  |\n\
        | [8](minimal/8) | 2999-04-01 20:00 +08:00 | cancelled |\n";
    assert!(page.contains(rows), "{page}");
    assert!(file(&wiki, "Runbooks/minimal/8.md").starts_with("# CANCELLED · "));
}

#[test]
fn whoever_writes_meanwhile_is_not_written_over() {
    let (project, wiki) = project();
    project.published(&[]);
    // The server takes another commit between our reading and our writing.
    let hook = wiki.join("hooks/pre-receive");
    let script = format!(
        "#!/bin/sh\n[ -e {0}/done ] && exit 0\ntouch {0}/done\nunset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES\n\
         export GIT_AUTHOR_NAME=Ann GIT_AUTHOR_EMAIL=a@example.com GIT_COMMITTER_NAME=Ann GIT_COMMITTER_EMAIL=a@example.com\n\
         git update-ref refs/heads/trunk $(git commit-tree -p trunk -m meanwhile 'trunk^{{tree}}')\n",
        wiki.display()
    );
    fs::write(&hook, script).unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    project.edit("flows/minimal.toml", "Restart it", "Bring it back");
    project.published(&[]);
    assert_eq!(git(&wiki, &["log", "--format=%an"]), "runsheet\nAnn\nrunsheet\n");
    assert!(file(&wiki, PAGE).contains("Bring it back"));
}

#[test]
fn people_are_named_only_where_they_may_be() {
    let (project, wiki) = project();
    project.edit(
        "flows/minimal.toml",
        "[[hot]]",
        "[contacts.dba]\nname = 'Database team'\nemail = 'dba@example.com'\n[[hot]]",
    );
    project.edit("flows/minimal.toml", "undo =", "by = 'dba'\nundo =");
    let people = "operator = { name = 'Grace Hopper', phone = '555-0101' }\nchecker = 'Alan Turing'\n\
        contacts = { dba = { name = 'Ada Lovelace', phone = '555-0102', email = 'ada@example.com' } }\n";
    project.edit("flows/minimal.release.toml", "values =", &format!("{people}values ="));
    project.published(&[]);
    let all = ["Grace", "555-0101", "Alan", "Ada", "555-0102", "ada@example.com", "dba@example.com"];
    let found = |page: &str| all.into_iter().filter(|one| page.contains(one)).collect::<Vec<_>>();
    assert_eq!(found(&file(&wiki, PAGE)), all[..6]);
    project.write("runsheet.toml", &CONFIG.replace("attach = ['chart', 'pdf']", "attach = ['chart']\npeople = false"));
    project.published(&[]);
    for page in [file(&wiki, PAGE), file(&wiki, FLOW_PAGE), file(&wiki, "Runbooks/minimal/7/flowchart.svg")] {
        assert_eq!(found(&page), [""; 0], "{page}");
    }
    assert!(file(&wiki, PAGE).contains("Database team"));
}

#[test]
fn a_repository_that_cannot_be_reached_is_told_with_what_to_do() {
    let (project, wiki) = project();
    fs::rename(&wiki, project.path("elsewhere.git")).unwrap();
    let stderr = project.refused(&[]);
    assert!(
        stderr.contains("`flows/minimal.toml` on `team`: the repository can't be read")
            && stderr.contains("look at `url`"),
        "{stderr}"
    );
}

#[test]
fn what_looks_like_a_secret_stays_here() {
    let (project, wiki) = project();
    project.edit("flows/minimal.toml", "expect = 'active'", "expect = 'password: hunter2hunter2'");
    let stderr = project.refused(&[]);
    assert!(stderr.contains("error[secret-in-text]"), "{stderr}");
    assert_eq!(commits(&wiki), 0);
    project.write("runsheet.toml", &format!("{CONFIG}[lints]\nsecret-in-text = 'allow'\n"));
    project.published(&[]);
}

#[test]
fn faults_of_a_flow_keep_only_that_flow_back() {
    let (project, wiki) = project();
    project.write("flows/bad.toml", &FLOW.replace("minimal", "bad").replace("title = 'Restart'", "titel = 'Restart'"));
    let said = project.publish(&[]);
    assert_eq!(said.code, 1);
    assert!(
        said.stderr.contains("titel") && said.stdout.starts_with("minimal on team\n"),
        "{}{}",
        said.stdout,
        said.stderr
    );
    assert_eq!(commits(&wiki), 1);
}

#[test]
fn a_program_is_told_in_json() {
    let (project, _) = project();
    let all: serde_json::Value = serde_json::from_str(&project.published(&["--format", "json"])).unwrap();
    let page = &all[2];
    let told = |key: &str| page[key].as_str().unwrap_or_default();
    assert_eq!(
        ["flow", "wiki", "kind", "name", "state", "fate", "address"].map(told),
        ["minimal", "team", "page", "Runbooks/minimal/7", "new", "written", PAGE]
    );
    let objects = all.as_array().unwrap();
    assert_eq!(objects.len(), 6);
    crate::promises::assert_keys("publish", objects, &["fault", "diff"]);
}

/// A repository behind https, with everything that git must know of it.
fn remote(server: &Server) -> Project {
    let config = format!(
        "[publish.team]\nkind = 'git'\nurl = 'https://localhost:{}/git/wiki.git'\nuser = 'ci'\ntoken = {{ env = 'WIKI_TOKEN' }}\n",
        server.port
    );
    let mut project = Project::new(&config);
    project.env.push(("GIT_SSL_CAINFO".to_owned(), server.path("ca.pem").to_string_lossy().into_owned()));
    project
}

#[test]
fn a_repository_behind_https_gets_the_token_and_nobody_else_sees_it() {
    let Some(server) = Server::start("git", &["lighttpd", "htpasswd", "openssl", "/usr/lib/git-core/git-http-backend"])
    else {
        return;
    };
    let mut project = remote(&server);
    // All that is said to git, and what it sees of the environment.
    let log = project.path("log");
    let wrapper = format!("#!/bin/sh\nprintf '%s\\n' \"$@\" >>{}\nPATH=${{PATH#*:}} exec git \"$@\"\n", log.display());
    project.write("bin/git", &wrapper);
    fs::set_permissions(project.path("bin/git"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = std::env::var("PATH").unwrap();
    project.env.push(("PATH".to_owned(), format!("{}:{path}", project.path("bin").display())));
    let known = project.env.len();
    let wiki = server.path("root/wiki.git");

    assert!(project.refused(&[]).contains("the environment variable `WIKI_TOKEN` isn't set"));
    project.env.push(("WIKI_TOKEN".to_owned(), "wrong-9876543210".to_owned()));
    let stderr = project.refused(&[]);
    assert!(stderr.contains("Authentication failed") && stderr.contains("look at `user`"), "{stderr}");
    assert!(!stderr.contains("wrong-9876543210"), "{stderr}");
    project.env.truncate(known);
    project.env.push(("WIKI_TOKEN".to_owned(), "token-0123456789".to_owned()));
    let report = project.published(&[]);
    assert_eq!(states(&report), [format!("new {PAGE}"), format!("new {FLOW_PAGE}")], "{report}");
    assert!(git(&wiki, &["cat-file", "blob", &format!("main:{PAGE}")]).contains("at 2.4.9"));
    let report = project.published(&[]);
    assert_eq!(states(&report), [format!("same {PAGE}"), format!("same {FLOW_PAGE}")], "{report}");
    // Who changed a page stands in a commit that wasn't fetched at first.
    by_hand(&wiki, FLOW_PAGE, &(git(&wiki, &["cat-file", "blob", &format!("main:{FLOW_PAGE}")]) + "\nAnn.\n"));
    by_hand(&wiki, "Other.md", "Of somebody's.\n");
    assert!(project.refused(&[]).contains("changed by hand since it was published, last by Ann, 20"));
    project.published(&["--force"]);
    let said = fs::read_to_string(&log).unwrap();
    assert!(said.contains("push") && !said.contains("0123456789") && !said.contains("9876543210"), "{said}");
    // A record is larger than what git sends in one request by itself.
    super::record::filled(&project, &["step.1.operator", "outcome.executed"], &["--fillable"]);
    let report = project.published(&["--record", "filled.pdf"]);
    assert!(report.contains("  new") && report.contains("record.pdf"), "{report}");
    // Other ways to have it.
    project.env.truncate(known);
    project.write("secret", "token-0123456789\nmore\n");
    project.edit("runsheet.toml", "{ env = 'WIKI_TOKEN' }", "{ file = 'secret' }");
    project.published(&[]);
    project.edit("runsheet.toml", "{ file = 'secret' }", "{ command = ['cat', 'secret'] }");
    project.published(&[]);
    project.edit("runsheet.toml", "'cat', 'secret'", "'false'");
    let stderr = project.refused(&[]);
    assert!(stderr.contains("`false` gives no token") && stderr.contains("runsheet.toml:5"), "{stderr}");
}
