//! Makes the sheets of a plan, in the order in which they are used.

use super::blocks::TaskRows;
use super::context::{ListContext, way_back_from};
use super::gaps::{self, Gaps};
use super::signatures::{is_signed_once, signatures};
use super::{
    Checklist, Copies, Foot, Head, Heading, ListOptions, MOST_COPIES, Meta, PrintedProse, Sheet, SheetKind, SheetPart,
    blocks, changes, cold, legend, people, readings, texts, times::Times,
};
use crate::field::{FootLine, LabelGap, Signed, Where};
use crate::plan::{Plan, StepIx, Way, WayTo, When};
use crate::text::Text;
use crate::view::agenda::TaskPhase;
use crate::view::chart::flow_chart;
use crate::view::labels::{Labels, WordName, fill, word};
use crate::view::{conditions, parts, titles, words};

/// Name of the chart's destination.
const CHART: &str = "chart";

/// Name of the destination of the readings.
const READINGS: &str = "readings";

/// Name of the destination of the texts that are no steps.
const APPENDIX: &str = "appendix";

/// The check list of a release, or those of its sheets that `options` asks for.
#[must_use]
pub fn checklist(plan: &Plan, labels: &Labels, options: &ListOptions) -> Checklist {
    let (times, way_back_from) = (Times::of(plan), way_back_from(plan));
    let context = ListContext { plan, labels, options, times, way_back_from };
    let mut sheets = Vec::new();
    if options.prints(SheetKind::Cold) && !plan.cold.is_empty() {
        sheets.push(cold::cold(&context));
    }
    if options.prints(SheetKind::Start) {
        sheets.push(start(&context));
    }
    if options.prints(SheetKind::Hot) {
        sheets.push(blocks::hot(&context));
    }
    let mut behind = Vec::new();
    if options.prints(SheetKind::After) && !plan.after.is_empty() {
        behind.push(after(&context));
    }
    if options.prints(SheetKind::Records) {
        behind.push(people::records(&context));
    }
    let mut beside = Vec::new();
    if options.prints(SheetKind::Readings) && !plan.readings.is_empty() {
        beside.push(readings(&context));
    }
    if options.prints(SheetKind::Rollback) {
        beside.extend(blocks::rollbacks(&context));
    }
    // A short block shares its page with what is done behind it, so the sheets that lie beside it don't part them.
    if is_signed_once(&context) {
        sheets.extend(behind.into_iter().chain(beside));
    } else {
        sheets.extend(beside.into_iter().chain(behind));
    }
    let asked = options.sheets.as_deref().is_some_and(|sheets| !SheetKind::are_whole(sheets));
    if options.prints(SheetKind::Chart) && (asked || !is_straight(plan)) {
        sheets.push(chart(&context));
    }
    if options.prints(SheetKind::Appendix) && !plan.appendices.is_empty() {
        sheets.push(appendix(&context));
    }
    // What lies between the steps and the records of a list needs no legend of its own.
    for sheet in sheets.iter_mut().filter(|sheet| sheet.has_steps || options.is_cold_list()) {
        legend::add(&context, &mut sheet.parts);
    }
    for part in sheets.iter_mut().flat_map(|sheet| &mut sheet.parts) {
        texts::of_part(part, &mut |text| context.say_where(text));
        if options.is_cold_list() {
            texts::of_part(part, &mut cold::number_pages);
        }
    }
    // Neither the chart nor an appendix is executed, and readings lie beside what is, so no outcome is written on them.
    if let Some(first) = sheets.iter_mut().find(|sheet| ![CHART, READINGS, APPENDIX].contains(&&*sheet.anchor)) {
        let mut parts = Vec::new();
        // The cold list is done days before there is an outcome.
        if !options.is_cold_list() {
            parts.push(SheetPart::Grid(people::outcome(&context)));
        }
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
    Checklist { meta, head, foot: foot(&context), sheets, copies, page_prefix: cold::page_prefix(options) }
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
    let dot = context.labels.say(word!("dot"));
    let digest = |label: WordName, name, digest: &str| {
        words::unbroken(&fill(context.labels.say(label), &[(name, &words::short_digest(digest))]))
    };
    let mut digests = vec![digest(word!("sheet.digest"), "digest", &plan.digest)];
    let list = context.options.list_digest.as_deref();
    digests.extend(list.map(|list| digest(word!("approved-list"), "list", list)));
    let written = |label: WordName, value: Option<String>, gap: LabelGap| {
        let mut text = context.say(label);
        text.push_str(" ");
        match value {
            Some(value) => text.push_str(&value),
            None => gaps::push(&mut text, gap, 14),
        }
        text
    };
    let printed = plan.release.printed.as_ref().filter(|_| cold::says_when_printed(context));
    let printed = printed.map(|printed| words::moment(context.labels, printed));
    let mut printed = written(word!("sheet.printed"), printed, LabelGap::Printed);
    let mut number =
        written(word!("sheet.number"), plan.release.number.as_deref().map(str::to_owned), LabelGap::Number);
    if let Some(replaced) = &plan.release.replaces {
        number.push_str(context.labels.say(word!("comma")));
        number.append(&context.say_with(word!("release-replaces"), &[("number", replaced)]));
    }
    let page_of = if context.options.is_cold_list() { word!("sheet.page-of-cold") } else { word!("sheet.page-of") };
    let mut gaps = Gaps::at(Where::Head);
    for text in [&mut title, &mut printed, &mut number] {
        gaps.name(text);
    }
    let look = plan.look.words();
    let has_look = look.iter().any(std::option::Option::is_some);
    let [organisation, classification] = look.map(|text| text.cloned().unwrap_or_else(|| context.text(String::new())));
    let spoken = plan
        .look
        .organisation
        .as_ref()
        .map_or_else(|| context.labels.say(word!("sheet.logo")).to_owned(), Text::to_plain);
    Head {
        logo: plan.look.logo.clone().map(|logo| (logo, spoken)),
        look: has_look.then(|| [organisation, classification.bold()]),
        title,
        title_changed: context.options.since.as_ref().is_some_and(|changes| changes.title),
        identity: context.text(identity.join(dot) + dot),
        digests: context.text(digests.join(dot)),
        since: changes::since(context),
        printed,
        number,
        page_of: [copies.map(|copies| copies.label.clone()), Some(with_page(context, page_of))]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(dot),
        dot: dot.to_owned(),
        phases: context.labels.say(word!("sheet.phases")).to_owned(),
        runbook: plan.runbook.as_deref().map(str::to_owned),
    }
}

/// A label with the number of a page, as pages of this list are numbered.
fn with_page(context: &ListContext, label: WordName) -> String {
    context.labels.say(label).replace("{page}", &format!("{}{{page}}", cold::page_prefix(context.options)))
}

/// Inside an atomic block the decider says how to go on, where the flow names one.
fn foot(context: &ListContext) -> Foot {
    let plan = context.plan;
    let (doubt, back) = match (&plan.decision, plan.rollback.is_empty()) {
        (Some(_), false) => (word!("sheet.doubt-atomic"), word!("sheet.doubt-back")),
        _ => (word!("sheet.doubt-plain"), word!("sheet.doubt-plain")),
    };
    Foot {
        lines: [
            (FootLine::LastStep, context.say(word!("sheet.foot-last-step"))),
            (FootLine::Operator, context.say(word!("sheet.foot-operator"))),
            (FootLine::Checker, context.say(word!("checker"))),
        ],
        doubt: context.say(word!("sheet.doubt")),
        doubt_atomic: context.say(doubt),
        doubt_back: context.say(back),
        continues: with_page(context, word!("sheet.continues")),
        continued: context.labels.say(word!("sheet.continued")).to_owned(),
        continued_table: context.labels.say(word!("sheet.continued-table")).to_owned(),
        goes_on: with_page(context, word!("sheet.goes-on")),
        step_continued: context.labels.say(word!("sheet.step-continued")).to_owned(),
        blank_rest: context.say(word!("sheet.blank-rest")),
    }
}

fn start(context: &ListContext) -> Sheet {
    let mut parts = people::people(context);
    parts.extend(cold::on_main_list(context));
    parts.extend(people::prepare(context));
    if let Some((text, table)) = changes::removed(context) {
        parts.push(SheetPart::Heading(Heading { text, aside: None, anchor: None, changed: false }));
        parts.push(SheetPart::Table(table));
    }
    if !is_signed_once(context) {
        let ready = if context.plan.rollback.is_empty() { word!("sheet.ready") } else { word!("sheet.ready-back") };
        parts.push(signatures(context, [ready, ready], &Signed::Start));
    }
    parts.push(SheetPart::End(context.say(word!("sheet.start-end"))));
    Gaps::at(Where::Start).parts(&mut parts);
    Sheet { shares: true, ..Sheet::new("start", context.say(word!("sheet.start")), parts) }
}

/// Whether a chart would only show one step after another: no step asks or branches, and whatever fails leads out of the
/// release or into the beginning of a rollback. Then it is printed only for whoever asks for it.
fn is_straight(plan: &Plan) -> bool {
    let straight = |way: Way<'_>| match way.when {
        When::Done => true,
        When::Failed => match way.to {
            WayTo::Rollback(index, step) => plan.rollback[index].steps.start == step.0,
            WayTo::Next(_) | WayTo::Again | WayTo::Hold | WayTo::Abort => true,
            WayTo::Step(_) => false,
        },
        When::Answered(_) | When::Refused | When::TimedOut | When::GateFailed => false,
    };
    let repeats = plan.hot.iter().chain(&plan.rollback).any(|block| block.instance.is_some());
    !repeats && (0..plan.steps.len()).all(|step| plan.ways(StepIx(step)).all(straight))
}

