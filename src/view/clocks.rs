//! The planned start as clocks show it, in the flow's zone and in others.

use jiff::Zoned;

use super::labels::{Labels, word};
use super::words;

/// Date, time and offset of the planned start, which is read in other zones too.
#[must_use]
pub fn moment_with_offset(labels: &Labels, moment: &Zoned) -> String {
    format!(
        "{} {} {}",
        words::date(labels, moment.date()),
        words::time_of_day(labels, moment.time()),
        words::offset(moment)
    )
}

/// The planned start by the clocks of another zone, which is named: `2013-01-25 13:00 +01:00 (Europe/Berlin)`.
#[must_use]
pub fn moment_elsewhere(labels: &Labels, moment: &Zoned) -> String {
    let words = moment_with_offset(labels, moment);
    let zone = moment.time_zone().iana_name().filter(|name| *name != words::offset(moment));
    match zone {
        Some(zone) => format!("{words}{}{zone}{}", labels.say(word!("open")), labels.say(word!("close"))),
        None => words,
    }
}
