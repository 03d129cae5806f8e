/** The commands for certificate authorities. */
@NullMarked
package dev.muster.cli.command.authority;

import org.jspecify.annotations.NullMarked;
