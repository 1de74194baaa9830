//! Labels by which well-known software marks the pod that leads, and the annotations of elections.

/// A label that marks the leader.
#[derive(Clone, Copy, Debug)]
pub struct Convention {
    /// The label.
    pub label: &'static str,
    /// Its values on a leader; case does not matter.
    pub values: &'static [&'static str],
    /// Who writes it, and where its source says so.
    pub source: &'static str,
}

/// The record of client-go's elections by Endpoints and ConfigMaps (`tools/leaderelection/resourcelock`,
/// `LeaderElectionRecordAnnotationKey`).
pub const CLIENT_GO: &str = "control-plane.alpha.kubernetes.io/leader";

/// The holder in Patroni's record (patroni `dcs/kubernetes.py`): on Endpoints `<scope>` or ConfigMap `<scope>-leader`.
/// Other objects of Patroni (`<scope>-sync`, `<scope>-failover`) have this annotation too, and elect nobody:
/// only the leader's has [`PATRONI_TTL`] and [`PATRONI_RENEWED`], which stay when it is released.
pub const PATRONI: &str = "leader";
/// Seconds that a renewal counts.
pub const PATRONI_TTL: &str = "ttl";
/// When it was last renewed.
pub const PATRONI_RENEWED: &str = "renewTime";
/// When its holder took it.
pub const PATRONI_ACQUIRED: &str = "acquireTime";
/// How often it has changed hands.
pub const PATRONI_TRANSITIONS: &str = "transitions";

/// Only what pods of StatefulSets are known to carry; CloudNativePG, for one, manages pods without a set.
pub const LABELS: &[Convention] = &[
    Convention {
        label: "role",
        values: &["master", "primary"],
        source: "Patroni, kubernetes.role_label and leader_label_value (dcs/kubernetes.py)",
    },
    Convention {
        label: "spilo-role",
        values: &["master", "primary"],
        source: "Zalando postgres-operator, pod_role_label",
    },
    Convention {
        label: "postgres-operator.crunchydata.com/role",
        values: &["master", "primary"],
        source: "CrunchyData postgres-operator, internal/naming/labels.go; Percona Operator for PostgreSQL",
    },
    Convention {
        label: "mysql.percona.com/primary",
        values: &["true"],
        source: "Percona Operator for MySQL, api/v1/perconaservermysql_types.go, MySQLPrimaryLabel",
    },
    Convention {
        label: "mysql.oracle.com/cluster-role",
        values: &["PRIMARY"],
        source: "MySQL Operator, innodbcluster/cluster_api.py, update_membership_status",
    },
    Convention {
        label: "k8s.mariadb.com/role",
        values: &["primary"],
        source: "mariadb-operator, docs of asynchronous replication",
    },
    Convention {
        label: "redisfailovers-role",
        values: &["master"],
        source: "Spotahome redis-operator, operator/redisfailover/service/constants.go",
    },
    Convention {
        label: "redis-role",
        values: &["master"],
        source: "OpsTree redis-operator, RedisRoleLabelKey",
    },
    Convention {
        label: "kubedb.com/role",
        values: &["primary", "master"],
        source: "KubeDB, pg-leader-election and docs of MySQL, MariaDB, Redis",
    },
    Convention {
        label: "kubeblocks.io/role",
        values: &["leader", "primary", "master"],
        source: "KubeBlocks, constant.RoleLabelKey",
    },
    Convention {
        label: "vault-active",
        values: &["true"],
        source: "HashiCorp Vault, serviceregistration/kubernetes/service_registration.go, labelActive",
    },
    Convention {
        label: "openbao-active",
        values: &["true"],
        source: "OpenBao, a fork of Vault: service selectors of its operators and charts",
    },
];

impl Convention {
    /// Whether this value is a leader's.
    pub fn marks(&self, value: &str) -> bool {
        self.values.iter().any(|leading| leading.eq_ignore_ascii_case(value))
    }
}
