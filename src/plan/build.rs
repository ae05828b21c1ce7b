//! Makes a [`Plan`] of a flow and a release, or finds every fault that keeps one from being made.

use std::collections::BTreeSet;

use jiff::Zoned;
use jiff::tz::TimeZone;

use super::appendix;
use super::check;
use super::count;
use super::derived;
use super::exclusive;
use super::faults::Faults;
use super::lists::Lists;
use super::look::look;
use super::lookup::{Lookup, PlannedStart, pick};
use super::made;
use super::mail_ids::mail_ids;
use super::place::{FlowRecords, Place, Scope, Section};
use super::readings::Readings;
use super::references::References;
use super::steps::{StepBuilder, checks, planned, task_numbers};
use super::times::{self, Calendar};
use super::unroll::Layout;
use super::values;
use super::{
    Allowed, AllowedAt, Block, Contact, Decision, Fact, Measure, PartRevision, PartsLeftOut, Plain, Plan, Records,
    Release, Step, StepIx, StepNumber, Task, Wording, approvals, cases, left_out,
};
use crate::diagnostic::{Diagnostic, Sources};
use crate::field::Outcome;
use crate::select::Selected;
use crate::source::flow::{self, Flow, Str};
use crate::source::no_labels;
use crate::source::release::ReleaseFile;
use crate::text::Lang;

/// Resolves a flow, reduced to what one release selects, together with that release. `lang` picks one of the flow's
/// languages; without it the first one is used. `digest` is the SHA-256 of the flow file in hexadecimal, and `start`
/// writes the planned start. There is a plan exactly when there is no fault.
///
/// When the release leaves open what applies, the flow must be without a fault whatever it becomes. A fault that is there
/// in some cases only says in which.
#[must_use]
pub fn build(
    selected: &Selected<'_>,
    release: &ReleaseFile,
    lang: Option<&str>,
    sources: &Sources,
    digest: String,
    wording: &dyn Wording,
) -> (Option<Plan>, Vec<Diagnostic>) {
    let (plan, faults) = of_selection(selected, release, lang, sources, digest, wording);
    let faults = cases::in_cases(selected, release, faults, |selected, release| {
        of_selection(selected, release, lang, sources, String::new(), wording).1
    });
    (plan.filter(|_| faults.is_empty()), faults)
}

