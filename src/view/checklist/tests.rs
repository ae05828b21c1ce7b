//! Tests of the texts of the check list.

use std::fmt::Write as _;

use super::{
    Cell, Checklist, DetailLead, Holds, ListOptions, NoticeKind, Row, Sheet, SheetPart, Table, TableCell, checklist,
};
use crate::testing::planned;
use crate::text::Text;
use crate::view::labels::Labels;

const HEAD: &str = "schema = 1\nid = \"f\"\ntitle = \"T\"\nlang = \"en\"\n";

/// The texts of a flow's list.
fn printed(flow: &str, release: &str) -> Checklist {
    let plan = planned(&format!("{HEAD}{flow}"), &format!("flow = \"f\"\n{release}"));
    let plan = plan.unwrap_or_else(|faults| panic!("{faults}"));
    checklist(&plan, &Labels::of(&plan.lang), &ListOptions::default())
}

fn sheet<'c>(list: &'c Checklist, anchor: &str) -> &'c Sheet {
    list.sheets.iter().find(|sheet| sheet.anchor == anchor).unwrap_or_else(|| panic!("no sheet {anchor}"))
}

fn rows(table: &Table) -> Vec<String> {
    let cell = |cell: &TableCell| match cell {
        TableCell::Words(text) => text.to_plain(),
        TableCell::Room(_) | TableCell::Form { .. } => String::new(),
    };
    table.rows.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>().join(" | ")).collect()
}

/// The rows of a rollback's table; none where there is no table.
fn struck(flow: &str, release: &str) -> Vec<String> {
    let list = printed(flow, release);
    let table = sheet(&list, "rollback-R").parts.iter().find_map(|part| match part {
        SheetPart::Table(table) => Some(rows(table)),
        _ => None,
    });
    table.unwrap_or_default()
}

/// Steps of `hot`, each with an id, as lines of TOML; then a rollback of a step for each of them.
fn flow(steps: &[(&str, &str)]) -> String {
    let mut flow = "[[hot]]\ntitle = \"Hot\"\n".to_owned();
    for (id, more) in steps {
        let _ = write!(flow, "[[hot.step]]\nid = \"{id}\"\nop = \"write\"\ndo = \"{id}\"\n{more}\n");
    }
    flow += "[[rollback]]\nid = \"back\"\ntitle = \"Back\"\n";
    for (id, _) in steps {
        let _ = write!(flow, "[[rollback.step]]\nop = \"write\"\ndo = \"Undo {id}\"\nfrom = \"{id}\"\n");
    }
    flow
}

const BACK: &str = "otherwise = \"rollback\"";

#[test]
fn only_steps_that_lead_there_stand_in_the_table() {
    let steps = [("a", "otherwise = \"abort\""), ("b", BACK), ("c", ""), ("d", BACK)];
    assert_eq!(struck(&flow(&steps), ""), ["2 | R1, R2 | R3, R4", "4 | R1–R4 | –"]);
    // Who is asked may say so, too.
    let steps = [("a", "otherwise = \"hold\""), ("b", ""), ("c", BACK)];
    assert_eq!(struck(&flow(&steps), ""), ["1 | R1 | R2, R3", "3 | R1–R3 | –"]);
    // Where nothing leads there, the decider does, from any step.
    assert_eq!(struck(&flow(&[("a", ""), ("b", "")]), ""), ["1 | R1 | R2", "2 | R1, R2 | –"]);
}

#[test]
fn what_a_jump_may_have_left_out_is_asked_for() {
    let over =
        "choose = { ask = \"Which?\", options = [{ if = \"x\", then = \"next\" }, { if = \"y\", then = \"c\" }] }";
    let steps = [("a", over), ("b", BACK), ("c", BACK), ("d", BACK)];
    assert_eq!(
        struck(&flow(&steps), ""),
        ["2 | R1, R2 | R3, R4 | –", "3 | R1, R3 | R4 | R2", "4 | R1, R3, R4 | – | R2"]
    );
}

#[test]
fn what_a_way_back_may_have_done_before_is_asked_for() {
    let steps = [("a", BACK), ("b", BACK), ("c", "otherwise = \"b\"\nhold = { ask = \"On?\" }"), ("d", BACK)];
    assert_eq!(struck(&flow(&steps), ""), ["1 | R1 | R2–R4 | –", "2 | R1, R2 | R4 | R3", "4 | R1–R4 | – | –"]);
}

#[test]
fn a_rollback_that_leads_into_another_brings_its_own_entries() {
    let mut text = flow(&[("a", "otherwise = \"first\""), ("b", BACK)]);
    let first = "[[rollback]]\nid = \"first\"\ntitle = \"First\"\non-failure = \"back\"\n[[rollback.step]]\nop = \"write\"\ndo = \"Try\"\n";
    text.push_str(first);
    assert_eq!(struck(&text, ""), ["1 | R1 | R2", "2 | R1, R2 | –"]);
}

