/**
 * A device's conversation with the provisioning service, for every transport whose connections belong to one device.
 */
@NullMarked
package dev.muster.server.provisioning;

import org.jspecify.annotations.NullMarked;
