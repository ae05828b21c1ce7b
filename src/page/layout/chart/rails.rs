//! Rails: lines in the gutter that lead from the ways out at its left into the rollbacks at its right.

use super::draw::Canvas;
use crate::geometry::Pt;

/// The ways out that lead into one rollback.
pub(super) struct RollbackWays {
    /// Where the arrow to it ends.
    pub head: (Pt, Pt),
    /// Where the pills that lead there end; never empty.
    pub from: Vec<(Pt, Pt)>,
}

/// Draws a rail for each rollback whose lines cross no other rail's. A rollback without a rail is still named on the
/// pills that lead into it.
pub(super) fn draw(canvas: &mut Canvas, rollbacks: &[RollbackWays]) {
    let theme = canvas.theme;
    let lanes: &[Pt] = if rollbacks.len() == 1 { &[theme.rail] } else { &theme.rails };
    let mut rails: Vec<Rail> = Vec::new();
    for ways in rollbacks {
        let mut tried = lanes.iter().map(|lane| Rail { x: ways.head.0 - *lane, apart: theme.rails_apart, ways });
        if let Some(rail) = tried.find(|rail| rails.iter().all(|other| !crosses(rail, other))) {
            rail.draw(canvas);
            rails.push(rail);
        }
    }
}

struct Rail<'e> {
    x: Pt,
    /// Least distance to the ends of another rail.
    apart: Pt,
    ways: &'e RollbackWays,
}

impl Rail<'_> {
    /// The ends of its upright line.
    fn ends(&self) -> (Pt, Pt) {
        let all = || self.ways.from.iter().map(|(_, y)| *y).chain([self.ways.head.1]);
        (all().min().unwrap_or_default(), all().max().unwrap_or_default())
    }

    fn draw(&self, canvas: &mut Canvas) {
        for (right, y) in &self.ways.from {
            canvas.lines(&[(*right, *y), (self.x, *y)]);
        }
        let (top, bottom) = self.ends();
        canvas.lines(&[(self.x, top), (self.x, bottom)]);
        canvas.arrow(&[(self.x, self.ways.head.1), self.ways.head]);
    }
}

fn crosses(one: &Rail, other: &Rail) -> bool {
    let (a, b) = (one.ends(), other.ends());
    let in_one_lane = one.x == other.x && a.0 < b.1 + one.apart && b.0 < a.1 + one.apart;
    in_one_lane || passes(one, other) || passes(other, one)
}

/// Whether a level line of one rail passes another rail.
fn passes(level: &Rail, upright: &Rail) -> bool {
    let (top, bottom) = upright.ends();
    let inside = |y: Pt| top - upright.apart < y && y < bottom + upright.apart;
    let before = upright.x < level.x && level.ways.from.iter().any(|(_, y)| inside(*y));
    before || upright.x > level.x && inside(level.ways.head.1)
}
