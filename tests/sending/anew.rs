//! Mails that are written anew, because what they said doesn't hold any more: reminders and results.

use super::odd::{server, taken};
use super::project::{OUTBOX, Project, RELEASE, day, header, subject, text};

const ADDRESS: &str = "shop@example.test";

/// The last mail that arrived.
fn last(server: &crate::support::server::Server) -> Vec<u8> {
    taken(server).pop().unwrap()
}

#[test]
fn a_release_that_moves_away_from_its_reminder_gets_another() {
    let Some(server) = server() else { return };
    let project = Project::on_port(server.port, &[ADDRESS], 1);
    project.done(&["--send", "--first"]);
    assert_eq!(taken(&server).len(), 2);
    project.edit(RELEASE, &day(1), &day(40));
    project.done(&["--due", "--send"]);
    assert!(subject(&last(&server)).starts_with("Moved: "));
    // What was sent has the day on which it was sent, and what is to come has its own.
    let list = project.done(&[]);
    let today = day(0);
    for line in [
        format!("  sent             {today}  moved       moved-shop  {ADDRESS}\n"),
        format!("  sent             {today}  notice      announce-shop  {ADDRESS}\n"),
        format!("  sent             {today}  reminder    remind-shop  {ADDRESS}\n"),
        format!("  waits            {}  reminder    remind-shop  {ADDRESS}\n", day(39)),
    ] {
        assert!(list.contains(&line), "{line}{list}");
    }
    let json: serde_json::Value = serde_json::from_str(&project.done(&["--format", "json"])).unwrap();
    let sent = json.as_array().unwrap().iter().filter_map(|mail| mail["sent"].as_str());
    assert_eq!(sent.filter(|sent| sent.starts_with(&today)).count(), 3, "{json:#}");
    assert!(project.done(&["--due", &day(39)]).contains("  due  "));
    assert!(!project.done(&["--due", &day(38)]).contains("  due  "));
    // It moves to where the reminder would be due on the day of the mail that says so: that one is enough.
    project.edit(RELEASE, &day(40), &day(2));
    project.done(&["--due", "--send"]);
    project.edit(RELEASE, &day(2), &day(1));
    project.done(&["--due", "--send"]);
    assert_eq!(project.done(&["--due", "--send"]), "");
    assert_eq!(taken(&server).len(), 5);
}

#[test]
fn a_reminder_that_is_due_again_is_sent_once() {
    let Some(server) = server() else { return };
    let project = Project::on_port(server.port, &[ADDRESS], 3);
    project.done(&["--due", "--send"]);
    project.done(&["--sent", "remind-shop"]);
    project.edit(RELEASE, &day(3), &day(1));
    project.done(&["--due", "--send"]);
    assert_eq!(taken(&server).len(), 2);
    // All of that was some days ago.
    let at = |day: &str| format!("\"at\":\"{day}T");
    project.edit(OUTBOX, &at(&day(0)), &at(&day(-5)));
    assert!(project.done(&["--due"]).contains(&format!("  due              {}  reminder    remind-shop", day(0))));
    project.done(&["--due", "--send"]);
    assert_eq!(project.done(&["--due", "--send"]), "");
    assert_eq!(taken(&server).len(), 3);
    let mail = last(&server);
    assert!(subject(&mail).starts_with(&format!("Reminder: Upgrade ({})", day(1))), "{}", subject(&mail));
    assert_eq!(header(&mail, "Message-ID").unwrap(), "<upgrade.7.remind.shop.2@example.test>");
    assert!(project.done(&["--all"]).contains(&format!("  sent             {}  reminder    remind-shop", day(0))));
}

#[test]
fn a_mail_that_is_sent_again_by_hand_says_the_same() {
    let Some(server) = server() else { return };
    let project = Project::on_port(server.port, &["lost@example.test"], 3);
    project.refused(&["--due", "--send"]);
    project.done(&["--sent", "announce-shop"]);
    project.edit(RELEASE, &day(3), &day(40));
    project.refused(&["--due", "--send"]);
    let moved = text(&last(&server));
    assert!(moved.contains("has moved from "), "{moved}");
    project.refused(&["--again", "moved-shop", "--send"]);
    assert_eq!(taken(&server).len(), 3);
    assert_eq!(text(&last(&server)), moved);
}

#[test]
fn a_result_that_was_wrong_is_taken_back() {
    let Some(server) = server() else { return };
    // One task for both outcomes, or one for each.
    for (number, flow) in [("7", "['executed', 'rolled-back']"), ("8", "'rolled-back'")] {
        let project = Project::on_port(server.port, &[ADDRESS], 3);
        project.edit("flows/upgrade.toml", "outcome = 'rolled-back'", &format!("outcome = {flow}"));
        if number == "8" {
            let more = "[[after]]\nid = 'well'\nlag = '0 days'\ndo = 'Tell the shop'\nnotify = 'shop'\n";
            project.write("flows/upgrade.toml", &(project.read("flows/upgrade.toml") + more));
        }
        project.edit(RELEASE, "number = '7'\n", &format!("number = '{number}'\n"));
        project.done(&["--send"]);
        project.edit(RELEASE, &day(3), &day(-1));
        let mut outcome = String::new();
        for (next, opening) in
            [("executed", "carried out"), ("rolled-back", "rolled back"), ("executed", "carried out")]
        {
            let line = format!("number = '{number}'\n");
            project.edit(RELEASE, &(line.clone() + &outcome), &format!("{line}outcome = '{next}'\n"));
            let is_first = outcome.is_empty();
            outcome = format!("outcome = '{next}'\n");
            let before = taken(&server).len();
            project.done(&["--due", "--send"]);
            assert_eq!(project.done(&["--due", "--send"]), "");
            assert_eq!(taken(&server).len(), before + 1, "{number} {next}");
            let mail = last(&server);
            let said = text(&mail);
            assert!(
                subject(&mail).starts_with("Result: Upgrade (") && said.contains(opening),
                "{number} {next}: {said}"
            );
            assert_eq!(said.contains("What we wrote before about how it went was wrong."), !is_first, "{said}");
        }
    }
}
