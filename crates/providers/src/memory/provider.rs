//! The in-memory service as a provider.

use std::collections::BTreeMap;

use async_trait::async_trait;
use futures_util::StreamExt;
use md5::{Digest, Md5};
use secrecy::ExposeSecret;
use transfer::account::AccountInfo;
use transfer::download::Download;
use transfer::error::Result;
use transfer::library::Library;
use transfer::parts::{self, Receipt, UploadSession};
use transfer::provider::{
    FileFacts, Finished, PartAnswer, PartBody, Provider, Reopen, Settlement, SignedPart, Tools, Upload, UploadRules,
};
use transfer::transfer::Remote;
use transfer::{Failure, Kind, PartPlan, SecretString};

use super::world::{Fault, Shown, Step, Tagging};
use super::{KEY, World};
use crate::http::{source_failure, wrong_length};

const VERSION: u32 = 1;

pub(super) struct Memory {
    pub(super) world: World,
    pub(super) token: SecretString,
    pub(super) tools: Tools,
}

impl Memory {
    /// The start of every call to the service: whether it is there, whether it knows us, what goes wrong.
    pub(super) async fn call(&self, step: Step) -> Result<Fault> {
        self.tools.budget.take().await?;
        let mut state = self.world.state();
        reachable(state.settings.offline)?;
        if self.token.expose_secret() != state.settings.token {
            return Err(Failure::new(
                Kind::Unauthorized,
                "unauthorized",
                "The service does not accept the token.",
            )
            .action("Enter the account's token again."));
        }
        match state.take_fault(step) {
            Fault::Fails(failure) => Err(failure),
            Fault::Dropped => Err(lost()),
            fault => Ok(fault),
        }
    }
}

fn reachable(offline: bool) -> Result<()> {
    if offline {
        return Err(Failure::new(
            Kind::Offline,
            "no_route",
            "There is no way to the service.",
        ));
    }
    Ok(())
}

pub(super) fn lost() -> Failure {
    Failure::new(
        Kind::Unavailable,
        "connection_lost",
        "The connection to the service broke.",
    )
    .maybe_done(true)
}

pub(super) fn answered<T>(fault: &Fault, answer: T) -> Result<T> {
    if *fault == Fault::Lost { Err(lost()) } else { Ok(answer) }
}

fn id_of(session: &UploadSession) -> Result<u64> {
    let readable = session.provider == KEY && session.version == VERSION;
    readable
        .then(|| session.body.expose_secret().parse().ok())
        .flatten()
        .ok_or_else(|| Failure::new(Kind::Bug, "session_unreadable", "The stored upload can't be read."))
}

fn remote(id: u64) -> Remote {
    Remote {
        id: id.to_string(),
        url: None,
    }
}

#[async_trait]
impl Provider for Memory {
    async fn check_account(&self) -> Result<AccountInfo> {
        let fault = self.call(Step::CheckAccount).await?;
        let info = AccountInfo {
            who: Some("memory".into()),
            quota: self.world.state().settings.quota,
            ..AccountInfo::default()
        };
        answered(&fault, info)
    }

    fn upload(&self) -> Option<&dyn Upload> {
        Some(self)
    }

    fn download(&self) -> Option<&dyn Download> {
        Some(self)
    }

    fn library(&self) -> Option<&dyn Library> {
        Some(self)
    }
}

#[async_trait]
impl Upload for Memory {
    fn rules(&self) -> UploadRules {
        UploadRules {
            parts_at_once: 4,
            most_parts_at_once: 16,
            reopen: Reopen::Again,
            links_renewed: false,
            part_makes_file: false,
        }
    }

    async fn limits(&self, file: &FileFacts) -> Result<()> {
        if file.size == 0 && !self.world.state().settings.takes_empty {
            return Err(Failure::new(
                Kind::Refused,
                "empty_file",
                "The service takes no empty files.",
            ));
        }
        Ok(())
    }

