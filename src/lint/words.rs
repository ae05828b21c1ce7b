//! What the rules about wording share: the verbs of both languages, how a text divides into words and sentences, and
//! which texts of a flow are actions, expectations or remarks.

use std::ops::Range;

use super::prose::HOLE;
use super::{About, LintContext, StepAt};
use crate::chars::is_word_part;
use crate::source::flow::FlowText;

/// Verbs that begin an English instruction.
pub const VERBS: &[&str] = &[
    "activate",
    "add",
    "apply",
    "archive",
    "ask",
    "begin",
    "block",
    "boot",
    "call",
    "cancel",
    "change",
    "check",
    "clean",
    "clear",
    "click",
    "close",
    "commit",
    "compare",
    "configure",
    "confirm",
    "connect",
    "copy",
    "create",
    "delete",
    "deploy",
    "disable",
    "disconnect",
    "download",
    "drain",
    "drop",
    "edit",
    "enable",
    "ensure",
    "enter",
    "execute",
    "export",
    "flush",
    "import",
    "inform",
    "insert",
    "install",
    "kill",
    "launch",
    "load",
    "lock",
    "migrate",
    "mount",
    "move",
    "note",
    "notify",
    "open",
    "page",
    "pause",
    "post",
    "press",
    "promote",
    "publish",
    "pull",
    "push",
    "put",
    "reboot",
    "rebuild",
    "record",
    "refresh",
    "register",
    "reload",
    "remove",
    "rename",
    "repeat",
    "replace",
    "reset",
    "restart",
    "restore",
    "resume",
    "revert",
    "rotate",
    "run",
    "select",
    "send",
    "set",
    "shut",
    "start",
    "stop",
    "submit",
    "switch",
    "tell",
    "terminate",
    "test",
    "turn",
    "type",
    "undo",
    "uninstall",
    "unlock",
    "unmount",
    "update",
    "upgrade",
    "upload",
    "verify",
    "wait",
    "write",
];

/// Words that may follow one of [`VERBS`] only when it is used as a verb, not as a noun.
pub const OBJECTS: &[&str] = &[
    "a", "all", "an", "back", "both", "down", "each", "every", "for", "his", "it", "its", "one", "our", "that", "the",
    "their", "them", "these", "this", "those", "until", "up", "whether", "your",
];

/// Chinese verbs that change something.
pub const CHANGES: &[&str] = &[
    "上传",
    "下线",
    "下载",
    "修改",
    "停掉",
    "停止",
    "关停",
    "关闭",
    "切到",
    "切回",
    "切换",
    "创建",
    "删除",
    "刷新",
    "升级",
    "卸载",
    "发布",
    "发送",
    "启动",
    "启用",
    "回滚",
    "备份",
    "复制",
    "安装",
    "导入",
    "导出",
    "开启",
    "恢复",
    "打开",
    "执行",
    "拷贝",
    "推送",
    "提交",
    "摘除",
    "新建",
    "更换",
    "更新",
    "替换",
    "清理",
    "清空",
    "登录",
    "禁用",
    "联系",
    "迁移",
    "运行",
    "还原",
    "退出",
    "通知",
    "部署",
    "配置",
    "重启",
    "重建",
    "重新加载",
    "重置",
    "重载",
];

/// Chinese verbs that only look.
pub const LOOKS: &[&str] = &["对比", "查看", "核实", "核对", "检查", "比较", "确认", "观察", "记录", "验证"];

/// The byte ranges of English words, in order. A [`HOLE`], which stands for code, counts as a word.
pub fn english(words: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let is_part = |c: char| is_word_part(c) || matches!(c, '\'' | '’' | '-' | '_');
    for (at, c) in words.char_indices() {
        if c == HOLE {
            found.push(at..at + c.len_utf8());
        } else if is_part(c) {
            match found.last_mut() {
                Some(last) if last.end == at && !words[last.start..].starts_with(HOLE) => last.end = at + c.len_utf8(),
                _ => found.push(at..at + c.len_utf8()),
            }
        }
    }
    found
}

