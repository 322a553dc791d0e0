//! What begins with the window: the application is opened beside it, and what changes in it flows to page and title.

use app::boundary::{Change, Failure, ListTransfers, Nothing, VaultState};
use app::{Home, Host, Options, Purpose};
use tauri::{AppHandle, Manager};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::arguments::Arguments;
use crate::bridge::{self, Bridge};
use crate::sandbox::{self, Sandbox};
use crate::title::Title;
use crate::{leave, tray, window};

/// Begins everything and returns at once: the window opens meanwhile.
pub(crate) fn begin(app: &AppHandle, home: Home, arguments: Arguments) {
    app.manage(Bridge::new(app.clone()));
    let feeding = app.clone();
    tauri::async_runtime::spawn(async move { feeding.state::<Bridge>().feed.run().await });
    bridge::offer(app, arguments.files);
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let opened = open(&home, arguments.sandbox).await;
        if let Err(why) = &opened {
            tracing::error!(code = why.code, "the application could not be opened");
        }
        app.state::<Bridge>().opened(opened.clone());
        if arguments.hidden && !works(&opened).await {
            // It would wait for its passphrase, or say why it can't work, where nobody sees it.
            window::show(&app);
        }
        let Ok(host) = opened else { return };
        let changes = host.listen();
        if arguments.sandbox {
            let (app, host) = (app.clone(), host.clone());
            tauri::async_runtime::spawn(async move {
                if let Err(why) = stand_beside(&app, &host, &home).await {
                    tracing::error!(code = why.code, "there is no sandbox");
                    eprintln!("{why}");
                }
            });
        }
        hear(&app, &host, changes).await;
    });
}

/// Whether it does its work without the person.
async fn works(opened: &Result<Host, Failure>) -> bool {
    let Ok(host) = opened else { return false };
    let vault = host.commands().vault_state(Nothing {}).await;
    vault.is_ok_and(|vault| vault.state == VaultState::Open)
}

async fn open(home: &Home, sandbox: bool) -> Result<Host, Failure> {
    let host = Host::open(Options {
        home: home.clone(),
        purpose: Purpose::Work,
        // The page asks.
        prompt: None,
        needs_vault: false,
    })
    .await?;
    if sandbox {
        sandbox::make_vault(host.commands()).await?;
    }
    Ok(host)
}

/// Starts the sandbox and signs its accounts in, as soon as there is a place for their credentials.
async fn stand_beside(app: &AppHandle, host: &Host, home: &Home) -> Result<(), Failure> {
    let mut changes = host.listen();
    let sandbox = Sandbox::start(home).await?;
    while host.commands().vault_state(Nothing {}).await?.state != VaultState::Open {
        // Whatever changed may have been the vault.
        if let Err(RecvError::Closed) = changes.recv().await {
            return Ok(());
        }
    }
    let signed_in = sandbox.sign_in(host.commands()).await;
    app.state::<Bridge>().keep(sandbox);
    signed_in
}

/// Passes on everything that changes, until the end.
async fn hear(app: &AppHandle, host: &Host, mut changes: Receiver<Change>) {
    let bridge = app.state::<Bridge>();
    let mut title = Title::default();
    let mut shown = String::new();
    seed(&mut title, host).await;
    tray::begin(app, host).await;
    loop {
        let text = title.text();
        if text != shown {
            window::set_title(app, &text);
            shown = text;
        }
        let change = match changes.recv().await {
            Ok(change) => change,
            Err(RecvError::Lagged(_)) => Change::Missed,
            Err(RecvError::Closed) => return,
        };
        if change == Change::Missed {
            seed(&mut title, host).await;
            tray::begin(app, host).await;
        }
        title.hear(&change);
        tray::hear(app, &change);
        if let Change::Status { status } = &change
            && status.active + status.pending == 0
            && window::is_hidden(app)
        {
            leave::leave(app);
        }
        bridge.feed.tell(change);
    }
}

/// Begins the title anew with what is in the queue.
async fn seed(title: &mut Title, host: &Host) {
    *title = Title::default();
    if let Ok(rows) = host.commands().list_transfers(ListTransfers::default()).await {
        title.hear(&Change::Changed { rows });
    }
}
