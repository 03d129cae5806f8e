@NullMarked
package dev.muster.server.http.est;

import org.jspecify.annotations.NullMarked;
