//! What those who were told get to know later: corrections, another start, none, and how it went.

use std::process::Command;

use super::project::{Project, RELEASE, day, header, release, subject, text};
use super::real::{arrived, project, server};
use crate::support::server::Server;

const SHOP: &str = "shop@example.test";

/// Sends what is due, once; so many mails have arrived then.
fn sent(project: &Project, server: &Server, id: &str, args: &[&str], count: usize) {
    project.done(&[&["--send"], args].concat());
    assert!(project.done(&["--due", "--send"]).is_empty());
    assert_eq!(arrived(server, id, SHOP).len(), count);
}

/// The mail of a Message-ID that begins like this.
fn of(server: &Server, id: &str, begin: &str) -> Vec<u8> {
    let is_it = |mail: &Vec<u8>| header(mail, "Message-ID").unwrap().starts_with(begin);
    arrived(server, id, SHOP).into_iter().find(is_it).unwrap_or_else(|| panic!("no mail {begin}"))
}

#[test]
fn a_correction_says_what_differs_and_nothing_else() {
    let Some(server) = server() else { return };
    let project = project(server, "correct", &[SHOP]);
    let mail = "mail = { to = 'shop', subject = 'The shop is slow', impact = 'It is slow.', mention = 'version' }";
    project.edit("flows/upgrade.toml", "notify = 'shop'\nimpact = 'It is slow.'", mail);
    project.done(&["--send"]);
    let first = of(server, "correct", "<correct.7.announce.shop@");
    assert!(subject(&first).starts_with("Release notice: The shop is slow ("), "{}", subject(&first));
    project.edit(RELEASE, "2.4.9", "2.4.10");
    let list = project.done(&[]);
    assert!(list.contains("  changed since ") && list.contains("Version: 2.4.10 (before: 2.4.9)"), "{list}");
    // Nobody is told by itself.
    assert_eq!(project.done(&["--due", "--send"]), "");
    sent(&project, server, "correct", &["--correct"], 2);
    let mail = of(server, "correct", "<correct.7.announce.shop.2@");
    assert_eq!(header(&mail, "Message-ID").unwrap(), "<correct.7.announce.shop.2@example.test>");
    assert_eq!(header(&mail, "In-Reply-To").unwrap(), "<correct.7.announce.shop@example.test>");
    assert!(subject(&mail).starts_with("Correction: The shop is slow ("), "{}", subject(&mail));
    let said = text(&mail);
    assert!(said.contains("Version: 2.4.10 (before: 2.4.9)") && !said.contains("It is slow."), "{said}");
    assert_eq!(project.done(&["--correct", "--send"]), "nothing is due\n");
    project.edit(RELEASE, "operator = 'Ann'", "operator = 'Bob'");
    project.done(&["--correct", "--send"]);
    let mail = of(server, "correct", "<correct.7.announce.shop.3@");
    assert_eq!(header(&mail, "In-Reply-To").unwrap(), "<correct.7.announce.shop.2@example.test>");
    assert!(text(&mail).contains("Operator: Bob (before: Ann)") && !text(&mail).contains("2.4.10"), "{}", text(&mail));
}

#[test]
fn another_start_is_told_at_once_and_once() {
    let Some(server) = server() else { return };
    let project = project(server, "moved", &[SHOP]);
    project.done(&["--send"]);
    project.edit(RELEASE, &day(3), &day(40));
    let list = project.done(&[]);
    assert!(list.contains("  due              at once     moved       moved-shop  shop@example.test"), "{list}");
    sent(&project, server, "moved", &[], 2);
    let mail = of(server, "moved", "<moved.7._.");
    assert!(subject(&mail).starts_with("Moved: Upgrade ("), "{}", subject(&mail));
    assert!(text(&mail).contains("has moved from "), "{}", text(&mail));
    assert_eq!(header(&mail, "In-Reply-To").unwrap(), "<moved.7.announce.shop@example.test>");
    // It moves back, and is told again; then it isn't known when.
    project.edit(RELEASE, &day(40), &day(3));
    sent(&project, server, "moved", &[], 3);
    project.edit(RELEASE, "number = '7'\n", "number = '7'\nstatus = 'postponed'\n");
    project.done(&["--send"]);
    project.edit(RELEASE, "postponed", "planned");
    project.edit(RELEASE, &day(3), &day(50));
    project.done(&["--send"]);
    let subjects: Vec<String> = arrived(server, "moved", SHOP).iter().map(|mail| subject(mail)).collect();
    let count = |begin: &str| subjects.iter().filter(|subject| subject.starts_with(begin)).count();
    assert_eq!((count("Moved: "), count("Postponed: "), count("New date: ")), (2, 1, 1), "{subjects:?}");
}

