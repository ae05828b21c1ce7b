//! What stands in a section becomes steps: items of lists, code with the words before it, and the words between them.

mod code;
pub mod notices;
mod table;

use super::action::{self, CodeKind};
use super::document::{AlertKind, DocBlock, Inline, ListItem, plain};
use super::draft::{Ask, DraftBlock, DraftCommand, DraftStep, ask};
use super::phrases::{self, ColumnKind};
use super::values::Values;
use super::words;

/// Makes the steps of one section.
pub struct StepImporter<'v> {
    values: &'v mut Values,
    zh: bool,
    heading: String,
    block: DraftBlock,
    /// Words that belong to the step that comes next.
    before: Vec<String>,
    caution: Vec<String>,
    warning: Vec<String>,
    comments: Vec<String>,
    /// What is no step and no remark.
    left: Vec<DocBlock>,
    /// Whether further code belongs to the last step: nothing but code and words about what comes out stand behind it.
    is_open: bool,
    /// Whether the next code is what comes out of the last command.
    is_output: bool,
}

/// The widest action that is taken as a whole, in columns; of what is longer, the first sentences.
const WIDE: usize = 200;

impl<'v> StepImporter<'v> {
    /// A builder for a section with a heading.
    pub fn new(values: &'v mut Values, zh: bool, heading: &str) -> Self {
        Self {
            values,
            zh,
            heading: heading.to_owned(),
            block: DraftBlock::default(),
            before: Vec::new(),
            caution: Vec::new(),
            warning: Vec::new(),
            comments: Vec::new(),
            left: Vec::new(),
            is_open: false,
            is_output: false,
        }
    }

    /// The block, and what has no place in it.
    pub fn finish(mut self) -> (DraftBlock, Vec<DocBlock>) {
        if self.block.steps.is_empty() {
            let action = if self.heading.is_empty() { self.said("Do it", "执行") } else { self.heading.clone() };
            self.push(DraftStep { action, asks: vec![Ask::new(ask::HEADING)], ..DraftStep::default() });
        }
        let (note, caution, warning, comments) = (self.before, self.caution, self.warning, self.comments);
        if let Some(last) = self.block.steps.last_mut() {
            last.note.extend(note);
            last.caution.extend(caution);
            last.warning.extend(warning);
            last.comments.extend(comments);
        }
        (self.block, self.left)
    }

    fn said(&self, en: &str, zh: &str) -> String {
        if self.zh { zh } else { en }.to_owned()
    }

    /// One step of a heading and the words under it.
    pub fn one(&mut self, blocks: &[DocBlock]) {
        let action = self.heading.clone();
        self.push(DraftStep { action, asks: vec![Ask::new(ask::HEADING)], ..DraftStep::default() });
        for block in blocks {
            self.detail(block);
        }
    }

    /// The steps of some blocks.
    pub fn blocks(&mut self, blocks: &[DocBlock]) {
        for (index, block) in blocks.iter().enumerate() {
            let next = blocks[index + 1..].iter().find(|block| !matches!(block, DocBlock::Comment(_)));
            match block {
                DocBlock::Paragraph(line) => self.paragraph(line, next),
                DocBlock::List(_, items) => self.list(items),
                DocBlock::Code(info, code) => self.code(info, code),
                DocBlock::Quote(kind, blocks) => self.notice(*kind, blocks),
                DocBlock::Table(head, rows) if is_step_table(head) => self.table(head, rows),
                DocBlock::Table(..) => self.left.push(block.clone()),
                DocBlock::Comment(words) => self.comments.push(words.clone()),
                DocBlock::Heading(..) | DocBlock::Footnote(..) => self.remember(block),
                DocBlock::Rule => {}
            }
        }
    }

    /// Adds a step, with what was said before it.
    fn push(&mut self, mut step: DraftStep) {
        let mut note = std::mem::take(&mut self.before);
        if self.block.steps.is_empty() {
            self.block.note.append(&mut note);
            self.block.caution.append(&mut self.caution);
            self.block.warning.append(&mut self.warning);
            self.block.comments.append(&mut self.comments);
        } else {
            note.append(&mut step.note);
            step.note = note;
            step.caution.splice(0..0, std::mem::take(&mut self.caution));
            step.warning.splice(0..0, std::mem::take(&mut self.warning));
            step.comments.splice(0..0, std::mem::take(&mut self.comments));
        }
        self.is_open = true;
        self.is_output = false;
        self.block.steps.push(step);
    }

