//! The look of the check list: paper, type, lines, and the size of everything on it, each in one place.
//!
//! A length that only places one part of a drawing beside another stands in the code that draws it.

use crate::geometry::{Paper, Pt};
use crate::page::Stroke;
use crate::text::typeset::{Align, Setting};

/// The look of a list.
#[derive(Debug, Clone)]
pub struct Theme {
    /// The paper.
    pub paper: Paper,
    /// What is left blank at the paper's edges.
    pub margins: Margins,
    /// Type.
    pub text: Type,
    /// Lines.
    pub line: Lines,
    /// Steps and their items.
    pub steps: Steps,
    /// Forms and tables.
    pub forms: Forms,
    /// Head and foot of every page.
    pub frame: Frame,
    /// Signatures.
    pub signatures: Signatures,
    /// The flow chart.
    pub chart: Chart,
}

/// What is left blank at the paper's edges. Printers leave up to 10 mm of A4 blank, and a quarter of an inch of Letter; letters reach
/// below the last base line.
#[derive(Debug, Clone)]
pub struct Margins {
    /// Left margin: room for punched holes and for the bar of an atomic block.
    pub left: Pt,
    /// Right margin: room for the hatched edge of a rollback.
    pub right: Pt,
    /// Top margin, above the head.
    pub top: Pt,
    /// Bottom margin, below the foot.
    pub bottom: Pt,
}

/// Type: black, headings in 14 points, nothing under 10 (CAP 676, CR-177605; the limit for Chinese is ours). Rows have sizes of
/// their own: [`RowDensity`].
#[derive(Debug, Clone)]
pub struct Type {
    /// Headings.
    pub heading: Setting,
    /// Cautions, values in forms, and whatever else is as important.
    pub step: Setting,
    /// Words in tables.
    pub item: Setting,
    /// Everything else.
    pub small: Setting,
    /// Labels in forms.
    pub label: Setting,
    /// Heads of the columns of steps.
    pub head: Setting,
    /// Widest line of plain words: about 90 characters (CR-177605).
    pub widest: Pt,
}

/// Lines, by what they are for.
#[derive(Debug, Clone)]
pub struct Lines {
    /// Lines to write on.
    pub write: Stroke,
    /// Round the cells of a table or a form, and over the foot.
    pub cell: Stroke,
    /// Round the cells of an important form, which nobody should overlook.
    pub heavy_cell: Stroke,
    /// Under the head of a page.
    pub head: Stroke,
    /// Under the heads of columns of steps.
    pub columns: Stroke,
    /// Under a step or an item.
    pub row: Stroke,
    /// Under the last signature.
    pub signed: Stroke,
    /// A cross, an arrow, a diamond beside words.
    pub sign: Stroke,
    /// Round the mark of a step that reads.
    pub read: Stroke,
    /// Round the mark of a step that writes.
    pub write_mark: Stroke,
    /// Round a caution.
    pub caution: Stroke,
    /// Round a warning, twice.
    pub warning: Stroke,
    /// Across the sheet where there is no way back.
    pub no_return: Stroke,
    /// Beside a command.
    pub code: Stroke,
    /// Round what comes out of a command.
    pub output: Stroke,
    /// The sign before a line that goes on from the line above.
    pub hook: Stroke,
    /// Through the rest of a page that stays empty.
    pub blank_rest: Stroke,
    /// The hatching at the edge of a rollback.
    pub thumb: Stroke,
}

/// Steps and their items.
#[derive(Debug, Clone)]
pub struct Steps {
    /// Room at the left of every row, where the bar of an atomic block stands.
    pub indent: Pt,
    /// Width of that bar.
    pub bar: Pt,
    /// Least width of the column of numbers: 9 mm.
    pub number: Pt,
    /// Least width of the column that repeats them: 8 mm.
    pub again: Pt,
    /// Widest number that is repeated in full: 14 mm.
    pub again_widest: Pt,
    /// Greatest width of the column of steps of which one must have been begun: 18 mm.
    pub only_from: Pt,
    /// Least width of a line for an actual value: 14 mm, enough for a number and its unit.
    pub actual: Pt,
    /// Least width of a box's column: 10 mm.
    pub box_column: Pt,
    /// Greatest width of a box's column, whatever the role over it is called: 17 mm.
    pub box_widest: Pt,
    /// Width from which roles stand one above the other: 13 mm.
    pub above: Pt,
    /// Greatest width of a role that stands over the middle of its box, one above the other: 24 mm.
    pub role_widest: Pt,
    /// Column of the time: 22 mm, of which a printed time leaves 11 to write in.
    pub time: Pt,
    /// Column of date and time, on a list that is done on several days: 30 mm.
    pub date: Pt,
    /// How closely rows are set, from roomy to close.
    pub densities: [RowDensity; 3],
    /// What comes out of a command.
    pub output: Setting,
    /// Space that a tightened row keeps above and below its words.
    pub tight: Pt,
    /// Side of a step's box: 4.7 mm. No box is smaller than 4.5 mm (place-keeping, DOE; sizes ours).
    pub step_box: Pt,
    /// Side of an item's box: 4.6 mm.
    pub item_box: Pt,
    /// Room for the cross and the arrow before a way out.
    pub cross: Pt,
}

