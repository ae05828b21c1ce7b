//! Resolves ways out: where each leads, and whether it may lead there.

use super::faults::Faults;
use super::lookup::Lookup;
use super::place::{ListElement, Place, Scope, Section};
use super::unroll::{Layout, RouteEnd};
use super::{StepIx, Then, WayOut};
use crate::diagnostic::{Diagnostic, Span, Spanned};
use crate::source::flow::{Route, RouteTarget, Str, TARGETS};

/// Where a route starts.
#[derive(Clone, Copy)]
pub(super) struct Start<'a> {
    /// The element of the block around it.
    pub(super) element: Option<ListElement<'a>>,
    /// The step or task that it is a way out of.
    pub(super) place: Place,
    /// The place of that step in the file.
    pub(super) span: Span,
}

/// A way out of a step. A target that it must not lead to is a fault, and then it leads nowhere.
pub(super) fn way_out<'a>(
    lookup: &mut Lookup<'a>,
    layout: &Layout<'a>,
    route: &Route,
    start: Start<'a>,
    inherited: bool,
) -> WayOut {
    let scope = Scope { element: start.element, place: Some(start.place), item: None };
    let max = route.max.as_ref().map(|max| max.value);
    let last = route.last.as_ref().map(|last| Box::new(way_out(lookup, layout, last, start, inherited)));
    let then = route.then.as_ref().and_then(|target| then(layout, target, max, start, &mut lookup.faults));
    // Both say who decides.
    if let (Some(Then::Continue | Then::Hold), Some(target)) = (&then, &route.then) {
        lookup.take_decider(target.span);
    }
    WayOut {
        action: lookup.maybe(route.action.as_ref(), scope),
        call: route.call.as_ref().and_then(|call| lookup.contact(call)),
        within: route.within.as_ref().map(|within| within.value),
        then,
        last,
        inherited,
        span: route.span,
        then_span: route.then.as_ref().map_or(route.span, |then| then.span),
    }
}

fn then<'a>(
    layout: &Layout<'a>,
    target: &Spanned<RouteTarget>,
    max: Option<u32>,
    start: Start<'a>,
    faults: &mut Faults,
) -> Option<Then> {
    match &target.value {
        RouteTarget::Retry => Some(Then::Retry(max)),
        RouteTarget::Continue => Some(Then::Continue),
        RouteTarget::Hold => Some(Then::Hold),
        RouteTarget::Abort => Some(Then::Abort),
        RouteTarget::Next => Some(Then::Next),
        RouteTarget::Rollback => first_rollback(layout, target.span, start, faults),
        RouteTarget::Name(name) => {
            let name = Str::new(name.clone(), target.span);
            let Some((named, _)) = layout.names.get(&*name.value) else {
                faults.unknown(
                    "unknown-step",
                    &name,
                    "no step or block has the id",
                    layout.names.keys().copied().chain(TARGETS),
                    || format!("give the step or block that is meant `id = \"{}\"`", name.value),
                );
                return None;
            };
            named_target(layout, *named, &name, start, faults)
        }
    }
}

/// The first rollback that may still be entered from a place; it is a fault when there is none.
fn first_rollback(layout: &Layout<'_>, span: Span, start: Start<'_>, faults: &mut Faults) -> Option<Then> {
    let all = 0..layout.limits.len();
    let fault = match start.place.section {
        Section::Cold => Refused {
            code: "no-rollback",
            message: "before the release there is nothing to roll back",
            help: "say `hold` or `abort`",
        },
        Section::Rollback(_) => Refused {
            code: "no-rollback",
            message: "this is a rollback already",
            help: "name another rollback by its id, or say `hold`",
        },
        _ => match all.clone().find(|which| is_valid(layout, *which, start.place)) {
            Some(which) => return entry(layout, which),
            None if layout.all_rollbacks_left_out => Refused {
                code: "no-rollback",
                message: "every rollback is left out",
                help: "keep one, or say where else this leads",
            },
            None if all.is_empty() => Refused {
                code: "no-rollback",
                message: "this flow has no rollback",
                help: "add `[[rollback]]`, or say `hold` or `abort`",
            },
            None => Refused {
                code: "rollback-not-valid",
                message: "no rollback is valid any more at this step",
                help: "move `valid-until`, or say where else this leads",
            },
        },
    };
    report(&fault, span, start, faults);
    None
}

