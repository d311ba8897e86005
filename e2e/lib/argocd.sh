# shellcheck shell=bash
# `e2e/run argocd`: the stories of a team that deploys with Argo CD, on Argo CD itself; and our resource customizations by
# Argo CD's own tests.

readonly ARGOCD_IMAGE=localhost/dbmigration-argocd:$VERSION
readonly CUSTOMIZATIONS_IMAGE=localhost/dbmigration-argocd-customizations:$VERSION

command_argocd() {
  delivery_begin argocd
  image_exists "$ARGOCD_IMAGE" ||
    note "Argo CD is built of its Go module: a quarter of an hour, once"
  argocd_images
  suite "Argo CD's tests of our health check and actions" test_customizations

  # Tests wait for readings; the gate is a story's.
  export OPERATOR_OPTIONS="--set-string resyncInterval=10s --set gate.enabled=true"
  platform_up
  delivery_images "$ARGOCD_IMAGE"
  stage "Argo CD" argocd_install
  suite "Argo CD: stories" test_delivery
  delivery_end
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

argocd_install() {
  kubectl create namespace argocd --dry-run=client -o yaml | kubectl apply -f -
  delivery_crds "$ARGOCD_IMAGE" /usr/local/share/argocd/crds applications.argoproj.io appprojects.argoproj.io
  # before the controller, which ends where it is missing
  kubectl -n argocd apply -f "$ROOT/crds/argocd/argocd-cm.yaml"
  kubectl apply -f "$ROOT/e2e/manifests/argocd.yaml"
  kubectl -n argocd rollout status deployment/argocd --timeout=3m
  kubectl -n argocd rollout status deployment/argocd-api --timeout=3m
}
