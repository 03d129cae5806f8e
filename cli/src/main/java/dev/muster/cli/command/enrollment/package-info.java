/** {@code muster enrollments} and {@code muster groups}. */
@NullMarked
package dev.muster.cli.command.enrollment;

import org.jspecify.annotations.NullMarked;
