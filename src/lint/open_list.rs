//! Finds lists whose end is left to the reader.

use std::ops::Range;

use super::{About, Bilingual, HOLE, LintContext, LintFinding, Rule, words};
use crate::diagnostic::Level;

/// Finds “etc.” and the like in actions.
pub static RULE: Rule = Rule {
    name: "open-list",
    level: Level::Warning,
    what: Bilingual {
        en: "a step that leaves open what it covers: etc., all except, 等",
        zh: "步骤没有写清范围：等、etc.、除……外",
    },
    why: Bilingual {
        en: "“Restart nginx, redis, etc.” is a different list for each reader, and “all except” is the longest of them. A step that is checked by a second person names each thing.",
        zh: "“重启 nginx、redis 等”，每个人心里的名单都不一样；“除……以外全部”更是最长的一份。要由第二个人核对的步骤，就得逐个写出来。",
    },
    source: "DOE-STD-1029-92, Writer's Guide for Technical Procedures: no open-ended lists; Power-grid switching orders (操作票, GB 26860): each device by its full name",
    check,
};

const ENGLISH: &[&str] =
    &["all but", "all except", "and others", "and so forth", "and so on", "etc", "everything but", "everything except"];
const CHINESE: &[&str] = &["之外的所有", "之外的全部", "以外的全部", "以外的所有", "外的全部", "外的所有"];
/// Characters before or after 等 that show that it is part of another word and ends no list.
const BEFORE: &[char] = &[
    '上', '不', '中', '先', '再', '初', '别', '同', '均', '对', '平', '略', '相', '稍', '要', '请', '需', '须', '高',
    '下', '头', '优', '劣',
];
const AFTER: &[char] = &[
    '于', '价', '候', '分', '到', '同', '号', '式', '待', '效', '比', '級', '级', '额', '一', '几', '距', '我', '他',
    '它', '其', '所',
];

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let mut found = Vec::new();
    for step in &context.steps {
        for prose in words::actions(step).flat_map(|action| context.prose(action)) {
            let open = if prose.chinese {
                CHINESE.iter().find_map(|open| prose.find(open)).or_else(|| list_end(&prose.words))
            } else {
                ENGLISH.iter().find_map(|open| prose.find(open))
            };
            if let Some(open) = open {
                let place = prose.place(context.sources, open);
                found.push(
                    LintFinding::new(&RULE, About::Step(step.index), place, "what this covers is left to the reader")
                        .help("name each thing, as `items` or as a list value with `each`"),
                );
            }
        }
    }
    found
}

/// The place of a 等 that ends a list: it stands after 、 or at the end of a clause, and isn't part of a word such as 等待,
/// 等于 or 相等.
fn list_end(sentence: &str) -> Option<Range<usize>> {
    sentence.match_indices('等').find_map(|(at, mark)| {
        let before = sentence[..at].trim_end().chars().next_back()?;
        let rest = sentence[at + mark.len()..].trim_start();
        let after = rest.chars().next();
        let clause = sentence[..at].rsplit(['，', '。', '；', '：', ',', '\n']).next().unwrap_or_default();
        let is_list = clause.contains('、');
        let is_end = after.is_none_or(|c| "，。；、）,.;)".contains(c));
        let is_word =
            BEFORE.contains(&before) || after.is_some_and(|c| AFTER.contains(&c) || c.is_numeric() || c == HOLE);
        // After a mark 等 begins a clause, as in 等 5 分钟.
        let begins = !before.is_alphanumeric() && before != HOLE && !"）)”」".contains(before);
        (!is_word && !begins && (is_list || is_end)).then(|| at..at + mark.len())
    })
}
