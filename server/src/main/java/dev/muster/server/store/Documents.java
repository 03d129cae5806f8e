package dev.muster.server.store;

import java.util.Map;

/** Port to whoever turns plain JSON values into bytes and back; this room stores documents and knows no JSON. */
public interface Documents {
    byte[] print(Map<String, Object> document);

    Map<String, Object> parse(byte[] bytes);
}
