//! The table of where to begin a rollback: for each step in which the release may have stopped, which steps of the rollback to
//! do and which to strike out, so that nobody undoes what was never done (rule 14, ours).
//!
//! The table is computed on the graph of the ways through the hot steps. Only steps that lead into the rollback stand in it. A
//! jump may have skipped a step, and a way back may have done a later one: the table then asks whether the step was begun.

use crate::view::labels::{WordName, join, word};
use std::collections::BTreeSet;

use super::context::ListContext;
use super::{SheetPart, Table, TableCell};
use crate::plan::{Block, Plan, Step, StepIx, Way, WayOut, WayTo, When};
use crate::text::Text;
use crate::view::words;

/// A table of more rows doesn't help and is left out; each row of the rollback still says when it is done.
const ROWS: usize = 40;

/// What is done with a rollback's step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Do,
    Strike,
    /// Somebody must find out whether what it undoes was begun.
    Ask,
}

/// A row of the table: the steps in which the release stopped, the elements of a repeated rollback that the row is for, and
/// what becomes of each of the rollback's steps.
struct Case {
    stopped: Vec<StepIx>,
    of: Option<WordName>,
    fates: Vec<Fate>,
}

/// From where a rollback is entered.
struct Entries {
    /// The hot steps. The last of them stands for what is done after the release, too.
    steps: Vec<StepIx>,
    /// The numbers of the steps after the release.
    after: Vec<String>,
    /// Whether it is entered from the last hot step only for the sake of those.
    last_is_after: bool,
}

/// The table for a rollback with its repetitions; `None` where every step is always done.
pub(super) fn table(context: &ListContext, blocks: &[&Block]) -> Option<SheetPart> {
    let plan = context.plan;
    let graph = HotGraph::new(plan);
    let Entries { steps: entries, after, last_is_after } = entries(plan, blocks);
    let first = blocks.first()?;
    // The numbers of a repeated rollback's steps are told without their elements.
    let repeated = if blocks.len() > 1 { by_element(plan, &graph, blocks, &entries) } else { None };
    let bare = repeated.is_some();
    let (steps, lines) = if let Some(lines) = repeated {
        (first.steps.clone().map(StepIx).collect(), lines)
    } else {
        let steps: Vec<StepIx> = blocks.iter().flat_map(|block| block.steps.clone().map(StepIx)).collect();
        let lines = graph.lines(plan, &entries, &steps, None)?;
        (steps, lines)
    };
    if lines.len() > ROWS || lines.iter().all(|line| line.fates.iter().all(|fate| *fate == Fate::Do)) {
        return None;
    }
    let asked = lines.iter().any(|line| line.fates.contains(&Fate::Ask));
    let mut columns = vec![(3, context.say(word!("sheet.strike-stopped")))];
    columns.extend(bare.then(|| (3, context.say(word!("sheet.strike-of")))));
    columns.extend([(4, context.say(word!("sheet.strike-do"))), (4, context.say(word!("sheet.strike-out")))]);
    columns.extend(asked.then(|| (4, context.say(word!("sheet.strike-ask")))));
    let rows = lines.iter().map(|line| {
        let of = |fate: Fate| {
            let chosen = steps.iter().zip(&line.fates).filter(|(_, other)| **other == fate).map(|(step, _)| *step);
            TableCell::Words(ranges(context, &chosen.collect::<Vec<_>>(), bare))
        };
        let is_last = |step: &&StepIx| step.0 + 1 == plan.hot_steps();
        let hot: Vec<StepIx> = line.stopped.iter().filter(|step| !(last_is_after && is_last(step))).copied().collect();
        let of_one = line.of.is_some_and(|of| of != word!("sheet.strike-all"));
        let mut stopped = numbers(context, &hot, of_one);
        stopped.extend(after.iter().filter(|_| line.stopped.iter().any(|step| is_last(&step))).cloned());
        let mut row = vec![TableCell::Words(listed(context, &stopped))];
        row.extend(line.of.filter(|_| bare).map(|of| TableCell::Words(context.say(of))));
        row.extend([of(Fate::Do), of(Fate::Strike)]);
        row.extend(asked.then(|| of(Fate::Ask)));
        row
    });
    let rows: Vec<Vec<TableCell>> = rows.collect();
    let changed = blocks.iter().flat_map(|block| plan.block_steps(block)).any(|(_, step)| context.step_marks(step).row);
    let marks = vec![changed; rows.len()];
    Some(SheetPart::Table(Table { rows, changed: marks, head_changed: changed, ..Table::new(columns, 75) }))
}

