//! The pages of the example flows as pictures, read by another library and compared with those that somebody has looked at:
//! `tests/pictures/<flow>/<page>.png`, a pixel a point, in four grays. `RUNSHEET_UPDATE=1` draws them anew.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};
use runsheet::geometry::{Paper, Pt};
use runsheet::page::{Document, Item, ItemKind, pdf};

use crate::support::draw::draw;
use crate::support::{EXAMPLES, FONTS, kept};

/// Pictures are compared by squares of so many pixels a side.
const SQUARE: usize = 16;
/// Pixels of a square that may differ, for what another processor rounds otherwise. A line through a square has more.
const TOLERATED: usize = 6;

/// What a PNG file begins with.
const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Two bits a pixel, gray; deflated, no filter by choice, not interlaced.
const FORMAT: [u8; 5] = [2, 0, 0, 0, 0];

/// A picture in four grays.
struct Picture {
    width: usize,
    height: usize,
    /// From 0 for black to 3 for white, row by row.
    grays: Vec<u8>,
}

fn pictures(document: &Document) -> Vec<Picture> {
    let drawn = draw(&pdf::write(document, &FONTS).expect("a PDF"));
    let picture = drawn.into_iter().map(|page| Picture {
        width: page.width,
        height: page.height,
        // A fine gray line covers a quarter of its pixels: it must not be rounded away.
        grays: page.grays.iter().map(|gray| (gray * 3.0 + 0.2) as u8).collect(),
    });
    picture.collect()
}

/// The squares that differ, each by its left and upper edge in points; all there are for pictures of other sizes.
fn differences(one: &Picture, other: &Picture) -> Vec<(usize, usize)> {
    let columns = one.width.div_ceil(SQUARE);
    let mut different = vec![0; columns * one.height.div_ceil(SQUARE)];
    let same_size = (one.width, one.height) == (other.width, other.height);
    for (at, gray) in one.grays.iter().enumerate() {
        if !same_size || *gray != other.grays[at] {
            different[at / one.width / SQUARE * columns + at % one.width / SQUARE] += 1;
        }
    }
    let squares = different.into_iter().enumerate().filter(|(_, count)| *count > TOLERATED);
    squares.map(|(at, _)| (at % columns * SQUARE, at / columns * SQUARE)).collect()
}

fn folder(id: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pictures").join(id)
}

fn chunk(file: &mut Vec<u8>, kind: &[u8], content: &[u8]) {
    file.extend((content.len() as u32).to_be_bytes());
    let mut sum = Crc::new();
    for part in [kind, content] {
        sum.update(part);
        file.extend(part);
    }
    file.extend(sum.sum().to_be_bytes());
}

fn write(path: &Path, picture: &Picture) {
    let mut rows = ZlibEncoder::new(Vec::new(), Compression::best());
    for row in picture.grays.chunks(picture.width) {
        let packed = row.chunks(4).map(|four| four.iter().enumerate().map(|(at, gray)| gray << (6 - 2 * at)).sum());
        rows.write_all(&[&[0][..], &packed.collect::<Vec<u8>>()].concat()).expect("room");
    }
    let size = [picture.width, picture.height].map(|length| (length as u32).to_be_bytes()).concat();
    let mut file = SIGNATURE.to_vec();
    chunk(&mut file, b"IHDR", &[&size[..], &FORMAT].concat());
    chunk(&mut file, b"IDAT", &rows.finish().expect("room"));
    chunk(&mut file, b"IEND", b"");
    fs::write(path, file).expect("a file");
}

