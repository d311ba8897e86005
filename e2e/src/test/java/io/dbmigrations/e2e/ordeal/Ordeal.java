package io.dbmigrations.e2e.ordeal;

import io.dbmigrations.e2e.field.Field;
import io.dbmigrations.e2e.trial.Pause;
import io.dbmigrations.e2e.trial.Seen;
import io.dbmigrations.e2e.trial.Subject;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Random;

/** What a cluster goes through while resources move forward and back. */
enum Ordeal {
  /** Base, then a revision, then within 0.5 to 2.5 s another: the last one counts. */
  LATE_EDITS(8) {
    @Override
    boolean moves() {
      return false;
    }

    @Override
    void happen(Field field, KubernetesClient client) throws SQLException {
      var random = new Random(0);
      for (int round = 0; round < 6; round++) {
        move(field, "base");
        for (var subject : field.subjects()) {
          Pause.until(PATIENCE, () -> subject.current().filter(Seen::claimsReady).isPresent());
        }
        move(field, "r2");
        Pause.millis(500 + random.nextInt(2_000));
        move(field, "r3");
        for (var subject : field.subjects()) {
          Pause.until(PATIENCE, () -> subject.current().filter(Seen::claimsReady).isPresent());
        }
        // what comes late comes now
        Pause.millis(10_000);
      }
    }
  },
  /** The operator lives for half a second after each start, for two minutes. */
  KILLS(50) {
    @Override
    void happen(Field field, KubernetesClient client) {
      var end = Instant.now().plus(Duration.ofMinutes(2));
      while (Instant.now().isBefore(end)) {
        var operator = field.operators().getFirst();
        operator.awaitReady();
        Pause.millis(500);
        operator.kill();
      }
    }
  },
  /** The one that leads is silent for a minute, and then goes on where it was. */
  PAUSE(8) {
    @Override
    int replicas() {
      return 2;
    }

    @Override
    void happen(Field field, KubernetesClient client) {
      for (var operator : field.operators()) {
        operator.pause();
        Pause.millis(60_000);
        operator.resume();
        Pause.millis(5_000);
      }
    }
  },
  /** Two that both lead. */
  NO_LEASE(8) {
    @Override
    int replicas() {
      return 2;
    }

    @Override
    boolean elects() {
      return false;
    }

    @Override
    void happen(Field field, KubernetesClient client) {
      Pause.millis(90_000);
    }
  },
  API_SERVER(8) {
    @Override
    void happen(Field field, KubernetesClient client) {
      NodeProcess.API_SERVER.stopFor(Duration.ofSeconds(60));
    }
  },
  ETCD(8) {
    @Override
    void happen(Field field, KubernetesClient client) {
      NodeProcess.ETCD.stopFor(Duration.ofSeconds(30));
    }
  },
  KUBELET(8) {
    @Override
    void happen(Field field, KubernetesClient client) {
      NodeProcess.KUBELET.stopFor(Duration.ofMinutes(3));
    }
  },
  /** In mid-migration, and as after a crash every second time. */
  POSTGRES(8) {
    @Override
    void happen(Field field, KubernetesClient client) {
      for (int i = 0; i < 6; i++) {
        Pause.millis(7_000);
        field.timeline().note("", "PostgreSQL is restarted");
        field.server().restart(i % 2 == 1);
      }
    }
  },
  /**
   * Its migrations are evicted and nothing new starts; PostgreSQL, which has no other node, stays.
   */
  DRAIN(8) {
    @Override
    void happen(Field field, KubernetesClient client) {
      var node = client.nodes().list().getItems().getFirst().getMetadata().getName();
      cordon(client, node, true);
      try {
        var pods = client.pods().inNamespace(field.namespace());
        pods.list().getItems().forEach(pod -> pods.resource(pod).evict());
        Pause.millis(30_000);
      } finally {
        cordon(client, node, false);
      }
    }
  };

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final int resources;

  Ordeal(int resources) {
    this.resources = resources;
  }

  abstract void happen(Field field, KubernetesClient client) throws SQLException;

  int resources() {
    return resources;
  }

  int replicas() {
    return 1;
  }

  /** Whether one of several operators is elected. */
  boolean elects() {
    return replicas() > 1;
  }

  /** Whether resources are edited all the time meanwhile. */
  boolean moves() {
    return true;
  }

  String title() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static void move(Field field, String target) {
    for (Subject subject : field.subjects()) {
      subject.retarget(target);
    }
  }

  private static void cordon(KubernetesClient client, String node, boolean unschedulable) {
    client
        .nodes()
        .withName(node)
        .edit(found -> {
          found.getSpec().setUnschedulable(unschedulable);
          return found;
        });
  }
}
