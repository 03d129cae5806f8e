package dev.muster.allocation;

import dev.muster.allocation.LinkedHubs.Linked;
import dev.muster.enrollment.RegistrationId;
import java.util.List;
import java.util.Locale;

/**
 * Weighted rendezvous hashing: each hub gets its share of the devices, and a hub that comes, goes or changes its weight
 * moves only the devices that it gains or loses. Stateless.
 *
 * @see <a
 *     href="https://www.snia.org/sites/default/files/SDC15_presentations/dist_sys/Jason_Resch_New_Consistent_Hashings_Rev.pdf">J.
 *     Resch: New hashing algorithms for data storage, 2015</a>
 */
final class WeightedHash {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;
    private static final double UNIT = 0x1.0p-53;

    private WeightedHash() {}

    /** @param hubs one at least */
    static LinkedHub choose(List<Linked> hubs, RegistrationId id) {
        Linked best = hubs.getFirst();
        if (hubs.size() > 1) {
            double highest = Double.NEGATIVE_INFINITY;
            for (Linked hub : hubs) {
                double score = score(hub.link(), id);
                if (score > highest) {
                    highest = score;
                    best = hub;
                }
            }
        }
        return best.hub();
    }

    /** -w / ln(h) with h evenly between 0 and 1. */
    private static double score(HubLink link, RegistrationId id) {
        long hash = hash(link.hostName().toLowerCase(Locale.ROOT) + "\n" + id.key());
        double even = ((hash >>> 11) + 0.5) * UNIT;
        // Nodes of one store must agree to the last bit.
        return -link.weight() / StrictMath.log(even);
    }

    /** FNV-1a, whose low bits are good, then a mix (MurmurHash3's) that makes all of them so. */
    private static long hash(String text) {
        long hash = FNV_OFFSET;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * FNV_PRIME;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }
}
