/** Decides, purely: imports no client, no JDBC and no framework. */
@NullMarked
package io.dbmigrations.operator.decide;

import org.jspecify.annotations.NullMarked;