/// How closely rows are set.
#[derive(Debug, Clone, Copy)]
pub struct RowDensity {
    /// Numbers, actions, expected values and times.
    pub main: Setting,
    /// The lines under an action.
    pub below: Setting,
    /// Commands, before code is set a tenth smaller.
    pub code: Setting,
    /// Height of a row.
    pub height: RowHeight,
}

/// The least height of a row.
#[derive(Debug, Clone, Copy)]
pub struct RowHeight {
    /// Least height where there is room.
    pub least: Pt,
    /// By how much that height may be tightened.
    pub give: Pt,
}

/// Forms and tables.
#[derive(Debug, Clone)]
pub struct Forms {
    /// Between a cell's edge and its words.
    pub gap: Pt,
    /// Shortest line to write on beside its label: 10 mm, enough for a number of five digits. A line with less room
    /// stands below the label.
    pub shortest: Pt,
    /// Least room beside boxes for their labelled line: 70 mm, enough for a sentence.
    pub reason: Pt,
    /// Least room for what isn't known yet, such as a name with a telephone number: 35 mm.
    pub room: Pt,
    /// Height of a line to write on.
    pub line: Pt,
    /// Least height of a cell for initials: 8 mm.
    pub hand: Pt,
    /// Side of a box before a choice.
    pub choice_box: Pt,
}

/// Head and foot of every page.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Side of the QR code that leads to the runbook.
    pub code: Pt,
    /// The most width of a logo; its most height is that of the code.
    pub logo: Pt,
    /// Between the body and the head, and between the body and the foot.
    pub space: Pt,
    /// Room over a line of the foot.
    pub foot_line: Pt,
    /// Widths of the foot's lines: last step done, operator, checker.
    pub foot_lines: [Pt; 3],
    /// Width of the hatched edge of a rollback.
    pub thumb: Pt,
    /// The empty rest of a page is struck out if it is higher than this.
    pub blank_rest: Pt,
    /// Distance of a change bar from the right edge of what it marks, outside of it.
    pub change_outside: Pt,
    /// Distance of a change bar from the right edge of a cell that others follow, inside of it.
    pub change_inside: Pt,
}

/// Signatures.
#[derive(Debug, Clone)]
pub struct Signatures {
    /// Room for a printed name that isn't known.
    pub name: Pt,
    /// Room for a signature.
    pub signature: Pt,
    /// Room for date and time.
    pub time: Pt,
    /// Height of a line, and by how much it may be tightened.
    pub row: RowHeight,
}

