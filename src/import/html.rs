//! HTML within Markdown: its words, its breaks and its comments; the tags themselves go.

/// A piece of HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HtmlPiece {
    /// Words, and what looks like a tag and is none.
    Chars(String),
    /// Where a line ends.
    Break,
    /// A comment.
    Comment(String),
    /// Code within a line.
    Code(String),
    /// Code on lines of its own.
    Pre(String),
    /// Where an element begins that is more than words.
    Open(HtmlElement),
    /// Where it ends.
    Close(HtmlElement),
}

/// An element that is more than words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HtmlElement {
    /// A heading with its level, from 1.
    Heading(u8),
    /// A list, and whether its items have numbers.
    List(bool),
    /// An item of a list.
    Item,
    /// A cell of a table.
    Cell,
}

impl HtmlElement {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "h1" => Self::Heading(1),
            "h2" => Self::Heading(2),
            "h3" => Self::Heading(3),
            "h4" => Self::Heading(4),
            "h5" => Self::Heading(5),
            "h6" => Self::Heading(6),
            "ol" => Self::List(true),
            "ul" => Self::List(false),
            "li" => Self::Item,
            "td" | "th" => Self::Cell,
            _ => return None,
        })
    }
}

/// Elements of HTML, in lower case and sorted. What else stands between `<` and `>` is a place to fill in.
const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "address",
    "article",
    "aside",
    "b",
    "blockquote",
    "body",
    "br",
    "button",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "font",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "input",
    "ins",
    "kbd",
    "label",
    "li",
    "link",
    "main",
    "mark",
    "meta",
    "nav",
    "ol",
    "p",
    "picture",
    "pre",
    "q",
    "s",
    "samp",
    "script",
    "section",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "video",
    "wbr",
];

/// Elements at whose end a line ends, sorted.
const LINES: &[&str] = &["blockquote", "br", "dd", "details", "div", "dt", "hr", "p", "pre", "summary", "table", "tr"];

/// True for a whole page of HTML.
#[must_use]
pub fn is_page(text: &str) -> bool {
    let start: String = text.trim_start().chars().take(2000).collect::<String>().to_ascii_lowercase();
    let mut start = start.as_str();
    while let Some((_, behind)) = start.strip_prefix("<!--").and_then(|comment| comment.split_once("-->")) {
        start = behind.trim_start();
    }
    let begins = |name: &str| {
        start.strip_prefix(name).is_some_and(|behind| behind.starts_with(|c: char| c == '>' || c.is_whitespace()))
    };
    start.starts_with("<!doctype html")
        || start.starts_with("<?xml")
        || ["<html", "<head", "<body"].into_iter().any(begins)
}

/// Takes HTML apart.
#[must_use]
pub fn pieces(html: &str) -> Vec<HtmlPiece> {
    let lower = html.to_ascii_lowercase();
    // Whether an end of code may still follow, so that the rest isn't searched again for each beginning.
    let mut may_end = [true; 2];
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        chars(&rest[..at], &mut found);
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            let end = comment.find("-->");
            found.push(HtmlPiece::Comment(comment[..end.unwrap_or(comment.len())].trim().to_owned()));
            rest = end.map_or("", |end| &comment[end + 3..]);
            continue;
        }
        let Some(tag) = first_tag(rest) else {
            chars(&rest[..1], &mut found);
            rest = &rest[1..];
            continue;
        };
        let end = tag.len();
        let is_closing = tag.starts_with("</");
        let Some(name) = element(tag) else {
            found.push(HtmlPiece::Chars(tag.to_owned()));
            rest = &rest[end..];
            continue;
        };
        let code = ["code", "pre"].into_iter().position(|code| code == name && !is_closing);
        if let Some(code) = code.filter(|code| may_end[*code]) {
            let from = html.len() - rest.len() + end;
            let closing = ["</code>", "</pre>"][code];
            if let Some(length) = lower[from..].find(closing) {
                let words = without_tags(&html[from..from + length]);
                found.push(if code == 0 {
                    HtmlPiece::Code(words.split_whitespace().collect::<Vec<_>>().join(" "))
                } else {
                    HtmlPiece::Pre(words)
                });
                rest = &html[from + length + closing.len()..];
                continue;
            }
            may_end[code] = false;
        }
        if let Some(element) = HtmlElement::of(&name) {
            found.push(if is_closing { HtmlPiece::Close(element) } else { HtmlPiece::Open(element) });
        } else if LINES.binary_search(&name.as_str()).is_ok() {
            found.push(HtmlPiece::Break);
        } else if matches!(name.as_str(), "img" | "a" | "iframe" | "video" | "source") {
            let said: Vec<String> =
                ["alt", "title", "src", "href"].iter().filter_map(|name| attribute(tag, name)).collect();
            if !said.is_empty() {
                found.push(HtmlPiece::Chars(format!("({}) ", said.join(" "))));
            }
        }
        rest = &rest[end..];
    }
    chars(rest, &mut found);
    found
}

