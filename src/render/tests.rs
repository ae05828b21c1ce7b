//! Tests the runbook and the mails of whole flows.

use mail_parser::MessageParser;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::{Templates, flowchart, mails, runbook};
use crate::output::Artifact;
use crate::plan::Plan;
use crate::testing::planned;
use crate::text::typeset::Typesetter;
use crate::text::{Content, Fonts};
use crate::view::labels::Labels;

/// A flow that uses every text that a flow can have once, in capitals.
pub(super) const FLOW: &str = r#"
schema = 1
id = "nasty"
title = "TITLE *1* <b>"
lang = "en"
about = "ABOUT\n1. not a list"
revision = "3"
owner = "OWNER"
timezone = "Asia/Shanghai"
also = ["UTC"]
runbook = "https://wiki.example.com/nasty"
mail-from = "The Team <team@example.com>"

[values]
version = { label = "VERSION", example = "2" }

[operator]
prepare = ["PREPARE | a"]
handover = "HANDOVER"

[decision]
decider = "checker"
when = ["WHEN `x`"]
window-end = "21:05"

[contacts.apps]
name = "APPS"
email = ["a@example.com", "b@example.com"]
[contacts.dba]
name = "DBA"

[readings.data]
title = "READING"
rows = [{ item = "ROW | a", record = "number", unit = "UNIT" }]

[checks.status]
title = "CHECK"
items = [{ do = "ITEM", expect = "VALUE" }]

[[cold]]
id = "announce"
lead = "3 days"
do = "COLD"
notify = ["apps"]
impact = "IMPACT of **{{ version }}**, see [the wiki](https://wiki.example.com/x)"
ask = "ASK"

[[hot]]
id = "go"
title = "BLOCK"
atomic = true
note = "BLOCKNOTE"
on-failure = { do = "DEFAULTWAY", then = "hold" }

[[hot.step]]
op = "read"
do = "TAKE\n# not a heading"
take = "data"
by = "dba"
expect = "EXPECT"
verify = "call"
minutes = 4
critical = true
link = "https://example.com/LINK"

[[hot.step]]
id = "change"
op = "write"
do = "CHANGE {{ version }}"
command = """
first `line`

```
    last {{ version }}"""
fill = true
note = "NOTE"
caution = "CAUTION"
warning = "WARNING\nsecond line"
undo = "UNDO"
irreversible = "IRREVERSIBLE"
record = { name = "count", label = "RECORD", unit = "PIECES" }
begins = "BEGINS"
sets = { state = "STATE" }
otherwise = { do = "WAYOUT", call = "apps", within = "10 minutes", then = "rollback" }

[[hot.step]]
op = "read"
check = "status"
compare = "data"
awaits = "BEGINS"
hold = { ask = "HOLD?", decider = "apps", at-most = "5 minutes", no = "rollback" }

[[hot.step]]
op = "read"
do = "WAIT"
wait = { for = "CONDITION", every = "2 minutes", at-most = "10 minutes", otherwise = { do = "TIMEOUT", then = "abort" } }

[[hot.step]]
op = "read"
do = "CHOOSE"
choose = { ask = "QUESTION?", options = [{ if = "OPTION A", then = "next" }, { if = "OPTION B", then = "rollback" }] }

[[rollback]]
title = "BACK"
[[rollback.step]]
op = "write"
do = "BACKSTEP"
from = "change"

[[after]]
lag = "1 day"
do = "AFTER"
tell = { to = "apps", message = "MESSAGE" }
"#;

pub(super) const RELEASE: &str = r#"
flow = "nasty"
number = "2013-0042"
start = 2013-01-25T20:00:00+08:00
operator = { name = "张三", phone = "138 1" }
values = { version = "9_9*9" }
contacts.apps = { name = "孙七", phone = "138 5" }
"#;

pub(super) fn plan(flow: &str, release: &str) -> Plan {
    planned(flow, release).unwrap_or_else(|faults| panic!("{faults}"))
}

fn written(plan: &Plan) -> String {
    let artifact = runbook(plan, &Labels::of(&plan.lang), &Templates::builtin()).expect("our template has no fault");
    assert_eq!(artifact.path, "runbook.md");
    String::from_utf8(artifact.bytes).expect("text")
}

