package io.github.containersnap.harness.experiment;

import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.harness.experiment.LivedInMachine.Subvolumes;
import io.github.containersnap.harness.experiment.UpdateExperiment.Candidate;
import io.github.containersnap.harness.property.ExpectedEtc;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/** Says what container-snap's deployments must hold; what they do hold is not looked at. */
public record DeploymentReader() implements SystemReader {
  @Override
  public Path etc(Path top, Candidate installed) {
    return top.resolve(DeploymentLayout.fromTopLevel(origin(installed).pristine())).resolve("etc");
  }

  @Override
  public Subvolumes subvolumes() {
    return Subvolumes.OF_DEPLOYMENTS;
  }

  @Override
  public SystemExpectations expect(
      Path top, LivedInMachine machine, Candidate oldImage, Candidate newImage, Runnable update) {
    update.run(); // only to know that it can be made at all
    ExpectedEtc etc = machine.etc();
    return new DeploymentExpectations(
        origin(oldImage),
        origin(newImage),
        DeploymentTree.expected(oldImage.tree(), etc.local().manifest()),
        DeploymentTree.expected(
            newImage.tree(), etc.updatedTo(LivedInMachine.etcOf(newImage)).manifest()),
        machine.data(),
        ownSubvolumes(machine, oldImage));
  }

  private static ImageOrigin origin(Candidate image) {
    return new ImageOrigin(image.imageId(), image.reference());
  }

  private static Set<String> ownSubvolumes(LivedInMachine machine, Candidate oldImage) {
    Set<String> own = new TreeSet<>(machine.subvolumesOfData());
    String etc = DeploymentLayout.fromTopLevel(origin(oldImage).pristine()) + "/etc/";
    machine.subvolumesOfEtc().forEach(path -> own.add(etc + path));
    return own;
  }
}
