//! Checks what must hold on every printed page. Each check gives a list of findings.

use runsheet::view::checklist::Checklist;
use runsheet::view::labels::fill;

use super::file::Place;
use super::places::{BlockAt, HeadingAt, ListAt, PartedAt, RowAt};
use super::read::{Drawn, Glyph, PageText, Print, squeezed};
use super::story::Story;

/// Least distance from the paper's edge: 10 mm.
const MARGIN: f64 = 28.34;
/// Blank edge at the top and bottom of Letter, in points: a quarter of an inch.
const LETTER_MARGIN: f64 = 18.0;
/// Height of Letter, in points.
const LETTER: f64 = 792.0;
/// Least side of a box: 4.5 mm.
const BOX: f64 = 12.755;
/// Least type size, in points.
const LEAST: f64 = 9.999;
/// Texts may overlap by this much, because of rounding and because letters reach beyond their width.
const TOUCH: f64 = 0.5;
/// How far letters reach above and below the base line, in ems.
const RISE: f64 = 0.7;
const DROP: f64 = 0.2;
/// Space over and under the words of things that stand under one another, at most.
const SPACE: f64 = 60.0;

/// The findings of every check in this module.
pub fn all(view: &Checklist, print: &Print, story: &Story) -> Vec<String> {
    let mut findings = identity(view, print);
    findings.extend(heads(print, story));
    findings.extend(margins(print));
    findings.extend(overlaps(print));
    findings.extend(sizes(print));
    findings.extend(boxes(print, story));
    findings.extend(rows(print, story));
    findings.extend(notices(print, story));
    findings.extend(blocks(print, story));
    findings.extend(parted(print, story));
    findings.extend(tails(print, story));
    findings.extend(ways(print, story));
    findings
}

/// Keeps one finding for each page and each kind of thing that is wrong there.
fn each_page(print: &Print, check: impl Fn(usize, &PageText) -> Vec<String>) -> Vec<String> {
    let told = |(index, page)| {
        let findings: Vec<String> = check(index, page);
        findings.into_iter().take(5).map(move |finding| format!("page {}: {finding}", index + 1))
    };
    print.pages.iter().enumerate().flat_map(told).collect()
}

/// Head and foot of every page say what the page belongs to, its revision, the page number of how many, and what to
/// do in doubt.
pub fn identity(view: &Checklist, print: &Print) -> Vec<String> {
    // Copies follow one another, and each has its own page numbers.
    let copies = view.copies.as_ref().map_or(1, |copies| copies.count as usize);
    let pages = print.pages.len() / copies;
    each_page(print, |index, page| {
        let frame: String = page.glyphs.iter().filter(|glyph| glyph.artifact).map(|glyph| &*glyph.reads).collect();
        let frame = squeezed(&frame);
        let numbers = [("page", index % pages + 1), ("pages", pages), ("copy", index / pages + 1), ("copies", copies)]
            .map(|(name, number)| (name, number.to_string()));
        let page_of = fill(&view.head.page_of, &numbers.each_ref().map(|(name, number)| (*name, &**number)));
        let head = [&view.head.title, &view.head.identity, &view.head.printed, &view.head.number];
        // Lines for the last step done stand where steps are done one after another.
        let step = |name: &str| name.starts_with("step-") || name.contains(".step-");
        let has_steps = print.places.iter().any(|place| place.page == index && step(&place.name));
        let foot = view.foot.lines.iter().map(|(_, label)| label).filter(|_| has_steps);
        let mut wanted: Vec<String> = head.into_iter().chain(foot).map(|text| text.written_out().to_plain()).collect();
        wanted.extend([page_of, view.meta.id.clone()]);
        let mut findings: Vec<String> = wanted
            .iter()
            .filter(|words| !frame.contains(&squeezed(words)))
            .map(|words| format!("neither head nor foot says `{words}`"))
            .collect();
        let doubt =
            [&view.foot.doubt, &view.foot.doubt_atomic, &view.foot.doubt_back].map(|text| squeezed(&text.to_plain()));
        if !doubt.iter().any(|words| frame.contains(words.as_str())) {
            findings.push("the foot doesn't say what to do in doubt".to_owned());
        }
        let next = (index % pages + 2).to_string();
        let goes_on = squeezed(&fill(&view.foot.continues, &[("page", &next)]));
        if index % pages + 1 < pages && !begins(view, print, index + 1) && !frame.contains(&goes_on) {
            findings.push(format!("the foot doesn't say `{goes_on}`"));
        }
        findings
    })
}