/// A day in words, as mails say it.
fn long(days: i32) -> String {
    let date: jiff::civil::Date = day(days).parse().unwrap();
    date.strftime("%A, %-d %B %Y").to_string()
}

#[test]
fn a_new_date_after_a_postponement_is_the_new_one() {
    let Some(server) = server() else { return };
    // Another day, another time of the same day, and the same.
    for (id, start, opening) in [
        (
            "day",
            format!("{}T23:30", day(50)),
            format!("which was planned for {}, has a new date: {}.", long(3), long(50)),
        ),
        (
            "hour",
            format!("{}T22:15", day(3)),
            format!("which was planned for {0} 23:30, has a new date: {0} 22:15.", long(3)),
        ),
        ("same", format!("{}T23:30", day(3)), format!("takes place as first planned: {} 23:30.", long(3))),
    ] {
        let project = project(server, id, &[SHOP]);
        project.done(&["--send"]);
        project.edit(RELEASE, "number = '7'\n", "number = '7'\nstatus = 'postponed'\n");
        project.done(&["--send"]);
        project.edit(RELEASE, "postponed", "planned");
        project.edit(RELEASE, &format!("{}T23:30", day(3)), &start);
        project.done(&["--due", "--send"]);
        assert_eq!(project.done(&["--due", "--send"]), "");
        let is_new = |mail: &Vec<u8>| subject(mail).starts_with("New date: ");
        let mails: Vec<Vec<u8>> = arrived(server, id, SHOP).into_iter().filter(is_new).collect();
        assert_eq!(mails.len(), 1);
        let (date, time) = start.split_once('T').unwrap();
        assert_eq!(subject(&mails[0]), format!("New date: Upgrade ({date})"));
        let said = text(&mails[0]).replace("\r\n", "\n");
        let days = if date == day(3) { long(3) } else { long(50) };
        let start = format!("\n\nStart: {days} {time} (UTC)\nPlanned end: ");
        assert!(said.contains(&opening) && said.contains(&start), "{opening}{start}\n{said}");
    }
}

#[test]
fn who_was_dropped_since_hears_of_the_cancellation_and_nobody_else() {
    let Some(server) = server() else { return };
    let project = project(server, "off", &[SHOP]);
    project.done(&["--send"]);
    project.edit("flows/upgrade.toml", SHOP, "ruth@example.test");
    project.edit(RELEASE, "number = '7'\n", "number = '7'\nstatus = 'cancelled'\n");
    project.done(&["--send"]);
    let mail = of(server, "off", "<off.7._.");
    assert!(subject(&mail).starts_with("Cancelled: Upgrade ("), "{}", subject(&mail));
    assert!(text(&mail).contains("Dear Shop,") && text(&mail).contains("is cancelled."), "{}", text(&mail));
    assert!(arrived(server, "off", "ruth@example.test").is_empty());
    assert_eq!(project.done(&["--due", "--send"]), "");
    assert!(project.done(&["--all"]).contains("  sent  "));
    // It can't be planned again.
    project.edit(RELEASE, "cancelled", "planned");
    let stderr = project.refused(&["--send"]);
    assert!(stderr.contains("people were told that this release is cancelled, and now it is planned"), "{stderr}");
    assert!(stderr.contains("a new number"), "{stderr}");
    // Whoever only lists hears it too, and a run by cron doesn't wait until a mail is due.
    assert!(project.blocked(&[]).contains("  blocked: people were told that this release is cancelled"));
    project.edit(RELEASE, &day(3), &day(40));
    assert!(project.blocked(&["--due"]).contains("  blocked: people were told that this release is cancelled"));
    assert_eq!(project.refused(&["--due", "--send"]), stderr);
}

