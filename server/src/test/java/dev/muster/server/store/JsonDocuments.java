package dev.muster.server.store;

import dev.muster.server.wire.Json;
import java.util.Map;

/** Documents as the server prints them. */
public final class JsonDocuments implements Documents {
    @Override
    public byte[] print(Map<String, Object> document) {
        return Json.print(document);
    }

    @Override
    public Map<String, Object> parse(byte[] bytes) {
        return Json.parseObject(bytes);
    }
}
