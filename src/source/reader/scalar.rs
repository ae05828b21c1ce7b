//! Single values: ids, numbers, times, addresses.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZoneDatabase, TimeZoneName};
use toml::de::DeValue;
use toml::value::{Datetime, Offset as TomlOffset};

use super::{KNOWN_LANGS, Reader, ValueSlot, shown};
use crate::chars::{draws_nothing, is_id, is_number};
use crate::diagnostic::{Diagnostic, Span, Spanned};
use crate::output::OutputKind;
use crate::source::address;
use crate::source::suggest::{certain, nearest};
use crate::source::value::{Lead, Moment, Str};

/// The longest duration in minutes, a year: longer than any step, and short enough for sums not to overflow.
pub const MAX_MINUTES: u32 = 525_600;
/// The longest lead time in days, about ten years.
const MAX_DAYS: u32 = 3_660;

impl Reader<'_> {
    /// The string of a slot and the place of its literal, unchecked.
    pub fn raw<'v>(&self, slot: ValueSlot<'v>) -> Option<(&'v str, Span)> {
        Some((slot.value.get_ref().as_str()?, self.span(slot.value.span())))
    }

    /// A whole number.
    pub fn count(&mut self, slot: ValueSlot<'_>) -> Option<Spanned<u32>> {
        let span = self.span(slot.value.span());
        let integer = slot.value.get_ref().as_integer()?;
        if !integer.as_str().bytes().any(|byte| byte.is_ascii_alphanumeric()) {
            let message = format!("the number of `{}` has no digits", slot.name);
            self.bad("syntax", span, message, format!("write a number from 1 to {MAX_MINUTES}"));
            return None;
        }
        let number = u32::from_str_radix(integer.as_str(), integer.radix()).ok();
        let number = number.filter(|number| (1..=MAX_MINUTES).contains(number));
        if number.is_none() {
            let message = format!("`{}` is out of range", slot.name);
            self.bad("bad-value", span, message, format!("it takes a number from 1 to {MAX_MINUTES}"));
        }
        number.map(|number| Spanned::new(number, span))
    }

    /// Minutes, as a number or in words.
    pub fn minutes(&mut self, slot: ValueSlot<'_>) -> Option<Spanned<u32>> {
        let Some((words, span)) = self.raw(slot) else { return self.count(slot) };
        let minutes = duration(words).filter(|minutes| (1..=MAX_MINUTES).contains(minutes));
        if minutes.is_none() {
            let message = format!("`{}` isn't a length of time", shown(words));
            self.bad("bad-value", span, message, "write it like `\"10 minutes\"`, `\"2 hours\"` or `\"10 分钟\"`");
        }
        minutes.map(|minutes| Spanned::new(minutes, span))
    }

    /// A lead time.
    pub fn lead(&mut self, slot: ValueSlot<'_>) -> Option<Lead> {
        let (words, span) = self.raw(slot)?;
        let lead = lead_of(words);
        if lead.is_none() {
            let message = format!("`{}` isn't a lead time", shown(words));
            let help = "write it like `\"3 days\"`, `\"2 working days\"`, `\"6 weeks\"`, `\"3 months\"`, `\"5 hours\"`, \
                        `\"3 天\"` or `\"2 个工作日\"`";
            self.bad("bad-value", span, message, help);
        }
        lead
    }

    /// A date.
    pub fn date(&mut self, slot: ValueSlot<'_>) -> Option<Date> {
        let span = self.span(slot.value.span());
        let date = match slot.value.get_ref() {
            DeValue::Datetime(Datetime { date: Some(date), time: None, offset: None }) => civil_date(*date),
            _ => None,
        };
        if date.is_none() {
            let message = format!("`{}` isn't a date", slot.name);
            self.bad("bad-value", span, message, "write it like `2013-01-25`");
        }
        date
    }

    /// A time of day, in quotes or without.
    pub fn time(&mut self, slot: ValueSlot<'_>) -> Option<Time> {
        let span = self.span(slot.value.span());
        let time = match slot.value.get_ref() {
            DeValue::String(words) => time_of(words),
            DeValue::Datetime(Datetime { date: None, time: Some(time), offset: None }) => civil_time(*time),
            _ => None,
        };
        if time.is_none() {
            let message = format!("`{}` isn't a time of day", slot.name);
            self.bad("bad-value", span, message, "write it like `\"21:05\"`");
        }
        time
    }

    /// A date and time.
    pub fn moment(&mut self, slot: ValueSlot<'_>) -> Option<Moment> {
        let span = self.span(slot.value.span());
        let moment = slot.value.get_ref().as_datetime().and_then(moment_of);
        if moment.is_none() {
            let message = format!("`{}` isn't a date and time", slot.name);
            self.bad("bad-value", span, message, MOMENT_HELP);
        }
        moment
    }

    /// An id: of the flow, a step, a value, a contact.
    pub fn id(&mut self, slot: ValueSlot<'_>) -> Option<Str> {
        let (id, span) = self.raw(slot)?;
        self.check_id(id, span)
    }

    /// The flow's id, which names its folder.
    pub fn flow_id(&mut self, slot: ValueSlot<'_>) -> Option<Str> {
        let id = self.id(slot)?;
        if let Some(fault) = device_fault(&id.value, id.span) {
            self.fault(fault);
            return None;
        }
        Some(id)
    }

    /// The number of a release, which names its folder.
    pub fn release_number(&mut self, slot: ValueSlot<'_>) -> Option<Str> {
        let number = self.line(slot)?;
        if let Some(fault) = number_fault(&number) {
            self.fault(fault);
            return None;
        }
        Some(number)
    }

    /// Checks an id, which may also be a key in a table of names.
    pub fn check_id(&mut self, id: &str, span: Span) -> Option<Str> {
        if let Some(fault) = id_fault(id, span) {
            self.fault(fault);
            return None;
        }
        Some(Str::new(id.to_owned(), span))
    }

    /// A step's or a block's id, which a route may name: unique in the flow, and none of the `routes`.
    pub fn step_id(&mut self, slot: ValueSlot<'_>, routes: &[&str]) -> Option<Str> {
        let id = self.id(slot)?;
        if routes.contains(&id.value.as_str()) {
            let message = format!("`{}` can't be an id: as a route it means something else", id.value);
            self.bad("bad-id", id.span, message, "choose another id");
            return None;
        }
        if let Some(first) = self.ids.get(&id.value) {
            let fault = Diagnostic::error("duplicate-id", id.span, format!("the id `{}` is given twice", id.value))
                .context(*first, "first given here")
                .help("give each step, block and appendix an id of its own");
            self.fault(fault);
        }
        self.ids.entry(id.value.clone()).or_insert(id.span);
        Some(id)
    }

    /// The meaning of one of several words.
    pub fn word<T: Copy>(&mut self, slot: ValueSlot<'_>, meanings: &[(&str, T)]) -> Option<T> {
        let (word, span) = self.raw(slot)?;
        let meaning = meanings.iter().find(|(known, _)| *known == word);
        if meaning.is_none() {
            self.not_among(slot.name, word, span, meanings.iter().map(|(word, _)| *word).collect());
        }
        meaning.map(|(_, meaning)| *meaning)
    }

    /// Reports a word that is none of those that its key takes.
    pub fn not_among(&mut self, name: &str, word: &str, span: Span, allowed: Vec<&str>) {
        let list: Vec<_> = allowed.iter().map(|word| format!("`\"{word}\"`")).collect();
        let mut fault = Diagnostic::error("bad-value", span, format!("`{name}` can't be `{}`", shown(word)));
        if let Some(near) = nearest(word, allowed.iter().copied()) {
            let help = format!("did you mean `\"{near}\"`?");
            let is_certain = certain(word, allowed).is_some();
            fault = if is_certain { fault.patch(help, span, format!("\"{near}\"")) } else { fault.help(help) };
        }
        self.fault(fault.help(format!("it takes {}", list.join(", "))));
    }

    /// A language.
    pub fn tag(&mut self, slot: ValueSlot<'_>) -> Option<Str> {
        let (tag, span) = self.raw(slot)?;
        // Whether there are labels in it is known only later.
        if !KNOWN_LANGS.contains(&tag) && !is_lang(tag) {
            self.fault(no_labels(tag, span, KNOWN_LANGS));
        }
        Some(Str::new(tag.to_owned(), span))
    }

    /// A time zone.
    pub fn zone(&mut self, slot: ValueSlot<'_>) -> Option<Str> {
        let (name, span) = self.raw(slot)?;
        let zones = TimeZoneDatabase::bundled();
        if zones.get(name).is_err() {
            let mut fault =
                Diagnostic::error("unknown-timezone", span, format!("there is no time zone `{}`", shown(name)));
            // Comparing with hundreds of names takes time, so a file that is wrong throughout gets no suggestions.
            let known: Vec<_> = if self.faults.len() < 100 { zones.available().collect() } else { Vec::new() };
            fault = match nearest(name, known.iter().map(TimeZoneName::as_str)) {
                Some(near) => fault.help(format!("did you mean `\"{near}\"`?")),
                None => fault.help("use a name of the IANA database, such as `\"Asia/Shanghai\"`"),
            };
            self.fault(fault);
            return None;
        }
        Some(Str::new(name.to_owned(), span))
    }

    /// The language of a fence, which stands behind the fence as it is.
    pub fn syntax(&mut self, slot: ValueSlot<'_>) -> Option<Str> {
        let (language, span) = self.raw(slot)?;
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"+-_#.".contains(&byte);
        if !(1..=32).contains(&language.len()) || !language.bytes().all(is_part) {
            let message = format!("`{}` can't be the language of a fence", shown(language));
            let help = "write one such as `bash`: up to 32 letters (a–z), digits, `+`, `-`, `_`, `#`, `.`";
            self.bad("bad-value", span, message, help);
            return None;
        }
        Some(Str::new(language.to_owned(), span))
    }

    /// An http(s) address.
    pub fn address(&mut self, slot: ValueSlot<'_>) -> Option<Str> {
        let (address, span) = self.raw(slot)?;
        if !is_http(address) {
            let message = format!("`{}` isn't a web address", shown(address));
            let help =
                "it begins with `https://` or `http://` and holds no spaces, quotes, brackets or unseen characters";
            self.bad("bad-address", span, message, help);
            return None;
        }
        Some(Str::new(address.to_owned(), span))
    }

    /// The sender of mails.
    pub fn sender(&mut self, slot: ValueSlot<'_>) -> Option<Str> {
        let from = self.line(slot)?;
        if address::sender(&from.value).is_none() {
            let address = from.value.rsplit('<').next().unwrap_or_default();
            let help = "write `mail-from = \"team@example.com\"` or `\"Team <team@example.com>\"`";
            let (message, help) = no_address(&from.value, address, help);
            self.bad("bad-address", from.span, message, help);
            return None;
        }
        Some(from)
    }

    /// A mail address.
    pub fn mail(&mut self, slot: ValueSlot<'_>) -> Option<Str> {
        let (address, span) = self.raw(slot)?;
        if address::address(address).is_none() {
            let help = "write the address alone, such as `team@example.com`";
            let (message, help) = no_address(address, address, help);
            self.bad("bad-address", span, message, help);
            return None;
        }
        Some(Str::new(address.to_owned(), span))
    }
}

