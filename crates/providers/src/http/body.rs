//! A part's bytes on their way out: exactly as many as promised, and known to move or to stand still.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http_body::{Frame, SizeHint};
use tokio::time::Instant;
use transfer::provider::PartBody;
use transfer::{Failure, Kind};

type Source = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// How the sending goes, seen from outside.
#[derive(Debug, Clone)]
pub(super) struct Flow(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    left: u64,
    /// The line was given bytes, or the source was asked for some.
    moved: Instant,
    /// The source is asked and has not answered: the line is not to blame.
    reading: bool,
    /// Why the source gave no more.
    failure: Option<Failure>,
}

impl Flow {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes that the line did not take.
    pub(super) fn left(&self) -> u64 {
        self.state().left
    }

    /// Why the source gave no more, if it did not.
    pub(super) fn failure(&self) -> Option<Failure> {
        self.state().failure.clone()
    }

    /// Returns once the line took no byte for `idle`, or no answer came for `answer` after the last one. Time that the
    /// source takes (a slow disk, a speed limit) does not count.
    pub(super) async fn stands_still(&self, idle: Duration, answer: Duration) {
        loop {
            let (until, reading) = {
                let state = self.state();
                let patience = if state.left == 0 { answer } else { idle };
                (state.moved + patience, state.reading)
            };
            let now = Instant::now();
            if until <= now && !reading {
                return;
            }
            tokio::time::sleep_until(if reading { now + idle } else { until }).await;
        }
    }
}

/// The bytes of one part as a request's body of known length.
pub(super) struct Outgoing {
    /// Never locked: the lock only makes the source shareable in the eyes of the client.
    source: Mutex<Source>,
    flow: Flow,
}

impl Outgoing {
    pub(super) fn new(body: PartBody) -> (Self, Flow) {
        let flow = Flow(Arc::new(Mutex::new(State {
            left: body.len,
            moved: Instant::now(),
            reading: false,
            failure: None,
        })));
        let outgoing = Self {
            source: Mutex::new(body.stream),
            flow: flow.clone(),
        };
        (outgoing, flow)
    }
}

impl http_body::Body for Outgoing {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = &mut *self;
        if this.flow.left() == 0 {
            return Poll::Ready(None);
        }
        let source = this.source.get_mut().unwrap_or_else(PoisonError::into_inner);
        let polled = source.as_mut().poll_next(cx);
        let mut state = this.flow.state();
        state.reading = polled.is_pending();
        state.moved = Instant::now();
        let failure = match polled {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(Some(Ok(bytes))) => {
                let len = bytes.len() as u64;
                if len <= state.left {
                    state.left -= len;
                    return Poll::Ready(Some(Ok(Frame::data(bytes))));
                }
                wrong_length("gave more bytes than it has")
            }
            Poll::Ready(Some(Err(error))) => source_failure(&error),
            Poll::Ready(None) => wrong_length("ended early"),
        };
        let error = io::Error::other(failure.clone());
        state.failure = Some(failure);
        Poll::Ready(Some(Err(error)))
    }

    fn is_end_stream(&self) -> bool {
        self.flow.left() == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.flow.left())
    }
}

/// The source gave another number of bytes than it has.
pub(crate) fn wrong_length(how: &str) -> Failure {
    Failure::new(
        Kind::SourceChanged,
        "source_changed",
        format!("The file {how} while it was being sent: it is being changed."),
    )
}

/// The fault behind a source that failed, which may say why in our own words.
pub(crate) fn source_failure(error: &io::Error) -> Failure {
    let own = error.get_ref().and_then(|inner| inner.downcast_ref::<Failure>());
    own.cloned().unwrap_or_else(|| {
        Failure::new(
            Kind::SourceRead,
            "source_read",
            format!("The file can't be read ({}).", error.kind()),
        )
    })
}

#[cfg(test)]
mod tests {
    use futures_util::stream;
    use http_body::Body as _;

    use super::*;

    fn body(len: u64, chunks: Vec<io::Result<Bytes>>) -> PartBody {
        PartBody {
            len,
            stream: Box::pin(stream::iter(chunks)),
        }
    }

    async fn drain(mut outgoing: Outgoing) -> io::Result<u64> {
        let mut sum = 0;
        while let Some(frame) = std::future::poll_fn(|cx| Pin::new(&mut outgoing).poll_frame(cx)).await {
            sum += frame?.into_data().map_or(0, |data| data.len() as u64);
        }
        Ok(sum)
    }

    #[tokio::test]
    async fn exactly_the_promised_bytes_go_out() {
        let (outgoing, flow) = Outgoing::new(body(3, vec![Ok("ab".into()), Ok("c".into())]));
        assert_eq!(outgoing.size_hint().exact(), Some(3));
        assert_eq!(drain(outgoing).await.unwrap(), 3);
        assert_eq!((flow.left(), flow.failure()), (0, None));
    }

    #[tokio::test]
    async fn a_source_of_another_length_is_a_changed_source() {
        for chunks in [vec![Ok("ab".into())], vec![Ok("abcd".into())]] {
            let (outgoing, flow) = Outgoing::new(body(3, chunks));
            drain(outgoing).await.unwrap_err();
            assert_eq!(flow.failure().map(|f| f.kind), Some(Kind::SourceChanged));
        }
    }

    #[tokio::test]
    async fn a_source_that_fails_keeps_its_own_reason() {
        let own = Failure::new(Kind::SourceGone, "source_gone", "It is gone.");
        let (outgoing, flow) = Outgoing::new(body(3, vec![Err(io::Error::other(own.clone()))]));
        drain(outgoing).await.unwrap_err();
        assert_eq!(flow.failure(), Some(own));
        let (outgoing, flow) = Outgoing::new(body(3, vec![Err(io::Error::from(io::ErrorKind::PermissionDenied))]));
        drain(outgoing).await.unwrap_err();
        assert_eq!(flow.failure().map(|f| f.kind), Some(Kind::SourceRead));
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_source_is_not_a_line_that_stands_still() {
        let second = Duration::from_secs(1);
        let slow = stream::once(async move {
            tokio::time::sleep(second * 100).await;
            Ok(Bytes::from("a"))
        });
        let (outgoing, flow) = Outgoing::new(PartBody {
            len: 2,
            stream: Box::pin(slow.chain_pending()),
        });
        let start = Instant::now();
        let mut outgoing = outgoing;
        let still = flow.stands_still(second, second * 3);
        tokio::pin!(still);
        let first = std::future::poll_fn(|cx| Pin::new(&mut outgoing).poll_frame(cx));
        tokio::select! {
            () = &mut still => panic!("blamed the line for the source"),
            frame = first => assert!(frame.is_some()),
        }
        // Nobody asks for the second byte now: the line stands still.
        still.await;
        assert!(start.elapsed() >= second * 101 && start.elapsed() < second * 105);
    }

    trait ChainPending: Stream + Sized {
        fn chain_pending(self) -> stream::Chain<Self, stream::Pending<Self::Item>> {
            futures_util::StreamExt::chain(self, stream::pending())
        }
    }

    impl<S: Stream> ChainPending for S {}
}