    /// A step that says an action: its condition and what is expected are taken out of the words.
    fn step(&mut self, text: &str) -> DraftStep {
        let mut step = DraftStep::default();
        let mut text = text.to_owned();
        if text.contains("~~") {
            step.asks.push(Ask::new(ask::STRUCK));
        }
        if let Some((from, to)) = phrases::expected(&text) {
            let expect = text[to..].trim().trim_start_matches(['*', ' ']).to_owned();
            let before = text[..from].trim_end_matches([' ', '-', '–', '—', '>', '→']).to_owned();
            if !before.is_empty() && !expect.is_empty() && balanced(&before) && balanced(&expect) {
                step.expect = words::without_end(&expect);
                text = before;
            }
        }
        if let Some((condition, action)) =
            phrases::condition(&text).filter(|(condition, action)| balanced(condition) && balanced(action))
        {
            step.condition = Some((self.if_of(&condition), vec![Ask::new(ask::CONDITION)]));
            text = action;
        }
        let (action, rest) = words::cut(&text, WIDE);
        step.action = words::without_end(&action);
        if !rest.is_empty() {
            step.note.push(rest);
        }
        if let Some((lead, said)) = phrases::lead(&step.action).filter(|_| is_timed(&step.action)) {
            let asks = if said { Vec::new() } else { vec![Ask::new(ask::LEAD)] };
            step.lead = Some((lead, asks));
        }
        step
    }

    /// A condition as it follows “If”.
    fn if_of(&self, condition: &str) -> String {
        let lower = condition.to_lowercase();
        if condition.is_empty() {
            return self.said("it is needed (optional)", "需要（可选）");
        }
        if let Some(rest) = lower.strip_prefix("if ").map(|rest| &condition[condition.len() - rest.len()..]) {
            return rest.trim().to_owned();
        }
        for word in ["如果", "若是", "假如", "若"] {
            if let Some(rest) = condition.strip_prefix(word) {
                return rest.to_owned();
            }
        }
        if self.zh { format!("符合：{condition}") } else { format!("this applies: {condition}") }
    }

    fn paragraph(&mut self, line: &[Inline], next: Option<&DocBlock>) {
        let text = words::text(line, self.values, true);
        let leads_to_code = matches!(next, Some(DocBlock::Code(info, _)) if action::kind_of(&action::language(info).0) != CodeKind::Drawing);
        if let Some((kind, from)) = phrases::noticed(&text) {
            self.notice_text(kind, text[from..].to_owned());
            return;
        }
        let has_command = self.block.steps.last().is_some_and(|step| !step.commands.is_empty());
        if self.is_open && has_command && leads_to_code && phrases::tells_output(&text) {
            self.is_output = true;
            if let Some(step) = self.block.steps.last_mut() {
                step.note.push(text);
            }
            return;
        }
        if self.is_open
            && has_command
            && leads_to_code
            && phrases::tells_alternative(&text)
            && words::width(&text) < 120
        {
            if let Some(step) = self.block.steps.last_mut() {
                step.pick = true;
                step.commands.push(DraftCommand { title: words::without_end(&text), ..DraftCommand::default() });
            }
            return;
        }
        let is_expected = phrases::expected(&text).is_some_and(|(from, _)| from < 3)
            || (phrases::tells_output(&text) && !leads_to_code);
        if self.is_open
            && is_expected
            && words::width(&text) < WIDE
            && let Some(step) = self.block.steps.last_mut().filter(|step| step.expect.is_empty())
        {
            let from = phrases::expected(&text).filter(|(from, _)| *from < 3).map_or(0, |(_, to)| to);
            step.expect = words::without_end(text[from..].trim_start_matches(['*', ' ']));
            return;
        }
        let is_order = action::verb_of(&text).is_some() && !text.to_lowercase().starts_with("note ");
        if leads_to_code {
            let step = self.leading(&text);
            self.push(step);
        } else if matches!(next, Some(DocBlock::List(None, items)) if is_plain_list(items))
            && text.ends_with([':', '：'])
        {
            let mut step = self.leading(&text);
            if let Some(DocBlock::List(_, items)) = next {
                for item in items {
                    self.items_of(item, &mut step);
                }
            }
            self.push(step);
            // The list has been taken: it adds nothing when its turn comes.
            self.is_open = false;
            self.is_output = true;
        } else if is_order && !text.ends_with([':', '：']) {
            let mut sentences = words::sentences(&text).into_iter();
            let first = sentences.next().unwrap_or_default();
            let mut step = self.step(&first);
            step.asks.push(Ask::new(ask::SENTENCE));
            let rest: Vec<String> = sentences.collect();
            if !rest.is_empty() {
                step.note.push(rest.join(" "));
            }
            self.push(step);
        } else {
            self.is_open = false;
            self.before.push(text);
        }
    }

