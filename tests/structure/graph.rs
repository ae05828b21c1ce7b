//! Checks the arrows between files against the layers: none may lead up, and none may close a circle.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::tree::{Arrow, Tree, is_within};

/// Something that the layers forbid.
#[derive(Debug)]
pub struct Violation {
    /// What is wrong, in words that stay the same until it is mended.
    pub key: String,
    /// The arrows that show it, one line each.
    pub shown_by: Vec<String>,
}

/// The layers that a document draws, the lowest first; names that share a line share a layer.
///
/// They stand in the first fenced block behind the heading `## Layers`, the highest first, each line with its names
/// before two spaces.
pub fn drawn_layers(document: &str) -> Vec<Vec<String>> {
    let behind = document.split("\n## Layers\n").nth(1).expect("a heading `## Layers`");
    let block = behind.split("\n```").nth(1).expect("a fenced block");
    let mut layers: Vec<Vec<String>> = Vec::new();
    for line in block.lines().skip(1).filter(|line| !line.starts_with(' ')) {
        let names = line.split("  ").next().unwrap_or_default();
        layers.push(names.split(", ").map(|name| name.trim().to_owned()).collect());
    }
    layers.reverse();
    layers
}

/// The unit at the top of the crate that a file belongs to.
fn unit(tree: &Tree, file: usize) -> String {
    let module = tree.module(file);
    let first = module.split("::").next().unwrap_or_default();
    if first.is_empty() { "lib".to_owned() } else { first.to_owned() }
}

/// An arrow with its place, written for people.
fn told(tree: &Tree, arrow: &Arrow) -> String {
    let Arrow { from, to, line, path } = arrow;
    format!("src/{}:{line} names `{path}` of src/{}", tree.files[*from], tree.files[*to])
}

/// Units that the drawing lacks, and names in the drawing that are no units.
pub fn undrawn(tree: &Tree, layers: &[Vec<String>]) -> Vec<Violation> {
    let drawn: BTreeSet<String> = layers.iter().flatten().cloned().collect();
    let present: BTreeSet<String> = tree.used_files().map(|file| unit(tree, file)).collect();
    let mut violations = Vec::new();
    for name in present.symmetric_difference(&drawn) {
        let place = if drawn.contains(name) { "src" } else { "ARCHITECTURE.md" };
        violations.push(Violation { key: format!("{place} has no {name}"), shown_by: Vec::new() });
    }
    violations
}

/// Arrows to a layer that isn't below their own.
pub fn upward(tree: &Tree, layers: &[Vec<String>]) -> Vec<Violation> {
    let height = |name: &str| layers.iter().position(|layer| layer.iter().any(|own| own == name));
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for arrow in tree.arrows() {
        let (from, to) = (unit(tree, arrow.from), unit(tree, arrow.to));
        if let (Some(low), Some(high)) = (height(&from), height(&to))
            && from != to
            && low <= high
        {
            let key = format!("up: {} -> {to}", tree.files[arrow.from]);
            found.entry(key).or_default().push(told(tree, &arrow));
        }
    }
    found.into_iter().map(|(key, shown_by)| Violation { key, shown_by }).collect()
}

/// Circles between files and folders that lie side by side in one folder. A folder's own file (`mod.rs`) and what
/// lies in the folder don't count as a circle. The top of the crate isn't searched, because layers without arrows up
/// have no circle.
pub fn circles(tree: &Tree) -> Vec<Violation> {
    // For each folder, the arrows from one name in it to another, each with the first arrow between files that shows
    // it.
    let mut folders: BTreeMap<String, BTreeMap<(String, String), Arrow>> = BTreeMap::new();
    for arrow in tree.arrows() {
        let (from, to) = (tree.module(arrow.from), tree.module(arrow.to));
        if is_within(&from, &to) || is_within(&to, &from) {
            continue;
        }
        let (mut folder, mut names) = (Vec::new(), None);
        for (left, right) in from.split("::").zip(to.split("::")) {
            if left != right {
                names = Some((left.to_owned(), right.to_owned()));
                break;
            }
            folder.push(left);
        }
        if let Some(names) = names {
            folders.entry(folder.join("/")).or_default().entry(names).or_insert(arrow);
        }
    }
    let mut violations = Vec::new();
    for (folder, arrows) in folders.into_iter().filter(|(folder, _)| !folder.is_empty()) {
        let names: BTreeSet<&String> = arrows.keys().flat_map(|(from, to)| [from, to]).collect();
        let mut done: BTreeSet<&String> = BTreeSet::new();
        for name in names {
            let Some(circle) = shortest(&arrows, name).filter(|_| !done.contains(name)) else { continue };
            // All names that lie on a circle with this one.
            let together: Vec<&String> =
                reached(&arrows, name).into_iter().filter(|other| reached(&arrows, other).contains(name)).collect();
            done.extend(&together);
            let together: Vec<&str> = together.iter().map(|name| name.as_str()).collect();
            violations.push(Violation {
                key: format!("circle: {folder}/ {}", together.join(" ")),
                shown_by: circle.into_iter().map(|arrow| told(tree, arrow)).collect(),
            });
        }
    }
    violations
}

type Arrows = BTreeMap<(String, String), Arrow>;

/// All names that can be reached from a name.
fn next<'a>(arrows: &'a Arrows, name: &'a str) -> impl Iterator<Item = (&'a String, &'a Arrow)> {
    arrows.iter().filter(move |((from, _), _)| from == name).map(|((_, to), arrow)| (to, arrow))
}

fn reached<'a>(arrows: &'a Arrows, name: &'a str) -> BTreeSet<&'a String> {
    let mut reached = BTreeSet::new();
    let mut open = vec![name];
    while let Some(name) = open.pop() {
        open.extend(next(arrows, name).filter(|(to, _)| reached.insert(*to)).map(|(to, _)| to.as_str()));
    }
    reached
}

/// The shortest way from a name back to it.
fn shortest<'a>(arrows: &'a Arrows, name: &'a str) -> Option<Vec<&'a Arrow>> {
    let mut seen = BTreeSet::new();
    let mut open: VecDeque<(&str, Vec<&Arrow>)> = VecDeque::from([(name, Vec::new())]);
    while let Some((at, way)) = open.pop_front() {
        for (to, arrow) in next(arrows, at) {
            let way: Vec<&Arrow> = way.iter().copied().chain([arrow]).collect();
            if to == name {
                return Some(way);
            }
            if seen.insert(to) {
                open.push_back((to, way));
            }
        }
    }
    None
}
