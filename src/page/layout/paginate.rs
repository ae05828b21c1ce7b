//! Puts strips on pages: keeps together what belongs together, tightens rows, and repeats the head of a list that
//! goes on.

use std::collections::BTreeMap;
use std::ops::Range;

use super::chains::{Again, Chain, chains, height, slack};
use super::packing::{self, Size};
use super::pen::Pen;
use super::strip::{BottomRule, Strip, line};
use super::theme::Theme;
use super::{RunningList, TooTall, atomic};
use crate::geometry::{Pt, Rect};
use crate::page::{Destination, Item, ItemKind, SourcePlace, Stroke, TagId, TagRole};
use crate::text::Text;
use crate::text::typeset::Align;
use crate::view::checklist::{Checklist, Sheet};
use crate::view::labels::fill;

/// A sheet as strips.
pub(super) struct SheetStrips {
    /// The name of its phase, for where it begins below another sheet.
    pub title: Strip,
    /// The sheets of which one must be the first on a page for it to begin there.
    pub hosts: Vec<usize>,
    /// Its strips, in groups that stay on one page where they can.
    pub groups: Vec<Vec<Strip>>,
}

/// A page number to be filled in: the page and item where it stands, the destination, and the width of its room.
pub(super) struct Pending {
    pub page: usize,
    pub item: usize,
    pub destination: String,
    pub width: Pt,
}

/// A page without head and foot.
pub(super) struct Body {
    pub items: Vec<Item>,
    /// Indices of the sheets that stand on it: several where a whole sheet has room below another.
    pub sheets: Range<usize>,
    /// Whether a part of an atomic block stands on the page.
    pub atomic: bool,
    /// Whether the sheet goes on on the next page.
    pub continues: bool,
}

/// All pages without head and foot.
#[derive(Default)]
pub(super) struct Bodies {
    pub pages: Vec<Body>,
    pub destinations: Vec<Destination>,
    /// Where the parts of the flow stand, in the order of the pages.
    pub places: Vec<SourcePlace>,
    pub pending: Vec<Pending>,
}

/// Pages that are being filled.
pub(super) struct PageFiller<'t> {
    theme: &'t Theme,
    /// Top and bottom of the page's body.
    body: (Pt, Pt),
    /// Bottom of the body on the pages of each sheet: the feet are of different heights.
    bottoms: Vec<Pt>,
    y: Pt,
    /// The tag of the words that strike out the rest of the last sheet, which another one may still take.
    rest: Option<TagId>,
    placed: Bodies,
    /// The bar of an atomic list that is open on this page: index of the list, top and bottom.
    bar: Option<(usize, Pt, Pt)>,
    too_tall: Vec<TooTall>,
}

impl<'t> PageFiller<'t> {
    /// Starts with no page. The body of each page will reach from `top` to the one of `bottoms` that is its sheet's.
    pub fn new(theme: &'t Theme, top: Pt, bottoms: Vec<Pt>) -> Self {
        let body = (top, top);
        Self { theme, body, bottoms, y: top, rest: None, placed: Bodies::default(), bar: None, too_tall: Vec::new() }
    }

    /// Places a sheet. It begins on a new page, unless the sheet that the last page begins with is one of its hosts and the whole
    /// of it has room below, with the name of its phase over it.
    pub fn sheet(
        &mut self,
        pen: &mut Pen,
        lists: &[RunningList],
        view: &Checklist,
        index: usize,
        SheetStrips { title, hosts, mut groups }: SheetStrips,
    ) {
        // Whatever stands over the first strip, the top of a page or the name of the phase, keeps its own distance.
        if let Some(first) = groups.iter_mut().flatten().next() {
            first.before = Pt::ZERO;
        }
        let sheet = &view.sheets[index];
        let bottom = self.bottoms[index];
        let shares = self.placed.pages.last().is_some_and(|page| hosts.contains(&page.sheets.start));
        let strips = || groups.iter().flatten();
        let needed = title.before + title.height + strips().map(|strip| strip.before + strip.height).sum();
        let slack = strips().map(|strip| strip.slack).sum();
        let over = needed - (bottom.min(self.body.1) - self.y);
        if shares && over <= slack {
            self.rest = None;
            self.body.1 = bottom.min(self.body.1);
            if let Some(body) = self.placed.pages.last_mut() {
                body.sheets.end = index + 1;
            }
            self.begins(sheet, self.y + title.before);
            let strips = std::iter::once(title).chain(groups.into_iter().flatten());
            self.tightened(pen, lists, strips.collect(), Pt::ZERO);
        } else {
            self.end(pen, view);
            self.body.1 = bottom;
            self.new_page(index);
            self.begins(sheet, self.body.0);
            self.fill(pen, lists, view, index, groups);
        }
        self.close_bar();
        self.rest = Some(pen.tag(Pen::ROOT, TagRole::Paragraph));
    }

