package io.dbmigrations.operator.database;

import org.jspecify.annotations.Nullable;

/**
 * Which database of which server it is, by whatever host or user it is reached: what two resources
 * have in common that migrate the same one.
 *
 * @param system the server's identifier, which a standby and a restored copy share; null where the
 *     user may not ask for it
 * @param versionTable {@code schema.table} as it was asked for, whether it exists or not; null
 *     where none was
 */
public record DatabaseIdentity(
    @Nullable String system, String database, @Nullable String versionTable) {}
