#!/usr/bin/env bash
# Builds the real parts that the tests and the demo run on, once, into a cache outside the checkout.
#   build.sh                  the control plane: Kubernetes, etcd, registry, kwok
#   build.sh gitops           the appliers that the tests run against it: Helm, Flux's kustomize-controller
#   build.sh [gitops] --where print the directory of the binaries only
# The cache is keyed by the go.mod and go.sum of what is built; PINNEDIMAGE_CACHE moves it.
# KUBEBUILDER_ASSETS, where it holds every binary, is used as it is and nothing is built.
set -euo pipefail
[ -z "${KUBEBUILDER_ASSETS:-}" ] || KUBEBUILDER_ASSETS=$(cd "$KUBEBUILDER_ASSETS" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")"

pinned() { # module-dir module
  awk -v module="$2" '$1 == module && $2 ~ /^v/ {print $2; exit}' "$1/go.mod"
}

set_name=controlplane
[ "${1:-}" != gitops ] || { set_name=gitops; shift; }
if [ $set_name = controlplane ]; then
  kubernetes_version=$(pinned . k8s.io/kubernetes)
  label="control plane"
  binaries=(etcd kube-apiserver kube-controller-manager kube-scheduler kubectl registry kwok)
  manifests=kwok-stages.yaml
  modules=(. kwok)
  what="Kubernetes $kubernetes_version, etcd, registry and kwok"
  takes="8 minutes"
else
  helm_version=$(pinned helm helm.sh/helm/v4)
  label="GitOps tools"
  binaries=(helm kustomize-controller)
  manifests=flux-crds.yaml
  modules=(helm flux flux/source)
  what="Helm $helm_version and kustomize-controller $(pinned flux github.com/fluxcd/kustomize-controller)"
  takes="4 minutes"
fi

key=$(for module in "${modules[@]}"; do cat "$module/go.mod" "$module/go.sum"; done | sha256sum | cut -c1-16)
cache=${PINNEDIMAGE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/pinnedimage}
dir=$cache/$set_name-$key

has_all() {
  local binary
  for binary in "${binaries[@]}"; do [ -x "$1/$binary" ] || return 1; done
  [ -f "$1/$manifests" ]
}

if [ "${1:-}" = --where ]; then
  echo "$dir"
  exit 0
fi
if [ -n "${KUBEBUILDER_ASSETS:-}" ] && has_all "$KUBEBUILDER_ASSETS"; then
  echo "$label: ready-made in KUBEBUILDER_ASSETS"
  exit 0
fi
if has_all "$dir"; then
  echo "$label: cached ($what)"
  exit 0
fi
if ! command -v go >/dev/null; then
  echo "Go 1.26 or newer is needed to build $what once: install it (https://go.dev/dl), or set KUBEBUILDER_ASSETS to a directory with: ${binaries[*]} $manifests" >&2
  exit 1
fi

mkdir -p "$cache"
exec 9>"$cache/$set_name.lock"
flock 9
has_all "$dir" && exit 0

echo "$label: building $what from their Go modules (once; about $takes on 2 cores)"
start=$SECONDS
part=$(mktemp -d "$cache/building.XXXXXX")
trap 'rm -rf "$part"' EXIT

build() { # module-dir binary package ldflags
  local since=$SECONDS
  (cd "$1" && CGO_ENABLED=0 GOFLAGS="-mod=readonly -trimpath -buildvcs=false" go build -ldflags "-s -w ${4:-}" -o "$part/$2" "$3")
  echo "$label:   $2 ($((SECONDS - since)) s)"
}

source_of() { # module-dir module
  (cd "$1" && go mod download "$2" && go list -mod=readonly -m -f '{{.Dir}}' "$2")
}

build_controlplane() {
  local version=k8s.io/component-base/version minor=${kubernetes_version#v1.} stages stage
  local stamp="-X $version.gitVersion=$kubernetes_version -X $version.gitMajor=1 -X $version.gitMinor=${minor%%.*}"
  build . etcd go.etcd.io/etcd/server/v3
  build . kube-apiserver k8s.io/kubernetes/cmd/kube-apiserver "$stamp"
  build . kube-controller-manager k8s.io/kubernetes/cmd/kube-controller-manager "$stamp"
  build . kube-scheduler k8s.io/kubernetes/cmd/kube-scheduler "$stamp"
  build . kubectl k8s.io/kubernetes/cmd/kubectl "$stamp"
  build . registry github.com/distribution/distribution/v3/cmd/registry
  build kwok kwok sigs.k8s.io/kwok/cmd/kwok
  # Fake nodes and pods that become Ready: kwok's own stages.
  stages=$(source_of kwok sigs.k8s.io/kwok)/kustomize/stage
  for stage in node/fast/node-initialize pod/fast/pod-ready pod/fast/pod-complete pod/fast/pod-delete; do
    cat "$stages/$stage.yaml"
    echo "---"
  done > "$part/$manifests"
}

build_gitops() {
  local kustomizations sources source
  build helm helm helm.sh/helm/v4/cmd/helm "-X helm.sh/helm/v4/internal/version.version=$helm_version"
  build flux kustomize-controller github.com/fluxcd/kustomize-controller
  kustomizations=$(source_of flux github.com/fluxcd/kustomize-controller)/config/crd/bases
  sources=$(source_of flux/source github.com/fluxcd/source-controller)/config/crd/bases
  # kustomize-controller starts no worker before it can watch every kind of source.
  {
    cat "$kustomizations/kustomize.toolkit.fluxcd.io_kustomizations.yaml"
    for source in gitrepositories ocirepositories buckets; do
      cat "$sources/source.toolkit.fluxcd.io_$source.yaml"
    done
  } > "$part/$manifests"
}

build_$set_name

rm -rf "$dir"
mv "$part" "$dir"
trap - EXIT
echo "$label: built in $((SECONDS - start)) s"
