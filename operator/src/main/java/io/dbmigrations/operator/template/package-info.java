/** Pod templates of users and of the platform, merged with what the operator needs; pure. */
@NullMarked
package io.dbmigrations.operator.template;

import org.jspecify.annotations.NullMarked;
