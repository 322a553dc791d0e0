//! The rules in force, and which of them a request meets.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::watch;

use super::{ActiveFault, Asked, Fault, FaultRule, Route, Unreachable};
use crate::held;

/// The faults one request lives through.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    route: Route,
    pub(crate) list: Vec<Fault>,
    clears: u64,
}

impl Taken {
    /// What happens instead of what was asked.
    pub(crate) fn instead(&self) -> Option<&Fault> {
        self.list.iter().find(|f| f.is_instead(self.route))
    }

    /// No faults.
    pub(crate) fn none(route: Route) -> Self {
        Self {
            route,
            list: Vec::new(),
            clears: 0,
        }
    }

    pub(crate) fn find<T>(&self, f: impl Fn(&Fault) -> Option<T>) -> Option<T> {
        self.list.iter().find_map(f)
    }

    pub(crate) fn has(&self, fault: &Fault) -> bool {
        self.list.contains(fault)
    }
}

/// How a host can be reached: as it should be, and as it is by now.
#[derive(Debug)]
pub(crate) struct Reach {
    wanted: watch::Sender<Option<Unreachable>>,
    actual: watch::Sender<Option<Unreachable>>,
}

impl Default for Reach {
    fn default() -> Self {
        Self {
            wanted: watch::Sender::new(None),
            actual: watch::Sender::new(None),
        }
    }
}

impl Reach {
    fn want(&self, how: Option<Unreachable>) {
        self.wanted.send_if_modified(|now| std::mem::replace(now, how) != how);
    }

    pub(crate) fn wanted(&self) -> watch::Receiver<Option<Unreachable>> {
        self.wanted.subscribe()
    }

    /// Said by the host itself.
    pub(crate) fn is_now(&self, how: Option<Unreachable>) {
        self.actual.send_replace(how);
    }

    /// Returns once the host is as it should be.
    pub(crate) async fn settled(&self) {
        // Both senders live as long as `self`.
        let _ = self
            .actual
            .subscribe()
            .wait_for(|actual| *actual == *self.wanted.borrow())
            .await;
    }
}

/// The rules in force.
#[derive(Debug)]
pub(crate) struct Faults {
    rules: Mutex<Rules>,
    /// How often rules were cleared.
    clears: watch::Sender<u64>,
    pub(crate) storage: Arc<Reach>,
    pub(crate) service: Arc<Reach>,
    pub(crate) files: Arc<Reach>,
}

#[derive(Debug, Default)]
struct Rules {
    list: Vec<ActiveFault>,
    last_id: u64,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            rules: Mutex::default(),
            clears: watch::Sender::new(0),
            storage: Arc::default(),
            service: Arc::default(),
            files: Arc::default(),
        }
    }
}

impl Faults {
    pub(crate) fn add(&self, rule: FaultRule) -> u64 {
        let id = {
            let mut rules = held(&self.rules);
            rules.last_id += 1;
            let id = rules.last_id;
            rules.list.push(ActiveFault { id, rule });
            id
        };
        self.tell();
        id
    }

    /// How long the rule `id` has, when it goes by itself.
    pub(crate) fn life(&self, id: u64) -> Option<Duration> {
        held(&self.rules)
            .list
            .iter()
            .find(|a| a.id == id)?
            .rule
            .for_ms
            .map(Duration::from_millis)
    }

    /// Clears one rule, or all.
    pub(crate) fn clear(&self, id: Option<u64>) {
        {
            let mut rules = held(&self.rules);
            rules.list.retain(|a| id.is_some_and(|id| a.id != id));
            self.clears.send_modify(|n| *n += 1);
        }
        self.tell();
    }

    pub(crate) fn list(&self) -> Vec<ActiveFault> {
        held(&self.rules).list.clone()
    }

    /// The faults this request lives through; they are used up by it.
    pub(crate) fn take(&self, route: Route, part: Option<u32>) -> Taken {
        self.take_by(&Asked { route, part, path: "" })
    }

    /// The same for a request about the file `path`.
    pub(crate) fn take_at(&self, route: Route, path: &str) -> Taken {
        self.take_by(&Asked {
            route,
            part: None,
            path,
        })
    }

    fn take_by(&self, asked: &Asked<'_>) -> Taken {
        let mut rules = held(&self.rules);
        let clears = *self.clears.borrow();
        let mut ripe = Vec::new();
        for (i, active) in rules.list.iter_mut().enumerate() {
            if active.rule.fits(asked) {
                if active.rule.after > 0 {
                    active.rule.after -= 1;
                } else {
                    ripe.push(i);
                }
            }
        }
        if let Some(&instead) = ripe.iter().find(|&&i| rules.list[i].rule.fault.is_instead(asked.route)) {
            ripe = vec![instead];
        }
        let mut taken: Vec<Fault> = Vec::new();
        for i in ripe {
            let rule = &mut rules.list[i].rule;
            let same = std::mem::discriminant(&rule.fault);
            if taken.iter().any(|t| std::mem::discriminant(t) == same) {
                continue;
            }
            taken.push(rule.fault.clone());
            if let Some(times) = rule.times.as_mut() {
                *times = times.saturating_sub(1);
            }
        }
        rules.list.retain(|a| a.rule.times != Some(0));
        Taken {
            route: asked.route,
            list: taken,
            clears,
        }
    }

    /// Returns once faults were cleared after `taken` was.
    pub(crate) async fn until_cleared(&self, taken: &Taken) {
        let mut clears = self.clears.subscribe();
        // The sender lives as long as `self`, so this ends only by a clear.
        let _ = clears.wait_for(|now| *now != taken.clears).await;
    }

    /// Returns once every host is as reachable as the rules say.
    pub(crate) async fn settled(&self) {
        self.storage.settled().await;
        self.service.settled().await;
        self.files.settled().await;
    }

    fn tell(&self) {
        let rules = held(&self.rules);
        let mut storage = None;
        let mut service = None;
        let mut files = None;
        for active in &rules.list {
            match active.rule.fault {
                Fault::StorageUnreachable { how } => storage = Some(how),
                Fault::ServiceUnreachable { how } => service = Some(how),
                Fault::FilesUnreachable { how } => files = Some(how),
                _ => {}
            }
        }
        drop(rules);
        self.storage.want(storage);
        self.service.want(service);
        self.files.want(files);
    }
}
