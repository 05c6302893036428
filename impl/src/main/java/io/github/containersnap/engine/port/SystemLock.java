package io.github.containersnap.engine.port;

import io.github.containersnap.engine.model.UpdateStep;
import java.util.Optional;

/**
 * Keeps the commands on one machine apart; the kernel releases it when its process dies.
 *
 * <p>It has two parts. The <em>transaction</em> part belongs to whatever makes, changes or removes
 * deployments and images. The <em>menu</em> part belongs to whatever replaces the boot menu, or
 * reads it to act on it. Nearly every command takes both at once. A pull lasts as long as the
 * network likes, so a command that pulls holds the transaction part alone meanwhile, and a blessing
 * takes the menu part alone (decision 18).
 */
public interface SystemLock {
  /**
   * Takes both parts.
   *
   * @throws io.github.containersnap.engine.model.LockedException if another holds one
   */
  Held acquire();

  /**
   * Takes the transaction part; its holder takes the menu part whenever it needs it.
   *
   * @throws io.github.containersnap.engine.model.LockedException if another holds the transaction
   *     part
   */
  default HeldTransaction acquireTransaction() {
    return new HeldWhole(acquire());
  }

  /**
   * Takes the menu part, which others hold for moments: if another does, it waits a while.
   *
   * @throws io.github.containersnap.engine.model.LockedException if another still holds it then
   */
  default Held acquireMenu() {
    return acquire();
  }

  /** Which other process holds a part of it, as far as that can be told. Only reads. */
  default Optional<Holder> holder() {
    return Optional.empty();
  }

  /**
   * Who is at work.
   *
   * @param process in words, such as {@code process 4711}
   * @param step the step that it has entered last, if it is in a transaction that has such
   */
  record Holder(String process, Optional<UpdateStep> step) {}

  /** The lock, held until closed. */
  interface Held extends AutoCloseable {
    @Override
    void close();
  }

  /** The transaction part, held until closed. */
  interface HeldTransaction extends Held {
    /**
     * Takes the menu part too, which others hold for moments: if another does, it waits a while.
     *
     * @throws io.github.containersnap.engine.model.LockedException if another still holds it then
     */
    Held menu();
  }

  /**
   * Both parts, held as a transaction.
   *
   * @param both what holds them
   */
  record HeldWhole(Held both) implements HeldTransaction {
    @Override
    public Held menu() {
      return () -> {};
    }

    @Override
    public void close() {
      both.close();
    }
  }
}
