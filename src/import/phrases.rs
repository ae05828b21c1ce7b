//! How documents say things, in both languages: that something is a remark, what comes out, when it is done.

use std::sync::LazyLock;

use regex_lite::Regex;

use super::document::AlertKind;

macro_rules! pattern {
    ($name:ident, $pattern:expr) => {
        static $name: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new($pattern).ok());
    };
}

/// Whether a pattern is found in some words.
fn finds(pattern: &LazyLock<Option<Regex>>, words: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(words))
}

/// The kind of box that a word names.
#[must_use]
pub fn notice(word: &str) -> Option<AlertKind> {
    Some(match word.to_lowercase().as_str() {
        "note" | "notes" | "nb" | "info" | "tip" | "hint" | "提示" | "说明" | "备注" => AlertKind::Note,
        "caution" | "important" | "attention" | "注意" | "小心" | "重要" => AlertKind::Caution,
        "warning" | "danger" | "警告" | "危险" => AlertKind::Warning,
        _ => return None,
    })
}

/// The word that names a kind of box, with what stands behind it.
#[must_use]
pub const fn label(kind: AlertKind, zh: bool) -> &'static str {
    match (kind, zh) {
        (AlertKind::Note, false) => "Note:",
        (AlertKind::Caution, false) => "Caution:",
        (AlertKind::Warning, false) => "Warning:",
        (AlertKind::Note, true) => "备注：",
        (AlertKind::Caution, true) => "注意：",
        (AlertKind::Warning, true) => "警告：",
    }
}

/// The kind of remark that a text is, and where the remark begins: behind `**Note:**`.
#[must_use]
pub fn noticed(words: &str) -> Option<(AlertKind, usize)> {
    let mut letters = words.char_indices().skip_while(|(_, c)| matches!(c, '*' | '_' | ' ' | '⚠' | '\u{fe0f}'));
    let start = letters.next()?.0;
    let length = words[start..].find(|c: char| !c.is_alphabetic())?;
    let kind = notice(&words[start..start + length])?;
    let marks = |c: char| matches!(c, '*' | '_' | ' ');
    let behind = words[start + length..].trim_start_matches(marks);
    let rest = behind.strip_prefix(':').or_else(|| behind.strip_prefix('：'))?.trim_start_matches(marks);
    (!rest.is_empty()).then(|| (kind, words.len() - rest.len()))
}

pattern!(
    OUTPUT,
    r"(?i)\b(should (look|see|show|print|output|return|read|be similar)|looks? (something )?like|(expected|sample|example) (output|result|response)s?|will (see|show|print|output|return)|the (output|result|response)( is| will| should|:)|^(output|result|expected|response|returns?)\b|produces|outputs?:)|(预期|期望|示例|正常|类似)?(输出|返回|显示|结果)(应|如下|为|类似|示例|结果|信息)|应(该|当)?(能)?(看到|显示|输出|返回)|(预期|期望)(结果|输出)|输出[:：]$|返回[:：]$|^(输出|返回|结果)"
);

/// Whether a text says that what follows is what comes out.
#[must_use]
pub fn tells_output(words: &str) -> bool {
    finds(&OUTPUT, words)
}

pattern!(
    EXPECTED,
    r"(?i)(^|[\s.,;(。，；（])((expected|expect)( output| result| value)?|(预期|期望)(结果|输出|值)?)\**\s*[:：]\s*\**\s*"
);

/// Where a text says what is expected: the bytes of that label, before which the action stands and behind which the value.
#[must_use]
pub fn expected(words: &str) -> Option<(usize, usize)> {
    let found = EXPECTED.as_ref()?.find(words)?;
    (found.end() < words.len()).then(|| (found.start(), found.end()))
}

pattern!(OR, r"(?i)^(or|alternatively|otherwise|或|或者|或是|也可以)\b|^(或|也可)");

/// Whether a text leads to another way of doing the same.
#[must_use]
pub fn tells_alternative(words: &str) -> bool {
    finds(&OR, words)
}