/// Whether a sheet begins on a page, in any copy.
fn begins(view: &Checklist, print: &Print, page: usize) -> bool {
    let is_sheet = |place: &&Place| {
        let name = place.name.rsplit('.').next();
        view.sheets.iter().any(|sheet| place.name == sheet.anchor || name == Some(&sheet.anchor))
    };
    print.places.iter().filter(|place| place.page == page).any(|place| is_sheet(&place))
}

/// Every page on which a list goes on names its columns over the first row.
pub fn heads(print: &Print, story: &Story) -> Vec<String> {
    let mut findings = Vec::new();
    for ListAt { heads, pages, .. } in &story.lists {
        for (page, (first, rows)) in pages {
            let text = &print.pages[*page];
            // Rows that must stay together, such as a step, its cautions and its first item, may leave no room for
            // heads.
            let body = || text.glyphs.iter().filter(|glyph| !glyph.artifact).map(|glyph| glyph.y);
            let used = body().fold(0.0, f64::max) - body().fold(f64::INFINITY, f64::min);
            if *rows <= 5 && used > room(text) * 0.6 {
                continue;
            }
            let above = text.glyphs.iter().filter(|glyph| glyph.y < *first);
            let above = squeezed(&above.map(|glyph| &*glyph.reads).collect::<String>());
            let missing = heads.iter().find(|head| !above.contains(head.as_str()));
            findings.extend(missing.map(|head| format!("page {}: a list has no column head `{head}`", page + 1)));
        }
    }
    findings
}

/// Everything stands on the paper, and everything but the hatched edge of a rollback inside of the margins.
pub fn margins(print: &Print) -> Vec<String> {
    each_page(print, |_, page| {
        let edge = if page.height == LETTER { LETTER_MARGIN } else { MARGIN };
        let (right, bottom) = (page.width - MARGIN, page.height - edge);
        let outside = |x: (f64, f64), y: (f64, f64)| x.0 < MARGIN || x.1 > right || y.0 < edge || y.1 > bottom;
        let glyphs = page.glyphs.iter().filter(|glyph| inked(glyph));
        let glyphs =
            glyphs.filter(|glyph| outside(glyph.ink, (glyph.y - glyph.size * RISE, glyph.y + glyph.size * DROP)));
        let glyphs = glyphs
            .map(|glyph| format!("`{}` stands at {:.1}, {:.1}: outside of the margins", glyph.shows, glyph.x, glyph.y));
        let paths = page.paths.iter().filter(|path| {
            let rect = path.rect;
            let on_paper = rect.x0 >= 0.0 && rect.y0 >= 0.0 && rect.x1 <= page.width && rect.y1 <= page.height;
            !on_paper || (!is_edge_mark(path, page) && outside((rect.x0, rect.x1), (rect.y0, rect.y1)))
        });
        glyphs.chain(paths.map(|path| format!("a line reaches over the margins: {:.1}", path.rect))).collect()
    })
}

/// A stroke of the hatching at the right edge, by which a rollback is found.
fn is_edge_mark(path: &Drawn, page: &PageText) -> bool {
    path.artifact && path.rect.x0 >= page.width - 20.1 && path.rect.x1 <= page.width && !path.painted.0
}

fn inked(glyph: &Glyph) -> bool {
    !squeezed(&glyph.shows).is_empty()
}

/// A string of glyphs and the area that it covers.
struct Piece<'p> {
    words: Vec<&'p str>,
    x: (f64, f64),
    y: (f64, f64),
}

