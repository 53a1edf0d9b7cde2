//! A task that does not outlive its owner.

use std::future::Future;

use tokio::task::JoinHandle;

#[derive(Debug)]
pub(super) struct Task(JoinHandle<()>);

impl Task {
    pub(super) fn spawn(future: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(tokio::spawn(future))
    }

    /// Waits for its own end.
    pub(super) async fn finish(mut self) {
        let _ = (&mut self.0).await;
    }

    /// Ends it now.
    pub(super) async fn stop(self) {
        self.0.abort();
        self.finish().await;
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}
