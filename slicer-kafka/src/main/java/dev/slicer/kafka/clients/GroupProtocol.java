package dev.slicer.kafka.clients;

/** How the members of a consumer group agree on who has which partitions; members of both can be in a group at once. */
public enum GroupProtocol {
    /** One of the members decides for all, and each says how long it may be silent. Every broker knows it. */
    CLASSIC,
    /** The broker decides for each on its own, and the group's settings there say how long a member may be silent. */
    CONSUMER
}
