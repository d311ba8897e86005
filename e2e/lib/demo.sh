# shellcheck shell=bash
# `e2e/run demo`: the story, told on stdout by the commands that a person would type. What they show is
# compared with what must be so.

readonly DEMO_FILE=e2e/demo/agent-platform.yaml
readonly DEMO_TABLES='SELECT relname AS table_name FROM pg_class WHERE relkind IN ('\''r'\'', '\''p'\'')
 AND NOT relispartition AND relnamespace = '\''public'\''::regnamespace ORDER BY 1'
readonly DEMO_003='agents alembic_version marketplace_listings marketplace_reviews organizations users'
readonly DEMO_HEAD="agents alembic_version executions ${DEMO_003#agents alembic_version }"
readonly DEMO_ROWS='WITH ours AS (INSERT INTO organizations (name, slug) VALUES ('\''Ours'\'', '\''ours'\'') RETURNING id)
 INSERT INTO users (organization_id, email, full_name, avatar_url)
 SELECT id, '\''ada@example.com'\'', '\''Ada'\'', '\''https://example.com/ada.png'\'' FROM ours'
readonly DEMO_LOSS='column users.avatar_url (1 value)'
DEMO_WRONG=0

command_demo() {
  only_one_at_a_time "$CLUSTER"
  platform_up
  local head
  head=$(demo_newest_revision)

  chapter "1. A resource says: the database is at revision 003"
  show cat "$ROOT/$DEMO_FILE"
  show kubectl apply -f "$ROOT/$DEMO_FILE"
  ready_at 003 "$DEMO_003"

  chapter "2. An edit: up to the newest revision"
  edit head
  ready_at "$head" "$DEMO_HEAD"

  chapter "3. An edit: back to 003"
  edit 003
  ready_at 003 "$DEMO_003"

  chapter "4. A revision that does not exist"
  edit 999
  stalled_with RevisionNotFound 003 "$DEMO_003"

  chapter "5. Mended by an edit"
  edit "$head"
  ready_at "$head" "$DEMO_HEAD"

  chapter "6. An edit back that would delete what a user has written: it asks"
  as_typed e2e/run psql -q -c "$DEMO_ROWS"
  platform_psql -q -c "$DEMO_ROWS" < /dev/null
  edit 003
  asks_at "$head" "$DEMO_HEAD"

  chapter "7. Approved, it goes"
  show kubectl -n "$NAMESPACE" annotate dbmigration agent-platform --overwrite \
    "dbmigrations.io/approve=$(demo_status '{.status.plan.digest}' | cut -c1-12)"
  ready_at 003 "$DEMO_003"

  if ((DEMO_WRONG)); then
    fail "$DEMO_WRONG of the things shown are wrong: see the lines that begin with ✗" \
      "look with: export KUBECONFIG=$KUBECONFIG; kubectl -n $OPERATOR_NAMESPACE logs deployment/dbmigration-operator"
  fi
  demo_how_to_go_on
}

chapter() {
  DEMO_SINCE=$EPOCHREALTIME
  printf '\n== %s\n' "$1"
}

# The command as a person would type it, and what it says.
show() {
  as_typed "$@"
  "$@" < /dev/null
}

as_typed() {
  local word line=
  for word in "$@"; do
    if [[ $word == *[\ \"\*\\]* ]]; then
      word="'$word'"
    fi
    line+=" $word"
  done
  printf '\n$%s\n' "${line//"$ROOT/"/}"
}

edit() { # REVISION
  show kubectl -n "$NAMESPACE" patch dbmigration agent-platform --type merge \
    -p "{\"spec\":{\"targetRevision\":\"$1\"}}"
}

ready_at() { # REVISION TABLES
  show kubectl -n "$NAMESPACE" wait dbmigration/agent-platform --for=condition=Ready --timeout=3m || true
  demo_picture "$1" "$2"
  expect "reason in status" AtTargetRevision "$(demo_status '{.status.conditions[?(@.type=="Ready")].reason}')"
  expect "currentRevision in status" "$1" "$(demo_status '{.status.currentRevision}')"
  demo_took
}

stalled_with() { # REASON REVISION TABLES
  show kubectl -n "$NAMESPACE" wait dbmigration/agent-platform --for=condition=Stalled --timeout=3m || true
  show kubectl -n "$NAMESPACE" get dbmigrations -o wide
  demo_picture "$2" "$3"
  expect "Ready in status" False "$(demo_status '{.status.conditions[?(@.type=="Ready")].status}')"
  expect "reason in status" "$1" "$(demo_status '{.status.conditions[?(@.type=="Ready")].reason}')"
  expect "currentRevision in status" "$2" "$(demo_status '{.status.currentRevision}')"
  demo_took
}

asks_at() { # REVISION TABLES
  show kubectl -n "$NAMESPACE" wait dbmigration/agent-platform --timeout=3m \
    '--for=jsonpath={.status.conditions[?(@.type=="Ready")].reason}=ApprovalRequired' || true
  show kubectl -n "$NAMESPACE" get dbmigration agent-platform -o 'jsonpath={.status.conditions[0].message}{"\n"}'
  demo_picture "$1" "$2"
  expect "what it would delete" "$DEMO_LOSS" "$(demo_status '{.status.plan.deletes[*]}' | grep -o "$DEMO_LOSS" || true)"
  demo_took
}

demo_picture() { # REVISION TABLES
  show kubectl -n "$NAMESPACE" get dbmigrations
  # the pattern leaves partitions out, whose names end in a month
  local psql=(-c 'SELECT version_num FROM alembic_version' -c '\dt public.*[a-z]')
  as_typed e2e/run psql "${psql[@]}"
  platform_psql "${psql[@]}" < /dev/null
  expect "version in the database" "$1" "$(platform_psql -tAc 'SELECT version_num FROM alembic_version' < /dev/null)"
  expect "tables in the database" "$2" "$(platform_psql -tAc "$DEMO_TABLES" < /dev/null | xargs)"
}

expect() { # WHAT WANTED FOUND
  if [[ $2 == "$3" ]]; then
    echo "✓ $1: $3"
  else
    echo "✗ $1: '$3', but '$2' is right"
    DEMO_WRONG=$((DEMO_WRONG + 1))
  fi
}

demo_status() { # JSONPATH
  kubectl -n "$NAMESPACE" get dbmigration agent-platform -o "jsonpath=$1"
}

demo_took() {
  echo "  took $(elapsed "$DEMO_SINCE")"
}

demo_newest_revision() {
  local files=("$ROOT"/migrations-image/platform/migrations/versions/[0-9]*.py)
  local newest=${files[-1]##*/}
  echo "${newest%%_*}"
}

demo_how_to_go_on() {
  cat << GO_ON

== How to go on

  export KUBECONFIG=$KUBECONFIG
  kubectl -n $NAMESPACE edit dbmigration agent-platform     # change targetRevision: 001 to $(demo_newest_revision), head, head-2, base …
  kubectl -n $NAMESPACE get dbmigrations -w
  kubectl -n $NAMESPACE describe dbmigration agent-platform
  e2e/run psql -c '\\dt'
  e2e/run load IMAGE                                 # an image with your own migrations, for spec.image

Everything that was started is removed by

  e2e/run down
GO_ON
}
