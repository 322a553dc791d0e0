//! `longshore sandbox`: the world outside, on this machine.

use app::boundary::Failure;
use sandbox::Options;

use crate::arguments::Sandbox;
use crate::exit::{Exit, Outcome};

/// Prints where everything is as one line of JSON, and serves until standard input is closed or somebody stops it.
pub(crate) async fn serve(options: Sandbox) -> Outcome {
    let options = Options {
        home: options.home,
        port_base: options.port_base,
        ..Options::default()
    };
    let stopped = async {
        if app::asked_to_stop().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let served = sandbox::serve_until(options, stopped).await;
    served
        .map(|()| Exit::Done)
        .map_err(|why| Failure::new("sandbox", format!("The sandbox could not start: {why}.")))
}
