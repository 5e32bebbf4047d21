package dev.slicer.trainer.sharing;

import dev.slicer.kafka.access.Denials;
import dev.slicer.kafka.clients.Answers;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.resource.ResourceType;
import org.jboss.logging.Logger;

/** The share group as the broker has it: whether there can be one, its settings, and how far it is. */
public final class ShareGroup {
    private static final Logger LOG = Logger.getLogger(ShareGroup.class);
    private static final String FEATURE = "share.version";
    private static final String START = "share.auto.offset.reset";
    private static final String ISOLATION = "share.isolation.level";
    private static final String RENEWAL = "share.renew.acknowledge.enable";
    private static final String LOCK = "share.record.lock.duration.ms";
    private static final String DELIVERIES = "share.delivery.count.limit";
    /** Of a broker that has no such setting of a group, where its own is not changed. */
    private static final int KAFKAS_DELIVERIES = 5;

    /** What is to be done about brokers that have no share groups, or none whose locks are renewed. */
    static final String REMEDY =
            "the brokers have no share groups: they need Kafka 4.2 or newer with the feature " + FEATURE
                    + "=1 (kafka-features.sh upgrade --feature " + FEATURE
                    + "=1); a single trainer does without them with slicer.trainer.sharing=none";

    private final String name;
    private final Duration lockDuration;
    private final int maxDeliveries;
    private final Supplier<Admin> admins;
    private final Denials denials;
    private volatile int deliveryLimit;

    /**
     * @param lockDuration after which a request whose holder is silent is another's
     * @param maxDeliveries after which a request is given to nobody any more
     */
    public ShareGroup(String name, Duration lockDuration, int maxDeliveries, Supplier<Admin> admins, Denials denials) {
        this.denials = denials;
        this.name = name;
        this.lockDuration = lockDuration;
        this.maxDeliveries = maxDeliveries;
        this.admins = admins;
        this.deliveryLimit = maxDeliveries;
    }

    String name() {
        return name;
    }

    Duration lockDuration() {
        return lockDuration;
    }

    /** How often a request is given to a trainer, as the broker has it. */
    int deliveryLimit() {
        return deliveryLimit;
    }

    /**
     * Gives the group its settings where it has others and this trainer may.
     *
     * @throws UnsupportedVersionException where the brokers have no share groups
     * @throws KafkaException saying what is to be done where no jobs can be shared like this
     */
    void prepare() {
        try (Admin admin = admins.get()) {
            requireFeature(admin);
            Optional<Config> actual = settings(admin);
            actual.ifPresent(config -> deliveryLimit =
                    value(config, DELIVERIES).map(Integer::parseInt).orElse(KAFKAS_DELIVERIES));
            Map<String, String> missing = new LinkedHashMap<>(wanted());
            missing.entrySet()
                    .removeIf(entry ->
                            actual.filter(config -> suffices(config, entry)).isPresent());
            if (!missing.isEmpty()) {
                set(admin, missing, actual.isPresent());
            }
        }
    }

    private static void requireFeature(Admin admin) {
        FinalizedVersionRange share = Answers.of(admin.describeFeatures().featureMetadata())
                .finalizedFeatures()
                .get(FEATURE);
        if (share == null || share.maxVersionLevel() < 1) {
            throw new UnsupportedVersionException(FEATURE + " is missing");
        }
    }

    private Map<String, String> wanted() {
        Map<String, String> wanted = new LinkedHashMap<>();
        wanted.put(START, "earliest");
        wanted.put(ISOLATION, "read_committed");
        wanted.put(RENEWAL, "true");
        wanted.put(LOCK, Long.toString(lockDuration.toMillis()));
        wanted.put(DELIVERIES, Integer.toString(maxDeliveries));
        return wanted;
    }

    private Optional<Config> settings(Admin admin) {
        try {
            return Optional.of(
                    Answers.of(admin.describeConfigs(List.of(resource())).all()).get(resource()));
        } catch (AuthorizationException e) {
            return Optional.empty();
        }
    }

    /** A setting that the brokers do not know cannot be another one. */
    private static boolean suffices(Config actual, Map.Entry<String, String> wish) {
        return value(actual, wish.getKey()).map(wish.getValue()::equals).orElse(true);
    }

    private void set(Admin admin, Map<String, String> missing, boolean areOthers) {
        List<AlterConfigOp> changes = missing.entrySet().stream()
                .map(entry ->
                        new AlterConfigOp(new ConfigEntry(entry.getKey(), entry.getValue()), AlterConfigOp.OpType.SET))
                .toList();
        String settings = missing.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(","));
        try {
            Answers.of(
                    admin.incrementalAlterConfigs(Map.of(resource(), changes)).all());
            deliveryLimit = missing.containsKey(DELIVERIES) ? maxDeliveries : deliveryLimit;
            LOG.infof("Share group %s has %s now", name, settings);
        } catch (AuthorizationException e) {
            String command =
                    "kafka-configs.sh --alter --entity-type groups --entity-name " + name + " --add-config " + settings;
            if (areOthers) {
                throw new KafkaException(
                        "share group " + name + " needs other settings, and "
                                + denials.text(AclOperation.ALTER_CONFIGS, ResourceType.GROUP, name) + ": "
                                + command,
                        e);
            }
            LOG.warnf("The settings of share group %s can be neither read nor set; it needs %s", name, command);
        } catch (InvalidConfigurationException e) {
            throw new KafkaException(
                    "the brokers do not take " + settings + " for share group " + name + ": " + e.getMessage(), e);
        }
    }

    private ConfigResource resource() {
        return new ConfigResource(ConfigResource.Type.GROUP, name);
    }

    private static Optional<String> value(Config config, String setting) {
        return Optional.ofNullable(config.get(setting)).map(ConfigEntry::value);
    }

    /**
     * The offset of each partition before which the group is done with all records; the largest number where it is done with
     * all that the partition has. It may be behind what is so.
     *
     * @throws KafkaException where the brokers do not tell
     */
    public Map<TopicPartition, Long> doneBefore() {
        try (Admin admin = admins.get()) {
            Map<TopicPartition, Long> done = new HashMap<>();
            Answers.of(admin.listShareGroupOffsets(Map.of(name, new ListShareGroupOffsetsSpec()))
                            .partitionsToOffsetInfo(name))
                    .forEach((partition, offset) -> {
                        if (offset != null) {
                            done.put(
                                    partition,
                                    offset.lag().filter(lag -> lag == 0).isPresent()
                                            ? Long.MAX_VALUE
                                            : offset.startOffset());
                        }
                    });
            return done;
        }
    }
}
