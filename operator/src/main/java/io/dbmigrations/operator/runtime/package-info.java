/** The life of the process: what it waits for at the start, whether it lives, and how it ends. */
@NullMarked
package io.dbmigrations.operator.runtime;

import org.jspecify.annotations.NullMarked;
