package dev.muster.cli.apply;

import dev.muster.cli.client.Document;
import dev.muster.cli.client.owner.ConnectionString;
import dev.muster.pki.Certificate;
import dev.muster.pki.Issuer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Something that a setup file wants to be there. Immutable. */
sealed interface Declared {
    /** Of the file, from 1. */
    int line();

    Kind kind();

    /** Tells it from the others of its kind, in any case of its letters. */
    String name();

    /** What the file says of it, in the spelling of {@link Members}: nothing secret. */
    Map<String, String> members();

    /**
     * A CA certificate.
     *
     * @param issuer proves possession of its key
     * @param vouchedFor whether it is to be trusted without a proof
     */
    record CaCertificate(int line, String name, Certificate certificate, Optional<Issuer> issuer, boolean vouchedFor)
            implements Declared {
        @Override
        public Kind kind() {
            return Kind.CERTIFICATE;
        }

        boolean isToBeVerified() {
            return issuer.isPresent() || vouchedFor;
        }

        @Override
        public Map<String, String> members() {
            Map<String, String> members = new TreeMap<>();
            members.put("thumbprint", certificate.thumbprint().hex());
            if (isToBeVerified()) {
                members.put("verified", "true");
            }
            return members;
        }
    }

    /**
     * A hub that devices are assigned to.
     *
     * @param connectionString of one of another server
     * @param terms what the owner says of it, as the API spells it
     */
    record Hub(int line, String name, Optional<ConnectionString> connectionString, Map<String, Object> terms)
            implements Declared {
        @Override
        public Kind kind() {
            return Kind.HUB;
        }

        @Override
        public Map<String, String> members() {
            Map<String, String> members = new TreeMap<>(Document.of(terms).flat());
            connectionString.ifPresent(text -> members.put("connectionString", Members.masked(text)));
            return members;
        }
    }

    /** How hubs are chosen where an enrollment does not say it. */
    record AllocationPolicy(int line, String policy) implements Declared {
        @Override
        public Kind kind() {
            return Kind.ALLOCATION_POLICY;
        }

        @Override
        public String name() {
            return "of the service";
        }

        @Override
        public Map<String, String> members() {
            return Map.of("allocationPolicy", policy);
        }
    }

    /**
     * A shared access policy.
     *
     * @param hub whose it is; empty for the provisioning service
     * @param rights in Azure's spelling and order
     */
    record Policy(int line, String policy, Optional<String> hub, List<String> rights) implements Declared {
        @Override
        public Kind kind() {
            return Kind.POLICY;
        }

        @Override
        public String name() {
            return hub.map(host -> policy + " of " + host).orElse(policy);
        }

        @Override
        public Map<String, String> members() {
            return Map.of("rights", String.join(", ", rights));
        }
    }

    /**
     * An enrollment, individual or of a group, or a device.
     *
     * @param hub of a device, where a server has several
     * @param body as the API wants it, its keys among it
     */
    record Entry(int line, Kind kind, String id, Optional<String> hub, Document body) implements Declared {
        @Override
        public String name() {
            return hub.map(host -> id + " of " + host).orElse(id);
        }

        @Override
        public Map<String, String> members() {
            return Members.of(body);
        }

        /** Whether the enrollment has symmetric keys that stand in the file. */
        boolean givesKeys() {
            return body.find("attestation", "symmetricKey", "primaryKey").isPresent()
                    || body.find("attestation", "symmetricKey", "secondaryKey").isPresent();
        }

        /** What the server has, with the members that are not as they are declared replaced. */
        Document over(Document found, List<Difference> differences) {
            Document changed = found;
            for (Difference difference : differences) {
                changed = changed.withMemberOf(body, Members.top(difference.member()));
            }
            return changed;
        }

        /** The body has secrets in it, so the text form leaves it out. */
        @Override
        public String toString() {
            return "Entry[" + kind + " " + name() + "]";
        }
    }
}
