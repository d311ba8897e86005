/** The cluster of the end-to-end tests: how it starts, and how a scenario reaches what is in it. */
@NullMarked
package io.dbmigrations.e2e.cluster;

import org.jspecify.annotations.NullMarked;
