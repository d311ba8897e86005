package io.dbmigrations.e2e.oracle;

/** Who migrates without the operator. */
public final class Stranger {
  /** How the names of Pods begin in which somebody runs alembic. */
  public static final String PREFIX = "stranger-";

  private Stranger() {}
}
