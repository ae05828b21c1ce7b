//! The way out that most steps of a block share, said once.

use std::collections::BTreeMap;

use super::context::ListContext;
use crate::plan::{Block, StepIx, Then, WayOut};
use crate::text::Text;
use crate::view::labels::{fill, word};

/// The way out that most steps of a block share. It is said once, at the block's head and where its list goes on on another
/// page; only steps with another one say theirs.
pub(super) struct SharedWayOut {
    /// The way out, as plain words.
    way: String,
    /// The sentence that says it.
    pub words: Text,
}

impl SharedWayOut {
    /// The way out that steps have from their block, or else the one that most have; `None` where no two have the same, and
    /// where it wouldn't hold for a step that says none.
    pub fn of(context: &ListContext, block: &Block) -> Option<Self> {
        let steps = context.plan.block_steps(block);
        let ways: Vec<&WayOut> = steps.map(|(_, step)| step.way_out.as_ref()).collect::<Option<_>>()?;
        let said: Vec<Text> = ways.iter().map(|way| context.way_out(way)).collect();
        let plain: Vec<String> = said.iter().map(Text::to_plain).collect();
        let mut count: BTreeMap<&str, usize> = BTreeMap::new();
        for way in &plain {
            *count.entry(way).or_default() += 1;
        }
        let from_block = ways.iter().position(|way| way.inherited);
        let most = || (0..said.len()).rev().max_by_key(|index| count[&*plain[*index]]);
        let index = from_block.or_else(most)?;
        let (way, same) = (&said[index], count[&*plain[index]]);
        if from_block.is_none() && same < 2 {
            return None;
        }
        let label = if same == said.len() { word!("sheet.any-step-fails") } else { word!("sheet.other-step-fails") };
        let mut words = context.say_around(label, "way", way);
        // Behind the last step from which its rollback may be entered, every step says its own.
        if let Some(until) = until(context, block, ways[index]) {
            let number = context.plan.step(until).number.to_string();
            let label = context.labels.say(word!("sheet.step-fails-until"));
            let mut only = context.text(fill(label, &[("step", &number)]));
            only.append(&words);
            words = only;
        }
        Some(Self { way: plain[index].clone(), words })
    }

    /// The sentence for a further page. It leads nowhere, because it was read before.
    pub fn again(&self, context: &ListContext) -> Text {
        let mut words = self.words.clone();
        context.say_where(&mut words);
        words.runs.iter_mut().for_each(|run| run.style.link = None);
        words
    }

    /// Whether a way out is the shared one.
    pub fn is(&self, way: &Text) -> bool {
        self.way == way.to_plain()
    }
}

/// The last step from which the rollback of a way out may be entered, where the block goes on behind it.
fn until(context: &ListContext, block: &Block, way: &WayOut) -> Option<StepIx> {
    let last = way.last.as_deref().unwrap_or(way);
    let Some(Then::Rollback(rollback, _)) = last.then else { return None };
    let until = context.plan.rollback.get(rollback)?.valid_until?;
    (until.0 + 1 < block.steps.end).then_some(until)
}
