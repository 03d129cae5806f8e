package dev.muster.server.wire;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** What a hub answers to a device that asks for its twin. */
public final class TwinBodies {
    /** The status in the topic of the answer. */
    public static final int NOT_IMPLEMENTED_STATUS = 501;

    private static final int NOT_IMPLEMENTED = 501000;

    private TwinBodies() {}

    /** The Node SDK tells an error by its code and message alone, the others by the status. */
    public static byte[] notImplemented(Instant now) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("errorCode", NOT_IMPLEMENTED);
        body.put("trackingId", UUID.randomUUID().toString());
        body.put("message", "This hub has no device twins.");
        body.put("timestampUtc", Timestamps.print(now));
        return Json.print(body);
    }
}