pattern!(
    OPTIONAL,
    r"(?i)^[\[(（【]?(optional(ly)?|if needed|if necessary|可选|如有需要|如果需要|按需)[\])）】]?[:：,，\s]\s*|\s*[\[(（【](optional|if needed|if necessary|可选|按需)[\])）】]"
);
pattern!(
    ONLY,
    r"(?i)[\[(（【]\s*((only )?(for|on|in|if|when) [^\])）】]{1,60}( only)?|[^\])）】]{1,40} only|only [^\])）】]{1,60}|(仅|只|限|仅限|只有)[^\])）】]{1,40})\s*[\])）】]"
);
pattern!(ONLY_FIRST, r"(?i)^(only for|only if|only when|only on|for|on) ([^,:;.]{1,60}?)( only)?\s*[:,]\s+");
pattern!(IF_FIRST, r"(?i)^if ([^,;:.]{3,120}), (then )?(.+)$");
pattern!(IF_FIRST_ZH, r"^(如果|若是|假如|如|若)([^，。；：]{2,60})(，|时，|则)(则|就)?(.+)$");

/// What an action is done on: the condition, as it follows “If”, and the action without it. The condition is empty where the text says
/// only that it isn't always done.
#[must_use]
pub fn condition(words: &str) -> Option<(String, String)> {
    let without = |from: usize, to: usize| {
        let rest = format!("{} {}", words[..from].trim_end(), words[to..].trim_start());
        let rest = rest.trim().trim_start_matches([':', '：', ',', '-', '–']).trim().to_owned();
        (!rest.is_empty()).then_some(rest)
    };
    if let Some(found) = OPTIONAL.as_ref()?.find(words) {
        return Some((String::new(), without(found.start(), found.end())?));
    }
    if let Some(found) = ONLY.as_ref()?.captures(words) {
        let (whole, inner) = (found.get(0)?, found.get(1)?);
        return Some((inner.as_str().trim().to_owned(), without(whole.start(), whole.end())?));
    }
    if let Some(found) = ONLY_FIRST.as_ref()?.captures(words)
        && (found.get(3).is_some() || words.get(..4).is_some_and(|first| first.eq_ignore_ascii_case("only")))
    {
        let whole = found.get(0)?;
        let said = whole.as_str().trim_end_matches([' ', ',', ':']).to_owned();
        return Some((said, without(whole.start(), whole.end())?));
    }
    if let Some(found) = IF_FIRST.as_ref()?.captures(words) {
        return Some((format!("if {}", &found[1]), upper_first(&found[3])));
    }
    let found = IF_FIRST_ZH.as_ref()?.captures(words)?;
    Some((format!("如果{}", &found[2]), found[5].to_owned()))
}

/// The same words with a capital at the beginning.
#[must_use]
pub fn upper_first(words: &str) -> String {
    let mut characters = words.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// The part of a flow that a section of a document belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SectionPart {
    /// Before the day.
    Cold,
    /// On the day.
    Hot,
    /// A way back.
    Rollback,
    /// When to take the way back.
    Decision,
    /// Afterwards.
    After,
    /// What is no step.
    Appendix,
}