/// The flow chart.
#[derive(Debug, Clone)]
pub struct Chart {
    /// Numbers of steps.
    pub number: Setting,
    /// Labels on branches: as large as the other words, with less leading.
    pub branch: Setting,
    /// Everything else.
    pub words: Setting,
    /// How closely charts are set, from roomy to close. The closest one is only for a chart that is short enough for
    /// one page but would otherwise need two.
    pub densities: [Density; 5],
    /// Flow lines.
    pub flow: Stroke,
    /// Outline of what changes nothing.
    pub thin: Pt,
    /// Outline of what leaves something changed.
    pub heavy: Pt,
    /// Between the columns: room for the rail.
    pub gutter: Pt,
    /// How much the space between two boxes may grow to fill a page.
    pub spread: Pt,
    /// Space above the words at the bottom that say on which page a target stands.
    pub elsewhere: Pt,
    /// Margin of the drawing that isn't printed.
    pub margin: Pt,
    /// Width of the drawing that isn't printed, without its margins.
    pub width: Pt,
    /// Least length of an arrow with a label beside it.
    pub branch_gap: Pt,
    /// Height of a pill.
    pub pill: Pt,
    /// Distance from a box to the pill beside it.
    pub stub: Pt,
    /// Room for the arrow inside a pill.
    pub pill_arrow: Pt,
    /// Between the rows of ways out.
    pub rows: Pt,
    /// Height of a diamond.
    pub diamond: Pt,
    /// Heights, counted from the middle of a diamond, at which its lines end: number, first line, second line.
    pub diamond_lines: [Pt; 3],
    /// How far the pointed ends of a flat diamond and the round end of a wait reach into their box.
    pub point: Pt,
    /// Width of the room for the stop watch of a wait.
    pub watch: Pt,
    /// Space inside a box beside its words.
    pub side: Pt,
    /// Room for change bars before the boxes, if there are any.
    pub marks: Pt,
    /// Least length of the arrow that leads to where a column goes on.
    pub goes_on: Pt,
    /// Between two rollbacks in one column.
    pub apart: Pt,
    /// Width of the bar beside an atomic block.
    pub bar: Pt,
    /// Distance from the column's left edge to the way back to the first step of a repeated block.
    pub way_back: Pt,
    /// Half of the gap that a change bar leaves for a line that passes.
    pub passes: Pt,
    /// Distance of a single rail to the left of the right column.
    pub rail: Pt,
    /// Distances at which several rails may run.
    pub rails: [Pt; 3],
    /// Between the ends of two rails in one lane.
    pub rails_apart: Pt,
}

/// How closely the parts of a chart stand.
#[derive(Debug, Clone, Copy)]
pub struct Density {
    /// How many lines an action takes at most.
    pub lines: usize,
    /// Whether the number stands over its mark rather than beside it.
    pub stacked: bool,
    /// Space above and below the words of a box.
    pub pad: Pt,
    /// Between two boxes.
    pub gap: Pt,
    /// Whether diamonds are flat: with pointed ends, and as high as other boxes.
    pub flat: bool,
}

/// The line under a gap inside a text. It doesn't depend on the theme.
pub(super) const GAP_LINE: Stroke = Stroke::plain(Pt(600), 0);
/// Height of the room above that line.
pub(super) const GAP_HEIGHT: Pt = Pt(14_000);

/// Black type of a size, with a leading of 130 % or more (CR-177605).
const fn black(size: Pt) -> Setting {
    Setting { size, leading: Pt(size.0 / 100 * 133), bold: false, code: false, align: Align::Start }
}

const STEP: Setting = black(Pt(12_000));
const SMALL: Setting = black(Pt(10_500));
const TEN: Setting = black(Pt(10_000));

impl Theme {
    /// The look of every list on a paper.
    #[must_use]
    pub const fn new(paper: Paper) -> Self {
        let edge = match paper {
            Paper::A4 => Pt(28_400),
            Paper::Letter => Pt(18_600),
        };
        Self {
            paper,
            margins: Margins { left: Pt(42_000), right: Pt(36_000), top: edge, bottom: edge },
            text: TYPE,
            line: LINES,
            steps: STEPS,
            forms: FORMS,
            frame: FRAME,
            signatures: SIGNATURES,
            chart: CHART,
        }
    }

    /// Width between the margins.
    #[must_use]
    pub fn content_width(&self) -> Pt {
        self.paper.size().0 - self.margins.left - self.margins.right
    }
}

const TYPE: Type = Type {
    heading: black(Pt(14_000)),
    step: STEP,
    item: black(Pt(11_000)),
    small: SMALL,
    label: SMALL,
    head: TEN,
    widest: Pt(440_000),
};

const LINES: Lines = Lines {
    write: Stroke::plain(Pt(700), 0),
    cell: Stroke::plain(Pt(600), 90),
    heavy_cell: Stroke::plain(Pt(1_800), 0),
    head: Stroke::plain(Pt(1_400), 0),
    columns: Stroke::plain(Pt(800), 0),
    row: Stroke::plain(Pt(500), 110),
    signed: Stroke::plain(Pt(900), 0),
    sign: Stroke::plain(Pt(1_000), 0),
    read: Stroke::plain(Pt(600), 0),
    write_mark: Stroke::plain(Pt(1_300), 0),
    caution: Stroke::plain(Pt(1_000), 0),
    warning: Stroke::plain(Pt(1_300), 0),
    no_return: Stroke::plain(Pt(2_500), 0),
    code: Stroke::plain(Pt(1_500), 150),
    output: Stroke::plain(Pt(500), 110),
    hook: Stroke { round: true, ..Stroke::plain(Pt(900), 0) },
    blank_rest: Stroke::plain(Pt(600), 110),
    thumb: Stroke::plain(Pt(2_400), 0),
};

