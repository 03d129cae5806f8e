package dev.muster.certification;

import java.time.Instant;

/**
 * A name for which certificates may be requested from an authority.
 *
 * @param authority its name
 */
public record RegisteredName(String authority, String name, Instant registered) {}
