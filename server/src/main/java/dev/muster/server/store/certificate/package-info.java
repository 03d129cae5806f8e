/** Authorities and what they have issued and revoked, in the store. */
@NullMarked
package dev.muster.server.store.certificate;

import org.jspecify.annotations.NullMarked;
