package dev.slicer.kafka.topics;

import dev.slicer.events.Topics.Topic;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares topics that others, or an earlier version, have made with what the services rely on. Logs each difference once;
 * changes nothing.
 */
final class TopicCheck {
    private static final Logger LOG = LoggerFactory.getLogger(TopicCheck.class);
    private static final String FOR_EVER = "-1";

    private final Function<Topic, Map<String, String>> wanted;
    private final Predicate<Topic> limited;
    private final Optional<Short> replicas;
    private final Map<String, Integer> partitions;
    private final Set<String> told = new HashSet<>();
    private volatile List<String> differences = List.of();

    /**
     * @param wanted settings of a topic as the services would make it
     * @param limited topics that are to keep records for no longer than that
     * @param replicas that each partition should have
     * @param partitions that topics should have whose work instances share, since an earlier version made them with one
     */
    TopicCheck(
            Function<Topic, Map<String, String>> wanted,
            Predicate<Topic> limited,
            Optional<Short> replicas,
            Map<String, Integer> partitions) {
        this.wanted = wanted;
        this.limited = limited;
        this.replicas = replicas;
        this.partitions = Map.copyOf(partitions);
    }

    /** What of topics is not as the services rely on, in words, when it looked last. */
    List<String> differences() {
        return differences;
    }

    /** @throws ExecutionException where the broker does not answer */
    void run(Admin admin, Map<Topic, TopicDescription> topics) throws InterruptedException, ExecutionException {
        List<ConfigResource> asked = topics.keySet().stream()
                .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic.name()))
                .toList();
        Map<ConfigResource, KafkaFuture<Config>> answers =
                admin.describeConfigs(asked).values();
        Set<String> hidden = new TreeSet<>();
        List<String> found = new ArrayList<>();
        for (Map.Entry<Topic, TopicDescription> entry : topics.entrySet()) {
            Topic topic = entry.getKey();
            List<String> complaints = new ArrayList<>(ofDescription(topic, entry.getValue()));
            try {
                complaints.addAll(ofSettings(
                        topic,
                        answers.get(new ConfigResource(ConfigResource.Type.TOPIC, topic.name()))
                                .get()));
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof AuthorizationException)) {
                    throw e;
                }
                hidden.add(topic.name());
            }
            found.addAll(complaints);
            complaints.stream().filter(told::add).forEach(LOG::warn);
        }
        differences = List.copyOf(found);
        if (!hidden.isEmpty() && told.add("hidden " + hidden)) {
            LOG.info("the settings of {} are not checked: the right DescribeConfigs on them is missing", hidden);
        }
    }

    private List<String> ofDescription(Topic topic, TopicDescription description) {
        List<String> complaints = new ArrayList<>();
        int partitions = description.partitions().size();
        if (topic.ordered() && partitions != 1) {
            complaints.add("topic " + topic.name() + " has " + partitions
                    + " partitions where one is needed, since its records need one order; make it anew");
        }
        if (partitions == 1 && this.partitions.getOrDefault(topic.name(), 1) > 1) {
            complaints.add("topic " + topic.name() + " has 1 partition, so that one instance does all its work: "
                    + "kafka-topics.sh --alter --topic " + topic.name() + " --partitions "
                    + this.partitions.get(topic.name()));
        }
        int fewest = description.partitions().stream()
                .mapToInt(partition -> partition.replicas().size())
                .min()
                .orElse(0);
        replicas.filter(wish -> fewest < wish)
                .ifPresent(wish -> complaints.add("topic " + topic.name() + " has partitions of " + fewest
                        + " replicas where slicer.topics.replicas is " + wish
                        + "; kafka-reassign-partitions.sh adds some"));
        return complaints;
    }

    private List<String> ofSettings(Topic topic, Config actual) {
        List<String> complaints = new ArrayList<>();
        wanted.apply(topic).forEach((name, wish) -> {
            String value = value(actual, name);
            if (!suffices(topic, name, wish, value)) {
                complaints.add(complaint(topic, name, wish, value));
            }
        });
        String bytes = value(actual, TopicConfig.RETENTION_BYTES_CONFIG);
        if (wanted.apply(topic).containsKey(TopicConfig.RETENTION_MS_CONFIG)
                && !limited.test(topic)
                && !bytes.equals(FOR_EVER)) {
            complaints.add(complaint(topic, TopicConfig.RETENTION_BYTES_CONFIG, FOR_EVER, bytes));
        }
        return complaints;
    }

    private static String complaint(Topic topic, String name, String wish, String value) {
        return "topic " + topic.name() + " has " + name + "=" + value + " where " + wish
                + " is relied on: kafka-configs.sh --alter --topic " + topic.name() + " --add-config " + name + "="
                + wish;
    }

    private boolean suffices(Topic topic, String name, String wish, String value) {
        return switch (name) {
            case TopicConfig.RETENTION_MS_CONFIG ->
                value.equals(wish)
                        || !limited.test(topic)
                                && (value.equals(FOR_EVER)
                                        || !wish.equals(FOR_EVER) && Long.parseLong(value) >= Long.parseLong(wish));
            case TopicConfig.SEGMENT_MS_CONFIG -> Long.parseLong(value) <= Long.parseLong(wish);
            case TopicConfig.MAX_MESSAGE_BYTES_CONFIG -> Long.parseLong(value) >= Long.parseLong(wish);
            case TopicConfig.CLEANUP_POLICY_CONFIG -> value.equals(wish);
            default -> true;
        };
    }

    private static String value(Config config, String name) {
        return config.get(name).value();
    }
}