/// What a reader of the Markdown sees: a line for each block, boxes as `☐`, code blocks as `⟦…⟧`.
pub(super) fn seen(markdown: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut seen = String::new();
    for event in Parser::new_ext(markdown, options | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_MATH) {
        match event {
            Event::Text(words) | Event::Code(words) => seen.push_str(&words),
            Event::TaskListMarker(false) => seen.push('☐'),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => seen.push_str("\n⟦"),
            Event::End(TagEnd::CodeBlock) => seen.push_str("⟧\n"),
            Event::HardBreak
            | Event::Start(Tag::Item | Tag::Paragraph | Tag::List(_))
            | Event::End(
                TagEnd::Paragraph
                | TagEnd::Item
                | TagEnd::Heading(_)
                | TagEnd::TableRow
                | TagEnd::TableHead
                | TagEnd::MetadataBlock(_),
            ) => seen.push('\n'),
            Event::End(TagEnd::TableCell) => seen.push('¦'),
            Event::Html(html) => panic!("a block of HTML: {html:?}"),
            Event::InlineHtml(tag) => {
                let ours = ["<br>", "</a>", "<span>", "</span>", "<strong>", "</strong>"].contains(&&*tag);
                assert!(ours || tag.starts_with("<a id=\""), "{tag:?}");
            }
            _ => {}
        }
    }
    seen
}

#[test]
fn the_runbook_shows_all_that_a_flow_says() {
    let text = seen(&written(&plan(FLOW, RELEASE)));
    for words in [
        "TITLE *1* <b>",
        "ABOUT\n1. not a list",
        "OWNER",
        "2013-0042",
        "20:00 +08:00",
        "12:00 UTC",
        "张三 138 1",
        "VERSION¦9_9*9¦",
        "☐PREPARE | a",
        "HANDOVER",
        "WHEN x",
        "2013-01-25 21:05",
        "APPS¦孙七¦138 5¦a@example.comb@example.com¦",
        "ROW | a (UNIT)¦",
        "☐C1 3 days before the start (2013-01-22): COLD",
        "IMPACT of 9_9*9, see the wiki",
        "ASK",
        "BLOCKNOTE",
        "Atomic",
        "☐1 read Critical TAKE\n# not a heading → EXPECT 20:00, 4 minutes",
        "DBA",
        "read aloud, repeated",
        "https://example.com/LINK",
        "☐2 write CHANGE 9_9*9",
        "⟦first `line`\n\n```\n    last 9_9*9\n⟧",
        "Note: NOTE",
        "Caution: CAUTION",
        "Warning: WARNING\nsecond line",
        "UNDO",
        "No way back once this step is begun: IRREVERSIBLE",
        "RECORD: ____ PIECES",
        "BEGINS begins",
        "state = STATE",
        "✗ WAYOUT; call APPS 孙七 138 5, within 10 minutes; rollback\n",
        "✗ DEFAULTWAY; stop; Checker decides",
        "☐3.1 ITEM → VALUE",
        "HOLD?",
        "APPS 孙七 138 5 decides, at most 5 minutes",
        "No → rollback\n",
        "BEGINS must have ended",
        "CONDITION",
        "Look every 2 minutes, at most 10 minutes",
        "Not in time → TIMEOUT; stop, nothing to undo",
        "QUESTION?",
        "☐OPTION A → next step",
        "☐OPTION B → rollback\n",
        "R · BACK",
        "☐R1 write Only if step 2 was begun: BACKSTEP",
        "☐A1 write Only if the release was executed, 1 day after the end (2013-01-26): AFTER",
        "Send to APPS 孙七 138 5",
        "⟦MESSAGE\n⟧",
        "flowchart TD",
    ] {
        assert!(text.contains(words), "{words:?} is missing from:\n{text}");
    }
}

#[test]
fn every_link_within_the_runbook_leads_somewhere() {
    let text = written(&plan(FLOW, RELEASE));
    let links: Vec<_> = text.split("](#").skip(1).filter_map(|rest| rest.split_once(')')).collect();
    assert!(links.len() >= 8, "{}", links.len());
    for (name, _) in links {
        assert_eq!(text.matches(&format!("<a id=\"{name}\"></a>")).count(), 1, "{name}");
    }
}

#[test]
fn what_is_not_given_is_a_line_to_write_on() {
    let flow = FLOW.replace("mail-from", "# ");
    let text = written(&plan(&flow, "flow = \"nasty\"\n"));
    assert!(text.contains("| Release number | `____` |"), "{text}");
    assert!(text.contains("CHANGE `____` (VERSION)"), "{text}");
    assert!(text.contains("\n      last ‹version›\n  ````\n  - Fill in `‹version›` VERSION\n"), "{text}");
}

