/** Says in the status what was observed and decided. */
@NullMarked
package io.dbmigrations.operator.report;

import org.jspecify.annotations.NullMarked;
