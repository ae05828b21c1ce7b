//! The lists that a release gives, for which blocks and items repeat.

use std::collections::BTreeMap;

use super::faults::Faults;
use super::place::ListElement;
use crate::diagnostic::Diagnostic;
use crate::source::flow::{Flow, Str};
use crate::source::types::Line;

/// The longest element, in characters. It is short because step numbers hold it, beside other things on one row.
const LONGEST_ELEMENT: usize = 64;

/// The values that a release gives, and the elements of its lists.
pub(super) struct Lists<'a> {
    flow: &'a Flow,
    /// The values given, by name.
    pub(super) given: BTreeMap<&'a str, &'a [Line]>,
    known: BTreeMap<&'a str, Vec<ListElement<'a>>>,
}

impl<'a> Lists<'a> {
    /// The lists of a flow, with the values that the release gives.
    pub(super) const fn new(flow: &'a Flow, given: BTreeMap<&'a str, &'a [Line]>) -> Self {
        Self { flow, given, known: BTreeMap::new() }
    }

    /// The elements of a list that a block or an item repeats for. A list is resolved once, so that its faults are
    /// reported once even if several repeat for it. When there are no elements, that is a fault, and a stand-in is
    /// returned so that the rest of the flow can still be checked.
    pub(super) fn elements(&mut self, list: &'a Str, faults: &mut Faults) -> &[ListElement<'a>] {
        let (flow, given) = (self.flow, &self.given);
        self.known.entry(&list.value).or_insert_with(|| elements(flow, given, list, faults))
    }
}

fn elements<'a>(
    flow: &'a Flow,
    given: &BTreeMap<&'a str, &'a [Line]>,
    list: &'a Str,
    faults: &mut Faults,
) -> Vec<ListElement<'a>> {
    let stand_in = |each| vec![ListElement { list: &list.value, each, name: each, literal: list.span, index: 0 }];
    let Some(value) = flow.values.iter().find(|value| value.name.value == list.value) else {
        let lists = flow.values.iter().filter(|value| value.each.is_some()).map(|value| &*value.name.value);
        faults.unknown("unknown-value", list, "no value is called", lists, || {
            format!("declare it: `[values]`, `{} = {{ label = \"…\", each = \"…\" }}`", list.value)
        });
        return stand_in(&list.value);
    };
    let Some(each) = value.each.as_ref().map(|each| &*each.value) else {
        let message = format!("`{}` is one value: only a list has elements to repeat for", list.value);
        faults.push(
            Diagnostic::error("not-a-list", list.span, message)
                .context(value.name.span, "declared here")
                .help("declare it with `each = \"…\"`, the name of one element"),
        );
        return stand_in(&list.value);
    };
    let elements = given.get(&*list.value).copied().unwrap_or_default();
    if elements.is_empty() {
        let message = format!("the release doesn't give `{}`, for which this repeats", list.value);
        let example = value.example.iter().map(|one| format!("{:?}", one.value)).collect::<Vec<_>>().join(", ");
        let example = if example.is_empty() { "\"…\"" } else { &example };
        faults.push(
            Diagnostic::error("missing-list", list.span, message)
                .help(format!("give it in the release file under `[values]`: `{} = [{example}]`", list.value)),
        );
        return stand_in(each);
    }
    check_elements(list, elements, faults);
    let element = |(index, one): (usize, &'a Line)| ListElement {
        list: &list.value,
        each,
        name: &one.value,
        literal: one.span,
        index,
    };
    elements.iter().enumerate().map(element).collect()
}

fn check_elements(list: &Str, elements: &[Line], faults: &mut Faults) {
    let mut seen = BTreeMap::new();
    for one in elements {
        if let Some(first) = seen.insert(&*one.value, one.span) {
            faults.push(
                Diagnostic::error("repeated-element", one.span, format!("`{}` has this element twice", list.value))
                    .context(first, "the first one")
                    .help("leave one of them out"),
            );
        }
        if one.value.trim() != one.value || one.value.is_empty() || one.value.chars().count() > LONGEST_ELEMENT {
            let message = format!("an element has 1 to {LONGEST_ELEMENT} characters, and no space at its ends");
            faults.push(Diagnostic::error("bad-element", one.span, message).help("it is printed in step numbers"));
        }
    }
}
