//! Makes the sheets of a plan, in the order in which they are used.

use super::context::ListContext;
use super::gaps::{self, Gaps};
use super::{
    Checklist, Copies, Foot, Head, Heading, ListOptions, MOST_COPIES, Meta, PrintedProse, Sheet, SheetKind, SheetPart,
    blocks, changes, people, readings, texts,
};
use crate::field::{FootLine, LabelGap, Signed, Where};
use crate::plan::Plan;
use crate::view::agenda::TaskPhase;
use crate::view::chart::flow_chart;
use crate::view::labels::{Labels, WordName, fill, word};
use crate::view::{conditions, parts, titles, words};

/// Name of the chart's destination.
const CHART: &str = "chart";

/// Name of the destination of the texts that are no steps.
const APPENDIX: &str = "appendix";

/// The check list of a release, or those of its sheets that `options` asks for.
#[must_use]
pub fn checklist(plan: &Plan, labels: &Labels, options: &ListOptions) -> Checklist {
    let context = ListContext { plan, labels, options };
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
    if options.prints(SheetKind::Appendix) && !plan.appendices.is_empty() {
        sheets.push(appendix(&context));
    }
    for part in sheets.iter_mut().flat_map(|sheet| &mut sheet.parts) {
        texts::of_part(part, &mut |text| context.say_where(text));
    }
    // Neither the chart nor an appendix is executed, so no outcome is written on it.
    if let Some(first) = sheets.iter_mut().find(|sheet| ![CHART, APPENDIX].contains(&&*sheet.anchor)) {
        let mut parts = vec![SheetPart::Grid(people::outcome(&context))];
        Gaps::at(Where::Outcome).parts(&mut parts);
        // The start sheet lists what was removed. When it isn't printed, this sheet does.
        if !options.prints(SheetKind::Start)
            && let Some((title, table)) = changes::removed(&context)
        {
            parts.extend([SheetPart::Paragraph(title.bold()), SheetPart::Table(table)]);
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

fn head(context: &ListContext, copies: Option<&Copies>) -> Head {
    let plan = context.plan;
    let mut title = titles::headline(plan, context.labels);
    let mut identity = vec![plan.id.clone()];
    if let Some(revision) = &plan.revision {
        let mut words = fill(context.labels.say(word!("flow-revision")), &[("revision", revision)]);
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
    identity.extend(parts::revisions(context.labels, plan));
    let digest = fill(context.labels.say(word!("sheet.digest")), &[("digest", &words::short_digest(&plan.digest))]);
    identity.push(words::unbroken(&digest));
    let written = |label: WordName, value: Option<String>, gap: LabelGap| {
        let mut text = context.say(label);
        text.push_str(" ");
        match value {
            Some(value) => text.push_str(&value),
            None => gaps::push(&mut text, gap, 14),
        }
        text
    };
    let printed = plan.release.printed.as_ref().map(|printed| words::moment(context.labels, printed));
    let mut printed = written(word!("sheet.printed"), printed, LabelGap::Printed);
    let mut number =
        written(word!("sheet.number"), plan.release.number.as_deref().map(str::to_owned), LabelGap::Number);
    if let Some(replaced) = &plan.release.replaces {
        number.push_str(context.labels.say(word!("comma")));
        number.append(&context.say_with(word!("release-replaces"), &[("number", replaced)]));
    }
    let mut gaps = Gaps::at(Where::Head);
    for text in [&mut title, &mut printed, &mut number] {
        gaps.name(text);
    }
    Head {
        title,
        title_changed: context.options.since.as_ref().is_some_and(|changes| changes.title),
        identity: context.text(identity.join(context.labels.say(word!("dot")))),
        since: changes::since(context),
        printed,
        number,
        page_of: [copies.map(|copies| &*copies.label), Some(context.labels.say(word!("sheet.page-of")))]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(context.labels.say(word!("dot"))),
        runbook: plan.runbook.as_deref().map(str::to_owned),
    }
}

fn foot(context: &ListContext) -> Foot {
    Foot {
        lines: [
            (FootLine::LastStep, context.say(word!("sheet.foot-last-step"))),
            (FootLine::Operator, context.say(word!("sheet.foot-operator"))),
            (FootLine::Checker, context.say(word!("sheet.foot-checker"))),
        ],
        doubt: context.say(word!("sheet.doubt")),
        doubt_atomic: context.say(word!("sheet.doubt-atomic")),
        continues: context.labels.say(word!("sheet.continues")).to_owned(),
        continued: context.labels.say(word!("sheet.continued")).to_owned(),
        continued_table: context.labels.say(word!("sheet.continued-table")).to_owned(),
        blank_rest: context.say(word!("sheet.blank-rest")),
    }
}

fn cold(context: &ListContext) -> Sheet {
    let mut parts = vec![context.heading(word!("sheet.cold"), Some(word!("sheet.cold-aside")))];
    let tasks = (&*context.plan.cold, &*context.plan.left_out.cold);
    parts.extend(blocks::tasks(context, tasks, "cold", word!("sheet.cold"), TaskPhase::Before));
    parts.extend([
        context.signatures(word!("sheet.sign-cold-operator"), word!("sheet.sign-cold-checker"), &Signed::Cold),
        SheetPart::End(context.say(word!("sheet.cold-end"))),
    ]);
    Sheet { anchor: "cold".to_owned(), phase: context.say(word!("sheet.cold")), thumb: None, parts }
}

fn start(context: &ListContext) -> Sheet {
    let mut parts = people::people(context);
    parts.extend(people::prepare(context));
    parts.extend(readings::at_start(context));
    if let Some((text, table)) = changes::removed(context) {
        parts.push(SheetPart::Heading(Heading { text, aside: None, anchor: None, changed: false }));
        parts.push(SheetPart::Table(table));
    }
    parts.push(context.signatures(word!("sheet.ready-operator"), word!("sheet.ready-checker"), &Signed::Start));
    parts.push(SheetPart::End(context.say(word!("sheet.start-end"))));
    Gaps::at(Where::Start).parts(&mut parts);
    Sheet { anchor: "start".to_owned(), phase: context.say(word!("sheet.start")), thumb: None, parts }
}

fn chart(context: &ListContext) -> Sheet {
    let chart = flow_chart(context.plan, context.labels, context.options.since.as_ref());
    let phase = chart.heading.clone();
    Sheet { anchor: CHART.to_owned(), phase, thumb: None, parts: vec![SheetPart::Chart(Box::new(chart))] }
}

fn after(context: &ListContext) -> Sheet {
    let mut parts = vec![context.heading(word!("after"), Some(word!("sheet.after-aside")))];
    let tasks = (&*context.plan.after, &*context.plan.left_out.after);
    parts.extend(blocks::tasks(context, tasks, "after", word!("after"), TaskPhase::After));
    parts.extend([
        context.signatures(word!("sheet.sign-operator"), word!("sheet.sign-checker"), &Signed::After),
        SheetPart::End(context.say(word!("sheet.after-end"))),
    ]);
    Sheet { anchor: "after".to_owned(), phase: context.say(word!("after")), thumb: None, parts }
}

/// The texts that are no steps, on one sheet.
fn appendix(context: &ListContext) -> Sheet {
    let mut parts = Vec::new();
    for appendix in &context.plan.appendices {
        let changed = context.options.since.as_ref().is_some_and(|changes| changes.appendix(appendix));
        let anchor = Some(words::appendix_anchor(appendix));
        parts.push(SheetPart::Heading(Heading { text: appendix.title.clone(), aside: None, anchor, changed }));
        if let Some(on) = &appendix.condition {
            parts.push(SheetPart::Paragraph(conditions::condition(context.plan, context.labels, on).bold()));
        }
        let prose = PrintedProse { title: appendix.title.clone(), blocks: appendix.blocks.clone(), changed };
        parts.push(SheetPart::Prose(Box::new(prose)));
    }
    Sheet { anchor: APPENDIX.to_owned(), phase: context.say(word!("appendix")), thumb: None, parts }
}
