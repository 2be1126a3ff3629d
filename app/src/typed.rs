//! What was typed into a form that was refused: a page without scripts is loaded anew and shows it again.
//!
//! Travels in a cookie that lives for a minute, never in the URL, where logs would keep it. Never holds a secret.

use crate::paths;

/// Pairs of a field's name and its text.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Typed(Vec<(String, String)>);

/// Longer ones are not worth keeping.
const MAX_BYTES: usize = 1000;

impl Typed {
    /// What was typed into the field; empty for none.
    #[must_use]
    pub fn get(&self, name: &str) -> String {
        self.0
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, text)| text.clone())
            .unwrap_or_default()
    }

    /// As the value of a cookie; `None` when it is too long.
    #[must_use]
    pub fn encode(fields: &[(&str, &str)]) -> Option<String> {
        let pairs: Vec<_> = fields
            .iter()
            .map(|(name, text)| format!("{}:{}", paths::escape(name), paths::escape(text)))
            .collect();
        let text = pairs.join("&");
        (text.len() <= MAX_BYTES).then_some(text)
    }

    /// The other way round; what can't be read is left out.
    #[must_use]
    pub fn decode(text: &str) -> Self {
        let pair = |pair: &str| {
            let (name, text) = pair.split_once(':')?;
            Some((unescape(name)?, unescape(text)?))
        };
        Self(text.split('&').filter_map(pair).collect())
    }
}

fn unescape(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let (high, low) = (hex(bytes.next()?)?, hex(bytes.next()?)?);
            out.push(high * 16 + low);
        } else {
            out.push(byte);
        }
    }
    String::from_utf8(out).ok()
}

const fn hex(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_survives_the_cookie() {
        let typed = [("name", "Zoë & Söhne; a=b:c"), ("email", "jane@example.com")];
        let cookie = Typed::encode(&typed).expect("is short");
        assert!(cookie.bytes().all(|b| b.is_ascii_graphic() && !b"\",;\\".contains(&b)), "{cookie}");
        let back = Typed::decode(&cookie);
        assert_eq!((back.get("name").as_str(), back.get("email").as_str()), (typed[0].1, typed[1].1));
        assert_eq!(back.get("password"), "");
    }

    #[test]
    fn nonsense_is_left_out() {
        assert_eq!(Typed::decode("a&b:%zz&c:%C3&:"), Typed(vec![(String::new(), String::new())]));
        assert_eq!(Typed::encode(&[("name", &"x".repeat(2000))]), None);
    }
}
