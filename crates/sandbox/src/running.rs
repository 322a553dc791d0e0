//! Starting the sandbox, and what a test in the same process can ask and do.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::baasix::{self, Baasix, BaasixFile, MadeOf};
use crate::clock::ClockReading;
use crate::control;
use crate::controls::Controls;
use crate::counters::Counters;
use crate::describe::{Account, AssetState, Description, S3Access, UploadState, Urls};
use crate::facilioo::{self, Facilioo, FaciliooFile, FileState, Party};
use crate::faults::{ActiveFault, FaultRule};
use crate::filefactory::{self, Filefactory, HostedFile, Kind};
use crate::fileflare::{self, Fileflare, Stage};
use crate::files::{self, FileSpec, Files};
use crate::hosts;
use crate::listen::{self, Handler, Host, Traffic};
use crate::settings::Settings;
use crate::storage::{self, Front, Shelf};
use crate::table::Table;
use crate::timeline::{Direction, Timeline};

/// How a sandbox is started.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Where bytes and the table of assets are kept; `None` is a temporary folder, deleted at the end.
    pub home: Option<PathBuf>,
    /// The first of five ports in a row; `None` takes any free ones.
    pub port_base: Option<u16>,
    /// How the services behave from the start.
    pub settings: Settings,
}

/// Why a sandbox could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A port is taken.
    #[error("port {port} can't be listened on: {source}. Choose another port base, or none")]
    Port {
        /// The port asked for; 0 is any.
        port: u16,
        /// What the system says.
        source: std::io::Error,
    },
    /// The home folder can't be used.
    #[error("the sandbox's folder can't be used: {0}")]
    Home(#[from] std::io::Error),
}

/// Starts sandboxes.
#[derive(Debug)]
pub struct Sandbox;

/// A sandbox at work; it ends when this is dropped.
pub struct Running {
    inner: Arc<Inner>,
    hosts: JoinSet<()>,
    home: Option<tempfile::TempDir>,
}

pub(crate) struct Inner {
    pub(crate) controls: Arc<Controls>,
    shelf: Arc<Shelf>,
    fileflare: Arc<Fileflare>,
    pub(crate) filefactory: Arc<Filefactory>,
    pub(crate) facilioo: Arc<Facilioo>,
    pub(crate) files: Arc<Files>,
    pub(crate) baasix: Arc<Baasix>,
    urls: Urls,
    runtime: tokio::runtime::Handle,
}

