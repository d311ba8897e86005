package io.dbmigrations.operator.database;

/**
 * What a resource asks for besides its target, as its Jobs note it in the comment of the version
 * table that they use: with the same setup they use the same table.
 *
 * @param resource its namespace and its name, with a slash between
 * @param hash of image, database, variables and Alembic's settings
 */
public record Setup(String resource, String hash) {}
