//! Points in time as pages show them, in the team's time zone. Formats only; never asks for the time itself.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use domain::time::Moment;

/// A stored time zone; one that is unknown by now counts as UTC.
#[must_use]
pub fn zone(name: &str) -> Tz {
    name.parse().unwrap_or(Tz::UTC)
}

/// `at`, seen at `now` from `zone`.
#[must_use]
pub fn moment(at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> Moment {
    Moment {
        iso: at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        relative: relative(at - now),
        exact: at.with_timezone(&zone).format("%a %-d %b %Y, %H:%M").to_string(),
    }
}

/// A day, seen at `now` from `zone`: "13 Nov 2026".
#[must_use]
pub fn day(date: NaiveDate, now: DateTime<Utc>, zone: Tz) -> Moment {
    let distance = date - now.with_timezone(&zone).date_naive();
    Moment {
        iso: date.to_string(),
        relative: match distance.num_days() {
            0 => "today".into(),
            -1 => "yesterday".into(),
            1 => "tomorrow".into(),
            _ => relative(distance),
        },
        exact: date.format("%-d %b %Y").to_string(),
    }
}

/// "3 days ago", "in 5 hours", "just now".
fn relative(distance: TimeDelta) -> String {
    let seconds = distance.num_seconds().abs();
    let (count, unit) = match seconds {
        0..45 => return "just now".into(),
        45..3_570 => ((seconds + 30) / 60, "minute"),
        3_570..84_600 => ((seconds + 1_800) / 3_600, "hour"),
        84_600..1_209_600 => ((seconds + 43_200) / 86_400, "day"),
        1_209_600..5_184_000 => (seconds / 604_800, "week"),
        5_184_000..63_072_000 => (seconds / 2_629_800, "month"),
        _ => (seconds / 31_557_600, "year"),
    };
    let plural = if count == 1 { "" } else { "s" };
    if distance > TimeDelta::zero() {
        format!("in {count} {unit}{plural}")
    } else {
        format!("{count} {unit}{plural} ago")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_read_as_people_say_them() {
        for (seconds, text) in [
            (-3, "just now"),
            (-60, "1 minute ago"),
            (-3_599, "1 hour ago"),
            (-86_400, "1 day ago"),
            (7 * 86_400, "in 7 days"),
            (-35 * 86_400, "5 weeks ago"),
            (-100 * 86_400, "3 months ago"),
            (-800 * 86_400, "2 years ago"),
        ] {
            assert_eq!(relative(TimeDelta::seconds(seconds)), text, "{seconds}");
        }
    }

    #[test]
    fn a_day_is_the_teams() {
        let now = DateTime::parse_from_rfc3339("2027-01-12T23:30:00Z").expect("a time").to_utc();
        let said = |date: &str| day(date.parse().expect("a date"), now, zone("Europe/Berlin"));
        assert_eq!(said("2026-11-13").exact, "13 Nov 2026");
        assert_eq!(said("2027-01-13").relative, "today");
        assert_eq!(said("2027-01-12").relative, "yesterday");
        assert_eq!(said("2027-01-03").relative, "10 days ago");
    }

    #[test]
    fn the_exact_time_is_the_teams() {
        let at = DateTime::parse_from_rfc3339("2027-01-12T09:24:00Z").expect("a time").to_utc();
        let moment = moment(at, at, zone("Europe/Berlin"));
        assert_eq!(moment.exact, "Tue 12 Jan 2027, 10:24");
        assert_eq!(moment.iso, "2027-01-12T09:24:00Z");
        assert_eq!(zone("Mars/Olympus"), Tz::UTC);
    }
}
