/** What the store keeps of authorities and certificates, on both databases. */
@NullMarked
package dev.muster.server.store.certificate;

import org.jspecify.annotations.NullMarked;
