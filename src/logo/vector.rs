//! Logos that are drawn (SVG): filled shapes in plain colours. Anything else is a fault, so that nothing is missing on paper
//! that its author sees on a screen.

use roxmltree::{Document, Error, Node, ParsingOptions};

use super::outline::{self, sin_cos};
use super::{Area, LogoFault, MOST_SEGMENTS, Segment, rectangle};

/// The most elements and attributes of a file.
const MOST_NODES: u32 = 50_000;

/// So deep groups may stand in each other.
const DEEPEST: usize = 64;

const NAMESPACE: &str = "http://www.w3.org/2000/svg";

/// How far a curve reaches out for a quarter of a circle with radius 1.
const QUARTER: f64 = 0.552_284_749_8;

/// Elements that only say something about the drawing.
const SILENT: [&str; 3] = ["title", "desc", "metadata"];

/// Properties that draw nothing, or that change nothing of what is drawn with filled shapes.
const HARMLESS: [&str; 4] = ["none", "normal", "auto", "inherit"];

/// What is handed down from a group to what stands in it.
#[derive(Clone)]
struct ShapeStyle {
    /// `None` for no filling.
    fill: Option<u8>,
    even_odd: bool,
    has_stroke: bool,
    /// The two columns of a matrix, and how far it moves.
    transform: [f64; 6],
}

/// What was drawn so far.
#[derive(Default)]
struct LogoAreas {
    areas: Vec<Area>,
    /// The segments of all of them.
    segments: usize,
}

/// Reads the areas of a drawing.
pub fn read(text: &str) -> Result<Vec<Area>, LogoFault> {
    let options = ParsingOptions { nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|why| match why {
        Error::DtdDetected => {
            LogoFault::new("it has a DOCTYPE, which can name other files", "remove that line, or save it as plain SVG")
        }
        Error::NodesLimitReached => LogoFault::new("it has too many elements", "take a simpler drawing"),
        why => {
            LogoFault { line: Some(why.pos().row), ..LogoFault::new(format!("it is broken: {why}"), "save it again") }
        }
    })?;
    let root = document.root_element();
    if !root.has_tag_name((NAMESPACE, "svg")) {
        return Err(LogoFault::new("it is XML, but not an SVG", "save it as SVG or PNG"));
    }
    let style =
        ShapeStyle { fill: Some(0), even_odd: false, has_stroke: false, transform: [1.0, 0.0, 0.0, 1.0, 0.0, 0.0] };
    let mut drawn = LogoAreas::default();
    element(root, style, 0, &mut drawn)?;
    Ok(drawn.areas)
}

/// A fault at an element.
fn at(node: Node<'_, '_>, what: String, help: &str) -> LogoFault {
    LogoFault { line: Some(node.document().text_pos_at(node.range().start).row), ..LogoFault::new(what, help) }
}

