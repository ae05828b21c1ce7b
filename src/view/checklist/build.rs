//! Plan → sheets, in the order in which they are used.

use super::{
    Checklist, Copies, Foot, Head, Heading, MOST_COPIES, Meta, Notice, NoticeKind, Options, Part, Sheet, SheetKind,
    Signature, blocks, changes, people, readings,
};
use crate::plan::changes::{BlockMarks, StepMarks};
use crate::plan::{Block, Plan, Step, StepIx, WayOut};
use crate::text::Text;
use crate::view::chart::flow_chart;
use crate::view::labels::{Labels, Word, fill, word};
use crate::view::words;

/// A plan with the words of its language: what every part of the list is made from.
pub(super) struct Context<'a> {
    pub plan: &'a Plan,
    pub labels: &'a Labels,
    pub options: &'a Options,
}

impl Context<'_> {
    /// A label as text.
    pub fn say(&self, word: Word) -> Text {
        Text::plain(&self.plan.lang, self.labels.say(word))
    }

    /// A label with values put in.
    pub fn say_with(&self, word: Word, values: &[(&str, &str)]) -> Text {
        Text::plain(&self.plan.lang, fill(self.labels.say(word), values))
    }

    /// Words that are known already.
    pub fn text(&self, words: impl AsRef<str>) -> Text {
        Text::plain(&self.plan.lang, words)
    }

    /// A heading without a remark.
    pub fn heading(&self, word: Word, aside: Option<Word>) -> Part {
        Part::Heading(Heading {
            text: self.say(word),
            aside: aside.map(|aside| self.say(aside)),
            anchor: None,
            changed: false,
        })
    }

    /// Warning, caution and note before a step or a block, each with whether it is new or changed.
    pub fn notices(&self, texts: [&Option<Text>; 3], changed: [bool; 3]) -> Vec<Notice> {
        let kinds = [
            (NoticeKind::Warning, word!("warning")),
            (NoticeKind::Caution, word!("caution")),
            (NoticeKind::Note, word!("sheet.note")),
        ];
        let all = kinds.into_iter().zip(texts).zip(changed);
        let notice = |(((kind, label), text), changed): (((NoticeKind, Word), &Option<Text>), bool)| {
            text.as_ref().map(|text| self.notice(kind, label, text, changed))
        };
        all.filter_map(notice).collect()
    }

    /// A notice with its label; what is more than a note is ticked by both (PPA).
    pub fn notice(&self, kind: NoticeKind, label: Word, text: &Text, changed: bool) -> Notice {
        let labels = self.labels;
        let ticked = (kind != NoticeKind::Note)
            .then(|| [labels.say(word!("operator")), labels.say(word!("checker"))].map(|who| self.text(who)));
        Notice { kind, label: self.say(label).bold(), text: text.clone(), ticked, changed }
    }

    /// The name of a sheet that isn't printed along, given with its label.
    pub fn elsewhere(&self, kind: SheetKind, label: Word) -> Option<&str> {
        (!self.options.prints(kind)).then(|| self.labels.say(label))
    }

    /// The name of a step's sheet when that isn't printed along.
    pub fn sheet_elsewhere(&self, step: StepIx) -> Option<&str> {
        let rollback = self.plan.rollback.first().is_some_and(|first| step.0 >= first.steps.start);
        let (kind, label) =
            if rollback { (SheetKind::Rollback, word!("rollback")) } else { (SheetKind::Hot, word!("sheet.hot")) };
        self.elsewhere(kind, label)
    }

    /// A way out in one sentence.
    pub fn way_out(&self, way: &WayOut) -> Text {
        words::way_out(self.plan, self.labels, way, Some(&|step| self.sheet_elsewhere(step)))
    }

    /// What is new or changed in a step.
    pub fn step_marks(&self, step: &Step) -> StepMarks {
        self.options.since.as_ref().and_then(|changes| changes.step(step)).cloned().unwrap_or_default()
    }

    /// What is new or changed in a block.
    pub fn block_marks(&self, block: &Block) -> BlockMarks {
        self.options.since.as_ref().and_then(|changes| changes.block(block)).cloned().unwrap_or_default()
    }

    /// The two lines to sign on.
    pub fn signatures(&self, operator: Word, checker: Word, field: &str) -> Part {
        let release = &self.plan.release;
        let labels = || {
            [
                self.say(word!("sheet.sign-name")),
                self.say(word!("sheet.sign-signature")),
                self.say(word!("sheet.sign-date")),
            ]
        };
        let line = |role: &str, key: &str, meaning: Word, name: Option<&str>| Signature {
            role: self.text(role).bold(),
            meaning: self.say(meaning),
            name: name.map(|name| self.text(name)),
            labels: labels(),
            field: format!("{field}.{key}"),
        };
        let labels = self.labels;
        Part::Signatures(vec![
            line(labels.say(word!("operator")), "operator", operator, release.operator.name.as_deref()),
            line(labels.say(word!("checker")), "checker", checker, release.checker.name.as_deref()),
        ])
    }
}

