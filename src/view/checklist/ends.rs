//! Where the two go on when they are done with blocks, and once there is no way back.

use super::SheetKind;
use super::context::ListContext;
use crate::field::Outcome;
use crate::plan::StepIx;
use crate::text::Text;
use crate::view::labels::word;
use crate::view::{titles, ways};

/// Says behind the last block of a release or of a rollback where the two go on, for what follows it on paper are other sheets.
pub(super) fn behind(context: &ListContext, end: &mut Text, outcome: Outcome) {
    let (title, page) = match context.after(outcome) {
        Some(page) => (word!("after"), page),
        // The records are filled in on the way; behind a rollback it is enough to report it.
        None if outcome == Outcome::Executed && context.options.prints(SheetKind::Records) => {
            (word!("sheet.records"), ways::place(context.plan, context.labels, "records".to_owned(), None))
        }
        None => return,
    };
    let mut place = context.say(title);
    place.push_str(context.labels.say(word!("comma")));
    place.append(&page);
    go_on(context, end, &place);
}

/// Says behind a block where the two go on.
pub(super) fn go_on(context: &ListContext, end: &mut Text, place: &Text) {
    end.push_str(context.labels.say(word!("dot")));
    end.append(&context.say_around(word!("sheet.go-on"), "place", place));
}

/// What stands over a step after which there is no way back, or only another rollback than before.
pub(super) fn no_return(context: &ListContext, step: Option<StepIx>) -> Text {
    let Some(block) = titles::left_behind(context.plan, step) else {
        return context.say(word!("sheet.no-return"));
    };
    let rollback = ways::rollback(context.plan, context.labels, block);
    context.say_with(word!("sheet.no-return-but"), &[("rollback", &rollback)])
}
