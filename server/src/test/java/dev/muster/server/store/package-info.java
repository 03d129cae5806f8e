@NullMarked
package dev.muster.server.store;

import org.jspecify.annotations.NullMarked;
