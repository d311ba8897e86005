# shellcheck shell=bash
# The images of the project.

readonly VERSION=0.1.0
readonly OPERATOR_IMAGE=localhost/dbmigration-operator:$VERSION
readonly MIGRATIONS_IMAGE=localhost/agent-platform-migrations:$VERSION
readonly POSTGRES_IMAGE=localhost/postgres:17

build_image() { # IMAGE CONTEXT [OPTION…]
  stage "Image $1" build_and_replace "$@"
}

# The image that had the name before goes, or every change of a source would cost its size.
build_and_replace() {
  local image=$1 context=$2 before
  shift 2
  before=$(image_id "$image" 2> /dev/null || true)
  if [[ $ENGINE == docker ]]; then
    if docker buildx version > /dev/null 2>&1; then
      export DOCKER_BUILDKIT=1
    else
      export DOCKER_BUILDKIT=0
      if [[ " $* " != *" -f "* ]]; then
        without_cache_mounts "$context/Dockerfile" > "$CACHE/log/Dockerfile.$BASHPID"
        set -- -f "$CACHE/log/Dockerfile.$BASHPID" "$@"
      fi
    fi
  fi
  "$ENGINE" build -t "$image" "$@" "$context"
  if [[ $before && $before != "$(image_id "$image")" ]]; then
    "$ENGINE" rmi "$before" || echo "$before is in use: it stays"
  fi
}

# Docker has BuildKit only where its buildx is installed, and its old builder knows no mounts. It makes
# the same image without them, only slower when something changes.
without_cache_mounts() { # DOCKERFILE
  sed 's/--mount=type=cache[^ ]* *//g' "$1"
}

build_images() {
  build_image "$POSTGRES_IMAGE" "$ROOT/e2e/images/postgres"
  build_image "$MIGRATIONS_IMAGE" "$ROOT/migrations-image"
  build_image "$OPERATOR_IMAGE" "$ROOT" -f "$ROOT/operator/Dockerfile"
}

# The operator's jar, and the classes that start the cluster. Maven takes longer than all the rest of
# a second `up`, so that it runs only when a source is newer than what it made.
package() {
  local stamp=$ROOT/e2e/target/packaged
  if [[ -f $stamp && -d $ROOT/operator/target && -d $ROOT/crds/target ]] && ! sources_newer_than "$stamp"; then
    return
  fi
  mkdir -p "$ROOT/e2e/target"
  touch "$stamp.new"
  stage "Operator (Maven)" maven -q -pl operator,operator/training,e2e -am package -Dmaven.test.skip -Dspotless.check.skip
  mv "$stamp.new" "$stamp"
}

# Directories count, too: theirs is the only time that changes when a file goes.
sources_newer_than() {
  find "$ROOT"/{pom.xml,.mvn,crds,operator,e2e} -name target -prune -o \
    \( -name pom.xml -o -path '*/.mvn/*' -o -path '*/src/main*' \) -newer "$1" -print -quit | grep -q .
}
