//! Cells → columns of a height, and columns → pages.

use super::super::pen::Pen;
use super::super::theme::Chart;
use super::cells::{CellBody, ChartCell, ChartFrame, band};
use crate::geometry::Pt;
use crate::text::Text;
use crate::view::chart::StepKey;
use crate::view::labels::fill;

/// Cells one under another, each with its top.
#[derive(Default)]
pub(super) struct ChartColumn<'v> {
    pub cells: Vec<(Pt, ChartCell<'v>)>,
    /// Where the column goes on in another one: the step, the index among the boxes of that step, and the number of
    /// the step.
    pub goes_on: Option<(StepKey, usize, String)>,
    /// Bottom of the last cell.
    pub bottom: Pt,
}

impl ChartColumn<'_> {
    /// Distance from the bottom to the pill that says where the column goes on.
    pub fn connector(&self, theme: &Chart) -> Pt {
        self.cells.last().map_or(theme.goes_on, |(_, last)| last.space.1.max(theme.goes_on))
    }

    /// Height of what stands below the last cell.
    pub fn below(&self, theme: &Chart) -> Pt {
        if self.goes_on.is_some() { self.connector(theme) + theme.pill } else { Pt::ZERO }
    }
}

/// The left and the right column of a page.
pub(super) type ColumnPair<'v> = [Option<ChartColumn<'v>>; 2];

/// Fills columns with the cells of one part. `begun` is a column with room left.
pub(super) fn fill_columns<'v>(
    pen: &mut Pen,
    frame: ChartFrame<'v>,
    cells: Vec<ChartCell<'v>>,
    begun: Option<ChartColumn<'v>>,
) -> Vec<ChartColumn<'v>> {
    let ChartFrame { view, density, height, .. } = frame;
    let theme = &frame.theme.chart;
    let needs = needs(&cells);
    let mut columns = Vec::new();
    let mut column = begun.unwrap_or_default();
    if !column.cells.is_empty() {
        let all: Pt = needs.iter().map(|need| need.own).sum();
        // A part that no column holds begins where its first box has room.
        let first = needs.first().map_or(Pt::ZERO, |need| need.kept + need.after.max(theme.goes_on) + theme.pill);
        let needed = if all > height { first } else { all };
        if column.bottom + theme.apart + density.gap + needed > height {
            columns.push(std::mem::take(&mut column));
        } else {
            column.bottom += theme.apart;
        }
    }
    let mut from: Option<String> = None;
    let count = cells.len();
    for (index, cell) in cells.into_iter().enumerate() {
        let need = &needs[index];
        let rest = if index + need.chain < count { need.after.max(theme.goes_on) + theme.pill } else { Pt::ZERO };
        let own = gap(&column, &cell) + need.kept + rest;
        let begun = from.is_some() && column.cells.iter().any(|(_, cell)| matches!(cell.body, CellBody::Boxed(_)));
        let is_band = matches!(cell.body, CellBody::Band { .. });
        let early =
            is_band && need.block <= height && column.bottom + need.block > height && column.bottom > height / 2;
        if begun && (column.bottom + own > height || early) {
            let next = match &cell.body {
                CellBody::Boxed(boxed) => Some((boxed.node, boxed.part)),
                CellBody::Line(_, node) => Some((*node, 0)),
                _ => cell.block.nodes.first().map(|node| (node, 0)),
            };
            column.goes_on = next.map(|(node, part)| (node.step, part, node.number.clone()));
            columns.push(std::mem::take(&mut column));
            if !is_band && let Some(from) = &from {
                let words = Text::plain(&view.lang, fill(&view.continued, &[("step", from)]));
                let band = band(pen, frame, cell.block, Some(&words));
                push(&mut column, band);
            }
        }
        if let CellBody::Boxed(boxed) = &cell.body {
            from = Some(boxed.node.number.clone());
        }
        push(&mut column, cell);
    }
    columns.push(column);
    columns
}

fn gap(column: &ChartColumn, cell: &ChartCell) -> Pt {
    column.cells.last().map_or(Pt::ZERO, |(_, before)| before.space.1.max(cell.space.0))
}

fn push<'v>(column: &mut ChartColumn<'v>, cell: ChartCell<'v>) {
    let top = column.bottom + gap(column, &cell);
    column.bottom = top + cell.height;
    column.cells.push((top, cell));
}

/// How much height a cell needs in its column.
struct Need {
    /// Space above the cell.
    before: Pt,
    /// The cell and the space above it.
    own: Pt,
    /// The cell and the cells that must stay in one column with it, without the space above it.
    kept: Pt,
    /// Number of cells that stay together.
    chain: usize,
    /// Space below the last of them.
    after: Pt,
    /// Height of the whole block, when the cell is the head of one.
    block: Pt,
}

fn needs(cells: &[ChartCell]) -> Vec<Need> {
    let mut needs: Vec<Need> = Vec::with_capacity(cells.len());
    // From the end, so that what follows is known.
    for (index, cell) in cells.iter().enumerate().rev() {
        let before = index.checked_sub(1).map_or(Pt::ZERO, |before| cells[before].space.1.max(cell.space.0));
        let next = needs.last();
        // A head and a line across stay with the cell that follows; an end stays with the cell before it.
        let together = matches!(cell.body, CellBody::Band { .. } | CellBody::Line(..))
            || cells.get(index + 1).is_some_and(|next| matches!(next.body, CellBody::End(_)));
        let own = before + cell.height;
        let (kept, chain, after) = match next {
            Some(next) if together => (own + next.before + next.kept, next.chain + 1, next.after),
            _ => (own, 1, cell.space.1),
        };
        let same = cells.get(index + 1).is_some_and(|next| !matches!(next.body, CellBody::Band { .. }));
        let block = own + next.filter(|_| same).map_or(Pt::ZERO, |next| next.block);
        needs.push(Need { before, own, kept: kept - before, chain, after, block });
    }
    needs.reverse();
    needs
}

/// Puts columns on pages: hot blocks at the left with the rollbacks beside them. The columns that are left over stand
/// two to a page.
pub(super) fn pages<'v>(hot: Vec<ChartColumn<'v>>, back: Vec<ChartColumn<'v>>) -> Vec<ColumnPair<'v>> {
    let (mut hot, mut back) = (hot.into_iter(), back.into_iter());
    let mut pages: Vec<ColumnPair> = Vec::new();
    while let Some(left) = hot.next().or_else(|| back.next()) {
        pages.push([Some(left), back.next().or_else(|| hot.next())]);
    }
    pages
}

/// Spreads the columns of a page over its height. The space between any two boxes grows by the same amount, up to
/// what the theme allows.
pub(super) fn spread(page: &mut ColumnPair, frame: ChartFrame) {
    let (height, theme) = (frame.height, &frame.theme.chart);
    let gaps = |column: &ChartColumn| column.cells.windows(2).filter(|pair| is_spread(&pair[0].1)).count() as i32;
    let room = |column: &ChartColumn| Pt((height - column.bottom - column.below(theme)).0 / gaps(column).max(1));
    let more = page.iter().flatten().map(room).min().unwrap_or_default().min(theme.spread).max(Pt::ZERO);
    for column in page.iter_mut().flatten() {
        let mut sum = Pt::ZERO;
        let mut grows = false;
        for (top, cell) in &mut column.cells {
            if grows {
                sum += more;
            }
            *top += sum;
            grows = is_spread(cell);
        }
        column.bottom += sum;
    }
}

/// Whether the space below a cell may grow. The space under the head of a block may not: its first box belongs to it.
fn is_spread(cell: &ChartCell) -> bool {
    !matches!(cell.body, CellBody::Band { .. })
}
