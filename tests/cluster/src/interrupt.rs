//! Ctrl-C and SIGTERM, turned into an error at the next step, so that everything is ended on the way out.

use anyhow::{Result, bail};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;
use std::process::{Child, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Whether somebody asked this process to stop.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// One that never comes: for a cluster booted inside a test, where signals are not ours.
    #[must_use]
    pub fn never() -> Self {
        Self::default()
    }

    /// Listens for SIGINT, SIGTERM and SIGHUP from now on. A second one ends the process at once; the cluster's
    /// processes then die with it by their parent-death signal.
    ///
    /// # Errors
    /// When the handlers cannot be installed.
    pub fn install() -> Result<Self> {
        let asked = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            flag::register_conditional_shutdown(signal, 130, Arc::clone(&asked))?;
            flag::register(signal, Arc::clone(&asked))?;
        }
        Ok(Self(asked))
    }

    /// Whether it came.
    #[must_use]
    pub fn came(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    /// An error once it came.
    ///
    /// # Errors
    /// "interrupted", once it came.
    pub fn check(&self) -> Result<()> {
        if self.came() {
            bail!("interrupted");
        }
        Ok(())
    }

    /// Waits for a child; when interrupted, ends the child's process group and waits for that.
    ///
    /// The child must lead a process group of its own.
    ///
    /// # Errors
    /// When the child cannot be waited for.
    pub fn wait(&self, child: &mut Child) -> Result<ExitStatus> {
        let mut told = false;
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(status);
            }
            if self.came() && !told {
                told = true;
                let group = nix::unistd::Pid::from_raw(i32::try_from(child.id())?);
                // It may have ended by itself since try_wait; then there is nobody to tell.
                let _ = nix::sys::signal::killpg(group, nix::sys::signal::Signal::SIGTERM);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}
