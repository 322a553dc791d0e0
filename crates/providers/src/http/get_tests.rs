//! Which redirects are harmless, as far as that shows in their addresses.

use super::*;

#[test]
fn a_redirect_is_followed_only_where_it_can_do_no_harm() {
    let cases: &[(&str, &str, Reach, bool)] = &[
        ("https://a.example/x", "https://b.example/y", Reach::Public, true),
        ("https://a.example/x", "https://a.example:8443/y", Reach::Public, true),
        ("http://a.example/x", "https://a.example/x", Reach::Public, true),
        ("http://a.example/x", "http://b.example/x", Reach::Public, true),
        ("http://127.0.0.1/x", "http://127.0.0.1:9/x", Reach::Loopback, true),
        ("https://nas.example/x", "https://192.168.1.2/x", Reach::Private, true),
        ("https://a.example/x", "http://a.example/x", Reach::Public, false),
        ("https://127.0.0.1/x", "http://127.0.0.1/x", Reach::Loopback, false),
        ("https://a.example/x", "ftp://a.example/x", Reach::Public, false),
        ("https://a.example/x", "file:///etc/passwd", Reach::Public, false),
        ("https://a.example/x", "data:text/plain,x", Reach::Public, false),
        ("https://a.example/x", "javascript:alert(1)", Reach::Public, false),
        ("https://a.example/x", "https://me@b.example/x", Reach::Public, false),
        ("https://a.example/x", "https://me:pw@b.example/x", Reach::Public, false),
        ("https://a.example/x", "https://127.0.0.1/x", Reach::Public, false),
        ("https://a.example/x", "https://127.9.9.9/x", Reach::Public, false),
        ("https://a.example/x", "https://localhost/x", Reach::Public, false),
        ("https://a.example/x", "https://x.localhost./x", Reach::Public, false),
        ("https://a.example/x", "https://[::1]/x", Reach::Public, false),
        ("https://a.example/x", "https://0.0.0.0/x", Reach::Public, false),
        ("https://a.example/x", "https://0/x", Reach::Public, false),
        ("https://a.example/x", "https://2130706433/x", Reach::Public, false),
        ("https://a.example/x", "https://0x7f.1/x", Reach::Public, false),
        ("https://a.example/x", "https://10.0.0.1/x", Reach::Public, false),
        ("https://a.example/x", "https://172.16.0.1/x", Reach::Public, false),
        ("https://a.example/x", "https://192.168.0.1/x", Reach::Public, false),
        ("https://a.example/x", "https://100.64.0.1/x", Reach::Public, false),
        ("https://a.example/x", "https://169.254.169.254/x", Reach::Public, false),
        ("https://a.example/x", "https://[fe80::1]/x", Reach::Public, false),
        ("https://a.example/x", "https://[fd00::1]/x", Reach::Public, false),
        (
            "https://a.example/x",
            "https://[::ffff:127.0.0.1]/x",
            Reach::Public,
            false,
        ),
        (
            "https://a.example/x",
            "https://[64:ff9b::7f00:1]/x",
            Reach::Public,
            false,
        ),
        ("https://nas.example/x", "https://127.0.0.1/x", Reach::Private, false),
    ];
    for (from, to, nearest, followed) in cases {
        let judged = harmless(&Url::parse(from).unwrap(), &Url::parse(to).unwrap(), *nearest);
        assert_eq!(judged.is_ok(), *followed, "{from} to {to}: {judged:?}");
    }
}

#[test]
fn only_what_came_unencrypted_can_be_the_networks_own_page() {
    let kind = |at: &str| page("X", &Url::parse(at).unwrap()).kind;
    assert_eq!(kind("http://a.example/x"), Kind::NetworkSignIn);
    assert_eq!(kind("https://a.example/x"), Kind::Protocol);
}
