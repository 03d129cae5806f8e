/** The commands that revoke. */
@NullMarked
package dev.muster.cli.command.revocation;

import org.jspecify.annotations.NullMarked;
