//! Sentences that the check list, the runbook and the mails share, in the plan's language.

use std::collections::BTreeSet;

use jiff::Zoned;
use jiff::civil::{Date, Time};

use super::labels::{LabelFiles, Labels, WordName, fill, join, list, word};
use crate::field::Wanted;
use crate::plan::{
    Appendix, Block, Contact, Instance, LabelSet, Lead, Plan, Relation, StartWords, Step, StepIx, Task, TextWords,
    Value, Verify, Who, Wording,
};
use crate::text::{Content, Gap, Lang, Text};

/// The first twelve digits of a digest, in groups that can be read aloud.
#[must_use]
pub fn short_digest(digest: &str) -> String {
    digest.as_bytes().chunks(4).take(3).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
}

/// `10 minutes`.
#[must_use]
pub fn minutes(labels: &Labels, n: u32) -> String {
    if n == 1 {
        labels.say(word!("minutes-one")).to_owned()
    } else {
        fill(labels.say(word!("minutes")), &[("n", &n.to_string())])
    }
}

/// How long the longest rollback takes as planned, and with its calls and waits where those may take longer.
#[must_use]
pub fn rollback_takes(plan: &Plan, labels: &Labels) -> Option<String> {
    let planned = minutes(labels, plan.rollback_minutes?);
    let longest = plan.rollback_longest.filter(|longest| plan.rollback_minutes != Some(*longest));
    Some(match longest {
        Some(longest) => {
            let values = [("n", &*planned), ("longest", &minutes(labels, longest))];
            fill(labels.say(word!("minutes-longest")), &values)
        }
        None => planned,
    })
}

/// How long before the start: `3 days before the start`.
#[must_use]
pub fn lead(labels: &Labels, lead: Lead) -> String {
    let forms = [
        [word!("before-minutes-one"), word!("before-minutes")],
        [word!("before-hours-one"), word!("before-hours")],
        [word!("before-days-one"), word!("before-days")],
        [word!("before-working-days-one"), word!("before-working-days")],
        [word!("before-weeks-one"), word!("before-weeks")],
        [word!("before-months-one"), word!("before-months")],
    ];
    distance(labels, lead, forms, word!("before-zero"))
}

/// How long after the end: `1 day after the end`.
#[must_use]
pub fn lag(labels: &Labels, lag: Lead) -> String {
    let forms = [
        [word!("after-minutes-one"), word!("after-minutes")],
        [word!("after-hours-one"), word!("after-hours")],
        [word!("after-days-one"), word!("after-days")],
        [word!("after-working-days-one"), word!("after-working-days")],
        [word!("after-weeks-one"), word!("after-weeks")],
        [word!("after-months-one"), word!("after-months")],
    ];
    distance(labels, lag, forms, word!("after-zero"))
}

fn distance(labels: &Labels, distance: Lead, forms: [[WordName; 2]; 6], zero: WordName) -> String {
    let (n, unit) = match distance {
        Lead::Minutes(n) if n > 0 && n % 60 == 0 => (n / 60, 1),
        Lead::Minutes(n) => (n, 0),
        Lead::Days(n) => (n, 2),
        Lead::WorkingDays(n) => (n, 3),
        Lead::Weeks(n) => (n, 4),
        Lead::Months(n) => (n, 5),
    };
    match n {
        0 => labels.say(zero).to_owned(),
        1 => labels.say(forms[unit][0]).to_owned(),
        n => {
            let numerals = labels.list(list!("numerals"));
            let numeral = if unit == 0 { None } else { numerals.get(n as usize) };
            let figures = n.to_string();
            fill(labels.say(forms[unit][1]), &[("n", numeral.unwrap_or(&figures))])
        }
    }
}

/// When a task with this lead is due: a date, and a time of day where the lead is counted in hours or minutes.
#[must_use]
pub fn due(labels: &Labels, lead: Lead, due: &Zoned) -> String {
    if lead.is_date() { date(labels, due.date()) } else { moment(labels, due) }
}

