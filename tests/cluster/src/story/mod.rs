//! What a test is made of. A test reads as a story: a namespace, sets in it, something to wait for, a command.

mod dns;
mod dump;
mod elector;
pub mod env;
mod history;
mod library;
mod machine;
mod namespace;
mod node;
mod objects;
mod pod;
mod real;
mod relay;
mod run;
mod running;
mod set;
mod tunnel;
mod user;
mod wait;

pub use dns::{Dns, DnsBuilder, DnsCache, dns};
pub use elector::{Elector, Term};
pub use env::{ClusterHandle, cluster};
pub use history::{Happened, History};
pub use namespace::{Manifest, Namespace};
pub use node::TestNode;
pub(crate) use node::own_node;
pub(crate) use pod::BEHAVIOUR;
pub use pod::Behaviour;
pub use relay::{Call, Relay, Stop, When};
pub use run::Run;
pub use running::Running;
pub(crate) use set::NO_NODE;
pub use set::{SetBuilder, retention_policy, set};
pub use tunnel::Tunnel;
pub use user::User;
pub use wait::wait_until;
