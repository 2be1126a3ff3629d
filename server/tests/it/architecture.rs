//! The arrows between rooms that crates and visibility can't forbid.

use std::{fs, path::Path};

/// A folder, what its files must not say, and which of its files may.
struct Rule {
    folder: &'static str,
    forbidden: &'static [&'static str],
    except: &'static [&'static str],
    why: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        folder: "app/src",
        forbidden: &["services::"],
        except: &["app/src/api"],
        why: "only server functions reach the use cases; pages call server functions",
    },
    Rule {
        folder: "server/services/src",
        forbidden: &["ledger_transfer::", "ledger_account::", "entity::ledger_"],
        except: &["server/services/src/ledger", "server/services/src/entity"],
        why: "only the ledger touches the ledger's tables",
    },
    Rule {
        folder: "server/src",
        forbidden: &["std::env::var", "env::vars", "env::current_exe"],
        except: &["server/src/config"],
        why: "only the configuration reads the environment",
    },
    Rule {
        folder: "server/services/src",
        forbidden: &["std::env::", "axum", "leptos", "http::"],
        except: &[],
        why: "use cases know neither the environment nor HTTP nor pages",
    },
    Rule {
        folder: "app/domain/src",
        forbidden: &[
            "std::fs",
            "std::env",
            "TcpStream",
            "UdpSocket",
            "ToSocketAddrs",
            "tokio",
            "axum",
            "leptos::",
        ],
        except: &[],
        why: "the domain does no input or output and knows no framework",
    },
    Rule {
        folder: "migration/src",
        forbidden: &["services::", "entity::", "domain::"],
        except: &[],
        why: "migrations are frozen history: tables by name",
    },
    Rule {
        folder: "server/src",
        forbidden: &["services::entity", "sea_orm::Entity", "QueryFilter"],
        except: &[],
        why: "the process asks use cases, never tables",
    },
];

#[test]
fn arrows_only_run_down() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let mut broken = Vec::new();
    for rule in RULES {
        let mut files = Vec::new();
        collect(&root.join(rule.folder), &mut files);
        assert!(!files.is_empty(), "{} has no files", rule.folder);
        for file in files {
            let name = file.strip_prefix(root).expect("inside").display().to_string();
            if rule.except.iter().any(|allowed| name.starts_with(allowed)) {
                continue;
            }
            let text = fs::read_to_string(&file).expect("reads");
            for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
                for word in rule.forbidden.iter().filter(|word| line.contains(**word)) {
                    broken.push(format!("{name}:{}: `{word}`: {}", number + 1, rule.why));
                }
            }
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

fn collect(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).expect("reads").map(|entry| entry.expect("reads").path()) {
        if entry.is_dir() {
            collect(&entry, files);
        } else if entry.extension().is_some_and(|ending| ending == "rs") {
            files.push(entry);
        }
    }
}
