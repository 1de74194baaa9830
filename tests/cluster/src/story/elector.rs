//! A member of a group that elects its leader, as controllers do it: by client-go, in a process of its own.

use super::{Namespace, Running, run};
use nix::sys::signal::Signal;

/// How long the electors of a group wait: lease duration, renew deadline and retry period, as flags take them. client-go
/// wants each of them shorter than the one before, and a Lease knows whole seconds.
#[derive(Clone, Copy, Debug)]
pub struct Term {
    /// How long a renewal counts.
    pub duration: &'static str,
    /// How long the leader tries to renew.
    pub deadline: &'static str,
    /// How long between two tries.
    pub period: &'static str,
}

impl Term {
    /// Seconds, so that a test need not wait for the default of fifteen.
    pub const SHORT: Self = Self { duration: "3s", deadline: "2s", period: "300ms" };
    /// As long as controllers have it.
    pub const USUAL: Self = Self { duration: "15s", deadline: "10s", period: "2s" };
}

/// A running member. Dropping it kills it.
#[derive(Debug)]
pub struct Elector(Running);

impl Namespace {
    /// Starts a member of a pod: it wants to hold the Lease, under the identity `POD_UUID` as client-go's users have it.
    #[must_use]
    pub fn elector(&self, pod: &str, lease: &str, term: Term) -> Elector {
        let identity = format!("{pod}_0b6dbd16-0e3f-4a3c-8f0e-2f6d2f0f7a61");
        Elector(run::elector(
            &self.cluster.kubeconfig,
            &[
                &format!("--kubeconfig={}", self.cluster.kubeconfig.display()),
                &format!("--id={identity}"),
                &format!("--namespace={}", self.name),
                &format!("--lease={lease}"),
                &format!("--lease-duration={}", term.duration),
                &format!("--renew-deadline={}", term.deadline),
                &format!("--retry-period={}", term.period),
                "--release-on-cancel",
            ],
        ))
    }
}

impl Elector {
    /// Waits until it leads.
    ///
    /// # Panics
    /// When it does not in 30 s.
    #[must_use]
    pub fn leads(mut self) -> Self {
        self.0.line_with("leads");
        self
    }

    /// Kills it at once, as a crash does: its Lease runs out.
    pub fn kill(self) {
        self.0.signal(Signal::SIGKILL);
        drop(self);
    }

    /// Ends it in order: it gives its Lease back.
    ///
    /// # Panics
    /// When it has not ended after 30 s.
    pub fn stop(self) {
        self.0.signal(Signal::SIGTERM);
        let _ = self.0.end().ok();
    }
}