/// Adds what an element draws.
fn element(node: Node<'_, '_>, mut style: ShapeStyle, depth: usize, drawn: &mut LogoAreas) -> Result<(), LogoFault> {
    let name = node.tag_name().name();
    if depth > DEEPEST {
        return Err(at(node, format!("it has groups in groups, more than {DEEPEST} deep"), "take a simpler drawing"));
    }
    if node.tag_name().namespace() != Some(NAMESPACE) {
        // What drawing programs keep for themselves.
        return Ok(());
    }
    if SILENT.contains(&name) {
        return Ok(());
    }
    if !take_style(node, &mut style)? {
        return Ok(());
    }
    let mut outline = match name {
        "svg" if depth > 0 => return Err(unsupported(node)),
        "svg" | "g" => {
            return node
                .children()
                .filter(Node::is_element)
                .try_for_each(|child| element(child, style.clone(), depth + 1, drawn));
        }
        // Nothing in it is drawn unless it is referred to, and what refers to it is refused.
        "defs" => {
            return node
                .descendants()
                .find(|inside| is_active(*inside))
                .map_or(Ok(()), |active| Err(unsupported(active)));
        }
        "path" => {
            let data = node.attribute("d").unwrap_or_default();
            outline::read(data)
                .ok_or_else(|| at(node, "a path in it can't be read (`d`)".to_owned(), "save it again"))?
        }
        "rect" => rounded(node)?,
        "circle" => {
            let radius = length(node, "r")?;
            ellipse([length(node, "cx")?, length(node, "cy")?], [radius; 2])
        }
        "ellipse" => ellipse([length(node, "cx")?, length(node, "cy")?], [length(node, "rx")?, length(node, "ry")?]),
        "polygon" | "polyline" => {
            let data = format!("M{}Z", node.attribute("points").unwrap_or_default());
            outline::read(&data)
                .ok_or_else(|| at(node, "points in it can't be read (`points`)".to_owned(), "save it again"))?
        }
        _ => return Err(unsupported(node)),
    };
    if style.has_stroke {
        let help = "in the drawing program, turn lines into areas (“outline stroke”, “stroke to path”)";
        return Err(at(node, format!("`{name}` has a line (`stroke`), and only filled shapes are printed"), help));
    }
    let Some(gray) = style.fill else { return Ok(()) };
    for segment in &mut outline {
        *segment = segment.mapped(|point| placed(style.transform, point));
    }
    if !outline.iter().flat_map(Segment::points).flatten().all(f64::is_finite) {
        return Err(at(node, format!("`{name}` reaches beyond all bounds"), "save it again"));
    }
    drawn.segments += outline.len();
    drawn.areas.push(Area { outline, even_odd: style.even_odd, gray });
    if drawn.segments > MOST_SEGMENTS {
        return Err(LogoFault::new(
            format!("it has more than {MOST_SEGMENTS} lines and curves"),
            "take a simpler drawing",
        ));
    }
    Ok(())
}

/// Whether an element does something without being referred to.
fn is_active(node: Node<'_, '_>) -> bool {
    ["script", "style", "foreignObject"].contains(&node.tag_name().name())
        || node.attributes().any(|attribute| attribute.name().starts_with("on"))
}

/// The fault of an element that isn't printed.
fn unsupported(node: Node<'_, '_>) -> LogoFault {
    let name = node.tag_name().name();
    let (what, help) = match name {
        "script" => ("a script", "remove it: a logo does nothing"),
        "text" | "tspan" | "textPath" => ("text, which needs a font", "turn it into paths in the drawing program"),
        "image" | "foreignObject" => ("another file or picture", "draw it with shapes, or save the whole logo as PNG"),
        "style" => ("a style sheet", "write colours as `fill` of the shapes: “presentation attributes” when saving"),
        "use" | "symbol" => ("a copy of another shape", "let the drawing program expand or unlink copies"),
        _ => ("something that isn't a filled shape", "draw it with filled shapes alone, or save it as PNG"),
    };
    at(node, format!("it has {what} (`{name}`)"), help)
}

/// Takes what the attributes of an element say. False when it isn't drawn.
fn take_style(node: Node<'_, '_>, style: &mut ShapeStyle) -> Result<bool, LogoFault> {
    let inline = node.attribute("style").unwrap_or_default().split(';').filter_map(|one| one.split_once(':'));
    let attributes = node.attributes().map(|attribute| (attribute.name(), attribute.value()));
    let mut is_drawn = true;
    // What `style` says counts more than an attribute.
    for (name, value) in attributes.chain(inline) {
        let (name, value) = (name.trim(), value.trim());
        let refused = |what: &str, help: &str| Err(at(node, format!("it has {what} (`{name}`)"), help));
        match name {
            "fill" => style.fill = colour(value).ok_or_else(|| wrong_colour(node, name, value))?.gray(),
            "stroke" => {
                style.has_stroke = colour(value).ok_or_else(|| wrong_colour(node, name, value))?.gray().is_some();
            }
            "fill-rule" => style.even_odd = value == "evenodd",
            "display" if value == "none" => is_drawn = false,
            "visibility" if value != "visible" => is_drawn = false,
            "opacity" | "fill-opacity" if !["1", "1.0", "100%"].contains(&value) => {
                return refused("transparency", "give each shape the colour that it has on white");
            }
            "filter" | "mask" | "clip-path" | "mix-blend-mode" if !HARMLESS.contains(&value) => {
                return refused("an effect", "draw what remains with filled shapes alone, or save it as PNG");
            }
            "transform" => {
                let own = transform(value)
                    .ok_or_else(|| at(node, "a `transform` in it can't be read".to_owned(), "save it again"))?;
                style.transform = product(style.transform, own);
            }
            "href" => return refused("a link or another file", "draw it with shapes alone"),
            "class" => {
                return refused(
                    "a style sheet",
                    "write colours as `fill` of the shapes: “presentation attributes” when saving",
                );
            }
            _ if name.starts_with("on") => return refused("a script", "remove it: a logo does nothing"),
            _ => {}
        }
    }
    Ok(is_drawn)
}