/// A date in figures: `2013-01-25`.
#[must_use]
pub fn date(labels: &Labels, date: Date) -> String {
    date.strftime(labels.say(word!("date-format"))).to_string()
}

/// A date in words, with its weekday.
#[must_use]
pub fn date_long(labels: &Labels, date: Date) -> String {
    let month = &labels.list(list!("months"))[usize::from(date.month().unsigned_abs()) - 1];
    let weekday = &labels.list(list!("weekdays"))[usize::from(date.weekday().to_monday_zero_offset().unsigned_abs())];
    fill(
        labels.say(word!("date-long")),
        &[("year", &date.year().to_string()), ("month", month), ("day", &date.day().to_string()), ("weekday", weekday)],
    )
}

/// A date in words, and a time of day. A full-width bracket needs no space after it.
#[must_use]
pub fn moment_long(labels: &Labels, moment: &Zoned) -> String {
    let day = date_long(labels, moment.date());
    let space = if day.ends_with('）') { "" } else { " " };
    format!("{day}{space}{}", time(labels, moment))
}

/// A time of day: `20:00`. When the clocks have changed since the planned start, or will by then, it carries its offset:
/// `02:00 +01:00`.
#[must_use]
pub fn time(labels: &Labels, moment: &Zoned) -> String {
    time_in_column(labels, moment).replace('\n', " ")
}

/// The same for a narrow column: the offset stands below the time.
#[must_use]
pub fn time_in_column(labels: &Labels, moment: &Zoned) -> String {
    let time = time_of_day(labels, moment.time());
    if labels.has_clocks_of(moment) { time } else { format!("{time}\n{}", offset(moment)) }
}

impl Wording for LabelFiles {
    fn langs(&self) -> Vec<&str> {
        self.langs()
    }

    fn start(&self, lang: &Lang, set: LabelSet, at: Option<&Zoned>) -> [StartWords; 2] {
        start(&self.labels(lang, set), at)
    }
}

/// The date and the time of day of the planned start, with the labels of their gaps.
fn start(labels: &Labels, start: Option<&Zoned>) -> [StartWords; 2] {
    let words = |label: WordName, given| StartWords { label: labels.say(label).to_owned(), given };
    [
        words(word!("start-date"), start.map(|start| date(labels, start.date()))),
        words(word!("start-time"), start.map(|start| time(labels, start))),
    ]
}

/// A time of day without a date.
#[must_use]
pub fn time_of_day(labels: &Labels, time: Time) -> String {
    time.strftime(labels.say(word!("time-format"))).to_string()
}

/// Date and time in figures: `2013-01-25 20:00`.
#[must_use]
pub fn moment(labels: &Labels, moment: &Zoned) -> String {
    format!("{} {}", date(labels, moment.date()), time(labels, moment))
}

