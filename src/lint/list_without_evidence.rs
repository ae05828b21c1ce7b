//! Finds lists that are recorded where there is room for a word only.

use super::{About, Bilingual, LintContext, LintFinding, Rule};
use crate::diagnostic::Level;
use crate::source::flow::RecordKind;

/// Finds rows of readings whose label says that they are lists, and whose `record` isn't `list`.
pub static RULE: Rule = Rule {
    name: "list-without-evidence",
    level: Level::Warning,
    what: Bilingual {
        en: "a reading of a list, recorded as `text` or a number", zh: "读的是清单，却记成文字或数"
    },
    why: Bilingual {
        en: "Neither a count nor what fits on one line tells which of 400 services are missing. `record = \"list\"` prints room for the count and for where the list itself is kept.",
        zh: "四百个服务缺了哪几个，看数量看不出，一行里也写不下。`record = \"list\"` 印出数量和清单存在哪里的位置。",
    },
    source: "The Dubbo team's release flow (2013): the services recorded before are compared after; aviation maintenance: evidence beside the entry",
    check,
};

const ENGLISH: &[&str] = &["list of", "names of", "which"];
const CHINESE: &[&str] = &["列表", "名单", "哪些", "清单"];

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let mut found = Vec::new();
    for row in context.flow.readings.iter().flat_map(|reading| &reading.rows) {
        if row.record == RecordKind::List {
            continue;
        }
        for prose in context.prose(&row.item) {
            let wanted = if prose.chinese { CHINESE } else { ENGLISH };
            // “Number of names of …” asks for a number.
            let counts = row.record == RecordKind::Number && row.unit.is_some();
            if let Some(list) = wanted.iter().find_map(|word| prose.find(word)).filter(|_| !counts) {
                let place = prose.place(context.sources, list);
                found.push(
                    LintFinding::new(&RULE, About::Flow, place, "a list has no room here")
                        .help("add `record = \"list\"`: room for its length and for where it is kept"),
                );
            }
        }
    }
    found
}
