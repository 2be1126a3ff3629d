//! Money in integer minor units of one currency. Amounts of different currencies are never added.

use serde::{Deserialize, Serialize};

/// An amount in minor units (cents) of the currency that stands beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "db", derive(sea_orm::DeriveValueType))]
#[serde(transparent)]
pub struct Cents(pub i64);

impl Cents {
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(sum) => Some(Self(sum)),
            None => None,
        }
    }
}

/// ISO 4217 code, three capitals.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Currency(String);

impl Currency {
    /// Accepts three ASCII letters in any case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        (text.len() == 3 && text.bytes().all(|b| b.is_ascii_alphabetic())).then(|| Self(text.to_ascii_uppercase()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether ISO 4217 lists it: `ABC` is three letters and no currency.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        LISTED.split_whitespace().any(|code| code == self.0)
    }

    /// Digits after the decimal point, ISO 4217.
    #[must_use]
    pub fn digits(&self) -> u32 {
        match self.0.as_str() {
            "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "UYI" | "VND" | "VUV" | "XAF"
            | "XOF" | "XPF" => 0,
            "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
            _ => 2,
        }
    }

    fn symbol(&self) -> Option<&'static str> {
        match self.0.as_str() {
            "USD" => Some("$"),
            "EUR" => Some("€"),
            "GBP" => Some("£"),
            "JPY" | "CNY" => Some("¥"),
            _ => None,
        }
    }

    /// `$1,234.50`, or `1,234.50 CHF` where no symbol is unmistakable.
    #[must_use]
    pub fn format(&self, amount: Cents) -> String {
        let number = decimal(amount.0.unsigned_abs(), self.digits(), true);
        let sign = if amount.0 < 0 { "−" } else { "" };
        match self.symbol() {
            Some(symbol) => format!("{sign}{symbol}{number}"),
            None => format!("{sign}{number} {}", self.0),
        }
    }

    /// `1234.50`: for files and fields.
    #[must_use]
    pub fn plain(&self, amount: Cents) -> String {
        let sign = if amount.0 < 0 { "-" } else { "" };
        format!("{sign}{}", decimal(amount.0.unsigned_abs(), self.digits(), false))
    }
}

/// An amount in its currency; where none is known only the number, and no guess.
#[must_use]
pub fn format(currency: Option<&str>, amount: Cents) -> String {
    if let Some(currency) = currency.and_then(Currency::parse) {
        return currency.format(amount);
    }
    let sign = if amount.0 < 0 { "−" } else { "" };
    format!("{sign}{}", decimal(amount.0.unsigned_abs(), 2, true))
}

/// `1234.50`: an amount for files; two digits where no currency is known.
#[must_use]
pub fn plain(currency: Option<&str>, amount: Cents) -> String {
    if let Some(currency) = currency.and_then(Currency::parse) {
        return currency.plain(amount);
    }
    let sign = if amount.0 < 0 { "-" } else { "" };
    format!("{sign}{}", decimal(amount.0.unsigned_abs(), 2, false))
}

const LISTED: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF \
    CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS \
    INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR \
    MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS \
    SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYI UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG";

fn decimal(units: u64, digits: u32, grouped: bool) -> String {
    let scale = 10u64.pow(digits);
    let whole = if grouped {
        group_thousands(units / scale)
    } else {
        (units / scale).to_string()
    };
    if digits == 0 {
        whole
    } else {
        format!("{whole}.{:0width$}", units % scale, width = digits as usize)
    }
}

/// `1234567` → `1,234,567`.
#[must_use]
pub fn group_thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_carry_their_currency() {
        let usd = Currency::parse("usd").expect("a code");
        assert_eq!(usd.format(Cents(123_450)), "$1,234.50");
        assert_eq!(usd.format(Cents(-5)), "−$0.05");
        assert_eq!(usd.plain(Cents(123_450)), "1234.50");
        assert_eq!(Currency::parse("JPY").expect("a code").format(Cents(1200)), "¥1,200");
        assert_eq!(Currency::parse("KWD").expect("a code").format(Cents(1234)), "1.234 KWD");
        assert_eq!(format(Some("usd"), Cents(123_450)), "$1,234.50");
        assert_eq!(format(None, Cents(-123_450)), "−1,234.50");
        assert_eq!(Currency::parse("dollars"), None);
        assert!(usd.is_listed() && !Currency::parse("ABC").expect("three letters").is_listed());
    }
}