pattern!(
    ROLLBACK,
    r"(?i)\b(roll(ing)?[ -]?back|back[ -]?out|revert(ing)?|fall[ -]?back)\b|回滚|回退|撤回方案|恢复方案|倒回"
);
pattern!(DECISION, r"(?i)\b(criteria|triggers?|conditions?|when to)\b|条件|标准|时机|触发");
pattern!(
    BEFORE,
    r"(?i)\b(days?|weeks?|months?|hours?|minutes?) (before|prior|ahead)\b|\b(before|prior to|ahead of) (the )?(day|release|deploy|deployment|upgrade|change|maintenance|cutover|migration|you begin|you start|starting)|^before\b|\bpre-?[ ]?(release|deployment|deploy|upgrade|work|requisites?|paration|migration|maintenance)s?\b|\bprerequisites?\b|\bprepar(e|ation|ations|ing)\b|\bin advance\b|(发布|上线|变更|升级|操作|部署|割接|切换|迁移)(之)?前|前置|准备|提前|前[一二两三四五六七1-9]\s*[天日周]|^[TD]\s*-\s*[1-9]"
);
pattern!(CHECKED, r"(?i)check|verif|valid|test|smoke|flight|检查|核对|验证|确认|测试");
pattern!(
    BEHIND,
    r"(?i)\b(days?|weeks?|hours?) (after|later)\b|\bafter (the )?(release|deploy|deployment|upgrade|change|maintenance|cutover|migration)|\bpost-?[ ]?(release|deployment|deploy|upgrade|migration|maintenance)\b|\bfollow-?[ ]?ups?\b|^after(wards)?\s*:?$|^(once|when) (it('s| is) |all is )?(done|finished|complete)\b|^(完成|结束|事)后|(发布|上线|变更|升级|操作|部署|割接|切换)(完成)?(之)?后|善后|后续|收尾|^[TD]\s*\+\s*[1-9]"
);
pattern!(
    REFERENCE,
    r"(?i)^[\d. ]*(faqs?|frequently asked questions|troubleshooting|contacts?|contact (list|information)|references?|see also|related( \w+)?|links|glossary|terminology|background|overview|introduction|about|purpose|scope|motivation|context|table of contents|contents|toc|change ?log|history|revision history|roles( and responsibilities)?|responsibilities|license|contributing|support|further reading|useful links|resources|appendix.*|背景.*|概述|简介|介绍|说明|目的|范围|适用范围|常见问题.*|附录.*|附件.*|联系人.*|联系方式|目录|变更记录|修订记录|修订历史|版本历史|版本记录|术语.*|参考.*|相关.*|链接|角色.*|职责.*)[:：]?$"
);

pattern!(
    STAGE,
    r"(?i)^[\d. ]*((only )?(before|after|until|up to|once|from|between|during|if|when|in case)\b)|(之前|以前|前|之后|以后|后|时|的话)$|^(如果|若)"
);

/// Whether a heading below that of a way back begins another one: it says up to where the change has come.
#[must_use]
pub fn is_own_way(heading: &str) -> bool {
    finds(&STAGE, heading.trim_end_matches([':', '：', ' '])) && !finds(&ROLLBACK, heading)
}

/// The part that a heading names, if it names one.
#[must_use]
pub fn part_of(heading: &str) -> Option<SectionPart> {
    if finds(&REFERENCE, heading) {
        return Some(SectionPart::Appendix);
    }
    if finds(&ROLLBACK, heading) {
        return Some(if finds(&DECISION, heading) { SectionPart::Decision } else { SectionPart::Rollback });
    }
    let has_time = lead(heading).is_some();
    let is_check = finds(&CHECKED, heading) && !has_time;
    if finds(&BEHIND, heading) && !is_check {
        return Some(SectionPart::After);
    }
    if finds(&BEFORE, heading) && !is_check {
        return Some(SectionPart::Cold);
    }
    None
}

pattern!(
    SPAN,
    r"(?i)(\d{1,4}|one|two|three|four|five|six|seven|eight|nine|ten|an?|[一二两三四五六七八九十])\s*-?\s*(working days?|business days?|days?|weeks?|months?|hours?|hrs?|minutes?|mins?|个?工作日|天|日|周|个?星期|个月|个?小时|分钟)\s*(before|prior|ahead|in advance|after|later|前|之前|以前|后|之后)"
);
pattern!(ADVANCE, r"(提前|前)\s*(\d{1,4}|[一二两三四五六七八九十])\s*(个?工作日|天|日|周|个?星期|个月|个?小时|分钟)");
pattern!(
    AROUND,
    r"(?i)\b[TD]\s*[-–−+]\s*(\d{1,4})\s*(days?|d|weeks?|w|months?|hours?|hrs?|h|minutes?|mins?|min|m|天|周|小时|分钟)?([^\w]|$)"
);