/// What is wrong with a mail address, and what to do: `help`, unless the address has letters beyond ASCII.
fn no_address(written: &str, address: &str, help: &'static str) -> (String, &'static str) {
    if address.is_ascii() {
        return (format!("`{}` isn't a mail address", shown(written)), help);
    }
    let help = "write its domain as `xn--…`; letters before the `@` have no such form, so use another address";
    (format!("`{}` has letters that not every mail server takes", shown(written)), help)
}

/// How a date and time is written.
pub const MOMENT_HELP: &str =
    "write it like `2013-01-25T20:00:00+08:00`, or without the offset in the flow's time zone";

/// What an id is made of.
const ID_HELP: &str = "an id has up to 64 letters (a–z), digits, `-` and `_`, and begins with a letter or digit";

/// What a release's number is made of.
const NUMBER_HELP: &str =
    "a number has up to 64 letters (a–z), digits, `.`, `-` and `_`, begins with a letter or digit and ends with no `.`";

/// What is wrong with an id, if anything is.
pub fn id_fault(id: &str, span: Span) -> Option<Diagnostic> {
    (!is_id(id)).then(|| Diagnostic::error("bad-id", span, format!("`{}` can't be an id", shown(id))).help(ID_HELP))
}

/// What is wrong with an id that names a folder, if anything is: Windows can't make a folder with the name of a device.
pub fn device_fault(id: &str, span: Span) -> Option<Diagnostic> {
    is_device(id).then(|| {
        let message =
            format!("`{id}` can't be a flow's id: it names the folder, and Windows has a device of that name");
        Diagnostic::error("bad-id", span, message).help("choose another id")
    })
}

