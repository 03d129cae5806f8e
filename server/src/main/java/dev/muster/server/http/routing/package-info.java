/**
 * The way of a request: from the listener to the operation that its path names, and the answer back, refused or not.
 */
@NullMarked
package dev.muster.server.http.routing;

import org.jspecify.annotations.NullMarked;
