package dev.slicer.trainer;

import static dev.slicer.kafka.testing.Patience.await;
import static dev.slicer.trainer.TestCluster.SECOND_OF_STEPS;
import static dev.slicer.trainer.TestTrainer.TOPICS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.broker.ChildJvm;
import dev.slicer.checkpoint.Checkpoint;
import dev.slicer.checkpoint.FileCheckpointStore;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.TrainingStatus;
import dev.slicer.events.TrainingStatus.State;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.testing.TestTopics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three trainers in processes of their own, one of which is killed again and again, in the middle of whatever it does; now and
 * then one is suspended for longer than its lock, and the broker is killed. The number of SIGKILLs is {@code slicer.it.rounds}.
 */
class KilledTrainersTest {
    private static final int ROUNDS = Integer.getInteger("slicer.it.rounds", 10);
    private static final long SEED = Long.getLong("slicer.it.seed", 20260301);
    private static final int SUSPEND_EVERY = 4;
    private static final int BROKER_EVERY = 7;
    private static final int JOB_STEPS = 2 * SECOND_OF_STEPS;

    @TempDir
    Path folder;

    @Test
    void shouldLoseNoJobAndPublishOneCheckpointForEachThoughTrainersAreKilled() throws Exception {
        RandomGenerator random = new Random(SEED);
        try (TestCluster cluster = new TestCluster(folder)) {
            List<ChildJvm> trainers = new ArrayList<>();
            try {
                // Given
                int started = 0;
                for (; started < 3; started++) {
                    trainers.add(cluster.child("child-" + started));
                }
                cluster.request("warm-up", 2);
                cluster.awaitState("warm-up", State.SUCCEEDED);
                List<String> jobs = new ArrayList<>();

                // When
                for (int round = 1; round <= ROUNDS; round++) {
                    for (int i = 0; i < 2; i++) {
                        jobs.add("job-" + jobs.size());
                        cluster.request(jobs.get(jobs.size() - 1), JOB_STEPS);
                    }
                    Thread.sleep(500 + random.nextInt(2_500));
                    int victim = random.nextInt(trainers.size());
                    if (round % SUSPEND_EVERY == 0) {
                        suspend(trainers.get((victim + 1) % trainers.size()));
                    }
                    if (round % BROKER_EVERY == 0) {
                        cluster.broker.kill();
                        cluster.broker.restart();
                    }
                    trainers.get(victim).kill();
                    trainers.set(victim, cluster.child("child-" + started++));
                }
                jobs.forEach(job -> await(job + " to be over")
                        .atMost(Duration.ofMinutes(3))
                        .until(() -> cluster.statuses(job).stream()
                                .anyMatch(status -> status.state().isLast())));

                // Then
                requireOneCheckpointForEach(cluster, jobs);
            } finally {
                trainers.forEach(ChildJvm::close);
            }
        }
    }

    private static void suspend(ChildJvm trainer) throws IOException, InterruptedException {
        TestCluster.signal(trainer, "STOP");
        Thread.sleep(TestTrainer.LOCK.toMillis() + 1_000);
        TestCluster.signal(trainer, "CONT");
    }

    private void requireOneCheckpointForEach(TestCluster cluster, List<String> jobs) {
        Map<String, List<State>> ends = cluster.records.held(TOPICS.trainingProgress()).stream()
                .map(record -> KafkaEvents.read(record, TrainingStatus.class))
                .filter(status -> status.state().isLast())
                .collect(Collectors.groupingBy(
                        TrainingStatus::jobId, Collectors.mapping(TrainingStatus::state, Collectors.toList())));
        Set<String> all = new HashSet<>(jobs);
        all.add("warm-up");
        assertThat(ends)
                .containsOnlyKeys(all)
                .allSatisfy((job, states) -> assertThat(states).containsOnly(State.SUCCEEDED));
        assertThat(new FileCheckpointStore(folder.resolve("store")).list())
                .extracting(Checkpoint::id)
                .containsExactlyInAnyOrderElementsOf(all);
        // A trainer that is killed between announcing and reporting leaves it to the next to announce the same again.
        Map<String, Set<CheckpointPublished>> announced = cluster.records.held(TOPICS.checkpoints()).stream()
                .collect(Collectors.groupingBy(
                        TestTopics::key,
                        Collectors.mapping(
                                record -> KafkaEvents.read(record, CheckpointPublished.class), Collectors.toSet())));
        assertThat(announced)
                .containsOnlyKeys(all)
                .allSatisfy((job, events) -> assertThat(events).hasSize(1));
        long again =
                ends.values().stream().mapToLong(states -> states.size() - 1L).sum();
        System.out.println(ROUNDS + " SIGKILLs, " + ROUNDS / SUSPEND_EVERY + " suspensions, " + ROUNDS / BROKER_EVERY
                + " restarts of the broker: " + jobs.size() + " jobs, none lost, one checkpoint for each; " + again
                + " ends reported twice");
    }
}
