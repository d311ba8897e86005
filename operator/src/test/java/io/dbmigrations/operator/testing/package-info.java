/** Values to test with. */
@NullMarked
package io.dbmigrations.operator.testing;

import org.jspecify.annotations.NullMarked;
