//! An appointment for the calendar of a mail's reader, as iCalendar (RFC 5545, RFC 5546).

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Greatest length of a line, in bytes, its end not counted (RFC 5545, 3.1).
const LINE: usize = 75;

/// A release as an appointment of one person.
pub struct Appointment<'a> {
    /// What stays the same over all mails about the release.
    pub uid: String,
    /// It grows with each change.
    pub sequence: u32,
    /// Whether it is taken out of the calendar again.
    pub is_cancelled: bool,
    /// When it begins.
    pub start: Timestamp,
    /// When it ends, if that is known.
    pub end: Option<Timestamp>,
    /// What it is called.
    pub title: &'a str,
    /// What its reader should know.
    pub about: &'a str,
    /// Who invites: name and address.
    pub organizer: (&'a str, &'a str),
    /// Who is invited: name and address.
    pub attendee: (&'a str, &'a str),
}

impl Appointment<'_> {
    /// What is asked of the calendar.
    #[must_use]
    pub const fn method(&self) -> &'static str {
        if self.is_cancelled { "CANCEL" } else { "REQUEST" }
    }

    /// The calendar file. `seconds` is when it is sent, from the beginning of 1970.
    #[must_use]
    pub fn written(&self, seconds: i64) -> String {
        let sent = Timestamp::from_second(seconds).unwrap_or_default();
        let mut lines = vec![
            "BEGIN:VCALENDAR".to_owned(),
            "PRODID:-//runsheet//runsheet//EN".to_owned(),
            "VERSION:2.0".to_owned(),
            format!("METHOD:{}", self.method()),
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}", text(&self.uid)),
            format!("SEQUENCE:{}", self.sequence),
            format!("DTSTAMP:{}", moment(sent)),
            format!("DTSTART:{}", moment(self.start)),
        ];
        lines.extend(self.end.map(|end| format!("DTEND:{}", moment(end))));
        lines.push(format!("SUMMARY:{}", text(self.title)));
        if !self.about.is_empty() {
            lines.push(format!("DESCRIPTION:{}", text(self.about)));
        }
        let person = |(name, address): (&str, &str)| format!("CN={}:mailto:{address}", parameter(name));
        lines.push(format!("ORGANIZER;{}", person(self.organizer)));
        lines.push(format!("ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=FALSE;{}", person(self.attendee)));
        lines.push(format!("STATUS:{}", if self.is_cancelled { "CANCELLED" } else { "CONFIRMED" }));
        // Nobody who is only told is busy then.
        lines.push("TRANSP:TRANSPARENT".to_owned());
        lines.extend(["END:VEVENT".to_owned(), "END:VCALENDAR".to_owned()]);
        lines.iter().map(|line| folded(line)).collect()
    }
}

/// A moment in UTC.
fn moment(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// A text as a value.
fn text(words: &str) -> String {
    let mut out = String::new();
    for c in words.trim().chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            _ if c.is_control() => {}
            _ => out.push(c),
        }
    }
    out
}

/// A name as the value of a parameter, which knows no escapes.
fn parameter(name: &str) -> String {
    let words: String = name.chars().filter(|c| !c.is_control()).map(|c| if c == '"' { '\'' } else { c }).collect();
    format!("\"{words}\"")
}

/// A line that is folded between characters, with its end.
fn folded(line: &str) -> String {
    let mut out = String::new();
    let mut length = 0;
    for c in line.chars() {
        if length + c.len_utf8() > LINE {
            out.push_str("\r\n ");
            length = 1;
        }
        length += c.len_utf8();
        out.push(c);
    }
    out + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_folded_between_characters() {
        let folded = folded(&format!("SUMMARY:{}", "升级é".repeat(40)));
        assert!(folded.lines().all(|line| line.len() <= LINE && !line.is_empty()), "{folded}");
        assert_eq!(folded.replace("\r\n ", "").trim_end(), format!("SUMMARY:{}", "升级é".repeat(40)));
    }

    #[test]
    fn what_means_something_in_a_calendar_is_escaped() {
        assert_eq!(text("a;b,c\\d\ne\r\u{7}"), "a\\;b\\,c\\\\d\\ne");
        assert_eq!(parameter("The \"shop\"; a:b\r\n"), "\"The 'shop'; a:b\"");
    }
}
