//! The pages of the example flows as pictures, drawn by another program's eyes and compared with those that somebody
//! has looked at: `tests/pictures/<flow>/<page>.png`. `RUNSHEET_UPDATE=1` draws them anew.

use std::fs;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use runsheet::geometry::{Paper, Pt};
use runsheet::page::{Document, Item, Kind, pdf};

use crate::support::{EXAMPLES, FONTS, kept};

/// Pixels a point.
const SCALE: f32 = 0.5;
/// Grays further apart than this are different: what rounding gives at an edge is less.
const DIFFERENT: u8 = 64;
/// Pixels in ten thousand that may be different.
const TOLERATED: usize = 5;

/// A picture in grays.
#[derive(PartialEq)]
struct Picture {
    width: u32,
    height: u32,
    grays: Vec<u8>,
}

fn pictures(bytes: Vec<u8>) -> Vec<Picture> {
    let pdf = Pdf::new(bytes).expect("a PDF");
    let cache = RenderCache::new();
    let settings = PixmapSettings { x_scale: SCALE, y_scale: SCALE, bg_color: WHITE };
    let draw = |page| render(page, &cache, &InterpreterSettings::default(), &RenderSettings::default(), &settings);
    let gray = |page| {
        let pixmap = draw(page);
        // Red stands for all three: the sheet is black, white and gray.
        let grays = pixmap.data_as_u8_slice().chunks_exact(4).map(|pixel| pixel[0]).collect();
        Picture { width: u32::from(pixmap.width()), height: u32::from(pixmap.height()), grays }
    };
    pdf.pages().iter().map(gray).collect()
}

/// How many pixels in ten thousand are different.
fn difference(one: &Picture, other: &Picture) -> usize {
    if (one.width, one.height) != (other.width, other.height) {
        return 10_000;
    }
    let different = one.grays.iter().zip(&other.grays).filter(|(one, other)| one.abs_diff(**other) > DIFFERENT);
    different.count() * 10_000 / one.grays.len().max(1)
}

fn folder(id: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pictures").join(id)
}

fn write(path: &Path, picture: &Picture) {
    let file = fs::File::create(path).expect("a file");
    let mut encoder = png::Encoder::new(file, picture.width, picture.height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_compression(png::Compression::High);
    encoder.write_header().and_then(|mut writer| writer.write_image_data(&picture.grays)).expect("a picture");
}

fn read(path: &Path) -> Picture {
    let mut reader =
        png::Decoder::new(BufReader::new(fs::File::open(path).expect("a file"))).read_info().expect("a picture");
    let mut grays = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut grays).expect("a picture");
    Picture { width: info.width, height: info.height, grays }
}

/// The example flows, each in its first language on A4.
fn examples() -> impl Iterator<Item = (&'static str, &'static Document)> {
    let first = |id: &str| {
        EXAMPLES.iter().find(|case| case.name.starts_with(id) && case.document.pages[0].width == Paper::A4.size().0)
    };
    ["dubbo-registry", "postgres-upgrade", "rolling-kernel-patch"]
        .into_iter()
        .map(move |id| (id, &first(id).unwrap_or_else(|| panic!("{id} isn't printed")).document))
}

#[test]
fn the_examples_look_as_somebody_has_seen_them() {
    let update = kept::is_update();
    let mut different = Vec::new();
    for (id, document) in examples() {
        let drawn = pictures(pdf::write(document, &FONTS).expect("a PDF"));
        if update {
            let _ = fs::remove_dir_all(folder(id));
            fs::create_dir_all(folder(id)).expect("a folder");
        }
        for (index, picture) in drawn.iter().enumerate() {
            let path = folder(id).join(format!("{:02}.png", index + 1));
            if update {
                write(&path, picture);
            } else if difference(picture, &read(&path)) > TOLERATED {
                different.push(format!("{id}, page {}: {} in 10,000", index + 1, difference(picture, &read(&path))));
            }
        }
        assert_eq!(fs::read_dir(folder(id)).expect("a folder").count(), drawn.len(), "pages of {id}");
    }
    assert!(different.is_empty(), "look at them, then `RUNSHEET_UPDATE=1 cargo test`:\n{}", different.join("\n"));
}

#[test]
fn a_line_out_of_place_is_seen() {
    let (_, document) = examples().next().expect("an example");
    let mut moved = document.clone();
    let step = |item: &mut Item| match &mut item.kind {
        Kind::Text(text) if text.text.starts_with("还原静态数据为动态") => {
            text.y += Pt::points(6);
            true
        }
        _ => false,
    };
    let page = moved.pages.iter_mut().position(|page| page.items.iter_mut().any(step)).expect("step 8");
    let [before, after] = [document, &moved].map(|document| pictures(pdf::write(document, &FONTS).expect("a PDF")));
    assert!(difference(&before[page], &after[page]) > TOLERATED);
    assert_eq!(difference(&before[page - 1], &after[page - 1]), 0);
}
