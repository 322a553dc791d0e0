//! `longshore demo`: a real upload of files of several sizes through a sandbox, compared byte for byte.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use app::boundary::{AddAccount, Commands, EnqueuePaths, Failure, ListTransfers, Secret, TransferRef, TransferRow};
use app::secrets::Prompt;
use app::{Home, Purpose};
use futures_util::FutureExt;
use jiff::Timestamp;
use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};
use sandbox::{AssetState, Options, Sandbox, Settings};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::exit::{Exit, Outcome, system};
use crate::follow::{Until, follow};
use crate::print;
use crate::terminal::Terminal;

/// Small enough that the larger files have several parts.
const PART: u64 = 8 * 1024 * 1024;
/// One byte, less than a part, exactly one, just over one, and many.
const FILES: [(&str, u64); 5] = [
    ("one-byte.bin", 1),
    ("letter.bin", 300_000),
    ("one-part.bin", PART),
    ("two-parts.bin", PART + 1),
    ("film.bin", 100_000_000),
];
const BLOCK: usize = 1024 * 1024;

/// One file, before and after.
struct Compared {
    row: TransferRow,
    /// Bytes a second, from the opened session to the proof.
    speed: Option<u64>,
    source: String,
    stored: Option<String>,
}

impl Compared {
    fn is_same(&self) -> bool {
        self.stored.as_ref() == Some(&self.source)
    }
}

/// Runs it in a folder that is thrown away.
pub(crate) async fn obey(terminal: &Terminal) -> Outcome {
    let folder = tempfile::tempdir().map_err(|why| system(&why))?;
    let settings = Settings {
        chunk_size: PART,
        ..Settings::default()
    };
    let options = Options {
        settings,
        ..Options::default()
    };
    let world = Sandbox::start(options)
        .await
        .map_err(|why| Failure::new("sandbox", format!("The sandbox could not start: {why}.")))?;
    let files = folder.path().join("files");
    let sources = tokio::task::spawn_blocking(move || make(&files))
        .await
        .map_err(|why| system(&why))??;
    if !terminal.json {
        print::hint("Uploading files through an emulated service into a real S3 server on this machine.");
    }
    let home = Home::at(&folder.path().join("home"))?;
    let host = terminal.open_at(home, Purpose::Work, Some(any_passphrase())).await?;
    let service = world.description().providers.remove("fileflare");
    let service = service.ok_or_else(|| Failure::new("sandbox", "The sandbox has no service to send to."))?;
    let add = AddAccount {
        provider: "fileflare".to_owned(),
        name: "demo".to_owned(),
        base_url: Some(service.base_url),
        allow_http: false,
        fields: service
            .secret
            .into_iter()
            .map(|(key, value)| (key, Secret::new(value)))
            .collect(),
    };
    host.commands().add_account(add).await?;
    let ask = EnqueuePaths {
        paths: sources.iter().map(|(path, _)| path.clone().into_os_string()).collect(),
        to: "demo".to_owned(),
        options: Default::default(),
        limit: None,
    };
    let enqueued = host.commands().enqueue_paths(ask).await?;
    let exit = follow(terminal, &host, Until::Over(enqueued.transfers)).await?;
    let assets = world.assets().await.map_err(|why| system(&why))?;
    let compared = compare(host.commands(), &sources, &assets).await?;
    terminal.leave().await;
    world.stop().await;
    tell(terminal, &compared);
    let same = compared.len() == FILES.len() && compared.iter().all(Compared::is_same);
    Ok(if same { exit } else { Exit::Failed })
}

/// Nobody will ever open this vault again.
fn any_passphrase() -> Arc<Prompt> {
    Arc::new(|_| {
        let mut bytes = [0; 32];
        rand::rng().fill_bytes(&mut bytes);
        std::future::ready(Some(hex::encode(bytes).into())).boxed()
    })
}

/// Files full of chance, with their hashes.
fn make(folder: &Path) -> Result<Vec<(PathBuf, String)>, Failure> {
    std::fs::create_dir_all(folder).map_err(|why| system(&why))?;
    FILES
        .iter()
        .map(|(name, size)| make_one(folder.join(name), *size).map_err(|why| system(&why)))
        .collect()
}

fn make_one(path: PathBuf, size: u64) -> std::io::Result<(PathBuf, String)> {
    let mut chance = StdRng::seed_from_u64(size);
    let mut file = File::create(&path)?;
    let mut hash = Sha256::new();
    let mut block = vec![0; BLOCK];
    let mut left = size;
    while left > 0 {
        let now = usize::try_from(left).unwrap_or(BLOCK).min(BLOCK);
        chance.fill_bytes(&mut block[..now]);
        hash.update(&block[..now]);
        file.write_all(&block[..now])?;
        left -= now as u64;
    }
    Ok((path, hex::encode(hash.finalize())))
}

async fn compare(
    commands: &dyn Commands,
    sources: &[(PathBuf, String)],
    assets: &[AssetState],
) -> Result<Vec<Compared>, Failure> {
    let mut compared = Vec::new();
    for row in commands.list_transfers(ListTransfers::default()).await? {
        let source = sources.iter().find(|(path, _)| path.to_string_lossy() == row.path);
        let Some((_, source)) = source else { continue };
        let details = commands.transfer_details(TransferRef { id: row.id }).await?;
        let at = |event: &str| {
            details
                .journal
                .iter()
                .find(|entry| entry.event == event)
                .map(|entry| entry.at.clone())
        };
        let stored = assets
            .iter()
            .find(|asset| Some(&asset.id) == row.remote_id.as_ref() && asset.confirmed);
        compared.push(Compared {
            speed: speed(row.size, at("opened"), row.finished_at.clone()),
            source: source.clone(),
            stored: stored.and_then(|asset| asset.sha256.clone()),
            row,
        });
    }
    compared.sort_by_key(|one| one.row.size);
    Ok(compared)
}

fn speed(size: Option<u64>, from: Option<String>, to: Option<String>) -> Option<u64> {
    let parse = |text: Option<String>| text?.parse::<Timestamp>().ok();
    let took = parse(to)?.duration_since(parse(from)?).as_millis();
    size?.saturating_mul(1000).checked_div(u64::try_from(took).ok()?)
}

fn tell(terminal: &Terminal, compared: &[Compared]) {
    if terminal.json {
        for one in compared {
            let mut value = print::transfer(&one.row);
            value["sha256_source"] = json!(one.source);
            value["sha256_stored"] = json!(one.stored);
            value["same"] = json!(one.is_same());
            value["mean_speed"] = json!(one.speed);
            print::object(&value);
        }
        return;
    }
    let cells: Vec<_> = compared
        .iter()
        .map(|one| {
            vec![
                print::plain(&one.row.name),
                one.row.size.unwrap_or(0).to_string(),
                one.row.parts_total.to_string(),
                one.speed.map(|speed| print::size(speed) + "/s").unwrap_or_default(),
                one.row
                    .proof
                    .map(|proof| json!(proof).as_str().unwrap_or_default().to_owned())
                    .unwrap_or_default(),
                if one.is_same() { "same" } else { "DIFFERENT" }.to_owned(),
                one.stored.clone().unwrap_or_else(|| "not there".to_owned()),
            ]
        })
        .collect();
    print::line("");
    let head = [
        "FILE",
        "BYTES",
        "PARTS",
        "SPEED",
        "PROOF",
        "READ BACK",
        "SHA-256 IN THE STORAGE",
    ];
    for line in print::table(&head, &cells) {
        print::line(&line);
    }
}