/// The steps from which a rollback is entered: those whose routes lead into it, and where the decider is asked those
/// from which it would be entered. Where nothing leads there, only the decider does, from any step.
fn entries(plan: &Plan, blocks: &[&Block]) -> Entries {
    let none = |steps| Entries { steps, after: Vec::new(), last_is_after: false };
    let Some(letter) = blocks.first().and_then(|block| block.letter) else { return none(Vec::new()) };
    let hot = plan.hot_steps();
    let until = blocks.iter().find_map(|block| block.valid_until).map_or(hot, |last| last.0 + 1);
    // Where somebody decides, the rollback that is meant is the first one that is still valid.
    let first_valid =
        |step: StepIx| plan.valid_rollback(step).and_then(|block| plan.rollback[block].letter) == Some(letter);
    let mut letters = BTreeSet::from([letter]);
    // A rollback that leads into this one brings its own entries along.
    loop {
        let into = |block: &&Block| plan.block_steps(block).any(|(_, step)| leads(plan, step, &letters));
        let more: BTreeSet<char> = plan.rollback.iter().filter(into).filter_map(|block| block.letter).collect();
        if more.is_subset(&letters) {
            break;
        }
        letters.extend(more);
    }
    let enters = |step: StepIx| {
        let into =
            |way: &Way<'_>| way.out.and_then(|out| plan.rollback_letter(out)).is_some_and(|to| letters.contains(&to));
        let decides = |way: &Way<'_>| way.to == WayTo::Hold || way.out.is_some_and(WayOut::ends_with_decider);
        let asked = |way: &Way<'_>| decides(way) && first_valid(step);
        plan.ways(step).any(|way| into(&way) || asked(&way))
    };
    let mut found: BTreeSet<StepIx> = (0..hot).map(StepIx).filter(|step| enters(*step)).collect();
    let after = plan.after.iter().map(|task| &task.step).filter(|step| until == hot && leads(plan, step, &letters));
    let after: Vec<String> = after.map(|step| step.number.to_string()).collect();
    let last_is_after = !after.is_empty() && found.insert(StepIx(hot - 1));
    found.retain(|step| step.0 < until);
    if found.is_empty() {
        return none((0..until).map(StepIx).collect());
    }
    Entries { steps: found.into_iter().collect(), after, last_is_after }
}

fn leads(plan: &Plan, step: &Step, letters: &BTreeSet<char>) -> bool {
    step.ways().filter_map(|(_, way)| plan.rollback_letter(way)).any(|to| letters.contains(&to))
}

/// The ways through the hot steps, each of which leads to the next one and where its routes say.
struct HotGraph {
    /// For each step, the earliest one that a jump over it lands on.
    jumped: Vec<usize>,
    /// For each step, the last one that may have been begun before it: itself, or where a way back came from.
    reached: Vec<usize>,
}

impl HotGraph {
    fn new(plan: &Plan) -> Self {
        let count = plan.hot_steps();
        let (mut over, mut back) = (Vec::new(), Vec::new());
        for from in 0..count {
            for way in plan.ways(StepIx(from)) {
                match way.to {
                    WayTo::Step(StepIx(to)) if to > from => over.push((to, from)),
                    WayTo::Step(StepIx(to)) => back.push((to, from)),
                    _ => {}
                }
            }
        }
        // The jumps are taken in the order in which they land, so a step keeps the first landing that it gets. `next` leads
        // past the steps that have one.
        over.sort_unstable();
        let mut jumped = vec![usize::MAX; count];
        let mut next: Vec<usize> = (0..=count).collect();
        for (to, from) in over {
            let mut at = find(&mut next, from + 1);
            while at < to {
                jumped[at] = to;
                next[at] = at + 1;
                at = find(&mut next, at);
            }
        }
        back.sort_unstable();
        let (mut back, mut furthest) = (back.into_iter().peekable(), 0);
        let reached = (0..count).map(|step| {
            furthest = furthest.max(step);
            while let Some((_, from)) = back.next_if(|(to, _)| *to <= furthest) {
                furthest = furthest.max(from);
            }
            furthest
        });
        Self { reached: reached.collect(), jumped }
    }

