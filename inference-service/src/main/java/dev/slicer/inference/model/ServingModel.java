package dev.slicer.inference.model;

import dev.slicer.checkpoint.files.CheckpointException.Kind;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.tagging.Tagger;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** The model that serves, exchanged without a gap: the next one is loaded and warm before the present one goes. */
@Singleton
public class ServingModel {
    private static final Logger LOG = Logger.getLogger(ServingModel.class);

    /** @param source the checkpoint, fetched and verified anew each time */
    private record Serving(LoadedModel model, SharedTagger tagger, Supplier<ModelFiles> source) {}

    /** A model that served and does not take memory any more. */
    private record Past(LoadedModel model, Supplier<ModelFiles> source) {}

    private final TaggerFactory taggers;
    private final WarmUp warmUp;
    private final ModelSlot slot;
    private final UntoldLoads untold;
    private final Clock clock;
    private final AtomicReference<Optional<Serving>> serving = new AtomicReference<>(Optional.empty());
    private final AtomicReference<Optional<FailedLoad>> lastFailure = new AtomicReference<>(Optional.empty());
    private final AtomicReference<Optional<Past>> previous = new AtomicReference<>(Optional.empty());
    /** The model that a person switched away from. */
    private final AtomicReference<Optional<String>> setAside = new AtomicReference<>(Optional.empty());

    private volatile Optional<Instant> nextAttempt = Optional.empty();
    private final CountDownLatch firstLoaded = new CountDownLatch(1);
    private final Counter loads;
    private final Counter failedLoads;
    private final MultiGauge info;

    /**
     * @param slot where models are loaded
     * @param untold takes the models that serve from now on, and what could not be loaded
     */
    @Inject
    public ServingModel(
            TaggerFactory taggers,
            WarmUp warmUp,
            ModelSlot slot,
            UntoldLoads untold,
            Clock clock,
            MeterRegistry metrics) {
        this.taggers = taggers;
        this.warmUp = warmUp;
        this.slot = slot;
        this.untold = untold;
        this.clock = clock;
        this.loads = Counter.builder("slicer.model.loads")
                .description("Models that were loaded and served")
                .register(metrics);
        this.failedLoads = Counter.builder("slicer.model.loads.failed")
                .description("Loads of checkpoints that failed")
                .register(metrics);
        Gauge.builder("slicer.model.load.waiting", this, models -> models.nextAttempt.isPresent() ? 1 : 0)
                .description("1 while a checkpoint that could not be loaded is going to be tried again")
                .register(metrics);
        this.info = MultiGauge.builder("slicer.model")
                .description("1 for the model that serves")
                .register(metrics);
    }

    /** The serving model for the time of some calls; empty before the first is loaded. */
    public Optional<SharedTagger.Lease> lease() {
        while (true) {
            Optional<Serving> present = serving.get();
            if (present.isEmpty()) {
                return Optional.empty();
            }
            // Empty only between an exchange and this read: then the next one is there already.
            Optional<SharedTagger.Lease> lease = present.get().tagger().lease();
            if (lease.isPresent() || serving.get().equals(present)) {
                return lease;
            }
        }
    }

    /** As {@link #lease()}, where that model serves. */
    public Optional<SharedTagger.Lease> lease(String modelId) {
        Optional<SharedTagger.Lease> lease = lease();
        if (lease.filter(held -> !held.tagger().modelId().equals(modelId)).isPresent()) {
            lease.get().close();
            return Optional.empty();
        }
        return lease;
    }

    public Optional<LoadedModel> current() {
        return serving.get().map(Serving::model);
    }

    public Optional<FailedLoad> lastFailure() {
        return lastFailure.get();
    }

    /** Of what kind the last failure was, where it was this model's. */
    public Optional<Kind> lastFailure(String modelId) {
        return lastFailure
                .get()
                .filter(failure -> failure.modelId().equals(modelId))
                .map(FailedLoad::kind);
    }

    /** @param time when what could not be loaded is tried again; empty where there is nothing to try */
    public void tryAgainAt(Optional<Instant> time) {
        nextAttempt = time;
    }

    public Optional<Instant> nextAttempt() {
        return nextAttempt;
    }

