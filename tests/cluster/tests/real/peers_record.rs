//! Writes the state that docs/guides/peers.md shows. Only on demand, as it takes half a minute to come about:
//!
//! ```text
//! cargo cluster test peers_record:: -- --ignored
//! ```

use crate::peers::ask;
use crate::peers_start::{PATIENCE, quorum};
use std::path::Path;
use test_cluster::*;

#[test]
#[ignore = "writes tests/fixtures"]
fn bootstrap_deadlock() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "record");
    ns.apply(quorum(&ns));
    ns.wait_for(PATIENCE, "the deadlock is named", || {
        ask(&ns, "quorum", &["--no-dns"]).found("BootstrapDeadlock").is_some()
    });
    let text = ns.plugin(&["capture", "quorum"]).ok().stdout.replace(ns.name(), "shop");
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/bootstrap-deadlock");
    std::fs::create_dir_all(&directory).expect("a directory for the fixture");
    std::fs::write(directory.join("state.yaml"), text).expect("a fixture file");
}
