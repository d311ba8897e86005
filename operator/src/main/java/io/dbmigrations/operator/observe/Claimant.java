package io.dbmigrations.operator.observe;

import io.dbmigrations.api.v1alpha1.DatabaseStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The older resource that claimed the database when the last attempt was made, as it is now.
 *
 * @param isAlive whether it is still there, and not being deleted
 * @param target what its target means by now, null when that is not known
 * @param database where its database is, null when that is not known
 */
public record Claimant(
    boolean isAlive, @Nullable List<String> target, @Nullable DatabaseStatus database) {

  /** One that is gone. */
  public static final Claimant GONE = new Claimant(false, null, null);
}
