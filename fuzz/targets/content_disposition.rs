//! Any bytes as a `Content-Disposition` header: the name in it, if any, can be made safe, and survives being quoted.
#![no_main]

use libfuzzer_sys::fuzz_target;
use providers::hostile::filename;
use transfer::names::safe_name;

fuzz_target!(|header: &[u8]| {
    let Some(name) = filename(header) else { return };
    assert!(!name.is_empty());
    assert!(!safe_name(&name).contains(['/', '\\']));
    let quoted = name.replace('\\', "\\\\").replace('"', "\\\"");
    assert_eq!(
        filename(format!("attachment; filename=\"{quoted}\"").as_bytes()),
        Some(name)
    );
});