/// Offset from UTC: `+08:00`, or `UTC`.
#[must_use]
pub fn offset(moment: &Zoned) -> String {
    let seconds = moment.offset().seconds();
    if seconds == 0 {
        return "UTC".to_owned();
    }
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.unsigned_abs() / 60;
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// How a later value must relate to the first one.
#[must_use]
pub fn relation(labels: &Labels, relation: &Relation) -> String {
    match relation {
        Relation::Same => labels.say(word!("relation-same")).to_owned(),
        Relation::AtLeast => labels.say(word!("relation-at-least")).to_owned(),
        Relation::AtMost => labels.say(word!("relation-at-most")).to_owned(),
        Relation::Within(tolerance) => fill(labels.say(word!("relation-within")), &[("n", tolerance)]),
    }
}

/// What the checker does, if that isn't the default.
#[must_use]
pub fn verify(labels: &Labels, verify: Verify) -> Option<&str> {
    match verify {
        Verify::Watch => None,
        Verify::Together => Some(labels.say(word!("verify-together"))),
        Verify::Call => Some(labels.say(word!("verify-call"))),
        Verify::After => Some(labels.say(word!("verify-after"))),
        Verify::None => Some(labels.say(word!("verify-none"))),
    }
}

/// The label of a value; while the value isn't known, with the words that it may be.
#[must_use]
pub fn value_label(labels: &Labels, value: &Value) -> Text {
    let mut label = value.label.clone();
    if value.given.is_none() && !value.choices.is_empty() {
        label.push_str(labels.say(word!("open")));
        label.push_str(&join(&value.choices, labels.say(word!("or"))));
        label.push_str(labels.say(word!("close")));
    }
    label
}

/// Who decides, by role or by the contact's name.
#[must_use]
pub fn who(plan: &Plan, labels: &Labels, who: Who) -> String {
    match who {
        Who::Operator => labels.say(word!("operator")).to_owned(),
        Who::Checker => labels.say(word!("checker")).to_owned(),
        Who::Contact(contact) => plan.contact(contact).name.with_names().to_plain(),
    }
}

/// The same with the number to call, for a contact, as `contact` writes it: somebody waits for the answer.
#[must_use]
pub fn who_to_call(plan: &Plan, labels: &Labels, decider: Who, contact: fn(&Contact) -> Text) -> Text {
    match decider {
        Who::Contact(decider) => contact(plan.contact(decider)),
        Who::Operator | Who::Checker => Text::plain(&plan.lang, who(plan, labels, decider)),
    }
}

/// A contact with the number to call: `DBA 138 0000 0003`.
#[must_use]
pub fn contact(contact: &Contact) -> Text {
    let mut text = named(contact);
    if let Some(phone) = &contact.phone {
        text.push_str(" ");
        text.push_str(phone);
    }
    text
}

/// The same for paper, where a telephone number must not be broken at the end of a line.
#[must_use]
pub fn contact_on_paper(contact: &Contact) -> Text {
    let mut text = named(contact);
    text.push_str(" ");
    match &contact.phone {
        Some(phone) => text.push_str(&unbroken(phone)),
        // The row must show the number (rule 14), so an unknown number is a gap to write on.
        None => text.push(Content::Blank(Box::new(Gap::ours(Wanted::Phone(contact.id.clone()), 10)))),
    }
    text
}

/// A contact with the person on call, without a number.
#[must_use]
pub fn named(contact: &Contact) -> Text {
    let mut text = contact.name.clone();
    if let Some(person) = &contact.person {
        text.push_str(" ");
        text.push_str(person);
    }
    text
}

/// Words with spaces at which a line can't break, such as a telephone number.
#[must_use]
pub fn unbroken(words: &str) -> String {
    words.replace(' ', "\u{a0}")
}

/// Name of a step's destination in links: `step-R1`, `step-4-host-1`.
#[must_use]
pub fn step_anchor(plan: &Plan, step: StepIx) -> String {
    format!("step-{}", plan.step(step).number.to_string().replace('/', "-"))
}

/// Name of the destination of a task, whose number has a letter for its part: `cold-3`.
#[must_use]
pub fn task_anchor(part: &str, task: &Task) -> String {
    format!("{part}-{}", task.step.number.number)
}

/// Name of a block's destination.
#[must_use]
pub fn block_anchor(block: &Block) -> String {
    format!("block-{}", block.steps.start + 1)
}

/// Name of an appendix's destination.
#[must_use]
pub fn appendix_anchor(appendix: &Appendix) -> String {
    format!("appendix-{}", appendix.id)
}

/// The title of a block, with the element that a copy of it is for.
#[must_use]
pub fn block_title(labels: &Labels, block: &Block) -> Text {
    let mut title = block.title.clone();
    if let Some(instance) = &block.instance
        && !title.to_plain().contains(&*instance.name)
    {
        title.push_str(&format!("{}{}", labels.say(word!("dot")), instance.name));
    }
    title
}

/// Number of the gate behind a copy of a block: `G2`, `RG1`.
#[must_use]
pub fn gate_number(block: &Block, instance: &Instance) -> String {
    format!("{}{GATE}{}", block.letter.map(String::from).unwrap_or_default(), instance.index + 1)
}

/// The letter of a gate, which is its number where that is told without the element.
pub const GATE: char = 'G';

/// Name of the destination of a table of readings, by its index.
#[must_use]
pub fn reading_anchor(index: usize) -> String {
    format!("reading-{}", index + 1)
}

/// The gaps for values in the texts of a step, each value once. Values in what is pasted are left out, because its gaps are
/// explained beside it.
#[must_use]
pub fn gaps_in_words(step: &Step) -> Vec<&Gap> {
    let (mut seen, mut gaps) = (BTreeSet::new(), Vec::new());
    step.texts(&mut |role, words| {
        if let TextWords::Rich(text) = words {
            let wanted = text.values_wanted();
            if role.is_pasted() {
                seen.extend(wanted.iter().filter_map(|gap| gap.name()));
            } else {
                gaps.extend(wanted);
            }
        }
    });
    gaps.retain(|gap| gap.name().is_some_and(|name| seen.insert(name)));
    gaps
}

/// What a step does, as an instruction: where its words are those of its wait, that this is waited for.
#[must_use]
pub fn action(plan: &Plan, labels: &Labels, step: &Step) -> Text {
    match &step.wait {
        Some(wait) if wait.condition == step.action => wait_until(plan, labels, &wait.condition),
        _ => step.action.clone(),
    }
}

/// That something is waited for.
#[must_use]
pub fn wait_until(plan: &Plan, labels: &Labels, condition: &Text) -> Text {
    let mut text = Text::empty(plan.lang.clone());
    around(&mut text, labels.say(word!("wait-until")), "condition", |text| text.append(condition));
    text
}

/// Writes a label, with something other than words in the place of `{name}`.
pub fn around(text: &mut Text, label: &str, name: &str, inside: impl FnOnce(&mut Text)) {
    match label.split_once(&format!("{{{name}}}")) {
        Some((before, after)) => {
            let mut filled = Text::empty(text.lang.clone());
            inside(&mut filled);
            text.push_str(before);
            text.join(&filled);
            text.join(&Text::plain(&filled.lang, after));
        }
        None => text.push_str(label),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leads_read_as_people_say_them() {
        let zh = &Labels::of(&Lang::new("zh-CN"));
        let en = &Labels::of(&Lang::new("en"));
        assert_eq!(lead(zh, Lead::Days(3)), "发布前三天");
        assert_eq!(lead(zh, Lead::Days(15)), "发布前 15 天");
        assert_eq!(lead(zh, Lead::Days(1)), "发布前一天");
        assert_eq!(lead(en, Lead::WorkingDays(2)), "2 working days before the start");
        assert_eq!(lead(en, Lead::Weeks(6)), "6 weeks before the start");
        assert_eq!(lead(en, Lead::Weeks(1)), "1 week before the start");
        assert_eq!(lead(zh, Lead::Weeks(6)), "发布前六周");
        assert_eq!(lead(zh, Lead::Months(12)), "发布前 12 个月");
        assert_eq!(lag(en, Lead::Months(3)), "3 months after the end");
        assert_eq!(lead(en, Lead::Minutes(300)), "5 hours before the start");
        assert_eq!(lag(en, Lead::Minutes(1)), "1 minute after the end");
        assert_eq!(lag(en, Lead::Minutes(0)), "when the release has ended");
    }

    #[test]
    fn a_date_carries_its_weekday() {
        let day = jiff::civil::date(2013, 1, 25);
        assert_eq!(date_long(&Labels::of(&Lang::new("zh-CN")), day), "2013 年 1 月 25 日（周五）");
        assert_eq!(date_long(&Labels::of(&Lang::new("en")), day), "Friday, 25 January 2013");
    }
}