    /// Notes where a sheet begins on the page.
    fn begins(&mut self, sheet: &Sheet, y: Pt) {
        let page = self.placed.pages.len() - 1;
        self.placed.destinations.push(Destination { name: sheet.anchor.clone(), page, y });
    }

    /// Strikes out what the last sheet leaves of its page.
    fn end(&mut self, pen: &mut Pen, view: &Checklist) {
        if let Some(tag) = self.rest.take() {
            self.strike_rest(pen, view, tag);
        }
    }

    /// The pages, and what was too tall for one.
    pub fn finish(mut self, pen: &mut Pen, view: &Checklist) -> (Bodies, Vec<TooTall>) {
        self.end(pen, view);
        (self.placed, self.too_tall)
    }

    fn new_page(&mut self, sheet: usize) {
        self.close_bar();
        let sheets = sheet..sheet + 1;
        self.placed.pages.push(Body { items: Vec::new(), sheets, atomic: false, continues: false });
        self.y = self.body.0;
    }

    fn continue_page(&mut self, sheet: usize) {
        if let Some(body) = self.placed.pages.last_mut() {
            body.continues = true;
        }
        self.new_page(sheet);
    }

    fn room(&self) -> Pt {
        self.body.1 - self.y
    }

    fn at_top(&self) -> bool {
        self.y == self.body.0
    }

    /// Places the groups of a sheet page by page.
    fn fill(&mut self, pen: &mut Pen, lists: &[RunningList], view: &Checklist, sheet: usize, groups: Vec<Vec<Strip>>) {
        let whole = self.body.1 - self.body.0;
        let mut chains = chains(groups, lists, whole);
        reserve(pen, lists, view, &mut chains, whole);
        let sizes: Vec<Size> = chains.iter().map(|chain| chain.size).collect();
        let starts = packing::pages(&sizes, whole);
        let mut from = 0;
        for (page, end) in starts.into_iter().chain([chains.len()]).enumerate() {
            if page > 0 {
                self.turn(pen, lists, view, sheet, &chains[from]);
            }
            let goes_on = sizes.get(end).map_or(Pt::ZERO, |size| size.goes_on);
            let strips = chains[from..end].iter_mut().flat_map(|chain| std::mem::take(&mut chain.strips)).collect();
            self.tightened(pen, lists, strips, goes_on);
            from = end;
        }
    }

    /// Turns the page before a chain: says that its list goes on, on this page where it is divided inside a step, and on the
    /// next one by repeating its head.
    fn turn(&mut self, pen: &mut Pen, lists: &[RunningList], view: &Checklist, sheet: usize, chain: &Chain) {
        if let Some(again) = chain.again.as_ref().filter(|again| again.within) {
            // Pages count from 1, and the next one isn't begun yet.
            let mut strip = goes_on(pen, view, self.placed.pages.len() + 1);
            strip.list = Some(again.list);
            if strip.height <= self.room() {
                self.place(pen, lists, strip, Pt::ZERO);
            }
        }
        self.continue_page(sheet);
        let Some(again) = chain.again.as_ref().filter(|_| chain.size.head > Pt::ZERO) else { return };
        let mut head = head_again(pen, lists, again, &from(view, again));
        // Room is kept for the longest number; one that takes more lines all the same isn't said.
        if height(&head, true) > chain.size.head {
            head = head_again(pen, lists, again, &view.foot.continued_table);
        }
        for strip in head {
            self.place(pen, lists, strip, Pt::ZERO);
        }
    }

