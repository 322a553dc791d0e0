//! `Content-Disposition` held to the cases that browsers are held to (greenbytes' tc2231), by their names there.

use proptest::prelude::*;

use super::filename;

#[track_caller]
fn case(name: &str, header: &str, expected: Option<&str>) {
    assert_eq!(filename(header.as_bytes()).as_deref(), expected, "{name}: {header}");
}

#[test]
fn valid_headers_give_the_name_that_they_mean() {
    for (name, header, expected) in [
        ("inlwithasciifilename", r#"inline; filename="foo.html""#, "foo.html"),
        (
            "inlwithfnattach",
            r#"inline; filename="Not an attachment!""#,
            "Not an attachment!",
        ),
        ("attwithasciifilename", r#"attachment; filename="foo.html""#, "foo.html"),
        (
            "attwithasciifnescapedchar",
            r#"attachment; filename="f\oo.html""#,
            "foo.html",
        ),
        (
            "attwithasciifnescapedquote",
            r#"attachment; filename="\"quoting\" tested.html""#,
            "\"quoting\" tested.html",
        ),
        (
            "attwithquotedsemicolon",
            r#"attachment; filename="Here's a semicolon;.html""#,
            "Here's a semicolon;.html",
        ),
        (
            "attwithfilenameandextparam",
            r#"attachment; foo="bar"; filename="foo.html""#,
            "foo.html",
        ),
        (
            "attwithfilenameandextparamescaped",
            r#"attachment; foo="\"\\";filename="foo.html""#,
            "foo.html",
        ),
        (
            "attwithasciifilenameucase",
            r#"attachment; FILENAME="foo.html""#,
            "foo.html",
        ),
        ("attwithasciifilenamenq", "attachment; filename=foo.html", "foo.html"),
        ("attwithfntokensq", "attachment; filename='foo.bar'", "'foo.bar'"),
        (
            "attwithfnrawpctenca",
            r#"attachment; filename="foo-%41.html""#,
            "foo-%41.html",
        ),
        ("attwithfnusingpct", r#"attachment; filename="50%.html""#, "50%.html"),
        (
            "attwithfnrawpctencaq",
            r#"attachment; filename="foo-%\41.html""#,
            "foo-%41.html",
        ),
        (
            "attwithfnrawpctenclong",
            r#"attachment; filename="foo-%c3%a4-%e2%82%ac.html""#,
            "foo-%c3%a4-%e2%82%ac.html",
        ),
        (
            "attwithasciifilenamews1",
            r#"attachment; filename ="foo.html""#,
            "foo.html",
        ),
        ("attabspath", r#"attachment; filename="/foo.html""#, "/foo.html"),
        ("attabspathwin", r#"attachment; filename="\\foo.html""#, "\\foo.html"),
        (
            "attwithisofn2231iso",
            "attachment; filename*=iso-8859-1''foo-%E4.html",
            "foo-ä.html",
        ),
        (
            "attwithfn2231utf8",
            "attachment; filename*=UTF-8''foo-%c3%a4-%e2%82%ac.html",
            "foo-ä-€.html",
        ),
        (
            "attwithfn2231utf8comp",
            "attachment; filename*=UTF-8''foo-a%cc%88.html",
            "foo-a\u{308}.html",
        ),
        (
            "attwithfn2231ws2",
            "attachment; filename*= UTF-8''foo-%c3%a4.html",
            "foo-ä.html",
        ),
        (
            "attwithfn2231ws3",
            "attachment; filename* =UTF-8''foo-%c3%a4.html",
            "foo-ä.html",
        ),
        (
            "attwithfn2231dpct",
            "attachment; filename*=UTF-8''A-%2541.html",
            "A-%41.html",
        ),
        (
            "attwithfn2231abspathdisguised",
            "attachment; filename*=UTF-8''%5cfoo.html",
            "\\foo.html",
        ),
        (
            "attfnboth",
            "attachment; filename=\"foo-ae.html\"; filename*=UTF-8''foo-%c3%a4.html",
            "foo-ä.html",
        ),
        (
            "attfnboth2",
            "attachment; filename*=UTF-8''foo-%c3%a4.html; filename=\"foo-ae.html\"",
            "foo-ä.html",
        ),
        (
            "attfnboth3",
            "attachment; filename*0*=ISO-8859-15''euro-sign%3d%a4; filename*=ISO-8859-1''currency-sign%3d%a4",
            "currency-sign=¤",
        ),
        (
            "attnewandfn",
            r#"attachment; foobar=x; filename="foo.html""#,
            "foo.html",
        ),
        (
            "attrfc2047quoted",
            r#"attachment; filename="=?ISO-8859-1?Q?foo-=E4.html?=""#,
            "=?ISO-8859-1?Q?foo-=E4.html?=",
        ),
    ] {
        case(name, header, Some(expected));
    }
}

#[test]
fn headers_without_a_name_give_none() {
    for (name, header) in [
        ("inlonly", "inline"),
        ("attonly", "attachment"),
        ("attonlyucase", "ATTACHMENT"),
        ("attwithnamepct", r#"attachment; name="foo-%41.html""#),
        ("attconfusedparam", "attachment; xfilename=foo.html"),
        (
            "attcdate",
            r#"attachment; creation-date="Wed, 12 Feb 1997 16:29:51 -0500""#,
        ),
        ("dispext", "foobar"),
        ("dispextbadfn", r#"attachment; example="filename=example.txt""#),
        ("attfncont", r#"attachment; filename*0="foo."; filename*1="html""#),
        (
            "attfncontenc",
            r#"attachment; filename*0*=UTF-8''foo-%c3%a4; filename*1=".html""#,
        ),
        ("attempty", r#"attachment; filename="""#),
        ("attempty2", "attachment; filename="),
        ("semicolon inside", r#"attachment; a="x; filename=evil.exe""#),
    ] {
        case(name, header, None);
    }
}

#[test]
fn broken_headers_are_not_believed() {
    for (name, header) in [
        ("inlonlyquoted", r#""inline""#),
        ("attmissingdisposition", "filename=foo.html"),
        ("attmissingdisposition2", "x=y; filename=foo.html"),
        ("attmissingdisposition3", r#""foo; filename=bar;baz"; filename=qux"#),
        ("attmissingdisposition4", "filename=foo.html, filename=bar.html"),
        ("emptydisposition", "; filename=foo.html"),
        ("doublecolon", ": inline; attachment; filename=foo.html"),
        ("attbrokenquotedfn", r#"attachment; filename="foo.html".txt"#),
        ("attbrokenquotedfn2", r#"attachment; filename="bar"#),
        ("attbrokenquotedfn3", r#"attachment; filename=foo"bar;baz"qux"#),
        ("attmissingdelim3", "attachment filename=bar"),
        ("attreversed", "filename=foo.html; attachment"),
        ("backslash at the end", r#"attachment; filename="bar\"#),
        ("empty", ""),
        ("attwithfn2231noc", "attachment; filename*=''foo-%c3%a4-%e2%82%ac.html"),
        (
            "attwithfn2231utf8-bad",
            "attachment; filename*=iso-8859-1''foo-%c3%a4-%e2%82%ac.html",
        ),
        ("attwithfn2231iso-bad", "attachment; filename*=utf-8''foo-%E4.html"),
        ("attwithfn2231ws1", "attachment; filename *=UTF-8''foo-%c3%a4.html"),
        ("attwithfn2231quot", "attachment; filename*=\"UTF-8''foo-%c3%a4.html\""),
        ("attwithfn2231quot2", r#"attachment; filename*="foo%20bar.html""#),
        (
            "attwithfn2231singleqmissing",
            "attachment; filename*=UTF-8'foo-%c3%a4.html",
        ),
        ("attwithfn2231nbadpct1", "attachment; filename*=UTF-8''foo%"),
        ("attwithfn2231nbadpct2", "attachment; filename*=UTF-8''f%oo.html"),
    ] {
        case(name, header, None);
    }
}

#[test]
fn what_many_servers_send_is_understood() {
    for (name, header, expected) in [
        (
            "attwithtokfncommanq",
            "attachment; filename=foo,bar.html",
            "foo,bar.html",
        ),
        ("attwithasciifilenamenqs", "attachment; filename=foo.html ;", "foo.html"),
        ("attemptyparam", "attachment; ;filename=foo", "foo"),
        (
            "attwithasciifilenamenqws",
            "attachment; filename=foo bar.html",
            "foo bar.html",
        ),
        (
            "attwith2filenames",
            r#"attachment; filename="foo.html"; filename="bar.html""#,
            "foo.html",
        ),
        (
            "attfnbrokentoken",
            "attachment; filename=foo[1](2).html",
            "foo[1](2).html",
        ),
        ("attandinline", "inline; attachment; filename=foo.html", "foo.html"),
        ("attandinline2", "attachment; inline; filename=foo.html", "foo.html"),
        (
            "attrfc2047token",
            "attachment; filename==?ISO-8859-1?Q?foo-=E4.html?=",
            "=?ISO-8859-1?Q?foo-=E4.html?=",
        ),
        (
            "encodeURIComponent",
            "attachment; filename*=UTF-8''it's%20(1).pdf",
            "it's (1).pdf",
        ),
    ] {
        case(name, header, Some(expected));
    }
}

#[test]
fn a_broken_extended_name_gives_way_to_the_plain_one() {
    for broken in [
        "UTF-8''%E4",
        "''x",
        "ISO-8859-15''%A4",
        "UTF-8''",
        "\"UTF-8''x\"",
        "UTF-8''a b",
    ] {
        let header = format!("attachment; filename*={broken}; filename=plain.txt");
        case("fallback", &header, Some("plain.txt"));
    }
}

#[test]
fn raw_bytes_are_read_as_utf_8_and_else_as_latin_1() {
    assert_eq!(
        filename(b"attachment; filename=\"foo-\xe4.html\"").as_deref(),
        Some("foo-ä.html")
    );
    assert_eq!(
        filename(b"attachment; filename=foo-\xe4.html").as_deref(),
        Some("foo-ä.html")
    );
    assert_eq!(
        filename("attachment; filename=\"foo-ä.html\"".as_bytes()).as_deref(),
        Some("foo-ä.html")
    );
}

proptest! {
    #[test]
    fn a_name_quoted_by_the_rules_comes_back(name in "[^\u{0}-\u{1f}\u{7f}]{1,40}", before in "[a-z;=\" ]{0,9}") {
        let quote = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
        let header = format!("attachment; x={}; filename={}", quote(&before), quote(&name));
        prop_assert_eq!(filename(header.as_bytes()), Some(name));
    }

    #[test]
    fn an_encoded_name_comes_back_whatever_else_is_said(name in "[^\u{0}-\u{1f}\u{7f}-\u{9f}]{1,40}") {
        let encoded = percent_encoding::utf8_percent_encode(&name, percent_encoding::NON_ALPHANUMERIC);
        let header = format!("attachment; filename=\"other\"; filename*=utf-8'en'{encoded}");
        prop_assert_eq!(filename(header.as_bytes()), Some(name));
    }

    #[test]
    fn no_bytes_break_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_ne!(filename(&bytes), Some(String::new()));
    }
}
