/** The whole of Muster in one story: a server, a chain of trust, devices, telemetry and a refusal explained. */
@NullMarked
package dev.muster.cli.demo;

import org.jspecify.annotations.NullMarked;