#[test]
fn the_same_plan_gives_the_same_bytes() {
    let (one, two) = (plan(FLOW, RELEASE), plan(FLOW, RELEASE));
    assert_eq!(
        runbook(&one, &Labels::of(&one.lang), &Templates::builtin()),
        runbook(&two, &Labels::of(&two.lang), &Templates::builtin())
    );
    assert_eq!(
        mails(&one, &Labels::of(&one.lang), &[], &Templates::builtin(), false),
        mails(&two, &Labels::of(&two.lang), &[], &Templates::builtin(), false)
    );
}

fn sent(plan: &Plan) -> Vec<Artifact> {
    let (artifacts, notes) = mails(plan, &Labels::of(&plan.lang), &[], &Templates::builtin(), false).expect("no fault");
    assert_eq!(notes, []);
    artifacts
}

#[test]
fn a_mail_can_be_read_and_sent() {
    let mut plan = plan(FLOW, RELEASE);
    let title = "很长的发布标题".repeat(20);
    plan.title = crate::text::Text::plain(&plan.lang, &title);
    let artifacts = sent(&plan);
    assert_eq!(
        artifacts.iter().map(|a| a.path.as_str()).collect::<Vec<_>>(),
        ["mail/announce-apps.txt", "mail/announce-apps.eml"]
    );
    let text = String::from_utf8(artifacts[0].bytes.clone()).expect("text");
    assert!(!text.contains('\r'));
    let eml = &artifacts[1].bytes;
    assert!(eml.is_ascii());
    let lines = String::from_utf8(eml.clone()).expect("text");
    assert_eq!(lines.matches('\n').count(), lines.matches("\r\n").count());
    let mail = MessageParser::default().parse(eml).expect("a mail");
    assert_eq!(mail.subject(), Some(format!("Release notice: {title} (2013-01-25)").as_str()));
    assert_eq!(mail.message_id(), Some("nasty.2013-0042.announce.apps@example.com"));
    assert_eq!(mail.date().map(mail_parser::DateTime::to_rfc3339).as_deref(), Some("2013-01-22T12:00:00Z"));
    let from = mail.from().and_then(|from| from.first()).expect("a sender");
    assert_eq!((from.name(), from.address()), (Some("The Team"), Some("team@example.com")));
    let to: Vec<_> = mail.to().expect("recipients").iter().map(|to| (to.name(), to.address())).collect();
    assert_eq!(to, [(Some("APPS 孙七"), Some("a@example.com")), (Some("APPS 孙七"), Some("b@example.com"))]);
    let body = mail.body_text(0).expect("a body").replace("\r\n", "\n");
    assert!(text.trim_end().ends_with(body.trim_end()), "{body}");
    for words in [
        "Dear 孙七,",
        "IMPACT of 9_9*9, see the wiki (https://wiki.example.com/x)",
        "ASK",
        "张三 138 1",
        "21:05",
        "revision 3",
    ] {
        assert!(body.contains(words), "{words:?} is missing from:\n{body}");
    }
    assert!(!body.contains("____"), "{body}");
}

#[test]
fn no_value_can_begin_a_header() {
    let mut plan = plan(FLOW, RELEASE);
    let evil = "x\r\nBcc: evil@example.com\r\n\r\nbody";
    plan.title.push(Content::Chars(evil.to_owned()));
    plan.contacts[0].name.push(Content::Chars(evil.to_owned()));
    plan.contacts[0].person = Some(evil.to_owned().into());
    plan.release.number = Some(evil.to_owned().into());
    plan.mail_from = Some(format!("{evil} <team@example.com>").into());
    let artifacts = sent(&plan);
    let mail = MessageParser::default().parse(&artifacts[1].bytes).expect("a mail");
    assert!(mail.bcc().is_none());
    assert_eq!(mail.headers().len(), 8, "{:?}", mail.headers());
    assert!(mail.subject().is_some_and(|subject| subject.contains("x Bcc: evil@example.com body")));
    plan.mail_from = Some("team@example.com>\r\nBcc: <evil@example.com".to_owned().into());
    assert_eq!(
        mails(&plan, &Labels::of(&plan.lang), &[], &Templates::builtin(), false).unwrap_err().code,
        "mail-address"
    );
}

