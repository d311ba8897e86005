# shellcheck shell=bash
# `e2e/run tests`: every test, in an order in which the cheap ones fail first. All of them run, whatever
# fails, and what ran is printed. Skipped is not passed.

readonly PYTHON_IMAGE=localhost/dbmigration-python:$VERSION

RESULTS=()
FAILED=0

command_tests() {
  cluster_select tests
  only_one_at_a_time tests
  need_engine
  at_exit cluster_remove
  at_exit print_results
  cluster_remove
  need_node_image
  base_image
  need_maven
  need_helm
  need_helm3
  need_prometheus
  join
  need_kubectl "$NODE_IMAGE"
  need_package shellcheck shellcheck

  suite "Shell: shellcheck" test_shell
  suite "Chart: lint and rendering" test_chart
  suite "Alerts: on recorded series" test_alerts
  suite "Java: format, static checks, unit tests" test_java
  build_image "$POSTGRES_IMAGE" "$ROOT/e2e/images/postgres"
  build_python_image
  suite "Python: linters, runner and example on PostgreSQL" test_python
  cluster_with_everything
  suite "Image of the operator: size, contents, user" test_image
  suite "Cluster: scenarios" test_cluster
  suite "Cluster: the README's project of one's own" test_own_project
  suite "Cluster: faults, a subset" test_faults
  suite "Cluster: random operations, one seed" test_stress

  ((FAILED == 0)) || fail "$FAILED of ${#RESULTS[@]} suites failed"
}