    /** The model that served before this one. */
    public Optional<LoadedModel> previous() {
        return previous.get().map(Past::model);
    }

    /** Waits for the first model; false when the time is over first. */
    public boolean awaitFirst(Duration timeout) throws InterruptedException {
        return firstLoaded.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Loads a checkpoint, unless it serves already, and lets it serve from then on. One that cannot be fetched, opened or
     * run changes nothing; nor does the one that a person switched away from, until another one has served since or there
     * is a reason to {@link #reconsider}.
     *
     * @return whether it serves
     */
    public synchronized boolean load(String modelId, Supplier<ModelFiles> checkpoint) {
        if (setAside.get().equals(Optional.of(modelId))) {
            LOG.infof("model %s was switched away from and is not loaded again", modelId);
            return false;
        }
        if (current().filter(model -> model.modelId().equals(modelId)).isPresent()) {
            return true;
        }
        boolean serves = open(modelId, checkpoint, Optional.empty());
        if (serves) {
            setAside.set(Optional.empty());
        }
        return serves;
    }

    /** The model that a person switched away from may be loaded again: there was news since. */
    public void reconsider() {
        setAside.set(Optional.empty());
    }

    /**
     * Lets the model serve that served before this one; this one is then the previous one, and is not loaded again when
     * its announcement is read again.
     *
     * @param by who wants it
     * @return whether it serves, or empty where there is none
     */
    public synchronized Optional<Boolean> switchBack(String by) {
        return previous.get().map(past -> {
            Optional<String> left = current().map(LoadedModel::modelId);
            boolean serves = open(past.model().modelId(), past.source(), Optional.of(by));
            if (serves) {
                setAside.set(left);
            }
            return serves;
        });
    }

    private boolean open(String modelId, Supplier<ModelFiles> checkpoint, Optional<String> switchedToBy) {
        Instant start = clock.instant();
        slot.take();
        try {
            Tagger opened = taggers.open(checkpoint.get(), modelId);
            Tagger tagger = current().isEmpty() ? warmUp.runAllLengths(opened) : warmUp.runShortLengths(opened);
            Instant loaded = clock.instant();
            serve(
                    tagger,
                    new LoadedModel(
                            modelId,
                            tagger.precision(),
                            tagger.labels().labels(),
                            loaded,
                            Duration.between(start, loaded).toMillis() / 1000.0,
                            switchedToBy),
                    checkpoint);
            return true;
        } catch (RuntimeException | Error e) {
            // Too little memory for a second model is an Error.
            failedLoads.increment();
            FailedLoad failure = FailedLoad.of(modelId, e, clock.instant());
            Optional<FailedLoad> before = lastFailure.getAndSet(Optional.of(failure));
            if (before.filter(failure::repeats).isEmpty()) {
                untold.add(failure);
            }
            LOG.errorf(
                    e,
                    "checkpoint %s %s, %s",
                    modelId,
                    failure.kind() == Kind.CORRUPT ? "is refused" : "cannot be loaded now",
                    current().map(model -> model.modelId() + " goes on serving").orElse("no model is loaded"));
            return false;
        } finally {
            slot.giveBack();
        }
    }

    private void serve(Tagger tagger, LoadedModel model, Supplier<ModelFiles> source) {
        Optional<Serving> before = serving.getAndSet(Optional.of(new Serving(model, new SharedTagger(tagger), source)));
        before.ifPresent(old -> previous.set(Optional.of(new Past(old.model(), old.source()))));
        lastFailure.set(Optional.empty());
        loads.increment();
        info.register(
                List.of(MultiGauge.Row.of(
                        Tags.of(
                                "model",
                                model.modelId(),
                                "precision",
                                model.precision().name()),
                        1)),
                true);
        firstLoaded.countDown();
        LOG.infof(
                "model %s serves (%s, loaded in %.1f s)%s",
                model.modelId(),
                model.precision(),
                model.loadSeconds(),
                before.map(old -> " instead of " + old.model().modelId()).orElse(""));
        before.ifPresent(old -> old.tagger().retire());
        untold.add(model);
    }

    @PreDestroy
    public void close() {
        serving.get().ifPresent(last -> last.tagger().retire());
    }
}
