/** Many devices at once, as cheap to drive as they can be: own wire code, Netty and BoringSSL beneath it. */
@NullMarked
package dev.muster.cli.client.load;

import org.jspecify.annotations.NullMarked;
