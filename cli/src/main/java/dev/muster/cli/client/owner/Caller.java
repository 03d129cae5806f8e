package dev.muster.cli.client.owner;

import dev.muster.base.Explanation;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/** Who makes a call, and by what the server knows it. Immutable. */
sealed interface Caller {
    /** The value of the header; a secret. */
    String authorization(Instant now);

    /** Why the server may have answered 401 or 403, which it does not say to those who have not proved themselves. */
    Explanation unauthorized(String right);

    /** A call that takes a right; an empty one for what no policy has a right for. */
    default Rest.Call call(String method, String path, byte[] body, String right) {
        return new Rest.Call(method, path, body, this, right, Map.of());
    }

    /** The owner of a server. */
    record Administrator(String token, Path file) implements Caller {
        @Override
        public String authorization(Instant now) {
            return "Bearer " + token;
        }

        @Override
        public Explanation unauthorized(String right) {
            return new Explanation(
                    "the administrator's token in " + file,
                    "it is not that of this server",
                    "copy the file admin.token from the server's data directory and name it with --token-file");
        }

        @Override
        public String toString() {
            return "Administrator";
        }
    }

    /** Who holds a key of a shared access policy. */
    record Policy(ConnectionString key) implements Caller {
        @Override
        public String authorization(Instant now) {
            return key.token(now);
        }

        @Override
        public Explanation unauthorized(String right) {
            return new Explanation(
                    "shared access policy '" + key.keyName() + "' of " + key.hostName(),
                    "it lacks the right " + right + ", or it is not there, or its key is another one, or this machine's"
                            + " clock is wrong",
                    "take the connection string of a policy that has the right; on the server 'muster policies list'"
                            + " says which have it, 'muster keys show' prints them");
        }
    }
}
