/** The whole of a plan that waits, as it is shown: its steps, and the SQL of exactly these. */
@NullMarked
package io.dbmigrations.operator.plan;

import org.jspecify.annotations.NullMarked;
