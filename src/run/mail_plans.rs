//! The plans of a flow in the languages of those who get its mails.

use crate::diagnostic::Diagnostic;
use crate::plan::Plan;
use crate::view::labels::{LabelFiles, Labels};

/// Makes a plan in a language, or says why it can't be made.
type MakePlan<'a> = &'a dyn Fn(&str) -> (Option<Plan>, Vec<Diagnostic>);

/// A plan in each language, other than its own, in which one of its contacts gets mails, with its labels. `make` makes the plan in
/// a language.
///
/// # Errors
/// The faults of a plan that can't be made.
pub fn mail_plans(plan: &Plan, make: MakePlan, labels: &LabelFiles) -> Result<Vec<(Plan, Labels)>, Vec<Diagnostic>> {
    let in_language = |lang: &crate::text::Lang| {
        let (plan, faults) = make(lang.tag());
        let plan = plan.ok_or(faults)?;
        let labels = labels.of_plan(&plan);
        Ok((plan, labels))
    };
    plan.mail_langs().into_iter().map(in_language).collect()
}
