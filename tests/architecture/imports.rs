//! Who may import whom, and what must not be there even at third hand.

use std::collections::BTreeSet;

use crate::house;

/// One crate of the house: which of ours it may import, and what it must not pull in, however indirectly.
struct Rule {
    name: &'static str,
    ours: &'static [&'static str],
    never: &'static [&'static str],
}

const WINDOW: &[&str] = &["tauri", "wry", "tao", "gtk", "webkit2gtk"];
const SQL: &[&str] = &["sqlx", "sqlx-core", "sqlx-sqlite", "libsqlite3-sys", "rusqlite"];
const HTTP: &[&str] = &["reqwest", "hyper", "axum"];

#[rustfmt::skip]
const RULES: &[Rule] = &[
    Rule { name: "transfer", ours: &[], never: &["tokio", "reqwest", "hyper", "sqlx", "chrono", "jiff", "rand", "tauri"] },
    Rule { name: "platform", ours: &[], never: &["reqwest", "sqlx", "tauri"] },
    Rule { name: "providers", ours: &["transfer"], never: SQL },
    Rule { name: "store", ours: &["transfer", "platform"], never: HTTP },
    Rule { name: "engine", ours: &["transfer", "platform"], never: &["sqlx", "sqlx-core", "libsqlite3-sys", "reqwest", "hyper", "tauri"] },
    Rule { name: "app", ours: &["transfer", "providers", "store", "platform", "engine"], never: WINDOW },
    Rule { name: "cli", ours: &["app", "sandbox"], never: WINDOW },
    Rule { name: "longshore-window", ours: &["app"], never: &["sandbox", "axum", "s3s"] },
    Rule { name: "sandbox", ours: &[], never: &["sqlx", "reqwest", "tauri"] },
    Rule { name: "xtask", ours: &[], never: &["tokio", "reqwest", "sqlx", "tauri"] },
];

/// The domain is held to a list of everything: what is not on it is a decision, not an accident.
const TRANSFER_MAY_IMPORT: &[&str] = &[
    "async-trait",
    "bytes",
    "bytesize",
    "caseless",
    "futures-core",
    "secrecy",
    "serde",
    "serde_json",
    "thiserror",
    "unicode-normalization",
    "uuid",
];

#[test]
fn every_crate_imports_only_what_the_table_allows() {
    let members = house::members();
    let names: BTreeSet<_> = members.iter().map(|member| member.name.as_str()).collect();
    for member in members.iter().filter(|member| !member.name.ends_with("-tests")) {
        let rule = RULES.iter().find(|rule| rule.name == member.name).unwrap_or_else(|| {
            panic!(
                "{} is a new crate: say in tests/architecture/imports.rs what it may import",
                member.name
            )
        });
        for (dependency, kind) in &member.dependencies {
            // What a crate's own tests borrow is its business, except where agreeing with the client would be no proof.
            let counts = kind != "dev" || member.name == "sandbox";
            let foreign = !names.contains(dependency.as_str());
            assert!(
                foreign || !counts || rule.ours.contains(&dependency.as_str()),
                "{} imports {dependency}, and may import of ours only {:?}",
                member.name,
                rule.ours
            );
        }
    }
}

#[test]
fn the_domain_imports_only_what_is_on_its_list() {
    let members = house::members();
    let transfer = members
        .iter()
        .find(|member| member.name == "transfer")
        .expect("it is there");
    for (dependency, kind) in &transfer.dependencies {
        assert!(
            kind == "dev" || TRANSFER_MAY_IMPORT.contains(&dependency.as_str()),
            "transfer imports {dependency}, which is not on its list"
        );
    }
}

#[test]
fn no_crate_pulls_in_what_it_must_never_see() {
    // The window's own tree needs its packages, which a plain `cargo test` does not fetch: the table above holds it.
    for rule in RULES.iter().filter(|rule| rule.name != "longshore-window") {
        let tree = house::tree(rule.name);
        for never in rule.never {
            assert!(
                !tree.contains(*never),
                "{} pulls in {never}; `cargo tree -p {} -i {never}` shows the way",
                rule.name,
                rule.name
            );
        }
    }
}

#[test]
fn the_tree_sees_what_is_pulled_in_indirectly() {
    // A control: if this were not seen, the test above could not fail.
    assert!(house::tree("app").contains("libsqlite3-sys"));
}

#[test]
fn a_plain_cargo_test_leaves_out_the_window_and_nothing_else() {
    assert_eq!(house::members_left_out(), ["longshore-window"]);
}
