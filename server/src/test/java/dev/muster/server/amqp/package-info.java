/** Tests of the AMQP front end that need no SDK. */
@NullMarked
package dev.muster.server.amqp;

import org.jspecify.annotations.NullMarked;
