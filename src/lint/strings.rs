//! Every string of a flow that is printed or pasted, as it is written: for rules that look at characters, code included.

use std::ops::Range;

use super::{About, Context};
use crate::diagnostic::{Origin, Span};
use crate::source::flow::{FlowText, Item, Route, Str};
use crate::source::locate;

/// One string.
#[derive(Debug, Clone, Copy)]
pub struct Piece<'a> {
    /// Where a finding in it can be allowed.
    pub about: About,
    /// As it is written.
    pub words: &'a Str,
    /// Whether it is pasted into a shell.
    pub is_command: bool,
}

/// Where some bytes of a string are written.
pub fn place(context: &Context<'_>, words: &Str, range: Range<usize>) -> Span {
    locate(context.sources, Origin { literal: words.span, offset: 0 }, range)
}

/// All of them, in order of the parts.
pub fn all<'a>(context: &Context<'a>) -> Vec<Piece<'a>> {
    let mut all = Gathered { found: Vec::new(), about: About::Flow };
    let flow = context.flow;
    all.texts([Some(&*flow.title), flow.about.as_ref(), flow.owner.as_deref()]);
    for role in [&flow.operator, &flow.checker] {
        all.items(&role.prepare);
        all.texts([role.handover.as_ref()]);
    }
    all.texts(flow.decision.iter().flat_map(|decision| &decision.when).map(Some));
    for contact in &flow.contacts {
        all.texts([Some(&*contact.name)]);
        all.found.extend(contact.phone.iter().map(|words| Piece { about: About::Flow, words, is_command: false }));
    }
    for reading in &flow.readings {
        all.texts([Some(&*reading.title)]);
        all.texts(reading.rows.iter().map(|row| Some(&row.item)));
    }
    for check in &flow.checks {
        all.texts([Some(&*check.title)]);
        all.items(&check.items);
    }
    for (index, block) in context.blocks.iter().enumerate() {
        let block = block.written;
        all.about = About::Block(index);
        all.texts([Some(&*block.title), block.note.as_ref(), block.caution.as_ref(), block.warning.as_ref()]);
        all.items(&block.gate);
        all.routes(block.on_failure.iter());
    }
    for step in &context.steps {
        let written = step.written;
        all.about = About::Step(step.index);
        if let Some(task) = step.task {
            all.texts([task.impact.as_ref(), task.ask.as_ref()]);
        }
        let own = [&written.action, &written.expect, &written.note, &written.caution, &written.warning, &written.undo];
        all.texts(own.map(Option::as_ref));
        all.texts([written.irreversible.as_ref().and_then(|point| point.why.as_ref())]);
        all.items(&written.items);
        let about = all.about;
        all.found.extend(written.command.iter().map(|words| Piece { about, words, is_command: true }));
        all.texts([written.hold.as_ref().map(|hold| &hold.ask), written.wait.as_ref().map(|wait| &wait.condition)]);
        all.texts(written.choose.iter().map(|choose| Some(&choose.ask)));
        let options = || written.choose.iter().flat_map(|choose| &choose.options);
        all.texts(options().map(|option| Some(&option.condition)));
        all.texts([written.tell.as_ref().map(|tell| &tell.message)]);
        all.routes(options().map(|option| &option.then));
        all.routes(written.wait.iter().flat_map(|wait| &wait.otherwise));
        all.routes(written.hold.iter().flat_map(|hold| &hold.no));
        all.routes(written.otherwise.iter());
    }
    all.found
}

struct Gathered<'a> {
    found: Vec<Piece<'a>>,
    about: About,
}

impl<'a> Gathered<'a> {
    fn texts(&mut self, texts: impl IntoIterator<Item = Option<&'a FlowText>>) {
        let about = self.about;
        let entries = texts.into_iter().flatten().flat_map(|text| &text.entries);
        self.found.extend(entries.map(|(_, words)| Piece { about, words, is_command: false }));
    }

    fn items(&mut self, items: &'a [Item]) {
        self.texts(items.iter().flat_map(|item| [Some(&item.action), item.expect.as_ref()]));
    }

    fn routes(&mut self, routes: impl Iterator<Item = &'a Route>) {
        self.texts(routes.map(|route| route.action.as_ref()));
    }
}