    /// What becomes of a rollback's step when the release stopped in a step.
    fn fate(&self, plan: &Plan, stopped: StepIx, step: StepIx) -> Fate {
        let from = &plan.step(step).from;
        let reached = self.reached[stopped.0];
        let surely = |begun: &StepIx| *begun == stopped || *begun < stopped && self.jumped[begun.0] > reached;
        if from.is_empty() || from.iter().any(surely) {
            Fate::Do
        } else if from.iter().any(|begun| begun.0 <= reached) {
            Fate::Ask
        } else {
            Fate::Strike
        }
    }

    /// A row for each run of entries from which the same is done; `None` when there are too many runs to compare.
    fn lines(&self, plan: &Plan, entries: &[StepIx], steps: &[StepIx], of: Option<WordName>) -> Option<Vec<Case>> {
        // The fates of the rollback's steps change only at the steps that they depend on, and where jumps over those land.
        let mut bounds: Vec<usize> = steps.iter().flat_map(|step| &plan.step(*step).from).map(|from| from.0).collect();
        bounds.extend(bounds.clone().into_iter().map(|from| self.jumped[from]));
        bounds.sort_unstable();
        bounds.dedup();
        let passed = |at: usize| bounds.partition_point(|bound| *bound <= at);
        let kind = |step: &StepIx| (passed(step.0), passed(self.reached[step.0]));
        let alone = |step: &StepIx| self.reached[step.0] > step.0 && bounds.binary_search(&step.0).is_ok();
        let mut lines: Vec<Case> = Vec::new();
        for (count, stopped) in entries.chunk_by(|a, b| kind(a) == kind(b) && !alone(a) && !alone(b)).enumerate() {
            if count > ROWS * 4 {
                return None;
            }
            let fates: Vec<Fate> = steps.iter().map(|step| self.fate(plan, stopped[0], *step)).collect();
            match lines.last_mut() {
                Some(line) if line.fates == fates => line.stopped.extend(stopped),
                _ => lines.push(Case { stopped: stopped.to_vec(), of, fates }),
            }
        }
        Some(lines)
    }
}

/// The first step from a place on that has no landing yet.
fn find(next: &mut [usize], from: usize) -> usize {
    let mut at = from;
    while next[at] != at {
        next[at] = next[next[at]];
        at = next[at];
    }
    at
}

/// A repeated rollback in as many rows as one of its elements needs: that of the step, those done before it, those not
/// begun. `None` when its elements aren't all undone alike.
fn by_element(plan: &Plan, graph: &HotGraph, blocks: &[&Block], entries: &[StepIx]) -> Option<Vec<Case>> {
    let element = |block: &Block| block.instance.as_ref().map(|instance| instance.name.to_string());
    let of = |name: &str| blocks.iter().find(|block| element(block).is_some_and(|other| other == name));
    let steps = |block: &Block| block.steps.clone().map(StepIx).collect::<Vec<_>>();
    // The elements in the order of the hot blocks; the rollback takes them in reverse.
    let names: Vec<String> = blocks.iter().rev().filter_map(|block| element(block)).collect();
    let last = names.len() - 1;
    let block_of = |step: &StepIx| plan.block_of(*step);
    let inside = |step: &StepIx, name: &str| block_of(step).and_then(element).is_some_and(|other| other == name);
    let stopped_in = |name: &str| entries.iter().copied().filter(|step| inside(step, name)).collect::<Vec<_>>();
    // The elements repeat the same steps, so a few of them stand for all.
    let same = |stopped: &[StepIx], name: &str, other: WordName| {
        let lines = graph.lines(plan, stopped, &steps(of(name)?), Some(other))?;
        (lines.len() == 1).then_some(lines)
    };
    let whole = entries.iter().copied().filter(|step| block_of(step).and_then(element).is_none()).collect::<Vec<_>>();
    let mut lines =
        graph.lines(plan, &stopped_in(&names[last]), &steps(of(&names[last])?), Some(word!("sheet.strike-own")))?;
    lines.extend(same(&stopped_in(&names[last]), &names[last - 1], word!("sheet.strike-before"))?);
    lines.extend(same(&stopped_in(&names[0]), &names[last], word!("sheet.strike-after"))?);
    let (first, final_one) = (&names[0], &names[last]);
    let all = graph.lines(plan, &whole, &steps(of(first)?), Some(word!("sheet.strike-all")))?;
    let others = graph.lines(plan, &whole, &steps(of(final_one)?), Some(word!("sheet.strike-all")))?;
    let fates = |lines: &[Case]| lines.iter().map(|line| line.fates.clone()).collect::<Vec<_>>();
    if fates(&all) != fates(&others) {
        return None;
    }
    lines.extend(all);
    Some(lines)
}

