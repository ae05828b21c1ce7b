//! Finds the known word that an author may have meant by an unknown one.

/// The nearest of several words, if one is near enough to have been meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    near(word, known).map(|(nearest, _)| nearest)
}

/// The nearest of several words, if it was certainly meant: at most two slips lead to it, and no other word is as near.
pub fn certain<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    near(word, known).filter(|(_, is_certain)| *is_certain).map(|(nearest, _)| nearest)
}

/// The nearest of several words, and whether it was certainly meant.
fn near<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<(&'a str, bool)> {
    // Comparing takes time in proportion to the length, and nothing that long is a misspelt word.
    let length = word.chars().take(65).count();
    if length > 64 {
        return None;
    }
    let lower = word.to_lowercase();
    let mut best: Option<(usize, &str, bool)> = None;
    for candidate in known {
        let distance = strsim::damerau_levenshtein(&lower, &candidate.to_lowercase());
        if distance * 3 > length.max(candidate.chars().count()) {
            continue;
        }
        match &mut best {
            Some((known, _, alone)) if distance == *known => *alone = false,
            Some((known, ..)) if distance > *known => {}
            _ => best = Some((distance, candidate, distance <= 2)),
        }
    }
    best.map(|(_, candidate, alone)| (candidate, alone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_is_near() {
        assert_eq!(nearest("titel", ["title", "id"]), Some("title"));
        assert_eq!(nearest("on_failure", ["on-failure", "id"]), Some("on-failure"));
        assert_eq!(nearest("steps", ["step", "title"]), Some("step"));
        assert_eq!(certain("titel", ["title", "id"]), Some("title"));
        assert_eq!((nearest("wead", ["read", "lead"]), certain("wead", ["read", "lead"])), (Some("read"), None));
        assert_eq!(nearest("banana", ["title", "id"]), None);
        assert_eq!(nearest(&"x".repeat(1000), ["title"]), None);
    }
}
