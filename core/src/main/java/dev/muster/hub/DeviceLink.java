package dev.muster.hub;

/** Port to a front end's live connection with a device. */
public interface DeviceLink {
    /**
     * Ends the connection. Safe from any thread and more than once.
     *
     * @param why for the log
     */
    void close(String why);

    /** Tells the device what its owner desires, if it wants to know. Safe from any thread. */
    void tell(DeviceTwins.DesiredChange change);
}
