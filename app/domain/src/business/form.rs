//! What the forms of Settings → Businesses send, and the rules their fields must keep.
//!
//! A form posts text only, so that it works without JavaScript; everything is parsed here. Names of fields in errors
//! are the names of the form's controls.

use super::{BusinessSettings, CallToAction, Incentive, Language, SmtpTls, Tone};
use crate::{
    email,
    error::{Error, FieldCode, FieldErrors},
    money::Currency,
};
use serde::{Deserialize, Serialize};

pub const NAME_MAX: u32 = 80;
/// Most lines of a list that a person types by hand.
pub const INCENTIVES_MAX: usize = 20;
const LINE_MAX: u32 = 200;
const TEXT_MAX: u32 = 4_000;

/// A business's settings as typed, without its list of incentives.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BusinessForm {
    pub name: String,
    pub website: String,
    pub contact_name: String,
    pub contact_role: String,
    pub currency: String,
    pub time_zone: String,
    pub description: String,
    pub upsell: String,
    pub language: String,
    pub tone: String,
    pub call_to_action: String,
    pub call_link: String,
    pub signature: String,
    pub postal_address: String,
    pub reply_to: String,
}

impl BusinessForm {
    /// The settings, with choices parsed.
    ///
    /// # Errors
    /// `Invalid` where a choice is none of the offered ones.
    pub fn settings(self, incentives: Vec<Incentive>) -> Result<BusinessSettings, Error> {
        let choice = |field: &str| Error::field(field, FieldCode::NotAChoice);
        Ok(BusinessSettings {
            language: Language::parse(&self.language).ok_or_else(|| choice("language"))?,
            tone: Tone::parse(&self.tone).ok_or_else(|| choice("tone"))?,
            call_to_action: CallToAction::parse(&self.call_to_action).ok_or_else(|| choice("call_to_action"))?,
            name: self.name,
            website: self.website,
            contact_name: self.contact_name,
            contact_role: self.contact_role,
            currency: self.currency,
            time_zone: self.time_zone,
            description: self.description,
            upsell: self.upsell,
            incentives,
            call_link: self.call_link,
            signature: self.signature,
            postal_address: self.postal_address,
            reply_to: self.reply_to,
        })
    }
}

impl BusinessSettings {
    /// The same settings trimmed and normalised, if every field keeps its rule. `is_zone` knows the IANA names.
    ///
    /// # Errors
    /// `Invalid` with every field that breaks its rule, in the order of the form.
    pub fn checked(mut self, is_zone: impl Fn(&str) -> bool) -> Result<Self, Error> {
        let mut errors = FieldErrors::default();
        self.name = line(&mut errors, "name", &self.name, NAME_MAX);
        required(&mut errors, "name", &self.name);
        self.website = line(&mut errors, "website", &self.website, LINE_MAX);
        url(&mut errors, "website", &self.website);
        self.contact_name = line(&mut errors, "contact_name", &self.contact_name, LINE_MAX);
        self.contact_role = line(&mut errors, "contact_role", &self.contact_role, LINE_MAX);
        match Currency::parse(&self.currency) {
            Some(currency) => currency.as_str().clone_into(&mut self.currency),
            None => errors.push("currency", FieldCode::NotACurrency),
        }
        self.time_zone = self.time_zone.trim().to_owned();
        if !is_zone(&self.time_zone) {
            errors.push("time_zone", FieldCode::NotATimeZone);
        }
        self.description = text(&mut errors, "description", &self.description);
        self.upsell = text(&mut errors, "upsell", &self.upsell);
        self.incentives = incentives(&mut errors, self.incentives);
        self.call_link = line(&mut errors, "call_link", &self.call_link, LINE_MAX);
        url(&mut errors, "call_link", &self.call_link);
        if self.call_to_action != CallToAction::Reply {
            required(&mut errors, "call_link", &self.call_link);
        }
        self.signature = text(&mut errors, "signature", &self.signature);
        self.postal_address = text(&mut errors, "postal_address", &self.postal_address);
        self.reply_to = self.reply_to.trim().to_owned();
        if !self.reply_to.is_empty() {
            match email::normalise(&self.reply_to) {
                Some(address) => self.reply_to = address,
                None => errors.push("reply_to", FieldCode::NotAnEmail),
            }
        }
        errors.finish()?;
        Ok(self)
    }

