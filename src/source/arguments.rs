//! Adds what the command line says of a release to what its file says; the command line wins. Every argument becomes a
//! source of its own, named after its flag, so that a fault in it is shown like a fault in a file.

use std::str::FromStr;

use toml::value::Datetime;

use super::reader::{MOMENT_HELP, device_fault, id_fault, moment_of, number_fault, string_fault};
use super::release::{PersonDecl, ReleaseFile};
use super::types::{Line, Moment, Str};
use crate::diagnostic::{Diagnostic, FileId, SourceForm, Sources, Span, Spanned};

/// Sets a value, from `--set NAME=VALUE`. A list stays one string at first, because only the flow says which values are
/// lists; [`split_list`] cuts it.
///
/// # Errors
/// When there is no `=`, the name isn't a valid id, or the value is empty or holds what can't be printed.
pub fn set_value(release: &mut ReleaseFile, sources: &mut Sources, argument: &str) -> Result<(), Diagnostic> {
    let file = sources.add_argument("--set", argument);
    let Some((name, _)) = argument.split_once('=') else {
        let fault = Diagnostic::error("bad-argument", Span::new(file, 0, argument.len()), "there is no `=` in this");
        return Err(fault.help("write `--set NAME=VALUE`"));
    };
    let name_span = Span::new(file, 0, name.len());
    if let Some(fault) = id_fault(name, name_span) {
        return Err(fault);
    }
    let value = line(file, argument, name.len() + 1)?;
    let name = Str::new(name.to_owned(), name_span);
    match release.values.iter_mut().find(|(known, _)| known.value == name.value) {
        Some(entry) => *entry = (name, vec![value].into()),
        None => release.values.push((name, vec![value].into())),
    }
    Ok(())
}

/// Cuts the value `list` at its commas if `--set` gave it: `hosts=app-1,app-2`. A file writes a list as a list.
pub fn split_list(release: &mut ReleaseFile, sources: &Sources, list: &str) {
    let from_flag = |name: &Str| sources.file(name.span.file).form == SourceForm::Argument;
    let Some((_, values)) = release.values.iter_mut().find(|(name, _)| name.value == list && from_flag(name)) else {
        return;
    };
    let [whole] = &**values else { return };
    let mut at = whole.span.start as usize;
    let mut parts = Vec::new();
    for part in whole.value.split(',') {
        let start = at + part.len() - part.trim_start().len();
        let span = Span::new(whole.span.file, start, start + part.trim().len());
        parts.push(Line::from(Str::new(part.trim().to_owned(), span)));
        at += part.len() + 1;
    }
    *values = parts.into();
}

/// Sets the planned start, from `--start`.
///
/// # Errors
/// When it isn't a date and time.
pub fn set_start(release: &mut ReleaseFile, sources: &mut Sources, argument: &str) -> Result<(), Diagnostic> {
    release.start = Some(moment(sources, "--start", argument)?);
    Ok(())
}

/// Sets when the list was printed, from `--printed`.
///
/// # Errors
/// When it isn't a date and time.
pub fn set_printed(release: &mut ReleaseFile, sources: &mut Sources, argument: &str) -> Result<(), Diagnostic> {
    release.printed = Some(moment(sources, "--printed", argument)?);
    Ok(())
}

/// Sets the operator, from `--operator`. If the file names somebody else, their telephone number is dropped with their
/// name.
///
/// # Errors
/// When the name holds what can't be printed.
pub fn set_operator(release: &mut ReleaseFile, sources: &mut Sources, argument: &str) -> Result<(), Diagnostic> {
    let name = whole_line(sources, "--operator", argument)?;
    set_person(&mut release.operator, name);
    Ok(())
}

/// Sets the checker, from `--checker`. If the file names somebody else, their telephone number is dropped with their
/// name.
///
/// # Errors
/// When the name holds what can't be printed.
pub fn set_checker(release: &mut ReleaseFile, sources: &mut Sources, argument: &str) -> Result<(), Diagnostic> {
    let name = whole_line(sources, "--checker", argument)?;
    set_person(&mut release.checker, name);
    Ok(())
}

/// Sets the number of the release, from `--number`.
///
/// # Errors
/// When it holds what can't be printed, or can't name a folder.
pub fn set_number(release: &mut ReleaseFile, sources: &mut Sources, argument: &str) -> Result<(), Diagnostic> {
    let number = Str::clone(&*whole_line(sources, "--number", argument)?);
    if let Some(fault) = number_fault(&number) {
        return Err(fault);
    }
    release.number = Some(number.into());
    Ok(())
}

/// Checks the id of a flow that is to be created.
///
/// # Errors
/// When it isn't a valid id, or is the name of a device on Windows.
pub fn flow_id(sources: &mut Sources, argument: &str) -> Result<(), Diagnostic> {
    let file = sources.add_argument("ID", argument);
    let span = Span::new(file, 0, argument.len());
    id_fault(argument, span).or_else(|| device_fault(argument, span)).map_or(Ok(()), Err)
}

