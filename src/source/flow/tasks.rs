//! The tasks before or after the release, and groups of them.

use std::ops::{Deref, Range};
use std::{mem, slice};

use super::super::keys::ValueShape;
use super::super::reader::{FromToml, Reader, TextAt, TextKey, Texts, ValueSlot};
use super::step::{AFTER, AFTER_GROUP, COLD, COLD_GROUP, Ending, TaskDecl, TaskGroupDecl};
use crate::diagnostic::Span;

/// Where tasks or groups of them may stand in a list: before the release.
pub(super) static COLD_ENTRY: ValueShape = ValueShape::Either(&COLD.table, &COLD_GROUP.table);
/// The same after the release.
pub(super) static AFTER_ENTRY: ValueShape = ValueShape::Either(&AFTER.table, &AFTER_GROUP.table);

/// An element of the list: a task, or a group of tasks.
#[derive(Debug, Clone)]
enum TaskEntry {
    Task(Box<TaskDecl>),
    Group(TaskGroupDecl),
}

impl Texts for TaskEntry {}

impl FromToml for TaskEntry {
    const SHAPE: ValueShape = TaskDecl::SHAPE;

    /// A table with steps is a group. So is one with a title that doesn't say itself what is done.
    fn read(reader: &mut Reader<'_>, mut slot: ValueSlot<'_>) -> Option<Self> {
        let ValueShape::Either(task, group) = slot.shape else { return None };
        let table = slot.value.get_ref().as_table()?;
        if table.contains_key("step") || table.contains_key("title") && !table.contains_key("do") {
            slot.shape = group;
            return reader.record(slot).map(Self::Group);
        }
        slot.shape = task;
        reader.record(slot).map(|task| Self::Task(Box::new(task)))
    }
}

/// The tasks before or after the release, in the author's order: those of a group stand in its place.
#[derive(Debug, Clone, Default)]
pub struct TaskList {
    tasks: Vec<TaskDecl>,
    /// The groups without their steps, and which tasks those are.
    groups: Vec<(TaskGroupDecl, Range<usize>)>,
}

impl TaskList {
    /// The group of a task, with its place among the groups; `None` for a task of its own.
    #[must_use]
    pub fn group_of(&self, position: usize) -> Option<(usize, &TaskGroupDecl)> {
        let index = self.groups.partition_point(|(_, steps)| steps.end <= position);
        let (group, steps) = self.groups.get(index)?;
        steps.contains(&position).then_some((index, group))
    }

    /// On which endings of the release a task is done: those that it names, or else its group; none where neither names any.
    #[must_use]
    pub fn endings(&self, position: usize) -> &[Ending] {
        match self.tasks.get(position) {
            Some(task) if !task.outcome.is_empty() => &task.outcome,
            _ => self.group_of(position).map_or(&[], |(_, group)| &group.outcome),
        }
    }

    /// Every group, with its steps.
    pub fn groups(&self) -> impl Iterator<Item = (&TaskGroupDecl, &[TaskDecl])> {
        self.groups.iter().map(|(group, steps)| (group, &self.tasks[steps.clone()]))
    }

    /// The list of what `keep` makes of each task. A group goes with its last step.
    #[must_use]
    pub fn keep(&self, keep: impl Fn(&TaskDecl) -> Option<TaskDecl>) -> Self {
        let mut kept = Self::default();
        let mut done = 0;
        for (group, steps) in &self.groups {
            kept.tasks.extend(self.tasks[done..steps.start].iter().filter_map(&keep));
            let first = kept.tasks.len();
            kept.tasks.extend(self.tasks[steps.clone()].iter().filter_map(&keep));
            kept.group(group.clone(), first);
            done = steps.end;
        }
        kept.tasks.extend(self.tasks[done..].iter().filter_map(&keep));
        kept
    }

    /// Makes a group of the tasks from the one at `first` on, unless there are none.
    fn group(&mut self, group: TaskGroupDecl, first: usize) {
        if first < self.tasks.len() {
            self.groups.push((group, first..self.tasks.len()));
        }
    }
}

impl Deref for TaskList {
    type Target = [TaskDecl];

    fn deref(&self) -> &[TaskDecl] {
        &self.tasks
    }
}

impl<'a> IntoIterator for &'a TaskList {
    type Item = &'a TaskDecl;
    type IntoIter = slice::Iter<'a, TaskDecl>;

    fn into_iter(self) -> Self::IntoIter {
        self.tasks.iter()
    }
}

impl<'a> IntoIterator for &'a mut TaskList {
    type Item = &'a mut TaskDecl;
    type IntoIter = slice::IterMut<'a, TaskDecl>;

    fn into_iter(self) -> Self::IntoIter {
        self.tasks.iter_mut()
    }
}

impl Texts for TaskList {
    fn texts<'a>(&'a self, key: TextKey, see: &mut dyn FnMut(TextAt<'a>)) {
        let mut groups = self.groups.iter().peekable();
        for (position, task) in self.tasks.iter().enumerate() {
            if let Some((group, _)) = groups.next_if(|(_, steps)| steps.start == position) {
                group.texts(key, see);
            }
            task.texts(key, see);
        }
    }
}

impl FromToml for TaskList {
    const SHAPE: ValueShape = ValueShape::List(&TaskEntry::SHAPE, 0);
    const REQUIRED: bool = false;

    fn read(reader: &mut Reader<'_>, slot: ValueSlot<'_>) -> Option<Self> {
        let mut list = Self::default();
        for entry in reader.elements(slot) {
            match entry {
                TaskEntry::Task(task) => list.tasks.push(*task),
                TaskEntry::Group(mut group) => {
                    let steps: Vec<TaskDecl> = mem::take(&mut group.steps).into();
                    let first = list.tasks.len();
                    list.tasks.extend(steps);
                    // In a flow with faults a group may have lost its steps.
                    list.group(group, first);
                }
            }
        }
        Some(list)
    }

    fn missing(_at: Span) -> Option<Self> {
        Some(Self::default())
    }
}
