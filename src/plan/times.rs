//! Moments, time zones, lead times and working days.
//!
//! Days are calendar days in the plan's time zone: three days before 20:00 is 20:00, even if the clocks change in
//! between. Months are calendar months: one month before 31 March is the last day of February. Minutes are elapsed
//! minutes.

use std::collections::BTreeSet;

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Span, Zoned};

use super::faults::Faults;
use crate::diagnostic::{Diagnostic, Spanned};
use crate::source::flow::{Flow, Lead, Str};
use crate::source::types::Moment;

/// The longest lead time, in days: ten years.
const LONGEST_DAYS: u32 = 3660;

/// A time zone by its IANA name, from the database that is built in.
pub(super) fn zone(name: &Str, faults: &mut Faults) -> Option<TimeZone> {
    let found = TimeZoneDatabase::bundled().get(&name.value).ok();
    if found.is_none() {
        let message = format!("there is no time zone `{}`", name.value);
        let help = "use a name of the IANA database, such as `Asia/Shanghai` or `UTC`";
        faults.push(Diagnostic::error("unknown-timezone", name.span, message).help(help));
    }
    found
}

/// A moment of the release in the flow's time zone, or else in its own offset.
pub(super) fn moment(moment: &Spanned<Moment>, zone: Option<&TimeZone>, faults: &mut Faults) -> Option<Zoned> {
    let fault = match (moment.value, zone) {
        (Moment::Absolute(at, _), Some(zone)) => return Some(at.to_zoned(zone.clone())),
        (Moment::Absolute(at, offset), None) => return Some(at.to_zoned(TimeZone::fixed(offset))),
        (Moment::Local(at), Some(zone)) => {
            let found = zone.to_ambiguous_zoned(at);
            if found.is_ambiguous() {
                ("ambiguous-time", "the clocks change then: this time comes twice, or not at all")
            } else if let Ok(found) = found.unambiguous() {
                return Some(found);
            } else {
                faults.push(Diagnostic::error("time-range", moment.span, "this time is beyond the calendar"));
                return None;
            }
        }
        (Moment::Local(_), None) => ("no-timezone", "this time has no offset, and the flow has no `timezone`"),
    };
    faults.push(
        Diagnostic::error(fault.0, moment.span, fault.1).help("add the offset, as in `2013-01-25T20:00:00+08:00`"),
    );
    None
}

/// Which days are working days.
pub(super) struct Calendar {
    holidays: BTreeSet<Date>,
    workdays: BTreeSet<Date>,
}

impl Calendar {
    /// The calendar of a flow. A day in both of its lists is a fault.
    pub(super) fn new(flow: &Flow, faults: &mut Faults) -> Self {
        let holidays: BTreeSet<Date> = flow.holidays.iter().map(|day| day.value).collect();
        for day in flow.workdays.iter().filter(|day| holidays.contains(&day.value)) {
            let message = format!("{} is a holiday too", day.value);
            faults.push(Diagnostic::error("worked-holiday", day.span, message).help("keep it in one of the two lists"));
        }
        Self { holidays, workdays: flow.workdays.iter().map(|day| day.value).collect() }
    }

    fn is_worked(&self, day: Date) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        self.workdays.contains(&day) || !weekend && !self.holidays.contains(&day)
    }

    /// The moment that is a lead time before (`sign` -1) or after (`sign` 1) another.
    pub(super) fn shift(&self, from: &Zoned, lead: &Spanned<Lead>, sign: i64, faults: &mut Faults) -> Option<Zoned> {
        let days = |days: i64| Span::new().try_days(days).ok();
        let span = match lead.value {
            Lead::Minutes(minutes) if minutes <= LONGEST_DAYS * 24 * 60 => {
                Span::new().try_minutes(sign * i64::from(minutes)).ok()
            }
            Lead::Days(count) if count <= LONGEST_DAYS => days(sign * i64::from(count)),
            Lead::Weeks(count) if count <= LONGEST_DAYS / 7 => days(sign * 7 * i64::from(count)),
            Lead::Months(count) if count <= LONGEST_DAYS / 31 => Span::new().try_months(sign * i64::from(count)).ok(),
            Lead::WorkingDays(count) if count <= LONGEST_DAYS => {
                self.working_days(from.date(), count, sign).and_then(days)
            }
            _ => None,
        };
        let moment = span.and_then(|span| from.checked_add(span).ok());
        if moment.is_none() {
            let message = format!(
                "{} isn't in the calendar",
                if sign < 0 { "so long before the start" } else { "so long after the end" }
            );
            faults.push(Diagnostic::error("bad-lead", lead.span, message).help("check the start of the release"));
        }
        moment
    }

    /// How many calendar days a number of working days takes from a date.
    fn working_days(&self, from: Date, count: u32, sign: i64) -> Option<i64> {
        let mut left = count;
        let mut days = 0;
        let mut day = from;
        while left > 0 {
            day = if sign < 0 { day.yesterday() } else { day.tomorrow() }.ok()?;
            days += sign;
            left -= u32::from(self.is_worked(day));
        }
        Some(days)
    }
}