/// Why a route must not lead to its target.
struct Refused<'a> {
    code: &'static str,
    message: &'a str,
    /// Where else it may lead, or what to change.
    help: &'static str,
}

/// Adds the fault of a route whose target is written at `span`.
fn report(refused: &Refused<'_>, span: Span, start: Start<'_>, faults: &mut Faults) {
    let fault = Diagnostic::error(refused.code, span, refused.message);
    faults.push(fault.context(start.span, "from here").help(refused.help));
}

/// True when a rollback may still be entered from a place. Another rollback may lead into it only if it is valid for at
/// least as long as that one, since nobody knows from where that one was entered.
fn is_valid(layout: &Layout<'_>, rollback: usize, place: Place) -> bool {
    let Some(limit) = layout.limits[rollback] else { return place.section != Section::Cold };
    let last_hot = StepIx(layout.hot_steps.saturating_sub(1));
    let latest = match place.section {
        Section::Cold => return false,
        Section::Hot => StepIx(place.position),
        Section::Rollback(other) => layout.limits[other].unwrap_or(last_hot),
        Section::After => last_hot,
    };
    latest <= limit
}

fn entry(layout: &Layout<'_>, rollback: usize) -> Option<Then> {
    // The rollbacks are the last of the written blocks.
    let first = layout.sources.len().checked_sub(layout.limits.len())?;
    let source = layout.sources.get(first + rollback)?;
    Some(Then::Rollback(source.base - layout.hot_blocks, StepIx(layout.placed[source.base].first)))
}

fn named_target<'a>(
    layout: &Layout<'a>,
    named: RouteEnd,
    name: &Str,
    start: Start<'a>,
    faults: &mut Faults,
) -> Option<Then> {
    let (source, step) = match named {
        RouteEnd::Block(source) => (source, 0),
        RouteEnd::Step(source, step) => (source, step),
        RouteEnd::LeftOut(condition) => {
            let message = format!("this leads to `{}`, which is left out", name.value);
            let fault = Diagnostic::error("left-out-target", name.span, message).context(start.span, "from here");
            let fault = fault.context(condition, "this condition leaves it out");
            faults.push(fault.help("give both the same condition, or say where else this leads"));
            return None;
        }
        RouteEnd::Task => {
            let refused = Refused {
                code: "bad-target",
                message: "a task before or after the release can't be gone to",
                help: "name a step of `hot` or `rollback`",
            };
            report(&refused, name.span, start, faults);
            return None;
        }
    };
    let section = layout.sources[source].section;
    let here = start.place.section;
    let fault = match section {
        _ if section == here => return step_target(layout, source, step, name, start, faults).map(Then::Step),
        Section::Rollback(which) if matches!(named, RouteEnd::Block(_)) => {
            if is_valid(layout, which, start.place) {
                return entry(layout, which);
            }
            Refused {
                code: "rollback-not-valid",
                message: "this rollback isn't valid at this step",
                help: "move its `valid-until`, or say where else this leads",
            }
        }
        Section::Rollback(_) => Refused {
            code: "bad-target",
            message: "a rollback is entered at its first step only",
            help: "name the rollback's own `id`",
        },
        _ if matches!(here, Section::Rollback(_)) => Refused {
            code: "bad-target",
            message: "a rollback doesn't lead back into `hot`",
            help: "say `hold` or `abort`",
        },
        _ => Refused {
            code: "bad-target",
            message: "a task before or after the release leads to no step",
            help: "say `next`, `hold` or `abort`",
        },
    };
    report(&fault, name.span, start, faults);
    None
}

/// The target in the same part; in a repeated block, the copy for the same element.
fn step_target<'a>(
    layout: &Layout<'a>,
    source: usize,
    step: usize,
    name: &Str,
    start: Start<'a>,
    faults: &mut Faults,
) -> Option<StepIx> {
    let base = layout.sources[source].base;
    let first = StepIx(layout.placed[base].first + step);
    match layout.copy_for(source, start.element) {
        Some(copy) => Some(StepIx(layout.placed[copy].first + step)),
        // A route forward leads to the first copy, since every element is still to come.
        None if first.0 > start.place.position => Some(first),
        None => {
            let message =
                format!("`{}` is there for each element of a list, and all of them are over here", name.value);
            let help = "lead to a step of this block, or to one after it";
            report(&Refused { code: "which-element", message: &message, help }, name.span, start, faults);
            None
        }
    }
}
