//! docs/controller-model.md lists every broken model that the referee must find out.

use kubectl_stateful::domain::model::Fault;

use super::{hold, root};

const HEAD: &str = "| broken rule | what the broken model believes |\n|---|---|\n";

#[test]
fn every_broken_model_is_listed() {
    let path = root().join("docs/controller-model.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let before = text.split("| broken rule |").next().unwrap();
    let rows = Fault::ALL.iter().map(|fault| format!("| `{fault:?}` | {} |\n", fault.says()));
    hold(&path, &format!("{before}{HEAD}{}", rows.collect::<String>()));
}
