//! Tells cargo that the migrations are part of the code.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
