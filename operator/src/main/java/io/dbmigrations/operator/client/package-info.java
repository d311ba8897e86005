/** How the API server is spoken to: time limits, watches that cannot fall silent, the Lease. */
@NullMarked
package io.dbmigrations.operator.client;

import org.jspecify.annotations.NullMarked;
