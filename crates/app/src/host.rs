//! One door to the application, whether this process runs the engine or another one does.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use async_trait::async_trait;
use platform::local_socket::Listener;
use platform::lock::FileLock;
use serde_json::Value;
use tokio::sync::{broadcast, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::application::{Application, Purpose};
use crate::boundary::{Caller, Change, Commands, Failure, Hello, Line, PROTOCOL, Remote, dispatch};
use crate::commands::{Obey, VERSION};
use crate::home::Home;
use crate::secrets::{Passphrases, Prompt, VaultError};
use crate::socket::{Connection, engine_gone, serve};
use crate::{backup, boundary};

/// How long a process that holds the lock, and answers nobody, is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(50);
const CHANGES: usize = 1024;

/// How the application is opened.
#[derive(Clone)]
pub struct Options {
    /// Where everything lies.
    pub home: Home,
    /// What this process wants.
    pub purpose: Purpose,
    /// Opens a passphrase file that no variable opens. Without it the vault may stay locked.
    pub prompt: Option<Arc<Prompt>>,
    /// Opening fails when the vault can't be opened.
    pub needs_vault: bool,
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options")
            .field("home", &self.home)
            .field("purpose", &self.purpose)
            .finish_non_exhaustive()
    }
}

/// The application, here or in another process. Clones are the same.
#[derive(Clone, Debug)]
pub struct Host {
    remote: Arc<Remote<Switch>>,
}

/// Carries commands to whoever runs the engine at the moment.
#[derive(Clone, Debug)]
struct Switch(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    options: Options,
    role: RwLock<Role>,
    changes: broadcast::Sender<Change>,
    ending: CancellationToken,
    /// Counts the changes of role.
    entered: watch::Sender<u64>,
    /// The other process left, and this one could not take its place.
    lost: watch::Sender<Option<Failure>>,
}

#[derive(Clone, Debug)]
enum Role {
    Engine(Arc<Application>),
    Client(Arc<Connection>),
}

impl Host {
    /// Opens the application: as the engine's process if nobody is it, else as a client of the one that is.
    ///
    /// # Errors
    /// When the home can't be used, versions do not fit, the vault does not open although it is needed, or another process
    /// holds the lock and does not answer.
    pub async fn open(options: Options) -> Result<Self, Failure> {
        options.home.prepare()?;
        let changes = broadcast::channel(CHANGES).0;
        let role = enter(&options, &changes).await?;
        let shared = Arc::new(Shared {
            options,
            role: RwLock::new(role),
            changes,
            ending: CancellationToken::new(),
            entered: watch::Sender::new(0),
            lost: watch::Sender::new(None),
        });
        tokio::spawn(keep(Arc::clone(&shared)));
        Ok(Self {
            remote: Arc::new(Remote(Switch(shared))),
        })
    }

    /// The list of commands.
    #[must_use]
    pub fn commands(&self) -> &dyn Commands {
        &*self.remote
    }

    /// Everything that changes from now on, whoever runs the engine.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Change> {
        self.shared().changes.subscribe()
    }

    /// Whether this process runs the engine now.
    #[must_use]
    pub fn is_engine(&self) -> bool {
        matches!(self.shared().role(), Role::Engine(_))
    }

    /// Resolves when the engine's process has ended and this one could not take its place, with the reason.
    pub async fn lost(&self) -> Failure {
        let mut lost = self.shared().lost.subscribe();
        let why = lost.wait_for(Option::is_some).await.ok().and_then(|why| why.clone());
        why.unwrap_or_else(engine_gone)
    }

    /// Leaves: an engine here stops cleanly, what is under way goes on at the next start.
    pub async fn stop(&self) {
        self.shared().ending.cancel();
        if let Role::Engine(app) = self.shared().role() {
            app.stop().await;
        }
    }

    fn shared(&self) -> &Shared {
        &self.remote.0.0
    }
}

