package dev.muster.cli.client.load;

/** A connection or an answer that makes a measurement worthless. The message says which and why. */
final class LoadException extends RuntimeException {
    LoadException(String message) {
        super(message);
    }

    LoadException(String message, Throwable cause) {
        super(message, cause);
    }
}
