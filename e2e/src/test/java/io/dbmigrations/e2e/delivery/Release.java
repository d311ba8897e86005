package io.dbmigrations.e2e.delivery;

/**
 * What a commit of a team has: the schema's target, and the application that needs it.
 *
 * @param number tells the application of one release from that of another
 * @param project whose scripts the image has
 * @param suspended whether migrations are frozen
 * @param gated whether the application's Pods wait for the schema themselves
 */
public record Release(int number, String project, String target, boolean suspended, boolean gated) {

  public Release(int number, String project, String target) {
    this(number, project, target, false, false);
  }

  public Release frozen() {
    return new Release(number, project, target, true, gated);
  }

  public Release withGate() {
    return new Release(number, project, target, suspended, true);
  }

  private static String image(String project) {
    return "localhost/e2e-release:" + project;
  }

  /** The schema's manifest, for resources of that name. */
  public String migration(String name) {
    return """
    apiVersion: dbmigrations.io/v1alpha1
    kind: DatabaseMigration
    metadata:
      name: %s
      annotations: {argocd.argoproj.io/sync-wave: "0"}
    spec:
      targetRevision: "%s"
      image: %s
      suspend: %s
      database:
        secretRef: {name: %s, key: url}
    """
        .formatted(name, target, image(project), suspended, name);
  }

  /** The application's. */
  public String application(String name) {
    return """
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: %1$s
      annotations: {argocd.argoproj.io/sync-wave: "1", release: "%2$d"}
    spec:
      selector: {matchLabels: {app: %1$s}}
      template:
        metadata:
          labels: {app: %1$s%4$s}
          annotations: {release: "%2$d"}
        spec:
          terminationGracePeriodSeconds: 1
          securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
          containers:
            - name: application
              image: %3$s
              command: [sleep, infinity]
              securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
    """
        .formatted(name, number, image(project), gated ? ", dbmigrations.io/wait: " + name : "");
  }
}
