package dev.slicer.cli.replay;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;

/**
 * What a run did, or would do; also its JSON.
 *
 * @param chosen letters that were fed back
 * @param passedOver letters that the selection left out
 * @param homeless letters that no run feeds back: they come from no topic that Slicer reads
 * @param stuck letters that were chosen and could not be fed back; another run tries again
 */
record ReplayOutcome(
        long chosen,
        long passedOver,
        long homeless,
        @JsonInclude(Include.NON_DEFAULT) long stuck) {}
