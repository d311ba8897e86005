package io.dbmigrations.operator.database;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which database of which server it is, by whatever host or user it is reached: what two resources
 * have in common that migrate the same one.
 *
 * @param system the server's identifier, which a standby and a restored copy share; null where the
 *     user may not ask for it
 * @param tables the version tables that were asked for, whether they exist or not
 * @param others further tables of the names of several, or of one that is gone, in other schemas,
 *     sorted: perhaps those of further tenants, or where somebody moved it; null where they were
 *     not looked for, or are too many
 */
public record DatabaseIdentity(
    @Nullable String system, String database, VersionTables tables, @Nullable List<String> others) {

  public DatabaseIdentity {
    others = others == null ? null : others.stream().sorted().toList();
  }

  /** Where no other tables were looked for. */
  public DatabaseIdentity(@Nullable String system, String database, VersionTables tables) {
    this(system, database, tables, null);
  }
}