/// Numbers of steps, neighbours as `3–5`, in the order given; `bare` without their elements. A number that is left out
/// isn't in any of them.
fn ranges(context: &ListContext, steps: &[StepIx], bare: bool) -> Text {
    listed(context, &numbers(context, steps, bare))
}

/// Some numbers and ranges of numbers; a dash where there are none.
fn listed(context: &ListContext, numbers: &[String]) -> Text {
    let words = numbers.join(context.labels.say(word!("list")));
    context.text(if words.is_empty() { "–".to_owned() } else { words })
}

/// Each number and each range of numbers of [`ranges`].
fn numbers(context: &ListContext, steps: &[StepIx], bare: bool) -> Vec<String> {
    let number = |step: StepIx| {
        let number = &context.plan.step(step).number;
        if bare { number.bare().to_string() } else { number.to_string() }
    };
    let mut words: Vec<String> = Vec::new();
    let mut rest = steps;
    while let Some(first) = rest.first() {
        let follows = |pair: &&[StepIx]| pair[0].0 + 1 == pair[1].0 && !is_gap(context.plan, pair[0], pair[1]);
        let run = 1 + rest.windows(2).take_while(follows).count();
        let last = rest[run - 1];
        words.push(match run {
            1 => number(*first),
            2 => format!("{}{}{}", number(*first), context.labels.say(word!("list")), number(last)),
            _ => format!("{}–{}", number(*first), number(last)),
        });
        rest = &rest[run..];
    }
    words.extend(steps.iter().filter_map(|step| gate_into_rollback(context.plan, *step, bare)));
    words
}

/// The number of the gate behind a step, where its way out leads into a rollback; `bare` without its element. The last element
/// has no gate behind it, but where numbers are bare its row is that of the others too.
fn gate_into_rollback(plan: &Plan, step: StepIx, bare: bool) -> Option<String> {
    let of = plan.block_of(step).filter(|block| block.letter.is_none() && block.steps.end == step.0 + 1)?;
    let into = |block: &&Block| {
        let leads = |way: &Way<'_>| way.when == When::GateFailed && matches!(way.to, WayTo::Rollback(..));
        plan.ways(StepIx(block.steps.end - 1)).any(|way| leads(&way))
    };
    let number = |block: &Block| plan.steps[block.steps.start].number.bare();
    if bare {
        let mut alike = plan.hot.iter().filter(|block| block.instance.is_some() && number(block) == number(of));
        return alike.any(|block| into(&block)).then(|| words::GATE.to_string());
    }
    let instance = Some(of).filter(into)?.instance.as_ref()?;
    Some(words::gate_number(of, instance))
}

/// Whether numbers are left out between a step and the next one. A block that repeats begins anew with a lower number.
fn is_gap(plan: &Plan, one: StepIx, next: StepIx) -> bool {
    let [one, next] = [one, next].map(|step| plan.step(step).number.number);
    next > one + 1
}

/// Numbers of steps of which one is enough: `33 or 34`.
pub(super) fn any_of(context: &ListContext, steps: &[StepIx]) -> Text {
    let numbers: Vec<String> = steps.iter().map(|step| context.plan.step(*step).number.to_string()).collect();
    context.text(join(&numbers, context.labels.say(word!("or"))))
}