/// How long before or after, as the format writes it, and whether the unit is said.
#[must_use]
pub fn lead(words: &str) -> Option<(String, bool)> {
    if let Some(found) = AROUND.as_ref()?.captures(words) {
        let unit = found.get(2).map(|unit| unit.as_str());
        return Some((span(&found[1], unit.unwrap_or("days"))?, unit.is_some()));
    }
    if let Some(found) = SPAN.as_ref()?.captures(words) {
        return Some((span(&found[1], &found[2])?, true));
    }
    let found = ADVANCE.as_ref()?.captures(words)?;
    Some((span(&found[2], &found[3])?, true))
}

/// A number and a unit in the words of the format; `None` for more than it takes.
fn span(number: &str, unit: &str) -> Option<String> {
    const WORDS: [&str; 11] = ["a", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    const HAN: [char; 10] = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十'];
    let lower = number.to_lowercase();
    let first = lower.chars().next()?;
    let number = match lower.as_str() {
        "an" => 1,
        "两" => 2,
        word => word
            .parse()
            .ok()
            .or_else(|| WORDS.iter().position(|known| *known == word).map(|at| at.max(1)))
            .or_else(|| HAN.iter().position(|known| *known == first).map(|at| at + 1))?,
    };
    let unit = unit.to_lowercase();
    let (name, days) = match unit.trim_end_matches('s') {
        "working day" | "business day" | "工作日" | "个工作日" => ("working days", 2),
        "day" | "d" | "天" | "日" => ("days", 1),
        "week" | "w" | "周" | "星期" | "个星期" => ("weeks", 7),
        "month" | "个月" => ("months", 31),
        "hour" | "hr" | "h" | "小时" | "个小时" => ("hours", 1),
        _ => ("minutes", 1),
    };
    let name = if number == 1 { name.trim_end_matches('s') } else { name };
    (number * days <= 3_660).then(|| format!("{number} {name}"))
}

pattern!(
    NUMBERED,
    r"(?i)^(\(?\d{1,3}[.)、:：]|step\s*\d+|phase\s*\d+|第[一二三四五六七八九十\d]+步|步骤\s*[一二三四五六七八九十\d]+|[一二三四五六七八九十]{1,3}[、.．])"
);

/// Whether a heading is numbered as a step is.
#[must_use]
pub fn is_numbered(heading: &str) -> bool {
    finds(&NUMBERED, heading)
}

/// What a column of a table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// What is done.
    Action,
    /// What to paste.
    Command,
    /// What shows.
    Expect,
    /// A number in order.
    Number,
    /// Anything else.
    Other,
}