impl Sandbox {
    /// Starts everything; it answers when this returns. Must be called on a tokio runtime.
    ///
    /// # Errors
    /// When a port is taken or the home folder can't be used.
    pub async fn start(options: Options) -> Result<Running, StartError> {
        let temporary = if options.home.is_none() {
            Some(tempfile::tempdir()?)
        } else {
            None
        };
        let kept = options.home.clone();
        let home = kept
            .clone()
            .or_else(|| temporary.as_ref().map(|t| t.path().to_owned()))
            .unwrap_or_default();
        std::fs::create_dir_all(&home)?;
        let listen = |n: u16| {
            let port = options.port_base.map_or(0, |base| base.saturating_add(n));
            let listener = listen::bind(port).map_err(|source| StartError::Port { port, source })?;
            let addr = listener.local_addr()?;
            Ok::<_, StartError>((listener, addr))
        };
        let control = listen(0)?;
        let services = listen(1)?;
        let s3 = listen(2)?;
        let elsewhere = listen(3)?;
        let file_host = listen(4)?;
        let urls = Urls {
            control: format!("http://{}", control.1),
            services: format!("http://{}", services.1),
            s3: format!("http://{}", s3.1),
            elsewhere: format!("http://{}", elsewhere.1),
            files: format!("http://{}", file_host.1),
        };
        let controls = Arc::new(Controls::new(options.settings));
        let shelf = Arc::new(Shelf::open(&home.join("s3"), controls.clone())?);
        let hosts_of_files = [urls.files.clone(), urls.elsewhere.clone()];
        let baasix = Baasix::open(controls.clone(), &home, kept.is_some(), hosts_of_files)?;
        let baasix = Arc::new(baasix);
        let table = fileflare::open(kept.as_ref().map(|h| h.join("assets.json")))?;
        let entities = Table::open(kept.map(|h| h.join("facilioo.json")))?;
        let names = [services.1, s3.1, elsewhere.1].map(|a| a.to_string());
        let fileflare = Arc::new(Fileflare::new(controls.clone(), shelf.clone(), table, names));
        let files = Arc::new(Files::new(controls.clone(), urls.files.clone(), urls.elsewhere.clone()));
        let filefactory = Arc::new(Filefactory::new(controls.clone(), files.clone()));
        let facilioo = Arc::new(Facilioo::new(
            controls.clone(),
            shelf.clone(),
            files.clone(),
            entities,
            s3.1.to_string(),
        ));
        let owner = facilioo.clone();
        let on_stored = Box::new(move |object| owner.stored(object));
        let front = Front::new(shelf.clone(), controls.clone(), urls.elsewhere.clone(), on_stored);
        let runtime = tokio::runtime::Handle::current();
        let inner = Arc::new(Inner {
            controls: controls.clone(),
            shelf,
            fileflare: fileflare.clone(),
            filefactory: filefactory.clone(),
            facilioo: facilioo.clone(),
            files: files.clone(),
            baasix: baasix.clone(),
            urls,
            runtime,
        });

        let mut hosts = JoinSet::new();
        let mut host = |(listener, addr): (TcpListener, _), handler: Handler, reach, traffic| {
            let host = Host {
                addr,
                handler,
                reach,
                controls: controls.clone(),
                traffic,
            };
            hosts.spawn(host.run(listener));
        };
        host(control, control::handler(&inner), Arc::default(), Traffic::Calls);
        let to_services = hosts::services(fileflare, filefactory.clone(), facilioo.clone(), baasix);
        host(services, to_services, controls.faults.service.clone(), Traffic::Calls);
        let to_storage = hosts::storage(front, facilioo);
        host(s3, to_storage, controls.faults.storage.clone(), Traffic::Up);
        let to_elsewhere = hosts::elsewhere(controls.clone(), files.clone());
        host(elsewhere, to_elsewhere, Arc::default(), Traffic::Calls);
        let to_files = hosts::files(filefactory, files);
        host(file_host, to_files, controls.faults.files.clone(), Traffic::Down);
        Ok(Running {
            inner,
            hosts,
            home: temporary,
        })
    }
}

impl Inner {
    pub(crate) fn description(&self) -> Description {
        let token = self.controls.settings().token;
        let fileflare = Account {
            base_url: format!("{}{}", self.urls.services, fileflare::PREFIX),
            secret: [("token".to_owned(), token)].into(),
            others: BTreeMap::default(),
            links: Vec::new(),
        };
        let filefactory = Account {
            base_url: format!("{}{}", self.urls.services, filefactory::PREFIX),
            secret: Kind::Premium.secret(),
            others: [Kind::Trafficshare, Kind::Free]
                .map(|kind| (kind.text().to_owned(), kind.secret()))
                .into(),
            links: self.filefactory.all().iter().map(HostedFile::page).collect(),
        };
        let facilioo = Account {
            base_url: format!("{}{}", self.urls.services, facilioo::PREFIX),
            secret: Party::Admin.secret(),
            others: Party::ALL[1..]
                .iter()
                .map(|party| (party.text().to_owned(), party.secret()))
                .collect(),
            links: Vec::new(),
        };
        let baasix = Account {
            base_url: format!("{}{}", self.urls.services, baasix::PREFIX),
            secret: baasix::secret(),
            others: [("tenant".to_owned(), baasix::secret_of_a_tenant())].into(),
            links: Vec::new(),
        };
        Description {
            control: self.urls.control.clone(),
            s3: S3Access {
                url: self.urls.s3.clone(),
                access_key: storage::ACCESS_KEY.into(),
                secret_key: storage::SECRET_KEY.into(),
                region: storage::REGION.into(),
                bucket: storage::PLAIN_BUCKET.into(),
            },
            elsewhere: self.urls.elsewhere.clone(),
            files: self.urls.files.clone(),
            links: ["small.bin?size=1000000&seed=1", "large.bin?size=2147483648&seed=2"]
                .map(|file| format!("{}{}{file}", self.urls.files, files::PREFIX))
                .into(),
            providers: [
                ("fileflare".to_owned(), fileflare),
                ("filefactory".to_owned(), filefactory),
                ("facilioo".to_owned(), facilioo),
                ("baasix".to_owned(), baasix),
            ]
            .into(),
        }
    }

