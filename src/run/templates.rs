//! `runsheet templates`: lists the templates, prints one, or says what it gets.

use std::fmt::Write as _;

use super::Report;
use crate::cli::tools::{TemplateName, TemplatesArgs};
use crate::render::{BUILTIN, Builtin};
use crate::text::Lang;
use crate::view::labels::{BUILTIN_LABELS, Labels};

/// A line for each template; a template as it is; or what it gets.
#[must_use]
pub fn templates(args: &TemplatesArgs) -> Report {
    match args.name {
        None => Report::for_people(&list(), "", 0),
        Some(TemplateName::Template(template)) if args.fields => Report::for_people(&fields(template), "", 0),
        Some(TemplateName::Template(template)) => Report::exact(template.text.to_owned(), "", 0),
        Some(TemplateName::Labels(labels)) => Report::exact(labels.text.to_owned(), "", 0),
    }
}

fn list() -> String {
    let templates = BUILTIN.iter().map(|template| (template.name, template.doc));
    let all = templates.chain(BUILTIN_LABELS.iter().map(|labels| (labels.name, labels.doc)));
    let lines = all.map(|(name, doc)| [name.to_owned(), doc.to_owned()]);
    let mut out = String::new();
    columns(&mut out, "", &lines.collect::<Vec<_>>());
    out.push_str("\nWhat a template gets: `runsheet templates --fields NAME`, and docs/templates.md\n");
    out
}

/// The fields of a template, those of the parts that it gets, its filters, and the words of ours in English.
fn fields(template: &Builtin) -> String {
    let mut out = format!("{}: {}\n", template.name, template.doc);
    for (at, part) in template.gets.all().into_iter().enumerate() {
        // What the template gets as a whole is never named in it.
        let name = if at == 0 { String::new() } else { format!("`{}`: ", part.noun) };
        let _ = writeln!(out, "\n{name}{}", part.doc);
        let lines =
            part.fields.iter().map(|field| [field.name.to_owned(), field.shape.to_string(), field.doc.to_owned()]);
        columns(&mut out, "  ", &lines.collect::<Vec<_>>());
    }
    if !template.filters().is_empty() {
        out.push_str("\nFilters:\n");
        let lines = template.filters().iter().map(|filter| [filter.usage(), filter.doc.to_owned()]);
        columns(&mut out, "  ", &lines.collect::<Vec<_>>());
    }
    let labels = Labels::of(&Lang::new("en"));
    for (words, whose) in template.words(&labels).into_iter().zip(["of its own", "that all templates get"]) {
        let _ = writeln!(out, "\nWords {whose}, here in English:");
        let lines = words.into_iter().map(|(name, words)| [name, words.to_owned()]);
        columns(&mut out, "  ", &lines.collect::<Vec<_>>());
    }
    out
}

/// Lines in columns, the last of them as long as it is.
fn columns<const N: usize>(out: &mut String, indent: &str, lines: &[[String; N]]) {
    let widths: [usize; N] =
        std::array::from_fn(|column| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or_default());
    for line in lines {
        out.push_str(indent);
        for (column, cell) in line.iter().enumerate() {
            let width = if column + 1 < N { widths[column] + 2 } else { 0 };
            let _ = write!(out, "{cell:width$}");
        }
        out.push('\n');
    }
}
