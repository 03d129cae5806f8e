/** Who may register, and how a device proves that it is the one. */
@NullMarked
package dev.muster.enrollment;

import org.jspecify.annotations.NullMarked;
