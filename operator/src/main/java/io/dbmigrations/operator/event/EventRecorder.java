package io.dbmigrations.operator.event;

import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.Names;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records one event for each transition of a resource, and says the same in the log. */
public final class EventRecorder {

  private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);

  // The API's bound for an event's note, in bytes.
  private static final int MAX_NOTE = 1024;

  // Leaves room in the name, which may have 253 characters, for what makes it unique.
  private static final int MAX_NAME = 220;

  // The API wants six digits of a second, also where the last of them are noughts.
  private static final DateTimeFormatter MICROSECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final KubernetesClient client;
  private final String instance;
  private final Clock clock;

  /**
   * A recorder.
   *
   * @param instance the name of this Pod
   */
  public EventRecorder(KubernetesClient client, String instance, Clock clock) {
    this.client = client;
    this.instance = instance;
    this.clock = clock;
  }

  /** Records the transition from one status to the next, if a person would call it one. */
  public void record(
      DatabaseMigration resource, DatabaseMigrationStatus old, DatabaseMigrationStatus now) {
    Transition.between(old, now).ifPresent(transition -> create(resource, transition));
  }

  private void create(DatabaseMigration resource, Transition transition) {
    Instant now = clock.instant();
    String name = resource.getMetadata().getName();
    LOG.info("{}: {}", transition.reason(), transition.message());
    // What comes next is a dot, and no part of a name may end with one or with a hyphen.
    String prefix =
        name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME).replaceAll("[-.]+$", "");
    try {
      client
          .events()
          .v1()
          .events()
          .resource(
              new EventBuilder()
                  .withNewMetadata()
                  .withName("%s.%x".formatted(prefix, ChronoUnit.NANOS.between(Instant.EPOCH, now)))
                  .withNamespace(resource.getMetadata().getNamespace())
                  .endMetadata()
                  .withRegarding(
                      new ObjectReferenceBuilder()
                          .withApiVersion(resource.getApiVersion())
                          .withKind(resource.getKind())
                          .withNamespace(resource.getMetadata().getNamespace())
                          .withName(name)
                          .withUid(resource.getMetadata().getUid())
                          .build())
                  .withType(transition.isWarning() ? "Warning" : "Normal")
                  .withReason(transition.reason())
                  .withNote(shortened(transition.message()))
                  .withAction("Migrate")
                  .withEventTime(new MicroTime(MICROSECONDS.format(now)))
                  .withReportingController(Names.MANAGED_BY)
                  .withReportingInstance(instance)
                  .build())
          .create();
    } catch (KubernetesClientException e) {
      // The status has said the same; a migration does not depend on its events.
      LOG.warn(
          "Recording the event {} failed: {}",
          transition.reason(),
          e.getStatus() == null ? e.getMessage() : e.getStatus().getMessage());
    }
  }

  private static String shortened(String message) {
    String note = message;
    while (note.getBytes(StandardCharsets.UTF_8).length > MAX_NOTE) {
      note = note.substring(0, note.offsetByCodePoints(note.length(), -2)) + "…";
    }
    return note;
  }
}
