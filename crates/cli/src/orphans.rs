//! `longshore orphans`: unfinished uploads that services still hold, as far as is known here.

use app::Purpose;
use app::boundary::{Nothing, OrphanRef};
use serde_json::json;

use crate::arguments::Orphans;
use crate::exit::{Exit, Outcome};
use crate::print;
use crate::terminal::Terminal;

pub(crate) async fn obey(terminal: &Terminal, verb: Orphans) -> Outcome {
    let host = terminal.open(Purpose::Steer).await?;
    let ids = match verb {
        Orphans::Abort { ids } => ids,
        Orphans::List => {
            let orphans = host.commands().list_orphans(Nothing {}).await?;
            if orphans.is_empty() && !terminal.json {
                print::line("The services hold no unfinished uploads of ours, as far as is known here.");
            }
            for orphan in &orphans {
                let size = orphan.size.map(print::size).unwrap_or_default();
                let name = print::plain(&orphan.name);
                let account = print::plain(&orphan.account.name);
                let held = orphan.upload_id.as_deref().map_or("its id was lost", |id| id);
                let text = format!(
                    "{}  {name}  {size}  {account}  {}  {held}",
                    orphan.id, orphan.created_at
                );
                print::either(terminal.json, &print::orphan(orphan), &print::plain(&text));
            }
            return Ok(Exit::Done);
        }
    };
    let mut exit = Exit::Done;
    for id in ids {
        match host.commands().abort_orphan(OrphanRef { id }).await {
            Ok(Nothing {}) => print::either(
                terminal.json,
                &json!({ "id": id, "aborted": true }),
                &format!("{id}: the service has forgotten it"),
            ),
            Err(why) => {
                print::error_of(terminal.json, &id.to_string(), &why);
                exit = Exit::Failed;
            }
        }
    }
    Ok(exit)
}
