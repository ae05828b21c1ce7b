//! The tasks before or after the release, and the approvals that are awaited before it, in the order in which they are
//! due, on paper and in the runbook.

use std::cmp::Ordering;

use jiff::Zoned;

use super::labels::{Labels, word};
use super::words;
use crate::field::Outcome;
use crate::plan::{Lead, Plan, Task};

/// On which side of the release tasks are done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskPhase {
    /// Before the start.
    Before,
    /// After the end.
    After,
}

impl TaskPhase {
    /// How long before the start or after the end, in words.
    #[must_use]
    pub fn distance(self, labels: &Labels, lead: Lead) -> String {
        match self {
            Self::Before => words::lead(labels, lead),
            Self::After => words::lag(labels, lead),
        }
    }

    /// Which of two entries is due first: by their dates, where those that have no time of day come first. Before the
    /// start of the release is known, by the shortest times that their leads may be.
    fn compare(self, a: &Entry<'_>, b: &Entry<'_>) -> Ordering {
        if let (Some(due), Some(other)) = (a.due, b.due) {
            let time = |entry: &Entry<'_>| !entry.lead.is_date();
            let by_day = due.date().cmp(&other.date()).then(time(a).cmp(&time(b)));
            return by_day.then_with(|| if time(a) { due.cmp(other) } else { Ordering::Equal });
        }
        let distance = |entry: &Entry<'_>| (entry.lead.shortest_minutes(), entry.lead);
        match self {
            Self::Before => distance(b).cmp(&distance(a)),
            Self::After => distance(a).cmp(&distance(b)),
        }
    }

    /// The tasks of this side in the order in which they are due, and before the start the approvals that are awaited, those
    /// together that are due together: first the approvals, then the tasks in the author's order.
    #[must_use]
    pub fn by_date<'p>(self, plan: &'p Plan, tasks: &'p [Task]) -> Vec<DueTogether<'p>> {
        let mut entries: Vec<Entry<'p>> = match self {
            Self::Before => awaited(plan).collect(),
            Self::After => Vec::new(),
        };
        entries.extend(tasks.iter().map(|task| Entry {
            lead: task.lead,
            due: task.due.as_ref(),
            outcomes: &task.outcomes,
            what: EntryOf::Task(task),
        }));
        // What is done after other outcomes stands apart.
        let compare = |a: &Entry<'_>, b: &Entry<'_>| a.outcomes.cmp(b.outcomes).then_with(|| self.compare(a, b));
        entries.sort_by(compare);
        entries.chunk_by(|a, b| compare(a, b).is_eq()).map(DueTogether::new).collect()
    }
}

/// What is due before or after the release.
struct Entry<'p> {
    lead: Lead,
    due: Option<&'p Zoned>,
    outcomes: &'p [Outcome],
    what: EntryOf<'p>,
}

/// What an entry is.
enum EntryOf<'p> {
    /// An approval, by its place among those of the plan.
    Approval(usize),
    Task(&'p Task),
}

/// The approvals that must be given by a date. What was given is no longer waited for.
fn awaited(plan: &Plan) -> impl Iterator<Item = Entry<'_>> {
    let awaited = plan.approvals.iter().enumerate().filter(|(_, approval)| approval.given.is_none());
    awaited.filter_map(|(index, approval)| {
        Some(Entry { lead: approval.lead?, due: approval.due.as_ref(), outcomes: &[], what: EntryOf::Approval(index) })
    })
}

/// What is due on one date.
#[derive(Debug, Clone)]
pub struct DueTogether<'p> {
    /// After the release: how it must have ended.
    pub outcomes: &'p [Outcome],
    /// The approvals, by their places among those of the plan.
    pub approvals: Vec<usize>,
    /// The tasks.
    pub tasks: Vec<&'p Task>,
    /// The different leads that give this date. Several do: seven days and one week.
    leads: Vec<Lead>,
    /// The date, where the start is known, with the lead that says whether it has a time of day.
    date: Option<(Lead, &'p Zoned)>,
}

impl<'p> DueTogether<'p> {
    fn new(entries: &[Entry<'p>]) -> Self {
        let first = entries.first();
        let date = first.and_then(|first| Some((first.lead, first.due?)));
        let outcomes = first.map_or(&[][..], |first| first.outcomes);
        let mut together = Self { outcomes, approvals: Vec::new(), tasks: Vec::new(), leads: Vec::new(), date };
        for entry in entries {
            if !together.leads.contains(&entry.lead) {
                together.leads.push(entry.lead);
            }
            match entry.what {
                EntryOf::Approval(index) => together.approvals.push(index),
                EntryOf::Task(task) => together.tasks.push(task),
            }
        }
        together
    }

    /// When that is, in words: how long before the start or after the end, and the date where it is known.
    #[must_use]
    pub fn when(&self, phase: TaskPhase, labels: &Labels) -> String {
        let leads: Vec<String> = self.leads.iter().map(|lead| phase.distance(labels, *lead)).collect();
        let leads = leads.join(labels.say(word!("list")));
        match self.date {
            Some((lead, due)) => format!("{leads}{}{}", labels.say(word!("colon")), words::due(labels, lead, due)),
            None => leads,
        }
    }
}

/// The place of a task's group among the groups; `None` for a task of its own.
fn group(task: &Task) -> Option<usize> {
    task.group.as_ref().map(|group| group.index)
}

/// Whether a group begins with a task of tasks that are due together, or, where it has none, tasks of no group.
#[must_use]
pub fn begins(tasks: &[&Task], place: usize) -> bool {
    let before = place.checked_sub(1).map(|before| group(tasks[before]));
    before != Some(group(tasks[place]))
}
