//! Faults of syntax in the words of whoever writes a flow. The parser's own words are for people who know TOML's
//! grammar.

use std::ops::Range;

use crate::chars::is_unseen;

/// What joins a key and its value.
const JOIN: &str = "a key and its value are joined by `=`";

/// By the beginning of the parser's message: what is wrong, and what to do.
const BY_MESSAGE: &[(&str, &str, &str)] = &[
    ("extra `=`", "there is more than one `=` here", "a key and its value are joined by one `=`"),
    ("missing assignment between", "there is no `=` after this key", JOIN),
    // The parser says so of a string that it has made up in place of a value; `open_string` finds the real ones.
    ("invalid literal string", "a value is missing here", "write `=` and a value after each key"),
    ("unclosed table", "this header isn't closed", "close it with `]`"),
    ("unclosed array table", "this header isn't closed", "close it with `]]`"),
    ("unquoted keys cannot be empty", "a key is missing here", "write a key before each `=` and within each header"),
    ("missing key for inline table", "a key is missing here", "write a key before each `=`"),
    (
        "unexpected key or value",
        "only a comment may follow on this line",
        "write the next key on a line of its own; within `\"…\"`, a quotation mark is written `\\\"`",
    ),
    ("missing escaped value", "there is no such escape", BACKSLASH),
    ("too few unicode value digits", "this escape has too few digits", BACKSLASH),
    (
        "carriage return must be followed",
        "this line ends with a carriage return alone",
        "end each line with a line feed: save the file with the line ends of Unix or Windows",
    ),
    ("missing comma between array", "a comma is missing here", "write `,` between two elements of a list"),
    ("missing comma between key-value", "a comma is missing here", "write `,` between two keys of a table in braces"),
    ("extra comma in array", "there is a comma too many in this list", "take it out"),
    (
        "extra comma in inline table",
        "there is no key with a value before this comma",
        "write `key = value` before it, or take it out",
    ),
    ("unexpected `=` in array", "a list holds values, not keys", "write keys and their values between `{` and `}`"),
    ("missing inline table opening", "this `}` closes nothing", "take it out, or begin the table with `{`"),
    ("invalid key-value pair", "this `}` closes nothing", "take it out, or begin the table with `{`"),
    ("missing array opening", "this `]` closes nothing", "take it out, or begin the list with `[`"),
    ("missing table open", "this `]` closes nothing", "take it out, or begin the list or the header with `[`"),
    ("invalid date", "there is no such date or time", MOMENT),
    ("invalid time", "there is no such date or time", MOMENT),
    ("invalid offset", "there is no such date or time", MOMENT),
    ("unexpected leading zero", "a number can't begin with a zero", NUMBER),
    ("invalid mantissa", "this isn't a number", NUMBER),
    ("invalid exponent", "this isn't a number", NUMBER),
    ("invalid float", "this isn't a number", NUMBER),
    ("invalid integer", "this isn't a number", NUMBER),
    ("`_` may only go", "this isn't a number", NUMBER),
];

const BACKSLASH: &str = "write a backslash as `\\\\`, or put the text between `'`, where a backslash is a character";
const MOMENT: &str = "write a date like `2013-01-25`, a date and time like `2013-01-25T20:00:00+08:00`";
const NUMBER: &str = "write a number with digits alone, and put anything else in quotes";

/// Quotation marks that word processors and input methods write.
const OTHER_QUOTES: &[char] = &['“', '”', '„', '‘', '’', '「', '『', '«', '＂', '＇', '`'];

/// What is wrong, and what to do where that is known. `message` is the parser's, `at` the bytes of `text` that it is
/// about.
pub fn explain(text: &str, at: &Range<usize>, message: &str) -> (String, Option<String>) {
    let (found, rest) = (text.get(at.clone()).unwrap_or_default(), text.get(at.start..).unwrap_or_default());
    let line = rest.lines().next().unwrap_or_default();
    let begins_line = text[..text.len() - rest.len()].ends_with('\n') || rest.len() == text.len();
    let is = |beginning: &str| message.starts_with(beginning);
    let (message, help) = if begins_line && ["<<<<<<<", "=======", ">>>>>>>"].iter().any(|mark| line.starts_with(mark))
    {
        (
            "this line is the mark of a merge conflict".to_owned(),
            "keep one of the two versions, without the marks".into(),
        )
    } else if is_bare_word(message) {
        // The parser takes a value and the next key together where nothing stands between them.
        let is_followed = rest[found.len()..].trim_start().starts_with('=');
        if is_followed && found.trim().contains(char::is_whitespace) {
            let help = "write `,` between two keys of a table in braces, and begin a new line between all others";
            ("nothing stands between this value and the next key".to_owned(), help.to_owned())
        } else {
            bare_word(found.trim())
        }
    } else if is("invalid unquoted key") {
        stray_in_key(found)
    } else if is("key with no value") {
        no_value(line)
    } else if is("duplicate key") {
        (format!("`{}` is given twice here", shown(found)), "keep one of them".to_owned())
    } else if message.contains("visible characters") || message.contains("printable characters") {
        ("a control character stands here".to_owned(), "take it out".to_owned())
    } else if let Some((_, message, help)) = BY_MESSAGE.iter().find(|(beginning, ..)| is(beginning)) {
        ((*message).to_owned(), (*help).to_owned())
    } else {
        return (message.to_owned(), None);
    };
    (message, Some(help))
}