const HOSTS: &str = r#"
[values]
hosts = { label = "Hosts", each = "host" }
[[hot]]
title = "Up"
each = "hosts"
on-failure = "rollback"
gate = ["Well"]
[[hot.step]]
id = "down"
op = "write"
do = "Down {{ host }}"
[[hot.step]]
id = "up"
op = "write"
do = "Up {{ host }}"
[[hot]]
title = "End"
on-failure = "rollback"
[[hot.step]]
op = "read"
do = "Look"
[[rollback]]
title = "Back {{ host }}"
each = "hosts"
[[rollback.step]]
op = "write"
do = "Undo down {{ host }}"
from = "down"
[[rollback.step]]
op = "write"
do = "Undo up {{ host }}"
from = "up"
"#;

#[test]
fn a_repeated_rollback_has_as_many_rows_as_one_element() {
    let alike = [
        "1 | the one it stopped at | R1 | R2",
        "2, G | the one it stopped at | R1, R2 | –",
        "1, 2, G | those done before | R1, R2 | –",
        "1, 2, G | those not begun | – | R1, R2",
        "3 | all | R1, R2 | –",
    ];
    assert_eq!(struck(HOSTS, "values = { hosts = [\"a\", \"b\"] }"), alike);
    let many: Vec<String> = (1..=300).map(|n| format!("\"h{n}\"")).collect();
    assert_eq!(struck(HOSTS, &format!("values = {{ hosts = [{}] }}", many.join(", "))), alike);
    let one = ["1/a | R1/a | R2/a", "2/a, 3 | R1/a, R2/a | –"];
    assert_eq!(struck(HOSTS, "values = { hosts = [\"a\"] }"), one);
}

#[test]
fn a_gate_is_a_step_in_all_but_its_name() {
    let list = printed(HOSTS, "values = { hosts = [\"a\", \"b\"] }\nstart = 2026-01-01T20:00:00Z");
    let gate = sheet(&list, "hot").parts.iter().find_map(|part| match part {
        SheetPart::Rows(rows) if rows.rows[0].number.to_plain() == "G1" => Some(&rows.rows),
        _ => None,
    });
    let gate = gate.unwrap_or_else(|| panic!("no gate"));
    let plain = |text: &Option<Text>| text.as_ref().map(Text::to_plain);
    assert_eq!(gate[0].mark.as_ref().map(|(write, word)| (*write, word.to_plain())), Some((false, "read".to_owned())));
    assert_eq!(plain(&gate[0].aside).as_deref(), Some("rollback, page "));
    assert!(gate[0].time.is_some());
    assert_eq!((gate[1].number.to_plain().as_str(), gate[1].item), ("G1.1", true));
}

/// What the head of the first hot block says of failure, and each of its steps that says a way out of its own.
fn failing(block: &str, steps: &[&str]) -> (Option<String>, Vec<String>) {
    let mut flow = format!("[[hot]]\ntitle = \"Hot\"\n{block}\n");
    for step in steps {
        let _ = write!(flow, "[[hot.step]]\nop = \"write\"\ndo = \"Do\"\n{step}\n");
    }
    flow += "[[rollback]]\ntitle = \"Back\"\n[[rollback.step]]\nop = \"write\"\ndo = \"Undo\"\n";
    let list = printed(&flow, "");
    let (mut head, mut own) = (None, Vec::new());
    for part in &sheet(&list, "hot").parts {
        match part {
            SheetPart::Paragraph(text) => head = Some(text.to_plain()),
            SheetPart::Rows(rows) => {
                // It is said again where the list goes on.
                assert_eq!(rows.again.as_ref().map(Text::to_plain), head);
                let ways = |row: &Row| {
                    let details = row.details.iter().filter(|detail| detail.lead == DetailLead::WayOut);
                    let way =
                        details.map(|detail| detail.text.to_plain()).chain(row.aside.as_ref().map(Text::to_plain));
                    way.map(|way| format!("{} {way}", row.number.to_plain())).collect::<Vec<_>>()
                };
                own.extend(rows.rows.iter().flat_map(ways));
            }
            _ => {}
        }
    }
    (head, own)
}

