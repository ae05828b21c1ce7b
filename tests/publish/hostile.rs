//! A flow whose texts look like markup of every wiki, and whether they arrive.

use std::fmt::Write as _;

use super::project::Project;

/// Texts of one line. No name in braces stands among them, since that would be a value.
const WORDS: &[&str] = &[
    "''bold'' '''x''' [[Link]] [https://example.com/a link] <b>b</b> &amp; &#65; <nowiki>n</nowiki> %%n%%",
    "~~~~ __TOC__ __x__ //i// ==h== == h == -{zh:a;}- {| {! |} {1}",
    "RFC 2119 ISBN 1234567890 https://example.com/a?b=c&d user@example.com www.example.com",
    "640x480 -- --- -> <- => (c) (tm) ... \"q\" 'q' \\\\ ((note)) FIXME :-) 8-)",
    "e\u{301} \u{212b} \u{fb01} \u{1100}\u{1161} ！？：“中文” a : b ? c ! 5 %",
    "* star # number : colon ; term | pipe ^ caret - dash",
    "</pre> </code> </textarea> <!-- comment --> <script>alert(1)</script> ~~NOTOC~~ ~~NOCACHE~~",
    "@@ a@b $x$ `tick` _under_ snake_case 1. one > quote",
];

/// A command of several lines.
const COMMAND: &str = "set -e\n  if [[ -f /etc/x ]]; then # ''x''\n\trm *.log && echo '</pre></code>' \"$(date)\" > /dev/null\n\n  fi | tee {{subst:x}} ~~~~ <nowiki></nowiki> %%\n* last";

/// Puts the flow into a project, in place of its own.
pub fn write(project: &Project) {
    let quoted = |words: &str| serde_json::to_string(words).unwrap();
    let mut flow = "schema = 1\nid = 'hostile'\ntitle = 'Hostile'\nlang = 'en'\n[[hot]]\ntitle = 'Block'\n".to_owned();
    for words in WORDS {
        // A backquote begins code in a text, and a link stands in brackets and parentheses.
        let words = quoted(&words.replace('`', "\u{2018}"));
        let _ = write!(
            flow,
            "[[hot.step]]\nop = 'write'\ndo = {words}\nexpect = {words}\nnote = {words}\nundo = {words}\n"
        );
    }
    let _ = write!(
        flow,
        "[[hot.step]]\nop = 'write'\ndo = 'Run'\ncommand = {}\nundo = 'x'\nexpect = 'x'\n",
        quoted(COMMAND)
    );
    project.write("flows/minimal.toml", &flow);
    // Not every font has a glyph for all of them.
    project.edit("runsheet.toml", "attach = ['chart', 'pdf']\n", "");
    std::fs::remove_file(project.path("flows/minimal.release.toml")).unwrap();
}

/// The characters of a page, as a reader sees them.
pub fn seen(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text += before;
        let (tag, after) = tag.split_once('>').unwrap_or((tag, ""));
        if tag.starts_with("br") {
            text.push('\n');
        }
        rest = after;
    }
    text += rest;
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some((before, reference)) = rest.split_once('&') {
        out += before;
        let (name, after) = reference.split_once(';').unwrap_or((reference, ""));
        match name {
            "amp" => out.push('&'),
            "lt" => out.push('<'),
            "gt" => out.push('>'),
            "quot" => out.push('"'),
            "nbsp" => out.push('\u{a0}'),
            _ => {
                let number = name.strip_prefix('#').unwrap_or_else(|| panic!("&{name};"));
                let number = match number.strip_prefix(['x', 'X']) {
                    Some(hex) => u32::from_str_radix(hex, 16),
                    None => number.parse(),
                };
                out.push(char::from_u32(number.unwrap()).unwrap());
            }
        }
        rest = after;
    }
    out + rest
}

/// Every text stands on the page, in each of its places, and the command is whole.
pub fn arrives(title: &str, html: &str) {
    let seen = seen(html);
    for words in WORDS {
        let words = words.replace('`', "\u{2018}");
        assert!(seen.matches(&words).count() >= 4, "{title}: {words}\n{seen}");
    }
    assert!(seen.contains(COMMAND), "{title}: {COMMAND}\n{seen}");
}
