/** What every other room of the domain is made of. */
@NullMarked
package dev.muster.base;

import org.jspecify.annotations.NullMarked;
