//! What servers do seldom: refusals of several kinds, and answers that are lost.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::project::{OUTBOX, Project, header, mails_in, text};
use crate::support::server::Server;

/// A Python with aiosmtpd.
fn python() -> String {
    std::env::var("RUNSHEET_PYTHON")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/target/readers/bin/python").to_owned())
}

pub fn server() -> Option<Server> {
    let python = python();
    let has =
        Command::new(&python).args(["-c", "import aiosmtpd"]).output().is_ok_and(|output| output.status.success());
    let need = if has { python.clone() } else { format!("{python} with aiosmtpd") };
    Server::start_with("odd-mail", &[&need], &[("RUNSHEET_PYTHON", &python)])
}

pub fn taken(server: &Server) -> Vec<Vec<u8>> {
    mails_in(&server.path("taken"))
}

pub fn names(server: &Server) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(server.path("taken"))
        .unwrap()
        .map(|entry| PathBuf::from(entry.unwrap().file_name()).file_stem().unwrap().to_str().unwrap()[4..].to_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn one_bad_address_costs_only_its_own() {
    let Some(server) = server() else { return };
    let project = Project::on_port(
        server.port,
        &["bad@example.test", "spam@example.test", "later@example.test", "good@example.test"],
        3,
    );
    let stderr = project.refused(&["--due", "--send"]);
    for words in [
        "`announce-shop` to `bad@example.test`, an address of `shop`, was refused: 550 5.1.1 no such user",
        "`announce-shop` to `spam@example.test`, an address of `shop`, was refused: 554 5.7.1 this looks like spam",
        "`announce-shop` to `later@example.test`, an address of `shop`, was refused: 451 4.7.1 come back later",
        "correct the address of `shop` in `[contacts]`",
    ] {
        assert!(stderr.contains(words), "{stderr}");
    }
    assert_eq!(names(&server), ["good"]);
    let lines = [
        "refused bad@example.test",
        "begun spam@example.test",
        "refused spam@example.test",
        "refused later@example.test",
        "begun good@example.test",
        "sent",
    ];
    assert_eq!(project.outbox(), lines);
    // Only what was refused for now is tried again.
    fs::write(server.path("open"), "").unwrap();
    let stderr = project.refused(&["--due", "--send"]);
    assert!(!stderr.contains("later@"), "{stderr}");
    assert_eq!(names(&server), ["good", "later"]);
    // Each address has a mail of its own.
    let ids: std::collections::BTreeSet<_> = taken(&server).iter().map(|mail| header(mail, "Message-ID")).collect();
    assert_eq!(ids.len(), 2);
    // What is decided by hand is sent no more, or once more.
    project.done(&["--sent", "spam@example.test"]);
    assert!(!project.refused(&["--due", "--send"]).contains("spam@"));
    let stderr = project.refused(&["--again", "bad@example.test", "--send"]);
    assert_eq!(stderr.matches("550 5.1.1").count(), 1, "{stderr}");
}

#[test]
fn a_lost_answer_is_unknown_until_somebody_decides() {
    let Some(server) = server() else { return };
    let project = Project::on_port(server.port, &["lost@example.test", "good@example.test"], 3);
    let stderr = project.refused(&["--due", "--send"]);
    assert!(stderr.contains("nobody knows whether `announce-shop` to `lost@example.test` arrived"), "{stderr}");
    assert!(stderr.contains("the connection ended before the server said whether it took a mail"), "{stderr}");
    assert_eq!(names(&server), ["lost"]);
    // It isn't sent again by itself; the others are.
    let stderr = project.refused(&["--due", "--send"]);
    assert!(
        stderr
            .contains("then say `--sent announce-shop/lost@example.test` or `--again announce-shop/lost@example.test`"),
        "{stderr}"
    );
    assert_eq!(names(&server), ["good", "lost"]);
    assert!(project.done(&[]).contains("  unknown          "));
    project.done(&["--sent", "announce-shop/lost@example.test"]);
    assert_eq!(project.done(&["--due", "--send"]), "");
    assert_eq!(names(&server), ["good", "lost"]);
    assert!(text(&taken(&server)[0]).contains("It is slow."));
}

#[test]
fn a_connection_that_ends_before_the_mail_leaves_it_due() {
    let Some(server) = server() else { return };
    let project = Project::on_port(server.port, &["gone@example.test"], 3);
    let stderr = project.refused(&["--due", "--send"]);
    assert!(stderr.contains("it is tried again by the next run"), "{stderr}");
    assert_eq!(project.outbox(), ["begun gone@example.test", "refused gone@example.test"]);
    assert!(project.done(&["--due"]).contains("  due  "));
}

#[test]
fn an_outbox_that_cannot_be_used_sends_nothing() {
    let Some(server) = server() else { return };
    let project = Project::on_port(server.port, &["good@example.test"], 3);
    for (text, words) in [
        ("{\"outbox\":1,\"flow\":\"other\",\"number\":\"7\"}\n", "is the outbox of release `7` of `other`"),
        ("{\"outbox\":1,\"flow\":\"upgrade\",\"number\":\"6\"}\n", "is the outbox of release `6` of `upgrade`"),
        ("", "is empty: what was sent is lost"),
        (
            "{\"outbox\":1,\"flow\":\"upgrade\",\"number\":\"7\"}\n{\"what\":\"begun\",\"at",
            "is cut off in the middle of line 2",
        ),
        (
            "{\"outbox\":1,\"flow\":\"upgrade\",\"number\":\"7\"}\n=======\n",
            "line 2 of `flows/upgrade.release.outbox` isn't one of an outbox",
        ),
    ] {
        project.write(OUTBOX, text);
        let stderr = project.refused(&["--due", "--send"]);
        assert!(stderr.contains(words), "{stderr}");
        assert!(project.blocked(&[]).contains(words));
        assert_eq!(project.read(OUTBOX), text);
    }
    assert!(names(&server).is_empty());
}

#[test]
fn two_runs_at_once_send_once() {
    let Some(server) = server() else { return };
    let addresses: Vec<String> = (0..20).map(|n| format!("a{n}@example.test")).collect();
    let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
    let project = Project::on_port(server.port, &addresses, 3);
    let runs: Vec<_> = (0..4)
        .map(|_| {
            project
                .command(&["--due", "--send"])
                .stderr(std::process::Stdio::piped())
                .stdout(std::process::Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    for run in runs {
        let output = run.wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        let is_busy = stderr.contains("mails of this release are being sent by ");
        assert_eq!(output.status.success(), !is_busy, "{stderr}");
    }
    assert_eq!(project.done(&["--due", "--send"]), "");
    let mut expected: Vec<String> = addresses.iter().map(|address| address[..address.len() - 13].to_owned()).collect();
    expected.sort();
    assert_eq!(names(&server), expected);
}

#[test]
fn a_full_disk_is_told_before_and_after_the_mail() {
    let Some(server) = server() else { return };
    if Command::new("strace").arg("-V").output().is_err() {
        return;
    }
    let full = |project: &Project, nth: u32| {
        let mut command = Command::new("strace");
        command.args(["-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync"]);
        command.arg(format!("--inject=fsync:error=ENOSPC:when={nth}"));
        let run = project.command(&["--due", "--send"]);
        command.arg(run.get_program()).args(run.get_args()).current_dir(project.path(""));
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    };
    let before = Project::on_port(server.port, &["before@example.test"], 3);
    let stderr = full(&before, 1);
    assert!(
        stderr.contains("can't write `flows/upgrade.release.outbox`: ")
            && stderr.contains("nothing was sent to this address"),
        "{stderr}"
    );
    assert!(names(&server).is_empty());
    assert!(!before.path(OUTBOX).exists());
    let after = Project::on_port(server.port, &["after@example.test"], 3);
    // The first two are those of the line that it is begun, and of the folder in which the outbox is new.
    let stderr = full(&after, 3);
    assert!(
        stderr.contains(
            "`announce-shop` was sent to `after@example.test`: say so with `--sent announce-shop/after@example.test`"
        ),
        "{stderr}"
    );
    assert_eq!(after.outbox(), ["begun after@example.test"]);
    assert!(after.refused(&["--due", "--send"]).contains("nobody knows whether"));
    assert_eq!(names(&server), ["after"]);
}

#[test]
fn a_token_of_oauth_is_told_from_one_that_is_none() {
    let Some(server) = server() else { return };
    let config = format!(
        "[mail]\nsmtp = 'smtp://127.0.0.1:{}'\nuser = 'ci'\nauth = 'xoauth2'\ntoken = {{ env = 'MAIL_TOKEN' }}\n",
        server.port
    );
    let mut project = Project::new(&config, &["good@example.test"], 3);
    let stderr = project.refused(&["--due", "--send"]);
    assert!(stderr.contains("line 5 of `runsheet.toml`: the environment variable `MAIL_TOKEN` isn't set"), "{stderr}");
    project.env.push(("MAIL_TOKEN".to_owned(), "stale-0123".to_owned()));
    let stderr = project.refused(&["--due", "--send"]);
    assert!(stderr.contains("`127.0.0.1` doesn't let `ci` log in: 535 "), "{stderr}");
    assert!(
        stderr.contains("the token comes from the environment variable `MAIL_TOKEN`") && !stderr.contains("stale-0123"),
        "{stderr}"
    );
    project.env[0].1 = "fresh".to_owned();
    project.done(&["--due", "--send"]);
    assert_eq!(names(&server), ["good"]);
}

#[test]
fn nothing_goes_in_the_clear_to_another_machine() {
    let Some(server) = server() else { return };
    // This address is no loopback address, though it leads to this machine.
    let project =
        Project::new(&format!("[mail]\nsmtp = 'smtp://0.0.0.0:{}'\n", server.port), &["good@example.test"], 3);
    let stderr = project.refused(&["--due", "--send"]);
    assert!(stderr.contains("`0.0.0.0` offers no STARTTLS, so everything would go in the clear"), "{stderr}");
    assert!(names(&server).is_empty() && project.outbox().is_empty());
}
