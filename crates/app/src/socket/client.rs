//! The other side: commands carried to the process that runs the engine.

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use futures_util::stream::SplitStream;
use futures_util::{SinkExt, StreamExt};
use platform::local_socket::Stream;
use serde_json::Value;
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio_util::codec::{Framed, LinesCodec};
use tokio_util::sync::CancellationToken;

use super::wire::{LISTEN, Message, Request, lines};
use crate::boundary::{Change, EngineState, Failure, Line};

const REQUESTS: usize = 64;

type Waiting = Arc<Mutex<HashMap<u64, oneshot::Sender<Result<Value, Failure>>>>>;

/// A connection to the engine. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Connection {
    out: mpsc::Sender<String>,
    waiting: Waiting,
    next: AtomicU64,
    gone: CancellationToken,
}

impl Connection {
    /// Connects; what is told goes to `changes` once [`Self::listen`] asked for it.
    ///
    /// # Errors
    /// What the system says when nobody listens there.
    pub(crate) async fn open(path: &Path, changes: broadcast::Sender<Change>) -> io::Result<Self> {
        let (mut sink, stream) = lines(Stream::connect(path).await?).split();
        let (out, mut outgoing) = mpsc::channel::<String>(REQUESTS);
        let waiting = Waiting::default();
        let gone = CancellationToken::new();
        let ended = gone.clone();
        tokio::spawn(async move {
            while let Some(line) = outgoing.recv().await {
                if sink.send(line).await.is_err() {
                    break;
                }
            }
            ended.cancel();
        });
        tokio::spawn(read(stream, Arc::clone(&waiting), changes, gone.clone()));
        Ok(Self {
            out,
            waiting,
            next: AtomicU64::new(1),
            gone,
        })
    }

    /// Asks to be told of changes.
    pub(crate) async fn listen(&self) -> Result<(), Failure> {
        self.send(LISTEN, Value::Object(Default::default())).await.map(drop)
    }

    /// Resolves when the other side has left.
    pub(crate) async fn gone(&self) {
        self.gone.cancelled().await;
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.gone.cancel();
    }
}

#[async_trait]
impl Line for Connection {
    async fn send(&self, name: &'static str, ask: Value) -> Result<Value, Failure> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let request = Request {
            id,
            command: name.to_owned(),
            ask,
        };
        let line = serde_json::to_string(&request).map_err(|why| Failure::bad_ask(name, &why))?;
        let (answer, answered) = oneshot::channel();
        held(&self.waiting).insert(id, answer);
        if self.gone.is_cancelled() || self.out.send(line).await.is_err() {
            held(&self.waiting).remove(&id);
            return Err(engine_gone());
        }
        answered.await.unwrap_or_else(|_| Err(engine_gone()))
    }
}

async fn read(
    mut stream: SplitStream<Framed<Stream, LinesCodec>>,
    waiting: Waiting,
    changes: broadcast::Sender<Change>,
    gone: CancellationToken,
) {
    loop {
        let line = tokio::select! {
            () = gone.cancelled() => break,
            line = stream.next() => line,
        };
        let Some(Ok(line)) = line else { break };
        let (id, answer) = match serde_json::from_str(&line) {
            Ok(Message::Change(change)) => {
                // Nobody listening is fine.
                let _ = changes.send(seen_from_here(*change));
                continue;
            }
            Ok(Message::Answer { id, value }) => (id, Ok(value)),
            Ok(Message::Refusal { id, error }) => (id, Err(error)),
            Err(_) => break,
        };
        if let Some(answered) = held(&waiting).remove(&id) {
            // Whoever asked may have given up.
            let _ = answered.send(answer);
        }
    }
    gone.cancel();
    // Whoever still waits hears that nobody will answer.
    held(&waiting).clear();
}

/// The engine runs, but not in this process.
fn seen_from_here(change: Change) -> Change {
    match change {
        Change::Status { mut status } => {
            if status.state == EngineState::Running {
                status.state = EngineState::ClientOf;
            }
            Change::Status { status }
        }
        change => change,
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The process that ran the engine has left.
pub(crate) fn engine_gone() -> Failure {
    Failure::new(
        "engine_gone",
        "The Longshore that worked the queue has ended. Nothing that was stored is lost; try again.",
    )
}
