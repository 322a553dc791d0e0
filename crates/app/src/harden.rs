//! Closes this process to others: new files are private, and memory goes into no dump.

/// To be called first of all, before files are made and threads run.
pub fn harden() {
    platform::modes::private_umask();
    // A system that can't keeps dumps as it always did; that is no reason not to start.
    let _ = platform::process::no_core_dumps();
}
