//! Starting when the person logs in: how the system has it, and what is wanted of it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Whether the window starts, without being shown, when the person logs in: as the system has it now, not as it was set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StartAtLogin {
    pub state: LoginState,
    /// A sentence where there is more to know.
    pub text: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LoginState {
    Off,
    On,
    /// It is on the system's list, and switched off there.
    SwitchedOff,
    /// Another copy of Longshore starts, or this one with an older choice.
    Other,
    /// Something that is not Longshore's stands in its place.
    Foreign,
    /// It can't be told, or there is no window to be started.
    Unavailable,
}

/// Starts at login from now on, or no more.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
pub struct SetStartAtLogin {
    pub on: bool,
}