fn chart(context: &ListContext) -> Sheet {
    let chart = flow_chart(context.plan, context.labels, context.options.since.as_ref());
    let phase = chart.heading.clone();
    Sheet::new(CHART, phase, vec![SheetPart::Chart(Box::new(chart))])
}

/// What is measured before and compared later, on a sheet that lies beside the steps.
fn readings(context: &ListContext) -> Sheet {
    Sheet::new(READINGS, context.say(word!("readings")), readings::parts(context))
}

fn after(context: &ListContext) -> Sheet {
    let plan = context.plan;
    let dates = TaskPhase::After.by_date(plan, &plan.after);
    let title = match titles::shared_outcomes(&dates) {
        Some(outcomes) => context.text(titles::only_after(context.labels, outcomes)),
        None => context.say(word!("after")),
    };
    let aside = Some(context.say(word!("sheet.after-aside")));
    let heading = Heading { text: title.clone(), aside, anchor: None, changed: false };
    let mut parts = vec![SheetPart::Heading(heading)];
    let tasks = TaskRows { tasks: &plan.after, left_out: &plan.left_out.after, with_approvals: false };
    parts.extend(blocks::tasks(context, &tasks, "after", &title, TaskPhase::After));
    // The last pair of signatures serves these steps too.
    if !context.options.prints(SheetKind::Records) {
        let meanings = [word!("sheet.sign-after-operator"), word!("sheet.sign-after-checker")];
        parts.push(signatures(context, meanings, &Signed::After));
        parts.push(SheetPart::End(context.say(word!("sheet.after-end"))));
    }
    Sheet { shares: true, ..Sheet::new("after", context.say(word!("after")), parts) }
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
    Sheet::new(APPENDIX, context.say(word!("appendix")), parts)
}
