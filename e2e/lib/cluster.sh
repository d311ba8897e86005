# shellcheck shell=bash
# The cluster: a container that Testcontainers starts, with a kubeconfig in the cache.

# cluster_select NAME: what the functions below are about. Its directory is its identity: clusters of
# different caches do not know each other.
cluster_select() {
  CLUSTER=$1
  CLUSTER_DIR=$CACHE/clusters/$CLUSTER
  export KUBECONFIG=$CLUSTER_DIR/kubeconfig
}

cluster_container() {
  "$ENGINE" ps -q --filter "label=$LABEL=$CLUSTER_DIR" --filter "label=$LABEL.part=node"
}

cluster_runs() {
  [[ -f $KUBECONFIG && $(cluster_container) ]] &&
    [[ $(kubectl get --raw /readyz --request-timeout=5s 2> /dev/null) == ok ]]
}

cluster_start() {
  if cluster_runs; then
    note "the cluster '$CLUSTER' runs already"
    return
  fi
  cluster_remove
  mkdir -p "$CLUSTER_DIR"
  echo "$ENGINE" > "$CLUSTER_DIR/engine"
  engine_api
  stage "Kubernetes ($NODE_IMAGE)" "$JAVA_HOME/bin/java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC \
    -cp "$(< "$ROOT/e2e/target/classpath"):$ROOT/e2e/target/classes" \
    io.dbmigrations.e2e.cluster.StartCluster "$CLUSTER_DIR" "$NODE_IMAGE" "$KUBECONFIG"
}

cluster_remove() {
  engine_remove "$CLUSTER_DIR"
  rm -rf "$CLUSTER_DIR"
}

cluster_must_run() {
  if ! find_engine || ! cluster_runs; then
    fail "no cluster runs" "start one: e2e/run up"
  fi
}

# load_images IMAGE… puts images of the engine into the cluster, unless they are there already. In one
# archive, because they have layers in common.
load_images() {
  local container image id missing=()
  container=$(cluster_container)
  for image in "$@"; do
    id=$(image_id "$image")
    loaded "$container" "$image" "$id" || missing+=("$image")
  done
  if ((${#missing[@]} == 0)); then
    return
  fi
  engine_save "${missing[@]}" | node_ctr "$container" images import -
  for image in "${missing[@]}"; do
    id=$(image_id "$image")
    node_ctr "$container" images label "$image" "$LABEL.image=$id"
  done
}

# load_image_as IMAGE NAME: in the cluster it has this name, too.
load_image_as() {
  load_images "$1"
  node_ctr "$(cluster_container)" images tag --force "$1" "$(canonical_name "$2")"
}

loaded() { # CONTAINER NAME ID
  [[ $(node_ctr "$1" images ls -q "name==$2,labels.\"$LABEL.image\"==\"$3\"") ]]
}

node_ctr() { # CONTAINER ARGUMENT…
  "$ENGINE" exec -i "$1" ctr -n k8s.io "${@:2}"
}

# The name that Kubernetes makes of the one that a person writes.
canonical_name() {
  local name=$1
  [[ ${name##*/} == *:* ]] || name+=:latest
  local first=${name%%/*}
  if [[ $name != */* ]]; then
    name=docker.io/library/$name
  elif [[ $first != localhost && $first != *[.:]* ]]; then
    name=docker.io/$name
  fi
  echo "$name"
}

# The full name of the engine's image that a person calls IMAGE. An image built as `name:tag` is
# localhost/name:tag to Podman.
find_image() { # IMAGE
  local candidate
  for candidate in "localhost/$1" "$1" "${1#localhost/}"; do
    candidate=$(canonical_name "$candidate")
    if image_exists "$candidate"; then
      echo "$candidate"
      return
    fi
  done
  return 1
}