#[test]
fn what_steps_share_is_said_once_and_what_differs_at_the_step() {
    let any = |way: &str| Some(format!("If any step fails: {way}"));
    let other = |way: &str| Some(format!("If a step fails, unless it says otherwise: {way}"));
    let (abort, back, none) = ("otherwise = \"abort\"", "otherwise = \"rollback\"", Vec::<String>::new());
    let to_back = "rollback, page ";
    assert_eq!(failing("on-failure = \"rollback\"", &["", ""]), (any(to_back), none.clone()));
    let stops = |number: &str| format!("{number} stop, nothing to undo");
    assert_eq!(failing("on-failure = \"rollback\"", &[abort, ""]), (other(to_back), vec![stops("1")]));
    // What the block says counts, even if more steps say something else.
    assert_eq!(
        failing("on-failure = \"rollback\"", &[abort, abort, ""]),
        (other(to_back), vec![stops("1"), stops("2")])
    );
    // Steps that say the same themselves share it too.
    assert_eq!(failing("", &[back, back, back]), (any(to_back), none.clone()));
    assert_eq!(failing("", &[back, abort, back]), (other(to_back), vec![stops("2")]));
    // But nothing is said for a step that has no way out, and one alone shares nothing.
    assert_eq!(failing("", &[back, "", back]), (None, vec![format!("1 {to_back}"), format!("3 {to_back}")]));
    assert_eq!(failing("", &[abort]), (None, vec![stops("1")]));
    assert_eq!(failing("", &["", ""]), (None, none));
}

#[test]
fn the_latest_time_to_decide_stands_where_people_may_run_out_of_time() {
    let flow = "timezone = \"UTC\"\n[decision]\ndecider = \"checker\"\nwhen = \"It fails\"\nwindow-end = \"21:00\"\n\
                [[hot]]\ntitle = \"Hot\"\n[[hot.step]]\nop = \"read\"\nwait = { for = \"it\", at-most = \"5 minutes\" }\n\
                [[rollback]]\ntitle = \"Back\"\n[[rollback.step]]\nop = \"read\"\nminutes = 7\n\
                wait = { for = \"it\", at-most = \"20 minutes\" }\n";
    let by = |release: &str| {
        let list = printed(flow, release);
        let of = |anchor: &str| {
            let sheet = sheet(&list, anchor);
            let wait = sheet.parts.iter().find_map(|part| match part {
                SheetPart::Rows(rows) => rows.rows.first(),
                _ => None,
            });
            let said = wait.map(|row| row.details.iter().map(|detail| detail.text.to_plain()).collect::<String>());
            (sheet.by.as_ref().map(Text::to_plain), said.unwrap_or_default().contains("decide on a rollback by 20:40"))
        };
        [of("hot"), of("rollback-R")]
    };
    assert_eq!(
        by("start = 2026-01-01T20:00:00Z"),
        [(Some("decide on a rollback by 20:40".to_owned()), true), (None, false)]
    );
    assert_eq!(by(""), [(None, false), (None, false)]);
}

/// What the start sheet warns of.
fn warnings(release: &str) -> Vec<String> {
    let decision = "[decision]\ndecider = \"checker\"\nwhen = \"It fails\"\nwindow-end = \"21:00\"\n";
    let steps = flow(&[("a", "minutes = 50"), ("b", BACK)]).replace("from = \"a\"", "from = \"a\"\nminutes = 30");
    let list = printed(&format!("{decision}{steps}"), release);
    let warning = |part: &SheetPart| match part {
        SheetPart::Notice(notice) if notice.kind == NoticeKind::Warning => Some(notice.text.to_plain()),
        _ => None,
    };
    sheet(&list, "start").parts.iter().filter_map(warning).collect()
}

#[test]
fn what_is_planned_beyond_the_window_is_said() {
    assert!(warnings("").is_empty());
    assert!(warnings("start = 2026-01-01T20:00:00Z").is_empty());
    let late = "The planned end, 2026-01-01 21:05, is after the end of the window, 2026-01-01 21:00";
    assert_eq!(warnings("start = 2026-01-01T20:15:00Z"), [late]);
    let [both] = &warnings("start = 2026-01-01T20:40:00Z")[..] else { panic!("one warning") };
    assert!(both.contains("21:30") && both.ends_with("the window is too short for it"), "{both}");
}

#[test]
fn a_long_list_is_counted() {
    let given = |count: usize| {
        let many: Vec<String> = (1..=count).map(|n| format!("\"h{n}\"")).collect();
        let list = printed(HOSTS, &format!("values = {{ hosts = [{}] }}", many.join(", ")));
        let value = sheet(&list, "start").parts.iter().find_map(|part| match part {
            SheetPart::Grid(grid) => {
                let is_hosts = |cell: &&Cell| cell.label.as_ref().is_some_and(|label| label.to_plain() == "Hosts");
                match &grid.rows.iter().flatten().find(is_hosts)?.holds {
                    Holds::Known(value) => Some(value.to_plain()),
                    _ => None,
                }
            }
            _ => None,
        });
        value.unwrap_or_else(|| panic!("no value"))
    };
    assert_eq!(given(3), "h1, h2, h3");
    assert_eq!(given(1000), "1000: h1 … h1000; page ");
}

