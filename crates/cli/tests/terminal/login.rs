//! Starting at login, as a person sets it in a terminal and as the system's own folder shows it: on Linux, where a test can
//! have a folder of its own.

use std::fs;
use std::path::PathBuf;

use serde_json::json;

use crate::world::{Said, World, said};

/// Elsewhere it would be the person's own list.
fn is_linux() -> bool {
    std::env::consts::OS == "linux"
}

/// A home whose window lies under a path that needs quotes.
struct Login {
    world: World,
    window: PathBuf,
}

impl Login {
    async fn new() -> Self {
        let world = World::new().await;
        let window = world.file("my $programs/100 %/longshore-window", 10);
        Self { world, window }
    }

    async fn run(&self, arguments: &[&str]) -> Said {
        let mut command = self.world.command(arguments);
        command
            .env("XDG_CONFIG_HOME", self.world.folder().join("config"))
            .env("LONGSHORE_WINDOW", &self.window);
        said(command.spawn().unwrap()).await
    }

    async fn state(&self) -> String {
        let said = self.run(&["settings", "get", "start_at_login"]).await;
        assert_eq!(said.code, Some(0), "{said:?}");
        said.last()["start_at_login"].as_str().unwrap().to_owned()
    }

    fn entries(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.world.folder().join("config/autostart"));
        entries.map_or_else(|_| Vec::new(), |all| all.map(|entry| entry.unwrap().path()).collect())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_off_until_it_is_switched_on_and_leaves_nothing_when_it_is_off_again() {
    if !is_linux() {
        return;
    }
    let login = Login::new().await;
    let all = login.run(&["settings", "get"]).await;
    assert_eq!(all.last()["start_at_login"], "off", "{all:?}");
    assert!(login.entries().is_empty(), "looking writes nothing");

    let on = login.run(&["settings", "set", "start_at_login", "on"]).await;
    assert_eq!(
        (on.code, on.last()),
        (Some(0), &json!({ "start_at_login": "on" })),
        "{on:?}"
    );
    let [entry] = login.entries().try_into().unwrap();
    let text = fs::read_to_string(&entry).unwrap();
    let folder = login.world.folder().display().to_string();
    let line =
        format!(r#"Exec="{folder}/my \\$programs/100 %%/longshore-window" "--hidden" "--home=file://{folder}/home""#);
    assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    assert_eq!(login.state().await, "on");

    // The state is the system's: what is removed there is off here.
    fs::remove_file(&entry).unwrap();
    assert_eq!(login.state().await, "off");
    login.run(&["settings", "set", "start_at_login", "on"]).await;
    let off = login.run(&["settings", "set", "start_at_login", "off"]).await;
    assert_eq!(off.last(), &json!({ "start_at_login": "off" }), "{off:?}");
    assert!(login.entries().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_ours_is_left_alone_and_what_the_desktop_switched_off_is_not_on() {
    if !is_linux() {
        return;
    }
    let login = Login::new().await;
    login.run(&["settings", "set", "start_at_login", "on"]).await;
    let [entry] = login.entries().try_into().unwrap();
    let ours = fs::read_to_string(&entry).unwrap();

    fs::write(&entry, ours.clone() + "X-GNOME-Autostart-enabled=false\n").unwrap();
    assert_eq!(login.state().await, "switched_off");
    fs::write(&entry, ours.replace("my \\\\$programs", "older")).unwrap();
    assert_eq!(login.state().await, "other");

    for foreign in [
        "[Desktop Entry]\nType=Application\nName=Longshore\nExec=/usr/bin/true\n",
        "",
    ] {
        fs::write(&entry, foreign).unwrap();
        assert_eq!(login.state().await, "foreign");
        for wish in ["on", "off"] {
            let said = login.run(&["settings", "set", "start_at_login", wish]).await;
            assert_ne!(said.code, Some(0), "{said:?}");
            assert!(
                said.err.contains("login_foreign") && said.err.contains("config/autostart"),
                "{said:?}"
            );
            assert_eq!(fs::read_to_string(&entry).unwrap(), foreign);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_system_refuses_is_said_and_nothing_changes() {
    if !is_linux() {
        return;
    }
    let login = Login::new().await;
    // A file where the folder would have to be.
    login.world.file("config", 1);
    let said = login.run(&["settings", "set", "start_at_login", "on"]).await;
    assert_ne!(said.code, Some(0));
    assert!(said.err.contains("login_refused"), "{said:?}");
    assert_eq!(login.state().await, "unavailable");
    let neither = login.run(&["settings", "set", "start_at_login", "perhaps"]).await;
    assert!(neither.err.contains("bad_setting"), "{neither:?}");

    fs::remove_file(&login.window).unwrap();
    let gone = login.run(&["settings", "set", "start_at_login", "on"]).await;
    assert!(
        gone.err.contains("no_window") && gone.err.contains("longshore run"),
        "{gone:?}"
    );
}
