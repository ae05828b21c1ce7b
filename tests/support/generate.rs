//! Generates flows with long words, mixed scripts, many steps and every key.

use std::fmt::Write as _;

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;

/// The text of a flow file and of a release file for it.
#[derive(Debug, Clone)]
pub struct Written {
    /// The flow.
    pub flow: String,
    /// Its release.
    pub release: String,
}

/// Pieces of text that are hard to set, each in its own way.
const BITS: [&str; 34] = [
    "注册中心",
    "检查warm-up状态",
    "，",
    "（10 分钟内）",
    "“连接”",
    "……",
    "——",
    "《手册》。",
    "、",
    "restart the registry",
    "zookeeper-3.4.5",
    "office AVATAR Type",
    "Łódź čas ğ",
    "Привет",
    "αβγ",
    "e\u{301}te\u{301}",
    " ",
    "  ",
    " — ",
    "100 %",
    "≤ 5",
    "a->b != c",
    "*.log",
    "don't",
    "`systemctl restart registry`",
    "`重启 x`",
    "**不要**",
    "**Do not**",
    "[手册](https://wiki.example.com/a)",
    "https://example.com/a/very/long/path?with=many&parts=1#and-more",
    "/var/lib/registry/snapshots/2013-01-25T20-00-00/registry-data.json.gz",
    "每台机器的版本都和发布单上写的一样才可以继续往下走否则停下来找检查者",
    "DonaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftDonaudampfschiff",
    "2013-01-25",
];

/// A text of up to this many pieces, never blank.
fn words(most: usize) -> impl Strategy<Value = String> {
    vec(select(&BITS[..]), 1..=most).prop_map(|bits| {
        let words = bits.concat();
        if words.trim().is_empty() { "步".to_owned() } else { words }
    })
}

/// A text, mostly short.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => words(2),
        3 => words(8),
        1 => words(30),
        1 => vec(words(3), 2..4).prop_map(|lines| lines.join("\n")),
    ]
}

/// One line, mostly short, with at most 200 characters.
fn line() -> impl Strategy<Value = String> {
    prop_oneof![4 => words(3), 1 => words(20)].prop_map(|words| words.chars().take(200).collect())
}

/// A short text, sometimes of several short lines.
fn short() -> impl Strategy<Value = String> {
    prop_oneof![4 => words(3), 1 => vec(words(1), 2..5).prop_map(|lines| lines.join("\n"))]
}

/// Commands with indented, long and empty lines.
fn command() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        3 => select(vec!["ls -l", "", "  for host in a b; do", "\tssh \"$host\" 'uname -a'   # 重启", "done"])
            .prop_map(str::to_owned),
        1 => (20_usize..60).prop_map(|n| format!("echo {}", "word-".repeat(n))),
        1 => (1_usize..40).prop_map(|n| format!("psql -c \"{}\"", "SELECT 1; ".repeat(n))),
    ];
    vec(line, 1..8).prop_map(|lines| format!("true\n{}", lines.join("\n")))
}

/// The keys of one command, or of several of which one may be picked.
fn commands() -> impl Strategy<Value = String> {
    let table = (weighted(0.5, line()), command(), weighted(0.4, command()), weighted(0.2, command())).prop_map(
        |(title, run, shows, shows_bad)| {
            let output = |text: Option<String>| text.map(|text| text.replace('\t', "  "));
            let keys =
                [("title", title), ("run", Some(run)), ("shows", output(shows)), ("shows-bad", output(shows_bad))];
            let keys = keys.into_iter().filter_map(|(key, text)| Some(format!("{key} = {}", quoted(&text?))));
            format!("{{ {} }}", keys.collect::<Vec<_>>().join(", "))
        },
    );
    let several = (vec(prop_oneof![1 => command().prop_map(|run| quoted(&run)), 2 => table], 1..4), any::<bool>());
    let several = several.prop_map(|(commands, pick)| {
        let pick = if pick && commands.len() > 1 { "pick = \"one\"\n" } else { "" };
        format!("command = [{}]\n{pick}", commands.join(", "))
    });
    prop_oneof![2 => command().prop_map(|run| format!("command = {}\n", quoted(&run))), 1 => several]
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for ch in text.chars() {
        match ch {
            '"' | '\\' => quoted.extend(['\\', ch]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            _ => quoted.push(ch),
        }
    }
    quoted.push('"');
    quoted
}

/// `key = "text"` on a line, where there is a text.
fn key(key: &str, text: impl Strategy<Value = String>, often: f64) -> impl Strategy<Value = String> {
    let key = key.to_owned();
    weighted(often, text)
        .prop_map(move |text| text.map_or_else(String::new, |text| format!("{key} = {}\n", quoted(&text))))
}

/// A line as it stands.
fn raw(lines: &'static [&'static str], often: f64) -> impl Strategy<Value = String> {
    weighted(often, select(lines)).prop_map(|line| line.map_or_else(String::new, |line| format!("{line}\n")))
}