#[test]
fn what_both_prepare_is_numbered_on() {
    let roles = "[operator]\nprepare = [\"Phone away\", { do = \"`hostname`\", expect = \"jump\" }]\n[checker]\nprepare = [\"Phone here\"]\n";
    let list = printed(&format!("{roles}{}", flow(&[("a", "")])), "");
    let numbers = sheet(&list, "start").parts.iter().find_map(|part| match part {
        SheetPart::Rows(rows) => Some(rows.rows.iter().map(|row| row.number.to_plain()).collect::<Vec<_>>()),
        _ => None,
    });
    assert_eq!(numbers.unwrap_or_default(), ["0.1", "0.2", "0.3"]);
}

/// A number that is left out stands in no range.
#[test]
fn a_range_leaves_out_what_the_release_leaves_out() {
    let kind = "[values]\nkind = { label = \"Kind\", choices = [\"a\", \"b\"] }\n";
    let steps = [("a", BACK), ("b", "only = { kind = \"b\" }"), ("c", ""), ("d", ""), ("e", BACK)];
    let flow = format!("{kind}{}", flow(&steps));
    assert_eq!(struck(&flow, "values.kind = \"b\""), ["1 | R1 | R2–R5", "5 | R1–R5 | –"]);
    assert_eq!(struck(&flow, "values.kind = \"a\""), ["1 | R1 | R3–R5", "5 | R1, R3–R5 | –"]);
}

/// A group says its title once, in bold, above the condition of its first task; a task of no group stands under the date again.
#[test]
fn a_group_has_its_title_above_its_first_task() {
    let task = |group: &str, more: &str| format!("[[{group}]]\nop = \"read\"\ndo = \"Look\"\n{more}\n");
    let group = "[[cold]]\ntitle = \"Branch\"\nlead = \"1 day\"\n";
    let cold =
        [group, &task("cold.step", "if = \"it is new\""), &task("cold.step", ""), &task("cold", "lead = \"1 day\"")];
    let list = printed(&format!("{}{}", cold.concat(), flow(&[("a", "")])), "");
    let over = sheet(&list, "cold").parts.iter().find_map(|part| match part {
        SheetPart::Rows(rows) => {
            let notices =
                |row: &Row| row.notices.iter().map(|one| (one.kind, one.label.to_plain())).collect::<Vec<_>>();
            Some(rows.rows.iter().map(notices).collect::<Vec<_>>())
        }
        _ => None,
    });
    let date = || (NoticeKind::Note, "1 day before the start".to_owned());
    let over = over.unwrap_or_default();
    let [first, second, third] = &over[..] else { panic!("{over:?}") };
    assert_eq!(first[..2], [date(), (NoticeKind::Title, "Branch".to_owned())]);
    assert!(matches!(&first[2..], [(NoticeKind::Condition, _)]), "{first:?}");
    assert_eq!((&second[..], &third[..]), (&[][..], &[date()][..]));
}

/// A hold says what is asked, who decides, with the number to call, and how long to wait; then there is room for their signature and
/// a box for each answer.
#[test]
fn a_hold_names_its_decider_before_the_step_is_done() {
    let dba = "[contacts.dba]\nname = \"DBA\"\nphone = \"138 0000 0003\"\n";
    let before = |keys: &str| {
        let hold = format!("hold = {{ ask = \"Go on?\", decider = \"dba\", at-most = \"5 minutes\" }}\n{keys}");
        let list = printed(&format!("{dba}[[hot]]\ntitle = \"Hot\"\non-failure = \"hold\"\n[[hot.step]]\n{hold}"), "");
        let lines = sheet(&list, "hot").parts.iter().find_map(|part| match part {
            SheetPart::Rows(rows) => Some(rows.rows[0].before.clone()),
            _ => None,
        });
        let lines = lines.unwrap_or_default();
        assert!(matches!(lines[0].lead, DetailLead::Decision), "{lines:?}");
        lines.iter().map(|line| line.text.to_plain().replace('\u{a0}', " ")).collect::<Vec<_>>()
    };
    let decides = "DBA 138 0000 0003 decides; wait 5 minutes at most";
    let rest = ["signed ________________ at ______", "yes, go on", "no"];
    // The question isn't said twice.
    assert_eq!(before("")[..], [&[decides][..], &rest].concat());
    assert_eq!(
        before("op = \"write\"\ndo = \"Restart it\"")[..],
        [&[&*format!("Go on?  {decides}")][..], &rest].concat()
    );
}
