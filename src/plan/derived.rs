//! Values that no release gives, because they follow from what it gives: groups of a pattern, values made of others, and
//! the planned start.

use std::collections::BTreeMap;

use super::MadeOf;
use super::fill::{self, FilledPieces};
use crate::diagnostic::{Diagnostic, Origin, Span};
use crate::source::flow::{Flow, Str, ValueDecl};
use crate::source::types::{LONGEST_MATCHED, Pattern};
use crate::text::Content;

/// The names of the planned start's date and time of day.
pub(super) const START_NAMES: [&str; 2] = ["start-date", "start-time"];

/// The names that follow from others: for each, what it follows from, and where that is declared.
pub(super) fn names(flow: &Flow) -> BTreeMap<&str, (String, Option<Span>)> {
    let mut names = BTreeMap::new();
    for value in &flow.values {
        if let Some(is) = &value.is {
            names.insert(&*value.name.value, ("other values".to_owned(), Some(is.span)));
        }
        for group in value.pattern.iter().flat_map(|pattern| &pattern.groups) {
            names.insert(&*group.value, (format!("`{}`", value.name.value), Some(group.span)));
        }
    }
    names.extend(START_NAMES.map(|name| (name, ("`start`".to_owned(), None))));
    names
}

/// What each name is made of that follows from others.
pub(super) fn made_of(flow: &Flow) -> BTreeMap<String, MadeOf> {
    let mut made = BTreeMap::new();
    for value in &flow.values {
        if let Some(is) = &value.is {
            let names = fill::names(&is.value).map(str::to_owned).collect();
            made.insert(value.name.value.clone(), MadeOf::Names(names));
        }
        for group in value.pattern.iter().flat_map(|pattern| &pattern.groups) {
            made.insert(group.value.clone(), MadeOf::Names(vec![value.name.value.clone()]));
        }
    }
    made.extend(START_NAMES.map(|name| (name.to_owned(), MadeOf::Start)));
    made
}

/// The fault of a release that gives a name which follows from others.
pub(super) fn given(name: &Str, (from, declared): &(String, Option<Span>)) -> Diagnostic {
    let message = format!("a release can't give `{}`: it is made from {from}", name.value);
    let fault = Diagnostic::error("derived-value", name.span, message);
    let fault = match declared {
        Some(declared) => fault.context(*declared, "made here"),
        None => fault,
    };
    fault.help("leave it out")
}

/// The fault of a given value, or of an example, that doesn't match its pattern as a whole.
pub(super) fn mismatch(value: &ValueDecl, given: &Str) -> Option<Diagnostic> {
    let pattern = value.pattern.as_ref().filter(|pattern| pattern.captures(&given.value).is_none())?;
    let (name, written) = (&value.name.value, &pattern.written);
    if given.value.chars().nth(LONGEST_MATCHED).is_some() {
        let message = format!("a value with a pattern has {LONGEST_MATCHED} characters at most");
        let fault = Diagnostic::error("pattern-mismatch", given.span, message);
        return Some(fault.context(written.span, "its pattern").help(format!("shorten `{name}`")));
    }
    let message = format!("`{name}` must match `{}` from its first character to its last", written.value);
    let fault = Diagnostic::error("pattern-mismatch", given.span, message).context(written.span, "its pattern");
    let example = value.example.iter().find(|example| pattern.captures(&example.value).is_some());
    Some(match example {
        Some(example) => fault.help(format!("write it like the example, `{}`", example.value)),
        None => fault.help("correct the value, or the pattern in the flow"),
    })
}

/// The groups of a pattern with what each matched in a given value. A group that takes no part in the match is empty.
pub(super) fn groups<'a>(pattern: &'a Pattern, given: Option<&Str>) -> Vec<(&'a Str, Option<FilledPieces>)> {
    let captures = given.and_then(|given| Some((pattern.captures(&given.value)?, given.span)));
    let group = |group: &'a Str| {
        let matched = captures.as_ref().map(|(captures, literal)| {
            let piece = |found: regex_lite::Match<'_>| {
                let origin = Origin { literal: *literal, offset: found.start() as u32 };
                (Content::Chars(found.as_str().to_owned()), Some(origin))
            };
            captures.name(&group.value).map(piece).into_iter().collect()
        });
        (group, matched)
    };
    pattern.groups.iter().map(group).collect()
}
