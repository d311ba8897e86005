package io.dbmigrations.operator.testing;

import io.dbmigrations.api.v1alpha1.DatabaseSpec;
import io.dbmigrations.api.v1alpha1.SecretKeyRef;
import io.dbmigrations.api.v1alpha1.UnverifiedPolicy;

/** Databases as a resource names them. */
public final class Databases {

  private Databases() {}

  /** By the URL in that Secret. */
  public static DatabaseSpec bySecret(String name, UnverifiedPolicy unverified) {
    return new DatabaseSpec(
        new SecretKeyRef(name, "url"), null, null, DatabaseSpec.DEFAULT_VARIABLE, unverified);
  }
}
