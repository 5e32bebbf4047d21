package dev.slicer.jobs;

/** The job's context threw when it was told of the job, which says nothing about the job: it is to be run again. */
public final class UntoldException extends RuntimeException {
    UntoldException(RuntimeException cause) {
        super(cause.getMessage(), cause);
    }
}
