//! Passwords: what is refused, and hashing off the async threads.

use crate::error::{Error, Result};
use argon2::{
    Argon2,
    password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString},
};
use domain::{
    error::FieldCode,
    person::{PASSWORD_MAX, PASSWORD_MIN},
};
use tokio::sync::Semaphore;

const COMMON: &[&str] = &[
    "password12",
    "1234567890",
    "qwertyuiop",
    "passwordpassword",
    "iloveyou12",
    "0123456789",
    "letmeinplease",
];

/// Why a password is refused.
pub fn problem(secret: &str, address: &str) -> Option<FieldCode> {
    let length = secret.chars().count();
    let lower = secret.to_lowercase();
    if secret.is_empty() {
        Some(FieldCode::Required)
    } else if length < PASSWORD_MIN as usize {
        Some(FieldCode::TooShort { min: PASSWORD_MIN })
    } else if length > PASSWORD_MAX as usize {
        Some(FieldCode::TooLong { max: PASSWORD_MAX })
    } else if COMMON.contains(&lower.as_str()) || lower == address.trim().to_lowercase() || all_the_same(secret) {
        Some(FieldCode::Common)
    } else {
        None
    }
}

fn all_the_same(secret: &str) -> bool {
    let mut chars = secret.chars();
    chars.next().is_some_and(|first| chars.all(|c| c == first))
}

pub async fn hash(secret: String) -> Result<String> {
    blocking(move || {
        let salt = SaltString::encode_b64(&rand::random::<[u8; 16]>()).map_err(|e| Error::Bug(e.to_string()))?;
        Ok(Argon2::default()
            .hash_password(secret.as_bytes(), &salt)
            .map_err(|e| Error::Bug(e.to_string()))?
            .to_string())
    })
    .await
}

/// Whether the password belongs to the hash. Without a hash it does the same work and says no.
pub async fn verify(secret: String, hash: Option<String>) -> Result<bool> {
    // Of a password nobody has: the salt and output are arbitrary.
    const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$YXNrdXNlcnNhc2t1c2Vycw$Zm9yIG5vYm9keSBhdCBhbGwsIHJlYWxseSBub2JvZHk";
    if secret.chars().count() > PASSWORD_MAX as usize {
        return Ok(false);
    }
    blocking(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        let parsed = PasswordHash::new(&hash).map_err(|e| Error::Bug(e.to_string()))?;
        Ok(Argon2::default().verify_password(secret.as_bytes(), &parsed).is_ok() && known)
    })
    .await
}

/// Each hash takes 19 MB and a core: more at once would only take the memory, and the threads of everything else that blocks.
static AT_ONCE: Semaphore = Semaphore::const_new(4);

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    // It travels with the work: a request that is given up does not stop a thread.
    let place = AT_ONCE.acquire().await.map_err(|e| Error::Bug(e.to_string()))?;
    tokio::task::spawn_blocking(move || {
        let _place = place;
        work()
    })
    .await
    .map_err(|e| Error::Bug(e.to_string()))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guessable_passwords_are_refused() {
        assert_eq!(problem("short", ""), Some(FieldCode::TooShort { min: 10 }));
        assert_eq!(problem("aaaaaaaaaaaa", ""), Some(FieldCode::Common));
        assert_eq!(problem("Jane@example.com", "jane@example.com"), Some(FieldCode::Common));
        assert_eq!(problem("correct horse battery", "jane@example.com"), None);
    }

    #[tokio::test]
    async fn only_the_right_password_opens_and_nobody_never() {
        let hash = hash("correct horse battery".into()).await.expect("hashes");
        assert!(verify("correct horse battery".into(), Some(hash.clone())).await.expect("verifies"));
        assert!(!verify("correct horse".into(), Some(hash)).await.expect("verifies"));
        assert!(!verify("correct horse".into(), None).await.expect("the stand-in hash parses"));
    }
}
