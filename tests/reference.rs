//! The tables of keys in both languages of the reference, and the comments of the starters, agree with the
//! declarations of the keys. `RUNSHEET_UPDATE=1` writes the tables anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use runsheet::source::config::CONFIG;
use runsheet::source::flow::{FLOW, PART};
use runsheet::source::keys::{Key, TableKind, ValueShape, kinds};
use runsheet::source::release::RELEASE;

const CHINESE: &str = include_str!("../src/source/keys.zh-CN.toml");

/// Words of the tables in one language.
struct Language {
    document: &'static str,
    /// Names of shapes; the first of each is the English one, by which it is found.
    words: fn(&str) -> &str,
    /// Words between alternatives, before the last one, and before the only kind that has a key.
    separators: [&'static str; 3],
    /// Words around the name of a table in the head of its keys.
    head: [&'static str; 2],
    lines: Option<BTreeMap<String, BTreeMap<String, String>>>,
}

fn chinese_words(word: &str) -> &str {
    match word {
        "key" => "键",
        "type" => "类型",
        "true or false" => "true 或 false",
        "whole number" => "整数",
        "minutes" => "分钟",
        "lead" => "时长",
        "date" => "日期",
        "time of day, `\"21:05\"`" => "时刻，`\"21:05\"`",
        "date and time" => "日期和时间",
        "contact" | "a contact" => "联系人",
        "step" => "步骤的 id",
        "check" => "检查的名字",
        "reading" => "读数的名字",
        "list value" => "列表值的名字",
        "value" => "值的名字",
        "rule" => "规则的名字",
        "string" => "字符串",
        "string of any lines" => "任意行的字符串",
        "language" => "语言",
        "time zone" => "IANA 时区名",
        "web address" => "http(s) 地址",
        "mail address" => "邮箱",
        "regular expression" => "正则表达式",
        "path" => "路径",
        "where it leads" => "去向",
        "text" => "文字",
        "line" => "单行文字",
        "table" => "表",
        "items" => "分项",
        "route" | "a route" => "去处",
        "allowance" => "放行",
        "by name: " => "按名字：",
        "list" => "列表",
        "list of " => "列表，每项是",
        ", at least " => "，至少 ",
        " only: " => "：",
        "word" => "单词",
        "a value" => "值",
        "a reading" => "读数",
        "a row" => "行",
        "an approval" => "审批",
        "an approval given" | "a given" => "已有的审批",
        "a fact" => "变更说明",
        "a measure" => "回滚条件",
        "a check" => "检查",
        "an option" => "选项",
        "a person" => "人员",
        "a group of `[[cold]]`" => "`[[cold]]` 的组",
        "a group of `[[after]]`" => "`[[after]]` 的组",
        "a person on call" => "值班的人",
        "a token" => "令牌",
        other => other,
    }
}

impl Language {
    fn all() -> [Self; 2] {
        let lines = toml::from_str(CHINESE).unwrap();
        [
            Self {
                document: "docs/flow-format.md",
                words: |word| word,
                separators: [", ", " or ", ""],
                head: ["in ", ""],
                lines: None,
            },
            Self {
                document: "docs/flow-format.zh-CN.md",
                words: chinese_words,
                separators: ["、", " 或 ", "仅 "],
                head: ["在 ", " 里"],
                lines: Some(lines),
            },
        ]
    }

    fn line<'l>(&'l self, key: &'l Key) -> &'l str {
        match &self.lines {
            None => key.doc,
            Some(lines) => lines.get(key.of).and_then(|of| of.get(key.name)).map_or("", |line| line),
        }
    }

    /// What a key takes, in words.
    fn shape(&self, shape: &ValueShape) -> String {
        let say = |word| (self.words)(word).to_owned();
        let [comma, or, _] = self.separators;
        let choice = |words: &[&str], more: &[String]| {
            let mut words: Vec<String> = words.iter().map(|word| format!("`\"{word}\"`")).collect();
            words.extend_from_slice(more);
            let last = words.pop().unwrap_or_default();
            if words.is_empty() { last } else { format!("{}{or}{last}", words.join(comma)) }
        };
        match shape {
            ValueShape::Schema => "1".to_owned(),
            ValueShape::Flag => say("true or false"),
            ValueShape::Count => say("whole number"),
            ValueShape::Minutes => say("minutes"),
            ValueShape::Lead => say("lead"),
            ValueShape::Date => say("date"),
            ValueShape::Time => say("time of day, `\"21:05\"`"),
            ValueShape::Moment => say("date and time"),
            ValueShape::Id(_) => "id".to_owned(),
            ValueShape::Name(of) => say(of),
            ValueShape::Line | ValueShape::Number | ValueShape::Choice | ValueShape::Sender => say("string"),
            ValueShape::Code => say("string of any lines"),
            ValueShape::Syntax => say("word"),
            ValueShape::Tag => say("language"),
            ValueShape::Zone => say("time zone"),
            ValueShape::Address => say("web address"),
            ValueShape::Mail => say("mail address"),
            ValueShape::Pattern => say("regular expression"),
            ValueShape::Path | ValueShape::PathText => say("path"),
            ValueShape::Relation(words) => choice(words, &["`\"within 5%\"`".to_owned()]),
            ValueShape::Words(words) => choice(words, &[]),
            ValueShape::Target(_) => say("where it leads"),
            ValueShape::Text => say("text"),
            ValueShape::LineText => say("line"),
            ValueShape::Table(kind) if kind.id == "ALLOWANCE" => say("allowance"),
            ValueShape::Table(_) => say("table"),
            ValueShape::Map(_, of) => format!("{}{}", say("by name: "), self.shape(of)),
            ValueShape::List(ValueShape::Either(_, ValueShape::Table(kind)), 0) if kind.id == "ITEM" => say("items"),
            ValueShape::List(of, least) => {
                let of = if of.kind().is_some_and(|kind| kind.id == "ITEM") { say("items") } else { self.list(of) };
                if *least == 0 { of } else { format!("{of}{}{least}", say(", at least ")) }
            }
            ValueShape::OneOrList(ValueShape::Either(short, ValueShape::Table(kind)), _) if kind.id == "COMMAND" => {
                format!("{}{comma}{}{or}{}", self.shape(short), say("table"), say("list"))
            }
            ValueShape::OneOrList(of, _) => format!("{}{or}{}", self.shape(of), say("list")),
            ValueShape::Either(_, ValueShape::Table(kind)) if ["ROUTE", "LAST_ROUTE"].contains(&kind.id) => {
                say("route")
            }
            ValueShape::Either(of, _) if shape.is_tables() => self.shape(of),
            ValueShape::Either(ValueShape::Flag, long) => format!("true{or}{}", self.shape(long)),
            ValueShape::Either(short, long) => format!("{}{or}{}", self.shape(short), self.shape(long)),
        }
    }

    fn list(&self, of: &ValueShape) -> String {
        let or = self.separators[1];
        let shape = self.shape(of);
        let several = match self.lines {
            None => shape.split(or).map(|one| format!("{one}s")).collect::<Vec<_>>().join(or),
            // Chinese words and Latin ones stand apart.
            Some(_) if shape.starts_with(|first: char| first.is_ascii_alphanumeric()) => format!(" {shape}"),
            Some(_) => shape,
        };
        format!("{}{several}", (self.words)("list of "))
    }

    /// The table for everything that has the same keys.
    fn table(&self, of: &str, kinds: &[&'static TableKind]) -> String {
        let say = |word| (self.words)(word);
        let kind = |id: &str| kinds.iter().find(|kind| kind.id == id).map_or("", |kind| kind.name);
        // Each key once, with the kinds that have it.
        let mut keys: Vec<(&Key, Vec<&str>)> = Vec::new();
        let declared = kinds.iter().flat_map(|kind| kind.fields).flatten().copied().flatten();
        for key in declared.filter(|key| key.of == of) {
            match keys.iter_mut().find(|(known, _)| known.name == key.name) {
                Some((_, only)) => {
                    let id = key.only.filter(|id| !only.contains(id));
                    only.extend(id);
                }
                None => keys.push((key, key.only.into_iter().collect())),
            }
        }
        assert!(!keys.is_empty(), "{}: nothing is called `{of}`", self.document);
        let owner = kinds.iter().find(|kind| kind.keys().any(|key| key.of == of)).unwrap();
        // A table inside of another one says whose keys it lists.
        let is_inner = !owner.name.contains('[') && !owner.name.starts_with("the ");
        let head = if is_inner {
            format!("{}{}{}", self.head[0], say(owner.name), self.head[1])
        } else {
            say("key").to_owned()
        };
        let mut table = format!("| {head} | {} | |\n|---|---|---|\n", say("type"));
        let owners: Vec<&str> =
            kinds.iter().filter(|kind| kind.keys().any(|key| key.of == of)).map(|kind| kind.id).collect();
        for (key, only) in keys {
            let mark = if key.required { " ●" } else { "" };
            let is_shared = only.is_empty() || owners.iter().all(|owner| only.contains(owner));
            let only: Vec<&str> = only.into_iter().filter(|_| !is_shared).map(|id| say(kind(id))).collect();
            let only = match &*only.join(self.separators[0]) {
                "" => String::new(),
                names => format!("{}{names}{}", self.separators[2], say(" only: ")),
            };
            let _ = writeln!(table, "| `{}`{mark} | {} | {only}{} |", key.name, self.shape(&key.shape), self.line(key));
        }
        if self.lines.is_some() { without_spaces(&table) } else { table }
    }
}

/// Chinese words stand without a space between them.
fn without_spaces(table: &str) -> String {
    let chars: Vec<char> = table.chars().collect();
    let is_between =
        |at: usize| at > 0 && at + 1 < chars.len() && !chars[at - 1].is_ascii() && !chars[at + 1].is_ascii();
    let is_kept = |(at, c): &(usize, &char)| **c != ' ' || !is_between(*at) || chars[at - 1] == '●';
    chars.iter().enumerate().filter(is_kept).map(|(_, c)| c).collect()
}

fn all_kinds() -> Vec<&'static TableKind> {
    kinds(&[&FLOW, &PART, &RELEASE, &CONFIG])
}

#[test]
fn the_tables_of_the_reference_are_what_is_declared() {
    const BEGIN: &str = "<!-- keys: ";
    let kinds = all_kinds();
    for language in Language::all() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(language.document);
        let document = fs::read_to_string(&path).unwrap();
        let mut pieces = document.split(BEGIN);
        let mut written = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let (of, rest) = piece.split_once(" -->\n").expect("a marker has a line of its own");
            let (_, rest) = rest.split_once("<!-- end -->").expect("each table has an end");
            let _ = write!(written, "{BEGIN}{of} -->\n{}<!-- end -->{rest}", language.table(of, &kinds));
        }
        if std::env::var_os("RUNSHEET_UPDATE").is_some_and(|value| value == "1") {
            fs::write(&path, &written).unwrap();
            continue;
        }
        let differs = written.lines().zip(document.lines()).find(|(is, was)| is != was);
        assert!(written == document, "{}: {differs:?} differs; RUNSHEET_UPDATE=1 writes it anew", language.document);
    }
}

