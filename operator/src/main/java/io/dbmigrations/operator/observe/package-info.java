/** Gathers what a decision needs, once, into an immutable value. */
@NullMarked
package io.dbmigrations.operator.observe;

import org.jspecify.annotations.NullMarked;