/// Name of the chart's destination.
const CHART: &str = "chart";

/// The check list of a release, or those of its sheets that `options` asks for.
#[must_use]
pub fn checklist(plan: &Plan, labels: &Labels, options: &Options) -> Checklist {
    let context = Context { plan, labels, options };
    let mut sheets = Vec::new();
    if options.prints(SheetKind::Cold) && !plan.cold.is_empty() {
        sheets.push(cold(&context));
    }
    if options.prints(SheetKind::Start) {
        sheets.push(start(&context));
    }
    if options.prints(SheetKind::Chart) {
        sheets.push(chart(&context));
    }
    if options.prints(SheetKind::Hot) {
        sheets.push(blocks::hot(&context));
    }
    if options.prints(SheetKind::Rollback) {
        sheets.extend(blocks::rollbacks(&context));
    }
    if options.prints(SheetKind::After) && !plan.after.is_empty() {
        sheets.push(after(&context));
    }
    if options.prints(SheetKind::Records) {
        sheets.push(people::records(&context));
    }
    // The chart fills its pages and is neither executed nor filed: it carries no outcome.
    if let Some(first) = sheets.iter_mut().find(|sheet| sheet.anchor != CHART) {
        let mut parts = vec![Part::Grid(people::status(&context))];
        // What was removed is told on the start sheet, which isn't always printed.
        if !options.prints(SheetKind::Start)
            && let Some((title, table)) = changes::removed(&context)
        {
            parts.extend([Part::Paragraph(title.bold()), Part::Table(table)]);
        }
        first.parts.splice(0..0, parts);
    }
    let copies = (options.copies > 0).then(|| Copies {
        count: options.copies.min(MOST_COPIES),
        label: context.labels.say(word!("sheet.copy-of")).to_owned(),
    });
    let head = head(&context, copies.as_ref());
    let date = plan.release.printed.as_ref().or(plan.release.start.as_ref());
    let meta = Meta {
        title: head.title.to_plain(),
        id: plan.id.clone(),
        lang: plan.lang.clone(),
        date: date.map(|date| date.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()),
    };
    Checklist { meta, head, foot: foot(&context), sheets, copies }
}

