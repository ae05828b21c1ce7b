//! The words of ours that an output needs, one file a language in `templates/labels`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::text::Lang;

/// Every label file, by tag; the first is what a release in an unknown language falls back to.
const FILES: &[(&str, &str)] = &[
    ("en", include_str!("../../templates/labels/en.toml")),
    ("zh-CN", include_str!("../../templates/labels/zh-CN.toml")),
];

/// Words that every output shares.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[allow(missing_docs, reason = "each field is the label that its name says; the files carry the words")]
pub struct Common {
    pub operator: String,
    pub checker: String,
    pub read: String,
    pub write: String,
    pub date: String,
    pub date_long: String,
    pub time: String,
    pub months: Vec<String>,
    pub weekdays: Vec<String>,
    pub numerals: Vec<String>,
    pub minutes: String,
    pub minutes_one: String,
    pub before_minutes: String,
    pub before_minutes_one: String,
    pub before_hours: String,
    pub before_hours_one: String,
    pub before_days: String,
    pub before_days_one: String,
    pub before_working_days: String,
    pub before_working_days_one: String,
    pub before_zero: String,
    pub after_minutes: String,
    pub after_minutes_one: String,
    pub after_hours: String,
    pub after_hours_one: String,
    pub after_days: String,
    pub after_days_one: String,
    pub after_working_days: String,
    pub after_working_days_one: String,
    pub after_zero: String,
    pub relation_same: String,
    pub relation_at_least: String,
    pub relation_at_most: String,
    pub relation_within: String,
    pub call: String,
    pub within: String,
    pub page: String,
    pub sheet: String,
    pub open: String,
    pub close: String,
    pub comma: String,
    pub semicolon: String,
    pub colon: String,
    pub list: String,
    pub dot: String,
    pub then_rollback: String,
    pub then_retry: String,
    pub then_retry_max: String,
    pub then_continue: String,
    pub then_hold: String,
    pub then_abort: String,
    pub then_next: String,
    pub then_step: String,
    pub verify_together: String,
    pub verify_call: String,
    pub verify_after: String,
    pub verify_none: String,
}

/// The words of one language.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Labels {
    /// The language itself; filled in when the file is read.
    #[serde(skip)]
    pub lang: Option<Lang>,
    /// What every output shares.
    pub common: Common,
    /// The words of the printed sheets, by name: see [`Labels::sheet`].
    #[serde(default)]
    pub sheet: BTreeMap<String, String>,
    /// The runbook's words, for its template: any name.
    #[serde(default)]
    pub runbook: BTreeMap<String, String>,
    /// The flow chart's words, by name: see [`Labels::chart`].
    #[serde(default)]
    pub chart: BTreeMap<String, String>,
    /// The mails' words, for their template: any name.
    #[serde(default)]
    pub mail: BTreeMap<String, String>,
}

impl Labels {
    /// The labels of a language, English where there are none.
    ///
    /// # Panics
    /// Never on input: the files are part of the program and a test reads each.
    #[must_use]
    pub fn of(lang: &Lang) -> &'static Self {
        static ALL: OnceLock<Vec<(&'static str, OnceLock<Labels>)>> = OnceLock::new();
        let all = ALL.get_or_init(|| FILES.iter().map(|(tag, _)| (*tag, OnceLock::new())).collect());
        let index = FILES.iter().position(|(tag, _)| *tag == lang.tag()).unwrap_or(0);
        let (tag, slot) = &all[index];
        slot.get_or_init(|| {
            let mut labels: Self = toml::from_str(FILES[index].1).expect("a label file reads: tested");
            labels.lang = Some(Lang::new(tag));
            labels
        })
    }

    /// A word of the printed sheets.
    #[must_use]
    pub fn sheet(&self, name: &str) -> &str {
        debug_assert!(self.sheet.contains_key(name), "no label `{name}`");
        self.sheet.get(name).map_or("", String::as_str)
    }

    /// A word of the flow chart.
    #[must_use]
    pub fn chart(&self, name: &str) -> &str {
        debug_assert!(self.chart.contains_key(name), "no label `{name}`");
        self.chart.get(name).map_or("", String::as_str)
    }

    /// The tags that have a file.
    pub fn known() -> impl Iterator<Item = &'static str> {
        FILES.iter().map(|(tag, _)| *tag)
    }
}

/// Puts values in the place of `{name}`, without looking into the values.
#[must_use]
pub fn fill(label: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(label.len() + 32);
    let mut rest = label;
    while let Some((before, inside)) = rest.split_once('{') {
        filled.push_str(before);
        let value = inside.split_once('}').and_then(|(name, after)| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((value, after))
        });
        rest = inside;
        match value {
            Some((value, after)) => {
                filled.push_str(value);
                rest = after;
            }
            None => filled.push('{'),
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_not_filled_in_again() {
        let values = [("who", "{when}"), ("when", "20:00")];
        assert_eq!(fill("Call {who} at {when}, {why} {", &values), "Call {when} at 20:00, {why} {");
        assert_eq!(fill("", &values), "");
    }

    #[test]
    fn every_language_has_the_same_labels() {
        let english = Labels::of(&Lang::new("en"));
        for tag in Labels::known() {
            let labels = Labels::of(&Lang::new(tag));
            assert_eq!(labels.lang.as_ref().map(Lang::tag), Some(tag));
            assert_eq!(labels.sheet.keys().collect::<Vec<_>>(), english.sheet.keys().collect::<Vec<_>>(), "{tag}");
            assert_eq!(labels.runbook.keys().collect::<Vec<_>>(), english.runbook.keys().collect::<Vec<_>>(), "{tag}");
            assert_eq!(labels.chart.keys().collect::<Vec<_>>(), english.chart.keys().collect::<Vec<_>>(), "{tag}");
            assert_eq!(labels.mail.keys().collect::<Vec<_>>(), english.mail.keys().collect::<Vec<_>>(), "{tag}");
            assert_eq!((labels.common.months.len(), labels.common.weekdays.len()), (12, 7), "{tag}");
        }
    }
}