fn pieces(page: &PageText) -> Vec<Piece<'_>> {
    let mut pieces: Vec<(usize, Piece)> = Vec::new();
    for glyph in page.glyphs.iter().filter(|glyph| inked(glyph)) {
        match pieces.last_mut() {
            Some((run, piece)) if *run == glyph.run => {
                piece.x = (piece.x.0.min(glyph.ink.0), piece.x.1.max(glyph.ink.1));
                piece.words.push(&glyph.shows);
            }
            _ => {
                let y = (glyph.y - glyph.size * RISE, glyph.y);
                pieces.push((glyph.run, Piece { words: vec![&glyph.shows], x: glyph.ink, y }));
            }
        }
    }
    pieces.into_iter().map(|(_, piece)| piece).collect()
}

/// No two texts overlap, and no text lies on a box, on something dark or under a line.
pub fn overlaps(print: &Print) -> Vec<String> {
    let over = |a: (f64, f64), b: (f64, f64)| a.1.min(b.1) - a.0.max(b.0) > TOUCH;
    each_page(print, |_, page| {
        let mut findings = Vec::new();
        let mut pieces = pieces(page);
        pieces.sort_by(|a, b| a.y.0.total_cmp(&b.y.0));
        for (index, piece) in pieces.iter().enumerate() {
            let below = pieces[index + 1..].iter().take_while(|other| other.y.0 < piece.y.1);
            for other in below.filter(|other| over(piece.x, other.x) && over(piece.y, other.y)) {
                findings.push(format!("`{}` and `{}` overlap", piece.words.concat(), other.words.concat()));
            }
        }
        for path in page.paths.iter().filter(|path| is_box(path) || path.dark) {
            let rect = ((path.rect.x0, path.rect.x1), (path.rect.y0, path.rect.y1));
            for piece in pieces.iter().filter(|piece| over(piece.x, rect.0) && over(piece.y, rect.1)) {
                findings.push(format!("`{}` lies on a box or a dark area", piece.words.concat()));
            }
        }
        for path in page.paths.iter().filter(|path| path.rect.width().min(path.rect.height()) < 0.1) {
            let rect = ((path.rect.x0, path.rect.x1), (path.rect.y0, path.rect.y1));
            let through = |line: (f64, f64), piece: (f64, f64)| line.1 > piece.0 + TOUCH && line.0 < piece.1 - TOUCH;
            for piece in pieces.iter().filter(|piece| through(rect.0, piece.x) && through(rect.1, piece.y)) {
                findings.push(format!("a line runs through `{}`", piece.words.concat()));
            }
        }
        findings
    })
}

/// No type is too small or too pale to be read by the light of a torch, and every character has a glyph.
pub fn sizes(print: &Print) -> Vec<String> {
    each_page(print, |_, page| {
        let mut findings = Vec::new();
        let mut told = 0;
        for glyph in page.glyphs.iter().filter(|glyph| inked(glyph)) {
            if glyph.size < LEAST && told != glyph.run {
                told = glyph.run;
                findings.push(format!("`{}` is set in {:.2} points", glyph.shows, glyph.size));
            }
            if !glyph.black && told != glyph.run {
                told = glyph.run;
                findings.push(format!("`{}` is gray", glyph.shows));
            }
            if glyph.missing {
                findings.push(format!("`{}` has no glyph", glyph.reads));
            }
        }
        findings
    })
}

/// Whether a drawing is a box to tick: it has round corners, an outline, and no filling.
fn is_box(path: &Drawn) -> bool {
    path.round && path.painted == (false, true) && (path.rect.width() - path.rect.height()).abs() < 0.1
}

