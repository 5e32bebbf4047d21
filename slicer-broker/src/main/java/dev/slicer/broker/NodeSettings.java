package dev.slicer.broker;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/** The settings of a node of Kafka, broker and controller in one, for a cluster that is as small as it can be. */
public final class NodeSettings {
    /** Id of the cluster that a node's data folder is formatted for. */
    public static final String CLUSTER_ID = "c2xpY2VyLWxvY2FsLWticg";

    /** What a node writes to its log as soon as it serves. */
    public static final String STARTED = "Kafka Server started";

    private NodeSettings() {}

    /**
     * Addresses of a node, each as {@code host:port}.
     *
     * @param clients for clients and other brokers
     * @param controller for other controllers
     */
    public record Listeners(String clients, String controller) {}

    /**
     * @param topicsFolder as the node names it
     * @param own where it listens
     * @param advertised where others find it
     * @param voters addresses of all controllers by the nodes' ids; there is a copy of everything on each
     */
    public static Properties of(
            String topicsFolder, int id, Listeners own, Listeners advertised, Map<Integer, String> voters) {
        Properties configuration = new Properties();
        configuration.putAll(Map.of(
                "process.roles",
                "broker,controller",
                "node.id",
                Integer.toString(id),
                "controller.quorum.voters",
                voters.entrySet().stream()
                        .map(voter -> voter.getKey() + "@" + voter.getValue())
                        .collect(Collectors.joining(",")),
                "listeners",
                "PLAINTEXT://" + own.clients() + ",CONTROLLER://" + own.controller(),
                "advertised.listeners",
                "PLAINTEXT://" + advertised.clients() + ",CONTROLLER://" + advertised.controller(),
                "controller.listener.names",
                "CONTROLLER",
                "log.dirs",
                topicsFolder));
        String copies = Integer.toString(voters.size());
        String written = Integer.toString(voters.size() / 2 + 1);
        configuration.putAll(Map.of(
                "default.replication.factor", copies,
                "min.insync.replicas", written,
                "offsets.topic.replication.factor", copies,
                "offsets.topic.num.partitions", "4",
                "transaction.state.log.replication.factor", copies,
                "transaction.state.log.min.isr", written,
                "transaction.state.log.num.partitions", "4",
                "group.initial.rebalance.delay.ms", "0"));
        configuration.putAll(Map.of(
                "share.coordinator.state.topic.replication.factor", copies,
                "share.coordinator.state.topic.min.isr", written,
                "share.coordinator.state.topic.num.partitions", "4"));
        return configuration;
    }

    /** As a node reads them from its file. */
    public static String text(Properties settings) {
        try {
            StringWriter text = new StringWriter();
            settings.store(text, null);
            return text.toString();
        } catch (IOException cause) {
            throw new UncheckedIOException(cause);
        }
    }
}
