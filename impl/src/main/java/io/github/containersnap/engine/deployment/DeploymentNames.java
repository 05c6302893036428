package io.github.containersnap.engine.deployment;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.NotADeploymentException;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a person may call a deployment: by its id, by the beginning of one, or by its role.
 *
 * <p>The beginning of an image's id names the image's own deployment. It names a snapshot only if
 * the snapshot's {@code -workN} follows, or if no other deployment begins so. A beginning that
 * several have is refused.
 */
public final class DeploymentNames {
  private static final Pattern BEGINNING =
      Pattern.compile("([0-9a-f]{4,64})(?:-work([1-9][0-9]{0,8}))?");

  private final Supplier<Machine> looking;

  /**
   * The names of the deployments of a machine.
   *
   * @param looking looks at the machine; not called if the text is a whole id, which is what tukit
   *     passes, or no name of a deployment at all
   */
  public DeploymentNames(Supplier<Machine> looking) {
    this.looking = looking;
  }

  /**
   * Returns the deployment that is called so. It does not check that a deployment with a whole id
   * exists; the command does.
   *
   * @param text an id, at least the first 4 digits of one, or {@code current}, {@code default},
   *     {@code fallback}, {@code pending} (the default, while another runs)
   * @throws NotADeploymentException if none is called so, or several are
   */
  public DeploymentId find(String text) {
    return DeploymentId.read(text).orElseGet(() -> lookUp(text));
  }

  private DeploymentId lookUp(String text) {
    return switch (text) {
      case "current" -> looking.get().requireCurrent();
      case "default" -> looking.get().requireDefault();
      case "fallback" ->
          looking.get().fallback().orElseThrow(() -> NotADeploymentException.none(text));
      case "pending" -> looking.get().pending().orElseThrow(NotADeploymentException::nonePending);
      default -> beginningWith(text);
    };
  }

  private DeploymentId beginningWith(String text) {
    Matcher beginning = BEGINNING.matcher(text);
    if (!beginning.matches()) {
      throw NotADeploymentException.badForm(text);
    }
    List<DeploymentId> all =
        looking.get().deployments().all().stream()
            .filter(id -> id.image().hex().startsWith(beginning.group(1)))
            .toList();
    List<DeploymentId> meant = all.stream().filter(id -> isMeant(id, beginning)).toList();
    if (meant.isEmpty() && beginning.group(2) == null) {
      meant = all;
    }
    return switch (meant.size()) {
      case 0 -> throw NotADeploymentException.noneBeginsWith(text);
      case 1 -> meant.getFirst();
      default -> throw NotADeploymentException.severalBeginWith(text, meant);
    };
  }

  private static boolean isMeant(DeploymentId id, Matcher beginning) {
    String work = beginning.group(2);
    return id.work() == (work == null ? 0 : Integer.parseInt(work));
  }
}