fn items(most: usize) -> impl Strategy<Value = String> {
    let item =
        (prop_oneof![4 => line(), 1 => short()], weighted(0.5, short())).prop_map(|(action, expect)| match expect {
            Some(expect) => format!("{{ do = {}, expect = {} }}", quoted(&action), quoted(&expect)),
            None => quoted(&action),
        });
    vec(item, 0..=most).prop_map(|items| format!("[{}]", items.join(", ")))
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    Hot,
    Rollback,
    Task,
}

/// Keys that go together: those by which a step waits, asks or chooses.
fn asked(place: Place) -> impl Strategy<Value = String> {
    let on = if place == Place::Hot { "rollback" } else { "hold" };
    let way = format!("{{ do = {}, call = \"c1\", within = \"10 minutes\", then = \"{on}\" }}", quoted("再试一次"));
    (0..4_usize, text(), text(), text()).prop_map(move |(which, ask, yes, no)| {
        let (ask, yes, no) = (quoted(&ask), quoted(&yes), quoted(&no));
        match which {
            0 => format!("hold = {{ ask = {ask}, decider = \"c0\", at-most = 15, no = {way} }}\n"),
            1 => format!("wait = {{ for = {ask}, every = 2, at-most = \"10 minutes\", otherwise = {way} }}\n"),
            2 => format!(
                "choose = {{ ask = {ask}, options = [{{ if = {yes}, then = \"next\" }}, {{ if = {no}, then = {way} }}] }}\n"
            ),
            _ => format!("tell = {{ to = \"c2\", message = {ask} }}\n"),
        }
    })
}

/// The keys of a step.
fn any_step(place: Place) -> BoxedStrategy<String> {
    let step_items = prop_oneof![12 => items(3), 1 => items(40)];
    let ways: &[&str] = match place {
        Place::Hot => {
            &["otherwise = \"rollback\"", "otherwise = { call = \"c3\", then = \"continue\" }", "otherwise = \"abort\""]
        }
        Place::Rollback | Place::Task => {
            &["otherwise = \"hold\"", "otherwise = { do = \"停下\", then = \"retry\", max = 3 }"]
        }
    };
    let compares: &[&str] = if place == Place::Task { &[""] } else { &["compare = \"r0\"", "compare = \"r1\""] };
    let said = (
        line().prop_map(|action| format!("do = {}\n", quoted(&action))),
        select(&["op = \"read\"\n", "op = \"write\"\n"][..]),
        key("expect", prop_oneof![words(4), short()], 0.4),
        weighted(0.3, step_items)
            .prop_map(|items| items.map_or_else(String::new, |items| format!("items = {items}\n"))),
        weighted(0.15, commands()).prop_map(Option::unwrap_or_default),
        weighted(0.2, asked(place)).prop_map(Option::unwrap_or_default),
    );
    let around = (
        key("note", text(), 0.1),
        key("caution", text(), 0.1),
        key("warning", text(), 0.1),
        key("undo", text(), 0.1),
        key("irreversible", text(), 0.1),
        raw(
            &["record = { name = \"v\", label = \"服务的个数\", unit = \"个\" }", "link = \"https://example.com/x\""],
            0.1,
        ),
    );
    let flags = (
        raw(&["critical = true"], 0.1),
        raw(&["verify = \"none\"", "verify = \"call\"", "verify = \"together\""], 0.2),
        raw(&["by = \"c0\"", "by = \"c3\""], 0.2),
        raw(&["minutes = 5", "minutes = 120"], 0.4),
        raw(compares, 0.15),
        raw(ways, 0.2),
    );
    (said, around, flags)
        .prop_map(|(said, around, flags)| {
            let said = [said.0, said.1.to_owned(), said.2, said.3, said.4, said.5];
            let around = [around.0, around.1, around.2, around.3, around.4, around.5];
            let flags = [flags.0, flags.1, flags.2, flags.3, flags.4, flags.5];
            [said.concat(), around.concat(), flags.concat()].concat()
        })
        .boxed()
}

