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

/// How much of a value is looked at: every name may begin one that goes on to the end of the text.
const LONGEST: usize = 256;

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let mut found = Vec::new();
    for FlowString { about, words, .. } in strings::all(context).into_iter().chain(strings::of_release(context)) {
        for place in secrets(&words.value) {
            let place = strings::place(context, words, place);
            found.push(
                LintFinding::new(&RULE, about, place, "this looks like a secret")
                    .help("change it if it is one, take it out, and say where it is read from"),
            );
        }
    }
    found
}

/// The places of all secrets, in order. Where one is found in two ways, as in `token=ghp_…`, it is named once.
fn secrets(words: &str) -> Vec<Range<usize>> {
    let mut found = keys(words);
    found.extend(tokens(words));
    found.extend(named(words));
    found.extend(in_addresses(words));
    found.sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
    let mut end = 0;
    found.retain(|range| {
        let is_new = range.start >= end;
        end = end.max(range.end);
        is_new
    });
    found
}

/// The places where private keys begin.
fn keys(words: &str) -> Vec<Range<usize>> {
    const BEGIN: &str = "-----BEGIN ";
    let begin = words.match_indices(BEGIN).filter(|(at, _)| {
        let kind = words[at + BEGIN.len()..].split("-----").next().unwrap_or_default();
        kind.contains("PRIVATE KEY")
    });
    begin.map(|(at, _)| at..at + BEGIN.trim_end().len()).collect()
}

fn tokens(words: &str) -> Vec<Range<usize>> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let of = |(begin, least): &(&str, usize)| {
        let mut found: Vec<Range<usize>> = Vec::new();
        for (at, _) in words.match_indices(begin) {
            // Within a word that is looked at already, it begins nothing.
            if found.last().is_some_and(|last| at < last.end) {
                continue;
            }
            let length = words[at..].find(|c| !is_part(c)).unwrap_or(words.len() - at);
            found.push(at..at + length);
        }
        found.retain(|range| range.len() >= *least && words[range.clone()].contains(|c: char| c.is_ascii_digit()));
        found
    };
    TOKENS.iter().flat_map(of).collect()
}

/// The places of secrets after their names, as in `password=…`, `--password …` or `密码：…`.
fn named(words: &str) -> Vec<Range<usize>> {
    let lower = words.to_ascii_lowercase();
    let value = |(at, name): (usize, &str)| {
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
        let is_end = |c: char| c.is_whitespace() || !c.is_ascii() || "\"'`,;)&|".contains(c);
        let length = given.char_indices().take(LONGEST).find(|(_, c)| is_end(*c)).map_or(given.len(), |(at, _)| at);
        let value = given.get(..length.min(LONGEST)).unwrap_or_default();
        let start = words.len() - given.len();
        is_secret(value, is_close).then_some(start..start + value.len())
    };
    NAMES.iter().flat_map(|name| lower.match_indices(name).filter_map(value)).collect()
}

/// The places of the secrets in addresses such as `scheme://user:secret@host`.
fn in_addresses(words: &str) -> Vec<Range<usize>> {
    let secret = |authority: Range<usize>| {
        let (user, _) = words[authority.clone()].rsplit_once('@')?;
        let (name, given) = user.split_once(':')?;
        let from = authority.start + name.len() + 1;
        is_secret(given, true).then_some(from..from + given.len())
    };
    strings::authorities(words).into_iter().filter_map(secret).collect()
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
