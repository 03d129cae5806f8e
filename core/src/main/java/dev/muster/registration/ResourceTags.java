package dev.muster.registration;

import java.util.Map;

/** Port to the tags that the owner has put on the provisioning service; nothing depends on them. */
public interface ResourceTags {
    /** Values by name. */
    Map<String, String> all();

    void replaceAll(Map<String, String> tags);
}
