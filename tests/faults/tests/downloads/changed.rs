//! A file that becomes another one while it is fetched: whatever tells of it, old and new bytes never meet in one file.

use sandbox::{Content, Fault, FaultRule, FileSpec, Route, Shown, Validators};
use sha2::{Digest, Sha256};

use super::{folder, names, world};

const NAME: &str = "f.bin";
const SIZE: u64 = 16 * 1024 * 1024;
const SEED: u64 = 5;

#[tokio::test(flavor = "multi_thread")]
async fn old_and_new_bytes_never_meet_in_one_file() {
    for shows in [Shown::All, Shown::Etag, Shown::Modified, Shown::Size] {
        for after in [1, 2, 3] {
            let world = world().await;
            let link = world.sandbox.add_file(FileSpec {
                name: NAME.into(),
                size: SIZE,
                seed: SEED,
                validators: if shows == Shown::Modified {
                    Validators::Modified
                } else {
                    Validators::Strong
                },
                bytes_per_s: Some(8 * 1024 * 1024),
                ..FileSpec::default()
            });
            // From that request on every answer is of the new version.
            world.sandbox.add_fault(
                FaultRule::from(Fault::Changed { shows, at: None })
                    .on(Route::File)
                    .after(after),
            );
            folder(&world);
            world.run(&["download", &link, "--dir", "out", "--detach"]).await;
            world.run(&["run", "--until-idle"]).await;
            if !names(&world).contains(&NAME.to_owned()) {
                // It said that the file keeps changing; nothing false stands there, and another try gets the new version.
                world.must(&["retry", "--all"]).await;
                world.must(&["run", "--until-idle"]).await;
            }
            let bytes = std::fs::read(folder(&world).join(NAME)).unwrap();
            let old = Content::new(SEED);
            let new = old.changed();
            let of = |content: &Content| content.sha256(bytes.len() as u64);
            let found: String = Sha256::digest(&bytes)
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            assert!(
                found == of(&old) || found == of(&new),
                "{shows:?} after {after}: a mixed file of {} bytes",
                bytes.len()
            );
        }
    }
}
