package io.github.containersnap.etc;

/**
 * The three versions of an account file.
 *
 * @param came as the machine's image came with it; empty if it did not have it
 * @param local as the machine has it
 * @param offered as the new image has it
 */
public record AccountVersions(AccountText came, AccountText local, AccountText offered) {}
