//! Makes `flowchart.svg`.

use crate::output::{Artifact, OutputKind};
use crate::page::{layout, svg};
use crate::plan::Plan;
use crate::text::typeset::Typesetter;
use crate::view::chart::flow_chart;
use crate::view::labels::Labels;

/// Draws the flow chart on one canvas. Changes aren't marked, since the readers of the published chart have no older
/// revision to compare it with.
#[must_use]
pub fn flowchart(plan: &Plan, labels: &Labels, typesetter: &mut Typesetter<'_>) -> Artifact {
    let view = flow_chart(plan, labels, None);
    let drawing = layout::drawing(&view, typesetter);
    let title = format!("{} {}", view.title.to_plain(), view.heading.to_plain());
    let text = svg::write(&drawing, typesetter.fonts(), &view.lang, &title, &view.spoken());
    Artifact { kind: OutputKind::Chart, path: "flowchart.svg".to_owned(), bytes: text.into_bytes() }
}
