/** What this process counts and measures, for Prometheus to read. */
@NullMarked
package dev.muster.server.metrics;

import org.jspecify.annotations.NullMarked;
