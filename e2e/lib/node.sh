# shellcheck shell=bash
# The image of the cluster's node: rancher/k3s, or the project's own where that cannot be pulled.

readonly K3S_IMAGE=docker.io/rancher/k3s:v1.36.3-k3s1

# Sets NODE_IMAGE. Where it is built, it is there after `join`.
need_node_image() {
  NODE_IMAGE=$K3S_IMAGE
  image_exists "$NODE_IMAGE" && return
  NODE_IMAGE=localhost/dbmigration-node:$(node_sources_hash)
  image_exists "$NODE_IMAGE" && return
  if can_pull "$K3S_IMAGE"; then
    NODE_IMAGE=$K3S_IMAGE
    stage "Pulling rancher/k3s" "$ENGINE" pull -q "$NODE_IMAGE"
    return
  fi
  note "rancher/k3s cannot be pulled: the node's image is built of Go modules and Debian packages (several minutes, once)"
  base_image
  # mostly the compiler's time: what waits for the network is done meanwhile
  beside "Image $NODE_IMAGE" build_and_replace "$NODE_IMAGE" "$ROOT/e2e/node"
}

node_sources_hash() {
  (cd "$ROOT/e2e/node" && find . -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-12)
}