/// The plan of what is selected, as it stands.
fn of_selection<'f>(
    selected: &'f Selected<'f>,
    release: &'f ReleaseFile,
    lang: Option<&str>,
    sources: &'f Sources,
    digest: String,
    wording: &'f dyn Wording,
) -> (Option<Plan>, Vec<Diagnostic>) {
    let flow = selected.flow();
    let mut faults = Faults::default();
    selected.faults().iter().for_each(|fault| faults.push(fault.clone()));
    check_labels(flow, wording, &mut faults);
    let lang = language(flow, lang, &mut faults);
    values::check_release(flow, release, &mut faults);
    values::check_outcome(release, &mut faults);
    values::check_people(flow, release, &mut faults);
    let mut lists = Lists::new(flow, values::given(flow, release, &mut faults));
    let mut elements = |list: &'f Str, faults: &mut Faults| lists.elements(list, faults).to_vec();
    let mut layout = Layout::new(selected, &mut elements, &mut faults);
    let too_many = layout.too_many.take().or_else(|| count::rows(flow, &layout, &mut lists, &mut faults));
    if let Some(fault) = too_many {
        faults.push(fault);
        return (None, faults.finish());
    }
    let on_call = values::on_call(release);
    let (zone, at) = planned_start(flow, release, &mut faults);
    let references = References::new(selected, &layout, sources, &mut faults);
    let mut lookup = Lookup::new(
        selected,
        &on_call,
        (lists, PlannedStart::new(at, wording, flow.labels())),
        lang,
        references,
        faults,
    );
    made::make(&mut lookup, selected.whole());
    let places = check::first_places(flow, &layout);
    lookup.made = FlowRecords::of(&places);
    check::check(&places, &lookup.made, &mut lookup.faults);
    let mut readings = Readings::new(&mut lookup, flow, &layout);

    let whole = selected.whole();
    let mut builder =
        StepBuilder { lookup: &mut lookup, layout: &layout, readings: &mut readings, checks: checks(whole) };
    let mut steps = builder.steps();
    builder.readings.count_texts(builder.lookup);
    values::check_rolled_back(release, &steps, &mut builder.lookup.faults);
    check::check_cycles(&steps, &mut builder.lookup.faults);
    check::check_atomic(&layout, &mut builder.lookup.faults);
    let mut cold = builder.tasks(&flow.cold, &whole.cold, (Section::Cold, 'C'));
    let mut mail_ids = mail_ids(whole);
    for (task, written) in cold.iter_mut().zip(&flow.cold) {
        task.mail_id = mail_ids.remove(&written.step.span);
    }
    let mut after = builder.tasks(&flow.after, &whole.after, (Section::After, 'A'));
    for (task, written) in after.iter_mut().zip(&flow.after) {
        task.mail_id = mail_ids.remove(&written.step.span);
    }
    let (hot, rollback) = layout.placed.split_at(layout.hot_blocks);
    let hot = builder.blocks(hot, &steps);
    let rollback = builder.blocks(rollback, &steps);

    let minutes = planned(selected, &steps[..layout.hot_steps], |step| step.minutes);
    let rollback_minutes = longest(&rollback, |block| block.minutes);
    let may_take = |block: &Block| planned(selected, &steps[block.steps.clone()], Step::longest);
    let rollback_longest = rollback_minutes.and_then(|_| longest(&rollback, may_take));
    let times = release_times(flow, release, (zone, lookup.start.at.clone()), minutes, &mut lookup.faults);
    let calendar = Calendar::new(flow, &mut lookup.faults);
    if let Some(start) = &times.start {
        date(&mut cold, &flow.cold, start, -1, &calendar, &mut lookup.faults);
        let end = times.end.as_ref().unwrap_or(start);
        date(&mut after, &flow.after, end, 1, &calendar, &mut lookup.faults);
        if minutes.is_some() {
            schedule(selected, &mut steps[..layout.hot_steps], start);
        }
    }

    let none = Scope::default();
    let allowed = allowed(flow, &layout, &mut lookup);
    let decision = flow
        .decision
        .as_ref()
        .and_then(|written| decision(written, times.start.as_ref(), rollback_longest, &mut lookup));
    let fact = |fact: &'f flow::FactDecl| Fact {
        id: fact.id.value.clone(),
        label: lookup.text(&fact.label, none),
        text: lookup.text(&fact.text, none),
    };
    let facts = flow.facts.iter().map(fact).collect();
    let approvals = approvals::approvals(&mut lookup, flow, release, times.start.as_ref(), &calendar);
    let contacts = values::contacts(&mut lookup, flow, release, &on_call);
    check_addresses(flow, &contacts, &mut lookup.faults);
    check_languages(flow, &mut lookup.faults);
    let [(operator, first), (checker, second)] =
        [&whole.operator, &whole.checker].map(|role| lookup.items(&role.prepare, (0, 1), false, none));
    let (prepare, prepare_left_out) = ([operator, checker], [first, second]);
    let mut plan = Plan {
        id: flow.id.value.clone(),
        title: lookup.text(&flow.title, none),
        about: lookup.maybe(flow.about.as_ref(), none),
        lang: lookup.lang.clone(),
        revision: flow.revision.as_deref().map(Plain::from),
        parts: flow.parts.iter().filter_map(PartRevision::of).collect(),
        revised: flow.revised.as_ref().map(|revised| revised.value),
        owner: lookup.maybe(flow.owner.as_deref(), none),
        look: look(flow, &mut lookup),
        runbook: flow.runbook.as_deref().map(Plain::from),
        mail_from: flow.mail_from.as_deref().map(Plain::from),
        digest,
        release: times,
        title_value: values::title_value(flow, &mut lookup.faults),
        values: values::values(&mut lookup, flow),
        made_of: derived::made_of(whole),
        contacts,
        labels: flow.labels(),
        called: [&flow.operator, &flow.checker]
            .map(|role| role.title.as_deref().and_then(|title| pick(title, &lookup.lang)).map(Plain::from)),
        prepare,
        handover: [&flow.operator, &flow.checker].map(|role| lookup.maybe(role.handover.as_ref(), none)),
        facts,
        approvals,
        decision,
        readings: readings.list,
        records: Records::of(&steps, [&cold, &after]),
        cold,
        steps,
        hot,
        rollback,
        after,
        allowed,
        left_out: PartsLeftOut { prepare: prepare_left_out, ..left_out::parts(selected, &layout) },
        appendices: appendix::appendices(&flow.appendix, &mut lookup),
        minutes,
        rollback_minutes,
        rollback_longest,
        // Every text is made by now.
        targets: std::mem::take(&mut lookup.references.targets),
    };
    for fault in exclusive::check(&mut plan, readings.clashes) {
        lookup.faults.push(fault);
    }
    let faults = lookup.finish();
    (faults.is_empty().then_some(plan), faults)
}

