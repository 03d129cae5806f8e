/** How devices and their owners come by certificates outside of a registration. */
@NullMarked
package dev.muster.certification;

import org.jspecify.annotations.NullMarked;
