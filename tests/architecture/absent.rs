//! What is deliberately absent: words that must not stand in the code of a part of the house.

use crate::code;
use crate::house::{self, Source};

/// Words that may not stand somewhere.
struct Rule {
    /// What is absent and why, for the message.
    says: &'static str,
    words: &'static [&'static str],
    /// Where they may not stand: folders and files below the root.
    within: &'static [&'static str],
    /// Where they may all the same.
    except: &'static [&'static str],
}

#[rustfmt::skip]
const RULES: &[Rule] = &[
    Rule {
        says: "SQL stands outside crates/store, the only crate that knows it",
        words: &["sqlx", "rusqlite", "SELECT ", "INSERT INTO ", "INSERT OR ", "DELETE FROM ", "CREATE TABLE ", "PRAGMA "],
        within: &["crates", "src-tauri"],
        except: &["crates/store/"],
    },
    Rule {
        says: "unsafe stands outside crates/platform",
        words: &["unsafe"],
        within: &["crates", "src-tauri", "tests"],
        except: &["crates/platform/", "tests/architecture/"],
    },
    Rule {
        says: "a system's own interface stands outside crates/platform",
        words: &["std::os::unix", "std::os::windows", "std::os::linux", "std::os::fd", "rustix", "windows_sys", "libc::"],
        within: &["crates", "src-tauri", "tests"],
        except: &["crates/platform/", "tests/architecture/"],
    },
    Rule {
        says: "tokio::fs::File hides a full disk: payload is written with std::fs on a blocking thread",
        words: &["tokio::fs::File", "tokio::fs::OpenOptions", "tokio::fs::{"],
        within: &["crates", "src-tauri", "tests"],
        except: &["tests/architecture/"],
    },
    Rule {
        says: "the domain reaches for the disk, the network, a clock, chance or a runtime",
        words: &["std::fs", "std::net", "std::env", "std::thread", "SystemTime::now", "Instant::now", "tokio", "reqwest", "rand::"],
        within: &["crates/transfer/src"],
        except: &[],
    },
    Rule {
        says: "a provider is known by its name where all providers must be alike",
        words: &["fileflare", "facilioo", "baasix", "filefactory", "Fileflare", "Facilioo", "Baasix", "Filefactory", "FileFactory"],
        within: &["crates/engine", "crates/transfer", "src-tauri/src"],
        except: &[],
    },
    Rule {
        says: "a socket listens outside the sandbox",
        words: &["TcpListener", "UdpSocket"],
        within: &["crates", "src-tauri"],
        except: &["crates/sandbox/"],
    },
    Rule {
        says: "the call that deletes everything at a service exists in our code",
        words: &["deleted-all"],
        within: &["crates", "src-tauri", "ui/src"],
        except: &["crates/sandbox/"],
    },
    Rule {
        says: "the page speaks to its host outside ui/src/ipc",
        words: &["@tauri-apps/"],
        within: &["ui/src"],
        except: &["ui/src/ipc/"],
    },
];

/// Where a `cfg` may ask which system this is.
const MAY_ASK_FOR_THE_SYSTEM: &[&str] = &["crates/platform/", "src-tauri/src/main.rs", "tests/architecture/"];

fn offences(rule: &Rule, file: &Source) -> Vec<String> {
    if rule.except.iter().any(|except| file.path.starts_with(except)) {
        return Vec::new();
    }
    let code = code::without_comments(&file.text);
    let found = |word: &&str| {
        let lines = code::lines_with(&code, word);
        lines
            .into_iter()
            .map(|line| format!("{}:{line}: {word}", file.path))
            .collect::<Vec<_>>()
    };
    rule.words.iter().flat_map(found).collect()
}

#[test]
fn what_is_deliberately_absent_is_absent() {
    let mut found = Vec::new();
    for rule in RULES {
        let offences: Vec<_> = rule
            .within
            .iter()
            .flat_map(|folder| house::sources(folder, &["rs", "ts", "svelte"]))
            .flat_map(|file| offences(rule, &file))
            .collect();
        if !offences.is_empty() {
            found.push(format!("{}:\n    {}", rule.says, offences.join("\n    ")));
        }
    }
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn only_platform_and_the_start_of_the_window_ask_which_system_this_is() {
    let found: Vec<_> = ["crates", "src-tauri", "tests", "fuzz"]
        .iter()
        .flat_map(|folder| house::sources(folder, &["rs"]))
        .filter(|file| !MAY_ASK_FOR_THE_SYSTEM.iter().any(|may| file.path.starts_with(may)))
        .flat_map(|file| {
            let code = code::without_comments(&file.text);
            let lines = code::lines_that_ask_for_the_system(&code);
            lines.into_iter().map(move |line| format!("{}:{line}", file.path))
        })
        .collect();
    assert!(found.is_empty(), "a cfg asks for the system: {found:?}");
}

#[test]
fn every_rule_finds_its_own_words_when_they_are_planted() {
    for rule in RULES {
        for word in rule.words {
            let planted = Source {
                path: format!("{}/planted.rs", rule.within[0]),
                text: format!("let x = \"{word}\";\n"),
            };
            assert_eq!(offences(rule, &planted).len(), 1, "{word} was not noticed");
            let excepted = rule.except.iter().map(|except| Source {
                path: format!("{except}planted.rs"),
                text: planted.text.clone(),
            });
            for file in excepted {
                assert!(offences(rule, &file).is_empty(), "{} may hold {word}", file.path);
            }
        }
    }
}