# Also when a stage between the suites fails.
print_results() {
  ((${#RESULTS[@]} == 0)) || printf '%s\n' "${RESULTS[@]}"
}

# suite NAME COMMAND: the command writes how many tests ran to the file that COUNT names.
suite() {
  local name=$1 started=$EPOCHREALTIME outcome=passed count
  export COUNT=$CACHE/log/tests.count
  rm -f "$COUNT"
  attempt "$1" "$2"
  count=$(cat "$COUNT" 2> /dev/null || echo 0)
  if ((STAGE_STATUS != 0)); then
    outcome=FAILED
  elif ((count == 0)); then
    outcome="FAILED (nothing ran)"
  fi
  [[ $outcome == passed ]] || FAILED=$((FAILED + 1))
  RESULTS+=("$(printf '%-52s %6d  %-8s %s' "$name" "$count" "$outcome" "$(elapsed "$started")")")
}

test_shell() {
  local files
  # what Git knows or would add, if its first line says that it is a shell's
  mapfile -t files < <(cd "$ROOT" && git ls-files -co --exclude-standard | while read -r file; do
    if head -c 200 "$file" | head -n 1 | grep -qE '^#!.*[ /](ba)?sh\b|^# shellcheck shell='; then
      echo "$file"
    fi
  done)
  (cd "$ROOT" && shellcheck -x "${files[@]}")
  echo "${#files[@]}" > "$COUNT"
}

test_chart() {
  helm lint --strict "$ROOT/helm/dbmigration-operator"
  "$ROOT/helm/tests/run" | tee "$CACHE/log/chart.log"
  grep -c '^ok' "$CACHE/log/chart.log" > "$COUNT"
}

test_alerts() {
  "$ROOT/helm/tests/alerts"
  grep -c '^  - name: ' "$ROOT/helm/tests/alerts.yaml" > "$COUNT"
}

test_java() {
  local status=0
  find "$ROOT"/{crds,operator,e2e} -path '*/target/*-reports/*' -delete
  maven --fail-at-end verify || status=$?
  count_reports surefire > "$COUNT"
  return "$status"
}

build_python_image() {
  local context=$CACHE/python-image
  rm -rf "$context"
  mkdir -p "$context/requirements/runner" "$context/runner/tests"
  cp "$ROOT"/e2e/tools/python/{Dockerfile,check} "$context"
  cp "$ROOT/migrations-image/requirements.txt" "$context/requirements"
  cp "$ROOT/migrations-image/runner/requirements-dev.txt" "$context/requirements/runner"
  # as much of the runner's tests as it takes to fetch what the matrix needs
  cp -r "$ROOT/migrations-image/runner/matrix" "$context/runner"
  cp "$ROOT"/migrations-image/runner/tests/{__init__,features,private_server}.py "$context/runner/tests"
  find "$context" -name __pycache__ -prune -exec rm -r {} +
  build_image "$PYTHON_IMAGE" "$context"
}

# Thousands of databases are made, each of nearly a thousand files: in memory that takes a seventh of the time.
test_python() {
  local status=0 log=$CACHE/log/python.log
  tar -C "$ROOT" --exclude=__pycache__ --exclude='.*_cache' -c migrations-image e2e/images/layouts helm/dbmigration-operator/files |
    "$ENGINE" run --rm -i --stop-timeout 1 --label "$LABEL=$CLUSTER_DIR" \
      --tmpfs /tmp:mode=1777,exec --env PGDATA=/tmp/pgdata \
      --tmpfs /small:size=16m,mode=1777 --env DBMIGRATION_TEST_SMALL_DISK=/small "$PYTHON_IMAGE" | tee "$log" || status=$?
  sed -n 's/.*\b\([0-9]\+\) passed.*/\1/p' "$log" | awk '{ n += $1 } END { print n + 0 }' > "$COUNT"
  return "$status"
}

# The cluster that the scenarios find, with the images that only they need.
cluster_with_everything() {
  local dockerfile name images=()
  # Tests wait for readings; people have better things to do.
  export OPERATOR_OPTIONS="--set-string resyncInterval=10s"
  platform_up
  for dockerfile in "$ROOT"/e2e/images/*/Dockerfile; do
    name=$(basename "$(dirname "$dockerfile")")
    [[ $name == postgres ]] && continue
    images+=("localhost/e2e-$name:$VERSION")
    build_image "${images[-1]}" "$(dirname "$dockerfile")"
  done
  stage "Images of the scenarios" load_images "${images[@]}"
}

test_cluster() {
  local status=0
  export DBMIGRATION_E2E_KUBECONFIG=$KUBECONFIG DBMIGRATION_E2E_CLUSTER=$CLUSTER
  # the goals, not a phase: the unit tests have run
  maven -pl e2e -am -DskipITs=false test-compile failsafe:integration-test failsafe:verify || status=$?
  count_reports failsafe > "$COUNT"
  return "$status"
}

# What the README invites to, as it stands there, with a project as Alembic's tutorial has it.
test_own_project() {
  local directory
  directory=$(mktemp -d)
  cp -r "$ROOT/e2e/images/projects/common" "$directory/shop"
  mkdir "$directory/shop/migrations/versions"
  cp "$ROOT"/e2e/images/projects/projects/pyproject/migrations/versions/*.py "$directory/shop/migrations/versions"
  readme_block dockerfile > "$directory/shop/Dockerfile"
  readme_block yaml > "$directory/shop.yaml"
  readme_block sh | sed 's#e2e/run #here #' > "$directory/commands"
  (
    cd "$directory" || exit
    # shellcheck disable=SC1091
    source commands
  )
  kubectl -n shop get dbmigration shop -o 'jsonpath={.status.conditions[?(@.type=="Ready")].reason}' |
    grep -x AtTargetRevision || return
  rm -r "$directory"
  echo 1 > "$COUNT"
}

# In the cluster of the tests.
here() { # COMMAND ARGUMENT…
  local command=$1
  shift
  "command_$command" "$@"
}

# The first block of that language in the README's section about a project of one's own.
readme_block() { # LANGUAGE
  sed -n '/^## A project of your own/,/^## Install/p' "$ROOT/README.md" |
    awk -v fence="\`\`\`$1" '$0 == fence { inside = 1; next } /^```/ { if (inside) exit } inside'
}

# How many tests of Maven's reports ran; skipped ones did not, and fail.
count_reports() { # surefire|failsafe
  find "$ROOT"/{crds,operator,e2e} -path "*/target/$1-reports/TEST-*.xml" -exec sed -n '/<testsuite /{p;q}' {} \; |
    awk '{
      match($0, / tests="[0-9]+/); tests += substr($0, RSTART + 8, RLENGTH - 8)
      match($0, / skipped="[0-9]+/); skipped += substr($0, RSTART + 10, RLENGTH - 10)
    }
    END {
      print tests - skipped
      if (skipped > 0) { printf "%d tests were skipped\n", skipped > "/dev/stderr"; exit 1 }
    }'
}
