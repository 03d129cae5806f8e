/** A whole setup from one file: read, compared with a server, shown, and carried out. */
@NullMarked
package dev.muster.cli.apply;

import org.jspecify.annotations.NullMarked;
