package dev.slicer.inference;

import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.engine.EngineOptions;
import dev.slicer.events.Topics;
import dev.slicer.inference.batching.BatchingLimits;
import dev.slicer.inference.batching.BatchingQueue;
import dev.slicer.inference.batching.QueueMetrics;
import dev.slicer.inference.config.InferenceConfig;
import dev.slicer.inference.model.TaggerFactory;
import dev.slicer.inference.model.WarmUp;
import dev.slicer.inference.trial.FreeMemory;
import dev.slicer.inference.trial.TrialModel;
import dev.slicer.kafka.access.Access;
import dev.slicer.kafka.access.Access.Groups;
import dev.slicer.kafka.access.Task;
import dev.slicer.kafka.loops.BackOff;
import dev.slicer.service.config.NeededRights;
import dev.slicer.tagging.Tagger;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Parts that are made of settings, or that tests replace. */
class ServiceParts {
    private static final Duration FIRST_RETRY = Duration.ofSeconds(2);
    /** A failed attempt may have read a whole model. */
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(5);
    /** Documents of other checkpoints wait behind those of one that does not come. */
    private static final Duration TRIAL_PATIENCE = Duration.ofSeconds(15);

    @Produces
    @Singleton
    TaggerFactory taggers(EngineOptions options) {
        return (checkpoint, modelId) -> Tagger.open(checkpoint, modelId, options);
    }

    @Produces
    @Singleton
    BatchingQueue queue(InferenceConfig config, EngineOptions options, QueueMetrics metrics) {
        return new BatchingQueue(
                new BatchingLimits(
                        options.maxBatchTokens(),
                        config.batching().maxWait(),
                        config.batching().maxQueuedTokens(),
                        options.coresOfPasses()),
                metrics);
    }

    void stop(@Disposes BatchingQueue queue) {
        queue.close();
    }

    /** Also the slot in which the next model is loaded. */
    @Produces
    @Singleton
    TrialModel trialModel(InferenceConfig config, TaggerFactory taggers, WarmUp warmUp, CheckpointStore checkpoints) {
        return new TrialModel(
                taggers,
                warmUp,
                checkpoints,
                new FreeMemory(Path.of("/"), config.trials().spareBytes()),
                config.trials().keepOpen(),
                TRIAL_PATIENCE,
                ServiceParts::newBackOff);
    }

    @Produces
    @Singleton
    NeededRights neededRights(InferenceConfig config, Topics topics) {
        Groups usual = Groups.of(topics);
        Groups groups = new Groups(
                usual.trainer(),
                usual.jobs(),
                config.stream().group(),
                config.trials().group(),
                usual.evaluator());
        Set<Task> tasks = EnumSet.noneOf(Task.class);
        if (config.checkpoint().isEmpty()) {
            tasks.add(Task.SERVING);
            if (config.serve() == InferenceConfig.Serve.PROMOTED) {
                tasks.add(Task.PROMOTED);
            }
        }
        if (config.stream().enabled()) {
            tasks.add(Task.DOCUMENTS);
        }
        if (config.takesTrials()) {
            tasks.add(Task.TRIALS);
        }
        return NeededRights.of(new Access(topics, groups), tasks);
    }

    /** Before a checkpoint that could not be loaded is tried again. */
    @Produces
    @Dependent
    BackOff backOff() {
        return newBackOff();
    }

    private static BackOff newBackOff() {
        return new BackOff(FIRST_RETRY, LONGEST_RETRY, RandomGenerator.getDefault());
    }
}
