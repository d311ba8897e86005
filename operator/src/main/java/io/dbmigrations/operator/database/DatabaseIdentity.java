package io.dbmigrations.operator.database;

import org.jspecify.annotations.Nullable;

/**
 * Which database of which server it is, by whatever host or user it is reached: what two resources
 * have in common that migrate the same one.
 *
 * @param system the server's identifier, which a standby and a restored copy share; null where the
 *     user may not ask for it
 * @param tables the version tables that were asked for, whether they exist or not
 */
public record DatabaseIdentity(@Nullable String system, String database, VersionTables tables) {}
