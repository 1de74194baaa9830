//! A node's beginning and end.

use super::RealNode;
use crate::real::machine::{HIDDEN, end_nodes};
use crate::real::pieces::Pieces;
use crate::real::{cgroups, containerd, kubelet, network};
use anyhow::{Context, Result, anyhow, ensure};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Command;

/// What makes the inside of a node, before its first process: $1 is the node's directory, $2 that process.
const INSIDE: &str = r#"
ip link set lo up
echo 1 > /proc/sys/net/ipv4/ip_forward
for file in "$1"/kernel/*; do mount --bind "$file" "/proc/sys/$(basename "$file" | tr . /)"; done
mount -t tmpfs tmpfs /run
"#;

impl RealNode {
    /// Starts the node: namespaces, network, container runtime; the kubelet is started apart. What is on its disk is kept.
    /// It is another boot, as its kubelet sees and tells.
    ///
    /// # Errors
    /// When it runs already, or a part does not start.
    pub fn power_on(&self) -> Result<()> {
        ensure!(!self.is_on(), "{} runs already", self.name);
        self.write_files()?;
        cgroups::make(self.name)?;
        let place = self.dir.display().to_string();
        let pause = self.parts.pause.display().to_string();
        let inside = inside();
        let unshare =
            ["unshare", "--mount", "--net", "--pid", "--ipc", "--uts", "--mount-proc", "--kill-child"];
        let args = [&unshare[1..], &["--", "sh", "-ec", &inside, "node", &place, &pause]].concat();
        self.spawn(self.name, Path::new(unshare[0]), &args, Some(self.lock.try_clone()?))?;
        let init = self.wait("its first process", || self.init())?;
        network::join(self.number, &self.others(), init)?;
        self.start_containerd()
    }

    /// Ends everything in the node at once, as a power cut does. What is on its disk stays.
    ///
    /// # Errors
    /// When the node has ended already.
    pub fn power_off(&self) -> Result<()> {
        ensure!(self.is_on(), "{} has ended already", self.name);
        let mut cluster = self.cluster();
        end_nodes(cluster.dir(), cluster.state(), &[self.name]);
        [self.kubelet_name(), self.containerd_name(), self.name.to_owned()]
            .iter()
            .try_for_each(|it| cluster.kill(it))
    }

    fn write_files(&self) -> Result<()> {
        for (place, _) in HIDDEN {
            std::fs::create_dir_all(self.dir.join(place))?;
        }
        let kernel = self.dir.join("kernel");
        std::fs::create_dir_all(&kernel)?;
        for (setting, value) in kubelet::KERNEL {
            std::fs::write(kernel.join(setting.replace('/', ".")), format!("{value}\n"))?;
        }
        // Otherwise that of the machine, which goes on.
        std::fs::copy("/proc/sys/kernel/random/uuid", kernel.join("kernel.random.boot_id"))?;
        Ok(())
    }

    fn start_containerd(&self) -> Result<()> {
        let pieces = Pieces::find().map_err(|missing| anyhow!(missing.join(", ")))?;
        let args = containerd::prepare(&self.dir, self.number, &self.parts, &pieces)?;
        let path = self.parts.containerd.clone();
        self.spawn_inside(&self.containerd_name(), &path, &args)?;
        let init = self.init().context("the node has ended")?;
        let socket = format!("/proc/{init}/root{}", containerd::SOCKET);
        self.wait("containerd", || UnixStream::connect(&socket).ok())?;
        Ok(())
    }

    /// Imports the archive of an image, so that pods of this node can use it.
    ///
    /// # Errors
    /// When containerd refuses.
    pub fn import(&self, archive: &Path) -> Result<()> {
        let init = self.init().context("the node has ended")?.to_string();
        let mut command = Command::new("nsenter");
        command.args(["--target", &init, "--mount", "--net", "--pid", "--"]).arg(&self.parts.ctr);
        command.args(["--namespace", "k8s.io", "images", "import", "--local"]).arg(archive);
        network::run(&mut command)
    }
}

fn inside() -> String {
    let mut script = INSIDE.to_owned();
    for (own, place) in HIDDEN {
        script.push_str(&format!("mount --bind \"$1/{own}\" {place}\n"));
    }
    script.push_str("exec \"$2\" \"$1\"\n");
    script
}
