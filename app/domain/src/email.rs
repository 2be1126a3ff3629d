//! E-mail addresses: how one is checked, normalised to the key of a person, and masked.

/// The key of a person: trimmed, case-folded, the domain in ASCII (IDNA).
///
/// `None` when the text is no address that mail can be sent to (no at sign, no domain ending, spaces, too long).
#[must_use]
pub fn normalise(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() || text.len() > 254 || text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return None;
    }
    let (local, host) = text.rsplit_once('@')?;
    let host = idna::domain_to_ascii(host).ok()?;
    if local.is_empty() || local.starts_with('"') || !host.contains('.') || host.ends_with('.') {
        return None;
    }
    let key = format!("{}@{host}", local.to_lowercase());
    email_address::EmailAddress::is_valid(&key).then_some(key)
}

/// `j***@example.com`: what a viewer sees.
#[must_use]
pub fn mask(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, host)) => {
            let first = local.chars().next().map(String::from).unwrap_or_default();
            format!("{first}***@{host}")
        }
        None => String::from("***"),
    }
}

/// The same text with every address in it masked: somebody's name may be their address.
#[must_use]
pub fn mask_within(text: &str) -> String {
    if !text.contains('@') {
        return text.to_owned();
    }
    let words = text
        .split(' ')
        .map(|word| if word.contains('@') { mask(word) } else { word.to_owned() });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_has_one_key() {
        assert_eq!(normalise("  Jane.Doe@Example.COM ").as_deref(), Some("jane.doe@example.com"));
        assert_eq!(normalise("jane@bücher.example").as_deref(), Some("jane@xn--bcher-kva.example"));
        assert_eq!(normalise("stanisław.wójcik@wp.pl").as_deref(), Some("stanisław.wójcik@wp.pl"));
        for bad in [
            "",
            "jane",
            "jane@",
            "@example.com",
            "jane@gmail",
            "ja ne@example.com",
            "a@b@",
            "jane@example..com",
        ] {
            assert_eq!(normalise(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_mask_keeps_the_first_letter_and_the_domain() {
        assert_eq!(mask("jane@example.com"), "j***@example.com");
        assert_eq!(mask("émile@example.com"), "é***@example.com");
        assert_eq!(mask_within("Jane <jane@example.com>"), "Jane <***@example.com>");
        assert_eq!(mask_within("Jane  Peacock"), "Jane  Peacock");
    }
}
