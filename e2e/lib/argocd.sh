# shellcheck shell=bash
# `e2e/run argocd`: the stories of a team that deploys with Argo CD, on Argo CD itself, in a cluster of their own; and
# our resource customizations by Argo CD's own tests. DBMIGRATION_KEEP=yes leaves the cluster for the next run.

readonly ARGOCD_IMAGE=localhost/dbmigration-argocd:$VERSION
readonly CUSTOMIZATIONS_IMAGE=localhost/dbmigration-argocd-customizations:$VERSION
readonly RELEASE_IMAGE=localhost/e2e-release

command_argocd() {
  cluster_select argocd
  only_one_at_a_time argocd
  need_engine
  if [[ ! ${DBMIGRATION_KEEP:-} ]]; then
    at_exit cluster_remove
  fi
  at_exit print_results
  base_image
  image_exists "$ARGOCD_IMAGE" ||
    note "Argo CD is built of its Go module: a quarter of an hour, once"
  argocd_images
  suite "Argo CD's tests of our health check and actions" test_customizations

  # Tests wait for readings; the gate is a story's.
  export OPERATOR_OPTIONS="--set-string resyncInterval=10s --set gate.enabled=true"
  platform_up
  argocd_releases
  stage "Argo CD" argocd_install
  suite "Argo CD: stories" test_argocd

  ((FAILED == 0)) || fail "$FAILED of ${#RESULTS[@]} suites failed"
}

# From one context, which has our customizations beside Argo CD's sources.
argocd_images() {
  local context=$CACHE/argocd-image
  rm -rf "$context"
  mkdir -p "$context"
  cp -r "$ROOT/e2e/tools/argocd/." "$context"
  cp -r "$ROOT/crds/argocd/dbmigrations.io" "$context/customizations"
  build_image "$ARGOCD_IMAGE" "$context"
  build_image "$CUSTOMIZATIONS_IMAGE" "$context" --target customizations
}

test_customizations() {
  local status=0 log=$CACHE/log/customizations.log
  "$ENGINE" run --rm --label "$LABEL=$CLUSTER_DIR" "$CUSTOMIZATIONS_IMAGE" | tee "$log" || status=$?
  grep -c '^    --- PASS' "$log" > "$COUNT"
  return "$status"
}

# Images of one shop, a revision apart, and one of a shop whose next revision fails.
argocd_releases() {
  local project images=()
  build_image "$PROJECTS_IMAGE" "$ROOT/e2e/images/projects"
  for project in shop-before shop sql-error gated; do
    images+=("$RELEASE_IMAGE:$project")
    build_image "${images[-1]}" "$ROOT/e2e/tools/argocd/release" --build-arg "PROJECT=$project"
  done
  stage "Images of Argo CD and of the releases" load_images "$ARGOCD_IMAGE" "${images[@]}"
}

argocd_install() {
  kubectl create namespace argocd --dry-run=client -o yaml | kubectl apply -f -
  # two of them are larger than an annotation, in which a client keeps what it applied
  # shellcheck disable=SC2016 # for the shell in the image
  "$ENGINE" run --rm --entrypoint sh "$ARGOCD_IMAGE" -c 'for crd in /usr/local/share/argocd/crds/*; do echo ---; cat "$crd"; done' |
    kubectl apply --server-side --force-conflicts -f -
  argocd_await_kinds
  # before the controller, which ends where it is missing
  kubectl -n argocd apply -f "$ROOT/crds/argocd/argocd-cm.yaml"
  kubectl apply -f "$ROOT/e2e/manifests/argocd.yaml"
  kubectl -n argocd rollout status deployment/argocd --timeout=3m
  kubectl -n argocd rollout status deployment/argocd-api --timeout=3m
}

# `kubectl wait` fails where a kind has no conditions yet.
argocd_await_kinds() {
  local i
  for ((i = 0; i < 150; i++)); do
    kubectl -n argocd get applications.argoproj.io,appprojects.argoproj.io && return
    sleep 0.2
  done
  fail "the cluster does not serve Argo CD's kinds" "look with: kubectl get crd -o yaml"
}

test_argocd() {
  local status=0
  find "$ROOT"/{crds,operator,e2e} -path '*/target/failsafe-reports/*' -delete
  export DBMIGRATION_E2E_KUBECONFIG=$KUBECONFIG DBMIGRATION_E2E_CLUSTER=$CLUSTER
  maven -pl e2e -am -DskipITs=false '-Dit.test=**/e2e/argocd/*Test' -Dfailsafe.failIfNoSpecifiedTests=false \
    test-compile failsafe:integration-test failsafe:verify || status=$?
  count_reports failsafe > "$COUNT"
  return "$status"
}
