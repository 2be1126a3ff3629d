//! Secrets of a team (mail passwords) as the database keeps them: sealed with the installation's key.
//!
//! Never logs or formats what it opens.

use crate::{
    error::{Error, Result},
    settings::{Secret, SecretKey},
};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use chacha20poly1305::{
    ChaCha20Poly1305, Nonce,
    aead::{Aead, KeyInit},
};

const NONCE: usize = 12;

/// The text, encrypted and authenticated, with a nonce of its own in front.
///
/// # Errors
/// When the text is too long for the cipher.
pub fn seal(key: &SecretKey, text: &str) -> Result<String> {
    let nonce = rand::random::<[u8; NONCE]>();
    let sealed = ChaCha20Poly1305::new(&key.0.into())
        .encrypt(Nonce::from_slice(&nonce), text.as_bytes())
        .map_err(|_| Error::Bug("a secret could not be sealed".into()))?;
    Ok(STANDARD_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
}

/// What `seal` was given.
///
/// # Errors
/// When it was sealed with another key or changed since.
pub fn open(key: &SecretKey, sealed: &str) -> Result<Secret> {
    let broken = || Error::Bug("a sealed secret can't be opened: was the secret key changed?".into());
    let bytes = STANDARD_NO_PAD.decode(sealed).map_err(|_| broken())?;
    let (nonce, sealed) = bytes.split_at_checked(NONCE).ok_or_else(broken)?;
    let plain = ChaCha20Poly1305::new(&key.0.into())
        .decrypt(Nonce::from_slice(nonce), sealed)
        .map_err(|_| broken())?;
    String::from_utf8(plain).map(Secret::new).map_err(|_| broken())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_opens_and_no_two_seals_look_alike() {
        let key = SecretKey([7; 32]);
        let sealed = seal(&key, "hunter2").expect("seals");
        assert_eq!(open(&key, &sealed).expect("opens").expose(), "hunter2");
        assert_ne!(seal(&key, "hunter2").expect("seals"), sealed);
        assert!(open(&SecretKey([8; 32]), &sealed).is_err());
        assert!(open(&key, "short").is_err());
    }
}
