/** Kubernetes events, one a transition. */
@NullMarked
package io.dbmigrations.operator.event;

import org.jspecify.annotations.NullMarked;