impl Shared {
    fn role(&self) -> Role {
        self.role.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl Line for Switch {
    async fn send(&self, name: &'static str, ask: Value) -> Result<Value, Failure> {
        let mut entered = self.0.entered.subscribe();
        let mut lost = self.0.lost.subscribe();
        let answer = self.0.role().send(name, ask.clone()).await;
        if !matches!(&answer, Err(why) if why.code == engine_gone().code) {
            return answer;
        }
        // Its process ended before it answered. Every command may be given twice: it is given to whoever is next.
        tokio::select! {
            changed = entered.changed() => changed.map_err(|_| engine_gone())?,
            _ = lost.wait_for(Option::is_some) => return answer,
            () = self.0.ending.cancelled() => return answer,
        }
        self.0.role().send(name, ask).await
    }
}

impl Role {
    async fn send(&self, name: &'static str, ask: Value) -> Result<Value, Failure> {
        match self {
            Self::Engine(app) => dispatch(&Obey(Arc::clone(app)), Caller::Terminal, name, ask).await,
            Self::Client(connection) => connection.send(name, ask).await.map(|answer| as_client(name, answer)),
        }
    }
}

/// The engine runs, but not in this process.
fn as_client(name: &str, mut answer: Value) -> Value {
    let state = match name {
        "hello" => answer.pointer_mut("/status/state"),
        "engine_status" => answer.pointer_mut("/state"),
        _ => None,
    };
    if let Some(state) = state.filter(|state| *state == "running") {
        *state = Value::from("client_of");
    }
    answer
}

/// Takes the lock, or finds the one who holds it.
async fn enter(options: &Options, changes: &broadcast::Sender<Change>) -> Result<Role, Failure> {
    let until = Instant::now() + PATIENCE;
    loop {
        if let Some(lock) = take_lock(&options.home).await? {
            return become_engine(options, lock, changes).await.map(Role::Engine);
        }
        if let Ok(connection) = Connection::open(&options.home.socket(), changes.clone()).await {
            match greet(&connection).await {
                Ok(()) => return Ok(Role::Client(Arc::new(connection))),
                // It was about to leave.
                Err(why) if why.code == engine_gone().code => {}
                Err(why) => return Err(why),
            }
        }
        if Instant::now() > until {
            return Err(Failure::new(
                "busy",
                "Another Longshore is at work with the same data and does not answer. Wait until it has ended, then try again.",
            ));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn take_lock(home: &Home) -> Result<Option<FileLock>, Failure> {
    let path = home.lock();
    let taken = tokio::task::spawn_blocking(move || FileLock::try_take(&path)).await;
    let taken = taken.map_err(|_| Failure::new("stopped", "Longshore is ending."))?;
    taken.map_err(|why| {
        Failure::new(
            "no_lock",
            format!("The folder {} can't be locked: {why}.", home.data().display()),
        )
    })
}

async fn greet(connection: &Connection) -> Result<(), Failure> {
    let hello = Hello {
        protocol: PROTOCOL,
        version: VERSION.to_owned(),
    };
    let ask = serde_json::to_value(hello).map_err(|why| Failure::bad_ask("hello", &why))?;
    let welcome = connection.send("hello", ask).await?;
    let welcome: boundary::Welcome = serde_json::from_value(welcome).map_err(|_| Failure::bad_answer("hello"))?;
    if welcome.protocol != PROTOCOL || welcome.schema != crate::commands::schema() {
        return Err(crate::commands::other_version(&welcome.version));
    }
    connection.listen().await
}

async fn become_engine(
    options: &Options,
    lock: FileLock,
    changes: &broadcast::Sender<Change>,
) -> Result<Arc<Application>, Failure> {
    let app = Application::open(&options.home, options.purpose, lock, changes.clone()).await?;
    if options.purpose == Purpose::Look {
        return Ok(app);
    }
    let opened = app
        .vault
        .open_with(&Passphrases::from_environment(), options.prompt.as_deref())
        .await;
    match opened {
        Ok(()) => app.start().await?,
        Err(why) if options.needs_vault => {
            app.stop().await;
            return Err(why.into());
        }
        Err(VaultError::Locked | VaultError::Missing) => {}
        Err(why) => tracing::warn!(%why, "the vault stays locked"),
    }
    if options.purpose == Purpose::Work {
        let listener = Listener::bind(&options.home.socket()).map_err(|why| {
            Failure::new(
                "no_socket",
                format!(
                    "The local socket {} can't be made: {why}.",
                    options.home.socket().display()
                ),
            )
        })?;
        let commands: Arc<dyn Commands> = Arc::new(Obey(Arc::clone(&app)));
        let (ending, tasks) = (app.ending.clone(), app.tasks.clone());
        app.tasks
            .spawn(serve(listener, commands, changes.clone(), ending, tasks));
        app.tasks.spawn(backup::hourly(Arc::clone(&app)));
    }
    Ok(app)
}

/// Waits for the engine's process to leave, and finds the next one, or becomes it.
async fn keep(shared: Arc<Shared>) {
    loop {
        let Role::Client(connection) = shared.role() else {
            return;
        };
        tokio::select! {
            () = shared.ending.cancelled() => return,
            () = connection.gone() => {}
        }
        let entered = tokio::select! {
            () = shared.ending.cancelled() => return,
            entered = enter(&shared.options, &shared.changes) => entered,
        };
        match entered {
            Ok(role) => *shared.role.write().unwrap_or_else(PoisonError::into_inner) = role,
            Err(why) => {
                tracing::error!(code = why.code, "the queue could not be taken over");
                shared.lost.send_replace(Some(why));
                return;
            }
        }
        shared.entered.send_modify(|count| *count += 1);
        // Listeners look at everything anew: much may have happened in between.
        let _ = shared.changes.send(Change::Missed);
    }
}

#[cfg(test)]
#[path = "host_test.rs"]
mod tests;
