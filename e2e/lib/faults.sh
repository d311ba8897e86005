# shellcheck shell=bash
# `e2e/run faults`, `stress` and `ordeal`: programs that do harm to operators, each of them a process of
# this machine, in a cluster of their own. DBMIGRATION_KEEP=yes leaves the cluster for the next run.

readonly PROJECTS_IMAGE=localhost/e2e-projects:$VERSION

command_faults() {
  harm fault.Faults "$@"
}

command_stress() {
  harm stress.Stress "$@"
}

command_ordeal() {
  harm ordeal.Ordeals "$@"
}

harm() { # CLASS ARGUMENT…
  cluster_select faults
  only_one_at_a_time faults
  if [[ ! ${DBMIGRATION_KEEP:-} ]]; then
    at_exit cluster_remove
  fi
  platform_up
  harm_platform
  harm_program "$@"
}

# What the programs need besides what every cluster has.
harm_platform() {
  build_image "$PROJECTS_IMAGE" "$ROOT/e2e/images/projects"
  stage "Image of the ledger into the cluster" load_images "$PROJECTS_IMAGE"
  stage "PostgreSQL that can be restarted" harm_postgres
  stage "Test classes (Maven)" maven -q -pl operator,e2e -am package -DskipTests -Dspotless.check.skip
}

harm_postgres() {
  local namespace=faults-postgres
  kubectl apply -f "$ROOT/e2e/manifests/faults.yaml"
  if ! kubectl -n "$namespace" get secret postgres --ignore-not-found -o name | grep -q .; then
    secret postgres password "$(new_password)" | sed "s/namespace: .*/namespace: $namespace/" | kubectl create -f -
  fi
  kubectl -n "$namespace" rollout status statefulset/postgres --timeout=2m
}

harm_program() { # CLASS ARGUMENT…
  local class=$1 status=0
  shift
  (
    cd "$ROOT"
    export DBMIGRATION_E2E_KUBECONFIG=$KUBECONFIG
    DBMIGRATION_E2E_ENGINE=$ENGINE
    DBMIGRATION_E2E_NODE=$(cluster_container)
    export DBMIGRATION_E2E_ENGINE DBMIGRATION_E2E_NODE
    exec "$JAVA_HOME/bin/java" -XX:+UseSerialGC -Xmx768m --sun-misc-unsafe-memory-access=allow \
      -cp "$(< e2e/target/test-classpath):e2e/target/classes:e2e/target/test-classes" \
      "io.dbmigrations.e2e.$class" "$@"
  ) || status=$?
  return "$status"
}

# Suites of `e2e/run tests`, in its cluster, after the scenarios.
test_faults() {
  local status=0 log=$CACHE/log/faults.log
  harm_postgres
  harm_program fault.Faults --subset | tee "$log" || status=$?
  sed -n 's/^\([0-9]\+\) plans, .*/\1/p' "$log" > "$COUNT"
  return "$status"
}

test_stress() {
  local status=0 log=$CACHE/log/stress.log
  harm_program stress.Stress 3 60 | tee "$log" || status=$?
  sed -n 's/^seed .* \([0-9]\+\) operations, .*/\1/p' "$log" > "$COUNT"
  return "$status"
}
