//! `runsheet mail`, on real servers, which are started from `tests/servers`.

mod address;
mod anew;
mod close;
mod follow_up;
mod kill;
mod odd;
mod project;
mod real;

use project::{OUTBOX, Project, RELEASE, day, release};

#[test]
fn what_is_due_and_what_is_late_is_listed() {
    let config = "[mail]\nsmtp = 'smtp://127.0.0.1:1'\n";
    let project = Project::new(config, &["shop@example.test"], 3);
    let list = project.done(&[]);
    let today = day(0);
    assert!(list.starts_with(&format!("upgrade 7, {} 23:30 UTC\n", day(3))), "{list}");
    assert!(
        list.contains(&format!("\n  due              {today}  notice      announce-shop  shop@example.test\n")),
        "{list}"
    );
    assert!(
        list.contains(&format!("\n  waits            {}  reminder    remind-shop  shop@example.test\n", day(2))),
        "{list}"
    );
    let due = project.done(&["--due"]);
    assert!(due.contains("announce-shop") && !due.contains("remind-shop"), "{due}");
    let later = project.done(&["--due", &day(2)]);
    assert!(later.contains("remind-shop"), "{later}");
    let json: serde_json::Value = serde_json::from_str(&project.done(&["--format", "json"])).unwrap();
    crate::promises::assert_keys(
        "mail",
        json.as_array().unwrap(),
        &["sent", "days", "code", "words", "changed", "blocked"],
    );
    assert_eq!(json[0]["state"], "due");
    assert_eq!(json[0]["id"], "<upgrade.7.announce.shop@example.test>");
    assert_eq!(json.as_array().unwrap().len(), 2);
    // Nobody has sent it yesterday, and nobody knows whether another machine did.
    let late = Project::new(config, &["shop@example.test"], 2);
    let list = late.blocked(&[]);
    assert!(
        list.contains("  late by 1 day  ")
            && list.contains("blocked: mails are overdue, and there is no `flows/upgrade.release.outbox`"),
        "{list}"
    );
    let stderr = late.refused(&["--send"]);
    assert!(stderr.contains("if nobody was told anything yet, say so with `--send --first`"), "{stderr}");
    // Where no server was reached nothing is begun, so the next run asks again whether anybody was told.
    let stderr = late.refused(&["--send", "--first"]);
    assert!(stderr.contains("port 1 can't be reached"), "{stderr}");
    assert!(!late.path(OUTBOX).exists());
    assert!(late.refused(&["--format", "json"]).contains("mails are overdue"));
}

#[test]
fn what_was_missed_is_said_in_one_line_until_there_is_an_outcome() {
    let addresses = ["shop@example.test", "ruth@example.test"];
    let project = Project::new("[mail]\nsmtp = 'smtp://127.0.0.1:1'\n", &addresses, -1);
    for (args, code) in [(&["--due", "--send"][..], 1), (&[], 0)] {
        let said = project.mail(args);
        assert_eq!((said.code, said.stdout.matches("  missed  ").count()), (code, 4), "{}", said.stderr);
        let told = "4 mails weren't sent before the start, and aren't sent any more";
        assert!(
            said.stderr.contains(told) && said.stderr.matches("error").count() == 1 || code == 0,
            "{}",
            said.stderr
        );
    }
    project.edit(RELEASE, "number = '7'\n", "number = '7'\noutcome = 'executed'\n");
    assert_eq!(project.done(&["--due", "--send"]), "");
}

#[test]
fn nothing_is_sent_before_it_is_due() {
    let project = Project::new("[mail]\nsmtp = 'smtp://127.0.0.1:1'\n", &["shop@example.test"], 30);
    let said = project.mail(&["--due", &day(29), "--send"]);
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains("is a day that is still to come"), "{}", said.stderr);
    assert!(project.done(&["--due", &day(29)]).contains("remind-shop"));
    // The day itself has come, also where it came first.
    assert_eq!(project.done(&["--due", &day(0), "--send"]), "");
}