/// What a column holds, by its head.
#[must_use]
pub fn column(head: &str) -> ColumnKind {
    match head.trim().to_lowercase().as_str() {
        "step" | "steps" | "task" | "tasks" | "action" | "actions" | "activity" | "what" | "what to do"
        | "description" | "操作" | "步骤" | "操作步骤" | "操作内容" | "动作" | "内容" | "任务" | "事项" | "检查项"
        | "步骤说明" => ColumnKind::Action,
        "command" | "commands" | "命令" | "执行命令" | "操作命令" => ColumnKind::Command,
        "expected" | "expected result" | "expected output" | "expect" | "result" | "预期" | "预期结果" | "期望结果"
        | "预期输出" | "正常结果" => ColumnKind::Expect,
        "#" | "no" | "no." | "nr" | "序号" | "编号" | "number" | "" => ColumnKind::Number,
        _ => ColumnKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_one() {
        let patterns = [
            &OUTPUT,
            &EXPECTED,
            &OR,
            &OPTIONAL,
            &ONLY,
            &ONLY_FIRST,
            &IF_FIRST,
            &IF_FIRST_ZH,
            &ROLLBACK,
            &DECISION,
            &BEFORE,
            &CHECKED,
            &BEHIND,
            &REFERENCE,
            &STAGE,
            &SPAN,
            &ADVANCE,
            &AROUND,
            &NUMBERED,
        ];
        assert!(patterns.iter().all(|pattern| pattern.is_some()));
    }

    #[test]
    fn headings_name_their_part() {
        use SectionPart::{After, Appendix, Cold, Decision, Rollback};
        for (heading, expected) in [
            ("3 days before the release", Some(Cold)),
            ("T-1", Some(Cold)),
            ("Prerequisites", Some(Cold)),
            ("发布前准备", Some(Cold)),
            ("Pre-deployment checks", None),
            ("变更前检查", None),
            ("Release", None),
            ("How to roll back", Some(Rollback)),
            ("Backout plan", Some(Rollback)),
            ("回滚方案", Some(Rollback)),
            ("回滚条件", Some(Decision)),
            ("Rollback criteria", Some(Decision)),
            ("Post-release", Some(After)),
            ("上线后", Some(After)),
            ("After", Some(After)),
            ("Once done", Some(After)),
            ("完成后", Some(After)),
            ("After step 3", None),
            ("Post-deployment verification", None),
            ("T+1 week", Some(After)),
            ("FAQ", Some(Appendix)),
            ("1. Background", Some(Appendix)),
            ("附录 A", Some(Appendix)),
        ] {
            assert_eq!(part_of(heading), expected, "{heading}");
        }
    }

    #[test]
    fn a_stage_of_the_change_has_a_way_back_of_its_own() {
        for heading in ["Before step 3", "After the migration", "If users came:", "切换数据库之前", "迁移后"]
        {
            assert!(is_own_way(heading), "{heading}");
        }
        for heading in ["Prerequisites", "Before rolling back", "After the rollback", "Application", "回滚后", "步骤"]
        {
            assert!(!is_own_way(heading), "{heading}");
        }
    }

    #[test]
    fn times_are_read() {
        for (words, expected) in [
            ("3 days before", Some(("3 days", true))),
            ("One week before the release", Some(("1 week", true))),
            ("T-1", Some(("1 day", false))),
            ("T-2h: freeze", Some(("2 hours", true))),
            ("发布前 3 天", Some(("3 days", true))),
            ("前一天", Some(("1 day", true))),
            ("提前两周", Some(("2 weeks", true))),
            ("2 working days before", Some(("2 working days", true))),
            ("9999 weeks before", None),
            ("Release", None),
        ] {
            let expected = expected.map(|(time, said)| (time.to_owned(), said));
            assert_eq!(lead(words), expected, "{words}");
        }
    }

    #[test]
    fn conditions_are_taken_off() {
        for (words, expected) in [
            ("(optional) Clear the cache", Some(("", "Clear the cache"))),
            ("Clear the cache (optional)", Some(("", "Clear the cache"))),
            ("可选：清理缓存", Some(("", "清理缓存"))),
            ("[RC only] Push the tag", Some(("RC only", "Push the tag"))),
            ("Push the tag (only for majors)", Some(("only for majors", "Push the tag"))),
            ("更新镜像（仅正式版）", Some(("仅正式版", "更新镜像"))),
            ("Only for majors: write a guide", Some(("Only for majors", "write a guide"))),
            ("If the build fails, then run it again", Some(("if the build fails", "Run it again"))),
            ("如果队列已满，清空队列", Some(("如果队列已满", "清空队列"))),
            ("Wait (10 minutes)", None),
            ("For each host, restart it", None),
        ] {
            let expected = expected.map(|(when, what)| (when.to_owned(), what.to_owned()));
            assert_eq!(condition(words), expected, "{words}");
        }
    }

    #[test]
    fn remarks_and_outputs_are_seen() {
        assert_eq!(noticed("**Note:** a"), Some((AlertKind::Note, 10)));
        assert_eq!(noticed("**Warning**: a").map(|found| found.0), Some(AlertKind::Warning));
        assert_eq!(noticed("注意：备份").map(|found| found.0), Some(AlertKind::Caution));
        assert_eq!(noticed("Run: a"), None);
        for words in ["It should look like this", "Expected output", "输出如下", "应该看到", "You will see"] {
            assert!(tells_output(words), "{words}");
        }
        assert!(!tells_output("Run this") && tells_alternative("Or, with docker") && tells_alternative("或者"));
        assert_eq!(expected("Run `a`. Expected: `b`"), Some((8, 19)));
    }
}
