//! Finds tasks whose mails go by their words.

use super::{About, Bilingual, FlowPart, LintContext, LintFinding, Rule};
use crate::diagnostic::Level;

/// Finds tasks that notify somebody and have no `id`.
pub static RULE: Rule = Rule {
    name: "mail-without-id",
    level: Level::Note,
    what: Bilingual { en: "a task sends mails and has no `id`", zh: "任务要发邮件，却没有 `id`" },
    why: Bilingual {
        en: "A mail's file and its Message-ID go by the task's `id`, or by its first words where it has none. When somebody \
             improves these words, the same notice becomes another mail: a mail program no longer knows that it was sent, and \
             people get it twice.",
        zh: "邮件的文件名和 Message-ID 取自任务的 `id`；没有 `id`，就取自开头的话。改一改措辞，同一个通知就成了另一封邮件：邮件程序不知道它已经发过，收件人会收到两遍。",
    },
    source: "RFC 5322, 3.6.4: a message is known by its Message-ID",
    check,
};

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let mut found = Vec::new();
    for (step, planned) in context.part(FlowPart::Cold).zip(&context.plan.cold) {
        let Some(first) = step.task.and_then(|task| task.notify.first()) else { continue };
        let Some(name) = planned.mail_id.as_ref().filter(|_| step.written.id.is_none()) else { continue };
        let finding = LintFinding::new(
            &RULE,
            About::Step(step.index),
            first.span,
            format!("this task has no `id`, so its mails go by its words: `{name}`"),
        );
        found.push(finding.help("give the task an `id` that stays when its words change, such as `id = \"announce\"`"));
    }
    found
}
