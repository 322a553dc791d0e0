//! The sandbox as a process of its own: says where it is, and ends with whoever started it.

use std::io::Write;

use tokio::io::AsyncReadExt;

use crate::running::{Options, Sandbox, StartError};

/// Starts a sandbox, prints its [`Description`](crate::Description) as one line of JSON on standard output, and returns
/// once standard input is closed or Ctrl-C was pressed.
///
/// # Errors
/// When it could not be started.
pub async fn serve(options: Options) -> Result<(), StartError> {
    serve_until(options, std::future::pending()).await
}

/// The same, ending also as soon as `ended` is ready: for a caller that knows other ways of being asked to end.
///
/// A process that is killed instead leaves its temporary folder behind.
///
/// # Errors
/// When it could not be started.
pub async fn serve_until(options: Options, ended: impl Future<Output = ()>) -> Result<(), StartError> {
    let running = Sandbox::start(options).await?;
    let line = serde_json::to_string(&running.description()).map_err(std::io::Error::from)?;
    let mut out = std::io::stdout();
    writeln!(out, "{line}").and_then(|()| out.flush())?;
    tokio::select! {
        () = input_closed() => {}
        () = interrupted() => {}
        () = ended => {}
    }
    running.stop().await;
    Ok(())
}

async fn input_closed() {
    let mut input = tokio::io::stdin();
    let mut ignored = [0; 256];
    while matches!(input.read(&mut ignored).await, Ok(n) if n > 0) {}
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
