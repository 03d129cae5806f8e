/** What an operator can set, with its defaults. */
@NullMarked
package dev.muster.server.config;

import org.jspecify.annotations.NullMarked;