#[test]
fn a_header_is_what_was_written_and_its_lines_are_short() {
    let code = "=?utf-8?q?=45vil?= a b";
    let long = "x".repeat(1200);
    for words in [code, &long, &format!("{code} {long} 数据"), &"ab cd ".repeat(300), &"数据".repeat(300)] {
        let mut plan = plan(FLOW, RELEASE);
        let words = words.trim();
        plan.title = crate::text::Text::plain(&plan.lang, words);
        plan.contacts[0].name = crate::text::Text::plain(&plan.lang, words);
        plan.release.number = Some(words.to_owned().into());
        plan.mail_from = Some(format!("{words} <team@example.com>").into());
        let artifacts = sent(&plan);
        let eml = &artifacts[1].bytes;
        let (head, _) = std::str::from_utf8(eml).unwrap().split_once("\r\n\r\n").unwrap();
        for line in head.split("\r\n") {
            let value = line.split_once(": ").map_or(line, |(_, value)| value).trim_start();
            assert!(line.len() <= 78 || !value.contains(' ') && line.len() <= 998, "{line}");
            assert!(!line.contains(char::is_control), "{line:?}");
        }
        let mail = MessageParser::default().parse(eml).expect("a mail");
        assert_eq!(mail.subject(), Some(format!("Release notice: {words} (2013-01-25)").as_str()));
        let from = mail.from().and_then(|from| from.first()).expect("a sender");
        assert_eq!((from.name(), from.address()), (Some(words), Some("team@example.com")));
        let to: Vec<_> = mail.to().expect("recipients").iter().map(|to| (to.name(), to.address())).collect();
        let name = format!("{words} 孙七");
        assert_eq!(to, [(Some(&*name), Some("a@example.com")), (Some(&*name), Some("b@example.com"))]);
    }
}

#[test]
fn what_a_mail_needs_is_named() {
    let told = |flow: &str, release: &str| {
        let planned = plan(flow, release);
        let (artifacts, notes) =
            mails(&planned, &Labels::of(&planned.lang), &[], &Templates::builtin(), false).expect("no fault");
        assert_eq!(artifacts, []);
        notes.into_iter().map(|note| (note.code, note.message)).collect::<Vec<_>>()
    };
    let needed = "no mails are written: they need `start`, `version`".to_owned();
    assert_eq!(told(FLOW, "flow = \"nasty\"\n"), [("mail-incomplete", needed)]);
    let unsigned = FLOW.replace("mail-from", "#");
    let message = "no mails are written: nobody is said to send them".to_owned();
    assert_eq!(told(&unsigned, RELEASE), [("mail-from-missing", message)]);
    let silent = plan(&FLOW.replace("notify = [\"apps\"]", ""), "flow = \"nasty\"\n");
    assert_eq!(mails(&silent, &Labels::of(&silent.lang), &[], &Templates::builtin(), false), Ok((vec![], vec![])));
}

#[test]
fn a_mail_needs_what_a_derived_value_follows_from() {
    let values = "version = { label = \"VERSION\", pattern = '(?<major>\\d+)\\.\\d+' }\nkind = 'VERSION'\n\
                  tag = { is = '{{ branch }}-{{ kind }}-{{ start-time }}' }\nbranch = { is = 'release-{{ major }}' }";
    let flow = FLOW
        .replace("version = { label = \"VERSION\", example = \"2\" }", values)
        .replace("IMPACT of **{{ version }}**", "IMPACT of {{ tag }} and {{ tag }}");
    let needed = |release: &str| {
        let planned = plan(&flow, release);
        let (_, notes) =
            mails(&planned, &Labels::of(&planned.lang), &[], &Templates::builtin(), false).expect("no fault");
        notes.into_iter().map(|note| (note.message, note.context.len())).collect::<Vec<_>>()
    };
    let told = |names: &str, places: usize| [(format!("no mails are written: they need {names}"), places)];
    assert_eq!(needed("flow = \"nasty\"\n"), told("`start`, `version`, `kind`", 2));
    // Both have the same label.
    let given = |values: &str| RELEASE.replace("version = \"9_9*9\"", values);
    assert_eq!(needed(&given("version = '2.4'")), told("`kind`", 1));
    assert_eq!(needed(&given("kind = 'x'")), told("`version`", 1));
    let titled = flow.replace("schema = 1", "schema = 1\ntitle-value = 'branch'").replace("{{ tag }}", "it");
    let planned = plan(&titled, &given(""));
    let (_, notes) = mails(&planned, &Labels::of(&planned.lang), &[], &Templates::builtin(), false).expect("no fault");
    assert_eq!(notes[0].message, "no mails are written: they need `version`");
}