    pub(crate) fn add_fault(self: &Arc<Self>, rule: FaultRule) -> u64 {
        let id = self.controls.faults.add(rule);
        if let Some(life) = self.controls.faults.life(id) {
            let controls = self.controls.clone();
            self.runtime.spawn(async move {
                tokio::time::sleep(life).await;
                controls.faults.clear(Some(id));
            });
        }
        id
    }

    /// Looks at the counters.
    pub(crate) fn look<T>(&self, see: impl FnOnce(&Counters) -> T) -> T {
        let open = self
            .fileflare
            .table
            .with(|rows| rows.values().filter(|a| a.stage != Stage::Confirmed).count());
        self.controls.tally.look(open as u64, see)
    }

    pub(crate) async fn assets(&self) -> std::io::Result<Vec<AssetState>> {
        let mut states = Vec::new();
        for asset in self.fileflare.table.all() {
            let path = asset.key.as_ref().map(|key| self.shelf.object(key));
            let sha256 = match path {
                Some(path) if path.exists() => {
                    Some(tokio::task::spawn_blocking(move || storage::sha256_of(&path)).await??)
                }
                _ => None,
            };
            states.push(AssetState {
                id: asset.id,
                name: asset.name,
                size: asset.size,
                sha256,
                confirmed: asset.stage == Stage::Confirmed,
                upload_id: asset.upload,
                link: asset.link,
            });
        }
        Ok(states)
    }

    pub(crate) async fn uploads(&self) -> std::io::Result<Vec<UploadState>> {
        let assets = self.fileflare.table.all();
        let mut states = Vec::new();
        for upload_id in self.shelf.open_uploads()? {
            let asset = assets.iter().find(|a| a.upload.as_ref() == Some(&upload_id));
            let parts = self.shelf.parts(&upload_id).await?;
            states.push(UploadState {
                asset_id: asset.map(|a| a.id.clone()),
                name: asset.map(|a| a.name.clone()),
                parts: parts.into_iter().map(|(number, tag)| (number, tag.size)).collect(),
                upload_id,
            });
        }
        Ok(states)
    }
}

impl Running {
    /// Where everything is, with sample credentials.
    pub fn description(&self) -> Description {
        self.inner.description()
    }

    /// The addresses alone.
    pub fn urls(&self) -> Urls {
        self.inner.urls.clone()
    }

    /// Puts a rule in force and returns the number it is cleared by.
    pub fn add_fault(&self, rule: impl Into<FaultRule>) -> u64 {
        self.inner.add_fault(rule.into())
    }

    /// The rules in force.
    pub fn faults(&self) -> Vec<ActiveFault> {
        self.inner.controls.faults.list()
    }

    /// Ends one rule.
    pub fn clear_fault(&self, id: u64) {
        self.inner.controls.faults.clear(Some(id));
    }

    /// Ends all rules; what hangs is let go.
    pub fn clear_faults(&self) {
        self.inner.controls.faults.clear(None);
    }

    /// Returns once hosts are as reachable as the rules say: right after a rule about a host was added or cleared, it
    /// may still be as before.
    pub async fn settled(&self) {
        self.inner.controls.faults.settled().await;
    }

    /// What was counted up to now.
    pub fn counters(&self) -> Counters {
        self.inner.look(Clone::clone)
    }

    /// Counts from nothing again.
    pub fn reset_counters(&self) {
        self.inner.controls.tally.reset();
    }

    /// Returns the counters as soon as `enough` says so of them.
    pub async fn until(&self, enough: impl Fn(&Counters) -> bool) -> Counters {
        self.inner.controls.tally.until(|| self.inner.look(&enough)).await;
        self.inner.look(Clone::clone)
    }

    /// Moves the sandbox's clock forward.
    pub fn advance_clock(&self, by: Duration) {
        self.inner.controls.clock.advance(by);
    }

    /// What the sandbox's clock shows.
    pub fn clock(&self) -> ClockReading {
        self.inner.controls.clock.read()
    }