/// What is wrong with a release's number, if anything is: it names a folder in the flow's folder.
pub fn number_fault(number: &Str) -> Option<Diagnostic> {
    let name = &*number.value;
    // Windows takes no notice of what comes behind the first dot in the name of a device.
    let (why, help) = if !is_number(name) {
        ("it names the folder of the release", NUMBER_HELP)
    } else if is_device(name.split('.').next().unwrap_or_default()) {
        ("it names the folder of the release, and Windows has a device of that name", "choose another number")
    } else if OutputKind::use_name(name) {
        ("builds give that name to a file or folder of theirs", "choose another number")
    } else {
        return None;
    };
    let message = format!("`{}` can't be a release's number: {why}", shown(name));
    Some(Diagnostic::error("bad-number", number.span, message).help(help))
}

/// The names of devices on Windows, which takes no notice of the case of letters.
pub const DEVICES: [&str; 24] = [
    "con", "prn", "aux", "nul", "com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt0",
    "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// True for the name of a device on Windows.
fn is_device(name: &str) -> bool {
    DEVICES.iter().any(|device| device.eq_ignore_ascii_case(name))
}

/// A TOML date and time, if it has both and there is such a day and time.
#[must_use]
pub fn moment_of(written: &Datetime) -> Option<Moment> {
    let local = DateTime::from_parts(civil_date(written.date?)?, civil_time(written.time?)?);
    let offset = match written.offset {
        None => return Some(Moment::Local(local)),
        Some(TomlOffset::Z) => Offset::UTC,
        Some(TomlOffset::Custom { minutes }) => Offset::from_seconds(i32::from(minutes) * 60).ok()?,
    };
    Some(Moment::Absolute(offset.to_timestamp(local).ok()?, offset))
}

fn civil_date(date: toml::value::Date) -> Option<Date> {
    Date::new(i16::try_from(date.year).ok()?, i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?).ok()
}

fn civil_time(time: toml::value::Time) -> Option<Time> {
    let second = i8::try_from(time.second.unwrap_or(0)).ok()?;
    let nanosecond = i32::try_from(time.nanosecond.unwrap_or(0)).ok()?;
    Time::new(i8::try_from(time.hour).ok()?, i8::try_from(time.minute).ok()?, second, nanosecond).ok()
}

/// `21:05` or `9:05`.
fn time_of(words: &str) -> Option<Time> {
    let (hour, minute) = words.split_once(':')?;
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !(1..=2).contains(&hour.len()) || minute.len() != 2 || !digits(hour) || !digits(minute) {
        return None;
    }
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

/// The fault of a language that there are no labels in; there are some in those that are `known`.
pub fn no_labels(tag: &str, span: Span, known: &[&str]) -> Diagnostic {
    let message = format!("there are no labels in the language `{}`", shown(tag));
    let language = |tag: &str| tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let help = if let Some(near) = known.iter().find(|known| language(known) == language(tag)) {
        format!("use `\"{near}\"`")
    } else {
        let known: Vec<_> = known.iter().map(|tag| format!("`\"{tag}\"`")).collect();
        format!("there are labels in {}", known.join(", "))
    };
    Diagnostic::error("unknown-language", span, message).help(help)
}

/// Whether this is a language tag: `fr`, `zh-TW`, `sr-Latn-RS`.
#[must_use]
pub fn is_lang(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let language = parts.next().unwrap_or_default();
    (2..=3).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_lowercase())
        && tag.len() <= 35
        && parts.all(|part| (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// A number and the words after it.
fn amount(words: &str) -> Option<(u32, &str)> {
    let words = words.trim();
    let end = words.find(|c: char| !c.is_ascii_digit())?;
    Some((words[..end].parse().ok()?, words[end..].trim_start()))
}

/// Minutes in words.
fn duration(words: &str) -> Option<u32> {
    let (number, unit) = amount(words)?;
    match unit {
        "minutes" | "minute" | "min" | "分钟" => Some(number),
        "hours" | "hour" | "h" | "小时" | "个小时" => number.checked_mul(60),
        _ => None,
    }
}

fn lead_of(words: &str) -> Option<Lead> {
    if let Some(minutes) = duration(words) {
        return (minutes <= MAX_MINUTES).then_some(Lead::Minutes(minutes));
    }
    let (number, unit) = amount(words)?;
    if number > MAX_DAYS {
        return None;
    }
    match unit {
        "days" | "day" | "d" | "天" => Some(Lead::Days(number)),
        "weeks" | "week" | "w" | "周" | "个星期" | "星期" if number <= MAX_DAYS / 7 => Some(Lead::Weeks(number)),
        "months" | "month" | "个月" if number <= MAX_DAYS / 31 => Some(Lead::Months(number)),
        "working days" | "working day" | "workdays" | "workday" | "个工作日" | "工作日" => {
            Some(Lead::WorkingDays(number))
        }
        _ => None,
    }
}

/// Whether words are a tolerance: a number, with or without a fraction and `%`.
pub fn is_tolerance(words: &str) -> bool {
    let number = words.strip_suffix('%').unwrap_or(words);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    [whole, fraction].iter().all(|digits| (1..=9).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()))
}

fn is_http(address: &str) -> bool {
    let rest = ["https://", "http://"].iter().find_map(|scheme| {
        let (start, rest) = address.split_at_checked(scheme.len())?;
        start.eq_ignore_ascii_case(scheme).then_some(rest)
    });
    rest.is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_alphanumeric() || c == '[')
            && !rest.contains(|c: char| c.is_whitespace() || draws_nothing(c) || "<>\"`{}|\\^".contains(c))
    })
}

#[test]
fn leads_in_words() {
    assert_eq!(lead_of("2 working days"), Some(Lead::WorkingDays(2)));
    assert_eq!(lead_of("2 个工作日"), Some(Lead::WorkingDays(2)));
    assert_eq!(lead_of("3 天"), Some(Lead::Days(3)));
    assert_eq!(lead_of("5 hours"), Some(Lead::Minutes(300)));
    assert_eq!(lead_of("90 分钟"), Some(Lead::Minutes(90)));
    assert_eq!(lead_of("6 weeks"), Some(Lead::Weeks(6)));
    assert_eq!(lead_of("6 周"), Some(Lead::Weeks(6)));
    assert_eq!(lead_of("3 months"), Some(Lead::Months(3)));
    assert_eq!(lead_of("3 个月"), Some(Lead::Months(3)));
    for wrong in
        ["3", "days", "-3 days", "99999999999 days", "4000 days", "523 weeks", "119 months", "3 月", "3 dayz", "１ day"]
    {
        assert_eq!(lead_of(wrong), None, "{wrong}");
    }
}
