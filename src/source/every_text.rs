//! For tests: makes a flow from the declarations of keys in which every key that can hold a text has one of its own.
//! Everything that looks at texts is tested with it, so that no check forgets a new key.

use std::fmt::Write as _;

use super::flow::FLOW;
use super::keys::{Key, TableKind, ValueShape};

/// A text of the flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Marked {
    /// The kind of table that has the key, such as `HOT_STEP`.
    pub kind: &'static str,
    /// The key.
    pub key: &'static str,
    /// What its text contains, and no other text.
    pub mark: String,
    /// How often that is written: twice for work, which begins and is awaited under one name.
    pub times: usize,
}

/// A flow without faults that has a text in every key that can hold one, its release, and what its texts are.
pub(crate) struct EveryText {
    /// The flow.
    pub flow: String,
    /// A release of it, which gives its start and the list that blocks repeat for.
    pub release: String,
    /// Its texts.
    pub marked: Vec<Marked>,
}

/// Makes the flow.
pub(crate) fn every_text() -> EveryText {
    let mut made = EveryTextMaker::default();
    let mut flow = String::new();
    for key in FLOW.keys().filter(|key| is_written(key)) {
        let value = made.value(&FLOW, key, &key.shape);
        let _ = writeln!(flow, "{} = {value}", key.name);
    }
    let release =
        "flow = \"every-text\"\nstart = 2026-03-02T20:00:00+00:00\nvalues = { values = [\"one\", \"two\"] }\n";
    EveryText { flow, release: release.to_owned(), marked: made.marked }
}

/// Whether people see or paste what a shape takes.
fn is_text(shape: &ValueShape) -> bool {
    shape.forms().iter().any(|form| match form {
        ValueShape::Text
        | ValueShape::LineText
        | ValueShape::Line
        | ValueShape::Number
        | ValueShape::Code
        | ValueShape::Address
        | ValueShape::Mail
        | ValueShape::Sender => true,
        ValueShape::Table(kind) => kind.keys().any(|key| is_text(&key.shape)),
        _ => false,
    })
}

/// Keys that hold no text but are written too, because others need them: a gate needs `each`, an option needs `then`, a
/// decision needs `decider`; a mail has the label of what it mentions.
const COMPANIONS: [&str; 9] = ["each", "op", "then", "max", "id", "lead", "lag", "decider", "mention"];

fn is_written(key: &Key) -> bool {
    key.name != "is" && (key.required || is_text(&key.shape) || COMPANIONS.contains(&key.name))
}

#[derive(Default)]
struct EveryTextMaker {
    marked: Vec<Marked>,
    ids: usize,
    first_step: Option<String>,
}

impl EveryTextMaker {
    fn mark(&mut self, kind: &TableKind, key: &Key) -> String {
        // Work that is awaited has begun under the same name.
        if key.name == "awaits"
            && let Some(begun) = self.marked.iter_mut().rfind(|marked| marked.key == "begins")
        {
            begun.times += 1;
            return begun.mark.clone();
        }
        let mark = format!("mark{:03}", self.marked.len());
        self.marked.push(Marked { kind: kind.id, key: key.name, mark: mark.clone(), times: 1 });
        mark
    }

    fn id(&mut self) -> String {
        self.ids += 1;
        format!("id-{}", self.ids)
    }

