package io.dbmigrations.e2e.bench;

import io.dbmigrations.e2e.fixture.Images;
import io.dbmigrations.e2e.fixture.RestrictedPod;
import io.dbmigrations.e2e.fixture.Scenario;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * {@code e2e/run bench pods [ROUNDS]}: what each thing costs that the Pod of a migration has
 * besides its image, from its creation until the first line of its log, in turns. It measures, and
 * judges nothing.
 */
public final class PodStart {
  private static final int ROUNDS = 10;
  private static final String RUNNER = "runner";
  private static final String TMP = "tmp";

  /** What a Pod may have. */
  private enum Part {
    TOKEN("the token of a service account"),
    PROCESSES("shareProcessNamespace"),
    READ_ONLY("readOnlyRootFilesystem"),
    EMPTY_DIR("an emptyDir at /tmp"),
    CONFIG_MAP("the runner's ConfigMap");

    private final String title;

    Part(String title) {
      this.title = title;
    }
  }

  private final Scenario scenario;
  private final Samples samples = new Samples();
  private String configMap;
  private int made;

  private PodStart(Scenario scenario) {
    this.scenario = scenario;
  }

  /** Prints a table. */
  public static void main(String[] arguments) throws Exception {
    var rounds = arguments.length == 0 ? ROUNDS : Integer.parseInt(arguments[0]);
    try (var scenario = Scenario.open("bench")) {
      var bench = new PodStart(scenario);
      bench.configMap = bench.runner();
      bench.round();
      bench.samples.clear();
      for (int i = 0; i < rounds; i++) {
        bench.round();
      }
      System.out.println(bench.samples.table());
    }
  }

  // The operator makes it with the first migration of a namespace.
  private String runner() throws SQLException {
    var client = scenario.client();
    var migration = scenario.migration(scenario.database()).target("001").create();
    new Newcomer(client, scenario.namespace(), migration.name()).awaitReady();
    return client
        .configMaps()
        .inNamespace(scenario.namespace())
        .withLabel("app.kubernetes.io/component", RUNNER)
        .list()
        .getItems()
        .getFirst()
        .getMetadata()
        .getName();
  }

  private void round() {
    start("nothing of it", EnumSet.noneOf(Part.class));
    for (var part : Part.values()) {
      start(part.title, EnumSet.of(part));
    }
    start("all of it but the token", EnumSet.complementOf(EnumSet.of(Part.TOKEN)));
  }

  private void start(String kind, Set<Part> parts) {
    var client = scenario.client();
    made++;
    var pod =
        RestrictedPod.of("pod-" + made, Images.PLATFORM, "python3", "-S", "-c", "print('here')")
            .build();
    parts.forEach(part -> add(part, pod.getSpec()));
    var begun = Instant.now();
    var live = client.resource(pod).inNamespace(scenario.namespace()).create();
    client
        .pods()
        .resource(live)
        .waitUntilCondition(
            seen -> seen != null && "Succeeded".equals(seen.getStatus().getPhase()),
            2,
            TimeUnit.MINUTES);
    samples.add(kind, Duration.between(begun, firstWord(client, live)));
    client.resource(live).delete();
  }

  private static Instant firstWord(KubernetesClient client, Pod pod) {
    var line = client.pods().resource(pod).usingTimestamps().getLog();
    return Instant.parse(line.substring(0, line.indexOf(' ')));
  }

  private void add(Part part, PodSpec spec) {
    var container = spec.getContainers().getFirst();
    switch (part) {
      case TOKEN -> spec.setAutomountServiceAccountToken(true);
      case PROCESSES -> spec.setShareProcessNamespace(true);
      case READ_ONLY -> container.getSecurityContext().setReadOnlyRootFilesystem(true);
      case EMPTY_DIR -> {
        spec.getVolumes()
            .add(new VolumeBuilder().withName(TMP).withNewEmptyDir().endEmptyDir().build());
        mount(container, TMP, "/tmp");
      }
      case CONFIG_MAP -> {
        spec.getVolumes()
            .add(
                new VolumeBuilder()
                    .withName(RUNNER)
                    .withNewConfigMap()
                    .withName(configMap)
                    .endConfigMap()
                    .build());
        mount(container, RUNNER, "/dbmigration");
      }
    }
  }

  private static void mount(Container container, String volume, String path) {
    container
        .getVolumeMounts()
        .add(new VolumeMountBuilder().withName(volume).withMountPath(path).build());
  }
}
