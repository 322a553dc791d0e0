//! The one command of the page, which carries every command of the list.

use app::boundary::{COMMANDS, Caller, CommandInfo, Failure, Who, dispatch, dispatch_window};
use serde_json::Value;
use tauri::ipc::JavaScriptChannelId;
use tauri::{Manager, Webview};

use crate::bridge::Bridge;

/// Gives the command `name`. A page that says `hello` brings the channel along on which it wants to be told changes.
///
/// # Errors
/// What the command says; `engine_gone` and its kind when the engine could not be opened.
#[tauri::command]
pub(crate) async fn call(
    webview: Webview,
    name: String,
    ask: Value,
    changes: Option<JavaScriptChannelId>,
) -> Result<Value, Failure> {
    let app = webview.app_handle().clone();
    let bridge = app.state::<Bridge>();
    if let Some(channel) = changes {
        // Before the command: nothing that happens from its answer on may be missed.
        bridge.feed.attach(channel.channel_on(webview));
    }
    let for_window = |command: &&CommandInfo| command.name == name;
    match COMMANDS.iter().find(for_window).map(|command| command.who) {
        Some(Who::Window) => dispatch_window(&*bridge, Caller::Page, &name, ask).await,
        _ => {
            let host = bridge.host().await?;
            dispatch(host.commands(), Caller::Page, &name, ask).await
        }
    }
}
