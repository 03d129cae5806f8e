/** Enrollment over Secure Transport (RFC 7030) at the HTTPS port. */
@NullMarked
package dev.muster.server.http.est;

import org.jspecify.annotations.NullMarked;
