//! Tests that are not run under wine, each with its reason. Everything that is not here runs there and must pass.

/// A test, or all whose names contain this.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LeftOut {
    /// Which program of tests it stands in.
    suite: &'static str,
    /// A part of its name.
    pub(crate) name: &'static str,
    /// Why.
    pub(crate) why: &'static str,
}

#[rustfmt::skip]
const LEFT_OUT: &[LeftOut] = &[
    out("faults-tests", "power_cuts::", "calls are recorded by a preloaded library of Linux's"),
    out("faults-tests", "canaries::at_work::", "what others see of a process is read from /proc"),
    out("faults-tests", "full_disk::", "a small disk is mounted, which takes Linux"),
    out("faults-tests", "limiter::", "measures seconds, and wine's own work would be measured along"),
];

const fn out(suite: &'static str, name: &'static str, why: &'static str) -> LeftOut {
    LeftOut { suite, name, why }
}

/// Those of one program.
pub(crate) fn of(suite: &str) -> impl Iterator<Item = &'static LeftOut> {
    LEFT_OUT.iter().filter(move |test| test.suite == suite)
}

/// Whether the sources of that program hold a test, or a folder of tests, of this name.
#[cfg(test)]
pub(crate) fn exists(suite: &str, name: &str) -> bool {
    use std::fs;
    use std::path::Path;

    fn holds(folder: &Path, last: &str) -> bool {
        fs::read_dir(folder).into_iter().flatten().flatten().any(|entry| {
            let path = entry.path();
            if path.is_dir() {
                return path.ends_with(last) || holds(&path, last);
            }
            let is_rust = path.extension().is_some_and(|ending| ending == "rs");
            let text = || fs::read_to_string(&path).unwrap_or_default();
            is_rust && (path.file_stem().is_some_and(|stem| stem == last) || text().contains(&format!("fn {last}(")))
        })
    }

    let package = suite.split(' ').next().unwrap_or(suite);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = match package.strip_suffix("-tests") {
        Some(tests) => root.join("tests").join(tests),
        None => root.join("crates").join(package),
    };
    let last = name.trim_end_matches("::").rsplit("::").next().unwrap_or(name);
    holds(&folder, last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_exists() {
        for test in LEFT_OUT {
            assert!(exists(test.suite, test.name), "{}: {}", test.suite, test.name);
        }
        assert!(!exists("faults-tests", "no_such_test"));
    }
}
