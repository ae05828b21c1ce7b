//! Tests.

use super::*;

fn svg(inside: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 9 9\">{inside}</svg>"
    )
}

fn read(inside: &str) -> Result<Logo, LogoFault> {
    Logo::read(svg(inside).as_bytes())
}

/// A PNG of 8-bit samples.
fn png(size: [u32; 2], color: png::ColorType, data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, size[0], size[1]);
    encoder.set_color(color);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header().unwrap().write_image_data(data).unwrap();
    bytes
}

/// The box around everything drawn so dark.
fn bounds(logo: &Logo) -> [f64; 2] {
    [logo.width, logo.height].map(|length| (length * 1000.0).round() / 1000.0)
}

#[test]
fn shapes_become_areas() {
    for (inside, size) in [
        ("<rect x='1' y='2' width='3' height='4'/>", [3.0, 4.0]),
        ("<rect width='3' height='4' rx='1'/>", [3.0, 4.0]),
        ("<circle cx='5' cy='5' r='2'/>", [4.0, 4.0]),
        ("<ellipse cx='5' cy='5' rx='2' ry='1'/>", [4.0, 2.0]),
        ("<polygon points='0,0 4,0 4,2'/>", [4.0, 2.0]),
        ("<path d='M1 1h4v2H1z'/>", [4.0, 2.0]),
        ("<path d='m1,1 4,0 0,2 -4,0z'/>", [4.0, 2.0]),
        ("<path d='M0 0C0 1 2 1 2 0S4-1 4 0'/>", [4.0, 2.0]),
        ("<path d='M0,0Q1.5.5,3 0T6 0'/>", [6.0, 0.667]),
        ("<g transform='translate(3 1) scale(2)'><path d='M0 0H2V1z'/></g>", [4.0, 2.0]),
        ("<g transform='rotate(90)'><path d='M0 0H2V1z'/></g>", [1.0, 2.0]),
        ("<path transform='matrix(1 0 0 -1 0 5)' d='M0 0H2V1z'/>", [2.0, 1.0]),
        (
            "<title>A</title><desc/><defs><linearGradient id='g'/></defs><path style='fill:#123' d='M0 0H2V1z'/>",
            [2.0, 1.0],
        ),
        ("<path d='M0 0H1V1z'/><path display='none' d='M0 0H9V9z'/><path fill='none' d='M0 0H9V9z'/>", [1.0, 1.0]),
    ] {
        let logo = read(inside).unwrap_or_else(|fault| panic!("{inside}: {fault:?}"));
        assert_eq!(bounds(&logo).map(f64::to_bits), size.map(f64::to_bits), "{inside}");
    }
}

#[test]
fn arcs_lie_on_their_ellipse() {
    for (large, clockwise) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
        for to in ["20 0", "10 10", "0 -20", "1 19", "-3 4"] {
            let logo = read(&format!("<path d='M0 0a10,10 0 {large} {clockwise} {to}z'/>")).unwrap();
            let curves: Vec<Segment> =
                logo.areas[0].outline.iter().copied().filter(|one| matches!(one, Segment::Curve(..))).collect();
            let Segment::Move(first) = logo.areas[0].outline[0] else { panic!("a beginning") };
            // Three points of the arc give its circle: the ends of the curves and their middles are as far from its centre.
            let mut points = vec![first];
            let mut from = first;
            for curve in &curves {
                let Segment::Curve(one, other, end) = *curve else { unreachable!() };
                points.push([0, 1].map(|axis| (from[axis] + 3.0 * one[axis] + 3.0 * other[axis] + end[axis]) / 8.0));
                points.push(end);
                from = end;
            }
            let [one, two, three] = [points[0], points[1], points[2]];
            let area =
                2.0 * (one[0] * (two[1] - three[1]) + two[0] * (three[1] - one[1]) + three[0] * (one[1] - two[1]));
            let square = |point: [f64; 2]| point[0] * point[0] + point[1] * point[1];
            let x = (square(one) * (two[1] - three[1])
                + square(two) * (three[1] - one[1])
                + square(three) * (one[1] - two[1]))
                / area;
            let y = (square(one) * (three[0] - two[0])
                + square(two) * (one[0] - three[0])
                + square(three) * (two[0] - one[0]))
                / area;
            for point in points {
                let radius = (point[0] - x).hypot(point[1] - y);
                assert!((radius - 10.0).abs() < 0.05, "{large} {clockwise} {to}: {radius}");
            }
            // A large arc has more than half of the circle.
            assert!(
                to.contains("20") || if large == 1 { curves.len() > 2 } else { curves.len() <= 2 },
                "{large} {clockwise} {to}: {curves:?}"
            );
        }
    }
}

#[test]
fn colours_become_grays_and_rules_stay() {
    let logo =
        read("<g fill='#fff'><path fill-rule='evenodd' fill='rgb(255, 0,0)' d='M0 0H2V1z'/><path d='M0 0H1V1z'/></g>")
            .unwrap();
    let told: Vec<(u8, bool)> = logo.areas.iter().map(|area| (area.gray, area.even_odd)).collect();
    assert_eq!(told, [(76, true), (255, false)]);
}

