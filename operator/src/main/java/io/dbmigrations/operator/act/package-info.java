/** Carries out a decision; every effect is safe when repeated by a second leader. */
@NullMarked
package io.dbmigrations.operator.act;

import org.jspecify.annotations.NullMarked;
