//! 500 file names that some software somewhere stumbles over; all of them are allowed on some file system.

/// Characters and runs of characters that hurt.
const THORNS: &[&str] = &[
    "\"",
    "'",
    "\\",
    "<",
    ">",
    "&",
    "%",
    "%00",
    "%2e%2e%2f",
    "{}",
    "${x}",
    "`id`",
    "$(id)",
    ";",
    "|",
    "?",
    "*",
    ":",
    "#",
    "@",
    "+",
    "=",
    ",",
    "~",
    "!",
    "^",
    "[",
    "]",
    "\t",
    "\n",
    "\r",
    "\u{1b}[31m",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{ad}",
    "\u{200b}",
    "\u{200d}",
    "\u{202e}",
    "\u{2066}",
    "\u{feff}",
    "\u{fffd}",
    "é",
    "e\u{301}",
    "ﬁ",
    "ß",
    "İ",
    "ı",
    "日本語",
    "👩‍👩‍👧",
    "🇩🇪",
    "𝒳",
    "ا",
    "\u{1F600}",
    "\u{e000}",
    "..",
    "...",
    "--",
    "-rf",
    "' OR 1=1 --",
    "<script>",
    "null",
    "undefined",
    "NaN",
    "0x0",
    "1e999",
];
/// Whole names.
const WHOLE: &[&str] = &[
    "..x",
    "...",
    "-",
    "--help",
    "~",
    "$HOME",
    "CON",
    "con.txt",
    "NUL",
    "aux.c",
    "COM1",
    "LPT9.log",
    "desktop.ini",
    "Thumbs.db",
    ".DS_Store",
    ".htaccess",
    ".env",
    "index.php",
    "a.tar.gz",
    "noextension",
    ".hidden",
    "trailing.",
    "trailing ",
    " leading",
    "a  b",
    "file:etc",
    "https:example.com",
    "C:x",
    "\\\\host\\share",
    "a\\b\\c",
    "%s%s%n",
    "{\"json\":true}",
    "[1,2]",
    "true",
    "0",
];

/// The names, always the same.
pub(crate) fn hostile() -> Vec<String> {
    let mut names: Vec<String> = WHOLE.iter().map(|name| (*name).to_owned()).collect();
    for thorn in THORNS {
        names.push(format!("{thorn}start.bin"));
        names.push(format!("mid{thorn}dle.txt"));
        names.push(format!("end{thorn}"));
        names.push(format!("ext.{thorn}"));
        names.push(format!("{thorn}{thorn}twice{thorn}.zip"));
    }
    for length in [1, 100, 127, 128, 200, 250, 254, 255] {
        names.push("n".repeat(length));
        names.push("é".repeat(length / 2).chars().chain("x".chars()).take(127).collect());
        names.push(format!("{}.pdf", "l".repeat(length.saturating_sub(4).max(1))));
    }
    for (index, thorn) in THORNS.iter().cycle().enumerate() {
        if names.len() >= 500 {
            break;
        }
        let other = THORNS[(index * 7 + 3) % THORNS.len()];
        names.push(format!("{other}{index}{thorn}.dat"));
    }
    names
}

/// All of them when `LONGSHORE_ALL_NAMES` is set, else every 25th.
pub(crate) fn chosen() -> Vec<String> {
    let step = if std::env::var_os("LONGSHORE_ALL_NAMES").is_some() {
        1
    } else {
        25
    };
    hostile().into_iter().step_by(step).collect()
}

#[test]
fn there_are_500_hostile_names_that_a_file_may_have() {
    let names = hostile();
    assert_eq!(names.len(), 500);
    for name in &names {
        assert!(
            !name.is_empty() && !name.contains(['/', '\0']) && name.len() <= 255,
            "{name:?}"
        );
    }
}
