package dev.muster.server.keys;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which tokens a PKCS#11 driver has (OASIS PKCS#11 2.40, section 5.5). The JDK's provider wants the number of a slot,
 * and cannot be asked for the slot of a token by its label. Stateless.
 */
final class Pkcs11Library {
    private static final long OK = 0;
    private static final long ALREADY_INITIALIZED = 0x191;

    /** CKF_OS_LOCKING_OK: any number of threads will call. */
    private static final long OS_LOCKING = 2;

    private static final long MAX_SLOTS = 1024;
    private static final int LABEL_BYTES = 32;

    /** CK_TOKEN_INFO: label, manufacturer, model and serial number come before. */
    private static final int FLAGS_OFFSET = 96;

    /** CKF_TOKEN_INITIALIZED. */
    private static final long INITIALIZED = 0x400;

    /** More than CK_TOKEN_INFO has, however its members are aligned. */
    private static final int TOKEN_INFORMATION_BYTES = 512;

    /** CK_C_INITIALIZE_ARGS: four functions, flags, a reserved pointer. */
    private static final int INITIALIZE_WORDS = 6;

    private static final int INITIALIZE_FLAGS = 4;

    private Pkcs11Library() {}

    /** A token, and where it is. */
    record Token(long slot, String label) {}

    /**
     * Those that are present and initialized, in the order of their slots.
     *
     * @throws IllegalArgumentException when the driver cannot be loaded
     * @throws IllegalStateException when it answers with an error
     */
    static List<Token> tokens(Path library) {
        // Loaded for good: the JDK's provider goes on with what is initialized here.
        SymbolLookup driver = lookup(library);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment arguments = arena.allocate(ValueLayout.JAVA_LONG, INITIALIZE_WORDS);
            arguments.setAtIndex(ValueLayout.JAVA_LONG, INITIALIZE_FLAGS, OS_LOCKING);
            long initialized = call(driver, "C_Initialize", arguments);
            if (initialized != ALREADY_INITIALIZED) {
                check("C_Initialize", initialized);
            }
            MemorySegment count = arena.allocate(ValueLayout.JAVA_LONG);
            check("C_GetSlotList", slots(driver, MemorySegment.NULL, count));
            long slots = Math.min(count.get(ValueLayout.JAVA_LONG, 0), MAX_SLOTS);
            count.set(ValueLayout.JAVA_LONG, 0, slots);
            MemorySegment numbers = arena.allocate(ValueLayout.JAVA_LONG, Math.max(slots, 1));
            check("C_GetSlotList", slots(driver, numbers, count));
            List<Token> tokens = new ArrayList<>();
            for (long index = 0; index < Math.min(slots, count.get(ValueLayout.JAVA_LONG, 0)); index++) {
                token(driver, numbers.getAtIndex(ValueLayout.JAVA_LONG, index), arena)
                        .ifPresent(tokens::add);
            }
            return tokens;
        }
    }

    /** Empty for one that has just gone, and for one that nobody has initialized. */
    private static Optional<Token> token(SymbolLookup driver, long slot, Arena arena) {
        MemorySegment information = arena.allocate(TOKEN_INFORMATION_BYTES);
        if (tokenInformation(driver, slot, information) != OK
                || (information.get(ValueLayout.JAVA_LONG, FLAGS_OFFSET) & INITIALIZED) == 0) {
            return Optional.empty();
        }
        byte[] label = information.asSlice(0, LABEL_BYTES).toArray(ValueLayout.JAVA_BYTE);
        return Optional.of(new Token(slot, new String(label, StandardCharsets.UTF_8).strip()));
    }

    @SuppressWarnings("restricted") // there is no other way to a native library
    private static SymbolLookup lookup(Path library) {
        return SymbolLookup.libraryLookup(library, Arena.global());
    }

    private static long call(SymbolLookup driver, String function, MemorySegment argument) {
        return invoke(driver, function, FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS), argument);
    }

    private static long slots(SymbolLookup driver, MemorySegment numbers, MemorySegment count) {
        byte present = 1;
        return invoke(
                driver,
                "C_GetSlotList",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG, ValueLayout.JAVA_BYTE, ValueLayout.ADDRESS, ValueLayout.ADDRESS),
                present,
                numbers,
                count);
    }

    private static long tokenInformation(SymbolLookup driver, long slot, MemorySegment information) {
        return invoke(
                driver,
                "C_GetTokenInfo",
                FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
                slot,
                information);
    }

    @SuppressWarnings("restricted") // there is no other way to a native library
    private static long invoke(
            SymbolLookup driver, String function, FunctionDescriptor signature, Object... arguments) {
        MemorySegment address = driver.find(function)
                .orElseThrow(() -> new IllegalArgumentException("it has no " + function + ", so it is no such driver"));
        try {
            return (long)
                    Linker.nativeLinker().downcallHandle(address, signature).invokeWithArguments(arguments);
        } catch (Throwable e) {
            // Declared by every method handle; the function itself throws nothing.
            throw new IllegalStateException(function + " cannot be called", e);
        }
    }

    private static void check(String function, long result) {
        if (result != OK) {
            throw new IllegalStateException(function + " answers 0x" + Long.toHexString(result));
        }
    }
}
