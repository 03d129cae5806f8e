/** Tests of the HTTPS front end. */
@NullMarked
package dev.muster.server.http.routing;

import org.jspecify.annotations.NullMarked;
