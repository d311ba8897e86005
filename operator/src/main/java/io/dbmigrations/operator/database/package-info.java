/** Reads Alembic's version table over JDBC, as the tenant's own user and with nothing but that. */
@NullMarked
package io.dbmigrations.operator.database;

import org.jspecify.annotations.NullMarked;
