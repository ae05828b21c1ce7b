//! Postfix and Dovecot: encrypted, with a login, and delivered.

use std::fs;
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use super::project::{Project, header, mails_in, subject, text};
use crate::support::server::Server;

/// What it needs to run.
const NEEDS: [&str; 4] = ["openssl", "/usr/sbin/postfix", "/usr/sbin/dovecot", "/usr/lib/dovecot/lmtp"];

/// One server for all tests. Each has a flow of its own.
pub fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER.get_or_init(|| Server::start("mail", &NEEDS)).as_ref()
}

/// A project that logs in at the server, whose flow has this id.
pub fn project(server: &Server, id: &str, addresses: &[&str]) -> Project {
    let config = format!(
        "[mail]\nsmtp = 'smtp://localhost:{}'\nuser = 'ci@example.test'\ntoken = {{ env = 'MAIL_TOKEN' }}\n",
        server.port
    );
    let mut project = Project::new(&config, addresses, 3);
    project.edit("flows/upgrade.toml", "id = 'upgrade'", &format!("id = '{id}'"));
    project.edit("flows/upgrade.release.toml", "flow = 'upgrade'", &format!("flow = '{id}'"));
    project.env.push(("MAIL_TOKEN".to_owned(), "Mail-Pass-12345".to_owned()));
    project.env.push(("SSL_CERT_FILE".to_owned(), server.path("ca.pem").to_str().unwrap().to_owned()));
    project
}

/// The mails of a flow that arrived at an address, once the server has nothing left to deliver.
pub fn arrived(server: &Server, id: &str, address: &str) -> Vec<Vec<u8>> {
    let begun = Instant::now();
    let queues = ["maildrop", "incoming", "active", "deferred"];
    let is_idle = || {
        let files = queues.iter().filter_map(|queue| fs::read_dir(server.path(&format!("pf/queue/{queue}"))).ok());
        files.flatten().count() == 0
    };
    while !is_idle() {
        assert!(begun.elapsed() < Duration::from_secs(60), "the server doesn't deliver");
        thread::sleep(Duration::from_millis(50));
    }
    let mails = mails_in(&server.path(&format!("boxes/{address}/new")));
    let is_of_flow = |mail: &Vec<u8>| header(mail, "Message-ID").unwrap().starts_with(&format!("<{id}."));
    mails.into_iter().filter(is_of_flow).collect()
}

#[test]
fn a_mail_arrives_once() {
    let Some(server) = server() else { return };
    let project = project(server, "once", &["shop@example.test", "ruth@example.test"]);
    let said = project.done(&["--due", "--send"]);
    assert_eq!(said.matches("  sent  ").count(), 2, "{said}");
    assert_eq!(project.done(&["--due", "--send"]), "");
    for address in ["shop@example.test", "ruth@example.test"] {
        let mails = arrived(server, "once", address);
        assert_eq!(mails.len(), 1);
        assert_eq!(subject(&mails[0]), format!("Release notice: Upgrade ({})", super::day(3)));
        assert!(text(&mails[0]).contains("It is slow."));
        assert_eq!(header(&mails[0], "To"), Some(format!("Shop <{address}>")));
        assert_eq!(header(&mails[0], "In-Reply-To"), None);
    }
    assert!(project.read(super::OUTBOX).contains("250 2.0.0 Ok: queued as "));
}

#[test]
fn a_mail_goes_over_tls_from_the_first_byte() {
    let Some(server) = server() else { return };
    let project = project(server, "wrapped", &["shop@example.test"]);
    let port = fs::read_to_string(server.path("smtps")).unwrap();
    project.edit(
        "runsheet.toml",
        &format!("smtp://localhost:{}", server.port),
        &format!("smtps://localhost:{}", port.trim()),
    );
    project.done(&["--due", "--send"]);
    assert_eq!(arrived(server, "wrapped", "shop@example.test").len(), 1);
}

#[test]
fn a_wrong_authority_and_a_wrong_password_are_named() {
    let Some(server) = server() else { return };
    let mut project = project(server, "wrong", &["shop@example.test"]);
    project.env[0].1 = "hunter2".to_owned();
    let stderr = project.refused(&["--due", "--send"]);
    assert!(stderr.contains("`localhost` doesn't let `ci@example.test` log in: 535 5.7.8 "), "{stderr}");
    assert!(
        stderr.contains("the token comes from the environment variable `MAIL_TOKEN`") && !stderr.contains("hunter2"),
        "{stderr}"
    );
    project.env[1].1 = "/etc/ssl/certs/ca-certificates.crt".to_owned();
    let stderr = project.refused(&["--due", "--send"]);
    assert!(stderr.contains("isn't trusted: invalid peer certificate: UnknownIssuer"), "{stderr}");
    assert!(stderr.contains("`SSL_CERT_FILE` names a file of others"), "{stderr}");
    assert!(project.outbox().is_empty() && arrived(server, "wrong", "shop@example.test").is_empty());
}
