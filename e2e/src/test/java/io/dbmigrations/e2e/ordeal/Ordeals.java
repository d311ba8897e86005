package io.dbmigrations.e2e.ordeal;

import io.dbmigrations.e2e.cluster.Cluster;
import io.dbmigrations.e2e.field.Field;
import io.dbmigrations.e2e.fixture.Operator;
import io.dbmigrations.e2e.trial.Pause;
import io.dbmigrations.e2e.trial.Subject;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/** {@code e2e/run ordeal [NAME…]}: each of them, or all. */
public final class Ordeals {
  private static final String CROWD = "crowd";
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration SILENCE = Duration.ofSeconds(15);
  private static final List<String> TARGETS = List.of("base", "r1", "r2", "r3", "r4");

  private Ordeals() {}

  /** Exits with 1 if an oracle was violated. */
  public static void main(String[] arguments) throws Exception {
    var names = Arrays.asList(arguments);
    var known = Arrays.stream(Ordeal.values()).map(Ordeal::title).collect(Collectors.toList());
    known.add(CROWD);
    if (!known.containsAll(names)) {
      System.err.println("usage: ordeal [NAME…], of " + known);
      System.exit(2);
    }
    var violated = 0;
    try (var client = Cluster.fromEnvironment().client()) {
      new Operator(client).stop();
      for (var ordeal : Ordeal.values()) {
        if (names.isEmpty() || names.contains(ordeal.title())) {
          violated += undergo(ordeal, client);
        }
      }
      if (names.isEmpty() || names.contains(CROWD)) {
        violated += undergoTheCrowd(client);
      }
    }
    System.exit(violated == 0 ? 0 : 1);
  }

  private static int undergoTheCrowd(KubernetesClient client) throws Exception {
    try (var crowd = new Crowd(client)) {
      var violated = crowd.undergo();
      System.out.printf(
          "%s: %s%n", CROWD, violated == 0 ? "all promises hold" : violated + " violations");
      return violated;
    }
  }

  private static int undergo(Ordeal ordeal, KubernetesClient client) throws Exception {
    try (var field =
        Field.prepare(client, "ordeal", ordeal.resources(), ordeal.replicas(), ordeal.elects())) {
      var over = new AtomicBoolean();
      field.subjects().forEach(subject -> subject.create("r1", false));
      if (ordeal.moves()) {
        for (int i = 0; i < field.subjects().size(); i++) {
          var subject = field.subjects().get(i);
          var random = new Random(i);
          Thread.ofVirtual().start(() -> move(subject, random, over));
        }
      }
      Pause.millis(5_000);
      field.timeline().note("", "%s begins".formatted(ordeal.title()));
      ordeal.happen(field, client);
      field.timeline().note("", "%s is over".formatted(ordeal.title()));
      Pause.millis(5_000);
      over.set(true);
      field.settle(Collections.nCopies(ordeal.resources(), "r2"), PATIENCE, SILENCE);
      var violated = field.violations().all().size();
      System.out.printf(
          "%s, %d resources: %s%n",
          ordeal.title(),
          ordeal.resources(),
          violated == 0 ? "all oracles hold" : violated + " violations");
      return violated;
    }
  }

  private static void move(Subject subject, Random random, AtomicBoolean over) {
    while (true) {
      Pause.millis(2_000 + random.nextInt(8_000));
      if (over.get()) {
        return;
      }
      try {
        subject.retarget(TARGETS.get(random.nextInt(TARGETS.size())));
      } catch (KubernetesClientException e) {
        subject.log().note(subject.name(), "it was not edited: %s".formatted(e.getMessage()));
      }
    }
  }
}
