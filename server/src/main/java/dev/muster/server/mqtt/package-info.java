/** The MQTT 3.1.1 front end of the provisioning service and of the hub. */
@NullMarked
package dev.muster.server.mqtt;

import org.jspecify.annotations.NullMarked;