fn wrong_colour(node: Node<'_, '_>, name: &str, value: &str) -> LogoFault {
    let value: String = value.chars().take(40).filter(|c| !c.is_control()).collect();
    at(
        node,
        format!("`{name}` is no plain colour: `{value}`"),
        "write it as `#rrggbb`, `black`, `white` or `none`, without a gradient",
    )
}

/// How light a colour is on paper: 0 black … 255 white.
pub fn gray([red, green, blue]: [u8; 3]) -> u8 {
    ((u32::from(red) * 299 + u32::from(green) * 587 + u32::from(blue) * 114 + 500) / 1000) as u8
}

/// What a shape is painted with.
enum Paint {
    Nothing,
    /// From 0, black, to 255, white.
    Gray(u8),
}

impl Paint {
    const fn gray(self) -> Option<u8> {
        match self {
            Self::Nothing => None,
            Self::Gray(gray) => Some(gray),
        }
    }
}

/// The gray of a colour; `None` for what is no plain colour.
fn colour(value: &str) -> Option<Paint> {
    match value {
        "none" | "transparent" => return Some(Paint::Nothing),
        "black" | "currentColor" => return Some(Paint::Gray(0)),
        "white" => return Some(Paint::Gray(255)),
        _ => {}
    }
    let numbers = if let Some(digits) = value.strip_prefix('#').filter(|digits| digits.is_ascii()) {
        let number = |digits: &str| u8::from_str_radix(digits, 16).ok();
        match digits.len() {
            3 => [0, 1, 2].map(|at| number(&digits[at..=at]).map(|digit| digit * 17)),
            6 => [0, 2, 4].map(|at| number(&digits[at..at + 2])),
            _ => return None,
        }
    } else {
        let inside = value.strip_prefix("rgb(")?.strip_suffix(')')?;
        let mut numbers = inside.split(',').map(|number| number.trim().parse().ok());
        let three = [numbers.next()?, numbers.next()?, numbers.next()?];
        if numbers.next().is_some() {
            return None;
        }
        three
    };
    let [red, green, blue] = numbers;
    Some(Paint::Gray(gray([red?, green?, blue?])))
}

/// A length in the drawing's own unit; 0 where it is missing.
fn length(node: Node<'_, '_>, name: &str) -> Result<f64, LogoFault> {
    let Some(value) = node.attribute(name) else { return Ok(0.0) };
    let number = value.trim().trim_end_matches("px").parse().ok().filter(|number: &f64| number.is_finite());
    number.ok_or_else(|| at(node, format!("`{name}` of a shape isn't a number"), "save it again with plain numbers"))
}