#[test]
fn a_mail_that_may_not_be_sent_says_so_at_its_head() {
    let flow = FLOW.replace("do = \"COLD\"", "do = \"COLD\"\nif = \"SEEN **{{ version }}**\"");
    let artifacts = sent(&plan(&flow, RELEASE));
    let text = String::from_utf8(artifacts[0].bytes.clone()).unwrap();
    let head = text.lines().next().unwrap();
    assert!(head.starts_with("Send on: ") && head.ends_with("(3 days before the start) · If SEEN 9_9*9"), "{head}");
    let open = plan(&flow, &RELEASE.replace("version = \"9_9*9\"", ""));
    let (_, notes) = mails(&open, &Labels::of(&open.lang), &[], &Templates::builtin(), false).expect("no fault");
    assert_eq!(notes[0].message, "no mails are written: they need `version`");
}

#[test]
fn mails_of_the_same_day_keep_apart() {
    let mut plan = plan(FLOW, RELEASE);
    let mut again = plan.cold[0].clone();
    again.step.number.number = 2;
    plan.cold.push(again);
    let paths: Vec<_> = sent(&plan).into_iter().map(|artifact| artifact.path).collect();
    assert_eq!(
        paths,
        ["mail/announce-apps.txt", "mail/announce-apps.eml", "mail/announce-apps-2.txt", "mail/announce-apps-2.eml"]
    );
}

#[test]
fn the_flow_chart_is_xml_that_loads_and_runs_nothing() {
    let plan = plan(FLOW, RELEASE);
    let fonts = Fonts::builtin();
    let chart = flowchart(&plan, &Labels::of(&plan.lang), &mut Typesetter::new(&fonts));
    assert_eq!(chart.path, "flowchart.svg");
    assert_eq!(flowchart(&plan, &Labels::of(&plan.lang), &mut Typesetter::new(&fonts)), chart);
    let text = String::from_utf8(chart.bytes).expect("text");
    let xml = roxmltree::Document::parse(&text).expect("XML");
    let said =
        |name: &'static str| xml.descendants().filter(move |node| node.has_tag_name(name)).filter_map(|n| n.text());
    assert_eq!(said("title").collect::<String>(), "TITLE *1* <b> 9_9*9 Flow chart");
    assert!(said("desc").any(|words| words.contains("2 write CHANGE 9_9*9, failed: R")), "{text}");
    // Words with more than one space between them are pieces of one text.
    let shown: String = said("text").chain(said("tspan")).collect();
    for words in
        ["Execute the check list, not this chart", "HOLD?", "QUESTION?", "OPTION A", "OPTION B", "point of no return"]
    {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    for node in xml.descendants().filter(roxmltree::Node::is_element) {
        assert!(
            ["svg", "title", "desc", "rect", "path", "text", "tspan"].contains(&node.tag_name().name()),
            "{node:?}"
        );
        for attribute in node.attributes() {
            assert!(!attribute.name().contains("href") && !attribute.value().contains("url("), "{node:?}");
        }
    }
}

/// A mail is counted before it is made: 650 KB of tasks and addresses would be 5 GB of mails.
#[test]
fn mails_are_counted_before_they_are_made() {
    let addresses: Vec<String> = (0..3000).map(|number| format!("'{number}@example.com'")).collect();
    let tasks = |count: usize| {
        let task = |number: usize| format!("[[cold]]\nlead = '{} minutes'\ndo = 'x'\nnotify = ['c']\n", number + 1);
        (0..count).map(task).collect::<String>()
    };
    let flow = |count: usize, impact: &str, addresses: &str| {
        format!(
            "schema = 1\nid = 'a'\ntitle = 'A'\nlang = 'en'\nmail-from = 'a@example.com'\n\
             [contacts.c]\nname = 'C'\nemail = [{addresses}]\n{}impact = '{impact}'\n\
             [[hot]]\ntitle = 'B'\n[[hot.step]]\nop = 'read'\ndo = 'x'\n",
            tasks(count)
        )
    };
    let release = "flow = 'a'\nstart = 2026-03-02T20:00:00Z\noperator = 'A'\n";
    let refused = |count: usize, impact: &str, addresses: &str| {
        let planned = plan(&flow(count, impact, addresses), release);
        mails(&planned, &Labels::of(&planned.lang), &[], &Templates::builtin(), false).err()
    };
    let fault = refused(400, "x", &addresses.join(",")).expect("a fault");
    assert_eq!((fault.code, fault.message.starts_with("the mails of the flow have 6")), ("too-many-mails", true));
    let label = fault.primary.expect("a place");
    assert!(label.message.starts_with("2 files × 400 mails × "), "{}", label.message);
    assert_eq!(refused(4, "x", &addresses.join(",")), None);
    assert_eq!(refused(1, &"x".repeat(900_000), "'a@example.com'"), None);
}
