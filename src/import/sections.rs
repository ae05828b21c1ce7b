//! The sections of a document, and what each becomes: a block of steps, tasks, a way back, or text behind the steps.

use super::content::{has_box, has_steps, is_action};
use super::document::{AlertKind, DocBlock, Inline, SourceDocument, plain};
use super::draft::{Ask, Draft, DraftAppendix, DraftBlock, DraftStep, ask};
use super::phrases::{self, SectionPart};
use super::steps::{StepImporter, notices};
use super::values::Values;
use super::{action, words};

/// A section: its heading and what stands under it, without the sections below it.
struct DocSection<'d> {
    level: u8,
    line: &'d [Inline],
    /// The headings above and its own, without that of the document.
    path: String,
    part: Option<SectionPart>,
    /// The time that its heading or one above says.
    lead: Option<(String, bool)>,
    /// The way back that it belongs to.
    way: Option<SectionWay>,
    blocks: &'d [DocBlock],
}

/// A way back, by the heading in the document that begins it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct SectionWay {
    /// The heading of the whole.
    whole: usize,
    /// The heading of this one: below that of the whole, each stage of the change may have a way back of its own.
    own: usize,
}

/// The most rollbacks that a flow takes is 22: each has a letter of its own.
const MOST_ROLLBACKS: usize = 22;

/// A draft of a document.
#[must_use]
pub fn draft(document: &SourceDocument, (id, zh): (&str, bool), values: &mut Values) -> Draft {
    let mut draft = Draft { id: id.to_owned(), ..Draft::default() };
    let blocks = &document.blocks[..];
    let heads: Vec<usize> = (0..blocks.len()).filter(|at| matches!(blocks[*at], DocBlock::Heading(..))).collect();
    let level = |at: usize| if let DocBlock::Heading(level, _) = &blocks[at] { *level } else { 0 };
    // The first heading is the title where no other one is as high, or nothing but other headings and words stand under it.
    let first = heads.first().copied();
    let is_title = first.is_some_and(|first| {
        let alone = heads.iter().skip(1).all(|at| level(*at) > level(first));
        let end = heads.get(1).copied().unwrap_or(blocks.len());
        let bare = !blocks[first + 1..end].iter().any(is_action);
        alone || (level(first) == 1 && bare)
    });
    let own = first
        .filter(|_| is_title)
        .and_then(|at| if let DocBlock::Heading(_, line) = &blocks[at] { Some(line) } else { None });
    if let Some(line) = own {
        draft.title = words::text(line, values, false);
    } else if let Some(title) = &document.title {
        draft.title.clone_from(title);
    }
    let mut sections = sections(blocks, &heads, is_title, values);
    let top: Vec<DocBlock> = sections.remove(0).blocks.to_vec();
    if document.is_flattened {
        draft.asks.push(Ask::new(ask::FLATTENED));
    }
    let ids = std::collections::BTreeMap::new();
    let mut builder =
        SectionBuilder { draft, zh, values, last: None, way: None, placed: None, notices: Vec::new(), ids };
    builder.top(&top);
    for (index, section) in sections.iter().enumerate() {
        let below = sections.get(index + 1).filter(|next| next.level > section.level);
        builder.section(section, below.is_some_and(|next| next.path.starts_with(&section.path)));
    }
    builder.links(document);
    builder.finish()
}

/// A section that is open.
struct OpenSection {
    level: u8,
    path: String,
    part: Option<SectionPart>,
    lead: Option<(String, bool)>,
    way: Option<SectionWay>,
}

