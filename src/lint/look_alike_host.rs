//! Finds addresses that lead elsewhere than they seem to.

use std::ops::Range;

use super::strings::{self, FlowString};
use super::{Bilingual, LintContext, LintFinding, Rule};
use crate::chars::{extends, mixes_scripts};
use crate::diagnostic::Level;

/// Finds a host that mixes scripts or looks like Latin letters, and a host's name before the `@`.
pub static RULE: Rule = Rule {
    name: "look-alike-host",
    level: Level::Warning,
    what: Bilingual {
        en: "an address whose host isn't the one that it looks like",
        zh: "看上去是一个主机、其实是另一个的地址",
    },
    why: Bilingual {
        en: "A Cyrillic `е` prints like a Latin one, and `https://github.com@evil.example` leads to `evil.example`. Nobody who reviews the flow or scans the list at night can see it, and whoever follows the address logs in at a stranger's.",
        zh: "西里尔字母 `е` 印出来和拉丁字母一样；`https://github.com@evil.example` 打开的是 `evil.example`。评审的人和夜里照单操作的人都看不出来，点进去就在别人的站点上登录了。",
    },
    source: "Unicode Technical Standard #39, Unicode Security Mechanisms: restriction levels, whole-script confusables; RFC 3986, section 7.6",
    check,
};

/// Letters of other scripts that look like a letter of Latin, from the table `confusables.txt` of UTS #39.
const LOOK_ALIKE: &[(char, char)] = &[
    ('\u{3b1}', 'a'),
    ('\u{3b3}', 'y'),
    ('\u{3b9}', 'i'),
    ('\u{3bd}', 'v'),
    ('\u{3bf}', 'o'),
    ('\u{3c1}', 'p'),
    ('\u{3c5}', 'u'),
    ('\u{430}', 'a'),
    ('\u{433}', 'r'),
    ('\u{435}', 'e'),
    ('\u{43e}', 'o'),
    ('\u{440}', 'p'),
    ('\u{441}', 'c'),
    ('\u{443}', 'y'),
    ('\u{445}', 'x'),
    ('\u{455}', 's'),
    ('\u{456}', 'i'),
    ('\u{458}', 'j'),
    ('\u{475}', 'v'),
    ('\u{4bb}', 'h'),
    ('\u{4cf}', 'l'),
    ('\u{501}', 'd'),
    ('\u{51b}', 'q'),
    ('\u{51d}', 'w'),
];

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let mut found = Vec::new();
    for FlowString { about, words, .. } in strings::all(context).into_iter().chain(strings::of_release(context)) {
        for Disguise { place, message, help } in disguised(&words.value) {
            let place = strings::place(context, words, place);
            found.push(LintFinding::new(&RULE, about, place, message).help(help));
        }
    }
    found
}

/// A part of an address that isn't what it looks like.
struct Disguise {
    place: Range<usize>,
    message: String,
    help: &'static str,
}

const USER: &str = "take out what stands before the `@`, or put the host there that is meant";
const LETTERS: &str = "type the address anew; where letters beyond Latin are meant, write the host as `xn--…`";

/// The parts of addresses that aren't what they look like.
fn disguised(words: &str) -> Vec<Disguise> {
    let mut found = Vec::new();
    let authorities = strings::authorities(words);
    for authority in &authorities {
        let (user, start) = match words[authority.clone()].rsplit_once('@') {
            Some((user, _)) => (user, authority.start + user.len() + 1),
            None => ("", authority.start),
        };
        let host = host(words, start);
        let name = user.split(':').next().unwrap_or_default();
        if name.contains('.') && !host.is_empty() {
            let place = authority.start..authority.start + name.len();
            let message = format!("`{name}` is a user's name here: this leads to `{}`", &words[host.clone()]);
            found.push(Disguise { place, message, help: USER });
        }
        found.extend(labels(words, host));
    }
    let is_within = |at: usize| {
        let next = authorities.get(authorities.partition_point(|authority| authority.end <= at));
        next.is_some_and(|authority| authority.start <= at)
    };
    for (at, _) in words.match_indices('@') {
        let is_mail = words[..at].ends_with(|c: char| c.is_ascii_alphanumeric());
        let host = host(words, at + 1);
        if is_mail && words[host.clone()].contains('.') && !is_within(at) {
            found.extend(labels(words, host));
        }
    }
    found
}

/// The host that begins at a byte.
fn host(words: &str, start: usize) -> Range<usize> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '_') || extends(c);
    let rest = &words[start..];
    let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
    start..start + rest[..length].trim_end_matches(['.', '-', '_']).len()
}

/// The parts of a host that aren't what they look like.
fn labels(words: &str, host: Range<usize>) -> Vec<Disguise> {
    let host_words = &words[host.clone()];
    // A whole name in another script is at home below a domain of that script.
    let is_latin = host_words.rsplit('.').next().is_some_and(str::is_ascii);
    let mut found = Vec::new();
    let mut start = host.start;
    for label in host_words.split('.') {
        let place = start..start + label.len();
        start = place.end + 1;
        if mixes_scripts(label) {
            let odd = label.chars().find(|c| c.is_alphabetic() && !c.is_ascii()).map_or(0, u32::from);
            let message = format!("the host `{label}` mixes letters of several scripts, such as U+{odd:04X}");
            found.push(Disguise { place, message, help: LETTERS });
        } else if is_latin && let Some(seen) = seen(label) {
            let message = format!("the host `{label}` looks like `{seen}` and is written in another script");
            found.push(Disguise { place, message, help: LETTERS });
        }
    }
    found
}

/// What a word in another script looks like, when all of its letters look like Latin ones.
fn seen(label: &str) -> Option<String> {
    let like = |c: char| match LOOK_ALIKE.binary_search_by_key(&c, |(letter, _)| *letter) {
        Ok(index) => Some(LOOK_ALIKE[index].1),
        Err(_) => c.is_ascii().then_some(c),
    };
    if label.is_ascii() { None } else { label.chars().map(like).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_is_not_what_it_looks_like_is_found() {
        let found =
            |words: &str| disguised(words).into_iter().map(|one| words[one.place].to_owned()).collect::<Vec<_>>();
        for (words, expected) in [
            ("https://\u{435}xample.com/x", &["\u{435}xample"][..]),
            ("see <http://a.b:80>, http://\u{440}ay\u{440}al.com.", &["\u{440}ay\u{440}al"]),
            ("http://\u{430}\u{440}\u{440}\u{4cf}\u{435}.com", &["\u{430}\u{440}\u{440}\u{4cf}\u{435}"]),
            ("mail a@g\u{43e}ogle.com or b@example.com", &["g\u{43e}ogle"]),
            ("https://github.com@evil.example/", &["github.com"]),
            ("https://github.com:443@\u{435}vil.example", &["github.com", "\u{435}vil"]),
            ("curl https://ops:$TOKEN@cache.example.com git@example.com:a/b", &[]),
            ("https://пример.рф https://сор.рф https://例え.jp 见https://数据db.cn，然后", &[]),
            ("https://é.example.com https://{{ host }}/x @张三 a@b", &[]),
        ] {
            assert_eq!(found(words), expected, "{words}");
        }
    }

    #[test]
    fn letters_are_in_order() {
        assert!(LOOK_ALIKE.is_sorted());
    }
}
