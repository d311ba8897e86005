/** The HTTP endpoints for the kubelet. */
@NullMarked
package io.dbmigrations.operator.server;

import org.jspecify.annotations.NullMarked;
