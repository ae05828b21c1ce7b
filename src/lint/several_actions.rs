//! Finds steps with more than one action.

use std::ops::Range;

use super::{About, Bilingual, HOLE, LintContext, LintFinding, Rule, words};
use crate::diagnostic::Level;

/// Finds two instructions that are joined in one text.
pub static RULE: Rule = Rule {
    name: "several-actions",
    level: Level::Warning,
    what: Bilingual { en: "more than one action in one step", zh: "一步里有几个操作" },
    why: Bilingual {
        en: "Whoever is interrupted between two actions does one of them twice, or not at all, since one box can't show which was done. One action has one box and one way out.",
        zh: "两个操作之间被打断的人，会把其中一个做两遍，或者漏掉：一个方格只能为一个操作打勾。一个操作，一个方格，一条出路。",
    },
    source: "Power-grid switching orders (操作票, GB 26860): one device and one action a row",
    check,
};

const CONDITIONS: &[&str] = &["if", "once", "unless", "when"];
/// Chinese words that join one action to the next.
const JOINS: &[&str] = &["并且", "接着", "然后", "随后", "，再", "，同时", "；"];
/// Characters before or after 并 that show that it is part of another word.
const BEFORE: &[char] = &['合', '归', '一', '兼', '吞'];
const AFTER: &[char] = &['且', '列', '发', '入', '存', '排', '未', '联', '行', '购', '集', '非', '不', '没', '无'];
/// How a Chinese clause ends that only says when.
const WHEN: &[char] = &['前', '后', '时', '间', '上', '里', '中'];

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let mut found = Vec::new();
    for step in &context.steps {
        // What somebody else does is one request to them and one report back, however many actions it has.
        let is_ordered = step.written.by.is_some();
        let is_recorded = step.written.record.is_some();
        for prose in words::actions(step).flat_map(|action| context.prose(action)) {
            let sentence = words::without_asides(&prose.words);
            let second = if prose.chinese { chinese(&sentence, is_ordered) } else { english(&sentence, is_recorded) };
            if let Some(second) = second {
                let place = prose.place(context.sources, second);
                found.push(
                    LintFinding::new(&RULE, About::Step(step.index), place, "a second action begins here")
                        .help("make a step of each, or `items`: each has its own box"),
                );
            }
        }
    }
    found
}

fn english(sentence: &str, is_recorded: bool) -> Option<Range<usize>> {
    let places = words::english(sentence);
    let lower: Vec<String> = places.iter().map(|place| sentence[place.clone()].to_ascii_lowercase()).collect();
    if lower.first().is_some_and(|first| CONDITIONS.contains(&first.as_str())) {
        return None;
    }
    let is_verb = |at: usize| lower.get(at).is_some_and(|word| words::VERBS.binary_search(&word.as_str()).is_ok());
    let has_object = |at: usize| {
        lower.get(at).is_none_or(|word| word.starts_with(HOLE) || words::OBJECTS.binary_search(&word.as_str()).is_ok())
    };
    for at in 1..places.len() {
        let joins = match lower[at].as_str() {
            "then" => lower.get(at + 1).is_some(),
            "and" => is_verb(at + 1) && has_object(at + 2) && !(is_recorded && is_record(&lower[at + 1])),
            _ => false,
        };
        if joins {
            let end = if is_verb(at + 1) { places[at + 1].end } else { places[at].end };
            return Some(places[at].start..end);
        }
        let between = &sentence[places[at - 1].end..places[at].start];
        let is_capital = sentence[places[at].clone()].starts_with(char::is_uppercase);
        if is_verb(at) && (between.contains([';', '；']) || between.contains("&&")) {
            return Some(places[at].clone());
        }
        if between.contains(". ") && is_capital && is_verb(at) && has_object(at + 1) {
            return Some(places[at].clone());
        }
    }
    None
}

/// True for verbs of writing down: to write down what the step records is part of the step.
fn is_record(verb: &str) -> bool {
    ["note", "record", "write"].contains(&verb)
}

fn chinese(sentence: &str, is_ordered: bool) -> Option<Range<usize>> {
    let joined = JOINS.iter().filter_map(|join| {
        let at = sentence.find(join).filter(|at| *at > 0)?;
        let rest = &sentence[at + join.len()..];
        let begins = |verbs: &[&str]| words::begins(rest.trim_start(), verbs).is_some();
        let is_word = *join == "，再" && rest.starts_with('次')
            || *join == "；" && !(begins(words::CHANGES) || begins(words::LOOKS) || begins(&["再", "然后"]));
        (!is_word && !rest.trim().is_empty()).then(|| at..at + join.len())
    });
    let and = sentence.match_indices('并').filter_map(|(at, and)| {
        let before = sentence[..at].chars().next_back()?;
        let after = sentence[at + and.len()..].chars().next()?;
        (!BEFORE.contains(&before) && !AFTER.contains(&after)).then(|| at..at + and.len())
    });
    if let Some(first) = joined.chain(and).min_by_key(|range| range.start) {
        return Some(first);
    }
    if is_ordered {
        return None;
    }
    let clauses = words::pieces(sentence, |c| matches!(c, '，' | ','));
    let (_, first) = clauses.first()?;
    if first.ends_with(WHEN) {
        return None;
    }
    let has = |verbs: &[&str]| verbs.iter().any(|verb| first.contains(verb));
    let (changes, looks) = (has(words::CHANGES), has(words::LOOKS));
    clauses[1..].iter().find_map(|(at, clause)| {
        let change = words::begins(clause, words::CHANGES).filter(|_| changes || looks);
        // Two verbs of looking in one step are one look.
        let verb = change.or_else(|| words::begins(clause, words::LOOKS).filter(|_| changes && !looks))?;
        Some(*at..at + verb.len())
    })
}
