//! Makes the values that are declared as being made of others, each after those that it needs.

use std::collections::{BTreeMap, VecDeque};

use super::fill::{self, placeholders};
use super::lookup::Lookup;
use super::place::Scope;
use crate::diagnostic::{Diagnostic, Span};
use crate::source::flow::{Flow, Str, ValueDecl};
use crate::source::locate;
use crate::source::types::Line;
use crate::text::{Content, markup};

/// A circle of more values is told by this many.
const MOST_TOLD: usize = 8;

/// A value made of others, and those among them that are made too.
struct MadeValue<'a> {
    name: &'a Str,
    is: &'a Line,
    needs: Vec<usize>,
}

/// Makes them all, or reports what keeps them from being made: an unknown name, a list, a circle.
pub(super) fn make<'a>(lookup: &mut Lookup<'a>, flow: &'a Flow) {
    let made = |value: &'a ValueDecl| Some((&value.name, value.is.as_ref()?));
    let index = flow.values.iter().filter_map(made).enumerate();
    let index: BTreeMap<&str, usize> = index.map(|(index, (name, _))| (&*name.value, index)).collect();
    let needs = |is: &Line| -> Vec<usize> {
        let names = placeholders(&is.value).into_iter().map(|place| &is.value[place.name]);
        names.filter_map(|name| index.get(name).copied()).collect()
    };
    let values: Vec<MadeValue<'a>> =
        flow.values.iter().filter_map(made).map(|(name, is)| MadeValue { name, is, needs: needs(is) }).collect();
    let mut missing: Vec<usize> = values.iter().map(|value| value.needs.len()).collect();
    let mut needed_by: Vec<Vec<usize>> = vec![Vec::new(); values.len()];
    for (index, value) in values.iter().enumerate() {
        value.needs.iter().for_each(|need| needed_by[*need].push(index));
    }
    let unfit = if values.is_empty() { BTreeMap::new() } else { unfit(flow) };
    let mut ready: VecDeque<usize> = (0..values.len()).filter(|index| missing[*index] == 0).collect();
    while let Some(index) = ready.pop_front() {
        make_one(lookup, &values[index], &unfit);
        for user in &needed_by[index] {
            missing[*user] -= 1;
            if missing[*user] == 0 {
                ready.push_back(*user);
            }
        }
    }
    report_circles(lookup, &values, &missing);
}

/// The names of which no value can be made, and why.
fn unfit(flow: &Flow) -> BTreeMap<&str, &'static str> {
    let tasks = flow.cold.iter().chain(&flow.after).map(|task| &task.step);
    let steps = flow.hot.iter().chain(&flow.rollback).flat_map(|block| &block.steps);
    let records = tasks.chain(steps).filter_map(|step| step.record.as_ref());
    let mut unfit: BTreeMap<&str, &str> =
        records.map(|record| (&*record.name.value, "written down during it")).collect();
    for value in &flow.values {
        if let Some(each) = &value.each {
            unfit.insert(&value.name.value, "a list");
            unfit.insert(&each.value, "one element of a list");
        }
    }
    unfit
}

fn make_one<'a>(lookup: &mut Lookup<'a>, value: &MadeValue<'a>, unfit: &BTreeMap<&str, &str>) {
    if !lookup.take(value.is.value.len(), value.is.span) {
        return;
    }
    let text = markup::exact(&value.is.value, &lookup.lang, value.is.span);
    let text = fill::fill(text, &mut |name, origin, range| {
        if let Some(why) = unfit.get(name) {
            let span = origin.map_or(value.is.span, |origin| locate(lookup.sources, origin, range));
            let message = format!("`{}` is one value, known before the start; `{name}` is {why}", value.name.value);
            let help = format!("leave it out here, and write `{{{{ {name} }}}}` where the value is used");
            lookup.faults.push(Diagnostic::error("unfit-value", span, message).help(help));
            return None;
        }
        lookup.meaning(name, origin, range, Scope::default(), "")
    });
    let is_known = !text.has_gap();
    let pieces = text.runs.into_iter().filter(|run| matches!(run.content, Content::Chars(_)));
    lookup.set_made(&value.name.value, is_known.then(|| pieces.map(|run| (run.content, run.origin)).collect()));
}

/// Reports each circle once. What still misses something is in a circle or needs one that is.
fn report_circles(lookup: &mut Lookup<'_>, values: &[MadeValue<'_>], missing: &[usize]) {
    let mut walked = vec![false; values.len()];
    for start in (0..values.len()).filter(|index| missing[*index] > 0) {
        let mut path: Vec<usize> = Vec::new();
        let mut at = start;
        while !walked[at] {
            walked[at] = true;
            path.push(at);
            // One of those that a value misses is missing something itself.
            at = values[at].needs.iter().copied().find(|need| missing[*need] > 0).unwrap_or(at);
        }
        let circle = path.iter().position(|index| *index == at).map(|begin| &path[begin..]);
        // Without it, this leads into a circle that is reported already.
        let Some(circle) = circle else { continue };
        let mut told: Vec<String> =
            circle.iter().take(MOST_TOLD).map(|index| format!("`{}`", values[*index].name.value)).collect();
        if circle.len() > MOST_TOLD {
            told.push("…".to_owned());
        }
        told.push(told[0].clone());
        let message = format!("this value is made of itself: {}", told.join(" → "));
        let others: Vec<Span> = circle.iter().skip(1).take(MOST_TOLD).map(|index| values[*index].is.span).collect();
        let fault = Diagnostic::error("value-circle", values[circle[0]].is.span, message);
        let fault = others.into_iter().fold(fault, |fault, place| fault.context(place, "and this needs the next"));
        lookup.faults.push(fault.help("let the release give one of them: a `label` in place of `is`"));
    }
}
