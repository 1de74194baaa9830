//! The names under which tools write, and what kind of tool each is.

/// A tool that delivers manifests: what it applied once, it applies again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tool {
    /// What people call it.
    pub name: &'static str,
    /// What it calls a run.
    pub run: &'static str,
}

/// Who hides behind the name of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writer {
    /// A tool that delivers manifests.
    Tool(Tool),
    /// A person at a terminal, or a script that does as a person would: it does not come back by itself.
    Person,
    /// A controller of Kubernetes itself.
    Kubernetes,
    /// Anybody else.
    Unknown,
}

const ARGO_CD: Tool = Tool { name: "Argo CD", run: "sync" };
const FLUX: Tool = Tool { name: "Flux", run: "reconciliation" };
const HELM: Tool = Tool { name: "Helm", run: "upgrade" };
const FLEET: Tool = Tool { name: "Rancher Fleet", run: "deployment" };
const KUBEVELA: Tool = Tool { name: "KubeVela", run: "reconciliation" };
const CROSSPLANE: Tool = Tool { name: "Crossplane", run: "reconciliation" };
const TERRAFORM: Tool = Tool { name: "Terraform", run: "apply" };
const PULUMI: Tool = Tool { name: "Pulumi", run: "update" };
const KAPP: Tool = Tool { name: "kapp", run: "deploy" };

/// Whole names. A client that gives no name is called by its `User-Agent` up to the first slash (kubernetes/apiserver
/// `pkg/endpoints/handlers/create.go`); some tools below rely on that.
///
/// - Argo CD: `ArgoCDSSAManager` in argoproj/argo-cd `common/common.go`. Client-side syncs pass the same name
///   (`newApplyOptionsCommon` in `gitops-engine/pkg/utils/kube/resource_ops.go`) and are told apart by their
///   operation, `Update`. `Replace=true` and creations pass none: then it is the program's name, as in argo-cd#20815.
/// - Flux: `controllerName` in `main.go` of fluxcd/kustomize-controller and of fluxcd/helm-controller; its
///   command line applies as `flux` (fluxcd/flux2 `internal/utils/apply.go`).
/// - Helm: `ManagedFieldsManager` in helm/helm `cmd/helm/helm.go`; before helm#9870, and where that is not passed on,
///   the `User-Agent` of `internal/version/version.go`.
/// - Rancher Fleet embeds Helm without naming itself (rancher/fleet `internal/helmdeployer/deployer.go`), and Helm then
///   takes the program's name (`getManagedFieldsManager` in helm/helm `pkg/kube/client.go`).
/// - KubeVela: the `User-Agent` set in kubevela/kubevela `cmd/core/app/server.go`.
/// - Crossplane: provider-kubernetes without server-side apply, in crossplane-contrib/provider-kubernetes
///   `internal/controller/cluster/object/syncer_test.go`.
/// - Terraform: `defaultFieldManagerName` and the `User-Agent` in hashicorp/terraform-provider-kubernetes
///   `kubernetes/provider.go`.
/// - Pulumi with client-side apply: `fieldManagerName` in pulumi/pulumi-kubernetes `provider/pkg/provider/provider.go`.
/// - kapp: its program's name; with server-side apply, carvel-dev/kapp `pkg/kapp/cmd/tools/ssa_flags.go`.
const NAMES: &[(&str, Tool)] = &[
    ("argocd-controller", ARGO_CD),
    ("argocd-application-controller", ARGO_CD),
    ("kustomize-controller", FLUX),
    ("helm-controller", FLUX),
    ("flux", FLUX),
    ("helm", HELM),
    ("Helm", HELM),
    ("fleetagent", FLEET),
    ("kubevela", KUBEVELA),
    ("crossplane-kubernetes-provider", CROSSPLANE),
    ("Terraform", TERRAFORM),
    ("HashiCorp", TERRAFORM),
    ("pulumi-kubernetes", PULUMI),
    ("kapp", KAPP),
    ("kapp-server-side-apply", KAPP),
];

/// Beginnings of names that end in a hash, a version or the name of an object.
///
/// - Pulumi with server-side apply: `fieldManagerName`, as above.
/// - Crossplane: `FieldOwnerComposedPrefix` in crossplane/crossplane
///   `internal/controller/apiextensions/composite/composition_functions.go`; `ssaFieldOwner` in
///   crossplane-contrib/provider-kubernetes `internal/controller/cluster/object/object.go`.
/// - Terraform's Helm provider embeds Helm without naming itself: `terraform-provider-helm_v3.0.2_x5`.
const BEGINNINGS: &[(&str, Tool)] = &[
    ("pulumi-kubernetes-", PULUMI),
    ("apiextensions.crossplane.io/composed", CROSSPLANE),
    ("provider-kubernetes/", CROSSPLANE),
    ("terraform-provider-helm", TERRAFORM),
];

/// Annotations and labels that tools put on the objects that they deliver, and the tool.
///
/// - Helm: `helmReleaseNameAnnotation` in helm/helm `pkg/action/validate.go`.
/// - Argo CD: `AnnotationKeyAppInstance` and `LabelKeyAppInstance` in argoproj/argo-cd `common/common.go`.
/// - Flux: the owner labels of fluxcd/pkg `ssa/manager.go`.
pub const MARKS: [(&str, &str); 5] = [
    ("meta.helm.sh/release-name", "Helm"),
    ("argocd.argoproj.io/tracking-id", "Argo CD"),
    ("argocd.argoproj.io/instance", "Argo CD"),
    ("kustomize.toolkit.fluxcd.io/name", "Flux"),
    ("helm.toolkit.fluxcd.io/name", "Flux"),
];

/// The delivery tool that writes under a name.
pub fn tool(name: &str) -> Option<Tool> {
    let whole = NAMES.iter().find(|(known, _)| *known == name);
    let found = whole.or_else(|| BEGINNINGS.iter().find(|(beginning, _)| name.starts_with(beginning)));
    found.map(|(_, tool)| *tool)
}

/// Who writes under a name.
pub fn writer(name: &str) -> Writer {
    if let Some(tool) = tool(name) {
        return Writer::Tool(tool);
    }
    match name {
        // `kubectl` alone applies server-side and scales; all else has its verb behind it, plugins included.
        "kubectl" => Writer::Person,
        _ if name.starts_with("kubectl-") => Writer::Person,
        "kube-controller-manager" => Writer::Kubernetes,
        _ => Writer::Unknown,
    }
}
