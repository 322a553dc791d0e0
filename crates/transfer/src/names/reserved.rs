//! Names that Windows keeps for devices, in every folder and with any extension.

/// `name`, with a `_` before it when Windows would open a device under it.
pub(super) fn escaped(name: String) -> String {
    if is_device(&name) { format!("_{name}") } else { name }
}

fn is_device(name: &str) -> bool {
    // Windows looks at what stands before the first dot, and takes spaces off its end.
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let stem = stem.to_ascii_uppercase();
    if matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$") {
        return true;
    }
    let Some(port) = stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT")) else {
        return false;
    };
    let mut rest = port.chars();
    // Superscript digits count as digits there.
    let digit = rest.next().is_some_and(|c| matches!(c, '0'..='9' | '¹' | '²' | '³'));
    digit && rest.next().is_none()
}
