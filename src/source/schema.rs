//! Writes the keys as a JSON Schema, with which editors complete keys and mark wrong ones while a file is written.
//!
//! The schemas are draft-07, because that is what Taplo (Even Better TOML) reads. Taplo ignores `if` and `$defs`, and
//! whatever stands beside a `$ref`; it shows the descriptions of the alternatives of an `anyOf`; and it takes dates and
//! times without quotes for strings.

use serde_json::{Map, Value, json};

use super::keys::{Key, KeyRule, TableKind, ValueShape, kinds};
use super::reader::{KNOWN_LANGS, MAX_MINUTES};

/// The pattern of an id; `chars::is_id` holds ids to the same.
const ID: &str = "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$";
/// The pattern of a release's number; `chars::is_number` holds numbers to the same.
const NUMBER: &str = "^[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9_-])?$";
/// A language.
const LANG: &str = "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$";
/// A path from the folder of the file that names it.
const PATH: &str = "^[^/\\\\:][^\\\\:]*$";
/// The pattern of a fence's language; `Reader::syntax` holds it to the same.
const SYNTAX: &str = "^[A-Za-z0-9+_#.-]{1,32}$";
/// A mail address, or a name and an address in angle brackets; `address::sender` takes fewer.
const SENDER: &str = "^\\s*([^<>\\n\\t]*<[^\\s<>]+@[^\\s<>]+>|[^\\s<>]+@[^\\s<>]+)\\s*$";
const MINUTES: &str = "[0-9]+ *(minutes?|min|分钟|hours?|h|个?小时)";
const DAYS: &str = "[0-9]+ *(days?|d|天|(working days?|workdays?)|个?工作日|weeks?|w|周|个?星期|months?|个月)";
const TIME: &str = "([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]+)?)?";
const DATE: &str = "[0-9]{4}-[0-9]{2}-[0-9]{2}";

/// The schema of a file whose top level is `root`: a flow, a release or a configuration. It ends with a line break.
#[must_use]
pub fn json(root: &'static TableKind) -> String {
    let kinds = kinds(&[root]);
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), json!("http://json-schema.org/draft-07/schema#"));
    schema.insert("title".to_owned(), json!(format!("{} (runsheet)", root.name.replace('`', ""))));
    schema.extend(table(root));
    let tables = kinds.iter().skip(1).map(|kind| (definition(kind), Value::Object(table(kind))));
    let shapes: Vec<_> = kinds.iter().flat_map(|kind| kind.keys()).flat_map(|key| key.shape.forms()).collect();
    let texts =
        [ValueShape::Text, ValueShape::LineText, ValueShape::PathText].into_iter().filter(|text| shapes.contains(text));
    let texts = texts.map(|text| (languages_of(&text).to_owned(), languages(&text)));
    let definitions: Map<_, _> = tables.chain(texts).collect();
    if !definitions.is_empty() {
        schema.insert("definitions".to_owned(), Value::Object(definitions));
    }
    format!("{:#}\n", Value::Object(schema))
}

/// A kind's name as one word: `hot-step` for `[[hot.step]]`.
fn definition(kind: &TableKind) -> String {
    let words = kind.name.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter(|word| !word.is_empty() && !["a", "an", "the"].contains(word)).collect::<Vec<_>>().join("-")
}

fn table(kind: &TableKind) -> Map<String, Value> {
    let properties: Map<_, _> = kind.keys().map(|key| (key.name.to_owned(), property(key))).collect();
    let required: Vec<_> = kind.keys().filter(|key| key.required).map(|key| key.name).collect();
    let mut table = Map::new();
    table.insert("description".to_owned(), json!(kind.doc));
    table.insert("type".to_owned(), json!("object"));
    table.insert("properties".to_owned(), Value::Object(properties));
    if !required.is_empty() {
        table.insert("required".to_owned(), json!(required));
    }
    table.extend(rules(kind));
    table.insert("additionalProperties".to_owned(), json!(false));
    table
}

/// What is asked of the keys of a kind together.
fn rules(kind: &TableKind) -> Map<String, Value> {
    let (mut needed, mut beside) = (Vec::new(), Map::new());
    for rule in kind.rules() {
        match rule {
            KeyRule::OneOf(keys, _) => {
                let one: Vec<_> = keys.iter().map(|key| json!({ "required": [key] })).collect();
                needed.push(json!({ "anyOf": one }));
            }
            KeyRule::With(key, other) => {
                beside.insert((*key).to_owned(), json!([other]));
            }
            KeyRule::WithWord(key, other, word) => {
                let said = Map::from_iter([((*other).to_owned(), json!({ "enum": [word] }))]);
                beside.insert((*key).to_owned(), json!({ "required": [other], "properties": said }));
            }
        }
    }
    let mut rules = Map::new();
    if let [Value::Object(only)] = &mut needed[..] {
        rules.append(only);
    } else if !needed.is_empty() {
        rules.insert("allOf".to_owned(), json!(needed));
    }
    if !beside.is_empty() {
        rules.insert("dependencies".to_owned(), Value::Object(beside));
    }
    rules
}

/// The schema of a key's value, with the key's description at every alternative.
fn property(key: &Key) -> Value {
    let mut forms = forms(&key.shape);
    for form in &mut forms {
        describe(form, key.doc);
    }
    let mut property = any_of(forms);
    describe(&mut property, key.doc);
    property
}

