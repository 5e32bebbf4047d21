package dev.slicer.inference.model;

import dev.slicer.tagging.Tagger;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** A tagger that several callers use and that is closed when it was retired and the last of them is done. */
public final class SharedTagger {

    /** Who uses the tagger, and whether more may come. */
    private sealed interface Use {
        Use enter();

        Use leave();

        public Use retire();
    }

    private record Open(int users) implements Use {
        @Override
        public Open enter() {
            return new Open(users + 1);
        }

        @Override
        public Use leave() {
            return new Open(users - 1);
        }

        @Override
        public Use retire() {
            return users == 0 ? new Closed() : new Retiring(users);
        }
    }

    private record Retiring(int users) implements Use {
        @Override
        public Retiring enter() {
            return new Retiring(users + 1);
        }

        @Override
        public Use leave() {
            return users == 1 ? new Closed() : new Retiring(users - 1);
        }

        @Override
        public Use retire() {
            return this;
        }
    }

    private record Closed() implements Use {
        @Override
        public Use enter() {
            throw new IllegalStateException("nobody may use a closed tagger");
        }

        @Override
        public Use leave() {
            throw new IllegalStateException("nobody uses a closed tagger");
        }

        @Override
        public Use retire() {
            return this;
        }
    }

    private final Tagger tagger;
    private final AtomicReference<Use> use = new AtomicReference<>(new Open(0));

    public SharedTagger(Tagger tagger) {
        this.tagger = tagger;
    }

    /** The right to use the tagger until closed; empty once it is retired. */
    public Optional<Lease> lease() {
        while (true) {
            if (!(use.get() instanceof Open open)) {
                return Optional.empty();
            }
            if (use.compareAndSet(open, open.enter())) {
                return Optional.of(new Lease());
            }
        }
    }

    /** Lets nobody in any more and closes the tagger when the last one is out. */
    public void retire() {
        Use before = use.getAndUpdate(Use::retire);
        if (before instanceof Open open && open.users() == 0) {
            tagger.close();
        }
    }

    public final class Lease implements AutoCloseable {
        private final AtomicBoolean ended = new AtomicBoolean();

        private Lease() {}

        public Tagger tagger() {
            return tagger;
        }

        /** One more right to use it, be it retired, while this one lasts. */
        public Lease share() {
            use.updateAndGet(Use::enter);
            return new Lease();
        }

        @Override
        public void close() {
            if (!ended.compareAndSet(false, true)) {
                return;
            }
            Use after = use.updateAndGet(Use::leave);
            if (after instanceof Closed) {
                tagger.close();
            }
        }
    }
}
