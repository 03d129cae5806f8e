/** Server certificates and contexts, and what a TLS session says of its peer. */
@NullMarked
package dev.muster.server.tls;

import org.jspecify.annotations.NullMarked;
