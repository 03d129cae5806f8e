package dev.muster.allocation;

import dev.muster.base.SymmetricKey;
import java.util.Optional;

/**
 * A hub as its owner has linked it.
 *
 * @param hostName what devices are told
 * @param access how to reach it; empty for a hub of this process
 * @param weight its share of the devices, 1 to 1000
 * @param applyAllocationPolicy whether devices are assigned to it
 * @param location for the owner; nothing depends on it
 * @see <a href="https://learn.microsoft.com/azure/iot-dps/how-to-manage-linked-iot-hubs">DPS: linked hubs</a>
 */
public record HubLink(
        String hostName, Optional<Access> access, int weight, boolean applyAllocationPolicy, String location) {
    static final int MAX_WEIGHT = 1000;

    /**
     * By whose leave another server's hub is used.
     *
     * @param endpoint its host name, with the port where that is not 443
     * @param policy the shared access policy's name
     */
    public record Access(String endpoint, String policy, SymmetricKey key) {}

    /** As a hub is linked without a word on it. */
    static HubLink ofThisProcess(String hostName) {
        return new HubLink(hostName, Optional.empty(), 1, true, "");
    }

    /** The connection string of another server's hub, its key masked as Azure does it. */
    public Optional<String> maskedConnectionString() {
        return access.map(it -> HubConnectionString.masked(it.endpoint(), it.policy()));
    }
}
