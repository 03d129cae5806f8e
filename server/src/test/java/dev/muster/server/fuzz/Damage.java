package dev.muster.server.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Damages samples in the ways that parsers fear: flipped, cut, repeated, spliced, and lengths at their limits. */
final class Damage {
    private static final byte[] LIMITS = {0, 1, 0x7F, (byte) 0x80, (byte) 0xFF, '"', '{', '%', '/', '&', '=', '#', '+'};
    private static final int MAX_DAMAGES = 4;

    private final List<byte[]> samples;
    private final RandomGenerator random;

    Damage(List<byte[]> samples, RandomGenerator random) {
        this.samples = samples;
        this.random = random;
    }

    byte[] next() {
        byte[] input = any().clone();
        int damages = 1 + random.nextInt(MAX_DAMAGES);
        for (int damage = 0; damage < damages && input.length > 0; damage++) {
            input = damaged(input);
        }
        return input;
    }

    private byte[] damaged(byte[] input) {
        int at = random.nextInt(input.length);
        switch (random.nextInt(7)) {
            case 0 -> input[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> input[at] = (byte) random.nextInt();
            case 2 -> input[at] = LIMITS[random.nextInt(LIMITS.length)];
            case 3 -> Arrays.fill(input, at, at + random.nextInt(Math.min(8, input.length - at) + 1), (byte) -1);
            case 4 -> {
                return Arrays.copyOf(input, at);
            }
            case 5 -> {
                return joined(input, at, input, random.nextInt(input.length));
            }
            default -> {
                byte[] other = any();
                return joined(input, at, other, other.length == 0 ? 0 : random.nextInt(other.length));
            }
        }
        return input;
    }

    private byte[] any() {
        return samples.get(random.nextInt(samples.size()));
    }

    /** The first up to a place, then the second from a place on. */
    private static byte[] joined(byte[] first, int end, byte[] second, int start) {
        byte[] joined = Arrays.copyOf(first, end + second.length - start);
        System.arraycopy(second, start, joined, end, second.length - start);
        return joined;
    }
}
