package dev.muster.attestation;

import java.util.function.Supplier;

/** Hears what the attestor finds on its way to a verdict, in sentences for the owner. */
@FunctionalInterface
public interface Trace {
    /** Hears nothing, and lets no sentence be made. */
    Trace NONE = _ -> {};

    void found(Supplier<String> step);
}
