/** The program: wires the parts by hand and starts them. */
@NullMarked
package io.dbmigrations.operator;

import org.jspecify.annotations.NullMarked;
