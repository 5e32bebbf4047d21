package dev.slicer.hyperparameters;

/** After which steps a run keeps the model as it is then, beside the one it ends with. */
public sealed interface Snapshots {

    /** None but the last. */
    record None() implements Snapshots {
        @Override
        public String text() {
            return "none";
        }
    }

    /** Each epoch's, as the paper selects among (Section 4). */
    record EachEpoch() implements Snapshots {
        @Override
        public String text() {
            return "epoch";
        }
    }

    /** One after every so many steps. */
    record EachSteps(int steps) implements Snapshots {
        /** @throws IllegalArgumentException where that is not at least one */
        public EachSteps {
            if (steps < 1) {
                throw new IllegalArgumentException("snapshots every " + steps + " steps cannot be taken");
            }
        }

        @Override
        public String text() {
            return Integer.toString(steps);
        }
    }

    /** What {@link #parse} reads. */
    String text();

    /**
     * Reads {@code none}, {@code epoch} or a number of steps.
     *
     * @throws IllegalArgumentException for anything else
     */
    static Snapshots parse(String text) {
        return switch (text) {
            case "none" -> new None();
            case "epoch" -> new EachEpoch();
            default -> {
                if (!text.matches("[1-9][0-9]{0,8}")) {
                    throw new IllegalArgumentException(
                            "snapshots must be none, epoch or a number of steps, got \"" + text + "\"");
                }
                yield new EachSteps(Integer.parseInt(text));
            }
        };
    }

    /** Whether the model after a step that is not the last is kept. */
    default boolean dueAfter(int step, int stepsPerEpoch) {
        if (this instanceof EachSteps each) {
            return step % each.steps() == 0;
        }
        return this instanceof EachEpoch && step % stepsPerEpoch == 0;
    }
}