/// A rectangle, whose corners may be round.
fn rounded(node: Node<'_, '_>) -> Result<Vec<Segment>, LogoFault> {
    let [x, y, width, height] =
        [length(node, "x")?, length(node, "y")?, length(node, "width")?, length(node, "height")?];
    if width <= 0.0 || height <= 0.0 {
        return Ok(Vec::new());
    }
    let other = |own: &str, other: &str| if node.has_attribute(own) { length(node, own) } else { length(node, other) };
    let (rx, ry) = (other("rx", "ry")?.clamp(0.0, width / 2.0), other("ry", "rx")?.clamp(0.0, height / 2.0));
    if rx == 0.0 || ry == 0.0 {
        return Ok(rectangle([x, y], [width, height]).to_vec());
    }
    let (right, bottom) = (x + width, y + height);
    let (cx, cy) = (rx * (1.0 - QUARTER), ry * (1.0 - QUARTER));
    Ok(vec![
        Segment::Move([x + rx, y]),
        Segment::Line([right - rx, y]),
        Segment::Curve([right - cx, y], [right, y + cy], [right, y + ry]),
        Segment::Line([right, bottom - ry]),
        Segment::Curve([right, bottom - cy], [right - cx, bottom], [right - rx, bottom]),
        Segment::Line([x + rx, bottom]),
        Segment::Curve([x + cx, bottom], [x, bottom - cy], [x, bottom - ry]),
        Segment::Line([x, y + ry]),
        Segment::Curve([x, y + cy], [x + cx, y], [x + rx, y]),
        Segment::Close,
    ])
}

/// An ellipse.
fn ellipse([x, y]: [f64; 2], [rx, ry]: [f64; 2]) -> Vec<Segment> {
    if rx <= 0.0 || ry <= 0.0 {
        return Vec::new();
    }
    let (kx, ky) = (rx * QUARTER, ry * QUARTER);
    vec![
        Segment::Move([x + rx, y]),
        Segment::Curve([x + rx, y + ky], [x + kx, y + ry], [x, y + ry]),
        Segment::Curve([x - kx, y + ry], [x - rx, y + ky], [x - rx, y]),
        Segment::Curve([x - rx, y - ky], [x - kx, y - ry], [x, y - ry]),
        Segment::Curve([x + kx, y - ry], [x + rx, y - ky], [x + rx, y]),
        Segment::Close,
    ]
}

/// A point where a transform puts it.
fn placed(by: [f64; 6], [x, y]: [f64; 2]) -> [f64; 2] {
    [by[0] * x + by[2] * y + by[4], by[1] * x + by[3] * y + by[5]]
}

/// Both transforms, the second one first.
fn product(first: [f64; 6], second: [f64; 6]) -> [f64; 6] {
    let axis = |at: usize| {
        let (x, y) = (second[at], second[at + 1]);
        [first[0] * x + first[2] * y, first[1] * x + first[3] * y]
    };
    let ([right, up], to) = ([axis(0), axis(2)], placed(first, [second[4], second[5]]));
    [right[0], right[1], up[0], up[1], to[0], to[1]]
}

/// What `transform` says; `None` where it isn't written as SVG wants it.
fn transform(value: &str) -> Option<[f64; 6]> {
    let mut all = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];
    let mut rest = value.trim();
    while !rest.is_empty() {
        let (name, after) = rest.split_once('(')?;
        let (inside, after) = after.split_once(')')?;
        let numbers = inside
            .split([',', ' ', '\t', '\n', '\r'])
            .filter(|number| !number.is_empty())
            .map(|number| number.parse().ok());
        let numbers: Vec<f64> = numbers.collect::<Option<_>>()?;
        let own = match (name.trim(), &numbers[..]) {
            ("matrix", six) => six.try_into().ok()?,
            ("translate", &[x]) => [1.0, 0.0, 0.0, 1.0, x, 0.0],
            ("translate", &[x, y]) => [1.0, 0.0, 0.0, 1.0, x, y],
            ("scale", &[both]) => [both, 0.0, 0.0, both, 0.0, 0.0],
            ("scale", &[x, y]) => [x, 0.0, 0.0, y, 0.0, 0.0],
            ("rotate", &[angle]) => turned(angle, [0.0; 2]),
            ("rotate", &[angle, x, y]) => turned(angle, [x, y]),
            _ => return None,
        };
        all = product(all, own);
        rest = after.trim_start_matches([',', ' ', '\t', '\n', '\r']);
    }
    all.iter().all(|number| number.is_finite()).then_some(all)
}

/// A turn around a point.
fn turned(angle: f64, [x, y]: [f64; 2]) -> [f64; 6] {
    let (sin, cos) = sin_cos(angle);
    [cos, sin, -sin, cos, x - cos * x + sin * y, y - sin * x - cos * y]
}