    /// Names of the settings that differ, for the audit log.
    #[must_use]
    pub fn changed(&self, other: &Self) -> Vec<&'static str> {
        let differs = [
            ("name", self.name != other.name),
            ("website", self.website != other.website),
            ("contact_name", self.contact_name != other.contact_name),
            ("contact_role", self.contact_role != other.contact_role),
            ("currency", self.currency != other.currency),
            ("time_zone", self.time_zone != other.time_zone),
            ("description", self.description != other.description),
            ("upsell", self.upsell != other.upsell),
            ("incentives", self.incentives != other.incentives),
            ("language", self.language != other.language),
            ("tone", self.tone != other.tone),
            ("call_to_action", self.call_to_action != other.call_to_action),
            ("call_link", self.call_link != other.call_link),
            ("signature", self.signature != other.signature),
            ("postal_address", self.postal_address != other.postal_address),
            ("reply_to", self.reply_to != other.reply_to),
        ];
        differs.into_iter().filter_map(|(name, differs)| differs.then_some(name)).collect()
    }
}

/// A mail server as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SmtpForm {
    pub host: String,
    pub port: String,
    pub tls: String,
    pub user: String,
    /// Empty: the stored one stays, as long as server and user stay the same.
    pub password: String,
}

/// A mail server whose fields keep their rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedSmtp {
    pub host: String,
    pub port: u16,
    pub tls: SmtpTls,
    pub user: String,
}