    /// Places strips and keeps so much room below them. What is missing is taken from each by its share.
    fn tightened(&mut self, pen: &mut Pen, lists: &[RunningList], strips: Vec<Strip>, below: Pt) {
        let slack = slack(&strips);
        let over = height(&strips, self.at_top()) + below - self.room();
        let over = over.max(Pt::ZERO).min(slack);
        let (mut given, mut seen) = (0_i64, 0_i64);
        for strip in strips {
            // Rounded shares must add up to `over`: each strip takes what is due up to here, less what was taken
            // before.
            seen += i64::from(strip.slack.0);
            let due = if slack.0 > 0 { i64::from(over.0) * seen / i64::from(slack.0) } else { 0 };
            let tighten = Pt((due - given) as i32);
            given = due;
            self.place(pen, lists, strip, tighten);
        }
    }

    fn place(&mut self, pen: &mut Pen, lists: &[RunningList], strip: Strip, tighten: Pt) {
        let page = self.placed.pages.len() - 1;
        let top = if self.at_top() { self.y } else { self.y + strip.before };
        let bottom = top + strip.height - tighten;
        if bottom > self.body.1 {
            let number = strip.step.clone().unwrap_or_default();
            self.too_tall.push(TooTall { number, span: strip.span });
        }
        if let Some(span) = strip.span {
            let (x, width) = (self.theme.margins.left, self.theme.content_width());
            let rect = Rect { x, y: top, width, height: bottom - top };
            self.placed.places.push(SourcePlace { span, page, rect });
        }
        let (dx, dy) = (self.theme.margins.left, top - tighten / 2);
        let atomic = strip.list.filter(|list| lists[*list].is_atomic);
        if self.bar.is_some_and(|(list, ..)| Some(list) != atomic) {
            self.close_bar();
        }
        if let Some(list) = atomic {
            self.bar = Some((list, self.bar.map_or(top, |(_, begun, _)| begun), bottom));
        }
        pen.stand(&strip, page, (dx, dy));
        for (name, y) in strip.anchors {
            self.placed.destinations.push(Destination { name, page, y: top + y });
        }
        let body = &mut self.placed.pages[page];
        body.atomic |= atomic.is_some();
        for slot in strip.slots {
            let item = body.items.len() + slot.item;
            self.placed.pending.push(Pending { page, item, destination: slot.destination, width: slot.width });
        }
        body.items.extend(strip.items.into_iter().map(|item| moved(item, dx, dy)));
        if let Some(BottomRule { left, right, stroke }) = strip.rule_below {
            for x in &strip.columns {
                body.items.push(artifact(line(*x + dx, top, *x + dx, bottom, stroke)));
            }
            body.items.push(artifact(line(left + dx, bottom, right + dx, bottom, stroke)));
        }
        for x in &strip.changed {
            body.items.push(artifact(line(*x + dx, top, *x + dx, bottom, Stroke::CHANGE)));
        }
        self.y = bottom;
    }

    fn close_bar(&mut self) {
        if let (Some((_, top, bottom)), Some(body)) = (self.bar.take(), self.placed.pages.last_mut()) {
            body.items.push(moved(
                artifact(atomic::bar(top, bottom, self.theme.steps.bar)),
                self.theme.margins.left,
                Pt::ZERO,
            ));
        }
    }

    /// Strikes out the rest of a sheet's last page, so that nothing can be added after signing (操作票).
    fn strike_rest(&mut self, pen: &mut Pen, view: &Checklist, tag: TagId) {
        if self.room() < pen.theme.frame.blank_rest {
            return;
        }
        let words = pen.lay(&view.foot.blank_rest, pen.theme.text.label, Pt(300_000));
        let width = pen.content_width;
        let mut strip = Strip::new(self.room() - Pt(8_000));
        strip.before = Pt(6_000);
        let left = (width - words.width) / 2;
        strip.text(Some(tag), &words, left, Pt::ZERO);
        let middle = words.height / 2;
        let gap = Pt(10_000);
        let stroke = pen.theme.line.blank_rest;
        strip.push(None, line(left - Pt(90_000), middle, left - gap, middle, stroke));
        strip.push(None, line(left + words.width + gap, middle, left + words.width + Pt(90_000), middle, stroke));
        strip.push(None, line(width, words.height + Pt(6_000), Pt::ZERO, strip.height, stroke));
        self.place(pen, &[], strip, Pt::ZERO);
    }
}

