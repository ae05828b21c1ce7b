//! What the signs of a sheet mean, in one line over its first row.

use super::context::ListContext;
use super::{DetailLead, LegendEntry, LegendSign, Row, SheetPart};
use crate::text::Text;
use crate::view::labels::word;

/// Says over the first row of a sheet what those signs mean that the sheet has, or may have once it is set.
pub(super) fn add(context: &ListContext, parts: &mut [SheetPart]) {
    let mut seen = Seen::default();
    for part in parts.iter() {
        if let SheetPart::Rows(rows) = part {
            rows.rows.iter().for_each(|row| seen.row(row));
        }
    }
    let first = parts.iter_mut().find_map(|part| if let SheetPart::Rows(rows) = part { Some(rows) } else { None });
    if let Some(first) = first {
        first.legend = seen.entries(context);
    }
}

/// The signs of a sheet.
#[derive(Default)]
struct Seen {
    /// The word of a mark for read, and of one for write.
    marks: [Option<Text>; 2],
    way_out: bool,
    decision: bool,
    /// Whether a row has an expected value, and whether one has a command.
    has: [bool; 2],
}

impl Seen {
    fn row(&mut self, row: &Row) {
        if let Some((write, word)) = &row.mark {
            self.marks[usize::from(*write)].get_or_insert_with(|| word.clone());
        }
        let leads = || row.before.iter().chain(&row.details).map(|detail| &detail.lead);
        self.way_out |= row.aside.is_some() || leads().any(|lead| *lead == DetailLead::WayOut);
        self.decision |= row.pick.is_some() || leads().any(|lead| *lead == DetailLead::Decision);
        let has = [row.expect.is_some(), !row.commands.is_empty()];
        for (seen, has) in self.has.iter_mut().zip(has) {
            *seen |= has;
        }
    }

    fn entries(self, context: &ListContext) -> Vec<LegendEntry> {
        let [read, write] = self.marks;
        let [value, command] = self.has;
        let signs = [
            (write.map(LegendSign::Write), word!("sheet.legend-write")),
            (read.map(LegendSign::Read), word!("sheet.legend-read")),
            (self.way_out.then_some(LegendSign::WayOut), word!("sheet.legend-way-out")),
            (self.decision.then_some(LegendSign::Decision), word!("sheet.legend-decision")),
            (value.then_some(LegendSign::Value), word!("sheet.legend-value")),
            (command.then_some(LegendSign::AfterSpace), word!("sheet.legend-after-space")),
            (command.then_some(LegendSign::Joined), word!("sheet.legend-joined")),
        ];
        let entry = |(sign, words)| Some(LegendEntry { sign: sign?, text: context.say(words) });
        signs.into_iter().filter_map(entry).collect()
    }
}
