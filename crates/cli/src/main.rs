//! `longshore`: the application in a terminal, for servers, scripts and tests.

mod account;
mod arguments;
mod download;
mod exit;
mod follow;
mod limit;
mod list;
mod orphans;
mod pause;
mod print;
mod prompt;
mod queued;
mod rate;
mod remote;
mod run;
mod settings;
mod steer;
mod terminal;
mod upload;
mod watch;

#[cfg(feature = "sandbox")]
mod demo;
#[cfg(feature = "sandbox")]
mod sandboxed;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Verb};
use exit::{Exit, Outcome};
use terminal::Terminal;

fn main() -> ExitCode {
    // Before anything is made and any thread runs.
    app::harden();
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(why) => {
            print::error(arguments.json, &exit::system(&why));
            return Exit::Failed.into();
        }
    };
    let exit = runtime.block_on(work(arguments));
    // Something may still read standard input, which nobody can interrupt.
    runtime.shutdown_background();
    exit.into()
}

async fn work(arguments: Arguments) -> Exit {
    let json = arguments.json;
    let terminal = Terminal::new(json);
    let ended = if arguments.verb.ends_when_stopped() {
        obey(&terminal, arguments.verb).await
    } else {
        tokio::select! {
            biased;
            asked = app::asked_to_stop() => asked.map(|()| Exit::Interrupted).map_err(|why| exit::system(&why)),
            ended = obey(&terminal, arguments.verb) => ended,
        }
    };
    // Whatever is under way is put back in line; the next run goes on with it.
    terminal.leave().await;
    match ended {
        Ok(exit) => exit,
        Err(failure) => {
            print::error(json, &failure);
            Exit::of(&failure)
        }
    }
}

async fn obey(terminal: &Terminal, verb: Verb) -> Outcome {
    match verb {
        Verb::Account(verb) => account::obey(terminal, verb).await,
        Verb::Upload(upload) => upload::obey(terminal, upload).await,
        Verb::Download(download) => download::obey(terminal, download).await,
        Verb::Password { id } => steer::password(terminal, id).await,
        Verb::List(list) => list::list(terminal, list).await,
        Verb::Show { id } => list::show(terminal, id).await,
        Verb::Pause(pause) => pause::obey(terminal, pause).await,
        Verb::Resume(which) => pause::end(terminal, which).await,
        Verb::Retry(which) => steer::obey(terminal, steer::Verb::Retry, which).await,
        Verb::Cancel(which) => steer::obey(terminal, steer::Verb::Cancel, which).await,
        Verb::Remove(which) => steer::obey(terminal, steer::Verb::Remove, which).await,
        Verb::Answer { id, choice } => steer::answer(terminal, id, choice).await,
        Verb::Move { ids, to } => steer::reorder(terminal, ids, to).await,
        Verb::Run { until_idle } => run::obey(terminal, until_idle).await,
        Verb::Watch(verb) => watch::obey(terminal, verb).await,
        Verb::Limit(limit) => limit::obey(terminal, limit).await,
        Verb::Settings(verb) => settings::obey(terminal, verb).await,
        Verb::Remote(verb) => remote::obey(terminal, verb).await,
        Verb::Orphans(verb) => orphans::obey(terminal, verb).await,
        #[cfg(feature = "sandbox")]
        Verb::Sandbox(options) => sandboxed::serve(options).await,
        #[cfg(feature = "sandbox")]
        Verb::Demo => demo::obey(terminal).await,
    }
}
