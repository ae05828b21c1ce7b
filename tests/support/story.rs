//! Follows what a check list says, as its view has it, through the characters of its pages in reading order.

use std::collections::BTreeMap;

use runsheet::text::prose::texts;
use runsheet::text::{Content, GapWidth, Text};
use runsheet::view::chart::FlowChart;
use runsheet::view::checklist::{
    Atomic, Checklist, Grid, Holds, LegendEntry, LegendSign, Notice, Row, RowBox, Rows, Sheet, SheetPart,
    SignatureTable, Table, TableCell,
};

use super::places::{BlockAt, HeadingAt, ListAt, PartedAt, RowAt};
use super::read::{Glyph, Print, squeezed};

/// Findings of one kind are reported up to this number; more of them mostly repeat the same.
const ENOUGH: usize = 20;

/// How many letters ahead words that aren't in their place are searched for.
const NEAR: usize = 300;

/// A caution or a note before what it belongs to.
const NOTICE: &str = "a caution or a note";

/// The places of everything that the checks look at.
#[derive(Default)]
pub struct Story {
    /// Every row with boxes, in order.
    pub rows: Vec<RowAt>,
    /// Every heading that links lead to, in order.
    pub headings: Vec<HeadingAt>,
    /// The names of the destinations of sheets, in order.
    pub sheets: Vec<String>,
    /// The words of every link to a heading or a row, and the name of its destination.
    pub links: Vec<(String, String)>,
    /// Every caution and warning, in order: index of its page, base lines of its first and its last letter.
    pub notices: Vec<(usize, f64, f64)>,
    /// Every atomic block, in order.
    pub blocks: Vec<BlockAt>,
    /// Every list and table with heads, in order.
    pub lists: Vec<ListAt>,
    /// What stands on another page than what it belongs to.
    pub parted: Vec<PartedAt>,
}

/// One character of the pages.
struct Letter {
    ch: char,
    page: usize,
    glyph: usize,
}

/// Follows the view through the letters.
struct Reader<'a> {
    print: &'a Print,
    letters: Vec<Letter>,
    at: usize,
    story: Story,
    /// Index of the list that is read.
    list: usize,
    /// Number of the copy that is read.
    copy: u32,
    /// What must stand on the page of what follows it: what it is, and the letters at which it begins and ends.
    bound: Vec<(&'static str, usize, usize)>,
    /// The letters at which something ends that is never divided.
    units: Vec<usize>,
    /// The letters at which a row ends.
    row_ends: Vec<usize>,
    /// The letter at which each list ends.
    ends: Vec<usize>,
    findings: Vec<String>,
}

impl Story {
    /// Follows the view through the pages, and finds whatever is missing, moved or added.
    pub fn new(view: &Checklist, print: &Print) -> (Self, Vec<String>) {
        let mut letters = Vec::new();
        for (page, text) in print.pages.iter().enumerate() {
            for (glyph, drawn) in text.glyphs.iter().enumerate().filter(|(_, glyph)| !glyph.artifact) {
                letters.extend(squeezed(&drawn.reads).chars().map(|ch| Letter { ch, page, glyph }));
            }
        }
        let story = Story::default();
        let (bound, units, row_ends, ends) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let findings = Vec::new();
        let mut reader =
            Reader { print, letters, at: 0, story, list: 0, copy: 1, bound, units, row_ends, ends, findings };
        for copy in 1..=view.copies.as_ref().map_or(1, |copies| copies.count) {
            reader.copy = copy;
            for sheet in &view.sheets {
                reader.sheet(sheet);
                reader.maybe(&view.foot.blank_rest);
            }
        }
        let rest = reader.letters.len();
        reader.surplus(rest, "the end");
        reader.part(&view.foot.blank_rest);
        for (index, page) in print.pages.iter().enumerate() {
            reader.findings.extend(page.lies.iter().map(|lie| format!("page {}: {lie}", index + 1)));
        }
        (reader.story, reader.findings)
    }
}

