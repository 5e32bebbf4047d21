package dev.slicer.evaluator.totals;

import java.util.Optional;

/**
 * What a document's new score changes in the totals that it belongs to.
 *
 * @param before what counted until now
 * @param now what counts in its place
 */
record ScoreChange(Optional<Contribution> before, Optional<Contribution> now) {
    private static final int FORM = 1;

    byte[] packed() {
        Packer packer = new Packer().number(FORM).flag(before.isPresent()).flag(now.isPresent());
        before.ifPresent(score -> score.write(packer));
        now.ifPresent(score -> score.write(packer));
        return packer.packed();
    }

    static ScoreChange of(byte[] bytes) {
        Unpacker packed = new Unpacker(bytes);
        packed.requireForm(FORM);
        boolean hasBefore = packed.flag();
        boolean hasNow = packed.flag();
        Optional<Contribution> before = hasBefore ? Optional.of(Contribution.read(packed)) : Optional.empty();
        return new ScoreChange(before, hasNow ? Optional.of(Contribution.read(packed)) : Optional.empty());
    }

    void applyTo(Series series) {
        before.ifPresent(series::remove);
        now.ifPresentOrElse(series::add, series::forgetAllWhereEmpty);
    }
}
