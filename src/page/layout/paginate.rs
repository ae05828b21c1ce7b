//! Puts strips on pages: keeps together what belongs together, tightens rows, and repeats the head of a list that
//! goes on.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::packing::{self, Begun, Room, Size};
use super::pen::Pen;
use super::strip::{BottomRule, Keep, Strip, line};
use super::theme::Theme;
use super::{RunningList, TooTall, atomic};
use crate::geometry::{Pt, Rect};
use crate::page::{Destination, Item, ItemKind, SourcePlace, Stroke, TagId, TagRole};
use crate::text::Text;
use crate::view::checklist::Checklist;
use crate::view::labels::fill;

/// Strips that stay on one page where they can.
#[derive(Default)]
pub(super) struct StripGroup {
    pub strips: Vec<Strip>,
    /// Whether the group starts a new page when the current one can't hold it.
    pub atomic: bool,
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
    /// Index of its sheet.
    pub sheet: usize,
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
    body: (Pt, Pt),
    y: Pt,
    placed: Bodies,
    /// The bar of an atomic list that is open on this page: index of the list, top and bottom.
    bar: Option<(usize, Pt, Pt)>,
    too_tall: Vec<TooTall>,
}

impl<'t> PageFiller<'t> {
    /// Starts with no page; the body of each page will reach from one height to another.
    pub fn new(theme: &'t Theme, body: (Pt, Pt)) -> Self {
        Self { theme, body, y: body.0, placed: Bodies::default(), bar: None, too_tall: Vec::new() }
    }

    /// Places a sheet, which begins on a new page.
    pub fn sheet(
        &mut self,
        pen: &mut Pen,
        lists: &[RunningList],
        view: &Checklist,
        index: usize,
        groups: Vec<StripGroup>,
    ) {
        self.new_page(index);
        self.placed.destinations.push(Destination {
            name: view.sheets[index].anchor.clone(),
            page: self.placed.pages.len() - 1,
            y: self.body.0,
        });
        for group in groups {
            self.group(pen, lists, view, index, group);
        }
        self.close_bar();
        let tag = pen.tag(Pen::ROOT, TagRole::Paragraph);
        self.strike_rest(pen, view, Some(tag));
    }

    /// The pages, and what was too tall for one.
    pub fn finish(self) -> (Bodies, Vec<TooTall>) {
        (self.placed, self.too_tall)
    }

