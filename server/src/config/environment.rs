//! `ASKUSERS_SECTION__KEY` variables as a layer of the configuration.
//!
//! Values stay text until a field asks for a number: a password of digits is still a password.

use figment::{
    Metadata, Profile, Provider,
    value::{Dict, Map, Value},
};
use std::path::PathBuf;

const PREFIX: &str = "ASKUSERS_";
const FILE: &str = "ASKUSERS_CONFIG";
/// Variables of the test script, never settings.
const TESTS: &str = "ASKUSERS_TEST_";

#[derive(Debug)]
pub struct Environment(Vec<(String, String)>);

/// The settings among the variables, and the configuration file they name.
pub fn split(variables: impl Iterator<Item = (String, String)>) -> (Environment, Option<PathBuf>) {
    let mut settings = Vec::new();
    let mut file = None;
    for (name, value) in variables {
        if name == FILE {
            file = (!value.is_empty()).then(|| PathBuf::from(value));
        } else if name.starts_with(PREFIX) && !name.starts_with(TESTS) {
            settings.push((name[PREFIX.len()..].to_lowercase(), value));
        }
    }
    settings.sort();
    (Environment(settings), file)
}

/// The variable that sets a key.
pub fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "__").to_uppercase())
}

impl Provider for Environment {
    fn metadata(&self) -> Metadata {
        Metadata::named("environment")
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let mut root = Dict::new();
        for (name, value) in &self.0 {
            let leaf = Value::from(value.as_str());
            match name.split_once("__") {
                Some((section, key)) => {
                    let slot = root.entry(section.to_owned()).or_insert_with(|| Value::from(Dict::new()));
                    if let Value::Dict(_, dict) = slot {
                        dict.insert(key.to_owned(), leaf);
                    }
                }
                // No such setting exists; it stays so that it is refused by name.
                None => {
                    root.insert(name.clone(), leaf);
                }
            }
        }
        Ok(Profile::Default.collect(root))
    }
}
