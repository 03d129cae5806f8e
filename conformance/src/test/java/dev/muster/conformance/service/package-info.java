/** The service APIs of provisioning and hubs, by the official service SDKs and by each client's own spelling. */
@NullMarked
package dev.muster.conformance.service;

import org.jspecify.annotations.NullMarked;
