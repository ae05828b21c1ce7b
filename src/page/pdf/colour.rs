//! The colour space that grays are meant in: an sRGB profile, made here from the numbers of its standard.
//!
//! PDF/A lets `DeviceGray` stand for gray of the output intent, so a page needs no colour space of its own
//! (ISO 19005-3, 6.2.4.3).

/// Offset of the tag table.
const HEADER: usize = 128;

/// sRGB (IEC 61966-2-1) as a version 4 display profile (ICC.1:2004-10): matrix and curve, 0.5 KB.
pub(super) fn srgb() -> Vec<u8> {
    // Primaries and white, adapted to D50 as the profile connection space wants it, in 1/65536.
    let [red, green, blue] = [[0x6FA2, 0x38F5, 0x0390], [0x6299, 0xB785, 0x18DA], [0x24A0, 0x0F84, 0xB6CF]].map(xyz);
    let white = xyz([0xF6D6, 0x1_0000, 0xD32D]);
    // From D65 to D50 (Bradford).
    let adaptation = numbers(b"sf32", &[0x1_0C42, 0x05DE, -0x0CDA, 0x0793, 0xFD90, -0x045E, -0x025E, 0x03DC, 0xC06E]);
    // Y = (aX + b)^g from d on, else cX: g, a, b, c, d.
    let mut curve = b"para\0\0\0\0\0\x03\0\0".to_vec();
    curve.extend([0x2_6666, 0xF2A7, 0x0D59, 0x13D0, 0x0A5B].into_iter().flat_map(i32::to_be_bytes));
    let tags: [(&[u8; 4], &[u8]); 10] = [
        (b"desc", &text("sRGB")),
        (b"cprt", &text("No copyright, use freely")),
        (b"wtpt", &white),
        (b"chad", &adaptation),
        (b"rXYZ", &red),
        (b"gXYZ", &green),
        (b"bXYZ", &blue),
        (b"rTRC", &curve),
        (b"gTRC", &curve),
        (b"bTRC", &curve),
    ];
    let mut profile = vec![0; HEADER];
    profile.extend((tags.len() as u32).to_be_bytes());
    let mut data: Vec<u8> = Vec::new();
    let begin = HEADER + 4 + tags.len() * 12;
    let mut placed: Vec<(&[u8], usize)> = Vec::new();
    for (name, bytes) in tags {
        // The three colours share one curve.
        let known = placed.iter().find(|(other, _)| *other == bytes).map(|(_, at)| *at);
        let at = known.unwrap_or(begin + data.len());
        if known.is_none() {
            placed.push((bytes, at));
            data.extend(bytes);
            data.resize(data.len().next_multiple_of(4), 0);
        }
        profile.extend(name);
        profile.extend((at as u32).to_be_bytes());
        profile.extend((bytes.len() as u32).to_be_bytes());
    }
    profile.extend(data);
    let size = (profile.len() as u32).to_be_bytes();
    let mut put = |at: usize, bytes: &[u8]| profile[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &size);
    put(8, &[4, 0x20, 0, 0]);
    put(12, b"mntrRGB XYZ ");
    // 1999-10-18, when the standard was published.
    put(24, &[0x07, 0xCF, 0, 10, 0, 18]);
    put(36, b"acsp");
    // The illuminant of the connection space: D50.
    put(68, &white[8..]);
    profile
}

fn xyz(numbers: [i32; 3]) -> Vec<u8> {
    self::numbers(b"XYZ ", &numbers)
}

/// Fixed-point numbers under the signature of their type.
fn numbers(kind: &[u8], numbers: &[i32]) -> Vec<u8> {
    let mut bytes = kind.to_vec();
    bytes.extend([0; 4]);
    bytes.extend(numbers.iter().flat_map(|number| number.to_be_bytes()));
    bytes
}

/// One text, in English.
fn text(words: &str) -> Vec<u8> {
    let words: Vec<u8> = words.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let mut bytes = b"mluc\0\0\0\0\0\0\0\x01\0\0\0\x0cenUS".to_vec();
    bytes.extend((words.len() as u32).to_be_bytes());
    bytes.extend(28_u32.to_be_bytes());
    bytes.extend(words);
    bytes
}
