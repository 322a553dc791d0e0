//! Any text as a file's name: what comes out is one harmless component, and so is all that is made of it.
#![no_main]

use std::path::{Component, Path};

use libfuzzer_sys::fuzz_target;
use transfer::names::{LONGEST, collision_key, numbered, part_name, safe_name};

fuzz_target!(|input: (u32, &str)| {
    let (n, raw) = input;
    let name = safe_name(raw);
    for name in [numbered(&name, n), part_name(&name), name] {
        let parts: Vec<_> = Path::new(&name).components().collect();
        assert!(
            matches!(parts[..], [Component::Normal(part)] if part == &name[..]),
            "{name:?}"
        );
        assert!(name.len() <= LONGEST && !name.starts_with('.'), "{name:?}");
        assert!(!name.ends_with(['.', ' ']), "{name:?}");
        let forbidden = |c: char| c.is_control() || "<>:\"/\\|?*\u{202e}\u{2066}".contains(c);
        assert!(!name.contains(forbidden), "{name:?}");
        let stem = name
            .split('.')
            .next()
            .unwrap_or_default()
            .trim_end()
            .to_ascii_uppercase();
        assert!(
            !["CON", "PRN", "AUX", "NUL", "COM1", "LPT¹", "CONIN$"].contains(&&stem[..]),
            "{name:?}"
        );
        assert_eq!(safe_name(&name), name);
        let key = collision_key(&name);
        assert_eq!(collision_key(&name.to_ascii_uppercase()), key);
        assert_eq!(collision_key(&key), key);
    }
});