/// A text with everything in parentheses blanked out, since an aside isn't part of the sentence. The length in bytes
/// stays the same, so places still hold.
pub fn without_asides(words: &str) -> String {
    let mut depth = 0_usize;
    let mut out = String::with_capacity(words.len());
    for c in words.chars() {
        let opens = matches!(c, '(' | '（');
        depth += usize::from(opens);
        if depth > 0 {
            out.extend(std::iter::repeat_n(' ', c.len_utf8()));
        } else {
            out.push(c);
        }
        if matches!(c, ')' | '）') {
            depth = depth.saturating_sub(1);
        }
    }
    out
}

/// The pieces between some marks, without spaces around them, each with the byte at which it begins. Empty pieces are
/// left out.
pub fn pieces(words: &str, is_mark: impl Fn(char) -> bool) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut start = 0;
    for piece in words.split_inclusive(&is_mark) {
        let body = piece.trim_end_matches(&is_mark);
        let trimmed = body.trim();
        if !trimmed.is_empty() {
            found.push((start + body.len() - body.trim_start().len(), trimmed));
        }
        start += piece.len();
    }
    found
}

/// The sentences of a text, each with the byte at which it begins.
pub fn sentences(words: &str) -> Vec<(usize, &str)> {
    // A point ends a sentence only before a space: one inside a number, a name or an abbreviation doesn't.
    let mut found = Vec::new();
    for (start, line) in pieces(words, |c| matches!(c, '\n' | '。' | '！' | '？' | '!' | '?' | ';' | '；')) {
        let mut from = 0;
        for (at, _) in line.match_indices(". ") {
            found.push((start + from, &line[from..at]));
            from = at + 2;
        }
        found.push((start + from, &line[from..]));
    }
    found.retain(|(_, sentence)| !sentence.trim().is_empty());
    found
}

/// The longest of some words that a text begins with.
pub fn begins<'w>(text: &str, words: &[&'w str]) -> Option<&'w str> {
    words.iter().copied().filter(|word| text.starts_with(word)).max_by_key(|word| word.len())
}

/// Every `expect`, with where a finding in it can be allowed.
pub fn expectations<'a>(context: &LintContext<'a>) -> impl Iterator<Item = (About, &'a FlowText)> {
    context.prose_of(|key| key.name == "expect").map(|(about, _, text)| (about, text))
}

/// Every `note`, `caution` and `warning`, with its key and where a finding in it can be allowed.
pub fn remarks<'a>(context: &LintContext<'a>) -> impl Iterator<Item = (About, &'static str, &'a FlowText)> {
    let remarks = context.prose_of(|key| matches!(key.name, "note" | "caution" | "warning"));
    remarks.map(|(about, key, text)| (about, key.name, text))
}

/// The actions that a step asks for: its own, then those of its sub-items.
pub fn actions<'a>(step: &StepAt<'a>) -> impl Iterator<Item = &'a FlowText> {
    let written = step.written;
    written.action.iter().chain(written.items.iter().map(|item| &item.action))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_sentences_and_asides() {
        let words = format!("Stop {HOLE}, it's app-1 (not now).");
        let found: Vec<_> = english(&words).into_iter().map(|range| words[range].to_owned()).collect();
        assert_eq!(found, ["Stop", &HOLE.to_string(), "it's", "app-1", "not", "now"]);
        assert_eq!(without_asides("检查（再看）完"), format!("检查{}完", " ".repeat(12)));
        assert_eq!(sentences("Wait 1.5 h. Stop it.\n好。"), [(0, "Wait 1.5 h"), (12, "Stop it."), (21, "好")]);
        assert_eq!(pieces("a， b，，c", |c| c == '，'), [(0, "a"), (5, "b"), (12, "c")]);
    }

    #[test]
    fn lists_are_sorted() {
        for list in [VERBS, OBJECTS, CHANGES, LOOKS] {
            assert!(list.windows(2).all(|two| two[0] < two[1]), "{list:?}");
        }
    }
}
