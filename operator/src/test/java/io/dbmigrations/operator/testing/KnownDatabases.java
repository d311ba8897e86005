package io.dbmigrations.operator.testing;

import io.dbmigrations.api.v1alpha1.DatabaseStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a status knows of a database. */
public final class KnownDatabases {

  /** With the one version table of most projects. */
  public static final DatabaseStatus ONE = known(Ends.TABLE, null, null, null);

  /** With a version table for each tenant, of which no others were seen. */
  public static final DatabaseStatus TENANTS = known(null, Ends.TENANTS.names(), null, null);

  private KnownDatabases() {}

  /** The same, and these tables of the name are not migrated. */
  public static DatabaseStatus tenantsBeside(String... others) {
    return known(null, Ends.TENANTS.names(), null, List.of(others));
  }

  /** With so many version tables that they could not be named. */
  public static DatabaseStatus unnamed(int count) {
    return known(null, null, count, null);
  }

  private static DatabaseStatus known(
      @Nullable String table,
      @Nullable List<String> tables,
      @Nullable Integer count,
      @Nullable List<String> others) {
    return new DatabaseStatus("17.6", table, tables, count, others, "1.18.1", "7", "platform");
  }
}
