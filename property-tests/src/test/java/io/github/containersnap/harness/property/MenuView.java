package io.github.containersnap.harness.property;

import io.github.containersnap.harness.view.Access;
import io.github.containersnap.harness.view.BootFile;
import io.github.containersnap.harness.view.BootPlan;
import io.github.containersnap.harness.view.Origin;
import io.github.containersnap.harness.view.Reader;
import io.github.containersnap.harness.view.Seen;
import io.github.containersnap.harness.view.SystemView;
import io.github.containersnap.harness.view.Tree;
import java.util.Optional;
import java.util.SortedSet;

/**
 * A machine of which nothing is known but what boots.
 *
 * @param plan what the boot loader and the kernel read alike
 */
public record MenuView(BootPlan plan) implements SystemView {
  private static final String WHY = "only the menu is known";

  @Override
  public Optional<String> obstacle() {
    return Optional.empty();
  }

  @Override
  public Seen<Optional<String>> damage() {
    return Seen.hidden(WHY);
  }

  @Override
  public Seen<BootPlan> boot(Reader reader) {
    return Seen.of(plan);
  }

  @Override
  public Seen<String> menu() {
    return Seen.hidden(WHY);
  }

  @Override
  public Seen<Optional<String>> startFailure() {
    return Seen.hidden(WHY);
  }

  @Override
  public Seen<BootFile> bootFile(String path) {
    return Seen.hidden(WHY);
  }

  @Override
  public Seen<SortedSet<String>> deployments() {
    return Seen.hidden(WHY);
  }

  @Override
  public Seen<Tree> sealed(String id) {
    return Seen.hidden(WHY);
  }

  @Override
  public Seen<Tree> etc(String id) {
    return Seen.hidden(WHY);
  }

  @Override
  public Seen<Optional<Origin>> origin(String id) {
    return Seen.hidden(WHY);
  }

  @Override
  public Seen<Access> access(String path) {
    return Seen.hidden(WHY);
  }

  @Override
  public Seen<Optional<Tree>> data(String subvolume) {
    return Seen.hidden(WHY);
  }

  @Override
  public Seen<SortedSet<String>> pins() {
    return Seen.hidden(WHY);
  }

  @Override
  public Seen<Boolean> reserve() {
    return Seen.hidden(WHY);
  }

  @Override
  public Seen<SortedSet<String>> leftOutside() {
    return Seen.hidden(WHY);
  }

  @Override
  public Seen<SortedSet<String>> strays() {
    return Seen.hidden(WHY);
  }
}
