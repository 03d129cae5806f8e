/** The HTTPS front end: the device API, the service APIs and the control plane. */
@NullMarked
package dev.muster.server.http;

import org.jspecify.annotations.NullMarked;