    /// How the services behave.
    pub fn settings(&self) -> Settings {
        self.inner.controls.settings()
    }

    /// Changes how the services behave, from the next request on.
    pub fn change_settings(&self, change: impl FnOnce(&mut Settings)) {
        self.inner.controls.change_settings(change);
    }

    /// Every file the service knows, with the SHA-256 of what is on disk.
    ///
    /// # Errors
    /// When the folder can't be read.
    pub async fn assets(&self) -> std::io::Result<Vec<AssetState>> {
        self.inner.assets().await
    }

    /// Unfinished multipart uploads in storage.
    ///
    /// # Errors
    /// When the folder can't be read.
    pub async fn uploads(&self) -> std::io::Result<Vec<UploadState>> {
        self.inner.uploads().await
    }

    /// Adds a file to the file host, or replaces the one of its name; its direct link.
    pub fn add_file(&self, file: FileSpec) -> String {
        self.inner.files.add(file)
    }

    /// The direct link of a file of the file host that needs no adding: `size` bytes of the content of `seed`.
    pub fn file_url(&self, name: &str, size: u64, seed: u64) -> String {
        format!(
            "{}{}{name}?size={size}&seed={seed}",
            self.inner.urls.files,
            files::PREFIX
        )
    }

    /// Adds a file to FileFactory, or replaces the one of its id; the address of its page.
    pub fn add_hosted_file(&self, file: HostedFile) -> String {
        let page = file.page();
        self.inner.filefactory.add(file);
        page
    }

    /// Puts a file at facilioo, as if it had been sent and measured; its id.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn add_facilioo_file(&self, file: &FaciliooFile) -> std::io::Result<u64> {
        self.inner.facilioo.add(file)
    }

    /// Takes a file away from facilioo, as if it had been deleted there.
    pub fn remove_facilioo_file(&self, id: u64) {
        self.inner.facilioo.remove(id);
    }

    /// Every file that was created at facilioo.
    ///
    /// # Errors
    /// When the folder can't be read.
    pub async fn facilioo_files(&self) -> std::io::Result<Vec<FileState>> {
        self.inner.facilioo.all().await
    }

    /// Puts a file of `size` bytes of the content of `seed` at Baasix, a video to the server; its id.
    pub fn add_baasix_file(&self, name: &str, size: u64, seed: u64) -> String {
        self.inner.baasix.add(name, size, seed)
    }

    /// The same with a type of its own.
    pub fn add_typed_baasix_file(&self, name: &str, kind: &str, size: u64, seed: u64) -> String {
        self.inner.baasix.add_typed(name, kind, size, seed)
    }

    /// Every file that Baasix has, with the SHA-256 of its bytes.
    ///
    /// # Errors
    /// When the folder can't be read.
    pub async fn baasix_files(&self) -> std::io::Result<Vec<BaasixFile>> {
        self.inner.baasix.all().await
    }

    /// What became of each content at Baasix, by SHA-256; files that were deleted since count too.
    pub fn baasix_contents(&self) -> std::collections::BTreeMap<String, MadeOf> {
        self.inner.baasix.contents()
    }

    /// A token that Baasix takes, as a person might paste it.
    pub fn new_baasix_token(&self) -> String {
        self.inner.baasix.new_token(None)
    }

    /// Baasix takes none of its tokens any more.
    pub fn end_baasix_tokens(&self) {
        self.inner.baasix.end_tokens();
    }

    /// What passed in one direction, per tenth of a second.
    pub fn timeline(&self, direction: Direction) -> Timeline {
        self.inner.controls.timelines.read(direction)
    }

    /// Begins both timelines anew.
    pub fn reset_timeline(&self) {
        self.inner.controls.timelines.reset();
    }

    /// Ends everything and waits for it; a temporary folder is deleted.
    pub async fn stop(mut self) {
        self.hosts.shutdown().await;
        // What is being carried out writes its table before the folder may go.
        self.inner.fileflare.table.save().await;
        self.inner.baasix.save().await;
        self.inner.facilioo.entities.save().await;
        if let Some(home) = self.home.take() {
            let _ = tokio::task::spawn_blocking(move || home.close()).await;
        }
    }
}

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Running")
            .field("urls", &self.inner.urls)
            .finish_non_exhaustive()
    }
}
