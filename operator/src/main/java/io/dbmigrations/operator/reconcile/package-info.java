/** The adapter to the Java Operator SDK: events in, one reconcile out. */
@NullMarked
package io.dbmigrations.operator.reconcile;

import org.jspecify.annotations.NullMarked;
