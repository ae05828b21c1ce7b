//! Calls by XML-RPC, as far as `DokuWiki` needs them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use roxmltree::{Document, Node};
use serde_json::Value;

/// The codes with which `DokuWiki` says that a page or a file isn't there.
pub const MISSING: [i64; 2] = [121, 221];

/// An argument of a call.
#[derive(Debug, Clone, Copy)]
pub enum Argument<'a> {
    /// A string.
    Text(&'a str),
    /// Bytes.
    Bytes(&'a [u8]),
    /// What is said of a change, and whether it is a minor one.
    Note(&'a str, bool),
    /// Lists of strings by name.
    Lists(&'a [(&'a str, &'a [&'a str])]),
    /// `true` by this name.
    Flag(&'a str),
}

/// Why there is no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoValue {
    /// It is no answer of this kind.
    Foreign,
    /// The other side refuses, with a code and in words.
    Fault(i64, String),
}

/// A call of a method.
pub fn call(method: &str, arguments: &[Argument<'_>]) -> String {
    let params: Vec<String> =
        arguments.iter().map(|argument| format!("<param><value>{}</value></param>", argument.xml())).collect();
    format!(
        "<?xml version=\"1.0\"?><methodCall><methodName>{method}</methodName><params>{}</params></methodCall>",
        params.concat()
    )
}

impl Argument<'_> {
    fn xml(&self) -> String {
        let member = |name: &str, value: String| format!("<member><name>{name}</name><value>{value}</value></member>");
        let of = |members: String| format!("<struct>{members}</struct>");
        match self {
            Self::Text(words) => text(words),
            Self::Bytes(bytes) => format!("<base64>{}</base64>", STANDARD.encode(bytes)),
            Self::Note(words, is_minor) => {
                let minor = format!("<boolean>{}</boolean>", u8::from(*is_minor));
                of([member("sum", text(words)), member("minor", minor)].concat())
            }
            Self::Lists(all) => of(all
                .iter()
                .map(|(name, list)| {
                    let values: Vec<String> =
                        list.iter().map(|words| format!("<value>{}</value>", text(words))).collect();
                    member(name, format!("<array><data>{}</data></array>", values.concat()))
                })
                .collect()),
            Self::Flag(name) => of(member(name, "<boolean>1</boolean>".to_owned())),
        }
    }
}

fn text(words: &str) -> String {
    format!("<string>{}</string>", words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"))
}

/// The value that a call gives. Bytes stay in base64.
///
/// # Errors
/// Why there is none.
pub fn read(answer: &[u8]) -> Result<Value, NoValue> {
    let text = std::str::from_utf8(answer).map_err(|_| NoValue::Foreign)?;
    let document = Document::parse(text.trim()).map_err(|_| NoValue::Foreign)?;
    let root = document.root_element();
    let first = root.children().find(Node::is_element).filter(|_| root.has_tag_name("methodResponse"));
    let first = first.ok_or(NoValue::Foreign)?;
    let found = first.descendants().find(|node| node.has_tag_name("value")).map(value).ok_or(NoValue::Foreign)?;
    if !first.has_tag_name("fault") {
        return Ok(found);
    }
    let code = found["faultCode"].as_i64().unwrap_or_default();
    Err(NoValue::Fault(code, found["faultString"].as_str().unwrap_or_default().to_owned()))
}

fn value(node: Node<'_, '_>) -> Value {
    let Some(kind) = node.children().find(Node::is_element) else {
        return Value::String(all_text(node));
    };
    match kind.tag_name().name() {
        "int" | "i4" => all_text(kind).trim().parse::<i64>().map_or(Value::Null, Value::from),
        "boolean" => Value::Bool(all_text(kind).trim() == "1"),
        "array" => kind
            .descendants()
            .find(|node| node.has_tag_name("data"))
            .into_iter()
            .flat_map(|data| data.children().filter(Node::is_element))
            .map(value)
            .collect(),
        "struct" => {
            let members = kind.children().filter(|node| node.has_tag_name("member")).filter_map(|member| {
                let name = member.children().find(|node| node.has_tag_name("name"))?;
                let held = member.children().find(|node| node.has_tag_name("value"))?;
                Some((all_text(name), value(held)))
            });
            Value::Object(members.collect())
        }
        _ => Value::String(all_text(kind)),
    }
}

fn all_text(node: Node<'_, '_>) -> String {
    node.descendants().filter(Node::is_text).filter_map(|text| text.text()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_call_is_escaped() {
        let said = call("wiki.putPage", &[Argument::Text("a<b>&]]>"), Argument::Bytes(b"hi"), Argument::Flag("ow")]);
        assert!(said.contains("<string>a&lt;b&gt;&amp;]]&gt;</string>"), "{said}");
        assert!(
            said.contains("<base64>aGk=</base64>") && said.contains("<name>ow</name><value><boolean>1</boolean>"),
            "{said}"
        );
        assert!(Document::parse(&said).is_ok());
    }

    #[test]
    fn values_and_faults_are_read() {
        let answer =
            |inside: &str| read(format!("<?xml version='1.0'?>\n<methodResponse>{inside}</methodResponse>").as_bytes());
        let param = |value: &str| answer(&format!("<params><param><value>{value}</value></param></params>"));
        assert_eq!(param("<string>a&amp;b\n</string>"), Ok(json!("a&b\n")));
        assert_eq!(param("plain"), Ok(json!("plain")));
        assert_eq!(param("<boolean>1</boolean>"), Ok(json!(true)));
        let list = "<array><data><value><int>3</int></value><value><array><data></data></array></value></data></array>";
        assert_eq!(
            param(&format!("<struct><member><name>x</name><value>{list}</value></member></struct>")),
            Ok(json!({ "x": [3, []] }))
        );
        let fault = "<fault><value><struct><member><name>faultCode</name><value><int>121</int></value></member>\
            <member><name>faultString</name><value><string>no</string></value></member></struct></value></fault>";
        assert_eq!(answer(fault), Err(NoValue::Fault(121, "no".to_owned())));
        for foreign in ["<html>", "", "{}", "<?xml version='1.0'?><x/>", "<methodResponse/>"] {
            assert_eq!(read(foreign.as_bytes()), Err(NoValue::Foreign), "{foreign}");
        }
    }
}
