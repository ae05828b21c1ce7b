//! What the check list and the runbook say of the commands of a step.

use super::labels::{Labels, fill, word};
use crate::plan::{Step, StepCommand};
use crate::text::{Gap, Text};

/// What a command of a step is for. Where one of several is used, one without a title is called by its number.
#[must_use]
pub fn title(labels: &Labels, step: &Step, number: u32, command: &StepCommand) -> Option<Text> {
    let numbered = || Text::plain(&command.run.lang, fill(labels.say(word!("command")), &[("n", &number.to_string())]));
    command.title.clone().or_else(|| step.pick_one.then(numbered))
}

/// What comes out of a command, each with the words over it.
pub fn outputs<'c>(labels: &'c Labels, command: &'c StepCommand) -> impl Iterator<Item = (&'c str, &'c Text)> {
    let shows = command.shows.iter().map(|output| (labels.say(word!("shows")), output));
    let shows_bad = command.shows_bad.iter().map(|output| (labels.say(word!("shows-bad")), output));
    shows.chain(shows_bad)
}

/// The gaps for values in one command and in what comes out of it.
pub fn gaps_of_one(command: &StepCommand) -> impl Iterator<Item = &Gap> {
    let outputs = command.shows.iter().chain(&command.shows_bad);
    std::iter::once(&command.run).chain(outputs).flat_map(Text::values_wanted)
}
