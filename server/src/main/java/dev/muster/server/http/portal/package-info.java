/** The REST API of the portal CA that Azure's samples use, at the HTTPS port. */
@NullMarked
package dev.muster.server.http.portal;

import org.jspecify.annotations.NullMarked;