/// What stands from a bracket to the next one that closes. So far and no further, since there may be thousands without an end.
fn first_tag(html: &str) -> Option<&str> {
    html.char_indices().take(300).find(|(_, c)| *c == '>').map(|(at, _)| &html[..=at])
}

/// The element that a tag begins or ends.
fn element(tag: &str) -> Option<String> {
    let body = tag.trim_start_matches(['<', '/']);
    let name: String = body.chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let behind = body.chars().nth(name.len())?;
    (ELEMENTS.binary_search(&name.as_str()).is_ok() && (matches!(behind, '>' | '/') || behind.is_whitespace()))
        .then_some(name)
}

/// The words of code, on the lines on which they are written.
fn without_tags(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let tag = first_tag(rest).unwrap_or("<");
        match element(tag).as_deref() {
            None => out.push_str(tag),
            Some("br") => out.push('\n'),
            Some(_) => {}
        }
        rest = &rest[tag.len()..];
    }
    out.push_str(rest);
    decoded(&out)
}

/// The words of an attribute of a tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let lower = tag.to_ascii_lowercase();
    let at = lower.find(&format!(" {name}="))? + name.len() + 2;
    let value = tag[at..].trim_end_matches(['>', '/']);
    let quote = value.chars().next()?;
    let value =
        if matches!(quote, '"' | '\'') { value[1..].split(quote).next()? } else { value.split_whitespace().next()? };
    (!value.is_empty()).then(|| decoded(value))
}

fn chars(words: &str, found: &mut Vec<HtmlPiece>) {
    for (index, line) in words.split('\n').enumerate() {
        if index > 0 && !matches!(found.last(), None | Some(HtmlPiece::Break)) {
            found.push(HtmlPiece::Chars(" ".to_owned()));
        }
        if !line.trim().is_empty() {
            found.push(HtmlPiece::Chars(decoded(line)));
        }
    }
}

/// Words with their entities resolved, as far as they are used in practice.
fn decoded(words: &str) -> String {
    let mut out = words.to_owned();
    for (entity, c) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&")]
    {
        if out.contains(entity) {
            out = out.replace(entity, c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_sorted() {
        assert!(ELEMENTS.is_sorted() && LINES.is_sorted());
    }

    #[test]
    fn words_stay_and_tags_go() {
        let told = |html: &str| {
            let told = pieces(html).into_iter().map(|piece| match piece {
                HtmlPiece::Chars(chars) => chars,
                HtmlPiece::Break => "/".to_owned(),
                HtmlPiece::Comment(words) => format!("#{words}#"),
                HtmlPiece::Code(words) => format!("`{words}`"),
                HtmlPiece::Pre(words) => format!("```{words}```"),
                HtmlPiece::Open(element) => format!("{{{element:?}"),
                HtmlPiece::Close(_) => "}".to_owned(),
            });
            told.collect::<String>()
        };
        for (html, expected) in [
            ("<summary>A &amp; b</summary>", "/A & b/"),
            ("a<br/>b <!-- who? --> <kbd>c</kbd>", "a/b #who?#c"),
            ("<env> <new-version>", "<env><new-version>"),
            ("<a href=\"x.html\">x</a>", "(x.html) x"),
            ("<img alt='A b' src=\"c.png\" />", "(A b c.png) "),
            ("1 < 2", "1 < 2"),
            ("<h2 id=a>B</H2>", "{Heading(2)B}"),
            ("<ol><li>a <code>b\n <i>c</i></code></ol>", "{List(true){Itema `b c`}"),
            ("<pre><code>a &lt; b\n  <host></code></pre>", "```a < b\n  <host>```"),
            ("<code>a <code>b <pre>c", "a b /c"),
        ] {
            assert_eq!(told(html), expected, "{html}");
        }
        assert!(is_page("\n<!DOCTYPE html>\n") && is_page("<html lang=en>") && !is_page("<details>"));
        assert!(is_page("<!-- a -->\n<head><title>x</title></head>") && is_page("<BODY class=a>"));
        assert!(!is_page("<header>a</header>") && !is_page("<!-- a -->\n# A") && !is_page("<host> is down"));
    }
}
