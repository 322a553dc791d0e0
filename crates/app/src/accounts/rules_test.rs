//! Addresses, names and credentials as a person enters them.

use super::*;

#[test]
fn an_address_is_encrypted_or_on_this_machine_or_allowed() {
    assert_eq!(
        base_url("https://host.example/api/v1/", false).unwrap(),
        "https://host.example/api/v1"
    );
    for here in ["http://127.0.0.1:8080", "http://localhost:1/a", "http://[::1]:9"] {
        assert_eq!(base_url(here, false).unwrap(), here);
    }
    assert_eq!(base_url("http://nas.local", false).unwrap_err().code, "bad_base_url");
    assert_eq!(base_url("http://nas.local", true).unwrap(), "http://nas.local");
}

#[test]
fn an_address_holds_nothing_that_is_none_of_its_business() {
    for bad in [
        "",
        "host",
        "ftp://host",
        "file:///etc",
        "https://me:pw@host",
        "https://host/?a=1",
        "https://host/#a",
    ] {
        assert_eq!(base_url(bad, true).unwrap_err().code, "bad_base_url", "{bad}");
    }
    // A name that only looks like this machine.
    assert!(base_url("http://localhost.example", false).is_err());
    assert!(base_url("http://127.0.0.1.example", false).is_err());
}

#[test]
fn credentials_move_between_ports_of_this_machine_and_nowhere_else() {
    assert!(same_place("https://host/api", "https://host/other"));
    assert!(same_place("http://127.0.0.1:1", "http://localhost:2"));
    assert!(!same_place("https://host", "https://host.evil"));
    assert!(!same_place("https://host", "http://host"));
    assert!(!same_place("https://host", "http://127.0.0.1"));
}

#[test]
fn a_name_is_one_line() {
    assert_eq!(name("  shop ").unwrap(), "shop");
    for bad in ["", "  ", "a\nb", "a\u{1b}[2Jb"] {
        assert_eq!(name(bad).unwrap_err().code, "bad_name");
    }
}

#[test]
fn what_the_vault_keeps_opens_only_for_its_place() {
    let kept = SecretString::from(r#"{"base_url":"https://host/api","fields":{"token":"a\"b"}}"#);
    assert_eq!(
        fields(&kept, "https://host/api/v2").unwrap().expose_secret(),
        r#"{"token":"a\"b"}"#
    );
    assert!(fields(&kept, "https://elsewhere/api").is_none());
}
