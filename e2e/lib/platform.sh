# shellcheck shell=bash
# What is in the cluster: the operator, PostgreSQL, and the example with its database and Secret.

readonly NAMESPACE=platform OPERATOR_NAMESPACE=dbmigration-system
readonly DATABASE=agent_platform

# Everything, up and ready. Nothing changes where everything is.
platform_up() {
  local started=$EPOCHREALTIME
  need_engine
  need_node_image
  base_image
  need_maven
  package
  need_helm
  build_images
  join
  need_kubectl "$NODE_IMAGE"
  cluster_start
  stage "Images into the cluster" load_images "$POSTGRES_IMAGE" "$MIGRATIONS_IMAGE" "$OPERATOR_IMAGE"
  stage "PostgreSQL" platform_postgres
  stage "The example's database and Secret" platform_database
  stage "Operator (Helm)" platform_operator
  note "the cluster '$CLUSTER' is up after $(elapsed "$started")"
}

platform_postgres() {
  kubectl apply -f "$ROOT/e2e/manifests/namespaces.yaml"
  if ! kubectl -n "$NAMESPACE" get secret postgres --ignore-not-found -o name | grep -q .; then
    secret postgres password "$(new_password)" | kubectl create -f -
  fi
  kubectl apply -f "$ROOT/e2e/manifests/postgres.yaml"
  kubectl -n "$NAMESPACE" rollout status statefulset/postgres --timeout=2m
}

# The role and its database, and the Secret with their URL. The password is made once.
platform_database() {
  local url password
  url=$(kubectl -n "$NAMESPACE" get secret agent-platform-db --ignore-not-found -o 'jsonpath={.data.url}' | base64 -d)
  if [[ ! $url ]]; then
    url="postgresql+asyncpg://$DATABASE:$(new_password)@postgres.$NAMESPACE.svc:5432/$DATABASE"
    secret agent-platform-db url "$url" | kubectl create -f -
  fi
  password=${url#*://*:}
  password=${password%%@*}
  # by stdin: arguments are everybody's to read
  platform_psql -d postgres -q -v ON_ERROR_STOP=1 << SQL
SELECT 'CREATE ROLE $DATABASE' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '$DATABASE') \gexec
ALTER ROLE $DATABASE LOGIN PASSWORD '$password';
SELECT 'CREATE DATABASE $DATABASE OWNER $DATABASE'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '$DATABASE') \gexec
SQL
}

new_password() {
  od -An -N 16 -tx1 /dev/urandom | tr -d ' \n'
}

secret() { # NAME KEY VALUE
  cat << SECRET
apiVersion: v1
kind: Secret
metadata:
  name: $1
  namespace: $NAMESPACE
stringData:
  $2: "$3"
SECRET
}

# Helm sees no difference between two images of one name, so that the Pod carries the image's id.
platform_operator() {
  # shellcheck disable=SC2086 # options, none by default
  helm upgrade --install dbmigration-operator "$ROOT/helm/dbmigration-operator" \
    --namespace "$OPERATOR_NAMESPACE" --wait --timeout 3m \
    --set-string "podAnnotations.dbmigrations\.io/image=$(image_id "$OPERATOR_IMAGE")" \
    ${OPERATOR_OPTIONS:-}
}

platform_psql() {
  local terminal=-i
  if [[ -t 0 && -t 1 ]]; then
    terminal=-it
  fi
  kubectl -n "$NAMESPACE" exec "$terminal" statefulset/postgres -- env "PGDATABASE=$DATABASE" psql "$@"
}
