@NullMarked
package dev.muster.server.store.database;

import org.jspecify.annotations.NullMarked;
