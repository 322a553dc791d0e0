//! Files for an account: found, checked, queued.

use std::path::PathBuf;

use engine::NewUpload;
use transfer::BatchId;
use uuid::Uuid;

use super::Obey;
use super::queued::queued;
use crate::boundary::{EnqueuePaths, Enqueued, Failure};
use crate::failure::crossed;
use crate::walk::{Walked, walk};

impl Obey {
    pub(super) async fn enqueue(&self, ask: EnqueuePaths) -> Result<Enqueued, Failure> {
        let account = self.0.accounts.find(&ask.to)?;
        self.0.accounts.check_options(&account, &ask.options)?;
        if ask.limit == Some(0) {
            return Err(Failure::new("bad_limit", "A limit is at least 1 byte a second."));
        }
        let paths: Vec<PathBuf> = ask.paths.into_iter().map(PathBuf::from).collect();
        if let Some(relative) = paths.iter().find(|path| !path.is_absolute()) {
            return Err(Failure::new(
                "relative_path",
                format!("{} does not say where it begins.", relative.display()),
            ));
        }
        let walked = tokio::task::spawn_blocking(move || walk(&paths))
            .await
            .map_err(|_| Failure::new("stopped", "Longshore is ending; nothing was queued."))??;
        let engine = self.0.engine_or_locked()?;
        let batch = BatchId(Uuid::now_v7());
        let Walked { files, skipped, .. } = walked;
        let before = queued(&engine);
        let files = files
            .into_iter()
            .map(|file| NewUpload {
                account: account.id,
                path: platform::path_to_bytes(&file.path),
                name: file.name,
                size: Some(file.size),
                version: None,
                options: ask.options.clone(),
                limit: ask.limit,
                batch,
            })
            .collect();
        let transfers = engine.enqueue(files).await.map_err(crossed)?;
        Ok(before.answer(batch, &transfers, skipped))
    }
}
