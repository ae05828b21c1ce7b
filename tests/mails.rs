//! Mails as a build writes them: what they are called, and what stays the same when something else changes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

const HEAD: &str = "schema = 1\nid = 'upgrade'\ntitle = 'Upgrade'\nlang = 'en'\ntimezone = 'UTC'\nowner = 'Team'\n\
    mail-from = 'team@example.com'\n[contacts.shop]\nname = 'Shop'\nemail = 'shop@example.com'\n\
    [[hot]]\ntitle = 'Restart'\non-failure = 'hold'\n[[hot.step]]\nop = 'write'\ndo = 'Restart it'\n";
const RELEASE: &str = "flow = 'upgrade'\nnumber = '2026-7'\nstart = 2026-03-05T20:00:00\n";
/// Where the mails of that release are written.
const OUTPUT: &str = "output/upgrade/2026-7/mail";

/// A task that notifies the shop.
fn task(keys: &str) -> String {
    format!("[[cold]]\nlead = '3 days'\nop = 'write'\nnotify = ['shop']\n{keys}\n")
}

/// Builds the mails of a flow in a folder: each mail's name with its Message-ID.
fn mails(folder: &Path, tasks: &[String], release: &str) -> BTreeMap<String, String> {
    fs::write(folder.join("flow.toml"), format!("{HEAD}{}", tasks.concat())).unwrap();
    fs::write(folder.join("flow.release.toml"), release).unwrap();
    let args = ["build", "flow.toml", "--release", "flow.release.toml", "--only", "mail"];
    let run = Command::new(env!("CARGO_BIN_EXE_runsheet")).args(args).current_dir(folder).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let place = if release.contains("number") { OUTPUT } else { "output/upgrade/mail" };
    let written = fs::read_dir(folder.join(place)).unwrap().map(|entry| entry.unwrap().path());
    let mut mails = BTreeMap::new();
    for path in written.filter(|path| path.extension().is_some_and(|ending| ending == "eml")) {
        assert!(path.with_extension("txt").is_file());
        let mail = fs::read_to_string(&path).unwrap();
        let id = mail.lines().find_map(|line| line.strip_prefix("Message-ID: ")).unwrap().to_owned();
        mails.insert(path.file_stem().unwrap().to_str().unwrap().to_owned(), id);
    }
    mails
}

fn names(mails: &BTreeMap<String, String>) -> Vec<&str> {
    mails.keys().map(String::as_str).collect()
}

#[test]
fn a_new_start_and_a_new_task_change_no_mail_id() {
    let folder = tempfile::tempdir().unwrap();
    let [with, without] = [task("id = 'announce'\ndo = 'Tell the shop'"), task("do = 'Remind the shop'")];
    let first = mails(folder.path(), &[with.clone(), without.clone()], RELEASE);
    assert_eq!(names(&first), ["announce-shop", "remind-the-shop-shop"]);
    assert_eq!(first["announce-shop"], "<upgrade.2026-7.announce.shop@example.com>");
    assert_eq!(first["remind-the-shop-shop"], "<upgrade.2026-7.remind-the-shop.shop@example.com>");
    let new = mails(folder.path(), &[with.clone(), without.clone()], &RELEASE.replace("03-05", "03-12"));
    assert_eq!(new, first);
    let before = task("do = '通知商城'");
    let more = mails(folder.path(), &[before, with.clone(), without.clone()], RELEASE);
    assert!(more.len() == 3 && first.iter().all(|mail| more.iter().any(|known| known == mail)), "{more:?}");
    // A release without a number is told from the next one by its start.
    let unnumbered = RELEASE.replace("number = '2026-7'\n", "");
    let march = mails(folder.path(), std::slice::from_ref(&with), &unnumbered);
    let april = mails(folder.path(), &[with], &unnumbered.replace("-03-", "-04-"));
    assert_ne!(march, april);
}

