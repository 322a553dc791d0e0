fn main() {
    let d = std::env::args().nth(1).unwrap();
    std::fs::create_dir_all(&d).unwrap();
    for (n, t) in app::boundary::typescript() {
        std::fs::write(format!("{d}/{n}"), t).unwrap();
    }
}