    /// The step that a paragraph before code says: its last sentence. The others are remarks, unless the last one alone says nothing.
    fn leading(&mut self, text: &str) -> DraftStep {
        let mut sentences = words::sentences(text);
        let last = sentences.pop().unwrap_or_default();
        let is_weak = words::width(&last) < 16 || phrases::tells_output(&last);
        let action = match sentences.pop() {
            Some(before) if is_weak && before.ends_with(['。', '；', '！']) => format!("{before}{last}"),
            Some(before) if is_weak => format!("{before} {last}"),
            Some(before) => {
                sentences.push(before);
                last
            }
            None => last,
        };
        let mut step = self.step(&action);
        if !sentences.is_empty() {
            step.note.insert(0, sentences.join(" "));
        }
        step
    }

    fn list(&mut self, items: &[ListItem]) {
        if self.is_output && !self.is_open {
            self.is_output = false;
            return;
        }
        for item in items {
            self.item(item);
        }
        // Code behind a list that isn't set in belongs to its last item, where that leads to it.
        let leads = items
            .last()
            .and_then(|item| item.blocks.last())
            .is_some_and(|block| matches!(block, DocBlock::Paragraph(line) if plain(line).ends_with([':', '：'])));
        self.is_open = leads;
    }

    /// An item of a list as a step, and what stands in it.
    fn item(&mut self, item: &ListItem) {
        let mut blocks = item.blocks.iter().peekable();
        while let Some(DocBlock::Comment(words)) = blocks.peek() {
            self.comments.push(words.clone());
            blocks.next();
        }
        match blocks.peek() {
            Some(DocBlock::Paragraph(line)) => {
                let text = words::text(line, self.values, true);
                blocks.next();
                if let Some((kind, from)) = phrases::noticed(&text) {
                    self.notice_text(kind, text[from..].to_owned());
                } else {
                    let step = self.step(&text);
                    self.push(step);
                }
            }
            Some(DocBlock::Code(info, code)) => {
                self.is_open = false;
                self.code(info, code);
                blocks.next();
            }
            Some(DocBlock::Heading(_, line)) => {
                let text = words::text(line, self.values, true);
                blocks.next();
                let step = self.step(&text);
                self.push(step);
            }
            _ => {}
        }
        let rest: Vec<&DocBlock> = blocks.collect();
        for (index, block) in rest.iter().enumerate() {
            let next = rest.get(index + 1).copied();
            match block {
                DocBlock::List(_, items) if is_plain_list(items) && !self.block.steps.is_empty() => {
                    if self.is_output && !self.is_open {
                        self.is_output = false;
                        continue;
                    }
                    let mut step = self.block.steps.pop().unwrap_or_default();
                    for item in items {
                        self.items_of(item, &mut step);
                    }
                    self.block.steps.push(step);
                }
                DocBlock::List(_, items) => {
                    for item in items {
                        self.item(item);
                    }
                    self.is_open = false;
                }
                DocBlock::Code(info, code) => self.code(info, code),
                DocBlock::Paragraph(line) if matches!(next, Some(DocBlock::Code(..))) => {
                    let bare = self.block.steps.last().is_some_and(|step| step.commands.is_empty());
                    let text = words::text(line, self.values, true);
                    // The first code belongs to what the item says; further code to the words before it.
                    if bare && !text.is_empty() && phrases::noticed(&text).is_none() {
                        self.remark(text);
                        self.is_open = true;
                    } else {
                        self.paragraph(line, next);
                    }
                }
                block => self.detail(block),
            }
        }
    }

