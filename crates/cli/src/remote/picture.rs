//! `longshore remote thumbnail`: a file's small picture, kept as a file of its own.

use std::io::Write;

use app::boundary::{Failure, RemoteRef, ThumbnailState};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::arguments::Thumbnail;
use super::open;
use super::patience::patiently;
use crate::exit::{Exit, Outcome, system};
use crate::print;
use crate::terminal::Terminal;

pub(super) async fn obey(terminal: &Terminal, wanted: Thumbnail) -> Outcome {
    let (host, account) = open(terminal, &wanted.of).await?;
    let ask = RemoteRef {
        account: account.id,
        id: wanted.id.clone(),
    };
    let thumbnail = patiently(terminal, || host.commands().remote_thumbnail(ask.clone())).await?;
    match thumbnail.state {
        ThumbnailState::Picture => {}
        ThumbnailState::NotYet => {
            return Err(Failure::new(
                "not_yet",
                "The service is still making the picture. Ask again later.",
            ));
        }
        ThumbnailState::Never => return Err(Failure::new("no_picture", "The service has no picture of this file.")),
    }
    let bytes = STANDARD
        .decode(thumbnail.bytes.unwrap_or_default())
        .map_err(|_| Failure::new("bad_answer", "The picture could not be read."))?;
    let (size, path) = (bytes.len(), wanted.out.clone());
    tokio::task::spawn_blocking(move || std::fs::File::create_new(&path)?.write_all(&bytes))
        .await
        .map_err(|why| system(&why))?
        .map_err(|why| Failure::new("not_kept", format!("{} can't be made: {why}.", wanted.out.display())))?;
    let value = json!({
        "id": wanted.id,
        "account": account.name,
        "content_type": thumbnail.content_type,
        "size": size,
        "path": wanted.out,
    });
    print::either(
        terminal.json,
        &value,
        &format!("{}: {}", wanted.out.display(), print::size(size as u64)),
    );
    Ok(Exit::Done)
}
