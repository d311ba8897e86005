package io.dbmigrations.operator.reconcile;

import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.operator.act.StaleResourceException;
import io.dbmigrations.operator.act.StatusWriter;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.function.BiConsumer;

/**
 * Writes the status, only where it differs, and only onto the version of the resource that was
 * read: a status that was computed from an older one is never written over a newer one, nor onto
 * another resource of that name. The API server checks version and UID; no write is repeated with
 * others.
 */
final class StatusPatch implements StatusWriter {

  private final KubernetesClient client;
  private final BiConsumer<DatabaseMigration, DatabaseMigration> whenWritten;
  private DatabaseMigration latest;

  /**
   * Nothing written yet.
   *
   * @param whenWritten told of the resource before and after each write, for the cache
   */
  StatusPatch(
      KubernetesClient client,
      DatabaseMigration read,
      BiConsumer<DatabaseMigration, DatabaseMigration> whenWritten) {
    this.client = client;
    this.latest = read;
    this.whenWritten = whenWritten;
  }

  /** The status as last written or read. */
  DatabaseMigrationStatus current() {
    DatabaseMigrationStatus status = latest.getStatus();
    return status == null ? DatabaseMigrationStatus.NONE : status;
  }

  /** Writes it onto the resource as last written or read. */
  void write(DatabaseMigrationStatus status) {
    if (!status.equals(current())) {
      write(latest, status);
    }
  }

  @Override
  public DatabaseMigration write(DatabaseMigration read, DatabaseMigrationStatus status) {
    DatabaseMigration wanted = new DatabaseMigration();
    wanted.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(read.getMetadata().getNamespace())
            .withName(read.getMetadata().getName())
            .withUid(read.getMetadata().getUid())
            .withResourceVersion(read.getMetadata().getResourceVersion())
            .build());
    wanted.setSpec(read.getSpec());
    wanted.setStatus(status);
    try {
      DatabaseMigration written = client.resource(wanted).updateStatus();
      whenWritten.accept(latest, written);
      latest = written;
      return written;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT
          || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        throw new StaleResourceException("its status was computed from an older version");
      }
      throw e;
    }
  }
}