/// Reads what [`write`] writes.
fn read(path: &Path) -> Picture {
    let file = fs::read(path).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
    let number = |at: usize| u32::from_be_bytes(file[at..at + 4].try_into().expect("four bytes")) as usize;
    let is_ours = file.starts_with(SIGNATURE) && file[24..29] == FORMAT && file[37..41] == *b"IDAT";
    assert!(is_ours, "{} isn't as this test writes it", path.display());
    let (width, height, length) = (number(16), number(20), number(33));
    let mut rows = Vec::new();
    ZlibDecoder::new(&file[41..41 + length]).read_to_end(&mut rows).expect("rows");
    let pixels = |row: &[u8]| (0..width).map(|at| row[1 + at / 4] >> (6 - 2 * (at % 4)) & 3).collect::<Vec<_>>();
    let grays = rows.chunks(1 + width.div_ceil(4)).flat_map(pixels).collect();
    Picture { width, height, grays }
}

/// The example flows, each in its first language on A4.
fn examples() -> impl Iterator<Item = (&'static str, &'static Document)> {
    let first = |id: &str| {
        EXAMPLES.iter().find(|case| case.name.starts_with(id) && case.document.pages[0].width == Paper::A4.size().0)
    };
    [
        "dubbo-registry",
        "kubernetes-control-plane",
        "mysql-switchover",
        "postgres-upgrade",
        "rolling-kernel-patch",
        "skiff-release",
    ]
    .into_iter()
    .map(move |id| (id, &first(id).unwrap_or_else(|| panic!("{id} isn't printed")).document))
}

#[test]
fn the_examples_look_as_somebody_has_seen_them() {
    let update = kept::is_update();
    let mut different = Vec::new();
    for (id, document) in examples() {
        let drawn = pictures(document);
        if update {
            let _ = fs::remove_dir_all(folder(id));
            fs::create_dir_all(folder(id)).expect("a folder");
        }
        for (index, picture) in drawn.iter().enumerate() {
            let path = folder(id).join(format!("{:02}.png", index + 1));
            if update {
                write(&path, picture);
            }
            let squares = differences(picture, &read(&path));
            if let Some((x, y)) = squares.first() {
                let (page, count) = (index + 1, squares.len());
                different.push(format!("{id}, page {page}: {count} places, the first {x} pt right, {y} pt down"));
            }
        }
        assert_eq!(fs::read_dir(folder(id)).expect("a folder").count(), drawn.len(), "pages of {id}");
    }
    assert!(different.is_empty(), "look at them, then `RUNSHEET_UPDATE=1 cargo test`:\n{}", different.join("\n"));
}

/// Draws the first example as it is and with the first item changed for which `change` says so; what differs on that page,
/// and whether anything does on the others.
fn changed(change: impl Fn(&mut Item) -> bool) -> (usize, bool) {
    let (_, document) = examples().next().expect("an example");
    let mut other = document.clone();
    let page = other.pages.iter_mut().position(|page| page.items.iter_mut().any(&change)).expect("such an item");
    let [before, after] = [document, &other].map(pictures);
    let counts: Vec<usize> = before.iter().zip(&after).map(|(one, other)| differences(one, other).len()).collect();
    (counts[page], counts.iter().enumerate().any(|(index, count)| index != page && *count > 0))
}

/// Where nobody looks.
const AWAY: Pt = Pt(10_000_000);

#[test]
fn a_line_of_text_out_of_place_is_seen() {
    let (here, elsewhere) = changed(|item| match &mut item.kind {
        ItemKind::Text(text) if text.text.starts_with("还原静态数据为动态") => {
            text.y += Pt::points(6);
            true
        }
        _ => false,
    });
    assert!(here > 0 && !elsewhere);
}

#[test]
fn a_missing_box_is_seen() {
    let (here, elsewhere) = changed(|item| match &mut item.kind {
        ItemKind::Tick(tick) => {
            tick.rect.x += AWAY;
            true
        }
        _ => false,
    });
    assert!(here > 0 && !elsewhere);
}

#[test]
fn a_missing_rule_is_seen() {
    let (here, elsewhere) = changed(|item| match &mut item.kind {
        ItemKind::Path(path) if path.stroke.as_ref().is_some_and(|stroke| stroke.gray > 0) => {
            path.segments.clear();
            true
        }
        _ => false,
    });
    assert!(here > 0 && !elsewhere);
}