#[test]
fn what_is_not_printed_is_a_fault_with_its_name_and_line() {
    let shape = "<path d='M0 0H2V1z'/>";
    for (inside, says) in [
        ("<script>alert(1)</script>", "a script (`script`)"),
        ("<path onclick='x' d='M0 0H2V1z'/>", "a script (`onclick`)"),
        ("<defs><script/></defs>", "a script (`script`)"),
        ("<text>A</text>", "text, which needs a font (`text`)"),
        ("<image xlink:href='http://example.com/a.png'/>", "a link or another file (`href`)"),
        ("<use xlink:href='#a'/>", "a link or another file (`href`)"),
        ("<image/>", "another file or picture (`image`)"),
        ("<style>path{fill:red}</style>", "a style sheet (`style`)"),
        ("<path class='a' d='M0 0H2V1z'/>", "a style sheet (`class`)"),
        ("<path filter='url(#a)' d='M0 0H2V1z'/>", "an effect (`filter`)"),
        ("<g style='clip-path:url(#a)'><path d='M0 0H2V1z'/></g>", "an effect (`clip-path`)"),
        ("<path fill='url(#g)' d='M0 0H2V1z'/>", "`fill` is no plain colour: `url(#g)`"),
        ("<path fill='#00000080' d='M0 0H2V1z'/>", "`fill` is no plain colour"),
        ("<g opacity='.5'><path d='M0 0H2V1z'/></g>", "transparency (`opacity`)"),
        ("<path stroke='#000' d='M0 0H2V1z'/>", "has a line (`stroke`)"),
        ("<path d='L1 1'/>", "can't be read"),
        ("<path d='M1 1 L'/>", "can't be read"),
        ("<path d='M1 1e999 0'/>", "can't be read"),
        ("<path transform='skewX(3)' d='M0 0H2V1z'/>", "`transform`"),
        ("<svg/>", "something that isn't a filled shape (`svg`)"),
        ("<animate/>", "(`animate`)"),
    ] {
        let fault = read(&format!("{shape}\n{inside}")).unwrap_err();
        assert!(fault.says[0].contains(says), "{inside}: {fault:?}");
        assert_eq!(fault.line, Some(2), "{inside}: {fault:?}");
    }
    for (bytes, says) in [
        ("", "neither an SVG nor a PNG"),
        ("GIF89a", "neither an SVG nor a PNG"),
        ("<svg", "it is broken"),
        ("<html/>", "not an SVG"),
        (
            "<!DOCTYPE svg [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><svg xmlns='http://www.w3.org/2000/svg'>&a;</svg>",
            "DOCTYPE",
        ),
    ] {
        let fault = Logo::read(bytes.as_bytes()).unwrap_err();
        assert!(fault.says[0].contains(says), "{bytes}: {fault:?}");
    }
    for (inside, says) in [
        ("", "nothing of it can be seen"),
        ("<rect fill='white' width='3' height='4'/>", "nothing of it can be seen"),
        ("<path d='M0 0H1'/>", "it has no area"),
        ("<path d='M0 0H100V1z'/>", "it is too long for the head of a page"),
    ] {
        assert!(read(inside).unwrap_err().says[0].contains(says), "{inside}");
    }
    let deep = format!("{}{shape}{}", "<g>".repeat(100), "</g>".repeat(100));
    assert!(read(&deep).unwrap_err().says[0].contains("groups in groups"));
    let long = format!("<path d='M0 0{}'/>", "h1v1".repeat(20_000));
    assert!(read(&long).unwrap_err().says[0].contains("more than 20000"));
}

#[test]
fn points_become_areas_on_white() {
    use ::png::ColorType::{Grayscale, GrayscaleAlpha, Rgb, Rgba};
    // Black, half of it transparent, and a white frame that isn't drawn.
    let logo =
        Logo::read(&png([4, 2], GrayscaleAlpha, &[255, 255, 0, 255, 0, 128, 0, 0, 255, 255, 0, 255, 0, 128, 0, 0]))
            .unwrap();
    assert_eq!((bounds(&logo), logo.areas.len()), ([2.0, 2.0], 2));
    assert_eq!(logo.areas.iter().map(|area| (area.gray, area.outline.len())).collect::<Vec<_>>(), [(0, 5), (102, 5)]);
    for (color, point) in [(Grayscale, &[0][..]), (Rgb, &[0, 0, 0]), (Rgba, &[0, 0, 0, 255])] {
        let logo = Logo::read(&png([30, 10], color, &point.repeat(300))).unwrap();
        assert_eq!((bounds(&logo), logo.areas[0].outline.len()), ([30.0, 10.0], 5), "{color:?}");
    }
    // A large picture is put together.
    let logo = Logo::read(&png([800, 640], Grayscale, &vec![0; 512_000])).unwrap();
    assert_eq!(bounds(&logo).map(f64::to_bits), [400.0_f64, 320.0].map(f64::to_bits));
}

#[test]
fn bad_pictures_are_refused() {
    use ::png::ColorType::Grayscale;
    let good = png([30, 10], Grayscale, &[0; 300]);
    let told = |bytes: &[u8]| Logo::read(bytes).unwrap_err().says[0].clone();
    for end in 4..good.len() - 12 {
        assert!(told(&good[..end]).contains("it is broken"), "{end}");
    }
    // A header that promises a hundred thousand points each way.
    let mut bomb = good.clone();
    bomb[16..24].copy_from_slice(&[0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0]);
    let crc = crc(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&crc.to_be_bytes());
    assert_eq!(told(&bomb), "it has 100000 × 100000 points");
    let noise: Vec<u8> = (0..40_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    assert!(told(&png([200, 200], Grayscale, &noise)).contains("areas of one shade"));
    assert!(told(&png([2, 2], Grayscale, &[255; 4])).contains("can be seen"));
}

/// The check sum of a chunk of a PNG.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}