impl Reader<'_> {
    /// What a text reads as on these pages.
    fn words(&self, text: &Text) -> Vec<char> {
        let mut words = String::new();
        for run in &text.written_out().runs {
            match &run.content {
                Content::Chars(chars) => words.push_str(chars),
                Content::PageOf(name) => {
                    let place = self.print.places.iter().find(|place| place.name == *name);
                    words.push_str(&place.map_or_else(|| "–".to_owned(), |place| (place.page + 1).to_string()));
                }
                // Only gaps of our own words are drawn as characters.
                Content::Blank(gap) if gap.width != GapWidth::Value => words.push_str(&gap.to_plain()),
                Content::Break | Content::Blank(_) | Content::Found(_) => {}
            }
        }
        squeezed(&words).chars().collect()
    }

    fn stands(&self, words: &[char], at: usize) -> bool {
        let here = self.letters.get(at..at + words.len());
        here.is_some_and(|here| here.iter().map(|letter| letter.ch).eq(words.iter().copied()))
    }

    fn find(&self, words: &[char]) -> Option<usize> {
        (self.at..=self.letters.len().min(self.at + NEAR)).find(|at| self.stands(words, *at))
    }

    /// Reports the letters between here and `to` as additional, and goes to `to`.
    fn surplus(&mut self, to: usize, before: &str) {
        if to > self.at {
            let surplus: String = self.letters[self.at..to].iter().take(60).map(|letter| letter.ch).collect();
            let page = self.letters[self.at].page + 1;
            self.note(format!("page {page}: `{surplus}` stands before `{before}`"));
            self.at = to;
        }
    }

    fn note(&mut self, finding: String) {
        if self.findings.len() < ENOUGH {
            self.findings.push(finding);
        }
    }

    /// Finds the next words; returns the index of the letter at which they begin.
    fn say(&mut self, text: &Text) -> Option<usize> {
        for runs in text.runs.chunk_by(|a, b| a.style.link == b.style.link) {
            let anchor = runs[0].style.link.as_deref().and_then(|link| link.strip_prefix('#'));
            let words = Text { runs: runs.to_vec(), ..text.clone() };
            self.story.links.extend(anchor.map(|anchor| (squeezed(&words.to_plain()), self.of_copy(anchor))));
        }
        let words = self.words(text);
        self.read(&words)
    }

    fn read(&mut self, words: &[char]) -> Option<usize> {
        let at = if self.stands(words, self.at) { Some(self.at) } else { self.find(words) };
        let said: String = words.iter().collect();
        if let Some(at) = at {
            self.surplus(at, &said);
            self.at = at + words.len();
        } else {
            let here: String = self.letters[self.at..].iter().take(20).map(|letter| letter.ch).collect();
            self.note(format!("`{said}` is missing before `{here}`"));
        }
        at
    }

    fn say_all<'t>(&mut self, texts: impl IntoIterator<Item = &'t Text>) {
        for text in texts {
            self.say(text);
        }
    }

    /// Notes that what began at a letter and ends here must stand on the page of what follows.
    fn bind(&mut self, what: &'static str, from: usize) {
        self.bound.push((what, from, self.at));
    }

    /// Finds whatever stands on another page than what follows it, and which lists are the last on their page.
    fn part(&mut self, blank: &Text) {
        let blank = self.words(blank);
        for (list, end) in std::mem::take(&mut self.ends).into_iter().enumerate() {
            let next = if self.stands(&blank, end) { end + blank.len() } else { end };
            let page = |at: usize| self.letters.get(at).map(|letter| letter.page);
            self.story.lists[list].is_followed = page(next) == page(end.saturating_sub(1));
        }
        let page = |at: usize| self.letters.get(at).map(|letter| letter.page);
        let mut parted = Vec::new();
        for &(what, from, at) in self.bound.iter().filter(|(_, from, at)| from < at) {
            if let (Some(before), Some(after)) = (page(at - 1), page(at))
                && before != after
            {
                // A notice belongs to a row, whatever else stands between them.
                let ends = if what == NOTICE { &self.row_ends } else { &self.units };
                let next = ends.partition_point(|end| *end <= at);
                let to = ends.get(next).copied().unwrap_or(self.letters.len());
                let height = self.extents(from, to).iter().map(|(_, top, bottom)| bottom - top).sum();
                parted.push(PartedAt { what, page: before, height });
            }
        }
        self.story.parted = parted;
    }

    /// Passes words if they stand here; returns whether they do.
    fn maybe(&mut self, text: &Text) -> bool {
        let words = self.words(text);
        let here = self.stands(&words, self.at);
        if here {
            self.at += words.len();
        }
        here
    }

    /// Passes the flow chart. It is a drawing, so only the words that must be there are searched for.
    fn chart(&mut self, chart: &FlowChart) {
        self.say_all([&chart.heading, &chart.note, &chart.legend]);
        let drawing = self.of_copy("chart-");
        let pages = self.print.places.iter().filter(|place| place.name.starts_with(&drawing)).map(|place| place.page);
        let last = pages.max().unwrap_or_default();
        let end = self.letters.iter().position(|letter| letter.page > last).unwrap_or(self.letters.len());
        let drawn: String = self.letters[self.at..end.max(self.at)].iter().map(|letter| letter.ch).collect();
        for node in chart.hot.iter().chain(&chart.back).flat_map(|block| &block.nodes) {
            let words = squeezed(&format!("{}{}", node.number, node.mark.to_plain()));
            if !drawn.contains(&words) {
                self.note(format!("the chart doesn't show step `{words}`"));
            }
        }
        self.at = end.max(self.at);
    }

    fn sheet(&mut self, sheet: &Sheet) {
        // A sheet that begins below another one has the name of its phase over it; otherwise the page's head says it. A
        // heading may say the same.
        let phase = self.words(&sheet.phase);
        let heading = sheet.parts.iter().find_map(|part| match part {
            SheetPart::Heading(heading) => Some(self.words(&heading.text)),
            _ => None,
        });
        let twice = heading.is_none_or(|heading| heading != phase) || self.stands(&phase, self.at + phase.len());
        if sheet.shares && twice {
            self.maybe(&sheet.phase);
        }
        let anchor = self.of_copy(&sheet.anchor);
        self.story.sheets.push(anchor);
        let mut begin = self.at;
        let mut headings = 0;
        // Where the last row begins that is signed for.
        let mut last = None;
        // Where what stays with the next row begins: a heading with the notices below it.
        let mut chain = None;
        for (index, part) in sheet.parts.iter().enumerate() {
            let next = sheet.parts.get(index + 1);
            if matches!(part, SheetPart::Heading(_)) {
                headings += 1;
                // The way into a rollback stands over its first heading.
                if headings > 1 || sheet.thumb.is_none() {
                    begin = self.at;
                }
            }
            match part {
                SheetPart::Heading(heading) => {
                    let from = self.at;
                    let at = self.say(&heading.text);
                    let anchor = heading.anchor.as_ref().map(|anchor| self.of_copy(anchor));
                    if let (Some(at), Some(anchor)) = (at, anchor) {
                        let Letter { page, glyph, .. } = self.letters[at];
                        self.story.headings.push(HeadingAt { anchor, page, glyph });
                    }
                    self.say_all(&heading.aside);
                    self.bind("a heading", from);
                    chain = Some(from);
                }
                SheetPart::Paragraph(text) | SheetPart::ChangedParagraph(text) | SheetPart::End(text) => {
                    self.say_all([text]);
                }
                SheetPart::Notice(notice) => {
                    let from = self.at;
                    self.notice(notice);
                    if let Some(SheetPart::Notice(_) | SheetPart::Paragraph(_) | SheetPart::Rows(_)) = next {
                        self.bind(NOTICE, *chain.get_or_insert(from));
                    }
                }
                SheetPart::Chart(chart) => self.chart(chart),
                SheetPart::Grid(grid) => self.grid(grid),
                SheetPart::Table(table) => self.table(table),
                SheetPart::Rows(rows) => {
                    if matches!(index.checked_sub(1).map(|before| &sheet.parts[before]), Some(SheetPart::Rows(_))) {
                        self.bind("a block without its gate", last.unwrap_or(self.at));
                    }
                    last = Some(self.rows(rows));
                    if rows.atomic.is_some() {
                        let extents = self.extents(begin, self.at);
                        self.story.blocks.push(BlockAt { title: rows.title.to_plain(), extents });
                        // It is kept whole rather than on the page of its signatures.
                        last = Some(begin);
                    }
                }
                SheetPart::Prose(prose) => texts(&prose.blocks, &mut |text| self.say_all([text])),
                SheetPart::Signatures(signatures) => {
                    self.bind("a last row without its signatures", last.take().unwrap_or(self.at));
                    self.signatures(signatures);
                }
            }
            if !matches!(part, SheetPart::Heading(_) | SheetPart::Notice(_)) {
                chain = None;
            }
            self.units.push(self.at);
        }
    }

    fn grid(&mut self, grid: &Grid) {
        for cell in grid.rows.iter().flatten() {
            self.say_all(&cell.label);
            match &cell.holds {
                Holds::Known(value) => self.say_all([value]),
                Holds::Room(_) => {}
                Holds::Boxes(boxes, line) => {
                    self.say_all(boxes.iter().map(|tick| &tick.words));
                    self.say_all(line.before.iter().chain([&line.label]));
                }
            }
        }
    }

    /// Reads the heads of a list that begins here.
    fn heads<'t>(&mut self, heads: impl IntoIterator<Item = &'t Text>) {
        let heads: Vec<&Text> = heads.into_iter().collect();
        self.say_all(heads.iter().copied());
        let heads = heads.iter().map(|head| self.words(head).into_iter().collect()).collect();
        self.list = self.story.lists.len();
        self.ends.push(self.at);
        self.story.lists.push(ListAt { heads, pages: BTreeMap::new(), is_followed: true });
    }

    /// Notes a row of the current list.
    fn row_at(&mut self, at: usize) {
        let Letter { page, glyph, .. } = self.letters[at];
        let y = self.print.pages[page].glyphs[glyph].y;
        if let Some(list) = self.story.lists.get_mut(self.list) {
            list.pages.entry(page).or_insert((y, 0)).1 += 1;
        }
    }

    fn table(&mut self, table: &Table) {
        self.heads(table.columns.iter().map(|(_, head)| head));
        for (column, cell) in table.rows.iter().flat_map(|row| row.iter().enumerate()) {
            let at = self.at;
            match cell {
                TableCell::Room(_) => {}
                TableCell::Words(text) => self.say_all([text]),
                TableCell::Form { lines, boxes } => {
                    self.say_all(lines.iter().map(|line| &line.label));
                    self.say_all(boxes.iter().map(|tick| &tick.words));
                }
            }
            if column == 0 && self.at > at {
                self.row_at(at);
            }
        }
        self.ends[self.list] = self.at;
    }

    /// Reads rows; returns where the last one begins.
    fn rows(&mut self, rows: &Rows) -> usize {
        let from = self.at;
        if let Some(Atomic { begin, began, early, .. }) = &rows.atomic {
            self.say_all([begin, &began.label, early]);
        }
        for LegendEntry { sign, text } in &rows.legend {
            match sign {
                LegendSign::Write(word) | LegendSign::Read(word) => drop(self.say(word)),
                LegendSign::WayOut | LegendSign::Decision => {}
                // These are explained where the set sheet has them.
                LegendSign::Value | LegendSign::AfterSpace | LegendSign::Joined => {
                    if !self.stands(&squeezed(&text.to_plain()).chars().collect::<Vec<_>>(), self.at) {
                        continue;
                    }
                }
            }
            self.say(text);
        }
        self.heads(rows.only_from.iter().chain(&rows.columns));
        self.bind("the head of a list", from);
        let mut last = self.at;
        for row in &rows.rows {
            last = self.at;
            self.row(row);
            self.units.push(self.at);
            self.row_ends.push(self.at);
        }
        self.ends[self.list] = self.at;
        if let Some(Atomic { end, ended, .. }) = &rows.atomic {
            self.say_all([end, &ended.label]);
        }
        last
    }

    /// Name of a destination in the copy that is read. Further copies have names of their own.
    fn of_copy(&self, name: &str) -> String {
        if self.copy == 1 { name.to_owned() } else { format!("copy-{}.{name}", self.copy) }
    }

    fn notice(&mut self, notice: &Notice) {
        let at = self.say(&notice.label);
        self.say(&notice.text);
        let said = self.at;
        self.say_all(&notice.read);
        self.say_all(notice.not_applicable.iter().map(|tick| &tick.words));
        if let (Some(at), Some(_)) = (at, &notice.ticked) {
            let base = |at: usize| (self.letters[at].page, self.letters[at].glyph);
            let ((page, first), (_, last)) = (base(at), base(said - 1));
            let glyphs = &self.print.pages[page].glyphs;
            self.story.notices.push((page, glyphs[first].y, glyphs[last].y));
        }
    }

    fn row(&mut self, row: &Row) {
        let from = self.at;
        row.notices.iter().for_each(|notice| self.notice(notice));
        self.say_all(&row.no_return);
        self.bind(NOTICE, from);
        if let Some(at) = self.say(&row.number) {
            self.row_at(at);
            let Letter { page, glyph, .. } = self.letters[at];
            // The destinations of further copies have names of their own.
            let of_copy =
                |name: &String| if self.copy == 1 { name.clone() } else { format!("copy-{}.{name}", self.copy) };
            let (number, anchor) = (row.number.to_plain(), row.anchor.as_ref().map(of_copy));
            let again = squeezed(&row.again.to_plain());
            let boxes = row.boxes.iter().filter(|ticked| !matches!(ticked, RowBox::Absent)).count();
            let (level, expected) = (Vec::new(), None);
            self.story.rows.push(RowAt { number, again, boxes, anchor, page, glyph, level, expected });
        }
        let mark = row.mark.as_ref().and_then(|(_, word)| self.say(word));
        self.say_all(&row.only_from);
        let action = self.say(&row.action);
        let action_end = self.at.saturating_sub(1);
        let written = row.expect.as_ref().filter(|expect| !self.words(expect).is_empty());
        let expected = written.and_then(|expect| self.say(expect));
        // The way out stands beside the action if there is room, otherwise below everything else.
        let stands = |aside: &&Text| self.stands(&self.words(aside), self.at);
        let beside = row.aside.as_ref().filter(stands).and_then(|aside| self.say(aside)).is_some();
        let planned = row.time.iter().map(|clock| &clock.planned).filter(|planned| !planned.is_empty());
        let time = planned.filter_map(|planned| self.say(planned)).last();
        let glyph = |at: usize| self.letters[at].glyph;
        let level: Vec<usize> = [mark, action, time].into_iter().flatten().map(glyph).collect();
        let expected = expected.map(|at| [glyph(at), glyph(action_end)]);
        if let Some(last) = self.story.rows.last_mut() {
            (last.level, last.expected) = (level, expected);
        }
        self.say_all(row.before.iter().map(|detail| &detail.text));
        self.say_all(&row.pick);
        for command in &row.commands {
            self.say_all(&command.title);
            self.say(&command.code);
            self.say_all(command.outputs.iter().flat_map(|output| [&output.label, &output.text]));
        }
        self.say_all(row.details.iter().map(|detail| &detail.text));
        self.say_all(row.aside.iter().filter(|_| !beside));
        if let Some(message) = &row.message {
            self.say_all(message.to.iter().map(|detail| &detail.text));
            self.say_all(message.subject.iter().flatten());
            self.say(&message.text);
        }
    }

    fn signatures(&mut self, signatures: &SignatureTable) {
        self.say_all(&signatures.heads);
        for signature in &signatures.rows {
            self.say_all([&signature.role, &signature.meaning]);
            self.say_all(&signature.name);
        }
    }

    /// The height that some letters take up on each page, including glyphs that read as nothing.
    fn extents(&self, from: usize, to: usize) -> Vec<(usize, f64, f64)> {
        let place = |at: usize| self.letters.get(at).map(|letter| (letter.page, letter.glyph));
        let (begin, end) = (place(from), place(to).unwrap_or((usize::MAX, 0)));
        let mut extents: Vec<(usize, f64, f64)> = Vec::new();
        for (page, text) in self.print.pages.iter().enumerate() {
            let glyphs = text.glyphs.iter().enumerate().filter(|(_, glyph)| !glyph.artifact);
            let within = glyphs.filter(|(n, _)| begin.is_some_and(|begin| begin <= (page, *n)) && (page, *n) < end);
            for (_, Glyph { y, size, .. }) in within {
                let (top, bottom) = (y - size * 0.7, *y);
                match extents.last_mut() {
                    Some(last) if last.0 == page => *last = (page, last.1.min(top), last.2.max(bottom)),
                    _ => extents.push((page, top, bottom)),
                }
            }
        }
        extents
    }
}