/// Puts a description at the beginning of a schema.
fn describe(schema: &mut Value, doc: &str) {
    if let Value::Object(schema) = schema {
        let mut described = Map::from_iter([("description".to_owned(), json!(doc))]);
        described.append(schema);
        *schema = described;
    }
}

fn any_of(mut forms: Vec<Value>) -> Value {
    if forms.len() == 1 { forms.remove(0) } else { json!({ "anyOf": forms }) }
}

fn schema(shape: &ValueShape) -> Value {
    any_of(forms(shape))
}

/// The alternatives of a shape, at least one.
fn forms(shape: &ValueShape) -> Vec<Value> {
    let pattern = |pattern: &str| json!({ "type": "string", "pattern": pattern });
    let count = || json!({ "type": "integer", "minimum": 1, "maximum": MAX_MINUTES });
    match shape {
        ValueShape::Schema => vec![json!({ "type": "integer", "enum": [1] })],
        ValueShape::Flag => vec![json!({ "type": "boolean" })],
        ValueShape::Count => vec![count()],
        ValueShape::Minutes => vec![count(), pattern(&format!("^ *{MINUTES} *$"))],
        ValueShape::Lead => vec![pattern(&format!("^ *({MINUTES}|{DAYS}) *$"))],
        ValueShape::Date => vec![json!({ "type": "string", "format": "date", "pattern": format!("^{DATE}$") })],
        ValueShape::Time => vec![pattern(&format!("^{TIME}$"))],
        ValueShape::Moment => vec![pattern(&format!("^{DATE}[Tt ]{TIME}([Zz]|[+-][0-9]{{2}}:[0-9]{{2}})?$"))],
        ValueShape::Id([]) | ValueShape::Name(_) => vec![pattern(ID)],
        ValueShape::Id(reserved) => vec![json!({ "type": "string", "pattern": ID, "not": { "enum": reserved } })],
        ValueShape::Number => vec![pattern(NUMBER)],
        ValueShape::Line | ValueShape::Choice | ValueShape::Pattern => vec![string(true)],
        ValueShape::Code | ValueShape::Zone => vec![string(false)],
        ValueShape::Syntax => vec![pattern(SYNTAX)],
        ValueShape::Tag => vec![json!({ "type": "string", "enum": KNOWN_LANGS }), pattern(LANG)],
        ValueShape::Address => vec![pattern("^[Hh][Tt][Tt][Pp][Ss]?://\\S+$")],
        ValueShape::Mail => vec![pattern("^\\S+@\\S+$")],
        ValueShape::Sender => vec![pattern(SENDER)],
        ValueShape::Path => vec![pattern(PATH)],
        ValueShape::Relation(words) => {
            vec![json!({ "type": "string", "enum": words }), pattern("^within +[0-9]{1,9}(\\.[0-9]{1,9})?%? *$")]
        }
        ValueShape::Words(words) => vec![json!({ "type": "string", "enum": words })],
        ValueShape::Target(words) => vec![json!({ "type": "string", "enum": words }), pattern(ID)],
        ValueShape::Text | ValueShape::LineText | ValueShape::PathText => {
            vec![in_one_language(shape), reference(languages_of(shape))]
        }
        ValueShape::Table(kind) => vec![reference(&definition(kind))],
        ValueShape::Map(name, of) => {
            vec![json!({ "type": "object", "propertyNames": schema(name), "additionalProperties": schema(of) })]
        }
        ValueShape::List(of, least) => vec![list(of, *least)],
        ValueShape::OneOrList(of, least) => forms(of).into_iter().chain([list(of, *least)]).collect(),
        ValueShape::Either(short, long) => forms(short).into_iter().chain(forms(long)).collect(),
    }
}

fn reference(definition: &str) -> Value {
    json!({ "$ref": format!("#/definitions/{definition}") })
}

fn string(is_line: bool) -> Value {
    let mut string = json!({ "type": "string", "minLength": 1 });
    if is_line {
        string["pattern"] = json!("^[^\\n\\t]*$");
    }
    string
}

/// What may be written for one language.
fn in_one_language(text: &ValueShape) -> Value {
    match text {
        ValueShape::PathText => json!({ "type": "string", "pattern": PATH }),
        text => string(*text == ValueShape::LineText),
    }
}

/// The name of the definition for a text that is written as a table of languages.
fn languages_of(text: &ValueShape) -> &'static str {
    match text {
        ValueShape::LineText => "line-by-language",
        ValueShape::PathText => "path-by-language",
        _ => "text-by-language",
    }
}

fn languages(text: &ValueShape) -> Value {
    let languages: Map<_, _> = KNOWN_LANGS.iter().map(|lang| ((*lang).to_owned(), in_one_language(text))).collect();
    json!({
        "description": "the same in each language of the flow",
        "type": "object",
        "properties": languages,
        "patternProperties": { LANG: in_one_language(text) },
        "additionalProperties": false,
        "minProperties": 1,
    })
}

fn list(of: &ValueShape, least: usize) -> Value {
    let mut list = json!({ "type": "array", "items": schema(of) });
    if least > 0 {
        list["minItems"] = json!(least);
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chars::is_number;

    #[test]
    fn editors_and_the_reader_take_the_same_numbers() {
        let pattern = regex_lite::Regex::new(NUMBER).unwrap();
        let long = "1".repeat(64);
        for number in
            ["1", "2026-7", "2.5.0-rc.1", "a_", "-1", ".1", "1.", "", "1 2", "1/2", "发布", &long, &format!("{long}1")]
        {
            assert_eq!(pattern.is_match(number), is_number(number), "{number}");
        }
    }
}
