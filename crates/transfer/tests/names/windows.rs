//! The rules of Windows for one component of a path, written down apart from the code that is measured by them.

/// Every device name there is, each spelled out.
const DEVICES: &[&str] = &[
    "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "COM0", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7",
    "COM8", "COM9", "COM¹", "COM²", "COM³", "LPT0", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8",
    "LPT9", "LPT¹", "LPT²", "LPT³",
];

/// Why Windows would not create a file of this name, or would create another one.
pub(crate) fn complaint(name: &str) -> Option<String> {
    if name.is_empty() || name == "." || name == ".." {
        return Some("it is no name".into());
    }
    if let Some(c) = name.chars().find(|c| r#"<>:"/\|?*"#.contains(*c) || u32::from(*c) < 32) {
        return Some(format!("it contains {c:?}"));
    }
    if name.ends_with(' ') || name.ends_with('.') {
        return Some("its end would be taken off".into());
    }
    if name.encode_utf16().count() > 255 {
        return Some("it is longer than 255 units".into());
    }
    let before_dot = &name[..name.find('.').unwrap_or(name.len())];
    let device = before_dot.trim_end_matches(' ').to_uppercase();
    DEVICES
        .contains(&device.as_str())
        .then(|| format!("it opens the device {device}"))
}

#[test]
fn the_rules_find_what_they_forbid() {
    for bad in [
        "",
        "..",
        "a/b",
        "a:b",
        "a ",
        "a.",
        "con",
        "Com¹.txt",
        "NUL .tar.gz",
        "conout$",
        "a\u{1}",
    ] {
        assert!(complaint(bad).is_some(), "{bad:?}");
    }
    assert!(complaint(&"é".repeat(256)).is_some());
    for good in ["a", ".a", "CONSOLE", "COM10", "a con", "COM.txt", "LPT⁴.txt"] {
        assert_eq!(complaint(good), None, "{good:?}");
    }
}