fn set_person(person: &mut PersonDecl, name: Line) {
    if person.name.as_ref().is_none_or(|known| known.value != name.value) {
        *person = PersonDecl { name: Some(name), ..PersonDecl::default() };
    }
}

fn whole_line(sources: &mut Sources, flag: &str, argument: &str) -> Result<Line, Diagnostic> {
    let file = sources.add_argument(flag, argument);
    line(file, argument, 0)
}

/// The rest of an argument from a byte on, as a string of one line.
fn line(file: FileId, argument: &str, from: usize) -> Result<Line, Diagnostic> {
    let value = &argument[from..];
    let span = Span::new(file, from, argument.len());
    match string_fault(value, span, true, |range| Span::new(file, from + range.start, from + range.end)) {
        Some(fault) => Err(fault),
        None => Ok(Str::new(value.to_owned(), span).into()),
    }
}

fn moment(sources: &mut Sources, flag: &str, argument: &str) -> Result<Spanned<Moment>, Diagnostic> {
    let file = sources.add_argument(flag, argument);
    let span = Span::new(file, 0, argument.len());
    let moment = Datetime::from_str(argument).ok().and_then(|written| moment_of(&written));
    moment.map(|moment| Spanned::new(moment, span)).ok_or_else(|| {
        Diagnostic::error("bad-value", span, format!("`{flag}` takes a date and time")).help(MOMENT_HELP)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_cut_at_its_commas() {
        let (mut release, mut sources) = (ReleaseFile::default(), Sources::default());
        set_value(&mut release, &mut sources, "hosts=app-1, app-2").unwrap();
        set_value(&mut release, &mut sources, "version=a,b").unwrap();
        split_list(&mut release, &sources, "hosts");
        let hosts: Vec<_> = release.values[0].1.iter().map(|host| (&*host.value, sources.slice(host.span))).collect();
        assert_eq!(hosts, [("app-1", "app-1"), ("app-2", "app-2")]);
        assert_eq!(release.values[1].1.len(), 1);
    }

    #[test]
    fn a_flag_wins_over_the_file() {
        let mut sources = Sources::default();
        let file = sources.add(
            "a.release.toml",
            "flow = \"a\"\nvalues = { v = \"1\", w = \"2\" }\noperator = { name = \"A\", phone = \"1\" }\n",
        );
        let mut release = super::super::read_release(&sources, file).0.unwrap();
        set_value(&mut release, &mut sources, "w=a,b=c").unwrap();
        set_value(&mut release, &mut sources, "x=3").unwrap();
        set_operator(&mut release, &mut sources, "B").unwrap();
        set_number(&mut release, &mut sources, "7").unwrap();
        let values: Vec<_> = release.values.iter().map(|(n, v)| (n.value.as_str(), v[0].value.as_str())).collect();
        assert_eq!(values, [("v", "1"), ("w", "a,b=c"), ("x", "3")]);
        let span = release.values[1].1[0].span;
        assert_eq!((sources.slice(span), sources.file(span.file).name.as_str()), ("a,b=c", "--set"));
        assert_eq!(release.operator.name.as_ref().unwrap().value, "B");
        assert!(release.operator.phone.is_none());
        assert_eq!(release.number.unwrap().value, "7");
    }

    #[test]
    fn moments_with_and_without_offset() {
        let mut sources = Sources::default();
        let mut release = ReleaseFile::default();
        set_start(&mut release, &mut sources, "2013-01-25T20:00:00+08:00").unwrap();
        assert!(matches!(release.start.as_ref().unwrap().value, Moment::Absolute(..)));
        set_printed(&mut release, &mut sources, "2013-01-25 15:02").unwrap();
        assert!(matches!(release.printed.as_ref().unwrap().value, Moment::Local(_)));
        for wrong in ["", "soon", "2013-01-25", "20:00", "2013-02-30T20:00:00Z"] {
            assert_eq!(set_start(&mut release, &mut sources, wrong).unwrap_err().code, "bad-value", "{wrong}");
        }
    }

    #[test]
    fn faults_point_into_the_argument() {
        let mut sources = Sources::default();
        let mut release = ReleaseFile::default();
        let mut code = |argument: &str| {
            let fault = set_value(&mut release, &mut sources, argument).unwrap_err();
            (fault.code, sources.slice(fault.primary.unwrap().span).to_owned())
        };
        assert_eq!(code("version"), ("bad-argument", "version".into()));
        assert_eq!(code("a b=1"), ("bad-id", "a b".into()));
        assert_eq!(code("version="), ("empty-text", String::new()));
        assert_eq!(code("version=1\n2"), ("line-break", "\n".into()));
    }
}
