//! MD5 of many parts at once: parts under way are hashed side by side in one SIMD pass on one thread.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

use bytes::Bytes;
use md5_many::{Md5Many, Md5State};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// Parts that the SIMD pass takes side by side.
const REGISTER: usize = 8;
/// Bytes of one part that may wait for their turn.
const WAITING: usize = 1024 * 1024;

/// Computes the MD5 of parts.
#[derive(Debug, Clone)]
pub struct Hasher {
    thread: Option<Sender<Job>>,
    names: Arc<AtomicU64>,
}

#[derive(Debug)]
enum Job {
    Begin(u64),
    /// The permit is given back once the bytes are hashed.
    Bytes(u64, Bytes, OwnedSemaphorePermit),
    End(u64, oneshot::Sender<[u8; 16]>),
    Forget(u64),
}

impl Hasher {
    /// Hashes where it is called, one part at a time. For simulations, where no thread may be.
    #[must_use]
    pub fn inline() -> Self {
        Self {
            thread: None,
            names: Arc::default(),
        }
    }

    /// Hashes on a thread of its own, which ends with its last user.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn threaded() -> std::io::Result<Self> {
        let (jobs, inbox) = channel();
        std::thread::Builder::new()
            .name("md5".into())
            .spawn(move || Lanes::default().work(&inbox))?;
        Ok(Self {
            thread: Some(jobs),
            names: Arc::default(),
        })
    }

    /// Begins a part.
    #[must_use]
    pub fn part(&self) -> PartHash {
        let Some(jobs) = &self.thread else {
            return PartHash(Inner::Inline(Box::default()));
        };
        let name = self.names.fetch_add(1, Ordering::Relaxed);
        // A thread that is gone shows at the end of the part, where there is somebody to tell.
        let _ = jobs.send(Job::Begin(name));
        PartHash(Inner::Lane(Lane {
            name,
            jobs: jobs.clone(),
            room: Arc::new(Semaphore::new(WAITING)),
        }))
    }
}

/// The growing MD5 of one part. Dropped unfinished, it is forgotten.
#[derive(Debug)]
pub struct PartHash(Inner);

#[derive(Debug)]
enum Inner {
    Inline(Box<Md5State>),
    Lane(Lane),
}

#[derive(Debug)]
struct Lane {
    name: u64,
    jobs: Sender<Job>,
    room: Arc<Semaphore>,
}

impl Drop for Lane {
    fn drop(&mut self) {
        let _ = self.jobs.send(Job::Forget(self.name));
    }
}

impl PartHash {
    /// Adds bytes; waits while too many wait already.
    pub async fn update(&mut self, bytes: &Bytes) {
        match &mut self.0 {
            Inner::Inline(state) => state.update(bytes),
            Inner::Lane(lane) => {
                let size = u32::try_from(bytes.len().min(WAITING)).unwrap_or(u32::MAX);
                let Ok(permit) = Arc::clone(&lane.room).acquire_many_owned(size).await else {
                    return;
                };
                let _ = lane.jobs.send(Job::Bytes(lane.name, bytes.clone(), permit));
            }
        }
    }

