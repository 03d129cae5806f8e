/** Bodies about certificates: authorities, requests, revocations, renewals, the portal CA's API. */
@NullMarked
package dev.muster.server.wire.certificate;

import org.jspecify.annotations.NullMarked;