/// Every box is large enough, and every row has its own, level with its number: two, or none where its items have them.
pub fn boxes(print: &Print, story: &Story) -> Vec<String> {
    let mut findings = each_page(print, |_, page| {
        let small = page.paths.iter().filter(|path| is_box(path) && path.rect.width() < BOX);
        small.map(|path| format!("a box is only {:.2} points wide", path.rect.width())).collect()
    });
    for RowAt { number, boxes, page, glyph, .. } in &story.rows {
        let text = &print.pages[*page];
        let glyph = &text.glyphs[*glyph];
        let middle = glyph.y - glyph.size * 0.36;
        let level =
            |path: &&Drawn| is_box(path) && path.rect.x0 > glyph.x && (path.rect.center().y - middle).abs() <= 3.0;
        let count = text.paths.iter().filter(level).count();
        if count != *boxes {
            findings.push(format!("page {}: step {number} has {count} boxes", page + 1));
        }
    }
    findings
}

/// What stands beside the number of a row stands on its base line, and the number stands there again, before the boxes.
pub fn rows(print: &Print, story: &Story) -> Vec<String> {
    let mut findings = Vec::new();
    for RowAt { number, again, page, glyph, level, expected, .. } in &story.rows {
        let glyphs = &print.pages[*page].glyphs;
        let first = &glyphs[*glyph];
        let is_level = |other: &Glyph| (other.y - first.y).abs() < 0.1;
        // An expected value without room beside its action stands under it.
        let is_off = |[value, end]: [usize; 2]| !is_level(&glyphs[value]) && glyphs[value].y < glyphs[end].y + 5.0;
        if level.iter().any(|other| !is_level(&glyphs[*other])) || expected.is_some_and(is_off) {
            findings.push(format!("page {}: not all of step {number} stands on its base line", page + 1));
        }
        let beside = glyphs.iter().filter(|glyph| glyph.artifact && glyph.x > first.x && is_level(glyph));
        let beside: String = beside.map(|glyph| &*glyph.shows).collect();
        let beside = squeezed(&beside);
        // A long number goes on on further lines.
        let begun = again.chars().count() > 6 && !beside.is_empty() && again.starts_with(&beside);
        if *again != beside && !begun {
            findings.push(format!("page {}: the number of step {number} isn't repeated beside its boxes", page + 1));
        }
    }
    findings
}

/// Every caution and warning has two boxes of its own beside its words.
pub fn notices(print: &Print, story: &Story) -> Vec<String> {
    let mut findings = Vec::new();
    for (page, first, last) in &story.notices {
        let middle = f64::midpoint(first - 5.0, last - 3.0);
        let beside = |path: &&Drawn| is_box(path) && (path.rect.center().y - middle).abs() <= 4.0;
        let count = print.pages[*page].paths.iter().filter(beside).count();
        if count != 2 {
            findings.push(format!("page {}: a caution has {count} boxes", page + 1));
        }
    }
    findings
}

/// An atomic block that a page can hold stands on one page.
pub fn blocks(print: &Print, story: &Story) -> Vec<String> {
    let mut findings = Vec::new();
    for BlockAt { title, extents } in story.blocks.iter().filter(|block| block.extents.len() > 1) {
        let height: f64 = extents.iter().map(|(_, top, bottom)| bottom - top).sum();
        let room = extents.iter().map(|(page, ..)| room(&print.pages[*page])).fold(f64::INFINITY, f64::min);
        // A block that is divided has the space above and below its rows in addition.
        if height + 20.0 * extents.len() as f64 <= room {
            let pages: Vec<usize> = extents.iter().map(|(page, ..)| page + 1).collect();
            findings.push(format!("`{title}` stands on pages {pages:?} though {height:.0} points fit into {room:.0}"));
        }
    }
    findings
}

/// What belongs to what follows stands on its page, where a page can hold both: a heading, the head of a list, a caution, a last
/// row that is signed for.
pub fn parted(print: &Print, story: &Story) -> Vec<String> {
    let fits = |at: &&PartedAt| at.height + SPACE <= room(&print.pages[at.page]);
    let told = |at: &PartedAt| format!("page {}: {} is parted from what follows", at.page + 1, at.what);
    story.parted.iter().filter(fits).map(told).collect()
}

