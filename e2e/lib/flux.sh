# shellcheck shell=bash
# `e2e/run flux`: the stories of a team that deploys with Flux, on its kustomize-controller itself.

readonly FLUX_IMAGE=localhost/dbmigration-flux:$VERSION
readonly KUSTOMIZE_CONTROLLER=ghcr.io/fluxcd/kustomize-controller:v1.9.5

command_flux() {
  delivery_begin flux
  build_image "$FLUX_IMAGE" "$ROOT/e2e/tools/flux"
  flux_controller

  # Tests wait for readings.
  export OPERATOR_OPTIONS="--set-string resyncInterval=10s"
  platform_up
  delivery_images "$FLUX_IMAGE"
  stage "Image of kustomize-controller" load_image_as "$CONTROLLER" "$KUSTOMIZE_CONTROLLER"
  stage "Flux" flux_install
  suite "Flux: stories" test_delivery
  delivery_end
}

# Sets CONTROLLER to the published image, or to one of the same sources where that cannot be pulled.
flux_controller() {
  CONTROLLER=$KUSTOMIZE_CONTROLLER
  image_exists "$CONTROLLER" && return
  if can_pull "$CONTROLLER"; then
    stage "Pulling kustomize-controller" "$ENGINE" pull -q "$CONTROLLER"
    return
  fi
  CONTROLLER=localhost/dbmigration-kustomize-controller:${KUSTOMIZE_CONTROLLER#*:}
  image_exists "$CONTROLLER" ||
    note "kustomize-controller cannot be pulled: it is built of its Go module (several minutes, once)"
  build_image "$CONTROLLER" "$ROOT/e2e/tools/flux" --target controller
}

flux_install() {
  delivery_crds "$FLUX_IMAGE" /usr/local/share/flux/crds \
    kustomizations.kustomize.toolkit.fluxcd.io gitrepositories.source.toolkit.fluxcd.io
  kubectl apply -f "$ROOT/e2e/manifests/flux.yaml"
  kubectl -n flux-system rollout status deployment/flux --timeout=3m
}
