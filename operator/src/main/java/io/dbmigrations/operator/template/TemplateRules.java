package io.dbmigrations.operator.template;

import com.fasterxml.jackson.databind.JsonNode;
import io.dbmigrations.api.v1alpha1.ConnectionSpec;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpec;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a template may not say, because the operator needs it to be as it is: the migration would
 * not run as the rest of the resource declares, or its end would not be told.
 */
public final class TemplateRules {

  private static final Set<String> METADATA = Set.of("labels", "annotations");
  private static final String OWN_ANNOTATIONS = "dbmigrations.io/";

  private static final Map<String, String> POD =
      Map.of(
          "restartPolicy", "the operator counts the attempts; only Never may stand there",
          "activeDeadlineSeconds",
              "it would count the waiting for a node, too; write spec.timeouts.run",
          "ephemeralContainers", "they are for Pods that run",
          // A policy that looks at the one does not look at the other.
          "serviceAccount", "it is the former name of a field; write serviceAccountName");

  private static final Map<String, String> CONTAINER =
      Map.of(
          "image", "write spec.image",
          "command", "write spec.alembic.command",
          "args", "write spec.alembic.command",
          "restartPolicy", "the operator counts the attempts",
          "terminationMessagePath", "the outcome is told there",
          "terminationMessagePolicy", "the outcome is told there");

  private static final Map<String, String> VALUES = Map.of("restartPolicy", "Never");

  private static final String OWN_VARIABLES = "DBMIGRATION_";

  // What the Job controller gives to its Pods, and finds them by.
  private static final String CONTROLLERS = "batch.kubernetes.io/";
  private static final Set<String> CONTROLLERS_LABELS = Set.of("job-name", "controller-uid");

  // The others that it reads leave the interpreter able to start, if their values are right.
  private static final Map<String, String> INTERPRETER =
      Map.of(
          "PYTHONHOME",
              "the interpreter would look for its own library there; name the one of that place in spec.alembic.python",
          "PYTHONPLATLIBDIR",
              "the interpreter would look for its own library there; name the one of that place in spec.alembic.python",
          "PYTHONINSPECT",
              "the interpreter asks for commands after the migration, which with stdin or tty would never end");

  private static final String KERNELS = "/proc";

  private final PodTemplateSpec own;
  private final DatabaseMigrationSpec spec;
  private final Container migration;

  /**
   * Rules.
   *
   * @param own the operator's own template: its first container migrates, and what is mounted there
   *     to be read alone is the operator's
   */
  public TemplateRules(PodTemplateSpec own, DatabaseMigrationSpec spec) {
    this.own = own;
    this.spec = spec;
    this.migration = own.getSpec().getContainers().getFirst();
  }

  /** Each field that may not be there as it is, with what to do about it. */
  List<String> conflicts(PodTemplate template) {
    Findings found = new Findings(template.field());
    JsonNode content = template.content();
    found.unknown(
        "", content, Set.of("metadata", "spec"), "a template has metadata and spec alone");
    metadata(found, content.path("metadata"));
    pod(found, content.path("spec"));
    return found.all();
  }

  private void metadata(Findings found, JsonNode metadata) {
    found.unknown(
        ".metadata", metadata, METADATA, "of the metadata only labels and annotations are taken");
    own.getMetadata()
        .getLabels()
        .forEach((name, value) ->
            found.otherThan(
                ".metadata.labels[%s]".formatted(name),
                metadata.path("labels").path(name),
                value,
                "the operator finds its Pods by it"));
    metadata
        .path("annotations")
        .fieldNames()
        .forEachRemaining(name -> {
          if (name.startsWith(OWN_ANNOTATIONS)) {
            found.add(".metadata.annotations[%s]".formatted(name), "the prefix is the operator's");
          }
        });
    for (String kind : List.of("labels", "annotations")) {
      metadata
          .path(kind)
          .fieldNames()
          .forEachRemaining(name -> {
            if (name.startsWith(CONTROLLERS) || CONTROLLERS_LABELS.contains(name)) {
              found.add(
                  ".metadata.%s[%s]".formatted(kind, name), "Kubernetes' Job controller says it");
            }
          });
    }
  }

