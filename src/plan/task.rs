//! A task of the plan: what is done before or after the release, when, and who is told.

use jiff::Zoned;

use super::texts::{See, TextRole, rich};
use super::{ContactIx, Lead, Step};
use crate::field::Outcome;
use crate::text::Text;

/// A task: a step before or after the release, with its time and its mails.
#[derive(Debug, Clone)]
pub struct Task {
    /// How long before the start or after the end.
    pub lead: Lead,
    /// The moment that the lead gives, when the start is known. A lead in days gives the start's time of day.
    pub due: Option<Zoned>,
    /// What is done; numbered `C1…` and `A1…`.
    pub step: Step,
    /// The group that it belongs to.
    pub group: Option<TaskGroup>,
    /// After the release: how it must have ended for the task to be done, in the order of [`Outcome::ALL`]; never empty. Before
    /// the release: empty.
    pub outcomes: Vec<Outcome>,
    /// What its mails go by: its id, or else its first words. `None` where nobody is notified.
    pub mail_id: Option<String>,
    /// The contacts that get a mail.
    pub notify: Vec<ContactIx>,
    /// What the release means for them.
    pub impact: Option<Text>,
    /// What they are asked to do or avoid.
    pub ask: Option<Text>,
    /// What the subject of their mails says in place of the title.
    pub subject: Option<Text>,
    /// The values that stand in their mails, as indices into [`Plan::values`](super::Plan::values), where it isn't the one beside the title.
    pub mention: Option<Vec<usize>>,
}

impl Task {
    /// Shows its texts.
    pub fn texts<'a>(&'a self, see: &mut See<'_, 'a>) {
        rich(see, TextRole::Heading, self.group.iter().map(|group| &group.title));
        rich(see, TextRole::Subject, &self.subject);
        rich(see, TextRole::Impact, &self.impact);
        rich(see, TextRole::Request, &self.ask);
        self.step.texts(see);
    }
}

/// A group of tasks.
#[derive(Debug, Clone)]
pub struct TaskGroup {
    /// Its place among the groups before the release, or among those after it, from 0.
    pub index: usize,
    /// Heading of its tasks.
    pub title: Text,
}
