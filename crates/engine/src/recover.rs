//! The start: every row as the ledger has it, and what was under way goes back in line.

use std::sync::Arc;

use transfer::Event;
use transfer::error::Result;

use crate::commit::commit;
use crate::engine::Inner;

/// Loads the rows. Those that had a slot when everything ended give it back; their stored step says where to go on.
pub(crate) async fn recover(inner: &Arc<Inner>) -> Result<()> {
    let rows = inner.world.ledger.transfers().await?;
    let active: Vec<_> = rows
        .iter()
        .filter(|row| row.state.is_active())
        .map(|row| row.id)
        .collect();
    for row in rows {
        inner.queue().put(row);
    }
    for id in active {
        if commit(inner, id, Event::Interrupted).await.is_err() {
            // The ledger can be read and not written: the rows show, nothing starts.
            break;
        }
    }
    Ok(())
}
