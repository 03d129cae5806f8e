package dev.muster.server;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/**
 * Secure random numbers, drawn many at a time: {@link SecureRandom} asks its provider twice for each long, and each
 * time costs as much as a small hash. What is drawn for keys ({@link #nextBytes}) never lies here. Safe for any number
 * of threads.
 */
final class PooledRandom implements RandomGenerator {
    private static final int POOL_BYTES = 4096;

    private final SecureRandom source;
    private final ByteBuffer pool = ByteBuffer.allocate(POOL_BYTES).limit(0);

    PooledRandom(SecureRandom source) {
        this.source = source;
    }

    @Override
    public synchronized long nextLong() {
        if (!pool.hasRemaining()) {
            source.nextBytes(pool.array());
            pool.clear();
        }
        return pool.getLong();
    }

    @Override
    public void nextBytes(byte[] bytes) {
        source.nextBytes(bytes);
    }
}
