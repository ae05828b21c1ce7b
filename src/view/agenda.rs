//! The tasks before or after the release in the order in which they are due, on paper and in the runbook.

use std::cmp::Ordering;

use super::labels::{Labels, word};
use super::words;
use crate::plan::{Lead, Task, TaskGroup};

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

    /// Which of two tasks is due first: by their dates, where those that have no time of day come first. Before the
    /// start of the release is known, by the shortest times that their leads may be.
    fn compare(self, a: &Task, b: &Task) -> Ordering {
        if let (Some(due), Some(other)) = (&a.due, &b.due) {
            let time = |task: &Task| !task.lead.is_date();
            let by_day = due.date().cmp(&other.date()).then(time(a).cmp(&time(b)));
            return by_day.then_with(|| if time(a) { due.cmp(other) } else { Ordering::Equal });
        }
        let distance = |task: &Task| (task.lead.shortest_minutes(), task.lead);
        match self {
            Self::Before => distance(b).cmp(&distance(a)),
            Self::After => distance(a).cmp(&distance(b)),
        }
    }

    /// The tasks in the order in which they are due, those together that are due together: first those of no group, then
    /// group by group, in the author's order.
    #[must_use]
    pub fn by_date(self, tasks: &[Task]) -> Vec<Vec<&Task>> {
        let mut tasks: Vec<&Task> = tasks.iter().collect();
        tasks.sort_by(|a, b| self.compare(a, b).then_with(|| group(a).cmp(&group(b))));
        tasks.chunk_by(|a, b| self.compare(a, b).is_eq()).map(<[&Task]>::to_vec).collect()
    }
}

/// The place of a task's group among the groups; `None` for a task of its own, which comes before them.
fn group(task: &Task) -> Option<usize> {
    task.group.as_ref().map(|group| group.index)
}

/// The group that begins with a task of tasks that are due together.
#[must_use]
pub fn group_begins<'p>(tasks: &[&'p Task], place: usize) -> Option<&'p TaskGroup> {
    let before = place.checked_sub(1).and_then(|before| group(tasks[before]));
    tasks[place].group.as_ref().filter(|group| before != Some(group.index))
}

/// The different leads of tasks that are due together, in words. Several give one date: seven days and one week.
#[must_use]
pub fn distances(phase: TaskPhase, labels: &Labels, tasks: &[&Task]) -> String {
    let mut leads: Vec<Lead> = Vec::new();
    for task in tasks {
        if !leads.contains(&task.lead) {
            leads.push(task.lead);
        }
    }
    let said: Vec<String> = leads.into_iter().map(|lead| phase.distance(labels, lead)).collect();
    said.join(labels.say(word!("list")))
}