/// What stands before the first heading, or under the title, then every section.
fn sections<'d>(blocks: &'d [DocBlock], heads: &[usize], is_title: bool, values: &mut Values) -> Vec<DocSection<'d>> {
    let mut all = Vec::new();
    let mut open: Vec<OpenSection> = Vec::new();
    let start = if is_title { heads.first().map_or(0, |at| at + 1) } else { 0 };
    let from = usize::from(is_title);
    let end = heads.get(from).copied().unwrap_or(blocks.len());
    // What stands before a title comes with what stands under it: the front matter, pictures.
    let top = if is_title && heads.first() != Some(&0) { &blocks[..end] } else { &blocks[start..end] };
    all.push(DocSection { level: 0, line: &[], path: String::new(), part: None, lead: None, way: None, blocks: top });
    for (index, at) in heads.iter().enumerate().skip(from) {
        let DocBlock::Heading(level, line) = &blocks[*at] else { continue };
        let end = heads.get(index + 1).copied().unwrap_or(blocks.len());
        open.retain(|above| above.level < *level);
        let words = plain(line);
        let inherited = open.last();
        let above = inherited.and_then(|above| above.way);
        // Below a way back, “before” and “after” are said of the way back.
        let named = phrases::part_of(&words).map(|part| match part {
            SectionPart::Cold | SectionPart::After if above.is_some() => SectionPart::Rollback,
            part => part,
        });
        let part = named.or_else(|| inherited.and_then(|above| above.part));
        let way = match above {
            Some(above) if phrases::is_own_way(&words) => Some(SectionWay { own: *at, ..above }),
            Some(above) => Some(above),
            None => (named == Some(SectionPart::Rollback)).then_some(SectionWay { whole: *at, own: *at }),
        };
        let lead = phrases::lead(&words).or_else(|| inherited.and_then(|above| above.lead.clone()));
        let own = words::without_end(&words::text(line, values, false));
        let path = match inherited.map(|above| &above.path) {
            // Long paths are hard to read, and every heading stands somewhere by itself.
            Some(above) if words::width(above) + words::width(&own) < 120 => format!("{above}: {own}"),
            _ => own,
        };
        open.push(OpenSection { level: *level, path: path.clone(), part, lead: lead.clone(), way });
        all.push(DocSection { level: *level, line, path, part, lead, way, blocks: &blocks[*at + 1..end] });
    }
    all
}

struct SectionBuilder<'v> {
    draft: Draft,
    zh: bool,
    values: &'v mut Values,
    /// The level of the last section, where it became an appendix, and the part that it names.
    last: Option<u8>,
    /// The way back of the section that is read.
    way: Option<SectionWay>,
    /// The way back that the last block of rollbacks is for, and whether that block is only a heading with words under it.
    placed: Option<(SectionWay, bool)>,
    /// Remarks, cautions and warnings under the title.
    notices: Vec<(AlertKind, String)>,
    ids: std::collections::BTreeMap<String, usize>,
}