/// Steps of a block: a few, or sometimes many plain ones.
fn steps(place: Place, many: usize) -> impl Strategy<Value = Vec<String>> {
    let plain = (words(2), raw(&["expect = \"0 个\"", "items = [\"机器\", \"连接\"]"], 0.3))
        .prop_map(|(action, more)| format!("op = \"read\"\ndo = {}\n{more}", quoted(&action)));
    prop_oneof![8 => vec(any_step(place), 1..6), 1 => vec(plain, 1..=many)]
}

fn block(place: Place, many: usize) -> impl Strategy<Value = String> {
    let head = (
        line().prop_map(|title| format!("title = {}\n", quoted(&title))),
        raw(&["atomic = true"], 0.5),
        key("note", text(), 0.2),
        key("caution", text(), 0.2),
        key("warning", text(), 0.2),
        raw(if place == Place::Hot { &["on-failure = \"rollback\""] } else { &["on-failure = \"hold\""] }, 0.5),
        weighted(0.2, items(3))
            .prop_map(|gate| gate.map_or_else(String::new, |gate| format!("each = \"hosts\"\ngate = {gate}\n"))),
    );
    (head, steps(place, many)).prop_map(move |(head, steps)| {
        let name = if place == Place::Hot { "hot" } else { "rollback" };
        let head = [head.0, head.1, head.2, head.3, head.4, head.5, head.6].concat();
        // Only blocks of `hot` have a gate between the elements of a list.
        let head: String = head.lines().filter(|line| place == Place::Hot || !line.starts_with("gate")).fold(
            String::new(),
            |mut head, line| {
                let _ = writeln!(head, "{line}");
                head
            },
        );
        let steps: Vec<String> = steps.iter().map(|step| format!("[[{name}.step]]\n{step}")).collect();
        let steps = steps.concat();
        format!("[[{name}]]\n{head}{steps}")
    })
}

fn tasks(name: &'static str, lead: &'static str) -> impl Strategy<Value = String> {
    let notify = if name == "cold" {
        raw(&["notify = [\"c0\", \"c3\"]\nimpact = \"不能注册新服务\""], 0.4).boxed()
    } else {
        Just(String::new()).boxed()
    };
    let task = (select(&["3 days", "1 day", "2 hours"][..]), notify, any_step(Place::Task))
        .prop_map(move |(when, notify, step)| format!("[[{name}]]\n{lead} = {}\n{notify}{step}", quoted(when)));
    vec(task, 0..4).prop_map(|tasks| tasks.concat())
}

fn people() -> impl Strategy<Value = String> {
    let role = |name: &'static str| {
        (items(5), weighted(0.5, text())).prop_map(move |(prepare, handover)| {
            let handover = handover.map_or_else(String::new, |words| format!("handover = {}\n", quoted(&words)));
            format!("[{name}]\nprepare = {prepare}\n{handover}")
        })
    };
    let contacts = vec(line(), 4).prop_map(|names| {
        names.iter().enumerate().fold(String::new(), |mut contacts, (n, name)| {
            let _ = write!(
                contacts,
                "[contacts.c{n}]\nname = {}\nphone = \"138 0000 000{n}\"\nemail = \"c{n}@example.com\"\n",
                quoted(name)
            );
            contacts
        })
    });
    let decision = vec(text(), 1..4).prop_map(|when| {
        let when: Vec<String> = when.iter().map(|when| quoted(when)).collect();
        format!("[decision]\ndecider = \"c0\"\nwhen = [{}]\nwindow-end = \"23:30\"\n", when.join(", "))
    });
    (role("operator"), role("checker"), decision, contacts)
        .prop_map(|parts| [parts.0, parts.1, parts.2, parts.3].concat())
}

fn reading(id: &'static str) -> impl Strategy<Value = String> {
    let kind = select(vec!["list", "number", "text"]);
    let relation = select(vec!["same", "at least", "within 5%"]);
    let row = (short(), kind, relation, weighted(0.5, words(1))).prop_map(|(item, kind, relation, unit)| {
        let unit =
            unit.filter(|_| kind == "number").map_or_else(String::new, |unit| format!(", unit = {}", quoted(&unit)));
        format!("{{ item = {}, record = \"{kind}\", relation = \"{relation}\"{unit} }}", quoted(&item))
    });
    (line(), vec(row, 1..5)).prop_map(move |(title, rows)| {
        format!("[readings.{id}]\ntitle = {}\nrows = [{}]\n", quoted(&title), rows.join(", "))
    })
}

