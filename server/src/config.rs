//! Configuration: a file, then the environment, one struct per section. The only place that reads the environment.
//!
//! Unknown keys are refused by name; what is insecure outside `--dev` is refused with reason and remedy.

mod build;
mod environment;
mod problems;
mod report;
mod sections;

pub use problems::Problem;
pub use report::without_password;
pub use sections::{Bound, Config, Costs, Database, Hidden, Http, Limits, Log, LogFormat, Sending, Site, Smtp, Storage, Worker};

use figment::{
    Figment, Metadata, Provider,
    error::Kind,
    providers::{Format, Serialized, Toml},
    value::{Dict, Map},
};
use report::Entry;
use std::path::PathBuf;

/// Where the configuration is to be read from.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// The file that the command line names.
    pub file: Option<PathBuf>,
    pub dev: bool,
}

/// Why there is no configuration.
#[derive(Debug)]
pub enum ConfigError {
    /// The file or a value can't be read.
    Unreadable(String),
    /// Everything that is refused, all at once.
    Refused(Vec<Problem>),
}

impl std::fmt::Display for ConfigError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreadable(reason) => write!(f, "the configuration can't be read: {reason}"),
            Self::Refused(problems) => {
                write!(f, "the configuration is refused:")?;
                problems.iter().try_for_each(|p| write!(f, "\n  {p}"))
            }
        }
    }
}

impl std::error::Error for ConfigError {}

/// A configuration and where its values came from.
#[derive(Debug)]
pub struct Loaded {
    pub config: Config,
    pub dev: bool,
    entries: Vec<Entry>,
}

impl Loaded {
    /// Reads defaults, file and environment, in this order. What is insecure is not refused yet: see [`Loaded::accept`].
    ///
    /// # Errors
    /// `Unreadable`, with the key and its source.
    pub fn read(sources: &Sources) -> Result<Self, ConfigError> {
        Self::from_variables(
            sources,
            std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?))),
        )
    }

    /// The same with the given variables in place of the process's environment.
    ///
    /// # Errors
    /// `Unreadable`, with the key and its source.
    pub fn from_variables(sources: &Sources, variables: impl Iterator<Item = (String, String)>) -> Result<Self, ConfigError> {
        let (environment, named_file) = environment::split(variables);
        let mut figment = Figment::from(Named("default", Serialized::defaults(Config::default())));
        if sources.dev {
            figment = figment.merge(Named("--dev", Serialized::defaults(sections::dev_defaults())));
        }
        if let Some(file) = file_to_read(sources.file.clone().or(named_file))? {
            figment = figment.merge(Toml::file_exact(file));
        }
        figment = figment.merge(environment);
        let config: Config = figment.extract_lossy().map_err(|e| ConfigError::Unreadable(readable(&e)))?;
        let mut loaded = Self {
            entries: report::entries(&figment),
            config,
            dev: sources.dev,
        };
        loaded.derive()?;
        Ok(loaded)
    }

    /// The configuration, if nothing in it must be refused.
    ///
    /// # Errors
    /// `Refused`, with every problem at once.
    pub fn accept(self) -> Result<Self, ConfigError> {
        let problems = problems::find(&self.config, self.dev);
        if problems.is_empty() {
            Ok(self)
        } else {
            Err(ConfigError::Refused(problems))
        }
    }
}

/// The file that was named must exist; `askusers.toml` of the current folder may.
fn file_to_read(named: Option<PathBuf>) -> Result<Option<PathBuf>, ConfigError> {
    match named {
        Some(file) if file.is_file() => Ok(Some(file)),
        Some(file) => Err(ConfigError::Unreadable(format!("there is no file {}", file.display()))),
        None => Ok(Some(PathBuf::from("askusers.toml")).filter(|file| file.is_file())),
    }
}

/// Each error in one line: what, for which key, where it was written.
fn readable(errors: &figment::Error) -> String {
    let line = |e: figment::Error| {
        let key = e.path.join(".");
        let what = match &e.kind {
            Kind::UnknownField(_, known) => format!("there is no such setting; known here are {}", known.join(", ")),
            other => other.to_string(),
        };
        let source = e.metadata.as_ref().map(|m| report::origin(m, &key)).unwrap_or_default();
        match (key.is_empty(), source.is_empty()) {
            (true, true) => what,
            (true, false) => format!("{what} ({source})"),
            (false, _) => format!("{key}: {what} ({source})"),
        }
    };
    errors.clone().into_iter().map(line).collect::<Vec<_>>().join("; ")
}

/// A provider under a name that people understand.
struct Named<P>(&'static str, P);

impl<P: Provider> Provider for Named<P> {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.0)
    }

    fn data(&self) -> Result<Map<figment::Profile, Dict>, figment::Error> {
        self.1.data()
    }
}
