# shellcheck shell=bash
# The container engine: Docker or Podman, whichever works; Podman is installed where neither does.

# Carried by every container that is started; its value is the directory of the cluster.
readonly LABEL=io.dbmigrations.e2e

# Sets ENGINE to the one that works, and installs Podman where none does.
need_engine() {
  find_engine && return
  install_packages "no container engine works here: neither Docker nor Podman" \
    "start Docker, or install Podman" podman runc netavark aardvark-dns iptables
  find_engine || fail "Podman was installed, but is not found" "run 'podman info' and mend what it says"
}

find_engine() {
  # a cluster stays with the engine that runs it, whatever is installed later
  if [[ $(cat "$CLUSTER_DIR/engine" 2> /dev/null) != podman ]] && docker_works; then
    ENGINE=docker
    return
  fi
  command -v podman > /dev/null || return 1
  ENGINE=podman
  podman_configure
  local problem
  problem=$(podman info 2>&1 > /dev/null) ||
    fail "Podman does not work: $(tail -n 1 <<< "$problem")" "run 'podman info' and mend what it says"
}

docker_works() {
  command -v docker > /dev/null &&
    ! docker --version | grep -qi podman &&
    timeout 15 docker info > /dev/null 2>&1
}

# Where no systemd runs (in a container, in CI), Podman's defaults do not work. It gets the project's
# own configuration there; the machine's is not touched.
podman_configure() {
  if [[ -d /run/systemd/system || ${CONTAINERS_CONF:-} ]]; then
    return
  fi
  export CONTAINERS_CONF=$CACHE/containers.conf
  local files
  files=$(ulimit -Hn)
  [[ $files == unlimited ]] && files=1048576
  cat > "$CONTAINERS_CONF.$$" << CONF
[containers]
# not more than this process may have: raising them is not allowed everywhere
default_ulimits = ["nofile=$files:$files", "nproc=4096:4096"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
# crun fails on machines that have both cgroup versions
runtime = "$(command -v runc > /dev/null && echo runc || echo crun)"
[network]
network_backend = "netavark"
CONF
  mv "$CONTAINERS_CONF.$$" "$CONTAINERS_CONF"
}

# Lets Testcontainers talk to the engine. Podman's service ends with this script.
engine_api() {
  # the containers are this script's to remove: Ryuk's image cannot be pulled everywhere
  export TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_CHECKS_DISABLE=true
  # only a container for reuse outlives the process that started it
  export TESTCONTAINERS_REUSE_ENABLE=true
  if [[ $ENGINE == docker ]]; then
    export DOCKER_HOST=${DOCKER_HOST:-$(docker context inspect --format '{{.Endpoints.docker.Host}}')}
    # its ports are on this machine, which Testcontainers doubts if the machine is a container itself
    if [[ -e /sys/class/net/docker0 ]]; then
      export TESTCONTAINERS_HOST_OVERRIDE=localhost
    fi
    return
  fi
  local socket
  socket=$(mktemp -u "${TMPDIR:-/tmp}/dbmigration-podman.XXXXXX")
  (
    release_lock
    exec podman system service --time=0 "unix://$socket"
  ) > "$CACHE/log/podman-service.log" 2>&1 &
  at_exit engine_api_stop $! "$socket"
  local i
  for ((i = 0; i < 100; i++)); do
    [[ -S $socket ]] && break
    sleep 0.1
  done
  [[ -S $socket ]] || fail "Podman's API service does not start" "see $CACHE/log/podman-service.log"
  # the engine is on this machine, even if the machine is a container
  export DOCKER_HOST=unix://$socket TESTCONTAINERS_HOST_OVERRIDE=localhost
}

engine_api_stop() { # PID SOCKET
  kill "$1" 2> /dev/null
  wait "$1" 2> /dev/null
  rm -f "$2"
}

image_exists() {
  "$ENGINE" image inspect "$1" > /dev/null 2>&1
}

image_id() {
  "$ENGINE" image inspect --format '{{.Id}}' "$1"
}

engine_save() { # IMAGE…
  if [[ $ENGINE == podman ]]; then
    podman save --multi-image-archive "$@"
  else
    docker save "$@"
  fi
}

# A question that is answered, or not, in bounded time; the image itself may take longer.
can_pull() {
  timeout 30 "$ENGINE" manifest inspect "$1" > /dev/null 2>&1
}

# Containers of a cluster with their volumes; nothing if there are none.
engine_remove() { # CLUSTER-DIRECTORY
  local ids
  ids=$("$ENGINE" ps -aq --filter "label=$LABEL=$1")
  if [[ $ids ]]; then
    # shellcheck disable=SC2086 # one word an id
    "$ENGINE" rm -f -v $ids > /dev/null
  fi
}
