//! Gives the files that a flow names: from the disk beside the flow, and into the inputs of its list.

use std::fmt::Write as _;
use std::path::Path;

use super::inputs::{InputRole, Inputs};
use crate::diagnostic::Diagnostic;
use crate::files;
use crate::source;
use crate::source::named::{CONFIG_NAME, FileUse, NamedContent, NamedFile};

/// What is in a file that the flow at `flow` names; `role` is the flow's own. What the inputs hold already is taken from
/// there; anything else is read from the disk and added to them.
pub(super) fn fetch(
    inputs: &mut Inputs,
    role: InputRole,
    flow: &Path,
    file: &NamedFile,
) -> Result<NamedContent, Diagnostic> {
    let (path, role) = (&file.path.value, InputRole::of_named(file.what, role));
    if file.what == FileUse::Config {
        return look(inputs, flow);
    }
    if inputs.named(role, path).is_none() {
        inputs.room()?;
        let bytes = from_disk(flow, path)?;
        inputs.push(role, path.clone(), bytes)?;
    }
    carried(inputs, role, path, files::shown(&files::named_by(flow, path)))
}

/// What the configuration for a flow says of whose documents these are. Only that becomes an input: the rest shapes no page.
fn look(inputs: &mut Inputs, flow: &Path) -> Result<NamedContent, Diagnostic> {
    let is_file = !matches!(flow.to_str(), Some("-" | ""));
    let Some(config) = files::config_of(flow).filter(|_| is_file) else { return Ok(NamedContent::Unneeded) };
    files::refuse_link_outside(&config)?;
    let name = files::shown(&config);
    let text = source::decode(&name, &files::read(&config, files::TEXT_LIMIT)?)?;
    let up = files::way_up(flow, &config);
    let Some(look) = look_of(&text, &up) else { return Ok(NamedContent::Unneeded) };
    inputs.replace(InputRole::Look, CONFIG_NAME.to_owned(), look.into_bytes())?;
    Ok(NamedContent::Config { name, text, path: format!("{up}{CONFIG_NAME}") })
}

/// The table `[look]` of a configuration alone, its path seen from the flow's folder, `up` being the way from there to that of
/// the configuration. `None` where there is no such table. What is wrong in it stays so, and is told at its place in the
/// configuration.
fn look_of(config: &str, up: &str) -> Option<String> {
    let config: toml::Table = toml::from_str(config.trim_start_matches('\u{feff}')).ok()?;
    let toml::Value::Table(look) = config.get("look")? else { return Some("look = 1\n".to_owned()) };
    let mut out = "[look]\n".to_owned();
    for (key, value) in look {
        let value = match value {
            toml::Value::String(path) if key == "logo" => source::release::quoted(&format!("{up}{path}")),
            toml::Value::String(words) => source::release::quoted(words),
            toml::Value::Table(words) => {
                let word = |(lang, words): (&String, &toml::Value)| {
                    let words = words.as_str().map_or_else(|| "1".to_owned(), source::release::quoted);
                    format!("{} = {words}", source::release::quoted(lang))
                };
                format!("{{ {} }}", words.iter().map(word).collect::<Vec<_>>().join(", "))
            }
            _ => "1".to_owned(),
        };
        let _ = writeln!(out, "{} = {value}", source::release::quoted(key));
    }
    Some(out)
}

/// What is in a file that the inputs hold. Messages call it `name`.
pub(super) fn carried(inputs: &Inputs, role: InputRole, path: &str, name: String) -> Result<NamedContent, Diagnostic> {
    let Some(input) = inputs.named(role, path) else {
        return Err(Diagnostic::error_nowhere("unreadable", format!("`{path}` isn't there")));
    };
    Ok(NamedContent::Read { name, bytes: input.bytes.clone() })
}

/// Reads a file beside a flow.
fn from_disk(flow: &Path, path: &str) -> Result<Vec<u8>, Diagnostic> {
    let no_folder = match flow.to_str() {
        Some("-") => "standard input",
        Some("") => "memory",
        _ => return files::read_named(flow, path),
    };
    let message = format!("this flow comes from {no_folder}, so nobody knows where `{path}` is");
    Err(Diagnostic::error_nowhere("no-folder", message)
        .help("name the flow by its path: it names files from its own folder"))
}
