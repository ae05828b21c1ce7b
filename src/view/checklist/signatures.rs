//! Who signs for what: operator and checker, each with what the signature means, and whoever took over from one of them.

use super::context::ListContext;
use super::gaps::Gaps;
use super::{SheetKind, SheetPart, Signature, SignatureTable};
use crate::field::{Field, Party, Signed, Signing, Where};
use crate::plan::{Block, Person};
use crate::view::labels::{WordName, word};

/// The signatures of operator and checker, with the labels that say what each means.
pub(super) fn signatures(context: &ListContext, meanings: [WordName; 2], signed: &Signed) -> SheetPart {
    part(context, pair(context, meanings, signed))
}

/// The most steps of a list for which both sign once, at its end.
const SHORT: usize = 10;

/// Whether the last pair of signatures serves the whole list: it has one short block, and its records are printed too. A
/// rollback is signed for in any case, since it is a sheet of its own.
pub(super) fn is_signed_once(context: &ListContext) -> bool {
    let block = match &context.plan.hot[..] {
        [block] if block.instance.is_none() => block,
        _ => return false,
    };
    block.steps.len() <= SHORT && context.options.prints(SheetKind::Hot) && context.options.prints(SheetKind::Records)
}

/// The signatures behind a block, for what is signed together with it. Nobody takes over inside an atomic block, so both sign for the same steps there.
pub(super) fn of_block(context: &ListContext, block: &Block) -> SheetPart {
    let first = &context.plan.steps[block.signed.start].number;
    let is_handed_over = !block.atomic && block.signed.len() > 1;
    let checked = if is_handed_over { word!("sheet.sign-checker") } else { word!("sheet.sign-checker-same") };
    let mut rows = pair(context, [word!("sheet.sign-operator"), checked], &Signed::Block(first.clone()));
    if is_handed_over {
        let mut meaning = context.say(word!("sheet.sign-successor"));
        Gaps::at(Where::Successor(first.clone())).name(&mut meaning);
        rows.push(Signature {
            role: context.say(word!("sheet.successor")).bold(),
            meaning,
            name: None,
            fields: LINES.map(|line| Field::Successor(first.clone(), line)),
        });
    }
    part(context, rows)
}

/// What is filled in on each line.
const LINES: [Signing; 3] = [Signing::Name, Signing::Signature, Signing::Time];

fn part(context: &ListContext, rows: Vec<Signature>) -> SheetPart {
    let heads = [word!("name"), word!("sheet.signature"), word!("sheet.column-date")].map(|head| context.say(head));
    SheetPart::Signatures(SignatureTable { heads, rows })
}

fn pair(context: &ListContext, meanings: [WordName; 2], signed: &Signed) -> Vec<Signature> {
    let release = &context.plan.release;
    let people = [(Party::Operator, &release.operator), (Party::Checker, &release.checker)];
    let signature = |((party, person), meaning): ((Party, &Person), WordName)| {
        let mut meaning = context.say(meaning);
        Gaps::at(Where::Signature(signed.clone(), party)).name(&mut meaning);
        Signature {
            role: context.text(context.called(party)).bold(),
            meaning,
            name: person.name.as_ref().map(|name| context.text(name)),
            fields: LINES.map(|line| Field::Signature(signed.clone(), party, line)),
        }
    };
    people.into_iter().zip(meanings).map(signature).collect()
}
