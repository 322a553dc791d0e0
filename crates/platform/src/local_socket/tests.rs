//! Two sides of a socket in one process, on real folders.

use super::*;
use std::path::PathBuf;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Sends a word each way, and returns what both sides heard.
async fn talk(listener: &Listener, path: &Path) -> (Vec<u8>, Vec<u8>) {
    let server = async {
        let mut stream = listener.accept().await.unwrap();
        let mut heard = [0; 4];
        stream.read_exact(&mut heard).await.unwrap();
        stream.write_all(b"pong").await.unwrap();
        stream.shutdown().await.unwrap();
        heard.to_vec()
    };
    let client = async {
        let mut stream = Stream::connect(path).await.unwrap();
        stream.write_all(b"ping").await.unwrap();
        let mut heard = Vec::new();
        stream.read_to_end(&mut heard).await.unwrap();
        heard
    };
    tokio::join!(server, client)
}

fn both() -> (Vec<u8>, Vec<u8>) {
    (b"ping".to_vec(), b"pong".to_vec())
}

#[tokio::test]
async fn both_sides_hear_each_other() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("run").join("engine.sock");
    let listener = Listener::bind(&path).unwrap();
    for _ in 0..3 {
        assert_eq!(talk(&listener, &path).await, both());
    }
}

#[tokio::test]
async fn a_path_of_three_hundred_bytes_works_like_a_short_one() {
    let home = tempfile::tempdir().unwrap();
    let folder: PathBuf = home.path().join("x".repeat(140)).join("y".repeat(140));
    let path = folder.join("engine.sock");
    let listener = Listener::bind(&path).unwrap();
    assert_eq!(talk(&listener, &path).await, both());
    #[cfg(unix)]
    assert!(path.exists());
    drop(listener);
    Listener::bind(&path).unwrap();
}

#[tokio::test]
async fn nobody_there_is_said_at_once() {
    let home = tempfile::tempdir().unwrap();
    let error = Stream::connect(&home.path().join("engine.sock")).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::NotFound);
}

#[tokio::test]
async fn a_second_listener_is_refused_while_the_first_lives() {
    let home = tempfile::tempdir().unwrap();
    for path in [
        home.path().join("engine.sock"),
        home.path().join("x".repeat(200)).join("engine.sock"),
    ] {
        let first = Listener::bind(&path).unwrap();
        assert_eq!(Listener::bind(&path).unwrap_err().kind(), io::ErrorKind::AddrInUse);
        drop(first);
        let second = Listener::bind(&path).unwrap();
        assert_eq!(talk(&second, &path).await, both());
    }
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    fn mode(path: &Path) -> u32 {
        fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[tokio::test]
    async fn socket_and_folder_are_for_their_owner_alone() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("run").join("engine.sock");
        let _listener = Listener::bind(&path).unwrap();
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    }

    #[tokio::test]
    async fn a_socket_that_a_dead_process_left_is_taken_away() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("engine.sock");
        // The standard library leaves the socket file when the listener goes, as a kill does.
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        assert!(path.exists());
        let listener = Listener::bind(&path).unwrap();
        assert_eq!(talk(&listener, &path).await, both());
    }

    #[tokio::test]
    async fn a_file_of_the_same_name_is_left_alone() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("engine.sock");
        fs::write(&path, b"mine").unwrap();
        assert_eq!(Listener::bind(&path).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"mine");
    }

    #[tokio::test]
    async fn a_dropped_listener_takes_its_own_socket_away_and_no_other() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("engine.sock");
        let first = Listener::bind(&path).unwrap();
        fs::remove_file(&path).unwrap();
        let second = Listener::bind(&path).unwrap();
        drop(first);
        assert!(path.exists());
        drop(second);
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn no_detour_stays_behind() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("z".repeat(200)).join("engine.sock");
        let short = short_path::ShortPath::to(&path).unwrap();
        let detour = short.path().ancestors().nth(2).unwrap().to_owned();
        assert!(detour.exists());
        drop(short);
        assert!(!detour.exists());
    }
}