#[test]
fn tasks_of_the_same_words_have_mails_of_different_names() {
    let folder = tempfile::tempdir().unwrap();
    let tasks =
        ["do = 'Tell them'", "do = 'Tell them'", "id = 'tell-them'\ndo = 'Tell all'", "do = '通知'", "do = '通知'"];
    let made = mails(folder.path(), &tasks.map(task), RELEASE);
    let digest = &runsheet::source::digest("通知".as_bytes())[..8];
    let chinese = [format!("{digest}-2-shop"), format!("{digest}-shop")];
    let mut expected: Vec<&str> = vec!["tell-them-2-shop", "tell-them-3-shop", "tell-them-shop"];
    expected.extend(chinese.iter().map(String::as_str));
    expected.sort_unstable();
    assert_eq!(names(&made), expected);
    let ids: std::collections::BTreeSet<&String> = made.values().collect();
    assert_eq!(ids.len(), 5);
    assert_eq!(made["tell-them-shop"], "<upgrade.2026-7.tell-them.shop@example.com>");
}

#[test]
fn a_mail_of_an_old_name_goes() {
    let folder = tempfile::tempdir().unwrap();
    let first = mails(folder.path(), &[task("do = 'Tell the shop'")], RELEASE);
    assert_eq!(names(&first), ["tell-the-shop-shop"]);
    let second = mails(folder.path(), &[task("id = 'announce'\ndo = 'Tell the shop'")], RELEASE);
    assert_eq!(names(&second), ["announce-shop"]);
    let left = fs::read_dir(folder.path().join(OUTPUT)).unwrap().count();
    assert_eq!(left, 2);
}

#[test]
fn a_contact_gets_mails_in_its_language() {
    let flow = "schema = 1\nid = 'upgrade'\ntitle = { en = 'Upgrade', zh-CN = '升级' }\nlang = ['en', 'zh-CN']\n\
        timezone = 'UTC'\nowner = 'Team'\nmail-from = 'team@example.com'\n\
        [contacts.shop]\nname = { en = 'Shop', zh-CN = '商城' }\nemail = 'shop@example.com'\nlang = 'zh-CN'\n\
        [contacts.press]\nname = { en = 'Press', zh-CN = '媒体' }\nemail = 'press@example.com'\nlang = 'en'\n\
        [contacts.all]\nname = { en = 'All', zh-CN = '全体' }\nemail = 'all@example.com'\n\
        [[cold]]\nid = 'announce'\nlead = '3 days'\nop = 'write'\ndo = { en = 'Tell them', zh-CN = '通知' }\n\
        notify = ['shop', 'press', 'all']\nimpact = { en = 'It is slow.', zh-CN = '会变慢。' }\n\
        [[hot]]\ntitle = { en = 'Restart', zh-CN = '重启' }\non-failure = 'hold'\n\
        [[hot.step]]\nop = 'write'\ndo = { en = 'Restart it', zh-CN = '重启' }\n";
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("flow.toml"), flow).unwrap();
    fs::write(folder.path().join("flow.release.toml"), RELEASE).unwrap();
    for (lang, chinese) in [("en", [true, false, false]), ("zh-CN", [true, false, true])] {
        let args = ["build", "flow.toml", "--only", "mail", "--lang", lang];
        let run = Command::new(env!("CARGO_BIN_EXE_runsheet")).args(args).current_dir(folder.path()).output().unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        for (contact, is_chinese) in ["shop", "press", "all"].into_iter().zip(chinese) {
            let path = folder.path().join(format!("{OUTPUT}/announce-{contact}.txt"));
            let text = fs::read_to_string(path).unwrap();
            let [yes, no] = if is_chinese { ["会变慢。", "It is slow."] } else { ["It is slow.", "会变慢。"] };
            assert!(text.contains(yes) && !text.contains(no), "{lang} {contact}: {text}");
            assert_eq!(text.contains("Dear "), !is_chinese, "{lang} {contact}: {text}");
            assert_eq!(text.lines().any(|line| line.starts_with("发件人")), is_chinese, "{lang} {contact}: {text}");
        }
    }
}