#[test]
fn every_key_has_a_line_in_chinese_and_no_other_has() {
    let lines: BTreeMap<String, BTreeMap<String, String>> = toml::from_str(CHINESE).unwrap();
    let written: Vec<(&str, &str)> =
        lines.iter().flat_map(|(of, keys)| keys.keys().map(move |key| (of.as_str(), key.as_str()))).collect();
    let mut declared: Vec<(&str, &str)> =
        all_kinds().iter().flat_map(|kind| kind.keys()).map(|key| (key.of, key.name)).collect();
    declared.sort_unstable();
    declared.dedup();
    assert_eq!(written, declared);
}

/// Keys that several tables have with lines of their own: the key, how many such lines there are, and the one thing that it
/// means in all of them. A word that is to mean something else in a new place is another word.
const SHARED_KEYS: [(&str, usize, &str); 36] = [
    ("allow", 5, "rules that it breaks on purpose, and why"),
    ("approvals", 2, "who signs beside the two; a release says what was given"),
    ("ask", 2, "what somebody is asked"),
    ("at-most", 2, "the longest time to wait"),
    ("checker", 2, "the one who watches and compares"),
    ("command", 2, "what a shell or the system runs"),
    ("contacts", 2, "roles and teams; a release says who it is"),
    ("decider", 2, "who decides"),
    ("decision", 2, "when to roll back, and who decides"),
    ("do", 2, "an act"),
    ("each", 3, "once for each element of a list; at a value: the name of one element"),
    ("expect", 2, "the value that must be seen"),
    ("file", 3, "the file that holds the text, or the token"),
    ("fill", 3, "whether `{{ name }}` is replaced"),
    ("holidays", 2, "days off"),
    ("id", 4, "the name by which the rest of the flow knows it"),
    ("if", 2, "a condition that people see"),
    ("items", 2, "what is ticked one by one"),
    ("label", 3, "what stands beside it on paper"),
    ("lag", 3, "how long after the end"),
    ("lang", 2, "the language of what is written"),
    ("lead", 4, "how long before the start"),
    ("lints", 2, "levels of rules"),
    ("look", 2, "whose document it is"),
    ("mail", 2, "mails: what they say, and the server that they go by"),
    ("name", 4, "what somebody or something is called"),
    ("note", 2, "a remark"),
    ("operator", 2, "the one who acts"),
    ("otherwise", 2, "what happens when it does not work"),
    ("outcome", 3, "how the release ended, or must have"),
    ("record", 3, "what is written down by hand, a value or a whole list"),
    ("revision", 3, "the revision of a file"),
    ("title", 6, "the heading, and what a role is called"),
    ("unit", 2, "the unit of a number"),
    ("values", 2, "values by name; a release fills them in"),
    ("workdays", 2, "days off that are working days"),
];

#[test]
fn a_key_means_one_thing_wherever_it_stands() {
    let mut lines: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for kind in kinds(&[&FLOW, &PART, &RELEASE, &CONFIG]) {
        for key in kind.keys().filter(|key| key.is_of(kind)) {
            lines.entry(key.name).or_default().insert(key.doc);
        }
    }
    lines.retain(|_, lines| lines.len() > 1);
    for (name, lines) in &lines {
        let known = SHARED_KEYS.iter().find(|(known, ..)| known == name).map_or(1, |(_, count, _)| *count);
        assert_eq!(
            lines.len(),
            known,
            "`{name}`: does it mean one thing in all of {lines:#?}? Then count it in SHARED_KEYS"
        );
    }
    let unused = SHARED_KEYS.iter().filter(|(name, ..)| !lines.contains_key(name));
    assert_eq!(unused.count(), 0, "SHARED_KEYS names keys that have one line");
}
