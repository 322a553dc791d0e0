//! The engine's side: obeys other windows and terminals of the same person.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use platform::local_socket::{Listener, Stream};
use serde_json::Value;
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::wire::{HELLO, LISTEN, Message, Request, lines};
use crate::boundary::{Caller, Change, Commands, Failure, dispatch};

/// Answers that may wait for a slow reader before its commands do.
const ANSWERS: usize = 64;
/// Without descriptors there is no use in asking at once again.
const PAUSE: Duration = Duration::from_millis(100);

/// What every connection shares.
#[derive(Clone)]
struct Side {
    commands: Arc<dyn Commands>,
    changes: broadcast::Sender<Change>,
    ending: CancellationToken,
    tasks: TaskTracker,
}

/// Accepts connections until `ending`; each has a task in `tasks`.
pub(crate) async fn serve(
    listener: Listener,
    commands: Arc<dyn Commands>,
    changes: broadcast::Sender<Change>,
    ending: CancellationToken,
    tasks: TaskTracker,
) {
    let side = Side {
        commands,
        changes,
        ending,
        tasks,
    };
    loop {
        let accepted = tokio::select! {
            () = side.ending.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok(stream) => drop(side.tasks.spawn(side.clone().connection(stream))),
            Err(why) => {
                tracing::warn!(%why, "a connection could not be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

impl Side {
    async fn connection(self, stream: Stream) {
        let (mut sink, mut requests) = lines(stream).split();
        let (out, mut outgoing) = mpsc::channel::<Message>(ANSWERS);
        let write = async move {
            while let Some(message) = outgoing.recv().await {
                let Ok(line) = serde_json::to_string(&message) else {
                    continue;
                };
                if sink.send(line).await.is_err() {
                    return;
                }
            }
        };
        let read = async move {
            let greeted = Arc::new(AtomicBool::new(false));
            let own = TaskTracker::new();
            let gone = CancellationToken::new();
            loop {
                let line = tokio::select! {
                    () = self.ending.cancelled() => break,
                    line = requests.next() => line,
                };
                let Some(Ok(line)) = line else { break };
                let Ok(request) = serde_json::from_str::<Request>(&line) else {
                    break;
                };
                if request.command == LISTEN && greeted.load(Ordering::Relaxed) {
                    own.spawn(tell(
                        self.changes.subscribe(),
                        out.clone(),
                        gone.clone(),
                        self.ending.clone(),
                    ));
                    answer(&out, request.id, Ok(Value::Object(Default::default()))).await;
                    continue;
                }
                let (side, out, greeted) = (self.clone(), out.clone(), Arc::clone(&greeted));
                let obey = async move {
                    let answered = side.obey(&request.command, request.ask, &greeted).await;
                    answer(&out, request.id, answered).await;
                };
                // A greeting is waited for: what follows it depends on it.
                if greeted_by(&line) {
                    obey.await
                } else {
                    drop(own.spawn(obey))
                }
            }
            gone.cancel();
            own.close();
            own.wait().await;
        };
        tokio::join!(write, read);
    }

    async fn obey(&self, command: &str, ask: Value, greeted: &AtomicBool) -> Result<Value, Failure> {
        if command != HELLO && !greeted.load(Ordering::Relaxed) {
            return Err(Failure::new(
                "no_hello",
                "The first command of a connection is “hello”.",
            ));
        }
        let answered = dispatch(&*self.commands, Caller::Terminal, command, ask).await;
        if command == HELLO && answered.is_ok() {
            greeted.store(true, Ordering::Relaxed);
        }
        answered
    }
}

fn greeted_by(line: &str) -> bool {
    serde_json::from_str::<Request>(line).is_ok_and(|request| request.command == HELLO)
}

async fn answer(out: &mpsc::Sender<Message>, id: u64, answered: Result<Value, Failure>) {
    let message = match answered {
        Ok(value) => Message::Answer { id, value },
        Err(error) => Message::Refusal { id, error },
    };
    // The other side may have left.
    let _ = out.send(message).await;
}

async fn tell(
    mut changes: broadcast::Receiver<Change>,
    out: mpsc::Sender<Message>,
    gone: CancellationToken,
    ending: CancellationToken,
) {
    loop {
        let change = tokio::select! {
            () = gone.cancelled() => return,
            () = ending.cancelled() => return,
            change = changes.recv() => match change {
                Ok(change) => change,
                Err(RecvError::Lagged(_)) => Change::Missed,
                Err(RecvError::Closed) => return,
            },
        };
        if out.send(Message::Change(Box::new(change))).await.is_err() {
            return;
        }
    }
}
