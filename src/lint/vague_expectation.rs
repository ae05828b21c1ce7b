//! Finds expected results that everybody can read as they like.

use super::{Bilingual, LintContext, LintFinding, Rule, words};
use crate::diagnostic::Level;

/// Finds expectations that consist of vague words alone.
pub static RULE: Rule = Rule {
    name: "vague-expectation",
    level: Level::Warning,
    what: Bilingual {
        en: "an expected result without a value: OK, normal, as expected",
        zh: "预期结果没有值：正常、成功、符合预期",
    },
    why: Bilingual {
        en: "A tired reader sees what they hope to see. “Normal” is ticked whatever the screen shows; a value has to be read and compared, and the second person compares the same one.",
        zh: "累的人看到的是自己希望看到的。写“正常”，屏幕上是什么都会打勾；写一个值，就得读出来对一对，检查者对的也是同一个值。",
    },
    source: "Degani and Wiener, Human Factors of Flight-Deck Checklists (NASA CR-177549): the response is a value, not “checked”",
    check,
};

/// Words that say nothing unless a number, code, a value or quoted words stand beside them.
const VAGUE: &[&str] = &[
    "acceptable",
    "appropriate",
    "as expected",
    "as required",
    "as usual",
    "checked",
    "correct",
    "correctly",
    "done",
    "fine",
    "good",
    "healthy",
    "looks good",
    "normal",
    "normally",
    "okay",
    "ok",
    "properly",
    "reasonable",
    "stable",
    "success",
    "successful",
    "successfully",
    "works",
    "可用",
    "完成",
    "就绪",
    "成功",
    "无异常",
    "无误",
    "无问题",
    "正常",
    "正确",
    "没有异常",
    "没有问题",
    "没问题",
    "稳定",
    "符合要求",
    "符合预期",
    "良好",
];
/// Verbs of showing: after them, the vague word is itself what must be seen.
const SHOWS: &[&str] =
    &["prints", "reads", "returns", "says", "shows", "为", "变为", "显示", "输出", "返回", "回复", "是", "：", ":"];

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let mut found = Vec::new();
    for (about, expect) in words::expectations(context) {
        for prose in context.prose(expect) {
            let is_quoted = prose.words.contains(['“', '”', '"', '「', '\'', '‘']);
            if prose.is_exact() || is_quoted {
                continue;
            }
            let Some(vague) = VAGUE.iter().find_map(|word| prose.find(word)) else { continue };
            let before = prose.words[..vague.start].trim_end();
            if SHOWS.iter().any(|word| before.to_ascii_lowercase().ends_with(word)) {
                continue;
            }
            found.push(
                LintFinding::new(
                    &RULE,
                    about,
                    prose.place(context.sources, vague),
                    "everybody can read this as they like",
                )
                .help("write the value that must be seen: a number, a word on the screen between `` ` ``, a state"),
            );
        }
    }
    found
}
