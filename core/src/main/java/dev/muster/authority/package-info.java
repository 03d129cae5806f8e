/** Certificate authorities in this process: their keys, what they issue and what they have issued. */
@NullMarked
package dev.muster.authority;

import org.jspecify.annotations.NullMarked;
