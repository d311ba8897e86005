/** What is counted and measured, and how Prometheus is told. */
@NullMarked
package io.dbmigrations.operator.metrics;

import org.jspecify.annotations.NullMarked;
