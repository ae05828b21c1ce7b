//! Addresses that are changed after mails were sent: the new one is told once, and neither is left out of what follows.

use super::odd::{names, server, taken};
use super::project::{OUTBOX, Project, RELEASE, day, header, subject};
use crate::support::server::Server;

const FLOW: &str = "flows/upgrade.toml";

/// Sends what is due, several times.
fn sent(project: &Project) {
    project.done(&["--due", "--send"]);
    for _ in 0..4 {
        assert_eq!(project.done(&["--due", "--send"]), "");
    }
}

/// How the subjects of the mails to an address begin.
fn kinds(server: &Server, name: &str) -> Vec<String> {
    let to = format!("Shop <{name}@example.test>");
    let is_to = |mail: &Vec<u8>| header(mail, "To").as_ref() == Some(&to);
    let kind = |mail: Vec<u8>| subject(&mail).split_once(':').unwrap().0.to_owned();
    taken(server).into_iter().filter(is_to).map(kind).collect()
}

#[test]
fn another_address_is_told_once_and_hears_of_what_follows() {
    let Some(server) = server() else { return };
    let project = Project::on_port(server.port, &["old@example.test"], 3);
    sent(&project);
    project.edit(FLOW, "old@", "new@");
    sent(&project);
    assert_eq!(names(&server), ["new", "old"]);
    assert_eq!(project.outbox(), ["begun old@example.test", "sent", "begun new@example.test", "sent"]);
    let ids: std::collections::BTreeSet<_> = taken(&server).iter().map(|mail| header(mail, "Message-ID")).collect();
    assert_eq!(ids.len(), 2, "{ids:?}");
    // The address of a person on call stands in the release.
    project.edit(RELEASE, "values =", "contacts = { shop = { name = 'Kim', email = 'kim@example.test' } }\nvalues =");
    project.done(&["--due", "--send"]);
    assert_eq!(project.done(&["--due", "--send"]), "");
    assert_eq!(names(&server), ["kim", "new", "old"]);
    project.edit(RELEASE, &day(3), &day(40));
    sent(&project);
    project.edit(RELEASE, "number = '7'\n", "number = '7'\nstatus = 'cancelled'\n");
    sent(&project);
    for name in ["old", "new"] {
        assert_eq!(kinds(&server, name), ["Release notice", "Moved", "Cancelled"], "{name}");
    }
    assert_eq!(names(&server).len(), 9);
}

#[test]
fn a_refused_address_that_is_corrected_is_told_once() {
    let Some(server) = server() else { return };
    let project = Project::on_port(server.port, &["bad@example.test"], 3);
    assert!(project.refused(&["--due", "--send"]).contains("550 5.1.1"));
    project.edit(FLOW, "bad@", "good@");
    sent(&project);
    assert_eq!(names(&server), ["good"]);
    // The first address comes back, and is another time refused only by whoever sends to it again.
    project.edit(FLOW, "good@", "bad@");
    assert!(project.refused(&["--due", "--send"]).contains("550 5.1.1"));
    assert_eq!(project.outbox().len(), 3, "{:?}", project.outbox());
}

#[test]
fn an_outbox_with_one_id_for_two_addresses_is_read() {
    let Some(server) = server() else { return };
    let project = Project::on_port(server.port, &["old@example.test"], 3);
    sent(&project);
    project.edit(FLOW, "old@", "new@");
    // Older programs wrote so, once for each run.
    let lines: Vec<String> = project.read(OUTBOX).lines().map(str::to_owned).collect();
    let again = lines[1..].join("\n").replace("old@", "new@");
    project.write(OUTBOX, &format!("{}\n{again}\n{again}\n", lines.join("\n")));
    assert_eq!(project.done(&["--due", "--send"]), "");
    project.edit(RELEASE, "number = '7'\n", "number = '7'\nstatus = 'cancelled'\n");
    sent(&project);
    assert_eq!(kinds(&server, "old"), ["Release notice", "Cancelled"]);
    assert_eq!(kinds(&server, "new"), ["Cancelled"]);
}
