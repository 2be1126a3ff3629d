//! What the rest of the process gets: values worked out from others, the use cases' settings, Leptos's options.

use super::{
    ConfigError, Loaded,
    problems::decode_key,
    sections::{Hidden, Limits},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::credit::Credits;
use leptos::config::{Env, LeptosOptions};
use services::settings::{self, Secret, SecretKey, Settings, SmtpServer};
use std::{
    fs,
    io::Write,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    time::Duration,
};

/// The secret of a development machine, inside the data folder.
const DEV_SECRET: &str = "dev-secret.key";

impl Loaded {
    /// Fills in what is not set and follows from something else.
    pub(super) fn derive(&mut self) -> Result<(), ConfigError> {
        if self.config.http.base_url.is_empty() {
            let url = format!("http://{}", self.config.http.address);
            self.derived("http.base_url", &url, "from http.address");
            self.config.http.base_url = url;
        }
        let bare = self.config.http.base_url.trim_end_matches('/').to_owned();
        self.config.http.base_url = bare;
        if self.config.database.url.is_empty() {
            let url = format!(
                "sqlite://{}?mode=rwc",
                self.config.storage.data_dir.join("askusers.sqlite").display()
            );
            self.derived("database.url", &url, "from storage.data_dir");
            self.config.database.url = url;
        }
        if self.config.site.hash_file.as_os_str().is_empty() {
            let file = std::env::current_exe().unwrap_or_default().with_file_name("hash.txt");
            self.derived("site.hash_file", &file.display().to_string(), "beside the program");
            self.config.site.hash_file = file;
        }
        if self.dev && self.config.secret.key.is_empty() {
            let file = self.config.storage.data_dir.join(DEV_SECRET);
            let key = dev_secret(&file)
                .map_err(|e| ConfigError::Unreadable(format!("the development secret {} can't be kept: {e}", file.display())))?;
            self.derived("secret.key", &key, &file.display().to_string());
            self.config.secret.key = Hidden::new(key);
        }
        Ok(())
    }

    /// Makes the data folder, for this user only.
    ///
    /// # Errors
    /// When it can't be made.
    pub fn prepare_data_dir(&self) -> std::io::Result<()> {
        private_dir(&self.config.storage.data_dir)
    }

    /// What the use cases are told.
    ///
    /// # Errors
    /// Only for a secret key that [`Loaded::accept`] refuses.
    pub fn settings(&self) -> Result<Settings, ConfigError> {
        let config = &self.config;
        let key = decode_key(&config.secret.key).ok_or_else(|| ConfigError::Unreadable("secret.key is not 32 bytes in base64".into()))?;
        let smtp = (!config.smtp.host.is_empty()).then(|| SmtpServer {
            host: config.smtp.host.clone(),
            port: config.smtp.port,
            tls: config.smtp.tls,
            user: config.smtp.user.clone(),
            password: (!config.smtp.password.is_empty()).then(|| Secret::new(config.smtp.password.expose())),
            // Whoever configures it may reach what they like.
            anywhere: true,
        });
        Ok(Settings {
            base_url: config.http.base_url.clone(),
            secret_key: SecretKey(key),
            smtp,
            mail_from: config.smtp.from.clone(),
            dev: self.dev,
            data_dir: config.storage.data_dir.clone(),
            upload_max_bytes: config.storage.upload_max_mb.saturating_mul(1024 * 1024),
            limits: limits(&config.limits),
            costs: settings::Costs {
                analysis: Credits(config.costs.analysis.into()),
                regenerate_email: Credits(config.costs.regenerate_email.into()),
                persona_language: Credits(config.costs.persona_language.into()),
                reply_analysis: Credits(config.costs.reply_analysis.into()),
            },
            sending: settings::Sending {
                per_hour: config.sending.per_hour,
                per_day: config.sending.per_day,
                min_gap: Duration::from_millis(config.sending.min_gap_ms),
                timeout: Duration::from_secs(config.sending.timeout_s),
                lease: Duration::from_secs(config.sending.lease_s),
                allow_private_hosts: config.sending.allow_private_hosts,
            },
            worker: settings::Worker {
                concurrency: config.worker.concurrency,
                poll: Duration::from_millis(config.worker.poll_ms),
                finish: Duration::from_secs(config.worker.finish_s),
            },
        })
    }

    /// What Leptos is told, in place of its own environment variables.
    #[must_use]
    pub fn leptos_options(&self) -> LeptosOptions {
        let site = &self.config.site;
        LeptosOptions::builder()
            .output_name("askusers")
            .site_root(site.root.display().to_string())
            .site_pkg_dir(site.pkg_dir.clone())
            .site_addr(self.config.http.address)
            .reload_port(site.reload_port)
            .env(if self.dev { Env::DEV } else { Env::PROD })
            .hash_file(absolute(&site.hash_file).display().to_string().into())
            .hash_files(site.hash_files)
            .build()
    }

    /// Refuses to serve pages whose scripts and styles nobody built.
    ///
    /// # Errors
    /// When the file with the hashed names is missing.
    pub fn require_site(&self) -> Result<(), ConfigError> {
        let site = &self.config.site;
        if !site.hash_files || site.hash_file.is_file() {
            return Ok(());
        }
        Err(ConfigError::Unreadable(format!(
            "site.hash_file: there is no {}, so pages would have no scripts or styles. `make run` builds them; \
             otherwise set site.root and site.hash_file to what the build made",
            site.hash_file.display()
        )))
    }
}

fn limits(limits: &Limits) -> settings::Limits {
    settings::Limits {
        members: limits.members.0,
        businesses: limits.businesses.0,
        credits_per_month: Credits(limits.credits_per_month.into()),
    }
}

/// Leptos joins the file's path to the program's folder, so a relative one must not reach it.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// The key in the file, made where it is missing; readable by this user only.
fn dev_secret(file: &Path) -> std::io::Result<String> {
    if file.is_file() {
        return Ok(fs::read_to_string(file)?.trim().to_owned());
    }
    if let Some(folder) = file.parent() {
        private_dir(folder)?;
    }
    let key = STANDARD.encode(rand::random::<[u8; 32]>());
    // Whole or not at all, and one even when two processes start at once: whoever links first wins.
    let draft = file.with_extension(format!("{}.new", std::process::id()));
    let mut made = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    made.write_all(key.as_bytes())?;
    let linked = fs::hard_link(&draft, file);
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(fs::read_to_string(file)?.trim().to_owned()),
    }
}

fn private_dir(folder: &Path) -> std::io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}