/// A whole flow with its release; a block has up to `many` steps.
pub fn written(many: usize) -> impl Strategy<Value = Written> {
    let head = (
        line(),
        select(vec!["zh-CN", "en"]),
        key("about", text(), 0.5),
        raw(&["runbook = \"https://wiki.example.com/x\""], 0.5),
    );
    let first = "[[hot]]\ntitle = \"Begin\"\n[[hot.step]]\ndo = \"记录\"\ntake = \"r0\"\n[[hot.step]]\ndo = \"记录\"\ntake = \"r1\"\n\
                 record = \"v\"\n";
    let hot = vec(block(Place::Hot, many), 1..4).prop_map(|blocks| blocks.concat());
    let back = vec(block(Place::Rollback, many / 4 + 1), 1..3).prop_map(|blocks| blocks.concat());
    let parts = (people(), reading("r0"), reading("r1"), tasks("cold", "lead"), hot, back, tasks("after", "lag"));
    let hosts = vec(select(vec!["a", "db-1", "a-host-with-a-long-name.example.com", "应用-3"]), 1..4);
    (head, line(), parts, hosts, any::<bool>()).prop_map(move |(head, label, parts, mut hosts, full)| {
        let (title, lang, about, runbook) = head;
        hosts.sort_unstable();
        hosts.dedup();
        let values = format!("[values]\nhosts = {{ label = {}, each = \"host\" }}\nversion = \"新版本\"\n", quoted(&label));
        let (people, r0, r1, cold, hot, back, after) = parts;
        let flow = [
            format!("schema = 1\nid = \"generated\"\ntitle = {}\nlang = \"{lang}\"\n{about}{runbook}", quoted(&title)),
            format!("timezone = \"Asia/Shanghai\"\n{values}{people}{r0}{r1}{cold}{first}{hot}{back}{after}"),
        ]
        .concat();
        let hosts: Vec<String> = hosts.iter().map(|host| quoted(host)).collect();
        let known = "number = \"7\"\nstart = 2026-03-18T22:00:00+08:00\noperator = { name = \"张三\", phone = \"138 0000 0001\" }\nchecker = \"Jana Weiß\"\n";
        let (known, version) = if full { (known, "version = \"2.4.9\"\n") } else { ("", "") };
        let release = format!("flow = \"generated\"\n{known}[values]\n{version}hosts = [{}]\n", hosts.join(", "));
        Written { flow, release }
    })
}

/// A flow of one block with these steps.
pub fn block_of(title: &str, atomic: bool, steps: &str) -> Written {
    let head = format!("schema = 1\nid = \"extreme\"\ntitle = {}\nlang = \"zh-CN\"\n", quoted(title));
    let flow = format!("{head}[[hot]]\ntitle = \"执行\"\natomic = {atomic}\n{steps}");
    Written { flow, release: "flow = \"extreme\"\n".to_owned() }
}

/// A plain step with further keys.
pub fn step(more: &str) -> String {
    format!("[[hot.step]]\nop = \"write\"\ndo = \"开启warm-up状态\"\n{more}")
}

/// Extreme flows that no generator is sure to find: the most steps, items and characters, and lines without a place
/// to break.
pub fn extremes() -> Vec<Written> {
    let items: Vec<String> = (1..=40).map(|n| format!("{{ do = \"机器 {n}\", expect = \"{n} 个\" }}")).collect();
    let items = format!("items = [{}]\n", items.join(", "));
    let endless = format!("command = {}\n", quoted(&"x".repeat(2500)));
    let expect = format!("expect = {}\n", quoted(&"一二三四五六七八九十".repeat(30)));
    let note = format!("note = {}\n", quoted(&"一二三四五六七八九十".repeat(300)));
    vec![
        block_of(&"每次发布都要打印的单子".repeat(18), false, &step("")),
        block_of(&"W".repeat(200), true, &step("")),
        block_of("许多步", true, &step("").repeat(300)),
        block_of("许多步", false, &step("expect = \"开\"\n").repeat(300)),
        block_of("许多项", true, &step(&items)),
        block_of("许多项", false, &step(&items).repeat(3)),
        block_of("长命令", true, &step(&endless)),
        block_of("长结果", false, &step(&expect)),
        block_of("许多行", true, &step(&endless.replace(&"x".repeat(15), "echo\\n"))),
        block_of("长备注", false, &(step("") + &step(&note))),
        block_of("长备注", true, &(note + &step(""))),
        block_of("满页", true, &(step("caution = \"不要\"\n").repeat(9) + &step(&items))),
        lines_in_every_text(),
    ]
}

