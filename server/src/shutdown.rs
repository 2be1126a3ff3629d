//! Ending in order: a signal stops taking work, what runs may finish within a bound, a second signal ends at once.

use std::time::Duration;
use tokio::signal;
use tokio_util::sync::CancellationToken;

/// A token that is cancelled by the first SIGTERM or SIGINT. The second one ends the process.
pub fn on_signal() -> anyhow::Result<CancellationToken> {
    let token = CancellationToken::new();
    let stop = token.clone();
    let mut terminate = signal::unix::signal(signal::unix::SignalKind::terminate())?;
    let mut interrupt = signal::unix::signal(signal::unix::SignalKind::interrupt())?;
    tokio::spawn(async move {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
        tracing::info!("stopping: running requests and jobs may finish");
        stop.cancel();
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
        tracing::warn!("stopping at once");
        std::process::exit(130);
    });
    Ok(token)
}

/// Waits for work that ends after the token; when it takes longer than `bound`, it is left where it is. What that loses is
/// taken up again by its lease.
pub async fn within(bound: Duration, stop: &CancellationToken, work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    let late = async {
        stop.cancelled().await;
        tokio::time::sleep(bound).await;
    };
    tokio::select! {
        ended = work => ended?,
        () = late => tracing::warn!(seconds = bound.as_secs(), "some work did not finish in time"),
    }
    tracing::info!("stopped");
    Ok(())
}