    /// The MD5 in lower-case hex; `None` when the hashing thread is gone.
    pub async fn finish(self) -> Option<String> {
        let digest = match self.0 {
            Inner::Inline(state) => state.finalize(),
            Inner::Lane(lane) => {
                let (answer, digest) = oneshot::channel();
                lane.jobs.send(Job::End(lane.name, answer)).ok()?;
                digest.await.ok()?
            }
        };
        Some(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// All parts under way. A pass waits until every one of them has bytes, or one of them can wait no longer:
/// the more parts in a pass, the less each costs.
#[derive(Default)]
struct Lanes {
    engine: Md5Many,
    parts: BTreeMap<u64, Part>,
}

#[derive(Default)]
struct Part {
    state: Md5State,
    waiting: VecDeque<(Bytes, OwnedSemaphorePermit)>,
    bytes: usize,
    ended: Option<oneshot::Sender<[u8; 16]>>,
}

impl Part {
    /// It is full or finished: its sender waits for this pass.
    fn presses(&self) -> bool {
        self.ended.is_some() || self.bytes + WAITING / 4 >= WAITING
    }
}

impl Lanes {
    fn work(mut self, inbox: &Receiver<Job>) {
        while let Ok(job) = inbox.recv() {
            self.take(job);
            while let Ok(job) = inbox.try_recv() {
                self.take(job);
            }
            while self.parts.values().any(Part::presses) || self.all_have_bytes() {
                self.pass();
                while let Ok(job) = inbox.try_recv() {
                    self.take(job);
                }
            }
        }
    }

    fn take(&mut self, job: Job) {
        match job {
            Job::Begin(name) => {
                self.parts.insert(name, Part::default());
            }
            Job::Bytes(name, bytes, permit) => {
                if let Some(part) = self.parts.get_mut(&name) {
                    part.bytes += bytes.len();
                    part.waiting.push_back((bytes, permit));
                }
            }
            Job::End(name, answer) => {
                if let Some(part) = self.parts.get_mut(&name) {
                    part.ended = Some(answer);
                }
            }
            // A part that has ended answers first and is forgotten then.
            Job::Forget(name) => {
                if self.parts.get(&name).is_some_and(|part| part.ended.is_none()) {
                    self.parts.remove(&name);
                }
            }
        }
    }

    fn all_have_bytes(&self) -> bool {
        !self.parts.is_empty() && self.parts.values().all(|part| part.bytes > 0)
    }

    /// Hashes one piece of every part that has one, all in one pass, and answers those that have ended.
    fn pass(&mut self) {
        let mut states = Vec::with_capacity(self.parts.len());
        let mut pieces = Vec::with_capacity(self.parts.len());
        let mut names = Vec::with_capacity(self.parts.len());
        for (name, part) in &mut self.parts {
            if let Some((bytes, permit)) = part.waiting.pop_front() {
                part.bytes -= bytes.len();
                states.push(std::mem::take(&mut part.state));
                pieces.push((bytes, permit));
                names.push(*name);
            }
        }
        let mut inputs: Vec<&[u8]> = pieces.iter().map(|(bytes, _)| bytes.as_ref()).collect();
        fill(&mut states, &mut inputs);
        self.engine.update_many(&mut states, &inputs);
        for (name, state) in names.into_iter().zip(states) {
            if let Some(part) = self.parts.get_mut(&name) {
                part.state = state;
            }
        }
        self.parts.retain(|_, part| match part.ended.take() {
            Some(answer) if part.waiting.is_empty() => {
                let _ = answer.send(part.state.finalize());
                false
            }
            ended => {
                part.ended = ended;
                true
            }
        });
    }
}

/// A register holds eight: filled with copies it costs half of what it costs half empty. One alone is cheapest alone.
fn fill(states: &mut Vec<Md5State>, inputs: &mut Vec<&[u8]>) {
    if (2..REGISTER).contains(&inputs.len())
        && let Some(longest) = (0..inputs.len()).max_by_key(|index| inputs[*index].len())
    {
        let (state, input) = (states[longest], inputs[longest]);
        states.resize(REGISTER, state);
        inputs.resize(REGISTER, input);
    }
}

#[cfg(test)]
mod tests {
    use md5::{Digest, Md5};

    use super::*;

    fn expected(bytes: &[u8]) -> String {
        Md5::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[tokio::test]
    async fn twenty_parts_of_uneven_length_hashed_side_by_side_are_all_right() {
        let hasher = Hasher::threaded().unwrap();
        let tasks: Vec<_> = (0..20_usize)
            .map(|index| {
                let mut part = hasher.part();
                tokio::spawn(async move {
                    let bytes: Vec<u8> = (0..index * 77_777).map(|n| (n * 31 + index) as u8).collect();
                    for piece in bytes.chunks(50_001 + index) {
                        part.update(&Bytes::copy_from_slice(piece)).await;
                    }
                    (part.finish().await, expected(&bytes))
                })
            })
            .collect();
        for task in tasks {
            let (ours, right) = task.await.unwrap();
            assert_eq!(ours, Some(right));
        }
    }

    #[tokio::test]
    async fn a_part_given_up_does_not_hold_the_others() {
        let hasher = Hasher::threaded().unwrap();
        let given_up = hasher.part();
        let mut other = hasher.part();
        other.update(&Bytes::from_static(b"abc")).await;
        drop(given_up);
        assert_eq!(other.finish().await, Some(expected(b"abc")));
    }

    #[tokio::test]
    async fn inline_gives_the_same() {
        let mut part = Hasher::inline().part();
        part.update(&Bytes::from_static(b"ab")).await;
        part.update(&Bytes::from_static(b"c")).await;
        assert_eq!(part.finish().await, Some(expected(b"abc")));
    }
}