    async fn open(&self, file: &FileFacts) -> Result<UploadSession> {
        let fault = self.call(Step::Open).await?;
        let mut state = self.world.state();
        let plan = parts::cut(file.size, state.settings.part_size);
        parts::check(&plan, file.size)?;
        let id = state.open(&file.name, file.size, plan.clone())?;
        answered(
            &fault,
            UploadSession {
                provider: KEY.into(),
                version: VERSION,
                remote_id: Some(id.to_string()),
                parts: plan,
                expires_at: None,
                body: SecretString::from(id.to_string()),
            },
        )
    }

    async fn sign(&self, session: &UploadSession, parts: &[PartPlan]) -> Result<Vec<SignedPart>> {
        let id = id_of(session)?;
        Ok(parts
            .iter()
            .map(|part| SignedPart {
                plan: *part,
                url: SecretString::from(format!("memory:{id}")),
                content_type: None,
            })
            .collect())
    }

    async fn put_part(&self, part: SignedPart, mut body: PartBody) -> Result<PartAnswer> {
        let (fault, tags, known) = {
            let mut state = self.world.state();
            reachable(state.settings.offline)?;
            let link = part.url.expose_secret().strip_prefix("memory:");
            let id = link.and_then(|id| id.parse::<u64>().ok());
            (state.take_fault(Step::PutPart), state.settings.tags, id)
        };
        let id = known.ok_or_else(|| Failure::new(Kind::Bug, "bad_link", "The link is none of this service."))?;
        if let Fault::Fails(failure) = fault {
            return Err(failure);
        }
        self.world.state().receives(id)?;
        let mut len = 0;
        let mut md5 = Md5::new();
        while let Some(chunk) = body.stream.next().await {
            let chunk = chunk.map_err(|error| source_failure(&error))?;
            len += chunk.len() as u64;
            md5.update(&chunk);
            if matches!(fault, Fault::Cut(at) if len >= at) {
                return Err(lost());
            }
        }
        if len != body.len || len != part.plan.len() {
            return Err(wrong_length("is not as long as it was"));
        }
        if matches!(fault, Fault::Dropped | Fault::Cut(_)) {
            return Err(lost());
        }
        let md5 = hex::encode(md5.finalize());
        self.world.state().store(id, part.plan.number, len, md5.clone())?;
        let tag = match (&fault, tags) {
            (_, Tagging::Missing) => None,
            (_, Tagging::Opaque) => Some(format!("opaque-{}", part.plan.number)),
            (Fault::TagLies, _) => Some(hex::encode(Md5::digest(b"another part"))),
            _ => Some(md5),
        };
        answered(
            &fault,
            PartAnswer {
                tag,
                opaque: tags == Tagging::Opaque,
            },
        )
    }

    async fn finish(&self, session: &UploadSession, receipts: &[Receipt]) -> Result<Finished> {
        let id = id_of(session)?;
        let fault = self.call(Step::Finish).await?;
        let mut state = self.world.state();
        if let Fault::Late(looks) = fault {
            state.finish_late(id, looks);
            return Err(lost());
        }
        let tags: BTreeMap<u32, String> = receipts.iter().map(|r| (r.number, r.tag.clone())).collect();
        let opaque = state.settings.tags != Tagging::Md5;
        state.finish(id, &tags, opaque)?;
        answered(
            &fault,
            Finished {
                remote: remote(id),
                size: None,
                followed: false,
                note: None,
            },
        )
    }

    async fn settle(&self, session: &UploadSession) -> Result<Settlement> {
        let id = id_of(session)?;
        let fault = self.call(Step::Settle).await?;
        let settlement = match self.world.state().look(id) {
            Shown::Finished(size) => Settlement::Finished(Finished {
                remote: remote(id),
                size,
                followed: false,
                note: None,
            }),
            Shown::Open => Settlement::NotFinished,
            Shown::Nothing => Settlement::Gone,
            Shown::Something => {
                Settlement::Unknown("The service shows the file, and did so before it was finished.".into())
            }
        };
        answered(&fault, settlement)
    }

    async fn abort(&self, session: &UploadSession) -> Result<()> {
        let id = id_of(session)?;
        let fault = self.call(Step::Abort).await?;
        self.world.state().abort(id)?;
        answered(&fault, ())
    }
}