fn head(context: &Context, copies: Option<&Copies>) -> Head {
    let plan = context.plan;
    let mut title = plan.title.clone().bold();
    if let Some(version) =
        plan.values.iter().find(|value| value.name == "version").and_then(|value| value.given.as_ref())
    {
        title.push_str(&format!(" {}", version.join(" ")));
    }
    let mut identity = vec![plan.id.clone()];
    if let Some(revision) = &plan.revision {
        let mut words = fill(context.labels.say(word!("sheet.revision")), &[("revision", revision)]);
        if let Some(revised) = plan.revised {
            let labels = context.labels;
            words = format!(
                "{words}{}{}{}",
                labels.say(word!("open")),
                words::date(labels, revised),
                labels.say(word!("close"))
            );
        }
        identity.push(words);
    }
    identity.push(fill(context.labels.say(word!("sheet.digest")), &[("digest", &words::short_digest(&plan.digest))]));
    let written = |label: Word, value: Option<String>| {
        context.text(format!("{} {}", context.labels.say(label), value.unwrap_or_else(|| "______________".to_owned())))
    };
    Head {
        title,
        title_changed: context.options.since.as_ref().is_some_and(|changes| changes.title),
        identity: context.text(identity.join(context.labels.say(word!("dot")))),
        since: changes::since(context),
        printed: written(
            word!("sheet.printed"),
            plan.release.printed.as_ref().map(|printed| words::moment(context.labels, printed)),
        ),
        number: written(word!("sheet.number"), plan.release.number.as_deref().map(str::to_owned)),
        page_of: [copies.map(|copies| &*copies.label), Some(context.labels.say(word!("sheet.page-of")))]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(context.labels.say(word!("dot"))),
        runbook: plan.runbook.as_deref().map(str::to_owned),
    }
}

fn foot(context: &Context) -> Foot {
    Foot {
        lines: [
            context.say(word!("sheet.foot-last-step")),
            context.say(word!("sheet.foot-operator")),
            context.say(word!("sheet.foot-checker")),
        ],
        doubt: context.say(word!("sheet.doubt")),
        doubt_atomic: context.say(word!("sheet.doubt-atomic")),
        continues: context.labels.say(word!("sheet.continues")).to_owned(),
        continued: context.labels.say(word!("sheet.continued")).to_owned(),
        continued_table: context.labels.say(word!("sheet.continued-table")).to_owned(),
        blank_rest: context.say(word!("sheet.blank-rest")),
    }
}

fn cold(context: &Context) -> Sheet {
    let parts = vec![
        context.heading(word!("sheet.cold"), Some(word!("sheet.cold-aside"))),
        blocks::tasks(context, &context.plan.cold, "cold", word!("sheet.cold"), words::lead),
        context.signatures(word!("sheet.sign-cold-operator"), word!("sheet.sign-cold-checker"), "cold.signature"),
        Part::End(context.say(word!("sheet.cold-end"))),
    ];
    Sheet { anchor: "cold".to_owned(), phase: context.say(word!("sheet.cold")), thumb: None, parts }
}

fn start(context: &Context) -> Sheet {
    let mut parts = people::people(context);
    parts.extend(people::prepare(context));
    parts.extend(readings::at_start(context));
    if let Some((text, table)) = changes::removed(context) {
        parts.push(Part::Heading(Heading { text, aside: None, anchor: None, changed: false }));
        parts.push(Part::Table(table));
    }
    parts.push(context.signatures(word!("sheet.ready-operator"), word!("sheet.ready-checker"), "start.signature"));
    parts.push(Part::End(context.say(word!("sheet.start-end"))));
    Sheet { anchor: "start".to_owned(), phase: context.say(word!("sheet.start")), thumb: None, parts }
}

fn chart(context: &Context) -> Sheet {
    let chart = flow_chart(context.plan, context.labels, context.options.since.as_ref());
    let phase = chart.heading.clone();
    Sheet { anchor: CHART.to_owned(), phase, thumb: None, parts: vec![Part::Chart(Box::new(chart))] }
}

fn after(context: &Context) -> Sheet {
    let parts = vec![
        context.heading(word!("sheet.after"), Some(word!("sheet.after-aside"))),
        blocks::tasks(context, &context.plan.after, "after", word!("sheet.after"), words::lag),
        context.signatures(word!("sheet.sign-operator"), word!("sheet.sign-checker"), "after.signature"),
        Part::End(context.say(word!("sheet.after-end"))),
    ];
    Sheet { anchor: "after".to_owned(), phase: context.say(word!("sheet.after")), thumb: None, parts }
}
