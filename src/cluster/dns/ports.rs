//! At which TCP port a pod answers DNS.

use super::choice::PORT;
use super::objects::{DnsPod, is_tcp};
use crate::wire::{ContainerPort, Service, ServicePort};

/// How CoreDNS' manifests, and kube-dns', name their TCP port.
const NAME: &str = "dns-tcp";

/// The TCP port of a pod that is a DNS server: the one of the usual name, else 53 if it is declared, else one that is
/// declared for UDP, too, as no other protocol is; else 53.
pub(super) fn of_pod(pod: &DnsPod) -> u16 {
    let tcp = || pod.ports().filter(|port| is_tcp(&port.protocol));
    let udp = |number: i32| pod.ports().any(|port| port.container_port == number && !is_tcp(&port.protocol));
    let named = tcp().find(|port| port.name == NAME);
    let usual = || tcp().find(|port| port.container_port == i32::from(PORT));
    let both = || tcp().find(|port| udp(port.container_port));
    named.or_else(usual).or_else(both).and_then(number).unwrap_or(PORT)
}

/// The TCP port by which a Service leads to DNS: the one of the usual name, else 53, else the only one.
pub(super) fn of_service(service: &Service) -> Option<&ServicePort> {
    let ports = service.spec.iter().flat_map(|spec| &spec.ports);
    let tcp: Vec<_> = ports.filter(|port| is_tcp(&port.protocol)).collect();
    let named = tcp.iter().find(|port| port.name == NAME);
    let usual = || tcp.iter().find(|port| port.port == i32::from(PORT));
    let only = || tcp.first().filter(|_| tcp.len() == 1);
    named.or_else(usual).or_else(only).copied()
}

/// Where a port of a Service leads to in one of its pods: a number, the name of a port of the pod, or the same number.
pub(super) fn target(port: &ServicePort, pod: &DnsPod) -> Option<u16> {
    let named = |name: &str| pod.ports().find(|port| port.name == name && is_tcp(&port.protocol));
    match &port.target_port {
        Some(target) if target.kind == 1 => named(&target.string).and_then(number),
        Some(target) if target.int != 0 => u16::try_from(target.int).ok(),
        _ => u16::try_from(port.port).ok(),
    }
}

fn number(port: &ContainerPort) -> Option<u16> {
    u16::try_from(port.container_port).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_value, json};

    use super::*;

    fn pod(ports: &[(&str, u16, &str)]) -> DnsPod {
        let port = |(name, number, protocol): &(&str, u16, &str)| json!({"name": name, "containerPort": number, "protocol": protocol});
        let ports: Vec<_> = ports.iter().map(port).collect();
        from_value(json!({"spec": {"containers": [{"ports": ports}]}})).expect("a pod")
    }

    fn service(ports: &Value) -> Service {
        from_value(json!({"spec": {"ports": ports}})).expect("a service")
    }

    #[test]
    fn the_tcp_port_of_a_pod_is_found() {
        let metrics = ("metrics", 9153, "TCP");
        let cases: [(&str, &[_], u16); 7] = [
            ("kubeadm", &[("dns", 53, "UDP"), ("dns-tcp", 53, "TCP"), metrics], 53),
            ("OpenShift", &[("dns", 5353, "UDP"), ("dns-tcp", 5353, "TCP"), metrics], 5353),
            ("the Helm chart", &[metrics, ("udp-53", 53, "UDP"), ("tcp-53", 53, "TCP")], 53),
            ("another port without the name", &[metrics, ("a", 1053, "UDP"), ("b", 1053, "TCP")], 1053),
            ("UDP only", &[("dns", 53, "UDP"), metrics], 53),
            ("nothing declared", &[], 53),
            ("no protocol is TCP", &[("dns-tcp", 1053, "")], 1053),
        ];
        for (name, ports, expected) in cases {
            assert_eq!(of_pod(&pod(ports)), expected, "{name}");
        }
    }

    #[test]
    fn a_service_leads_to_a_named_or_numbered_port() {
        let pod = pod(&[("tcp", 1053, "TCP"), ("udp", 1054, "UDP")]);
        let of = |target: Value| {
            let service = service(&json!([{"port": 53, "protocol": "TCP", "targetPort": target}]));
            target_of(&service, &pod)
        };
        assert_eq!(of(json!("tcp")), Some(1053));
        assert_eq!(of(json!(5353)), Some(5353));
        assert_eq!(of(json!("udp")), None, "a port of another protocol");
        assert_eq!(of(json!("other")), None);
        assert_eq!(target_of(&service(&json!([{"port": 53}])), &pod), Some(53), "the same number");
    }

    fn target_of(service: &Service, pod: &DnsPod) -> Option<u16> {
        target(of_service(service).expect("a TCP port"), pod)
    }

    #[test]
    fn a_service_may_have_other_ports() {
        let (udp, metrics) =
            (json!({"port": 53, "protocol": "UDP"}), json!({"port": 9153, "protocol": "TCP"}));
        let chosen = |ports: Value| of_service(&service(&ports)).map(|port| port.port);
        assert_eq!(chosen(json!([udp, metrics, {"port": 53, "protocol": "TCP"}])), Some(53));
        assert_eq!(
            chosen(json!([metrics, {"name": "dns-tcp", "port": 1053, "protocol": "TCP"}])),
            Some(1053)
        );
        assert_eq!(chosen(json!([udp, {"port": 1053, "protocol": "TCP"}])), Some(1053));
        assert_eq!(chosen(json!([udp])), None);
        assert_eq!(chosen(json!([metrics, {"port": 1053, "protocol": "TCP"}])), None, "which of them?");
    }
}
