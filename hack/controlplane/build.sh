#!/usr/bin/env bash
# Builds the control plane that the tests and the demo run on, once, into a cache outside the checkout.
#   build.sh           build what is missing, print the directory of the binaries last
#   build.sh --where   print that directory only
# The cache is keyed by the go.mod and go.sum of what is built; PINNEDIMAGE_CACHE moves it.
# KUBEBUILDER_ASSETS, where it holds every binary, is used as it is and nothing is built.
set -euo pipefail
[ -z "${KUBEBUILDER_ASSETS:-}" ] || KUBEBUILDER_ASSETS=$(cd "$KUBEBUILDER_ASSETS" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")"

binaries=(etcd kube-apiserver kube-controller-manager kube-scheduler kubectl registry kwok)
kubernetes_version=$(awk '$1 == "k8s.io/kubernetes" && $2 ~ /^v/ {print $2; exit}' go.mod)
key=$(cat go.mod go.sum kwok/go.mod kwok/go.sum | sha256sum | cut -c1-16)
cache=${PINNEDIMAGE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/pinnedimage}
dir=$cache/controlplane-$key

has_all() {
  local binary
  for binary in "${binaries[@]}"; do [ -x "$1/$binary" ] || return 1; done
  [ -f "$1/kwok-stages.yaml" ]
}

if [ "${1:-}" = --where ]; then
  echo "$dir"
  exit 0
fi
if [ -n "${KUBEBUILDER_ASSETS:-}" ] && has_all "$KUBEBUILDER_ASSETS"; then
  echo "control plane: ready-made in KUBEBUILDER_ASSETS"
  exit 0
fi
if has_all "$dir"; then
  echo "control plane: cached (Kubernetes $kubernetes_version)"
  exit 0
fi
if ! command -v go >/dev/null; then
  echo "Go 1.26 or newer is needed to build the control plane once: install it (https://go.dev/dl), or set KUBEBUILDER_ASSETS to a directory with: ${binaries[*]} kwok-stages.yaml" >&2
  exit 1
fi

mkdir -p "$cache"
exec 9>"$cache/controlplane.lock"
flock 9
has_all "$dir" && exit 0

echo "control plane: building Kubernetes $kubernetes_version, etcd, registry and kwok from their Go modules (once; about 8 minutes on 2 cores)"
start=$SECONDS
part=$(mktemp -d "$cache/building.XXXXXX")
trap 'rm -rf "$part"' EXIT

version=k8s.io/component-base/version
minor=${kubernetes_version#v1.}
stamp="-s -w -X $version.gitVersion=$kubernetes_version -X $version.gitMajor=1 -X $version.gitMinor=${minor%%.*}"
build() { # module-dir binary package
  local since=$SECONDS
  (cd "$1" && CGO_ENABLED=0 GOFLAGS="-mod=readonly -trimpath -buildvcs=false" go build -ldflags "$stamp" -o "$part/$2" "$3")
  echo "control plane:   $2 ($((SECONDS - since)) s)"
}
build . etcd go.etcd.io/etcd/server/v3
build . kube-apiserver k8s.io/kubernetes/cmd/kube-apiserver
build . kube-controller-manager k8s.io/kubernetes/cmd/kube-controller-manager
build . kube-scheduler k8s.io/kubernetes/cmd/kube-scheduler
build . kubectl k8s.io/kubernetes/cmd/kubectl
build . registry github.com/distribution/distribution/v3/cmd/registry
build kwok kwok sigs.k8s.io/kwok/cmd/kwok

# Fake nodes and pods that become Ready: kwok's own stages.
stages=$(cd kwok && go list -mod=readonly -m -f '{{.Dir}}' sigs.k8s.io/kwok)/kustomize/stage
for stage in node/fast/node-initialize pod/fast/pod-ready pod/fast/pod-complete pod/fast/pod-delete; do
  cat "$stages/$stage.yaml"
  echo "---"
done > "$part/kwok-stages.yaml"

rm -rf "$dir"
mv "$part" "$dir"
trap - EXIT
echo "control plane: built in $((SECONDS - start)) s"