/// The first moment with this time of day after another moment. A time at which the clocks change then is a fault: it comes
/// twice, or not at all.
pub(super) fn next_time(after: &Zoned, time: &Spanned<Time>, faults: &mut Faults) -> Option<Zoned> {
    let zone = after.time_zone();
    let on = |date: Date| zone.to_ambiguous_zoned(date.to_datetime(time.value));
    let mut found = on(after.date());
    if found.clone().later().ok()? <= *after {
        found = on(after.date().tomorrow().ok()?);
    }
    if found.is_ambiguous() {
        let message = "the clocks change then: this time comes twice that night, or not at all";
        let help = "give a time before the clocks change, or one after it";
        faults.push(Diagnostic::error("ambiguous-time", time.span, message).help(help));
        return None;
    }
    found.unambiguous().ok()
}

/// A number of minutes after a moment.
pub(super) fn plus_minutes(from: &Zoned, minutes: u32) -> Option<Zoned> {
    from.checked_add(Span::new().try_minutes(minutes).ok()?).ok()
}

/// A number of minutes before a moment.
pub(super) fn minus_minutes(from: &Zoned, minutes: u32) -> Option<Zoned> {
    from.checked_sub(Span::new().try_minutes(minutes).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Span as Place;

    fn zoned(text: &str) -> Zoned {
        text.parse().expect("a moment")
    }

    fn calendar(holidays: &[&str], workdays: &[&str]) -> Calendar {
        let days = |days: &[&str]| days.iter().map(|day| day.parse().expect("a date")).collect();
        Calendar { holidays: days(holidays), workdays: days(workdays) }
    }

    fn shifted(calendar: &Calendar, from: &str, lead: Lead, sign: i64) -> Option<String> {
        let lead = Spanned::new(lead, Place::default());
        calendar.shift(&zoned(from), &lead, sign, &mut Faults::default()).map(|at| at.to_string())
    }

    #[test]
    fn days_keep_the_time_of_day_and_minutes_pass() {
        let calendar = calendar(&[], &[]);
        let start = "2024-04-01T20:00:00[Europe/Berlin]";
        let days = shifted(&calendar, start, Lead::Days(2), -1);
        assert_eq!(days.as_deref(), Some("2024-03-30T20:00:00+01:00[Europe/Berlin]"));
        let minutes = shifted(&calendar, start, Lead::Minutes(48 * 60), -1);
        assert_eq!(minutes.as_deref(), Some("2024-03-30T19:00:00+01:00[Europe/Berlin]"));
        assert_eq!(shifted(&calendar, start, Lead::Days(u32::MAX), -1), None);
        assert_eq!(shifted(&calendar, start, Lead::Minutes(u32::MAX), 1), None);
    }

    #[test]
    fn working_days_leave_out_what_is_off() {
        // The release is on Friday 25 January 2013. The Thursday before is a day off, the Sunday before a working day.
        let calendar = calendar(&["2013-01-24"], &["2013-01-20"]);
        let start = "2013-01-25T20:00:00[Asia/Shanghai]";
        let day = |count, sign| shifted(&calendar, start, Lead::WorkingDays(count), sign).map(|at| at[..10].to_owned());
        assert_eq!(day(1, -1).as_deref(), Some("2013-01-23"));
        assert_eq!(day(4, -1).as_deref(), Some("2013-01-20"));
        assert_eq!(day(5, -1).as_deref(), Some("2013-01-18"));
        assert_eq!(day(1, 1).as_deref(), Some("2013-01-28"));
    }

    #[test]
    fn months_are_calendar_months_and_weeks_have_seven_days() {
        let calendar = calendar(&[], &[]);
        let day = |lead, sign| shifted(&calendar, "2013-03-31T20:00:00[UTC]", lead, sign).map(|at| at[..10].to_owned());
        assert_eq!(day(Lead::Months(1), -1).as_deref(), Some("2013-02-28"));
        assert_eq!(day(Lead::Months(3), -1).as_deref(), Some("2012-12-31"));
        assert_eq!(day(Lead::Months(1), 1).as_deref(), Some("2013-04-30"));
        assert_eq!(day(Lead::Weeks(6), -1).as_deref(), Some("2013-02-17"));
        assert_eq!(day(Lead::Weeks(u32::MAX), -1), None);
        assert_eq!(day(Lead::Months(u32::MAX), 1), None);
    }

    #[test]
    fn no_date_is_nearer_than_the_shortest_time_of_its_lead() {
        let calendar = calendar(&[], &[]);
        let start = zoned("2024-03-01T20:00:00[UTC]");
        for month in 0..24 {
            let from = start.checked_add(Span::new().months(month)).expect("a date");
            for count in 1..=14 {
                for lead in [Lead::Days(count), Lead::WorkingDays(count), Lead::Weeks(count), Lead::Months(count)] {
                    let at = calendar.shift(&from, &Spanned::new(lead, Place::default()), -1, &mut Faults::default());
                    let minutes = at.expect("a date").duration_until(&from).as_mins();
                    assert!(minutes >= i64::from(lead.shortest_minutes()), "{lead:?} before {from}");
                }
            }
        }
    }

    #[test]
    fn a_time_of_day_is_the_next_one() {
        let start = zoned("2013-01-25T20:00:00[Asia/Shanghai]");
        let next = |start: &Zoned, time: &str| {
            let (time, mut faults) = (Spanned::new(time.parse().expect("a time"), Place::default()), Faults::default());
            let found = next_time(start, &time, &mut faults).map(|at| at.datetime().to_string());
            found.or_else(|| Some(faults.finish().first()?.code.to_owned()))
        };
        assert_eq!(next(&start, "21:05").as_deref(), Some("2013-01-25T21:05:00"));
        assert_eq!(next(&start, "20:00").as_deref(), Some("2013-01-26T20:00:00"));
        // In March the clocks go from 2 to 3, in October from 3 back to 2.
        let spring = zoned("2026-03-29T00:30:00[Europe/Berlin]");
        let autumn = zoned("2026-10-25T00:30:00[Europe/Berlin]");
        assert_eq!(next(&spring, "02:30").as_deref(), Some("ambiguous-time"));
        assert_eq!(next(&autumn, "02:30").as_deref(), Some("ambiguous-time"));
        assert_eq!(next(&spring, "03:00").as_deref(), Some("2026-03-29T03:00:00"));
        assert_eq!(next(&autumn, "00:10").as_deref(), Some("2026-10-26T00:10:00"));
    }

    #[test]
    fn a_local_time_needs_a_zone_where_it_is_one_moment() {
        let at = |text: &str, zone: Option<&TimeZone>| {
            let mut faults = Faults::default();
            let local = Spanned::new(Moment::Local(text.parse().expect("a time")), Place::default());
            let found = moment(&local, zone, &mut faults);
            (found.is_some(), faults.finish().first().map(|fault| fault.code))
        };
        let berlin = TimeZone::get("Europe/Berlin").expect("bundled");
        assert_eq!(at("2024-10-27T02:30:00", Some(&berlin)), (false, Some("ambiguous-time")));
        assert_eq!(at("2024-10-27T03:30:00", Some(&berlin)), (true, None));
        assert_eq!(at("2024-10-27T03:30:00", None), (false, Some("no-timezone")));
        assert_eq!(at("9999-12-31T23:00:00", Some(&berlin)), (false, Some("time-range")));
    }
}
