package io.github.containersnap.engine.bootable;

import io.github.containersnap.engine.model.BootFiles;
import java.util.List;
import java.util.Optional;

/**
 * What there is to say about booting a tree.
 *
 * @param kernels the versions that it has any part of, highest first
 * @param files what it would boot with; empty if none of the kernels is complete
 * @param problems what keeps it from being booted
 */
public record BootableReport(
    List<String> kernels, Optional<BootFiles> files, List<BootProblem> problems) {
  public BootableReport {
    kernels = List.copyOf(kernels);
    problems = List.copyOf(problems);
  }
}