    fn value(&mut self, kind: &'static TableKind, key: &Key, shape: &ValueShape) -> String {
        let quoted = |words: &str| format!("\"{words}\"");
        match shape {
            ValueShape::Schema => "1".to_owned(),
            ValueShape::Flag => "true".to_owned(),
            ValueShape::Count | ValueShape::Minutes => "5".to_owned(),
            ValueShape::Lead => quoted("3 days"),
            ValueShape::Date => "2026-03-02".to_owned(),
            ValueShape::Time => quoted("21:05"),
            ValueShape::Moment => "2026-03-02T20:00:00".to_owned(),
            ValueShape::Syntax => quoted("bash"),
            ValueShape::Tag => quoted("en"),
            ValueShape::Zone => quoted("UTC"),
            ValueShape::Relation(_) => quoted("same"),
            ValueShape::Pattern => quoted(".*"),
            ValueShape::Words(words) => quoted(words[0]),
            // Only what is tried again has a last try.
            ValueShape::Target(_) => quoted(if kind.key("max").is_some() { "retry" } else { "hold" }),
            ValueShape::Id(_) if *kind == FLOW => quoted("every-text"),
            ValueShape::Id(_) if key.name == "each" => quoted("element"),
            ValueShape::Id(_) => {
                let id = self.id();
                if kind.id == "HOT_STEP" && key.name == "id" {
                    self.first_step.get_or_insert_with(|| id.clone());
                }
                quoted(&id)
            }
            ValueShape::Name("step") => quoted(self.first_step.as_deref().unwrap_or_default()),
            ValueShape::Name("rule") => quoted("vague-trigger"),
            ValueShape::Name("list value") => quoted("values"),
            ValueShape::Name(of) => format!("\"{of}s\""),
            // Choices are printed where a condition names them; no other text may stand there.
            ValueShape::Choice => quoted("word"),
            ValueShape::Sender => format!("\"{} <a@example.com>\"", self.mark(kind, key)),
            ValueShape::Line | ValueShape::Number | ValueShape::Text | ValueShape::LineText | ValueShape::Code => {
                quoted(&self.mark(kind, key))
            }
            ValueShape::Address => format!("\"https://example.com/{}\"", self.mark(kind, key)),
            ValueShape::Path | ValueShape::PathText => quoted("common.part.toml"),
            ValueShape::Mail => format!("\"{}@example.com\"", self.mark(kind, key)),
            ValueShape::Table(of) => self.table(of),
            ValueShape::Map(_, of) => {
                // The names of states are printed; those of other tables are ids, named here like their table.
                let name = if key.name == "sets" { self.mark(kind, key) } else { key.name.to_owned() };
                let made = of.kind().and_then(|of| Some((of, of.key("is")?)));
                let entry = format!("{name} = {}", self.value(kind, key, of));
                // What is made of other values has no other keys, so it is a value of its own.
                let made = made.map(|(of, is)| format!(", made = {{ is = {} }}", self.value(of, is, &is.shape)));
                format!("{{ {entry}{} }}", made.unwrap_or_default())
            }
            ValueShape::List(of, least) | ValueShape::OneOrList(of, least) => {
                let elements: Vec<String> = match of {
                    ValueShape::Table(of) if of.key("otherwise").is_some() => self.steps(of),
                    // Tasks, and a group of them.
                    ValueShape::Either(ValueShape::Table(task), ValueShape::Table(group)) => {
                        let mut tasks = self.steps(task);
                        tasks.push(self.table(group));
                        tasks
                    }
                    _ => (0..(*least).max(1)).map(|_| self.value(kind, key, of)).collect(),
                };
                format!("[{}]", elements.join(", "))
            }
            ValueShape::Either(_, long) => self.value(kind, key, long),
        }
    }

    fn table(&mut self, kind: &'static TableKind) -> String {
        let keys = kind.keys().filter(|key| is_written(key));
        let keys: Vec<String> =
            keys.map(|key| format!("{} = {}", key.name, self.value(kind, key, &key.shape))).collect();
        format!("{{ {} }}", keys.join(", "))
    }

    /// A step for each key, because keys exclude each other.
    fn steps(&mut self, kind: &'static TableKind) -> Vec<String> {
        let is_common = |key: &Key| key.required || ["op", "id"].contains(&key.name);
        let texts = kind.keys().filter(|key| is_text(&key.shape));
        let step = |key: &'static Key| {
            let common = kind.keys().filter(|key| is_common(key));
            let mut keys: Vec<String> =
                common.map(|key| format!("{} = {}", key.name, self.value(kind, key, &key.shape))).collect();
            // Every step says what is done; only one of them has its mark in `do`.
            if key.name != "do" {
                keys.push("do = \"look\"".to_owned());
            }
            keys.push(format!("{} = {}", key.name, self.value(kind, key, &key.shape)));
            format!("{{ {} }}", keys.join(", "))
        };
        let mut steps: Vec<String> = texts.map(step).collect();
        // What a check says is printed where a step uses it.
        steps.extend((kind.id == "HOT_STEP").then(|| "{ check = \"checks\" }".to_owned()));
        steps
    }
}

#[test]
fn the_visitor_sees_every_text_once() {
    use super::reader::KeyText;

    let made = every_text();
    assert!(made.marked.len() > 100, "{}", made.marked.len());
    let mut sources = crate::diagnostic::Sources::default();
    let file = sources.add("every-text.toml", &*made.flow);
    let (flow, faults) = super::read_flow(&sources, file);
    assert_eq!(faults, [], "{}", made.flow);
    let mut seen: Vec<(&str, String)> = Vec::new();
    let flow = flow.unwrap();
    super::flow::texts(&flow, &mut |text| {
        let words = match text.words {
            KeyText::Text(text) | KeyText::LineText(text) | KeyText::Markdown(text) => {
                text.entries.iter().map(|(_, words)| words.value.as_str()).collect()
            }
            KeyText::Line(line)
            | KeyText::Code(line)
            | KeyText::Output(line)
            | KeyText::Link(line)
            | KeyText::Mail(line) => line.value.clone(),
        };
        seen.push((text.key.name, words));
    });
    for Marked { kind, key, mark, times } in &made.marked {
        let places: Vec<&str> = seen.iter().filter(|(_, words)| words.contains(mark)).map(|(key, _)| *key).collect();
        assert_eq!(places.len(), *times, "{kind}.{key}: {mark} is seen at {places:?}");
        assert_eq!(places[0], if *key == "lag" { "lead" } else { key }, "{kind}");
    }
}
