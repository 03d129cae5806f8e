package dev.muster.server.fuzz;

import java.util.List;

/** Something that takes bytes of strangers. For one thread at a time. */
public interface FuzzTarget {
    /** Good inputs, to be damaged. */
    List<byte[]> samples();

    /** Takes the input in; throws on whatever must not happen, which a refusal may. */
    void take(byte[] input);
}
