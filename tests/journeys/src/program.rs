//! A program at work, and what it said in the end.

use std::process::ExitStatus;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A program is waited for so long: a busy machine is no reason to give up.
const PATIENCE: Duration = Duration::from_secs(60);

/// A program that was started, whose words are read as they come. It is killed when this is dropped.
#[derive(Debug)]
pub struct Program {
    child: Child,
    out: Words,
    err: Words,
}

/// What was said on one stream.
#[derive(Debug)]
struct Words {
    said: watch::Receiver<Vec<u8>>,
    over: JoinHandle<()>,
}

impl Words {
    fn of(mut stream: impl AsyncRead + Unpin + Send + 'static) -> Self {
        let (saying, said) = watch::channel(Vec::new());
        let over = tokio::spawn(async move {
            let mut piece = vec![0; 64 * 1024];
            while let Ok(count @ 1..) = stream.read(&mut piece).await {
                saying.send_modify(|all| all.extend_from_slice(&piece[..count]));
            }
        });
        Self { said, over }
    }

    /// Everything, once the stream has ended.
    async fn all(self) -> String {
        self.over.await.unwrap();
        String::from_utf8(self.said.borrow().clone()).unwrap()
    }
}

/// The lines that are objects, and whole.
fn objects(text: &str) -> impl Iterator<Item = Value> {
    text.lines().filter_map(|line| serde_json::from_str(line).ok())
}

/// What a program came to.
#[derive(Debug)]
pub struct Said {
    /// Its exit code; none for one that was killed.
    pub code: Option<i32>,
    /// The objects of its standard output, one a line; none where it was not asked for them.
    pub objects: Vec<Value>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Said {
    /// The last object.
    ///
    /// # Panics
    /// When there is none.
    pub fn last(&self) -> &Value {
        self.objects
            .last()
            .unwrap_or_else(|| panic!("nothing was said: {self:?}"))
    }

    /// The last word on the transfer of this name.
    ///
    /// # Panics
    /// When there is none.
    pub fn row(&self, name: &str) -> &Value {
        let found = self.objects.iter().rfind(|object| object["name"] == name);
        found.unwrap_or_else(|| panic!("nothing was said of {name}: {self:?}"))
    }

    /// The same, once its exit code is as expected.
    ///
    /// # Panics
    /// When it is another.
    #[track_caller]
    pub fn ending(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:?}");
        self
    }
}

/// What Windows says of a process that ended before its first instruction; under wine that happens by itself now and then.
const NEVER_BEGAN: i32 = 1359;
/// How often one may be started that never began.
const STARTS: u32 = 5;

/// Starts a program, once more where it ended before it began.
pub(crate) fn spawn(command: &mut Command) -> Child {
    let never_began =
        |why: &std::io::Error| std::env::consts::FAMILY == "windows" && why.raw_os_error() == Some(NEVER_BEGAN);
    for _ in 1..STARTS {
        match command.spawn() {
            Err(why) if never_began(&why) => {}
            started => return started.unwrap(),
        }
    }
    command.spawn().unwrap()
}

impl Program {
    /// Starts it; its output must be piped.
    pub fn start(mut command: Command) -> Self {
        Self::of(spawn(&mut command))
    }

    /// One that was started.
    pub(crate) fn of(mut child: Child) -> Self {
        let out = Words::of(child.stdout.take().unwrap());
        let err = Words::of(child.stderr.take().unwrap());
        Self { child, out, err }
    }

    /// Returns once standard error holds `text`.
    ///
    /// # Panics
    /// When the program ends without a word of it.
    pub async fn until_warned(&mut self, text: &str) {
        let holds = |said: &Vec<u8>| String::from_utf8_lossy(said).contains(text);
        let heard = self.err.said.wait_for(holds).await.is_ok();
        assert!(heard, "it never said {text:?}");
    }

    /// The first object it says, or has said, that fits.
    ///
    /// # Panics
    /// When it ends without it, or says nothing of the kind for a minute.
    pub async fn says(&mut self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let found = |said: &[u8]| objects(&String::from_utf8_lossy(said)).find(&fits);
        let heard = tokio::time::timeout(PATIENCE, self.out.said.wait_for(|said| found(said).is_some())).await;
        let heard = heard.ok().and_then(Result::ok).and_then(|said| found(&said));
        heard.unwrap_or_else(|| {
            panic!(
                "it did not say {what}: {}",
                String::from_utf8_lossy(&self.out.said.borrow())
            )
        })
    }

    /// The first row in this state, with this reason where one is named.
    ///
    /// # Panics
    /// When it ends without one.
    pub async fn row(&mut self, state: &str, reason: Option<&str>) -> Value {
        let fits = |row: &Value| row["state"] == state && reason.is_none_or(|code| row["reason"]["code"] == code);
        self.says(&format!("{state} {reason:?}"), fits).await
    }

    /// Asks it to stop, as Ctrl-C does, and waits for its end.
    ///
    /// # Panics
    /// When it has ended already.
    pub async fn interrupted(self) -> Said {
        let id = self.id().unwrap().to_string();
        let asked = Command::new("kill").args(["-INT", &id]).status().await.unwrap();
        assert!(asked.success());
        self.said().await
    }

    /// Its process, while it lives.
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// The most memory that it ever held, in KiB; none once it has ended, and where the system does not say.
    pub fn peak_kib(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id()?)).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        line.trim().trim_end_matches(" kB").parse().ok()
    }

    /// Returns once it has ended by itself.
    pub async fn ended(&mut self) -> ExitStatus {
        self.child.wait().await.unwrap()
    }

    /// SIGKILL, on Windows TerminateProcess; gone when this returns. `false` when it had ended by itself before.
    pub async fn kill(&mut self) -> bool {
        if self.child.try_wait().unwrap().is_some() {
            return false;
        }
        self.child.kill().await.unwrap();
        let code = self.child.wait().await.unwrap().code();
        // Windows has no signals: who ends another gives it an exit code, and this is the one that Rust gives.
        code == (std::env::consts::FAMILY == "windows").then_some(1)
    }

    /// Waits for its end, and answers what it said.
    pub async fn said(mut self) -> Said {
        let status = self.ended().await;
        let (out, err) = (self.out.all().await, self.err.all().await);
        Said {
            code: status.code(),
            objects: objects(&out).collect(),
            out,
            err,
        }
    }
}