#[test]
fn a_server_whose_address_is_none_is_told_once() {
    let project = Project::new("[mail]\nsmtp = 'http://mail.example.com'\n", &["shop@example.test"], 3);
    let stderr = project.refused(&["--send"]);
    assert!(stderr.contains("runsheet.toml:2:8") && stderr.matches("error").count() == 1, "{stderr}");
}

#[test]
fn an_outbox_without_its_first_line_is_one_that_was_cut_off() {
    let project = Project::new("[mail]\nsmtp = 'smtp://127.0.0.1:1'\n", &["shop@example.test"], 3);
    let told = "`flows/upgrade.release.outbox` is empty: what was sent is lost";
    project.write(OUTBOX, "");
    assert!(project.blocked(&[]).contains(told));
    for args in [&["--send"][..], &["--send", "--first"], &["--sent", "announce-shop"], &["--format", "json"]] {
        let said = project.mail(args);
        assert!(said.code == 1 && said.stderr.contains(told), "{args:?}: {}", said.stderr);
        assert!(
            !said.stdout.contains("nothing is due") && !said.stdout.starts_with("upgrade 7") || args[0] == "--sent"
        );
    }
    assert_eq!(project.read(OUTBOX), "");
    // A name that means no mail isn't known for one while that can't be read.
    project.write(OUTBOX, "{\"outbox\":1");
    let stderr = project.refused(&["--sent", "announce-shop"]);
    assert!(stderr.contains("error[outbox-cut-off]") && !stderr.contains("no mail is called"), "{stderr}");
}

#[test]
fn what_is_missing_is_named_before_anything_is_sent() {
    let project = Project::new("", &["shop@example.test"], 3);
    let stderr = project.refused(&["--send"]);
    assert!(stderr.contains("nothing says which server mails are handed to"), "{stderr}");
    project.write("runsheet.toml", "[mail]\nsmtp = 'smtp://127.0.0.1:1'\n");
    let stderr = project.refused(&["--send"]);
    assert!(stderr.contains("`127.0.0.1` port 1 can't be reached: "), "{stderr}");
    project.edit(RELEASE, "values = { version = '2.4.9' }\n", "");
    project.edit("flows/upgrade.toml", "It is slow.", "{{ version }} is slow.");
    let list = project.blocked(&[]);
    assert!(list.contains("  blocked: no mails are written: they need `version`"), "{list}");
    assert!(project.refused(&["--send"]).contains("they need `version`"));
    project.write(RELEASE, &release("7", 3).replace("number = '7'\n", ""));
    assert!(project.refused(&["--send"]).contains("`flows/upgrade.release.toml` has no `number`"));
    assert!(!project.path(OUTBOX).exists());
}

#[test]
fn a_release_without_a_mail_that_is_due_says_nothing() {
    let project = Project::new("[mail]\nsmtp = 'smtp://127.0.0.1:1'\n", &["shop@example.test"], 30);
    assert_eq!(project.done(&["--due", "--send"]), "");
    assert_eq!(project.done(&["--send"]), "nothing is due\n");
    assert!(project.done(&["--due", "--send", "--all"]).contains("  waits "));
    assert!(!project.path(OUTBOX).exists());
}

#[test]
fn two_releases_with_one_number_are_refused() {
    let project = Project::new("[mail]\nsmtp = 'smtp://127.0.0.1:1'\n", &["shop@example.test"], 3);
    project.write("flows/other.release.toml", &release("7", 3));
    let stderr = project.refused(&["--send"]);
    assert!(
        stderr.contains("`flows/upgrade.release.toml` and `flows/other.release.toml` have the same number"),
        "{stderr}"
    );
}

#[test]
fn an_unknown_name_is_wrong_usage() {
    let project = Project::new("[mail]\nsmtp = 'smtp://127.0.0.1:1'\n", &["shop@example.test"], 3);
    let said = project.mail(&["--sent", "anounce-shop"]);
    assert_eq!(said.code, 2);
    assert_eq!(
        said.stderr,
        "error: no mail is called `anounce-shop` that wasn't sent\nhelp: there is `announce-shop`, `remind-shop`\n"
    );
    assert_eq!(project.mail(&["--again", "announce-shop"]).code, 2);
}
