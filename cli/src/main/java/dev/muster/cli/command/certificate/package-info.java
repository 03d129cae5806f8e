/** {@code muster cert}, which makes certificates, and {@code muster certificates}, which the service knows. */
@NullMarked
package dev.muster.cli.command.certificate;

import org.jspecify.annotations.NullMarked;