/// A flow in which every text that may have several lines has several short ones.
fn lines_in_every_text() -> Written {
    let flow = r#"
schema = 1
id = "lines"
title = "Lines"
lang = "en"
timezone = "Asia/Shanghai"
about = "a\nb\nc"
[values]
hosts = { label = "Hosts", each = "host" }
[operator]
prepare = ["a\nb\nc", { do = "d\ne", expect = "f\ng\nh" }, "last"]
handover = "a\nb\nc"
[checker]
prepare = ["a\nb\nc"]
[contacts.ops]
name = "Operations"
phone = "1"
email = "ops@example.com"
[decision]
decider = "ops"
when = ["a\nb\nc", "d\ne"]
[readings.load]
title = "Load"
rows = [{ item = "a\nb\nc", record = "number", unit = "TCP" }, "d\ne\nf"]
[checks.looks]
title = "Look"
items = [{ do = "a\nb\nc", expect = "d\ne\nf" }, { do = "g", expect = "h\ni\nj" }, "last"]
[[cold]]
lead = "2 days"
do = "a\nb\nc"
expect = "d\ne\nf"
notify = ["ops"]
impact = "a\nb\nc"
ask = "d\ne\nf"
[[cold]]
lead = "1 day"
do = "last"
[[hot]]
title = "First"
note = "a\nb\nc"
caution = "a\nb\nc"
warning = "a\nb\nc"
on-failure = { do = "a\nb\nc", call = "ops", then = "rollback" }
each = "hosts"
gate = ["a\nb\nc", { do = "d", expect = "e\nf\ng" }]
[[hot.step]]
op = "read"
do = "Sums"
expect = "`a.tar.gz: OK`\n`b.whl: OK`\n`c.tar.gz: OK`\n`d.asc: OK`"
[[hot.step]]
op = "read"
do = "Green"
expect = "green"
items = [{ do = "g", expect = "h\ni\nj" }, { do = "a\nb", expect = "d\ne\nf" }, "last"]
[[hot.step]]
op = "write"
critical = true
do = "a\nb\nc"
expect = "d\ne\nf"
note = "a\nb\nc"
caution = "a\nb\nc"
warning = "a\nb\nc"
undo = "a\nb\nc"
irreversible = "a\nb\nc"
command = "a\nb\nc"
check = "looks"
begins = "a"
otherwise = { do = "a\nb\nc", call = "ops", within = "10 minutes", then = "hold" }
[[hot.step]]
op = "read"
do = "x"
otherwise = { do = "a\nb\nc" }
[[hot.step]]
op = "read"
do = "y"
record = { name = "size", label = "Size", unit = "MB" }
awaits = "a"
[[hot]]
title = "Second"
[[hot.step]]
op = "read"
do = "taken"
take = "load"
[[hot]]
title = "Third"
atomic = true
[[hot.step]]
op = "read"
hold = { ask = "a\nb\nc", decider = "ops", at-most = "5 minutes", no = { do = "d\ne\nf", then = "rollback" } }
[[hot.step]]
op = "read"
do = "z\nz"
wait = { for = "a\nb\nc", at-most = "10 minutes", otherwise = { do = "d\ne\nf", then = "rollback" } }
[[hot.step]]
op = "read"
choose = { ask = "a\nb\nc", options = [{ if = "d\ne\nf", then = "next" }, { if = "g\nh", then = { do = "a\nb\nc", then = "rollback" } }] }
[[hot.step]]
op = "read"
tell = { to = "ops", message = "a\nb\nc" }
expect = "d\ne\nf"
[[rollback]]
title = "Back"
note = "a\nb\nc"
[[rollback.step]]
op = "write"
do = "a\nb\nc"
expect = "`a`\n`b`"
[[rollback.step]]
op = "read"
do = "compared"
compare = "load"
[[after]]
lag = "1 day"
do = "a\nb\nc"
expect = "d\ne\nf"
"#;
    let release = "flow = \"lines\"\n[values]\nhosts = [\"a\", \"b\"]\n";
    Written { flow: flow.to_owned(), release: release.to_owned() }
}
