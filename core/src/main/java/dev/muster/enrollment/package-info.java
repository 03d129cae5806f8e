/** Who may register, by which proof, and what its owner wants for it. */
@NullMarked
package dev.muster.enrollment;

import org.jspecify.annotations.NullMarked;
