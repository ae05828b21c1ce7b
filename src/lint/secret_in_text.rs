//! Finds passwords and the like: a flow is reviewed, printed and mailed.

use std::ops::Range;

use super::strings::{self, FlowString};
use super::{Bilingual, LintContext, LintFinding, Rule};
use crate::diagnostic::Level;

/// Finds a value after “password”, a token of a known form, or a private key.
pub static RULE: Rule = Rule {
    name: "secret-in-text",
    level: Level::Warning,
    what: Bilingual {
        en: "what looks like a password, a token or a private key", zh: "像是密码、令牌或私钥"
    },
    why: Bilingual {
        en: "A flow lives in git, is printed for the desk and put into the wiki. Secrets stay in a vault; the flow says where to take them from.",
        zh: "流程放在 git 里，印在纸上，也发在 wiki 上。能打开线上的东西留在密码库里，流程只写从哪里取。",
    },
    source: "OWASP, Secrets Management Cheat Sheet: no secret in source control",
    check,
};

/// Names whose value is a secret.
const NAMES: &[&str] = &[
    "access_key",
    "api-key",
    "api_key",
    "apikey",
    "passwd",
    "password",
    "pgpassword",
    "mysql_pwd",
    "secret",
    "token",
    "令牌",
    "口令",
    "密码",
    "密钥",
];
/// How the tokens of known services begin, and their least length in bytes.
const TOKENS: &[(&str, usize)] = &[
    ("AKIA", 20),
    ("ASIA", 20),
    ("eyJhbGciOi", 40),
    ("ghp_", 30),
    ("gho_", 30),
    ("github_pat_", 40),
    ("glpat-", 20),
    ("xoxb-", 20),
    ("xoxp-", 20),
];

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let mut found = Vec::new();
    for FlowString { about, words, .. } in strings::all(context) {
        if let Some(place) = secret(&words.value) {
            let place = strings::place(context, words, place);
            found.push(
                LintFinding::new(&RULE, about, place, "this looks like a secret")
                    .help("change it if it is one, take it out, and say where it is read from"),
            );
        }
    }
    found
}

fn secret(words: &str) -> Option<Range<usize>> {
    let key = words.find("-----BEGIN ").filter(|at| words[*at..].contains("PRIVATE KEY")).map(|at| at..at + 10);
    key.or_else(|| token(words)).or_else(|| named(words)).or_else(|| in_address(words))
}

fn token(words: &str) -> Option<Range<usize>> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    TOKENS.iter().find_map(|(begin, least)| {
        words
            .match_indices(begin)
            .map(|(at, _)| {
                let length = words[at..].find(|c| !is_part(c)).unwrap_or(words.len() - at);
                at..at + length
            })
            .find(|range| range.len() >= *least && words[range.clone()].contains(|c: char| c.is_ascii_digit()))
    })
}

/// The place of a secret after its name, as in `password=…`, `--password …` or `密码：…`.
fn named(words: &str) -> Option<Range<usize>> {
    let lower = words.to_ascii_lowercase();
    NAMES.iter().find_map(|name| {
        lower.match_indices(name).find_map(|(at, name)| {
            let end = at + name.len();
            let rest = &words[end..];
            let is_flag = lower[..at].ends_with("--");
            let trimmed = rest.trim_start_matches([' ', '"', '\'']);
            let (given, is_close) = match trimmed.chars().next()? {
                '=' => (&trimmed[1..], true),
                c @ (':' | '：' | '是' | '为') => (&trimmed[c.len_utf8()..], false),
                _ if is_flag && rest.starts_with(' ') => (trimmed, false),
                _ => return None,
            };
            let given = given.trim_start_matches([' ', '"', '\'', '`']);
            let length = given
                .find(|c: char| c.is_whitespace() || !c.is_ascii() || "\"'`,;)&|".contains(c))
                .unwrap_or(given.len());
            let value = &given[..length];
            let start = words.len() - given.len();
            is_secret(value, is_close).then_some(start..start + length)
        })
    })
}

/// The place of the secret in an address such as `scheme://user:secret@host`.
fn in_address(words: &str) -> Option<Range<usize>> {
    words.match_indices("://").find_map(|(at, _)| {
        let start = at + 3;
        let end = words[start..]
            .find(|c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\'' | '`'))
            .map_or(words.len(), |end| start + end);
        let (user, _) = words[start..end].rsplit_once('@')?;
        let (name, given) = user.split_once(':')?;
        let from = start + name.len() + 1;
        is_secret(given, true).then_some(from..from + given.len())
    })
}

/// True when a value is a secret itself, not the place where one is read from.
fn is_secret(value: &str, is_assigned: bool) -> bool {
    let is_taken = value.starts_with(['$', '{', '<', '/', '~', '*', '%', '@', '(', '.'])
        || value.contains(['{', '$', '<'])
        || value.chars().all(|c| matches!(c, '*' | 'x' | 'X' | '.' | '_' | '-'));
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let letters = value.chars().filter(char::is_ascii_alphabetic).count();
    // After a colon, a plain word or a plain number may be anything; letters with digits are taken for a password.
    let is_mixed = digits > 0 && letters > 1;
    !is_taken
        && value.len() >= if is_assigned { 6 } else { 8 }
        && (is_mixed || value.len() >= 10 && value.contains(['!', '#', '^', '+']))
}
