/** The HTTP endpoints for the kubelet and for Prometheus. */
@NullMarked
package io.dbmigrations.operator.server;

import org.jspecify.annotations.NullMarked;
