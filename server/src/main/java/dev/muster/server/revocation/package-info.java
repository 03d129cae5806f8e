/** What the HTTPS listener has of revocation, for owners and for everybody. */
@NullMarked
package dev.muster.server.revocation;

import org.jspecify.annotations.NullMarked;
