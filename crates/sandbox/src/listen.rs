//! A listening port that can be cut off and come back: what every host of the sandbox stands on.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;

use crate::controls::Controls;
use crate::counters::Gauge;
use crate::faults::{Reach, Unreachable};
use crate::wire::{Line, Wire};

/// The connection is closed without a response.
#[derive(Debug, thiserror::Error)]
#[error("closed without a response")]
pub(crate) struct HangUp;

/// Answers one request, or hangs up.
pub(crate) type Handler =
    Arc<dyn Fn(Request<Incoming>) -> BoxFuture<'static, Result<Response<Body>, HangUp>> + Send + Sync>;

/// Binds `port` (0: any free one) on loopback.
pub(crate) fn bind(port: u16) -> std::io::Result<TcpListener> {
    hold(SocketAddr::from(([127, 0, 0, 1], port)))?.listen(1024)
}

/// Takes the address without listening: connections to it are refused, and nobody else gets it.
fn hold(addr: SocketAddr) -> std::io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    // On Windows this would let others take the port.
    if std::env::consts::FAMILY == "unix" {
        socket.set_reuseaddr(true)?;
    }
    socket.bind(addr)?;
    Ok(socket)
}

/// What the connections of a host are counted as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Traffic {
    /// Nothing.
    Calls,
    /// Payload on its way to the service.
    Up,
    /// Payload on its way to the client.
    Down,
}

/// One host: where it listens, who answers, how it is cut off, and what its connections are counted as.
pub(crate) struct Host {
    pub(crate) addr: SocketAddr,
    pub(crate) handler: Handler,
    pub(crate) reach: Arc<Reach>,
    pub(crate) controls: Arc<Controls>,
    pub(crate) traffic: Traffic,
}

impl Host {
    /// Serves until dropped.
    pub(crate) async fn run(self, listener: TcpListener) {
        let mut wanted = self.reach.wanted();
        let mut listener = Some(listener);
        let mut open = JoinSet::new();
        let mut silent: Vec<TcpStream> = Vec::new();
        loop {
            let how = *wanted.borrow_and_update();
            if how.is_some() {
                open.shutdown().await;
            }
            silent.clear();
            if how == Some(Unreachable::Refuse) {
                drop(listener.take());
                let held = hold(self.addr);
                self.reach.is_now(how);
                if wanted.changed().await.is_err() {
                    return;
                }
                drop(held);
                continue;
            }
            let Some(listening) = &listener else {
                match bind(self.addr.port()) {
                    Ok(bound) => listener = Some(bound),
                    // Somebody else may hold the port for a moment.
                    Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
                }
                continue;
            };
            self.reach.is_now(how);
            loop {
                tokio::select! {
                    changed = wanted.changed() => match changed {
                        Ok(()) => break,
                        Err(_) => return,
                    },
                    Some(_) = open.join_next(), if !open.is_empty() => {}
                    Ok((stream, peer)) = listening.accept() => match how {
                        None => { open.spawn(self.serve(stream, peer)); }
                        Some(Unreachable::Silent) => silent.push(stream),
                        Some(_) => drop(stream),
                    },
                }
            }
        }
    }

    fn serve(&self, stream: TcpStream, peer: SocketAddr) -> impl Future<Output = ()> + Send + 'static {
        let handler = self.handler.clone();
        let controls = self.controls.clone();
        let traffic = self.traffic;
        async move {
            let _gauge = Gauge::connection(&controls.tally, traffic);
            // Without it small answers wait for the other side's acknowledgement.
            let _ = stream.set_nodelay(true);
            if let (Traffic::Down, Some(bytes)) = (traffic, controls.settings().send_buffer) {
                // The system rounds it; a switch that did nothing at all would show in the timeline.
                let _ = socket2::SockRef::from(&stream).set_send_buffer_size(bytes);
            }
            let line = Line::new(peer.ip());
            let wire = Wire::new(
                stream,
                line.clone(),
                (traffic == Traffic::Down).then(|| controls.clone()),
            );
            let dated = controls.clone();
            let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
                request.extensions_mut().insert(line.clone());
                let answer = handler(request);
                let controls = dated.clone();
                async move {
                    let mut response = answer.await?;
                    if let Ok(date) = controls.clock.http_date().parse() {
                        response.headers_mut().insert(http::header::DATE, date);
                    }
                    Ok::<_, HangUp>(response)
                }
            });
            let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(wire), service);
            // A connection that ends badly is the other side's to notice.
            let _ = connection.await;
        }
    }
}
