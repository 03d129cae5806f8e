/** Tests of a device's conversation with the provisioning service. */
@NullMarked
package dev.muster.server.provisioning;

import org.jspecify.annotations.NullMarked;
