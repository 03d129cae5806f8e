package dev.muster.server.wire;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Timestamps as Azure writes them: UTC with seven digits after the point, such as 2022-08-31T22:02:50.5163352Z. */
public final class Timestamps {
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSS'Z'").withZone(ZoneOffset.UTC);

    private Timestamps() {}

    public static String print(Instant instant) {
        return FORMAT.format(instant);
    }
}
