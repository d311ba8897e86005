/** The migration's Job: made from a resource, and read back from its Pod. */
@NullMarked
package io.dbmigrations.operator.job;

import org.jspecify.annotations.NullMarked;