/// What a mail of a task with these keys says, of a release that gives `version`, `old` and `hosts`; or why there is none.
fn said(folder: &Path, keys: &str) -> String {
    let values = "[values]\nversion = 'Version'\nold = 'Version now'\nhosts = { label = 'Hosts', each = 'host' }\nlater = 'Later'\n";
    let flow = HEAD.replace("[contacts.shop]", &format!("{values}[contacts.shop]"));
    fs::write(
        folder.join("flow.toml"),
        format!("{flow}[[cold]]\nid = 'announce'\nlead = '3 days'\ndo = 'Tell them'\n{keys}\n"),
    )
    .unwrap();
    let given = "values = { version = '2.4', old = '2.3', hosts = ['db-1', 'db-2'] }\n";
    fs::write(folder.join("flow.release.toml"), format!("{RELEASE}{given}")).unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_runsheet"))
        .args(["build", "flow.toml", "--release", "flow.release.toml", "--only", "mail"])
        .current_dir(folder)
        .output()
        .unwrap();
    let told = String::from_utf8([run.stdout, run.stderr].concat()).unwrap();
    fs::read_to_string(folder.join(OUTPUT).join("announce-shop.txt")).unwrap_or(told)
}

#[test]
fn only_what_concerns_the_reader_stands_in_a_mail() {
    let folder = tempfile::tempdir().unwrap();
    let lines = |mail: &str| -> Vec<String> {
        let behind = mail.lines().skip_while(|line| !line.starts_with("Release number: ")).skip(1);
        behind.take_while(|line| !line.is_empty()).map(str::to_owned).collect()
    };
    let short = said(folder.path(), "notify = 'shop'\nimpact = 'It is slow.'\nask = 'Wait.'");
    assert_eq!(lines(&short), ["Version: 2.4"], "{short}");
    let long = said(folder.path(), "mail = { to = 'shop', impact = 'It is slow.', ask = 'Wait.' }");
    let without_digest = |mail: &str| mail.split("\nSHA-256").next().unwrap_or_default().to_owned();
    assert_eq!(without_digest(&long), without_digest(&short));
    for (mention, expected) in [
        ("'old'", &["Version now: 2.3"][..]),
        ("['hosts', 'version']", &["Hosts: db-1, db-2", "Version: 2.4"]),
        ("[]", &[]),
    ] {
        let mail = said(
            folder.path(),
            &format!("mail = {{ to = 'shop', impact = '{{{{ old }}}} goes', mention = {mention} }}"),
        );
        assert_eq!(lines(&mail), expected, "{mail}");
        assert!(mail.contains("2.3 goes"), "{mail}");
    }
    let waits = said(folder.path(), "mail = { to = 'shop', mention = ['version', 'later'] }");
    assert!(waits.contains("no mails are written: they need `later`"), "{waits}");
}

#[test]
fn a_mail_has_a_subject_of_its_own_between_its_kind_and_its_date() {
    let folder = tempfile::tempdir().unwrap();
    let earlier = "notify = 'shop'\n[[cold]]\nlead = '1 day'\nid = 'remind'\ndo = 'Remind them'\n";
    let subject = "mail = { to = 'shop', subject = 'The `shop` waits for {{ version }}' }";
    let mail = said(
        folder.path(),
        &format!("{subject}\n[[cold]]\nlead = '1 day'\nid = 'remind'\ndo = 'Remind them'\n{subject}"),
    );
    assert!(mail.contains("\nSubject: Release notice: The shop waits for 2.4 (2026-03-05)\n"), "{mail}");
    assert!(mail.contains("We plan “Upgrade” for"), "{mail}");
    let reminder = fs::read_to_string(folder.path().join(OUTPUT).join("remind-shop.txt")).unwrap();
    assert!(reminder.contains("\nSubject: Reminder: The shop waits for 2.4 (2026-03-05)\n"), "{reminder}");
    said(folder.path(), &format!("{earlier}notify = 'shop'"));
    let reminder = fs::read_to_string(folder.path().join(OUTPUT).join("remind-shop.txt")).unwrap();
    assert!(reminder.contains("\nSubject: Reminder: Upgrade (2026-03-05)\n"), "{reminder}");
}
