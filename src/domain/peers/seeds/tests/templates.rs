//! Templates.

use proptest::prelude::*;

use super::super::Template;
use super::{pod, print, web};
use crate::domain::peers::Facts;
use crate::domain::{Known, Ordinal};

/// A set of one, whose pod has these addresses.
fn one(addresses: &[&str]) -> Facts {
    let mut facts = web(&[("client", 2181)]);
    facts.range.replicas = 1;
    facts.pods.insert(Ordinal::new(0), pod("web-0", addresses, Vec::new()));
    facts
}

#[test]
fn every_placeholder_has_its_value() {
    let template = "{pod} {fqdn} {host} {ordinal} {id} {port} {address} {namespace} {set} {service} {zone}";
    let printed =
        "web-0 web-0.web.shop.svc.cluster.local web-0.web 0 1 2181 10.0.0.7 shop web web cluster.local\n";
    assert_eq!(print(&one(&["10.0.0.7"]), template, None), printed);
}

#[test]
fn braces_and_ends_of_lines_can_be_written() {
    for (template, printed) in [
        ("{{{pod}}}", "{web-0}\n"),
        (r#"{{"host":"{pod}"}}"#, "{\"host\":\"web-0\"}\n"),
        (r"{pod}\n{ordinal}\t-", "web-0\n0\t-\n"),
        (r"\\n{pod}", "\\nweb-0\n"),
        (r"\d{pod}\", "\\dweb-0\\\n"),
    ] {
        assert_eq!(print(&one(&[]), template, None), printed, "{template}");
    }
}

#[test]
fn ipv6_has_brackets_where_a_port_follows() {
    for (template, printed) in [
        ("{address}", "fd00::7\n"),
        ("{address}:{port}", "[fd00::7]:2181\n"),
        ("{address}:80", "[fd00::7]:80\n"),
        ("{address}: {port}", "fd00::7: 2181\n"),
        ("{address}:{pod}", "fd00::7:web-0\n"),
        ("{fqdn}:{port}", "web-0.web.shop.svc.cluster.local:2181\n"),
    ] {
        assert_eq!(print(&one(&["fd00::7"]), template, None), printed, "{template}");
    }
    assert_eq!(print(&one(&["10.0.0.7"]), "{address}:{port}", None), "10.0.0.7:2181\n");
}

#[test]
fn of_two_addresses_that_of_the_services_first_family_is_printed() {
    use crate::domain::peers::facts::Family::{V4, V6};
    for (families, printed) in
        [(vec![V4, V6], "10.0.0.7\n"), (vec![V6, V4], "fd00::7\n"), (vec![], "10.0.0.7\n")]
    {
        let mut facts = one(&["10.0.0.7", "fd00::7"]);
        if let Known::Known(Some(service)) = &mut facts.service {
            service.families = families;
        }
        assert_eq!(print(&facts, "{address}", None), printed);
    }
    assert_eq!(print(&one(&[]), "{address}", None), "error: pod web-0 has no address");
}

#[test]
fn what_is_no_template_is_refused_with_what_there_is() {
    for (text, why) in [
        ("{pid}", "no placeholder is called \"pid\""),
        ("{}", "no placeholder is called \"\""),
        ("{ pod }", "no placeholder is called \" pod \""),
        ("{pod", "a { is not closed; {{ stands for a brace"),
        ("pod}", "a } was not opened; }} stands for a brace"),
        ("{{pod}}", "the template has no placeholder"),
        ("", "the template has no placeholder"),
    ] {
        let error = text.parse::<Template>().expect_err(text).to_string();
        let listed = "; there are {pod} {fqdn} {host} {ordinal} {id} {port} {address} {namespace} {set} {service} {zone}";
        assert_eq!(error, format!("{why}{listed}"), "{text}");
    }
}

/// The text as it has to be written in a template to stand for itself.
fn escaped(text: &str) -> String {
    text.replace('\\', r"\\").replace('{', "{{").replace('}', "}}").replace('\n', r"\n").replace('\t', r"\t")
}

/// Whatever a template is made of, or spoilt by.
fn part() -> impl Strategy<Value = String> {
    const KNOWN: [&str; 10] = ["{", "}", "{pod}", "{address}", "{port}", ":", "\\", "n", "{{", "}}"];
    prop_oneof![prop::sample::select(KNOWN.as_slice()).prop_map(str::to_owned), r"\PC{0,3}"]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_a_template_or_refused(parts in prop::collection::vec(part(), 0..12)) {
        if let Ok(template) = parts.concat().parse::<Template>() {
            let filled = template.fill(|field| Ok::<_, ()>(format!("{field:?}")));
            prop_assert!(filled.is_ok());
        }
    }

    #[test]
    fn what_is_escaped_stands_for_itself(before in r"[{}\\nt\n\t\PC]{0,20}", after in r"[{}\\nt\n\t\PC]{0,20}") {
        let template: Template = format!("{}{{pod}}{}", escaped(&before), escaped(&after)).parse().expect("a template");
        let filled = template.fill(|_| Ok::<_, ()>("web-0".to_owned()));
        prop_assert_eq!(filled, Ok(format!("{before}web-0{after}")));
    }
}