/// Whether the parser has found a value that isn't in quotes. It takes one that begins with `t`, `f`, `i` or `n` for a
/// misspelt `true`, `false`, `inf` or `nan`.
fn is_bare_word(message: &str) -> bool {
    message.starts_with("string values must be quoted")
        || message.starts_with("invalid boolean")
        || message.starts_with("invalid float, expected `")
}

/// A value without quotes.
fn bare_word(word: &str) -> (String, String) {
    let lower = word.to_lowercase();
    let quote = || {
        let what = if word.contains(char::is_whitespace) { "text" } else { "word" };
        let is_plain = word.chars().count() <= 40 && !word.contains(['"', '\\']);
        if is_plain { format!("put the {what} in quotes: `\"{word}\"`") } else { format!("put the {what} in quotes") }
    };
    let no_value = || format!("`{}` isn't a value", shown(word));
    match &*lower {
        "" => ("there is no value after the `=`".to_owned(), "write the value, or take the key out".to_owned()),
        "true" | "false" => (no_value(), format!("write `{lower}` in lower case")),
        "yes" | "on" => (no_value(), format!("write `true`, or {}", quote())),
        "no" | "off" => (no_value(), format!("write `false`, or {}", quote())),
        "null" | "none" | "nil" => (no_value(), format!("take the key out to give it no value, or {}", quote())),
        _ if lower.starts_with(OTHER_QUOTES) => {
            let mark: String = lower.chars().take(1).collect();
            (
                format!("`{mark}` can't begin a string"),
                "put the text between straight quotation marks: `\"…\"`".to_owned(),
            )
        }
        _ if lower.starts_with(['>', ':']) => (no_value(), JOIN.to_owned()),
        _ => (format!("`{}` isn't in quotes", shown(word)), quote()),
    }
}

/// Characters in a key that only a key in quotes may hold.
fn stray_in_key(found: &str) -> (String, String) {
    if let Some(colon) = found.chars().next().filter(|c| is_colon(*c)) {
        return (format!("there is `{colon}` where `=` should be"), JOIN.to_owned());
    }
    if found.starts_with("//") || found.starts_with("/*") {
        return (format!("`{}` can't begin a comment", &found[..2]), "begin a comment with `#`".to_owned());
    }
    let what = match found.chars().find(|c| is_unseen(*c)) {
        Some(c) => format!("the character U+{:04X}", u32::from(c)),
        None => format!("`{}`", shown(found)),
    };
    (format!("{what} can't be in a key"), "a key is made of letters (a–z), digits, `-` and `_`".to_owned())
}

/// A key without `=`; `line` is what follows it.
fn no_value(line: &str) -> (String, String) {
    if line.is_empty() || line.starts_with('#') {
        return ("this key has no value".to_owned(), "write `=` and a value after it".to_owned());
    }
    if let Some(stray) = line.chars().next().filter(|c| is_colon(*c)) {
        return (format!("there is `{stray}` where `=` should be"), JOIN.to_owned());
    }
    let is_key = |word: &str| word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if line.split_once('=').is_some_and(|(before, _)| before.split_whitespace().all(is_key)) {
        return ("a key is one word".to_owned(), "join its words with `-`".to_owned());
    }
    ("there is no `=` after this key".to_owned(), JOIN.to_owned())
}

/// Whether a character is written for `=` in other formats, or by an input method.
fn is_colon(c: char) -> bool {
    matches!(c, ':' | '：' | '＝')
}

/// What was found, short enough for a message.
fn shown(found: &str) -> String {
    match found.char_indices().nth(40) {
        Some((at, _)) => format!("{}…", &found[..at]),
        None => found.to_owned(),
    }
}
