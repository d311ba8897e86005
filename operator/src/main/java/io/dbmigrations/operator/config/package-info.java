/** What the operator is told by its environment. */
@NullMarked
package io.dbmigrations.operator.config;

import org.jspecify.annotations.NullMarked;