impl SectionBuilder<'_> {
    /// What stands under the title: what the document is about, or steps.
    fn top(&mut self, blocks: &[DocBlock]) {
        let blocks: Vec<DocBlock> =
            blocks.iter().filter(|block| !matches!(block, DocBlock::Heading(..))).cloned().collect();
        let is_prose =
            |block: &&DocBlock| matches!(block, DocBlock::Paragraph(_) | DocBlock::Comment(_) | DocBlock::Rule);
        let has_steps = has_steps(&blocks);
        // Behind the first list or command, a notice belongs to the step that follows.
        let mut may_take = true;
        let blocks: Vec<DocBlock> = blocks
            .into_iter()
            .filter(|block| {
                may_take &= !has_steps || is_prose(&block);
                !(may_take && self.take_notice(block))
            })
            .collect();
        let prose = blocks.iter().take_while(is_prose).count();
        // The paragraph that leads to the first list or command belongs to it.
        let leads = |block: Option<&DocBlock>| matches!(block, Some(DocBlock::Paragraph(line)) if plain(line).ends_with([':', '：']));
        let prose = if has_steps && prose > 0 && leads(blocks.get(prose - 1)) { prose - 1 } else { prose };
        for block in &blocks[..prose] {
            match block {
                DocBlock::Paragraph(line) => self.draft.about.push(words::text(line, self.values, true)),
                DocBlock::Comment(words) => self.draft.comments.push(words.clone()),
                _ => {}
            }
        }
        let rest = &blocks[prose..];
        let title = if self.zh { "步骤" } else { "Steps" };
        if has_steps {
            self.steps(rest, title, SectionPart::Hot, None, false);
        } else if !rest.is_empty() {
            self.appendix(if self.zh { "说明" } else { "About" }, rest, 0);
        }
    }

    /// Takes a notice under the title, which stands on the first block; `false` for any other block.
    fn take_notice(&mut self, block: &DocBlock) -> bool {
        let (kind, text) = match block {
            DocBlock::Paragraph(line) => {
                let text = words::text(line, self.values, true);
                let Some((kind, from)) = phrases::noticed(&text) else { return false };
                (kind, text[from..].to_owned())
            }
            DocBlock::Quote(kind, blocks) => {
                let mut comments = Vec::new();
                let (Some(kind), text) = notices::of_quote(*kind, blocks, self.values, &mut comments) else {
                    return false;
                };
                self.draft.comments.append(&mut comments);
                (kind, text)
            }
            _ => return false,
        };
        self.notices.push((kind, text));
        true
    }

    /// A section; `is_told` where the heading of the next one says this one's too.
    fn section(&mut self, section: &DocSection<'_>, is_told: bool) {
        let heading = plain(section.line);
        let is_named = section.part.is_some_and(|part| part != SectionPart::Appendix);
        let has_list = section.blocks.iter().any(is_action);
        let is_reference = section.part == Some(SectionPart::Appendix);
        let has_task = section
            .blocks
            .iter()
            .any(|block| matches!(block, DocBlock::List(_, items) if items.iter().any(|item| item.task)));
        if section.part == Some(SectionPart::Decision)
            && !section.blocks.iter().any(|block| matches!(block, DocBlock::Code(..) | DocBlock::Table(..)))
        {
            self.when(section);
            return;
        }
        let part = section
            .part
            .filter(|part| !matches!(part, SectionPart::Appendix | SectionPart::Decision))
            .unwrap_or(if section.way.is_some() || section.part == Some(SectionPart::Decision) {
                SectionPart::Rollback
            } else {
                SectionPart::Hot
            });
        self.way = section.way;
        if has_list && (is_named || has_steps(section.blocks)) && (!is_reference || has_task) {
            self.last = None;
            self.steps(section.blocks, &section.path, part, section.lead.as_ref(), false);
            return;
        }
        // A heading that says what to do, with nothing but words under it.
        let has_words =
            section.blocks.iter().any(|block| matches!(block, DocBlock::Paragraph(_) | DocBlock::Quote(..)));
        let is_order = phrases::is_numbered(&heading) || action::verb_of(&heading).is_some();
        if !is_reference && has_words && !has_list && (is_order || (is_named && part != SectionPart::Cold)) {
            self.last = None;
            self.steps(section.blocks, &section.path, part, section.lead.as_ref(), true);
            return;
        }
        if section.blocks.iter().all(|block| matches!(block, DocBlock::Rule))
            && self.last.is_none_or(|level| section.level <= level)
        {
            self.last = None;
            self.draft.comments.extend((!is_told).then_some(heading));
            return;
        }
        if let Some(level) = self.last.filter(|level| section.level > *level) {
            self.extend(section, level);
        } else {
            self.appendix(&section.path, section.blocks, section.level);
            self.last = Some(section.level);
        }
    }

    /// The conditions of a rollback.
    fn when(&mut self, section: &DocSection<'_>) {
        let mut texts = Vec::new();
        let mut comments = vec![plain(section.line)];
        words::gather(section.blocks, self.values, &mut texts, &mut comments);
        for text in texts {
            let (kept, rest) = words::cut(&text, 300);
            self.draft.when.push(kept);
            // A condition that takes more than a few lines is an explanation.
            self.draft.about.extend((!rest.is_empty()).then_some(rest));
        }
        self.draft.comments.append(&mut comments);
    }

    /// A block of steps; `is_prose` makes one step of a heading and the words under it.
    fn steps(
        &mut self,
        blocks: &[DocBlock],
        title: &str,
        part: SectionPart,
        lead: Option<&(String, bool)>,
        is_prose: bool,
    ) {
        let (zh, heading) = (self.zh, title.rsplit(": ").next().unwrap_or(title).to_owned());
        let mut builder = StepImporter::new(self.values, zh, &heading);
        if is_prose {
            builder.one(blocks);
        } else {
            builder.blocks(blocks);
        }
        let (mut block, left) = builder.finish();
        title.clone_into(&mut block.title);
        if !left.is_empty() {
            let id = self.appendix(title, &left, 0);
            let said = if zh { format!("见<#{id}>") } else { format!("See <#{id}>") };
            let of_step = block.steps.first_mut().filter(|_| block.note.is_empty());
            of_step.map_or(&mut block.note, |step| &mut step.note).push(said);
        }
        let default = |question| match lead {
            Some((lead, true)) => (lead.clone(), Vec::new()),
            Some((lead, false)) => (lead.clone(), vec![Ask::new(question)]),
            None => ("1 day".to_owned(), vec![Ask::new(question)]),
        };
        match part {
            SectionPart::Cold => {
                block.lead = Some(default(ask::LEAD));
                block.asks.push(Ask::new(ask::COLD));
            }
            SectionPart::After => {
                block.lead = Some(default(ask::LAG));
                block.asks.push(Ask::new(ask::AFTER));
            }
            SectionPart::Rollback => block.asks.push(Ask::new(ask::ROLLBACK)),
            _ => {}
        }
        block.fit();
        // A group of tasks has no remarks: they stand at its first task.
        if matches!(part, SectionPart::Cold | SectionPart::After)
            && let Some(first) = block.steps.first_mut()
        {
            let mut note = std::mem::take(&mut block.note);
            note.append(&mut first.note);
            first.note = note;
            first.caution.splice(0..0, std::mem::take(&mut block.caution));
            first.warning.splice(0..0, std::mem::take(&mut block.warning));
            first.fit();
        }
        self.place(block, part, is_prose);
    }

    fn place(&mut self, mut block: DraftBlock, part: SectionPart, is_prose: bool) {
        if block.steps.is_empty() {
            return;
        }
        let blocks = match part {
            SectionPart::Cold => &mut self.draft.cold,
            SectionPart::Rollback => &mut self.draft.rollback,
            SectionPart::After => &mut self.draft.after,
            _ => &mut self.draft.hot,
        };
        if part == SectionPart::Rollback {
            let placed = std::mem::replace(&mut self.placed, self.way.map(|way| (way, is_prose)));
            // Sections of one way back follow each other in one block; so does what is over the limit.
            let is_same = !blocks.is_empty() && placed.map(|(way, _)| way) == self.way;
            if is_same || blocks.len() >= MOST_ROLLBACKS {
                join(blocks, block);
                return;
            }
            // Words before the ways back of the stages belong to the first of them.
            let leads = |(way, is_prose): (SectionWay, bool)| {
                is_prose && way.own == way.whole && self.way.is_some_and(|own| own.whole == way.whole)
            };
            if placed.is_some_and(leads)
                && let Some(step) = blocks.pop().and_then(|words| words.steps.into_iter().next())
            {
                block.note.splice(0..0, step.note);
                block.caution.splice(0..0, step.caution);
                block.warning.splice(0..0, step.warning);
                block.comments.splice(0..0, step.comments);
                block.fit();
            }
            if blocks.iter().any(|other| other.title == block.title) {
                block.asks.push(Ask::new(ask::SAME));
            }
        }
        blocks.push(block);
    }

    /// Text behind the steps; gives its id.
    fn appendix(&mut self, title: &str, blocks: &[DocBlock], level: u8) -> String {
        let mut comments = Vec::new();
        let markdown = words::markdown(blocks, (level, self.zh), &mut comments);
        let plain_title = if title.trim().is_empty() { "Text" } else { title };
        let (title, rest) = words::cut(plain_title, 150);
        let markdown = if rest.is_empty() { markdown } else { format!("{rest}\n\n{markdown}") };
        let id = self.id_of(&title);
        let has_list = blocks.iter().any(|block| is_action(block) && !matches!(block, DocBlock::Table(..)));
        let mut asks = if has_list { vec![Ask::new(ask::APPENDIX)] } else { Vec::new() };
        asks.extend(has_box(blocks).then(|| Ask::new(ask::BOX)));
        let markdown = if markdown.trim().is_empty() { title.clone() } else { markdown };
        self.draft.appendix.push(DraftAppendix { id: id.clone(), title, markdown, asks, comments });
        id
    }

    /// A section below one that is an appendix goes on there.
    fn extend(&mut self, section: &DocSection<'_>, level: u8) {
        let heading = DocBlock::Heading(section.level, section.line.to_vec());
        let blocks: Vec<DocBlock> = std::iter::once(heading).chain(section.blocks.iter().cloned()).collect();
        if let Some(last) = self.draft.appendix.last_mut() {
            let more = words::markdown(&blocks, (level, self.zh), &mut last.comments);
            let asked = last.asks.iter().any(|ask| ask.question == ask::BOX);
            last.asks.extend((!asked && has_box(&blocks)).then(|| Ask::new(ask::BOX)));
            last.markdown.push_str("\n\n");
            last.markdown.push_str(&more);
        }
    }

    fn id_of(&mut self, title: &str) -> String {
        let slug = super::slug(title);
        let base = if slug.is_empty() { "text".to_owned() } else { slug };
        let count = self.ids.entry(base.clone()).or_default();
        *count += 1;
        // No slug ends with an underscore and a number, so nothing else is called so.
        if *count == 1 { base } else { format!("{base}_{count}") }
    }

    /// Addresses that nothing refers to are lines of the document too.
    fn links(&mut self, document: &SourceDocument) {
        for (name, to, title) in &document.unused_links {
            self.draft.comments.push(format!("[{name}]: {to} {title}"));
        }
    }

    fn finish(mut self) -> Draft {
        if self.draft.hot.is_empty() {
            let said = if self.zh { ("步骤", "执行发布") } else { ("Steps", "Do the release") };
            let is_bare =
                [&self.draft.cold, &self.draft.rollback, &self.draft.after].iter().all(|part| part.is_empty());
            let asks = vec![Ask::new(if is_bare { ask::NOTHING } else { ask::NOTHING_HOT })];
            let step = DraftStep { action: said.1.to_owned(), asks, ..DraftStep::default() };
            self.draft.hot.push(DraftBlock { title: said.0.to_owned(), steps: vec![step], ..DraftBlock::default() });
        }
        if let Some(first) = self.draft.hot.first_mut().filter(|_| !self.notices.is_empty()) {
            for (kind, text) in self.notices.into_iter().rev() {
                match kind {
                    AlertKind::Note => first.note.insert(0, text),
                    AlertKind::Caution => first.caution.insert(0, text),
                    AlertKind::Warning => first.warning.insert(0, text),
                }
            }
            first.asks.push(Ask::new(ask::NOTICE));
            first.fit();
        }
        let (title, rest) = words::cut(&self.draft.title, 200);
        self.draft.title = title;
        if !rest.is_empty() {
            self.draft.about.insert(0, rest);
        }
        self.draft
    }
}

/// Puts the steps of one block behind those of the last one, under its heading.
fn join(blocks: &mut [DraftBlock], mut block: DraftBlock) {
    let Some(last) = blocks.last_mut() else { return };
    if let Some(first) = block.steps.first_mut() {
        let mut note = vec![block.title];
        note.append(&mut block.note);
        note.append(&mut first.note);
        first.note = note;
        first.caution.splice(0..0, block.caution);
        first.warning.splice(0..0, block.warning);
        first.comments.splice(0..0, block.comments);
        first.fit();
    }
    last.steps.append(&mut block.steps);
}