impl SmtpForm {
    /// The server, parsed. Without TLS only a server on the same machine is accepted: a password must not cross a network in the clear.
    ///
    /// # Errors
    /// `Invalid` with every field that breaks its rule.
    pub fn checked(&self) -> Result<CheckedSmtp, Error> {
        let mut errors = FieldErrors::default();
        let host = self.host.trim().to_ascii_lowercase();
        if host.is_empty() {
            errors.push("host", FieldCode::Required);
        } else if host.len() > 253 || !host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:_".contains(&b)) {
            errors.push("host", FieldCode::Wrong);
        }
        let port = self.port.trim().parse::<u16>().unwrap_or_default();
        if port == 0 {
            errors.push("port", FieldCode::OutOfRange { min: 1, max: 65_535 });
        }
        let tls = SmtpTls::parse(&self.tls);
        if tls.is_none() || (tls == Some(SmtpTls::None) && !is_loopback(&host)) {
            errors.push("tls", FieldCode::NotAChoice);
        }
        let user = line(&mut errors, "user", &self.user, LINE_MAX);
        if self.password.chars().count() > 500 {
            errors.push("password", FieldCode::TooLong { max: 500 });
        }
        errors.finish()?;
        Ok(CheckedSmtp {
            host,
            port,
            tls: tls.unwrap_or(SmtpTls::Tls),
            user,
        })
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// One line: line breaks would become headers of a mail.
fn line(errors: &mut FieldErrors, field: &str, value: &str, max: u32) -> String {
    bounded(errors, field, value.split_whitespace().collect::<Vec<_>>().join(" "), max)
}

/// Several lines. Browsers send CRLF.
fn text(errors: &mut FieldErrors, field: &str, value: &str) -> String {
    bounded(errors, field, value.trim().replace("\r\n", "\n"), TEXT_MAX)
}

fn bounded(errors: &mut FieldErrors, field: &str, value: String, max: u32) -> String {
    if u32::try_from(value.chars().count()).unwrap_or(u32::MAX) > max {
        errors.push(field, FieldCode::TooLong { max });
    }
    value
}

fn required(errors: &mut FieldErrors, field: &str, value: &str) {
    if value.is_empty() {
        errors.push(field, FieldCode::Required);
    }
}

/// Nothing, or a web address: `javascript:` and friends never reach a link.
fn url(errors: &mut FieldErrors, field: &str, value: &str) {
    let host = value
        .split_once("://")
        .filter(|(scheme, _)| matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https"))
        .map(|(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let good = host.is_some_and(|h| !h.is_empty() && !h.starts_with('.')) && !value.contains(char::is_whitespace);
    if !value.is_empty() && !good {
        errors.push(field, FieldCode::NotAUrl);
    }
}

/// Rows of the form that are not blank; each needs a code, and a day if it names one.
fn incentives(errors: &mut FieldErrors, rows: Vec<Incentive>) -> Vec<Incentive> {
    let mut kept = Vec::new();
    for row in rows {
        let row = Incentive {
            code: line(errors, "incentives", &row.code, 60),
            text: line(errors, "incentives", &row.text, LINE_MAX),
            audience: line(errors, "incentives", &row.audience, LINE_MAX),
            valid_until: row.valid_until.map(|day| day.trim().to_owned()).filter(|day| !day.is_empty()),
        };
        if row == Incentive::default() {
            continue;
        }
        required(errors, "incentives", &row.code);
        if row.valid_until.as_deref().is_some_and(|day| !is_day(day)) {
            errors.push("incentives", FieldCode::NotADate);
        }
        kept.push(row);
    }
    if kept.len() > INCENTIVES_MAX {
        errors.push("incentives", FieldCode::OutOfRange { min: 0, max: 20 });
    }
    kept
}

/// `YYYY-MM-DD`, a day that exists.
fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    if (year.len(), month.len(), day.len()) != (4, 2, 2) {
        return false;
    }
    let (Ok(year), Ok(month), Ok(day)) = (year.parse::<u16>(), month.parse::<u8>(), day.parse::<u8>()) else {
        return false;
    };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> BusinessForm {
        BusinessForm {
            name: "  Music\r\n Store ".into(),
            website: "https://music.example".into(),
            currency: "usd".into(),
            time_zone: "Europe/Berlin".into(),
            language: "en".into(),
            tone: "plain".into(),
            call_to_action: "reply".into(),
            ..BusinessForm::default()
        }
    }

    fn check((form, incentives): (BusinessForm, Vec<Incentive>)) -> Result<BusinessSettings, Error> {
        form.settings(incentives)?.checked(|zone| zone == "Europe/Berlin")
    }

    #[test]
    fn a_form_is_normalised() {
        let mut form = form();
        form.reply_to = " Jane@Example.com ".into();
        form.signature = "Jane\r\nMusic Store\r\n".into();
        let incentives = vec![
            Incentive::default(),
            Incentive {
                code: "LOYAL10".into(),
                valid_until: Some(String::new()),
                ..Incentive::default()
            },
        ];
        let settings = check((form, incentives)).expect("valid");
        assert_eq!(settings.name, "Music Store");
        assert_eq!(settings.currency, "USD");
        assert_eq!(settings.reply_to, "jane@example.com");
        assert_eq!(settings.signature, "Jane\nMusic Store");
        assert_eq!(settings.incentives.len(), 1);
        assert_eq!(settings.incentives[0].valid_until, None);
    }

    #[test]
    fn every_field_says_what_is_wrong_with_it() {
        for (field, break_it) in [
            ("name", (|f| f.name = " ".into()) as fn(&mut BusinessForm)),
            ("name", |f| f.name = "x".repeat(81)),
            ("website", |f| f.website = "javascript:alert(1)".into()),
            ("website", |f| f.website = "https://".into()),
            ("currency", |f| f.currency = "dollars".into()),
            ("time_zone", |f| f.time_zone = "Mars/Olympus".into()),
            ("language", |f| f.language = "xx".into()),
            ("call_link", |f| f.call_to_action = "meeting".into()),
            ("reply_to", |f| f.reply_to = "jane".into()),
        ] {
            let mut form = form();
            break_it(&mut form);
            let error = check((form, Vec::new())).expect_err(field);
            assert!(error.field_message(field).is_some(), "{field}: {error}");
        }
    }

    #[test]
    fn an_incentive_has_a_code_and_ends_on_a_day_that_exists() {
        for (code, day, good) in [
            ("A", "2028-02-29", true),
            ("A", "2026-02-29", false),
            ("A", "1 May", false),
            ("", "2026-05-01", false),
        ] {
            let row = Incentive {
                code: code.into(),
                valid_until: Some(day.into()),
                ..Incentive::default()
            };
            assert_eq!(check((form(), vec![row])).is_ok(), good, "{code} {day}");
        }
    }

    #[test]
    fn a_password_never_crosses_a_network_in_the_clear() {
        let form = |host: &str, tls: &str| SmtpForm {
            host: host.into(),
            port: "25".into(),
            tls: tls.into(),
            ..SmtpForm::default()
        };
        assert!(form("mail.example.com", "none").checked().is_err());
        assert!(form("127.0.0.1", "none").checked().is_ok());
        assert!(form("::1", "none").checked().is_ok());
        assert!(form("mail.example.com", "starttls").checked().is_ok());
        assert!(form("mail example", "tls").checked().is_err());
        assert!(form("", "tls").checked().is_err());
    }
}
