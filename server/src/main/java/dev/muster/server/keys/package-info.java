/** Where the keys of certificate authorities are kept. */
@NullMarked
package dev.muster.server.keys;

import org.jspecify.annotations.NullMarked;