/// Keeps room for what is said where a page ends before a chain: the repeated head of its list, and that a step goes on.
fn reserve(pen: &mut Pen, lists: &[RunningList], view: &Checklist, chains: &mut [Chain], whole: Pt) {
    // The longest words of each list.
    let mut longest: BTreeMap<usize, (Again, String)> = BTreeMap::new();
    let mut divided = false;
    for again in chains.iter().filter_map(|chain| chain.again.as_ref()) {
        divided |= again.within;
        let words = from(view, again);
        let known = longest.entry(again.list).or_insert_with(|| (again.clone(), String::new()));
        known.0.within |= again.within;
        if words.chars().count() > known.1.chars().count() {
            known.1 = words;
        }
    }
    let mut heads = BTreeMap::new();
    for (list, (again, words)) in longest {
        let short = head_again(pen, lists, &again, &view.foot.continued_table);
        let long = head_again(pen, lists, &again, &words);
        heads.insert(list, height(&long, true).max(height(&short, true)));
    }
    let line = if divided { goes_on(pen, view, 1000).height } else { Pt::ZERO };
    for chain in chains {
        let Some(again) = &chain.again else { continue };
        let head = heads.get(&again.list).copied().unwrap_or_default();
        // The head is left out where it would leave no room for the chain.
        if head + chain.size.height - chain.size.slack <= whole {
            chain.size.head = head;
        }
        if again.within {
            chain.size.goes_on = line;
        }
    }
}

/// The words that say from where a list goes on.
fn from(view: &Checklist, again: &Again) -> String {
    match &again.step {
        Some(step) if again.within => fill(&view.foot.step_continued, &[("step", step)]),
        Some(step) => fill(&view.foot.continued, &[("step", step)]),
        None => view.foot.continued_table.clone(),
    }
}

/// The line that says at the end of a page on which page the text above it goes on.
fn goes_on(pen: &mut Pen, view: &Checklist, page: usize) -> Strip {
    let words = Text::plain(&pen.lang, fill(&view.foot.goes_on, &[("page", &page.to_string())]));
    let paragraph = pen.lay(&words, pen.theme.text.small.aligned(Align::End), pen.content_width);
    let mut strip = Strip::new(paragraph.height + Pt(2_000));
    strip.text(None, &paragraph, Pt::ZERO, Pt(2_000));
    strip
}

/// The head of a list that goes on: its title with the words that say from where, and the heads of columns. They are
/// artifacts, because they were read aloud before. The rest of a text keeps its distance from them.
fn head_again(pen: &mut Pen, lists: &[RunningList], again: &Again, from: &str) -> [Strip; 3] {
    let (list, index) = (&lists[again.list], again.list);
    let mut text = list.title.clone().bold();
    text.append(&Text::plain(&text.lang, format!("  ·  {from}")));
    let left = list.head.columns.first().copied().unwrap_or(pen.theme.steps.indent);
    let paragraph = pen.lay(&text, pen.theme.text.step, pen.content_width - left);
    let mut title = Strip::new(paragraph.height + Pt(3_000));
    title.text(None, &paragraph, left, Pt::ZERO);
    if let Some(again) = &list.again {
        let words = pen.lay(again, pen.theme.text.small, pen.content_width - left);
        title.text(None, &words, left, paragraph.height);
        title.height += words.height;
    }
    title.list = Some(index);
    let mut head = list.head.clone();
    for item in &mut head.items {
        item.tag = None;
    }
    head.anchors.clear();
    head.before = Pt::ZERO;
    head.list = Some(index);
    let rest = Strip { list: Some(index), ..Strip::new(if again.within { Pt(3_000) } else { Pt::ZERO }) };
    [title, head, rest]
}

fn artifact(kind: ItemKind) -> Item {
    Item { tag: None, kind }
}

/// An item moved right and down.
pub(super) fn moved(mut item: Item, dx: Pt, dy: Pt) -> Item {
    match &mut item.kind {
        ItemKind::Text(text) => {
            text.x += dx;
            text.y += dy;
        }
        ItemKind::Path(path) => path.shift(dx, dy),
        ItemKind::Stamp(stamp) => {
            stamp.x += dx;
            stamp.y += dy;
        }
        ItemKind::Tick(tick) => {
            tick.rect.x += dx;
            tick.rect.y += dy;
        }
        ItemKind::Link(rect, _) => {
            rect.x += dx;
            rect.y += dy;
        }
        ItemKind::Field(_) => {}
    }
    item
}
