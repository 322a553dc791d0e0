//! What `Cargo.lock` may name: read as text, so that it also holds for the window and for other systems.

use std::fs;

use crate::house;

/// Its packages as `(name, version, source)`; ours have no source.
fn packages() -> Vec<(String, String, Option<String>)> {
    let lock = fs::read_to_string(house::root().join("Cargo.lock")).expect("it is committed");
    let field = |block: &str, name: &str| {
        let start = format!("{name} = \"");
        block
            .lines()
            .find_map(|line| line.strip_prefix(&start)?.strip_suffix('"').map(str::to_owned))
    };
    let packages: Vec<_> = lock
        .split("[[package]]")
        .skip(1)
        .map(|block| {
            (
                field(block, "name").expect("a package has a name"),
                field(block, "version").expect("a package has a version"),
                field(block, "source"),
            )
        })
        .collect();
    assert!(packages.len() > 100, "Cargo.lock was not understood");
    packages
}

#[test]
fn there_is_one_tls_stack_and_it_is_not_openssl() {
    for (name, version, _) in packages() {
        let forbidden = ["openssl", "openssl-sys", "native-tls"];
        assert!(!forbidden.contains(&name.as_str()), "Cargo.lock names {name} {version}");
    }
}

#[test]
fn there_is_exactly_one_sqlite() {
    let found: Vec<_> = packages()
        .into_iter()
        .filter(|(name, ..)| name == "libsqlite3-sys")
        .map(|(_, version, _)| version)
        .collect();
    assert_eq!(found.len(), 1, "libsqlite3-sys: {found:?}");
}

#[test]
fn every_package_comes_from_the_registry() {
    for (name, version, source) in packages() {
        let expected = "registry+https://github.com/rust-lang/crates.io-index";
        assert!(
            source.as_deref().is_none_or(|source| source == expected),
            "{name} {version} comes from {source:?}"
        );
    }
}