    fn new_page(&mut self, sheet: usize) {
        self.close_bar();
        self.placed.pages.push(Body { items: Vec::new(), sheet, atomic: false, continues: false });
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

    fn group(&mut self, pen: &mut Pen, lists: &[RunningList], view: &Checklist, sheet: usize, mut group: StripGroup) {
        let whole = self.body.1 - self.body.0;
        let tightest = |strips: &[Strip]| height(strips, true) - slack(strips);
        // An atomic block may be parted from its signatures rather than be split itself.
        let end = group.strips.iter().rposition(|strip| strip.list.is_some_and(|list| lists[list].bar.is_some()));
        if let Some(end) = end.filter(|end| group.atomic && end + 1 < group.strips.len())
            && tightest(&group.strips) > whole
            && tightest(&group.strips[..=end]) <= whole
        {
            let strips = group.strips.split_off(end + 1);
            self.group(pen, lists, view, sheet, group);
            self.group(pen, lists, view, sheet, StripGroup { strips, atomic: false });
            return;
        }
        let slack = slack(&group.strips);
        if height(&group.strips, self.at_top()) - slack > self.room() && !self.at_top() {
            let fits_a_page = tightest(&group.strips) <= whole;
            if group.atomic || (fits_a_page && self.room() < whole * 2 / 5) {
                self.close_bar();
                self.strike_rest(pen, view, None);
                self.continue_page(sheet);
            }
        }
        let needed = height(&group.strips, self.at_top());
        let over = needed - self.room();
        if over <= slack {
            self.tightened(pen, lists, group.strips, over, slack);
            return;
        }
        self.split(pen, lists, view, sheet, group.strips);
    }

    /// Places strips page by page. A page ends only between chains, which are strips that stay together.
    fn split(&mut self, pen: &mut Pen, lists: &[RunningList], view: &Checklist, sheet: usize, strips: Vec<Strip>) {
        let whole = self.body.1 - self.body.0;
        // A page on which a list goes on repeats the head of the list.
        let of_strips: BTreeSet<usize> = strips.iter().filter_map(|strip| strip.list).collect();
        let heads: BTreeMap<usize, Pt> = of_strips
            .into_iter()
            .map(|list| (list, height(&head_again(pen, &lists[list], list, view, Some("00")), true)))
            .collect();
        let room = whole - heads.values().copied().max().unwrap_or_default();
        let mut chains: VecDeque<Vec<Strip>> = chains(strips, room, whole).into();
        let sizes: Vec<Size> = chains.iter().map(|chain| Size::of(chain)).collect();
        let mut begun = Begun::new();
        while !chains.is_empty() {
            let rest = &sizes[sizes.len() - chains.len()..];
            let room = Room { first: (self.room(), self.at_top()), whole, heads: &heads };
            let ends = packing::pages(rest, room, &begun);
            let mut taken = 0;
            for end in ends.into_iter().chain([rest.len()]) {
                let count = end - taken;
                let placed = self.fill(pen, lists, &mut chains, count, &mut begun);
                taken += placed;
                let Some(next) = chains.front() else { break };
                self.continue_page(sheet);
                if let Some((list, step)) = next[0].list.and_then(|list| Some((list, begun.get(&list)?))) {
                    let again = head_again(pen, &lists[list], list, view, step.as_deref());
                    // The head is left out where it would leave no room for the chain.
                    if height(&again, true) + height(next, false) <= whole {
                        for strip in again {
                            self.place(pen, lists, strip, Pt::ZERO);
                        }
                    }
                }
                // A repeated head took more room than was reserved: decide the remaining pages anew.
                if placed < count {
                    break;
                }
            }
        }
    }

    /// Places up to `count` chains on the page, tightened where that is needed. Returns how many it placed: fewer if
    /// the page can't hold them.
    fn fill(
        &mut self,
        pen: &mut Pen,
        lists: &[RunningList],
        chains: &mut VecDeque<Vec<Strip>>,
        count: usize,
        begun: &mut Begun,
    ) -> usize {
        let (mut needed, mut slack, mut fitting) = (Pt::ZERO, Pt::ZERO, 0);
        for chain in chains.iter().take(count) {
            let first = fitting == 0 && self.at_top();
            let (more, give) = (height(chain, first), self::slack(chain));
            if needed + more - slack - give > self.room() && !first {
                break;
            }
            (needed, slack, fitting) = (needed + more, slack + give, fitting + 1);
        }
        let strips: Vec<Strip> = chains.drain(..fitting).flatten().collect();
        for strip in &strips {
            if let Some(list) = strip.list {
                let step = begun.entry(list).or_default();
                if strip.step.is_some() {
                    step.clone_from(&strip.step);
                }
            }
        }
        self.tightened(pen, lists, strips, needed - self.room(), slack);
        fitting
    }

    /// Places strips that are higher than the room by `over`. Each is tightened by its share of that.
    fn tightened(&mut self, pen: &mut Pen, lists: &[RunningList], strips: Vec<Strip>, over: Pt, slack: Pt) {
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
        let atomic = strip.list.and_then(|list| lists[list].bar);
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

    /// Strikes out the rest of the page, so that nothing can be added after signing (操作票).
    fn strike_rest(&mut self, pen: &mut Pen, view: &Checklist, tag: Option<TagId>) {
        if self.room() < pen.theme.frame.blank_rest {
            return;
        }
        let words = pen.lay(&view.foot.blank_rest, pen.theme.text.label, Pt(300_000));
        let width = pen.content_width;
        let mut strip = Strip::new(self.room() - Pt(8_000));
        strip.before = Pt(6_000);
        let left = (width - words.width) / 2;
        strip.text(tag, &words, left, Pt::ZERO);
        let middle = words.height / 2;
        let gap = Pt(10_000);
        let stroke = pen.theme.line.blank_rest;
        strip.push(None, line(left - Pt(90_000), middle, left - gap, middle, stroke));
        strip.push(None, line(left + words.width + gap, middle, left + words.width + Pt(90_000), middle, stroke));
        strip.push(None, line(width, words.height + Pt(6_000), Pt::ZERO, strip.height, stroke));
        self.place(pen, &[], strip, Pt::ZERO);
    }
}

/// The head of a list that goes on: title, the step that it is continued from, and heads of columns. They are
/// artifacts, because they were read aloud before.
fn head_again(pen: &mut Pen, list: &RunningList, index: usize, view: &Checklist, step: Option<&str>) -> [Strip; 2] {
    let mut text = list.title.clone().bold();
    let from = match step {
        Some(step) => fill(&view.foot.continued, &[("step", step)]),
        None => view.foot.continued_table.clone(),
    };
    text.append(&Text::plain(&text.lang, format!("  ·  {from}")));
    let paragraph = pen.lay(&text, pen.theme.text.step, Pt(400_000));
    let mut title = Strip::new(paragraph.height + Pt(3_000));
    let left = list.head.columns.first().copied().unwrap_or(pen.theme.steps.indent);
    title.text(None, &paragraph, left, Pt::ZERO);
    title.list = Some(index);
    let mut head = list.head.clone();
    for item in &mut head.items {
        item.tag = None;
    }
    head.anchors.clear();
    head.before = Pt::ZERO;
    head.list = Some(index);
    [title, head]
}

fn artifact(kind: ItemKind) -> Item {
    Item { tag: None, kind }
}

/// Height of strips that stand one under another.
fn height(strips: &[Strip], at_top: bool) -> Pt {
    let sum: Pt = strips.iter().map(|strip| strip.height + strip.before).sum();
    match strips.first() {
        Some(first) if at_top => sum - first.before,
        _ => sum,
    }
}

/// By how much strips may be tightened.
fn slack(strips: &[Strip]) -> Pt {
    strips.iter().map(|strip| strip.slack).sum()
}

/// Divides strips into chains, which stay together. `room` is a page less the repeated head of a list. A chain higher
/// than `room` is divided where strips only wish to stay together. Strips that must stay together may take the
/// `whole` page, without the head.
fn chains(strips: Vec<Strip>, room: Pt, whole: Pt) -> Vec<Vec<Strip>> {
    let mut fitting = Vec::new();
    for chain in joined(strips, Keep::Wish) {
        if height(&chain, true) <= room {
            fitting.push(chain);
            continue;
        }
        for chain in joined(chain, Keep::Must) {
            if height(&chain, true) <= whole {
                fitting.push(chain);
            } else {
                fitting.extend(filled(chain, whole));
            }
        }
    }
    fitting
}

/// Divides strips that no page holds into chains as high as a page holds. So a caution stays with its step even if
/// the step's items don't.
fn filled(strips: Vec<Strip>, whole: Pt) -> Vec<Vec<Strip>> {
    let mut chains: Vec<Vec<Strip>> = Vec::new();
    for strip in strips {
        match chains.last_mut() {
            Some(chain) if height(chain, true) + strip.before + strip.height <= whole => chain.push(strip),
            _ => chains.push(vec![strip]),
        }
    }
    chains
}

/// Divides strips behind each one whose wish to stay with the next is weaker than `least`.
fn joined(strips: Vec<Strip>, least: Keep) -> Vec<Vec<Strip>> {
    let mut chains: Vec<Vec<Strip>> = Vec::new();
    let mut open = false;
    for strip in strips {
        let keep = strip.keep >= least;
        match chains.last_mut() {
            Some(chain) if open => chain.push(strip),
            _ => chains.push(vec![strip]),
        }
        open = keep;
    }
    chains
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
