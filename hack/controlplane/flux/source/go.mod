// The definitions of Flux's sources are read from this module; nothing of it is compiled, so its
// dependencies are not listed: go mod tidy would drop it.
module pinnedimage.dev/hack/controlplane/flux/source

go 1.26.0

require github.com/fluxcd/source-controller v1.9.0
