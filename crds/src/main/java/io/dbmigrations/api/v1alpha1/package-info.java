/** The API {@code dbmigrations.io/v1alpha1}: types, reasons and names, and nothing that acts. */
@NullMarked
package io.dbmigrations.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
