/**
 * What the operator's image is made with: a cluster for one process, of an API server in memory and
 * a real PostgreSQL, in which the operator learns what it will do, and is measured.
 */
@NullMarked
package io.dbmigrations.training;

import org.jspecify.annotations.NullMarked;
