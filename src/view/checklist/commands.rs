//! The commands of a step on paper: what to paste, and what comes out.

use super::context::ListContext;
use super::{PastedCommand, PrintedOutput};
use crate::field::{Field, RowId, RowPart};
use crate::plan::{Step, StepCommand};
use crate::text::Text;
use crate::view::commands;
use crate::view::labels::word;

/// The commands of a step, in order. Where one of them is used, each has a box.
pub(super) fn commands(context: &ListContext, at: &RowId, step: &Step) -> Vec<PastedCommand> {
    let command = |(number, command): (u32, &StepCommand)| PastedCommand {
        tick: step.pick_one.then(|| Field::Row(at.clone(), RowPart::Command(number))),
        title: commands::title(context.labels, step, number, command).map(Text::bold),
        code: command.run.with_names(),
        outputs: commands::outputs(context.labels, command)
            .map(|(label, output)| PrintedOutput { label: context.text(label), text: output.with_names() })
            .collect(),
    };
    (1..).zip(&step.commands).map(command).collect()
}

/// What is said before commands of which one is used.
pub(super) fn pick(context: &ListContext, step: &Step) -> Option<Text> {
    step.pick_one.then(|| context.say(word!("sheet.pick")))
}
