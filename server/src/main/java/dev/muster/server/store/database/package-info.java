/** The databases that the ports' implementations write to: transactions, shared commits, migrations, and rows. */
@NullMarked
package dev.muster.server.store.database;

import org.jspecify.annotations.NullMarked;