    /// What stands below a step and is no step: remarks and notices.
    fn detail(&mut self, block: &DocBlock) {
        match block {
            DocBlock::Paragraph(line) => {
                let text = words::text(line, self.values, true);
                if let Some((kind, from)) = phrases::noticed(&text) {
                    let text = text[from..].to_owned();
                    if let Some(step) = self.block.steps.last_mut() {
                        step.say(kind, text);
                    }
                } else if phrases::tells_output(&text)
                    && words::width(&text) < WIDE
                    && let Some(step) = self.block.steps.last_mut().filter(|step| step.expect.is_empty())
                {
                    let from = phrases::expected(&text).filter(|(from, _)| *from < 3).map_or(0, |(_, to)| to);
                    step.expect = words::without_end(text[from..].trim_start_matches(['*', ' ']));
                } else {
                    self.remark(text);
                }
            }
            DocBlock::Table(..) => self.left.push(block.clone()),
            DocBlock::Quote(kind, blocks) => {
                let mut comments = Vec::new();
                let (kind, text) = notices::of_quote(*kind, blocks, self.values, &mut comments);
                if let Some(step) = self.block.steps.last_mut() {
                    step.say(kind.unwrap_or(AlertKind::Note), text);
                    step.comments.extend(comments);
                }
            }
            DocBlock::Rule => {}
            block => {
                let mut texts = Vec::new();
                let mut comments = Vec::new();
                words::gather(std::slice::from_ref(block), self.values, &mut texts, &mut comments);
                if let Some(step) = self.block.steps.last_mut() {
                    step.note.extend(texts);
                    step.comments.extend(comments);
                }
            }
        }
    }

    fn remark(&mut self, text: String) {
        match self.block.steps.last_mut() {
            Some(step) => step.note.push(text),
            None => self.before.push(text),
        }
    }

    /// What has no place of its own is a remark on what follows.
    fn remember(&mut self, block: &DocBlock) {
        let mut texts = Vec::new();
        words::gather(std::slice::from_ref(block), self.values, &mut texts, &mut self.comments);
        self.before.append(&mut texts);
        self.is_open = false;
    }

    /// An item of a list as something to tick below a step. What stands below it is ticked too.
    fn items_of(&mut self, item: &ListItem, step: &mut DraftStep) {
        for (index, block) in item.blocks.iter().enumerate() {
            match block {
                DocBlock::Paragraph(line) | DocBlock::Heading(_, line) => {
                    let text = words::text(line, self.values, false);
                    match phrases::noticed(&text) {
                        Some((kind, from)) => step.say(kind, text[from..].to_owned()),
                        None if index == 0 => step.items.push(words::without_end(&text)),
                        None => step.note.push(text),
                    }
                }
                DocBlock::List(_, items) => items.iter().for_each(|item| self.items_of(item, step)),
                DocBlock::Quote(kind, blocks) => {
                    let (kind, text) = notices::of_quote(*kind, blocks, self.values, &mut step.comments);
                    step.say(kind.unwrap_or(AlertKind::Note), text);
                }
                block => words::gather(std::slice::from_ref(block), self.values, &mut step.note, &mut step.comments),
            }
        }
    }
}

/// Whether a table has a column of actions.
pub fn is_step_table(head: &[Vec<Inline>]) -> bool {
    head.len() > 1 && head.iter().any(|head| phrases::column(&plain(head)) == ColumnKind::Action)
}

/// Whether every item of a list says one thing to tick, without code and without lists of lists.
fn is_plain_list(items: &[ListItem]) -> bool {
    items.iter().all(|item| {
        item.blocks.iter().all(|block| match block {
            DocBlock::Paragraph(_) | DocBlock::Comment(_) => true,
            DocBlock::List(_, items) => is_plain_list(items),
            _ => false,
        }) && matches!(item.blocks.first(), Some(DocBlock::Paragraph(_)) | None)
    })
}

/// Whether markup that some words open is closed in them.
fn balanced(words: &str) -> bool {
    words.matches('`').count().is_multiple_of(2)
        && words.matches("**").count().is_multiple_of(2)
        && words.matches('[').count() == words.matches(']').count()
}

/// Whether an action begins with its time, as in `T-2h: freeze`.
fn is_timed(words: &str) -> bool {
    let start: String = words.trim_start_matches(['*', '`', '[', '(']).chars().take(12).collect();
    start.starts_with(['T', 'D', 't', '提', '前']) && phrases::lead(&start).is_some()
}