/// The rules that the flow allows to be broken, each once for each place.
fn allowed<'f>(flow: &'f Flow, layout: &Layout<'f>, lookup: &mut Lookup<'f>) -> Vec<Allowed> {
    let selected = lookup.selected;
    let whole = selected.whole();
    let numbered = |tasks: &'f [flow::TaskDecl], all, letter| {
        tasks.iter().zip(task_numbers(selected, all, letter)).enumerate().collect::<Vec<_>>()
    };
    let (cold, after) = (numbered(&flow.cold, &whole.cold, 'C'), numbered(&flow.after, &whole.after, 'A'));
    let mut allowed = Vec::new();
    let mut add = |at: AllowedAt, allow: &'f [flow::Allowance], scope: Scope<'f>| {
        for one in allow {
            let reason = lookup.text(&one.reason, scope);
            allowed.push(Allowed { at: at.clone(), rule: one.rule.value.clone(), reason });
        }
    };
    let task = |section, (position, (task, number)): (usize, (&'f flow::TaskDecl, StepNumber))| {
        let scope = Scope { element: None, place: Some(Place { section, position }), item: None };
        (AllowedAt::Task(number), &*task.step.allow, scope)
    };
    add(AllowedAt::Flow, &flow.allow, Scope::default());
    for (at, allow, scope) in cold.into_iter().map(|one| task(Section::Cold, one)) {
        add(at, allow, scope);
    }
    for source in &layout.sources {
        let Some(placed) = layout.placed.get(source.base) else { continue };
        let scope = |index: usize| Scope {
            element: placed.element,
            place: Some(Place { section: source.section, position: placed.first + index }),
            item: None,
        };
        add(AllowedAt::Block(source.base), &source.block.allow, scope(0));
        for (index, step) in source.block.steps.iter().enumerate() {
            add(AllowedAt::Step(StepIx(placed.first + index)), &step.allow, scope(index));
        }
    }
    for (at, allow, scope) in after.into_iter().map(|one| task(Section::After, one)) {
        add(at, allow, scope);
    }
    for (index, appendix) in flow.appendix.iter().enumerate() {
        add(AllowedAt::Appendix(index), &appendix.allow, Scope::default());
    }
    allowed
}

/// Reports each contact that is notified and has no mail address. That is a fault of the flow, so the author hears of
/// it before the mails are made.
fn check_addresses(flow: &Flow, contacts: &[Contact], faults: &mut Faults) {
    let without: BTreeSet<&str> =
        contacts.iter().filter(|contact| contact.email.is_empty()).map(|contact| &*contact.id).collect();
    for name in flow.cold.iter().chain(&flow.after).flat_map(|task| &task.notify) {
        if without.contains(&*name.value) {
            let message = format!("`{}` is notified, but has no mail address", name.value);
            faults.push(
                Diagnostic::error("no-mail-address", name.span, message)
                    .help(format!("add `email` to `[contacts.{}]`, in the flow or in the release", name.value)),
            );
        }
    }
}

/// Reports each language of the flow that there are no labels in.
fn check_labels(flow: &Flow, wording: &dyn Wording, faults: &mut Faults) {
    let known = wording.langs();
    for lang in flow.langs.iter().filter(|lang| !known.contains(&&*lang.value)) {
        let more = format!("or give labels of your own with `--templates`, as `labels/{}.toml` there", lang.value);
        faults.push(no_labels(&lang.value, lang.span, &known).help(more));
    }
}

/// Reports each contact whose mails are asked for in a language that the flow doesn't have.
fn check_languages(flow: &Flow, faults: &mut Faults) {
    for (contact, lang) in flow.contacts.iter().filter_map(|contact| Some((contact, contact.lang.as_ref()?))) {
        if !flow.langs.iter().any(|known| known.value == lang.value) {
            let message = format!(
                "the mails to `{}` can't be in `{}`: the flow has no such language",
                contact.id.value, lang.value
            );
            let help = format!("choose one of its languages: {}", languages(flow));
            faults.push(Diagnostic::error("unknown-language", lang.span, message).help(help));
        }
    }
}

/// The languages of a flow, as a help names them.
fn languages(flow: &Flow) -> String {
    flow.langs.iter().map(|lang| format!("`{}`", lang.value)).collect::<Vec<_>>().join(", ")
}

/// The language that is asked for, or the flow's first one. A language that the flow doesn't have is a fault.
fn language(flow: &Flow, asked: Option<&str>, faults: &mut Faults) -> Lang {
    let Some(asked) = asked else { return Lang::new(flow.first_lang()) };
    if !flow.langs.iter().any(|lang| lang.value == asked) {
        let message = format!("the flow `{}` isn't written in `{asked}`", flow.id.value);
        faults.push(
            Diagnostic::error_nowhere("unknown-language", message)
                .help(format!("choose one of its languages: {}", languages(flow))),
        );
    }
    Lang::new(asked)
}

