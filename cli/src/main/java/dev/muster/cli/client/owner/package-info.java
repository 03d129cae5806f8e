/** What owners ask of a server: its REST APIs, each behind the access that it wants, and files of enrollments. */
@NullMarked
package dev.muster.cli.client.owner;

import org.jspecify.annotations.NullMarked;
