/** What owners do with the certificates that devices ask for: {@code muster certificates requests}. */
@NullMarked
package dev.muster.cli.command.approval;

import org.jspecify.annotations.NullMarked;
