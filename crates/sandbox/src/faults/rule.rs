//! A fault with where, how often and how long it happens.

use serde::{Deserialize, Serialize};

use super::{Fault, Route};

/// A fault with where, how often and how long it happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultRule {
    /// What goes wrong.
    #[serde(flatten)]
    pub fault: Fault,
    /// Where; `None` is the route the fault is about, else every one.
    #[serde(default)]
    pub route: Option<Route>,
    /// How often; `None` is until cleared.
    #[serde(default)]
    pub times: Option<u32>,
    /// Requests that pass unharmed before it starts.
    #[serde(default)]
    pub after: u32,
    /// Real milliseconds after which it is gone.
    #[serde(default)]
    pub for_ms: Option<u64>,
    /// Only this part number.
    #[serde(default)]
    pub part: Option<u32>,
    /// Only the file of this name (file host) or id (FileFactory).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

/// A rule in force, with the number it is cleared by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActiveFault {
    /// Given when it was added.
    pub id: u64,
    /// The rule; `times` and `after` count down.
    #[serde(flatten)]
    pub rule: FaultRule,
}

impl From<Fault> for FaultRule {
    /// The fault on its own route, until cleared.
    fn from(fault: Fault) -> Self {
        Self {
            fault,
            route: None,
            times: None,
            after: 0,
            for_ms: None,
            part: None,
            path: None,
        }
    }
}

impl FaultRule {
    /// The same at `route` only.
    #[must_use]
    pub fn on(mut self, route: Route) -> Self {
        self.route = Some(route);
        self
    }

    /// The same, `times` times.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// The same, after `requests` that pass unharmed.
    #[must_use]
    pub fn after(mut self, requests: u32) -> Self {
        self.after = requests;
        self
    }

    /// The same for part `number` only.
    #[must_use]
    pub fn part(mut self, number: u32) -> Self {
        self.part = Some(number);
        self
    }

    /// The same for the file of this name (file host) or id (FileFactory) only.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Reads a rule, refusing fields that mean nothing.
    ///
    /// # Errors
    /// A sentence naming what is wrong.
    pub fn from_json(json: &serde_json::Value) -> Result<Self, String> {
        let rule: Self = serde_json::from_value(json.clone()).map_err(|e| e.to_string())?;
        let mut known = serde_json::to_value(&rule).map_err(|e| e.to_string())?;
        known["path"] = rule.path.clone().into();
        match json
            .as_object()
            .and_then(|o| o.keys().find(|k| known.get(k.as_str()).is_none()))
        {
            Some(field) => Err(format!("\"{field}\" means nothing to this fault")),
            None => Ok(rule),
        }
    }

    pub(super) fn fits(&self, asked: &Asked<'_>) -> bool {
        let here = match (self.route, self.fault.home()) {
            (Some(given), _) => given.covers(asked.route),
            (None, Some(home)) => home.covers(asked.route),
            (None, None) => true,
        };
        let part = self.part.is_none() || self.part == asked.part;
        let path = self
            .path
            .as_deref()
            .is_none_or(|path| asked.path.split(',').any(|p| p == path));
        here && !self.fault.is_about_a_host() && part && path
    }
}

/// What a rule is held against.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) route: Route,
    pub(crate) part: Option<u32>,
    /// The file's name or id; ids of several, separated by commas.
    pub(crate) path: &'a str,
}