  private void pod(Findings found, JsonNode pod) {
    POD.forEach((name, remedy) ->
        found.otherThan(".spec." + name, pod.path(name), VALUES.get(name), remedy));
    found.otherThan(
        ".spec.os.name",
        pod.path("os").path("name"),
        "linux",
        "a migration runs on Linux alone; a nodeSelector says which nodes those are");
    long grace = own.getSpec().getTerminationGracePeriodSeconds();
    JsonNode wanted = pod.path("terminationGracePeriodSeconds");
    if (Findings.isSet(wanted) && wanted.asLong(0) < grace) {
      found.add(
          ".spec.terminationGracePeriodSeconds",
          "a migration needs up to %d to roll back; write that or more".formatted(grace));
    }
    for (JsonNode volume : pod.path("volumes")) {
      String name = volume.path("name").asText();
      if (own().anyMatch(mount -> mount.getName().equals(name))) {
        found.add(".spec.volumes[%s]".formatted(name), "the name is the operator's; take another");
      }
    }
    for (JsonNode one : pod.path("initContainers")) {
      if (one.path("name").asText().equals(migration.getName())) {
        found.add(
            ".spec.initContainers[%s]".formatted(migration.getName()),
            "the name is that of the migration");
      }
    }
    containers(found, pod.path("containers"));
  }

  private void containers(Findings found, JsonNode containers) {
    int index = 0;
    for (JsonNode one : containers) {
      String path =
          ".spec.containers[%s]".formatted(one.path("name").asText(String.valueOf(index)));
      if (one.isObject() && one.path("name").asText().isEmpty()) {
        found.missing(path + ".name", "the container that migrates is " + migration.getName());
      }
      if (one.path("name").asText().equals(migration.getName())) {
        migrating(found, path, one);
      }
      index++;
    }
  }

  private void migrating(Findings found, String path, JsonNode wanted) {
    CONTAINER.forEach((name, remedy) ->
        found.otherThan(path + "." + name, wanted.path(name), ownValue(name), remedy));
    both(
        found,
        path + ".workingDir",
        wanted.path("workingDir"),
        spec.alembic().workingDirectory(),
        "spec.alembic.workingDirectory");
    both(
        found,
        path + ".imagePullPolicy",
        wanted.path("imagePullPolicy"),
        migration.getImagePullPolicy(),
        "spec.imagePullPolicy");
    for (JsonNode variable : wanted.path("env")) {
      String name = variable.path("name").asText();
      String interpreter = INTERPRETER.get(name);
      if (name.equals(spec.database().variable())) {
        found.add(
            "%s.env[%s]".formatted(path, name),
            "it has the database's URL by spec.database; name another one there or here");
      } else if (isOfTheConnection(name)) {
        found.add(
            "%s.env[%s]".formatted(path, name),
            "it has a part of spec.database.connection; name another one there or here");
      } else if (name.startsWith(OWN_VARIABLES)) {
        found.add("%s.env[%s]".formatted(path, name), "the prefix is the operator's");
      } else if (interpreter != null) {
        found.add("%s.env[%s]".formatted(path, name), interpreter);
      }
    }
    for (JsonNode mount : wanted.path("volumeMounts")) {
      String at = mount.path("mountPath").asText();
      place(at).ifPresent(remedy -> found.add("%s.volumeMounts[%s]".formatted(path, at), remedy));
      own()
          .filter(taken -> isWithin(at, taken.getMountPath()))
          .forEach(taken ->
              found.add(
                  "%s.volumeMounts[%s]".formatted(path, at),
                  "the operator's volume %s is mounted there; take another path"
                      .formatted(taken.getName())));
    }
  }

  private boolean isOfTheConnection(String variable) {
    ConnectionSpec connection = spec.database().connection();
    return connection != null
        && (connection.parts().values().stream().anyMatch(part -> variable.equals(part.variable()))
            || (connection.password() != null
                && variable.equals(connection.password().variable())));
  }

  /** What is mounted for the migration alone, unlike what anybody may write to. */
  private Stream<VolumeMount> own() {
    return migration.getVolumeMounts().stream()
        .filter(mount -> Boolean.TRUE.equals(mount.getReadOnly()));
  }

  // The API server says of an empty one that it is missing.
  private static Optional<String> place(String path) {
    if (!path.isEmpty()
        && isWithin(path, "/")
        && Path.of("/", path).normalize().getNameCount() == 0) {
      return Optional.of("it hides the image, and Python with it; take another path");
    }
    return isWithin(path, KERNELS)
        ? Optional.of("what is there is the kernel's; take another path")
        : Optional.empty();
  }

  private static boolean isWithin(String path, String directory) {
    try {
      return Path.of("/", path).normalize().startsWith(directory);
    } catch (InvalidPathException e) {
      // One with a NUL, which the API server refuses.
      return false;
    }
  }

  private static void both(
      Findings found, String field, JsonNode wanted, @Nullable String there, String where) {
    if (there != null) {
      found.otherThan(
          field, wanted, there, "%s says %s; write it in one place".formatted(where, there));
    }
  }

  private @Nullable String ownValue(String field) {
    return field.equals("image") ? spec.image() : null;
  }
}
