package io.dbmigrations.operator.observe;

import io.dbmigrations.api.v1alpha1.DatabaseStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The older resource that claimed the database when the last attempt was made, as it is now.
 *
 * @param isAlive whether it is still there, with a database that it migrates
 * @param lastEnd when its own last attempt ended, which may have changed what it declares; null
 *     when there was none
 * @param database where its database is, null when that is not known
 */
public record Claimant(
    boolean isAlive, @Nullable Instant lastEnd, @Nullable DatabaseStatus database) {

  /** One that is gone. */
  public static final Claimant GONE = new Claimant(false, null, null);
}
