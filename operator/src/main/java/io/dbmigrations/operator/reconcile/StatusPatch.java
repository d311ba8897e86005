package io.dbmigrations.operator.reconcile;

import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.operator.act.StaleResourceException;
import io.dbmigrations.operator.act.StatusWriter;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.PrimaryUpdateAndCacheUtils;
import java.net.HttpURLConnection;

/**
 * Writes the status by server-side apply, only where it differs, and only onto the version of the
 * resource that was read: a status that was computed from an older one is never written over a
 * newer one. What was written is in the cache for the next reconcile.
 */
final class StatusPatch implements StatusWriter {

  private final DatabaseMigration original;
  private final Context<DatabaseMigration> context;
  private DatabaseMigration latest;

  StatusPatch(DatabaseMigration original, Context<DatabaseMigration> context) {
    this.original = original;
    this.context = context;
    this.latest = original;
  }

  /** The status as last written or read. */
  DatabaseMigrationStatus current() {
    DatabaseMigrationStatus status = latest.getStatus();
    return status == null ? DatabaseMigrationStatus.NONE : status;
  }

  @Override
  public void write(DatabaseMigrationStatus status) {
    if (status.equals(current())) {
      return;
    }
    DatabaseMigration fresh = new DatabaseMigration();
    fresh.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(original.getMetadata().getNamespace())
            .withName(original.getMetadata().getName())
            .withUid(original.getMetadata().getUid())
            .withResourceVersion(latest.getMetadata().getResourceVersion())
            .build());
    fresh.setStatus(status);
    try {
      latest = PrimaryUpdateAndCacheUtils.ssaPatchStatusAndCacheResource(original, fresh, context);
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT
          || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        throw new StaleResourceException("its status was computed from an older version");
      }
      throw e;
    }
  }
}
