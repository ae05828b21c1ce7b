//! Writes the keys as a JSON Schema, with which editors complete keys and mark wrong ones while a file is written.
//!
//! The schemas are draft-07, because that is what Taplo (Even Better TOML) reads. Taplo ignores `if` and `$defs`, and
//! whatever stands beside a `$ref`; it shows the descriptions of the alternatives of an `anyOf`; and it takes dates and
//! times without quotes for strings.

use serde_json::{Map, Value, json};

use super::keys::{Key, TableKind, ValueShape, kinds};
use super::reader::{KNOWN_LANGS, MAX_MINUTES};

/// The pattern of an id; `chars::is_id` holds ids to the same.
const ID: &str = "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$";
/// A path from the folder of the file that names it.
const PATH: &str = "^[^/\\\\:][^\\\\:]*$";
/// The pattern of a fence's language; `Reader::syntax` holds it to the same.
const SYNTAX: &str = "^[A-Za-z0-9+_#.-]{1,32}$";
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
    table.insert("additionalProperties".to_owned(), json!(false));
    table
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
        ValueShape::Id | ValueShape::Name(_) => vec![pattern(ID)],
        ValueShape::Line | ValueShape::Choice | ValueShape::Pattern => vec![string(true)],
        ValueShape::Code | ValueShape::Zone => vec![string(false)],
        ValueShape::Syntax => vec![pattern(SYNTAX)],
        ValueShape::Tag => vec![json!({ "type": "string", "enum": KNOWN_LANGS })],
        ValueShape::Address => vec![pattern("^[Hh][Tt][Tt][Pp][Ss]?://\\S+$")],
        ValueShape::Mail => vec![pattern("^\\S+@\\S+$")],
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
        ValueShape::Map(of) => vec![json!({ "type": "object", "additionalProperties": schema(of) })],
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