/// The flow's time zone, or else the offset of the start, and the planned start in it.
fn planned_start(flow: &Flow, release: &ReleaseFile, faults: &mut Faults) -> (Option<TimeZone>, Option<Zoned>) {
    let zone = flow.timezone.as_ref().and_then(|name| times::zone(name, faults));
    let start = release.start.as_ref().and_then(|start| times::moment(start, zone.as_ref(), faults));
    (zone.or_else(|| start.as_ref().map(|start| start.time_zone().clone())), start)
}

/// What is known of a release without a plan of it. Times that can't be are left out.
#[must_use]
pub fn outline(flow: &Flow, release: &ReleaseFile) -> Release {
    let mut faults = Faults::default();
    let start = planned_start(flow, release, &mut faults);
    release_times(flow, release, start, None, &mut faults)
}

/// The people and times of a release. All times are in one zone.
fn release_times(
    flow: &Flow,
    release: &ReleaseFile,
    (zone, start): (Option<TimeZone>, Option<Zoned>),
    minutes: Option<u32>,
    faults: &mut Faults,
) -> Release {
    let printed = release.printed.as_ref().and_then(|printed| times::moment(printed, zone.as_ref(), faults));
    let further: Vec<TimeZone> = flow.also.iter().filter_map(|name| times::zone(name, faults)).collect();
    let on = |start: &Zoned| further.iter().map(|zone| start.with_time_zone(zone.clone())).collect();
    Release {
        number: release.number.as_deref().map(Plain::from),
        replaces: release.replaces.as_deref().map(Plain::from),
        status: release.status.as_ref().map(|status| status.value),
        outcome: release.outcome.as_ref().map(|outcome| outcome.value),
        drill: release.drill,
        end: start.as_ref().zip(minutes).and_then(|(start, minutes)| times::plus_minutes(start, minutes)),
        also: start.as_ref().map(on).unwrap_or_default(),
        start,
        printed,
        operator: values::person(&release.operator),
        checker: values::person(&release.checker),
    }
}

fn date(
    tasks: &mut [Task],
    written: &[flow::TaskDecl],
    from: &Zoned,
    sign: i64,
    calendar: &Calendar,
    faults: &mut Faults,
) {
    for (task, written) in tasks.iter_mut().zip(written) {
        let due = calendar.shift(from, &written.lead, sign, faults);
        // Nobody knows beforehand when a release ends that isn't executed to its end.
        let is_planned = task.outcomes.is_empty() || task.outcomes.contains(&Outcome::Executed);
        task.due = due.filter(|_| is_planned);
    }
}

/// Sets the planned start of each step. A step that doesn't say how long it takes counts as 0 minutes. While the release
/// leaves open which steps apply, it is the latest start that there may be.
fn schedule(selected: &Selected<'_>, steps: &mut [Step], start: &Zoned) {
    let variants = selected.variants().len();
    let mut minutes = vec![0_u32; variants.max(1)];
    for step in steps {
        let applies = selected.applies(step.span);
        let mut before = 0;
        let of_step = minutes.iter_mut().enumerate().filter(|(variant, _)| variants == 0 || applies.has(*variant));
        for (_, minutes) in of_step {
            before = before.max(*minutes);
            *minutes = minutes.saturating_add(step.minutes.unwrap_or(0));
        }
        step.at = times::plus_minutes(start, before);
    }
}

/// The minutes of the longest rollback, with all its repetitions, by the minutes of each block.
fn longest(rollback: &[Block], minutes: impl Fn(&Block) -> Option<u32>) -> Option<u32> {
    let same = rollback.chunk_by(|a, b| a.letter == b.letter);
    same.filter_map(|blocks| blocks.iter().filter_map(&minutes).reduce(u32::saturating_add)).max()
}

fn decision<'f>(
    written: &'f flow::DecisionDecl,
    start: Option<&Zoned>,
    rollback_longest: Option<u32>,
    lookup: &mut Lookup<'f>,
) -> Option<Decision> {
    let none = Scope::default();
    let measure = |lookup: &mut Lookup<'f>, measure: &'f flow::MeasureDecl| Measure {
        measure: lookup.text(&measure.measure, none),
        place: lookup.maybe(measure.place.as_ref(), none),
        threshold: lookup.maybe(measure.threshold.as_ref(), none),
    };
    let when = written.when.iter().map(|when| measure(lookup, when)).collect();
    let window_end = written.window_end.as_ref().zip(start);
    let window_end = window_end.and_then(|(time, start)| times::next_time(start, time, &mut lookup.faults));
    let latest =
        window_end.as_ref().zip(rollback_longest).and_then(|(end, minutes)| times::minus_minutes(end, minutes));
    let window = written.window_end.as_ref().map(|end| end.value);
    Some(Decision { decider: lookup.who(&written.decider)?, when, window_end, window, latest })
}
