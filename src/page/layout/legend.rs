//! What the signs of a sheet mean, each with the sign itself.

use super::pen::Pen;
use super::signs::{self, Mark};
use super::strip::{Drawn, Legend, LegendPlace, Strip};
use crate::geometry::Pt;
use crate::page::{TagId, TagRole};
use crate::text::typeset::Setting;
use crate::view::checklist::{LegendEntry, LegendSign};

/// Between two signs.
const BETWEEN: Pt = Pt(12_000);
/// Between a sign and what it means.
const BEHIND: Pt = Pt(4_000);

/// Adds a legend to a strip, with every sign that the sheet may have.
pub(super) fn add(pen: &mut Pen, strip: &mut Strip, view: &[LegendEntry], parent: TagId, place: LegendPlace) {
    let tag = pen.tag(parent, TagRole::Paragraph);
    let setting = pen.rows.below;
    let legend = Legend { entries: view.to_vec(), tag, setting, place, strip: (strip.items.len(), strip.height) };
    strip.legend = Some(Box::new(legend));
    draw(pen, strip, Drawn::ALL);
}

/// Draws the legend among some strips again, with only those signs that the strips have, and with those of `others`.
pub(super) fn keep_drawn<'s>(pen: &mut Pen, strips: impl Iterator<Item = &'s mut Strip>, others: Drawn) {
    let (mut drawn, mut with_legend) = (others, None);
    for strip in strips {
        drawn = drawn.and(strip.signs);
        if strip.legend.is_some() {
            with_legend = Some(strip);
        }
    }
    if let Some(strip) = with_legend {
        draw(pen, strip, drawn);
    }
}

/// Draws signs and what they mean one after another, on as many lines as they need.
fn draw(pen: &mut Pen, strip: &mut Strip, drawn: Drawn) {
    let Some(legend) = strip.legend.take() else { return };
    let Legend { entries, tag, setting, place, strip: (items, bottom) } = &*legend;
    strip.items.truncate(*items);
    strip.height = *bottom;
    let entries: Vec<(&LegendEntry, Pt)> = entries
        .iter()
        .filter(|entry| drawn.has(&entry.sign))
        .map(|entry| (entry, room(pen, &entry.sign, *setting) + BEHIND))
        .collect();
    let height = setting.leading + Pt(1_500);
    let needed: Pt = entries.iter().map(|(entry, room)| *room + pen.width(&entry.text, *setting) + BETWEEN).sum();
    let (mut x, mut top) = match place.behind {
        Some((left, top)) if left + needed - BETWEEN <= place.right => (left, top),
        _ => (place.left, strip.height + Pt(500)),
    };
    if !entries.is_empty() {
        strip.height = strip.height.max(top - Pt(500) + height);
    }
    for (LegendEntry { sign, text }, room) in entries {
        let needed = room + pen.width(text, *setting);
        if x > place.left && x + needed > place.right {
            (x, top) = (place.left, top + height);
            strip.height += height;
        }
        let words = pen.lay(text, *setting, (place.right - x - room).max(Pt(1)));
        let base = top + words.first_base();
        let middle = base - setting.middle();
        let (line, hook) = (pen.theme.line.sign, pen.theme.line.hook);
        match sign {
            LegendSign::Write(word) => signs::mark(pen, strip, &Mark::beside(*setting, true, word), (x, base), *tag),
            LegendSign::Read(word) => signs::mark(pen, strip, &Mark::beside(*setting, false, word), (x, base), *tag),
            LegendSign::WayOut => signs::cross_and_arrow(strip, (x, middle), line),
            LegendSign::Decision => signs::diamond(strip, (x + Pt(6_000), middle), line),
            LegendSign::Value => signs::equals(strip, (x, middle), line),
            LegendSign::AfterSpace => signs::goes_on(strip, (x, base), true, hook),
            LegendSign::Joined => signs::goes_on(strip, (x, base), false, hook),
        }
        strip.text(Some(*tag), &words, x + room, top);
        // A meaning that is wider than the sheet takes several lines.
        let further = words.height - setting.leading;
        (top, strip.height) = (top + further, strip.height + further);
        x += needed + BETWEEN;
    }
    // What the legend itself shows is no use of a sign.
    strip.signs = Drawn::default();
    strip.legend = Some(legend);
}

/// Width of a sign.
fn room(pen: &mut Pen, sign: &LegendSign, setting: Setting) -> Pt {
    match sign {
        LegendSign::Write(word) => Mark::beside(setting, true, word).width(pen),
        LegendSign::Read(word) => Mark::beside(setting, false, word).width(pen),
        LegendSign::WayOut => Pt(18_000),
        LegendSign::Decision => Pt(12_000),
        LegendSign::Value => Pt(5_000),
        LegendSign::AfterSpace | LegendSign::Joined => Pt(8_000),
    }
}
