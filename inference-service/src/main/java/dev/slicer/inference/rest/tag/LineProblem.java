package dev.slicer.inference.rest.tag;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.slicer.service.Problem;
import dev.slicer.service.ProblemException;
import java.net.URI;

/**
 * What is wrong with a line of a stream, in the line's place.
 *
 * @param line counted from 1, blank lines too
 */
public record LineProblem(@JsonUnwrapped Problem problem, long line) {
    public static LineProblem of(ProblemException e, URI instance, long line) {
        return new LineProblem(Problem.of(e, instance), line);
    }
}