/// No row of a list is all that stands on a page, while the page before has rows enough to give one.
pub fn tails(print: &Print, story: &Story) -> Vec<String> {
    let mut findings = Vec::new();
    for list in story.lists.iter().filter(|list| !list.is_followed) {
        let mut pages = list.pages.iter().rev();
        let (Some((page, (_, 1))), Some((_, (_, before)))) = (pages.next(), pages.next()) else { continue };
        let ink = print.pages[*page].glyphs.iter().filter(|glyph| !glyph.artifact).map(|glyph| glyph.y);
        let used = ink.clone().fold(0.0, f64::max) - ink.fold(f64::INFINITY, f64::min);
        if *before > 2 && used < room(&print.pages[*page]) / 3.0 {
            findings.push(format!("page {}: a single row stands alone", page + 1));
        }
    }
    findings
}

/// Height between the rule under the head and the rule over the foot, which are the first and the last line over the
/// whole width.
fn room(page: &PageText) -> f64 {
    let wide = |path: &&Drawn| path.artifact && path.rect.width() > page.width * 0.8 && path.rect.height() < 0.1;
    let rules = || page.paths.iter().filter(wide).map(|path| path.rect.y0);
    rules().fold(0.0, f64::max) - rules().fold(page.height, f64::min)
}

/// Every link leads to the row or the heading that it names, and the destination of each of those is where it stands.
pub fn ways(print: &Print, story: &Story) -> Vec<String> {
    let mut findings = Vec::new();
    let height = |row: &RowAt| print.pages[row.page].glyphs[row.glyph].y;
    let row = |row: &RowAt| Some((row.anchor.clone()?, format!("step {}", row.number), row.page, row.glyph));
    let heading = |at: &HeadingAt| (at.anchor.clone(), "its heading".to_owned(), at.page, at.glyph);
    for (anchor, what, page, glyph) in story.rows.iter().filter_map(row).chain(story.headings.iter().map(heading)) {
        let near = |y: f64| (0.0..40.0).contains(&(print.pages[page].glyphs[glyph].y - y));
        if !print.places.iter().any(|place| place.name == anchor && place.page == page && near(place.y)) {
            findings.push(format!("place `{anchor}` isn't where {what} stands"));
        }
    }
    for link in &print.links {
        let [left, top, right, bottom] = link.area;
        let inside = |glyph: &&Glyph| {
            let middle = (glyph.x + glyph.advance / 2.0, glyph.y - glyph.size * 0.3);
            (left..right).contains(&middle.0) && (top..bottom).contains(&middle.1)
        };
        let words: String = print.pages[link.page].glyphs.iter().filter(inside).map(|glyph| &*glyph.reads).collect();
        let led = |row: &&RowAt| row.page == link.to && (0.0..40.0).contains(&(height(row) - link.y));
        // A long number may wrap to a second line, which has a link of its own.
        let named = |row: &RowAt| !words.is_empty() && squeezed(&row.number).contains(&squeezed(&words));
        let leads = |name: &String| {
            let here = |place: &&Place| place.page == link.to && (place.y - link.y).abs() < 0.1;
            print.places.iter().filter(here).any(|place| place.name == *name)
        };
        let said = |(said, name): &(String, String)| said.contains(&squeezed(&words)) && leads(name);
        let to_heading = !words.is_empty()
            && story.headings.iter().map(|heading| &heading.anchor).chain(&story.sheets).any(leads)
            && story.links.iter().any(said);
        // The number of several steps in a row leads to the first of them.
        let to_several = |link: &&(String, String)| link.0.contains('–') && said(link);
        let to_first = !words.is_empty() && story.links.iter().any(|link| to_several(&link));
        if !to_heading && !to_first && !story.rows.iter().filter(led).any(named) {
            findings.push(format!(
                "page {}: the link `{words}` leads elsewhere, to page {}",
                link.page + 1,
                link.to + 1
            ));
        }
    }
    findings
}
