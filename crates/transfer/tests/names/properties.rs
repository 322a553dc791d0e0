//! What holds for every name. `LONGSHORE_NAMES` says how many are tried of each sort.

use std::fs;
use std::path::{Component, Path};

use proptest::prelude::*;
use proptest::sample::select;
use transfer::names::{LONGEST, collision_key, numbered, part_name, safe_name};
use unicode_normalization::is_nfc;

use crate::windows;

fn cases() -> u32 {
    std::env::var("LONGSHORE_NAMES").map_or(500, |number| number.parse().unwrap())
}

/// Names as an attacker would put them together.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        select(vec![
            "..",
            ".",
            "/",
            "\\",
            ":",
            " ",
            "CON",
            "nul",
            "COM1",
            "LPT¹",
            "CONIN$",
            ".tar",
            ".gz",
            ".",
            "<",
            "|",
            "?",
            "*",
            "\"",
            "\0",
            "\u{7f}",
            "\u{85}",
            "\u{202e}",
            "\u{2066}",
            "\u{200f}",
            "\u{feff}",
            "\u{fffe}",
            "\u{308}",
            "a",
            "ä",
            "가",
            "\u{1100}",
            "\u{1161}",
            "👨\u{200d}👩",
            "\u{338}",
            "\u{a0}",
            "\u{3000}",
            "%2e%2e%2f",
            "ﬁ",
            "İ",
            "\u{345}",
        ])
        .prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
        (select(vec!["a", " ", ".", "é", "€", "😀", "\u{308}"]), 1_usize..260)
            .prop_map(|(piece, times)| piece.repeat(times)),
    ];
    prop_oneof![
        4 => prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat()),
        1 => any::<String>(),
    ]
}

/// Why `name` is not one harmless component.
fn complaint(name: &str) -> Option<String> {
    if name.len() > LONGEST {
        return Some(format!("it has {} bytes", name.len()));
    }
    if !is_nfc(name) {
        return Some("it is not composed".into());
    }
    if name.starts_with('.') {
        return Some("it is hidden".into());
    }
    let parts: Vec<_> = Path::new(name).components().collect();
    if !matches!(parts[..], [Component::Normal(part)] if part == name) {
        return Some(format!("it is {parts:?}"));
    }
    let root = Path::new("/downloads");
    if root.join(name).parent() != Some(root) {
        return Some("it leaves its folder".into());
    }
    windows::complaint(name)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn a_safe_name_is_one_component_on_every_system_and_stays_as_it_is(raw in hostile()) {
        let name = safe_name(&raw);
        prop_assert_eq!(complaint(&name), None, "{:?}", name);
        prop_assert_eq!(safe_name(&name), name);
    }

    #[test]
    fn what_is_made_of_a_safe_name_is_as_safe(raw in hostile(), n in any::<u32>()) {
        let name = safe_name(&raw);
        for made in [numbered(&name, n), part_name(&name), part_name(&numbered(&name, n))] {
            prop_assert_eq!(complaint(&made), None, "{:?}", made);
            prop_assert_eq!(safe_name(&made), made);
        }
        prop_assert!(part_name(&name).ends_with(".part"));
        prop_assert_ne!(numbered(&name, n), numbered(&name, n.wrapping_add(1)));
    }

    #[test]
    fn names_that_a_system_takes_for_the_same_have_one_key(raw in hostile()) {
        use unicode_normalization::UnicodeNormalization;
        let key = collision_key(&raw);
        prop_assert_eq!(collision_key(&raw.nfd().collect::<String>()), &key[..]);
        prop_assert_eq!(collision_key(&raw.nfc().collect::<String>()), &key[..]);
        prop_assert_eq!(collision_key(&key), &key[..]);
        let ascii = raw.to_ascii_uppercase();
        prop_assert_eq!(collision_key(&ascii), &key[..]);
    }
}

proptest! {
    // These go to the disk.
    #![proptest_config(ProptestConfig { cases: (cases() / 20).max(50), ..ProptestConfig::default() })]

    #[test]
    fn a_safe_name_can_be_created_here_and_is_the_name_that_is_found(raw in hostile()) {
        let folder = tempfile::tempdir().unwrap();
        let name = safe_name(&raw);
        for name in [part_name(&name), numbered(&name, 2), name] {
            fs::File::create_new(folder.path().join(&name)).unwrap();
            fs::rename(folder.path().join(&name), folder.path().join("found")).unwrap();
            let found: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
            prop_assert_eq!(found, vec!["found"]);
            fs::remove_file(folder.path().join("found")).unwrap();
        }
    }
}
