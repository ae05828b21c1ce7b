//! Logos of points (PNG): each shade becomes an area.

use std::collections::BTreeMap;
use std::io::Cursor;

use png::{ColorType, Decoder, DecodingError, Limits, Transformations};

use super::{Area, Logo, LogoFault, MOST_SEGMENTS, rectangle};

/// The most points of a file, so that a small file doesn't become a large one in memory.
const MOST_POINTS: u64 = 16 << 20;

/// The most rows that are printed, about 600 an inch at the height of a page's head; more are put together.
const MOST_ROWS: usize = 320;

/// How many shades are printed, white among them.
const SHADES: usize = 6;

/// Reads a PNG. Where it is transparent, the paper shows through.
pub fn read(bytes: &[u8]) -> Result<Logo, LogoFault> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: 128 << 20 });
    decoder.set_transformations(Transformations::normalize_to_color8());
    let size = decoder.read_header_info().map_err(|why| broken(&why)).map(|info| [info.width, info.height])?;
    if u64::from(size[0]) * u64::from(size[1]) > MOST_POINTS {
        let message = format!("it has {} × {} points", size[0], size[1]);
        return Err(LogoFault::new(message, "make it smaller: a thousand points in width are plenty"));
    }
    let mut reader = decoder.read_info().map_err(|why| broken(&why))?;
    let too_large = || LogoFault::new("it doesn't fit into memory", "make it smaller");
    let mut points = vec![0; reader.output_buffer_size().ok_or_else(too_large)?];
    let frame = reader.next_frame(&mut points).map_err(|why| broken(&why))?;
    let each = frame.color_type.samples();
    let shade = |point: &[u8]| {
        let (gray, alpha) = match (frame.color_type, point) {
            (ColorType::Rgb | ColorType::Rgba, [red, green, blue, rest @ ..]) => {
                (super::vector::gray([*red, *green, *blue]), rest.first())
            }
            (_, [gray, rest @ ..]) => (*gray, rest.first()),
            (_, []) => (255, None),
        };
        let alpha = u32::from(*alpha.unwrap_or(&255));
        (u32::from(gray) * alpha + 255 * (255 - alpha)) / 255
    };
    let shades: Vec<u32> = points.chunks_exact(each).map(shade).collect();
    areas(&shades, [frame.width as usize, frame.height as usize])
}

fn broken(why: &DecodingError) -> LogoFault {
    LogoFault::new(format!("it is broken: {why}"), "save it again as a PNG, or as an SVG")
}

/// The areas of a picture of points, each a gray from 0 to 255.
fn areas(points: &[u32], [width, height]: [usize; 2]) -> Result<Logo, LogoFault> {
    let step = height.div_ceil(MOST_ROWS).max(1);
    let mut areas: BTreeMap<usize, Area> = BTreeMap::new();
    // The runs of the row above.
    let mut open: Vec<ShadeRun> = Vec::new();
    let mut count = 0;
    let too_fine = || {
        let message = format!("it has more than {} areas of one shade", MOST_SEGMENTS / 5);
        LogoFault::new(message, "take a simpler picture, as for a stamp, or an SVG")
    };
    for row in 0..=height.div_ceil(step) {
        let mut next = if row * step < height { runs(points, [width, height], row, step) } else { Vec::new() };
        if next.len() > MOST_SEGMENTS / 5 {
            return Err(too_fine());
        }
        // Both rows are in order, so each run is looked up.
        for run in &mut next {
            let above = open.binary_search_by_key(&run.begin, |run| run.begin).ok().map(|above| &mut open[above]);
            if let Some(above) = above.filter(|above| (above.end, above.shade) == (run.end, run.shade)) {
                run.top = above.top;
                above.goes_on = true;
            }
        }
        for ShadeRun { begin, end, shade, top, .. } in
            std::mem::replace(&mut open, next).into_iter().filter(|run| !run.goes_on)
        {
            count += 5;
            if count > MOST_SEGMENTS {
                return Err(too_fine());
            }
            let gray = (shade * 255 / (SHADES - 1)) as u8;
            let area = areas.entry(shade).or_insert(Area { outline: Vec::new(), even_odd: false, gray });
            let [x, y] = [begin as f64, top as f64];
            area.outline.extend(rectangle([x, y], [(end - begin) as f64, (row - top) as f64]));
        }
    }
    Ok(Logo { width: 0.0, height: 0.0, areas: areas.into_values().collect() })
}

/// Points of one shade beside each other, and what is the same in the rows above.
struct ShadeRun {
    begin: usize,
    end: usize,
    shade: usize,
    /// The row where it began.
    top: usize,
    /// Whether the next row has it too.
    goes_on: bool,
}

/// The runs of one shade in a row, but for those of the paper.
fn runs(points: &[u32], [width, height]: [usize; 2], row: usize, step: usize) -> Vec<ShadeRun> {
    let rows = row * step..((row + 1) * step).min(height);
    let mut runs: Vec<ShadeRun> = Vec::new();
    for column in 0..width.div_ceil(step) {
        let columns = column * step..((column + 1) * step).min(width);
        let sum: u32 = rows.clone().map(|y| columns.clone().map(|x| points[y * width + x]).sum::<u32>()).sum();
        let gray = sum as usize / (rows.len() * columns.len());
        let shade = (gray * (SHADES - 1) + 127) / 255;
        if shade == SHADES - 1 {
            continue;
        }
        match runs.last_mut() {
            Some(run) if run.end == column && run.shade == shade => run.end += 1,
            _ => runs.push(ShadeRun { begin: column, end: column + 1, shade, top: row, goes_on: false }),
        }
    }
    runs
}
