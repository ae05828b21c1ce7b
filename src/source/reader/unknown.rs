//! What is said of keys that a table doesn't take, and of those that it lacks.

use crate::diagnostic::{Diagnostic, Span};
use crate::source::keys::{Key, KeyRule, TableKind, ValueShape};
use crate::source::suggest::nearest;

/// An author's name, short enough for a message.
pub(super) fn shown(name: &str) -> String {
    match name.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", &name[..at]),
        None => name.to_owned(),
    }
}

/// The fault of a key that its table doesn't take.
pub(super) fn unknown_key(
    kind: &TableKind,
    name: &str,
    near: Option<&str>,
    is_certain: bool,
    span: Span,
) -> Diagnostic {
    let sibling = (kind.siblings)().iter().find(|sibling| sibling.key(name).is_some());
    if let Some(sibling) = sibling {
        return Diagnostic::error("misplaced-key", span, format!("`{name}` isn't a key of {}", kind.name))
            .help(format!("it belongs to {}", sibling.name));
    }
    if near.is_none()
        && let Some(help) = belongs_below(kind, name)
    {
        return Diagnostic::error("misplaced-key", span, format!("`{name}` isn't a key of {}", kind.name)).help(help);
    }
    let fault = Diagnostic::error("unknown-key", span, format!("{} has no key `{}`", kind.name, shown(name)));
    if let Some(near) = near {
        let help = format!("did you mean `{near}`?");
        return if is_certain { fault.patch(help, span, near) } else { fault.help(help) };
    }
    let belongs = |sibling: &&'static TableKind| {
        let others = sibling.keys().map(|key| key.name).filter(|other| kind.key(other).is_none());
        Some((nearest(name, others)?, sibling.name))
    };
    if let Some((near, sibling)) = (kind.siblings)().iter().find_map(belongs) {
        return fault.help(format!("did you mean `{near}`? It belongs to {sibling}"));
    }
    let names: Vec<_> = kind.keys().map(|key| format!("`{}`", key.name)).collect();
    fault.help(format!("its keys are {}", names.join(", ")))
}

/// Where a key belongs that a kind hasn't and the tables of some of its keys have.
fn belongs_below(kind: &TableKind, name: &str) -> Option<String> {
    let tables = |key: &'static Key| key.shape.forms().into_iter().filter_map(move |form| Some((key, form.kind()?)));
    let below: Vec<_> = kind.keys().flat_map(tables).filter(|(_, below)| below.key(name).is_some()).collect();
    let [(key, one)] = &below[..] else {
        let mut names: Vec<&str> = below.iter().map(|(_, below)| below.name).collect();
        names.dedup();
        return (!names.is_empty()).then(|| format!("it belongs to {}", names.join(" or ")));
    };
    if matches!(key.shape, ValueShape::Map(..) | ValueShape::List(..)) || one.name.contains("[[") {
        return Some(format!("it belongs to {}", one.name));
    }
    let required = one.keys().filter(|key| key.required).map(|key| key.name);
    // Of keys of which one must be there the first stands for all.
    let first = one.rules().find_map(|rule| match rule {
        KeyRule::OneOf(keys, _) if !keys.contains(&name) => keys.first().copied(),
        _ => None,
    });
    let needed = required.chain(first).filter(|key| *key != name).map(|key| format!("{key} = …, "));
    Some(format!("it belongs to {}: `{} = {{ {}{name} = … }}`", one.name, key.name, needed.collect::<String>()))
}

/// The fault of a table without a key that it needs.
pub(in crate::source) fn missing_key(kind: &TableKind, key: &Key, span: Span) -> Diagnostic {
    Diagnostic::error("missing-key", span, format!("{} needs the key `{}`", kind.name, key.name)).help(format!(
        "add `{}`, {}: {}",
        key.name,
        key.shape.expected(),
        key.doc
    ))
}
