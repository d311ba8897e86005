# shellcheck shell=bash
# What `e2e/run argocd` and `e2e/run flux` have in common: a cluster of their own, which DBMIGRATION_KEEP=yes leaves for
# the next run, images of releases, and stories in a package of the tool's name.

readonly GO_IMAGE=localhost/dbmigration-go:$VERSION
readonly RELEASE_IMAGE=localhost/e2e-release

delivery_begin() { # TOOL
  cluster_select "$1"
  only_one_at_a_time "$1"
  need_engine
  if [[ ! ${DBMIGRATION_KEEP:-} ]]; then
    at_exit cluster_remove
  fi
  at_exit print_results
  base_image
  build_image "$GO_IMAGE" "$ROOT/e2e/tools/go"
}

# Images of one shop, a revision apart, and one of a shop whose next revision fails; with those of the tool.
delivery_images() { # IMAGE…
  local project images=()
  build_image "$PROJECTS_IMAGE" "$ROOT/e2e/images/projects"
  for project in shop-before shop sql-error gated; do
    images+=("$RELEASE_IMAGE:$project")
    build_image "${images[-1]}" "$ROOT/e2e/tools/release" --build-arg "PROJECT=$project"
  done
  stage "Images of the tool and of the releases" load_images "$@" "${images[@]}"
}

# delivery_crds IMAGE DIRECTORY KIND…: the CRDs that the image has there, until the cluster serves the kinds.
# `kubectl wait` fails where one has no conditions yet.
delivery_crds() {
  local i
  # Some are larger than an annotation, in which a client keeps what it applied.
  # shellcheck disable=SC2016 # for the shell in the image
  "$ENGINE" run --rm --entrypoint sh "$1" -c 'for crd in "$0"/*; do echo ---; cat "$crd"; done' "$2" |
    kubectl apply --server-side --force-conflicts -f -
  shift 2
  for ((i = 0; i < 150; i++)); do
    kubectl get --all-namespaces "$(IFS=,; echo "$*")" && return
    sleep 0.2
  done
  fail "the cluster does not serve $*" "look with: kubectl get crd -o yaml"
}

test_delivery() {
  local status=0
  find "$ROOT"/{crds,operator,e2e} -path '*/target/failsafe-reports/*' -delete
  export DBMIGRATION_E2E_KUBECONFIG=$KUBECONFIG DBMIGRATION_E2E_CLUSTER=$CLUSTER
  maven -pl e2e -am -DskipITs=false "-Dit.test=**/e2e/$CLUSTER/*Test" -Dfailsafe.failIfNoSpecifiedTests=false \
    test-compile failsafe:integration-test failsafe:verify || status=$?
  count_reports failsafe > "$COUNT"
  return "$status"
}

delivery_end() {
  ((FAILED == 0)) || fail "$FAILED of ${#RESULTS[@]} suites failed"
}