const STEPS: Steps = Steps {
    indent: Pt(13_000),
    bar: Pt(7_000),
    number: Pt::tenth_mm(90),
    again: Pt::tenth_mm(80),
    again_widest: Pt::tenth_mm(140),
    only_from: Pt::tenth_mm(180),
    actual: Pt::tenth_mm(140),
    box_column: Pt::tenth_mm(100),
    box_widest: Pt::tenth_mm(170),
    above: Pt::tenth_mm(130),
    role_widest: Pt::tenth_mm(240),
    time: Pt::tenth_mm(220),
    date: Pt(85_000),
    densities: [
        RowDensity {
            main: black(Pt(11_000)),
            below: TEN,
            code: Setting { code: true, ..black(Pt(11_500)) },
            height: RowHeight { least: Pt::tenth_mm(75), give: Pt::tenth_mm(4) },
        },
        RowDensity {
            main: SMALL,
            below: TEN,
            code: Setting { code: true, ..black(Pt(11_000)) },
            height: RowHeight { least: Pt::tenth_mm(70), give: Pt::tenth_mm(3) },
        },
        RowDensity {
            main: TEN,
            below: Setting { leading: Pt(13_000), ..TEN },
            code: Setting { code: true, ..TEN },
            height: RowHeight { least: Pt::tenth_mm(65), give: Pt::tenth_mm(7) },
        },
    ],
    output: Setting { code: true, ..TEN },
    tight: Pt(1_200),
    step_box: Pt::tenth_mm(47),
    item_box: Pt(13_000),
    cross: Pt(22_000),
};

const FORMS: Forms = Forms {
    gap: Pt(5_000),
    shortest: Pt::tenth_mm(100),
    reason: Pt::tenth_mm(700),
    room: Pt::tenth_mm(350),
    line: Pt::tenth_mm(90),
    hand: Pt::tenth_mm(80),
    choice_box: Pt(12_800),
};

const FRAME: Frame = Frame {
    code: Pt(46_000),
    logo: Pt(110_000),
    space: Pt(6_000),
    foot_line: Pt(13_000),
    foot_lines: [Pt(44_000), Pt(46_000), Pt(46_000)],
    thumb: Pt(20_000),
    blank_rest: Pt(40_000),
    change_outside: Pt(6_000),
    change_inside: Pt(5_000),
};

const SIGNATURES: Signatures = Signatures {
    name: Pt(62_000),
    signature: Pt(84_000),
    time: Pt(72_000),
    row: RowHeight { least: Pt(22_000), give: Pt(2_000) },
};

const CHART: Chart = Chart {
    number: Setting { leading: Pt(14_500), bold: true, ..STEP },
    branch: Setting { leading: Pt(12_800), ..SMALL },
    words: SMALL,
    densities: [
        Density { lines: 2, stacked: true, pad: Pt(4_000), gap: Pt(12_000), flat: false },
        Density { lines: 2, stacked: true, pad: Pt(2_500), gap: Pt(9_000), flat: false },
        Density { lines: 2, stacked: false, pad: Pt(3_500), gap: Pt(9_000), flat: false },
        Density { lines: 1, stacked: false, pad: Pt(3_500), gap: Pt(8_000), flat: true },
        Density { lines: 1, stacked: false, pad: Pt(1_750), gap: Pt(3_500), flat: true },
    ],
    flow: Stroke::plain(Pt(1_100), 0),
    thin: Pt(800),
    heavy: Pt(2_400),
    gutter: Pt(20_000),
    spread: Pt(9_000),
    elsewhere: Pt(6_000),
    margin: Pt(20_000),
    width: Pt(520_000),
    branch_gap: Pt(16_000),
    pill: Pt(17_000),
    stub: Pt(26_000),
    pill_arrow: Pt(11_000),
    rows: Pt(3_000),
    diamond: Pt(72_000),
    diamond_lines: [Pt(-21_500), Pt(-7_000), Pt(7_000)],
    point: Pt(9_000),
    watch: Pt(18_000),
    side: Pt(6_000),
    marks: Pt(6_000),
    goes_on: Pt(12_000),
    apart: Pt(24_000),
    bar: Pt(6_000),
    way_back: Pt(13_500),
    passes: Pt(6_000),
    rail: Pt(10_000),
    rails: [Pt(15_000), Pt(11_500), Pt(8_000)],
    rails_apart: Pt(6_000),
};
