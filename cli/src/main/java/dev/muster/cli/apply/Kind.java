package dev.muster.cli.apply;

/** What a setup consists of, in the order in which it is made: what others refer to comes first. */
public enum Kind {
    CERTIFICATE("CA certificate"),
    HUB("hub"),
    ALLOCATION_POLICY("allocation policy"),
    POLICY("shared access policy"),
    GROUP("enrollment group"),
    ENROLLMENT("individual enrollment"),
    DEVICE("device");

    private final String title;

    Kind(String title) {
        this.title = title;
    }

    /** What people call one. */
    public String title() {
        return title;
    }
}
