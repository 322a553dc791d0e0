//! Names from the advisories of curl, wget, yt-dlp, rclone and their kind, each with what becomes of it.

use transfer::names::{LONGEST, collision_key, numbered, part_name, safe_name};

#[test]
fn known_attacks_end_as_harmless_names() {
    for (raw, expected) in [
        // Out of the folder.
        ("../../.bashrc", "bashrc"),
        ("..\\..\\x", "x"),
        ("a/../../etc/passwd", "passwd"),
        ("/etc/cron.d/job", "job"),
        ("....//....//x", "x"),
        ("..", "download"),
        ("../", "download"),
        ("/", "download"),
        (".", "download"),
        // Decoding is the caller's, once.
        ("%2e%2e%2f", "%2e%2e%2f"),
        ("..%2f..%2fx", "%2f..%2fx"),
        // Windows' other roots and streams.
        ("C:\\x", "x"),
        ("C:x", "C_x"),
        ("\\\\?\\C:\\x", "x"),
        ("\\\\?\\", "download"),
        ("\\\\host\\share", "share"),
        ("\\\\.\\PhysicalDrive0", "PhysicalDrive0"),
        ("film.mov::$DATA", "film.mov__$DATA"),
        ("file:///x?y", "x_y"),
        // Devices.
        ("CON", "_CON"),
        ("con.txt", "_con.txt"),
        ("CON.tar.gz", "_CON.tar.gz"),
        ("CON .txt", "_CON .txt"),
        ("COM¹", "_COM¹"),
        ("lpt9.", "_lpt9"),
        ("COM0", "_COM0"),
        ("conin$", "_conin$"),
        ("CONOUT$.log", "_CONOUT$.log"),
        ("nul:", "nul_"),
        ("N\u{202e}UL", "_NUL"),
        ("COM10", "COM10"),
        ("CONTRACT.pdf", "CONTRACT.pdf"),
        // Hidden files, and names that Windows reads as others.
        (".profile", "profile"),
        (". .bashrc", "bashrc"),
        ("...", "download"),
        ("   ", "download"),
        (" \u{a0}\u{3000} ", "download"),
        ("x. . .", "x"),
        ("x.txt ", "x.txt"),
        // What is not seen.
        ("x\0.txt", "x.txt"),
        ("\0", "download"),
        ("a\r\nb\tc\u{7f}\u{9b}", "abc"),
        ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
        ("\u{2066}a\u{2069}\u{200e}\u{200f}\u{61c}", "a"),
        ("\u{feff}a\u{2028}b\u{ffff}", "ab"),
        // Forbidden there, harmless here.
        ("a<b>c:d\"e?f*g|h", "a_b_c_d_e_f_g_h"),
        // One form of a letter.
        ("a\u{308}.txt", "ä.txt"),
        ("\u{1100}\u{1161}", "가"),
        // And what is no attack stays.
        ("Film – Teil 1 (2019).mov", "Film – Teil 1 (2019).mov"),
        ("日本語.zip", "日本語.zip"),
        ("👨\u{200d}👩\u{200d}👧.png", "👨\u{200d}👩\u{200d}👧.png"),
        ("-rf", "-rf"),
        ("", "download"),
    ] {
        assert_eq!(safe_name(raw), expected, "{raw:?}");
    }
}

#[test]
fn a_long_name_keeps_its_extension_and_no_character_is_cut() {
    for (raw, ending) in [
        (format!("{}.mov", "x".repeat(10_000)), "x.mov"),
        (format!("{}.tar.gz", "x".repeat(10_000)), "x.tar.gz"),
        (format!("{}.mov", "😀".repeat(100)), "😀.mov"),
        (format!("a{}.mov", "é".repeat(1_000)), "é.mov"),
        ("😀".repeat(1_000), "😀"),
        // Too long for an extension, or none at all.
        (format!("a.{}", "b".repeat(10_000)), "b"),
        (format!("{} no. 5 of many", "x".repeat(10_000)), "x"),
        (format!("{}.{}", "x".repeat(300), "é".repeat(16)), "é"),
    ] {
        let name = safe_name(&raw);
        assert!(
            name.len() <= LONGEST && name.len() > LONGEST - 4,
            "{} bytes",
            name.len()
        );
        assert!(name.ends_with(ending), "{name}");
    }
}

#[test]
fn cutting_a_long_name_makes_no_device_of_it() {
    let raw = format!("CON{}x.txt", " ".repeat(300));
    assert_eq!(safe_name(&raw), "_CON.txt");
    let raw = format!("nul{}x", ". ".repeat(300));
    assert_eq!(safe_name(&raw), "_nul");
}

#[test]
fn making_room_for_the_ending_of_a_partial_file_makes_no_device_of_its_name() {
    let name = safe_name(&format!("CON{}😀", " ".repeat(193)));
    assert!(name.starts_with("CON ") && name.ends_with('😀'), "{name}");
    assert_eq!(part_name(&name), "_CON.part");
}

#[test]
fn a_number_stands_before_the_extension() {
    for (name, expected) in [
        ("film.mov", "film (2).mov"),
        ("backup.tar.gz", "backup (2).tar.gz"),
        ("backup.TAR.zst", "backup (2).TAR.zst"),
        ("tar.gz", "tar (2).gz"),
        ("README", "README (2)"),
        ("v1.2 of all", "v1.2 of all (2)"),
        ("a.b.c", "a.b (2).c"),
        ("film (2).mov", "film (2) (2).mov"),
    ] {
        assert_eq!(numbered(name, 2), expected);
    }
    let longest = safe_name(&format!("{}.mov", "x".repeat(300)));
    assert_eq!(longest.len(), LONGEST);
    let numbered = numbered(&longest, 4_000_000_000);
    assert_eq!(numbered.len(), LONGEST);
    assert!(numbered.ends_with("x (4000000000).mov"));
}

#[test]
fn a_partial_file_shows_what_it_will_be() {
    assert_eq!(part_name("film.mov"), "film.mov.part");
    assert_eq!(part_name("README"), "README.part");
    let longest = safe_name(&format!("{}.mov", "x".repeat(300)));
    assert!(part_name(&longest).ends_with("x.mov.part"));
    assert_eq!(part_name(&longest).len(), LONGEST);
}

#[test]
fn names_that_collide_somewhere_share_a_key() {
    for (one, other) in [
        ("FILM.MOV", "film.mov"),
        ("Ä.txt", "a\u{308}.txt"),
        ("STRASSE", "straße"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("\u{212a}", "k"),
    ] {
        assert_eq!(collision_key(one), collision_key(other), "{one} {other}");
    }
    assert_ne!(collision_key("a"), collision_key("ä"));
    assert_ne!(collision_key("film.mov"), collision_key("film (2).mov"));
}
