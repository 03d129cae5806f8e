/** The stored state of every port, in SQLite or PostgreSQL; the only room that knows SQL. */
@NullMarked
package dev.muster.server.store;

import org.jspecify.annotations.NullMarked;