#[test]
fn a_release_that_takes_the_place_of_another_says_so() {
    let Some(server) = server() else { return };
    let project = project(server, "again", &[SHOP]);
    project.done(&["--send"]);
    let next = release("8", 3).replace("'upgrade'", "'again'").replace("number = '8'", "number = '8'\nreplaces = '7'");
    project.write("flows/next.release.toml", &next);
    let stderr = project.refused(&["--send"]);
    assert!(
        stderr.contains(
            "`flows/next.release.toml` takes the place of `flows/upgrade.release.toml`, which is still planned"
        ),
        "{stderr}"
    );
    project.edit(RELEASE, "number = '7'\n", "number = '7'\nstatus = 'cancelled'\n");
    project.done(&["--send"]);
    let mail = of(server, "again", "<again.8.announce.shop@");
    assert!(subject(&mail).starts_with("New date: Upgrade ("), "{}", subject(&mail));
    assert!(text(&mail).contains(&format!("takes place as first planned: {} 23:30.", long(3))), "{}", text(&mail));
    assert_eq!(header(&mail, "In-Reply-To").unwrap(), "<again.7.announce.shop@example.test>");
    assert_eq!(arrived(server, "again", SHOP).len(), 3);
}

#[test]
fn how_it_went_is_told_where_the_flow_says_so() {
    let Some(server) = server() else { return };
    for (id, outcome, count) in [("went", "executed", 1), ("back", "rolled-back", 2)] {
        let project = project(server, id, &[SHOP]);
        project.done(&["--send"]);
        project.edit(RELEASE, "number = '7'\n", &format!("number = '7'\noutcome = '{outcome}'\n"));
        project.edit(RELEASE, &day(3), &day(-1));
        project.done(&["--due", "--send"]);
        assert_eq!(arrived(server, id, SHOP).len(), count, "{outcome}");
    }
    let mail = of(server, "back", "<back.7.sorry.shop@");
    assert!(subject(&mail).starts_with("Result: Upgrade ("), "{}", subject(&mail));
    assert!(text(&mail).contains("was rolled back") && text(&mail).contains("Nothing has changed."), "{}", text(&mail));
}

#[test]
fn a_calendar_takes_the_appointment_moves_it_and_drops_it() {
    let Some(server) = server() else { return };
    let project = project(server, "calendar", &[SHOP]);
    project.edit("runsheet.toml", "user =", "calendar = true\nuser =");
    project.edit("flows/upgrade.toml", "title = 'Upgrade'", "title = 'Upgrade, 升级; all of it'");
    project.done(&["--send"]);
    project.edit(RELEASE, &day(3), &day(40));
    project.done(&["--send"]);
    project.edit(RELEASE, "number = '7'\n", "number = '7'\nstatus = 'cancelled'\n");
    project.done(&["--send"]);
    let folder = project.path("mails");
    std::fs::create_dir(&folder).unwrap();
    for (at, mail) in arrived(server, "calendar", SHOP).iter().enumerate() {
        std::fs::write(folder.join(format!("{at}.eml")), mail).unwrap();
    }
    // Another library reads them.
    let python = concat!(env!("CARGO_MANIFEST_DIR"), "/target/readers/bin/python");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sending/appointments.py");
    let Ok(output) = Command::new(python).arg(script).arg(&folder).output() else {
        assert!(std::env::var_os("CI").is_none(), "{python} must be there, see .ci/run");
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let (first, moved) = (day(3), day(40));
    let line = |sequence: u32, method: &str, status: &str, day: &str| {
        format!(
            "{sequence} {method} {status} {day} 23:30 UTC 20 min calendar.7._.calendar@example.test mailto:ci@example.test mailto:{SHOP} FALSE Upgrade, 升级; all of it\n"
        )
    };
    let expected = [
        line(0, "REQUEST", "CONFIRMED", &first),
        line(1, "REQUEST", "CONFIRMED", &moved),
        line(2, "CANCEL", "CANCELLED", &moved),
    ];
    assert_eq!(said, expected.concat());
}
